// Writes down the waits that the ports see from outside, where workers do not announce them. Its
// notebook is written by the thread that watches, as every worker writes its own.
#pragma once

#include <cstdint>
#include <vector>

#include "real/fact_buffer.hpp"
#include "real/worker_pool.hpp"

namespace real {

class BlockNotes final : public BlockListener {
public:
    // The pool must outlive it.
    explicit BlockNotes(const WorkerPool&);

    std::uint64_t says(ThreadId) override;
    void block_began(ThreadId, Nanos t0, Nanos t1, bool counts, std::uint64_t said) override;
    void block_ended(ThreadId, Nanos t0, Nanos t1) override;

    FactBuffer facts;

private:
    void note(sim::Fact);

    const WorkerPool& pool_;
    std::vector<sim::Fact> waits_;  // by ThreadId: its block_began while it waits
    std::vector<bool> noted_;       // is there one?
};

}  // namespace real
