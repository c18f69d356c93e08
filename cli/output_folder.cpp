#include "cli/output_folder.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"

namespace cli {

std::string file_for(const TraceOutput& output, std::string_view what, std::size_t number) {
    if (output.path.empty() || !output.folder) return output.path;
    return (std::filesystem::path(output.path) / fmt::format("{}-{:03}.trace", what, number))
        .string();
}

int prepare(const TraceOutput& output, std::string_view what) {
    if (output.path.empty() || (!output.folder && output.path == "-")) return kFine;
    if (output.path == "-") {
        print_error("iocpscope: with --runs, -o names a folder\n");
        return kBadInput;
    }
    std::error_code code;
    if (output.folder) {
        std::filesystem::create_directories(output.path, code);
        if (code || !std::filesystem::is_directory(output.path, code)) {
            print_error(fmt::format("iocpscope: cannot make the folder {}: {}\n", output.path,
                                    code ? code.message() : "a file of that name is there"));
            return kEnvironment;
        }
    }
    const std::string why = why_not_writable(file_for(output, what, 1));
    if (why.empty()) return kFine;
    print_error(fmt::format("iocpscope: {}\n", why));
    return kEnvironment;
}

}  // namespace cli
