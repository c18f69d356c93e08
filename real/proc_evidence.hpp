// Evidence from /proc about the threads of another process of this Linux computer. A recording
// under Wine uses it: Wine's threads are threads of Linux, with the names that the program gave
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace real {

// One look at some threads of a process.
struct ThreadsSeen {
    struct Thread {
        int tid = 0;
        bool asleep = false;          // state S: in a wait that a signal may interrupt
        std::uint64_t voluntary = 0;  // how often it was switched out because it waited
        bool operator==(const Thread&) const = default;
    };
    std::vector<Thread> threads;

    [[nodiscard]] bool all_asleep() const;
    bool operator==(const ThreadsSeen&) const = default;
};

// Nothing when the process cannot be seen, or a name fits no thread or several.
[[nodiscard]] std::optional<ThreadsSeen> look_at_threads(int process_id,
                                                         const std::vector<std::string>& names);

// Is every wineserver of this user asleep at this instant? A thread of a Wine program that sleeps
// may wait for the answer to a request and not for a packet; while the server sleeps no request is
// unanswered. Nothing when there is no server.
[[nodiscard]] std::optional<bool> wine_servers_asleep();

}  // namespace real
