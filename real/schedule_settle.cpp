// When the puppets of a schedule have come to rest, and what is said about them then.
#include <algorithm>

#include "real/clock.hpp"
#include "real/schedule_cast.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;

constexpr Nanos kPatience = 10'000'000'000;
constexpr Nanos kShortNap = 100'000;

}  // namespace

void Cast::collect() {
    for (std::uint32_t t = 1; t <= roles_.size(); ++t) {
        Role& self = role(t);
        if (self.doing == Doing::ended) {
            if (!self.puppet->ended()) continue;
            // Whoever waits for its end.
            for (const auto& other : roles_) {
                if (other->joins != t || other->doing != Doing::waiting) continue;
                other->joins = 0;
                other->wait->set();
            }
        } else if (self.puppet->idle()) {
            collect(t);
        }
    }
}

void Cast::collect(std::uint32_t thread) {
    Role& self = role(thread);
    facts_.insert(facts_.end(), self.facts.begin(), self.facts.end());
    self.facts.clear();
    const Doing done = std::exchange(self.doing, Doing::running);
    self.timed = false;
    if (done == Doing::waiting || done == Doing::sleeping) {
        say(thread, self.timed_out ? self.said_in_time : self.said_when_set);
    } else if (done == Doing::getting) {
        const std::string call = std::string("get(") + letter(self.get_port) + ") -> ";
        self.has_packet = self.result.has_packet;
        self.packet_port = self.get_port;
        self.packet_key = self.result.packet.key;
        if (self.has_packet)
            say(thread, call + "packet " + std::to_string(self.packet_key));
        else
            say(thread, call + "failed, error " +
                            std::to_string(static_cast<std::uint32_t>(self.result.error)));
        if (self.posts)
            say(thread, "posted " + std::to_string(self.post_key) + " to " + letter(self.get_port));
    }
}

// Asleep is not enough: who sees it from outside counts it a moment later. So it is with a puppet
// that runs again (Ports::noticed_return).
std::optional<bool> Cast::asleep(std::uint32_t thread) {
    const std::optional<bool> asleep = role(thread).puppet->asleep();
    return asleep.value_or(true) && !ports_.noticed_block(id(thread)) ? false : asleep;
}

// One look at everybody.
bool Cast::at_rest() {
    std::vector<std::string> unseen;
    for (std::uint32_t t = 1; t <= roles_.size(); ++t) {
        Role& self = role(t);
        std::optional<bool> rests;
        if (self.doing == Doing::ended)
            rests = self.puppet->ended();
        else if (self.suspensions > 0)
            rests = ports_.stopped(id(t));
        else if (self.doing == Doing::running)
            rests = self.puppet->idle() && ports_.noticed_return(id(t));
        else if (self.puppet->idle())
            rests = false;  // there is something to collect
        else if (self.doing == Doing::getting)
            rests = ports_.parked(id(t), self.get_port);
        else
            rests = self.wait->is_set() ? false : asleep(t);
        if (rests.has_value() && !*rests) return false;
        if (!rests.has_value()) unseen.push_back(self.name);
    }
    return unseen.empty() || host_.asleep(unseen).value_or(false);
}

// Two looks: a puppet that was at rest in the first may have been released by one that was not
// looked at yet, and that was at rest when its turn came.
bool Cast::settle() {
    const Nanos deadline = clock_now() + kPatience;
    for (;;) {
        collect();
        const Nanos t0 = stamp();
        if (at_rest() && at_rest()) {
            note_settled(t0);
            return true;
        }
        if (host_.stop_requested()) return false;
        if (clock_now() > deadline) {
            facts_.push_back({.t0 = t0, .t1 = stamp(), .kind = FactKind::not_settled});
            host_.complain("the schedule stops here: a thread did not come to rest");
            return false;
        }
        sleep_for(kShortNap);
    }
}

void Cast::note_settled(Nanos t0) {
    const Nanos t1 = stamp();
    for (std::uint32_t t = 1; t <= roles_.size(); ++t) {
        const Role& self = role(t);
        if (self.doing != Doing::getting || self.suspensions > 0) continue;
        Fact parked{.t0 = t0, .t1 = t1, .kind = FactKind::parked};
        parked.thread = id(t);
        parked.port = self.get_port;
        facts_.push_back(parked);
    }
    facts_.push_back({.t0 = t0, .t1 = t1, .kind = FactKind::settled});
    note_depths();
}

void Cast::note_depths() {
    for (std::size_t p = 0; p < letters_.size(); ++p) {
        Fact depth{.t0 = stamp(), .kind = FactKind::depth};
        depth.port = sim::make_id<PortId>(p);
        const auto packets = closed_[p] ? std::nullopt : ports_.depth(depth.port);
        depth.t1 = stamp();
        if (!packets) continue;
        depth.number = *packets;
        facts_.push_back(depth);
    }
}

bool Cast::leave() {
    over_ = stamp();
    for (const auto& self : roles_) {
        while (ports_.resume(self->puppet->id()).before > 1) {
        }
        if (self->wait) self->wait->set();
    }
    // A packet for everybody, because there are systems where a close wakes nobody.
    for (std::size_t port = 0; port < letters_.size(); ++port)
        for (std::size_t i = 0; i < roles_.size(); ++i)
            static_cast<void>(ports_.post(sim::make_id<PortId>(port), {}));
    for (std::size_t port = 0; port < letters_.size(); ++port)
        static_cast<void>(ports_.close(sim::make_id<PortId>(port)));
    const Nanos deadline = clock_now() + 2'000'000'000;
    for (const auto& self : roles_) {
        Puppet& puppet = *self->puppet;
        while (!puppet.idle() && !puppet.ended() && clock_now() < deadline) sleep_for(kShortNap);
        if (puppet.idle()) puppet.leave();
        if (!puppet.join(std::max<Nanos>(deadline - clock_now(), 0))) return false;
    }
    return true;
}

// -- the state line -------------------------------------------------------------------------------

std::string Cast::port_text(std::size_t number) {
    const auto port = sim::make_id<PortId>(number);
    const auto text = [](std::optional<std::uint32_t> value, std::uint32_t modulo) {
        return value ? std::to_string(*value % modulo) : std::string("?");
    };
    std::uint32_t waiters = 0;
    for (const auto& self : roles_)
        if (self->doing == Doing::getting && self->get_port == port && self->suspensions == 0)
            ++waiters;
    return std::string(" ") + letters_[number] + "{queued=" + text(ports_.depth(port), 4096) +
           " active=" + text(ports_.active(port), 0xFFFFFFFF) + "/" + text(ports_.limit(port), 64) +
           " waiters=" + std::to_string(waiters) + "}";
}

std::string Cast::thread_text(std::uint32_t thread) const {
    const Role& self = *roles_[thread - 1];
    const std::string text = "T" + std::to_string(thread) + "=";
    if (self.doing == Doing::ended) return text + "exit";
    const std::string_view word = self.suspensions > 0            ? "susp"
                                  : self.doing == Doing::running  ? "run"
                                  : self.doing == Doing::getting  ? "get"
                                  : self.doing == Doing::sleeping ? "slp"
                                                                  : "blk";
    std::string result = text + std::string(word);
    if (self.doing == Doing::getting) return result + "(" + letter(self.get_port) + ")";
    if (!self.has_packet) return result;
    return result + "[" + letter(self.packet_port) + ":" + std::to_string(self.packet_key) + "]";
}

std::string Cast::state() {
    std::string order = letters_;
    std::sort(order.begin(), order.end());
    std::string text = "state:";
    for (const char each : order)
        if (const std::size_t port = letters_.find(each); !closed_[port]) text += port_text(port);
    for (std::uint32_t t = 1; t <= roles_.size(); ++t) text += " " + thread_text(t);
    return text;
}

}  // namespace real
