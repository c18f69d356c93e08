// What calls return: every row of the tables of behaviours.md §7, by name, as the model does it.
// The same rows against a real port: win32_port_test and linux_port_calls_test.
#include <doctest/doctest.h>

#include <string>

#include "tests/played.hpp"

using namespace test;  // NOLINT: a fixture made for this file

namespace {

const std::string kBound = "[[handle]]\nname = \"h\"\nkind = \"tcp\"\nport = \"P\"\nkey = 7\n";

// A thread U that carries out these steps and exits.
std::string user(const std::string& steps) {
    return "[[thread]]\nname = \"U\"\nscript = [" + steps + ", {exit = true}]\n";
}

// The errors of all facts of a kind, in order.
Errors errors_of(const Played& p, FactKind kind) {
    Errors errors;
    for (const Fact& fact : p.run.trace.facts)
        if (fact.kind == kind) errors.push_back(static_cast<std::uint32_t>(fact.error));
    return errors;
}

// U starts one operation and takes its packet.
Played one_operation(const std::string& modifiers, const std::string& get = "{get = \"P\"}") {
    return play(kBound + user("{recv = \"h\", service = \"1 ms\"" + modifiers + "}, " + get));
}

}  // namespace

// -- §7.1 GetQueuedCompletionStatus ---------------------------------------------------------------

TEST_CASE("7.1, TRUE and a pointer: an operation that succeeded, with bytes and key") {
    const Played p = one_operation(", bytes = 30");
    const auto got = p.first(FactKind::get_returned, "U");
    REQUIRE(got.has_value());
    CHECK(got->error == Win32Error::success);
    CHECK(got->handle != HandleId::none);
    CHECK(got->bytes == 30);
    CHECK(got->key == 7);
}

TEST_CASE("7.1, TRUE and NULL: a posted packet is a success and belongs to no operation") {
    const Played p = play(user("{post = \"P\", key = 9, bytes = 0}, {get = \"P\"}"));
    const auto got = p.first(FactKind::get_returned, "U");
    REQUIRE(got.has_value());
    CHECK(got->error == Win32Error::success);
    CHECK(got->packet != PacketId::none);
    CHECK(got->handle == HandleId::none);
    CHECK(got->key == 9);
}

TEST_CASE("7.1, FALSE and a pointer: the error of the operation; its packet is consumed") {
    const std::pair<const char*, std::uint32_t> kErrors[] = {{"ERROR_HANDLE_EOF", 38},
                                                             {"ERROR_NETNAME_DELETED", 64},
                                                             {"ERROR_BROKEN_PIPE", 109},
                                                             {"ERROR_MORE_DATA", 234},
                                                             {"ERROR_OPERATION_ABORTED", 995}};
    for (const auto& [name, number] : kErrors) {
        INFO(name);
        const Played p = one_operation(std::string(", bytes = 8, error = \"") + name + "\"");
        CHECK(p.returns("U") == Errors{number});
        CHECK(p.first(FactKind::get_returned, "U")->packet == PacketId{1});
        CHECK(p.first(FactKind::get_returned, "U")->key == 7);
        CHECK(p.run.summary.packets_left == 0);
    }
}

TEST_CASE("7.1, FALSE and NULL, WAIT_TIMEOUT: in time no packet, and none is consumed") {
    CHECK(play(user("{get = \"P\", timeout = \"1 ms\"}")).returns("U") == Errors{258});
    CHECK(play(user("{poll = \"P\"}")).returns("U") == Errors{258});
    // The queue need not be empty: with one slot, taken by A, the other gets nothing (T-TIMEOUT-4).
    const Played p = play(
        "[[post]]\ncount = 2\n[[thread]]\nname = \"A\"\nscript = [{get = \"P\"}, {cpu = \"9 "
        "ms\"}]\n"
        "[[thread]]\nname = \"B\"\nat = \"1 ms\"\nscript = [{get = \"P\", timeout = \"2 ms\"}]\n");
    CHECK(p.returns("B") == Errors{258});
    CHECK(p.first(FactKind::get_returned, "B")->packet == PacketId::none);
    CHECK(p.run.summary.packets_left == 1);
}

TEST_CASE("7.1, FALSE and NULL, ERROR_ABANDONED_WAIT_0: the port was closed while waiting") {
    CHECK(play(user("{get = \"P\"}") + kCloseLater).returns("U") == Errors{735});
}

TEST_CASE("7.1, FALSE and NULL, ERROR_INVALID_HANDLE: the handle is closed or never was one") {
    CHECK(play(user("{close = \"P\"}, {get = \"P\"}")).returns("U") == Errors{6});
    CHECK(play("[[port]]\nname = \"L\"\nconcurrency = 1\nlater = true\n" + user("{get = \"L\"}") +
               "[[do]]\nat = \"1 s\"\nstep = {create = \"L\"}\n")
              .returns("U") == Errors{6});
}

// -- §7.2 GetQueuedCompletionStatusEx -------------------------------------------------------------

TEST_CASE("7.2, TRUE: at least one entry, each with its own status") {
    const Played p = play(
        kBound +
        user("{post = \"P\"}, {recv = \"h\", service = \"1 ms\", error = \"ERROR_HANDLE_EOF\"}, "
             "{post = \"P\"}, {block = \"2 ms\"}, {get = \"P\", batch = 8}"));
    const auto got = p.first(FactKind::get_returned, "U");
    REQUIRE(got.has_value());
    CHECK(got->number == 3);
    CHECK(got->error == Win32Error::success);
    CHECK(errors_of(p, FactKind::also_returned) == Errors{0, 38});
    CHECK(p.count(FactKind::get_returned) == 1);
}

TEST_CASE("7.2, FALSE: WAIT_TIMEOUT") {
    CHECK(play(user("{get = \"P\", batch = 8, timeout = \"1 ms\"}")).returns("U") == Errors{258});
    CHECK(play(user("{get = \"P\", batch = 8, timeout = \"0 ms\"}")).returns("U") == Errors{258});
}

TEST_CASE("7.2, FALSE: WAIT_IO_COMPLETION, only of an alertable call") {
    const std::string apc = "[[do]]\nat = \"1 ms\"\nstep = {apc = \"U\"}\n";
    CHECK(play(user("{get = \"P\", batch = 8, alertable = true}") + apc).returns("U") ==
          Errors{192});
    CHECK(play(user("{get = \"P\", batch = 8, timeout = \"5 ms\"}") + apc).returns("U") ==
          Errors{258});
}

TEST_CASE("7.2, FALSE: ERROR_ABANDONED_WAIT_0 and ERROR_INVALID_HANDLE") {
    CHECK(play(user("{get = \"P\", batch = 8}") + kCloseLater).returns("U") == Errors{735});
    CHECK(play(user("{close = \"P\"}, {get = \"P\", batch = 8}")).returns("U") == Errors{6});
}

TEST_CASE("7.2, FALSE: ERROR_INVALID_PARAMETER when there is room for no entry") {
    CHECK(play(user("{get = \"P\", batch = 0}")).returns("U") == Errors{87});
}

// -- §7.3 CreateIoCompletionPort ------------------------------------------------------------------

TEST_CASE("7.3, no file and no port: a new port") {
    const Played p = play("[[port]]\nname = \"L\"\nconcurrency = 1\nlater = true\n" +
                          user("{create = \"L\"}, {post = \"L\"}, {get = \"L\"}"));
    CHECK(p.returns("U") == Errors{0});
    CHECK(p.count(FactKind::port_created) == 2);
}

TEST_CASE("7.3, an overlapped file that is not bound, and a port: bound") {
    const Played p = play("[[handle]]\nname = \"h\"\n" +
                          user("{bind = \"h\", key = 3}, {read = \"h\"}, {get = \"P\"}"));
    CHECK(errors_of(p, FactKind::bound) == Errors{0});
    CHECK(p.first(FactKind::get_returned, "U")->key == 3);
}

TEST_CASE("7.3, a file that is bound: ERROR_INVALID_PARAMETER, to the same port and to another") {
    const Played p = play("[[port]]\nname = \"Q\"\nconcurrency = 1\n" + kBound +
                          user("{bind = \"h\", port = \"P\"}, {bind = \"h\", port = \"Q\"}"));
    CHECK(errors_of(p, FactKind::bound) == Errors{0, 87, 87});
}

TEST_CASE("7.3, a file that is not overlapped: ERROR_INVALID_PARAMETER") {
    const Played p =
        play("[[handle]]\nname = \"h\"\noverlapped = false\n" + user("{bind = \"h\"}"));
    CHECK(errors_of(p, FactKind::bound) == Errors{87});
}

TEST_CASE("7.3, no file and a port: ERROR_INVALID_PARAMETER") {
    const Played p = play(user("{bind = \"INVALID_HANDLE_VALUE\"}"));
    CHECK(errors_of(p, FactKind::bound) == Errors{87});
    CHECK(p.first(FactKind::bound, "U")->handle == HandleId::none);
}

TEST_CASE("7.3, an overlapped file that is not bound, and no port: a new port, bound") {
    const Played p = play(
        "[[port]]\nname = \"L\"\nconcurrency = 1\nlater = true\n"
        "[[handle]]\nname = \"h\"\n" +
        user("{create = \"L\", handle = \"h\", key = 3}, {read = \"h\"}, "
             "{get = \"L\"}"));
    CHECK(p.count(FactKind::port_created) == 2);
    CHECK(errors_of(p, FactKind::bound) == Errors{0});
    CHECK(p.first(FactKind::get_returned, "U")->key == 3);
}

TEST_CASE("7.3, a file that cannot be bound, and no port: its error, and no port is left behind") {
    const std::string later = "[[port]]\nname = \"L\"\nconcurrency = 1\nlater = true\n";
    const std::string create = "{create = \"L\", handle = \"h\"}, {post = \"L\"}";
    const auto check = [](const Played& p, std::uint32_t error, std::size_t bound) {
        CHECK(p.count(FactKind::port_created) == 1);
        CHECK(errors_of(p, FactKind::bound).size() == bound);
        CHECK(errors_of(p, FactKind::bound).back() == error);
        CHECK(errors_of(p, FactKind::posted) == Errors{6});
    };
    check(play(later + "[[handle]]\nname = \"h\"\noverlapped = false\n" + user(create)), 87, 1);
    check(play(later + kBound + user(create)), 87, 2);
    check(play(later + "[[handle]]\nname = \"h\"\n" + user("{close = \"h\"}, " + create)), 6, 1);
}

TEST_CASE("7.3, no file, or no port: ERROR_INVALID_HANDLE") {
    CHECK(errors_of(play("[[handle]]\nname = \"h\"\n" + user("{close = \"h\"}, {bind = \"h\"}")),
                    FactKind::bound) == Errors{6});
    CHECK(errors_of(play("[[handle]]\nname = \"h\"\n" + user("{close = \"P\"}, {bind = \"h\"}")),
                    FactKind::bound) == Errors{6});
}

// -- §7.4 others ----------------------------------------------------------------------------------

TEST_CASE("7.4, post: TRUE, or ERROR_INVALID_HANDLE, or no resources") {
    const Played p = play(user("{post = \"P\"}, {close = \"P\"}, {post = \"P\"}"));
    CHECK(errors_of(p, FactKind::posted) == Errors{0, 6});
    const Played full = play("[[port]]\nname = \"F\"\nconcurrency = 1\ncapacity = 1\n" +
                             user("{post = \"F\", count = 2}"));
    CHECK(errors_of(full, FactKind::posted) == Errors{0, 1450});
}

TEST_CASE("7.4, CancelIoEx: TRUE, or ERROR_NOT_FOUND when nothing is pending") {
    const Played p = play(
        kBound + user("{recv = \"h\", service = \"1 s\"}, {cancel = \"h\"}, {cancel = \"h\"}"));
    CHECK(errors_of(p, FactKind::cancel_asked) == Errors{0, 1168});
}

TEST_CASE("7.4, SetFileCompletionNotificationModes: ERROR_INVALID_PARAMETER if not overlapped") {
    const std::string modes = "{modes = \"h\", set = [\"skip_port_on_success\"]}";
    CHECK(errors_of(play(kBound + user(modes)), FactKind::modes_set) == Errors{0});
    CHECK(errors_of(play("[[handle]]\nname = \"h\"\noverlapped = false\n" + user(modes)),
                    FactKind::modes_set) == Errors{87});
}

TEST_CASE("7.4, a routine on a bound file: ERROR_INVALID_PARAMETER; on a bound socket: WSAEINVAL") {
    const std::string file = "[[handle]]\nname = \"f\"\nport = \"P\"\n";
    CHECK(errors_of(play(file + user("{read = \"f\", routine = true}")), FactKind::io_returned) ==
          Errors{87});
    for (const char* call : {"recv", "send", "recv_from", "send_to", "recv_msg", "send_msg"}) {
        INFO(call);
        CHECK(errors_of(play(kBound + user(std::string("{") + call + " = \"h\", routine = true}")),
                        FactKind::io_returned) == Errors{10022});
    }
    CHECK(errors_of(play(kBound + user("{read = \"h\", routine = true}")), FactKind::io_returned) ==
          Errors{87});
}
