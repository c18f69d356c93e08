// The handles of a run: which real ones stand for those of the scenario, what its steps do to them,
// and the facts of that. Workers and the driver call it; packets of operations come back to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "real/far_end.hpp"
#include "real/handles.hpp"
#include "real/io_operation.hpp"
#include "real/run_context.hpp"
#include "sim/scenario.hpp"

namespace real {

// Who carries out a step: a worker, or the driver, whose id is none.
class IoActor {
public:
    explicit IoActor(ThreadId who) : id(who) {}
    virtual ~IoActor() = default;
    IoActor(const IoActor&) = delete;
    IoActor& operator=(const IoActor&) = delete;

    virtual void note(const sim::Fact&) = 0;
    // Around a call that waits for its operation.
    virtual void io_wait_begins() {}
    virtual void io_wait_ends() {}

    const ThreadId id;
    HandleId current = HandleId::none;  // what `this` means
    // The receive in hand: its bytes can be sent back. Null: none.
    IoOperation* kept = nullptr;
    std::uint32_t kept_bytes = 0;
};

class RunHandles {
public:
    // Both must outlive it. Opens nothing yet.
    RunHandles(RunContext&, Handles&);
    ~RunHandles();
    RunHandles(const RunHandles&) = delete;
    RunHandles& operator=(const RunHandles&) = delete;

    // Opens what is open from the start, and lets the far end begin. Empty, or why it cannot.
    [[nodiscard]] std::string open_all(IoActor& driver);
    // Closes everything and waits for the ends of all operations. False: some have not ended in
    // time.
    bool finish(Nanos patience);

    void open(const sim::Step&, IoActor&);
    void bind(const sim::Step&, IoActor&);
    void set_modes(const sim::Step&, IoActor&);
    void close(const sim::Step&, IoActor&);
    void cancel(const sim::Step&, IoActor&);
    // Starts an operation. What its call returns is the fact to be noted when it does, which is
    // after Step::call_time; nothing if no handle is meant.
    [[nodiscard]] std::optional<sim::Fact> start(const sim::Step&, IoActor&);

    // What the packet of an operation tells.
    struct Received {
        sim::PacketId id = sim::PacketId::none;
        HandleId handle = HandleId::none;
        Operation operation = Operation::post;
        HandleId accepted = HandleId::none;  // the new connection, if there is one
        IoOperation* kept = nullptr;         // a receive whose bytes may be sent back
        std::uint32_t bytes = 0;
    };
    // Nothing: it was posted. The operation's memory is free for another one.
    [[nodiscard]] std::optional<Received> receive(const Completion&);
    // A worker has a packet in hand: `this` is its handle. An accepted connection is bound first,
    // if the scenario says so.
    void take_up(const Received&, IoActor&);
    // It has no packet in hand any more.
    static void put_down(IoActor&);

    // The TCP port of loopback that a listening handle has got; 0: none.
    [[nodiscard]] std::uint16_t tcp_port(HandleId handle) { return handles_.tcp_port(handle); }

    // Something will happen without anybody's doing: an operation will end.
    [[nodiscard]] bool pending() const { return handles_.pending() > 0; }
    // Nothing is due at this instant.
    [[nodiscard]] bool idle() const { return far_end_.idle(); }

private:
    [[nodiscard]] bool clients_reach(HandleId) const;
    void note_accepted(HandleId, ThreadId by, IoActor&);
    [[nodiscard]] HandleId resolve(const sim::HandleRef&, const IoActor&);
    [[nodiscard]] HandleId fresh(const sim::HandleSpec&);
    [[nodiscard]] Key key_of(HandleId) const;
    [[nodiscard]] Win32Error open_one(HandleId, IoActor&);
    [[nodiscard]] sim::Fact close_one(HandleId, const IoActor&);
    void bind_one(HandleId, PortId, Key, IoActor&);
    [[nodiscard]] static std::size_t room_for(const IoOperation&);
    [[nodiscard]] IoStart call_for(const IoOperation&, const IoActor&);
    [[nodiscard]] Win32Error carry_out(const IoOperationPool::Taken&, IoActor&,
                                       std::uint32_t& bytes);

    RunContext& run_;
    Handles& handles_;
    std::vector<HandleKind> kinds_;                         // by place in Scenario::handles
    std::unique_ptr<std::atomic<std::uint32_t>[]> opened_;  // of a template: how many
    bool sends_back_ = false;  // a handler sends back what it has received
    IoOperationPool operations_;
    FarEnd far_end_;
};

// Why these handles cannot do what the scenario asks for, by name; empty: they can.
[[nodiscard]] std::string refusal(const sim::Scenario&, const Handles&);

}  // namespace real
