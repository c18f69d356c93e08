// Compares two runs of one scenario, usually the model and a measurement. They agree when the same
// packets went to the same threads and the calls had the same results; never the return order or a
// duration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace.hpp"

namespace sim {

// One packet and the thread that got it, in the order in which the trace tells it.
struct Dispatch {
    PacketId packet = PacketId::none;
    ThreadId thread = ThreadId::none;
    PortId port = PortId::none;
    std::size_t step = 0;  // number of the fact, from 1: where to jump to

    bool operator==(const Dispatch&) const = default;
};
// Hidden facts tell the order of release; without them calls tell who returned with what.
[[nodiscard]] std::vector<Dispatch> dispatches(const Trace&);
// The largest number of active threads of any port. Model traces only; 0 for others.
[[nodiscard]] std::uint32_t max_active(const Trace&);

enum class Agreement : std::uint8_t { agree, differ, undecided };

struct DispatchPair {
    PacketId packet = PacketId::none;
    ThreadId left = ThreadId::none;  // none: this packet reached no thread here
    ThreadId right = ThreadId::none;
    std::size_t left_step = 0, right_step = 0;  // 0: not there
    [[nodiscard]] bool same() const { return left == right; }
};

struct Comparison {
    Agreement agreement = Agreement::undecided;
    bool whole = true;                // both runs reached their end, and nothing of them is missing
    std::string reason;               // one sentence: what agrees, where it differs, why undecided
    std::vector<DispatchPair> pairs;  // by packet, ascending
    std::size_t first_difference = 0;  // index into pairs; pairs.size() when there is none
    // What packets and calls ended with, where that differs: sentences, also of undecided runs.
    std::vector<std::string> results;
    std::string badge;  // what this agreement proves (architecture.md)
};

[[nodiscard]] Comparison compare(const Trace& model, const Trace& measured);

}  // namespace sim
