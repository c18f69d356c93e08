// iocpscope lint SCENARIO...
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/json.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> files;
    bool json = false;
};

void put(Json& json, const sim::Diagnostic& each) {
    json.begin_object()
        .key("code")
        .value(each.code)
        .key("message")
        .value(each.message)
        .key("file")
        .value(each.origin)
        .key("line")
        .value(static_cast<std::uint64_t>(each.line))
        .key("column")
        .value(static_cast<std::uint64_t>(each.column))
        .key("length")
        .value(static_cast<std::uint64_t>(each.length))
        .key("help")
        .value(each.help)
        .end_object();
}

int lint(const Options& options) {
    std::size_t wrong = 0;
    Json json;
    json.begin_list();
    for (const std::string& file : options.files) {
        const auto input = read_input(file);
        if (input) {
            if (!options.json) print(fmt::format("{}: fine\n", file));
            continue;
        }
        wrong += input.error().size();
        for (const sim::Diagnostic& each : input.error()) put(json, each);
        if (!options.json) print_error(sim::render(input.error()));
    }
    json.end_list();
    if (options.json)
        print(json.take());
    else if (wrong > 0)
        print_error(fmt::format("{} error{}\n", wrong, wrong == 1 ? "" : "s"));
    return wrong > 0 ? kBadInput : kFine;
}

}  // namespace

void add_lint(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("lint", "Say what is wrong with scenario files");
    command->add_option("files", options->files, "scenarios, schedules or traces")->required();
    command->add_flag("--json", options->json, "print JSON, for editors");
    command->callback([options, &run] { run = [options] { return lint(*options); }; });
}

}  // namespace cli
