#include <cstdint>

#include "sim/predicate_code.hpp"
#include "sim/random.hpp"
#include "tests/files.hpp"
#include "tests/fuzz/harness.hpp"

namespace fuzz {
namespace {

void add_files(std::vector<Seed>& seeds, const std::string& folder, const std::string& ending) {
    for (const auto& file : test::files(folder, ending))
        seeds.push_back({file.filename().string(), test::read(file)});
}

std::vector<Seed> scenario_seeds() {
    std::vector<Seed> found;
    add_files(found, "scenarios", ".toml");
    add_files(found, "tests/broken", ".toml");
    return found;
}

std::vector<Seed> trace_seeds() {
    std::vector<Seed> found;
    add_files(found, "tests/golden", ".trace");
    // A short one gets further than a long one.
    const std::string& whole = found.front().bytes;
    std::size_t end = 0;
    for (int line = 0; line < 12; ++line) end = whole.find('\n', end) + 1;
    found.push_back({"cut.trace", whole.substr(0, end)});
    return found;
}

std::vector<Seed> compare_seeds() {
    std::vector<Seed> found;
    const std::vector<Seed> traces = trace_seeds();
    for (std::size_t i = 0; i < traces.size(); ++i)
        found.push_back({traces[i].name, traces[i].bytes + "\n%%\n" + traces[i / 2].bytes});
    return found;
}

std::vector<Seed> predicate_seeds() {
    std::vector<Seed> found{{"rest", "P.queue > 0 and not (T1.waiting or packet == 3) or false"}};
    for (const auto& property : sim::predicate::properties())
        found.push_back({std::string(property.name), std::string(property.example)});
    return found;
}

std::vector<Seed> fold_seeds() {
    std::vector<Seed> found;
    sim::Random random(1);
    for (int i = 0; i < 8; ++i) {
        std::string bytes(801, ' ');
        for (char& c : bytes) c = static_cast<char>(random.below(256));
        found.push_back({"random-" + std::to_string(i), bytes});
    }
    return found;
}

}  // namespace

std::vector<Seed> seeds(std::string_view harness) {
    if (harness == "scenario") return scenario_seeds();
    if (harness == "trace") return trace_seeds();
    if (harness == "compare") return compare_seeds();
    if (harness == "predicate") return predicate_seeds();
    if (harness == "fold") return fold_seeds();
    std::vector<Seed> found;
    add_files(found, "tests/recorded/nt-kernel-schedules", ".txt");
    return found;
}

}  // namespace fuzz
