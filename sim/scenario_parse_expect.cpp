// The expectations of a scenario, and the rules that it names.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "sim/scenario_parse_reading.hpp"
#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

// "T4" or "T4:1"
std::optional<ExpectedDispatch> read_dispatch(Problems& problems, const ThreadNames& threads,
                                              const Node& item) {
    const std::string_view text = item.text;
    const std::size_t colon = text.find(':');
    const std::string_view thread = text.substr(0, colon);
    if (!is_name(thread)) {
        problems.add(ErrorCode::not_a_dispatch, item.place,
                     quoted(text) + " is no dispatch: a thread comes first",
                     "write \"T4\", or \"T4:1\" for thread T4 and packet 1");
        return std::nullopt;
    }
    ExpectedDispatch dispatch;
    if (colon != std::string_view::npos) {
        const std::string_view number = text.substr(colon + 1);
        std::uint32_t packet = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), packet);
        if (error != std::errc() || end != number.data() + number.size() || packet < 1 ||
            packet > kMaxPosts) {
            problems.add(ErrorCode::not_a_dispatch, item.place,
                         quoted(number) + " is no number of a packet",
                         "packets are numbered from 1 in the order of posting");
            return std::nullopt;
        }
        dispatch.packet = static_cast<PacketId>(packet);
    }
    dispatch.thread = threads.find(problems, thread, item.place);
    if (dispatch.thread == ThreadId::none) return std::nullopt;
    return dispatch;
}

// "ERROR_ABANDONED_WAIT_0" for "735"; empty for what is no number of an error that has a name.
std::string_view numbered_error(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return sim::name(static_cast<Win32Error>(number));
}

// "T1: ERROR_ABANDONED_WAIT_0", "main: ERROR_INVALID_PARAMETER"
std::optional<ExpectedReturn> read_return(Reading& reading, const Node& item) {
    Problems& problems = reading.problems();
    const std::string_view text = item.text;
    const std::size_t colon = text.find(':');
    const std::string_view thread = without_blanks(text.substr(0, colon));
    if (colon == std::string_view::npos || !is_name(thread)) {
        problems.add(ErrorCode::not_a_return, item.place,
                     quoted(text) + " does not say which thread gets which error",
                     "write, for example, \"T1: ERROR_ABANDONED_WAIT_0\"");
        return std::nullopt;
    }
    const std::string_view wanted = text.substr(colon + 1);
    const std::string_view name = without_blanks(wanted);
    const auto error = win32_error_from_name(name);
    if (!error) {
        const auto words = words_of(ValueType::error);
        const std::size_t at = colon + 1 + std::min(wanted.find_first_not_of(' '), wanted.size());
        problems.add(ErrorCode::not_a_return, problems.inside(item, at, name.size()),
                     "there is no error " + quoted(name),
                     numbered_error(name).empty()
                         ? problems.suggest(name, {words.begin(), words.end()})
                         : "its name is " + quoted(numbered_error(name)));
        return std::nullopt;
    }
    if (thread == "main") return ExpectedReturn{ThreadId::none, *error};
    const ThreadId id =
        reading.threads.find(problems, thread, problems.inside(item, 0, thread.size()));
    if (id == ThreadId::none) return std::nullopt;
    return ExpectedReturn{id, *error};
}

std::vector<ThreadId> read_threads(Reading& reading, const Value* value) {
    std::vector<ThreadId> threads;
    if (!value) return threads;
    for (const Node* item : texts_of(reading.problems(), *value->node, "the name of a thread")) {
        const ThreadId id = reading.threads.find(reading.problems(), item->text, item->place);
        if (id != ThreadId::none) threads.push_back(id);
    }
    return threads;
}

std::optional<std::uint64_t> read_count(const Table& table, std::string_view key) {
    const Value* value = table.get(key);
    if (!value) return std::nullopt;
    return static_cast<std::uint64_t>(value->integer);
}

// A thread cannot be expected to get packets and to get none.
void check_wakes(Reading& reading, const Table& table) {
    const Expect& expect = reading.scenario.expect;
    for (const ThreadId id : expect.wakes) {
        if (std::find(expect.never_wakes.begin(), expect.never_wakes.end(), id) ==
            expect.never_wakes.end())
            continue;
        reading.problems().add(ErrorCode::when_and_at, table.value_place("never_wakes"),
                               "a thread stands in `wakes` and in `never_wakes`",
                               "keep one of them");
        return;
    }
}

void read_lists(Reading& reading, const Table& table, Expect& expect) {
    Problems& problems = reading.problems();
    if (const Value* v = table.get("dispatch")) {
        for (const Node* item : texts_of(problems, *v->node, "an expected dispatch"))
            if (const auto dispatch = read_dispatch(problems, reading.threads, *item))
                expect.dispatch.push_back(*dispatch);
    }
    if (const Value* v = table.get("returns")) {
        for (const Node* item : texts_of(problems, *v->node, "an expected return"))
            if (const auto value = read_return(reading, *item)) expect.returns.push_back(*value);
    }
    if (const Value* v = table.get("rules")) expect.rules = read_rules(problems, *v->node);
    if (const Value* v = table.get("finally")) {
        PredicateReader predicates(reading);
        for (const Node* item : texts_of(problems, *v->node, "a predicate"))
            if (auto predicate = predicates.read(*item))
                expect.finally.push_back(std::move(*predicate));
    }
}

}  // namespace

std::vector<const Node*> texts_of(Problems& problems, const Node& list, std::string_view what) {
    std::vector<const Node*> found;
    for (const Node& item : list.items) {
        if (item.kind == Node::Kind::text) {
            found.push_back(&item);
        } else {
            problems.add(ErrorCode::wrong_type, item.place,
                         std::string(what) + " is a text in quotes, not " +
                             std::string(describe(item.kind)));
        }
    }
    return found;
}

void read_expect(Reading& reading, const Table& table) {
    Expect& expect = reading.scenario.expect;
    expect.max_active = table.number("max_active");
    expect.delivered = read_count(table, "delivered");
    expect.left_in_queue = read_count(table, "left_in_queue");
    expect.discarded = read_count(table, "discarded");
    expect.wakes = read_threads(reading, table.get("wakes"));
    expect.never_wakes = read_threads(reading, table.get("never_wakes"));
    check_wakes(reading, table);
    read_lists(reading, table, expect);
}

std::vector<Rule> read_rules(Problems& problems, const Node& list) {
    std::vector<Rule> rules;
    for (const Node* item : texts_of(problems, list, "the id of a rule")) {
        if (const auto rule = rule_from_id(item->text)) {
            rules.push_back(*rule);
            continue;
        }
        std::vector<std::string_view> ids;
        for (std::size_t i = 1; i < rule_count(); ++i) ids.push_back(info(static_cast<Rule>(i)).id);
        problems.add(ErrorCode::unknown_rule, item->place, "there is no rule " + quoted(item->text),
                     problems.suggest(item->text, ids));
    }
    return rules;
}

}  // namespace sim::parse
