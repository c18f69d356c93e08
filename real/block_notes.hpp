// Writes down the waits that the ports see from outside, where threads do not announce them. Its
// notebook is written by the thread that watches, as every worker writes its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "real/fact_buffer.hpp"
#include "real/worker_status.hpp"

namespace real {

class BlockNotes final : public BlockListener {
public:
    // What each thread says of itself, by ThreadId; when the run began, of clock_now(); and when it
    // was over, counted from its beginning: what happened later is not written. The cells and
    // `over`, which is kNever until it is known, must outlive it.
    BlockNotes(std::vector<const WaitCell*> cells, Nanos origin, const std::atomic<Nanos>& over);

    std::uint64_t says(ThreadId) override;
    void block_began(ThreadId, Nanos t0, Nanos t1, bool counts, std::uint64_t said) override;
    void block_ended(ThreadId, Nanos t0, Nanos t1) override;

    FactBuffer facts;

private:
    void note(sim::Fact);

    std::vector<const WaitCell*> cells_;
    Nanos origin_;
    const std::atomic<Nanos>& over_;
    std::vector<sim::Fact> waits_;  // by ThreadId: its block_began while it waits
    std::vector<bool> noted_;       // is there one?
};

}  // namespace real
