// Reading UTF-8 one character at a time, without trusting it.
#pragma once

#include <cstddef>
#include <string_view>

namespace sim {

struct Utf8Char {
    char32_t code = 0;       // U+FFFD when the bytes are not valid UTF-8
    std::size_t length = 1;  // bytes it takes, at least 1
    bool valid = false;
};

// The character at the start of `text`, which must not be empty. Overlong forms, surrogates and
// cut sequences are invalid and take one byte.
[[nodiscard]] inline Utf8Char decode_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1, true};
    const std::size_t length = first < 0xC2   ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    constexpr Utf8Char broken{0xFFFD, 1, false};
    if (length == 0 || text.size() < length) return broken;
    char32_t code = first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return broken;
        code = (code << 6) | (byte(i) & 0x3Fu);
    }
    const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return broken;
    return {code, length, true};
}

}  // namespace sim
