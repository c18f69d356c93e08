// What /proc says of one thread of this process: does it sleep, and how often has it gone to sleep.
// One system call and no allocation per look. Only on Linux.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

namespace real {

class ThreadStatusFile {
public:
    struct Look {
        bool asleep = false;          // state S or D
        std::uint64_t voluntary = 0;  // how often it was switched out because it waited
    };

    // Of the calling thread. Null when there is no /proc; then `error` is the errno.
    [[nodiscard]] static std::unique_ptr<ThreadStatusFile> of_this_thread(int& error);
    ~ThreadStatusFile();
    ThreadStatusFile(const ThreadStatusFile&) = delete;
    ThreadStatusFile& operator=(const ThreadStatusFile&) = delete;

    // Nothing when the thread has gone.
    [[nodiscard]] std::optional<Look> look() const;

private:
    explicit ThreadStatusFile(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace real
