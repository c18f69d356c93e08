// A scenario: which ports, threads, handlers and stimuli there are, and what is expected of a run.
// Plain data; parse_scenario makes it from a TOML file, a test may build it by hand. The same
// scenario drives the model (sim/simulator.hpp) and a real worker pool (real/recorder.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/ids.hpp"
#include "sim/rule.hpp"

namespace sim {

// The simulated computer. A measured run has the processors of the computer it runs on.
struct Machine {
    std::uint32_t processors = 4;
    Nanos quantum = 20'000'000;  // how long a thread keeps a processor while others are ready
    Nanos switch_cost = 5'000;   // lost each time a processor turns to another thread

    bool operator==(const Machine&) const = default;
};

struct PortSpec {
    std::string name;
    std::uint32_t concurrency = 1;  // 0 = number of processors (C-VALUE-0)

    bool operator==(const PortSpec&) const = default;
};

struct Step {
    enum class Kind : std::uint8_t {
        get,     // GetQueuedCompletionStatus(port, timeout); then the handler of the packet's key
        poll,    // the same with timeout 0
        cpu,     // compute for `duration`; keeps the slot (C-SPIN-1)
        block,   // sleep for `duration`; frees the slot (C-BLOCK-1)
        wait,    // wait until `event` is set; frees the slot if it has to wait (C-BLOCK-2)
        set,     // set `event`; it stays set
        post,    // PostQueuedCompletionStatus
        close,   // CloseHandle(port)
        repeat,  // start again from the first step
        exit,    // the thread ends
    };
    Kind kind = Kind::exit;
    PortId port = PortId::none;
    EventId event = EventId::none;
    Nanos duration = 0;                       // cpu, block
    Nanos timeout = kInfinite;                // get
    Key key = 0;                              // post
    std::optional<std::uint32_t> bytes = {};  // post; without it the packet carries its own id
    std::uint64_t count = 1;  // post: how many; repeat: how many times in all, 0 = for ever

    bool operator==(const Step&) const = default;
};

// When something from outside happens. Times count from the start of the run. `settled` means:
// when no thread is running or ready, all are parked, blocked or exited. Settled things happen one
// at a time, in the order in which they stand in the file.
struct When {
    bool settled = false;
    Nanos at = 0;                // when not settled
    std::uint64_t count = 1;     // how many times
    bool every_settled = false;  // each further one waits until the run has settled again
    Nanos every = 0;             // else: this long after the one before; 0 = at once

    bool operator==(const When&) const = default;
};

// A group of like threads. `count` > 1 numbers them: name "T" makes T1, T2, …
struct ThreadSpec {
    std::string name;
    When when;                        // of their starts
    std::vector<Step> script;         // the default is: get, handle, repeat
    ThreadId first = ThreadId::none;  // ids first … first + when.count - 1

    bool operator==(const ThreadSpec&) const = default;
};

// What a worker does with a packet of this key before it goes on with its script.
struct Handler {
    std::optional<Key> key;  // no key: every packet that no other handler takes
    std::vector<Step> steps;

    bool operator==(const Handler&) const = default;
};

// Something that the driver (the main thread, which never asks the port) does from outside.
struct Stimulus {
    enum class Kind : std::uint8_t { post, set, close };
    Kind kind = Kind::post;
    When when;
    PortId port = PortId::none;
    EventId event = EventId::none;
    Key key = 0;
    std::optional<std::uint32_t> bytes = {};
    std::uint32_t position = 0;  // order in the file, threads included

    bool operator==(const Stimulus&) const = default;
};

// One expected dispatch: this packet goes to this thread. The packet may be left open.
struct ExpectedDispatch {
    ThreadId thread = ThreadId::none;
    PacketId packet = PacketId::none;

    bool operator==(const ExpectedDispatch&) const = default;
};

struct Expect {
    std::vector<ExpectedDispatch> dispatch;      // in dispatch order; empty = not checked
    std::optional<std::uint32_t> max_active;     // of any port, at any instant
    std::optional<std::uint64_t> delivered;      // packets that reached a thread
    std::optional<std::uint64_t> left_in_queue;  // packets still queued at the end
    std::vector<ThreadId> never_wakes;           // threads that get no packet

    bool operator==(const Expect&) const = default;
};

struct Scenario {
    std::string origin;  // file name
    std::string text;    // the whole file
    std::string title;
    std::string teaches;
    std::vector<Rule> rules;
    std::uint64_t seed = 1;
    Machine machine;
    std::vector<PortSpec> ports;
    std::vector<std::string> events;              // names, by EventId
    std::vector<ThreadSpec> threads;              // groups, in file order
    std::vector<std::uint32_t> thread_positions;  // file order of each group, as Stimulus::position
    std::vector<Handler> handlers;
    std::vector<Stimulus> stimuli;  // in file order
    Expect expect;
    Nanos limit = 60'000'000'000;  // the run ends here at the latest

    [[nodiscard]] std::size_t thread_count() const;
    // "T1", "T2", ...; by ThreadId. The driver, ThreadId::none, is called "main" everywhere.
    [[nodiscard]] std::vector<std::string> thread_names() const;

    bool operator==(const Scenario&) const = default;
};

// Does who gets which packet depend on how fast a computer is? Yes, if anything happens at a time
// instead of when the run has settled: then a real run that goes another way than the model proves
// nothing. Computing is no such thing, for it takes no thread off its port.
[[nodiscard]] bool depends_on_time(const Scenario&);

// Reads a scenario file. All errors of the file at once, each with its place; a TOML syntax error
// is alone, because the parser stops there. `origin` names the file in messages.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text, std::string_view origin);

}  // namespace sim
