// The puppets of a schedule on PortModel: threads that carry out one command at a time. A value:
// the runner copies it to try another order of the commands of a line. For schedule_run.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/port_model.hpp"
#include "sim/schedule.hpp"

namespace sim {

class Puppets {
public:
    Puppets(const Policies& policies, std::uint32_t processors)
        : model_(policies), processors_(processors) {}

    void carry_out(const ScheduleCommand&);
    // Lets virtual time pass; sleeps and time-outs end in their order.
    void pass(Nanos duration);
    [[nodiscard]] std::string state() const;  // the `state:` line
    std::vector<std::string> take_events();
    std::vector<Fact> take_facts();
    [[nodiscard]] Nanos now() const { return now_; }
    [[nodiscard]] const PortModel& model() const { return model_; }

private:
    enum class Doing : std::uint8_t {
        running,
        getting,
        event_wait,
        lock_wait,
        pipe_read,
        joining,
        sleeping,
        alertable_sleep,
        ended,
    };
    struct Puppet {
        Doing doing = Doing::running;
        PortId get_port = PortId::none;
        PortId packet_port = PortId::none;  // of the packet it took last
        Key packet_key = 0;
        bool has_packet = false;
        Nanos deadline = kInfinite;    // of a get or a sleep
        bool expired = false;          // that passed while it was suspended
        std::string on_resume;         // its wait ended while it was suspended: said later
        bool posts_after_get = false;  // getpost
        Key post_key = 0;
        std::uint32_t apcs = 0;  // queued user APCs
        std::uint32_t pipe_bytes = 0;
        bool event_set = false;
        std::uint32_t joins = 0;  // T number it waits for
    };

    [[nodiscard]] ThreadId id(std::uint32_t thread) const { return make_id<ThreadId>(thread - 1); }
    Puppet& puppet(std::uint32_t thread) { return puppets_[thread - 1]; }
    [[nodiscard]] PortId port_id(char letter) const;
    [[nodiscard]] bool suspended(std::uint32_t thread) const;
    [[nodiscard]] std::string thread_text(std::uint32_t thread) const;

    void command_of_puppet(const ScheduleCommand&);
    void command_of_driver(const ScheduleCommand&);
    void create_port(const ScheduleCommand&);
    void get(const ScheduleCommand&);
    void returned(std::uint32_t thread, Win32Error, const Fact* packet);
    void post(std::uint32_t by, PortId, Key);
    void post_pending(std::uint32_t thread);
    void block(std::uint32_t thread, Doing, Reason, Nanos duration = kInfinite);
    void unblock(std::uint32_t thread, std::string event);
    void lock(std::uint32_t thread);
    void unlock(std::uint32_t thread);
    void exit(std::uint32_t thread);
    void suspend(std::uint32_t thread);
    void resume(std::uint32_t thread);
    void close(const ScheduleCommand&);
    void expire(std::uint32_t thread);
    void say(std::uint32_t thread, std::string_view what);
    void note(Fact);
    void flush();

    PortModel model_;
    std::uint32_t processors_;
    std::vector<Puppet> puppets_;
    std::vector<char> letters_;         // by PortId
    std::vector<std::uint8_t> hidden_;  // by PortId: closed, no longer printed
    std::uint32_t lock_owner_ = 0;
    std::vector<std::uint32_t> lock_queue_;
    std::uint32_t next_packet_ = 1;
    Nanos now_ = 0;
    PortModel::Facts scratch_;
    std::vector<Fact> facts_;
    std::vector<std::string> events_;
};

}  // namespace sim
