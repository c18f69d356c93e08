// The golden scenarios of behaviours.md §8, and sentences of the documentation, on PortModel.
#include <doctest/doctest.h>

#include "tests/model_fixture.hpp"

using sim::FactKind;
using sim::ThreadStatus;
using sim::Win32Error;
using test::Model;
using Entered = sim::PortModel::Entered;

TEST_CASE("S1: packets leave first in, first out; threads wake last in, first out") {
    Model m(2);
    m.get('A');
    m.get('B');
    m.get('C');
    CHECK(m.waiting() == "ABC");
    m.post(1);
    CHECK(m.hand('C') == 1);
    m.post(2);
    CHECK(m.hand('B') == 2);
    m.post(3);
    CHECK(m.queued() == 1);
    CHECK(m.active() == 2);
    CHECK(m.get('B') == Entered::took);
    CHECK(m.hand('B') == 3);
    CHECK(m.waiting() == "A");
    m.get('C');
    CHECK(m.waiting() == "AC");
    m.get('B');
    CHECK(m.waiting() == "ACB");
    CHECK(m.active() == 0);
}

TEST_CASE("S2: one hot thread takes packet after packet, the other never runs") {
    Model m(1);
    m.get('A');
    m.get('B');
    for (std::uint32_t p = 1; p <= 3; ++p) m.post(p);
    CHECK(m.hand('B') == 1);
    CHECK(m.get('B') == Entered::took);
    CHECK(m.hand('B') == 2);
    CHECK(m.get('B') == Entered::took);
    CHECK(m.hand('B') == 3);
    CHECK(m.waiting() == "A");
    CHECK(m.count(FactKind::handed_off) == 1);  // and no switch for the other two
}

TEST_CASE("S3: blocking releases a replacement; the excess is worked off, not corrected by force") {
    Model m(1);
    m.get('A');
    m.get('B');
    for (std::uint32_t p = 1; p <= 4; ++p) m.post(p);
    CHECK(m.hand('B') == 1);
    m.block('B');
    CHECK(m.hand('A') == 2);
    CHECK(m.active() == 1);
    CHECK(m.status('B') == ThreadStatus::paused);
    m.unblock('B');
    CHECK(m.active() == 2);               // C-UNBLOCK-1: more than the limit
    CHECK(m.get('B') == Entered::waits);  // C-SELF-2, although packets are queued
    CHECK(m.queued() == 2);
    CHECK(m.active() == 1);
    CHECK(m.get('A') == Entered::took);
    CHECK(m.hand('A') == 3);
    m.block('A');
    CHECK(m.hand('B') == 4);
}

TEST_CASE("S4: a thread that merely polls takes a slot while it runs") {
    Model m(1);
    m.get('A');
    CHECK(m.poll('M') == Entered::timed_out);
    CHECK(m.active() == 1);
    m.post(1);
    CHECK(m.queued() == 1);
    CHECK(m.waiting() == "A");
    m.block('M');
    CHECK(m.hand('A') == 1);
    m.unblock('M');
    CHECK(m.active() == 2);
}

TEST_CASE(
    "S5: the poster counts: with limit 2 and with limit 3 different threads get the packets") {
    for (const std::uint32_t limit : {2u, 3u}) {
        Model m(limit);
        m.post(2);
        REQUIRE(m.get('M') == Entered::took);  // M has dequeued once: it is associated
        m.get('1');
        m.get('0');
        for (std::uint32_t p = 3; p <= 5; ++p) m.post(p, 'M');
        CHECK(m.hand('0') == 3);
        if (limit == 2) {
            CHECK(m.queued() == 2);
            REQUIRE(m.get('M') == Entered::took);
            CHECK(m.hand('M') == 4);
            m.block('0');
            CHECK(m.hand('1') == 5);
        } else {
            CHECK(m.hand('1') == 4);
            REQUIRE(m.get('M') == Entered::took);
            CHECK(m.hand('M') == 5);
        }
    }
}

TEST_CASE("S6: a call times out although packets are queued") {
    Model m(1);
    m.get('A', 5);
    m.get('B');
    m.post(1);
    m.post(2);
    m.time_out('A');
    CHECK(m.queued() == 1);
    CHECK(m.active() == 2);  // T-TIMEOUT-5
    CHECK(m.hand('A') == 0);
    CHECK(m.poll('A') == Entered::timed_out);
    CHECK(m.queued() == 1);
    CHECK(m.facts.back().rule == sim::Rule::t_timeout_4);
}

TEST_CASE("S7: a thread that exits, or asks another port, frees its slot") {
    for (const bool exits : {true, false}) {
        Model m(1);
        const sim::PortId other = m.model.create_port(1);
        m.get('A');
        m.get('B');
        m.post(1);
        m.post(2);
        if (exits)
            m.exit('B');
        else
            m.get_on('B', other);
        CHECK(m.hand('A') == 2);
        CHECK(m.active() == 1);
        CHECK(m.waiting_on(other) == (exits ? "" : "B"));
    }
}

TEST_CASE("S8: a post to the own port wakes a waiter, unless the NT 5.2 rule is on") {
    for (const bool rule : {false, true}) {
        sim::Policies policies;
        if (rule) policies.self_insert = sim::SelfInsert::nt52;
        Model m(2, policies);
        m.get('B');
        m.get('A');
        m.post(1);
        m.post(2, 'A');  // (a) A was handed its packet after waiting: the rule does not apply
        CHECK(m.hand('B') == 2);
        m.get('B');
        m.post(3, 'B');
        m.block('A');
        m.unblock('A');
        Model n(2, policies);  // (b) A takes a queued packet without waiting
        n.post(1);
        REQUIRE(n.get('A') == Entered::took);
        n.get('B');
        n.post(2, 'A');
        CHECK(n.hand('B') == (rule ? 0u : 2u));
        CHECK(n.queued() == (rule ? 1u : 0u));
        if (!rule) continue;
        n.post(3);  // another poster's packet overtakes packet 2
        CHECK(n.hand('B') == 3);
        CHECK(n.get('A') == Entered::took);
        CHECK(n.hand('A') == 2);
    }
}

TEST_CASE(
    "S9: closing the port wakes every waiter with ERROR_ABANDONED_WAIT_0 and drops the queue") {
    Model m(1);
    m.get('A');
    m.get('B');
    m.get('C');
    m.post(1);
    m.post(2);
    m.post(3);
    REQUIRE(m.hand('C') == 1);
    m.close();
    CHECK(m.count(FactKind::abandoned) == 2);
    CHECK(m.count(FactKind::discarded) == 2);
    CHECK(m.waiting().empty());
    CHECK(m.hand('C') == 1);  // X-CLOSE-6: it notices at its next call
    CHECK(m.get('C') == Entered::invalid_handle);
}

TEST_CASE("S10: one sentinel per worker ends them all, even with limit 1") {
    Model m(1);
    for (const char who : {'A', 'B', 'C'}) m.get(who);
    for (std::uint32_t p = 1; p <= 3; ++p) m.post(p);
    CHECK(m.hand('C') == 1);
    m.exit('C');
    CHECK(m.hand('B') == 2);
    m.exit('B');
    CHECK(m.hand('A') == 3);
    m.exit('A');
    CHECK(m.active() == 0);
    CHECK(m.queued() == 0);
}

// -- sentences of the documentation, each as the name of a test -----------------------------------
// https://learn.microsoft.com/windows/win32/fileio/i-o-completion-ports, in our own words

TEST_CASE("packets that arrive before any thread asks stay queued (Q-EARLY-1)") {
    Model m(1);
    m.post(1);
    m.post(2);
    CHECK(m.queued() == 2);
    CHECK(m.get('A') == Entered::took);
    CHECK(m.hand('A') == 1);
}

TEST_CASE("a packet that is handed to a waiter is never seen in the queue (Q-HANDOFF-1)") {
    Model m(1);
    m.get('A');
    m.post(1);
    CHECK(m.queued() == 0);
    CHECK(m.count(FactKind::inserted) == 0);
    CHECK(m.poll('B') == Entered::timed_out);  // W-NOSTEAL-1
}

TEST_CASE("a thread that timed out and waits again is on top of the stack (W-LIFO-2)") {
    Model m(1);
    m.get('A', 5);
    m.get('B');
    m.time_out('A');
    m.get('A');
    CHECK(m.waiting() == "BA");
}

TEST_CASE("a thread is associated with at most one port, and asking another moves it (A-ASSOC-2)") {
    Model m(1);
    const sim::PortId other = m.model.create_port(1);
    m.get('A');
    m.post(1);
    m.get_on('A', other, 0);
    CHECK(m.active() == 0);
    CHECK(m.model.port(other).active == 1);
}

TEST_CASE("posting does not associate: the poster takes no slot (A-ASSOC-5)") {
    Model m(1);
    m.get('A');
    m.poll('P');
    m.exit('P');
    m.post(1, 'Q');
    CHECK(m.hand('A') == 1);
    CHECK(m.status('Q') == ThreadStatus::outside);
}

TEST_CASE("a suspended waiter leaves the stack and comes back on top of it (C-SUSPEND-2)") {
    Model m(3);
    m.get('A');
    m.get('B');
    m.get('C');
    m.suspend('B');
    CHECK(m.waiting() == "AC");
    m.post(1);
    CHECK(m.hand('C') == 1);
    m.resume('B');
    CHECK(m.waiting() == "AB");
}

TEST_CASE(
    "suspending a running worker frees its slot; resuming may exceed the limit (C-SUSPEND-1)") {
    Model m(1);
    m.get('A');
    m.get('B');
    m.post(1);
    m.post(2);
    m.suspend('B');
    CHECK(m.hand('A') == 2);
    m.resume('B');
    CHECK(m.active() == 2);
}

TEST_CASE("a waiter that is suspended when the port closes is abandoned too") {
    Model m(1);
    m.get('A');
    m.suspend('A');
    m.close();
    CHECK(m.count(FactKind::abandoned) == 1);
    m.resume('A');
    CHECK(m.status('A') == ThreadStatus::outside);
}

TEST_CASE("with close = keep only the handle goes: the waiters stay") {
    sim::Policies policies;
    policies.close = sim::Close::keep;
    Model m(1, policies);
    m.get('A');
    m.close();
    CHECK(m.waiting() == "A");
    CHECK(m.get('B') == Entered::invalid_handle);
}

TEST_CASE("wake = fifo releases the oldest waiter, limit = off releases all (what Wine 8.0 does)") {
    sim::Policies policies;
    policies.wake = sim::Wake::fifo;
    policies.limit = sim::Limit::off;
    Model m(1, policies);
    for (const char who : {'A', 'B', 'C'}) m.get(who);
    for (std::uint32_t p = 1; p <= 3; ++p) m.post(p);
    CHECK(m.hand('A') == 1);
    CHECK(m.hand('B') == 2);
    CHECK(m.hand('C') == 3);
    CHECK(m.active() == 3);
}

TEST_CASE("handoff = refetch: a woken waiter can lose its packet to a faster caller") {
    sim::Policies policies;
    policies.handoff = sim::Handoff::refetch;
    Model m(2, policies);
    m.get('A');
    m.post(1);
    CHECK(m.status('A') == ThreadStatus::calling);
    CHECK(m.poll('M') == Entered::took);
    CHECK(m.model.refetch(sim::make_id<sim::ThreadId>(0), false, m.facts) == Entered::waits);
}

TEST_CASE("a fact that does not fit is refused and changes nothing") {
    Model m(1);
    m.get('A');
    m.post(1);
    const sim::PortModel before = m.model;
    const sim::ThreadId a = sim::make_id<sim::ThreadId>(0);
    CHECK_FALSE(m.model.apply({.kind = FactKind::taken,
                               .port = m.port,
                               .thread = a,
                               .packet = static_cast<sim::PacketId>(9)}));
    CHECK_FALSE(m.model.apply({.kind = FactKind::waits, .port = m.port, .thread = a}));
    CHECK_FALSE(m.model.apply({.kind = FactKind::inserted, .port = sim::make_id<sim::PortId>(7)}));
    CHECK_FALSE(
        m.model.apply({.kind = FactKind::gave_up, .thread = sim::make_id<sim::ThreadId>(7)}));
    CHECK_FALSE(m.model.apply({.kind = FactKind::slot_retaken, .port = m.port, .thread = a}));
    CHECK(m.model == before);
}

TEST_CASE("replaying the facts on a fresh value gives the same value") {
    Model m(2);
    for (const char who : {'A', 'B', 'C'}) m.get(who);
    for (std::uint32_t p = 1; p <= 5; ++p) m.post(p);
    m.block('B');
    m.unblock('B');
    m.get('C');
    m.suspend('A');
    m.resume('A');
    m.poll('A');
    m.exit('C');
    m.close();
    sim::PortModel replayed;
    replayed.create_port(2);
    replayed.ensure_thread(sim::make_id<sim::ThreadId>(2));
    for (const sim::Fact& fact : m.facts) CHECK(replayed.apply(fact));
    CHECK(replayed == m.model);
}
