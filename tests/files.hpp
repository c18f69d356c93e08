// Files of the source tree, for tests.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

inline std::filesystem::path source_dir() {
    return IOCPSCOPE_SOURCE_DIR;
}

inline std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path.string());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// The files of a folder with this ending, by name.
inline std::vector<std::filesystem::path> files(const std::string& folder,
                                                const std::string& ending) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(source_dir() / folder))
        if (entry.path().extension() == ending) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    if (found.empty()) throw std::runtime_error("no *" + ending + " in " + folder);
    return found;
}

// Compares with a golden file; UPDATE_GOLDEN=1 writes it anew. Returns what to tell, or nothing.
inline std::string differs_from_golden(const std::filesystem::path& golden,
                                       const std::string& got) {
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::filesystem::create_directories(golden.parent_path());
        std::ofstream(golden, std::ios::binary) << got;
        return {};
    }
    if (!std::filesystem::exists(golden))
        return "no golden file " + golden.string() + "; UPDATE_GOLDEN=1 writes it";
    const std::string wanted = read(golden);
    if (wanted == got) return {};
    std::istringstream a(wanted), b(got);
    std::string left, right;
    for (int line = 1;; ++line) {
        const bool more_left = static_cast<bool>(std::getline(a, left));
        const bool more_right = static_cast<bool>(std::getline(b, right));
        if (!more_left) left = "(end of file)";
        if (!more_right) right = "(end of file)";
        if (left != right || (!more_left && !more_right))
            return golden.string() + ":" + std::to_string(line) + "\n  golden: " + left +
                   "\n  now:    " + right +
                   "\nIf the change is meant: UPDATE_GOLDEN=1 and look at the diff.";
    }
}

}  // namespace test
