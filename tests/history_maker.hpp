// How a random history comes about (tests/random_history.hpp): threads and main do one random thing
// after the other to mutant ports, and every port is accompanied by a right one until they differ.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/random_history.hpp"

namespace test {

class HistoryMaker {
public:
    HistoryMaker(std::uint64_t seed, const HistoryOptions&);
    [[nodiscard]] History make();

private:
    static constexpr sim::Key kFarewell = 99;
    enum class Life : std::uint8_t { unborn, running, calling, blocked, exited };
    struct Actor {
        Life life = Life::unborn;
        std::uint32_t suspends = 0;
        GetCall call;
        std::optional<Release> result;  // its call is decided and has not returned
        bool leaves = false;            // its port is gone, or it got a farewell packet
    };
    using Id = ThreadId;

    // history_maker.cpp
    void write_header(std::uint64_t seed);
    void step();
    [[nodiscard]] bool main_acts();
    void someone_acts(Id);
    void pass_time(Nanos duration);
    void end_operation();
    void compare();
    void finish();
    [[nodiscard]] bool finish_one();

    // history_operations.cpp: what can be done, each with its fact
    template <class Operation>
    void both(Operation operation);
    void note(sim::Fact);
    void start(Id);
    void get(Id, const GetCall&);
    void post(PortId, sim::Key, Id by);
    void close(PortId);
    void compute(Id);
    void block(Id);
    void unblock(Id);
    void suspend(Id);
    void resume(Id);
    void exit(Id);
    void return_from_call(Id);
    void note_parked();

    Actor& actor(Id id) { return actors_[sim::index(id)]; }
    // A random thread of this kind, or none.
    template <class Which>
    [[nodiscard]] Id any(Which which);
    [[nodiscard]] Id any_running();
    [[nodiscard]] Id any_decided();
    [[nodiscard]] PortId any_port();
    [[nodiscard]] GetCall any_call();
    [[nodiscard]] bool chance(std::uint64_t percent) { return random_.below(100) < percent; }
    static bool free_to_act(const Actor& a) { return a.life == Life::running && a.suspends == 0; }

    HistoryOptions options_;
    sim::Random random_;
    History history_;
    Nanos now_ = 1'000'000'000;
    std::vector<std::uint32_t> limits_;
    std::vector<Actor> actors_;
    MutantPorts ports_;
    std::optional<MutantPorts> right_;  // nothing once they have differed
    std::vector<Release> right_releases_;
    std::vector<Release> releases_;  // of this step
    std::vector<sim::Key> keys_{0};  // by packet
};

}  // namespace test
