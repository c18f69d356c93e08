#include "sim/diagnostic.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "sim/utf8.hpp"

namespace sim {
namespace {

// A line that is longer is shown from a little before its error.
constexpr std::size_t kLongestLine = 160;
constexpr std::size_t kShownBefore = 60;

// How many columns of a terminal a character takes: none for combining marks, two for the wide
// characters of East Asian scripts and for pictures.
std::size_t columns(char32_t c) {
    if (c >= 0x300 && c <= 0x36F) return 0;
    if (c == 0x200B || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
    const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                      (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                      (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                      (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
                      (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
}

// See printable().
char32_t shown(const Utf8Char& c) {
    const bool control = (c.code < 0x20 && c.code != '\t') || (c.code >= 0x7F && c.code <= 0x9F);
    return control ? 0xFFFD : c.code;
}

// The part of a line that is shown, and where its error is in it, in bytes.
struct Excerpt {
    std::string_view text;
    std::size_t start = 0;
    std::size_t length = 1;
    bool cut_before = false;
    bool cut_after = false;
};

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

Excerpt excerpt(const Diagnostic& d) {
    const std::string_view line = d.source_line;
    std::size_t start = d.column > 0 ? static_cast<std::size_t>(d.column) - 1 : 0;
    start = std::min(start, line.size());
    std::size_t first = 0;
    std::size_t last = line.size();
    if (line.size() > kLongestLine) {
        first = start > kShownBefore ? start - kShownBefore : 0;
        last = std::min(line.size(), first + kLongestLine);
        while (first > 0 && continues_character(line[first])) --first;
        while (last < line.size() && continues_character(line[last])) ++last;
    }
    const std::size_t wanted = d.length > 0 ? static_cast<std::size_t>(d.length) : 1;
    return {line.substr(first, last - first), start - first, std::min(wanted, last - start),
            first > 0, last < line.size()};
}

// The line below the source line: blanks up to the error, then carets.
std::string carets(const Excerpt& e) {
    std::string before = e.cut_before ? " " : "";
    std::size_t width = 0;
    for (std::size_t at = 0; at < e.text.size() && at < e.start + e.length;) {
        const Utf8Char c = decode_utf8(e.text.substr(at));
        const std::size_t taken = columns(shown(c));
        if (at < e.start) {
            before += c.code == '\t' ? std::string(1, '\t') : std::string(taken, ' ');
        } else {
            width += taken;
        }
        at += c.length;
    }
    return before + std::string(std::max<std::size_t>(width, 1), '^');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Damerau-Levenshtein distance (optimal string alignment), ignoring case: how many letters must be
// inserted, dropped, changed or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> older(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                current[j] = std::min(current[j], older[j - 2] + 1);
            }
        }
        older.swap(previous);
        previous.swap(current);
    }
    return previous[b.size()];
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Utf8Char c = decode_utf8(text);
        if (shown(c) == 0xFFFD) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(0, c.length);
        }
        text.remove_prefix(c.length);
    }
    return out;
}

std::string render(const Diagnostic& d) {
    std::string text = "error";
    if (!d.code.empty()) text += "[" + d.code + "]";
    text += ": " + printable(d.message) + "\n";
    const std::string number = std::to_string(d.line);
    const std::string indent(d.line > 0 ? number.size() + 2 : 3, ' ');
    if (!d.origin.empty()) {
        text += indent.substr(1) + "--> " + printable(d.origin);
        if (d.line > 0) text += ":" + number + ":" + std::to_string(d.column);
        text += "\n";
    }
    if (d.line > 0) {
        const Excerpt e = excerpt(d);
        text += indent + "|\n";
        text += " " + number + " | " + (e.cut_before ? "\u2026" : "") + printable(e.text) +
                (e.cut_after ? "\u2026" : "") + "\n";
        text += indent + "| " + carets(e) + "\n";
    }
    if (!d.help.empty()) text += indent + "= help: " + printable(d.help) + "\n";
    return text;
}

std::string render(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& d : diagnostics) {
        if (!text.empty()) text += "\n";
        text += render(d);
    }
    return text;
}

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
    constexpr std::size_t kLongestWord = 100;  // nobody misspells more; keeps this cheap
    if (word.size() > kLongestWord) return {};
    std::string_view best;
    std::size_t best_distance = kLongestWord;
    for (const std::string_view candidate : candidates) {
        const std::size_t longer = std::max(word.size(), candidate.size());
        if (longer > kLongestWord) continue;
        const std::size_t d = distance(word, candidate);
        if (d <= longer / 3 && d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}

}  // namespace sim
