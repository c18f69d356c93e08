// The stage: the five structures of a completion port at one step of a run, ready to be drawn or
// printed. It is made from the model's state or from what was observed of a real run; whoever
// draws it need not know which, except for the honest differences that it names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/fact.hpp"
#include "sim/packet.hpp"

namespace sim {

// A thread as it stands on the stage.
struct StageThread {
    ThreadId id = ThreadId::none;
    PacketId hand = PacketId::none;  // none: an empty hand
    Key key = 0;                     // of the packet in hand
    std::int32_t cpu = -1;           // processor it runs on; -1: none, or not known
    Reason reason = Reason::none;    // what it waits for, when paused or outside
    EventId event = EventId::none;   // which event, when reason is Reason::event
    bool computing = false;          // in a cpu step
    bool posted_last = false;        // it did the last fact

    bool operator==(const StageThread&) const = default;
};

// A handle of a file, pipe or socket.
struct StageHandle {
    HandleId id = HandleId::none;
    PortId port = PortId::none;  // that its file is bound to
    Key key = 0;
    std::uint32_t pending = 0;  // operations on its file that have not ended yet
    bool closed = false;        // in Stage::handles: it is closed; in StagePort::bound: all handles
                                // of its file are, but operations are still pending

    bool operator==(const StageHandle&) const = default;
};

struct StagePort {
    PortId id = PortId::none;
    PortId same_as = PortId::none;  // a second handle of that port, where all else stands
    std::vector<PortId> handles;    // the open handles of the port, when it has more than one name
    std::uint32_t limit = 1;
    std::uint32_t active = 0;           // model: exact. Observed: threads known to be released
    std::size_t queue_length = 0;       // model: queued. Observed: posted and not yet returned
    std::vector<Packet> queue;          // the oldest few of them, oldest first
    std::vector<StageHandle> bound;     // by handle id
    std::vector<StageThread> waiting;   // bottom … top of the stack; observed: seen parked
    std::vector<StageThread> in_call;   // observed only: in a get call, not seen parked
    std::vector<StageThread> released;  // by thread id
    std::vector<StageThread> paused;    // by thread id
    std::uint64_t inserted = 0;         // packets that have arrived so far
    std::uint64_t delivered = 0;        // … and have reached a thread
    std::uint64_t discarded = 0;        // … or were thrown away at close
    bool created = true;                // false: it does not exist yet
    bool closed = false;

    bool operator==(const StagePort&) const = default;
};

struct Stage {
    std::vector<StagePort> ports;
    // Handles that are open or have been, by id. Model only: who observes does not see when
    // operations end.
    std::vector<StageHandle> handles;
    std::vector<StageThread> outside;  // associated with no port: main, posters, not yet asked
    std::vector<StageThread> ended;    // threads that have exited
    std::size_t not_started = 0;
    bool observed = false;  // true: folded from calls and evidence, not from the model

    bool operator==(const Stage&) const = default;
};

// How many packets of a queue a stage lists.
inline constexpr std::size_t kStageQueueShown = 64;

}  // namespace sim
