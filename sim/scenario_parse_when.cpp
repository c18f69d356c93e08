// When, at, every, count and arrivals: when threads start and things happen from outside.
#include <string>

#include "sim/scenario_parse_reading.hpp"
#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

void check_excludes(Problems& problems, const Table& table) {
    const auto exclude = [&](std::string_view one, std::string_view other) {
        if (!table.has(one) || !table.has(other)) return;
        problems.add(ErrorCode::when_and_at, table.key_place(other),
                     quoted(one) + " and " + quoted(other) + " exclude each other",
                     "keep one of them");
    };
    exclude("when", "at");
    exclude("when", "arrivals");
    exclude("every", "arrivals");
    if (table.has("every") && !table.has("count") && !table.has("arrivals")) {
        problems.add(ErrorCode::every_without_count, table.key_place("every"),
                     "`every` needs a `count`: there is only one here",
                     "write how many there are, for example `count = 4`");
    }
}

// The instants of an arrival file, as many as are wanted.
void read_instants(Reading& reading, const Table& table, When& when) {
    const Value* name = table.get("arrivals");
    if (!name) return;
    const Place place = table.value_place("arrivals");
    const std::vector<Nanos>* instants = read_arrivals(reading, name->text, place);
    if (!instants) return;
    const std::uint64_t there = instants->size();
    if (!table.has("count")) when.count = there;
    if (when.count > there) {
        reading.problems().add(ErrorCode::out_of_range, table.value_place("count"),
                               "`count` is " + with_commas(table.integer("count", 1)) +
                                   ", but the file has only " +
                                   with_commas(static_cast<std::int64_t>(there)) + " instants",
                               "leave `count` out to take them all");
        return;
    }
    reading.instants += static_cast<std::size_t>(when.count);
    if (reading.instants > kMaxInstants) {
        reading.problems().add(ErrorCode::too_many, place,
                               "the arrivals of this scenario are more than " +
                                   with_commas(static_cast<std::int64_t>(kMaxInstants)) +
                                   " instants");
        return;
    }
    when.instants.assign(instants->begin(),
                         instants->begin() + static_cast<std::ptrdiff_t>(when.count));
    if (when.instants.back() > kLatestInstant - when.at) {
        reading.problems().add(ErrorCode::too_late, place,
                               "the last of these would come more than 24 hours after the start",
                               "make `at` or `count` smaller");
    }
}

}  // namespace

When read_when(Reading& reading, const Table& table) {
    When when;
    when.settled = table.get("when") != nullptr;
    when.at = table.time("at", 0);
    when.count = static_cast<std::uint64_t>(table.integer("count", 1));
    if (const Value* every = table.get("every")) {
        when.every_settled = every->settled;
        when.every = every->duration;
    }
    check_excludes(reading.problems(), table);
    read_instants(reading, table, when);
    const Nanos mean = mean_of(when.every);
    if (mean > 0 && when.count > 1 &&
        static_cast<std::int64_t>(when.count) - 1 > (kLatestInstant - when.at) / mean) {
        reading.problems().add(ErrorCode::too_late, table.value_place("count"),
                               "the last of these would come more than 24 hours after the start",
                               "make `count` or `every` smaller");
    }
    return when;
}

}  // namespace sim::parse
