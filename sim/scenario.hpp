// A scenario: which ports, threads, handles, handlers and stimuli there are, and what is expected
// of a run. Plain data; parse_scenario makes it from a TOML file, a test may build it by hand. The
// same scenario drives the model (sim/simulator.hpp) and a real worker pool (real/recorder.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/diagnostic.hpp"
#include "sim/duration.hpp"
#include "sim/ids.hpp"
#include "sim/operation.hpp"
#include "sim/packet.hpp"
#include "sim/predicate.hpp"
#include "sim/rule.hpp"
#include "sim/size.hpp"

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
    std::uint32_t concurrency = 1;               // 0 = number of processors (C-VALUE-0)
    bool later = false;                          // exists only when a step creates it
    PortId duplicate_of = PortId::none;          // another handle of this port (X-CLOSE-2)
    std::optional<std::uint64_t> capacity = {};  // a post beyond it fails (Q-UNBOUND-1)

    bool operator==(const PortSpec&) const = default;
};

// What serves the operations of handles in the model: a disk, the other end of a connection.
struct DeviceSpec {
    std::string name;
    std::uint32_t servers = 1;  // operations served at the same time; 0 = any number
    Duration service;           // how long one takes

    bool operator==(const DeviceSpec&) const = default;
};

// Notification modes of a handle (N-NOTIFY-1, N-NOTIFY-3), as the bits of the Win32 call.
inline constexpr std::uint32_t kSkipPortOnSuccess = 1;
inline constexpr std::uint32_t kSkipSetEvent = 2;

// A handle, or a template of `count` handles "name1", "name2", … that steps open one by one.
struct HandleSpec {
    enum class Kind : std::uint8_t { file, pipe, tcp, udp, mailslot, directory, serial, device };
    std::string name;
    Kind kind = Kind::file;
    std::uint32_t count = 1;
    HandleId first = HandleId::none;         // ids first … first + count - 1
    PortId port = PortId::none;              // bound to it when it is opened; none: by a step
    Key key = 0;                             // a template's handles get key, key + 1, …
    bool later = false;                      // not open until a step opens it
    bool overlapped = true;                  // false: synchronous, cannot be bound (H-HANDLE-1)
    HandleId duplicate_of = HandleId::none;  // another handle of the same file (H-HANDLE-8)
    DeviceId device = DeviceId::none;        // none: any number of operations, no time
    std::uint32_t modes = 0;                 // kSkip… bits, from the start
    std::string address;                     // when measured: a path, a port number

    bool operator==(const HandleSpec&) const = default;
};

struct LockSpec {
    std::string name;
    Nanos spin = 0;  // a thread computes so long before it waits for the lock (C-LOCK-1)

    bool operator==(const LockSpec&) const = default;
};

// Which handle a step means.
struct HandleRef {
    enum class Kind : std::uint8_t {
        none,
        handle,   // this one
        current,  // `this`: of the packet in hand (for an accept: the new connection), or the one
                  // that this thread opened last, whatever came later
        fresh,    // the next handle of the template that has not been opened yet
        open,     // close: each handle of the group that is open
    };
    Kind kind = Kind::none;
    HandleId handle = HandleId::none;  // handle; fresh, open: the first of the group
    bool operator==(const HandleRef&) const = default;
};

struct Step {
    enum class Kind : std::uint8_t {
        get,        // GetQueuedCompletionStatus(port, timeout), or …Ex if `ex`; then the handler
        poll,       // the same with timeout 0
        cpu,        // compute for `duration`; keeps the slot (C-SPIN-1)
        block,      // sleep for `duration`; frees the slot (C-BLOCK-1); may be alertable
        wait,       // wait until `event` is set; frees the slot if it has to wait (C-BLOCK-2)
        wait_port,  // wait until the port's handle is signaled; takes no packet (W-WAITABLE-1)
        join,       // wait until `thread` has exited
        set,        // set `event`; it stays set until it is reset
        reset,      // reset `event`
        lock,       // own `lock`; spins and then waits if another thread does (C-LOCK-1)
        unlock,     // leave `lock`
        yield,      // SwitchToThread or Sleep(0): lets others run, keeps the slot (C-SPIN-1)
        post,       // PostQueuedCompletionStatus
        depth,      // read how many packets are queued at `port` (Q-DEPTH-1)
        create,     // create a `later` port, or duplicate one; with `handle`, bind that too
        close,      // CloseHandle(port)
        open,       // open `handle`, or duplicate it
        bind,       // CreateIoCompletionPort(handle, port, key)
        modes,      // SetFileCompletionNotificationModes(handle, number)
        close_handle,
        io,       // start `operation` on `handle`
        cancel,   // CancelIoEx(handle): all, or only what was started under `label`
        suspend,  // SuspendThread(thread)
        resume,   // ResumeThread(thread)
        apc,      // QueueUserAPC to `thread`
        repeat,   // start again from the first step
        exit,     // the thread ends
    };
    Kind kind = Kind::exit;
    Operation operation = Operation::post;  // io
    bool ex = false;                        // get: GetQueuedCompletionStatusEx
    bool alertable = false;                 // get (ex), block, wait
    bool immediate = false;                 // io: it ends before the call returns (I-IO-2, -3)
    bool low_bit = false;                   // io: hEvent with its low bit set (I-IO-9)
    bool routine = false;                   // io: with a completion routine (H-HANDLE-7)
    PortId port = PortId::none;
    EventId event = EventId::none;  // wait, set, reset; io: hEvent
    LockId lock = LockId::none;
    ThreadId thread = ThreadId::none;         // join, suspend, resume, apc
    HandleRef handle = {};                    // open, bind, modes, close_handle, io, cancel; create
    HandleRef accepts = {};                   // io accept: what the new connection becomes
    Duration duration = {};                   // cpu, block; io: instead of the device's service
    bool own_duration = false;                // io: `duration` was given
    Nanos timeout = kInfinite;                // get, wait, wait_port
    std::uint32_t batch = 1;                  // get (ex): ulCount; 0 is an error (G-EX-4)
    Nanos call_time = 0;                      // io: the call itself computes so long (I-IO-8)
    Key key = 0;                              // post, bind
    std::optional<Key> own_key = {};          // bind, create: instead of the handle's key
    std::optional<std::uint32_t> bytes = {};  // post; without it the packet carries its own id
    std::uint32_t transferred = 0;            // io: bytes when it ends
    bool as_received = false;                 // io: as many as the receive in hand brought, if any
    Win32Error error = Win32Error::success;   // io: how it ends
    std::uint32_t number = 0;                 // modes: the bits
    std::uint32_t label = 0;                  // io, cancel: a name for operations; 0 = none
    std::uint64_t count = 1;   // post: how many; repeat: how many times in all, 0 = for ever
    std::uint32_t stream = 0;  // numbers the steps of handlers: which stream `duration` draws from

    bool operator==(const Step&) const = default;
};

// When something from outside happens. Times count from the start of the run. `settled` means:
// when no thread is running or ready, all are parked, blocked or exited. Settled things happen one
// at a time, in the order in which they stand in the file.
struct When {
    bool settled = false;
    Nanos at = 0;                      // when not settled
    std::uint64_t count = 1;           // how many times
    bool every_settled = false;        // each further one waits until the run has settled again
    Duration every = {};               // else: this long after the one before; 0 = at once
    std::vector<Nanos> instants = {};  // else, when not empty: at these, ascending, from `at` on

    // All occurrences come at one instant, with nothing in between.
    [[nodiscard]] bool at_once() const {
        return !every_settled && every.zero() && instants.empty();
    }

    bool operator==(const When&) const = default;
};

// When a timed series begins (done = 0), or goes on after it has happened `done` times, the last
// time at `before`. Stimuli draw their gaps from StreamOf::arrivals, groups of threads from
// StreamOf::starts; `which` is the index of the stimulus or group.
[[nodiscard]] Nanos next_instant(const When&, std::uint64_t seed, StreamOf, std::size_t which,
                                 std::uint64_t done, Nanos before);
// The same by somebody who keeps that stream.
[[nodiscard]] Nanos next_instant(const When&, DrawStream&, std::uint64_t done, Nanos before);

// A group of like threads. `count` > 1 numbers them: name "T" makes T1, T2, …
struct ThreadSpec {
    std::string name;
    When when;                        // of their starts
    std::vector<Step> script;         // the default is: get, handle, repeat
    ThreadId first = ThreadId::none;  // ids first … first + when.count - 1

    bool operator==(const ThreadSpec&) const = default;
};

// What a worker does with a packet before it goes on with its script. Of the handlers whose
// conditions a packet meets, the one with the most conditions; of equally many, a condition on the
// handle counts before key, operation and result.
struct Handler {
    std::optional<HandleId> handle = {};  // its handle is this one ...
    bool whole_group = false;             // ... or any of the group whose first this is
    std::optional<Key> key = {};
    std::optional<Operation> operation = {};
    std::optional<IoResult> result = {};
    std::vector<Step> steps = {};

    bool operator==(const Handler&) const = default;
};

// Something that the driver (the main thread, which never asks the port) does from outside. Its
// step takes no time: post, set, reset, depth, create, close, open, bind, modes, close_handle, io,
// cancel, suspend, resume or apc.
struct Stimulus {
    When when;
    Step step;
    std::uint32_t position = 0;  // order in the file, threads included

    bool operator==(const Stimulus&) const = default;
};

// A group of like programs at the other end of connections (sim/clients.hpp). Clients have numbers,
// through all groups.
struct ClientSpec {
    enum class Ending : std::uint8_t {
        close,       // after the last echo
        half_close,  // sending is shut down after the last message; the rest is still read
        reset,       // after half of the messages, whatever is on its way
        stall,       // from there on it neither reads nor sends, until the run ends
    };
    std::string name;
    When when;                           // of their connecting
    HandleId connects = HandleId::none;  // the listening handle
    std::uint32_t messages = 1;
    Size size = Size::of(512);
    Duration think = {};  // before each message but the first, and before a reset
    Ending ends = Ending::close;
    EventId sets = EventId::none;  // when all have ended or stalled
    std::uint32_t first = 0;       // numbers first … first + when.count - 1
    std::uint32_t position = 0;    // as Stimulus::position

    // How many messages come before the reset or the stall.
    [[nodiscard]] std::uint32_t half() const { return messages / 2 + messages % 2; }
    bool operator==(const ClientSpec&) const = default;
};

// One expected dispatch: this packet goes to this thread. The packet may be left open.
struct ExpectedDispatch {
    ThreadId thread = ThreadId::none;
    PacketId packet = PacketId::none;

    bool operator==(const ExpectedDispatch&) const = default;
};

// At least one call of this thread returns this error; `none` is main.
struct ExpectedReturn {
    ThreadId thread = ThreadId::none;
    Win32Error error = Win32Error::success;

    bool operator==(const ExpectedReturn&) const = default;
};

struct Expect {
    std::vector<ExpectedDispatch> dispatch;      // in dispatch order; empty = not checked
    std::optional<std::uint32_t> max_active;     // of any port, at any instant
    std::optional<std::uint64_t> delivered;      // packets that reached a thread
    std::optional<std::uint64_t> left_in_queue;  // packets still queued at the end
    std::optional<std::uint64_t> discarded;      // packets thrown away when a port was closed
    std::vector<ThreadId> wakes;                 // threads that get a packet
    std::vector<ThreadId> never_wakes;           // threads that get no packet
    std::vector<ExpectedReturn> returns;
    std::vector<Rule> rules;         // rules that explain at least one fact of the run
    std::vector<Predicate> finally;  // what holds when the run is over

    bool operator==(const Expect&) const = default;
};

// A sentence for the class, said when its predicate becomes true.
struct Narration {
    Predicate when;
    std::string say;

    bool operator==(const Narration&) const = default;
};

// A question for the class, asked when its predicate becomes true, before the next step is shown.
struct Question {
    Predicate when;
    std::string ask;
    std::vector<std::string> choices;
    std::uint32_t answer = 0;  // index into `choices`
    std::string why;           // said with the answer

    bool operator==(const Question&) const = default;
};

struct Scenario {
    std::string origin;                                      // file name
    std::string text;                                        // the whole file
    std::vector<std::pair<std::string, std::string>> files;  // that it refers to: name and text
    // Values that replaced those of the text when it was read (ParseOptions::overrides).
    std::vector<std::pair<std::string, std::string>> overrides;
    std::string title;
    std::string teaches;
    std::vector<Rule> rules;
    std::uint64_t seed = 1;
    Machine machine;
    std::vector<PortSpec> ports;
    std::vector<DeviceSpec> devices;
    std::vector<HandleSpec> handles;              // groups, in file order
    std::vector<LockSpec> locks;                  // by LockId
    std::vector<std::string> events;              // names, by EventId
    std::vector<std::string> labels;              // names of operations; label n is labels[n - 1]
    std::vector<ThreadSpec> threads;              // groups, in file order
    std::vector<std::uint32_t> thread_positions;  // file order of each group, as Stimulus::position
    std::vector<Handler> handlers;
    std::vector<Stimulus> stimuli;    // in file order
    std::vector<ClientSpec> clients;  // groups, in file order
    std::vector<Narration> narrations;
    std::vector<Question> questions;
    Expect expect;
    Nanos limit = 60'000'000'000;  // the run ends here at the latest

    [[nodiscard]] std::size_t thread_count() const;
    [[nodiscard]] std::size_t handle_count() const;
    [[nodiscard]] std::size_t client_count() const;
    // "T1", "T2", ...; by ThreadId. The driver, ThreadId::none, is called "main" everywhere.
    [[nodiscard]] std::vector<std::string> thread_names() const;
    [[nodiscard]] std::vector<std::string> handle_names() const;  // by HandleId
    [[nodiscard]] const HandleSpec& handle_spec(HandleId) const;
    // The handler of a packet; null when none takes it.
    [[nodiscard]] const Handler* handler_for(const Packet&) const;
    // The handler of every packet, when there is just one and it has no conditions; else null.
    [[nodiscard]] const Handler* only_handler() const;

    bool operator==(const Scenario&) const = default;
};

// What a scenario file does not say itself.
struct ParseOptions {
    // What `processors` means in `count` and `concurrency`, instead of [machine] (a measured run).
    std::optional<std::uint32_t> processors = {};
    // Values that replace those of the file: "port.P.concurrency" = "8". Checked like the file's.
    std::vector<std::pair<std::string, std::string>> overrides = {};
    // Gives the text of a file that the scenario names, beside the scenario file; nothing when it
    // cannot be read. Without a reader such a name is an error.
    std::function<std::optional<std::string>(std::string_view name)> read_file = {};
};

// Gives the files that a scenario had when it was read: for ParseOptions::read_file.
[[nodiscard]] std::function<std::optional<std::string>(std::string_view name)> reader_of(
    std::vector<std::pair<std::string, std::string>> files);

// Does who gets which packet depend on how fast a computer is? Yes, if anything happens at a time
// instead of when the run has settled: then a real run that goes another way than the model proves
// nothing. Computing is no such thing, for it takes no thread off its port; waiting at a lock is.
[[nodiscard]] bool depends_on_time(const Scenario&);

// Reads a scenario file. All errors of the file at once, each with its place; a TOML syntax error
// is alone, because the parser stops there. `origin` names the file in messages.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text, std::string_view origin,
                                              const ParseOptions& = {});

}  // namespace sim
