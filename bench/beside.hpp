// Ours and a peer take turns, and only neighbours are divided: what slows the machine for longer
// than a round slows both.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace bench {

[[nodiscard]] inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

struct Beside {
    double ours = 0;      // median of the rounds
    double peer = 0;      // median
    double quotient = 0;  // median of the quotients: ours / peer
};
[[nodiscard]] inline Beside beside(int rounds, const std::function<double()>& ours,
                                   const std::function<double()>& peer) {
    std::vector<double> of_ours, of_peer, quotients;
    for (int i = 0; i < rounds; ++i) {
        of_ours.push_back(ours());
        of_peer.push_back(peer());
        quotients.push_back(of_ours.back() / of_peer.back());
    }
    return {median(std::move(of_ours)), median(std::move(of_peer)), median(std::move(quotients))};
}

}  // namespace bench
