#include "cli/schedule_on_port.hpp"

#include <fmt/format.h>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/json.hpp"
#include "cli/stepper.hpp"
#include "cli/tables.hpp"
#include "real/schedule_recorder.hpp"

namespace cli {
namespace {

void replace(std::string& text, std::string_view old, std::string_view with) {
    if (const std::size_t at = text.find(old); at != std::string::npos)
        text.replace(at, old.size(), with);
}

void put(Json& json, const Measured& measured) {
    json.key("backend").value(measured.trace.header.backend);
    json.key("lane").value(measured.trace.header.lane);
    json.key("windows_evidence").value(measured.trace.header.windows_evidence);
    json.key("transcript").value(measured.transcript);
}

}  // namespace

ScheduleVerdict judge(const sim::Schedule& schedule, const Measured& measured) {
    auto seen = sim::parse_schedule(measured.transcript, schedule.origin);
    if (!seen) return {sim::Agreement::undecided, "nothing was carried out\n"};
    seen->transcript = true;
    for (std::size_t i = 0; i < seen->lines.size() && i < schedule.lines.size(); ++i)
        seen->lines[i].line = schedule.lines[i].line;  // in the user's file
    const sim::ScheduleRun model = sim::run_schedule(*seen, {}, measured.trace.header.processors);
    const bool late = measured.transcript.find(real::kLatePrefix) != std::string::npos;
    if (model.first_difference.empty()) {
        if (seen->lines.size() == schedule.lines.size()) return {};
        return {sim::Agreement::undecided, fmt::format("only {} of {} lines were carried out\n",
                                                       seen->lines.size(), schedule.lines.size())};
    }
    std::string difference = model.first_difference;
    replace(difference, "does not give what is expected", "gives something else");
    replace(difference, "  expected:", fmt::format("  {}:", measured.trace.header.lane));
    if (!late) return {sim::Agreement::differ, difference};
    return {sim::Agreement::undecided,
            "the computer was too slow, so a time-out may have ended elsewhere; or else\n" +
                difference};
}

int record_schedule(const sim::Schedule& schedule, const MeasureOptions& options,
                    const std::string& output, bool json) {
    const Measured measured = measure(schedule, options);
    if (measured.exit_code != kFine) return measured.exit_code;
    if (!output.empty()) {
        const std::string failure =
            save_trace(output, measured.trace, FileWriter::WhenItFails::keep).failure;
        if (!failure.empty()) {
            print_error(fmt::format("iocpscope: {}\n", failure));
            return kEnvironment;
        }
    }
    std::string text =
        options.stepper == nullptr ? measured.transcript : how_it_ended(measured.trace);
    if (json) {
        Json document;
        document.begin_object();
        put(document, measured);
        document.end_object();
        text = document.take();
    }
    if (output == "-")
        print_error(text);
    else
        print(text);
    return measured.trace.facts.back().outcome == sim::Outcome::crashed ? kEnvironment : kFine;
}

int compare_schedule(const sim::Schedule& schedule, const MeasureOptions& options, bool json) {
    const Measured measured = measure(schedule, options);
    if (measured.exit_code != kFine) return measured.exit_code;
    const ScheduleVerdict verdict = judge(schedule, measured);
    if (json) {
        Json document;
        document.begin_object();
        put(document, measured);
        document.key("agreement").value(agreement_word(verdict.agreement));
        document.key("reason").value(verdict.reason);
        document.end_object();
        print(document.take());
    } else {
        static constexpr std::string_view marks[] = {"AGREE", "DIFFER", "NOT DECIDED"};
        const std::string reason =
            verdict.reason.empty() ? fmt::format("the model and {} give the same on all {} lines\n",
                                                 measured.trace.header.lane, schedule.lines.size())
                                   : verdict.reason;
        print(fmt::format("{}\n{}: {}", measured.transcript,
                          marks[static_cast<int>(verdict.agreement)], reason));
    }
    if (verdict.agreement == sim::Agreement::agree) return kFine;
    return verdict.agreement == sim::Agreement::differ ? kVerdictFailed : kInconclusive;
}

}  // namespace cli
