// Carrying moves out: the model does something, and it must be what was observed.
#include <cassert>
#include <cstring>

#include "sim/check_play.hpp"
#include "sim/port_model_verbs.hpp"

namespace sim {

namespace {

constexpr std::uint64_t kBase = 0x9E3779B97F4A7C15ull;

// The finisher of SplitMix64.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

}  // namespace

bool CheckPlayer::play(Move move) {
    facts_.clear();
    conflict_ = {};
    playing_ = move.kind == Move::Kind::refetch ? kNoAction : move.number;
    carry_out(move);
    return absorb();
}

void CheckPlayer::carry_out(Move move) {
    PortModel& model = state_.model;
    if (move.kind == Move::Kind::refetch) {
        model.refetch(make_id<ThreadId>(move.number), false, facts_);
        return;
    }
    const Action& a = action(move);
    const auto oldest_at = [&](PortId port) {
        return model.port(port).queue.empty() ? Packet{} : model.port(port).queue.front();
    };
    const auto before_it_frees = [&] {
        const PortId port = model.thread(a.thread).port;
        if (port != PortId::none) choose_wake(port, oldest_at(port));
    };
    switch (a.kind) {
        case Kind::create: model.create(a.port, a.thread, facts_); break;
        case Kind::duplicate: model.duplicate(a.port, a.thread, facts_); break;
        case Kind::close: model.close(a.port, a.thread, facts_); break;
        case Kind::insert: {
            const PortId port = model.object(a.port);
            choose_wake(port, packet_of(a));
            model.insert(port, packet_of(a), a.thread, facts_);
            break;
        }
        case Kind::enter:
            before_it_frees();
            enter(a, move.kind == Move::Kind::apc_at_once);
            break;
        case Kind::end_wait:
            model.end_wait(a.thread,
                           call(a.call).result == Call::Result::user_apc
                               ? Win32Error::wait_io_completion
                               : Win32Error::wait_timeout,
                           facts_);
            break;
        case Kind::returned: {
            Played& thread = state_.threads[index(a.thread)];
            thread.call = kNoAction;
            thread.got = 0;
            thread.decided = Call::Result::unknown;
            break;
        }
        case Kind::block:
            before_it_frees();
            model.block(a.thread, {}, facts_);
            state_.threads[index(a.thread)].watched = move.number + 1;
            break;
        case Kind::unblock:
            if (model.thread(a.thread).blocked) model.unblock(a.thread, {}, facts_);
            state_.threads[index(a.thread)].watched = move.number + 1;
            break;
        case Kind::suspend:
            before_it_frees();
            model.suspend(a.thread, facts_);
            break;
        case Kind::resume: model.resume(a.thread, false, facts_); break;
        case Kind::exit:
            before_it_frees();
            model.exit(a.thread, facts_);
            break;
        case Kind::see_waiting:
        case Kind::see_depth: break;
    }
}

void CheckPlayer::enter(const Action& a, bool apc) {
    Played& thread = state_.threads[index(a.thread)];
    thread.call = a.call;
    thread.got = 0;
    thread.decided = Call::Result::unknown;
    const Call& c = call(a.call);
    PortModel::Get get{.timeout = c.timeout == 0 ? 0 : kInfinite, .batch = c.batch};
    get.alertable = get.apc_pending = apc;
    switch (state_.model.enter(a.thread, a.port, get, facts_)) {
        case PortModel::Entered::invalid_handle:
            thread.decided = Call::Result::invalid_handle;
            break;
        case PortModel::Entered::invalid_parameter:
            thread.decided = Call::Result::invalid_parameter;
            break;
        case PortModel::Entered::user_apc: thread.decided = Call::Result::user_apc; break;
        default: break;  // its facts say the rest
    }
}

bool CheckPlayer::absorb() {
    got_now_.clear();
    for (const Fact& fact : facts_)
        if (!take_in(fact)) return false;
    // A call that gets packets gets all of them in one step.
    for (const ThreadId id : got_now_) {
        const Played& thread = state_.threads[index(id)];
        const Call& c = call(thread.call);
        if (c.result != Call::Result::unknown && thread.got != c.count)
            return refuse(Rule::g_ex_1, {.kind = FactKind::get_returned,
                                         .port = c.port,
                                         .thread = id,
                                         .number = thread.got});
    }
    return true;
}

bool CheckPlayer::take_in(const Fact& fact) {
    count_queue(fact);
    switch (fact.kind) {
        case FactKind::handed_off:
        case FactKind::taken:
        case FactKind::activated:
        case FactKind::also_taken: {
            Played& thread = state_.threads[index(fact.thread)];
            if (thread.call == kNoAction ||
                !expects(thread.call, thread.got, fact.packet, fact.bytes))
                return refuse(fact.rule, fact);
            if (thread.got++ == 0) got_now_.push_back(fact.thread);
            thread.decided = Call::Result::packets;
            return true;
        }
        case FactKind::wait_ended:
            return decide(fact.thread,
                          fact.error == Win32Error::wait_timeout ? Call::Result::timed_out
                                                                 : Call::Result::user_apc,
                          fact);
        case FactKind::abandoned: return decide(fact.thread, Call::Result::abandoned, fact);
        case FactKind::discarded: {
            const bool received =
                history_.claims.count(static_cast<std::uint32_t>(fact.packet)) > 0;
            return !received || refuse(Rule::x_close_4, fact);
        }
        default: return true;
    }
}

bool CheckPlayer::decide(ThreadId id, Call::Result result, const Fact& fact) {
    Played& thread = state_.threads[index(id)];
    thread.decided = result;
    const Call::Result observed = call(thread.call).result;
    return observed == result || observed == Call::Result::unknown || refuse(fact.rule, fact);
}

bool CheckPlayer::refuse(Rule rule, const Fact& fact) {
    conflict_ = {rule, fact, playing_};
    return false;
}

// -- telling states apart -------------------------------------------------------------------------

void CheckPlayer::count_queue(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::inserted: {
            Queued& queued = state_.queued[index(fact.port)];
            auto& hashes = queue_hashes_[index(fact.port)];
            hashes.resize(queued.in + 1);
            hashes.push_back(hashes.back() * kBase +
                             mixed(static_cast<std::uint32_t>(fact.packet)));
            ++queued.in;
            break;
        }
        case FactKind::taken:
        case FactKind::also_taken:
        case FactKind::activated:
        case FactKind::discarded: ++state_.queued[index(fact.port)].out; break;
        default: break;
    }
}

void CheckPlayer::describe(std::string& key) const {
    const auto add = [&](auto word) {
        const std::size_t at = key.size();
        key.resize(at + sizeof word);
        std::memcpy(key.data() + at, &word, sizeof word);
    };
    for (std::size_t p = 0; p < state_.queued.size(); ++p) {
        const Queued& queued = state_.queued[p];
        const auto& hashes = queue_hashes_[p];
        std::uint64_t power = 1, base = kBase;
        for (std::size_t n = queued.in - queued.out; n > 0; n >>= 1, base *= base)
            if ((n & 1) != 0) power *= base;
        add(hashes[queued.in] - hashes[queued.out] * power);
        for (const ThreadId waiting : state_.model.ports()[p].waiting)
            add(static_cast<std::uint16_t>(index(waiting)));
        add(std::uint16_t{0xFFFF});
    }
    for (std::size_t t = 0; t < state_.threads.size(); ++t) {
        const ThreadModel& thread = state_.model.threads()[t];
        add(static_cast<std::uint8_t>(static_cast<unsigned>(thread.status) << 4 |
                                      static_cast<unsigned>(thread.took_without_wait) << 3 |
                                      static_cast<unsigned>(state_.threads[t].decided)));
    }
}

}  // namespace sim
