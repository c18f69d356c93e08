// The names that sections of a scenario give to ports, devices and threads.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_problems.hpp"
#include "sim/scenario_parse_table.hpp"

namespace sim::parse {

class PortNames {
public:
    // `later`: it does not exist from the start.
    void add(Problems&, const std::string& name, const Place&, bool later);
    // A port that a file names.
    [[nodiscard]] PortId find(Problems&, std::string_view name, const Place&) const;
    // The port of a table with the key `port`: the one it names, or the only one there is.
    [[nodiscard]] PortId of(Problems&, const Table&, std::string_view what) const;
    // The port of a `create`, which must not exist from the start.
    PortId create(Problems&, std::string_view name, const Place&);
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> candidates() const;
    // Complains about ports that no step creates.
    void check(Problems&) const;

private:
    struct Port {
        std::string name;
        Place place;
        bool later = false;
        bool created = false;
    };
    std::vector<Port> ports_;  // by PortId
};

class DeviceNames {
public:
    void add(Problems&, const std::string& name, const Place&);
    [[nodiscard]] DeviceId find(Problems&, std::string_view name, const Place&) const;

private:
    std::vector<std::string> names_;  // by DeviceId
};

class ThreadNames {
public:
    // Adds the threads of a group; complains about names that exist and about too many threads.
    // False when the group cannot be part of the scenario.
    bool add(Problems&, const ThreadSpec&, const Place& name, const Place& count);
    [[nodiscard]] ThreadId find(Problems&, std::string_view name, const Place&) const;
    [[nodiscard]] std::size_t size() const { return names_.size(); }
    // From here on nobody complains about unknown threads: there is an error about a group of them.
    void give_up() { incomplete_ = true; }
    [[nodiscard]] bool incomplete() const { return incomplete_; }

private:
    struct Group {
        std::string name;
        std::uint64_t count = 1;
    };
    std::vector<std::string> names_;  // by ThreadId
    std::vector<Group> groups_;
    std::unordered_map<std::string, ThreadId> ids_;
    bool incomplete_ = false;
};

// "T" for the only one of a group, else "T1", "T2", ...; `i` counts from 0.
[[nodiscard]] std::string numbered(const std::string& name, std::uint64_t count, std::uint64_t i);
// "with a count, `T` stands for `T1` to `T4`"
[[nodiscard]] std::string stands_for(const std::string& name, std::uint64_t count);

}  // namespace sim::parse
