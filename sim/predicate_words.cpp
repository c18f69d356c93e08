#include "sim/predicate_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/diagnostic.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::predicate {
namespace {

using parse::quoted;

constexpr std::array<std::string_view, 5> kReserved = {"and", "or", "not", "true", "false"};

bool reserved(std::string_view word) {
    return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

const PropertyInfo* find_property(Of of, std::string_view name) {
    for (const PropertyInfo& each : properties())
        if (each.of == of && each.name == name) return &each;
    return nullptr;
}

// Visits every name of the scenario: visit(of, type, index, name).
template <class Visit>
void each_name(const PredicateNames& names, const Visit& visit) {
    for (std::size_t i = 0; i < names.ports.size(); ++i)
        visit(Of::port, Type::port, i, std::string_view(names.ports[i]));
    for (std::size_t i = 0; i < names.threads.size(); ++i)
        visit(Of::thread, Type::thread, i, std::string_view(names.threads[i]));
    for (std::size_t i = 0; i < names.handles.size(); ++i)
        visit(Of::handle, Type::handle, i, std::string_view(names.handles[i]));
}

// Visits what has this name.
template <class Visit>
void each_called(const PredicateNames& names, std::string_view wanted, const Visit& visit) {
    if (!names.index) {
        each_name(names, [&](Of of, Type type, std::size_t i, std::string_view name) {
            if (name == wanted) visit(of, type, i);
        });
        return;
    }
    constexpr std::array<std::pair<Of, Type>, 3> kinds = {
        {{Of::port, Type::port}, {Of::thread, Type::thread}, {Of::handle, Type::handle}}};
    for (const PredicateIndex::Entry& entry : names.index->find(wanted))
        visit(kinds[entry.kind].first, kinds[entry.kind].second, std::size_t{entry.which});
}

bool is_name_of(const PredicateNames& names, std::string_view word) {
    bool found = false;
    each_called(names, word, [&](Of, Type, std::size_t) { found = true; });
    return found;
}

PredicateOp constant(std::int64_t number) {
    return {static_cast<std::uint8_t>(PredicateCode::constant), 0, number};
}
PredicateOp ask(PredicateCode code, std::size_t which = 0) {
    return {static_cast<std::uint8_t>(code), static_cast<std::uint32_t>(which), 0};
}

// The words of the language that are no names: kinds of facts, rules, errors, operations.
void add_values(Meanings& found, std::string_view word) {
    if (const auto kind = fact_kind_from_name(word))
        found.push_back({Type::fact, constant(static_cast<std::int64_t>(*kind))});
    if (const auto rule = rule_from_id(word))
        found.push_back({Type::rule, constant(static_cast<std::int64_t>(*rule))});
    if (const auto error = win32_error_from_name(word))
        found.push_back({Type::error, constant(static_cast<std::int64_t>(*error))});
    if (const auto operation = operation_from_name(word))
        found.push_back({Type::operation, constant(static_cast<std::int64_t>(*operation))});
    if (word == "main") found.push_back({Type::thread, constant(kNone)});
    if (word == "none")
        for (const Type type : {Type::thread, Type::port, Type::handle, Type::fact, Type::rule})
            found.push_back({type, constant(kNone)});
}

bool language_word(std::string_view word) {
    if (reserved(word) || find_property(Of::last, word) != nullptr) return true;
    Meanings found;
    add_values(found, word);
    return !found.empty();
}

// "did you mean `T1`?", or what there is when that is short.
std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& candidates) {
    // Comparing with thousands of long names is not worth the time that a hopeless file costs.
    constexpr std::size_t kPatience = 1'000'000;
    std::size_t cost = 0;
    for (const std::string_view each : candidates) cost += each.size() * wrong.size();
    const std::string_view best = cost > kPatience ? "" : closest(wrong, candidates);
    if (!best.empty()) return "did you mean " + quoted(best) + "?";
    constexpr std::size_t kListed = 14;
    if (candidates.empty() || candidates.size() > kListed) return {};
    std::string text = candidates.size() == 1 ? "there is only " : "there are ";
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i > 0) text += i + 1 == candidates.size() ? " and " : ", ";
        text += quoted(candidates[i]);
    }
    return text;
}

}  // namespace

std::size_t Words::length(std::string_view run) const {
    constexpr std::size_t kLongestWord = 80;  // of the language itself, or a name with a number
    for (std::size_t end = std::min(run.size(), kLongestWord); end > 0; --end) {
        if (end < run.size() && run[end] != '-') continue;
        const std::string_view word = run.substr(0, end);
        if (language_word(word) || is_name_of(names_, word)) return end;
    }
    return run.size();
}

Meanings Words::meanings(std::string_view word) const {
    if (word == "true" || word == "false") return {{Type::truth, constant(word == "true" ? 1 : 0)}};
    if (reserved(word)) return {};
    // What the language calls by this word comes before what a scenario does.
    if (const PropertyInfo* last = find_property(Of::last, word))
        return {{last->type, ask(last->code)}};
    Meanings found;
    each_called(names_, word, [&](Of, Type type, std::size_t i) {
        found.push_back({type, type == Type::port ? ask(PredicateCode::named_port, i)
                                                  : constant(static_cast<std::int64_t>(i))});
    });
    add_values(found, word);
    return found;
}

Meanings Words::meanings(std::string_view name, std::string_view property) const {
    Meanings found;
    each_called(names_, name, [&](Of of, Type, std::size_t i) {
        if (const PropertyInfo* asked = find_property(of, property))
            found.push_back({asked->type, ask(asked->code, i)});
    });
    return found;
}

std::vector<Of> Words::owners(std::string_view name) const {
    std::vector<Of> found;
    each_called(names_, name, [&](Of of, Type, std::size_t) { found.push_back(of); });
    return found;
}

// The candidates for a word of a type; without one, for any word.
std::vector<std::string_view> Words::words_of(std::optional<Type> type) const {
    std::vector<std::string_view> found;
    const auto wanted = [&](Type t) { return !type || *type == t; };
    each_name(names_, [&](Of, Type t, std::size_t, std::string_view name) {
        if (wanted(t)) found.push_back(name);
    });
    for (const PropertyInfo& each : properties())
        if (each.of == Of::last && !type) found.push_back(each.name);
    for (std::size_t i = 0; wanted(Type::fact) && i < kFactKindCount; ++i)
        found.push_back(info(static_cast<FactKind>(i)).name);
    for (std::size_t i = 1; wanted(Type::rule) && i < rule_count(); ++i)
        found.push_back(info(static_cast<Rule>(i)).id);
    for (std::size_t i = 0; wanted(Type::operation) && i < kOperationCount; ++i)
        found.push_back(name(static_cast<Operation>(i)));
    if (wanted(Type::error)) {
#define WIN32_ERROR(symbol, number, text) found.push_back(text);
#include "sim/win32_errors.def"
#undef WIN32_ERROR
    }
    if (wanted(Type::truth))
        for (const std::string_view each : kReserved) found.push_back(each);
    return found;
}

// A group with a count has no thread or handle of its own name.
std::string Words::numbered(std::string_view wrong) const {
    const std::string first = std::string(wrong) + "1";
    const std::string second = std::string(wrong) + "2";
    return owners(first).empty() || owners(second).empty()
               ? std::string()
               : quoted(wrong) + " is a group; its members are " + quoted(first) + ", " +
                     quoted(second) + " and so on";
}

std::string Words::suggest_word(std::string_view wrong, std::optional<Type> type) const {
    if (const std::string group = numbered(wrong); !group.empty()) return group;
    if (const std::string best = suggestion(wrong, words_of(type)); !best.empty()) return best;
    // `pakcet-1` was meant as a difference.
    const std::string_view before = wrong.substr(0, wrong.find('-'));
    return before == wrong ? std::string() : suggestion(before, words_of(type));
}

std::string Words::suggest_name(std::string_view wrong) const {
    if (const std::string group = numbered(wrong); !group.empty()) return group;
    std::vector<std::string_view> names;
    each_name(names_, [&](Of, Type, std::size_t, std::string_view name) { names.push_back(name); });
    return suggestion(wrong, names);
}

std::string Words::suggest_property(std::string_view wrong, const std::vector<Of>& owners) {
    std::vector<std::string_view> names;
    for (const PropertyInfo& each : properties())
        if (std::find(owners.begin(), owners.end(), each.of) != owners.end())
            names.push_back(each.name);
    return suggestion(wrong, names);
}

}  // namespace sim::predicate

namespace sim {

PredicateIndex::PredicateIndex(const PredicateNames& names) {
    std::uint8_t kind = 0;
    for (const std::span<const std::string> each : {names.ports, names.threads, names.handles}) {
        for (std::size_t i = 0; i < each.size(); ++i)
            entries_.push_back({each[i], kind, static_cast<std::uint32_t>(i)});
        ++kind;
    }
    // The order of kinds and numbers stays.
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.name < b.name; });
}

std::span<const PredicateIndex::Entry> PredicateIndex::find(std::string_view name) const {
    const auto first =
        std::lower_bound(entries_.begin(), entries_.end(), name,
                         [](const Entry& e, std::string_view wanted) { return e.name < wanted; });
    auto last = first;
    while (last != entries_.end() && last->name == name) ++last;
    return {first, last};
}

}  // namespace sim
