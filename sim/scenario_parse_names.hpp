// The names of a scenario and what they stand for: ports, threads, events.
#pragma once

#include <optional>
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
    void add(Problems&, const std::string& name, const Place&);
    // A port that a file names.
    [[nodiscard]] PortId find(Problems&, std::string_view name, const Place&) const;
    // The port of a table with the key `port`: the one it names, or the only one there is.
    [[nodiscard]] PortId of(Problems&, const Table&, std::string_view what) const;

private:
    [[nodiscard]] std::vector<std::string_view> candidates() const;
    std::vector<std::string> names_;
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

// Events need no declaration: they exist because somebody waits for them or sets them.
class EventNames {
public:
    enum class Use : std::uint8_t { wait, set };
    EventId use(Problems&, std::string_view name, Use, const Place&);
    // Complains about events that are only waited for or only set.
    void check(Problems&) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    struct Event {
        std::string name;
        std::optional<Place> waited;
        std::optional<Place> set;
    };
    std::vector<Event> events_;
    std::unordered_map<std::string, EventId> ids_;
};

}  // namespace sim::parse
