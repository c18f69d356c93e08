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
    std::optional<std::uint32_t> processors;
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
    std::string first_code;
    Json json;
    json.begin_list();
    for (const std::string& file : options.files) {
        const auto input = read_input(file, options.processors);
        if (input) {
            if (!options.json) print(fmt::format("{}: fine\n", file));
            continue;
        }
        // What is said about the next file is easily told apart.
        if (!options.json && wrong > 0) print_error("\n");
        wrong += input.error().size();
        for (const sim::Diagnostic& each : input.error()) put(json, each);
        if (first_code.empty()) first_code = input.error().front().code;
        if (!options.json) print_error(sim::render(input.error()));
    }
    json.end_list();
    if (options.json)
        print(json.take());
    else if (wrong > 0)
        print_error(fmt::format("{} error{}; `iocpscope explain {}` says more about a code\n",
                                wrong, wrong == 1 ? "" : "s", first_code));
    return wrong > 0 ? kBadInput : kFine;
}

}  // namespace

void add_lint(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("lint", "Say what is wrong with scenario files");
    command->add_option("files", options->files, "scenarios, schedules or traces")->required();
    command
        ->add_option("--processors", options->processors,
                     "what the word means in `count` and `concurrency`")
        ->check(CLI::Range(1, 1024));
    command->add_flag("--json", options->json, "print JSON, for editors");
    command->callback([options, &run] { run = [options] { return lint(*options); }; });
}

}  // namespace cli
