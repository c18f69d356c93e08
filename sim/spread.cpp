#include "sim/spread.hpp"

#include <algorithm>

namespace sim {

Spread spread_of(std::vector<Nanos> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    // The smallest value that so many percent of all do not exceed.
    const auto at = [&](std::size_t percent) {
        return values[(values.size() * percent + 99) / 100 - 1];
    };
    return {.count = values.size(),
            .least = values.front(),
            .median = at(50),
            .ninety = at(90),
            .ninety_nine = at(99),
            .most = values.back()};
}

}  // namespace sim
