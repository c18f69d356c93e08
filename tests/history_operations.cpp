// What threads and main do in a random history, with the facts that a recorder writes of it.
#include "tests/history_maker.hpp"

namespace test {

using sim::Fact;
using sim::FactKind;

template <class Operation>
void HistoryMaker::both(Operation operation) {
    operation(ports_);
    if (right_) operation(*right_);
}

// Every fact has an instant of its own, but those of one call or one look.
void HistoryMaker::note(Fact fact) {
    fact.t0 = fact.t1 = now_;
    history_.trace.facts.push_back(fact);
}

void HistoryMaker::start(Id id) {
    pass_time(1000);
    note({.kind = FactKind::thread_started, .thread = id});
    actor(id).life = Life::running;
}

void HistoryMaker::get(Id id, const GetCall& call) {
    pass_time(1000);
    note({.kind = FactKind::get_called,
          .port = call.port,
          .thread = id,
          .number = call.batch,
          .amount = call.timeout});
    actor(id).life = Life::calling;
    actor(id).call = call;
    both([&](MutantPorts& ports) { ports.get(id, call, now_); });
}

void HistoryMaker::post(PortId to, sim::Key key, Id by) {
    pass_time(1000);
    const auto packet = static_cast<PacketId>(keys_.size());
    keys_.push_back(key);
    Fact fact{.kind = FactKind::posted, .port = to, .thread = by, .packet = packet, .key = key};
    fact.bytes = static_cast<std::uint32_t>(packet);
    both([&](MutantPorts& ports) {
        if (by != Id::none) ports.acts(by);
        fact.error = ports.post(to, packet);
    });
    note(fact);
}

void HistoryMaker::close(PortId port) {
    pass_time(1000);
    note({.kind = FactKind::port_closed, .port = port});
    both([&](MutantPorts& ports) { (void)ports.close(port); });
}

void HistoryMaker::compute(Id id) {
    pass_time(1000);
    note({.kind = FactKind::computing, .thread = id, .amount = 1'000'000});
    both([&](MutantPorts& ports) { ports.compute(id); });
}

void HistoryMaker::block(Id id) {
    pass_time(1000);
    note({.kind = FactKind::block_began, .reason = sim::Reason::sleep, .thread = id});
    actor(id).life = Life::blocked;
    both([&](MutantPorts& ports) { ports.block(id); });
}

void HistoryMaker::unblock(Id id) {
    pass_time(1000);
    note({.kind = FactKind::block_ended, .reason = sim::Reason::sleep, .thread = id});
    actor(id).life = Life::running;
    both([&](MutantPorts& ports) { ports.unblock(id); });
}

void HistoryMaker::suspend(Id id) {
    pass_time(1000);
    note({.kind = FactKind::suspended, .thread = id});
    ++actor(id).suspends;
    both([&](MutantPorts& ports) { ports.suspend(id); });
}

void HistoryMaker::resume(Id id) {
    pass_time(1000);
    note({.kind = FactKind::resumed, .thread = id});
    --actor(id).suspends;
    both([&](MutantPorts& ports) { ports.resume(id, now_); });
}

void HistoryMaker::exit(Id id) {
    pass_time(1000);
    note({.kind = FactKind::thread_exited, .thread = id});
    actor(id).life = Life::exited;
    both([&](MutantPorts& ports) { ports.exit(id); });
}

// No time-out comes between a decision and what it leads to: it comes a little later then.
void HistoryMaker::return_from_call(Id id) {
    Actor& a = actor(id);
    now_ += 1000;
    Fact fact{.kind = FactKind::get_returned, .error = a.result->error, .port = a.call.port};
    fact.thread = id;
    fact.number = static_cast<std::uint32_t>(a.result->packets.size());
    if (a.result->packets.empty()) note(fact);
    for (const PacketId packet : a.result->packets) {
        fact.packet = packet;
        fact.key = keys_[sim::index(packet)];
        fact.bytes = static_cast<std::uint32_t>(packet);
        note(fact);
        fact.kind = FactKind::also_returned;
        if (fact.key == kFarewell) a.leaves = true;
    }
    if (a.result->error != Win32Error::success && a.result->error != Win32Error::wait_timeout)
        a.leaves = true;
    a.life = Life::running;
    a.result.reset();
}

// As a driver writes them of one look: a suspended thread is not called parked, and nothing has
// settled while somebody runs.
void HistoryMaker::note_parked() {
    now_ += 1000;
    bool settled = true, anyone = false;
    for (std::size_t i = 0; i < actors_.size(); ++i) {
        const Actor& a = actors_[i];
        const auto id = sim::make_id<Id>(i);
        anyone = anyone || a.life != Life::unborn;
        if (a.suspends > 0) continue;
        settled = settled && a.life != Life::running && !a.result;
        if (ports_.waits(id)) note({.kind = FactKind::parked, .port = a.call.port, .thread = id});
    }
    if (settled && anyone) note({.kind = FactKind::settled});
}

}  // namespace test
