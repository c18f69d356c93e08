#include "cli/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <unistd.h>
#endif

#include "sim/trace_io.hpp"

namespace cli {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string error_text(int error) {
    return std::generic_category().message(error);
}

sim::Diagnostic cannot_read(const std::string& path, std::string why, std::string help = {}) {
    return {.code = "F001",
            .message = fmt::format("cannot read {}: {}", path, why),
            .origin = path,
            .source_line = {},
            .help = std::move(help)};
}

// False when reading failed.
bool read_all(std::FILE* file, std::string& text) {
    char block[65536];
    for (;;) {
        const std::size_t got = std::fread(block, 1, sizeof block, file);
        text.append(block, got);
        if (text.size() > kMaxFileSize) return false;
        if (got < sizeof block) return std::ferror(file) == 0;
    }
}

}  // namespace

void use_binary_streams() {
#ifdef _WIN32
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
}

void survive_size_limit() {
#ifdef SIGXFSZ
    std::signal(SIGXFSZ, SIG_IGN);
#endif
}

sim::Result<std::string> read_file(const std::string& path) {
    std::string text;
    if (path == "-") {
        if (!read_all(stdin, text)) return cannot_read("standard input", "it could not be read");
        return text;
    }
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) return cannot_read(path, "it is a folder");
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file)
        return cannot_read(
            path, error_text(errno),
            errno == ENOENT ? "is the name right? the lessons are in scenarios/" : "");
    const std::uintmax_t size = std::filesystem::file_size(path, code);
    if (!code && size <= kMaxFileSize) text.reserve(static_cast<std::size_t>(size));
    if (!read_all(file.get(), text))
        return cannot_read(path, text.size() > kMaxFileSize ? "it is larger than 4 GiB"
                                                            : "it could not be read to its end");
    return text;
}

FileWriter::FileWriter(std::string path, WhenItFails when_it_fails)
    : when_it_fails_(when_it_fails), path_(std::move(path)), neighbour_(path_) {
    if (to_stdout()) {
        file_ = stdout;
        return;
    }
    std::error_code code;
    // A device or a pipe is written directly; it cannot be replaced by a file.
    if (!std::filesystem::exists(path_, code) || std::filesystem::is_regular_file(path_, code))
        neighbour_ += ".part";
    file_ = std::fopen(neighbour_.c_str(), "wb");
    if (file_ == nullptr) fail(errno);
}

FileWriter::~FileWriter() {
    if (file_ != nullptr) fail(0);
}

void FileWriter::write(std::string_view block) {
    if (file_ == nullptr) return;
    if (std::fwrite(block.data(), 1, block.size(), file_) != block.size()) fail(errno);
}

// Closes the file and takes away what has been written of it.
void FileWriter::fail(int error) {
    failure_ = fmt::format("cannot write {}: {}", to_stdout() ? "to standard output" : path_,
                           error_text(error));
    if (file_ != nullptr && !to_stdout()) {
        std::fclose(file_);
        give_up_neighbour();
    }
    file_ = nullptr;
}

// A trace that was cut loads up to the cut.
void FileWriter::give_up_neighbour() {
    if (neighbour_ == path_) return;
    std::error_code code;
    if (when_it_fails_ == WhenItFails::keep && std::filesystem::file_size(neighbour_, code) > 0 &&
        !code) {
        failure_ += fmt::format("; as much as there was room for is in {}", neighbour_);
        return;
    }
    std::filesystem::remove(neighbour_, code);
}

std::string FileWriter::finish() {
    if (file_ != nullptr && std::fflush(file_) != 0) fail(errno);
    if (file_ == nullptr) return failure_;
    std::FILE* const file = std::exchange(file_, nullptr);
    if (to_stdout()) return {};
    if (std::fclose(file) != 0) {
        fail(errno);
        give_up_neighbour();
        return failure_;
    }
    std::error_code code;
    if (neighbour_ == path_) return {};
    std::filesystem::rename(neighbour_, path_, code);
    if (!code) return {};
    const std::string why = code.message();
    std::filesystem::remove(neighbour_, code);
    return fmt::format("cannot write {}: {}", path_, why);
}

std::string write_file(const std::string& path, std::string_view text) {
    FileWriter file(path);
    file.write(text);
    return file.finish();
}

SavedTrace save_trace(const std::string& path, const sim::Trace& trace,
                      FileWriter::WhenItFails when_it_fails) {
    std::optional<FileWriter> file;
    if (!path.empty()) file.emplace(path, when_it_fails);
    sim::Fingerprint fingerprint;
    sim::to_ndjson(trace, [&](std::string_view block) {
        fingerprint.add(block);
        if (file) file->write(block);
        return true;
    });
    return {fingerprint.digits(), file ? file->finish() : std::string()};
}

std::string why_not_writable(const std::string& path) {
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (std::filesystem::is_directory(status))
        return fmt::format("cannot write {}: it is a folder", path);
    // A device or a pipe may not like to be opened twice.
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) return {};
    const std::string neighbour = path + ".part";
    const bool there = std::filesystem::exists(neighbour, code);
    File file(std::fopen(neighbour.c_str(), "ab"));
    if (!file) return fmt::format("cannot write {}: {}", path, error_text(errno));
    file.reset();  // Windows does not remove an open file
    if (!there) std::filesystem::remove(neighbour, code);
    return {};
}

bool on_terminal() {
#ifdef _WIN32
    return _isatty(_fileno(stderr)) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void print_error(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace cli
