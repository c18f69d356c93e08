// Gives every harness its kept corpus, in every build: what a fuzzer once found stays found.
//
//   fuzz_corpus_test                     the corpus in the source tree, as ctest does
//   fuzz_corpus_test HARNESS FILE...     these files
//   fuzz_corpus_test --list                    prints the names of the harnesses
//   fuzz_corpus_test --dictionary HARNESS      prints a dictionary for libFuzzer
//   fuzz_corpus_test --seeds HARNESS FOLDER    writes the inputs to start from
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "tests/files.hpp"
#include "tests/fuzz/harness.hpp"

namespace {

namespace fs = std::filesystem;

const fuzz::Harness& harness(std::string_view name) {
    for (const fuzz::Harness& each : fuzz::harnesses())
        if (each.name == name) return each;
    fmt::print(stderr, "fuzz_corpus_test: there is no harness {}\n", name);
    std::exit(2);
}

int replay_corpus() {
    int failed = 0;
    for (const fuzz::Harness& each : fuzz::harnesses()) {
        const fs::path folder = test::source_dir() / "tests/fuzz/corpus" / each.name;
        std::vector<fs::path> files;
        if (fs::is_directory(folder))
            for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            // The last name that is printed is that of the file that ends the program.
            fmt::print("{}/{}\n", each.name, file.filename().string());
            std::fflush(stdout);
            each.run(test::read(file));
        }
        if (files.empty()) {
            fmt::print("{}: no corpus in {}\n", each.name, folder.string());
            ++failed;
        }
    }
    return failed == 0 ? 0 : 1;
}

void write_seeds(std::string_view name, const fs::path& folder) {
    fs::create_directories(folder);
    for (const fuzz::Seed& seed : fuzz::seeds(harness(name).name))
        std::ofstream(folder / seed.name, std::ios::binary) << seed.bytes;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.empty()) return replay_corpus();
    if (arguments[0] == "--dictionary" && arguments.size() == 2) {
        fmt::print("{}", fuzz::dictionary(harness(arguments[1]).name));
    } else if (arguments[0] == "--seeds" && arguments.size() == 3) {
        write_seeds(arguments[1], arguments[2]);
    } else if (arguments[0] == "--list" && arguments.size() == 1) {
        for (const fuzz::Harness& each : fuzz::harnesses()) fmt::print("{}\n", each.name);
    } else {
        for (std::size_t i = 1; i < arguments.size(); ++i)
            harness(arguments[0]).run(test::read(arguments[i]));
    }
    return 0;
}
