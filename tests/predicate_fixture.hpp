// The names that tests of predicates use, and ids for them.
#pragma once

#include <string>
#include <vector>

#include "sim/predicate.hpp"

namespace test {

inline const std::vector<std::string> kPorts = {"P", "Q-1"};
inline const std::vector<std::string> kThreads = {"T1", "T2", "T3", "T4", "packet", "io-worker"};
inline const std::vector<std::string> kHandles = {"H", "file1", "file2"};
inline const sim::PredicateNames kNames = {kPorts, kThreads, kHandles};

inline sim::PortId port(std::size_t i) {
    return sim::make_id<sim::PortId>(i);
}
inline sim::ThreadId thread(std::size_t i) {
    return sim::make_id<sim::ThreadId>(i);
}
inline sim::HandleId handle(std::size_t i) {
    return sim::make_id<sim::HandleId>(i);
}
inline sim::PacketId packet(std::uint32_t number) {
    return static_cast<sim::PacketId>(number);
}

}  // namespace test
