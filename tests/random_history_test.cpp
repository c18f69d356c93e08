// The generators that test the checker, tested without it. What happens in a prompt history is
// certain, so PortModel can replay it in the order of its facts: the right port's histories, and no
// history in which a mutation has shown.
//
// IOCPSCOPE_LONG=1 tries more seeds.
#include "tests/random_history.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/port_model.hpp"
#include "sim/scenario.hpp"
#include "sim/trace_io.hpp"

using namespace sim;  // NOLINT: a test of one namespace
using test::Mutation;

namespace {

const std::uint64_t kSeeds = std::getenv("IOCPSCOPE_LONG") != nullptr ? 10'000 : 300;

// Plays a trace fact by fact; false where the model did something else.
class Replay {
public:
    explicit Replay(const TraceHeader& header) : deadlines_(header.threads.size(), kInfinite) {
        for (const std::uint32_t limit : header.concurrency) model_.create_port(limit);
        for (std::size_t i = 0; i < header.threads.size(); ++i)
            model_.ensure_thread(make_id<ThreadId>(i));
    }

    bool play(const Fact& fact) {
        PortModel::Facts out;
        const bool fits = act(fact, out);
        for (const Fact& done : out) collect(done);
        return fits && !model_.broken_invariant();
    }
    // Nobody has been released who did not return.
    [[nodiscard]] bool at_rest() const { return decided_.empty(); }

private:
    bool act(const Fact& fact, PortModel::Facts& out) {
        switch (fact.kind) {
            case FactKind::posted: return post(fact, out);
            case FactKind::port_closed: model_.close(fact.port, ThreadId::none, out); break;
            case FactKind::get_called: return call(fact, out);
            case FactKind::block_began: model_.block(fact.thread, {}, out); break;
            case FactKind::block_ended: model_.unblock(fact.thread, {}, out); break;
            case FactKind::thread_exited: model_.exit(fact.thread, out); break;
            case FactKind::suspended: model_.suspend(fact.thread, out); break;
            case FactKind::resumed:
                model_.resume(fact.thread, due(fact.thread, fact.t0), out);
                break;
            case FactKind::parked:
                return model_.thread(fact.thread).status == ThreadStatus::waiting &&
                       model_.thread(fact.thread).port == fact.port;
            case FactKind::get_returned: return returned(fact, out);
            case FactKind::also_returned: return got(fact);
            default: break;
        }
        return true;
    }
    bool post(const Fact& fact, PortModel::Facts& out) {
        if (!model_.usable(fact.port)) return fact.error == Win32Error::invalid_handle;
        model_.insert(fact.port, {.id = fact.packet, .key = fact.key}, fact.thread, out);
        return fact.error == Win32Error::success;
    }
    bool call(const Fact& fact, PortModel::Facts& out) {
        const ThreadStatus status = model_.thread(fact.thread).status;
        if (status != ThreadStatus::outside && status != ThreadStatus::released) return false;
        deadlines_[index(fact.thread)] =
            fact.amount == kInfinite ? kInfinite : fact.t0 + fact.amount;
        const auto entered = model_.enter(fact.thread, fact.port,
                                          {.timeout = fact.amount, .batch = fact.number}, out);
        if (entered == PortModel::Entered::invalid_handle)
            decided_[fact.thread] = {.error = Win32Error::invalid_handle};
        return true;
    }
    [[nodiscard]] bool due(ThreadId id, Nanos now) const {
        return deadlines_[index(id)] != kInfinite && deadlines_[index(id)] <= now;
    }
    // A wait may have timed out just now.
    bool returned(const Fact& fact, PortModel::Facts& out) {
        if (decided_.count(fact.thread) == 0) {
            const bool waits = model_.thread(fact.thread).status == ThreadStatus::waiting;
            if (!waits || !due(fact.thread, fact.t0)) return false;
            model_.end_wait(fact.thread, Win32Error::wait_timeout, out);
            for (const Fact& done : std::exchange(out, {})) collect(done);
        }
        const Decided decided = decided_[fact.thread];
        if (decided.error != fact.error || decided.packets.size() != fact.number) return false;
        if (!decided.packets.empty()) return got(fact);
        decided_.erase(fact.thread);
        return true;
    }
    bool got(const Fact& fact) {
        const auto found = decided_.find(fact.thread);
        if (found == decided_.end() || found->second.packets.front() != fact.packet) return false;
        found->second.packets.erase(found->second.packets.begin());
        if (found->second.packets.empty()) decided_.erase(found);
        return true;
    }
    void collect(const Fact& done) {
        switch (done.kind) {
            case FactKind::handed_off:
            case FactKind::taken:
            case FactKind::also_taken:
            case FactKind::activated: decided_[done.thread].packets.push_back(done.packet); break;
            case FactKind::wait_ended:
            case FactKind::abandoned: decided_[done.thread].error = done.error; break;
            default: break;
        }
    }

    struct Decided {
        Win32Error error = Win32Error::success;
        std::vector<PacketId> packets{};
    };
    PortModel model_;
    std::vector<Nanos> deadlines_;
    std::map<ThreadId, Decided> decided_;
};

// The number of the first fact that the right port would not have led to; 0 when it fits.
std::size_t first_misfit(const Trace& trace) {
    Replay replay(trace.header);
    for (std::size_t i = 0; i < trace.facts.size(); ++i)
        if (!replay.play(trace.facts[i])) return i + 1;
    return replay.at_rest() ? 0 : trace.facts.size();
}

}  // namespace

TEST_CASE("the model replays what the plain ports do") {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed ", seed);
        const test::History history = test::random_history(seed);
        CHECK_FALSE(history.exercised);
        CHECK(first_misfit(history.trace) == 0);
    }
}

TEST_CASE("the model does not replay a history in which a mutation shows, and every other") {
    std::array<std::uint64_t, test::kMutations> shown{};
    for (std::size_t m = 1; m < test::kMutations; ++m) {
        const auto mutation = static_cast<Mutation>(m);
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            const test::History history = test::random_history(seed, {.mutation = mutation});
            INFO(name(mutation), ", seed ", seed);
            CHECK((first_misfit(history.trace) != 0) == history.exercised);
            shown[m] += history.exercised ? 1 : 0;
        }
        MESSAGE(name(mutation), " shows in ", shown[m], " of ", kSeeds);
        CHECK(shown[m] * 10 >= kSeeds);
    }
}

TEST_CASE("a random history is a trace that can be written and read, and what it holds is varied") {
    std::map<FactKind, std::uint64_t> seen;
    for (std::uint64_t seed = 1; seed <= 50; ++seed)
        for (const bool prompt : {true, false}) {
            INFO("seed ", seed, ", prompt: ", prompt);
            const Trace trace = test::random_history(seed, {.prompt = prompt}).trace;
            CHECK(trace == test::random_history(seed, {.prompt = prompt}).trace);
            const auto read = trace_from_ndjson(to_ndjson(trace), "random.trace");
            REQUIRE_MESSAGE(read, render(read.error()));
            CHECK(to_ndjson(*read) == to_ndjson(trace));
            const auto scenario = parse_scenario(trace.header.scenario, "random.toml");
            REQUIRE_MESSAGE(scenario, render(scenario.error()));
            CHECK(scenario->thread_count() == trace.header.threads.size());
            for (const Fact& fact : trace.facts) ++seen[fact.kind];
            CHECK(trace.facts.back().kind == FactKind::ended);
        }
    for (const FactKind kind :
         {FactKind::port_closed, FactKind::thread_exited, FactKind::suspended, FactKind::resumed,
          FactKind::computing, FactKind::block_ended, FactKind::also_returned, FactKind::settled})
        CHECK_MESSAGE(seen[kind] > 20, info(kind).name);
    CHECK_FALSE(has_hidden_facts(test::random_history(1).trace));
}

// Facts of one thread in their order, to find what became of them.
using Streams = std::map<std::pair<ThreadId, FactKind>, std::vector<Fact>>;
Streams streams_of(const Trace& trace) {
    Streams streams;
    for (const Fact& fact : trace.facts) streams[{fact.thread, fact.kind}].push_back(fact);
    return streams;
}

TEST_CASE("jitter widens intervals, and keeps the order of what one thread did") {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        INFO("seed ", seed);
        const Trace exact = test::random_history(seed, {.prompt = false}).trace;
        const Trace wide = test::jitter(exact, seed, 5'000'000);
        REQUIRE(wide.facts.size() == exact.facts.size());
        const Streams before = streams_of(exact);
        Streams after = streams_of(wide);
        for (const auto& [who, facts] : before) {
            const std::vector<Fact>& moved = after[who];
            REQUIRE(moved.size() == facts.size());
            for (std::size_t i = 0; i < facts.size(); ++i) {
                Fact same = moved[i];
                same.t0 = facts[i].t0;
                same.t1 = facts[i].t1;
                CHECK(same == facts[i]);
                const bool later = who.second == FactKind::get_returned ||
                                   who.second == FactKind::also_returned ||
                                   who.second == FactKind::ended;
                CHECK((later || moved[i].t0 <= facts[i].t0));
                CHECK((who.second == FactKind::get_called || moved[i].t1 >= facts[i].t1));
            }
        }
        Nanos last = 0;
        for (const Fact& fact : wide.facts) {
            CHECK(fact.t0 >= last);
            CHECK(fact.t1 >= fact.t0);
            last = fact.t0;
        }
        CHECK(test::jitter(exact, seed, 0) == exact);
        CHECK(trace_from_ndjson(to_ndjson(wide), "wide.trace").has_value());
    }
}
