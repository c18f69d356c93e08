#include "real/gated_words.hpp"

#include "sim/explain.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Step;

std::string_view verb(Step::Kind kind) {
    switch (kind) {
        case Step::Kind::get: return "get";
        case Step::Kind::poll: return "poll";
        case Step::Kind::cpu: return "cpu";
        case Step::Kind::block: return "block";
        case Step::Kind::wait: return "wait";
        case Step::Kind::wait_port: return "wait_port";
        case Step::Kind::join: return "join";
        case Step::Kind::set: return "set";
        case Step::Kind::reset: return "reset";
        case Step::Kind::lock: return "lock";
        case Step::Kind::unlock: return "unlock";
        case Step::Kind::yield: return "yield";
        case Step::Kind::post: return "post";
        case Step::Kind::depth: return "depth";
        case Step::Kind::create: return "create";
        case Step::Kind::close: return "close";
        case Step::Kind::open: return "open";
        case Step::Kind::bind: return "bind";
        case Step::Kind::modes: return "modes";
        case Step::Kind::close_handle: return "close";
        case Step::Kind::io: return "io";
        case Step::Kind::cancel: return "cancel";
        case Step::Kind::suspend: return "suspend";
        case Step::Kind::resume: return "resume";
        case Step::Kind::apc: return "apc";
        case Step::Kind::repeat: return "repeat";
        case Step::Kind::exit: return "exit";
    }
    return "";
}

std::string times(std::uint64_t count) {
    return count == 1 ? std::string() : " (" + std::to_string(count) + " times)";
}

// A step with what it is done to: "get P", "cpu 5 ms", "post P 7".
std::string words(const Step& step, const sim::TraceHeader& header) {
    std::string text(verb(step.kind));
    const auto add = [&](std::string_view word) { text += " " + std::string(word); };
    if (step.port != PortId::none) add(sim::port_name(header, step.port));
    if (step.kind == Step::Kind::get && step.ex)
        add("(" + std::to_string(step.batch) + " at most)");
    if (step.kind == Step::Kind::post) text += " " + std::to_string(step.key) + times(step.count);
    if (step.event != sim::EventId::none) add(sim::event_name(header, step.event));
    if (step.lock != sim::LockId::none) add(sim::lock_name(header, step.lock));
    if (step.thread != ThreadId::none) add(sim::thread_name(header, step.thread));
    const bool takes_time = step.kind == Step::Kind::cpu || step.kind == Step::Kind::block;
    if (takes_time && step.duration.fixed()) add(sim::format_time(step.duration.a));
    return text;
}

std::string keys_text(const std::vector<Key>& keys) {
    constexpr std::size_t kMost = 8;
    std::string text;
    for (std::size_t i = 0; i < keys.size() && i < kMost; ++i)
        text += (i == 0 ? "" : ",") + std::to_string(keys[i]);
    return keys.size() > kMost ? text + ",…" : text;
}

}  // namespace

std::string words(const GatedStep& next, const sim::TraceHeader& header) {
    if (next.item && next.item->stimulus == nullptr)
        return "main: start " + std::string(sim::thread_name(header, next.item->thread));
    if (next.item) return "main: " + words(next.item->stimulus->step, header);
    const std::string thread = std::string(sim::thread_name(header, next.thread)) + ": ";
    if (next.sleep_ends) return thread + "sleep ends";
    return thread + (next.step == nullptr ? "exit" : words(*next.step, header));
}

GatedState::GatedState(const sim::TraceHeader& header)
    : header_(header), open_(header.ports.size()), threads_(header.threads.size()) {}

void GatedState::take(const Fact& fact) {
    const bool done = fact.error == sim::Win32Error::success;
    switch (fact.kind) {
        case FactKind::port_created:
        case FactKind::port_duplicated: open_[sim::index(fact.port)] = true; break;
        case FactKind::port_closed:
            if (done) open_[sim::index(fact.port)] = false;
            break;
        case FactKind::get_called: threads_[sim::index(fact.thread)].keys.clear(); break;
        case FactKind::get_returned:
        case FactKind::also_returned:
            if (fact.packet == sim::PacketId::none) break;
            threads_[sim::index(fact.thread)].port = fact.port;
            threads_[sim::index(fact.thread)].keys.push_back(fact.key);
            break;
        case FactKind::block_began: threads_[sim::index(fact.thread)].reason = fact.reason; break;
        default: break;
    }
}

// The port that a handle means, by the number of its first handle.
std::size_t GatedState::object(PortId handle) const {
    const std::size_t number = sim::index(handle);
    if (number >= header_.port_same_as.size()) return number;
    const PortId same = header_.port_same_as[number];
    return same == PortId::none ? number : sim::index(same);
}

// Empty for a port that none of the handles is open of.
std::string GatedState::port_text(std::size_t port, Ports& ports,
                                  const std::vector<WorkerStatus>& statuses) const {
    std::optional<PortId> handle;
    for (std::size_t i = 0; i < open_.size() && !handle; ++i)
        if (const auto id = sim::make_id<PortId>(i); open_[i] && object(id) == port) handle = id;
    if (!handle) return {};
    const auto text = [](std::optional<std::uint32_t> value) {
        return value ? std::to_string(*value) : std::string("?");
    };
    std::size_t waiters = 0;
    for (const WorkerStatus& status : statuses)
        if (status.doing == WorkerStatus::Doing::getting && !status.suspended &&
            object(status.port) == port)
            ++waiters;
    return " " + header_.ports[port] + "{queued=" + text(ports.depth(*handle)) +
           " active=" + text(ports.active(*handle)) + "/" + text(ports.limit(*handle)) +
           " waiters=" + std::to_string(waiters) + "}";
}

std::string GatedState::thread_text(std::size_t thread, const WorkerStatus& status) const {
    using Doing = WorkerStatus::Doing;
    if (status.doing == Doing::not_started) return {};
    const Thread& self = threads_[thread];
    const std::string text = " " + header_.threads[thread] + "=";
    if (status.doing == Doing::exited) return text + "exit";
    const bool getting = status.doing == Doing::getting;
    const bool sleeping = self.reason == sim::Reason::sleep;
    std::string word = getting ? "get" : "run";
    if (status.doing == Doing::blocked) word = sleeping ? "slp" : "blk";
    if (status.suspended) word = "susp";
    if (getting) return text + word + "(" + header_.ports[object(status.port)] + ")";
    if (self.keys.empty()) return text + word;
    return text + word + "[" + header_.ports[object(self.port)] + ":" + keys_text(self.keys) + "]";
}

std::string GatedState::line(Ports& ports, const std::vector<WorkerStatus>& statuses) const {
    std::string text = "state:";
    for (std::size_t port = 0; port < open_.size(); ++port)
        if (object(sim::make_id<PortId>(port)) == port) text += port_text(port, ports, statuses);
    for (std::size_t i = 0; i < statuses.size(); ++i) text += thread_text(i, statuses[i]);
    return text;
}

}  // namespace real
