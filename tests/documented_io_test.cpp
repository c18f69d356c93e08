// Sentences of the documentation about handles, operations and notification modes, each as a test
// of its name (groups H, I, N and §7.3 of behaviours.md).
#include <doctest/doctest.h>

#include <string>

#include "tests/played.hpp"

using namespace test;  // NOLINT: a fixture made for this file

namespace {

const std::string kBound = "[[handle]]\nname = \"h\"\nport = \"P\"\nkey = 7\n";
const std::string kUnbound = "[[handle]]\nname = \"h\"\n";

// A thread U that carries out these steps and exits, beside a waiting worker A.
Played user(const std::string& sections, const std::string& steps) {
    return play(waiting("A") + sections +
                "[[thread]]\nname = \"U\"\nwhen = \"settled\"\nscript = [" + steps +
                ", {exit = true}]\n" + kCloseLater);
}

// What the calls of U that started operations return, in order.
Errors started(const Played& p) {
    Errors errors;
    for (const Fact& fact : p.run.trace.facts)
        if (fact.kind == FactKind::io_returned)
            errors.push_back(static_cast<std::uint32_t>(fact.error));
    return errors;
}

Errors errors_of(const Played& p, FactKind kind) {
    Errors errors;
    for (const Fact& fact : p.run.trace.facts)
        if (fact.kind == kind) errors.push_back(static_cast<std::uint32_t>(fact.error));
    return errors;
}

}  // namespace

// -- binding: behaviours.md §7.3 ------------------------------------------------------------------

TEST_CASE("H-HANDLE-1, D2: a handle that is not overlapped cannot be bound") {
    const Played p =
        user("[[handle]]\nname = \"h\"\noverlapped = false\n", "{bind = \"h\", port = \"P\"}");
    CHECK(errors_of(p, FactKind::bound) == Errors{87});
}

TEST_CASE("H-HANDLE-2, D2: a handle is bound once; another port, key or handle changes nothing") {
    const std::string more =
        "[[port]]\nname = \"Q\"\nconcurrency = 1\n"
        "[[handle]]\nname = \"again\"\nduplicate_of = \"h\"\n";
    const std::string sections = kUnbound + more;
    std::string text = waiting("A");
    const Played p =
        play("[[port]]\nname = \"Q\"\nconcurrency = 1\n" + kUnbound +
             "[[handle]]\nname = \"again\"\nduplicate_of = \"h\"\n"
             "[[thread]]\nname = \"U\"\nscript = [{bind = \"h\", port = \"P\"}, "
             "{bind = \"h\", port = \"P\"}, {bind = \"h\", port = \"Q\"}, "
             "{bind = \"h\", port = \"P\", key = 9}, {bind = \"again\", port = \"P\"}, "
             "{exit = true}]\n");
    CHECK(errors_of(p, FactKind::bound) == Errors{0, 87, 87, 87, 87});
}

TEST_CASE("H-HANDLE-4: the key is the program's own value and comes back with every packet") {
    const Played p = user(kBound, "{read = \"h\", bytes = 5, service = \"1 ms\"}");
    CHECK(p.first(FactKind::get_returned, "A")->key == 7);
    CHECK(p.first(FactKind::get_returned, "A")->bytes == 5);
    const Played zero = user("[[handle]]\nname = \"h\"\nport = \"P\"\n", "{read = \"h\"}");
    CHECK(zero.first(FactKind::get_returned, "A")->key == 0);
}

TEST_CASE("H-HANDLE-5: a closed handle, a closed port: ERROR_INVALID_HANDLE") {
    const Played p = user(kUnbound, "{close = \"h\"}, {bind = \"h\", port = \"P\"}");
    CHECK(errors_of(p, FactKind::bound) == Errors{6});
    const Played port = user(kUnbound, "{close = \"P\"}, {bind = \"h\", port = \"P\"}");
    CHECK(errors_of(port, FactKind::bound) == Errors{6});
}

TEST_CASE("H-HANDLE-6: an operation started before the file was bound ends at the port") {
    const Played p =
        user(kUnbound, "{read = \"h\", service = \"5 ms\"}, {bind = \"h\", port = \"P\"}");
    CHECK(p.dispatched() == "A:1");
}

TEST_CASE("H-HANDLE-7, D2: calls with a completion routine fail on a bound handle") {
    const Played p = user(kBound, "{read = \"h\", routine = true}");
    CHECK(started(p) == Errors{87});
    CHECK(p.run.summary.packets_delivered == 0);
}

TEST_CASE("H-HANDLE-8, D2: operations through a duplicate of a bound handle queue packets too") {
    const Played p = user(kBound + "[[handle]]\nname = \"again\"\nduplicate_of = \"h\"\n",
                          "{read = \"again\", bytes = 3}");
    CHECK(p.dispatched() == "A:1");
    CHECK(p.first(FactKind::get_returned, "A")->key == 7);
}

TEST_CASE("H-HANDLE-9: ports, threads and files of a scenario are those of one process") {
    const Played p = user(kBound, "{read = \"h\"}");
    CHECK(p.dispatched() == "A:1");
}

TEST_CASE("H-HANDLE-10: an accepted socket is a new file and must be bound itself") {
    const std::string sockets =
        "[[handle]]\nname = \"listener\"\nkind = \"tcp\"\nport = \"P\"\n"
        "[[handle]]\nname = \"client\"\nkind = \"tcp\"\ncount = 2\n"
        "later = true\nkey = 100\n";
    const std::string accept = "{accept = \"listener\", accepts = \"client\", service = \"1 ms\"}";
    const Played unbound = play(waiting("A") + sockets +
                                "[[handler]]\noperation = \"accept\"\nsteps = [{recv = \"this\"}]\n"
                                "[[thread]]\nname = \"U\"\nwhen = \"settled\"\nscript = [" +
                                accept + ", {exit = true}]\n" + kCloseLater);
    CHECK(unbound.run.summary.packets_delivered == 1);  // the accept, not the receive
    const Played bound =
        play(waiting("A") + sockets +
             "[[handler]]\noperation = \"accept\"\nsteps = [{bind = \"this\", port = \"P\"}, "
             "{recv = \"this\", bytes = 4, service = \"1 ms\"}]\n[[thread]]\nname = \"U\"\n"
             "when = \"settled\"\nscript = [" +
             accept + ", {exit = true}]\n" + kCloseLater);
    CHECK(bound.run.summary.packets_delivered == 2);
    CHECK(bound.run.trace.facts.size() > 0);
}

// -- operations -----------------------------------------------------------------------------------

TEST_CASE("I-IO-1: a pending operation on a bound handle queues exactly one packet") {
    const Played p = user(kBound, "{read = \"h\", service = \"5 ms\"}");
    CHECK(started(p) == Errors{997});
    CHECK(p.dispatched() == "A:1");
    CHECK(user(kUnbound, "{read = \"h\", service = \"5 ms\"}").run.summary.packets_delivered == 0);
}

TEST_CASE("I-IO-2, D9: an operation that succeeds at once queues a packet as well") {
    const Played p = user(kBound, "{read = \"h\", immediate = true}");
    CHECK(started(p) == Errors{0});
    CHECK(p.dispatched() == "A:1");
}

TEST_CASE("I-IO-3: an operation that fails at once queues nothing") {
    const Played p =
        user(kBound, "{read = \"h\", immediate = true, error = \"ERROR_ACCESS_DENIED\"}");
    CHECK(started(p) == Errors{5});
    CHECK(p.run.summary.packets_delivered == 0);
}

TEST_CASE("I-IO-4, D3: a failed operation is delivered with its error, bytes and key") {
    const Played p =
        user(kBound, "{read = \"h\", service = \"1 ms\", error = \"ERROR_NETNAME_DELETED\"}");
    CHECK(p.returns("A").front() == 64);
    CHECK(p.first(FactKind::get_returned, "A")->key == 7);
    CHECK(p.first(FactKind::get_returned, "A")->packet == PacketId{1});
}

TEST_CASE("I-IO-5: a warning counts as a completion, even at once") {
    const Played p =
        user(kBound, "{read = \"h\", bytes = 9, immediate = true, error = \"ERROR_MORE_DATA\"}");
    CHECK(started(p) == Errors{234});
    CHECK(p.returns("A").front() == 234);
    CHECK(p.first(FactKind::get_returned, "A")->bytes == 9);
}

TEST_CASE("I-IO-6, D8: a cancelled operation completes; nothing to cancel is ERROR_NOT_FOUND") {
    const Played p =
        user(kBound, "{read = \"h\", service = \"10 s\"}, {cancel = \"h\"}, {cancel = \"h\"}");
    CHECK(errors_of(p, FactKind::cancel_asked) == Errors{0, 1168});
    CHECK(p.returns("A").front() == 995);
}

TEST_CASE("I-IO-7, X-SHUT-2, D15: closing aborts what is pending, and each delivers its packet") {
    const std::string two =
        "{recv = \"h\", service = \"10 s\"}, {recv = \"h\", service = \"10 s\"}, {close = \"h\"}";
    const Played socket = user("[[handle]]\nname = \"h\"\nkind = \"tcp\"\nport = \"P\"\n", two);
    CHECK(socket.returns("A") == Errors{995, 995, 735});
    const Played pipe = user("[[handle]]\nname = \"h\"\nkind = \"pipe\"\nport = \"P\"\n",
                             "{read = \"h\", service = \"10 s\"}, {close = \"h\"}");
    CHECK(pipe.returns("A") == Errors{109, 735});
}

TEST_CASE(
    "I-IO-8, D9: a packet may be handled before the call that started its operation returns") {
    const Played p = user(kBound, "{read = \"h\", service = \"1 ms\", takes = \"10 ms\"}");
    CHECK(p.first(FactKind::get_returned, "A")->t0 < p.first(FactKind::io_returned)->t0);
}

TEST_CASE("I-IO-9, I-IO-10, D3: the low bit of hEvent suppresses the packet, not the event") {
    const std::string wait = ", {wait = \"e\"}";
    const Played low =
        user(kBound, "{read = \"h\", service = \"1 ms\", event = \"e\", low_bit = true}" + wait);
    CHECK(low.count(FactKind::event_set) == 1);
    CHECK(low.run.summary.packets_delivered == 0);
    const Played both = user(kBound, "{read = \"h\", service = \"1 ms\", event = \"e\"}" + wait);
    CHECK(both.count(FactKind::event_set) == 1);
    CHECK(both.dispatched() == "A:1");
}

TEST_CASE("I-IO-12: operations end in their own order; the port keeps that order") {
    const Played p =
        user(kBound, "{read = \"h\", service = \"9 ms\"}, {read = \"h\", service = \"3 ms\"}");
    CHECK(p.dispatched() == "A:2 A:1");
}

TEST_CASE(
    "I-IO-14: when a thread exits, its operations live on if bound, wanted and without event") {
    const std::string read = "{read = \"h\", service = \"5 ms\"";
    CHECK(user(kBound, read + "}").returns("A") == Errors{0, 735});
    CHECK(user(kBound, read + ", event = \"e\"}, {set = \"e\"}, {wait = \"e\"}")
              .returns("A")
              .front() == 995);
    CHECK(user(kUnbound, read + "}").explained_by(Rule::i_io_6));
}

TEST_CASE("I-IO-16: what is started on a handle that is not overlapped queues no packet") {
    const Played p = user("[[handle]]\nname = \"h\"\noverlapped = false\n",
                          "{read = \"h\", service = \"1 ms\"}");
    CHECK(p.run.summary.packets_delivered == 0);
    CHECK(started(p) == Errors{0});
    CHECK(p.first(FactKind::io_returned)->t0 - p.first(FactKind::io_called)->t0 >= 1'000'000);
}

TEST_CASE("I-IO-17: posts and operations are packets of one queue") {
    const Played p = user(kBound, "{read = \"h\", immediate = true}, {post = \"P\"}");
    CHECK(p.dispatched() == "A:1 A:2");
    CHECK(p.first(FactKind::get_returned, "A")->operation == Operation::read);
}

TEST_CASE(
    "a completion routine of an unbound handle runs as an APC when its thread waits alertably") {
    const Played p = user(kUnbound,
                          "{read = \"h\", service = \"5 ms\", routine = true}, "
                          "{block = \"50 ms\", alertable = true}");
    CHECK(p.count(FactKind::apc_ran) == 1);
    CHECK(p.first(FactKind::thread_exited, "U")->t0 < 10'000'000);
}

TEST_CASE("a completion routine of main never runs: main does not wait alertably") {
    const Played p = play(kUnbound +
                          "[[do]]\nstep = {read = \"h\", service = \"1 ms\", "
                          "routine = true}\n" +
                          waiting("A") + kCloseLater);
    CHECK(p.count(FactKind::completed) == 1);
    CHECK(p.count(FactKind::apc_ran) == 0);
}

// -- notification modes ---------------------------------------------------------------------------

TEST_CASE(
    "N-NOTIFY-1, N-NOTIFY-2, D6: the port is skipped for what succeeds at once, and only then") {
    const std::string skip =
        "[[handle]]\nname = \"h\"\nport = \"P\"\nmodes = [\"skip_port_on_success\"]\n";
    CHECK(user(skip, "{read = \"h\", immediate = true}").run.summary.packets_delivered == 0);
    CHECK(user(skip, "{read = \"h\", service = \"1 ms\"}").dispatched() == "A:1");
    CHECK(user(skip, "{read = \"h\", service = \"1 ms\", error = \"ERROR_HANDLE_EOF\"}")
              .dispatched() == "A:1");
}

TEST_CASE("N-NOTIFY-3: with FILE_SKIP_SET_EVENT_ON_HANDLE an explicit hEvent is still set") {
    const Played p = user("[[handle]]\nname = \"h\"\nport = \"P\"\nmodes = [\"skip_set_event\"]\n",
                          "{read = \"h\", service = \"1 ms\", event = \"e\"}, {wait = \"e\"}");
    CHECK(p.count(FactKind::event_set) == 1);
}

TEST_CASE(
    "N-NOTIFY-4, N-NOTIFY-5, D6: modes are added, never removed, on overlapped handles only") {
    const Played p = user(kBound,
                          "{modes = \"h\", set = [\"skip_port_on_success\"]}, "
                          "{modes = \"h\", set = [\"skip_set_event\"]}, "
                          "{read = \"h\", immediate = true}");
    CHECK(p.run.summary.packets_delivered == 0);
    const Played plain = user("[[handle]]\nname = \"h\"\noverlapped = false\n",
                              "{modes = \"h\", set = [\"skip_port_on_success\"]}");
    CHECK(errors_of(plain, FactKind::modes_set) == Errors{87});
}

TEST_CASE("N-NOTIFY-7: at once or pending, both queue a packet") {
    CHECK(user(kBound, "{read = \"h\", immediate = true}, {read = \"h\", service = \"1 ms\"}")
              .dispatched() == "A:1 A:2");
}

TEST_CASE(
    "G-EX-2, G-EX-5, D4: a batch succeeds although its operations failed, each with its error") {
    const Played p = play(kBound +
                          "[[do]]\nstep = {read = \"h\", immediate = true}\n"
                          "[[do]]\nstep = {read = \"h\", error = \"ERROR_HANDLE_EOF\"}\n"
                          "[[thread]]\nname = \"A\"\nat = \"1 ms\"\nbatch = 4\n" +
                          kCloseLater);
    CHECK(p.first(FactKind::get_returned)->error == Win32Error::success);
    CHECK(p.first(FactKind::also_returned)->error == Win32Error::handle_eof);
    CHECK(p.returns("A") == Errors{0, 735});
}
