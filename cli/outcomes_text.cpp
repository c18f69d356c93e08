#include "cli/outcomes_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/tables.hpp"
#include "cli/wrap.hpp"
#include "sim/run_names.hpp"

namespace cli {
namespace {

// Long lists say what they leave out; --json has everything.
constexpr std::size_t kMaxRows = 60;
constexpr std::size_t kMostOutcomes = 12;
constexpr std::size_t kMostDifferences = 4;  // of an outcome
constexpr std::size_t kMostReasons = 6;

std::uint32_t number(sim::PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

std::string packets_text(const RunsSummary& summary) {
    const auto packets = summary.tally.packets();
    std::size_t width = std::string_view("Model").size();
    for (const sim::PacketVotes& each : packets)
        width = std::max(width, columns_of(sim::name_or_none(summary.header, each.expected)));
    std::string text = fmt::format("  packet  {}  in {} run{}\n", padded("Model", width),
                                   summary.tally.whole(), summary.tally.whole() == 1 ? "" : "s");
    for (std::size_t i = 0; i < std::min(packets.size(), kMaxRows); ++i) {
        const sim::PacketVotes& each = packets[i];
        std::string votes;
        for (const auto& vote : each.votes)
            votes += fmt::format("{}{} in {}", votes.empty() ? "" : ", ",
                                 sim::name_or_none(summary.header, vote.thread), vote.runs);
        if (!each.all_as_expected()) votes += "  ◇";
        text += fmt::format("  {:>6}  {}  {}", number(each.packet),
                            padded(sim::name_or_none(summary.header, each.expected), width),
                            wrapped(votes, 12 + width, 12 + width));
    }
    if (packets.size() > kMaxRows)
        text += fmt::format("  … and {} more packets\n", packets.size() - kMaxRows);
    return text;
}

// What is not as in the model.
std::string differences_of(const RunsSummary& summary, const sim::RunOutcome& outcome) {
    std::string text;
    std::size_t count = 0;
    const auto add = [&](const std::string& what) {
        if (++count <= kMostDifferences) text += (text.empty() ? "" : "; ") + what;
    };
    for (const sim::DispatchPair& pair : outcome.pairs)
        if (!pair.same())
            add(fmt::format("packet {} to {} instead of {}", number(pair.packet),
                            sim::name_or_none(summary.header, pair.right),
                            sim::name_or_none(summary.header, pair.left)));
    for (const std::string& result : outcome.results) add(result);
    if (count > kMostDifferences) text += fmt::format("; and {} more", count - kMostDifferences);
    return text;
}

std::string outcome_text(const RunsSummary& summary, const sim::RunOutcome& outcome) {
    constexpr std::size_t kIndent = 8;
    const std::string what =
        outcome.as_expected() ? "as in the model" : differences_of(summary, outcome);
    std::string text = fmt::format("  {:>4}  ", outcome.number) +
                       wrapped(fmt::format("in {} of {} runs, run {} first: {}", outcome.runs,
                                           summary.tally.whole(), outcome.first_run, what),
                               kIndent, kIndent);
    // A name is not broken, so that it can be copied.
    if (const std::string& path = summary.traces[outcome.number - 1]; !path.empty())
        text += std::string(kIndent, ' ') + path + "\n";
    return text;
}

std::string outcomes_text(const RunsSummary& summary) {
    const auto outcomes = summary.tally.outcomes();
    std::string text = outcomes.size() == 1
                           ? std::string("  All have the same outcome")
                           : fmt::format("  {} different outcomes", outcomes.size());
    text += ": who gets which packet, and what calls return.\n";
    for (std::size_t i = 0; i < std::min(outcomes.size(), kMostOutcomes); ++i)
        text += outcome_text(summary, outcomes[i]);
    if (outcomes.size() > kMostOutcomes)
        text += fmt::format("  … and {} more outcomes\n", outcomes.size() - kMostOutcomes);
    return text + paragraph(summary.traces.front().empty()
                                ? "With -o FOLDER a trace of each is kept."
                                : "`iocpscope show FILE` and `iocpscope-gui FILE` open them.");
}

std::string reasons_text(const RunsSummary& summary) {
    std::string text;
    std::size_t shown = 0, left_out = 0;
    for (const RunsSummary::Reason& each : summary.reasons) {
        if (each.agreement == sim::Agreement::agree) continue;
        if (++shown > kMostReasons)
            ++left_out;
        else
            text += paragraph(fmt::format("{} of {} runs {}: {}.", each.runs, summary.tally.runs(),
                                          agreement_word(each.agreement), each.reason));
    }
    if (left_out > 0) text += fmt::format("  … and {} other reasons\n", left_out);
    return text.empty() ? text : "\n" + text;
}

}  // namespace

std::uint64_t RunsSummary::runs_that(sim::Agreement agreement) const {
    std::uint64_t sum = 0;
    for (const Reason& each : reasons)
        if (each.agreement == agreement) sum += each.runs;
    return sum;
}

std::string runs_text(const RunsSummary& summary) {
    std::string text = paragraph("Measured on: " + summary.header.lane) + "\n";
    if (summary.tally.whole() > 0)
        text += packets_text(summary) + "\n" + outcomes_text(summary);
    else
        text += "  No run is whole, so there is no outcome.\n";
    text += reasons_text(summary) + "\n";
    if (const std::string spread = summary.spread.text(); !spread.empty()) text += spread + "\n";
    return text + paragraph(summary.badge) +
           fmt::format("  {} agree, {} differ, {} not decided\n",
                       summary.runs_that(sim::Agreement::agree),
                       summary.runs_that(sim::Agreement::differ),
                       summary.runs_that(sim::Agreement::undecided));
}

void put_runs(Json& json, const RunsSummary& summary) {
    const auto put_thread = [&](sim::ThreadId thread) {
        if (thread == sim::ThreadId::none)
            json.null();
        else
            json.value(sim::thread_name(summary.header, thread));
    };
    json.key("agree").value(summary.runs_that(sim::Agreement::agree));
    json.key("differ").value(summary.runs_that(sim::Agreement::differ));
    json.key("undecided").value(summary.runs_that(sim::Agreement::undecided));
    json.key("whole").value(summary.tally.whole()).key("packets").begin_list();
    for (const sim::PacketVotes& each : summary.tally.packets()) {
        json.begin_object().key("packet").value(std::uint64_t{number(each.packet)}).key("model");
        put_thread(each.expected);
        json.key("threads").begin_list();
        for (const auto& vote : each.votes) {
            json.begin_object().key("thread");
            put_thread(vote.thread);
            json.key("runs").value(vote.runs).end_object();
        }
        json.end_list().end_object();
    }
    json.end_list().key("outcomes").begin_list();
    for (const sim::RunOutcome& outcome : summary.tally.outcomes()) {
        json.begin_object().key("number").value(static_cast<std::uint64_t>(outcome.number));
        json.key("runs").value(outcome.runs).key("first_run").value(outcome.first_run);
        json.key("as_model").value(outcome.as_expected()).key("trace");
        if (const std::string& path = summary.traces[outcome.number - 1]; path.empty())
            json.null();
        else
            json.value(path);
        json.key("packets").begin_list();
        for (const sim::DispatchPair& pair : outcome.pairs) {
            json.begin_object().key("packet").value(std::uint64_t{number(pair.packet)});
            json.key("thread");
            put_thread(pair.right);
            json.end_object();
        }
        json.end_list().key("results").begin_list();
        for (const std::string& result : outcome.results) json.value(result);
        json.end_list().end_object();
    }
    json.end_list().key("spread");
    summary.spread.put(json);
}

}  // namespace cli
