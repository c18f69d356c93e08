// Every reachable state of small ports, breadth first: no invariant of behaviours.md §4 is ever
// broken, whatever the threads and posters do, in whatever order.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <deque>
#include <string>
#include <unordered_set>

#include "sim/port_model.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

struct World {
    PortModel model;
    std::uint32_t posted = 0;
    std::uint32_t delivered = 0;
    std::uint32_t discarded = 0;

    [[nodiscard]] std::string key() const {
        // Packets are interchangeable but for their number, and order is kept by the queue.
        std::string text = model.to_text();
        text += std::to_string(posted);
        for (const PortState& port : model.ports())
            for (const Packet& p : port.queue.oldest(port.queue.size()))
                text += fmt::format(",{}", static_cast<std::uint32_t>(p.id));
        for (const ThreadModel& t : model.threads())
            text += fmt::format("|{}{}{}{}", t.blocked ? 'b' : '-', t.suspend_count,
                                t.resumes_wait ? 'w' : '-',
                                t.port == PortId::none ? -1 : static_cast<int>(index(t.port)));
        return text;
    }
};

struct Bounds {
    std::uint32_t limit;
    std::uint32_t second_limit;  // 0: there is one port only
    std::uint32_t threads;
    std::uint32_t packets;
    bool suspends;
    bool closes;
};

// Every step that is possible in a world, one after another.
template <class Visit>
void for_each_step(const World& world, const Bounds& bounds, Visit&& visit) {
    const PortModel& model = world.model;
    const auto step = [&](const std::string& name, auto&& act) {
        World next = world;
        PortModel::Facts facts;
        act(next, facts);
        visit(name, std::move(next), facts);
    };
    for (std::size_t p = 0; p < model.ports().size(); ++p) {
        const PortId port = make_id<PortId>(p);
        if (model.port(port).closed) continue;
        if (world.posted < bounds.packets)
            step(fmt::format("post to {}", p), [&](World& w, PortModel::Facts& f) {
                w.model.insert(port, {.id = static_cast<PacketId>(++w.posted)}, ThreadId::none, f);
            });
        if (bounds.closes)
            step(fmt::format("close {}", p),
                 [&](World& w, PortModel::Facts& f) { w.model.close(port, ThreadId::none, f); });
    }
    for (std::size_t t = 0; t < model.threads().size(); ++t) {
        const ThreadId id = make_id<ThreadId>(t);
        const ThreadModel& thread = model.thread(id);
        const bool runs =
            !thread.blocked && thread.suspend_count == 0 &&
            (thread.status == ThreadStatus::outside || thread.status == ThreadStatus::released);
        if (runs) {
            for (std::size_t p = 0; p < model.ports().size(); ++p)
                for (const Nanos timeout : {Nanos{0}, kInfinite})
                    step(fmt::format("{} gets from {} timeout {}", t, p, timeout),
                         [&](World& w, PortModel::Facts& f) {
                             w.model.enter(id, make_id<PortId>(p), {.timeout = timeout}, f);
                         });
            step(fmt::format("{} blocks", t), [&](World& w, PortModel::Facts& f) {
                w.model.block(id, {.reason = Reason::sleep}, f);
            });
        }
        if (thread.blocked)
            step(fmt::format("{} unblocks", t), [&](World& w, PortModel::Facts& f) {
                w.model.unblock(id, {.reason = Reason::sleep}, f);
            });
        if (thread.status == ThreadStatus::waiting)
            step(fmt::format("{} times out", t), [&](World& w, PortModel::Facts& f) {
                w.model.end_wait(id, Win32Error::wait_timeout, f);
            });
        if (!bounds.suspends) continue;
        if (thread.suspend_count == 0)
            step(fmt::format("{} is suspended", t),
                 [&](World& w, PortModel::Facts& f) { w.model.suspend(id, f); });
        else
            step(fmt::format("{} is resumed", t),
                 [&](World& w, PortModel::Facts& f) { w.model.resume(id, false, f); });
    }
}

// INV-4 to INV-6: what a transition may do, judged by its facts on the state before it.
std::string broken_by(World& world, const PortModel& before, const PortModel::Facts& facts) {
    PortModel state = before;
    for (const Fact& fact : facts) {
        const bool delivers = fact.kind == FactKind::handed_off || fact.kind == FactKind::taken ||
                              fact.kind == FactKind::activated;
        if (delivers && state.port(fact.port).active >= state.port(fact.port).limit)
            return "INV-4: a packet is given although the limit is reached";
        if (delivers) ++world.delivered;
        if (fact.kind == FactKind::discarded) ++world.discarded;
        if (!state.apply(fact)) return "a fact does not fit the state before it";
    }
    if (!(state == world.model)) return "replay differs from what was decided";
    std::size_t queued = 0;
    for (const PortState& port : world.model.ports()) queued += port.queue.size();
    if (world.posted != world.delivered + world.discarded + queued)
        return "INV-5: a packet is lost or delivered twice";
    return {};
}

struct Explored {
    std::size_t states = 0;
    std::size_t steps = 0;
    std::size_t over_limit = 0;
    std::string broken;
};

Explored explore(const Bounds& bounds) {
    Explored result;
    World start;
    start.model.create_port(bounds.limit);
    if (bounds.second_limit > 0) start.model.create_port(bounds.second_limit);
    start.model.ensure_thread(make_id<ThreadId>(bounds.threads - 1));
    std::deque<World> open{start};
    std::unordered_set<std::string> seen{start.key()};
    while (!open.empty() && result.broken.empty()) {
        const World world = std::move(open.front());
        open.pop_front();
        ++result.states;
        if (world.model.port(make_id<PortId>(0)).active > bounds.limit) ++result.over_limit;
        for_each_step(world, bounds,
                      [&](const std::string& name, World next, const PortModel::Facts& facts) {
                          ++result.steps;
                          std::string broken = broken_by(next, world.model, facts);
                          if (broken.empty()) broken = next.model.broken_invariant().value_or("");
                          if (!broken.empty() && result.broken.empty())
                              result.broken = fmt::format("{}\nafter: {}\nfrom:\n{}", broken, name,
                                                          world.model.to_text());
                          if (seen.insert(next.key()).second) open.push_back(std::move(next));
                      });
    }
    return result;
}

}  // namespace

TEST_CASE("C-WORK-1: no state of a port with three threads and five packets breaks an invariant") {
    for (const std::uint32_t limit : {1u, 2u, 3u}) {
        const Explored all = explore({.limit = limit,
                                      .second_limit = 0,
                                      .threads = 3,
                                      .packets = 5,
                                      .suspends = false,
                                      .closes = true});
        INFO("limit " << limit << ": " << all.states << " states, " << all.steps << " steps\n"
                      << all.broken);
        CHECK(all.broken.empty());
        CHECK(all.states > 1000);
        // The documentation says that the limit can be exceeded; the search must find such states.
        CHECK((all.over_limit > 0) == (limit < 3));
        MESSAGE("limit " << limit << ": " << all.states << " states, " << all.over_limit
                         << " of them over the limit");
    }
}

TEST_CASE("suspending and resuming breaks no invariant either") {
    const Explored all = explore({.limit = 1,
                                  .second_limit = 0,
                                  .threads = 3,
                                  .packets = 3,
                                  .suspends = true,
                                  .closes = true});
    INFO(all.states << " states, " << all.steps << " steps\n" << all.broken);
    CHECK(all.broken.empty());
    CHECK(all.states > 1000);
}

TEST_CASE("threads that move between two ports break no invariant") {
    const Explored all = explore({.limit = 1,
                                  .second_limit = 2,
                                  .threads = 3,
                                  .packets = 3,
                                  .suspends = false,
                                  .closes = false});
    INFO(all.states << " states, " << all.steps << " steps\n" << all.broken);
    CHECK(all.broken.empty());
    CHECK(all.states > 1000);
}

TEST_CASE("the search notices a port that breaks the rules") {
    // A canary: without the self-insert rule switched off, a packet may wait beside a free slot.
    Policies policies;
    policies.self_insert = SelfInsert::nt52;
    PortModel model(policies);
    const PortId port = model.create_port(2);
    model.ensure_thread(make_id<ThreadId>(1));
    PortModel::Facts facts;
    model.enter(make_id<ThreadId>(1), port, {}, facts);
    model.enter(make_id<ThreadId>(0), port, {.timeout = 0}, facts);
    model.insert(port, {.id = static_cast<PacketId>(1)}, make_id<ThreadId>(0), facts);
    CHECK_FALSE(model.broken_invariant());  // permitted while the rule is on …
    PortModel strict;
    strict.create_port(2);
    strict.ensure_thread(make_id<ThreadId>(1));
    for (const Fact& fact : facts) REQUIRE(strict.apply(fact));
    REQUIRE(strict.broken_invariant());  // … and found when it is off
    CHECK(strict.broken_invariant()->starts_with("INV-3"));
}
