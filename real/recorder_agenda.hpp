// What the driver has to do and when: the starts of threads and the stimuli of a scenario, as a
// plain value without clock or threads.
//
// Settled things happen one at a time, in the order in which they stand in the file; timed things
// when their time has come.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

#include "sim/scenario.hpp"

namespace real {

// One thing to do: let this client connect, carry out this stimulus, or start this thread.
struct AgendaItem {
    sim::ThreadId thread = sim::ThreadId::none;
    const sim::Stimulus* stimulus = nullptr;
    const sim::ClientSpec* client = nullptr;  // of these, this number connects
    std::uint32_t number = 0;

    bool operator==(const AgendaItem&) const = default;
};

class Agenda {
public:
    // Keeps pointers into the scenario, which must outlive it.
    explicit Agenda(const sim::Scenario&);

    // The earliest time at which something timed is due.
    [[nodiscard]] std::optional<sim::Nanos> next_time() const;
    // Does something wait for the run to settle? Not while a timed series runs that itself began
    // when the run had settled: what follows it in the file waits for its end.
    [[nodiscard]] bool waits_for_settled() const { return !settled_.empty() && series_ == 0; }
    [[nodiscard]] bool empty() const { return settled_.empty() && timed_.empty(); }

    // Takes the next thing that is due at `now`; nothing when none is.
    [[nodiscard]] std::optional<AgendaItem> take_due(sim::Nanos now);
    // Takes the next thing that waited for the run to settle, which it now has. What follows it at
    // once (count > 1, every = 0) is due at `now` then.
    [[nodiscard]] std::optional<AgendaItem> take_settled(sim::Nanos now);

private:
    // A stimulus or a group of threads, with how often it has happened.
    struct Entry {
        const sim::When* when = nullptr;
        const sim::Stimulus* stimulus = nullptr;
        const sim::ClientSpec* client = nullptr;
        sim::ThreadId first = sim::ThreadId::none;
        std::uint32_t position = 0;
        std::uint64_t done = 0;
        sim::StreamOf of{};  // with `which`: the stream that random gaps are drawn from
        std::size_t which = 0;
    };
    struct Due {
        sim::Nanos at = 0;
        std::uint64_t order = 0;  // among equal times: as scheduled
        std::size_t entry = 0;
        bool operator<(const Due& other) const {  // the priority queue's top is the greatest
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    void add(const sim::When&, const sim::Stimulus*, sim::ThreadId first, std::uint32_t position,
             std::size_t which);
    [[nodiscard]] AgendaItem happen(std::size_t entry, sim::Nanos at);
    void wait_for_time(std::size_t entry, sim::Nanos at);
    void wait_for_settled(std::size_t entry);

    std::uint64_t seed_;
    std::vector<Entry> entries_;        // in file order
    std::vector<std::size_t> settled_;  // entries that wait, in file order, the next one last
    std::priority_queue<Due> timed_;
    std::uint64_t scheduled_ = 0;
    std::uint64_t series_ = 0;  // what is still to come of such a series
};

}  // namespace real
