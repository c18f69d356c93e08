#include "sim/scenario_parse_handles.hpp"

#include <algorithm>
#include <iterator>

#include "sim/scenario_format.hpp"

namespace sim::parse {

bool HandleNames::has(std::string_view name) const {
    const std::string key(name);
    return ids_.contains(key) || templates_.contains(key);
}

bool HandleNames::check_name(Problems& problems, const PortNames& ports, const std::string& name,
                             const Place& place) const {
    if (name == "this") {
        problems.add(ErrorCode::reserved_name, place,
                     "no handle can be called `this`: in a step, that is the handle of the packet",
                     "choose another name");
        return false;
    }
    if (!has(name) && !ports.has(name)) return true;
    problems.add(ErrorCode::name_twice, place,
                 has(name) ? "there are two handles called " + quoted(name)
                           : "there is a port called " + quoted(name) + ", too",
                 "give one of them another name");
    return false;
}

bool HandleNames::add(Problems& problems, const PortNames& ports, const HandleSpec& spec,
                      const Place& name, const Place& count) {
    if (size_ + spec.count > static_cast<std::size_t>(kMaxHandles)) {
        problems.add(ErrorCode::too_many, count,
                     "these make " + with_commas(static_cast<std::int64_t>(size_ + spec.count)) +
                         " handles; the limit is " + with_commas(kMaxHandles));
        give_up();
        return false;
    }
    bool good = spec.name.empty() || check_name(problems, ports, spec.name, name);
    for (std::uint32_t i = 0; i < spec.count; ++i) {
        std::string each = numbered(spec.name, spec.count, i);
        if (good && spec.count > 1 && !spec.name.empty())
            good = check_name(problems, ports, each, name);
        ids_.emplace(std::move(each), make_id<HandleId>(size_ + i));
    }
    if (spec.count > 1) templates_.emplace(spec.name, groups_.size());
    groups_.push_back(
        {spec.name, spec.count, make_id<HandleId>(size_), spec.kind, spec.later, false, name});
    size_ += spec.count;
    return true;
}

std::size_t HandleNames::group_of(HandleId id) const {
    const auto after = std::upper_bound(
        groups_.begin(), groups_.end(), id,
        [](HandleId wanted, const Group& group) { return index(wanted) < index(group.first); });
    return static_cast<std::size_t>(std::distance(groups_.begin(), after)) - 1;
}

HandleSpec::Kind HandleNames::kind(HandleId id) const {
    return groups_[group_of(id)].kind;
}

const HandleNames::Group* HandleNames::template_called(std::string_view name) const {
    const auto found = templates_.find(std::string(name));
    return found == templates_.end() ? nullptr : &groups_[found->second];
}

HandleId HandleNames::group_called(std::string_view name) const {
    const Group* group = template_called(name);
    return group == nullptr ? HandleId::none : group->first;
}

std::vector<std::string_view> HandleNames::candidates() const {
    std::vector<std::string_view> known;
    for (const Group& group : groups_)
        if (!group.name.empty()) known.push_back(group.name);
    return known;
}

void HandleNames::unknown(Problems& problems, std::string_view name, const Place& place) const {
    if (incomplete_) return;
    std::string help = "add [[handle]] with this name";
    if (!groups_.empty()) help = problems.suggest(name, candidates());
    problems.add(ErrorCode::unknown_handle, place, "there is no handle called " + quoted(name),
                 help);
}

HandleRef HandleNames::find(Problems& problems, std::string_view name, const Place& place) const {
    if (name == "this") return {HandleRef::Kind::current, HandleId::none};
    if (const auto found = ids_.find(std::string(name)); found != ids_.end())
        return {HandleRef::Kind::handle, found->second};
    if (const Group* group = template_called(name)) {
        problems.add(ErrorCode::which_handle, place,
                     quoted(name) + " is a group of handles; which one is meant?",
                     stands_for(group->name, group->count) +
                         (group->later ? "; `this` is the one in hand" : ""));
    } else {
        unknown(problems, name, place);
    }
    return {};
}

HandleRef HandleNames::open(Problems& problems, std::string_view name, const Place& place) {
    if (name == "this") {
        problems.add(ErrorCode::there_already, place,
                     "`this` is a handle that is open; what is to be opened?",
                     "name a handle or a template that has `later = true`");
        return {};
    }
    const auto one = ids_.find(std::string(name));
    const Group* all = template_called(name);
    if (one == ids_.end() && !all) {
        unknown(problems, name, place);
        return {};
    }
    Group& group = groups_[all ? templates_.at(std::string(name)) : group_of(one->second)];
    group.opened = true;
    if (!group.later) {
        problems.add(ErrorCode::there_already, place,
                     "the handle " + quoted(name) + " is open from the start",
                     "give its [[handle]] `later = true`, or leave this out");
        return {};
    }
    if (all) return {HandleRef::Kind::fresh, group.first};
    return {HandleRef::Kind::handle, one->second};
}

HandleNames::Taken HandleNames::taken(Problems& problems, std::string_view name,
                                      const Place& place) const {
    if (name == "this") {
        problems.add(ErrorCode::nothing_in_hand, place,
                     "`this` is the handle of the packet; here it says nothing",
                     "leave it out: a handler takes the packets of every handle");
        return {};
    }
    if (const Group* group = template_called(name)) return {group->first, true};
    const HandleRef one = find(problems, name, place);
    return {one.handle, false};
}

HandleId HandleNames::original(Problems& problems, std::string_view name,
                               const Place& place) const {
    if (name == "this") {
        problems.add(ErrorCode::nothing_in_hand, place,
                     "`this` is the handle of the packet, and here is none",
                     "name the handle that this one is a duplicate of");
        return HandleId::none;
    }
    const auto found = ids_.find(std::string(name));
    if (found != ids_.end()) return found->second;
    if (const Group* group = template_called(name)) {
        problems.add(ErrorCode::which_handle, place,
                     quoted(name) + " is a group of handles; a duplicate is of one",
                     stands_for(group->name, group->count));
    } else if (!incomplete_) {
        problems.add(ErrorCode::unknown_handle, place,
                     "no handle called " + quoted(name) + " stands before this one",
                     groups_.empty() ? "a duplicate stands behind its original"
                                     : problems.suggest(name, candidates()));
    }
    return HandleId::none;
}

void HandleNames::check(Problems& problems) const {
    for (const Group& group : groups_) {
        if (!group.later || group.opened || group.name.empty()) continue;
        problems.add(ErrorCode::never_opened, group.place,
                     "the handle " + quoted(group.name) + " has `later`, but nothing opens it",
                     "open it with {open = \"" + group.name + "\"}" +
                         (group.kind == HandleSpec::Kind::tcp
                              ? ", or with {accept = ..., accepts = \"" + group.name + "\"}"
                              : std::string()));
    }
}

}  // namespace sim::parse
