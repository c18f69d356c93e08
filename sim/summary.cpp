// What a scenario expects of a run, held against what happened.
#include <fmt/format.h>

#include <algorithm>

#include "sim/compare.hpp"
#include "sim/simulator.hpp"

namespace sim {
namespace {

std::uint32_t number(PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

void check_dispatch(const Scenario& scenario, const Simulation& run,
                    std::vector<std::string>& unmet) {
    const auto& wanted = scenario.expect.dispatch;
    // Without a trace the order is not known; whoever asked for that says so.
    if (wanted.empty() || run.trace.facts.empty()) return;
    const std::vector<Dispatch> got = dispatches(run.trace);
    const TraceHeader& header = run.trace.header;
    for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
        if (i >= got.size()) {
            unmet.push_back(fmt::format("dispatch {}: {} is expected, but there are only {}", i + 1,
                                        thread_name(header, wanted[i].thread), got.size()));
            return;
        }
        const std::string happened = fmt::format("packet {} goes to {}", number(got[i].packet),
                                                 thread_name(header, got[i].thread));
        if (i >= wanted.size()) {
            unmet.push_back(fmt::format("dispatch {}: none is expected, but {}", i + 1, happened));
            return;
        }
        const bool same_packet =
            wanted[i].packet == PacketId::none || wanted[i].packet == got[i].packet;
        if (wanted[i].thread == got[i].thread && same_packet) continue;
        unmet.push_back(fmt::format("dispatch {}: {} is expected{}, but {}", i + 1,
                                    thread_name(header, wanted[i].thread),
                                    wanted[i].packet == PacketId::none
                                        ? std::string()
                                        : fmt::format(" with packet {}", number(wanted[i].packet)),
                                    happened));
        return;  // what follows differs because of this
    }
}

template <class Number>
void check_number(std::string_view what, const std::optional<Number>& wanted, Number got,
                  std::vector<std::string>& unmet) {
    if (wanted && *wanted != got)
        unmet.push_back(fmt::format("{}: {} is expected, but it is {}", what, *wanted, got));
}

}  // namespace

std::vector<std::string> unmet_expectations(const Scenario& scenario, const Simulation& run) {
    std::vector<std::string> unmet;
    check_dispatch(scenario, run, unmet);
    const Expect& expect = scenario.expect;
    check_number("max_active", expect.max_active, run.summary.max_active, unmet);
    check_number("delivered", expect.delivered, run.summary.packets_delivered, unmet);
    check_number("left_in_queue", expect.left_in_queue, run.summary.packets_left, unmet);
    for (const ThreadId thread : expect.never_wakes)
        if (const std::uint64_t got = run.summary.packets_per_thread[index(thread)]; got > 0)
            unmet.push_back(fmt::format("never_wakes: {} should get no packet, but it gets {}",
                                        thread_name(run.trace.header, thread), got));
    return unmet;
}

}  // namespace sim
