// What scenario files can say: durations, amounts, overrides, handles, operations, arrival files,
// and that every example of the reference page is right.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_amount.hpp"

using namespace sim;

namespace {

Scenario good(const std::string& text, const ParseOptions& options = {}) {
    Result<Scenario> result = parse_scenario(text, "test.toml", options);
    if (!result) {
        MESSAGE(text);
        MESSAGE(render(result.error()));
        FAIL("the scenario should be accepted");
    }
    return std::move(result).value();
}

// The messages of a file that must be refused, one per line: "S016 a time needs a unit".
std::string complaints(const std::string& text, const ParseOptions& options = {}) {
    const Result<Scenario> result = parse_scenario(text, "test.toml", options);
    if (result) return "accepted";
    std::string all;
    for (const Diagnostic& d : result.error()) all += d.code + " " + d.message + "\n";
    return all;
}

// The part of the line that the carets of the only error are under.
std::string marked(const std::string& text, const ParseOptions& options = {}) {
    const Result<Scenario> result = parse_scenario(text, "test.toml", options);
    if (result) return "accepted";
    if (result.error().size() != 1) return render(result.error());
    const Diagnostic& d = result.error().front();
    return d.source_line.substr(static_cast<std::size_t>(d.column) - 1,
                                static_cast<std::size_t>(d.length));
}

const std::string kPort = "format = 1\nport = [{name = \"P\", concurrency = 2}]\n";
const std::string kSmall = kPort + "thread = [{name = \"T\", count = 4}]\n";

// A file whose thread U has one step, with things to use around it.
std::string with_step(const std::string& step) {
    return kPort + R"toml(
device = [{name = "disk", service = "5 ms"}]
handle = [
  {name = "H", port = "P", key = 7, device = "disk"},
  {name = "L", kind = "tcp"},
  {name = "C", kind = "tcp", count = 3, key = 100, later = true},
]
[[thread]]
name = "T"
count = 4
[[thread]]
name = "U"
script = [{open = "C"}, )toml" +
           step + "]\n";
}
Step step_of(const std::string& step) {
    return good(with_step(step)).threads.back().script.at(1);
}
std::string step_complaints(const std::string& step) {
    return complaints(with_step(step));
}

Duration duration_of(const std::string& text) {
    return step_of("{cpu = \"" + text + "\"}").duration;
}
std::string duration_complaints(const std::string& text) {
    return step_complaints("{cpu = \"" + text + "\"}");
}

ParseOptions with_file(const std::string& name, const std::string& text) {
    ParseOptions options;
    options.read_file = [=](std::string_view wanted) {
        return wanted == name ? std::optional(text) : std::nullopt;
    };
    return options;
}
ParseOptions vary(const std::string& path, const std::string& value) {
    ParseOptions options;
    options.overrides = {{path, value}};
    return options;
}

}  // namespace

// -- durations ------------------------------------------------------------------------------------

TEST_CASE("a duration is fixed or one of three distributions") {
    CHECK(duration_of("1.5 ms") == Duration::of(1'500'000));
    CHECK(duration_of("exponential(1 ms)") == Duration{Duration::Kind::exponential, 1'000'000, 0});
    CHECK(duration_of(" uniform ( 1 ms , 2 ms ) ") ==
          Duration{Duration::Kind::uniform, 1'000'000, 2'000'000});
    CHECK(duration_of("uniform(0 ms, 2 ms)") == Duration{Duration::Kind::uniform, 0, 2'000'000});
    CHECK(duration_of("normal(1 ms,100us)") ==
          Duration{Duration::Kind::normal, 1'000'000, 100'000});
}

TEST_CASE("a distribution that is not understood is told how it is written") {
    CHECK(duration_complaints("exponental(1 ms)") ==
          "S046 there is no distribution `exponental`\n");
    CHECK(duration_complaints("exponential 1 ms") ==
          "S046 `exponential 1 ms` lacks the times in parentheses\n");
    CHECK(duration_complaints("exponential(1 ms") == "S046 a parenthesis is not closed\n");
    CHECK(duration_complaints("exponential(1 ms) s") ==
          "S046 nothing can follow the closing parenthesis\n");
    CHECK(duration_complaints("uniform(1 ms)") ==
          "S046 `uniform` takes two times, the shortest and the longest; here is 1\n");
    CHECK(duration_complaints("exponential()") ==
          "S046 `exponential` takes one time, the mean; here are 0\n");
    CHECK(duration_complaints("normal(1 ms, 1 ms, 1 ms)") ==
          "S046 `normal` takes two times, the mean and the standard deviation; here are 3\n");
    CHECK(duration_complaints("exponential(1)") == "S016 a time needs a unit: `1` has none\n");
    CHECK(duration_complaints("exponential(1 parsec)") == "S017 `parsec` is no unit of time\n");
    CHECK(duration_complaints("uniform(1 ms,)") == "S017 `\"\"` is no time\n");
    CHECK(duration_complaints("uniform(2 ms, 1 ms)") ==
          "S046 the longest time, `1 ms`, is shorter than the shortest, `2 ms`\n");
    CHECK(duration_complaints("exponential(-1 ms)") == "S018 a time cannot be negative\n");
    CHECK(duration_complaints("exponential(2000 min)") ==
          "S018 `2000 min` is out of range; possible is 1 ns to 1440 min\n");
    CHECK(duration_complaints("exponential(0 ms)") ==
          "S018 `0 ms` is out of range; possible is 1 ns to 1440 min\n");
    CHECK(duration_complaints("soon") == "S017 `soon` is no time\n");
    CHECK(duration_complaints("") == "S017 `\"\"` is no time\n");
}

TEST_CASE("the caret stands under the part of a distribution that is wrong") {
    CHECK(marked(with_step("{cpu = \"uniform(1 ms, 2 parsec)\"}")) == "2 parsec");
    CHECK(marked(with_step("{cpu = \"  exponental(1 ms)\"}")) == "exponental");
    CHECK(marked(with_step("{cpu = 'uniform(2 ms, 1 ms)'}")) == "2 ms, 1 ms");
    CHECK(marked(with_step("{cpu = \"expo\\u006Eental(1 ms)\"}")) == "\"expo\\u006Eental(1 ms)\"");
}

TEST_CASE("every, service and the service of devices may be drawn") {
    const Scenario s = good(kPort + R"toml(
thread = [{name = "T", count = 2, every = "uniform(1 ms, 2 ms)"}]
post = [{count = 1000000, every = "exponential(2 us)"}]
device = [{name = "disk", servers = 0, service = "normal(5 ms, 1 ms)"}]
handle = [{name = "H", device = "disk"}]
[[do]]
step = {read = "H", service = "exponential(3 ms)"}
count = 5
every = "exponential(1 s)"
)toml");
    CHECK(s.threads[0].when.every == Duration{Duration::Kind::uniform, 1'000'000, 2'000'000});
    CHECK(s.stimuli[0].when.every == Duration{Duration::Kind::exponential, 2'000, 0});
    CHECK(s.devices ==
          std::vector<DeviceSpec>{{"disk", 0, {Duration::Kind::normal, 5'000'000, 1'000'000}}});
    CHECK(s.stimuli[1].step.own_duration);
    CHECK(s.stimuli[1].step.duration == Duration{Duration::Kind::exponential, 3'000'000, 0});
    CHECK(s.stimuli[1].when.every.a == 1'000'000'000);
    CHECK(complaints(kSmall + "[[post]]\ncount = 2\nevery = \"setled\"\n") ==
          "S028 `setled` is not possible here\n");
    CHECK(complaints(kSmall + "[[post]]\ncount = 1000000\nevery = \"exponential(1 s)\"\n") ==
          "S044 the last of these would come more than 24 hours after the start\n");
}

// -- amounts --------------------------------------------------------------------------------------

TEST_CASE("a number may be a small sum of products with the number of processors") {
    const auto value = [](std::string_view text) {
        const parse::Amount amount = parse::read_amount(text, 8);
        CHECK(amount.problem == "");
        return amount.value;
    };
    CHECK(value("processors") == 8);
    CHECK(value("2 * processors") == 16);
    CHECK(value("processors+1") == 9);
    CHECK(value(" 1 + 2 * processors - 3 * 2 ") == 11);
    CHECK(value("processors - 9") == -1);
    CHECK(value("1000000000000000") == 1'000'000'000'000'000);
    CHECK(value("0 * 1000000000000000") == 0);
    for (const char* text : {"", "+", "2 *", "2 processors", "* 2", "2 / 2", "cores", "2 * (1)",
                             "99999999999999999999", "processors processors",
                             "1 + 1000000000000000", "1000000 * 1000000 * 1000000", "-1"}) {
        CAPTURE(text);
        CHECK(parse::read_amount(text, 8).problem != "");
    }
}

TEST_CASE("amounts are resolved with the processors of the run, or of the file") {
    const std::string text = R"toml(format = 1
machine.processors = 8
port = [{name = "P", concurrency = "processors"}]
thread = [{name = "T", count = "2 * processors"}]
handle = [{name = "H", count = "processors - 6"}]
post = [{count = "processors + 1"}]
)toml";
    const Scenario s = good(text);
    CHECK(s.ports[0].concurrency == 8);
    CHECK(s.thread_count() == 16);
    CHECK(s.handle_count() == 2);
    CHECK(s.stimuli[0].when.count == 9);
    ParseOptions options;
    options.processors = 16;
    CHECK(good(text, options).thread_count() == 32);
    CHECK(good(text, options).machine.processors == 8);
    options.processors = 6;
    CHECK(complaints(text, options) ==
          "S014 `count` is 0 with 6 processors; possible is 1 to 100,000\n");
    CHECK(complaints(kPort + "thread = [{name = \"T\", count = \"processors - 9\"}]") ==
          "S015 `count` cannot be negative with 4 processors\n");
    CHECK(complaints(kPort + "thread = [{name = \"T\", count = \"1000 * cores\"}]") ==
          "S047 the only word in a number is `processors`\n");
    CHECK(marked(kPort + "thread = [{name = \"T\", count = \"1000 * cores\"}]") == "cores");
}

// -- overrides ------------------------------------------------------------------------------------

TEST_CASE("an override replaces or adds any value before it is checked") {
    const std::string text = R"toml(format = 1
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
script = [{get = "P"}, {cpu = "1 ms"}, {repeat = true}]
[[handler]]
steps = [{cpu = "1 ms"}]
[[do]]
step = {post = "P", key = 1}
)toml";
    CHECK(good(text, vary("port.P.concurrency", "8")).ports[0].concurrency == 8);
    CHECK(good(text, vary("port.1.concurrency", "2 * processors")).ports[0].concurrency == 8);
    CHECK(good(text, vary("thread.T.count", "3")).thread_count() == 3);
    CHECK(good(text, vary("thread.T.script.2.cpu", "2 ms")).threads[0].script[1].duration ==
          Duration::of(2'000'000));
    CHECK(good(text, vary("handler.1.steps.1.cpu", "exponential(2 ms)"))
              .handlers[0]
              .steps[0]
              .duration.kind == Duration::Kind::exponential);
    CHECK(good(text, vary("handler.1.key", "7")).handlers[0].key == 7);
    CHECK(good(text, vary("do.1.step.key", "5")).stimuli[0].step.key == 5);
    CHECK(good(text, vary("machine.processors", "32")).machine.processors == 32);
    CHECK(good(text, vary("seed", "12")).seed == 12);
    CHECK(good(text, vary("title", "\"7\"")).title == "7");
    CHECK(good(text, vary("title", "not TOML")).title == "not TOML");
    CHECK(good(text, vary("expect.max_active", "1")).expect.max_active == 1);
    CHECK(good(text, vary("handler.1.steps", "[]")).handlers[0].steps.empty());
    CHECK(good(text, vary("seed", "12")).text == text);
}

TEST_CASE("overrides are applied in their order, and processors count before amounts") {
    ParseOptions options;
    options.overrides = {{"machine.processors", "3"}, {"seed", "1"}, {"seed", "2"}};
    const Scenario s = good(
        "format = 1\nport = [{name = \"P\", concurrency = \"processors\"}]\n"
        "thread = [{name = \"T\"}]\n",
        options);
    CHECK(s.ports[0].concurrency == 3);
    CHECK(s.seed == 2);
}

TEST_CASE("an override that names nothing is an error at the override") {
    const auto complaint = [](const std::string& path, const std::string& value) {
        const auto result = parse_scenario(kSmall, "test.toml", vary(path, value));
        REQUIRE(!result.has_value());
        REQUIRE(result.error().size() == 1);
        const Diagnostic& d = result.error().front();
        CHECK(d.origin == "KEY=VALUE " + path + "=" + value);
        CHECK(d.line == 0);
        return d.code + " " + d.message + "; " + d.help;
    };
    CHECK(complaint("port.Q.concurrency", "8") ==
          "S048 there is no [[port]] called `Q`; there is only `P`");
    CHECK(complaint("port.P.concurency", "8") ==
          "S048 there is no key `concurency` in [[port]]; did you mean `concurrency`?");
    CHECK(complaint("prot.P.concurrency", "8") ==
          "S048 a scenario has no section and no key `prot`; did you mean `port`?");
    CHECK(complaint("port", "8") == "S048 which [[port]] is not said; there is only `P`");
    CHECK(complaint("port.P", "8").starts_with("S048 which key of [[port]] is not said; "));
    CHECK(complaint("port.2.concurrency", "8") ==
          "S048 there is no [[port]] number 2; there is only 1");
    CHECK(complaint("handler.1.steps.1.cpu", "1 ms") == "S048 the scenario has no [[handler]]; ");
    CHECK(complaint("thread.T.script.1.cpu", "1 ms") == "S048 there is no `script` here; ");
    CHECK(complaint("thread.T.count.2", "1") ==
          "S048 nothing is inside `count`; end the path there");
    CHECK(complaint("", "1").starts_with("S048 a scenario has no section and no key `\"\"`; "));
    CHECK(complaint("seed", "-1") == "S015 `seed` cannot be negative; ");
    CHECK(complaint("port.P.concurrency", "5000000000") ==
          "S014 `concurrency` is 5,000,000,000; possible is 0 to 4,294,967,295; ");
    CHECK(complaint("port.P.concurrency", "two").starts_with("S047 "));
    CHECK(complaint("thread.T.timeout", "5").starts_with("S016 "));
    CHECK(complaint("format", "2").starts_with("S008 "));
}

// -- handles and operations -----------------------------------------------------------------------

TEST_CASE("handles, devices, locks and duplicates become what they say") {
    const Scenario s = good(R"toml(format = 1
thread = [{name = "T", batch = 8, alertable = true, port = "P"}]
device = [{name = "disk", servers = 2, service = "5 ms"}]
lock = [{name = "table", spin = "20 us"}]
port = [
  {name = "P", concurrency = 3, capacity = 10},
  {name = "P2", duplicate_of = "P"},
  {name = "late", concurrency = 1, later = true},
]
[[handle]]
name = "C"
kind = "tcp"
count = 3
port = "P"
key = 100
later = true
[[handle]]
name = "F"
key = 5
device = "disk"
overlapped = false
modes = ["skip_set_event"]
address = "a.txt"
[[handle]]
name = "F2"
duplicate_of = "F"
[[handler]]
steps = [{open = "C"}, {create = "late"}, {lock = "table"}, {lock = "other"}, {unlock = "table"}]
)toml");
    CHECK(s.threads[0].script[0].ex);
    CHECK(s.threads[0].script[0].batch == 8);
    CHECK(s.threads[0].script[0].alertable);
    CHECK(s.ports[1] == PortSpec{"P2", 3, false, PortId{0}, 10});
    CHECK(s.ports[2] == PortSpec{"late", 1, true, PortId::none, std::nullopt});
    CHECK(s.devices[0] == DeviceSpec{"disk", 2, Duration::of(5'000'000)});
    REQUIRE(s.handles.size() == 3);
    CHECK(s.handles[0] == HandleSpec{.name = "C",
                                     .kind = HandleSpec::Kind::tcp,
                                     .count = 3,
                                     .first = HandleId{0},
                                     .port = PortId{0},
                                     .key = 100,
                                     .later = true,
                                     .address = {}});
    CHECK(s.handles[1] == HandleSpec{.name = "F",
                                     .first = HandleId{3},
                                     .key = 5,
                                     .overlapped = false,
                                     .device = DeviceId{0},
                                     .modes = kSkipSetEvent,
                                     .address = "a.txt"});
    CHECK(s.handles[2].duplicate_of == HandleId{3});
    CHECK(s.handles[2].key == 5);
    CHECK(s.handles[2].first == HandleId{4});
    CHECK(s.handle_names() == std::vector<std::string>{"C1", "C2", "C3", "F", "F2"});
    CHECK(s.locks == std::vector<LockSpec>{{"table", 20'000}, {"other", 0}});
    CHECK(s.handlers[0].steps[3].lock == LockId{1});
    CHECK(s.handlers[0].steps[4].stream == 4);
}

TEST_CASE("every new step becomes what it says") {
    CHECK(step_of("{get = \"P\", batch = 4, timeout = \"5 ms\", alertable = true}").ex);
    CHECK(step_of("{get = \"P\", batch = 4}").batch == 4);
    CHECK(step_of("{get = \"P\", alertable = true}").ex);
    CHECK(!step_of("{get = \"P\", alertable = false}").ex);
    CHECK(step_of("{block = \"1 ms\", alertable = true}").alertable);
    const Step wait =
        step_of("{wait = \"go\", timeout = \"5 ms\", alertable = true}, {set = \"go\"}");
    CHECK(wait.timeout == 5'000'000);
    CHECK(wait.alertable);
    CHECK(step_of("{wait_port = \"P\", timeout = \"0 s\"}").timeout == 0);
    CHECK(step_of("{join = \"T3\"}").thread == ThreadId{2});
    CHECK(step_of("{reset = \"go\"}, {wait = \"go\"}, {set = \"go\"}").kind == Step::Kind::reset);
    CHECK(step_of("{lock = \"l\"}").lock == LockId{0});
    CHECK(step_of("{yield = true}").kind == Step::Kind::yield);
    CHECK(step_of("{depth = \"P\"}").port == PortId{0});
    CHECK(step_of("{suspend = \"T1\"}").kind == Step::Kind::suspend);
    CHECK(step_of("{resume = \"U\"}").thread == ThreadId{4});
    CHECK(step_of("{apc = \"T1\"}").kind == Step::Kind::apc);
    CHECK(step_of("{close = \"P\"}").kind == Step::Kind::close);
    CHECK(step_of("{close = \"C2\"}").kind == Step::Kind::close_handle);
    CHECK(step_of("{close = \"C2\"}").handle == HandleRef{HandleRef::Kind::handle, HandleId{3}});
    CHECK(step_of("{close = \"this\"}").handle.kind == HandleRef::Kind::current);
    CHECK(step_of("{open = \"C\"}").handle == HandleRef{HandleRef::Kind::fresh, HandleId{2}});
    CHECK(step_of("{open = \"C2\"}").handle == HandleRef{HandleRef::Kind::handle, HandleId{3}});
    const Step bind = step_of("{bind = \"this\", port = \"P\", key = 3}");
    CHECK(bind.port == PortId{0});
    CHECK(bind.own_key == 3);
    CHECK(step_of("{bind = \"H\"}").own_key == std::nullopt);
    CHECK(step_of("{modes = \"H\", set = [\"skip_port_on_success\", \"skip_set_event\"]}").number ==
          (kSkipPortOnSuccess | kSkipSetEvent));
    CHECK(step_of("{cancel = \"H\"}").label == 0);
    CHECK(step_of("{cancel = \"H\", label = \"x\"}, {read = \"H\", label = \"x\"}").label == 1);
}

TEST_CASE("an operation has its handle, its end and its OVERLAPPED") {
    const Step read = step_of(
        "{read = \"H\", bytes = 4096, service = \"2 ms\", event = \"e\", low_bit = true, takes = "
        "\"20 us\", "
        "label = \"x\", routine = true, error = \"ERROR_HANDLE_EOF\"}, {cancel = \"H\", label = "
        "\"x\"}");
    CHECK(read.kind == Step::Kind::io);
    CHECK(read.operation == Operation::read);
    CHECK(read.handle == HandleRef{HandleRef::Kind::handle, HandleId{0}});
    CHECK(read.transferred == 4096);
    CHECK(read.own_duration);
    CHECK(read.duration == Duration::of(2'000'000));
    CHECK(read.event == EventId{0});
    CHECK(read.low_bit);
    CHECK(read.routine);
    CHECK(read.call_time == 20'000);
    CHECK(read.label == 1);
    CHECK(read.error == Win32Error::handle_eof);
    CHECK(!read.immediate);
    CHECK(step_of("{write = \"H\", immediate = true}").immediate);
    const Step accept = step_of("{accept = \"L\", accepts = \"C\"}");
    CHECK(accept.operation == Operation::accept);
    CHECK(accept.accepts == HandleRef{HandleRef::Kind::fresh, HandleId{2}});
    CHECK(accept.transferred == 0);
    // A receive of 0 bytes would be the end of the stream.
    CHECK(step_of("{recv = \"this\"}").transferred == 512);
    CHECK(step_of("{recv = \"this\", bytes = 0}").transferred == 0);
    CHECK(step_of("{recv = \"this\", error = \"ERROR_NETNAME_DELETED\"}").transferred == 0);
    CHECK(step_of("{recv = \"this\", error = \"ERROR_MORE_DATA\"}").transferred == 512);
}

TEST_CASE("handlers choose by handle, key, operation and result") {
    const Scenario s = good(kSmall + R"toml(
handle = [{name = "H", count = 2}]
handler = [
  {steps = []},
  {operation = "read", steps = []},
  {operation = "read", result = "eof", steps = []},
  {handle = "H", steps = []},
  {handle = "H1", steps = []},
  {handle = "H2", key = 4, steps = []},
  {operation = "post", steps = []},
]
)toml");
    const auto choice = [&](HandleId handle, Key key, Operation operation, Win32Error error) {
        const Packet packet{PacketId{1}, key, 1, error, handle, operation};
        return s.handler_for(packet) - s.handlers.data();
    };
    constexpr auto ok = Win32Error::success;
    CHECK(choice(HandleId::none, 0, Operation::post, ok) == 6);
    CHECK(choice(HandleId{0}, 0, Operation::write, ok) == 4);
    CHECK(choice(HandleId{1}, 0, Operation::write, ok) == 3);
    CHECK(choice(HandleId{1}, 4, Operation::write, ok) == 5);
    CHECK(choice(HandleId{1}, 0, Operation::read, Win32Error::handle_eof) == 2);
    CHECK(choice(HandleId{1}, 0, Operation::read, ok) == 3);
}

TEST_CASE("steps that cannot mean anything are refused") {
    CHECK(step_complaints("{open = \"H\"}") == "S052 the handle `H` is open from the start\n");
    CHECK(step_complaints("{create = \"P\"}") == "S052 the port `P` exists from the start\n");
    CHECK(step_complaints("{open = \"this\"}") ==
          "S052 `this` is a handle that is open; what is to be opened?\n");
    CHECK(step_complaints("{read = \"C\"}") ==
          "S050 `C` is a group of handles; which one is meant?\n");
    CHECK(step_complaints("{read = \"G\"}") == "S049 there is no handle called `G`\n");
    CHECK(step_complaints("{close = \"G\"}") == "S049 there is no port and no handle called `G`\n");
    CHECK(step_complaints("{recv = \"H\"}") ==
          "S055 `recv` is not possible on a handle of kind `file`\n");
    CHECK(step_complaints("{accept = \"L\", accepts = \"H\"}") ==
          "S052 the handle `H` is open from the start\n");
    CHECK(step_complaints("{read = \"H\", low_bit = true}") ==
          "S010 `low_bit` needs an event whose low bit is set\n");
    CHECK(step_complaints("{read = \"H\", immediate = true, service = \"1 ms\"}") ==
          "S029 `immediate` and `service` exclude each other\n");
    CHECK(step_complaints("{modes = \"H\"}") == "S010 `modes` does not say which\n");
    CHECK(step_complaints("{modes = \"H\", set = [\"skip\"]}") ==
          "S028 there is no notification mode `skip`\n");
    CHECK(step_complaints("{set = [\"skip_set_event\"]}").starts_with("S011 "));
    CHECK(step_complaints("{read = \"H\", accepts = \"C\"}") ==
          "S035 `accepts` belongs to `accept`, not to `read`\n");
    CHECK(step_complaints("{read = \"H\", timeout = \"1 ms\"}") ==
          "S035 `timeout` belongs to `get`, `wait` and `wait_port`, not to `read`\n");
    CHECK(step_complaints("{read = \"H\", write = \"H\"}") ==
          "S034 a step does one thing: this one has `read` and `write`\n");
    CHECK(step_complaints("{read = \"H\", error = \"ERROR_EOF\"}") ==
          "S028 `ERROR_EOF` is not possible here\n");
    CHECK(step_complaints("{cancel = \"H\", label = \"x\"}") ==
          "S058 no operation is started under the label `x`\n");
    CHECK(step_complaints("{unlock = \"x\"}") == "S059 no step takes the lock `x`\n");
    CHECK(step_complaints("{apc = \"main\"}") == "S026 there is no thread called `main`\n");
    CHECK(step_complaints("{reset = \"x\"}") == "S041 no step waits for the event `x`\n");
    CHECK(step_complaints("{wait = \"x\"}, {reset = \"x\"}") ==
          "S040 nothing sets the event `x`\n");
    // The error of a second bind is what a lesson may want to show.
    CHECK(step_complaints("{bind = \"H\"}") == "accepted");
    // An event of an operation may be there only to be seen.
    CHECK(step_complaints("{read = \"H\", event = \"e\"}") == "accepted");
}

TEST_CASE("main does from outside what takes no time") {
    const std::string start =
        kSmall + "handle = [{name = \"H\"}, {name = \"G\", later = true}]\n[[do]]\nstep = ";
    for (const char* step :
         {"{post = \"P\"}", "{depth = \"P\"}", "{close = \"P\"}", "{bind = \"H\"}",
          "{read = \"H\"}", "{cancel = \"H\"}", "{close = \"H\"}", "{suspend = \"T1\"}",
          "{resume = \"T1\"}", "{apc = \"T1\"}", "{modes = \"H\", set = []}"}) {
        CAPTURE(step);
        const Scenario s = good(start + step + "\n[[do]]\nstep = {open = \"G\"}\n");
        CHECK(s.stimuli.size() == 2);
        CHECK(s.stimuli[1].step.kind == Step::Kind::open);
    }
    const std::string rest = "\n[[do]]\nstep = {open = \"G\"}\n";
    CHECK(complaints(start + "{cpu = \"1 ms\"}" + rest) ==
          "S056 main cannot do `cpu` from outside\n");
    CHECK(complaints(start + "{get = \"P\"}" + rest) == "S056 main cannot do `get` from outside\n");
    CHECK(complaints(start + "{read = \"H\", takes = \"1 ms\"}" + rest) ==
          "S056 main does nothing that takes time\n");
    CHECK(complaints(start + "{read = \"this\"}" + rest) ==
          "S057 main has no packet in hand, so `this` says nothing\n");
    CHECK(complaints(start + "{post = \"P\", count = 100000000}\ncount = 2" + rest) ==
          "S031 these make 200,000,000 packets in all; the limit is 100,000,000\n");
}

TEST_CASE("a script that goes round without taking time is refused, whatever its verbs") {
    const auto verdict = [](const std::string& steps) {
        return complaints(kPort +
                          "handle = [{name = \"H\"}]\nthread = [{name = \"T\", count = 4}, "
                          "{name = \"U\", script = [" +
                          steps + ", {repeat = true}]}]\n")
            .substr(0, 4);
    };
    for (const char* steps :
         {"{poll = \"P\"}", "{yield = true}", "{read = \"H\"}", "{lock = \"l\"}, {unlock = \"l\"}",
          "{get = \"P\", timeout = \"0 s\"}", "{get = \"P\", batch = 0}", "{depth = \"P\"}",
          "{wait_port = \"P\"}", "{join = \"T1\"}", "{wait = \"e\"}, {set = \"e\"}",
          "{wait = \"e\", timeout = \"1 ms\"}, {set = \"e\"}",
          "{wait = \"e\", timeout = \"0 s\"}, {set = \"e\"}, {reset = \"e\"}"}) {
        CAPTURE(steps);
        CHECK(verdict(steps) == "S038");
    }
    for (const char* steps :
         {"{get = \"P\"}", "{get = \"P\", batch = 2}", "{cpu = \"exponential(1 ns)\"}",
          "{block = \"1 ns\"}", "{read = \"H\", takes = \"1 us\"}",
          "{wait_port = \"P\"}, {poll = \"P\"}",
          "{wait = \"e\"}, {reset = \"e\"}, {set = \"e\"}"}) {
        CAPTURE(steps);
        CHECK(verdict(steps) == "acce");
    }
}

// -- arrival files --------------------------------------------------------------------------------

TEST_CASE("an arrival file gives the instants, in seconds or with units") {
    const std::string csv =
        "\xEF\xBB\xBFtime,size\r\n# a comment\r\n0.001,7\n 1.5 ms ; x\n\n2e-3\t\n.0025 # end\n"
        "0.0030000004999\n3000001 ns";
    const Scenario s = good(kSmall + "[[post]]\narrivals = \"a/b.csv\"\nat = \"1 s\"\n",
                            with_file("a/b.csv", csv));
    CHECK(s.stimuli[0].when.instants ==
          std::vector<Nanos>{1'000'000, 1'500'000, 2'000'000, 2'500'000, 3'000'000, 3'000'001});
    CHECK(s.stimuli[0].when.count == 6);
    CHECK(s.stimuli[0].when.at == 1'000'000'000);
    REQUIRE(s.files.size() == 1);
    CHECK(s.files[0] == std::pair<std::string, std::string>("a/b.csv", csv));
    // The scenario and its files are enough to read it again.
    CHECK(good(s.text, {.read_file = reader_of(s.files)}) == s);
}

TEST_CASE("an arrival file is read once, and a count takes its beginning") {
    int reads = 0;
    ParseOptions options;
    options.read_file = [&](std::string_view) {
        ++reads;
        return std::optional<std::string>("1\n2\n3\n");
    };
    const std::string text = kSmall +
                             "[[post]]\narrivals = \"a\"\n[[do]]\nstep = {post = \"P\"}\n"
                             "arrivals = \"a\"\ncount = 2\n";
    const Scenario s = good(text, options);
    CHECK(reads == 1);
    CHECK(s.stimuli[1].when.instants == std::vector<Nanos>{1'000'000'000, 2'000'000'000});
    CHECK(complaints(text + "[[post]]\narrivals = \"a\"\ncount = 4\n", options) ==
          "S014 `count` is 4, but the file has only 3 instants\n");
}

TEST_CASE("an arrival file that cannot be used is told apart from one that is wrong") {
    const auto verdict = [](const std::string& name, const std::string& csv) {
        return complaints(kSmall + "[[post]]\narrivals = '" + name + "'\n", with_file("a", csv));
    };
    for (const char* name : {"/a", "../a", "b/../a", "C:\\a", "C:a", "a\\b", "./a", "a//b", "a/"}) {
        CAPTURE(name);
        CHECK(verdict(name, "1") ==
              "S061 a scenario cannot name the file `" + std::string(name) + "`\n");
    }
    CHECK(verdict("b", "1") == "S061 the file `b` cannot be read\n");
    CHECK(complaints(kSmall + "[[post]]\narrivals = \"a\"\n") ==
          "S061 the file `a` cannot be read from here\n");
    CHECK(verdict("a", "") == "S061 there is no instant in the file `a`\n");
    CHECK(verdict("a", "time\n# none\n") == "S061 there is no instant in the file `a`\n");
    CHECK(verdict("a", "1\n0.5\n") == "S062 this instant is earlier than the one before it\n");
    CHECK(verdict("a", "1\ntwo\n") == "S062 this is no instant\n");
    CHECK(verdict("a", "1\n-2\n") == "S062 an instant cannot be negative\n");
    CHECK(verdict("a", "1\n,2\n") == "S062 the first column is empty\n");
    CHECK(verdict("a", "1e99") == "S062 this is no instant\n");
    CHECK(verdict("a", "90000") == "S062 no instant of a run comes later than 24 hours\n");
    CHECK(verdict("a", std::string(1000, '\xFF') + "\n1.2.3")
              .starts_with("S062 this is no instant\n"));
    std::string hopeless = "time\n";
    for (int i = 0; i < 1000; ++i) hopeless += "x\n";
    CHECK(std::count(hopeless.begin(), hopeless.end(), 'x') == 1000);
    const std::string shown = verdict("a", hopeless);
    CHECK(std::count(shown.begin(), shown.end(), '\n') == 10);
    const auto result = parse_scenario(kSmall + "[[post]]\narrivals = \"a\"\n", "test.toml",
                                       with_file("a", "0.5,7\n0.25,7\n"));
    REQUIRE(!result.has_value());
    CHECK(render(result.error()) ==
          "error[S062]: this instant is earlier than the one before it\n"
          "  --> a:2:1\n"
          "   |\n"
          " 2 | 0.25,7\n"
          "   | ^^^^\n"
          "   = help: sort the file by time\n");
    CHECK(complaints(kSmall + "[[post]]\narrivals = \"a\"\nwhen = \"settled\"\n",
                     with_file("a", "1")) == "S029 `when` and `arrivals` exclude each other\n");
    CHECK(complaints(kSmall + "[[post]]\narrivals = \"a\"\nevery = \"1 s\"\n",
                     with_file("a", "1")) == "S029 `every` and `arrivals` exclude each other\n");
    CHECK(complaints(kSmall + "[[post]]\narrivals = \"a\"\nat = \"1440 min\"\n",
                     with_file("a", "1")) ==
          "S044 the last of these would come more than 24 hours after the start\n");
}

TEST_CASE("damaged arrival files and overrides are refused or accepted, never worse") {
    std::mt19937 random(11);
    const std::string csv = "seconds,name\n# one\n0.001,a\n1.5 ms,b\n2e-3;c\n0.5 # d\n\n9.75 s\n";
    const std::string path = "handler.1.steps.1.cpu", value = "uniform(1 ms, 2 * [{processors}])";
    constexpr std::string_view likely = "0123456789eE.+-*#,; \n\r\t\"'[]{}()=msunP\xC3\xA9";
    const auto damaged = [&](std::string text) {
        for (auto hits = random() % 6; hits > 0 && !text.empty(); --hits) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0: text[at] = static_cast<char>(random() % 256); break;
                case 1: text.insert(at, 1, likely[random() % likely.size()]); break;
                default: text.erase(at, 1 + random() % 4);
            }
        }
        return text;
    };
    const std::string file = kSmall +
                             "handler = [{steps = [{cpu = \"1 ms\"}]}]\n"
                             "post = [{arrivals = \"a\"}]\n";
    for (int i = 0; i < 3000; ++i) {
        ParseOptions options = with_file("a", i % 2 == 0 ? damaged(csv) : csv);
        if (i % 2 == 1) options.overrides = {{damaged(path), damaged(value)}};
        const Result<Scenario> result = parse_scenario(file, "x", options);
        if (!result) {
            CHECK(!render(result.error()).empty());
        } else {
            const auto& instants = result->stimuli.at(0).when.instants;
            CHECK(std::is_sorted(instants.begin(), instants.end()));
            CHECK(instants.size() == result->stimuli.at(0).when.count);
        }
    }
}

// -- expectations and teaching --------------------------------------------------------------------

TEST_CASE("expectations know threads, errors and rules") {
    const Scenario s = good(kSmall + R"toml([expect]
wakes = ["T4"]
never_wakes = ["T1"]
discarded = 3
rules = ["W-LIFO-1"]
returns = ["T1: ERROR_ABANDONED_WAIT_0", "main:ERROR_INVALID_PARAMETER"]
)toml");
    CHECK(s.expect.wakes == std::vector<ThreadId>{ThreadId{3}});
    CHECK(s.expect.discarded == 3);
    CHECK(s.expect.rules == std::vector<Rule>{Rule::w_lifo_1});
    CHECK(s.expect.returns ==
          std::vector<ExpectedReturn>{{ThreadId{0}, Win32Error::abandoned_wait_0},
                                      {ThreadId::none, Win32Error::invalid_parameter}});
    const std::string returns = kSmall + "expect.returns = [\"";
    CHECK(complaints(returns + "T1\"]") ==
          "S065 `T1` does not say which thread gets which error\n");
    CHECK(marked(returns + "T1: ERROR_ABANDONED\"]") == "ERROR_ABANDONED");
    CHECK(marked(returns + "T9: WAIT_TIMEOUT\"]") == "T9");
    CHECK(complaints(kSmall + "[expect]\nwakes = [\"T1\"]\nnever_wakes = [\"T1\"]\n") ==
          "S029 a thread stands in `wakes` and in `never_wakes`\n");
}

TEST_CASE("narrations, questions and finally are tied to predicates") {
    const Scenario s = good(kSmall + R"toml(
narration = [{when = "P.queue > 0", say = "Look."}]
[[question]]
when = "P.queue > 1"
ask = "Who?"
choices = ["T1", "T4"]
answer = "T4"
why = "LIFO."
[expect]
finally = ["P.queue == 0"]
)toml");
    REQUIRE(s.narrations.size() == 1);
    CHECK(s.narrations[0].when.text == "P.queue > 0");
    CHECK(!s.narrations[0].when.code.empty());
    CHECK(s.narrations[0].say == "Look.");
    REQUIRE(s.questions.size() == 1);
    CHECK(s.questions[0].choices == std::vector<std::string>{"T1", "T4"});
    CHECK(s.questions[0].answer == 1);
    CHECK(s.questions[0].why == "LIFO.");
    REQUIRE(s.expect.finally.size() == 1);
    CHECK(s.expect.finally[0].text == "P.queue == 0");
}

TEST_CASE("the caret stands under the part of a predicate that is wrong") {
    CHECK(marked(kSmall + "expect.finally = [\"P.queue == 0 and P.quue > 1\"]") == "quue");
    CHECK(marked(kSmall + "[[narration]]\nsay = \"x\"\nwhen = 'P.queue > Q.queue'\n") == "Q");
}

// -- the examples of the reference page -----------------------------------------------------------

namespace {

// Things to use, which no example is called like.
const std::string kWorld = R"toml(
[[port]]
name = "Q"
concurrency = 1
[[handle]]
name = "G"
[[handle]]
name = "L"
kind = "tcp"
[[thread]]
name = "world"
script = [{wait = "go"}, {set = "go"}, {lock = "table"}, {read = "G", label = "first"}]
[[handle]]
name = "listener"
kind = "tcp"
[[handle]]
name = "K"
kind = "tcp"
count = 20
later = true
[[thread]]
name = "acceptor"
script = [{accept = "listener", accepts = "K"}, {wait = "done"}, {set = "done"}]
)toml";

std::string line(const KeyInfo& key) {
    return std::string(key.name) + " = " + std::string(key.example) + "\n";
}

// What must be there so that the example of a key means something.
std::string around(const KeyInfo& key) {
    std::string text = kWorld;
    const auto unless = [&](Section section, const char* more) {
        if (key.section != section) text += more;
    };
    const bool step = key.section == Section::step;
    unless(Section::port, "[[port]]\nname = \"P\"\nconcurrency = 1\n");
    unless(Section::device, "[[device]]\nname = \"disk\"\nservice = \"1 ms\"\n");
    unless(Section::thread, "[[thread]]\nname = \"T\"\ncount = 4\nport = \"Q\"\n");
    if (step) {
        text +=
            "[[port]]\nname = \"late\"\nconcurrency = 1\nlater = true\n"
            "[[handle]]\nname = \"C\"\nkind = \"tcp\"\ncount = 8\nlater = true\n"
            "[[thread]]\nname = \"opener\"\nscript = [{create = \"late\"}, {open = \"C\"}]\n";
    }
    if (key.name == "later") {
        text += "[[thread]]\nname = \"opener\"\nscript = [";
        text += key.section == Section::port ? "{create = \"P\"}]\n" : "{open = \"H\"}]\n";
    }
    return text;
}

std::string section_example(const KeyInfo& key) {
    std::string text = std::string(info(key.section).written) + "\n" + line(key);
    for (const KeyInfo& other : scenario_keys())
        if (other.section == key.section && other.required() && other.name != key.name)
            text += line(other);
    if (key.section == Section::port && key.name != "concurrency" && key.name != "duplicate_of")
        text += "concurrency = 1\n";
    if ((key.section == Section::post || key.section == Section::close) && key.name != "port")
        text += "port = \"P\"\n";
    if (key.section == Section::thread && key.name != "port" && key.name != "script")
        text += "port = \"Q\"\n";
    if (key.name == "every") text += "count = 2\n";
    return text;
}

// `{get = "P", timeout = "5 ms"}`
std::string step_example(const KeyInfo& key, const KeyInfo& verb) {
    std::string step = std::string(verb.name) + " = " + std::string(verb.example);
    if (verb.name == "accept") step = "accept = \"L\"";
    if (&key != &verb) step += ", " + std::string(key.name) + " = " + std::string(key.example);
    if (key.name == "low_bit") step += ", event = \"done\"";
    if (verb.name == "bind" && key.name != "port") step += ", port = \"P\"";
    if (verb.name == "modes" && key.name != "set") step += ", set = []";
    return "{" + step + "}";
}

void check_example(const KeyInfo& key, const std::string& text) {
    CAPTURE(key.name);
    CAPTURE(text);
    const Result<Scenario> result =
        parse_scenario(text, "x", with_file("arrivals.csv", "0.1\n0.2\n0.3\n0.4\n"));
    if (!result) MESSAGE(render(result.error()));
    CHECK(result.has_value());
}

}  // namespace

TEST_CASE("the example of every key is accepted where it belongs") {
    for (const KeyInfo& key : scenario_keys()) {
        if (key.section == Section::step) continue;  // the next test
        std::string text = key.name == "format" ? "" : "format = 1\n";
        text += key.section == Section::file ? line(key) + around(key)
                                             : around(key) + section_example(key);
        check_example(key, text);
    }
}

TEST_CASE("the example of every step, and of every modifier with each of its verbs, is accepted") {
    for (const KeyInfo& verb : scenario_keys()) {
        if (!verb.verb()) continue;
        for (const KeyInfo& key : scenario_keys()) {
            if (&key != &verb && !key.modifies(verb.name)) continue;
            check_example(key, "format = 1\n" + around(key) +
                                   "[[thread]]\nname = \"U\"\nscript = [{cpu = \"1 ms\"}, " +
                                   step_example(key, verb) + "]\n");
        }
    }
}
