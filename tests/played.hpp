// A short scenario, played: what tests of documented sentences ask about a run.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/compare.hpp"
#include "sim/simulator.hpp"

namespace test {

using namespace sim;  // NOLINT: a fixture of one namespace

// A scenario of one port P, and its run.
struct Played {
    Scenario scenario;
    Simulation run;

    [[nodiscard]] std::string dispatched() const {
        std::string text;
        for (const Dispatch& d : dispatches(run.trace))
            text += (text.empty() ? "" : " ") +
                    std::string(thread_name(run.trace.header, d.thread)) + ":" +
                    std::to_string(static_cast<std::uint32_t>(d.packet));
        return text;
    }
    [[nodiscard]] std::optional<Fact> first(FactKind kind, std::string_view thread = "") const {
        for (const Fact& fact : run.trace.facts)
            if (fact.kind == kind &&
                (thread.empty() || thread_name(run.trace.header, fact.thread) == thread))
                return fact;
        return std::nullopt;
    }
    [[nodiscard]] std::size_t count(FactKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(run.trace.facts.begin(), run.trace.facts.end(),
                          [&](const Fact& fact) { return fact.kind == kind; }));
    }
    [[nodiscard]] bool explained_by(Rule rule) const {
        return std::any_of(run.trace.facts.begin(), run.trace.facts.end(),
                           [&](const Fact& fact) { return fact.rule == rule; });
    }
    // What the get calls of a thread return, in order: errors, 0 for a packet.
    [[nodiscard]] std::vector<std::uint32_t> returns(std::string_view thread) const {
        std::vector<std::uint32_t> errors;
        for (const Fact& fact : run.trace.facts)
            if (fact.kind == FactKind::get_returned &&
                thread_name(run.trace.header, fact.thread) == thread)
                errors.push_back(static_cast<std::uint32_t>(fact.error));
        return errors;
    }
};

using Errors = std::vector<std::uint32_t>;

inline Played play(const std::string& text, std::uint32_t concurrency = 1,
                   const Policies& policies = {}) {
    const std::string whole =
        "format = 1\n[[port]]\nname = \"P\"\nconcurrency = " + std::to_string(concurrency) + "\n" +
        text;
    auto scenario = parse_scenario(whole, "documented.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    SimulateOptions how;
    how.policies = policies;
    return {*scenario, simulate(*scenario, how)};
}

// Workers A, B, … that wait in this order.
inline std::string waiting(const std::string& names) {
    std::string text;
    for (const char name : names)
        text += std::string("[[thread]]\nname = \"") + name + "\"\nwhen = \"settled\"\n";
    return text;
}

inline const std::string kCloseLater = "[[close]]\nat = \"1 s\"\n";

}  // namespace test
