// The two echo servers of scenarios/, carried out by real threads on our Linux port with real
// clients: every byte comes back, whatever other clients do; and the same with many more clients.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "real/backends.hpp"
#include "real/blocking.hpp"
#include "real/port_linux.hpp"
#include "real/recorder.hpp"
#include "sim/scenario.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"
#include "tests/notebook.hpp"

using sim::Fact;
using sim::FactKind;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

// A lesson, on a TCP port that the system chooses.
std::string lesson(const std::string& name) {
    return replaced(test::read(test::source_dir() / "scenarios" / name), "address = \"5150\"\n",
                    "");
}

struct Measured {
    sim::Scenario scenario;
    sim::Trace trace;
    std::string complaints;
};
Measured measure(const std::string& text, sim::Blocking blocking = sim::Blocking::announced) {
    auto scenario = sim::parse_scenario(text, "echo.toml");
    REQUIRE_MESSAGE(scenario.has_value(), sim::render(scenario.error()));
    test::Notebook host;
    const auto ports = real::make_linux_ports(blocking);
    const auto result = real::record(*scenario, *ports, real::linux_backend(), host);
    CHECK(result.all_left);
    CHECK(result.outcome == sim::Outcome::complete);
    auto trace = sim::trace_from_ndjson(host.text, "echo");
    REQUIRE_MESSAGE(trace.has_value(), sim::render(trace.error()));
    return {std::move(*scenario), std::move(*trace), host.complaints};
}

// Those that wait for every echo have got it, byte for byte; nobody has got a wrong byte.
void check_clients(const Measured& m) {
    std::size_t ended = 0;
    for (const Fact& fact : m.trace.facts) {
        if (fact.kind != FactKind::client_ended) continue;
        ++ended;
        CAPTURE(fact.number);
        CHECK(fact.error == sim::Win32Error::success);
        CHECK(fact.bytes == 0);
        const sim::ClientSpec* group = nullptr;
        for (const sim::ClientSpec& each : m.scenario.clients)
            if (fact.number - 1 >= each.first) group = &each;
        REQUIRE(group != nullptr);
        std::int64_t sends = 0;
        const bool halfway = group->ends == sim::ClientSpec::Ending::reset ||
                             group->ends == sim::ClientSpec::Ending::stall;
        const std::uint32_t messages = halfway ? group->half() : group->messages;
        for (std::uint64_t n = 1; n <= messages; ++n)
            sends +=
                sim::draw(group->size, m.scenario.seed, sim::StreamOf::sizes, fact.number - 1, n);
        CHECK(fact.amount == sends);
        if (!halfway) CHECK(static_cast<std::int64_t>(fact.key) == sends);
    }
    CHECK(ended == m.scenario.client_count());
}

void both_servers(sim::Blocking blocking) {
    for (const char* name : {"echo-server.toml", "echo-server-acceptex.toml"}) {
        const std::string which = name;
        CAPTURE(which);
        CAPTURE(static_cast<int>(blocking));
        const Measured m = measure(lesson(name), blocking);
        check_clients(m);
        CHECK(m.complaints.find("listener listens on 127.0.0.1:") != std::string::npos);
        std::size_t exits = 0;
        for (const Fact& fact : m.trace.facts)
            exits += fact.kind == FactKind::thread_exited ? 1 : 0;
        CHECK(exits == m.scenario.thread_count());
    }
}

}  // namespace

TEST_CASE("the echo servers give every client its bytes back, and shut down cleanly") {
    both_servers(sim::Blocking::announced);
}

TEST_CASE("they do so, too, when the kernel or /proc tells who blocks") {
    both_servers(sim::Blocking::sampled);
    if (const std::string why = real::blocking_obstacles(8).observed; !why.empty())
        MESSAGE("not observed here: ", why);
    else
        both_servers(sim::Blocking::observed);
}

TEST_CASE("many clients with messages of 1 B to 64 KiB get every byte back") {
    const bool much = std::getenv("IOCPSCOPE_LONG") != nullptr;
    const std::string count = much ? "200" : "20", messages = much ? "1000" : "20";
    struct Server {
        const char* name;
        const char* few;  // connections
        const char* many;
    };
    for (const Server& server :
         {Server{"echo-server.toml", "count = 16\nlater", "count = 210\nlater"},
          Server{"echo-server-acceptex.toml", "count = 8 ", "count = 210 "}}) {
        const std::string which = server.name;
        CAPTURE(which);
        std::string text = lesson(which);
        text = replaced(text, "time_limit = \"20 s\"", "time_limit = \"20 min\"");
        text = replaced(text, server.few, server.many);
        text = replaced(text, "count = 3\nwhen = \"settled\"\nevery = \"1 ms\"\nmessages = 2",
                        "count = " + count + "\nat = \"100 ms\"\nmessages = " + messages);
        text = replaced(text, "log_uniform(1 B, 8 KiB)", "log_uniform(1 B, 64 KiB)");
        text = replaced(text, "think = \"exponential(2 ms)\"\n", "");
        check_clients(measure(text));
    }
}
