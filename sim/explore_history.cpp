#include "sim/explore_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "sim/simulator.hpp"

namespace sim {
namespace {

template <class T>
void put(std::string& bytes, const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_class_v<T>);
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes.append(raw, sizeof(T));
}

void put(std::string& bytes, const StateHash& hash) {
    put(bytes, hash.a);
    put(bytes, hash.b);
}

// What came before, and one more.
StateHash chained(const StateHash& before, const StateHash& more) {
    std::string bytes;
    put(bytes, before);
    put(bytes, more);
    return hash_state(bytes);
}

bool gives_packet(FactKind kind) {
    return kind == FactKind::handed_off || kind == FactKind::taken ||
           kind == FactKind::also_taken || kind == FactKind::activated;
}

std::uint32_t number(PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

}  // namespace

std::optional<Fact> told(const Fact& fact) {
    const bool tells = fact.kind == FactKind::get_returned ||
                       fact.kind == FactKind::also_returned || fact.kind == FactKind::io_returned ||
                       fact.kind == FactKind::apc_ran || fact.kind == FactKind::depth;
    // That the other calls succeed is what a script says anyway.
    const bool fails = tells_return(fact.kind) && fact.error != Win32Error::success;
    if (!tells && !fails) return std::nullopt;
    Fact bare = fact;
    bare.t0 = bare.t1 = 0;
    bare.rule = Rule::none;
    return bare;
}

StateHash hash_told(const Fact& fact) {
    std::string bytes;
    put(bytes, fact.kind);
    put(bytes, fact.error);
    put(bytes, fact.port);
    put(bytes, fact.packet);
    put(bytes, fact.handle);
    put(bytes, fact.operation);
    put(bytes, fact.key);
    put(bytes, fact.bytes);
    put(bytes, fact.number);
    return hash_state(bytes);
}

History::History(const Scenario& scenario)
    : scenario_(&scenario),
      threads_(scenario.thread_count() + 1),
      discarded_(scenario.ports.size()),
      returns_(scenario.expect.returns.size(), 0),
      rules_(scenario.expect.rules.size(), 0) {}

void History::add(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) {
        tell(fact);
        expect(fact);
        move_packet(fact);
    }
}

void History::tell(const Fact& fact) {
    const auto news = told(fact);
    if (!news) return;
    Told& thread = fact.thread == ThreadId::none ? threads_.back() : threads_[index(fact.thread)];
    const StateHash hash = hash_told(*news);
    // The same answer without a packet as last time tells nothing new.
    if (fact.packet == PacketId::none && hash == thread.last) return;
    thread.last = fact.packet == PacketId::none ? hash : StateHash{};
    thread.chain = chained(thread.chain, hash);
}

void History::expect(const Fact& fact) {
    const Expect& expect = scenario_->expect;
    for (std::size_t r = 0; r < rules_.size(); ++r)
        if (fact.rule == expect.rules[r]) rules_[r] = 1;
    for (std::size_t r = 0; r < returns_.size() && tells_return(fact.kind); ++r)
        if (fact.thread == expect.returns[r].thread && fact.error == expect.returns[r].error)
            returns_[r] = 1;
    if (expect.dispatch.empty() || dispatched_ == kBroken || !gives_packet(fact.kind)) return;
    if (dispatched_ == expect.dispatch.size()) {
        dispatched_ = kBroken;
        return;
    }
    const ExpectedDispatch& wanted = expect.dispatch[dispatched_];
    const bool fits = wanted.thread == fact.thread &&
                      (wanted.packet == PacketId::none || wanted.packet == fact.packet);
    dispatched_ = fits ? dispatched_ + 1 : kBroken;
}

// INV-5: a packet is nowhere, then perhaps queued, then delivered or discarded.
void History::move_packet(const Fact& fact) {
    Place to{};
    if (fact.kind == FactKind::inserted)
        to = Place::queued;
    else if (fact.kind == FactKind::discarded)
        to = Place::discarded;
    else if (gives_packet(fact.kind))
        to = Place::delivered;
    else
        return;
    const std::size_t id = number(fact.packet);
    if (id >= packets_.size()) packets_.resize(id + 1, Place::nowhere);
    const bool new_here = to == Place::queued || fact.kind == FactKind::handed_off;
    if (packets_[id] != (new_here ? Place::nowhere : Place::queued) && lost_.empty())
        lost_ = fmt::format("INV-5: packet {} is {}, but it was not {} before", id,
                            info(fact.kind).name, new_here ? "new" : "queued");
    packets_[id] = to;
    if (to != Place::discarded) return;
    StateHash& chain = discarded_[index(fact.port)];
    chain = chained(chain, {id, 0});
}

void History::add_outcome(std::string& bytes) const {
    for (const Told& thread : threads_) put(bytes, thread.chain);
    for (const StateHash& port : discarded_) put(bytes, port);
}

void History::add_expectations(std::string& bytes, std::uint32_t max_active) const {
    if (!scenario_->expect.dispatch.empty()) put(bytes, dispatched_);
    for (const std::uint8_t seen : rules_) put(bytes, seen);
    for (const std::uint8_t seen : returns_) put(bytes, seen);
    // How far it is exceeded makes no difference.
    if (const auto& most = scenario_->expect.max_active)
        put(bytes, std::min<std::uint64_t>(max_active, std::uint64_t{*most} + 1));
}

void History::add_key(std::string& bytes, std::uint32_t max_active) const {
    add_outcome(bytes);
    add_expectations(bytes, max_active);
    // The same answer again: it matters whether the latest one can be repeated.
    for (const Told& thread : threads_) put(bytes, thread.last);
}

std::optional<std::string> History::broken_by(const std::vector<Fact>& facts,
                                              const PortModel& before,
                                              const PortModel& after) const {
    PortModel state = before;
    for (const Fact& fact : facts) {
        const bool releases = gives_packet(fact.kind) && fact.kind != FactKind::also_taken;
        if (releases && state.port(fact.port).active >= state.port(fact.port).limit)
            return fmt::format(
                "INV-4, INV-6: packet {} is given to {} although {} threads are active at {}, "
                "whose concurrency value is {}",
                number(fact.packet), scenario_->thread_names()[index(fact.thread)],
                state.port(fact.port).active, scenario_->ports[index(fact.port)].name,
                state.port(fact.port).limit);
        if (!state.apply(fact))
            return fmt::format("the fact `{}` does not fit the state before it",
                               info(fact.kind).name);
    }
    if (!(state.ports() == after.ports() && state.threads() == after.threads()))
        return "the facts of a transition do not lead to the state after it";
    if (!lost_.empty()) return lost_;
    std::vector<std::uint8_t> queued(packets_.size(), 0);
    for (const PortState& port : after.ports())
        for (const Packet& packet : port.queue.oldest(port.queue.size()))
            if (number(packet.id) < queued.size()) ++queued[number(packet.id)];
    for (std::size_t p = 0; p < packets_.size(); ++p)
        if (queued[p] != (packets_[p] == Place::queued ? 1 : 0))
            return fmt::format(
                "INV-5: packet {} stands in queues {} times, which does not fit "
                "what became of it",
                p, queued[p]);
    return std::nullopt;
}

}  // namespace sim
