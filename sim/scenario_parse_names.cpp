#include "sim/scenario_parse_names.hpp"

#include <algorithm>

#include "sim/scenario_format.hpp"

namespace sim::parse {
std::string numbered(const std::string& name, std::uint64_t count, std::uint64_t i) {
    return count == 1 ? name : name + std::to_string(i + 1);
}

std::string stands_for(const std::string& name, std::uint64_t count) {
    return "with a count, " + quoted(name) + " stands for " + quoted(numbered(name, count, 0)) +
           " to " + quoted(numbered(name, count, count - 1));
}

void PortNames::add(Problems& problems, const std::string& name, const Place& place, bool later) {
    if (!name.empty() && has(name)) {
        problems.add(ErrorCode::name_twice, place, "there are two ports called " + quoted(name),
                     "give one of them another name");
    }
    if (name == "this") {
        problems.add(ErrorCode::reserved_name, place,
                     "no port can be called `this`: in a step, that is the handle of the packet",
                     "choose another name");
    }
    ports_.push_back({name, place, later, false});
}

bool PortNames::has(std::string_view name) const {
    return std::any_of(ports_.begin(), ports_.end(),
                       [&](const Port& port) { return port.name == name; });
}

std::vector<std::string_view> PortNames::candidates() const {
    std::vector<std::string_view> known;
    for (const Port& port : ports_)
        if (!port.name.empty()) known.push_back(port.name);
    return known;
}

PortId PortNames::find(Problems& problems, std::string_view name, const Place& place) const {
    for (std::size_t i = 0; i < ports_.size(); ++i)
        if (ports_[i].name == name) return make_id<PortId>(i);
    // Without any good port name there is an error about that already.
    if (!candidates().empty()) {
        problems.add(ErrorCode::unknown_port, place, "there is no port called " + quoted(name),
                     problems.suggest(name, candidates()));
    }
    return PortId::none;
}

PortId PortNames::of(Problems& problems, const Table& table, std::string_view what) const {
    if (const Value* port = table.get("port"))
        return find(problems, port->text, table.value_place("port"));
    if (table.has("port") || ports_.empty()) return PortId::none;
    if (ports_.size() == 1) return make_id<PortId>(0);
    std::string known;
    for (const std::string_view name : candidates())
        known += (known.empty() ? "" : " or ") + ("\"" + std::string(name) + "\"");
    const bool few = candidates().size() >= 2 && candidates().size() <= 5;
    problems.add(ErrorCode::port_not_named, table.header(),
                 std::string(what) + " names no port, and there are several",
                 "write `port = ...`" + (few ? " with " + known : std::string()));
    return PortId::none;
}

PortId PortNames::create(Problems& problems, std::string_view name, const Place& place) {
    const PortId id = find(problems, name, place);
    if (id == PortId::none) return id;
    Port& port = ports_[index(id)];
    port.created = true;
    if (!port.later) {
        problems.add(ErrorCode::there_already, place,
                     "the port " + quoted(name) + " exists from the start",
                     "give it `later = true`, or leave the step out");
    }
    return id;
}

void PortNames::check(Problems& problems) const {
    for (const Port& port : ports_) {
        if (!port.later || port.created || port.name.empty()) continue;
        problems.add(ErrorCode::never_opened, port.place,
                     "the port " + quoted(port.name) + " has `later`, but no step creates it",
                     "create it with {create = \"" + port.name + "\"}");
    }
}

void DeviceNames::add(Problems& problems, const std::string& name, const Place& place) {
    if (!name.empty() && std::find(names_.begin(), names_.end(), name) != names_.end()) {
        problems.add(ErrorCode::name_twice, place, "there are two devices called " + quoted(name),
                     "give one of them another name");
    }
    names_.push_back(name);
}

DeviceId DeviceNames::find(Problems& problems, std::string_view name, const Place& place) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end())
        return make_id<DeviceId>(static_cast<std::size_t>(found - names_.begin()));
    std::vector<std::string_view> known;
    for (const std::string& each : names_)
        if (!each.empty()) known.push_back(each);
    if (known.empty() && !names_.empty()) return DeviceId::none;  // its name has an error already
    problems.add(ErrorCode::unknown_device, place, "there is no device called " + quoted(name),
                 known.empty() ? "add [[device]] with this name" : problems.suggest(name, known));
    return DeviceId::none;
}

bool ThreadNames::add(Problems& problems, const ThreadSpec& group, const Place& name,
                      const Place& count) {
    const std::uint64_t n = group.when.count;
    if (names_.size() + n > static_cast<std::uint64_t>(kMaxThreads)) {
        problems.add(ErrorCode::too_many, count,
                     "these make " + with_commas(static_cast<std::int64_t>(names_.size() + n)) +
                         " threads; the limit is " + with_commas(kMaxThreads));
        give_up();
        return false;
    }
    groups_.push_back({group.name, n});
    std::string twice;
    for (std::uint64_t i = 0; i < n; ++i) {
        std::string thread = numbered(group.name, n, i);
        const ThreadId id = make_id<ThreadId>(names_.size());
        const bool fresh = ids_.emplace(thread, id).second;
        if (!fresh && twice.empty() && !group.name.empty()) twice = thread;
        if (thread == "main") {
            problems.add(ErrorCode::reserved_name, name,
                         "no thread can be called `main`: that is the one that posts from outside",
                         "choose another name");
        }
        names_.push_back(std::move(thread));
    }
    if (!twice.empty()) {
        problems.add(ErrorCode::name_twice, name, "there are two threads called " + quoted(twice),
                     n > 1 ? stands_for(group.name, n) : "give one of them another name");
    }
    return true;
}

ThreadId ThreadNames::find(Problems& problems, std::string_view name, const Place& place) const {
    if (const auto found = ids_.find(std::string(name)); found != ids_.end()) return found->second;
    if (incomplete_) return ThreadId::none;
    std::string help;
    if (name == "main") help = "main does what [[do]], [[post]], [[set]] and [[close]] say";
    for (const Group& group : groups_) {
        if (group.name == name && group.count > 1) {
            help = stands_for(group.name, group.count);
        }
    }
    if (help.empty()) {
        std::vector<std::string_view> known;
        for (const std::string& thread : names_)
            if (!thread.empty()) known.push_back(thread);
        if (known.empty()) return ThreadId::none;  // there is an error about that already
        help = problems.suggest(name, known);
    }
    problems.add(ErrorCode::unknown_thread, place, "there is no thread called " + quoted(name),
                 help);
    return ThreadId::none;
}

}  // namespace sim::parse
