// parse_scenario: from the text of a file to a Scenario, or to everything that is wrong with it.
// The pieces: scenario_parse_text and _tree read TOML, _table and _value check keys and values
// against sim/scenario_keys.def, _names, _step and _expect give them meaning.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "sim/scenario.hpp"
#include "sim/scenario_parse_expect.hpp"
#include "sim/scenario_parse_names.hpp"
#include "sim/scenario_parse_sections.hpp"
#include "sim/scenario_parse_step.hpp"

namespace sim {
namespace parse {
namespace {

class ScenarioReader {
public:
    ScenarioReader(Problems& problems, const Node& root)
        : problems_(problems), sections_(find_sections(problems, root)) {}

    Scenario read() {
        read_top();
        read_machine();
        read_ports();
        read_threads();
        read_handlers();
        read_stimuli();
        read_expectations();
        events_.check(problems_);
        scenario_.events = events_.names();
        return std::move(scenario_);
    }

private:
    Table table(const Found& f) const {
        return Table(problems_, f.section, *f.table, f.table->place);
    }

    void read_top() {
        const Table top(problems_, Section::file, sections_.top, sections_.top.place);
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

    void read_machine() {
        if (!sections_.machine) return;
        const Table machine(problems_, Section::machine, *sections_.machine,
                            sections_.machine->place);
        if (const auto n = machine.number("processors")) scenario_.machine.processors = *n;
        scenario_.machine.quantum = machine.time("quantum", scenario_.machine.quantum);
        scenario_.machine.switch_cost = machine.time("switch_cost", scenario_.machine.switch_cost);
    }

    void read_ports() {
        for (const Found& f : sections_.all(Section::port)) {
            const Table port = table(f);
            PortSpec spec{port.text("name"), port.number("concurrency").value_or(1)};
            ports_.add(problems_, spec.name, port.value_place("name"));
            scenario_.ports.push_back(std::move(spec));
        }
        if (scenario_.ports.empty() && !sections_.mentioned(Section::port)) {
            problems_.add(ErrorCode::no_port, Place{}, "there is no port",
                          "add [[port]] with a name and a concurrency value");
        }
    }

    void read_threads() {
        for (const Found& f : sections_.all(Section::thread)) {
            const Table t = table(f);
            ThreadSpec spec;
            spec.name = t.text("name");
            spec.when = read_when(problems_, t);
            spec.first = make_id<ThreadId>(threads_.size());
            if ((t.has("count") && !t.get("count")) || !t.get("name")) threads_.give_up();
            spec.script = t.has("script") ? own_script(t) : default_script(t, spec.name);
            if (!threads_.add(problems_, spec, t.value_place("name"), t.value_place("count")))
                continue;
            scenario_.threads.push_back(std::move(spec));
            scenario_.thread_positions.push_back(f.position);
        }
        if (scenario_.threads.empty() && !sections_.mentioned(Section::thread)) {
            problems_.add(ErrorCode::no_thread, Place{}, "there is no thread",
                          "add [[thread]] with a name");
        }
    }

    std::vector<Step> own_script(const Table& t) {
        for (const std::string_view key : {"port", "timeout"}) {
            if (!t.has(key)) continue;
            problems_.add(ErrorCode::two_scripts, t.key_place(key),
                          quoted(key) +
                              " belongs to the default script, and this thread has a "
                              "script of its own",
                          "say it in the script's `get`");
        }
        const Value* script = t.get("script");
        if (!script) return {};
        return read_steps(problems_, ports_, events_, *script->node, StepsOf::script);
    }

    std::vector<Step> default_script(const Table& t, const std::string& name) {
        Step get;
        get.kind = Step::Kind::get;
        get.port = ports_.of(problems_, t, name.empty() ? "this thread" : "thread " + quoted(name));
        get.timeout = t.time("timeout", kInfinite);
        Step repeat;
        repeat.kind = Step::Kind::repeat;
        repeat.count = 0;
        if (get.timeout == 0 && t.has("timeout") && t.get("timeout")) {
            problems_.add(ErrorCode::endless_script, t.value_place("timeout"),
                          "with a time-out of 0 the default script repeats for ever without "
                          "taking any time",
                          "write a script of its own with `poll` and a step that takes time");
        }
        return {get, repeat};
    }

    void read_handlers() {
        for (const Found& f : sections_.all(Section::handler)) {
            const Table t = table(f);
            Handler handler;
            if (const Value* key = t.get("key")) handler.key = static_cast<Key>(key->integer);
            if (const Value* steps = t.get("steps")) {
                handler.steps =
                    read_steps(problems_, ports_, events_, *steps->node, StepsOf::handler);
            }
            const bool good_key = !t.has("key") || t.get("key");
            const bool twice =
                std::any_of(scenario_.handlers.begin(), scenario_.handlers.end(),
                            [&](const Handler& other) { return other.key == handler.key; });
            if (good_key && twice) {
                problems_.add(ErrorCode::key_twice, t.key_place("key"),
                              handler.key ? "there is a handler for key " +
                                                std::to_string(*handler.key) + " already"
                                          : "there is a handler without a key already",
                              "put the steps together, or give this one another key");
            }
            if (good_key) scenario_.handlers.push_back(std::move(handler));
        }
    }

    void read_stimuli() {
        std::uint64_t posts = 0;
        for (const Found& f : sections_.many) {
            Stimulus s;
            if (f.section == Section::post) {
                s.step.kind = Step::Kind::post;
            } else if (f.section == Section::set) {
                s.step.kind = Step::Kind::set;
            } else if (f.section == Section::close) {
                s.step.kind = Step::Kind::close;
            } else {
                continue;
            }
            const Table t = table(f);
            s.position = f.position;
            s.when = read_when(problems_, t);
            if (s.step.kind == Step::Kind::set) {
                if (const Value* event = t.get("event")) {
                    s.step.event = events_.use(problems_, event->text, EventNames::Use::set,
                                               t.value_place("event"));
                }
            } else {
                s.step.port = ports_.of(
                    problems_, t, s.step.kind == Step::Kind::post ? "this post" : "this close");
            }
            if (s.step.kind == Step::Kind::post) {
                s.step.key = static_cast<Key>(t.integer("key", 0));
                s.step.bytes = t.number("bytes");
                count_posts(posts, t);
            }
            scenario_.stimuli.push_back(s);
        }
    }

    void count_posts(std::uint64_t& posts, const Table& t) {
        const auto before = posts;
        posts += static_cast<std::uint64_t>(t.integer("count", 1));
        constexpr auto most = static_cast<std::uint64_t>(kMaxPosts);
        if (before <= most && posts > most) {
            problems_.add(ErrorCode::too_many, t.value_place("count"),
                          "these make " + with_commas(static_cast<std::int64_t>(posts)) +
                              " packets in all; the limit is " + with_commas(kMaxPosts));
        }
    }

    void read_expectations() {
        if (!sections_.expect) return;
        const Table t(problems_, Section::expect, *sections_.expect, sections_.expect->place);
        scenario_.expect = read_expect(problems_, threads_, t);
    }

    Problems& problems_;
    Sections sections_;
    PortNames ports_;
    ThreadNames threads_;
    EventNames events_;
    Scenario scenario_;
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
                                const ParseOptions&) {
    const parse::Lines lines(text);
    Result<parse::Node> root = parse::read_tree(text, lines, origin);
    if (!root) return root.error();
    parse::Problems problems(lines, origin);
    if (root->entries.empty()) {
        problems.add(ErrorCode::empty_file, parse::Place{}, "the file says nothing",
                     "a scenario begins with `format = 1`");
        return problems.take();
    }
    if (const parse::Entry* format = parse::other_format(*root)) {
        (void)parse::read_value(problems, *find_key(Section::file, "format"), *format);
        return problems.take();
    }
    Scenario scenario = parse::ScenarioReader(problems, *root).read();
    if (!problems.empty()) return problems.take();
    scenario.origin = origin;
    scenario.text = text;
    return scenario;
}

}  // namespace sim
