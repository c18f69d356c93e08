// What the tests of the checker share.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/check.hpp"

namespace test {

struct Seeds {
    std::uint64_t first = 1, count = 300;
    [[nodiscard]] std::uint64_t end() const { return first + count; }
};

// IOCPSCOPE_LONG=1: many; IOCPSCOPE_SEEDS=FIRST:COUNT: others, for hunting.
inline Seeds seeds(std::uint64_t few, std::uint64_t many) {
    if (const char* hunt = std::getenv("IOCPSCOPE_SEEDS")) {
        char* end = nullptr;
        const std::uint64_t first = std::strtoull(hunt, &end, 10);
        return {first, *end == ':' ? std::strtoull(end + 1, nullptr, 10) : 1};
    }
    return {1, std::getenv("IOCPSCOPE_LONG") != nullptr ? many : few};
}

inline const sim::RuleFinding& finding(const sim::CheckReport& report, sim::Rule rule) {
    for (const sim::RuleFinding& one : report.rules)
        if (one.rule == rule) return one;
    static const sim::RuleFinding none;
    return none;
}

inline bool violated(const sim::CheckReport& report, sim::Rule rule) {
    return finding(report, rule).verdict == sim::RuleVerdict::violated;
}

// For messages: what was found, in a line or two.
inline std::string summary(const sim::CheckReport& report) {
    std::string text = std::string(name(report.verdict)) + ": " + report.reason;
    for (const sim::RuleFinding& one : report.rules)
        if (one.verdict == sim::RuleVerdict::violated)
            text += "\n  violated " + std::string(info(one.rule).id) + ": " + one.why;
    for (const sim::Policies& policies : report.explained_by)
        text += "\n  explained by " + describe(policies);
    text += "\n  explained " + std::to_string(report.explained) + " facts";
    if (report.window)
        text += ", window " + std::to_string(report.window->first) + " to " +
                std::to_string(report.window->last);
    return text + ", " + std::to_string(report.steps) + " steps";
}

}  // namespace test
