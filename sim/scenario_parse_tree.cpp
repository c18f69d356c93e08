#include "sim/scenario_parse_tree.hpp"

#include <exception>

namespace sim::parse {
namespace {

struct LibraryGaveUp : std::exception {};
[[noreturn]] void give_up() {
    throw LibraryGaveUp();
}

}  // namespace
}  // namespace sim::parse

// Some input that is not TOML, such as the line "[=", fails an assertion of the library (3.3), or
// is undefined behaviour where assertions are off. Here it is refused. This is the library's only
// user. No scenario nests deeper than 32, and the library descends once per level.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : ::sim::parse::give_up())
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <utility>

#include "sim/scenario_parse_text.hpp"
#include "sim/utf8.hpp"

namespace sim::parse {
namespace {

// Copies the library's tree into ours. Its depth is limited: by the library for nested values,
// by check_text for dotted keys.
class Copier {
public:
    explicit Copier(const Lines& lines) : lines_(lines) {}

    [[nodiscard]] Node copy(const toml::node& from) const {
        Node node;
        node.place = place(from.source());
        switch (from.type()) {
            case toml::node_type::string:
                node.kind = Node::Kind::text;
                node.text = from.as_string()->get();
                break;
            case toml::node_type::integer:
                node.kind = Node::Kind::integer;
                node.integer = from.as_integer()->get();
                node.text = written(node.place);
                break;
            case toml::node_type::floating_point:
                node.kind = Node::Kind::real;
                node.text = written(node.place);
                break;
            case toml::node_type::boolean:
                node.kind = Node::Kind::boolean;
                node.flag = from.as_boolean()->get();
                break;
            case toml::node_type::array: copy_list(*from.as_array(), node); break;
            case toml::node_type::table: copy_table(*from.as_table(), node); break;
            default: node.kind = Node::Kind::date;
        }
        return node;
    }

    [[nodiscard]] Place place(const toml::source_region& region) const {
        const int line = std::max(static_cast<int>(region.begin.line), 1);
        const int column = lines_.byte_column(line, region.begin.column);
        const int end = region.end.line == region.begin.line
                            ? lines_.byte_column(line, region.end.column)
                            : static_cast<int>(lines_.line(line).size()) + 1;
        return {line, column, std::max(end - column, 1)};
    }

private:
    [[nodiscard]] std::string written(const Place& where) const {
        return std::string(lines_.line(where.line)
                               .substr(static_cast<std::size_t>(where.column) - 1,
                                       static_cast<std::size_t>(where.length)));
    }

    void copy_list(const toml::array& from, Node& node) const {
        node.kind = Node::Kind::list;
        node.inline_value = lines_.line(node.place.line)
                                .substr(static_cast<std::size_t>(node.place.column) - 1)
                                .substr(0, 2) != "[[";
        for (const toml::node& item : from) {
            node.items.push_back(copy(item));
            if (const toml::table* table = item.as_table(); table && !table->is_inline())
                node.inline_value = false;
        }
    }

    void copy_table(const toml::table& from, Node& node) const {
        node.kind = Node::Kind::table;
        node.inline_value = from.is_inline();
        for (const auto& [key, value] : from)
            node.entries.push_back({std::string(key.str()), place(key.source()), copy(value)});
        std::sort(node.entries.begin(), node.entries.end(),
                  [](const Entry& a, const Entry& b) { return a.place.before(b.place); });
    }

    const Lines& lines_;
};

// Where each character of a line begins; nothing for a line in which each takes one byte.
std::vector<std::uint32_t> characters_of(std::string_view line) {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    std::vector<std::uint32_t> starts;
    if (std::all_of(line.begin(), line.end(), ascii)) return starts;
    for (std::size_t at = 0; at < line.size(); at += decode_utf8(line.substr(at)).length)
        starts.push_back(static_cast<std::uint32_t>(at));
    return starts;
}

}  // namespace

std::string_view describe(Node::Kind kind) {
    switch (kind) {
        case Node::Kind::text: return "a text";
        case Node::Kind::integer: return "a number";
        case Node::Kind::real: return "a number with decimals";
        case Node::Kind::boolean: return "true or false";
        case Node::Kind::date: return "a date";
        case Node::Kind::list: return "a list";
        case Node::Kind::table: return "a table";
    }
    return {};
}

Lines::Lines(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark is no column
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines_.push_back({line, characters_of(line)});
        at = end + 1;
    }
}

const Lines::Line* Lines::find(int number) const {
    if (number < 1 || static_cast<std::size_t>(number) > lines_.size()) return nullptr;
    return &lines_[static_cast<std::size_t>(number) - 1];
}

std::string_view Lines::line(int number) const {
    const Line* line = find(number);
    return line ? line->text : std::string_view{};
}

Place Lines::key_of(int number) const {
    const std::string_view text = line(number);
    const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    std::size_t end = std::min(text.find_first_of("=#", first), text.size());
    while (end > first && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
    return {number, static_cast<int>(first) + 1, std::max(static_cast<int>(end - first), 1)};
}

Place Lines::nameless_header() const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const std::string_view text = lines_[i].text;
        const std::size_t bracket = text.find_first_not_of(" \t");
        if (bracket == std::string_view::npos || text[bracket] != '[') continue;
        const std::size_t name = text.find_first_not_of("[ \t", bracket);
        const char c = name == std::string_view::npos ? ' ' : text[name];
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '"' || c == '\'';
        if (!good)
            return {static_cast<int>(i) + 1, static_cast<int>(bracket) + 1,
                    static_cast<int>(std::min(name, text.size()) - bracket)};
    }
    return {};
}

int Lines::byte_column(int number, std::size_t character_column) const {
    const Line* line = find(number);
    if (!line || character_column < 1) return 1;
    const std::size_t last = line->text.size() + 1;
    if (line->characters.empty()) return static_cast<int>(std::min(character_column, last));
    const bool inside = character_column <= line->characters.size();
    return static_cast<int>(inside ? line->characters[character_column - 1] + 1 : last);
}

Diagnostic make_diagnostic(const Lines& lines, std::string_view origin, const Place& place) {
    Diagnostic d;
    d.origin = origin;
    d.line = place.line;
    d.column = place.column;
    d.length = place.length;
    d.source_line = lines.line(place.line);
    return d;
}

Result<Node> read_tree(std::string_view text, const Lines& lines, std::string_view origin) {
    if (const auto problem = check_text(text)) {
        Diagnostic d = make_diagnostic(lines, origin, problem->place);
        d.code = info(problem->code).code;
        d.message = problem->message;
        d.help = problem->help;
        return d;
    }
    const Copier copier(lines);
    const auto not_toml = [&](const Place& place, std::string_view why, std::string help) {
        Diagnostic d = make_diagnostic(lines, origin, place);
        d.code = info(ErrorCode::not_toml).code;
        d.message = "not TOML: " + std::string(why);
        d.help = help.empty() ? guess_meaning(d.source_line) : std::move(help);
        return d;
    };
    try {
        return copier.copy(toml::parse(text));
    } catch (const toml::parse_error& error) {
        const Place place = copier.place(error.source());
        if (error.description().find("redefine") != std::string_view::npos) {
            return not_toml(
                lines.key_of(place.line), "this is written twice",
                "a key stands once in its section, and a section is written in one way");
        }
        return not_toml(place, in_plain_words(error.description()), "");
    } catch (const LibraryGaveUp&) {
        return not_toml(lines.nameless_header(), "a section needs a name here",
                        "write, for example, [[port]]");
    }
}

}  // namespace sim::parse
