#include "sim/scenario.hpp"

#include <algorithm>
#include <bit>

namespace sim {
namespace {

void add_names(std::vector<std::string>& names, const std::string& name, std::uint64_t count) {
    if (count == 1) names.push_back(name);
    for (std::uint64_t i = 1; count > 1 && i <= count; ++i)
        names.push_back(name + std::to_string(i));
}

// Which conditions a handler has, as a number that grows with their number and their weight. One
// handle says more than a group of them.
std::uint32_t weight(const Handler& h) {
    const std::uint32_t has =
        (h.handle ? 8u : 0u) | (h.key ? 4u : 0u) | (h.operation ? 2u : 0u) | (h.result ? 1u : 0u);
    const std::uint32_t one_handle = h.handle && !h.whole_group ? 1 : 0;
    return static_cast<std::uint32_t>(std::popcount(has)) * 32 + has * 2 + one_handle;
}

}  // namespace

Nanos next_instant(const When& when, std::uint64_t seed, StreamOf of, std::size_t which,
                   std::uint64_t done, Nanos before) {
    DrawStream stream(seed, of, which);
    return next_instant(when, stream, done, before);
}

Nanos next_instant(const When& when, DrawStream& gaps, std::uint64_t done, Nanos before) {
    if (done == 0) return when.at + (when.instants.empty() ? 0 : when.instants.front());
    if (when.instants.empty()) return before + gaps.draw(when.every, done);
    return std::max(before, when.at + when.instants[static_cast<std::size_t>(done)]);
}

std::function<std::optional<std::string>(std::string_view name)> reader_of(
    std::vector<std::pair<std::string, std::string>> files) {
    return [files = std::move(files)](std::string_view name) -> std::optional<std::string> {
        for (const auto& [each, text] : files)
            if (each == name) return text;
        return std::nullopt;
    };
}

std::size_t Scenario::thread_count() const {
    std::size_t count = 0;
    for (const ThreadSpec& group : threads) count += static_cast<std::size_t>(group.when.count);
    return count;
}

std::size_t Scenario::handle_count() const {
    std::size_t count = 0;
    for (const HandleSpec& group : handles) count += group.count;
    return count;
}

std::size_t Scenario::client_count() const {
    std::size_t count = 0;
    for (const ClientSpec& group : clients) count += static_cast<std::size_t>(group.when.count);
    return count;
}

std::vector<std::string> Scenario::thread_names() const {
    std::vector<std::string> names;
    names.reserve(thread_count());
    for (const ThreadSpec& group : threads) add_names(names, group.name, group.when.count);
    return names;
}

std::vector<std::string> Scenario::handle_names() const {
    std::vector<std::string> names;
    names.reserve(handle_count());
    for (const HandleSpec& group : handles) add_names(names, group.name, group.count);
    return names;
}

const HandleSpec& Scenario::handle_spec(HandleId id) const {
    // Groups are few, and their ids ascend.
    const auto after = std::upper_bound(
        handles.begin(), handles.end(), id,
        [](HandleId wanted, const HandleSpec& spec) { return index(wanted) < index(spec.first); });
    return *std::prev(after);
}

const Handler* Scenario::only_handler() const {
    if (handlers.size() != 1) return nullptr;
    const Handler& only = handlers.front();
    const bool conditions = only.handle || only.key || only.operation || only.result;
    return conditions ? nullptr : &only;
}

const Handler* Scenario::handler_for(const Packet& packet) const {
    const Handler* best = nullptr;
    const HandleId group =
        packet.handle == HandleId::none ? packet.handle : handle_spec(packet.handle).first;
    for (const Handler& h : handlers) {
        if (h.key && *h.key != packet.key) continue;
        if (h.operation && *h.operation != packet.operation) continue;
        if (h.handle && *h.handle != (h.whole_group ? group : packet.handle)) continue;
        if (h.result && *h.result != io_result(packet.operation, packet.error, packet.bytes))
            continue;
        if (best == nullptr || weight(h) > weight(*best)) best = &h;
    }
    return best;
}

bool depends_on_time(const Scenario& scenario) {
    const auto timed = [](const Step& step) {
        switch (step.kind) {
            case Step::Kind::block:
            case Step::Kind::lock:  // who finds it taken depends on how long others keep it
            case Step::Kind::io: return true;
            case Step::Kind::get:
            case Step::Kind::wait:
            case Step::Kind::wait_port: return step.timeout > 0;  // kInfinite is negative
            default: return false;
        }
    };
    if (!scenario.clients.empty()) return true;  // they run beside the threads
    for (const Handler& handler : scenario.handlers)
        if (std::any_of(handler.steps.begin(), handler.steps.end(), timed)) return true;
    for (const Stimulus& stimulus : scenario.stimuli)
        if (!stimulus.when.settled || !stimulus.when.every.zero()) return true;
    for (const ThreadSpec& thread : scenario.threads) {
        if (std::any_of(thread.script.begin(), thread.script.end(), timed)) return true;
        // Threads that start together race to the port.
        if (!thread.when.settled || (thread.when.count > 1 && !thread.when.every_settled))
            return true;
    }
    return false;
}

}  // namespace sim
