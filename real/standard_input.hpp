// Standard input line by line, past the C library: its lock would be held while a read waits, and
// then the process could not end.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace real {

class StandardInput {
public:
    // Without its end, waiting for it; what comes after the last end of a line is a line too.
    // Nothing when the input has ended.
    std::optional<std::string> line();
    // So many bytes; nothing when there are fewer.
    std::optional<std::string> bytes(std::size_t count);

private:
    bool fill();

    std::string pending_;
};

}  // namespace real
