#include "cli/input.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "sim/model_of.hpp"
#include "sim/trace_io.hpp"

namespace cli {
namespace {

bool is_schedule(std::string_view text, const std::string& path) {
    if (path.ends_with(".schedule")) return true;
    // A transcript under another name: its first line that is no comment begins with `> `.
    while (text.starts_with('#')) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return false;
        text.remove_prefix(end + 1);
    }
    return text.starts_with("> ");
}

}  // namespace

sim::Result<Input> read_input(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return text.error();
    // A trace may be empty, when its disk was full for example; that is no empty scenario.
    if (text->starts_with('{') || path.ends_with(".trace")) {
        auto trace = sim::trace_from_ndjson(*text, path);
        if (!trace) return trace.error();
        if (trace->truncated)
            print_error(fmt::format("{}: the trace was cut off; {} facts up to there are used\n",
                                    path, trace->facts.size()));
        return Input(std::move(*trace));
    }
    if (is_schedule(*text, path)) {
        auto schedule = sim::parse_schedule(*text, path);
        if (!schedule) return schedule.error();
        return Input(std::move(*schedule));
    }
    sim::ParseOptions options;
    options.read_file = reader_beside(path);
    auto scenario = sim::parse_scenario(*text, path, options);
    if (!scenario) return scenario.error();
    return Input(std::move(*scenario));
}

std::function<std::optional<std::string>(std::string_view name)> reader_beside(
    const std::string& path) {
    if (path == "-") return {};
    return [folder = std::filesystem::path(path).parent_path()](
               std::string_view name) -> std::optional<std::string> {
        constexpr std::uintmax_t largest = 64u << 20;  // what a scenario may name
        const std::filesystem::path file = folder / std::filesystem::path(std::string(name));
        std::error_code code;
        if (!std::filesystem::is_regular_file(file, code)) return std::nullopt;
        if (std::filesystem::file_size(file, code) > largest || code) return std::nullopt;
        auto text = read_file(file.string());
        if (!text) return std::nullopt;
        return std::move(text).value();
    };
}

int report(const sim::Diagnostics& errors) {
    print_error(sim::render(errors));
    return kBadInput;
}

sim::Result<std::optional<sim::Scenario>> scenario_of(const sim::TraceHeader& header) {
    using Found = std::optional<sim::Scenario>;
    if (header.scenario.empty() || is_schedule(header.scenario, header.scenario_name))
        return Found();
    sim::ParseOptions options;
    options.processors = header.processors;
    options.read_file = [&header](std::string_view name) -> std::optional<std::string> {
        for (const auto& [known, text] : header.files)
            if (known == name) return text;
        return std::nullopt;
    };
    auto scenario = sim::parse_scenario(header.scenario, header.scenario_name, options);
    if (!scenario) return scenario.error();
    return Found(std::move(*scenario));
}

sim::Result<sim::Trace> model_for(const sim::Trace& measured) {
    auto scenario = sim::parse_scenario(measured.header.scenario, measured.header.scenario_name);
    if (!scenario) return scenario.error();
    return sim::model_of(*scenario, measured.header);
}

}  // namespace cli
