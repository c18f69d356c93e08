#include "real/blocking.hpp"

#include <cerrno>
#include <system_error>

#ifdef __linux__
#include <fstream>
#include <memory>
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

std::string observed_obstacle(int error, std::string_view level, std::size_t threads) {
    std::string why =
        "the kernel shows no context switches (" + std::generic_category().message(error) + ")";
    switch (error) {
        case EACCES:
        case EPERM:
            if (level.empty() || level == "2" || level == "1" || level == "0" || level == "-1")
                return why +
                       ": run iocpscope outside of the container or sandbox that forbids "
                       "perf_event_open";
            return why + ", kernel.perf_event_paranoid is " + std::string(level) +
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

std::string settle_blocking(Backend& backend, std::string_view wanted, std::size_t threads) {
    const std::optional<Blocking> asked = blocking_from(wanted);
    if (!wanted.empty() && !asked)
        return "there is no way `" + std::string(wanted) +
               "` to learn of blocking; there are: observed, sampled, announced";
    if (backend.name != "linux") {
        if (!asked || *asked == backend.blocking) return {};
        return "only our Linux port can be told how it learns of blocking; record without "
               "--blocking, or with --backend linux";
    }
    const BlockingChoice choice = choose_blocking(blocking_obstacles(threads), asked);
    if (choice.refused)
        return "blocking cannot be " + std::string(sim::name(choice.blocking)) +
               " here: " + choice.why;
    backend.blocking = choice.blocking;
    backend.blocking_why = choice.why;
    return {};
}

void describe_blocking(const Backend& backend, sim::TraceHeader& header) {
    header.blocking = backend.blocking;
    if (!backend.blocking_why.empty())
        header.host.emplace_back("why blocking is " + std::string(sim::name(backend.blocking)),
                                 backend.blocking_why);
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

}  // namespace

BlockingObstacles blocking_obstacles(std::size_t threads) {
    BlockingObstacles obstacles;
    int error = 0;
    std::vector<std::unique_ptr<SwitchRecords>> all;
    while (error == 0 && all.size() < threads) all.push_back(SwitchRecords::of_this_thread(error));
    if (error != 0) obstacles.observed = observed_obstacle(error, paranoid_level(), threads);
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
