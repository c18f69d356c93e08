#include "sim/predicate_code.hpp"

#include <array>

namespace sim::predicate {
namespace {

constexpr std::array kProperties = {
#define PROPERTY(of, symbol, type, example, meaning) \
    PropertyInfo{PredicateCode::of##_##symbol, Of::of, Type::type, #symbol, example, meaning},
#include "sim/predicates.def"
#undef PROPERTY
};
constexpr auto kFirst = static_cast<std::size_t>(kProperties.front().code);

}  // namespace

std::span<const PropertyInfo> properties() {
    return kProperties;
}

const PropertyInfo* property(PredicateCode code) {
    const auto i = static_cast<std::size_t>(code);
    return i < kFirst || i - kFirst >= kProperties.size() ? nullptr : &kProperties[i - kFirst];
}

}  // namespace sim::predicate
