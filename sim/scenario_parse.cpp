// parse_scenario: from the text of a file to a Scenario, or to everything that is wrong with it.
// The pieces: scenario_parse_text and _tree read TOML, _override changes what a sweep varies,
// _table and _value check keys and values against sim/scenario_keys.def, _names, _handles and _used
// know what names stand for, and the rest gives the sections their meaning.
#include <algorithm>
#include <string>
#include <utility>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_override.hpp"
#include "sim/scenario_parse_reading.hpp"
#include "sim/scenario_parse_step.hpp"

namespace sim {
namespace parse {
namespace {

class ScenarioReader {
public:
    explicit ScenarioReader(Reading& reading)
        : reading_(reading), problems_(reading.problems()), scenario_(reading.scenario) {}

    void read() {
        read_top();
        read_machine();
        read_declarations(reading_);
        read_threads();
        read_scripts();
        read_handlers();
        read_stimuli(reading_);
        read_clients(reading_);
        check_names();
        read_teaching(reading_);
        if (const Node* expect = reading_.sections.expect)
            read_expect(reading_, Table(reading_.context, Section::expect, *expect, expect->place));
        scenario_.locks = reading_.locks.specs();
        scenario_.events = reading_.events.names();
        scenario_.labels = reading_.labels.names();
    }

private:
    void read_top() {
        const Node& node = reading_.sections.top;
        const Table top(reading_.context, Section::file, node, node.place);
        if (!top.has("format")) {
            problems_.add(ErrorCode::no_format, Place{}, "the format is missing",
                          "write `format = 1` at the top of the file");
        }
        scenario_.title = top.text("title");
        scenario_.teaches = top.text("teaches");
        scenario_.seed = static_cast<std::uint64_t>(top.integer("seed", 1));
        scenario_.limit = top.time("time_limit", scenario_.limit);
        if (const Value* rules = top.get("rules"))
            scenario_.rules = read_rules(problems_, *rules->node);
    }

    // Everything else may depend on the number of processors.
    void read_machine() {
        if (const Node* node = reading_.sections.machine) {
            const Table machine(reading_.context, Section::machine, *node, node->place);
            Machine& m = scenario_.machine;
            m.processors = machine.number("processors").value_or(m.processors);
            m.quantum = machine.time("quantum", m.quantum);
            m.switch_cost = machine.time("switch_cost", m.switch_cost);
        }
        reading_.context.processors =
            std::max(reading_.options.processors.value_or(scenario_.machine.processors), 1u);
    }

    // The names of all threads, which scripts and handlers mention.
    void read_threads() {
        for (const Found& f : reading_.sections.all(Section::thread)) {
            Table t = reading_.table(f);
            ThreadSpec spec;
            spec.name = t.text("name");
            spec.when = read_when(reading_, t);
            spec.first = make_id<ThreadId>(reading_.threads.size());
            if ((t.has("count") && !t.get("count")) || !t.get("name")) reading_.threads.give_up();
            const bool added = reading_.threads.add(problems_, spec, t.value_place("name"),
                                                    t.value_place("count"));
            tables_.push_back({std::move(t), added});
            if (!added) continue;
            scenario_.threads.push_back(std::move(spec));
            scenario_.thread_positions.push_back(f.position);
        }
        if (scenario_.threads.empty() && !reading_.sections.mentioned(Section::thread)) {
            problems_.add(ErrorCode::no_thread, Place{}, "there is no thread",
                          "add [[thread]] with a name");
        }
    }

    void read_scripts() {
        std::size_t group = 0;
        for (const auto& [table, added] : tables_) {
            std::vector<Step> script =
                table.has("script") ? own_script(table) : default_script(table);
            if (added) scenario_.threads[group++].script = std::move(script);
        }
    }

    std::vector<Step> own_script(const Table& t) {
        for (const std::string_view key : {"port", "timeout", "batch", "alertable"}) {
            if (!t.has(key)) continue;
            problems_.add(ErrorCode::two_scripts, t.key_place(key),
                          quoted(key) +
                              " belongs to the default script, and this thread has a "
                              "script of its own",
                          "say it in the script's `get`");
        }
        const Value* script = t.get("script");
        if (!script) return {};
        return read_steps(reading_, *script->node, StepsOf::script);
    }

    std::vector<Step> default_script(const Table& t) {
        const std::string name = t.text("name");
        Step get;
        get.kind = Step::Kind::get;
        get.port = reading_.ports.of(problems_, t,
                                     name.empty() ? "this thread" : "thread " + quoted(name));
        get.timeout = t.time("timeout", kInfinite);
        get.ex = t.has("batch") || t.flag("alertable");
        get.batch = t.number("batch").value_or(1);
        get.alertable = t.flag("alertable");
        Step repeat;
        repeat.kind = Step::Kind::repeat;
        repeat.count = 0;
        const bool no_time = get.timeout == 0 && t.get("timeout");
        if (no_time || get.batch == 0) {
            problems_.add(ErrorCode::endless_script, t.value_place(no_time ? "timeout" : "batch"),
                          no_time ? "with a time-out of 0 the default script repeats for ever "
                                    "without taking any time"
                                  : "a call with room for no packet fails at once, so the default "
                                    "script repeats for ever without taking any time",
                          no_time ? "write a script of its own with `poll` and a step that takes "
                                    "time"
                                  : "write a script of its own that makes the call once");
        }
        return {get, repeat};
    }

    void read_handlers() {
        for (const Found& f : reading_.sections.all(Section::handler)) {
            const Table t = reading_.table(f);
            Handler handler = read_conditions(t);
            if (const Value* steps = t.get("steps"))
                handler.steps = read_steps(reading_, *steps->node, StepsOf::handler);
            bool good = true;
            for (const std::string_view key : {"handle", "key", "operation", "result"})
                good = good && (!t.has(key) || t.get(key));
            if (good && !(t.has("handle") && !handler.handle)) check_handler(handler, t);
            if (good) scenario_.handlers.push_back(std::move(handler));
        }
    }

    Handler read_conditions(const Table& t) {
        Handler handler;
        if (const Value* handle = t.get("handle")) {
            const auto taken =
                reading_.handles.taken(problems_, handle->text, t.value_place("handle"));
            if (taken.handle != HandleId::none) handler.handle = taken.handle;
            handler.whole_group = taken.whole_group;
        }
        if (const Value* key = t.get("key")) handler.key = static_cast<Key>(key->integer);
        if (const Value* operation = t.get("operation"))
            handler.operation = static_cast<Operation>(operation->integer);
        if (const Value* result = t.get("result"))
            handler.result = static_cast<IoResult>(result->integer);
        return handler;
    }

    void check_handler(const Handler& handler, const Table& t) {
        const bool posts = handler.operation == Operation::post;
        if (posts && (handler.handle || handler.result.value_or(IoResult::ok) != IoResult::ok)) {
            problems_.add(
                ErrorCode::never_matches, t.key_place(handler.handle ? "handle" : "result"),
                handler.handle ? "a posted packet is of no handle" : "a posted packet never fails",
                "so this handler would take no packet; drop one of the conditions");
        }
        const auto same = [&](const Handler& other) {
            return other.handle == handler.handle && other.whole_group == handler.whole_group &&
                   other.key == handler.key && other.operation == handler.operation &&
                   other.result == handler.result;
        };
        if (std::none_of(scenario_.handlers.begin(), scenario_.handlers.end(), same)) return;
        std::string_view place = "key";
        std::size_t conditions = 0;
        for (const std::string_view key : {"result", "operation", "key", "handle"}) {
            if (!t.has(key)) continue;
            ++conditions;
            place = key;
        }
        std::string what = "there is a handler with the same conditions already";
        if (conditions == 0) what = "there is a handler without conditions already";
        if (conditions == 1 && handler.key)
            what = "there is a handler for key " + std::to_string(*handler.key) + " already";
        problems_.add(ErrorCode::key_twice, t.key_place(place), what,
                      "put the steps together, or give this one another condition");
    }

    void check_names() {
        check_doubtful_scripts(reading_);
        reading_.ports.check(problems_);
        reading_.handles.check(problems_);
        reading_.events.check(problems_);
        reading_.locks.check(problems_);
        reading_.labels.check(problems_);
    }

    struct ThreadTable {
        Table table;
        bool added;  // it is a group of the scenario
    };
    Reading& reading_;
    Problems& problems_;
    Scenario& scenario_;
    std::vector<ThreadTable> tables_;
};

// A file of another format is not read further: its keys mean something else.
const Entry* other_format(const Node& root) {
    for (const Entry& entry : root.entries)
        if (entry.key == "format" && entry.value.kind == Node::Kind::integer &&
            entry.value.integer != 1)
            return &entry;
    return nullptr;
}

}  // namespace
}  // namespace parse

Result<Scenario> parse_scenario(std::string_view text, std::string_view origin,
                                const ParseOptions& options) {
    const parse::Lines lines(text);
    Result<parse::Node> root = parse::read_tree(text, lines, origin);
    if (!root) return root.error();
    parse::Problems problems(lines, origin);
    if (root->entries.empty()) {
        problems.add(ErrorCode::empty_file, parse::Place{}, "the file says nothing",
                     "a scenario begins with `format = 1`");
        return problems.take();
    }
    parse::apply_overrides(problems, *root, options.overrides);
    if (const parse::Entry* format = parse::other_format(*root)) {
        (void)parse::read_value({problems}, *find_key(Section::file, "format"), *format);
        return problems.take();
    }
    parse::Reading reading{.context = {problems},
                           .options = options,
                           .sections = parse::find_sections(problems, *root)};
    parse::ScenarioReader(reading).read();
    if (!problems.empty()) return problems.take();
    for (parse::NamedFile& file : reading.files)
        reading.scenario.files.emplace_back(std::move(file.name), std::move(file.text));
    reading.scenario.origin = origin;
    reading.scenario.text = text;
    reading.scenario.overrides = options.overrides;
    return std::move(reading.scenario);
}

}  // namespace sim
