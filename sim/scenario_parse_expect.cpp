#include "sim/scenario_parse_expect.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace sim::parse {
namespace {

// The texts of a list; complains about entries that are none.
std::vector<const Node*> texts(Problems& problems, const Node& list, std::string_view what) {
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

}  // namespace

Expect read_expect(Problems& problems, const ThreadNames& threads, const Table& table) {
    Expect expect;
    expect.max_active = table.number("max_active");
    if (const Value* v = table.get("delivered"))
        expect.delivered = static_cast<std::uint64_t>(v->integer);
    if (const Value* v = table.get("left_in_queue"))
        expect.left_in_queue = static_cast<std::uint64_t>(v->integer);
    if (const Value* v = table.get("dispatch")) {
        for (const Node* item : texts(problems, *v->node, "an expected dispatch"))
            if (const auto dispatch = read_dispatch(problems, threads, *item))
                expect.dispatch.push_back(*dispatch);
    }
    if (const Value* v = table.get("never_wakes")) {
        for (const Node* item : texts(problems, *v->node, "the name of a thread")) {
            const ThreadId id = threads.find(problems, item->text, item->place);
            if (id != ThreadId::none) expect.never_wakes.push_back(id);
        }
    }
    return expect;
}

std::vector<Rule> read_rules(Problems& problems, const Node& list) {
    std::vector<Rule> rules;
    for (const Node* item : texts(problems, list, "the id of a rule")) {
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
