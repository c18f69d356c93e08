// iocpscope conformance [TRACE...]
#include <fmt/format.h>

#include <ctime>
#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/lessons.hpp"
#include "cli/measure.hpp"
#include "real/port.hpp"
#include "real/recordable.hpp"
#include "sim/conformance.hpp"
#include "sim/simulator.hpp"

namespace cli {
namespace {

struct Options {
    std::vector<std::string> recordings;
    std::string lessons;  // a folder
    std::string output;
    int runs = 3;
};

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::string text(16, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d", std::gmtime(&now)));
    return text;
}

std::string page(const sim::Conformance& matrix, const Options& options, std::size_t lessons) {
    return fmt::format(
               "# What was measured of every rule\n\n"
               "<!-- Written by `iocpscope conformance`; do not edit. -->\n\n"
               "Every lesson was played by the model and recorded on every system that there was, "
               "and each run was judged by the [checker](checker.md). \"Holds\" says in how many "
               "runs the rule made something happen, \"violated\" in how many no documented port "
               "could have done what was seen, \"contrary\" that this is not beyond doubt, — that "
               "no "
               "run put the rule to the test. Only a column of a Windows kernel says anything "
               "about "
               "Windows.\n\n"
               "Made on {} with {} lessons, {} runs of each.\n\n",
               today(), lessons, options.runs) +
           matrix.markdown();
}

// Every lesson on the model, whose traces are judged like all others.
void play(sim::Conformance& matrix, const Lessons& found) {
    for (const Lesson& lesson : found.lessons)
        matrix.add("Model", sim::check(sim::observable(sim::simulate(lesson.scenario).trace)));
}

int record(sim::Conformance& matrix, const Lessons& found, const Options& options) {
    for (const real::Backend& backend : real::backends()) {
        if (!backend.unavailable.empty()) {
            matrix.add_absent(std::string(backend.name), backend.unavailable);
            continue;
        }
        MeasureOptions measured;
        measured.backend = std::string(backend.name);
        for (const Lesson& lesson : found.lessons) {
            if (!real::unrecordable(lesson.scenario, backend).empty()) continue;
            for (int i = 0; i < options.runs; ++i) {
                const Measured run = measure(lesson.scenario, measured);
                if (run.exit_code != kFine) return run.exit_code;
                matrix.add(std::string(backend.lane), sim::check(run.trace));
                if (run.stopped) return kFine;
            }
        }
    }
    return kFine;
}

int add_recordings(sim::Conformance& matrix, const Options& options) {
    for (const std::string& file : options.recordings) {
        const auto input = read_input(file);
        if (!input) return report(input.error());
        const auto* trace = std::get_if<sim::Trace>(&*input);
        if (trace == nullptr) {
            print_error(fmt::format("iocpscope: {} is no trace\n", file));
            return kBadInput;
        }
        matrix.add("Recording: " + trace->header.lane, sim::check(*trace));
    }
    return kFine;
}

int conformance(const Options& options) {
    const Lessons found = find_lessons(options.lessons);
    if (found.lessons.empty()) {
        print_error("iocpscope: no lessons were found; --lessons names their folder\n");
        return kBadInput;
    }
    sim::Conformance matrix;
    play(matrix, found);
    if (options.runs > 0)
        if (const int failed = record(matrix, found, options); failed != kFine) return failed;
    if (const int failed = add_recordings(matrix, options); failed != kFine) return failed;
    const std::string text = page(matrix, options, found.lessons.size());
    if (options.output.empty() || options.output == "-") {
        print(text);
        return kFine;
    }
    const std::string failure = write_file(options.output, text);
    if (failure.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", failure));
    return kEnvironment;
}

}  // namespace

void add_conformance(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "conformance", "Run every lesson everywhere and say of every rule whether it was kept");
    command->add_option("recordings", options->recordings, "traces that get columns of their own");
    command->add_option("--lessons", options->lessons, "folder of the lessons");
    command->add_option("--runs", options->runs, "how often to record each; 0: the model only")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    command->add_option("-o,--output", options->output, "where the page goes");
    command->callback([options, &run] { run = [options] { return conformance(*options); }; });
}

}  // namespace cli
