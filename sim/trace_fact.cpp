#include "sim/trace_fact.hpp"

#include <iterator>

namespace sim {
namespace {

std::vector<std::string_view> views(const std::vector<std::string>& names) {
    return {names.begin(), names.end()};
}

// What name() or info() says of the first `count` values.
template <class Enum, class Text>
std::vector<std::string_view> views(std::size_t count, Text text) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < count; ++i) names.push_back(text(static_cast<Enum>(i)));
    return names;
}
template <class Enum>
std::vector<std::string_view> names_up_to(Enum last) {
    return views<Enum>(static_cast<std::size_t>(last) + 1, [](Enum e) { return name(e); });
}

std::vector<std::string_view> key_names() {
    std::vector<std::string_view> names =
        views<Field>(kFieldCount, [](Field field) { return name(field); });
    for (const char* basic : {"seq", "t0", "t1", "ev", "rule"}) names.emplace_back(basic);
    return names;
}

std::vector<std::string_view> thread_names(const TraceHeader& header) {
    std::vector<std::string_view> names{"main"};
    names.insert(names.end(), header.threads.begin(), header.threads.end());
    return names;
}

constexpr Win32Error kErrors[] = {
#define WIN32_ERROR(symbol, number, name) Win32Error::symbol,
#include "sim/win32_errors.def"
#undef WIN32_ERROR
};

std::vector<std::string_view> error_names() {
    std::vector<std::string_view> names;
    for (const Win32Error error : kErrors) names.push_back(name(error));
    return names;
}

// The first rule, `none`, has no id that a line could give.
std::vector<std::string_view> rule_ids() {
    std::vector<std::string_view> ids =
        views<Rule>(rule_count(), [](Rule rule) { return info(rule).id; });
    ids.erase(ids.begin());
    return ids;
}

}  // namespace

FactWords::FactWords(const TraceHeader& given)
    : header(given),
      keys(key_names()),
      kinds(views<FactKind>(kFactKindCount, [](FactKind kind) { return info(kind).name; })),
      rules(rule_ids()),
      operations(names_up_to(static_cast<Operation>(kOperationCount - 1))),
      reasons(names_up_to(Reason::unannounced)),
      outcomes(names_up_to(Outcome::crashed)),
      errors(error_names()),
      error_codes(std::begin(kErrors), std::end(kErrors)),
      ports(views(header.ports)),
      events(views(header.events)),
      locks(views(header.locks)),
      handles(views(header.handles)),
      threads(thread_names(header)),
      fields() {
    for (std::size_t i = 0; i < kFactKindCount; ++i)
        for (const FieldUse& use : info(static_cast<FactKind>(i)).fields) {
            const FieldSet bit = FieldSet{1} << static_cast<unsigned>(use.field);
            fields[i].allowed |= bit;
            if (!use.optional) fields[i].needed |= bit;
        }
}

}  // namespace sim
