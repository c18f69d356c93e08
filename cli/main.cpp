// iocpscope: the command line. One small file per subcommand; this one only puts them together.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "sim/diagnostic.hpp"

namespace {

constexpr const char* kAbout =
    "See how Windows I/O completion ports dispatch, modelled and measured.\n"
    "A first try: iocpscope compare scenarios/lifo-wake.toml\n";
constexpr const char* kExitCodes =
    "Exit: 0 fine, 1 a verdict or expectation failed, 2 bad input or usage, 3 inconclusive,\n"
    "      4 this computer cannot (and why).  `-` is standard input or output.";

// A word where a subcommand should be gets an answer of its own. False: nothing to complain about.
bool complain_about_subcommand(const CLI::App& app, int argc, char** argv) {
    if (argc < 2) {
        cli::print_error(app.help());
        return true;
    }
    const std::string_view word = argv[1];
    if (word.starts_with('-')) return false;
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) {
        if (command->get_name() == word) return false;
        if (!command->get_group().empty()) names.push_back(command->get_name());
    }
    const std::string_view near =
        sim::closest(word, std::vector<std::string_view>(names.begin(), names.end()));
    cli::print_error(fmt::format("iocpscope: there is no subcommand `{}`{}\n", word,
                                 near.empty()
                                     ? "; there are: " + fmt::format("{}", fmt::join(names, ", "))
                                     : fmt::format("; did you mean `{}`?", near)));
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    cli::use_binary_streams();
    cli::survive_size_limit();
    CLI::App app{kAbout, "iocpscope"};
    app.footer(kExitCodes);
    app.require_subcommand(1);
    app.set_version_flag("--version", "iocpscope 0.1.0, scenario format 1, trace format 1");
    cli::Run run;
    cli::add_simulate(app, run);
    cli::add_record(app, run);
    cli::add_check(app, run);
    cli::add_compare(app, run);
    cli::add_conformance(app, run);
    cli::add_explore(app, run);
    cli::add_show(app, run);
    cli::add_sweep(app, run);
    cli::add_lessons(app, run);
    cli::add_lint(app, run);
    cli::add_explain(app, run);
    cli::add_backends(app, run);
    cli::add_record_child(app, run);
    if (complain_about_subcommand(app, argc, argv)) return cli::kBadInput;
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help and version are no errors.
        return app.exit(error) == 0 ? cli::kFine : cli::kBadInput;
    }
    try {
        return run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "iocpscope: %s\n", error.what());
        return cli::kEnvironment;
    }
}
