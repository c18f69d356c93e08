// docs/conformance.md: what is done about each rule, and where it is shown and tested. The page is
// written from sim/coverage.def, the lessons and the tests; UPDATE_GOLDEN=1 writes it anew.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <regex>
#include <string>
#include <vector>

#include "sim/rule.hpp"
#include "sim/scenario.hpp"
#include "tests/files.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

using Places = std::map<Rule, std::vector<std::string>>;

// Which lessons say that they show a rule.
Places lessons() {
    Places places;
    for (const auto& file : test::files("scenarios", ".toml")) {
        const auto scenario = parse_scenario(test::read(file), file.filename().string());
        REQUIRE_MESSAGE(scenario, render(scenario.error()));
        for (const Rule rule : scenario->rules) places[rule].push_back(file.stem().string());
    }
    return places;
}

// Which tests name a rule by its id.
Places tests() {
    static const std::regex id(R"([A-Z]+-[A-Z]+-[0-9A-Z]+)");
    Places places;
    for (const auto& file : test::files("tests", ".cpp")) {
        const std::string text = test::read(file);
        std::map<Rule, bool> named;
        for (std::sregex_iterator at(text.begin(), text.end(), id), end; at != end; ++at)
            if (const auto rule = rule_from_id(at->str())) named[*rule] = true;
        for (const auto& [rule, yes] : named)
            if (yes) places[rule].push_back(file.stem().string());
    }
    return places;
}

std::string list(const Places& places, Rule rule, std::string_view pattern) {
    const auto found = places.find(rule);
    if (found == places.end()) return "";
    std::string text;
    for (const std::string& each : found->second)
        text += (text.empty() ? "" : ", ") + fmt::format(fmt::runtime(pattern), each);
    return text;
}

std::string_view words(Modelled modelled) {
    switch (modelled) {
        case Modelled::whole: return "yes";
        case Modelled::part: return "in part";
        case Modelled::none: return "no";
    }
    return "";
}

std::string page(const Places& shown, const Places& tested) {
    std::string text =
        "# Every rule, and what is done about it\n\n"
        "<!-- Written by the program from sim/coverage.def, the lessons and the tests; do not "
        "edit. "
        "-->\n\n"
        "The rules are those of [sim/rules.def](../sim/rules.def), where each has a sentence. The "
        "second column says how a rule is known; only a Windows kernel is evidence about Windows. "
        "What measured runs say of each rule stands in "
        "[conformance-measured.md](conformance-measured.md).\n\n"
        "| rule | how it is known | modelled | remark | lessons | tests |\n"
        "|---|---|---|---|---|---|\n";
    for (std::size_t i = 1; i < rule_count(); ++i) {
        const Rule rule = static_cast<Rule>(i);
        text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", info(rule).id,
                            describe(info(rule).grade), words(coverage(rule).modelled),
                            coverage(rule).words, list(shown, rule, "[{0}](../scenarios/{0}.toml)"),
                            list(tested, rule, "[{0}](../tests/{0}.cpp)"));
    }
    return text;
}

}  // namespace

TEST_CASE("docs/conformance.md says of every rule what is done about it") {
    const std::string difference = test::differs_from_golden(
        test::source_dir() / "docs/conformance.md", page(lessons(), tests()));
    CHECK_MESSAGE(difference.empty(), difference);
}

TEST_CASE("a rule that the model follows is shown by a lesson or tested by its id") {
    const Places shown = lessons(), tested = tests();
    for (std::size_t i = 1; i < rule_count(); ++i) {
        const Rule rule = static_cast<Rule>(i);
        CAPTURE(info(rule).id);
        if (coverage(rule).modelled == Modelled::none)
            CHECK_FALSE(coverage(rule).words.empty());
        else
            CHECK(shown.count(rule) + tested.count(rule) > 0);
        if (coverage(rule).modelled == Modelled::part) CHECK_FALSE(coverage(rule).words.empty());
    }
}
