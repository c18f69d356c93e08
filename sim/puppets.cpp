#include "sim/puppets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sim {
namespace {

// How long the alertable sleep of `alert` lasts; shorter than the time a line has to settle.
constexpr Nanos kAlertableSleep = 20'000'000;

}  // namespace

// -- facts and events -----------------------------------------------------------------------------

void Puppets::say(std::uint32_t thread, std::string_view what) {
    events_.push_back(fmt::format("T{}: {}", thread, what));
}

std::vector<std::string> Puppets::take_events() {
    return std::exchange(events_, {});
}

std::vector<Fact> Puppets::take_facts() {
    return std::exchange(facts_, {});
}

void Puppets::note(Fact fact) {
    fact.t0 = fact.t1 = now_;
    facts_.push_back(fact);
}

// Records what the model decided; released waiters come back from their calls.
void Puppets::flush() {
    const PortModel::Facts decided = std::exchange(scratch_, {});
    for (const Fact& fact : decided) note(fact);
    for (const Fact& fact : decided) {
        const auto thread = static_cast<std::uint32_t>(index(fact.thread) + 1);
        if (fact.kind == FactKind::handed_off || fact.kind == FactKind::activated)
            returned(thread, Win32Error::success, &fact);
        if (fact.kind == FactKind::abandoned && suspended(thread))
            puppet(thread).on_resume = "abandoned";
        else if (fact.kind == FactKind::abandoned)
            returned(thread, Win32Error::abandoned_wait_0, nullptr);
        if (fact.kind == FactKind::woken) {
            const bool expired = puppet(thread).expired;
            if (model_.refetch(fact.thread, expired, scratch_) == PortModel::Entered::took) {
                const Fact taken = scratch_.back();
                flush();
                returned(thread, Win32Error::success, &taken);
            } else {
                flush();
            }
        }
    }
}

PortId Puppets::port_id(char letter) const {
    const auto found = std::find(letters_.begin(), letters_.end(), letter);
    return make_id<PortId>(static_cast<std::size_t>(found - letters_.begin()));
}

bool Puppets::suspended(std::uint32_t thread) const {
    return model_.thread(id(thread)).suspend_count > 0;
}

// -- commands -------------------------------------------------------------------------------------

void Puppets::carry_out(const ScheduleCommand& command) {
    if (is_for_driver(command)) return command_of_driver(command);
    if (puppet(command.thread).doing != Doing::running || suspended(command.thread)) {
        events_.push_back(fmt::format("!! T{} is not running; command ignored", command.thread));
        return;
    }
    // A puppet yields while it polls its mailbox; that clears the mark of Q-SELF-1.
    model_.touch_dispatcher(id(command.thread), scratch_);
    flush();
    command_of_puppet(command);
}

void Puppets::command_of_driver(const ScheduleCommand& command) {
    using Verb = ScheduleCommand::Verb;
    switch (command.verb) {
        case Verb::port: return create_port(command);
        case Verb::threads:
            puppets_.resize(static_cast<std::size_t>(command.number));
            for (std::uint32_t t = 1; t <= command.number; ++t) {
                model_.ensure_thread(id(t));
                note({.kind = FactKind::thread_started, .thread = id(t)});
            }
            return;
        case Verb::post: return post(0, port_id(command.port), command.number);
        case Verb::unblock: {
            if (puppet(command.thread).doing == Doing::event_wait)
                return unblock(command.thread, "unblocked");
            puppet(command.thread).event_set = true;
            return;
        }
        case Verb::write:
            if (puppet(command.thread).doing == Doing::pipe_read)
                return unblock(command.thread, "read done (1)");
            ++puppet(command.thread).pipe_bytes;
            return;
        case Verb::apc:
            if (puppet(command.thread).doing == Doing::alertable_sleep)
                return unblock(command.thread, "SleepEx -> 192");
            ++puppet(command.thread).apcs;
            return;
        case Verb::suspend: return suspend(command.thread);
        case Verb::resume: return resume(command.thread);
        case Verb::close: return close(command);
        default: return pass(command.time);
    }
}

void Puppets::command_of_puppet(const ScheduleCommand& command) {
    using Verb = ScheduleCommand::Verb;
    const std::uint32_t t = command.thread;
    Puppet& p = puppet(t);
    switch (command.verb) {
        case Verb::get:
        case Verb::getpost: return get(command);
        case Verb::tpost: return post(t, port_id(command.port), command.number);
        case Verb::zwait: return say(t, "zero-timeout wait done");
        case Verb::yield: return say(t, "yielded");
        case Verb::sleep0: return say(t, "Sleep(0) done");
        case Verb::block:
            if (std::exchange(p.event_set, false)) return say(t, "unblocked");
            return block(t, Doing::event_wait, Reason::event);
        case Verb::sleep:
            if (command.time == 0) return say(t, "slept");
            return block(t, Doing::sleeping, Reason::sleep, command.time);
        case Verb::alert:
            if (std::exchange(p.apcs, 0) > 0) return say(t, "SleepEx -> 192");
            return block(t, Doing::alertable_sleep, Reason::sleep, kAlertableSleep);
        case Verb::read:
            if (p.pipe_bytes == 0) return block(t, Doing::pipe_read, Reason::io);
            --p.pipe_bytes;
            return say(t, "read done (1)");
        case Verb::join:
            if (puppet(command.other).doing == Doing::ended)
                return say(t, fmt::format("joined T{}", command.other));
            p.joins = command.other;
            return block(t, Doing::joining, Reason::join);
        case Verb::cs: return lock(t);
        case Verb::leave: return unlock(t);
        default: return exit(t);
    }
}

void Puppets::create_port(const ScheduleCommand& command) {
    const auto value = static_cast<std::uint32_t>(command.number);
    const std::uint32_t limit = value == 0 ? processors_ : value;  // C-VALUE-0
    const PortId port = model_.create_port(limit);
    letters_.push_back(command.port);
    hidden_.push_back(0);
    note({.kind = FactKind::port_created, .rule = Rule::c_value_1, .port = port, .number = limit});
}

// -- get, post, close -----------------------------------------------------------------------------

void Puppets::get(const ScheduleCommand& command) {
    const std::uint32_t t = command.thread;
    const PortId port = port_id(command.port);
    Puppet& p = puppet(t);
    p.get_port = port;
    p.posts_after_get = command.verb == ScheduleCommand::Verb::getpost;
    p.post_key = command.number;
    p.expired = false;
    const PortModel::Entered entered =
        model_.enter(id(t), port, {.timeout = command.time}, scratch_);
    const Fact last = scratch_.empty() ? Fact{} : scratch_.back();
    // Waiters of the port that this thread leaves are released while it goes on: it speaks first.
    const std::size_t said = events_.size();
    switch (entered) {
        case PortModel::Entered::waits:
            p.doing = Doing::getting;
            p.deadline = command.time == kInfinite ? kInfinite : now_ + command.time;
            flush();
            break;
        case PortModel::Entered::took:
            flush();
            returned(t, Win32Error::success, &last);
            break;
        case PortModel::Entered::invalid_handle:
            flush();
            returned(t, Win32Error::invalid_handle, nullptr);
            break;
        default:
            flush();
            returned(t, Win32Error::wait_timeout, nullptr);
            break;
    }
    const auto own = std::stable_partition(
        events_.begin() + static_cast<std::ptrdiff_t>(said), events_.end(),
        [prefix = fmt::format("T{}:", t)](const std::string& e) { return e.starts_with(prefix); });
    static_cast<void>(own);
}

// The thread's get call returns.
void Puppets::returned(std::uint32_t thread, Win32Error error, const Fact* packet) {
    Puppet& p = puppet(thread);
    p.doing = Doing::running;
    p.deadline = kInfinite;
    p.has_packet = packet != nullptr;
    const char letter = letters_[index(p.get_port)];
    Fact fact{
        .kind = FactKind::get_returned, .error = error, .port = p.get_port, .thread = id(thread)};
    if (packet != nullptr) {
        p.packet_port = p.get_port;
        p.packet_key = packet->key;
        fact.packet = packet->packet;
        fact.key = packet->key;
        fact.bytes = packet->bytes;
        fact.number = 1;
        say(thread, fmt::format("get({}) -> packet {}", letter, packet->key));
    } else {
        say(thread,
            fmt::format("get({}) -> failed, error {}", letter, static_cast<std::uint32_t>(error)));
    }
    note(fact);
    if (p.posts_after_get) post_pending(thread);
}

void Puppets::post_pending(std::uint32_t thread) {
    Puppet& p = puppet(thread);
    p.posts_after_get = false;
    post(thread, p.get_port, p.post_key);
}

void Puppets::post(std::uint32_t by, PortId port, Key key) {
    const ThreadId poster = by == 0 ? ThreadId::none : id(by);
    const bool closed = model_.port(port).closed;
    const Packet packet{
        .id = static_cast<PacketId>(next_packet_), .key = key, .bytes = next_packet_};
    ++next_packet_;
    note({.kind = FactKind::posted,
          .rule = closed ? Rule::p_post_3 : Rule::p_post_1,
          .error = closed ? Win32Error::invalid_handle : Win32Error::success,
          .port = port,
          .thread = poster,
          .packet = packet.id,
          .key = key,
          .bytes = packet.bytes});
    const std::string what = fmt::format("{} to {}", key, letters_[index(port)]);
    // A transcript says that a puppet posted, not whether the call succeeded; the trace says that.
    if (by != 0) say(by, "posted " + what);
    if (closed) return;
    model_.insert(port, packet, poster, scratch_);
    flush();
}

void Puppets::close(const ScheduleCommand& command) {
    const PortId port = port_id(command.port);
    if (model_.port(port).closed) {
        note({.kind = FactKind::port_closed,
              .rule = Rule::x_close_3,
              .error = Win32Error::invalid_handle,
              .port = port});
        events_.emplace_back("close -> 0");
        return;
    }
    hidden_[index(port)] = 1;
    events_.emplace_back("close -> 1");
    model_.close(port, ThreadId::none, scratch_);
    flush();
}

// -- the state line -------------------------------------------------------------------------------

std::string Puppets::thread_text(std::uint32_t thread) const {
    const Puppet& p = puppets_[thread - 1];
    std::string text = fmt::format("T{}=", thread);
    if (p.doing == Doing::ended) return text + "exit";
    const bool getting = p.doing == Doing::getting;
    if (suspended(thread))
        text += "susp";
    else if (getting)
        text += "get";
    else if (p.doing == Doing::running)
        text += "run";
    else if (p.doing == Doing::sleeping || p.doing == Doing::alertable_sleep)
        text += "slp";
    else
        text += "blk";
    if (getting) return text + fmt::format("({})", letters_[index(p.get_port)]);
    if (!p.has_packet) return text;
    return text + fmt::format("[{}:{}]", letters_[index(p.packet_port)], p.packet_key);
}

std::string Puppets::state() const {
    // The columns of the original counters are narrow: limits modulo 64, depths modulo 4096.
    std::string text = "state:";
    std::vector<std::size_t> order;
    for (std::size_t p = 0; p < letters_.size(); ++p)
        if (hidden_[p] == 0) order.push_back(p);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return letters_[a] < letters_[b]; });
    for (const std::size_t p : order) {
        const PortState& port = model_.ports()[p];
        text += fmt::format(" {}{{queued={} active={}/{} waiters={}}}", letters_[p],
                            port.queue.size() % 4096, port.active, port.limit % 64,
                            port.waiting.size());
    }
    for (std::uint32_t t = 1; t <= puppets_.size(); ++t) text += " " + thread_text(t);
    return text;
}

}  // namespace sim
