// What a scenario says and asks on the way through a run, as text and as JSON. Every line of it
// begins with >> or ??, so that none can be taken for a fact, whatever a scenario file contains.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/json.hpp"
#include "sim/narration.hpp"

namespace cli {

class Remarks {
public:
    Remarks() = default;  // of a run without a scenario
    Remarks(const sim::Scenario&, const sim::Trace&);

    // What comes up at a step, after its fact; nothing on most steps.
    [[nodiscard]] std::string text_at(std::size_t step) const;
    // Everything, with the steps: for whoever does not list the facts. Long ones say what they
    // leave out.
    [[nodiscard]] std::string text(const sim::Trace&) const;
    // [{"step": 3, "kind": "narration", "say": "…"},
    //  {"step": 9, "kind": "question", "ask": "…", "choices": […], "answer": "…", "why": "…"}, …]
    void put(Json&, std::optional<std::size_t> at = {}) const;

private:
    [[nodiscard]] std::string text_of(const sim::Remark&) const;

    std::vector<sim::Narration> narrations_;
    std::vector<sim::Question> questions_;
    std::vector<sim::Remark> remarks_;  // by step
};

}  // namespace cli
