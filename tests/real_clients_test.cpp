// The real clients against a small echo server of this test: what they send comes back, byte for
// byte, what does not is counted, and each ending reaches the server as it should.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "real/clients.hpp"
#include "real/port.hpp"

using namespace real;  // NOLINT: a test of one namespace

namespace {

constexpr Nanos kHang = 30'000'000'000;

// Echoes what it gets on every connection, after `spoil` had a look at it.
class EchoServer {
public:
    explicit EchoServer(std::function<void(char*, std::size_t)> spoil = {})
        : spoil_(std::move(spoil)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        REQUIRE(bind(listener_, reinterpret_cast<sockaddr*>(&at), size) == 0);
        REQUIRE(listen(listener_, 256) == 0);
        REQUIRE(getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
        port = ntohs(at.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~EchoServer() {
        leave_ = true;
        thread_.join();
        close(listener_);
    }
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    std::uint16_t port = 0;
    std::atomic<int> ends{0};    // receives of 0 bytes
    std::atomic<int> resets{0};  // ECONNRESET

private:
    struct Connection {
        int fd = -1;
        std::string back;  // received and not sent yet
        bool ended = false;
    };

    void run() {
        std::vector<Connection> all;
        while (!leave_) {
            std::vector<pollfd> watched{{listener_, POLLIN, 0}};
            for (const Connection& each : all)
                watched.push_back({each.fd,
                                   static_cast<short>((each.back.size() < 65'536 ? POLLIN : 0) |
                                                      (each.back.empty() ? 0 : POLLOUT)),
                                   0});
            if (poll(watched.data(), watched.size(), 5) <= 0) continue;
            for (std::size_t i = all.size(); i-- > 0;)
                if (watched[i + 1].revents != 0 && !serve(all[i])) {
                    close(all[i].fd);
                    all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
                }
            if ((watched[0].revents & POLLIN) != 0)
                all.push_back({accept(listener_, nullptr, nullptr), {}, false});
        }
        for (const Connection& each : all) close(each.fd);
    }

    // False: the connection is over.
    bool serve(Connection& c) {
        char buffer[16'384];
        const ssize_t got = c.ended ? -1 : recv(c.fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && !c.ended && errno == ECONNRESET) {
            ++resets;
            return false;
        }
        if (got == 0) {
            c.ended = true;
            ++ends;
        }
        if (got > 0) {
            if (spoil_) spoil_(buffer, static_cast<std::size_t>(got));
            c.back.append(buffer, static_cast<std::size_t>(got));
        }
        if (!c.back.empty()) {
            const ssize_t sent =
                send(c.fd, c.back.data(), c.back.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent > 0) c.back.erase(0, static_cast<std::size_t>(sent));
        }
        return !(c.ended && c.back.empty());
    }

    std::function<void(char*, std::size_t)> spoil_;
    int listener_;
    std::atomic<bool> leave_{false};
    std::thread thread_;
};

sim::Scenario scenario_of(const std::string& clients) {
    auto scenario = sim::parse_scenario(R"toml(
format = 1
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "L"
kind = "tcp"
[[handle]]
name = "C"
kind = "tcp"
count = 300
later = true
[[thread]]
name = "T"
script = [{wait = "done"}, {accept = "L", accepts = "C"}]
)toml" + clients,
                                        "clients.toml");
    REQUIRE_MESSAGE(scenario, sim::render(scenario.error()));
    return std::move(scenario).value();
}

std::string group(const std::string& keys) {
    return "[[client]]\nname = \"V\"\nconnects = \"L\"\nsets = \"done\"\n" + keys;
}

// Lets all clients connect, waits until all have ended or stalled, and gives their facts.
struct Played {
    std::vector<sim::Fact> ended;
    std::vector<sim::Fact> connected;
    std::size_t events = 0;
};
Played play(const sim::Scenario& scenario, std::uint16_t port) {
    const auto ports = make_ports(sim::Blocking::announced);
    RunContext run(scenario, *ports);
    const auto owned = make_clients(run);
    REQUIRE(owned);
    Clients& clients = *owned;
    REQUIRE(clients.start());
    for (std::uint32_t i = 0; i < scenario.client_count(); ++i) clients.connect(i, port);
    const Nanos deadline =
        clock_now() + (std::getenv("IOCPSCOPE_LONG") != nullptr ? 20 : 1) * kHang;
    while (clients.busy() > 0 && clock_now() < deadline) sleep_for(1'000'000);
    CHECK(clients.busy() == 0);
    clients.finish();
    std::vector<sim::Fact> facts;
    clients.facts().drain(facts);
    CHECK(clients.facts().dropped() == 0);
    Played played;
    for (const sim::Fact& fact : facts) {
        if (fact.kind == sim::FactKind::client_ended) played.ended.push_back(fact);
        if (fact.kind == sim::FactKind::client_connected) played.connected.push_back(fact);
        if (fact.kind == sim::FactKind::event_set) ++played.events;
    }
    return played;
}

}  // namespace

TEST_CASE("what many clients send comes back byte for byte") {
    EchoServer server;
    const bool much = std::getenv("IOCPSCOPE_LONG") != nullptr;
    const std::string size = "size = \"log_uniform(1 B, 64 KiB)\"\n";
    const sim::Scenario scenario = scenario_of(
        group((much ? "count = 200\nmessages = 1000\n" : "count = 20\nmessages = 20\n") + size));
    const Played played = play(scenario, server.port);
    REQUIRE(played.ended.size() == scenario.client_count());
    for (const sim::Fact& fact : played.ended) {
        CHECK(fact.error == sim::Win32Error::success);
        CHECK(fact.bytes == 0);
        CHECK(fact.amount > 0);
        CHECK(static_cast<std::int64_t>(fact.key) == fact.amount);
    }
    CHECK(played.connected.size() == scenario.client_count());
    CHECK(played.events == 1);
}

TEST_CASE("the sizes of messages are those of the model") {
    EchoServer server;
    const sim::Scenario scenario =
        scenario_of(group("messages = 5\nsize = \"uniform(1 B, 9 KiB)\"\n"));
    std::int64_t expected = 0;
    for (std::uint64_t n = 1; n <= 5; ++n)
        expected += sim::draw(scenario.clients[0].size, scenario.seed, sim::StreamOf::sizes, 0, n);
    const Played played = play(scenario, server.port);
    REQUIRE(played.ended.size() == 1);
    CHECK(played.ended[0].amount == expected);
}

TEST_CASE("bytes that come back changed are counted") {
    int count = 0;
    EchoServer server([&count](char* bytes, std::size_t size) {
        if (count++ == 0 && size > 10) bytes[10] = static_cast<char>(bytes[10] ^ 1);
    });
    const Played played = play(scenario_of(group("messages = 3\nsize = 100\n")), server.port);
    REQUIRE(played.ended.size() == 1);
    CHECK(played.ended[0].bytes == 1);
    CHECK(played.ended[0].key == 300);
}

TEST_CASE("half-closed, reset and stalled clients leave the others served") {
    EchoServer server;
    const auto one = [](const std::string& name, const std::string& ends) {
        return "[[client]]\nname = \"" + name + "\"\nconnects = \"L\"\ncount = 4\nmessages = 6\n" +
               "size = \"4 KiB\"\nthink = \"1 ms\"\nends = \"" + ends + "\"\n";
    };
    const Played played =
        play(scenario_of(one("a", "half-close") + one("b", "reset") + one("c", "stall") +
                         group("count = 4\nmessages = 50\nsize = \"4 KiB\"\n")),
             server.port);
    REQUIRE(played.ended.size() == 16);
    for (const sim::Fact& fact : played.ended) {
        CHECK(fact.error == sim::Win32Error::success);
        CHECK(fact.bytes == 0);
        const std::uint32_t kind = (fact.number - 1) / 4;  // 0 half-close, 1 reset, 2 stall
        const std::int64_t messages = kind == 3 ? 50 : kind == 0 ? 6 : 3;
        CHECK(fact.amount == messages * 4096);
        if (kind == 0 || kind == 3) CHECK(static_cast<std::int64_t>(fact.key) == fact.amount);
    }
    const Nanos deadline = clock_now() + kHang;
    while (server.resets < 4 && clock_now() < deadline) sleep_for(1'000'000);
    CHECK(server.resets.load() >= 4);  // a stalled one that leaves with bytes unread resets, too
    CHECK(server.ends.load() >= 8);
}

TEST_CASE("who connects to a port where nobody listens is refused, and that is no connection") {
    std::uint16_t port = 0;
    {
        EchoServer gone;
        port = gone.port;
    }
    const Played played = play(scenario_of(group("count = 3\n")), port);
    REQUIRE(played.connected.size() == 3);
    for (const sim::Fact& fact : played.connected)
        CHECK(fact.error == sim::Win32Error::connection_refused);
    CHECK(played.ended.empty());
    CHECK(played.events == 1);
}

// A run of one client, which has been told to connect, that is kept open so long.
struct OpenRun {
    EchoServer server;
    sim::Scenario scenario = scenario_of(group("messages = 1\n"));
    std::unique_ptr<Ports> ports = make_ports(sim::Blocking::announced);
    RunContext run{scenario, *ports};
    std::unique_ptr<Clients> clients;

    explicit OpenRun(Nanos open_for) {
        run.begin();
        clients = make_clients(run);
        REQUIRE(clients);
        clients->stay(open_for);
        REQUIRE(clients->start());
        clients->connect(0, server.port);
    }
};

TEST_CASE("a run that is kept open sets its events when it is let go, and not before") {
    OpenRun open(3'600'000'000'000);
    Clients* const clients = open.clients.get();
    std::vector<sim::Fact> facts;
    const auto ended = [&] {
        clients->facts().drain(facts);
        return std::any_of(facts.begin(), facts.end(), [](const sim::Fact& fact) {
            return fact.kind == sim::FactKind::client_ended;
        });
    };
    const Nanos deadline = clock_now() + kHang;
    while (!ended() && clock_now() < deadline) sleep_for(1'000'000);
    CHECK(clients->busy() == 1);
    CHECK_FALSE(open.run.events[0].is_set());
    clients->let_go();
    while (clients->busy() > 0 && clock_now() < deadline) sleep_for(1'000'000);
    CHECK(open.run.events[0].is_set());
    clients->finish();
}

TEST_CASE("a run that has been open long enough sets its events by itself") {
    constexpr Nanos kOpen = 50'000'000;
    OpenRun open(kOpen);
    Clients* const clients = open.clients.get();
    const Nanos deadline = clock_now() + kHang;
    while (clients->busy() > 0 && clock_now() < deadline) sleep_for(1'000'000);
    CHECK(open.run.events[0].is_set());
    CHECK(open.run.stamp() >= kOpen);
    clients->finish();
}
