// Random histories of completion ports for tests of the checker: what a recorder would have written
// had it watched mutant ports (tests/mutant_port.hpp). Facts of classes stimulus, call and evidence
// only; every instant is exact and no two facts happen at one instant, but what an observer sees
// together. The same seed and options give the same history on every system.
#pragma once

#include <cstdint>

#include "sim/trace.hpp"
#include "tests/mutant_port.hpp"

namespace test {

struct HistoryOptions {
    Mutation mutation = Mutation::none;
    // After every step who waits is seen waiting, and a port at rest is called settled.
    bool evidence = true;
    // A call returns as soon as it is decided. What happens inside the ports is then certain from
    // what is seen. Otherwise it returns some time later, and other things happen before.
    bool prompt = true;
};

struct History {
    sim::Trace trace;
    // The ports did something that documented ones would not have done there, and it shows. Known
    // for prompt histories with evidence.
    bool exercised = false;
};

// Two to eight threads, one or two ports with limits of 1 to 3, about fifty steps.
[[nodiscard]] History random_history(std::uint64_t seed, const HistoryOptions& = {});

// The same history as the clocks around system calls would show it. Intervals grow by up to `width`
// ns on either side, but what one thread did stays in its order; a call is seen to begin earlier
// and to return later. Block facts may overlap what the thread does next, as those of an observer
// do. Also for traces of the model.
[[nodiscard]] sim::Trace jitter(const sim::Trace&, std::uint64_t seed, Nanos width);

// Without what an observer of waiting threads saw.
[[nodiscard]] sim::Trace without_evidence(const sim::Trace&);

}  // namespace test
