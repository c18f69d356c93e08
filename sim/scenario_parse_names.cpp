#include "sim/scenario_parse_names.hpp"

#include <algorithm>

#include "sim/scenario_format.hpp"

namespace sim::parse {
namespace {

std::string numbered(const std::string& name, std::uint64_t count, std::uint64_t i) {
    return count == 1 ? name : name + std::to_string(i + 1);
}

}  // namespace

void PortNames::add(Problems& problems, const std::string& name, const Place& place) {
    if (!name.empty() && std::find(names_.begin(), names_.end(), name) != names_.end()) {
        problems.add(ErrorCode::name_twice, place, "there are two ports called " + quoted(name),
                     "give one of them another name");
    }
    names_.push_back(name);
}

std::vector<std::string_view> PortNames::candidates() const {
    std::vector<std::string_view> known;
    for (const std::string& name : names_)
        if (!name.empty()) known.push_back(name);
    return known;
}

PortId PortNames::find(Problems& problems, std::string_view name, const Place& place) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end())
        return make_id<PortId>(static_cast<std::size_t>(found - names_.begin()));
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
    if (table.has("port") || names_.empty()) return PortId::none;
    if (names_.size() == 1) return make_id<PortId>(0);
    std::string known;
    for (const std::string_view name : candidates())
        known += (known.empty() ? "" : " or ") + ("\"" + std::string(name) + "\"");
    const bool few = candidates().size() >= 2 && candidates().size() <= 5;
    problems.add(ErrorCode::port_not_named, table.header(),
                 std::string(what) + " names no port, and there are several",
                 "write `port = ...`" + (few ? " with " + known : std::string()));
    return PortId::none;
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
                     n > 1 ? "with a count, " + quoted(group.name) + " stands for " +
                                 quoted(numbered(group.name, n, 0)) + " to " +
                                 quoted(numbered(group.name, n, n - 1))
                           : "give one of them another name");
    }
    return true;
}

ThreadId ThreadNames::find(Problems& problems, std::string_view name, const Place& place) const {
    if (const auto found = ids_.find(std::string(name)); found != ids_.end()) return found->second;
    if (incomplete_) return ThreadId::none;
    std::string help;
    for (const Group& group : groups_) {
        if (group.name == name && group.count > 1) {
            help = "with a count, " + quoted(name) + " stands for " +
                   quoted(numbered(group.name, group.count, 0)) + " to " +
                   quoted(numbered(group.name, group.count, group.count - 1));
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

EventId EventNames::use(Problems& problems, std::string_view name, Use use, const Place& place) {
    const auto [found, fresh] = ids_.emplace(std::string(name), make_id<EventId>(events_.size()));
    if (fresh) {
        if (events_.size() == kMaxEvents) {
            problems.add(ErrorCode::too_many, place,
                         "there are more than " + with_commas(kMaxEvents) + " events");
        }
        events_.push_back({std::string(name), {}, {}});
    }
    Event& event = events_[index(found->second)];
    std::optional<Place>& first = use == Use::wait ? event.waited : event.set;
    if (!first) first = place;
    return found->second;
}

void EventNames::check(Problems& problems) const {
    if (events_.size() > kMaxEvents) return;  // complained about already
    for (const Event& event : events_) {
        if (event.waited && event.set) continue;
        // What was meant is an event that is used only the other way.
        std::vector<std::string_view> others;
        for (const Event& other : events_)
            if (event.waited ? other.set && !other.waited : other.waited && !other.set)
                others.push_back(other.name);
        const std::string_view meant =
            others.size() == 1 ? others.front() : problems.meant(event.name, others);
        const std::string help =
            meant.empty() ? std::string() : "did you mean " + quoted(meant) + "?";
        if (event.waited) {
            problems.add(ErrorCode::never_set, *event.waited,
                         "nothing sets the event " + quoted(event.name),
                         help.empty() ? "set it in a step, or with [[set]]" : help);
        } else {
            problems.add(ErrorCode::never_awaited, *event.set,
                         "no step waits for the event " + quoted(event.name),
                         help.empty() ? "wait for it with {wait = \"" + event.name + "\"}" : help);
        }
    }
}

std::vector<std::string> EventNames::names() const {
    std::vector<std::string> names;
    for (const Event& event : events_) names.push_back(event.name);
    return names;
}

}  // namespace sim::parse
