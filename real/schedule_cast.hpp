// The ports and puppets of a schedule on real ports: carries out one command at a time and says
// what was seen, in the words of a transcript (sim/schedule.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "real/block_notes.hpp"
#include "real/clock.hpp"
#include "real/puppet.hpp"
#include "real/recorder.hpp"
#include "sim/schedule.hpp"

namespace real {

class Cast {
public:
    // The host confirms that threads sleep where this process cannot see it.
    Cast(Ports& ports, RecorderHost& host);
    // Wakes and resumes everybody, closes the ports and lets the puppets leave. False: one hangs.
    [[nodiscard]] bool leave();

    // Carries out the command, then waits until everything has come to rest: every puppet polls,
    // waits on its port, waits for something else, is suspended or has left. False: it has not.
    [[nodiscard]] bool carry_out(const sim::ScheduleCommand&);
    // Lets time pass; for what ends by itself. Nothing to wait for: returns at once.
    [[nodiscard]] bool pass(Nanos duration);
    // Does some puppet wait for a time?
    [[nodiscard]] bool timed() const;

    [[nodiscard]] std::string state();  // the `state:` line; ? for what this system does not tell
    std::vector<std::string> take_events();
    std::vector<sim::Fact> take_facts();
    [[nodiscard]] Nanos stamp() const;

private:
    enum class Doing : std::uint8_t { running, getting, waiting, sleeping, ended };
    // What a puppet is in the middle of. The puppet writes `result`, `timed_out` and `facts`; the
    // driver reads them when the puppet is idle.
    struct Role {
        std::unique_ptr<Puppet> puppet;
        std::string name;
        Doing doing = Doing::running;
        bool timed = false;
        std::uint32_t suspensions = 0;
        PortId get_port = PortId::none;
        GetResult result;
        bool posts = false;  // getpost
        Key post_key = 0;
        std::unique_ptr<ManualEvent> wait;
        bool timed_out = false;
        sim::Reason reason = sim::Reason::none;
        std::string said_when_set, said_in_time;
        std::vector<sim::Fact> facts;
        PortId packet_port = PortId::none;  // of the packet it took last
        Key packet_key = 0;
        bool has_packet = false;
        bool event_set = false;
        std::uint32_t apcs = 0, pipe_bytes = 0, joins = 0;
    };

    void of_driver(const sim::ScheduleCommand&);
    void of_puppet(const sim::ScheduleCommand&);
    void create_port(const sim::ScheduleCommand&);
    void start_puppets(std::uint64_t count);
    void close(PortId);
    void suspend(std::uint32_t thread);
    void resume(std::uint32_t thread);
    void get(std::uint32_t thread, const sim::ScheduleCommand&);
    void wait(std::uint32_t thread, sim::Reason, std::string when_set,
              Nanos duration = sim::kInfinite, std::string in_time = {});
    void note_wait(Role&, std::uint32_t thread, sim::FactKind);
    void lock(std::uint32_t thread);
    void unlock(std::uint32_t thread);
    [[nodiscard]] sim::Fact post(PortId, Key, ThreadId by);
    // Says what puppets that have become idle have done.
    void collect();
    void collect(std::uint32_t thread);
    [[nodiscard]] std::optional<bool> asleep(std::uint32_t thread);
    [[nodiscard]] bool at_rest();
    [[nodiscard]] bool settle();
    void note_settled(Nanos t0);
    void note_depths();

    Role& role(std::uint32_t thread) { return *roles_[thread - 1]; }
    [[nodiscard]] static ThreadId id(std::uint32_t thread) {
        return sim::make_id<ThreadId>(thread - 1);
    }
    [[nodiscard]] PortId port_id(char letter) const;
    [[nodiscard]] char letter(PortId port) const { return letters_[sim::index(port)]; }
    [[nodiscard]] std::string port_text(std::size_t port);
    [[nodiscard]] std::string thread_text(std::uint32_t thread) const;
    void say(std::uint32_t thread, const std::string& what);

    Ports& ports_;
    RecorderHost& host_;
    Nanos origin_;
    // Where the ports see from outside that puppets wait. Before the puppets, which are watched.
    std::atomic<Nanos> over_{kNever};
    std::vector<WaitCell> waits_;  // by ThreadId
    std::unique_ptr<BlockNotes> notes_;
    std::vector<std::unique_ptr<Role>> roles_;
    std::string letters_;       // by PortId
    std::vector<bool> closed_;  // by PortId
    std::atomic<std::uint32_t> last_packet_{0};
    std::uint32_t lock_owner_ = 0;
    std::vector<std::uint32_t> lock_queue_;
    std::vector<std::string> events_;
    std::vector<sim::Fact> facts_;
    bool failed_ = false;  // the system gave no port or thread
};

}  // namespace real
