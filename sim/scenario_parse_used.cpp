#include "sim/scenario_parse_used.hpp"

#include "sim/scenario_format.hpp"

namespace sim::parse {
namespace {

// Complains once, about the first name too many.
void check_number(Problems& problems, std::size_t there, const Place& place,
                  std::string_view what) {
    if (there != kMaxUsedNames) return;
    problems.add(ErrorCode::too_many, place,
                 "there are more than " + with_commas(kMaxUsedNames) + " " + std::string(what));
}

void remember(std::optional<Place>& first, const Place& place) {
    if (!first) first = place;
}

std::string did_you_mean(std::string_view name) {
    return name.empty() ? std::string() : "did you mean " + quoted(name) + "?";
}

}  // namespace

EventId EventNames::use(Problems& problems, std::string_view name, Use use, const Place& place) {
    const auto [found, fresh] = ids_.emplace(std::string(name), make_id<EventId>(events_.size()));
    if (fresh) {
        check_number(problems, events_.size(), place, "events");
        events_.push_back({std::string(name), {}});
    }
    remember(events_[index(found->second)].first[static_cast<std::size_t>(use)], place);
    return found->second;
}

bool EventNames::is_reset(EventId event) const {
    return events_[index(event)].of(Use::reset).has_value();
}

bool EventNames::Event::lonely() const {
    return of(Use::wait) && !set_by_something();
}
bool EventNames::Event::useless() const {
    return !of(Use::wait) && !of(Use::signal);
}

void EventNames::complain(Problems& problems, const Event& event) const {
    // What was meant is an event that is used only the other way.
    std::vector<std::string_view> others;
    for (const Event& other : events_)
        if (event.lonely() ? other.useless() : other.lonely()) others.push_back(other.name);
    const std::string help =
        did_you_mean(others.size() == 1 ? others.front() : problems.meant(event.name, others));
    if (event.lonely()) {
        problems.add(ErrorCode::never_set, *event.of(Use::wait),
                     "nothing sets the event " + quoted(event.name),
                     help.empty() ? "set it in a step, or with [[set]]" : help);
        return;
    }
    const auto& set = event.of(Use::set);
    problems.add(ErrorCode::never_awaited, set ? *set : *event.of(Use::reset),
                 "no step waits for the event " + quoted(event.name),
                 help.empty() ? "wait for it with {wait = \"" + event.name + "\"}" : help);
}

void EventNames::check(Problems& problems) const {
    if (events_.size() > kMaxUsedNames) return;  // complained about already
    for (const Event& event : events_)
        if (event.lonely() || event.useless()) complain(problems, event);
}

std::vector<std::string> EventNames::names() const {
    std::vector<std::string> names;
    for (const Event& event : events_) names.push_back(event.name);
    return names;
}

std::size_t LockNames::find_or_add(Problems& problems, std::string_view name, const Place& place) {
    const auto [found, fresh] = ids_.emplace(std::string(name), locks_.size());
    if (fresh) {
        check_number(problems, locks_.size(), place, "locks");
        locks_.push_back({{std::string(name)}, {}, {}, {}});
    }
    return found->second;
}

void LockNames::declare(Problems& problems, const LockSpec& spec, const Place& place) {
    if (spec.name.empty()) return;  // there is an error about that already
    Lock& lock = locks_[find_or_add(problems, spec.name, place)];
    if (lock.declared) {
        problems.add(ErrorCode::name_twice, place,
                     "there are two locks called " + quoted(spec.name), "say its spin budget once");
    }
    lock.declared = place;
    lock.spec.spin = spec.spin;
}

LockId LockNames::use(Problems& problems, std::string_view name, Use use, const Place& place) {
    const std::size_t id = find_or_add(problems, name, place);
    remember(use == Use::lock ? locks_[id].locked : locks_[id].unlocked, place);
    return static_cast<LockId>(static_cast<std::uint16_t>(id));
}

void LockNames::check(Problems& problems) const {
    if (locks_.size() > kMaxUsedNames) return;
    std::vector<std::string_view> taken;
    for (const Lock& lock : locks_)
        if (lock.locked) taken.push_back(lock.spec.name);
    for (const Lock& lock : locks_) {
        if (lock.locked) continue;
        problems.add(ErrorCode::never_locked, lock.unlocked ? *lock.unlocked : *lock.declared,
                     "no step takes the lock " + quoted(lock.spec.name),
                     taken.empty() ? "take it with {lock = \"" + lock.spec.name + "\"}"
                                   : problems.suggest(lock.spec.name, taken));
    }
}

std::vector<LockSpec> LockNames::specs() const {
    std::vector<LockSpec> specs;
    for (const Lock& lock : locks_) specs.push_back(lock.spec);
    return specs;
}

std::uint32_t LabelNames::use(Problems& problems, std::string_view name, Use use,
                              const Place& place) {
    const auto [found, fresh] = ids_.emplace(std::string(name), labels_.size());
    if (fresh) {
        check_number(problems, labels_.size(), place, "labels of operations");
        labels_.push_back({std::string(name), false, {}});
    }
    Label& label = labels_[found->second];
    if (use == Use::start) {
        label.started = true;
    } else {
        remember(label.cancelled, place);
    }
    return static_cast<std::uint32_t>(found->second) + 1;
}

void LabelNames::check(Problems& problems) const {
    if (labels_.size() > kMaxUsedNames) return;
    std::vector<std::string_view> started;
    for (const Label& label : labels_)
        if (label.started) started.push_back(label.name);
    for (const Label& label : labels_) {
        if (label.started || !label.cancelled) continue;
        problems.add(ErrorCode::never_started, *label.cancelled,
                     "no operation is started under the label " + quoted(label.name),
                     started.empty() ? "write `label = \"" + label.name + "\"` where it is started"
                                     : problems.suggest(label.name, started));
    }
}

std::vector<std::string> LabelNames::names() const {
    std::vector<std::string> names;
    for (const Label& label : labels_) names.push_back(label.name);
    return names;
}

}  // namespace sim::parse
