// The lessons: the scenario files of the folder scenarios/.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario.hpp"

namespace cli {

struct Lesson {
    std::string file;  // as it can be given to other commands
    sim::Scenario scenario;
};

struct Lessons {
    std::string folder;  // empty when none was found
    std::vector<Lesson> lessons;
    std::vector<std::string> broken;  // scenarios with errors, by file
};

// Looks in `folder`, or, when that is empty, in scenarios/ here, beside the program, and in the
// folders above it. Sorted by file name.
[[nodiscard]] Lessons find_lessons(const std::string& folder);

}  // namespace cli
