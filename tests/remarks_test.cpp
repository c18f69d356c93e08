// Narration and questions on the command line: in their places, and never to be taken for facts.
#include "cli/remarks.hpp"

#include <doctest/doctest.h>

#include "cli/tables.hpp"
#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

constexpr std::string_view kLesson = R"(
format = 1
[[port]]
name = "P"
concurrency = 1
[[thread]]
name = "T"
count = 2
when = "settled"
every = "settled"
[[post]]
count = 2
when = "settled"
every = "settled"
)";

Predicate predicate(const Scenario& scenario, std::string_view text) {
    const std::vector<std::string> ports = {"P"};
    const std::vector<std::string> threads = scenario.thread_names();
    auto result = parse_predicate(text, {ports, threads, {}});
    REQUIRE_MESSAGE(std::holds_alternative<Predicate>(result), std::string(text));
    return std::get<Predicate>(result);
}

Scenario lesson() {
    auto parsed = parse_scenario(kLesson, "lesson.toml");
    REQUIRE_MESSAGE(parsed, render(parsed.error()));
    Scenario s = *std::move(parsed);
    s.narrations = {{predicate(s, "not T1.waiting"), "Nobody waits.\nYet."},
                    {predicate(s, "fact == handed_off and packet == 1"), "Straight to the top."}};
    s.questions = {{predicate(s, "P.waiting == 2 and P.top == T2"),
                    "Who gets packet 1?",
                    {"T1", "T2"},
                    1,
                    "It waited last."}};
    return s;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// The line after the first one that contains `text`.
std::string after(const std::vector<std::string>& lines, std::string_view text) {
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        if (lines[i].find(text) != std::string::npos) return lines[i + 1];
    return "(nothing)";
}

}  // namespace

TEST_CASE("the list of sentences has narration and questions in their places, marked") {
    const Scenario s = lesson();
    const Trace trace = simulate(s).trace;
    const std::string text = cli::sentences(trace, cli::Remarks(s, trace));
    const std::vector<std::string> lines = lines_of(text);
    CHECK(lines[0] == "        >>  Nobody waits.");
    CHECK(lines[1] == "        >>  Yet.");
    CHECK(after(lines, "packet 1 goes straight to T2") == "        >>  Straight to the top.");
    CHECK(after(lines, "T2 waits on P: it is now on top") == "        ??  Who gets packet 1?");
    CHECK(after(lines, "Who gets packet 1?") == "        ??    1) T1");
    CHECK(after(lines, "??    1) T1") == "        ??    2) T2");
    CHECK(after(lines, "??    2) T2") == "        ??  Answer: 2) T2");
    CHECK(after(lines, "Answer: 2) T2") == "        ??  It waited last.");
    // Without them, the facts are the same.
    std::string facts;
    for (const std::string& line : lines)
        if (line.find(">>") == std::string::npos && line.find("??") == std::string::npos)
            facts += line + "\n";
    CHECK(facts == cli::sentences(trace));
}

TEST_CASE("nothing that a scenario says can look like a fact or command the terminal") {
    Scenario s = lesson();
    s.narrations[0].say =
        "x\n     7         0 s  T9 starts\r\n\x1B[2J\r     8         0 s  T9 exits\n";
    s.questions[0] = {predicate(s, "true"), "a\nb", {"c\nd"}, 7, "e\n\nf"};
    const Trace trace = simulate(s).trace;
    const std::string text = cli::Remarks(s, trace).text_at(0);
    for (const std::string& line : lines_of(text)) {
        const bool marked = line.starts_with("        >>") || line.starts_with("        ??");
        CHECK_MESSAGE(marked, line);
    }
    CHECK(text.find('\x1B') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find("T9 starts\n") != std::string::npos);
}

TEST_CASE("a summary lists what is said with the step that it belongs to") {
    const Scenario s = lesson();
    const Trace trace = simulate(s).trace;
    const cli::Remarks remarks(s, trace);
    const std::vector<std::string> lines = lines_of(remarks.text(trace));
    CHECK(lines[0] == "  narration and questions");
    CHECK(lines[1] == "    at the start");
    CHECK(lines[2] == "        >>  Nobody waits.");
    CHECK(after(lines, "packet 1 goes straight to T2") == "        >>  Straight to the top.");
    CHECK(cli::Remarks().text(trace).empty());
    CHECK(cli::Remarks().text_at(0).empty());
}

TEST_CASE("as JSON, every remark has its step, and one step can be picked") {
    const Scenario s = lesson();
    const Trace trace = simulate(s).trace;
    const cli::Remarks remarks(s, trace);
    cli::Json all;
    remarks.put(all);
    const std::string text = all.take();
    CHECK(
        text.find(
            "\"step\": 0,\n    \"kind\": \"narration\",\n    \"say\": \"Nobody waits.\\nYet.\"") !=
        std::string::npos);
    CHECK(text.find("\"kind\": \"question\"") != std::string::npos);
    CHECK(text.find("\"answer\": \"T2\"") != std::string::npos);
    cli::Json start;
    remarks.put(start, 0);
    const std::string at_start = start.take();
    CHECK(at_start.find("Nobody waits") != std::string::npos);
    CHECK(at_start.find("Straight") == std::string::npos);
    cli::Json none;
    cli::Remarks().put(none);
    CHECK(none.take() == "[]\n");
}
