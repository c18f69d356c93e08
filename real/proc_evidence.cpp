#include "real/proc_evidence.hpp"

#include <algorithm>

#ifdef __linux__
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#endif

namespace real {

bool ThreadsSeen::all_asleep() const {
    return std::all_of(threads.begin(), threads.end(),
                       [](const Thread& thread) { return thread.asleep; });
}

#ifdef __linux__

namespace {

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

// The subfolders that are numbers: processes of /proc, threads of /proc/PID/task.
std::vector<int> numbers_in(const std::string& folder) {
    std::vector<int> ids;
    DIR* directory = opendir(folder.c_str());
    if (!directory) return ids;
    // Only this function's own DIR is read, so readdir is safe here.
    while (const dirent* entry = readdir(directory)) {  // NOLINT(concurrency-mt-unsafe)
        const std::string_view name = entry->d_name;
        int id = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error == std::errc{} && end == name.data() + name.size()) ids.push_back(id);
    }
    closedir(directory);
    return ids;
}

// From the `status` file of a process or thread, which has both the state and the switches.
std::optional<ThreadsSeen::Thread> look_at(const std::string& folder, int tid) {
    std::ifstream file(folder + "/" + std::to_string(tid) + "/status");
    ThreadsSeen::Thread seen{.tid = tid};
    bool has_state = false, has_switches = false;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string key, value;
        words >> key >> value;
        if (key == "State:") {
            seen.asleep = value == "S";
            has_state = true;
        } else if (key == "voluntary_ctxt_switches:") {
            const auto parsed =
                std::from_chars(value.data(), value.data() + value.size(), seen.voluntary);
            has_switches = parsed.ec == std::errc{};
        }
    }
    if (!has_state || !has_switches) return std::nullopt;
    return seen;
}

}  // namespace

std::optional<ThreadsSeen> look_at_threads(int process_id, const std::vector<std::string>& names) {
    const std::string folder = "/proc/" + std::to_string(process_id) + "/task";
    std::multimap<std::string, int> by_name;
    for (const int tid : numbers_in(folder))
        by_name.emplace(first_line(folder + "/" + std::to_string(tid) + "/comm"), tid);
    ThreadsSeen result;
    for (const std::string& name : names) {
        if (by_name.count(name) != 1) return std::nullopt;
        const auto seen = look_at(folder, by_name.find(name)->second);
        if (!seen) return std::nullopt;
        result.threads.push_back(*seen);
    }
    return result;
}

std::optional<bool> wine_servers_asleep() {
    bool any = false, all_asleep = true;
    for (const int pid : numbers_in("/proc")) {
        const std::string folder = "/proc/" + std::to_string(pid);
        // "wineserver", or "wineserver64" on Debian.
        if (!first_line(folder + "/comm").starts_with("wineserver")) continue;
        struct stat owner {};
        if (stat(folder.c_str(), &owner) != 0 || owner.st_uid != geteuid()) continue;
        const auto seen = look_at("/proc", pid);
        if (!seen) continue;  // it has ended meanwhile
        any = true;
        all_asleep = all_asleep && seen->asleep;
    }
    if (!any) return std::nullopt;
    return all_asleep;
}

#else

std::optional<bool> wine_servers_asleep() {
    return std::nullopt;
}

std::optional<ThreadsSeen> look_at_threads(int, const std::vector<std::string>&) {
    return std::nullopt;
}

#endif

}  // namespace real
