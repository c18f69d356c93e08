#include "sim/explain.hpp"

#include <fmt/format.h>

#include <array>

#include "sim/scenario.hpp"

namespace sim {
namespace {

std::string packet_text(const Fact& fact) {
    if (fact.packet == PacketId::none) return "nothing";
    return std::to_string(static_cast<std::uint32_t>(fact.packet));
}

std::string reason_text(const TraceHeader& header, const Fact& fact) {
    switch (fact.reason) {
        case Reason::sleep: return "a sleep to end";
        case Reason::event: return fmt::format("event {}", event_name(header, fact.event));
        case Reason::lock: return fmt::format("the lock {}", lock_name(header, fact.lock));
        case Reason::io: return "an I/O operation";
        case Reason::join: return "another thread to exit";
        case Reason::suspended: return "being resumed";
        case Reason::port: return "the handle of a port";
        case Reason::unannounced: return "something that it did not announce";
        case Reason::none: break;
    }
    return "something";
}

std::string modes_text(std::uint32_t modes) {
    std::string text;
    if ((modes & kSkipPortOnSuccess) != 0) text += "FILE_SKIP_COMPLETION_PORT_ON_SUCCESS ";
    if ((modes & kSkipSetEvent) != 0) text += "FILE_SKIP_SET_EVENT_ON_HANDLE ";
    if (text.empty()) return "none";
    text.pop_back();
    return text;
}

std::string outcome_text(const Fact& fact) {
    switch (fact.outcome) {
        case Outcome::complete: return "nothing is left to happen";
        case Outcome::stopped: return "it was stopped";
        case Outcome::time_limit: return "its time limit was reached";
        case Outcome::crashed: return "the recorded program ended unexpectedly";
    }
    return {};
}

std::string field_text(const TraceHeader& header, const Fact& fact, std::string_view field) {
    if (field == "port") return std::string(port_name(header, fact.port));
    if (field == "thread") return std::string(thread_name(header, fact.thread));
    if (field == "event") return std::string(event_name(header, fact.event));
    if (field == "lock") return std::string(lock_name(header, fact.lock));
    // A call to bind may be given none (H-HANDLE-5).
    if (field == "handle" && fact.handle == HandleId::none) return "INVALID_HANDLE_VALUE";
    if (field == "handle") return std::string(handle_name(header, fact.handle));
    if (field == "operation") return std::string(function_name(fact.operation));
    if (field == "modes") return modes_text(fact.number);
    if (field == "packet") return packet_text(fact);
    if (field == "key") return std::to_string(fact.key);
    if (field == "bytes") return std::to_string(fact.bytes);
    if (field == "error") return error_text(fact.error);
    if (field == "reason") return reason_text(header, fact);
    if (field == "outcome") return outcome_text(fact);
    if (field == "duration") return format_time(fact.amount);
    if (field == "involuntary" || field == "dropped" || field == "sent")
        return std::to_string(fact.amount);
    if (field == "echoed") return std::to_string(fact.key);
    if (field == "wrong") return std::to_string(fact.bytes);
    return std::to_string(fact.number);
}

std::string fill(const TraceHeader& header, const Fact& fact, std::string_view pattern) {
    std::string text;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        text += pattern.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = pattern.find('}', open);
        text += field_text(header, fact, pattern.substr(open + 1, close - open - 1));
        pattern = pattern.substr(close + 1);
    }
    return text;
}

// What is said of a call on a handle that failed; empty for other facts.
std::string_view failed_pattern(FactKind kind) {
    switch (kind) {
        case FactKind::opened: return "{thread} cannot open {handle}: {error}";
        case FactKind::duplicated: return "{thread} cannot duplicate into {handle}: {error}";
        case FactKind::bound: return "{thread} cannot bind {handle} to {port}: {error}";
        case FactKind::modes_set:
            return "{thread} cannot set the notification modes of {handle}: {error}";
        case FactKind::handle_closed: return "{thread} cannot close {handle}: {error}";
        case FactKind::cancel_asked: return "{thread} finds nothing to cancel on {handle}: {error}";
        case FactKind::client_connected:
            return "client {client} cannot connect to {handle}: {error}";
        case FactKind::client_ended:
            return "client {client} has sent {sent} bytes, got {echoed} back, and then: {error}";
        default: return {};
    }
}

// Facts whose plain sentence would be awkward when a part is missing, or would hide why.
std::string_view pattern_of(const TraceHeader& header, const Fact& fact) {
    if (fact.kind == FactKind::waits && fact.rule == Rule::c_self_2)
        return "{thread} must wait on {port} although packets are queued: no slot is free";
    if (fact.kind == FactKind::inserted && fact.rule == Rule::c_limit_1)
        return "packet {packet} joins the end of {port}'s queue: no slot is free";
    if (fact.kind == FactKind::inserted && fact.rule == Rule::q_self_1)
        return "packet {packet} joins {port}'s queue although a thread waits: its poster took its "
               "last packet without waiting";
    if (fact.kind == FactKind::handed_off && header.policies.wake != Wake::lifo)
        return "packet {packet} goes straight to {thread}, which waits on {port}";
    if (fact.kind == FactKind::get_returned) {
        if (fact.packet == PacketId::none)
            return "{thread} returns from {port} without a packet: {error}";
        if (fact.error != Win32Error::success)
            return "{thread} returns from {port} with packet {packet}: {error}";
        return "{thread} returns from {port} with packet {packet}";
    }
    if (fact.kind == FactKind::get_called && fact.amount == 0) return "{thread} polls {port}";
    if (fact.kind == FactKind::posted && fact.error != Win32Error::success)
        return "a post to {port} by {thread} fails: {error}";
    if (fact.kind == FactKind::port_closed && fact.error != Win32Error::success)
        return "closing {port} fails: {error}";
    if (fact.kind == FactKind::event_set &&
        (fact.rule == Rule::i_io_9 || fact.rule == Rule::i_io_10))
        return "event {event} is set: its operation is done";
    if (fact.kind == FactKind::client_ended && fact.bytes > 0)
        return "client {client} has sent {sent} bytes and got {echoed} back, {wrong} of them wrong";
    if (fact.error != Win32Error::success) {
        if (const std::string_view failure = failed_pattern(fact.kind); !failure.empty())
            return failure;
    }
    if (fact.kind == FactKind::ended && fact.amount > 0)
        return "the run ends: {outcome}; {dropped} facts were lost because a buffer was full";
    return info(fact.kind).sentence;
}

// What the documentation has to say about something that was only observed: nothing rather than
// something that may not apply. (A thread that exits need not have had a port, for example.)
Rule documented_rule(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::posted: return Rule::p_post_1;
        case FactKind::get_called:
            // Only a first request associates (A-ASSOC-1), and one fact alone does not tell.
            if (fact.amount == 0) return Rule::t_timeout_2;
            return fact.amount == kInfinite ? Rule::t_timeout_3 : Rule::t_timeout_1;
        case FactKind::get_returned:
            if (fact.packet != PacketId::none) return Rule::q_once_1;
            if (fact.error == Win32Error::wait_timeout) return Rule::t_timeout_1;
            if (fact.error == Win32Error::abandoned_wait_0) return Rule::x_close_1;
            return Rule::x_close_3;
        case FactKind::also_returned: return Rule::g_ex_1;
        case FactKind::computing: return Rule::c_spin_1;
        case FactKind::block_began: return Rule::c_block_1;
        case FactKind::block_ended: return Rule::c_unblock_1;
        case FactKind::parked: return Rule::w_lifo_2;
        case FactKind::port_created: return Rule::c_value_1;
        case FactKind::port_closed: return Rule::x_close_1;
        case FactKind::depth: return Rule::q_depth_1;
        case FactKind::suspended:
        case FactKind::resumed: return Rule::c_suspend_1;
        default: return Rule::none;
    }
}

}  // namespace

std::string error_text(Win32Error error) {
    if (error == Win32Error::success) return "success";
    const std::string_view known = name(error);
    if (known.empty()) return fmt::format("error {}", static_cast<std::uint32_t>(error));
    return fmt::format("{} ({})", known, static_cast<std::uint32_t>(error));
}

std::string sentence(const TraceHeader& header, const Fact& fact) {
    return fill(header, fact, pattern_of(header, fact));
}

std::string format_time(Nanos time) {
    struct Unit {
        Nanos size;
        std::string_view name;
    };
    static constexpr std::array<Unit, 3> units = {
        {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
    if (time == kInfinite) return "ever";
    if (time == 0) return "0 s";
    for (const Unit& unit : units) {
        if (time < unit.size && -time < unit.size) continue;
        // Four digits: 1.234, 12.34, 123.4, 1234.
        const Nanos whole = time / unit.size;
        const Nanos thousandths = (time % unit.size) / (unit.size / 1000);
        const Nanos magnitude = whole < 0 ? -whole : whole;
        const int digits = magnitude < 10 ? 3 : magnitude < 100 ? 2 : magnitude < 1000 ? 1 : 0;
        std::string text = fmt::format("{}", whole);
        std::string fraction = fmt::format("{:03}", thousandths < 0 ? -thousandths : thousandths);
        fraction.resize(static_cast<std::size_t>(digits));
        while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
        if (!fraction.empty()) text += "." + fraction;
        return text + " " + std::string(unit.name);
    }
    return fmt::format("{} ns", time);
}

Card explain(const TraceHeader& header, const Fact& fact) {
    Card card;
    card.what = sentence(header, fact);
    const bool from_model = header.backend == "model";
    Rule rule = fact.rule != Rule::none ? fact.rule : documented_rule(fact);
    if (rule != Rule::none) {
        const RuleInfo& known = info(rule);
        card.rule_id = known.id;
        card.rule = known.sentence;
        card.link = known.link;
        card.badge = describe(known.grade);
    }
    if (!from_model)
        card.badge = header.windows_evidence ? "observed on this Windows computer"
                                             : "observed here, not on Windows";
    else if (header.policies != Policies{})
        card.badge = "another port than the documented one";
    else if (rule == Rule::none)
        card.badge = "our model's choice";
    return card;
}

}  // namespace sim
