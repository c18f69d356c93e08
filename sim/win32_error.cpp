#include "sim/win32_error.hpp"

#include <utility>

namespace sim {
namespace {

constexpr std::pair<Win32Error, std::string_view> kErrors[] = {
#define WIN32_ERROR(symbol, number, name) {Win32Error::symbol, name},
#include "sim/win32_errors.def"
#undef WIN32_ERROR
};

}  // namespace

std::string_view name(Win32Error error) {
    for (const auto& [known, text] : kErrors)
        if (known == error) return text;
    return {};
}

std::optional<Win32Error> win32_error_from_name(std::string_view wanted) {
    for (const auto& [known, text] : kErrors)
        if (text == wanted) return known;
    return std::nullopt;
}

}  // namespace sim
