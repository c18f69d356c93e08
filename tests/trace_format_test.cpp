// docs/trace-format.md and docs/schedules.md against the code: the table of facts is made from the
// manifest, the example loads, every error code is listed. UPDATE_GOLDEN=1 rewrites the table.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "sim/explain.hpp"
#include "sim/schedule.hpp"
#include "sim/timeline.hpp"
#include "sim/trace_io.hpp"
#include "tests/files.hpp"

namespace {

constexpr std::string_view kBegin = "<!-- facts: made from sim/facts.def -->\n";
constexpr std::string_view kEnd = "<!-- end of facts -->\n";

std::filesystem::path page(const char* name) {
    return test::source_dir() / "docs" / name;
}

std::string fields_of(const sim::FactInfo& info) {
    std::string text;
    for (const sim::FieldUse& use : info.fields) {
        if (!text.empty()) text += ", ";
        const std::string name(sim::name(use.field));
        text += use.optional ? "[" + name + "]" : name;
    }
    return text;
}

std::string fact_table() {
    std::string table = "| `ev` | class | fields | sentence |\n|---|---|---|---|\n";
    for (std::size_t i = 0; i < sim::kFactKindCount; ++i) {
        const sim::FactInfo& info = sim::info(static_cast<sim::FactKind>(i));
        table += "| `" + std::string(info.name) + "` | " + std::string(sim::name(info.fact_class)) +
                 " | " + fields_of(info) + " | " + std::string(info.sentence) + " |\n";
    }
    return table;
}

// What stands between two markers of a page.
std::string between(const std::string& text, std::string_view begin, std::string_view end) {
    const std::size_t from = text.find(begin);
    REQUIRE(from != std::string::npos);
    const std::size_t to = text.find(end, from + begin.size());
    REQUIRE(to != std::string::npos);
    return text.substr(from + begin.size(), to - from - begin.size());
}

}  // namespace

TEST_CASE("the table of facts in the documentation is what the manifest says") {
    std::string text = test::read(page("trace-format.md"));
    const std::string written = between(text, kBegin, kEnd);
    if (std::getenv("UPDATE_GOLDEN") != nullptr && written != fact_table()) {
        text.replace(text.find(kBegin) + kBegin.size(), written.size(), fact_table());
        std::ofstream(page("trace-format.md"), std::ios::binary) << text;
        return;
    }
    INFO("UPDATE_GOLDEN=1 rewrites the table");
    CHECK(written == fact_table());
}

TEST_CASE("the example of the documentation loads and means what the page says") {
    const std::string text = test::read(page("trace-format.md"));
    const auto trace = sim::trace_from_ndjson(between(text, "```json\n", "```\n"), "example");
    if (!trace) FAIL(sim::render(trace.error()));
    CHECK_FALSE(trace->truncated);
    CHECK(trace->header.lane == "Our Linux port, not Windows");
    REQUIRE(trace->facts.size() >= 9);
    CHECK(sim::sentence(trace->header, trace->facts.back()) ==
          "the run ends: nothing is left to happen");
    // Every sentence of the prose beside the example is one that the program says.
    std::set<std::string> said;
    for (const sim::Fact& fact : trace->facts) said.insert(sim::sentence(trace->header, fact));
    CHECK(said.count("T1 was seen waiting on P") == 1);
    CHECK(said.count("T2 returns from P with packet 1") == 1);
}

TEST_CASE("the documentation lists every field, class, reason, outcome and kind of blocking") {
    const std::string text = test::read(page("trace-format.md"));
    const auto listed = [&](std::string_view word) {
        CAPTURE(word);
        CHECK(text.find("`" + std::string(word) + "`") != std::string::npos);
    };
    for (std::size_t i = 0; i < sim::kFieldCount; ++i)
        listed(sim::name(static_cast<sim::Field>(i)));
    for (int i = 0; i < 4; ++i) listed(sim::name(static_cast<sim::FactClass>(i)));
    for (int i = 1; i <= static_cast<int>(sim::Reason::unannounced); ++i)
        listed(sim::name(static_cast<sim::Reason>(i)));
    for (int i = 0; i <= static_cast<int>(sim::Outcome::crashed); ++i)
        listed(sim::name(static_cast<sim::Outcome>(i)));
    for (int i = 0; i <= static_cast<int>(sim::Blocking::none); ++i)
        listed(sim::name(static_cast<sim::Blocking>(i)));
    // Header keys, as a real header has them.
    const std::string header = sim::header_to_line({});
    const std::regex key("\"([a-z_]+)\":");
    for (std::sregex_iterator it(header.begin(), header.end(), key), end; it != end; ++it)
        if ((*it)[1].str() != "self_insert" &&
            text.find("`" + (*it)[1].str() + "`") == std::string::npos)
            FAIL_CHECK("header key not documented: " << (*it)[1].str());
}

TEST_CASE("the documentation lists every error code of the reader, and no other") {
    const auto codes = [](const std::string& text, const std::string& pattern) {
        std::set<std::string> found;
        const std::regex code(pattern);
        for (std::sregex_iterator it(text.begin(), text.end(), code), end; it != end; ++it)
            found.insert((*it)[1].str());
        return found;
    };
    const std::string reader = test::read(test::source_dir() / "sim" / "trace_read.cpp") +
                               test::read(test::source_dir() / "sim" / "trace_read_header.cpp");
    const std::set<std::string> used = codes(reader, "\"(T0[0-9][0-9])\"");
    CHECK(used.size() >= 11);
    CHECK(codes(test::read(page("trace-format.md")), "\\| (T0[0-9][0-9]) \\|") == used);
    const std::string schedule = test::read(test::source_dir() / "sim" / "schedule_parse.cpp");
    CHECK(codes(test::read(page("schedules.md")), "\\| (C0[0-9][0-9]) \\|") ==
          codes(schedule, "\"(C0[0-9][0-9])\""));
}

TEST_CASE("the schedules of the documentation are schedules") {
    const std::string text = test::read(page("schedules.md"));
    int found = 0;
    for (std::size_t at = 0; (at = text.find("```schedule\n", at)) != std::string::npos; ++found) {
        at += std::string("```schedule\n").size();
        const std::string content = text.substr(at, text.find("```\n", at) - at);
        CAPTURE(content);
        const auto schedule = sim::parse_schedule(content, "schedules.md");
        if (!schedule) {
            FAIL_CHECK(sim::render(schedule.error()));
            continue;
        }
        sim::Policies policies;
        policies.self_insert = sim::SelfInsert::nt52;
        policies.close = sim::Close::keep;
        CHECK(sim::run_schedule(*schedule, policies, 1).first_difference == "");
    }
    CHECK(found >= 2);
}

TEST_CASE("the documentation of schedules lists every command") {
    const std::string text = test::read(page("schedules.md"));
    for (const char* word :
         {"port",  "threads", "get",    "post",    "tpost",  "getpost", "block", "unblock",
          "zwait", "yield",   "sleep0", "sleep",   "cs",     "leave",   "read",  "write",
          "join",  "alert",   "apc",    "suspend", "resume", "exit",    "close", "nap"}) {
        CAPTURE(word);
        CHECK(std::regex_search(text, std::regex("`" + std::string(word) + "( [^`]*)?`")));
    }
}
