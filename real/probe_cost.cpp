#include "real/probe_cost.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <vector>

#include "real/clock.hpp"
#include "real/fact_buffer.hpp"

namespace real {

// As a worker does it (Worker::fact and Worker::note): the clock, a fact, the notebook.
Nanos probe_cost() {
    constexpr std::size_t kFacts = 1024;
    std::array<Nanos, 9> rounds{};
    FactBuffer notebook(kFacts);
    std::vector<sim::Fact> read;
    for (Nanos& round : rounds) {
        const Nanos begin = clock_now();
        for (std::size_t i = 0; i < kFacts; ++i) {
            sim::Fact fact{.kind = sim::FactKind::computing};
            fact.t0 = fact.t1 = clock_now();
            fact.thread = sim::make_id<ThreadId>(0);
            notebook.push(fact);
        }
        round = (clock_now() - begin) / static_cast<Nanos>(kFacts);
        read.clear();
        notebook.drain(read);
    }
    std::nth_element(rounds.begin(), rounds.begin() + rounds.size() / 2, rounds.end());
    return std::max<Nanos>(rounds[rounds.size() / 2], 1);
}

std::optional<std::uint64_t> probe_cost_of(const sim::TraceHeader& header) {
    for (const auto& [key, value] : header.host) {
        std::uint64_t cost = 0;
        const char* const end = value.data() + value.size();
        const auto read = std::from_chars(value.data(), end, cost);
        if (key == kProbeCost && read.ec == std::errc{} && read.ptr == end) return cost;
    }
    return std::nullopt;
}

}  // namespace real
