#include "sim/policy.hpp"

#include <cstddef>

namespace sim {
namespace {

constexpr std::array<PolicySwitch, 6> kSwitches = {{
    {"wake", {"lifo", "fifo", "random", ""}, "which waiting thread is released first"},
    {"limit",
     {"on", "off", "+1", "-1"},
     "how many threads may be active: the concurrency value, "
     "any number, one more, one fewer (at least one)"},
    {"self_insert",
     {"off", "nt52", "", ""},
     "nt52: a packet posted by a thread whose last get did "
     "not have to wait is queued, even if a thread waits"},
    {"handoff",
     {"bound", "refetch", "", ""},
     "refetch: a waiter is only woken and fetches the "
     "packet itself, if nobody was faster"},
    {"close", {"abandon", "keep", "", ""}, "keep: closing the port does not wake its waiters"},
    {"drain", {"one", "all", "", ""}, "how many packets a batch call gets when it had to wait"},
}};

// The switch's value as a number: its place among the values.
std::uint8_t* slot(Policies& p, std::size_t which) {
    switch (which) {
        case 0: return reinterpret_cast<std::uint8_t*>(&p.wake);
        case 1: return reinterpret_cast<std::uint8_t*>(&p.limit);
        case 2: return reinterpret_cast<std::uint8_t*>(&p.self_insert);
        case 3: return reinterpret_cast<std::uint8_t*>(&p.handoff);
        case 4: return reinterpret_cast<std::uint8_t*>(&p.close);
        default: return reinterpret_cast<std::uint8_t*>(&p.drain);
    }
}

}  // namespace

const std::array<PolicySwitch, 6>& policy_switches() {
    return kSwitches;
}

bool set_policy(Policies& policies, std::string_view name, std::string_view value) {
    for (std::size_t i = 0; i < kSwitches.size(); ++i) {
        if (kSwitches[i].name != name) continue;
        for (std::size_t v = 0; v < kSwitches[i].values.size(); ++v) {
            if (kSwitches[i].values[v].empty() || kSwitches[i].values[v] != value) continue;
            *slot(policies, i) = static_cast<std::uint8_t>(v);
            return true;
        }
    }
    return false;
}

std::string_view policy_value(const Policies& policies, std::string_view name) {
    Policies copy = policies;
    for (std::size_t i = 0; i < kSwitches.size(); ++i)
        if (kSwitches[i].name == name) return kSwitches[i].values[*slot(copy, i)];
    return {};
}

std::string describe(const Policies& policies) {
    std::string text;
    for (const PolicySwitch& s : kSwitches) {
        const std::string_view value = policy_value(policies, s.name);
        if (value == s.values[0]) continue;
        if (!text.empty()) text += ", ";
        text += s.name;
        text += " = ";
        text += value;
    }
    return text;
}

}  // namespace sim
