#include "sim/gated.hpp"

#include <algorithm>

namespace sim {

void name_gate(TraceHeader& header, std::string_view how) {
    header.lane += ", gated";
    header.host.emplace_back(kGatedEntry, how);
}

bool is_gated(const TraceHeader& header) {
    return std::any_of(header.host.begin(), header.host.end(),
                       [](const auto& entry) { return entry.first == kGatedEntry; });
}

}  // namespace sim
