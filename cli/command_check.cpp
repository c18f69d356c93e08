// iocpscope check TRACE...
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/check_report.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> files;
    std::uint64_t effort = sim::CheckOptions{}.effort;
    std::uint32_t margin_ms = 10;
    bool no_explain = false;
    bool all_rules = false;
    bool json = false;
};

int exit_code_of(sim::Verdict verdict) {
    switch (verdict) {
        case sim::Verdict::conforms: return kFine;
        case sim::Verdict::violates: return kVerdictFailed;
        case sim::Verdict::inconclusive: break;
    }
    return kInconclusive;
}

// Of several verdicts, the one that a script must hear of.
int worse(int a, int b) {
    if (a == kVerdictFailed || b == kVerdictFailed) return kVerdictFailed;
    return std::max(a, b);
}

sim::CheckOptions check_options(const Options& options) {
    sim::CheckOptions chosen{.effort = options.effort,
                             .margin = sim::Nanos{options.margin_ms} * 1'000'000,
                             .explain = !options.no_explain,
                             .progress = {}};
    chosen.progress = [shows = on_terminal()](double share) {
        if (shows) print_error(fmt::format("\rchecking … {:3.0f} % ", share * 100));
        return !InterruptGuard::interrupted();
    };
    return chosen;
}

int check_files(const Options& options) {
    const InterruptGuard guard;
    Json json;
    json.begin_list();
    int code = kFine;
    for (std::size_t i = 0; i < options.files.size(); ++i) {
        const auto input = read_input(options.files[i]);
        if (!input) return report(input.error());
        const auto* trace = std::get_if<sim::Trace>(&*input);
        if (trace == nullptr) {
            print_error(
                fmt::format("iocpscope: {} is no trace; check judges what was measured. "
                            "Record it first: iocpscope record {} -o run.trace\n",
                            options.files[i], options.files[i]));
            return kBadInput;
        }
        const sim::CheckReport report = sim::check(*trace, check_options(options));
        if (on_terminal()) print_error("\r\033[K");
        code = worse(code, exit_code_of(report.verdict));
        if (options.json)
            put_check(json, *trace, report);
        else
            print((i > 0 ? "\n" : "") + check_text(*trace, report, options.all_rules));
    }
    json.end_list();
    if (options.json) print(json.take());
    return code;
}

}  // namespace

void add_check(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "check", "Is a measured run a possible run of a documented port? A verdict per rule");
    command->add_option("files", options->files, "traces; - is standard input")->required();
    command
        ->add_option("--effort", options->effort,
                     "steps that the search may take before it says that it cannot decide")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000'000}))
        ->capture_default_str();
    command
        ->add_option("--margin", options->margin_ms,
                     "ms after which a thread that has asked is taken to wait, where nothing was "
                     "seen; what rests on this is never called a violation")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    command->add_flag("--no-explain", options->no_explain,
                      "do not look for the change of policy that explains a failure");
    command->add_flag("--all-rules", options->all_rules,
                      "list the rules that the run did not put to the test, too");
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &run] { run = [options] { return check_files(*options); }; });
}

}  // namespace cli
