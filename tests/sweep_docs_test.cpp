// docs/sweep.md against the code: the table of metrics is made from the manifest, the examples are
// what the program prints, every error code is listed. UPDATE_GOLDEN=1 rewrites what is made.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "sim/metric.hpp"
#include "sim/sweep_table.hpp"
#include "tests/files.hpp"
#include "tests/sweep_fixture.hpp"

namespace {

std::filesystem::path page() {
    return test::source_dir() / "docs/sweep.md";
}

// What stands between two markers of the page must be this.
void check_between(const std::string& begin, const std::string& end, const std::string& made) {
    std::string text = test::read(page());
    const std::size_t from = text.find(begin);
    REQUIRE(from != std::string::npos);
    const std::size_t start = from + begin.size(), to = text.find(end, start);
    REQUIRE(to != std::string::npos);
    if (std::getenv("UPDATE_GOLDEN") != nullptr && text.substr(start, to - start) != made) {
        text.replace(start, to - start, made);
        std::ofstream(page(), std::ios::binary) << text;
        return;
    }
    CHECK(text.substr(start, to - start) == made);
}

// A command of the page and the first table that it prints.
void check_example(const std::string& name, const std::string& vary,
                   const std::vector<sim::Metric>& chosen) {
    const std::string path = "scenarios/sweeps/" + name + ".toml";
    const auto sweep = test::run_sweep(test::scenario_file(path), test::request({vary}, 10));
    const std::string table = sim::sweep_table(sweep, chosen);
    std::string names;
    for (const sim::Metric metric : chosen)
        names += (names.empty() ? "" : ",") + std::string(sim::info(metric).name);
    check_between("<!-- example: " + name + " -->\n", "<!-- end of example -->\n",
                  "```\n$ iocpscope sweep " + path + " \\\n      --vary " + vary + " --metric " +
                      names + "\n" + table.substr(0, table.find("\nDifference")) + "```\n");
}

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
    check_between("<!-- metrics: made from sim/metrics.def -->\n", "<!-- end of metrics -->\n",
                  metric_table());
}

TEST_CASE("the examples of the documentation are what the program prints") {
    using sim::Metric;
    check_example("pool-size", "thread.T.count=2..16..2",
                  {Metric::throughput, Metric::in_queue_mean, Metric::cpu_use});
    check_example(
        "concurrency-above-processors", "port.P.concurrency=1,2,4,8,16",
        {Metric::handling_mean, Metric::in_system_mean, Metric::max_active, Metric::throughput});
}

TEST_CASE("every error code of a sweep is listed in its documentation, and no other") {
    std::set<std::string> used;
    for (const char* name : {"sim/vary.cpp", "sim/sweep.cpp", "sim/sweep_shard.cpp",
                             "sim/sweep_shard_text.cpp", "cli/sweep_output.cpp"})
        for (const std::string& code : codes_in(test::read(test::source_dir() / name), "\""))
            used.insert(code);
    CHECK(used.size() == 14);
    CHECK(used == codes_in(test::read(page()), "\n\\| "));
}
