#include "cli/wrap.hpp"

#include <algorithm>

namespace cli {

std::size_t columns_of(std::string_view text) {
    // Every byte of UTF-8 but the continuing ones begins a character.
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string padded(std::string_view text, std::size_t width) {
    const std::size_t taken = columns_of(text);
    return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t used,
                    std::size_t columns) {
    std::string lines;
    std::size_t column = used;
    bool at_start = true;
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, space);
        text.remove_prefix(std::min(space + 1, text.size()));
        if (word.empty()) continue;
        const std::size_t width = columns_of(word);
        if (!at_start && column + 1 + width > columns) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
            at_start = true;
        }
        if (!at_start) {
            lines += ' ';
            ++column;
        }
        lines += word;
        column += width;
        at_start = false;
    }
    return lines + "\n";
}

std::string paragraph(std::string_view text, std::size_t indent) {
    return std::string(indent, ' ') + wrapped(text, indent, indent);
}

}  // namespace cli
