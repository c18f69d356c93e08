// The rules of tests/tidy_test.cpp: each takes a file's path and text and returns complaints.
#pragma once

#include <algorithm>
#include <array>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct File {
    std::string path;  // from the root, with /
    std::string text;
};

inline bool is_source(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".hpp") || path.ends_with(".def");
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

inline std::string at(const File& file, std::size_t line, const std::string& what) {
    return file.path + ":" + std::to_string(line + 1) + ": " + what;
}

// -- includes -------------------------------------------------------------------------------------

// The name in `#include <name>` or `#include "name"`; empty for another line.
inline std::string included(const std::string& line) {
    static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::smatch match;
    return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

inline bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}
inline bool begins_with(std::string_view name, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(),
                       [&](std::string_view start) { return name.starts_with(start); });
}

// The meaning knows no thread, clock, file system, random device, operating system or window.
inline bool forbidden_in_sim(std::string_view name) {
    if (begins_with(name, {"real/", "gui/", "cli/", "tests/", "sys/", "linux/", "bits/", "asm/",
                           "GLFW/", "glad/", "GL/", "imgui", "CLI/", "doctest/", "stb"}))
        return true;
    return one_of(name, {"thread",    "mutex",      "shared_mutex", "condition_variable",
                         "atomic",    "future",     "stop_token",   "semaphore",
                         "latch",     "barrier",    "chrono",       "ctime",
                         "time.h",    "filesystem", "fstream",      "iostream",
                         "istream",   "ostream",    "cstdio",       "stdio.h",
                         "random",    "unistd.h",   "fcntl.h",      "pthread.h",
                         "sched.h",   "signal.h",   "csignal",      "windows.h",
                         "Windows.h", "winsock2.h", "winternl.h",   "immintrin.h",
                         "coroutine", "locale",     "clocale"});
}

// The real side shares no semantics with the model: types only.
inline bool forbidden_in_real(std::string_view name) {
    return begins_with(name, {"gui/", "cli/", "GLFW/", "glad/", "imgui", "CLI/"}) ||
           one_of(name, {"sim/port_model.hpp", "sim/simulator.hpp", "sim/lane_state.hpp",
                         "sim/simulation_run.hpp", "sim/timeline.hpp", "sim/puppets.hpp",
                         "sim/compare.hpp"});
}

inline bool forbidden_in_gui(std::string_view path, std::string_view name) {
    const bool owns_window = path == "gui/main.cpp" || path == "gui/window.cpp";
    return begins_with(name, {"cli/"}) ||
           (!owns_window && begins_with(name, {"GLFW/", "glad/", "GL/"}));
}

inline std::vector<std::string> check_includes(const File& file) {
    std::vector<std::string> complaints;
    const std::vector<std::string> lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string name = included(lines[i]);
        if (name.empty()) continue;
        const std::string_view path = file.path;
        const bool forbidden = path.starts_with("sim/")    ? forbidden_in_sim(name)
                               : path.starts_with("real/") ? forbidden_in_real(name)
                               : path.starts_with("gui/")  ? forbidden_in_gui(path, name)
                               : path.starts_with("cli/")
                                   ? begins_with(name, {"gui/", "GLFW/", "glad/", "imgui"})
                                   : false;
        if (forbidden) complaints.push_back(at(file, i, "this layer may not include " + name));
    }
    return complaints;
}

// -- lines ----------------------------------------------------------------------------------------

inline std::size_t characters(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not a continuation byte
    }));
}

// Tables of texts (.def), documents, lessons and data may be wide, and tests long: a test is read
// case by case.
inline std::vector<std::string> check_lines(const File& file) {
    constexpr std::size_t kColumns = 100;
    const std::size_t most = file.path.starts_with("tests/") ? 900 : 400;
    std::vector<std::string> complaints;
    if (file.path.ends_with(".png") || file.path.ends_with(".json")) return complaints;
    const bool prose =
        file.path.ends_with(".md") || file.path.ends_with(".def") || file.path.ends_with(".toml");
    const std::vector<std::string> lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        if (!prose && characters(line) > kColumns)
            complaints.push_back(at(file, i, "longer than 100 columns"));
        if (line.find('\t') != std::string::npos) complaints.push_back(at(file, i, "a tab"));
        if (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
            complaints.push_back(at(file, i, "a blank at the end"));
    }
    if (!prose && lines.size() > most)
        complaints.push_back(file.path + ": " + std::to_string(lines.size()) + " lines, " +
                             std::to_string(most) + " are the limit");
    if (!file.text.empty() && file.text.back() != '\n')
        complaints.push_back(file.path + ": no newline at the end");
    return complaints;
}

// -- functions ------------------------------------------------------------------------------------

// A function begins with a line that ends in `{` and is no type, namespace, array or statement,
// and ends with `}` at its own indentation. Only column 0 and the members of a class (column 4)
// are looked at: whatever is further in belongs to one of them.
inline std::vector<std::string> check_functions(const File& file) {
    constexpr std::size_t kLines = 70;
    std::vector<std::string> complaints;
    const std::vector<std::string> lines = lines_of(file.text);
    static const std::regex no_function(
        R"(^\s*(TEST_SUITE|namespace|class|struct|union|enum|extern|#|//|public|private|\}|else|)"
        R"(if|)"
        R"(for|while|switch|do\b|case|return|try|constexpr std::array))");
    static const std::regex call(R"(\)\s*(const)?\s*(noexcept)?\s*(override)?\s*\{$)");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t indent = lines[i].find_first_not_of(' ');
        if (indent != 0 && indent != 4) continue;
        if (std::regex_search(lines[i], no_function)) continue;
        // The head may be broken over a few lines, all further in than its first.
        std::size_t open = i;
        while (open < lines.size() && open < i + 6 && !std::regex_search(lines[open], call) &&
               lines[open].find_first_of(";}") == std::string::npos && !lines[open].empty())
            ++open;
        if (open == lines.size() || open == i + 6 || !std::regex_search(lines[open], call))
            continue;
        const std::string end = std::string(indent, ' ') + "}";
        std::size_t last = open + 1;
        while (last < lines.size() && !lines[last].starts_with(end)) ++last;
        if (last - i + 1 > kLines)
            complaints.push_back(
                at(file, i,
                   "a function of " + std::to_string(last - i + 1) + " lines, 70 are the limit"));
        // Members of a class at column 0 are looked at one by one, a function is not.
        i = last;
    }
    return complaints;
}

// -- words ----------------------------------------------------------------------------------------

// W-LIFO-1, C-VALUE-BIG: a letter of the catalogue, a word, a number or one of two words.
inline std::vector<std::string> rule_ids(const std::string& text) {
    static const std::regex id(R"(\b([QWCATXHINPGB]-[A-Z]+-([0-9]+|BIG))\b)");
    std::vector<std::string> ids;
    for (std::sregex_iterator it(text.begin(), text.end(), id), end; it != end; ++it)
        ids.push_back((*it)[1].str());
    return ids;
}

inline std::vector<std::string> check_scenario(const File& file) {
    if (!file.path.ends_with(".toml")) return {file.path + ": scenarios end in .toml"};
    // What belongs to the whole file stands before the first section.
    std::string head;
    for (const std::string& line : lines_of(file.text)) {
        if (line.starts_with("[")) break;
        head += line + "\n";
    }
    std::vector<std::string> complaints;
    for (const char* key : {"title", "teaches", "rules"})
        if (!std::regex_search(head, std::regex("(^|\\n)" + std::string(key) + "\\s*=")))
            complaints.push_back(file.path + ": no " + key);
    return complaints;
}

// Targets of [text](target) that are files of the tree.
inline std::vector<std::string> local_links(const std::string& text) {
    static const std::regex link(R"(\]\(([^)\s]+)\))");
    std::vector<std::string> links;
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
        std::string target = (*it)[1].str();
        if (target.find("://") != std::string::npos || target.starts_with("#")) continue;
        links.push_back(target.substr(0, target.find('#')));
    }
    return links;
}

// Paths of somebody's own folders.
inline std::vector<std::string> check_paths(const File& file) {
    std::vector<std::string> complaints;
    static const std::regex path(
        R"((^|[^A-Za-z.])(/home/|/root/|/work/|/tmp/wt|/Users/|[A-Z]:\\+Users))");
    const std::vector<std::string> lines = lines_of(file.text);
    // Except where this test looks for them.
    if (file.path.starts_with("tests/tidy_")) return complaints;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (std::regex_search(lines[i], path))
            complaints.push_back(at(file, i, "a path of a machine"));
    return complaints;
}

}  // namespace tidy
