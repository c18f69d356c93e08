// The sections of a scenario file: which tables there are, in which order, and whether they are
// written with the right brackets.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/scenario_format.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::parse {

// One table of a section that may have many.
struct Found {
    Section section{};
    const Node* table = nullptr;
    std::uint32_t position = 0;  // of a thread group or a stimulus: its number in file order
};

struct Sections {
    Node top;                       // a table of what stands before the first section
    std::vector<Found> many;        // in file order
    const Node* machine = nullptr;  // null: not there
    const Node* expect = nullptr;
    std::vector<Section> mentioned_sections;  // that the file tries to have, however wrong

    [[nodiscard]] std::vector<Found> all(Section) const;
    [[nodiscard]] bool mentioned(Section) const;
};

// Points into `root`.
[[nodiscard]] Sections find_sections(Problems&, const Node& root);

}  // namespace sim::parse
