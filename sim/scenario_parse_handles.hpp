// The names of handles, and which handle a step means by one.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_names.hpp"

namespace sim::parse {

class HandleNames {
public:
    // Adds the handles of a group. False when the group cannot be part of the scenario.
    bool add(Problems&, const PortNames&, const HandleSpec&, const Place& name, const Place& count);
    // `this`, or one handle.
    [[nodiscard]] HandleRef find(Problems&, std::string_view name, const Place&) const;
    // What an `open` or an accept makes a handle of: one that is not open from the start, or a
    // template. Then it counts as opened.
    HandleRef open(Problems&, std::string_view name, const Place&);
    // What a handler is about: one handle, or all of a group.
    struct Taken {
        HandleId handle = HandleId::none;
        bool whole_group = false;
    };
    [[nodiscard]] Taken taken(Problems&, std::string_view name, const Place&) const;
    // The original of a duplicate: one handle.
    [[nodiscard]] HandleId original(Problems&, std::string_view name, const Place&) const;
    [[nodiscard]] bool has(std::string_view name) const;
    // The first handle of the group with this name; none when it is no name of a group.
    [[nodiscard]] HandleId group_called(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> candidates() const;
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] HandleSpec::Kind kind(HandleId) const;
    // From here on nobody complains about unknown handles.
    void give_up() { incomplete_ = true; }
    [[nodiscard]] bool incomplete() const { return incomplete_; }
    // Complains about handles that are never opened.
    void check(Problems&) const;

private:
    struct Group {
        std::string name;
        std::uint32_t count = 1;
        HandleId first = HandleId::none;
        HandleSpec::Kind kind = HandleSpec::Kind::file;
        bool later = false;
        bool opened = false;
        Place place;
    };
    [[nodiscard]] std::size_t group_of(HandleId) const;
    [[nodiscard]] const Group* template_called(std::string_view name) const;
    void unknown(Problems&, std::string_view name, const Place&) const;
    bool check_name(Problems&, const PortNames&, const std::string& name, const Place&) const;

    std::vector<Group> groups_;
    std::unordered_map<std::string, HandleId> ids_;
    std::unordered_map<std::string, std::size_t> templates_;  // groups with a count
    std::size_t size_ = 0;
    bool incomplete_ = false;
};

}  // namespace sim::parse
