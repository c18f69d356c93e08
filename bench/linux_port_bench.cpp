// How many packets a second go through our Linux port, beside standalone Asio in the same run. It
// says nothing about Windows.
//
//   one poster   a thread that is not associated posts, the workers take: every packet crosses from
//                one thread to another
//   chains       every worker's handler posts the next packet: as in a busy event loop
//   recorded     one poster and eight workers of the recorder, who write down every call and what
//                it brought; another thread empties their notebooks
//   wake-up      a parked worker is given one packet and answers; beside two threads that wake each
//                other by bare futexes
//
// Usage: linux_port_bench [packets], 1,000,000 by default. Asio gets a fifth of them.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/asio_pool.hpp"
#include "bench/beside.hpp"
#include "bench/port_pool.hpp"
#include "real/futex.hpp"
#include "real/worker_pool.hpp"

namespace {

using bench::Finish;
using bench::kPort;
using bench::seconds_of;
using sim::ThreadId;

constexpr std::uint32_t kLimit = 2;
constexpr std::uint32_t kChains = 64;  // packets under way
constexpr int kRounds = 9;
constexpr double kMillion = 1e6;

// -- packets: millions a second -------------------------------------------------------------------

struct Posted {
    double rate = 0;           // millions of packets a second
    std::uint32_t served = 0;  // workers that got a packet
    bool watched = false;      // waits are seen from outside
};
Posted port_one_poster(std::uint32_t workers, std::uint64_t packets,
                       sim::Blocking blocking = sim::Blocking::announced) {
    const auto ports = real::make_linux_ports(blocking);
    ports->create(kLimit);
    Finish finish;
    bench::PortPool pool(*ports, workers, [&](const real::Completion& packet, ThreadId) {
        if (packet.overlapped == packets) finish.reached();
    });
    const double seconds = seconds_of([&] {
        for (std::uint64_t n = 1; n <= packets; ++n)
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = n});
        finish.wait();
    });
    const bool watched = !ports->announces(ThreadId{0});
    return {static_cast<double>(packets) / seconds / kMillion, pool.stop(), watched};
}

// The same where the kernel tells the port who waits, instead of the workers themselves.
void report_observed(std::uint64_t packets) {
    for (const std::uint32_t workers : {2U, 8U, 64U}) {
        bool watched = true;
        const bench::Beside result = bench::beside(
            kRounds,
            [&] {
                const Posted posted = port_one_poster(workers, packets, sim::Blocking::observed);
                watched = watched && posted.watched;
                return posted.rate;
            },
            [&] { return port_one_poster(workers, packets).rate; });
        if (!watched) {
            std::printf("waits cannot be observed here\n");
            return;
        }
        std::printf("one poster, %2u workers, waits observed: %.2f, %.2f of announced\n", workers,
                    result.ours, result.quotient);
    }
}

double port_chains(std::uint32_t workers, std::uint64_t packets) {
    const auto ports = real::make_linux_ports();
    ports->create(kLimit);
    Finish finish;
    std::atomic<std::uint32_t> ended{0};
    const bench::PortPool pool(*ports, workers, [&](const real::Completion& packet, ThreadId) {
        if (packet.overlapped > 0) {
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = packet.overlapped - 1});
        } else if (++ended == kChains) {
            finish.reached();
        }
    });
    const double seconds = seconds_of([&] {
        for (std::uint32_t i = 0; i < kChains; ++i)
            ports->post(kPort, {.key = 0, .bytes = 0, .overlapped = packets / kChains});
        finish.wait();
    });
    return static_cast<double>(packets) / seconds / kMillion;
}

double asio_one_poster(std::uint32_t workers, std::uint64_t packets) {
    Finish finish;
    bench::AsioPool pool(workers);
    const double seconds = seconds_of([&] {
        for (std::uint64_t n = 1; n <= packets; ++n)
            asio::post(pool.context, [&, n] {
                if (n == packets) finish.reached();
            });
        finish.wait();
    });
    return static_cast<double>(packets) / seconds / kMillion;
}

struct AsioChain {
    asio::io_context& context;
    std::atomic<std::uint32_t>& ended;
    Finish& finish;
    std::uint64_t left;

    void operator()() const {
        if (left > 0) {
            asio::post(context, AsioChain{context, ended, finish, left - 1});
        } else if (++ended == kChains) {
            finish.reached();
        }
    }
};

double asio_chains(std::uint32_t workers, std::uint64_t packets) {
    Finish finish;
    std::atomic<std::uint32_t> ended{0};
    bench::AsioPool pool(workers);
    const double seconds = seconds_of([&] {
        for (std::uint32_t i = 0; i < kChains; ++i)
            asio::post(pool.context, AsioChain{pool.context, ended, finish, packets / kChains});
        finish.wait();
    });
    return static_cast<double>(packets) / seconds / kMillion;
}

// -- with every fact written down -----------------------------------------------------------------

sim::Scenario workers_only(std::uint32_t count) {
    auto scenario = sim::parse_scenario(
        "format = 1\n[[port]]\nname = \"P\"\nconcurrency = 2\n[[thread]]\nname = \"W\"\ncount = " +
            std::to_string(count) + "\n",
        "bench.toml");
    if (!scenario) std::abort();
    return std::move(scenario).value();
}

struct Recorded {
    double rate = 0;  // millions of packets a second
    std::uint64_t facts = 0;
    std::uint64_t lost = 0;
};
Recorded recorded(std::uint32_t workers, std::uint64_t packets) {
    const sim::Scenario scenario = workers_only(workers);
    const auto ports = real::make_linux_ports();
    real::WorkerPool pool(scenario, *ports);
    real::FactBuffer posts(1 << 20);
    ports->create(kLimit);
    pool.context().begin();
    for (std::uint32_t i = 0; i < workers; ++i)
        if (!pool.start(ThreadId{i})) std::abort();
    for (std::uint32_t i = 0; i < workers; ++i)
        while (!*ports->parked(ThreadId{i}, kPort)) std::this_thread::yield();

    std::atomic<bool> enough{false};
    std::atomic<std::uint64_t> returned{0};
    Recorded result;
    std::thread drain([&] {
        std::vector<sim::Fact> facts;
        while (!enough.load(std::memory_order_acquire)) {
            facts.clear();
            posts.drain(facts);
            result.facts += facts.size();
            facts.clear();
            for (std::uint32_t i = 0; i < workers; ++i) pool.facts(i).drain(facts);
            result.facts += facts.size();
            std::uint64_t more = 0;
            for (const sim::Fact& fact : facts)
                more += fact.kind == sim::FactKind::get_returned ? 1 : 0;
            returned.fetch_add(more, std::memory_order_release);
            if (facts.empty()) std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    });
    sim::Step post;
    post.kind = sim::Step::Kind::post;
    post.port = kPort;
    const double seconds = seconds_of([&] {
        for (std::uint64_t n = 0; n < packets; ++n) {
            while (!posts.has_room(1)) std::this_thread::yield();
            posts.push(*pool.context().outside_step(post, ThreadId::none));
        }
        const auto lost = [&] {
            std::uint64_t sum = 0;
            for (std::uint32_t i = 0; i < workers; ++i) sum += pool.facts(i).dropped();
            return sum;
        };
        while (returned.load(std::memory_order_acquire) + lost() < packets)
            std::this_thread::sleep_for(std::chrono::microseconds(100));
    });
    enough = true;
    drain.join();
    for (std::uint32_t i = 0; i < workers; ++i) result.lost += pool.facts(i).dropped();
    (void)pool.finish(10'000'000'000);
    result.rate = static_cast<double>(packets) / seconds / kMillion;
    return result;
}

// -- waking somebody up: microseconds there and back, the median ----------------------------------

template <class Ask>
double round_trip(const Ask& ask) {
    constexpr int kTrips = 20'000;
    std::vector<double> trips;
    trips.reserve(kTrips);
    for (int i = 0; i < kTrips; ++i) trips.push_back(seconds_of(ask) * kMillion);
    return bench::median(std::move(trips));
}

// A word that one thread sets and another waits for.
class Bell {
public:
    void ring() {
        word_.store(1, std::memory_order_release);
        real::futex_wake_one(word_);
    }
    void wait() {
        while (word_.exchange(0, std::memory_order_acquire) == 0)
            real::futex_wait(word_, 0, real::kNoDeadline);
    }

private:
    real::FutexWord word_{0};
};

double port_round_trip() {
    const auto ports = real::make_linux_ports();
    ports->create(kLimit);
    Bell answer;
    const bench::PortPool pool(*ports, 1,
                               [&](const real::Completion&, ThreadId) { answer.ring(); });
    return round_trip([&] {
        ports->post(kPort, {});
        answer.wait();
    });
}

double futex_round_trip() {
    Bell question, answer;
    std::atomic<bool> leave{false};
    std::thread other([&] {
        for (;;) {
            question.wait();
            if (leave) return;
            answer.ring();
        }
    });
    const double trip = round_trip([&] {
        question.ring();
        answer.wait();
    });
    leave = true;
    question.ring();
    other.join();
    return trip;
}

void gate(const char* what, double measured, bool at_least, double bound) {
    const bool met = at_least ? measured >= bound : measured <= bound;
    std::printf("  %-58s %6.2f  %s %.2f  %s\n", what, measured, at_least ? "at least" : "at most",
                bound, met ? "met" : "NOT MET");
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t packets = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::printf("Our Linux port beside Asio: medians of %d; limit %u, %u processors\n\n", kRounds,
                kLimit, real::linux_processors());
    std::printf("million packets a second\n%8s %26s %26s\n", "", "one poster", "chains");
    std::printf("%8s %8s %8s %8s %8s %8s %8s\n", "workers", "port", "asio", "times", "port", "asio",
                "times");
    double times_at_8 = 0;
    for (const std::uint32_t workers : {1U, 2U, 4U, 8U, 64U}) {
        const bench::Beside posted = bench::beside(
            kRounds, [&] { return port_one_poster(workers, packets).rate; },
            [&] { return asio_one_poster(workers, packets / 5); });
        const bench::Beside chained = bench::beside(
            kRounds, [&] { return port_chains(workers, packets); },
            [&] { return asio_chains(workers, packets / 5); });
        if (workers == 8) times_at_8 = posted.quotient;
        std::printf("%8u %8.2f %8.2f %8.1f %8.2f %8.2f %8.1f\n", workers, posted.ours, posted.peer,
                    posted.quotient, chained.ours, chained.peer, chained.quotient);
        std::fflush(stdout);
    }
    std::uint32_t served = 0;  // at most, of 64
    const bench::Beside many = bench::beside(
        kRounds,
        [&] {
            const Posted posted = port_one_poster(64, packets);
            served = std::max(served, posted.served);
            return posted.rate;
        },
        [&] { return port_one_poster(2, packets).rate; });
    std::printf(
        "\none poster, 64 workers: %.2f, 2 workers: %.2f; at most %u of the 64 got a packet\n",
        many.ours, many.peer, served);
    report_observed(packets);
    std::vector<double> rates;
    Recorded last;
    for (int i = 0; i < kRounds; ++i) {
        last = recorded(8, packets);
        rates.push_back(last.rate);
    }
    const double with_facts = bench::median(rates);
    std::printf("recorded, 8 workers: %.2f million packets/s; %llu facts, %llu lost (last run)\n",
                with_facts, static_cast<unsigned long long>(last.facts),
                static_cast<unsigned long long>(last.lost));
    const bench::Beside wake = bench::beside(kRounds, port_round_trip, futex_round_trip);
    std::printf("wake-up and answer: port %.2f us, bare futexes %.2f us\n\n", wake.ours, wake.peer);
    gate("one poster, 8 workers: times Asio", times_at_8, true, 5);
    gate("one poster, 64 workers: times 2 workers", many.quotient, true, 0.8);
    gate("recorded: million packets/s", with_facts, true, 2);
    gate("wake-up and answer: times bare futexes", wake.quotient, false, 1.5);
}
