#include "real/thread_status.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace real {
namespace {

// What follows `key` and its white space; empty when the text has no such line.
std::string_view value_of(std::string_view text, std::string_view key) {
    const std::size_t begin = text.find(key);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin + key.size());
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

std::unique_ptr<ThreadStatusFile> ThreadStatusFile::of_this_thread(int& error) {
    const std::string path = "/proc/self/task/" + std::to_string(syscall(SYS_gettid)) + "/status";
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        error = errno;
        return nullptr;
    }
    std::unique_ptr<ThreadStatusFile> file(new ThreadStatusFile(descriptor));
    if (file->look()) return file;
    error = ENODATA;
    return nullptr;
}

ThreadStatusFile::~ThreadStatusFile() {
    close(descriptor_);
}

// The name of the thread comes first and cannot contain a newline: the kernel writes \n for it.
std::optional<ThreadStatusFile::Look> ThreadStatusFile::look() const {
    std::array<char, 4096> buffer;
    const ssize_t length = pread(descriptor_, buffer.data(), buffer.size(), 0);
    if (length <= 0) return std::nullopt;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(length));
    const std::string_view state = value_of(text, "\nState:");
    const std::string_view count = value_of(text, "\nvoluntary_ctxt_switches:");
    if (state.empty() || count.empty()) return std::nullopt;
    Look look{.asleep = state[0] == 'S' || state[0] == 'D'};
    const auto read = std::from_chars(count.data(), count.data() + count.size(), look.voluntary);
    if (read.ec != std::errc{}) return std::nullopt;
    return look;
}

}  // namespace real
