#include "sim/code.hpp"

#include <array>

namespace sim {
namespace {

constexpr auto kCodes = std::to_array<CodeInfo>({
#define SCENARIO_ERROR(symbol, code, title, explanation, wrong, right) \
    {code, title, explanation, wrong, right},
#include "sim/errors.def"
#undef SCENARIO_ERROR
#define CODE(code, title, explanation) {code, title, explanation, "", ""},
#include "sim/codes.def"
#undef CODE
});

}  // namespace

std::span<const CodeInfo> codes() {
    return kCodes;
}

}  // namespace sim
