// Lines of standard input while something else goes on.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "real/thread_wrapper.hpp"

namespace cli {

class LineReader {
public:
    LineReader();
    // The thread that waits for input is left alone: nothing can wake it.
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    // The next line if there is one by now. Never waits.
    [[nodiscard]] std::optional<std::string> take();
    // The input has ended, and every line has been taken.
    [[nodiscard]] bool ended() const;

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    real::Thread thread_;
};

}  // namespace cli
