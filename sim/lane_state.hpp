// The two folds that turn facts into a stage: ModelState for traces that include what happens
// inside the port, ObservedState for traces of a real run, where only calls and evidence are known.
// Both are plain values; a Timeline keeps copies of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/fact.hpp"
#include "sim/handle_model.hpp"
#include "sim/port_model.hpp"
#include "sim/stage.hpp"
#include "sim/trace.hpp"

namespace sim {

// What a thread does, as far as calls and steps tell; the part that both folds share.
struct Activity {
    bool started = false;
    bool ended = false;
    bool computing = false;
    Reason reason = Reason::none;
    EventId event = EventId::none;
    std::int32_t cpu = -1;
    Key hand_key = 0;

    void apply(const Fact&);
    bool operator==(const Activity&) const = default;
};

struct PortCounts {
    std::uint64_t inserted = 0, delivered = 0, discarded = 0;
    bool operator==(const PortCounts&) const = default;
};

class ModelState {
public:
    explicit ModelState(const TraceHeader&);
    void apply(const Fact&);
    [[nodiscard]] Stage stage() const;
    [[nodiscard]] const PortModel& model() const { return model_; }
    [[nodiscard]] const HandleModel& handles() const { return handles_; }
    [[nodiscard]] std::uint64_t refused() const { return refused_; }  // facts that did not fit
    bool operator==(const ModelState&) const = default;

private:
    [[nodiscard]] Key key_of_packet(const Fact&) const;
    void arrive(const Fact&);
    [[nodiscard]] StagePort stage_port(PortId) const;
    void add_handles(Stage&) const;

    PortModel model_;
    HandleModel handles_;
    std::vector<Activity> activities_;
    std::vector<PortCounts> counts_;
    PacketId arriving_ = PacketId::none;  // posted or completed last
    Key arriving_key_ = 0;
    ThreadId last_actor_ = ThreadId::none;
    std::uint64_t refused_ = 0;
};

class ObservedState {
public:
    explicit ObservedState(const TraceHeader&);
    void apply(const Fact&);
    [[nodiscard]] Stage stage() const;
    bool operator==(const ObservedState&) const = default;

    // Where a thread was last seen.
    enum class Seen : std::uint8_t { outside, in_call, parked, between_calls, blocked };

private:
    struct Thread {
        Seen seen = Seen::outside;
        PortId port = PortId::none;
        PacketId hand = PacketId::none;
        bool operator==(const Thread&) const = default;
    };
    struct Port {
        std::uint32_t limit = 1;
        PortId same_as = PortId::none;
        bool created = false;     // something has been heard of it
        bool handle_open = true;  // false for a second handle until it is made
        bool closed = false;
        // Posted packets in the order of their posts; those that came back out of order are
        // exceptions until the head passes them, so that a copy stays cheap.
        PacketQueue posted;
        std::vector<PacketId> returned_early;
        std::vector<ThreadId> parked;  // in the order in which they were seen
        bool operator==(const Port&) const = default;
    };
    [[nodiscard]] PortId object(PortId) const;
    [[nodiscard]] std::vector<PortId> open_handles(PortId) const;
    void close_handle(PortId);
    void packet_returned(const Fact&);
    void forget_returned(Port&);
    void move(ThreadId, Seen, PortId);
    [[nodiscard]] StagePort stage_port(PortId) const;

    std::vector<Port> ports_;
    std::vector<Thread> threads_;
    std::vector<Activity> activities_;
    std::vector<PortCounts> counts_;
    ThreadId last_actor_ = ThreadId::none;
};

}  // namespace sim
