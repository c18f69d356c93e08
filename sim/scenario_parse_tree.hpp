// A TOML file as a tree that remembers where everything stands. Only scenario_parse_tree.cpp knows
// the TOML library; the rest of the parser knows this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/diagnostic.hpp"

namespace sim::parse {

// Where something stands in the file. Lines and columns count from 1, columns and lengths in bytes.
struct Place {
    int line = 1;
    int column = 1;
    int length = 1;
    std::uint32_t source = 0;  // 0: the scenario file; else a text that Problems knows

    // Order in the file; other texts come behind it.
    [[nodiscard]] bool before(const Place& other) const {
        if (source != other.source) return source < other.source;
        return line != other.line ? line < other.line : column < other.column;
    }
};

struct Entry;

struct Node {
    enum class Kind : std::uint8_t { text, integer, real, boolean, date, list, table };
    Kind kind = Kind::table;
    std::string text;            // of a text; of a number, as it is written
    std::int64_t integer = 0;    // of an integer
    bool flag = false;           // of a boolean
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a table, in file order
    bool inline_value = false;   // a table in braces or a list in brackets, not a [section]
    Place place;
};

struct Entry {
    std::string key;
    Place place;  // of the key
    Node value;
};

// "a text", "a number": what a message calls it.
[[nodiscard]] std::string_view describe(Node::Kind);

// The lines of a file, without their ends.
class Lines {
public:
    explicit Lines(std::string_view text);
    [[nodiscard]] std::string_view line(int number) const;  // empty when there is none
    // The byte column of a character column; both count from 1.
    [[nodiscard]] int byte_column(int line, std::size_t character_column) const;
    // The key or the section header that stands on a line.
    [[nodiscard]] Place key_of(int line) const;
    // The first line that begins like a section but has no name; the first line if there is none.
    [[nodiscard]] Place nameless_header() const;

private:
    struct Line {
        std::string_view text;
        std::vector<std::uint32_t> characters;  // where each begins; empty: one byte each
    };
    [[nodiscard]] const Line* find(int number) const;

    std::vector<Line> lines_;
};

// An error with its place and the line it stands in.
[[nodiscard]] Diagnostic make_diagnostic(const Lines&, std::string_view origin, const Place&);

// Reads a file, or says what keeps it from being TOML at all. Any bytes will do.
[[nodiscard]] Result<Node> read_tree(std::string_view text, const Lines&, std::string_view origin);

}  // namespace sim::parse
