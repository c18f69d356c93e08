#include "real/blocking.hpp"
#include "real/port_linux.hpp"

#ifdef __linux__
#include <sys/utsname.h>

#include <fstream>
#include <system_error>

#include "real/futex.hpp"
#endif

namespace real {
namespace {

// What the port and its handles keep by construction. Not here: what a program cannot do with them
// (H-HANDLE-3, H-HANDLE-9, I-IO-15, I-IO-17), the handle's own event (N-NOTIFY-3), what only
// Windows has (I-IO-11, N-NOTIFY-6), advice to the programmer (C-POOL-1, I-IO-13, I-IO-18),
// the count that a failed call leaves (G-EX-3, there is none), and what depends on how the port
// learns that a worker blocks (C-BLOCK-2, C-LOCK-1, C-PAGE-1). C-COUNT-2 is kept for every release;
// after a block that was seen from outside a thread counts some microseconds late.
std::vector<std::string_view> promises() {
    return {
        "Q-FIFO-1",     "Q-FIFO-2",    "Q-ONCE-1",    "Q-HANDOFF-1", "Q-DEPTH-1",   "Q-UNBOUND-1",
        "Q-EARLY-1",    "Q-POSTER-1",  "W-LIFO-1",    "W-LIFO-2",    "W-ONE-1",     "W-NOSTEAL-1",
        "W-STARVE-1",   "W-PRIO-1",    "W-ALL-1",     "C-VALUE-1",   "C-VALUE-0",   "C-VALUE-BIG",
        "C-COUNT-1",    "C-COUNT-2",   "C-LIMIT-1",   "C-LIMIT-2",   "C-SELF-1",    "C-SELF-2",
        "C-BLOCK-1",    "C-UNBLOCK-1", "C-EXCESS-1",  "C-SUSPEND-1", "C-SUSPEND-2", "W-LIFO-3",
        "C-SPIN-1",     "C-POLL-1",    "C-WORK-1",    "C-IDLE-1",    "A-ASSOC-1",   "A-ASSOC-2",
        "A-ASSOC-3",    "A-ASSOC-4",   "A-ASSOC-5",   "A-ASSOC-6",   "T-TIMEOUT-1", "T-TIMEOUT-2",
        "T-TIMEOUT-3",  "T-TIMEOUT-4", "T-TIMEOUT-5", "X-CLOSE-1",   "X-CLOSE-3",   "X-CLOSE-4",
        "X-CLOSE-6",    "X-SHUT-1",    "P-POST-1",    "P-POST-2",    "P-POST-3",    "P-POST-4",
        "W-WAITABLE-1", "C-BATCH-1",   "T-APC-1",     "T-APC-2",     "X-CLOSE-2",   "G-EX-1",
        "G-EX-2",       "G-EX-4",      "G-EX-5",      "H-HANDLE-1",  "H-HANDLE-2",  "H-HANDLE-4",
        "H-HANDLE-5",   "H-HANDLE-6",  "H-HANDLE-7",  "H-HANDLE-8",  "H-HANDLE-10", "I-IO-1",
        "I-IO-2",       "I-IO-3",      "I-IO-4",      "I-IO-5",      "I-IO-6",      "I-IO-7",
        "I-IO-8",       "I-IO-9",      "I-IO-10",     "I-IO-12",     "I-IO-14",     "I-IO-16",
        "N-NOTIFY-1",   "N-NOTIFY-2",  "N-NOTIFY-4",  "N-NOTIFY-5",  "N-NOTIFY-7",  "X-CLOSE-5",
    };
}

#ifdef __linux__

// "model name" of the first processor; empty on architectures whose /proc/cpuinfo has no such line.
std::string cpu_model() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("model name")) continue;
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) return line.substr(colon + 2);
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> host_facts() {
    std::vector<std::pair<std::string, std::string>> facts;
    utsname system{};
    if (uname(&system) == 0) {
        facts.emplace_back("os", system.sysname);
        facts.emplace_back("kernel", system.release);
        facts.emplace_back("machine", system.machine);
    }
    if (std::string model = cpu_model(); !model.empty()) {
        facts.emplace_back("cpu", std::move(model));
    }
    facts.emplace_back("processors", std::to_string(linux_processors()));
    return facts;
}

std::string why_unavailable() {
    const int refusal = futex_refused();
    if (refusal == 0) return {};
    return "this system refuses futex calls (" + std::generic_category().message(refusal) +
           "): run iocpscope outside of the sandbox that forbids them, or open a recording";
}

#else

std::vector<std::pair<std::string, std::string>> host_facts() {
    return {};
}

std::string why_unavailable() {
    return "this is not Linux, and our Linux port waits with futexes, which only Linux has: run "
           "iocpscope there, or open a recording";
}

#endif

}  // namespace

Backend linux_backend() {
    const BlockingChoice choice = choose_blocking(blocking_obstacles(1), std::nullopt);
    return {
        .name = "linux",
        .lane = "Our Linux port, not Windows",
        .windows_evidence = false,
        .blocking = choice.blocking,
        .blocking_why = choice.why,
        .promises = promises(),
        .lacks = {},
        .unavailable = why_unavailable(),
        .host = host_facts(),
    };
}

}  // namespace real
