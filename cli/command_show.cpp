// iocpscope show TRACE|SCENARIO [--at N] [--format text|svg|png]
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"
#include "cli/picture.hpp"
#include "cli/remarks.hpp"
#include "cli/tables.hpp"
#include "sim/explain.hpp"
#include "sim/model_of.hpp"
#include "sim/timeline.hpp"

namespace cli {
namespace {

struct Options {
    std::string file;
    std::string output = "-";
    std::string format = "text";
    std::optional<std::size_t> at;
    bool json = false;
};

// A trace as it is; a scenario or a schedule as the model plays it. With what is said about it.
struct Shown {
    sim::Trace trace;
    Remarks remarks;
};
Shown shown(Input&& input) {
    if (auto* trace = std::get_if<sim::Trace>(&input)) {
        auto scenario = scenario_in(trace->header);
        Remarks remarks;
        if (scenario && *scenario) {
            remarks = Remarks(**scenario, *trace);
        } else if (!scenario) {
            print_error(
                "the scenario that this trace carries cannot be read; its narration and questions "
                "are not shown\n" +
                sim::render(scenario.error()));
        }
        return {std::move(*trace), std::move(remarks)};
    }
    if (const auto* scenario = std::get_if<sim::Scenario>(&input)) {
        sim::Trace trace = sim::simulate(*scenario).trace;
        Remarks remarks(*scenario, trace);
        return {std::move(trace), std::move(remarks)};
    }
    return {sim::run_schedule(std::get<sim::Schedule>(input), {}, 1).trace, {}};
}

std::string step_text(const sim::Lane& lane, const Remarks& remarks, std::size_t at) {
    const sim::Trace& trace = lane.trace();
    std::string text = fmt::format("{}, step {} of {}, {}\n\n", trace.header.lane, at, lane.steps(),
                                   sim::format_time(lane.time_at(at)));
    text.insert(0, settings_text(trace.header));
    text += stage_text(trace.header, lane.stage_at(at));
    const std::string said = remarks.text_at(at);
    if (at == 0) return said.empty() ? text : text + "\n" + said;
    const sim::Card card = sim::explain(trace.header, trace.facts[at - 1]);
    text += fmt::format("\n  {}.\n", card.what);
    if (!card.rule_id.empty())
        text += fmt::format("  {} ({}): {}\n", card.rule_id, card.badge, card.rule);
    if (!card.link.empty()) text += fmt::format("  {}\n", card.link);
    return said.empty() ? text : text + "\n" + said;
}

std::string as_json(const Shown& run, std::optional<std::size_t> at) {
    const sim::Trace& trace = run.trace;
    Json json;
    json.begin_object();
    json.key("lane").value(trace.header.lane);
    json.key("settings").value(sim::settings(trace.header));
    json.key("facts").begin_list();
    const std::size_t first = at ? std::max<std::size_t>(*at, 1) - 1 : 0;
    const std::size_t last = at ? *at : trace.facts.size();
    for (std::size_t i = first; i < last; ++i) {
        const sim::Fact& fact = trace.facts[i];
        const sim::Card card = sim::explain(trace.header, fact);
        json.begin_object()
            .key("step")
            .value(static_cast<std::uint64_t>(i + 1))
            .key("t0_ns")
            .value(static_cast<std::uint64_t>(fact.t0))
            .key("t1_ns")
            .value(static_cast<std::uint64_t>(fact.t1))
            .key("ev")
            .value(sim::info(fact.kind).name)
            .key("class")
            .value(sim::name(sim::info(fact.kind).fact_class))
            .key("sentence")
            .value(card.what)
            .key("rule")
            .value(card.rule_id)
            .key("badge")
            .value(card.rule_id.empty() ? std::string_view() : card.badge)
            .end_object();
    }
    json.end_list();
    json.key("remarks");
    run.remarks.put(json, at);
    json.end_object();
    return json.take();
}

int write(const Options& options, std::string_view text) {
    const std::string failure = write_file(options.output, text);
    if (failure.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", failure));
    return kEnvironment;
}

int show(const Options& options) {
    auto input = read_input(options.file);
    if (!input) return report(input.error());
    Shown run = shown(std::move(*input));
    const std::size_t steps = run.trace.facts.size();
    if (options.at && *options.at > steps) {
        print_error(fmt::format("iocpscope: there is no step {}; this run has steps 0 to {}\n",
                                *options.at, steps));
        return kBadInput;
    }
    if (options.json) return write(options, as_json(run, options.at));
    if (options.format == "text") {
        if (!options.at)
            return write(options,
                         settings_text(run.trace.header) + sentences(run.trace, run.remarks));
        const sim::Lane lane(std::move(run.trace));
        return write(options, step_text(lane, run.remarks, *options.at));
    }
    const std::size_t at = options.at.value_or(steps);
    if (options.format == "svg") return write(options, svg_picture(std::move(run.trace), at));
    if (options.output == "-") {
        print_error("iocpscope: a PNG needs a file: -o picture.png\n");
        return kBadInput;
    }
    return png_picture(options.file, at, options.output);
}

}  // namespace

void add_show(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("show", "A run in sentences, or as a picture of one step");
    command->add_option("file", options->file, "a trace; a scenario is played in the model first")
        ->required();
    command->add_option("--at", options->at, "the step to show; the last one for pictures")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
    command->add_option("--format", options->format, "text, svg or png")
        ->check(CLI::IsMember({"text", "svg", "png"}))
        ->capture_default_str();
    command->add_option("-o,--output", options->output, "write here instead of standard output");
    command->add_flag("--json", options->json, "print the facts as JSON");
    command->callback([options, &run] { run = [options] { return show(*options); }; });
}

}  // namespace cli
