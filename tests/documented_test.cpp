// Sentences of the documentation, and of behaviours.md where it says more, each as a test of its
// name. Scenarios are short; what they show is read from the run.
#include <doctest/doctest.h>

#include <string>

#include "tests/played.hpp"

using namespace test;  // NOLINT: a fixture made for this file

// -- the queue ------------------------------------------------------------------------------------

TEST_CASE("Q-FIFO-1, D1: completion packets are queued in first-in-first-out order") {
    const Played p = play("[[post]]\ncount = 4\n" + waiting("A") + kCloseLater);
    CHECK(p.dispatched() == "A:1 A:2 A:3 A:4");
}

TEST_CASE("Q-EARLY-1: packets that arrive before any thread asks wait; workers may come later") {
    const Played p = play("[[post]]\n[[thread]]\nname = \"A\"\nat = \"5 ms\"\n" + kCloseLater);
    CHECK(p.dispatched() == "A:1");
    CHECK(p.first(FactKind::inserted)->t0 == 0);
}

TEST_CASE("Q-HANDOFF-1, Q-DEPTH-1: a packet for a waiting thread never joins the queue") {
    const Played p =
        play(waiting("A") + "[[do]]\nwhen = \"settled\"\nstep = {post = \"P\"}\n" + kCloseLater);
    CHECK(p.count(FactKind::inserted) == 0);
    CHECK(p.count(FactKind::handed_off) == 1);
    const Played queued =
        play("[[post]]\ncount = 3\n[[do]]\nstep = {depth = \"P\"}\n" + waiting("A") + kCloseLater);
    CHECK(queued.first(FactKind::depth)->number == 3);
}

TEST_CASE("Q-UNBOUND-1, D5: a post can fail, and then nothing is queued") {
    const Played p = play("capacity = 1\n[[post]]\ncount = 2\n" + waiting("A") + kCloseLater);
    CHECK(p.dispatched() == "A:1");
    CHECK(p.run.summary.posts_failed == 1);
    CHECK(p.explained_by(Rule::q_unbound_1));
}

TEST_CASE("Q-POSTER-1: a worker that posts to its own port counts while it does so") {
    // M has dequeued once and posts; with one slot, which is its own, A is not released.
    const std::string text =
        waiting("A") +
        "[[thread]]\nname = \"M\"\nwhen = \"settled\"\nscript = [{poll = \"P\"}, "
        "{post = \"P\"}, {get = \"P\"}, {exit = true}]\n" +
        kCloseLater;
    CHECK(play(text, 1).dispatched() == "M:1");
    CHECK(play(text, 2).dispatched() == "A:1");
}

TEST_CASE("Q-SELF-1 is off unless asked for: a worker's own post wakes a waiting thread") {
    const std::string text = "[[post]]\n" + waiting("AB") +
                             "[[handler]]\nkey = 0\nsteps = [{cpu = \"1 ms\"}]\n"
                             "[[thread]]\nname = \"M\"\nat = \"0 s\"\nscript = [{get = \"P\"}, "
                             "{post = \"P\", key = 5}, {cpu = \"5 ms\"}, {exit = true}]\n" +
                             kCloseLater;
    const Played off = play(text, 3);
    Policies nt52;
    nt52.self_insert = SelfInsert::nt52;
    const Played on = play(text, 3, nt52);
    CHECK(off.count(FactKind::handed_off) >= on.count(FactKind::handed_off));
    CHECK_FALSE(off.explained_by(Rule::q_self_1));
}

// -- waiting threads ------------------------------------------------------------------------------

TEST_CASE("W-ALL-1, W-PRIO-1: any number of threads wait; only the time of waiting decides") {
    const Played p = play(waiting("ABCDEFGH") + "[[post]]\nwhen = \"settled\"\n" + kCloseLater, 8);
    CHECK(p.dispatched() == "H:1");
}

TEST_CASE("W-LIFO-3: a waiting thread that is suspended and resumed waits on top") {
    const Played p = play(waiting("AB") +
                          "[[do]]\nwhen = \"settled\"\nstep = {suspend = \"A\"}\n"
                          "[[do]]\nwhen = \"settled\"\nstep = {resume = \"A\"}\n"
                          "[[post]]\nwhen = \"settled\"\n" +
                          kCloseLater);
    CHECK(p.dispatched() == "A:1");
}

TEST_CASE("W-WAITABLE-1: a wait for the port's handle takes no packet and ends for everybody") {
    const std::string watchers =
        "[[thread]]\nname = \"W\"\ncount = 2\nwhen = \"settled\"\n"
        "script = [{wait_port = \"P\"}, {exit = true}]\n";
    const Played p = play(watchers + "[[post]]\nwhen = \"settled\"\n" + waiting("A") + kCloseLater);
    CHECK(p.dispatched() == "A:1");
    CHECK(p.count(FactKind::block_ended) == 2);
    // A packet handed to a waiting thread does not signal the handle; closing the port does.
    const Played handed =
        play(waiting("A") + watchers + "[[post]]\nwhen = \"settled\"\n" + kCloseLater);
    CHECK(handed.first(FactKind::block_ended)->t0 == 1'000'000'000);
    CHECK(handed.count(FactKind::block_ended) == 2);
}

// -- the concurrency value ------------------------------------------------------------------------

TEST_CASE("C-LIMIT-2: the limit holds packets back, it never stops a thread that runs") {
    // B blocks and comes back while A has its slot: both run to the end of their work.
    const Played p = play(waiting("AB") +
                          "[[post]]\nkey = 1\nwhen = \"settled\"\n[[post]]\nkey = 2\nat = \"0 s\"\n"
                          "[[handler]]\nkey = 1\nsteps = [{block = \"5 ms\"}, {cpu = \"20 ms\"}]\n"
                          "[[handler]]\nkey = 2\nsteps = [{cpu = \"20 ms\"}]\n" +
                          kCloseLater);
    CHECK(p.run.summary.max_active <= 2);
    CHECK(p.run.summary.packets_delivered == 2);
}

TEST_CASE("C-COUNT-2: a released thread counts before it has a processor and while preempted") {
    const std::string machine = "[machine]\nprocessors = 1\nquantum = \"1 ms\"\n";
    const Played p = play(
        "[[thread]]\nname = \"T\"\ncount = 4\nwhen = \"settled\"\n"
        "every = \"settled\"\n[[post]]\ncount = 4\nwhen = \"settled\"\n"
        "[[handler]]\nsteps = [{cpu = \"10 ms\"}]\n" +
            machine + kCloseLater,
        2);
    CHECK(p.run.summary.max_active == 2);
    CHECK(p.run.summary.packets_delivered == 4);
}

TEST_CASE("C-BLOCK-2: a wait that is satisfied at once frees no slot") {
    const Played p = play(waiting("AB") +
                          "[[set]]\nevent = \"go\"\n[[post]]\ncount = 2\nwhen = \"settled\"\n"
                          "[[handler]]\nsteps = [{wait = \"go\"}, {cpu = \"1 ms\"}]\n" +
                          kCloseLater);
    CHECK(p.dispatched() == "B:1 B:2");
    CHECK(p.count(FactKind::slot_freed) == 0);
}

TEST_CASE("C-LOCK-1: a lock frees the slot only when it is contended beyond the spin") {
    const std::string text = waiting("AB") +
                             "[[post]]\ncount = 2\nwhen = \"settled\"\n"
                             "[[handler]]\nsteps = [{lock = \"L\"}, {cpu = \"1 ms\"}, "
                             "{unlock = \"L\"}]\n" +
                             kCloseLater;
    CHECK(play(text, 1).count(FactKind::slot_freed) == 0);  // never contended
    CHECK(play(text, 2).count(FactKind::slot_freed) == 1);
    const std::string spin = "[[lock]]\nname = \"L\"\nspin = \"10 ms\"\n";
    CHECK(play(text + spin, 2).count(FactKind::slot_freed) == 0);  // spun, and was active
    CHECK(play(text + spin, 2).run.summary.packets_delivered == 2);
}

TEST_CASE("C-PAGE-1: synchronous I/O is a wait and frees the slot") {
    const Played p = play(waiting("AB") +
                          "[[handle]]\nname = \"h\"\noverlapped = false\n"
                          "[[post]]\ncount = 2\nwhen = \"settled\"\n"
                          "[[handler]]\nsteps = [{read = \"h\", bytes = 1, service = \"5 ms\"}]\n" +
                          kCloseLater);
    CHECK(p.dispatched() == "B:1 A:2");
    CHECK(p.first(FactKind::block_began)->reason == Reason::io);
}

TEST_CASE("C-POLL-1: a thread that polled and found nothing takes a slot while it runs") {
    const Played p = play(waiting("A") +
                          "[[thread]]\nname = \"M\"\nwhen = \"settled\"\n"
                          "script = [{poll = \"P\"}, {cpu = \"10 ms\"}, {exit = true}]\n"
                          "[[post]]\nat = \"5 ms\"\n" +
                          kCloseLater);
    CHECK(p.dispatched() == "A:1");
    CHECK(p.first(FactKind::activated)->t0 >= 10'000'000);
}

TEST_CASE("C-BATCH-1, G-EX-1: who takes several packets with one call is one active thread") {
    const Played p = play(
        "[[post]]\ncount = 3\n[[thread]]\nname = \"A\"\nbatch = 8\n"
        "[[handler]]\nsteps = [{cpu = \"5 ms\"}]\n" +
        kCloseLater);
    CHECK(p.dispatched() == "A:1 A:2 A:3");
    CHECK(p.first(FactKind::get_returned)->number == 3);
    CHECK(p.count(FactKind::also_returned) == 2);
    CHECK(p.run.summary.max_active == 1);
    CHECK(p.run.summary.in_system.max >= 15'000'000);  // the third waits for the first two
}

TEST_CASE("C-IDLE-1: when every worker is blocked, packets stay queued; no thread is created") {
    const Played p = play(waiting("A") +
                              "[[post]]\ncount = 3\nwhen = \"settled\"\n"
                              "[[handler]]\nsteps = [{block = \"10 ms\"}]\n" +
                              kCloseLater,
                          4);
    CHECK(p.run.summary.max_queue == 2);
    CHECK(p.count(FactKind::thread_started) == 1);
}

TEST_CASE("C-VALUE-1: binding a file does not change the concurrency value") {
    const Played p = play("[[handle]]\nname = \"h\"\nport = \"P\"\n" + waiting("AB") +
                          "[[post]]\ncount = 2\nwhen = \"settled\"\n"
                          "[[handler]]\nsteps = [{cpu = \"1 ms\"}]\n" +
                          kCloseLater);
    CHECK(p.run.summary.max_active == 1);
}

// -- association ----------------------------------------------------------------------------------

TEST_CASE("A-ASSOC-1, A-ASSOC-3: a thread belongs to one port, until it exits") {
    const Played p = play(
        "[[port]]\nname = \"Q\"\nconcurrency = 1\n"
        "[[thread]]\nname = \"A\"\nscript = [{poll = \"P\"}, {poll = \"Q\"}, "
        "{exit = true}]\n");
    CHECK(p.count(FactKind::associated) == 2);
    CHECK(p.count(FactKind::dissociated) == 2);
}

TEST_CASE("A-ASSOC-6, G-EX-4: a call that fails before it looks for a packet does not associate") {
    const Played p = play(
        "[[thread]]\nname = \"A\"\nscript = [{get = \"P\", batch = 0}, "
        "{exit = true}]\n");
    CHECK(p.count(FactKind::associated) == 0);
    CHECK(p.returns("A") == Errors{87});
}

// -- time-outs and APCs ---------------------------------------------------------------------------

TEST_CASE("T-TIMEOUT-3: with INFINITE the call waits until a packet comes or the port is closed") {
    const Played p = play(waiting("A") + kCloseLater);
    CHECK(p.returns("A") == Errors{735});
    CHECK(p.run.summary.end == 1'000'000'000);
}

TEST_CASE("T-TIMEOUT-4, T-TIMEOUT-5: WAIT_TIMEOUT with packets queued; the thread then counts") {
    const Played p = play(
        "[[post]]\ncount = 2\n[[thread]]\nname = \"B\"\n"
        "[[thread]]\nname = \"A\"\nat = \"1 ms\"\nscript = [{get = \"P\", "
        "timeout = \"2 ms\"}, {cpu = \"1 ms\"}, {exit = true}]\n"
        "[[handler]]\nsteps = [{cpu = \"20 ms\"}]\n" +
        kCloseLater);
    CHECK(p.returns("A") == Errors{258});
    CHECK(p.run.summary.max_active == 2);
    CHECK(p.explained_by(Rule::t_timeout_4));
}

TEST_CASE("T-APC-1, D4: an alertable call returns WAIT_IO_COMPLETION after running the APC") {
    const std::string plain =
        "[[thread]]\nname = \"A\"\nscript = [{get = \"P\", timeout = \"9 ms\"}, "
        "{exit = true}]\n[[do]]\nat = \"5 ms\"\nstep = {apc = \"A\"}\n";
    CHECK(play(plain).returns("A") == Errors{258});  // deaf
    CHECK(play(plain).count(FactKind::apc_ran) == 0);
    const std::string alertable =
        "[[thread]]\nname = \"A\"\nscript = [{get = \"P\", batch = 1, alertable = true}, "
        "{exit = true}]\n[[do]]\nat = \"5 ms\"\nstep = {apc = \"A\"}\n";
    CHECK(play(alertable).returns("A") == Errors{192});
    CHECK(play(alertable).count(FactKind::apc_ran) == 1);
}

TEST_CASE("T-APC-2: the packet wins for a thread of this port, the APC for any other") {
    const std::string both =
        "[[thread]]\nname = \"A\"\nscript = [FIRST{cpu = \"10 ms\"}, "
        "{get = \"P\", batch = 1, alertable = true}, {exit = true}]\n"
        "[[do]]\nat = \"5 ms\"\nstep = {apc = \"A\"}\n[[post]]\nat = \"5 ms\"\n";
    const auto with = [&](const std::string& first) {
        std::string text = both;
        return text.replace(text.find("FIRST"), 5, first);
    };
    const Played stranger = play(with(""));
    CHECK(stranger.returns("A") == Errors{192});
    CHECK(stranger.count(FactKind::associated) == 0);
    CHECK(play(with("{poll = \"P\"}, ")).returns("A") == Errors{258, 0});
}

TEST_CASE("T-APC-1: an APC ends an alertable sleep and an alertable wait, and no other") {
    const std::string sleeper =
        "[[thread]]\nname = \"A\"\nscript = [{block = \"50 ms\"ALERT}, "
        "{exit = true}]\n[[do]]\nat = \"5 ms\"\nstep = {apc = \"A\"}\n";
    const auto with = [&](const std::string& alert) {
        std::string text = sleeper;
        return text.replace(text.find("ALERT"), 5, alert);
    };
    CHECK(play(with(", alertable = true")).run.summary.end < 10'000'000);
    CHECK(play(with("")).run.summary.end > 50'000'000);
}

// -- closing --------------------------------------------------------------------------------------

TEST_CASE("X-CLOSE-1, X-CLOSE-4, A-ASSOC-4, D3: closing abandons who waits and discards packets") {
    const Played p = play(waiting("AB") +
                          "[[post]]\ncount = 3\nwhen = \"settled\"\n"
                          "[[handler]]\nsteps = [{cpu = \"10 ms\"}]\n[[close]]\nat = \"5 ms\"\n");
    CHECK(p.returns("A") == Errors{735});
    CHECK(p.returns("B") == Errors{0, 6});
    CHECK(p.run.summary.packets_discarded == 2);
    Policies keep;
    keep.close = Close::keep;
    CHECK(play(waiting("A") + kCloseLater, 1, keep).returns("A").empty());
}

TEST_CASE("X-CLOSE-2: only the last handle closes the port") {
    const Played p = play(
        "[[port]]\nname = \"P2\"\nduplicate_of = \"P\"\n"
        "[[thread]]\nname = \"A\"\nport = \"P\"\n"
        "[[close]]\nport = \"P2\"\nat = \"1 ms\"\n"
        "[[post]]\nport = \"P\"\nat = \"2 ms\"\n"
        "[[close]]\nport = \"P\"\nat = \"3 ms\"\n");
    CHECK(p.returns("A") == Errors{0, 735});
}

TEST_CASE("X-CLOSE-3, P-POST-3: a closed handle is invalid for every call") {
    const Played p = play(
        "[[thread]]\nname = \"A\"\nscript = [{close = \"P\"}, {close = \"P\"}, "
        "{post = \"P\"}, {get = \"P\"}, {exit = true}]\n");
    CHECK(p.returns("A") == Errors{6});
    CHECK(p.first(FactKind::posted)->error == Win32Error::invalid_handle);
}

TEST_CASE("X-CLOSE-5: I/O on bound files goes on after the port is closed; nobody hears of it") {
    const Played p = play(
        "[[handle]]\nname = \"h\"\nport = \"P\"\n"
        "[[do]]\nstep = {read = \"h\", bytes = 1, service = \"5 ms\"}\n"
        "[[close]]\nat = \"1 ms\"\n" +
        waiting("A"));
    CHECK(p.count(FactKind::completed) == 1);
    CHECK(p.explained_by(Rule::x_close_5));
    CHECK(p.run.summary.packets_delivered == 0);
}

TEST_CASE("X-SHUT-1: one farewell packet for each worker ends them all, even with one slot") {
    const Played p = play(waiting("ABC") +
                          "[[post]]\ncount = 3\nwhen = \"settled\"\n"
                          "[[handler]]\nsteps = [{exit = true}]\n");
    CHECK(p.dispatched() == "C:1 B:2 A:3");
    CHECK(p.count(FactKind::thread_exited) == 3);
}

TEST_CASE("a port that a step creates is invalid before") {
    const Played p = play(
        "[[port]]\nname = \"Q\"\nconcurrency = 1\nlater = true\n"
        "[[thread]]\nname = \"A\"\nscript = [{post = \"Q\"}, {create = \"Q\"}, "
        "{post = \"Q\"}, {get = \"Q\"}, {exit = true}]\n");
    CHECK(p.first(FactKind::posted)->error == Win32Error::invalid_handle);
    CHECK(p.dispatched() == "A:2");
}
