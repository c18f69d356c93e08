// Shards as text: written and read (docs/sweep.md, "Shard files").
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "sim/sweep_shard.hpp"

namespace sim {
namespace {

constexpr std::string_view kName = "iocpscope_sweep";
constexpr std::string_view kVersion = "1";

// -- writing --------------------------------------------------------------------------------------

// Tabs separate fields and line ends separate lines, so none may be in a field.
std::string escaped_field(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '\\': out += "\\\\"; break;
            case '\t': out += "\\t"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            default: out += c;
        }
    }
    return out;
}

// The shortest decimal that reads back as the same double; "-" for no value.
std::string exact(double value) {
    return has_value(value) ? fmt::format("{}", value) : "-";
}

std::string metric_names() {
    std::string line = "metrics";
    for (const MetricInfo& metric : metrics()) line += fmt::format("\t{}", metric.name);
    return line;
}

// -- reading --------------------------------------------------------------------------------------

std::string unescaped_field(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        out += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
    return out;
}

// A double as `exact` writes it; nothing for anything else, so that a value that was edited or
// cannot be read exactly is an error.
std::optional<double> read_exact(std::string_view text) {
    if (text == "-") return kNoValue;
    if (text.empty() || text.size() > 32 ||
        text.find_first_not_of("0123456789.e+-") != std::string_view::npos)
        return std::nullopt;
    const double value = std::strtod(std::string(text).c_str(), nullptr);
    if (exact(value) != text) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> read_whole(std::string_view text, std::uint64_t most) {
    std::uint64_t value = 0;
    if (text.empty()) return std::nullopt;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        const auto next = static_cast<std::uint64_t>(c - '0');
        if (value > (most - next) / 10) return std::nullopt;
        value = value * 10 + next;
    }
    return value;
}

class Reader {
public:
    Reader(std::string_view text, std::string_view origin) : rest_(text), origin_(origin) {}

    Result<Shard> read() {
        Shard shard;
        shard.origin = origin_;
        if (!head() || !settings(shard.plan) || !name(shard) || !runs(shard)) return wrong_;
        return shard;
    }

private:
    // The next line as its fields. False at the end of the text, which then was cut off.
    bool next() {
        fields_.clear();
        ++line_;
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos)
            return fail("V012", "the file was cut off: its `end` line is missing",
                        "run this shard again");
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        for (;;) {
            const std::size_t tab = line.find('\t');
            fields_.push_back(line.substr(0, tab));
            if (tab == std::string_view::npos) return true;
            line.remove_prefix(tab + 1);
        }
    }
    // The next line must begin with this word and have so many fields behind it.
    bool next(std::string_view word, std::size_t least, std::size_t most) {
        if (!next()) return false;
        const std::size_t behind = fields_.size() - 1;
        if (fields_[0] == word && behind >= least && behind <= most) return true;
        return unexpected(fmt::format("a line `{}`", word));
    }
    bool fail(std::string code, std::string message, std::string help = {}) {
        wrong_ = {.code = std::move(code),
                  .message = std::move(message),
                  .origin = std::string(origin_),
                  .line = static_cast<int>(line_),
                  .column = 1,
                  .length = 1,
                  .source_line = {},
                  .help = std::move(help)};
        return false;
    }
    bool unexpected(std::string_view wanted) {
        return fail("V011", fmt::format("{} is expected here", wanted),
                    "shard files are written by sweep --shard and not changed by hand");
    }

    bool head() {
        constexpr std::string_view help = "`iocpscope sweep SCENARIO --shard I/N` writes them";
        if (!rest_.starts_with(kName))
            return fail("V010", "this is not a shard of a sweep", std::string(help));
        if (!next()) return false;
        if (fields_.size() == 2 && fields_[1] == kVersion) return true;
        return fail("V010", fmt::format("this shard has another version than {}", kVersion),
                    "merge with the program that wrote it");
    }

    bool settings(SweepPlan& plan) {
        if (!next("scenario", 1, 1)) return false;
        plan.scenario = unescaped_field(fields_[1]);
        if (!next("title", 1, 1)) return false;
        plan.title = unescaped_field(fields_[1]);
        if (!next("hash", 1, 1)) return false;
        plan.hash = fields_[1];
        if (!next("seed", 1, 1)) return false;
        const auto seed = read_whole(fields_[1], UINT64_MAX);
        if (!seed) return unexpected("a seed");
        plan.seed = *seed;
        if (!next("replications", 1, 1)) return false;
        const auto replications = read_whole(fields_[1], kMaxReplications);
        if (!replications || *replications < 1)
            return unexpected(fmt::format("a number from 1 to {}", kMaxReplications));
        plan.replications = static_cast<std::uint32_t>(*replications);
        for (const PolicySwitch& each : policy_switches()) {
            if (!next("policy", 2, 2)) return false;
            if (fields_[1] != each.name || !set_policy(plan.policies, each.name, fields_[2]))
                return unexpected(fmt::format("a value of the policy switch {}", each.name));
        }
        return varied(plan);
    }

    // Any number of `vary` lines, then the metrics.
    bool varied(SweepPlan& plan) {
        for (;;) {
            if (!next()) return false;
            if (fields_[0] != "vary") break;
            if (fields_.size() < 3) return unexpected("a key and its values");
            Vary vary{.key = unescaped_field(fields_[1]), .values = {}};
            for (std::size_t i = 2; i < fields_.size(); ++i)
                vary.values.push_back(unescaped_field(fields_[i]));
            points_ *= vary.values.size();
            if (points_ > kMaxPoints || points_ * plan.replications > kMaxRuns)
                return unexpected("a sweep of fewer runs");
            plan.varied.push_back(std::move(vary));
        }
        std::string line(fields_[0]);
        for (std::size_t i = 1; i < fields_.size(); ++i) line += fmt::format("\t{}", fields_[i]);
        if (line == metric_names()) return true;
        return fail("V010", "this shard has other metrics than this program",
                    "merge with the program that wrote it");
    }

    bool name(Shard& shard) {
        if (!next("shard", 2, 2)) return false;
        const auto parsed = parse_shard(fmt::format("{}/{}", fields_[1], fields_[2]));
        if (!parsed) return unexpected("the number of the shard and how many there are");
        shard.name = *parsed;
        return true;
    }

    bool runs(Shard& shard) {
        for (const std::size_t run : runs_of_shard(shard.plan.runs(), shard.name)) {
            if (!next("run", 2 + kMetrics, 2 + kMetrics)) return false;
            const std::size_t point = point_of(shard.plan, run) + 1;
            const std::size_t replication = run % shard.plan.replications + 1;
            if (fields_[1] != fmt::format("{}", point) ||
                fields_[2] != fmt::format("{}", replication))
                return unexpected(fmt::format("replication {} of point {}", replication, point));
            MetricValues& values = shard.runs.emplace_back();
            for (std::size_t m = 0; m < kMetrics; ++m) {
                const auto value = read_exact(fields_[3 + m]);
                if (!value) return unexpected(fmt::format("a value of {}", metrics()[m].name));
                values[m] = *value;
            }
        }
        if (!next("end", 1, 1)) return false;
        if (fields_[1] != fmt::format("{}", shard.runs.size()))
            return unexpected("the number of runs above");
        ++line_;
        return rest_.empty() || unexpected("the end of the file");
    }

    std::string_view rest_;
    std::string_view origin_;
    std::size_t line_ = 0;
    std::size_t points_ = 1;
    std::vector<std::string_view> fields_;
    Diagnostic wrong_;
};

}  // namespace

std::string shard_text(const Shard& shard) {
    const SweepPlan& plan = shard.plan;
    std::string text =
        fmt::format("{}\t{}\nscenario\t{}\ntitle\t{}\nhash\t{}\nseed\t{}\nreplications\t{}\n",
                    kName, kVersion, escaped_field(plan.scenario), escaped_field(plan.title),
                    plan.hash, plan.seed, plan.replications);
    for (const PolicySwitch& each : policy_switches())
        text += fmt::format("policy\t{}\t{}\n", each.name, policy_value(plan.policies, each.name));
    for (const Vary& vary : plan.varied) {
        text += fmt::format("vary\t{}", escaped_field(vary.key));
        for (const std::string& value : vary.values)
            text += fmt::format("\t{}", escaped_field(value));
        text += "\n";
    }
    text += metric_names();
    text += fmt::format("\nshard\t{}\t{}\n", shard.name.number, shard.name.of);
    const std::vector<std::size_t> runs = runs_of_shard(plan.runs(), shard.name);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        text += fmt::format("run\t{}\t{}", point_of(plan, runs[i]) + 1,
                            runs[i] % plan.replications + 1);
        for (const double value : shard.runs[i]) text += "\t" + exact(value);
        text += "\n";
    }
    return text + fmt::format("end\t{}\n", runs.size());
}

Result<Shard> read_shard(std::string_view text, std::string_view origin) {
    return Reader(text, origin).read();
}

}  // namespace sim
