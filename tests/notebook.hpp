// A host of the recorder that only keeps what it is given.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "real/recorder.hpp"

namespace test {

// Recorders write the lines of a trace and, of a schedule or a gated run, those of a transcript
// between them: one kind of the two.
inline std::string lines_of(std::string_view text, bool of_trace) {
    std::string result;
    for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;
         text.remove_prefix(end + 1))
        if (text.starts_with('{') == of_trace) result += text.substr(0, end + 1);
    return result;
}

class Notebook : public real::RecorderHost {
public:
    void write(std::string_view lines) override { text += lines; }
    [[nodiscard]] bool stop_requested() const override { return stop; }
    void complain(std::string_view sentence) override { complaints += sentence; }
    [[nodiscard]] std::optional<bool> asleep(const std::vector<std::string>&) override {
        return std::nullopt;
    }

    [[nodiscard]] std::string transcript() const { return lines_of(text, false); }
    [[nodiscard]] std::string trace() const { return lines_of(text, true); }

    std::string text;
    std::string complaints;
    bool stop = false;
};

}  // namespace test
