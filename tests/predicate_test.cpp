// The language of predicates: what it means, what it refuses, and that nothing breaks it.
#include "sim/predicate.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "sim/predicate_code.hpp"
#include "sim/random.hpp"
#include "sim/scenario.hpp"
#include "sim/simulator.hpp"
#include "sim/timeline.hpp"
#include "tests/files.hpp"
#include "tests/predicate_fixture.hpp"

using namespace sim;   // NOLINT: a test of one namespace
using namespace test;  // NOLINT: its fixture

namespace {

// Port P: T1, then T2 wait; T3 is released with packet 3 (key 7); T4 is paused. `packet` is
// outside, `io-worker` has exited. Q-1 is closed and empty.
Stage stage() {
    Stage stage;
    stage.ports.resize(2);
    StagePort& p = stage.ports[0];
    p.id = port(0);
    p.limit = 2;
    p.active = 1;
    p.queue_length = 5;
    p.bound = {{.id = handle(0), .port = port(0), .key = 7, .pending = 2},
               {.id = handle(1), .port = port(0), .pending = 1, .closed = true}};
    stage.handles = p.bound;
    p.waiting = {{.id = thread(0)}, {.id = thread(1)}};
    p.released = {{.id = thread(2), .hand = packet(3), .key = 7}};
    p.paused = {{.id = thread(3), .reason = Reason::sleep}};
    p.inserted = 9;
    p.delivered = 4;
    p.discarded = 6;
    stage.ports[1].id = port(1);
    stage.ports[1].closed = true;
    stage.outside = {{.id = thread(4)}};
    stage.ended = {{.id = thread(5)}};
    return stage;
}

Fact last_fact() {
    return {.t0 = 5'000'000,
            .t1 = 5'000'000,
            .kind = FactKind::handed_off,
            .rule = Rule::w_lifo_1,
            .port = port(0),
            .thread = thread(2),
            .packet = packet(3),
            .key = 7};
}

Predicate compiled(std::string_view text, const PredicateNames& names = kNames) {
    auto result = parse_predicate(text, names);
    if (const auto* problem = std::get_if<PredicateProblem>(&result))
        FAIL(std::string(text) << ": " << problem->message << " / " << problem->help);
    return std::get<Predicate>(std::move(result));
}
bool now(std::string_view text) {
    const Fact last = last_fact();
    return holds(compiled(text), stage(), &last);
}

constexpr const char* kWrong[] = {"",
                                  "   ",
                                  "P.queue",
                                  "P.queue and T1.waiting",
                                  "T1.waiting and P.queue",
                                  "T1",
                                  "P or true",
                                  "not H",
                                  "handed_off",
                                  "W-LIFO-1",
                                  "rule",
                                  "fact",
                                  "P.top",
                                  "T1.waiting > 0",
                                  "P > 0",
                                  "T1 + 1 > 0",
                                  "true < false",
                                  "P.queue = 4",
                                  "a && b",
                                  "true || false",
                                  "!T1.waiting",
                                  "P.queue <> 3",
                                  "T9.waiting",
                                  "T.waiting",
                                  "Z.queue",
                                  "P.qeue > 0",
                                  "T1.queue > 0",
                                  "P.waitin > 0",
                                  "P. == 3",
                                  "P.",
                                  ".queue",
                                  "5.queue",
                                  "(P).queue > 1",
                                  "thread == T9",
                                  "thread == 3",
                                  "port == T1",
                                  "fact == handed_of",
                                  "rule == W-LIFO-9",
                                  "rule == W-LFIO-1",
                                  "error == WAIT_TIMEOUTS",
                                  "thread == P.top == T1",
                                  "pakcet == 3",
                                  "pakcet-1 == 3",
                                  "1 < 2 < 3",
                                  "(true",
                                  "true)",
                                  "true true",
                                  "P.queue 5",
                                  "not",
                                  "true and",
                                  "and true",
                                  "true or or true",
                                  "T1.waiting == not T2.waiting",
                                  "none == none",
                                  "time > 5 lightyears",
                                  "time > 5xs",
                                  "time > 1.5",
                                  "packet == 1.5",
                                  "time > 99999999999999 s",
                                  "packet == 99999999999999999999",
                                  "time > 0.1 ns",
                                  "P.queue > \"5\"",
                                  "P.queue > 0;",
                                  "P.queue > ä",
                                  "step == 4",
                                  "T1.waiting == 1",
                                  "thread == file",
                                  "P.top == none + 1",
                                  "T1 == P",
                                  "thread.waiting",
                                  "(P.queue > 0 T1.waiting)"};

// What is wrong, as a golden line: the marked part of the text, the message, the help.
std::string wrong(std::string_view text, const PredicateNames& names = kNames) {
    const auto result = parse_predicate(text, names);
    const auto* problem = std::get_if<PredicateProblem>(&result);
    if (problem == nullptr) return "fine";
    REQUIRE(problem->at <= text.size());
    REQUIRE(problem->length >= 1);
    std::string line = "[" + std::string(text.substr(problem->at, problem->length)) + "]@" +
                       std::to_string(problem->at) + " " + problem->message;
    if (!problem->help.empty()) line += " / " + problem->help;
    return line;
}

}  // namespace

TEST_CASE("every property of a port has its value") {
    for (const char* yes :
         {"P.queue == 5", "P.active == 1", "P.limit == 2", "P.waiting == 2", "P.released == 1",
          "P.paused == 1", "P.inserted == 9", "P.delivered == 4", "P.discarded == 6",
          "not P.closed", "P.bound == 2", "P.top == T2", "Q-1.queue == 0", "Q-1.closed",
          "Q-1.top == none", "Q-1.limit == 1"}) {
        INFO(yes);
        CHECK(now(yes));
    }
}

TEST_CASE("every property of a thread has its value") {
    for (const char* yes : {"T1.waiting",
                            "T2.waiting",
                            "not T3.waiting",
                            "T3.released",
                            "not T1.released",
                            "T4.paused",
                            "not T3.paused",
                            "packet.outside",
                            "not T1.outside",
                            "io-worker.ended",
                            "not T1.ended",
                            "T3.packet == 3",
                            "T1.packet == 0",
                            "T3.key == 7",
                            "T1.key == 0",
                            "T1.port == P",
                            "T4.port == P",
                            "packet.port == none",
                            "io-worker.port == none",
                            "not T1.calling"}) {
        INFO(yes);
        CHECK(now(yes));
    }
}

TEST_CASE("two names of one port are the same port (X-CLOSE-2)") {
    Stage two = stage();
    two.ports[1].same_as = port(0);
    Fact last = last_fact();
    last.port = port(1);
    for (const char* yes : {"T1.port == Q-1", "Q-1 == T1.port", "H.port == Q-1", "port == P",
                            "port == Q-1", "T1.port == T3.port", "Q-1.queue == 5"}) {
        INFO(yes);
        CHECK(holds(compiled(yes), two, &last));
    }
    CHECK(holds(compiled("T1.port != Q-1 and port != P"), stage(), &last));
}

TEST_CASE("every property of a handle has its value") {
    for (const char* yes : {"H.pending == 2", "file1.pending == 1", "file2.pending == 0",
                            "not H.closed", "file1.closed", "not file2.closed", "H.port == P",
                            "file2.port == none", "H.port != Q-1"}) {
        INFO(yes);
        CHECK(now(yes));
    }
}

TEST_CASE("every property of the last fact has its value") {
    for (const char* yes :
         {"fact == handed_off", "fact != posted", "rule == W-LIFO-1", "rule != W-LIFO-2",
          "thread == T3", "thread != T1", "port == P", "handle == none", "packet == 3", "key == 7",
          "operation == post", "error == ERROR_SUCCESS", "time == 5 ms", "time < 5.001 ms"}) {
        INFO(yes);
        CHECK(now(yes));
    }
}

TEST_CASE("at the start there is no last fact") {
    const Stage nothing;
    for (const char* yes :
         {"fact == none", "fact != port_created", "rule == none", "thread == none",
          "thread == main", "port == none", "packet == 0", "time == 0", "P.queue == 0",
          "P.top == none", "not T1.waiting", "T1.port == none", "H.port == none"}) {
        INFO(yes);
        CHECK(holds(compiled(yes), nothing, nullptr));
    }
    // The first kind of fact is not taken for no fact.
    CHECK_FALSE(holds(compiled("fact == port_created"), nothing, nullptr));
}

TEST_CASE("operators bind as people expect") {
    for (const char* yes : {"true or false and false",
                            "not false and true",
                            "not P.queue == 4",
                            "not not P.queue == 5",
                            "P.queue - 1 == 4",
                            "P.queue-1==4",
                            "1 + 2 - 4 == -1",
                            "10 - 3 - 2 == 5",
                            "10 - (3 - 2) == 9",
                            "P.queue + P.active == P.discarded",
                            "-P.queue < 0",
                            "--P.queue == 5",
                            "(P.queue) == (5)",
                            "T1.waiting == T2.waiting",
                            "T1.waiting != T3.waiting",
                            "(true)",
                            "1 ms == 1_000_000",
                            "1us == 1000 ns",
                            "2 min > 119 s",
                            "P.limit >= P.active and P.limit > P.active",
                            "P.active <= P.limit and P.active < P.limit",
                            "packet-1 == 2",
                            "T3.packet-3 == 0",
                            "rule==W-LIFO-1 and port==P",
                            "W-LIFO-1 == rule",
                            "T1 == P.top or T2 == P.top"}) {
        INFO(yes);
        CHECK(now(yes));
    }
    CHECK_FALSE(now("(true or false) and false"));
    CHECK_FALSE(now("not (false and true) and false"));
}

TEST_CASE("a name with a dash is one name, and the words of the language come first") {
    CHECK(now("Q-1.closed"));
    CHECK(now("io-worker.ended"));
    CHECK(now("packet.outside"));  // the thread
    CHECK(now("packet == 3"));     // of the last fact
    CHECK(now("thread != io-worker"));
    CHECK(wrong("Q.closed") ==
          "[Q]@0 there is no port, thread or handle called `Q` / there are `P`, `Q-1`, `T1`, `T2`, "
          "`T3`, `T4`, `packet`, `io-worker`, `H`, `file1` and `file2`");
}

TEST_CASE("with an index of the names everything means the same") {
    const std::vector<std::string> ports = {"X", "Q-1", "Q"};
    const std::vector<std::string> threads = {"X", "T1", "T2", "packet", "Q-1-2"};
    const std::vector<std::string> handles = {"X", "T1", "H"};
    PredicateNames names = {ports, threads, handles};
    const PredicateIndex index(names);
    PredicateNames indexed = names;
    indexed.index = &index;
    CHECK(index.find("X").size() == 3);
    CHECK(index.find("").empty());
    CHECK(index.find("Z").empty());
    for (const char* text :
         {"X.waiting", "X.waiting == 1", "Q-1.closed", "Q-1-2.waiting", "Q-1-3 == 1",
          "Q.queue-1 > 0", "packet.waiting", "T1.waiting", "T1.pending > 0", "T.waiting",
          "Y.queue > 0", "X.port == X", "thread == T2 and handle == H", "H", "", "Q-.queue",
          "a-b-c-d-e.queue"}) {
        CAPTURE(text);
        const auto plain = parse_predicate(text, names);
        const auto fast = parse_predicate(text, indexed);
        REQUIRE(plain.index() == fast.index());
        if (const auto* good = std::get_if<Predicate>(&plain)) {
            CHECK(std::get<Predicate>(fast) == *good);
        } else {
            CHECK(std::get<PredicateProblem>(fast).message ==
                  std::get<PredicateProblem>(plain).message);
            CHECK(std::get<PredicateProblem>(fast).help == std::get<PredicateProblem>(plain).help);
        }
    }
}

TEST_CASE("a name of several things means what fits") {
    const std::vector<std::string> ports = {"X", "Y"};
    const std::vector<std::string> threads = {"X", "posted"};
    const std::vector<std::string> handles = {"X"};
    const PredicateNames names = {ports, threads, handles};
    Stage stage;
    stage.ports.resize(2);
    for (std::size_t i = 0; i < 2; ++i) stage.ports[i].id = port(i);
    stage.ports[0].waiting = {{.id = thread(0)}};
    const Fact last = {.kind = FactKind::posted, .port = port(0), .thread = thread(0)};
    const auto yes = [&](std::string_view text) {
        return holds(compiled(text, names), stage, &last);
    };
    CHECK(yes("X.waiting == 1"));
    CHECK(yes("X.waiting"));
    CHECK(yes("thread == X and port == X"));
    CHECK(yes("(X) == thread"));
    CHECK(yes("fact == posted and thread != posted"));
    CHECK(wrong("X.port == X", names) ==
          "[X.port]@0 `X.port` could mean several things / "
          "give each port, thread and handle a name of its own");
}

TEST_CASE("what is wrong has a place, a reason and advice") {
    // Text, marked part, message, advice; what a teacher sees. Read the diff when it changes.
    std::string all;
    for (const char* text : kWrong) {
        const std::string line = wrong(text);
        CHECK_MESSAGE(line != "fine", text);
        all += std::string(text) + "\n    " + line + "\n";
    }
    const std::string difference =
        test::differs_from_golden(test::source_dir() / "tests/golden/predicate-errors.txt", all);
    CHECK_MESSAGE(difference.empty(), difference);
    // The ones that the task of a teacher meets first, whatever the golden file says.
    CHECK(wrong("P.queue and T1.waiting") ==
          "[P.queue]@0 `P.queue` is a number; `and` needs a condition on each side / "
          "compare it, as in `P.queue > 0`");
    CHECK(wrong("T1.waiting or P.qeue > 0") ==
          "[qeue]@16 a port has no property `qeue` / did you mean `queue`?");
    CHECK(wrong("rule == W-LIFO-9") ==
          "[W-LIFO-9]@8 there is no rule called `W-LIFO-9` / did you mean `W-LIFO-1`?");
}

TEST_CASE("length and depth have limits with a message") {
    const std::string long_one = "P.queue == " + std::string(kLongestPredicate, '1');
    CHECK(wrong(long_one).find("this predicate has 1,011 bytes; the limit is 1,000") !=
          std::string::npos);
    const auto nested = [](std::size_t n, const std::string& open, const std::string& close) {
        std::string text;
        for (std::size_t i = 0; i < n; ++i) text += open;
        text += "true";
        for (std::size_t i = 0; i < n; ++i) text += close;
        return text;
    };
    CHECK(now(nested(kDeepestPredicate, "(", ")")));
    CHECK(now(nested(kDeepestPredicate, "not ", "")));
    for (const auto& [open, close] :
         {std::pair<std::string, std::string>{"(", ")"}, {"not ", ""}, {"not (", ")"}})
        CHECK(wrong(nested(kDeepestPredicate + 1, open, close)).find("nested too deeply") !=
              std::string::npos);
    // As much on the stack as the limits allow.
    CHECK(now(nested(kDeepestPredicate, "false or true and true == (", ")")));
    std::string sum = "0 < 1";
    while (sum.size() + 4 < kLongestPredicate) sum += " + 1";
    CHECK(now(sum));
    std::string deep_sum = "true or true and 1 == 1 + ";
    for (std::size_t i = 0; i < kDeepestPredicate; ++i) deep_sum += "(1 + ";
    deep_sum += "1" + std::string(kDeepestPredicate, ')');
    CHECK(now(deep_sum));
}

TEST_CASE("numbers at the ends of their range do not wrap around") {
    CHECK(now("9223372036854775807 + 1 == 9223372036854775807"));
    CHECK(now("-9223372036854775807 - 2 < -9223372036854775807"));
    CHECK(now("-(-9223372036854775807 - 1) == 9223372036854775807"));
    Fact last = last_fact();
    last.key = std::numeric_limits<Key>::max();
    CHECK(holds(compiled("key == 9223372036854775807"), stage(), &last));
}

TEST_CASE("code that no text made is refused") {
    CHECK_FALSE(holds(Predicate{}, stage(), nullptr));
    Random random(5);
    for (int i = 0; i < 20'000; ++i) {
        Predicate made;
        for (std::uint64_t n = random.below(200); n > 0; --n)
            made.code.push_back({static_cast<std::uint8_t>(random.below(256)),
                                 static_cast<std::uint32_t>(random.next()),
                                 static_cast<std::int64_t>(random.next())});
        static_cast<void>(holds(made, stage(), nullptr));
        static_cast<void>(answers(made, kNames, stage(), nullptr));
    }
}

TEST_CASE("the answers tell why a predicate does not hold") {
    const Fact last = last_fact();
    const auto told = [&](std::string_view text) {
        return answers(compiled(text), kNames, stage(), &last);
    };
    CHECK(told("P.queue == 0 and P.queue < 3 and not T3.released") ==
          "P.queue is 5, T3.released is true");
    CHECK(told("P.top == T1 or Q-1.top == T1 or file1.port != P") ==
          "P.top is T2, Q-1.top is none, file1.port is P");
    CHECK(told("fact == posted and rule == Q-FIFO-1 and error == WAIT_TIMEOUT and "
               "operation == recv and handle == H") ==
          "fact is handed_off, rule is W-LIFO-1, error is ERROR_SUCCESS, operation is post, "
          "handle is none");
    CHECK(told("true").empty());
}

TEST_CASE("a measured run tells the top of the stack only when it is known") {
    Stage seen = stage();
    seen.observed = true;
    CHECK(holds(compiled("P.top == none and P.waiting == 2"), seen, nullptr));
    seen.ports[0].waiting.pop_back();
    CHECK(holds(compiled("P.top == T1"), seen, nullptr));
}

TEST_CASE("the reference has every property with an example that can be read") {
    const std::vector<std::string> ports = {"P", "Q"};
    const std::vector<std::string> threads = {"T1", "T2", "T3", "T4"};
    const std::vector<std::string> handles = {"H"};
    const PredicateNames names = {ports, threads, handles};
    const std::string reference = predicate_reference();
    CHECK(predicate::properties().size() > 30);
    for (const predicate::PropertyInfo& each : predicate::properties()) {
        const std::string example(each.example);
        INFO(example);
        CHECK(wrong(example, names) == "fine");
        CHECK(example.find(each.name) != std::string::npos);
        CHECK(reference.find("| `" + example + "` |") != std::string::npos);
        CHECK(predicate::property(each.code) == &each);
    }
    // The examples in its text, too.
    std::size_t read = 0;
    for (std::size_t at = reference.find("```\n"); at + 4 < reference.rfind("```");) {
        const std::size_t line = at + 4;
        std::string block = reference.substr(line, reference.find("```", line) - line);
        while (!block.empty()) {
            CHECK(wrong(block.substr(0, block.find('\n')), names) == "fine");
            block.erase(0, block.find('\n') + 1);
            ++read;
        }
        at = reference.rfind("```");
    }
    CHECK(read == 3);
}

TEST_CASE("every stage of a run can be asked, of the model and of what was observed") {
    Scenario scenario;
    scenario.ports = {{.name = "P", .concurrency = 1}, {.name = "Q-1", .concurrency = 2}};
    const Step get{.kind = Step::Kind::get, .port = port(0)};
    const Step again{.kind = Step::Kind::repeat, .count = 0};
    // By name: gcc 12 takes a nested designated initializer for something uninitialized.
    ThreadSpec workers;
    workers.name = "T";
    workers.when.count = 4;
    workers.script = {get, again};
    workers.first = thread(0);
    scenario.threads = {workers};
    scenario.thread_positions = {0};
    scenario.handlers = {{.steps = {{.kind = Step::Kind::cpu, .duration = Duration::of(1000)}}}};
    scenario.stimuli = {{.when = {.settled = true, .count = 50},
                         .step = {.kind = Step::Kind::post, .port = port(0)}}};
    const Trace trace = simulate(scenario).trace;
    REQUIRE(trace.facts.size() > 200);
    std::vector<Predicate> all;
    // More names than the run has things: whatever is not there is 0, false or none.
    for (const predicate::PropertyInfo& each : predicate::properties())
        for (const std::uint32_t which : {0u, 1u, 3u, 77u, 0xFFFFFFFFu})
            all.push_back({"", {{static_cast<std::uint8_t>(each.code), which, 0}}});
    for (const Trace& each : {trace, observable(trace)}) {
        const Lane lane{Trace(each)};
        for (std::size_t n = 0; n <= lane.steps(); ++n) {
            const Stage stage = lane.stage_at(n);
            const Fact fact = n == 0 ? Fact{} : lane.trace().facts[n - 1];
            const Fact* last = n == 0 ? nullptr : &fact;
            for (const Predicate& predicate : all) static_cast<void>(holds(predicate, stage, last));
            CHECK(holds(compiled("P.inserted >= P.delivered"), stage, last));
        }
        const Fact end = lane.trace().facts.back();
        CHECK(holds(compiled("P.delivered == 50 and P.queue == 0"), lane.stage_at(lane.steps()),
                    &end));
    }
}
