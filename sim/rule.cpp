#include "sim/rule.hpp"

#include <array>

namespace sim {
namespace {

// The pages of Microsoft's documentation that rules.def names.
namespace page {
#define WIN32 "https://learn.microsoft.com/en-us/windows/win32/"
#define DRIVERS "https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/"
constexpr std::string_view nowhere = "";
constexpr std::string_view ports = WIN32 "fileio/i-o-completion-ports";
constexpr std::string_view sync_async = WIN32 "fileio/synchronous-and-asynchronous-i-o";
constexpr std::string_view create = WIN32 "api/ioapiset/nf-ioapiset-createiocompletionport";
constexpr std::string_view get = WIN32 "api/ioapiset/nf-ioapiset-getqueuedcompletionstatus";
constexpr std::string_view get_many = WIN32 "api/ioapiset/nf-ioapiset-getqueuedcompletionstatusex";
constexpr std::string_view post = WIN32 "api/ioapiset/nf-ioapiset-postqueuedcompletionstatus";
constexpr std::string_view cancel = WIN32 "api/ioapiset/nf-ioapiset-cancelioex";
constexpr std::string_view modes =
    WIN32 "api/winbase/nf-winbase-setfilecompletionnotificationmodes";
constexpr std::string_view overlapped = WIN32 "api/minwinbase/ns-minwinbase-overlapped";
constexpr std::string_view closesocket = WIN32 "api/winsock/nf-winsock-closesocket";
constexpr std::string_view jobs = WIN32 "procthread/job-objects";
constexpr std::string_view ke_insert = DRIVERS "ntifs/nf-ntifs-keinsertqueue";
constexpr std::string_view ke_insert_head = DRIVERS "ntifs/nf-ntifs-keinsertheadqueue";
constexpr std::string_view ke_rundown = DRIVERS "ntifs/nf-ntifs-kerundownqueue";
constexpr std::string_view completion_information =
    DRIVERS "ntifs/ns-ntifs-_file_completion_information";
#undef WIN32
#undef DRIVERS
}  // namespace page

constexpr auto kRules = std::to_array<RuleInfo>({
    {"", Grade::open, "", ""},  // Rule::none
#define RULE(symbol, id, grade, sentence, where) {id, Grade::grade, sentence, page::where},
#include "sim/rules.def"
#undef RULE
});

// In the order of rules.def, which the enumerators refer to.
constexpr auto kCoverage = [] {
    std::array<Coverage, kRules.size()> table{};
    std::size_t filled = 0;
#define COVERAGE(symbol, how, words)                                        \
    table[static_cast<std::size_t>(Rule::symbol)] = {Modelled::how, words}; \
    ++filled;
#include "sim/coverage.def"
#undef COVERAGE
    if (filled + 1 != table.size()) throw "coverage.def has another number of rules than rules.def";
    return table;
}();

}  // namespace

const RuleInfo& info(Rule rule) {
    return kRules[static_cast<std::size_t>(rule)];
}

const Coverage& coverage(Rule rule) {
    return kCoverage[static_cast<std::size_t>(rule)];
}

std::optional<Rule> rule_from_id(std::string_view id) {
    for (std::size_t i = 1; i < kRules.size(); ++i)
        if (kRules[i].id == id) return static_cast<Rule>(i);
    return std::nullopt;
}

std::string_view describe(Grade grade) {
    switch (grade) {
        case Grade::documented: return "documented";
        case Grade::tested: return "confirmed by tests on Windows, not documented";
        case Grade::measured: return "measured on ReactOS, not verified on Windows";
        case Grade::reimplemented: return "as ReactOS does it, not verified on Windows";
        case Grade::inferred: return "inferred, stated nowhere";
        case Grade::open: return "open: nobody has settled it for Windows";
    }
    return {};
}

std::size_t rule_count() {
    return kRules.size();
}

}  // namespace sim
