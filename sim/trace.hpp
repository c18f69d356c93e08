// A trace: a header that says where the facts come from, and the facts. It is the only thing that
// travels between simulator, recorder, checker, comparer, exporters and windows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/fact_log.hpp"
#include "sim/policy.hpp"

namespace sim {

// How a back end learns that a worker waits for something other than the port.
enum class Blocking : std::uint8_t {
    model,      // by definition
    kernel,     // the kernel's own port knows (Windows)
    observed,   // our Linux port, from context-switch records of the kernel
    sampled,    // our Linux port, by sampling /proc
    announced,  // our Linux port, because the worker says so
    none,       // the system does not count active threads (Wine)
};
[[nodiscard]] std::string_view name(Blocking);

struct TraceHeader {
    int version = 1;
    std::string scenario_name;  // "lifo-wake.toml"
    std::string scenario;       // its whole text, so that a trace can be compared anywhere
    // The files that the scenario refers to: name and whole text.
    std::vector<std::pair<std::string, std::string>> files;
    // Values that replaced those of the text: "port.P.concurrency" and "8". In their order.
    std::vector<std::pair<std::string, std::string>> overrides;
    std::uint64_t seed = 1;
    std::string backend = "model";  // model | linux | win32 | wine
    std::string lane;  // "Model", "Our Linux port, not Windows", … as windows show it
    bool windows_evidence = false;   // true only for a Windows kernel; never for Wine or Linux
    Policies policies;               // of the model; default for measured runs
    std::vector<std::string> ports;  // names, by PortId
    std::vector<std::uint32_t> concurrency;  // resolved limit (0 never appears), by PortId
    // Second handles of a port or file: of which one, by id; none, or missing, for a first handle.
    std::vector<PortId> port_same_as;
    std::vector<HandleId> handle_same_as;
    std::vector<std::string> threads;  // names, by ThreadId
    std::vector<std::string> events;   // names, by EventId
    std::vector<std::string> locks;    // names, by LockId
    std::vector<std::string> handles;  // names, by HandleId
    std::uint32_t processors = 1;
    std::string clock = "virtual";  // "virtual", "CLOCK_MONOTONIC", "QueryPerformanceCounter"
    Nanos clock_step = 1;           // smallest difference the clock can show, ns
    Blocking blocking = Blocking::model;
    std::vector<std::pair<std::string, std::string>> host;  // OS, build, Wine version, CPU …
    std::uint64_t dropped = 0;                              // facts lost because a buffer was full

    bool operator==(const TraceHeader&) const = default;
};

struct Trace {
    TraceHeader header;
    FactLog facts;
    bool truncated = false;  // the file ended in the middle; what was read is here

    bool operator==(const Trace&) const = default;
};

// True when the facts come from the model (or from a witness): hidden facts are included.
[[nodiscard]] bool has_hidden_facts(const Trace&);
// The same trace without its hidden facts: what a recorder could have seen.
[[nodiscard]] Trace observable(const Trace&);
// FNV-1a over the bytes, as 16 hex digits; the fingerprint of a run and the hash of a scenario.
[[nodiscard]] std::string fingerprint(std::string_view bytes);
// The same of bytes that come block by block.
class Fingerprint {
public:
    void add(std::string_view block);
    [[nodiscard]] std::string digits() const;

private:
    std::uint64_t hash_ = 0xCBF29CE484222325ull;
};

[[nodiscard]] std::string_view thread_name(const TraceHeader&, ThreadId);
[[nodiscard]] std::string_view port_name(const TraceHeader&, PortId);
[[nodiscard]] std::string_view event_name(const TraceHeader&, EventId);
[[nodiscard]] std::string_view lock_name(const TraceHeader&, LockId);
[[nodiscard]] std::string_view handle_name(const TraceHeader&, HandleId);

}  // namespace sim
