#include "cli/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/bound_words.hpp"
#include "sim/explain.hpp"

namespace cli {
namespace {

// Long tables say what they leave out; --json has everything.
constexpr std::size_t kMaxRows = 60;

std::string who(const sim::TraceHeader& header, sim::ThreadId thread) {
    return thread == sim::ThreadId::none ? "-" : std::string(sim::thread_name(header, thread));
}

std::uint32_t number(sim::PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

std::string thread_text(const sim::TraceHeader& header, const sim::StageThread& thread) {
    std::string text = who(header, thread.id);
    if (thread.hand != sim::PacketId::none)
        text += fmt::format(" with packet {}", number(thread.hand));
    if (thread.cpu >= 0) text += fmt::format(" on processor {}", thread.cpu);
    if (thread.reason == sim::Reason::event)
        text += fmt::format(" (waits for event {})", sim::event_name(header, thread.event));
    else if (thread.reason != sim::Reason::none)
        text += fmt::format(" (waits: {})", sim::name(thread.reason));
    return text;
}

std::string list(const sim::TraceHeader& header, const std::vector<sim::StageThread>& threads) {
    std::string text;
    for (std::size_t i = 0; i < threads.size() && i < kMaxRows; ++i)
        text += (i == 0 ? "" : ", ") + thread_text(header, threads[i]);
    if (threads.size() > kMaxRows) text += fmt::format(", and {} more", threads.size() - kMaxRows);
    return text.empty() ? "nobody" : text;
}

// "packets per thread: T1 0, T2 5"; nothing for a crowd.
std::string per_thread(const sim::Simulation& run) {
    constexpr std::size_t kMostNamed = 16;
    const auto& counts = run.summary.packets_per_thread;
    if (counts.size() > kMostNamed) return {};
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i)
        text += fmt::format("{}{} {}", i == 0 ? "  packets per thread: " : ", ",
                            run.trace.header.threads[i], counts[i]);
    return text.empty() ? text : text + "\n";
}

}  // namespace

std::string_view agreement_word(sim::Agreement agreement) {
    switch (agreement) {
        case sim::Agreement::agree: return "agree";
        case sim::Agreement::differ: return "differ";
        case sim::Agreement::undecided: return "undecided";
    }
    return {};
}

std::vector<sim::Dispatch> listed_dispatches(const sim::Trace& trace) {
    auto dispatches = sim::dispatches(trace);
    if (trace.header.backend != "model")
        std::stable_sort(dispatches.begin(), dispatches.end(),
                         [](const auto& a, const auto& b) { return a.packet < b.packet; });
    return dispatches;
}

std::string dispatch_table(const sim::Trace& trace) {
    const auto dispatches = listed_dispatches(trace);
    std::string text = "  packet  thread\n";
    for (std::size_t i = 0; i < std::min(dispatches.size(), kMaxRows); ++i)
        text += fmt::format("  {:>6}  {}\n", number(dispatches[i].packet),
                            who(trace.header, dispatches[i].thread));
    if (dispatches.size() > kMaxRows)
        text += fmt::format("  … and {} more packets\n", dispatches.size() - kMaxRows);
    return text;
}

std::string summary_text(const sim::Simulation& run) {
    const sim::SimulationSummary& s = run.summary;
    std::string text = fmt::format(
        "  {} packets posted, {} delivered, {} left in the queue, {} discarded\n"
        "  most threads active at once: {}, longest queue: {}\n"
        "  {} context switches, {} of virtual time\n",
        s.packets_posted, s.packets_delivered, s.packets_left, s.packets_discarded, s.max_active,
        s.max_queue, s.context_switches, sim::format_time(s.end));
    const auto latency = [&](std::string_view what, const sim::Latency& l) {
        if (l.count == 0) return;
        text += fmt::format("  {}: {} on average, half within {}, 95 % within {}, 99 % within {}\n",
                            what, sim::format_time(l.mean), sim::format_time(l.median),
                            sim::format_time(l.p95), sim::format_time(l.p99));
    };
    latency("from a packet's arrival until a thread has it", s.in_queue);
    latency("from its arrival until it is handled", s.in_system);
    text +=
        fmt::format("  processors busy {:.1f} % of the time, {:.2f} packets queued on average\n",
                    s.cpu_use * 100, s.mean_queue);
    if (s.operations > 0) text += fmt::format("  {} operations started on handles\n", s.operations);
    if (s.posts_failed > 0) text += fmt::format("  {} posts failed\n", s.posts_failed);
    text += per_thread(run);
    if (s.outcome != sim::Outcome::complete)
        text +=
            fmt::format("  the run did not end by itself: {}\n",
                        s.outcome == sim::Outcome::time_limit ? "its time limit was reached"
                                                              : "the limit of facts was reached");
    return text;
}

std::string stage_text(const sim::TraceHeader& header, const sim::Stage& stage) {
    std::string text;
    for (const sim::StagePort& port : stage.ports) {
        if (port.same_as != sim::PortId::none) continue;  // a name of another port
        const std::string words = sim::port_words(port, header);
        const std::string name =
            words.empty() ? fmt::format("port {}", sim::port_name(header, port.id)) : words;
        text += fmt::format("  {}: {} active, limit {}{}\n", name, port.active, port.limit,
                            port.closed ? ", closed" : "");
        std::string queue;
        for (const sim::Packet& packet : port.queue) queue += fmt::format(" {}", number(packet.id));
        if (port.queue.size() < port.queue_length)
            queue += fmt::format(" … ({} in all)", port.queue_length);
        text += fmt::format("    {}:{}\n",
                            stage.observed ? "posted, not yet returned, oldest first"
                                           : "packet queue, oldest first",
                            queue.empty() ? " empty" : queue);
        auto waiting = port.waiting;
        std::reverse(waiting.begin(), waiting.end());
        text += fmt::format("    {}: {}\n",
                            stage.observed ? "seen parked" : "waiting, next to wake first",
                            list(header, waiting));
        if (stage.observed && !port.in_call.empty())
            text += fmt::format("    in a call: {}\n", list(header, port.in_call));
        text += fmt::format("    released: {}\n", list(header, port.released));
        text += fmt::format("    paused: {}\n", list(header, port.paused));
    }
    text += fmt::format("  associated with no port: {}\n", list(header, stage.outside));
    if (!stage.ended.empty()) text += fmt::format("  exited: {}\n", list(header, stage.ended));
    return text;
}

std::string settings_text(const sim::TraceHeader& header) {
    std::string text;
    if (const std::string other = sim::describe(header.policies); !other.empty())
        text += fmt::format("This is another port than the documented one: {}\n", other);
    for (const auto& [key, value] : header.overrides)
        text += fmt::format("Instead of what the scenario says: {} = {}\n", key, value);
    return text;
}

std::string sentences(const sim::Trace& trace, const Remarks& remarks) {
    std::string text = remarks.text_at(0);
    for (std::size_t i = 0; i < trace.facts.size(); ++i) {
        const sim::Fact& fact = trace.facts[i];
        text += fmt::format("{:>6}  {:>10}  {}", i + 1, sim::format_time(fact.t0),
                            sim::sentence(trace.header, fact));
        if (fact.rule != sim::Rule::none) text += fmt::format("  [{}]", sim::info(fact.rule).id);
        text += "\n" + remarks.text_at(i + 1);
    }
    return text;
}

}  // namespace cli
