// Clients at the other end of connections: what a server sees of them, and what comes back.
#include "sim/clients.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sim/explore.hpp"
#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

// An echo server with two workers and a blocking accept loop; `room` is that of its receives.
std::string server(const std::string& room, const std::string& more) {
    return R"toml(
format = 1
time_limit = "10 s"
[[port]]
name = "P"
concurrency = 2
[[device]]
name = "net"
servers = 0
service = "20 us"
[[handle]]
name = "L"
kind = "tcp"
overlapped = false
[[handle]]
name = "C"
kind = "tcp"
count = 20
later = true
key = 1
device = "net"
[[thread]]
name = "W"
count = 2
[[thread]]
name = "A"
script = [{accept = "L", accepts = "C"}, {bind = "this"}, {recv = "this", bytes = )toml" +
           room + R"toml(}, {repeat = true}]
[[handler]]
operation = "recv"
result = "ok"
steps = [{send = "this"}]
[[handler]]
operation = "send"
result = "ok"
steps = [{recv = "this", bytes = )toml" +
           room + R"toml(}]
[[handler]]
result = "eof"
steps = [{close = "this"}]
[[handler]]
result = "failed"
steps = [{close = "this"}]
)toml" + more;
}

std::string client(const std::string& keys) {
    return "[[client]]\nname = \"V\"\nconnects = \"L\"\n" + keys;
}

struct Run {
    Scenario scenario;
    Simulation simulation;

    [[nodiscard]] std::vector<Fact> all(FactKind kind) const {
        std::vector<Fact> some;
        for (const Fact& fact : simulation.trace.facts)
            if (fact.kind == kind) some.push_back(fact);
        return some;
    }
    // What receives or sends ended with: "100 100 0", an error as "e64".
    [[nodiscard]] std::string ends(Operation operation) const {
        std::string text;
        for (const Fact& fact : all(FactKind::completed)) {
            if (fact.operation != operation) continue;
            if (!text.empty()) text += ' ';
            text += fact.error == Win32Error::success
                        ? std::to_string(fact.bytes)
                        : "e" + std::to_string(static_cast<std::uint32_t>(fact.error));
        }
        return text;
    }
};

Run run(const std::string& text) {
    auto scenario = parse_scenario(text, "clients.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    Run r{std::move(scenario).value(), {}};
    r.simulation = simulate(r.scenario);
    return r;
}

}  // namespace

TEST_CASE("a client gets back what it sent, message by message, and closes: the server sees 0") {
    const Run r = run(server("4096", client("messages = 3\nsize = 100\nthink = \"1 ms\"\n")));
    CHECK(r.ends(Operation::recv) == "100 100 100 0");
    CHECK(r.ends(Operation::send) == "100 100 100");
    const auto ended = r.all(FactKind::client_ended);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].number == 1);
    CHECK(ended[0].amount == 300);
    CHECK(ended[0].key == 300);
    CHECK(ended[0].bytes == 0);
    CHECK(ended[0].error == Win32Error::success);
    CHECK(ended[0].t0 > 2'000'000);  // it has thought twice
    CHECK(ended[0].t0 < 3'000'000);
    CHECK(r.all(FactKind::handle_closed).size() == 1);
    CHECK(r.simulation.summary.outcome == Outcome::complete);
}

TEST_CASE("a receive takes no more than it has room for; the rest is for the next") {
    const Run r = run(server("40", client("size = 100\n")));
    CHECK(r.ends(Operation::recv) == "40 40 20 0");
    CHECK(r.ends(Operation::send) == "40 40 20");
}

TEST_CASE("a send in a handler sends as many bytes as were received, unless it says how many") {
    std::string text = server("4096", client("size = 100\n"));
    const std::string echo = "{send = \"this\"}";
    text.replace(text.find(echo), echo.size(), "{send = \"this\", bytes = 30}");
    const Run r = run(text);
    CHECK(r.ends(Operation::send) == "30");
    const auto ended = r.all(FactKind::client_ended);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].key == 30);  // it waits for the rest until the run ends
    CHECK(ended[0].error == Win32Error::connection_aborted);
}

TEST_CASE("a client that shuts down its sending still gets its last echo") {
    const Run r = run(server("4096", client("messages = 2\nsize = 100\nends = \"half-close\"\n")));
    CHECK(r.ends(Operation::recv) == "100 100 0");
    const auto ended = r.all(FactKind::client_ended);
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].key == 200);
    CHECK(ended[0].error == Win32Error::success);
    // It is the server that ends this connection.
    CHECK(ended[0].t0 == r.all(FactKind::handle_closed)[0].t0);
}

TEST_CASE("a reset ends the pending receive with ERROR_NETNAME_DELETED") {
    const Run r = run(
        server("4096", client("messages = 4\nsize = 100\nthink = \"1 ms\"\nends = \"reset\"\n")));
    CHECK(r.ends(Operation::recv) == "100 100 e64");
    CHECK(r.all(FactKind::client_ended)[0].amount == 200);
    CHECK(r.all(FactKind::handle_closed).size() == 1);
}

TEST_CASE("a reset while a send is under way makes that send fail") {
    const Run r = run(server("4096", client("size = 100\nends = \"reset\"\nthink = \"10 us\"\n")));
    CHECK(r.ends(Operation::recv) == "100");
    CHECK(r.ends(Operation::send) == "e64");
    CHECK(r.all(FactKind::client_ended)[0].key == 0);
}

TEST_CASE("a stalled client takes 64 KiB; then sends wait until their handle is closed") {
    std::string text = server(
        "65536", client("messages = 2\nsize = \"100 KiB\"\nends = \"stall\"\nsets = \"still\"\n"));
    text +=
        "[[thread]]\nname = \"end\"\nscript = [{wait = \"still\"}, {block = \"5 ms\"}, {close = "
        "\"C\"}, {exit = true}]\n";
    const Run r = run(text);
    // 65,536 bytes find room, the other 36,864 do not.
    CHECK(r.ends(Operation::recv) == "65536 36864");
    CHECK(r.ends(Operation::send) == "65536 e995");
    CHECK(r.all(FactKind::client_ended).size() == 1);
}

TEST_CASE("clients of every ending leave the server serving the others") {
    const std::string four =
        "[[client]]\nname = \"a\"\nconnects = \"L\"\ncount = 4\nmessages = 50\nsize = "
        "\"log_uniform(1 B, 64 KiB)\"\nthink = \"exponential(100 us)\"\n"
        "[[client]]\nname = \"b\"\nconnects = \"L\"\ncount = 4\nmessages = 5\nends = "
        "\"half-close\"\n"
        "[[client]]\nname = \"c\"\nconnects = \"L\"\ncount = 4\nmessages = 5\nends = \"reset\"\n"
        "[[client]]\nname = \"d\"\nconnects = \"L\"\ncount = 4\nmessages = 5\nends = \"stall\"\n";
    const Run r = run(server("4096", four));
    const auto ended = r.all(FactKind::client_ended);
    REQUIRE(ended.size() == 16);
    for (const Fact& fact : ended) {
        CHECK(fact.error == Win32Error::success);
        if (fact.number <= 8) CHECK(static_cast<std::int64_t>(fact.key) == fact.amount);
    }
    CHECK(r.simulation.summary.outcome == Outcome::complete);
}

TEST_CASE("who connects to a handle that is closed is refused, and counts as ended") {
    std::string text = server("4096", client("at = \"5 ms\"\nsets = \"gone\"\n"));
    text +=
        "[[do]]\nat = \"1 ms\"\nstep = {close = \"L\"}\n"
        "[[thread]]\nname = \"end\"\nscript = [{wait = \"gone\"}, {exit = true}]\n";
    const Run r = run(text);
    REQUIRE(r.all(FactKind::client_connected).size() == 1);
    CHECK(r.all(FactKind::client_connected)[0].error == Win32Error::connection_refused);
    CHECK(r.all(FactKind::client_ended).empty());
    // The accept loop has ended with its handle, and so has the thread that waited for the clients.
    CHECK(r.all(FactKind::thread_exited).size() == 2);
}

TEST_CASE("clients that nobody has accepted yet are dropped with the listening handle") {
    std::string text = server("4096", client("count = 3\n"));
    const std::string loop = "{repeat = true}";
    text.replace(text.find(loop), loop.size(), "{block = \"1 ms\"}, {exit = true}");
    text += "[[do]]\nat = \"5 ms\"\nstep = {close = \"L\"}\n";
    const Run r = run(text);
    std::size_t dropped = 0;
    for (const Fact& fact : r.all(FactKind::client_ended))
        dropped += fact.error == Win32Error::netname_deleted ? 1 : 0;
    CHECK(dropped == 2);
}

TEST_CASE("an accept that goes through the port ends with a packet when a client connects") {
    const Run r = run(R"toml(
format = 1
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "L"
kind = "tcp"
port = "P"
[[handle]]
name = "C"
kind = "tcp"
count = 3
later = true
port = "P"
key = 5
[[thread]]
name = "W"
[[do]]
step = {accept = "L", accepts = "C"}
[[handler]]
operation = "accept"
steps = [{recv = "this"}, {accept = "L", accepts = "C"}]
[[client]]
name = "V"
connects = "L"
count = 2
at = "1 ms"
)toml");
    std::size_t accepts = 0;
    for (const Fact& fact : r.all(FactKind::completed))
        if (fact.operation == Operation::accept) {
            ++accepts;
            CHECK(fact.t0 >= 1'000'000);
        }
    CHECK(accepts == 2);
    CHECK(r.ends(Operation::recv) == "512 512");
}

TEST_CASE("the same seed gives the same sizes, whatever the server does with them") {
    const std::string keys = "messages = 20\nsize = \"log_uniform(1 B, 64 KiB)\"\n";
    const Run one = run(server("65536", client(keys)));
    const Run other = run(server("512", client(keys)));
    CHECK(one.all(FactKind::client_ended)[0].amount == other.all(FactKind::client_ended)[0].amount);
    const Run third = run("seed = 2" + server("512", client(keys)));
    CHECK(one.all(FactKind::client_ended)[0].amount != third.all(FactKind::client_ended)[0].amount);
}

TEST_CASE("sizes are drawn as they say: both ends are possible, doublings are equally likely") {
    const Size size{Size::Kind::log_uniform, 1, 64 << 10};
    int below_256 = 0, ones = 0;
    for (std::uint64_t n = 1; n <= 10'000; ++n) {
        const std::uint32_t bytes = draw(size, 1, StreamOf::sizes, 0, n);
        REQUIRE(bytes >= 1);
        REQUIRE(bytes <= 64 << 10);
        below_256 += bytes < 256 ? 1 : 0;
        ones += bytes == 1 ? 1 : 0;
    }
    CHECK(below_256 > 4'800);  // half of the 16 doublings
    CHECK(below_256 < 5'200);
    CHECK(ones > 500);  // one of 16: 1 B to 2 B
    CHECK(ones < 750);
    const Size small{Size::Kind::uniform, 3, 5};
    int seen[6] = {};
    for (std::uint64_t n = 1; n <= 3'000; ++n) ++seen[draw(small, 1, StreamOf::sizes, 0, n)];
    for (const int i : {3, 4, 5}) CHECK(seen[i] > 900);
}

TEST_CASE("portable_exp agrees with that of the library") {
    for (double x = -20; x <= 20; x += 0.037)
        CHECK(portable_exp(x) == doctest::Approx(std::exp(x)).epsilon(1e-13));
    CHECK(portable_exp(0) == 1);
}

TEST_CASE("every order of a connection's events: no invariant breaks, every client gets its echo") {
    const std::string text = server("4096", client("count = 2\nends = \"half-close\"\n") +
                                                "[expect]\ndelivered = 6\nleft_in_queue = 0\n");
    const auto scenario = parse_scenario(text, "explored.toml");
    REQUIRE(scenario);
    for (const bool untimed : {false, true}) {
        CAPTURE(untimed);
        ExploreOptions options;
        options.untimed = untimed;
        const Exploration found = explore(*scenario, options);
        CHECK(found.exhaustive());
        CHECK(found.failures.empty());
        CHECK(found.states > 10);
    }
}
