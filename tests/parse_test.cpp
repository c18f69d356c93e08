// Scenario files: what a good one becomes, what a broken one is told, and that no bytes whatever
// can do harm. Broken files lie in tests/broken with the messages they must produce.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "sim/code.hpp"
#include "sim/error_code.hpp"
#include "sim/scenario.hpp"
#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_time.hpp"
#include "sim/simulator.hpp"

using namespace sim;
namespace fs = std::filesystem;

namespace {

const fs::path kRoot = IOCPSCOPE_SOURCE_DIR;

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// Compares with a stored file; rewrites the file when UPDATE_GOLDEN=1.
void check_golden(const fs::path& path, const std::string& text) {
    const char* update = std::getenv("UPDATE_GOLDEN");
    if (update && std::string(update) == "1") {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    INFO(path.filename().string(),
         " differs; if the new text is right, run this test with UPDATE_GOLDEN=1");
    CHECK(fs::exists(path));
    CHECK(read_file(path) == text);
}

Scenario good(const std::string& text) {
    Result<Scenario> result = parse_scenario(text, "test.toml");
    if (!result) {
        MESSAGE(render(result.error()));
        FAIL("the scenario should be accepted");
    }
    return std::move(result).value();
}

// Files that a broken file names lie beside it.
ParseOptions beside_broken_files() {
    ParseOptions options;
    options.read_file = [](std::string_view name) -> std::optional<std::string> {
        const fs::path path = kRoot / "tests" / "broken" / name;
        if (!fs::exists(path)) return std::nullopt;
        return read_file(path);
    };
    return options;
}

std::set<std::string> codes_of(const std::string& text, ParseOptions options = {}) {
    if (!options.read_file) options.read_file = beside_broken_files().read_file;
    const Result<Scenario> result = parse_scenario(text, "test.toml", options);
    std::set<std::string> codes;
    if (!result)
        for (const Diagnostic& d : result.error()) codes.insert(d.code);
    return codes;
}

const std::string kSmallest = R"(format = 1
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
)";

}  // namespace

// -- good files -----------------------------------------------------------------------------------

TEST_CASE("every lesson is a good scenario with a title, a teaching, rules and expectations") {
    const auto lessons = files_in(kRoot / "scenarios", ".toml");
    CHECK(lessons.size() >= 20);
    int decidable = 0;
    for (const fs::path& path : lessons) {
        CAPTURE(path.filename().string());
        const std::string text = read_file(path);
        const Scenario s = good(text);
        CHECK(text.starts_with("#:schema ../assets/scenario.schema.json\n"));
        CHECK(s.text == text);
        CHECK(!s.title.empty());
        CHECK(!s.teaches.empty());
        CHECK(!s.rules.empty());
        CHECK((!s.expect.dispatch.empty() || s.expect.delivered));
        if (!depends_on_time(s)) ++decidable;
    }
    // Those that a real run can be held against, whatever the computer.
    CHECK(decidable >= 8);
}

TEST_CASE("the model does what every lesson expects, on one processor as on many") {
    for (const fs::path& path : files_in(kRoot / "scenarios", ".toml")) {
        CAPTURE(path.filename().string());
        const Scenario s = good(read_file(path));
        for (const std::uint32_t processors : {1u, 2u, 4u, 64u}) {
            CAPTURE(processors);
            SimulateOptions options;
            options.processors = processors;
            const Simulation run = simulate(s, options);
            for (const std::string& unmet : unmet_expectations(s, run)) CHECK(unmet == "");
            CHECK(run.summary.outcome == Outcome::complete);
        }
    }
}

TEST_CASE("the LIFO lesson fits in 20 lines without its comments") {
    const std::string text = read_file(kRoot / "scenarios" / "lifo-wake.toml");
    int lines = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end > at && text[at] != '#') ++lines;
        at = end + 1;
    }
    CHECK(lines <= 20);
}

TEST_CASE("the smallest scenario has the defaults") {
    const Scenario s = good(kSmallest);
    CHECK(s.origin == "test.toml");
    CHECK(s.seed == 1);
    CHECK(s.machine == Machine{});
    CHECK(s.limit == 60'000'000'000);
    REQUIRE(s.ports.size() == 1);
    CHECK(s.ports[0] == PortSpec{"P", 2});
    REQUIRE(s.threads.size() == 1);
    const ThreadSpec& t = s.threads[0];
    CHECK(t.name == "T");
    CHECK(t.when == When{});
    CHECK(t.first == ThreadId{0});
    REQUIRE(t.script.size() == 2);
    CHECK(t.script[0].kind == Step::Kind::get);
    CHECK(t.script[0].port == PortId{0});
    CHECK(t.script[0].timeout == kInfinite);
    CHECK(t.script[1].kind == Step::Kind::repeat);
    CHECK(t.script[1].count == 0);
    CHECK(s.thread_names() == std::vector<std::string>{"T"});
    CHECK(s.expect == Expect{});
}

TEST_CASE("groups of threads get consecutive ids and numbered names, in file order") {
    const Scenario s = good(kSmallest + R"(count = 3
[[post]]
count = 2
[[thread]]
name = "U"
[[set]]
event = "go"
[[thread]]
name = "V"
count = 2
script = [{wait = "go"}]
)");
    CHECK(s.thread_count() == 6);
    CHECK(s.thread_names() == std::vector<std::string>{"T1", "T2", "T3", "U", "V1", "V2"});
    REQUIRE(s.threads.size() == 3);
    CHECK(s.threads[0].first == ThreadId{0});
    CHECK(s.threads[1].first == ThreadId{3});
    CHECK(s.threads[2].first == ThreadId{4});
}

TEST_CASE("threads and stimuli of all sections are numbered together, in file order") {
    const Scenario s = good(R"(format = 1
[[post]]
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
[[close]]
when = "settled"
[[handler]]
steps = [{wait = "go"}]
[[set]]
event = "go"
[[thread]]
name = "U"
[[post]]
key = 9
)");
    CHECK(s.thread_positions == std::vector<std::uint32_t>{1, 4});
    REQUIRE(s.stimuli.size() == 4);
    CHECK(s.stimuli[0].step.kind == Step::Kind::post);
    CHECK(s.stimuli[0].position == 0);
    CHECK(s.stimuli[1].step.kind == Step::Kind::close);
    CHECK(s.stimuli[1].position == 2);
    CHECK(s.stimuli[2].step.kind == Step::Kind::set);
    CHECK(s.stimuli[2].position == 3);
    CHECK(s.stimuli[3].step.key == 9);
    CHECK(s.stimuli[3].position == 5);
}

TEST_CASE("lists of tables in brackets mean the same as sections, in file order too") {
    const Scenario s = good(R"(format = 1
port = [{name = "P", concurrency = 4}]
close = [{when = "settled"}]
thread = [{name = "T", count = 4, when = "settled", every = "settled"}]
post = [
  {count = 4, when = "settled", every = "settled"},
  {key = 2, bytes = 8, at = "1.5 ms"},
]
)");
    CHECK(s.ports[0] == PortSpec{"P", 4});
    CHECK(s.threads[0].when == When{true, 0, 4, true, {}});
    CHECK(s.thread_positions == std::vector<std::uint32_t>{1});
    REQUIRE(s.stimuli.size() == 3);
    CHECK(s.stimuli[0].step.kind == Step::Kind::close);
    CHECK(s.stimuli[1].when == When{true, 0, 4, true, {}});
    CHECK(s.stimuli[1].step.bytes == std::nullopt);
    CHECK(s.stimuli[2].when == When{false, 1'500'000, 1, false, {}});
    CHECK(s.stimuli[2].step.key == 2);
    CHECK(s.stimuli[2].step.bytes == 8);
    CHECK(s.stimuli[2].position == 3);
}

TEST_CASE("every step becomes what it says") {
    const Scenario s = good(R"(format = 1
port = [{name = "P", concurrency = 1}, {name = "Q", concurrency = 0}]
[[thread]]
name = "T"
script = [
  {get = "Q", timeout = "5 ms"}, {poll = "P"}, {cpu = "1 ms"}, {block = "2 us"}, {wait = "go"},
  {set = "go"}, {post = "P", key = 2, bytes = 8, count = 3}, {post = "Q"}, {close = "P"},
  {repeat = 3},
]
[[thread]]
name = "U"
script = [{exit = true}]
)");
    REQUIRE(s.threads[0].script.size() == 10);
    const std::vector<Step>& steps = s.threads[0].script;
    CHECK(steps[0].kind == Step::Kind::get);
    CHECK(steps[0].port == PortId{1});
    CHECK(steps[0].timeout == 5'000'000);
    CHECK(steps[1].kind == Step::Kind::poll);
    CHECK(steps[1].port == PortId{0});
    CHECK(steps[2].kind == Step::Kind::cpu);
    CHECK(steps[2].duration == Duration::of(1'000'000));
    CHECK(steps[3].kind == Step::Kind::block);
    CHECK(steps[3].duration == Duration::of(2'000));
    CHECK(steps[4].kind == Step::Kind::wait);
    CHECK(steps[4].event == EventId{0});
    CHECK(steps[5].kind == Step::Kind::set);
    CHECK(steps[5].event == EventId{0});
    CHECK(steps[6].kind == Step::Kind::post);
    CHECK(steps[6].key == 2);
    CHECK(steps[6].bytes == 8);
    CHECK(steps[6].count == 3);
    CHECK(steps[7].port == PortId{1});
    CHECK(steps[7].bytes == std::nullopt);
    CHECK(steps[7].count == 1);
    CHECK(steps[8].kind == Step::Kind::close);
    CHECK(steps[9].kind == Step::Kind::repeat);
    CHECK(steps[9].count == 3);
    CHECK(s.threads[1].script[0].kind == Step::Kind::exit);
    CHECK(s.events == std::vector<std::string>{"go"});
}

TEST_CASE("the top, the machine, handlers and expectations are read") {
    const Scenario s = good(R"(format = 1
title = "Lesson"
teaches = "Something."
rules = ["W-LIFO-1", "C-VALUE-BIG"]
seed = 9223372036854775807
time_limit = "2 min"
machine.processors = 8
machine.quantum = "15 ms"
machine.switch_cost = "0 s"
port = [{name = "P", concurrency = 4294967295}]
thread = [{name = "T", count = 2, at = "1 ms", every = "250 us", timeout = "5 ms"}]
handler = [{key = 7, steps = [{cpu = "1 ms"}]}, {steps = []}]
[expect]
dispatch = ["T2:1", "T1"]
max_active = 2
delivered = 4
left_in_queue = 0
never_wakes = ["T2"]
)");
    CHECK(s.title == "Lesson");
    CHECK(s.rules == std::vector<Rule>{Rule::w_lifo_1, Rule::c_value_big});
    CHECK(s.seed == 9223372036854775807u);
    CHECK(s.limit == 120'000'000'000);
    CHECK(s.machine == Machine{8, 15'000'000, 0});
    CHECK(s.ports[0].concurrency == 4294967295u);
    CHECK(s.threads[0].when == When{false, 1'000'000, 2, false, Duration::of(250'000)});
    CHECK(s.threads[0].script[0].timeout == 5'000'000);
    REQUIRE(s.handlers.size() == 2);
    CHECK(s.handlers[0].key == 7);
    CHECK(s.handlers[1].key == std::nullopt);
    CHECK(s.expect.dispatch ==
          std::vector<ExpectedDispatch>{{ThreadId{1}, PacketId{1}}, {ThreadId{0}, PacketId::none}});
    CHECK(s.expect.max_active == 2);
    CHECK(s.expect.delivered == 4);
    CHECK(s.expect.left_in_queue == 0);
    CHECK(s.expect.never_wakes == std::vector<ThreadId>{ThreadId{1}});
}

TEST_CASE("times are exact to the nanosecond, with every unit") {
    using parse::read_time;
    CHECK(read_time("7 ns").value == 7);
    CHECK(read_time("7us").value == 7'000);
    CHECK(read_time("1.5 \u00B5s").value == 1'500);
    CHECK(read_time("1.5 \u03BCs").value == 1'500);
    CHECK(read_time("0.1 ms").value == 100'000);
    CHECK(read_time("1.000000001 s").value == 1'000'000'001);
    CHECK(read_time("1.0000000010000 s").value == 1'000'000'001);
    CHECK(read_time("2.5 min").value == 150'000'000'000);
    CHECK(read_time("0.00000000010 min").value == 6);
    CHECK(read_time("1.5 ns").fault == parse::Time::Fault::too_fine);
    CHECK(read_time("1.00000000001 s").fault == parse::Time::Fault::too_fine);
    CHECK(read_time("0.00000000001 min").fault == parse::Time::Fault::too_fine);
    CHECK(read_time("99999999999999999999 ns").fault == parse::Time::Fault::too_long);
    CHECK(read_time("9223372036854775807 min").fault == parse::Time::Fault::too_long);
    CHECK(read_time("5").fault == parse::Time::Fault::no_unit);
    CHECK(read_time("5 h").fault == parse::Time::Fault::unknown_unit);
    CHECK(read_time("").fault == parse::Time::Fault::no_number);
    CHECK(read_time(".5 s").fault == parse::Time::Fault::no_number);
    CHECK(read_time("5. s").fault == parse::Time::Fault::no_number);
}

TEST_CASE("a byte order mark and Windows line ends do no harm") {
    std::string text = kSmallest;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.insert(at, 1, '\r');
    CHECK(good("\xEF\xBB\xBF" + text).threads.size() == 1);
}

// -- broken files ---------------------------------------------------------------------------------

TEST_CASE("every broken file gets exactly its messages") {
    const auto files = files_in(kRoot / "tests" / "broken", ".toml");
    CHECK(files.size() >= 90);
    for (const fs::path& path : files) {
        CAPTURE(path.filename().string());
        const Result<Scenario> result =
            parse_scenario(read_file(path), path.filename().string(), beside_broken_files());
        REQUIRE(!result.has_value());
        CHECK(!result.error().empty());
        check_golden(fs::path(path).replace_extension(".expected"), render(result.error()));
    }
    for (const fs::path& path : files_in(kRoot / "tests" / "broken", ".expected"))
        CHECK(fs::exists(fs::path(path).replace_extension(".toml")));
}

TEST_CASE("the errors of a file are in the order of the file, and have places in it") {
    for (const fs::path& path : files_in(kRoot / "tests" / "broken", ".toml")) {
        CAPTURE(path.filename().string());
        const Result<Scenario> result = parse_scenario(read_file(path), "x", beside_broken_files());
        REQUIRE(!result.has_value());
        int line = 1, column = 1;
        for (const Diagnostic& d : result.error()) {
            if (d.origin != "x") line = column = 0;  // a file that it names
            CHECK((d.line > line || (d.line == line && d.column >= column)));
            CHECK(static_cast<std::size_t>(d.column) <= d.source_line.size() + 1);
            CHECK(error_code_from_name(d.code).has_value());
            CHECK(!d.message.ends_with('.'));
            line = d.line;
            column = d.column;
        }
    }
}

TEST_CASE("every documented error is reached") {
    std::set<std::string> reached;
    for (const fs::path& path : files_in(kRoot / "tests" / "broken", ".toml"))
        reached.merge(codes_of(read_file(path)));
    // Files that are too long to be stored.
    const std::string padding(2 << 20, '#');
    reached.merge(codes_of(kSmallest + padding));
    reached.merge(codes_of(kSmallest + padding.substr(0, kMaxLineBytes + 1)));
    std::string hopeless = kSmallest;
    for (int i = 0; i < 200; ++i) hopeless += "a" + std::to_string(i) + " = 1\n";
    reached.merge(codes_of(hopeless));
    ParseOptions misspelt;
    misspelt.overrides = {{"port.P.concurency", "2"}};
    reached.merge(codes_of(kSmallest, misspelt));
    for (const ErrorInfo& error : error_codes()) {
        CAPTURE(error.code);
        CHECK(reached.contains(std::string(error.code)));
    }
}

TEST_CASE("error codes are numbered, titled and explained") {
    int number = 0;
    for (const ErrorInfo& error : error_codes()) {
        std::string expected = std::to_string(++number);
        expected.insert(0, 3 - expected.size(), '0');
        CHECK(error.code == "S" + expected);
        CHECK(!error.title.empty());
        CHECK(error.explanation.size() > 30);
        CHECK((error.wrong.empty() == error.right.empty()));
    }
}

TEST_CASE("an error shows its line, and the caret stands under the right character") {
    const Diagnostic plain{"S014", "too much", "a.toml", 12, 4, 3, "\tab\u00E9 xyz", "less"};
    CHECK(render(plain) ==
          "error[S014]: too much\n"
          "   --> a.toml:12:4\n"
          "    |\n"
          " 12 | \tab\u00E9 xyz\n"
          "    | \t  ^^\n"
          "    = help: less\n");
    const Diagnostic far{"S014", "m", "a.toml", 7, 100, 5, "abc", ""};
    CHECK(render(far) == "error[S014]: m\n  --> a.toml:7:100\n   |\n 7 | abc\n   |    ^\n");
    const Diagnostic nowhere{"S014", "m", "-", 0, 0, 1, "", ""};
    CHECK(render(nowhere) == "error[S014]: m\n  --> -\n");
}

TEST_CASE("a suggestion is made only when it is close") {
    const std::vector<std::string_view> words = {"concurrency", "name", "key"};
    CHECK(closest("concurency", words) == "concurrency");
    CHECK(closest("NAME", words) == "name");
    CHECK(closest("kye", words) == "key");
    CHECK(closest("zebra", words).empty());
    CHECK(closest("", words).empty());
    CHECK(closest(std::string(100'000, 'a'), words).empty());
}

TEST_CASE("a file with very many errors shows a hundred, and says how many there are") {
    std::string text = kSmallest;
    for (int i = 0; i < 250; ++i) text += "a" + std::to_string(i) + " = 1\n";
    const Result<Scenario> result = parse_scenario(text, "x");
    REQUIRE(!result.has_value());
    CHECK(result.error().size() == 101);
    CHECK(result.error().back().message == "there are 150 more errors from here on");
}

TEST_CASE("every code that a message can have is unique and explained") {
    std::set<std::string_view> known;
    for (const CodeInfo& code : codes()) {
        CAPTURE(code.code);
        CHECK(known.insert(code.code).second);
        CHECK(code.code.size() == 4);
        CHECK(!code.title.empty());
        CHECK(code.explanation.size() > 15);
        CHECK(code.explanation.ends_with('.'));
    }
    const std::regex literal("\"([TCVFR][0-9]{3})\"");
    std::set<std::string> used;
    for (const char* folder : {"sim", "real", "cli", "gui"}) {
        for (const fs::path& path : files_in(kRoot / folder, ".cpp")) {
            const std::string text = read_file(path);
            for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
                used.insert((*at)[1]);
                if (!known.contains((*at)[1].str()))
                    FAIL_CHECK(path.filename().string() << ": sim/codes.def lacks " << (*at)[1]);
            }
        }
    }
    CHECK(used.size() > 35);
}

TEST_CASE("the pages about traces, schedules and sweeps list their codes with the table's titles") {
    const std::string traces = read_file(kRoot / "docs" / "trace-format.md");
    const std::string schedules = read_file(kRoot / "docs" / "schedules.md");
    const std::string sweeps = read_file(kRoot / "docs" / "sweep.md");
    for (const CodeInfo& code : codes()) {
        CAPTURE(code.code);
        const std::string row =
            "| " + std::string(code.code) + " | " + std::string(code.title) + " |";
        if (code.code.front() == 'T') CHECK(traces.find(row) != std::string::npos);
        if (code.code.front() == 'C') CHECK(schedules.find(row) != std::string::npos);
        if (code.code.front() == 'V') CHECK(sweeps.find(row) != std::string::npos);
    }
}

// -- hostile files --------------------------------------------------------------------------------

TEST_CASE("no depth of nesting exhausts the stack") {
    const auto refused = [](const std::string& text) {
        return !parse_scenario(text, "x").has_value();
    };
    std::string dots, braces, headers;
    for (int i = 0; i < 20'000; ++i) dots += "a.";
    for (int i = 0; i < 5'000; ++i) braces += "{a=";
    CHECK(refused("a = " + std::string(50'000, '[')));
    CHECK(refused("a = " + braces));
    CHECK(refused(dots + "a = 1"));
    CHECK(refused("[" + dots + "a]"));
    CHECK(refused("[[" + dots + "a]]"));
    CHECK(refused("x = {y = \"\"\"a\"\"\"\", " + dots + "a = 1}"));
    CHECK(refused("x = {y = '''a''''', " + dots + "a = 1}"));
    CHECK(refused("x = {y = \"\\\\\", " + dots + "a = 1}"));
    CHECK(refused("x = {y = '\\', " + dots + "a = 1}"));
    CHECK(refused("# it's\n" + dots + "a = 1"));
}

TEST_CASE("large files of every shape are dealt with") {
    const auto many = [](const std::string& piece) {
        std::string text;
        while (text.size() + piece.size() < kMaxScenarioBytes) text += piece;
        return text;
    };
    const std::vector<std::string> texts = {
        many("[[post]]\n"),
        many("[[thread]]\n"),
        many("[[port]]\n[[handler]]\n"),
        "a = [" + many("\n1,"),
        "a = [" + many("{}\n,"),
        many("\n"),
        "expect.dispatch = [" + many("\"T5:1\",\n") + "]\n" + kSmallest,
        kSmallest + "[expect]\ndispatch = [" + many("\"T5\",\n"),
        kSmallest + "script = [" + many("{wait='x'},\n") + "]\n",
    };
    for (const std::string& text : texts) CHECK(!parse_scenario(text, "x").has_value());
}

TEST_CASE("a scenario that is cut anywhere is refused or accepted, never worse") {
    for (const char* name : {"lifo-wake.toml", "excess-and-drain.toml"}) {
        const std::string text = read_file(kRoot / "scenarios" / name);
        for (std::size_t length = 0; length < text.size(); ++length) {
            const Result<Scenario> result = parse_scenario(text.substr(0, length), "x");
            if (!result) CHECK(!render(result.error()).empty());
        }
    }
}

TEST_CASE("a scenario with damaged bytes is refused or accepted, never worse") {
    std::mt19937 random(7);
    std::vector<std::string> seeds;
    for (const fs::path& path : files_in(kRoot / "scenarios", ".toml"))
        seeds.push_back(read_file(path));
    for (const fs::path& path : files_in(kRoot / "tests" / "broken", ".toml"))
        seeds.push_back(read_file(path));
    constexpr std::string_view likely = "\"'[]{}.,=#\n\\ -0159aeT\xC3\xA9";
    for (int i = 0; i < 3000; ++i) {
        std::string text = seeds[random() % seeds.size()];
        for (auto hits = 1 + random() % 5; hits > 0; --hits) {
            if (text.empty()) break;
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
                case 0: text[at] = static_cast<char>(random() % 256); break;
                case 1: text[at] = likely[random() % likely.size()]; break;
                case 2: text.insert(at, 1, likely[random() % likely.size()]); break;
                default: text.erase(at, 1 + random() % 8);
            }
        }
        const Result<Scenario> result = parse_scenario(text, "x", beside_broken_files());
        if (!result) CHECK(!render(result.error()).empty());
    }
}

// -- the tables -----------------------------------------------------------------------------------

TEST_CASE(
    "rules have unique ids that match their symbols, short sentences, and pages if documented") {
    const std::vector<std::string> symbols = {
#define RULE(symbol, id, grade, sentence, page) #symbol,
#include "sim/rules.def"
#undef RULE
    };
    REQUIRE(symbols.size() + 1 == rule_count());
    std::set<std::string_view> ids;
    for (std::size_t i = 1; i < rule_count(); ++i) {
        const auto rule = static_cast<Rule>(i);
        const RuleInfo& r = info(rule);
        CAPTURE(r.id);
        std::string symbol;
        for (const char c : r.id)
            symbol +=
                c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        CHECK(symbol == symbols[i - 1]);
        CHECK(ids.insert(r.id).second);
        CHECK(rule_from_id(r.id) == rule);
        CHECK(!r.sentence.empty());
        CHECK(r.sentence.size() <= 160);
        CHECK(r.sentence.ends_with('.'));
        CHECK((r.grade == Grade::documented) == !r.link.empty());
        CHECK((r.link.empty() || r.link.starts_with("https://learn.microsoft.com/en-us/")));
        CHECK(!describe(r.grade).empty());
    }
    CHECK(rule_from_id("W-LIFO-9") == std::nullopt);
    CHECK(rule_from_id("") == std::nullopt);
    CHECK(info(Rule::none).id.empty());
}

TEST_CASE("the reference page and the JSON Schema are what the table says") {
    check_golden(kRoot / "docs" / "scenario-reference.md", scenario_reference());
    check_golden(kRoot / "assets" / "scenario.schema.json", scenario_schema());
}

TEST_CASE("the example of the reference page runs, and does what it expects") {
    const std::string page = read_file(kRoot / "docs" / "scenario-reference.md");
    const std::size_t begin = page.find("```toml\n") + 8;
    const Scenario s = good(page.substr(begin, page.find("```", begin) - begin));
    CHECK(s.expect.dispatch.size() == 2);
    CHECK(unmet_expectations(s, simulate(s)).empty());
}

TEST_CASE("every TOML example of the reference page is a good scenario") {
    const std::string page = read_file(kRoot / "docs" / "scenario-reference.md");
    int examples = 0;
    for (std::size_t at = 0; (at = page.find("```toml\n", at)) != std::string::npos; ++examples) {
        at += 8;
        const Scenario s = good(page.substr(at, page.find("```", at) - at));
        CHECK(!s.threads.empty());
    }
    CHECK(examples >= 2);
}

TEST_CASE("every key of the table is in the reference page and in the JSON Schema") {
    const std::string page = read_file(kRoot / "docs" / "scenario-reference.md");
    const std::string schema = read_file(kRoot / "assets" / "scenario.schema.json");
    for (const KeyInfo& key : scenario_keys()) {
        CAPTURE(key.name);
        CHECK(page.find("| `" + std::string(key.name) + "` |") != std::string::npos);
        CHECK(schema.find("\"" + std::string(key.name) + "\": {") != std::string::npos);
        CHECK(page.find(key.meaning) != std::string::npos);
    }
}
