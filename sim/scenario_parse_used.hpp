// Names that need no declaration: events, locks and labels exist because steps use them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_problems.hpp"

namespace sim::parse {

class EventNames {
public:
    enum class Use : std::uint8_t {
        wait,
        set,
        reset,
        signal,  // the end of an operation sets it (I-IO-10)
    };
    EventId use(Problems&, std::string_view name, Use, const Place&);
    [[nodiscard]] bool is_reset(EventId) const;
    // Complains about events that are only waited for or only set.
    void check(Problems&) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    struct Event {
        std::string name;
        std::optional<Place> first[4];  // of each use
        [[nodiscard]] const std::optional<Place>& of(Use use) const {
            return first[static_cast<std::size_t>(use)];
        }
        [[nodiscard]] bool set_by_something() const { return of(Use::set) || of(Use::signal); }
        [[nodiscard]] bool lonely() const;   // waited for and never set
        [[nodiscard]] bool useless() const;  // set or reset and never waited for
    };
    void complain(Problems&, const Event&) const;
    std::vector<Event> events_;
    std::unordered_map<std::string, EventId> ids_;
};

class LockNames {
public:
    enum class Use : std::uint8_t { lock, unlock };
    // [[lock]]
    void declare(Problems&, const LockSpec&, const Place&);
    LockId use(Problems&, std::string_view name, Use, const Place&);
    // Complains about locks that are never taken.
    void check(Problems&) const;
    [[nodiscard]] std::vector<LockSpec> specs() const;

private:
    struct Lock {
        LockSpec spec;
        std::optional<Place> declared;
        std::optional<Place> locked;
        std::optional<Place> unlocked;
    };
    std::size_t find_or_add(Problems&, std::string_view name, const Place&);
    std::vector<Lock> locks_;
    std::unordered_map<std::string, std::size_t> ids_;
};

// Labels of operations; the first is number 1.
class LabelNames {
public:
    enum class Use : std::uint8_t { start, cancel };
    std::uint32_t use(Problems&, std::string_view name, Use, const Place&);
    // Complains about labels under which nothing is started.
    void check(Problems&) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    struct Label {
        std::string name;
        bool started = false;
        std::optional<Place> cancelled;
    };
    std::vector<Label> labels_;
    std::unordered_map<std::string, std::size_t> ids_;
};

}  // namespace sim::parse
