// A scenario file while it is being read: what has been found so far, and the parts of the reader.
// Names come first (scenario_parse_declare.cpp), then what uses them.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_handles.hpp"
#include "sim/scenario_parse_names.hpp"
#include "sim/scenario_parse_sections.hpp"
#include "sim/scenario_parse_used.hpp"

namespace sim::parse {

// A file that the scenario names.
struct NamedFile {
    std::string name;
    std::string text;
    std::optional<std::vector<Nanos>> instants;  // none: there are errors about it
};

// A script that repeats for ever and takes time only if something resets one of these events, or
// if clients connect to one of these handles.
struct DoubtfulScript {
    std::vector<EventId> waits;
    std::vector<HandleId> accepts;
    Place last;
};

struct Reading {
    Context context;
    const ParseOptions& options;
    Sections sections;
    PortNames ports{};
    DeviceNames devices{};
    HandleNames handles{};
    ThreadNames threads{};
    EventNames events{};
    LockNames locks{};
    LabelNames labels{};
    std::list<NamedFile> files{};  // places point into their texts
    std::size_t file_bytes = 0;
    std::size_t instants = 0;   // of all stimuli
    std::uint32_t streams = 0;  // steps of handlers so far
    std::vector<DoubtfulScript> doubtful{};
    Scenario scenario{};

    [[nodiscard]] Problems& problems() { return context.problems; }
    [[nodiscard]] Table table(const Found& f) const {
        return Table(context, f.section, *f.table, f.table->place);
    }
};

// [[port]], [[device]], [[handle]], [[lock]]
void read_declarations(Reading&);
// The bits of a list of notification modes.
[[nodiscard]] std::uint32_t read_modes(Problems&, const Node& list);
// [[post]], [[set]], [[close]], [[do]]
void read_stimuli(Reading&);
// [[client]]; when all steps are known.
void read_clients(Reading&);
// When, at, every, count and arrivals of a table; checks that they go together.
[[nodiscard]] When read_when(Reading&, const Table&);
// The instants of an arrival file; complains about it once.
[[nodiscard]] const std::vector<Nanos>* read_arrivals(Reading&, std::string_view name,
                                                      const Place&);
// [expect]
void read_expect(Reading&, const Table&);
// [[narration]], [[question]]
void read_teaching(Reading&);
// Predicates of texts in the file; what does not compile is complained about.
class PredicateReader {
public:
    explicit PredicateReader(Reading&);
    PredicateReader(const PredicateReader&) = delete;  // its index points into its names
    PredicateReader& operator=(const PredicateReader&) = delete;
    [[nodiscard]] std::optional<Predicate> read(const Node& text);

private:
    Reading& reading_;
    std::vector<std::string> ports_;
    std::vector<std::string> threads_;
    std::vector<std::string> handles_;
    std::optional<PredicateIndex> index_;
};
// The rules that a scenario is about, or that it expects.
[[nodiscard]] std::vector<Rule> read_rules(Problems&, const Node& list);
// The texts of a list; complains about entries that are none.
[[nodiscard]] std::vector<const Node*> texts_of(Problems&, const Node& list, std::string_view what);

}  // namespace sim::parse
