#include "sim/error_code.hpp"

#include <array>

namespace sim {
namespace {

constexpr auto kErrors = std::to_array<ErrorInfo>({
#define SCENARIO_ERROR(symbol, code, title, explanation, wrong, right) \
    {code, title, explanation, wrong, right},
#include "sim/errors.def"
#undef SCENARIO_ERROR
});

}  // namespace

const ErrorInfo& info(ErrorCode code) {
    return kErrors[static_cast<std::size_t>(code)];
}

std::optional<ErrorCode> error_code_from_name(std::string_view code) {
    for (std::size_t i = 0; i < kErrors.size(); ++i)
        if (kErrors[i].code == code) return static_cast<ErrorCode>(i);
    return std::nullopt;
}

std::span<const ErrorInfo> error_codes() {
    return kErrors;
}

}  // namespace sim
