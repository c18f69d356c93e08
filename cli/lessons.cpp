#include "cli/lessons.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "cli/files.hpp"
#include "real/child_process.hpp"
#include "real/files_beside.hpp"

namespace cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scenarios_in(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".toml") files.push_back(at->path().generic_string());
    std::sort(files.begin(), files.end());
    return files;
}

// The program is in build/dev/, in bin/, or beside its lessons; people also work in the folder of
// the project, or in that of the lessons.
fs::path lesson_folder() {
    std::error_code error;
    const fs::path here = fs::current_path(error);
    if (!scenarios_in("scenarios").empty()) return "scenarios";
    if (here.filename() == "scenarios") return ".";
    fs::path above = fs::path(real::own_program_path()).parent_path();
    for (int i = 0; i < 4 && !above.empty(); ++i, above = above.parent_path()) {
        for (const fs::path& folder : {above / "scenarios", above / "share/iocpscope/scenarios"})
            if (!scenarios_in(folder).empty()) return folder;
        if (above == above.parent_path()) break;
    }
    return {};
}

}  // namespace

Lessons find_lessons(const std::string& folder) {
    Lessons found;
    const fs::path where = folder.empty() ? lesson_folder() : fs::path(folder);
    if (where.empty()) return found;
    found.folder = where.generic_string();
    for (const std::string& file : scenarios_in(where)) {
        const auto text = read_file(file);
        if (!text) continue;
        auto scenario = sim::parse_scenario(
            *text, file, {.processors = {}, .read_file = real::files_beside(file)});
        if (scenario) {
            found.lessons.push_back({file, std::move(scenario).value()});
        } else {
            found.broken.push_back(file);
        }
    }
    return found;
}

}  // namespace cli
