#include "real/files_beside.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace real {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargest = std::uintmax_t{64} << 20;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

bool stays_below(const fs::path& name) {
    if (name.empty() || name.has_root_path()) return false;
    for (const fs::path& part : name)
        if (part == ".." || part == ".") return false;
    return true;
}

std::optional<std::string> read_small(const fs::path& path) {
    std::error_code error;
    // A pipe or a device might never end.
    if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > kLargest || error)
        return std::nullopt;
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.string().c_str(), "rb"));
    if (!file) return std::nullopt;
    std::string text;
    char block[65536];
    for (std::size_t got; (got = std::fread(block, 1, sizeof block, file.get())) > 0;) {
        text.append(block, got);
        if (text.size() > kLargest) return std::nullopt;  // it grew meanwhile
    }
    if (std::ferror(file.get()) != 0) return std::nullopt;
    return text;
}

}  // namespace

std::function<std::optional<std::string>(std::string_view name)> files_beside(
    const std::string& scenario_path) {
    const fs::path folder =
        scenario_path == "-" ? fs::path() : fs::path(scenario_path).parent_path();
    return [folder](std::string_view name) -> std::optional<std::string> {
        const fs::path path{std::string(name)};
        if (!stays_below(path)) return std::nullopt;
        return read_small(folder / path);
    };
}

}  // namespace real
