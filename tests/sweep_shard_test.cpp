// Shards: work dealt fairly, files that lose nothing, merges that equal the unsharded sweep byte
// for byte, and a sentence for everything that does not belong together.
#include "sim/sweep_shard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "sim/sweep_svg.hpp"
#include "sim/sweep_table.hpp"
#include "tests/sweep_fixture.hpp"

using namespace sim;

namespace {

Sweep small_sweep() {
    static const Sweep sweep =
        test::run_sweep(test::random_queue(100),
                        test::request({"port.P.concurrency=1..3", "thread.T.count=2,4"}, 4));
    return sweep;
}

// Everything that can be printed or written from a sweep.
std::string everything(const Sweep& sweep) {
    const std::vector<Metric> chosen = {Metric::throughput, Metric::in_system_p99};
    return sweep_table(sweep, chosen) + sweep_csv(sweep) + sweep_svg(sweep, chosen) +
           shard_text(test::shard_of(sweep, {1, 1}, ""));
}

// Written and read again, as between two computers.
Shard travelled(const Sweep& sweep, ShardName name) {
    const std::string origin = std::to_string(name.number) + ".shard";
    auto read = read_shard(shard_text(test::shard_of(sweep, name, origin)), origin);
    if (!read) FAIL(render(read.error()));
    return std::move(read).value();
}

std::vector<std::string> merge_errors(const std::vector<Shard>& shards) {
    const auto merged = merge_shards(shards);
    std::vector<std::string> texts;
    if (!merged)
        for (const Diagnostic& each : merged.error())
            texts.push_back(each.code + " " + each.message);
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("shards are a partition of the runs, as even as can be") {
    for (const std::size_t runs : {0u, 1u, 5u, 24u, 100u, 480u})
        for (std::uint32_t of = 1; of <= 30; ++of) {
            std::vector<std::size_t> all;
            for (std::uint32_t i = 1; i <= of; ++i) {
                const auto mine = runs_of_shard(runs, {i, of});
                CHECK(std::is_sorted(mine.begin(), mine.end()));
                CHECK(mine.size() >= runs / of);
                CHECK(mine.size() <= (runs + of - 1) / of);
                all.insert(all.end(), mine.begin(), mine.end());
            }
            std::sort(all.begin(), all.end());
            REQUIRE(all.size() == runs);
            for (std::size_t i = 0; i < runs; ++i) CHECK(all[i] == i);
        }
}

TEST_CASE("no shard gets all the expensive points") {
    // Two values alternate, one is expensive: with 2, 4 and 8 shards each gets as many of each.
    for (const std::uint32_t of : {2u, 4u, 8u})
        for (std::uint32_t i = 1; i <= of; ++i) {
            std::size_t expensive = 0;
            const auto mine = runs_of_shard(128, {i, of});
            for (const std::size_t run : mine) expensive += run % 2;
            CHECK(expensive * 2 == mine.size());
        }
}

TEST_CASE("I/N is read, and what is none gets a sentence") {
    CHECK(parse_shard("2/8").value() == ShardName{2, 8});
    CHECK(parse_shard("1/1").value() == ShardName{1, 1});
    for (const char* text : {"", "/", "1", "0/3", "4/3", "-1/3", "1/0", "1/", "/3", "a/b", "1/3/5",
                             "1 /3", "1/100001", "9999999999999/9999999999999"}) {
        INFO(text);
        const auto shard = parse_shard(text);
        REQUIRE_FALSE(shard);
        CHECK(shard.error()[0].code == "V006");
    }
}

TEST_CASE("1, 3 and 7 shards in any order make the unsharded sweep, byte for byte") {
    const Sweep sweep = small_sweep();
    const std::string expected = everything(sweep);
    std::mt19937 order(5);
    for (const std::uint32_t of : {1u, 3u, 7u, 40u}) {
        std::vector<Shard> shards;
        for (std::uint32_t i = 1; i <= of; ++i) shards.push_back(travelled(sweep, {i, of}));
        for (int round = 0; round < 5; ++round) {
            const auto merged = merge_shards(shards);
            REQUIRE(merged);
            CHECK(everything(*merged) == expected);
            std::shuffle(shards.begin(), shards.end(), order);
        }
    }
}

TEST_CASE("a shard file loses nothing: odd names, odd numbers, no value") {
    Sweep sweep = small_sweep();
    sweep.plan.title = "a\ttab, a\nline, a \\ and \\n";
    sweep.plan.scenario = "Übung\r.toml";
    sweep.plan.seed = UINT64_MAX;
    sweep.plan.varied[1].values[0] = "exponential(1 ms)\\";
    REQUIRE(set_policy(sweep.plan.policies, "wake", "random"));
    sweep.runs[0][0] = kNoValue;
    sweep.runs[0][1] = 0.1 + 0.2;
    sweep.runs[0][2] = 1e300;
    sweep.runs[0][3] = 9007199254740991;
    sweep.runs[0][4] = 5e-324;
    const Shard again = travelled(sweep, {1, 1});
    CHECK(again.plan == sweep.plan);
    CHECK_FALSE(has_value(again.runs[0][0]));
    for (std::size_t m = 1; m < kMetrics; ++m) CHECK(again.runs[0][m] == sweep.runs[0][m]);
    CHECK(shard_text(again) == shard_text(test::shard_of(sweep, {1, 1}, "")));
}

TEST_CASE("shards that are missing, double or of another sweep are told by name") {
    const Sweep sweep = small_sweep();
    const Shard a = travelled(sweep, {1, 3}), b = travelled(sweep, {2, 3}),
                c = travelled(sweep, {3, 3});
    CHECK(merge_errors({a, b, c}).empty());
    CHECK(merge_errors({}) == Texts{"V014 there is no shard to merge"});
    CHECK(merge_errors({a, c}) == Texts{"V014 shard 2 of 3 is missing"});
    CHECK(merge_errors({b}) == Texts{"V014 shards 1, 3 of 3 are missing"});
    CHECK(merge_errors({a, b, c, b}) == Texts{"V013 2.shard and 2.shard are both shard 2 of 3"});
    Shard seed = b;
    seed.origin = "seed.shard";
    seed.plan.seed = 8;
    CHECK(merge_errors({a, seed, b, c}) ==
          Texts{"V015 seed.shard belongs to another sweep than 1.shard: its seed is 8, not 7"});
    const Shard other = travelled(sweep, {1, 2});
    CHECK(merge_errors({a, b, c, other}) ==
          Texts{"V015 1.shard is one of 2 shards, but 1.shard is one of 3"});
    Shard hash = b;
    hash.plan.hash = "0";
    Shard policy = b;
    REQUIRE(set_policy(policy.plan.policies, "wake", "fifo"));
    Shard values = b;
    values.plan.varied[0].values[0] = "9";
    Shard replications = b;
    replications.plan.replications = 2;
    for (const Shard& foreign : {hash, policy, values, replications})
        CHECK(merge_errors({a, foreign, b, c}).size() == 1);
    CHECK(merge_errors({travelled(sweep, {1, 40})})[0].ends_with("and 29 more of 40 are missing"));
}

TEST_CASE("what is no shard file is refused with its line") {
    const std::string good = shard_text(test::shard_of(small_sweep(), {2, 3}, ""));
    const auto error = [](const std::string& text) {
        const auto shard = read_shard(text, "x.shard");
        return shard ? std::string("fine")
                     : shard.error()[0].code + ":" + std::to_string(shard.error()[0].line);
    };
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const std::size_t at = text.find(from);
        REQUIRE(at != std::string::npos);
        return text.replace(at, from.size(), to);
    };
    CHECK(error(good) == "fine");
    CHECK(error("") == "V010:0");
    CHECK(error("{\"iocpscope_trace\":1}\n") == "V010:0");
    CHECK(error(with("iocpscope_sweep\t1", "iocpscope_sweep\t2")) == "V010:1");
    CHECK(error(with("\nmetrics\t", "\nmetrics\tother\t")) == "V010:15");
    CHECK(error(with("seed\t7", "seed\t99999999999999999999")) == "V011:5");
    CHECK(error(with("replications\t4", "replications\t0")) == "V011:6");
    CHECK(error(with("policy\twake\tlifo", "policy\twake\tfilo")) == "V011:7");
    CHECK(error(with("\nshard\t2\t3", "\nshard\t4\t3")) == "V011:16");
    CHECK(error(with("\nrun\t1\t2", "\nrun\t1\t3")) == "V011:17");
    CHECK(error(with("\nend\t8", "\nend\t9")) == "V011:25");
    CHECK(error(good + "more\n") == "V011:26");
    // Windows line ends, or a value with more digits than it needs: not what was written.
    CHECK(error(with("title\tA queue\n", "title\tA queue\r\n")) == "fine");
    CHECK(error(with("\t100\t", "\t100.0\t")).starts_with("V011"));
    CHECK(error(with("\t100\t", "\tnan\t")).starts_with("V011"));
}

TEST_CASE("a shard file that was cut anywhere is never taken for a whole one") {
    const std::string good = shard_text(test::shard_of(small_sweep(), {1, 7}, ""));
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_FALSE(read_shard(good.substr(0, length), "x.shard"));
}

TEST_CASE("no bytes in a shard file do harm") {
    const std::string good = shard_text(test::shard_of(small_sweep(), {1, 7}, ""));
    std::mt19937 random(11);
    for (int round = 0; round < 3000; ++round) {
        std::string text = good;
        for (int changes = 0; changes < 3; ++changes)
            text[random() % text.size()] = "\t\n0918-ev.\\x"[random() % 12];
        const auto shard = read_shard(text, "x.shard");
        if (shard) {
            CHECK(shard->runs.size() == runs_of_shard(shard->plan.runs(), shard->name).size());
            CHECK(read_shard(shard_text(*shard), "y.shard"));
        }
    }
}
