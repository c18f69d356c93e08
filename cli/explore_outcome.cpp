#include "cli/explore_outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/explain.hpp"

namespace cli {
namespace {

constexpr std::size_t kMaxPackets = 60;  // in a table or a line; --json has all

std::uint32_t number(sim::PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

bool got_packet(const sim::Fact& fact) {
    return fact.packet != sim::PacketId::none &&
           (fact.kind == sim::FactKind::get_returned || fact.kind == sim::FactKind::also_returned);
}

std::string call_text(const sim::TraceHeader& header, const sim::ToldCall& call) {
    const sim::Fact& fact = call.fact;
    std::string text;
    if (got_packet(fact)) {
        text = fmt::format("packet {}", number(fact.packet));
        if (fact.error != sim::Win32Error::success)
            text += fmt::format(" ({})", sim::error_text(fact.error));
    } else if (fact.kind == sim::FactKind::get_returned) {
        text = sim::error_text(fact.error);
    } else {
        text = sim::sentence(header, fact);
        if (fact.error != sim::Win32Error::success)
            text += fmt::format(" ({})", sim::error_text(fact.error));
    }
    return call.again ? text + " again and again" : text;
}

// "packets 1, 2, 3; WAIT_TIMEOUT"
std::string calls_text(const sim::TraceHeader& header, const std::vector<sim::ToldCall>& calls) {
    std::string text;
    bool in_packets = false;  // in a row of them
    bool many = false;        // … that is longer than one
    std::size_t word = 0;     // where its "packet" ends
    std::size_t shown = 0;
    for (const sim::ToldCall& call : calls) {
        if (++shown > kMaxPackets) return text + "; …";
        const bool plain =
            got_packet(call.fact) && call.fact.error == sim::Win32Error::success && !call.again;
        if (plain && in_packets)
            text += fmt::format(", {}", number(call.fact.packet));
        else
            text += (text.empty() ? "" : "; ") + call_text(header, call);
        if (plain && in_packets && !many) text.insert(word, 1, 's');
        many = plain && in_packets;
        if (plain && !in_packets) word = text.rfind("packet") + 6;
        in_packets = plain;
    }
    return text;
}

std::string packets_text(const std::vector<sim::PacketId>& packets) {
    std::string text;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (i == kMaxPackets) return text + fmt::format(" … ({} in all)", packets.size());
        text += fmt::format("{}{}", i == 0 ? "" : ", ", number(packets[i]));
    }
    return text.empty() ? "none" : text;
}

std::map<std::uint32_t, sim::ThreadId> who_got(const sim::ExploredOutcome& outcome) {
    std::map<std::uint32_t, sim::ThreadId> got;
    for (const auto& calls : outcome.calls)
        for (const sim::ToldCall& call : calls)
            if (got_packet(call.fact)) got[number(call.fact.packet)] = call.fact.thread;
    for (std::size_t t = 0; t < outcome.threads.size(); ++t)
        if (outcome.threads[t].hand != sim::PacketId::none)
            got.emplace(number(outcome.threads[t].hand), sim::make_id<sim::ThreadId>(t));
    return got;
}

}  // namespace

std::string_view end_word(sim::ThreadEnd::Kind kind) {
    switch (kind) {
        case sim::ThreadEnd::Kind::not_started: return "not started";
        case sim::ThreadEnd::Kind::exited: return "exited";
        case sim::ThreadEnd::Kind::waiting: return "waiting";
        case sim::ThreadEnd::Kind::blocked: return "blocked";
        case sim::ThreadEnd::Kind::suspended: return "suspended";
        case sim::ThreadEnd::Kind::running: return "running";
    }
    return {};
}

std::string_view ending_word(sim::ExploredOutcome::Ending ending) {
    switch (ending) {
        case sim::ExploredOutcome::Ending::complete: return "complete";
        case sim::ExploredOutcome::Ending::time_limit: return "time_limit";
        case sim::ExploredOutcome::Ending::endless: return "endless";
    }
    return {};
}

std::string end_text(const sim::TraceHeader& header, const sim::ThreadEnd& end) {
    switch (end.kind) {
        case sim::ThreadEnd::Kind::not_started: return "never starts";
        case sim::ThreadEnd::Kind::waiting:
            return fmt::format("waits at {}", sim::port_name(header, end.port));
        case sim::ThreadEnd::Kind::blocked:
            if (end.reason == sim::Reason::event)
                return fmt::format("blocked: waits for the event {}",
                                   sim::event_name(header, end.event));
            if (end.reason == sim::Reason::lock)
                return fmt::format("blocked: waits for the lock {}",
                                   sim::lock_name(header, end.lock));
            if (end.reason == sim::Reason::join)
                return fmt::format("blocked: waits for the end of {}",
                                   sim::thread_name(header, end.joins));
            return fmt::format("blocked: waits ({})", sim::name(end.reason));
        default: return std::string(end_word(end.kind));
    }
}

std::vector<OutcomeLine> outcome_lines(const sim::TraceHeader& header,
                                       const sim::ExploredOutcome& outcome) {
    std::vector<OutcomeLine> lines;
    const bool over = outcome.ending != sim::ExploredOutcome::Ending::endless;
    for (std::size_t t = 0; t < outcome.threads.size(); ++t) {
        std::string what = calls_text(header, outcome.calls[t]);
        const bool tells = over || outcome.threads[t].kind == sim::ThreadEnd::Kind::exited;
        if (tells) what += (what.empty() ? "" : "; ") + end_text(header, outcome.threads[t]);
        lines.push_back({header.threads[t], what.empty() ? "nothing" : what});
    }
    if (!outcome.calls.back().empty())
        lines.push_back({"main", calls_text(header, outcome.calls.back())});
    for (std::size_t p = 0; p < outcome.left.size(); ++p) {
        if (header.port_same_as[p] != sim::PortId::none) continue;
        const std::string queued = packets_text(outcome.left[p]);
        const std::string gone =
            outcome.discarded[p].empty()
                ? ""
                : fmt::format("; discarded: {}", packets_text(outcome.discarded[p]));
        lines.push_back({fmt::format("left at {}", header.ports[p]), queued + gone});
    }
    return lines;
}

std::string outcome_table(const sim::TraceHeader& header, const sim::ExploredOutcome& outcome,
                          const sim::ExploredOutcome* other) {
    const auto got = who_got(outcome);
    const auto others = other == nullptr ? got : who_got(*other);
    if (got.empty()) return "    no thread gets a packet\n";
    std::string text = "    packet  thread\n";
    std::size_t rows = 0;
    for (const auto& [packet, thread] : got) {
        if (++rows > kMaxPackets)
            return text + fmt::format("    … and {} more packets\n", got.size() - kMaxPackets);
        const auto there = others.find(packet);
        std::string row = fmt::format("    {:>6}  {}", packet, sim::thread_name(header, thread));
        if (there == others.end())
            row += "  <- nobody in outcome 1";
        else if (there->second != thread)
            row += fmt::format("  <- {} in outcome 1", sim::thread_name(header, there->second));
        text += row + "\n";
    }
    return text;
}

}  // namespace cli
