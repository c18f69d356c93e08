// docs/sweep.md against the code: the table of metrics is made from the manifest, every error code
// is listed. UPDATE_GOLDEN=1 rewrites the table.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "sim/metric.hpp"
#include "tests/files.hpp"

namespace {

constexpr std::string_view kBegin = "<!-- metrics: made from sim/metrics.def -->\n";
constexpr std::string_view kEnd = "<!-- end of metrics -->\n";

std::string metric_table() {
    std::string table = "| metric | unit | meaning |\n|---|---|---|\n";
    constexpr const char* units[] = {"count", "share", "per second", "time"};
    for (const sim::MetricInfo& each : sim::metrics())
        table += "| `" + std::string(each.name) + "`" + (each.shown ? " *" : "") + " | " +
                 units[static_cast<int>(each.unit)] + " | " + std::string(each.meaning) + " |\n";
    return table + "\n`*`: shown without `--metric`.\n";
}

std::set<std::string> codes_in(const std::string& text, const std::string& before) {
    std::set<std::string> found;
    const std::regex wanted(before + "(V0[0-9][0-9])");
    for (std::sregex_iterator it(text.begin(), text.end(), wanted), end; it != end; ++it)
        found.insert((*it)[1].str());
    return found;
}

}  // namespace

TEST_CASE("the table of metrics in the documentation is what the manifest says") {
    const auto page = test::source_dir() / "docs/sweep.md";
    std::string text = test::read(page);
    const std::size_t from = text.find(kBegin), to = text.find(kEnd);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    const std::size_t start = from + kBegin.size();
    const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
    if (update && text.substr(start, to - start) != metric_table()) {
        text.replace(start, to - start, metric_table());
        std::ofstream(page, std::ios::binary) << text;
        return;
    }
    CHECK(text.substr(start, to - start) == metric_table());
}

TEST_CASE("every error code of a sweep is listed in its documentation, and no other") {
    std::set<std::string> used;
    for (const char* name : {"sim/vary.cpp", "sim/sweep.cpp", "sim/sweep_shard.cpp",
                             "sim/sweep_shard_text.cpp", "cli/sweep_output.cpp"})
        for (const std::string& code : codes_in(test::read(test::source_dir() / name), "\""))
            used.insert(code);
    CHECK(used.size() == 14);
    CHECK(used == codes_in(test::read(test::source_dir() / "docs/sweep.md"), "\n\\| "));
}
