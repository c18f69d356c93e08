#include "real/blocking.hpp"

#ifdef __linux__
#include <cerrno>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include "real/switch_records.hpp"
#include "real/thread_status.hpp"
#endif

namespace real {

using sim::Blocking;

std::optional<Blocking> blocking_from(std::string_view name) {
    for (const Blocking each : {Blocking::observed, Blocking::sampled, Blocking::announced})
        if (sim::name(each) == name) return each;
    return std::nullopt;
}

BlockingChoice choose_blocking(const BlockingObstacles& obstacles, std::optional<Blocking> wanted) {
    const Blocking choice = wanted                       ? *wanted
                            : obstacles.observed.empty() ? Blocking::observed
                            : obstacles.sampled.empty()  ? Blocking::sampled
                                                         : Blocking::announced;
    if (choice == Blocking::observed)
        return {
            .blocking = choice, .why = obstacles.observed, .refused = !obstacles.observed.empty()};
    if (choice == Blocking::sampled && !obstacles.sampled.empty())
        return {.blocking = choice, .why = obstacles.sampled, .refused = true};
    if (wanted) return {.blocking = choice, .why = "it was asked for"};
    std::string why = obstacles.observed;
    if (choice == Blocking::announced) why += "; and " + obstacles.sampled;
    return {.blocking = choice, .why = why};
}

#ifdef __linux__

namespace {

// "2"; empty on a kernel without it.
std::string paranoid_level() {
    std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
    std::string level;
    std::getline(file, level);
    return level;
}

std::string observed_obstacle(int error, std::size_t threads) {
    std::string why =
        "the kernel shows no context switches (" + std::generic_category().message(error) + ")";
    const std::string level = paranoid_level();
    switch (error) {
        case EACCES:
        case EPERM:
            if (level.empty() || level == "2" || level == "1" || level == "0" || level == "-1")
                return why +
                       ": run iocpscope outside of the container or sandbox that forbids "
                       "perf_event_open";
            return why + ", kernel.perf_event_paranoid is " + level +
                   "; type: sudo sysctl kernel.perf_event_paranoid=2 (until the next start)";
        case EMFILE:
        case ENFILE:
            return why + " of " + std::to_string(threads) + " threads; type: ulimit -n 65536";
        case ENOMEM:
            return why + " of " + std::to_string(threads) +
                   " threads; type: sudo sysctl kernel.perf_event_mlock_kb=65536";
        default: return why + ": this kernel was built without perf_event_open";
    }
}

}  // namespace

BlockingObstacles blocking_obstacles(std::size_t threads) {
    BlockingObstacles obstacles;
    int error = 0;
    std::vector<std::unique_ptr<SwitchRecords>> all;
    while (error == 0 && all.size() < threads) all.push_back(SwitchRecords::of_this_thread(error));
    if (error != 0) obstacles.observed = observed_obstacle(error, threads);
    if (ThreadStatusFile::of_this_thread(error) == nullptr)
        obstacles.sampled = "/proc shows no threads (" + std::generic_category().message(error) +
                            "); type: sudo mount -t proc proc /proc";
    return obstacles;
}

#else

BlockingObstacles blocking_obstacles(std::size_t) {
    return {.observed = "only Linux shows context switches", .sampled = "only Linux has /proc"};
}

#endif

}  // namespace real
