// The subcommands: each adds itself to the parser in its own file and leaves what it will do in
// `run`. Nothing happens before the whole command line is known to be good.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace cli {

using Run = std::function<int()>;  // returns an ExitCode

void add_simulate(CLI::App& app, Run& run);
void add_record(CLI::App& app, Run& run);
void add_check(CLI::App& app, Run& run);
void add_compare(CLI::App& app, Run& run);
void add_conformance(CLI::App& app, Run& run);
void add_explore(CLI::App& app, Run& run);
void add_show(CLI::App& app, Run& run);
void add_sweep(CLI::App& app, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_lessons(CLI::App& app, Run& run);
void add_lint(CLI::App& app, Run& run);
void add_backends(CLI::App& app, Run& run);
// Hidden: the child process in which a recording runs.
void add_record_child(CLI::App& app, Run& run);

}  // namespace cli
