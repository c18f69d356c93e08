// The recorder from end to end: notebooks, agenda, settled confirmation, the run itself, and the
// recording that a parent process takes from its child. Ports are a small stand-in here, so that
// only the recorder is on trial; port_linux_test and win32_port_test try the ports.
#define DOCTEST_CONFIG_IMPLEMENT
#include "real/recorder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "real/child_process.hpp"
#include "real/cpu_burner.hpp"
#include "real/fact_buffer.hpp"
#include "real/proc_evidence.hpp"
#include "real/recorder_agenda.hpp"
#include "real/recorder_protocol.hpp"
#include "real/recording.hpp"
#include "real/thread_wrapper.hpp"
#include "sim/trace_io.hpp"
#include "tests/plain_ports.hpp"

using namespace real;
using sim::EventId;
using sim::Fact;
using sim::FactKind;
using sim::Outcome;
using sim::PacketId;
using sim::Reason;
using sim::Scenario;
using sim::Step;
using sim::Stimulus;
using test::PlainPorts;

namespace {

constexpr Nanos kMillisecond = 1'000'000;
constexpr Nanos kSecond = 1'000'000'000;
constexpr PortId kPort = sim::make_id<PortId>(0);

// -- steps and stimuli by hand --------------------------------------------------------------------

Step step(Step::Kind kind) {
    Step result;
    result.kind = kind;
    result.port = kPort;
    return result;
}
Step get() {
    return step(Step::Kind::get);
}
Step poll() {
    return step(Step::Kind::poll);
}
Step leave() {
    return step(Step::Kind::exit);
}
Step cpu(Nanos duration) {
    Step result = step(Step::Kind::cpu);
    result.duration = sim::Duration::of(duration);
    return result;
}
Step block(Nanos duration) {
    Step result = step(Step::Kind::block);
    result.duration = sim::Duration::of(duration);
    return result;
}
Step wait_for(EventId event) {
    Step result = step(Step::Kind::wait);
    result.event = event;
    return result;
}
// `times` 0: for ever.
Step repeat(std::uint64_t times = 0) {
    Step result = step(Step::Kind::repeat);
    result.count = times;
    return result;
}
Step post(std::uint64_t times = 1) {
    Step result = step(Step::Kind::post);
    result.count = times;
    return result;
}

Stimulus stimulus(Step::Kind kind, const sim::When& when) {
    return {.when = when, .step = step(kind)};
}

// -- scenarios by hand ----------------------------------------------------------------------------

const std::vector<Step> kWorkerLoop = {get(), repeat()};

class Builder {
public:
    explicit Builder(std::string name) {
        scenario_.origin = std::move(name);
        scenario_.text = scenario_.origin;
        scenario_.ports.push_back({.name = "P", .concurrency = 4});
        scenario_.limit = 600 * kSecond;
    }
    // Threads that start one by one, each when the one before is parked.
    Builder& threads(std::uint64_t count, std::vector<Step> script = kWorkerLoop) {
        scenario_.threads.push_back(
            {.name = "T",
             .when = {.settled = true, .count = count, .every_settled = true},
             .script = std::move(script),
             .first = sim::make_id<ThreadId>(threads_)});
        scenario_.thread_positions.push_back(position_++);
        threads_ += count;
        return *this;
    }
    Builder& posts(std::uint64_t count, bool each_settled, Key key = 0) {
        Stimulus posts = ::stimulus(
            Step::Kind::post, {.settled = true, .count = count, .every_settled = each_settled});
        posts.step.key = key;
        return stimulus(posts);
    }
    Builder& stimulus(Stimulus what) {
        what.position = position_++;
        scenario_.stimuli.push_back(what);
        return *this;
    }
    Builder& handler(std::vector<Step> steps) {
        scenario_.handlers.push_back({.key = std::nullopt, .steps = std::move(steps)});
        return *this;
    }
    Builder& event(std::string name) {
        scenario_.events.push_back(std::move(name));
        return *this;
    }
    Builder& limit(Nanos limit) {
        scenario_.limit = limit;
        return *this;
    }
    [[nodiscard]] Scenario build() const { return scenario_; }

private:
    Scenario scenario_;
    std::size_t threads_ = 0;
    std::uint32_t position_ = 0;
};

// Four threads wait; four packets come one at a time, then four at once, and every handler blocks.
Scenario four_and_four() {
    return Builder("four-and-four")
        .threads(4)
        .handler({block(20 * kMillisecond)})
        .posts(4, true)
        .posts(4, false)
        .build();
}

// -- a run in this process ------------------------------------------------------------------------

class TestHost : public RecorderHost {
public:
    std::function<void(std::size_t facts)> on_write;
    std::optional<bool> witness;  // what the witness says
    std::atomic<bool> stop{false};
    std::string text, complaints;

    void write(std::string_view lines) override {
        text.append(lines);
        lines_ += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
        if (on_write) on_write(lines_ - 1);
    }
    [[nodiscard]] bool stop_requested() const override { return stop; }
    void complain(std::string_view sentence) override { complaints.append(sentence); }
    [[nodiscard]] std::optional<bool> asleep(const std::vector<std::string>&) override {
        return witness;
    }

private:
    std::size_t lines_ = 0;
};

Backend test_backend() {
    Backend backend;
    backend.name = "test";
    backend.lane = "A port of the test";
    backend.host = {{"os", "any"}};
    return backend;
}

sim::Trace run(const Scenario& scenario, PlainPorts& ports, TestHost& host) {
    const RecorderResult result = record(scenario, ports, test_backend(), host);
    CHECK(result.all_left);
    auto trace = sim::trace_from_ndjson(host.text, "test");
    REQUIRE_MESSAGE(trace.has_value(), sim::render(trace.error()));
    CHECK_FALSE(trace->truncated);
    REQUIRE_FALSE(trace->facts.empty());
    CHECK(trace->facts.back().kind == FactKind::ended);
    CHECK(trace->facts.back().outcome == result.outcome);
    return *trace;
}

sim::Trace run(const Scenario& scenario) {
    PlainPorts ports;
    TestHost host;
    return run(scenario, ports, host);
}

std::size_t count(const sim::Trace& trace, FactKind kind) {
    return static_cast<std::size_t>(std::count_if(trace.facts.begin(), trace.facts.end(),
                                                  [&](const Fact& f) { return f.kind == kind; }));
}

// The facts of one thread's own view, in their order.
std::vector<Fact> story_of(const sim::Trace& trace, std::size_t thread) {
    std::vector<Fact> story;
    for (const Fact& fact : trace.facts)
        if (fact.thread == sim::make_id<ThreadId>(thread) && fact.kind != FactKind::parked)
            story.push_back(fact);
    return story;
}

std::vector<FactKind> kinds(const std::vector<Fact>& facts) {
    std::vector<FactKind> result;
    for (const Fact& fact : facts) result.push_back(fact.kind);
    return result;
}

}  // namespace

// -- notebooks ------------------------------------------------------------------------------------

TEST_CASE("a notebook gives its facts back in order, and counts what it could not take") {
    FactBuffer buffer(3);
    REQUIRE(buffer.capacity() == 4);
    for (int i = 0; i < 6; ++i) buffer.push({.t0 = i});
    CHECK(buffer.dropped() == 2);
    std::vector<Fact> facts;
    CHECK(buffer.drain(facts) == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(facts[i].t0 == static_cast<Nanos>(i));
    CHECK(buffer.has_room(4));
    CHECK_FALSE(buffer.has_room(5));
    buffer.push({.t0 = 100});
    facts.clear();
    CHECK(buffer.drain(facts) == 1);
    CHECK(facts[0].t0 == 100);
}

TEST_CASE("every fact of a busy writer is either read once, in order, or counted as lost") {
    constexpr Nanos kFacts = 300'000;
    FactBuffer buffer(64);
    Thread writer;
    REQUIRE(writer.start("writer", [&] {
        for (Nanos i = 0; i < kFacts; ++i) buffer.push({.t0 = i, .t1 = i});
    }));
    std::vector<Fact> facts;
    while (!writer.ended()) buffer.drain(facts);
    buffer.drain(facts);
    CHECK(facts.size() + buffer.dropped() == static_cast<std::size_t>(kFacts));
    for (std::size_t i = 0; i < facts.size(); ++i) {
        REQUIRE(facts[i].t0 == facts[i].t1);
        if (i > 0) REQUIRE(facts[i - 1].t0 < facts[i].t0);
    }
    writer.join();
}

// -- threads and processes ------------------------------------------------------------------------

TEST_CASE("the kernel's names for threads fit and are all different") {
    const auto names = kernel_thread_names({"T1", "a-very-long-thread-name", "T1", ""});
    CHECK(names[0] == "T1");
    for (const std::string& name : names) {
        CHECK(name.size() <= 15);
        CHECK_FALSE(name.empty());
    }
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
}

TEST_CASE("an event wakes who waits for it, and a wait with a time ends by itself") {
    ManualEvent event;
    CHECK_FALSE(event.wait(0));
    CHECK_FALSE(event.wait(kMillisecond));
    Thread waiter;
    std::atomic<bool> woke{false};
    REQUIRE(waiter.start("waiter", [&] { woke = event.wait(); }));
    event.set();
    CHECK(waiter.join());
    CHECK(woke);
    CHECK(event.wait(0));
}

TEST_CASE("computing uses at least the processor time that it was told to") {
    prepare_cpu_burner();
    std::atomic<bool> give_up{false};
    const Nanos before = clock_now();
    burn_cpu(5 * kMillisecond, give_up);
    CHECK(clock_now() - before >= 5 * kMillisecond);
    give_up = true;
    burn_cpu(3600 * kSecond, give_up);  // returns, or the test never ends
}

#ifdef __linux__
TEST_CASE("a thread that sleeps is seen asleep, from inside and from /proc") {
    ManualEvent event;
    Thread sleeper;
    REQUIRE(sleeper.start("the-sleeper", [&] { event.wait(); }));
    while (!sleeper.asleep().value_or(false)) sleep_for(kMillisecond);
    const auto seen = look_at_threads(static_cast<int>(getpid()), {"the-sleeper"});
    REQUIRE(seen.has_value());
    CHECK(seen->all_asleep());
    CHECK(*seen == look_at_threads(static_cast<int>(getpid()), {"the-sleeper"}));
    CHECK_FALSE(look_at_threads(static_cast<int>(getpid()), {"nobody"}).has_value());
    event.set();
    sleeper.join();
    CHECK(sleeper.ended());
}

TEST_CASE("a computing thread is not asleep") {
    std::atomic<bool> give_up{false};
    Thread busy;
    REQUIRE(busy.start("the-busy-one", [&] { burn_cpu(3600 * kSecond, give_up); }));
    std::optional<ThreadsSeen> seen;
    // Before its first instruction it has no name yet.
    while (!(seen = look_at_threads(static_cast<int>(getpid()), {"the-busy-one"})))
        sleep_for(kMillisecond);
    CHECK_FALSE(seen->all_asleep());
    give_up = true;
    busy.join();
}

TEST_CASE("a child process hears, speaks and leaves its exit code") {
    ChildProcess child;
    REQUIRE(child.start({.program = "sh",
                         .arguments = {"-c", "read line; echo \"$line $TEST_WORD\"; exit 7"},
                         .environment = {{"TEST_WORD", "world"}}}) == "");
    child.send("hello\n");
    std::string out, error;
    while (!child.exit_code()) child.receive(kSecond, out, error);
    child.receive(0, out, error);
    CHECK(out == "hello world\n");
    CHECK(child.exit_code() == 7);
    child.send("nobody listens\n");  // must not raise SIGPIPE
}

TEST_CASE("a program that is not there is a sentence, not a crash") {
    ChildProcess child;
    CHECK(child.start({.program = "/nowhere/at-all"}) != "");
    CHECK(find_in_path("no-such-program-anywhere").empty());
    CHECK_FALSE(find_in_path("sh").empty());
}
#endif

// -- what parent and child say to each other ------------------------------------------------------

TEST_CASE("questions and answers survive the way between parent and child") {
    const Question question{.number = 7, .threads = {"T1", "with \"quotes\""}};
    const std::string line = to_line(question);
    CHECK(line.back() == '\n');
    CHECK(question_from_line(line.substr(0, line.size() - 1)) == question);
    CHECK_FALSE(question_from_line("{\"seq\":1,\"t0\":0}").has_value());
    CHECK_FALSE(question_from_line("{\"ask\":\"parked\",\"number\":").has_value());
    for (const Sighting sighting : {Sighting::parked, Sighting::moving, Sighting::unknown}) {
        const Answer answer{.number = 3, .sighting = sighting};
        const std::string text = to_line(answer);
        CHECK(answer_from_line(text.substr(0, text.size() - 1)) == answer);
    }
    for (const char* bad : {"answer 3", "answer x parked", "answer 3 perhaps", "stop", ""})
        CHECK_FALSE(answer_from_line(bad).has_value());
    const std::string message = scenario_message("text\n", "a\nb.toml", {{"c.csv", "1\n2\n"}});
    CHECK(message == "file 4 c.csv\n1\n2\nscenario 5 a b.toml\ntext\n");
    CHECK(scenario_heading_from_line("scenario 5 a b.toml")->length == 5);
    CHECK(scenario_heading_from_line("scenario 5 a b.toml")->name == "a b.toml");
    CHECK(file_heading_from_line("file 4 c.csv")->name == "c.csv");
    for (const char* bad : {"scenario", "scenario 99999999999999 x", "scenario -1 x", "file 1 x"})
        CHECK_FALSE(scenario_heading_from_line(bad).has_value());
    CHECK_FALSE(file_heading_from_line("scenario 5 x").has_value());
}

// -- the agenda -----------------------------------------------------------------------------------

TEST_CASE("settled things come one at a time, in the order of the file") {
    const Scenario scenario = Builder("agenda").posts(2, true, 1).posts(3, false, 2).build();
    Agenda agenda(scenario);
    CHECK_FALSE(agenda.take_due(1000 * kSecond).has_value());
    for (int i = 0; i < 2; ++i) CHECK(agenda.take_settled(5)->stimulus->step.key == 1);
    CHECK(agenda.take_settled(9)->stimulus->step.key == 2);
    // Two more at once: due now, before anything else may settle.
    CHECK_FALSE(agenda.waits_for_settled());
    CHECK(agenda.next_time() == 9);
    CHECK(agenda.take_due(9)->stimulus->step.key == 2);
    CHECK(agenda.take_due(9)->stimulus->step.key == 2);
    CHECK(agenda.empty());
}

TEST_CASE("timed things come by time, then by order; a series takes its next place in time") {
    Scenario scenario = Builder("agenda").build();
    const auto posts = [&](Nanos at, std::uint64_t times, Nanos every, Key key) {
        Stimulus series = stimulus(Step::Kind::post,
                                   {.at = at, .count = times, .every = sim::Duration::of(every)});
        series.step.key = key;
        series.position = static_cast<std::uint32_t>(scenario.stimuli.size());
        scenario.stimuli.push_back(series);
    };
    posts(10, 3, 10, 1);
    posts(20, 1, 0, 2);
    posts(10, 1, 0, 3);
    Agenda agenda(scenario);
    std::vector<Key> order;
    while (const auto item = agenda.take_due(1000)) order.push_back(item->stimulus->step.key);
    CHECK(order == std::vector<Key>{1, 3, 2, 1, 1});
}

TEST_CASE("what follows a timed series that began when settled waits for its end") {
    Scenario scenario = Builder("agenda").posts(3, false, 1).posts(1, true, 2).build();
    scenario.stimuli[0].when.every = sim::Duration::of(100);
    Agenda agenda(scenario);
    CHECK(agenda.take_settled(50)->stimulus->step.key == 1);
    CHECK_FALSE(agenda.take_settled(60).has_value());
    CHECK_FALSE(agenda.take_due(149).has_value());
    CHECK(agenda.take_due(150)->stimulus->step.key == 1);
    CHECK_FALSE(agenda.waits_for_settled());
    CHECK(agenda.take_due(250)->stimulus->step.key == 1);
    CHECK(agenda.take_settled(260)->stimulus->step.key == 2);
    CHECK(agenda.empty());
}

TEST_CASE("the threads of a group start in the order of their numbers") {
    const Scenario scenario = Builder("agenda").threads(3).build();
    Agenda agenda(scenario);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(agenda.take_settled(0)->thread == sim::make_id<ThreadId>(i));
    CHECK(agenda.empty());
}

// -- runs in this process -------------------------------------------------------------------------

TEST_CASE("a recording tells all that happened, every thread's part in order") {
    const sim::Trace trace = run(four_and_four());
    CHECK(trace.facts.back().outcome == Outcome::complete);
    CHECK(trace.header.threads == std::vector<std::string>{"T1", "T2", "T3", "T4"});
    CHECK(trace.header.ports == std::vector<std::string>{"P"});
    CHECK(trace.header.concurrency == std::vector<std::uint32_t>{4});
    CHECK_FALSE(trace.header.windows_evidence);
    CHECK(trace.header.clock_step >= 1);
    CHECK(trace.header.processors >= 1);
    CHECK(count(trace, FactKind::port_created) == 1);
    CHECK(count(trace, FactKind::thread_started) == 4);
    CHECK(count(trace, FactKind::posted) == 8);
    CHECK(count(trace, FactKind::not_settled) == 0);
    // Before T2 … T4 start, before each of the four posts, before the four at once, at the end.
    CHECK(count(trace, FactKind::settled) == 9);
    std::map<PacketId, int> delivered;
    for (std::size_t thread = 0; thread < 4; ++thread) {
        const auto story = story_of(trace, thread);
        REQUIRE(story.size() >= 2);
        CHECK(story[0].kind == FactKind::thread_started);
        Nanos last = 0;
        for (const Fact& fact : story) {
            CHECK(fact.t0 <= fact.t1);
            if (fact.kind == FactKind::switches) continue;
            CHECK(fact.t0 >= last);
            last = fact.t1;
            if (fact.kind == FactKind::get_returned) ++delivered[fact.packet];
        }
    }
    CHECK(delivered.size() == 8);
    for (const auto& [packet, times] : delivered) CHECK(times == 1);
}

TEST_CASE("one thread's story: asks, returns, blocks, asks again, and is parked at the end") {
    const Scenario scenario = Builder("story")
                                  .threads(1)
                                  .handler({cpu(kMillisecond), block(kMillisecond)})
                                  .posts(1, true, 42)
                                  .build();
    const sim::Trace trace = run(scenario);
    auto story = story_of(trace, 0);
    if (!story.empty() && story.back().kind == FactKind::switches) story.pop_back();
    CHECK(kinds(story) == std::vector<FactKind>{FactKind::thread_started, FactKind::get_called,
                                                FactKind::get_returned, FactKind::computing,
                                                FactKind::block_began, FactKind::block_ended,
                                                FactKind::get_called});
    CHECK(story[1].amount == sim::kInfinite);
    CHECK(story[2].packet == static_cast<PacketId>(1));
    CHECK(story[2].key == 42);
    CHECK(story[2].bytes == 1);  // the packet's own id
    CHECK(story[2].number == 1);
    CHECK(story[3].amount == kMillisecond);
    CHECK(story[4].reason == Reason::sleep);
    CHECK(story[5].t0 - story[4].t0 >= kMillisecond);
    CHECK(count(trace, FactKind::parked) == 2);
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::parked) CHECK(fact.t0 > story[1].t0);
}

TEST_CASE("an event that is set already is no wait; one that is not is a block until it is set") {
    const EventId event = sim::make_id<EventId>(0);
    const std::vector<Step> waits_twice = {wait_for(event), wait_for(event)};
    Stimulus set = stimulus(Step::Kind::set, {.settled = true});
    set.step.event = event;
    const sim::Trace trace =
        run(Builder("event").event("go").threads(1, waits_twice).stimulus(set).build());
    CHECK(count(trace, FactKind::block_began) == 1);
    CHECK(count(trace, FactKind::block_ended) == 1);
    CHECK(count(trace, FactKind::event_set) == 1);
    CHECK(count(trace, FactKind::thread_exited) == 1);
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::block_began) {
            CHECK(fact.reason == Reason::event);
            CHECK(fact.event == event);
        }
}

TEST_CASE("repeat counts rounds, posts keep their own bytes, exit leaves at once") {
    Step two_posts = post(2);
    two_posts.key = 5;
    two_posts.bytes = 99;
    const std::vector<Step> script = {two_posts, poll(), repeat(3), leave(), poll()};
    const sim::Trace trace = run(Builder("rounds").threads(1, script).build());
    CHECK(count(trace, FactKind::posted) == 6);
    CHECK(count(trace, FactKind::get_returned) == 3);
    for (const Fact& fact : trace.facts) {
        if (fact.kind == FactKind::posted) CHECK(fact.bytes == 99);
        if (fact.kind == FactKind::get_returned) {
            CHECK(fact.bytes == 99);
            CHECK(fact.packet != PacketId::none);
        }
    }
}

TEST_CASE("a poll that finds nothing goes on; a port that is closed ends the thread") {
    const std::vector<Step> script = {poll(), get(), repeat()};
    const Stimulus close = stimulus(Step::Kind::close, {.settled = true});
    const sim::Trace trace = run(Builder("close").threads(2, script).stimulus(close).build());
    std::map<Win32Error, int> errors;
    for (const Fact& fact : trace.facts)
        if (fact.kind == FactKind::get_returned) ++errors[fact.error];
    CHECK(errors[Win32Error::wait_timeout] == 2);
    CHECK(errors[Win32Error::abandoned_wait_0] == 2);
    CHECK(errors.size() == 2);
    CHECK(count(trace, FactKind::thread_exited) == 2);
    CHECK(count(trace, FactKind::port_closed) == 1);
}

TEST_CASE("a run ends at its time limit when something never comes to rest") {
    const std::vector<Step> endless = {block(kMillisecond), repeat()};
    const sim::Trace trace =
        run(Builder("endless").threads(1, endless).limit(30 * kMillisecond).build());
    CHECK(trace.facts.back().outcome == Outcome::time_limit);
    CHECK(trace.facts.back().t0 >= 30 * kMillisecond);
}

TEST_CASE("the end cuts a long sleep and a long computation short") {
    for (const Step& long_step : {block(3600 * kSecond), cpu(3600 * kSecond)}) {
        const sim::Trace trace =
            run(Builder("long").threads(1, {long_step}).limit(20 * kMillisecond).build());
        CHECK(trace.facts.back().outcome == Outcome::time_limit);
    }
}

TEST_CASE("a run that is stopped keeps what was recorded") {
    const std::vector<Step> endless = {post(), poll(), repeat()};
    PlainPorts ports;
    TestHost host;
    host.on_write = [&](std::size_t facts) {
        if (facts > 1000) host.stop = true;
    };
    const sim::Trace trace = run(Builder("endless").threads(1, endless).build(), ports, host);
    CHECK(trace.facts.back().outcome == Outcome::stopped);
    CHECK(trace.facts.size() > 1000);
}

TEST_CASE("facts that do not fit are counted, never waited for") {
    constexpr std::uint64_t kPosts = 200'000;  // more than any notebook holds
    PlainPorts ports;
    ManualEvent all_posted;
    ports.on_post = [&](std::uint64_t posts) {
        if (posts == kPosts) all_posted.set();
    };
    TestHost host;
    // Nobody reads until the worker has posted everything.
    host.on_write = [&](std::size_t facts) {
        if (facts > 0) all_posted.wait();
    };
    const sim::Trace trace = run(Builder("flood").threads(1, {post(kPosts)}).build(), ports, host);
    const auto dropped = static_cast<std::uint64_t>(trace.facts.back().amount);
    CHECK(dropped > 0);
    // The last of the thread's facts may be among the lost ones; no fact is both.
    CHECK(count(trace, FactKind::posted) + dropped >= kPosts);
    CHECK(count(trace, FactKind::posted) + dropped <= kPosts + 4);
}

TEST_CASE("where nobody can tell who is parked the recording says so and goes on") {
    PlainPorts ports;
    ports.tells_parked = false;
    TestHost host;
    const Scenario scenario = Builder("unseen").threads(2).posts(1, true).build();
    const sim::Trace trace = run(scenario, ports, host);
    CHECK(trace.facts.back().outcome == Outcome::complete);
    CHECK(count(trace, FactKind::settled) == 0);
    CHECK(count(trace, FactKind::parked) == 0);
    CHECK(count(trace, FactKind::not_settled) >= 3);
    CHECK(count(trace, FactKind::posted) == 1);
    CHECK(count(trace, FactKind::get_returned) == 1);
}

TEST_CASE("a witness outside confirms what the process cannot see") {
    PlainPorts ports;
    ports.tells_parked = false;
    TestHost host;
    host.witness = true;
    const sim::Trace trace = run(Builder("witness").threads(2).posts(1, true).build(), ports, host);
    CHECK(count(trace, FactKind::not_settled) == 0);
    CHECK(count(trace, FactKind::settled) == 3);
    CHECK(count(trace, FactKind::parked) == 1 + 2 + 2);
}

TEST_CASE("a busy thread delays what waits for the run to settle") {
    // The second thread starts only after the first has computed and is parked.
    const std::vector<Step> script = {cpu(50 * kMillisecond), get()};
    const sim::Trace trace = run(Builder("busy").threads(2, script).build());
    const auto first = story_of(trace, 0), second = story_of(trace, 1);
    REQUIRE(first.size() >= 3);
    REQUIRE(second.size() >= 1);
    CHECK(first[2].kind == FactKind::get_called);
    CHECK(second[0].t0 > first[2].t0);
    CHECK(count(trace, FactKind::not_settled) == 0);
}

// -- recordings in a child process ----------------------------------------------------------------

#ifndef _WIN32

namespace {

std::string own_path;

// What the child does is chosen by the text of its "scenario".
sim::Result<Scenario> child_scenario(std::string_view text, std::string_view origin) {
    const std::vector<Step> endless = {post(), get(), block(kMillisecond), repeat()};
    if (text == "four-and-four") return four_and_four();
    if (text == "endless" || text == "dies" || text == "garbled")
        return Builder(std::string(text)).threads(2, endless).build();
    if (text == "hangs") return Builder("hangs").threads(1).posts(2, true).build();
    sim::Diagnostic error;
    error.code = "S000";
    error.message = "this is no scenario";
    error.origin = std::string(origin);
    return error;
}

// Set by the child's parse function: what its ports do at their hundredth post.
std::string child_text;

sim::Result<Scenario> parse_in_child(std::string_view text, std::string_view origin,
                                     const NamedFiles&) {
    child_text = std::string(text);
    return child_scenario(text, origin);
}

std::unique_ptr<Ports> ports_in_child(sim::Blocking) {
    auto ports = std::make_unique<PlainPorts>();
    if (child_text == "dies")
        ports->on_post = [](std::uint64_t posts) {
            if (posts == 100) std::raise(SIGKILL);
        };
    if (child_text == "garbled")
        ports->on_post = [](std::uint64_t posts) {
            if (posts == 100) std::fputs("this is no fact\n", stdout);
        };
    if (child_text == "hangs")
        ports->on_post = [](std::uint64_t) {
            for (;;) sleep_for(kSecond);
        };
    return ports;
}

std::unique_ptr<Recording> start(const std::string& text) {
    auto started = Recording::start(
        {.scenario_text = text, .origin = "test.toml", .backend = "linux", .program = own_path});
    REQUIRE_MESSAGE(started.has_value(), sim::render(started.error()));
    return std::move(*started);
}

void finish(Recording& recording) {
    while (!recording.poll(100 * kMillisecond)) {
    }
}

void check_order(const sim::Trace& trace) {
    for (std::size_t i = 1; i < trace.facts.size(); ++i)
        CHECK(trace.facts[i - 1].t0 <= trace.facts[i].t0);
    REQUIRE_FALSE(trace.facts.empty());
    CHECK(trace.facts.back().kind == FactKind::ended);
    CHECK(count(trace, FactKind::ended) == 1);
    // What was kept is a trace like any other.
    const auto loaded = sim::trace_from_ndjson(sim::to_ndjson(trace), "kept");
    REQUIRE_MESSAGE(loaded.has_value(), sim::render(loaded.error()));
    CHECK(*loaded == trace);
}

}  // namespace

TEST_CASE("a recording arrives from the child, sorted and complete") {
    const auto recording = start("four-and-four");
    finish(*recording);
    CHECK(recording->exit_code() == 0);
    CHECK(recording->child_messages() == "");
    const sim::Trace trace = recording->take();
    check_order(trace);
    CHECK(trace.facts.back().outcome == Outcome::complete);
    CHECK(count(trace, FactKind::posted) == 8);
    CHECK(count(trace, FactKind::get_returned) == 8);
    CHECK(count(trace, FactKind::settled) == 9);
    CHECK(trace.header.scenario == "four-and-four");
    CHECK(recording->poll(0));
}

TEST_CASE("Stop ends the child and keeps what it recorded") {
    const auto recording = start("endless");
    while (recording->facts_so_far() < 200) recording->poll(100 * kMillisecond);
    recording->stop();
    finish(*recording);
    CHECK(recording->exit_code() == 0);
    const sim::Trace trace = recording->take();
    check_order(trace);
    CHECK(trace.facts.size() >= 200);
    CHECK(trace.facts.back().outcome == Outcome::stopped);
    CHECK(trace.facts.back().amount == 0);
}

TEST_CASE("a child that is killed leaves a trace that loads and says so") {
    const auto recording = start("dies");
    finish(*recording);
    CHECK(recording->exit_code() == -SIGKILL);
    const sim::Trace trace = recording->take();
    check_order(trace);
    CHECK(trace.facts.back().outcome == Outcome::crashed);
    CHECK(trace.header.threads.size() == 2);
}

TEST_CASE("a child that hangs is killed when it does not stop") {
    const auto recording = start("hangs");
    while (recording->facts_so_far() < 4) recording->poll(100 * kMillisecond);
    recording->stop();
    finish(*recording);
    CHECK(recording->exit_code() == -SIGKILL);
    const sim::Trace trace = recording->take();
    check_order(trace);
    CHECK(trace.facts.back().outcome == Outcome::stopped);
    CHECK(count(trace, FactKind::thread_started) == 1);
}

TEST_CASE("lines that are no facts are said, and the run counts as crashed") {
    const auto recording = start("garbled");
    while (recording->child_messages().empty() && !recording->poll(100 * kMillisecond)) {
    }
    recording->stop();
    finish(*recording);
    CHECK(recording->child_messages().find("error[T002]") != std::string::npos);
    const sim::Trace trace = recording->take();
    check_order(trace);
    CHECK(trace.facts.back().outcome == Outcome::crashed);
}

TEST_CASE("a scenario that the child refuses is its message and exit code 2") {
    const auto recording = start("nonsense");
    finish(*recording);
    CHECK(recording->exit_code() == 2);
    CHECK(recording->child_messages().find("this is no scenario") != std::string::npos);
    CHECK(recording->take().facts.empty());
}

TEST_CASE("a recording that nobody waits for ends with its owner") {
    const auto recording = start("endless");
    recording->poll(0);
}

TEST_CASE("a back end that does not exist or cannot run here is an error with help") {
    auto unknown = Recording::start({.scenario_text = "", .origin = "a", .backend = "vms"});
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error()[0].code == "R001");
    auto windows = Recording::start({.scenario_text = "", .origin = "a", .backend = "win32"});
    REQUIRE_FALSE(windows.has_value());
    CHECK(windows.error()[0].code == "R002");
    CHECK_FALSE(windows.error()[0].help.empty());
    auto missing = Recording::start(
        {.scenario_text = "", .origin = "a", .backend = "linux", .program = "/nowhere/at-all"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error()[0].code == "R003");
}

#endif

int main(int argc, char** argv) {
#ifndef _WIN32
    if (argc > 1 && std::string_view(argv[1]) == kRecordCommand)
        return run_record_child(
            {.backend = test_backend(), .make_ports = ports_in_child, .parse = parse_in_child});
    own_path = own_program_path();
#endif
    return doctest::Context(argc, argv).run();
}
