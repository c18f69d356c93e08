// Reads the source tree and holds it to the rules that a compiler does not know: which layer may
// include what, how long files and functions are, what scenarios and documents must say. The rules
// themselves are in tests/tidy_rules.hpp and are tried on small texts first.
#include <doctest/doctest.h>

#include <set>

#include "sim/rule.hpp"
#include "tests/files.hpp"
#include "tests/tidy_rules.hpp"

namespace fs = std::filesystem;

namespace {

const char* const kFolders[] = {"sim", "real", "gui", "cli", "tests", "bench"};

// Every file of a folder and below, with its path from the root, in order.
std::vector<tidy::File> tree(const std::string& folder) {
    std::vector<tidy::File> found;
    if (!fs::exists(test::source_dir() / folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(test::source_dir() / folder))
        if (entry.is_regular_file())
            found.push_back({fs::relative(entry.path(), test::source_dir()).generic_string(),
                             test::read(entry.path())});
    std::sort(found.begin(), found.end(),
              [](const tidy::File& a, const tidy::File& b) { return a.path < b.path; });
    return found;
}

std::vector<tidy::File> sources() {
    std::vector<tidy::File> found;
    for (const char* folder : kFolders)
        for (tidy::File& file : tree(folder))
            if (tidy::is_source(file.path)) found.push_back(std::move(file));
    return found;
}

// What people read: documents, scenarios, scripts in the root.
std::vector<tidy::File> documents() {
    std::vector<tidy::File> found = tree("docs");
    for (tidy::File& file : tree("scenarios")) found.push_back(std::move(file));
    for (const char* name : {"README.md", "CONTRIBUTING.md", "run.sh", "test.sh"})
        found.push_back({name, test::read(test::source_dir() / name)});
    return found;
}

bool rule_exists(const std::string& id) {
    return sim::rule_from_id(id).has_value();
}

void report(const std::vector<std::string>& complaints) {
    for (const std::string& each : complaints) FAIL_CHECK(each);
}

}  // namespace

TEST_CASE("includes point one way: gui, cli to real to sim") {
    const std::vector<tidy::File> files = sources();
    CHECK(files.size() > 60);
    for (const tidy::File& file : files) report(tidy::check_includes(file));
}

TEST_CASE("lines and files are short, without tabs and trailing blanks") {
    for (const tidy::File& file : sources()) report(tidy::check_lines(file));
    for (const tidy::File& file : documents()) report(tidy::check_lines(file));
}

TEST_CASE("functions can be read without scrolling") {
    for (const tidy::File& file : sources()) report(tidy::check_functions(file));
}

TEST_CASE("every rule that is cited exists") {
    std::size_t cited = 0;
    for (const std::vector<tidy::File>& files : {sources(), documents()})
        for (const tidy::File& file : files) {
            // These make up ids on purpose.
            if (file.path.starts_with("tests/") || file.path == "sim/errors.def") continue;
            for (const std::string& id : tidy::rule_ids(file.text)) {
                ++cited;
                if (!rule_exists(id)) FAIL_CHECK(file.path << ": there is no rule " << id);
            }
        }
    CHECK(cited > 100);
}

TEST_CASE("every scenario says its title, what it teaches and its rules") {
    const std::vector<tidy::File> files = tree("scenarios");
    CHECK(files.size() >= 6);
    for (const tidy::File& file : files) report(tidy::check_scenario(file));
}

TEST_CASE("links of the documents point to files that exist") {
    std::size_t links = 0;
    for (const tidy::File& file : documents()) {
        if (!file.path.ends_with(".md")) continue;
        for (const std::string& link : tidy::local_links(file.text)) {
            ++links;
            const fs::path target = (test::source_dir() / file.path).parent_path() / link;
            // The picture of the README is made by the program.
            if (!fs::exists(target)) FAIL_CHECK(file.path << " points to " << link);
        }
    }
    CHECK(links > 5);
}

TEST_CASE("no file knows where it was written") {
    for (const std::vector<tidy::File>& files : {sources(), documents()})
        for (const tidy::File& file : files) report(tidy::check_paths(file));
}

// -- the rules themselves -------------------------------------------------------------------------

TEST_CASE("canary: a forbidden include is found") {
    const auto complaints = [](const char* path, const char* text) {
        return tidy::check_includes({path, text}).size();
    };
    CHECK(complaints("sim/a.cpp", "#include <thread>\n") == 1);
    CHECK(complaints("sim/a.cpp", "#include <vector>\n#  include <chrono>\n") == 1);
    CHECK(complaints("sim/a.hpp", "#include <windows.h>\n") == 1);
    CHECK(complaints("sim/a.hpp", "#include <unistd.h>\n#include <sys/mman.h>\n") == 2);
    CHECK(complaints("sim/a.hpp", "#include \"real/port.hpp\"\n") == 1);
    CHECK(complaints("sim/a.hpp", "#include <imgui.h>\n#include \"gui/view.hpp\"\n") == 2);
    CHECK(complaints("sim/a.hpp", "#include <string>\n#include \"sim/ids.hpp\"\n") == 0);
    CHECK(complaints("sim/a.hpp", "// we never #include <thread> here\n") == 0);
    CHECK(complaints("real/a.cpp", "#include \"sim/port_model.hpp\"\n") == 1);
    CHECK(complaints("real/a.cpp", "#include \"sim/simulator.hpp\"\n") == 1);
    CHECK(complaints("real/a.cpp", "#include \"sim/lane_state.hpp\"\n") == 1);
    CHECK(complaints("real/a.cpp", "#include \"sim/simulation_run.hpp\"\n") == 1);
    CHECK(complaints("real/a.cpp", "#include \"sim/timeline.hpp\"\n") == 1);
    CHECK(complaints("real/a.cpp", "#include \"gui/view.hpp\"\n#include \"cli/json.hpp\"\n") == 2);
    CHECK(complaints("real/a.cpp", "#include <thread>\n#include \"sim/trace.hpp\"\n") == 0);
    CHECK(complaints("gui/a.cpp", "#include \"cli/json.hpp\"\n") == 1);
    CHECK(complaints("gui/panel.cpp", "#include <GLFW/glfw3.h>\n") == 1);
    CHECK(complaints("gui/panel.cpp", "#include <glad/gl.h>\n") == 1);
    CHECK(complaints("gui/window.cpp", "#include <GLFW/glfw3.h>\n#include <glad/gl.h>\n") == 0);
    CHECK(complaints("cli/a.cpp", "#include \"gui/view.hpp\"\n") == 1);
    CHECK(complaints("cli/a.cpp", "#include \"real/port.hpp\"\n") == 0);
}

TEST_CASE("canary: a long line, a long file, a tab and a blank at an end are found") {
    const auto complaints = [](const std::string& path, const std::string& text) {
        return tidy::check_lines({path, text}).size();
    };
    CHECK(complaints("sim/a.cpp", std::string(100, 'x') + "\n") == 0);
    CHECK(complaints("sim/a.cpp", std::string(101, 'x') + "\n") == 1);
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "ä";
    CHECK(complaints("sim/a.cpp", umlauts + "\n") == 0);
    CHECK(complaints("sim/a.cpp", umlauts + "ä\n") == 1);
    CHECK(complaints("docs/a.md", std::string(300, 'x') + "\n") == 0);
    CHECK(complaints("sim/facts.def", std::string(300, 'x') + "\n") == 0);
    CHECK(complaints("sim/a.cpp", "\tint x;\n") == 1);
    CHECK(complaints("sim/a.cpp", "int x; \n") == 1);
    CHECK(complaints("sim/a.cpp", "int x;") == 1);
    std::string lines;
    for (int i = 0; i < 400; ++i) lines += "x\n";
    CHECK(complaints("sim/a.cpp", lines) == 0);
    CHECK(complaints("sim/a.cpp", lines + "x\n") == 1);
    CHECK(complaints("docs/a.md", lines + "x\n") == 0);
}

TEST_CASE("canary: a long function is found") {
    const auto function = [](int lines, const std::string& indent) {
        std::string text = indent + "int f(int a,\n" + indent + "      int b) {\n";
        for (int i = 0; i < lines - 3; ++i) text += indent + "    work();\n";
        return text + indent + "}\n";
    };
    CHECK(tidy::check_functions({"sim/a.cpp", function(70, "")}).empty());
    CHECK(tidy::check_functions({"sim/a.cpp", function(71, "")}).size() == 1);
    CHECK(tidy::check_functions({"sim/a.cpp", "class C {\n" + function(71, "    ") + "};\n"})
              .size() == 1);
    CHECK(tidy::check_functions(
              {"sim/a.cpp", "class C {\n" + function(40, "    ") + function(40, "    ") + "};\n"})
              .empty());
    CHECK(tidy::check_functions(
              {"sim/a.cpp", "namespace a {\n" + function(40, "") + function(40, "") + "}\n"})
              .empty());
    CHECK(tidy::check_functions(
              {"tests/a_test.cpp", "TEST_CASE(\"t\") {\n" + std::string(80, '\n') + "}\n"})
              .size() == 1);
}

TEST_CASE("canary: rule ids are found and made-up ones are told apart") {
    const auto ids =
        tidy::rule_ids("see W-LIFO-1, C-VALUE-BIG and (Q-FIFO-2); not M-LIFO or UTF-8");
    CHECK(ids == std::vector<std::string>{"W-LIFO-1", "C-VALUE-BIG", "Q-FIFO-2"});
    for (const std::string& id : ids) CHECK(rule_exists(id));
    CHECK(tidy::rule_ids("W-LIFO-99") == std::vector<std::string>{"W-LIFO-99"});
    CHECK_FALSE(rule_exists("W-LIFO-99"));
}

TEST_CASE("canary: a scenario without its lesson is found") {
    const std::string good =
        "format = 1\ntitle = \"t\"\nteaches = \"x\"\nrules = [\"W-LIFO-1\"]\n[[port]]\n";
    CHECK(tidy::check_scenario({"scenarios/a.toml", good}).empty());
    CHECK(tidy::check_scenario({"scenarios/a.toml", "format = 1\n"}).size() == 3);
    CHECK(tidy::check_scenario({"scenarios/a.toml", "format = 1\n[x]\n" + good}).size() == 3);
    CHECK(tidy::check_scenario({"scenarios/a.txt", good}).size() == 1);
}

TEST_CASE("canary: links and paths are found") {
    CHECK(tidy::local_links("[a](b.md) ![c](d/e.png) [f](https://x.y) [g](#h) [i](j.md#k)") ==
          std::vector<std::string>{"b.md", "d/e.png", "j.md"});
    CHECK(tidy::check_paths({"a.md", "see /home/someone/x"}).size() == 1);
    CHECK(tidy::check_paths({"a.md", "see C:\\Users\\me"}).size() == 1);
    CHECK(tidy::check_paths({"a.md", "/usr/share/fonts and /proc/self and /tmp/x.png"}).empty());
}
