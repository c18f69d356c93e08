// Sentences on a terminal of 80 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

inline constexpr std::size_t kColumns = 80;

// The text in lines of at most `columns` characters, as far as its words allow, each but the first
// behind `indent` spaces and with a newline. The first has room for what `used` characters before
// it take.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t used,
                                  std::size_t columns = kColumns);
// The same with the first line indented, too.
[[nodiscard]] std::string paragraph(std::string_view text, std::size_t indent = 2);
// Characters of a text on a terminal, where each code point takes one column.
[[nodiscard]] std::size_t columns_of(std::string_view text);
// The text, and spaces up to this width.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

}  // namespace cli
