#include "real/standard_input.hpp"

#include <array>
#include <utility>

#ifdef _WIN32
#include <windows.h>
#else
#include <unistd.h>

#include <cerrno>
#endif

namespace real {
namespace {

std::size_t read_some(char* buffer, std::size_t size) {
#ifdef _WIN32
    DWORD count = 0;
    if (!ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, static_cast<DWORD>(size), &count,
                  nullptr))
        return 0;
    return count;
#else
    for (;;) {
        const ssize_t count = read(STDIN_FILENO, buffer, size);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return 0;
    }
#endif
}

}  // namespace

std::optional<std::string> StandardInput::line() {
    std::size_t looked = 0;
    for (;;) {
        if (const std::size_t end = pending_.find('\n', looked); end != std::string::npos) {
            std::string result = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return result;
        }
        looked = pending_.size();
        if (fill()) continue;
        if (pending_.empty()) return std::nullopt;
        return std::exchange(pending_, {});
    }
}

std::optional<std::string> StandardInput::bytes(std::size_t count) {
    while (pending_.size() < count)
        if (!fill()) return std::nullopt;
    std::string result = pending_.substr(0, count);
    pending_.erase(0, count);
    return result;
}

bool StandardInput::fill() {
    std::array<char, 4096> buffer;
    const std::size_t count = read_some(buffer.data(), buffer.size());
    pending_.append(buffer.data(), count);
    return count > 0;
}

}  // namespace real
