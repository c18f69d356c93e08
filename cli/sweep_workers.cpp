#include "cli/sweep_workers.hpp"

#include <algorithm>
#include <atomic>
#include <exception>

#include "real/thread_wrapper.hpp"

namespace cli {
namespace {

constexpr sim::Nanos kLookEvery = 100'000'000;

// What the threads share. Each run is taken by one thread, which alone writes its answer.
struct Shared {
    const SweepWork& work;
    std::vector<sim::MetricValues> values;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<std::size_t> working{0};
    std::atomic<bool> stop{false};
    std::atomic<bool> failed{false};
    std::string failure;  // written by the one that set `failed`
    real::ManualEvent all_left;
};

void work_on(Shared& shared) {
    try {
        const SweepRun run = shared.work.worker();
        while (!shared.stop) {
            const std::size_t i = shared.next++;
            if (i >= shared.values.size()) break;
            shared.values[i] = run(shared.work.runs[i]);
            ++shared.done;
        }
    } catch (const std::exception& error) {
        if (!shared.failed.exchange(true)) shared.failure = error.what();
        shared.stop = true;
    }
    if (--shared.working == 0) shared.all_left.set();
}

}  // namespace

SweepAnswers run_all(const SweepWork& work) {
    Shared shared{.work = work,
                  .values = std::vector<sim::MetricValues>(work.runs.size()),
                  .failure = {},
                  .all_left = {}};
    const std::size_t wanted =
        std::clamp<std::size_t>(work.threads, 1, std::max<std::size_t>(work.runs.size(), 1));
    // This thread counts as working until all have been started, so that the others cannot all
    // have left before.
    shared.working = 1;
    std::vector<real::Thread> threads(wanted);
    std::size_t started = 0;
    for (; started < wanted; ++started) {
        ++shared.working;
        if (threads[started].start("sweep", [&shared] { work_on(shared); })) continue;
        --shared.working;
        break;  // fewer threads do the same work
    }
    if (--shared.working == 0) shared.all_left.set();
    bool stopped = false;
    while (!shared.all_left.wait(kLookEvery)) {
        if (stopped || !work.go_on || work.go_on(shared.done)) continue;
        stopped = true;
        shared.stop = true;
    }
    for (std::size_t i = 0; i < started; ++i) threads[i].join();
    SweepAnswers answers{.values = std::move(shared.values),
                         .done = shared.done,
                         .stopped = stopped && shared.done < work.runs.size(),
                         .failure = std::move(shared.failure)};
    if (started == 0) answers.failure = "the system cannot give another thread";
    return answers;
}

}  // namespace cli
