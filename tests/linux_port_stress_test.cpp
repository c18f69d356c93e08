// Our Linux port under load: sixteen workers that wait, poll, time out, take several packets in a
// call, hear APCs, block, post, move between two ports, exit and come back, and several posters.
// Compiled with IOCPSCOPE_CHECK_PORT: the port looks at its own invariants INV-1 to INV-4 after
// every transition and aborts when one is broken.
//
// IOCPSCOPE_STRESS_PACKETS sets the number of packets of each run (default 1,000,000);
// IOCPSCOPE_STRESS_SEED the seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "real/port_linux_ports.hpp"
#include "real/switch_records.hpp"

#ifndef IOCPSCOPE_CHECK_PORT
#error "The stress test is meant to run with the checks compiled in"
#endif

namespace {

using real::Completion;
using sim::Nanos;
using sim::PortId;
using sim::ThreadId;
using sim::Win32Error;

constexpr std::uint32_t kWorkers = 16;
constexpr std::uint32_t kPosters = 4;
constexpr std::uint32_t kTormentors = 2;
constexpr std::uint32_t kBurst = 4000;  // packets posted to each port just before it is closed
constexpr Nanos kMillisecond = 1'000'000;
constexpr Nanos kPatience = 300'000 * kMillisecond;  // only ends a hang

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before threads
    return value == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(value, {}, 10));
}

struct Tally {
    std::atomic<std::uint64_t> delivered{0};
    std::atomic<std::uint64_t> timeouts{0};
    std::atomic<std::uint64_t> blocks{0};
    std::atomic<std::uint64_t> moves{0};
    std::atomic<std::uint64_t> lives{0};
    std::atomic<std::uint64_t> own_posts{0};
    std::atomic<std::uint64_t> suspensions{0};
    std::atomic<std::uint64_t> batches{0};      // calls that brought more than one packet
    std::atomic<std::uint64_t> apc_returns{0};  // calls that an APC ended
    std::atomic<std::uint64_t> apcs_queued{0};
    // Must stay 0.
    std::atomic<std::uint64_t> twice{0};
    std::atomic<std::uint64_t> at_wrong_port{0};
    std::atomic<std::uint64_t> overtaken{0};
    std::atomic<std::uint64_t> odd_results{0};
};

class CountingApc : public real::Apc {
public:
    std::atomic<std::uint64_t> runs{0};
    void run() override { ++runs; }
};

class Storm {
public:
    Storm(std::uint32_t limit, std::uint32_t packets, std::uint32_t seed, bool suspends,
          sim::Blocking blocking)
        : ports_(real::make_block_watch(blocking)),
          packets_(packets),
          seed_(seed),
          suspends_(suspends),
          seen_(packets + 2 * kBurst),
          accepted_(packets + 2 * kBurst) {
        ports_.create(limit);
        ports_.create(limit);
    }

    // Carries out the whole run.
    void rage() {
        std::vector<std::thread> threads;
        for (std::uint32_t id = 0; id < kWorkers; ++id) {
            threads.emplace_back([this, id] { be_reborn(id); });
        }
        std::vector<std::thread> posters;
        for (std::uint32_t number = 0; number < kPosters; ++number) {
            posters.emplace_back([this, number] { pour(number); });
        }
        std::vector<std::thread> tormentors;
        for (std::uint32_t number = 0; suspends_ && number < kTormentors; ++number) {
            tormentors.emplace_back([this, number] { torment(number); });
        }
        for (std::thread& poster : posters) poster.join();
        // Workers may still be posting their last one; then everything must arrive.
        while (tally.delivered.load() < packets_) std::this_thread::sleep_for(kPause);
        for (const PortId port : {PortId{0}, PortId{1}}) {
            for (std::uint32_t i = 0; i < kBurst; ++i) post_next(port, kNoPoster, 0);
            CHECK(ports_.close(port) == Win32Error::success);
        }
        for (std::thread& thread : threads) thread.join();
        all_left_ = true;
        for (std::thread& tormentor : tormentors) tormentor.join();
    }

    // Each accepted packet was delivered once or is among those that the close discarded.
    void settle_accounts() {
        std::uint64_t missing = 0;
        std::uint64_t from_nowhere = 0;
        for (std::size_t id = 0; id < seen_.size(); ++id) {
            const std::uint8_t times = seen_[id].load();
            if (accepted_[id] != 0 && times == 0) ++missing;
            if (accepted_[id] == 0 && times != 0) ++from_nowhere;
        }
        CHECK(missing == ports_.discarded(PortId{0}) + ports_.discarded(PortId{1}));
        CHECK(from_nowhere == 0);
        CHECK(next_.load() == seen_.size());
        CHECK(tally.delivered.load() + missing == seen_.size());
    }

    Tally tally;
    CountingApc apc;

private:
    using Random = std::minstd_rand;
    static constexpr std::chrono::microseconds kPause{100};
    static constexpr std::uint32_t kNoPoster = kPosters;

    static bool one_in(Random& random, std::uint32_t n) { return (random() >> 4) % n == 0; }

    // False when the port refused the packet or all have been posted.
    bool post_next(PortId port, std::uint32_t poster, std::uint32_t sequence) {
        const std::uint32_t id = next_.fetch_add(1);
        const Completion packet{.key = (std::uint64_t{poster} << 32) | sequence,
                                .bytes = static_cast<std::uint32_t>(index(port)),
                                .overlapped = id};
        const bool accepted = ports_.post(port, packet) == Win32Error::success;
        if (accepted) accepted_[id] = 1;
        return accepted;
    }
    // Takes the right to post one of the regular packets.
    bool may_post() {
        std::uint32_t taken = granted_.load();
        while (taken < packets_) {
            if (granted_.compare_exchange_weak(taken, taken + 1)) return true;
        }
        return false;
    }

    // A poster: bursts of random length, and never so far ahead that no worker ever waits.
    void pour(std::uint32_t number) {
        Random random(seed_ + 1000 + number);
        std::array<std::uint32_t, 2> sequence{};
        while (may_post()) {
            const std::uint32_t port = static_cast<std::uint32_t>(random() >> 8) % 2;
            post_next(PortId{port}, number, ++sequence[port]);
            if (one_in(random, 50)) std::this_thread::sleep_for(kPause);
            if (one_in(random, 20))
                alert(ThreadId{static_cast<std::uint32_t>(random()) % kWorkers});
            while (next_.load() > tally.delivered.load() + 2000) {
                std::this_thread::sleep_for(kPause);
            }
        }
    }

    // Suspends workers for a moment, whatever they do, and resumes whoever is suspended.
    void torment(std::uint32_t number) {
        Random random(seed_ + 2000 + number);
        while (!all_left_) {
            const ThreadId victim{static_cast<std::uint32_t>(random() >> 4) % kWorkers};
            for (auto times = 1 + (random() >> 6) % 3; times > 0; --times) {
                const auto result = ports_.suspend(victim, ThreadId::none, kPatience);
                if (result.error == Win32Error::success) ++tally.suspensions;
                if (result.error == Win32Error::wait_timeout) ++tally.odd_results;
            }
            if (one_in(random, 3)) std::this_thread::sleep_for(kPause);
            for (std::uint32_t id = 0; id < kWorkers; ++id) {
                if (!one_in(random, 4)) ports_.resume(ThreadId{id});
            }
        }
    }
    // A worker that is between two lives gets none.
    void alert(ThreadId worker) {
        if (ports_.queue_apc(worker, apc) == Win32Error::success) ++tally.apcs_queued;
    }

    // A worker's number, carried by one thread after the other.
    void be_reborn(std::uint32_t number) {
        Random random(seed_ + number);
        bool again = true;
        while (again) {
            ++tally.lives;
            std::thread life([&] { again = live(number, random); });
            life.join();
        }
    }

    // True: the thread has had enough, another one goes on. False: both ports are closed.
    bool live(std::uint32_t number, Random& random) {
        const ThreadId self{number};
        ports_.thread_begins(self);
        // Four workers stay with their port, so that none is left without.
        const bool moves = number >= 4;
        std::uint32_t port = number % 2;
        std::uint32_t closed = 0;
        bool again = true;
        while (closed < 2) {
            if (moves && one_in(random, 10)) {
                port = 1 - port;
                ++tally.moves;
            }
            if (!serve(self, PortId{port}, random)) {
                port = 1 - port;
                ++closed;
            } else {
                closed = 0;
                if (one_in(random, 1000)) break;
            }
        }
        again = closed < 2;
        ports_.thread_ends(self);
        return again;
    }

    // One call and what follows. False: the port is closed.
    bool serve(ThreadId self, PortId port, Random& random) {
        std::array<std::uint32_t, kPosters> returned{};
        for (std::uint32_t i = 0; i < kPosters; ++i) {
            returned[i] = returned_[index(port)][i].load();
        }
        Room room;
        const real::GetManyResult result = call(self, port, room, random);
        switch (result.error) {
            case Win32Error::success:
                if (result.count == 0 || result.count > room.size()) ++tally.odd_results;
                if (result.count > 1) ++tally.batches;
                for (std::uint32_t i = 0; i < result.count; ++i) receive(port, room[i], returned);
                break;
            case Win32Error::wait_io_completion: ++tally.apc_returns; break;
            case Win32Error::wait_timeout: ++tally.timeouts; break;
            case Win32Error::abandoned_wait_0:
            case Win32Error::invalid_handle: return false;
            default: ++tally.odd_results; break;
        }
        if (one_in(random, 6)) {
            ++tally.blocks;
            ports_.block_begins(self);
            if (one_in(random, 20)) std::this_thread::sleep_for(kPause);
            ports_.safe_point(self);
            if (!one_in(random, 10)) ports_.block_ends(self);  // or call get while blocked
        }
        if (suspends_ && one_in(random, 500)) {
            const ThreadId other{static_cast<std::uint32_t>(random() >> 4) % kWorkers};
            const auto suspended = ports_.suspend(other, self, kPatience);
            if (suspended.error == Win32Error::success) ++tally.suspensions;
            ports_.safe_point(self);
        }
        if (one_in(random, 20) && may_post()) {
            ++tally.own_posts;
            post_next(one_in(random, 2) ? port : PortId{0}, kNoPoster, 0);
        }
        return true;
    }

    using Room = std::array<Completion, 6>;

    // For one packet or several, alertable or not.
    real::GetManyResult call(ThreadId self, PortId port, Room& room, Random& random) {
        const Nanos time = timeout(random);
        if (one_in(random, 2)) {
            const auto most = 1 + static_cast<std::uint32_t>(random() >> 8) % room.size();
            return ports_.get_many(self, port, room, static_cast<std::uint32_t>(most), time,
                                   one_in(random, 2));
        }
        const real::GetResult result = ports_.get(self, port, time);
        room[0] = result.packet;
        return {.error = result.error, .count = result.has_packet ? 1U : 0U};
    }

    static Nanos timeout(Random& random) {
        switch ((random() >> 8) % 8) {
            case 0: return 0;
            case 1: return kMillisecond;
            case 2: return 3 * kMillisecond;
            default: return sim::kInfinite;
        }
    }

    // `returned`: the newest packet of each poster that had been returned before the call began. An
    // older one that is returned by this call was overtaken in the queue (M-FIFO).
    void receive(PortId port, const Completion& packet,
                 const std::array<std::uint32_t, kPosters>& returned) {
        if (packet.bytes != index(port)) ++tally.at_wrong_port;
        if (seen_[packet.overlapped].fetch_add(1) != 0) ++tally.twice;
        const auto poster = static_cast<std::uint32_t>(packet.key >> 32);
        const auto sequence = static_cast<std::uint32_t>(packet.key);
        if (poster < kPosters) {
            if (sequence <= returned[poster]) ++tally.overtaken;
            auto& newest = returned_[index(port)][poster];
            std::uint32_t known = newest.load();
            while (known < sequence && !newest.compare_exchange_weak(known, sequence)) {
            }
        }
        ++tally.delivered;
    }

    real::LinuxPorts ports_;
    std::uint32_t packets_;
    std::uint32_t seed_;
    bool suspends_;
    std::atomic<bool> all_left_{false};
    std::atomic<std::uint32_t> granted_{0};  // regular packets that somebody may post or has posted
    std::atomic<std::uint32_t> next_{0};     // number of the next packet
    std::vector<std::atomic<std::uint8_t>> seen_;  // how often each packet was delivered
    std::vector<std::uint8_t> accepted_;           // each written by its poster alone
    std::array<std::array<std::atomic<std::uint32_t>, kPosters>, 2> returned_{};
};

void run(std::uint32_t limit, bool suspends = false,
         sim::Blocking blocking = sim::Blocking::announced) {
    std::uint32_t packets = from_environment("IOCPSCOPE_STRESS_PACKETS", 1'000'000);
    if (blocking != sim::Blocking::announced) packets /= 10;  // so do records of every switch
    if (suspends) packets = std::max(packets / 10, 1000u);    // the tormentors slow it down
    const std::uint32_t seed = from_environment("IOCPSCOPE_STRESS_SEED", 1);
    CAPTURE(seed);
    Storm storm(limit, packets, seed, suspends, blocking);
    const auto start = std::chrono::steady_clock::now();
    storm.rage();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - start);
    storm.settle_accounts();

    const Tally& tally = storm.tally;
    MESSAGE("limit " << limit << ", seed " << seed << ": " << tally.delivered.load()
                     << " delivered, " << tally.timeouts.load() << " time-outs, "
                     << tally.blocks.load() << " blocks, " << tally.moves.load() << " moves, "
                     << tally.batches.load() << " batches, " << tally.apc_returns.load()
                     << " calls ended by APCs, " << tally.lives.load() << " lives, "
                     << tally.own_posts.load() << " posted by workers, " << tally.suspensions.load()
                     << " suspensions, " << took.count() << " ms");
    CHECK(tally.twice.load() == 0);
    CHECK(tally.at_wrong_port.load() == 0);
    CHECK(tally.overtaken.load() == 0);
    CHECK(tally.odd_results.load() == 0);
    // The storm was one.
    CHECK(tally.blocks.load() > 0);
    CHECK(tally.moves.load() > 0);
    CHECK(tally.timeouts.load() > 0);
    CHECK(tally.own_posts.load() > 0);
    CHECK((tally.suspensions.load() > 0) == suspends);
    CHECK(tally.batches.load() > 0);
    CHECK(tally.apc_returns.load() > 0);
    // Those of a thread that ends before it hears them are lost; none runs twice.
    CHECK(storm.apc.runs.load() >= tally.apc_returns.load());
    CHECK(storm.apc.runs.load() <= tally.apcs_queued.load());
}

}  // namespace

TEST_CASE("with concurrency value 1 every packet is delivered exactly once") {
    run(1);
}
TEST_CASE("with concurrency value 2 every packet is delivered exactly once") {
    run(2);
}
TEST_CASE("with concurrency value 16 every packet is delivered exactly once") {
    run(16);
}
TEST_CASE("with threads that are suspended at any moment every packet is delivered exactly once") {
    run(2, true);
}
TEST_CASE("so it is when blocks are observed by the kernel") {
    int error = 0;
    if (real::SwitchRecords::of_this_thread(error) == nullptr) {
        MESSAGE("SKIPPED: perf_event_open fails here with errno " << error);
        return;
    }
    run(1, false, sim::Blocking::observed);
    run(2, true, sim::Blocking::observed);
}
TEST_CASE("so it is when blocks are sampled") {
    run(2, true, sim::Blocking::sampled);
}
