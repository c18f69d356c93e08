// Sweeps: what is varied, common random numbers, intervals, and threads that do not matter.
#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "cli/sweep_workers.hpp"
#include "sim/estimate.hpp"
#include "sim/plot.hpp"
#include "sim/sweep_svg.hpp"
#include "sim/sweep_table.hpp"
#include "tests/files.hpp"
#include "tests/sweep_fixture.hpp"

using namespace sim;

namespace {

std::vector<std::string> values(const std::string& argument) {
    const auto vary = parse_vary(argument);
    REQUIRE_MESSAGE(vary, argument);
    return vary->values;
}

std::string code(const std::string& argument) {
    const auto vary = parse_vary(argument);
    return vary ? "fine" : vary.error().front().code;
}

using Texts = std::vector<std::string>;

Texts codes(const Result<SweepPlan>& plan) {
    Texts found;
    if (!plan)
        for (const Diagnostic& each : plan.error()) found.push_back(each.code);
    return found;
}

// The distribution function of Student's t by Simpson's rule, for comparison.
double t_distribution(double t, double freedom) {
    const double constant = std::exp(std::lgamma((freedom + 1) / 2) - std::lgamma(freedom / 2)) /
                            std::sqrt(freedom * 3.14159265358979323846);
    const auto density = [&](double x) {
        return constant * std::pow(1 + x * x / freedom, -(freedom + 1) / 2);
    };
    constexpr int steps = 20'000;
    const double width = t / steps;
    double sum = density(0) + density(t);
    for (int i = 1; i < steps; ++i) sum += density(i * width) * (i % 2 == 1 ? 4 : 2);
    return 0.5 + sum * width / 3;
}

}  // namespace

// -- what is varied -------------------------------------------------------------------------------

TEST_CASE("values are ranges, lists and both, with units and steps") {
    CHECK(values("a=1..4") == Texts{"1", "2", "3", "4"});
    CHECK(values("a=1..16..5") == Texts{"1", "6", "11", "16"});
    CHECK(values("a=0..10..4") == Texts{"0", "4", "8"});
    CHECK(values("a=1,2,4,8") == Texts{"1", "2", "4", "8"});
    CHECK(values("a = 1ms, 2 ms") == Texts{"1ms", "2 ms"});
    CHECK(values("a=1ms..5ms..2ms") == Texts{"1 ms", "3 ms", "5 ms"});
    CHECK(values("a=1..3 ms") == Texts{"1 ms", "2 ms", "3 ms"});
    CHECK(values("a=0.5..2..0.5") == Texts{"0.5", "1", "1.5", "2"});
    CHECK(values("a=-2..1") == Texts{"-2", "-1", "0", "1"});
    CHECK(values("a=1..3,8,16..18") == Texts{"1", "2", "3", "8", "16", "17", "18"});
    CHECK(values("a=5..5") == Texts{"5"});
    CHECK(values("a=exponential(1 ms),uniform(1 ms, 2 ms)") ==
          Texts{"exponential(1 ms)", "uniform(1 ms, 2 ms)"});
    CHECK(values("a={ normal = [1, 2] },\"x,y\"") == Texts{"{ normal = [1, 2] }", "\"x,y\""});
    CHECK(values("a=2 * processors") == Texts{"2 * processors"});
    CHECK(values("file=../arrivals.csv") == Texts{"../arrivals.csv"});
    CHECK(values("a=b=c") == Texts{"b=c"});
    CHECK(parse_vary(" port.P.concurrency =1")->key == "port.P.concurrency");
}

TEST_CASE("values that cannot be are errors with their own code") {
    CHECK(code("a") == "V001");
    CHECK(code("=1") == "V001");
    CHECK(code("a=1\t2") == "V001");
    CHECK(code("a=") == "V002");
    CHECK(code("a=1,,2") == "V002");
    CHECK(code("a=1,") == "V002");
    CHECK(code("a=1,2,1") == "V002");
    CHECK(code("a=1..3,2") == "V002");
    CHECK(code("a=5..1") == "V003");
    CHECK(code("a=1..") == "V003");
    CHECK(code("a=1..x") == "V003");
    CHECK(code("a=1..9..0") == "V003");
    CHECK(code("a=1..9..-2") == "V003");
    CHECK(code("a=1..2..3..4") == "V003");
    CHECK(code("a=1ms..2s") == "V003");
    CHECK(code("a=1..99999999999999999999") == "V003");
    CHECK(code("a=1..1000000000") == "V005");
    CHECK(code("a=1..10001") == "V005");
    CHECK(code("a=1..10000") == "fine");
    CHECK(code("a=1..6000,7000..12000") == "V005");
}

TEST_CASE("several keys make a grid whose first key varies slowest") {
    const Scenario scenario = test::random_queue(1);
    const auto plan =
        plan_sweep(test::request({"port.P.concurrency=1,2", "thread.T.count=3..5"}, 2),
                   test::scenario_for(scenario));
    REQUIRE(plan);
    CHECK(plan->points() == 6);
    CHECK(plan->runs() == 12);
    CHECK(plan->point_name(0) == "port.P.concurrency = 1, thread.T.count = 3");
    CHECK(plan->point_name(1) == "port.P.concurrency = 1, thread.T.count = 4");
    CHECK(plan->point_name(3) == "port.P.concurrency = 2, thread.T.count = 3");
    CHECK(plan->scenario == "queue.toml");
    CHECK(plan->seed == 7);
    const auto nothing_varied = plan_sweep(test::request({}, 2), test::scenario_for(scenario));
    CHECK(nothing_varied->points() == 1);
    CHECK(nothing_varied->point_name(0) == "as written");
}

TEST_CASE("too many points or runs and keys given twice are refused") {
    const auto scenarios = test::scenario_for(test::random_queue(1));
    const auto refused = [&](const Texts& arguments, std::uint32_t replications) {
        return codes(plan_sweep(test::request(arguments, replications), scenarios));
    };
    CHECK(refused({"port.P.concurrency=1..200", "thread.T.count=1..200"}, 1) == Texts{"V005"});
    CHECK(refused({"a=1..9999", "b=1..9999", "c=1..9999", "d=1..9999", "e=1..9999"}, 1) ==
          Texts{"V005"});
    CHECK(refused({"port.P.concurrency=1..9", "port.P.concurrency=10"}, 1) == Texts{"V004"});
    CHECK(refused({"port.P.concurrency=1"}, 0) == Texts{"V005"});
    CHECK(refused({"port.P.concurrency=1"}, 10'001) == Texts{"V005"});
    CHECK(refused({"thread.T.count=1..200"}, 6000) == Texts{"V005"});
    SweepRequest both = test::request({"seed=1..3"}, 1);
    CHECK(codes(plan_sweep(both, scenarios)).empty());
    both.seed = 5;
    CHECK(codes(plan_sweep(both, scenarios)) == Texts{"V004"});
}

TEST_CASE("an error of a scenario is shown once, with the first point that has it") {
    const auto scenarios = test::scenario_for(test::random_queue(1));
    const auto unknown =
        plan_sweep(test::request({"thread.T.count=1,2", "port.Q.x=3,4"}, 1), scenarios);
    REQUIRE_FALSE(unknown);
    CHECK(codes(unknown) == Texts{"V007", "S999"});
    CHECK(unknown.error()[0].message.find("thread.T.count = 1, port.Q.x = 3") != std::string::npos);
    const auto at_one = plan_sweep(test::request({"port.P.concurrency=12..14"}, 1), scenarios);
    REQUIRE_FALSE(at_one);
    CHECK(codes(at_one) == Texts{"V007", "S999"});
    CHECK(at_one.error()[0].message.find("port.P.concurrency = 13") != std::string::npos);
    const auto file_is_wrong =
        plan_sweep(test::request({"thread.T.count=1,2"}, 1), [](const Overrides&) {
            return Result<Scenario>(Diagnostic{
                .code = "S001", .message = "m", .origin = {}, .source_line = {}, .help = {}});
        });
    CHECK(codes(file_is_wrong) == Texts{"S001"});
}

// -- numbers --------------------------------------------------------------------------------------

TEST_CASE("the quantiles of Student's t are those of its distribution function") {
    for (std::uint32_t freedom = 1; freedom <= 200; ++freedom)
        CHECK(t_distribution(student_t(freedom), freedom) == doctest::Approx(0.975).epsilon(1e-7));
    CHECK(t_distribution(student_t(9999), 9999) == doctest::Approx(0.975).epsilon(1e-7));
}

TEST_CASE("a mean has the interval that textbooks give") {
    const Estimate five = estimate(std::vector<double>{1, 2, 3, 4, 5});
    CHECK(five.n == 5);
    CHECK(five.mean == 3);
    CHECK(five.half == doctest::Approx(1.9632432));  // 2.776445 × sqrt(2.5 / 5)
    const Estimate one = estimate(std::vector<double>{4});
    CHECK(one.mean == 4);
    CHECK(std::isnan(one.half));
    CHECK(estimate(std::vector<double>{}).n == 0);
    CHECK(std::isnan(estimate(std::vector<double>{}).mean));
    const Estimate equal = estimate(std::vector<double>(7, 0.1));
    CHECK(equal.mean == 0.1);
    CHECK(equal.half == 0);
    const Estimate some = estimate(std::vector<double>{1, kNoValue, 3});
    CHECK(some.n == 2);
    CHECK(some.mean == 2);
}

TEST_CASE("differences are taken pair by pair") {
    const std::vector<double> a = {10, 20, 30, kNoValue}, b = {11, 21, 31, 5};
    const Estimate difference = estimate_difference(a, b);
    CHECK(difference.n == 3);
    CHECK(difference.mean == 1);
    CHECK(difference.half == 0);
}

TEST_CASE("every metric has a name of its own, a meaning and a value in every run") {
    std::set<std::string_view> names;
    const Simulation run = simulate(test::random_queue(50));
    const MetricValues all = measured(run.summary);
    for (const MetricInfo& each : metrics()) {
        CHECK(names.insert(each.name).second);
        CHECK(each.meaning.size() > 8);
        CHECK(metric_from_name(each.name) == each.metric);
        CHECK(has_value(all[static_cast<std::size_t>(each.metric)]));
    }
    CHECK(names.size() == kMetrics);
    CHECK(all[static_cast<std::size_t>(Metric::delivered)] == 50);
    CHECK_FALSE(metric_from_name("through"));
    const MetricValues nothing = measured(simulate(test::random_queue(0)).summary);
    CHECK_FALSE(has_value(nothing[static_cast<std::size_t>(Metric::in_system_mean)]));
}

// -- common random numbers ------------------------------------------------------------------------

TEST_CASE("replications have seeds of their own, the first that of the scenario") {
    std::set<std::uint64_t> seeds;
    for (const std::uint64_t base : {1u, 2u, 7u})
        for (std::size_t r = 0; r < 1000; ++r) seeds.insert(replication_seed(base, r));
    CHECK(seeds.size() == 3000);
    CHECK(replication_seed(7, 0) == 7);
    const Scenario scenario = test::random_queue(200);
    const Sweep sweep = test::run_sweep(scenario, test::request({}, 2));
    CHECK(sweep.runs[0] == measured(simulate(scenario).summary));
    CHECK(sweep.runs[1] != sweep.runs[0]);
}

TEST_CASE("a setting that does not matter makes no difference at all") {
    const Sweep sweep =
        test::run_sweep(test::random_queue(500), test::request({"machine.quantum=20,1000"}, 5));
    CHECK(sweep.at(0, Metric::in_system_mean).half > 0);
    for (const MetricInfo& metric : metrics()) {
        CHECK(sweep.difference(1, metric.metric).mean == 0);
        CHECK(sweep.difference(1, metric.metric).half == 0);
    }
}

TEST_CASE("common random numbers make differences sharper than independent runs would") {
    const Sweep sweep =
        test::run_sweep(test::random_queue(1000), test::request({"port.P.concurrency=2,3"}, 12));
    const double a = sweep.at(0, Metric::in_system_mean).half;
    const double b = sweep.at(1, Metric::in_system_mean).half;
    const Estimate difference = sweep.difference(1, Metric::in_system_mean);
    CHECK(difference.mean < 0);
    CHECK(difference.half < 0.9 * std::sqrt(a * a + b * b));
    CHECK(-difference.mean > difference.half);
}

TEST_CASE("a queue with one server takes as long as theory says") {
    Scenario scenario = test::random_queue(20'000);
    // 1 arrival and 2 services per millisecond: 1 / (2 - 1) ms in the system, half of it queued.
    scenario.handlers[0].steps[0].duration.a = 500'000;
    const Sweep sweep = test::run_sweep(scenario, test::request({"port.P.concurrency=1"}, 20));
    const Estimate in_system = sweep.at(0, Metric::in_system_mean);
    CHECK(in_system.half < 50'000);
    CHECK(std::abs(in_system.mean - 1'000'000) < 1.5 * in_system.half);
    const Estimate in_queue = sweep.at(0, Metric::in_queue_mean);
    CHECK(std::abs(in_queue.mean - 500'000) < 1.5 * in_queue.half);
    CHECK(sweep.at(0, Metric::cpu_use).mean == doctest::Approx(0.5 / 4).epsilon(0.02));
}

// -- threads --------------------------------------------------------------------------------------

TEST_CASE("1, 2 and 5 threads give the same bytes") {
    const Scenario scenario = test::random_queue(300);
    const SweepRequest request =
        test::request({"port.P.concurrency=1..4", "thread.T.count=4,8"}, 6);
    const Sweep expected = test::run_sweep(scenario, request);
    for (const std::uint32_t threads : {1u, 2u, 5u}) {
        cli::SweepWork work{.runs = runs_of_shard(expected.plan.runs(), {1, 1}),
                            .worker =
                                [&] {
                                    return [&](std::size_t run) {
                                        return test::one_run(expected.plan,
                                                             test::scenario_for(scenario), run);
                                    };
                                },
                            .threads = threads,
                            .go_on = {}};
        const cli::SweepAnswers answers = cli::run_all(work);
        CHECK(answers.done == 48);
        CHECK_FALSE(answers.stopped);
        CHECK(answers.failure.empty());
        const Sweep sweep{.plan = expected.plan, .runs = answers.values};
        CHECK(sweep_csv(sweep) == sweep_csv(expected));
        CHECK(shard_text(test::shard_of(sweep, {1, 1}, "")) ==
              shard_text(test::shard_of(expected, {1, 1}, "")));
    }
}

TEST_CASE("a stopped sweep takes no further run, and a failed run is told") {
    cli::SweepWork work{.runs = runs_of_shard(1'000'000, {1, 1}),
                        .worker =
                            [] {
                                return [](std::size_t) {
                                    static_cast<void>(simulate(test::random_queue(2000)));
                                    return MetricValues{};
                                };
                            },
                        .threads = 2,
                        .go_on = [](std::size_t) { return false; }};
    const cli::SweepAnswers stopped = cli::run_all(work);
    CHECK(stopped.stopped);
    CHECK(stopped.done < 1'000'000);
    work.runs.resize(100);
    work.go_on = {};
    work.worker = [] {
        return [](std::size_t run) {
            if (run == 17) throw std::runtime_error("no memory for run 17");
            return MetricValues{};
        };
    };
    const cli::SweepAnswers failed = cli::run_all(work);
    CHECK(failed.failure == "no memory for run 17");
}

// -- what is shown --------------------------------------------------------------------------------

TEST_CASE("numbers have as many digits as their interval makes sense of") {
    const auto text = [](double mean, double half, Scale scale = {}) {
        const Written w = written({.n = 5, .mean = mean, .half = half}, scale);
        return w.mean + " ± " + w.half;
    };
    CHECK(text(1234.5678, 12.34) == "1235 ± 12");
    CHECK(text(1234.5678, 1.234) == "1234.6 ± 1.2");
    CHECK(text(1234.5678, 0.01234) == "1234.568 ± 0.012");
    CHECK(text(0.5, 0.099) == "0.500 ± 0.099");
    CHECK(text(0.5, 0.0999) == "0.50 ± 0.10");
    CHECK(text(5, 0) == "5 ± 0");
    CHECK(text(1.0 / 3, 0) == "0.33333 ± 0");
    CHECK(text(1'500'000, 25'000, {"ms", 1e-6}) == "1.500 ± 0.025");
    CHECK(written({}, {}).mean == "-");
    CHECK(written({.n = 1, .mean = 3}, {}).half.empty());
}

TEST_CASE("golden: the table and the CSV of a sweep") {
    const Sweep sweep =
        test::run_sweep(test::random_queue(400),
                        test::request({"port.P.concurrency=1,2,4", "machine.processors=2,4"}, 5));
    const std::vector<Metric> chosen = {Metric::throughput, Metric::in_system_p95, Metric::cpu_use,
                                        Metric::max_active};
    const auto golden = test::source_dir() / "tests/golden/sweep";
    CHECK(test::differs_from_golden(golden / "table.txt", sweep_table(sweep, chosen)) == "");
    CHECK(test::differs_from_golden(golden / "points.csv", sweep_csv(sweep)) == "");
    CHECK(test::differs_from_golden(golden / "plot.svg", sweep_svg(sweep, chosen)) == "");
}

TEST_CASE("every row of the CSV has as many fields as its head, whatever the values are") {
    Sweep sweep = test::run_sweep(test::random_queue(0), test::request({"thread.T.count=1,2"}, 1));
    sweep.plan.varied[0].key = "a,\"b\"";
    std::istringstream text(sweep_csv(sweep));
    std::string line;
    std::getline(text, line);
    CHECK(line.starts_with("\"a,\"\"b\"\"\",replications,throughput_per_s_mean,"));
    const auto commas = [](const std::string& s) { return std::count(s.begin(), s.end(), ','); };
    const auto head = commas(line) - 1;
    int rows = 0;
    for (; std::getline(text, line); ++rows) CHECK(commas(line) == head);
    CHECK(rows == 2);
}

TEST_CASE("axes have round ticks that hold all values") {
    for (const double size : {1e-9, 0.07, 1.0, 3.0, 99.0, 1234.5, 8.7e6, 4.2e13})
        for (const double low : {0.0, 0.3, 0.97, 0.99999}) {
            const Ticks ticks = ticks_for(low * size, size);
            CHECK(ticks.at.size() >= 2);
            CHECK(ticks.at.size() <= 9);
            CHECK(ticks.at.front() <= low * size);
            CHECK(ticks.at.back() >= size * (1 - 1e-12));
        }
    CHECK(ticks_for(0, 0).at.size() >= 2);
    CHECK(ticks_for(5, 5).at.front() == 0);
    CHECK(ticks_for(-3, 10).at.front() <= -3);
    CHECK(ticks_for(0, 10).at == std::vector<double>{0, 2, 4, 6, 8, 10});
}

TEST_CASE("numbers stand where they belong on an axis, other values evenly") {
    CHECK(axis_places({"0", "1", "4"}) == std::vector<double>{0, 0.25, 1});
    CHECK(axis_places({"1 ms", "2ms", "5 ms"}) == std::vector<double>{0, 0.25, 1});
    CHECK(axis_places({"lifo", "fifo", "random"}) == std::vector<double>{0, 0.5, 1});
    CHECK(axis_places({"1", "10", "1000"}) == std::vector<double>{0, 0.5, 1});
    CHECK(axis_places({"4", "2", "1"}) == std::vector<double>{0, 0.5, 1});
    CHECK(axis_places({"1 ms", "2 s", "3 s"}) == std::vector<double>{0, 0.5, 1});
    CHECK(axis_places({"8"}) == std::vector<double>{0.5});
}

TEST_CASE("a plot draws every line that can be told apart and says what it leaves out") {
    const Scenario scenario = test::random_queue(3);
    const Sweep many = test::run_sweep(
        scenario, test::request({"port.P.concurrency=1,2", "machine.processors=1..30"}, 1));
    const std::string svg = sweep_svg(many, {Metric::throughput});
    CHECK(svg.find("9 more lines are not drawn") != std::string::npos);
    const std::string three = sweep_svg(
        test::run_sweep(scenario, test::request({"port.P.concurrency=1,2", "machine.processors=1",
                                                 "thread.T.count=1..3"},
                                                1)),
        {Metric::throughput, Metric::complete, Metric::end});
    CHECK(three.find("machine.processors = 1, thread.T.count = 3") != std::string::npos);
    const std::string empty = sweep_svg(
        test::run_sweep(test::random_queue(0), test::request({}, 2)), {Metric::in_system_mean});
    CHECK(empty.find("no run has a value") != std::string::npos);
}

// -- the lessons of scenarios/sweeps --------------------------------------------------------------

namespace {

Sweep lesson(const std::string& name, const std::string& vary) {
    const ScenarioFor scenarios = test::scenario_file("scenarios/sweeps/" + name);
    const auto scenario = scenarios({});
    if (!scenario) FAIL(render(scenario.error()));
    CHECK(unmet_expectations(*scenario, simulate(*scenario)).empty());
    return test::run_sweep(scenarios, test::request({vary}, 5));
}

double mean(const Sweep& sweep, std::size_t point, Metric metric) {
    return sweep.at(point, metric).mean;
}

}  // namespace

TEST_CASE("lesson: twice as many workers as processors keep the processors busy (C-POOL-1)") {
    const Sweep sweep = lesson("pool-size.toml", "thread.T.count=2,4,8,16");
    // 2 and 4 workers, each blocked half of the time, cannot do what comes in; 8 can.
    CHECK(mean(sweep, 0, Metric::throughput) == doctest::Approx(500).epsilon(0.05));
    CHECK(mean(sweep, 1, Metric::throughput) == doctest::Approx(1000).epsilon(0.05));
    CHECK(mean(sweep, 2, Metric::throughput) == doctest::Approx(1600).epsilon(0.05));
    CHECK(mean(sweep, 1, Metric::in_queue_mean) > 50 * mean(sweep, 2, Metric::in_queue_mean));
    // More are of no use for this load.
    CHECK(mean(sweep, 3, Metric::throughput) == doctest::Approx(1600).epsilon(0.05));
}

TEST_CASE(
    "lesson: a concurrency value above the processors makes each packet slower and more of "
    "them concurrent (D1b)") {
    const Sweep sweep = lesson("concurrency-above-processors.toml", "port.P.concurrency=2,4,8,16");
    for (const std::size_t point : {1u, 2u, 3u})
        CHECK(mean(sweep, point, Metric::max_active) > mean(sweep, point - 1, Metric::max_active));
    CHECK(mean(sweep, 2, Metric::handling_mean) > 1.1 * mean(sweep, 1, Metric::handling_mean));
    CHECK(mean(sweep, 3, Metric::handling_mean) > mean(sweep, 2, Metric::handling_mean));
    // The work done is that of the processors.
    CHECK(mean(sweep, 0, Metric::throughput) < 0.7 * mean(sweep, 1, Metric::throughput));
    CHECK(mean(sweep, 3, Metric::throughput) ==
          doctest::Approx(mean(sweep, 1, Metric::throughput)).epsilon(0.05));
}
