#include "real/schedule_cast.hpp"

#include <algorithm>
#include <utility>

#include "real/clock.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Reason;
using sim::ScheduleCommand;
using Verb = ScheduleCommand::Verb;

// How long the alertable sleep of `alert` lasts, as in the model.
constexpr Nanos kAlertableSleep = 20'000'000;
constexpr Nanos kPatience = 10'000'000'000;

}  // namespace

Cast::Cast(Ports& ports, RecorderHost& host) : ports_(ports), host_(host), origin_(clock_now()) {}

Nanos Cast::stamp() const {
    return clock_now() - origin_;
}

PortId Cast::port_id(char letter) const {
    return sim::make_id<PortId>(letters_.find(letter));
}

void Cast::say(std::uint32_t thread, const std::string& what) {
    events_.push_back("T" + std::to_string(thread) + ": " + what);
}

std::vector<std::string> Cast::take_events() {
    return std::exchange(events_, {});
}

std::vector<Fact> Cast::take_facts() {
    if (notes_) notes_->facts.drain(facts_);
    return std::exchange(facts_, {});
}

bool Cast::timed() const {
    return std::any_of(roles_.begin(), roles_.end(), [](const auto& role) { return role->timed; });
}

// -- commands -------------------------------------------------------------------------------------

bool Cast::carry_out(const ScheduleCommand& command) {
    if (command.verb == Verb::nap) return pass(command.time);
    if (sim::is_for_driver(command))
        of_driver(command);
    else if (role(command.thread).doing == Doing::running && role(command.thread).suspensions == 0)
        of_puppet(command);
    else
        events_.push_back("!! T" + std::to_string(command.thread) +
                          " is not running; command ignored");
    return !failed_ && settle();
}

bool Cast::pass(Nanos duration) {
    const Nanos end = clock_now() + duration;
    while (timed() && clock_now() < end) {
        if (host_.stop_requested()) return false;
        sleep_for(std::min<Nanos>(end - clock_now(), 5'000'000));
        collect();
    }
    return settle();
}

void Cast::of_driver(const ScheduleCommand& command) {
    switch (command.verb) {
        case Verb::port: return create_port(command);
        case Verb::threads: return start_puppets(command.number);
        case Verb::post:
            return facts_.push_back(post(port_id(command.port), command.number, ThreadId::none));
        case Verb::suspend: return suspend(command.thread);
        case Verb::resume: return resume(command.thread);
        case Verb::close: return close(port_id(command.port));
        default: break;
    }
    // What ends the wait of a puppet, now or the next time that it waits.
    Role& other = role(command.thread);
    const bool waits = other.doing == Doing::waiting || other.doing == Doing::sleeping;
    const Reason ends = command.verb == Verb::unblock ? Reason::event
                        : command.verb == Verb::write ? Reason::io
                                                      : Reason::sleep;
    const bool alertable = command.verb != Verb::apc || !other.said_when_set.empty();
    if (waits && other.reason == ends && alertable && !other.wait->is_set())
        other.wait->set();
    else if (command.verb == Verb::unblock)
        other.event_set = true;
    else
        ++(command.verb == Verb::write ? other.pipe_bytes : other.apcs);
}

void Cast::of_puppet(const ScheduleCommand& command) {
    const std::uint32_t t = command.thread;
    Role& self = role(t);
    switch (command.verb) {
        case Verb::get:
        case Verb::getpost: return get(t, command);
        case Verb::tpost:
            say(t, "posted " + std::to_string(command.number) + " to " + command.port);
            return self.puppet->tell([this, &self, t, command] {
                self.facts.push_back(post(port_id(command.port), command.number, id(t)));
            });
        // A wait with a time-out of 0 and Sleep(0) are no waits (C-SPIN-1).
        case Verb::zwait: say(t, "zero-timeout wait done"); break;
        case Verb::yield: say(t, "yielded"); break;
        case Verb::sleep0: say(t, "Sleep(0) done"); break;
        case Verb::block:
            if (std::exchange(self.event_set, false)) return say(t, "unblocked");
            return wait(t, Reason::event, "unblocked");
        case Verb::sleep:
            if (command.time == 0) return say(t, "slept");
            return wait(t, Reason::sleep, {}, command.time, "slept");
        case Verb::alert:
            if (std::exchange(self.apcs, 0) > 0) return say(t, "SleepEx -> 192");
            return wait(t, Reason::sleep, "SleepEx -> 192", kAlertableSleep, "SleepEx -> 0");
        case Verb::read:
            if (self.pipe_bytes == 0) return wait(t, Reason::io, "read done (1)");
            --self.pipe_bytes;
            return say(t, "read done (1)");
        case Verb::join:
            if (role(command.other).doing == Doing::ended)
                return say(t, "joined T" + std::to_string(command.other));
            self.joins = command.other;
            return wait(t, Reason::join, "joined T" + std::to_string(command.other));
        case Verb::cs: return lock(t);
        case Verb::leave: return unlock(t);
        default:
            say(t, "exits");
            self.doing = Doing::ended;
            return self.puppet->leave();
    }
    self.puppet->tell([] { yield_processor(); });
}

void Cast::create_port(const ScheduleCommand& command) {
    Fact created{.t0 = stamp(), .kind = FactKind::port_created};
    failed_ =
        ports_.create(static_cast<std::uint32_t>(command.number)) != Win32Error::success || failed_;
    created.t1 = stamp();
    created.port = sim::make_id<PortId>(letters_.size());
    letters_ += command.port;
    closed_.push_back(false);
    if (failed_) return;
    created.number = ports_.limit(created.port);
    facts_.push_back(created);
}

void Cast::start_puppets(std::uint64_t count) {
    waits_ = std::vector<WaitCell>(count);
    std::vector<const WaitCell*> cells;
    for (const WaitCell& cell : waits_) cells.push_back(&cell);
    notes_ = std::make_unique<BlockNotes>(std::move(cells), origin_, over_);
    ports_.report_blocks_to(*notes_);
    for (std::uint32_t t = 1; t <= count; ++t) {
        auto role = std::make_unique<Role>();
        role->name = "T" + std::to_string(t);
        role->puppet = std::make_unique<Puppet>(ports_, id(t), role->name);
        Fact started{.t0 = stamp(), .kind = FactKind::thread_started};
        failed_ = failed_ || !role->puppet->start();
        started.t1 = stamp();
        started.thread = id(t);
        facts_.push_back(started);
        roles_.push_back(std::move(role));
    }
}

Fact Cast::post(PortId port, Key key, ThreadId by) {
    const std::uint32_t packet = last_packet_.fetch_add(1) + 1;
    Fact fact{.kind = FactKind::posted};
    fact.t0 = stamp();
    fact.error = ports_.post(port, {.key = key, .bytes = packet, .overlapped = packet});
    fact.t1 = stamp();
    fact.port = port;
    fact.thread = by;
    fact.packet = static_cast<sim::PacketId>(packet);
    fact.key = key;
    fact.bytes = packet;
    return fact;
}

void Cast::close(PortId port) {
    Fact fact{.kind = FactKind::port_closed};
    fact.t0 = stamp();
    fact.error = ports_.close(port);
    fact.t1 = stamp();
    fact.port = port;
    facts_.push_back(fact);
    closed_[sim::index(port)] = true;
    events_.emplace_back(fact.error == Win32Error::success ? "close -> 1" : "close -> 0");
}

void Cast::suspend(std::uint32_t thread) {
    Fact fact{.t0 = stamp(), .kind = FactKind::suspended};
    const SuspendResult result = ports_.suspend(id(thread), ThreadId::none, kPatience);
    if (result.error != Win32Error::success) return;  // it has ended
    fact.t1 = stamp();
    fact.thread = id(thread);
    facts_.push_back(fact);
    role(thread).suspensions = result.before + 1;
}

void Cast::resume(std::uint32_t thread) {
    Fact fact{.t0 = stamp(), .kind = FactKind::resumed};
    const SuspendResult result = ports_.resume(id(thread));
    if (result.error != Win32Error::success || result.before == 0) return;
    fact.t1 = stamp();
    fact.thread = id(thread);
    facts_.push_back(fact);
    role(thread).suspensions = result.before - 1;
}

void Cast::get(std::uint32_t thread, const ScheduleCommand& command) {
    Role& self = role(thread);
    self.doing = Doing::getting;
    self.timed = command.time > 0 && command.time != sim::kInfinite;
    self.get_port = port_id(command.port);
    self.posts = command.verb == Verb::getpost;
    self.post_key = command.number;
    self.puppet->tell([this, &self, thread, timeout = command.time] {
        Fact called{.kind = FactKind::get_called};
        called.t0 = called.t1 = stamp();
        called.port = self.get_port;
        called.thread = id(thread);
        called.amount = timeout;
        called.number = 1;
        self.facts.push_back(called);
        self.result = ports_.get(id(thread), self.get_port, timeout);
        Fact returned{.kind = FactKind::get_returned};
        returned.t0 = returned.t1 = stamp();
        returned.port = self.get_port;
        returned.thread = id(thread);
        returned.error = self.result.error;
        if (self.result.has_packet) {
            returned.number = 1;
            returned.packet = static_cast<sim::PacketId>(self.result.packet.overlapped);
            returned.key = self.result.packet.key;
            returned.bytes = self.result.packet.bytes;
        }
        self.facts.push_back(returned);
        if (self.posts) self.facts.push_back(post(self.get_port, self.post_key, id(thread)));
    });
}

void Cast::wait(std::uint32_t thread, Reason reason, std::string when_set, Nanos duration,
                std::string in_time) {
    Role& self = role(thread);
    self.doing = reason == Reason::sleep ? Doing::sleeping : Doing::waiting;
    self.timed = duration != sim::kInfinite;
    self.reason = reason;
    self.said_when_set = std::move(when_set);
    self.said_in_time = std::move(in_time);
    self.wait = std::make_unique<ManualEvent>();
    self.puppet->tell([this, &self, thread, duration] {
        // As Worker::wait_begins() does: who is watched only says why it may wait.
        const bool announces = ports_.announces(id(thread));
        waits_[thread - 1].write({.reason = self.reason});
        if (announces) note_wait(self, thread, FactKind::block_began);
        self.timed_out =
            !self.wait->wait(duration, [this, thread] { ports_.safe_point(id(thread)); });
        waits_[thread - 1].write({});
        if (announces) note_wait(self, thread, FactKind::block_ended);
    });
}

// Tells the port and writes the fact around it.
void Cast::note_wait(Role& self, std::uint32_t thread, FactKind kind) {
    Fact fact{.t0 = stamp(), .kind = kind};
    kind == FactKind::block_began ? ports_.block_begins(id(thread)) : ports_.block_ends(id(thread));
    fact.t1 = stamp();
    fact.thread = id(thread);
    fact.reason = self.reason;
    self.facts.push_back(fact);
}

void Cast::lock(std::uint32_t thread) {
    if (lock_owner_ == 0 || lock_owner_ == thread) {
        lock_owner_ = thread;
        return say(thread, "owns the critical section");
    }
    lock_queue_.push_back(thread);
    wait(thread, Reason::lock, "owns the critical section");
}

void Cast::unlock(std::uint32_t thread) {
    say(thread, "left the critical section");
    if (lock_owner_ != thread) return;
    lock_owner_ = 0;
    if (lock_queue_.empty()) return;
    lock_owner_ = lock_queue_.front();
    lock_queue_.erase(lock_queue_.begin());
    role(lock_owner_).wait->set();
}

}  // namespace real
