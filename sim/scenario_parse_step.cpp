#include "sim/scenario_parse_step.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace sim::parse {
namespace {

constexpr std::array<std::pair<std::string_view, Step::Kind>, 10> kVerbs = {{
    {"get", Step::Kind::get},
    {"poll", Step::Kind::poll},
    {"cpu", Step::Kind::cpu},
    {"block", Step::Kind::block},
    {"wait", Step::Kind::wait},
    {"set", Step::Kind::set},
    {"post", Step::Kind::post},
    {"close", Step::Kind::close},
    {"repeat", Step::Kind::repeat},
    {"exit", Step::Kind::exit},
}};

Step::Kind kind_of(std::string_view verb) {
    return std::find_if(kVerbs.begin(), kVerbs.end(),
                        [&](const auto& v) { return v.first == verb; })
        ->second;
}

bool belongs(const KeyInfo& modifier, std::string_view verb) {
    // Every modifier belongs to one verb so far.
    return modifier.verbs == verb;
}

// The one verb of a step, or nothing and a complaint.
const Table::Field* verb_of(Problems& problems, const Table& table) {
    const Table::Field* verb = nullptr;
    for (const Table::Field& field : table.fields()) {
        if (!field.key->verb()) continue;
        if (verb) {
            problems.add(ErrorCode::two_verbs, field.key_place,
                         "a step does one thing: this one has " + quoted(verb->key->name) +
                             " and " + quoted(field.key->name),
                         "make it two steps");
            return nullptr;
        }
        verb = &field;
    }
    if (!verb && !table.has_unknown_keys()) {
        std::string verbs;
        for (const auto& [name, kind] : kVerbs)
            verbs += (verbs.empty() ? "" : ", ") + std::string(name);
        problems.add(ErrorCode::no_verb, table.header(), "this step does not say what to do",
                     "a step has one of " + verbs);
    }
    return verb;
}

// Complains about keys that belong to another verb.
void check_modifiers(Problems& problems, const Table& table, std::string_view verb) {
    for (const Table::Field& field : table.fields()) {
        if (field.key->verb() || belongs(*field.key, verb)) continue;
        problems.add(ErrorCode::wrong_modifier, field.key_place,
                     quoted(field.key->name) + " belongs to " + quoted(field.key->verbs) +
                         ", not to " + quoted(verb));
    }
}

class StepReader {
public:
    StepReader(Problems& problems, const PortNames& ports, EventNames& events, StepsOf of)
        : problems_(problems), ports_(ports), events_(events), of_(of) {}

    std::optional<Step> read(const Node& node) {
        const Table table(problems_, Section::step, node, node.place);
        const Table::Field* verb = verb_of(problems_, table);
        if (!verb) return std::nullopt;
        check_modifiers(problems_, table, verb->key->name);
        Step step;
        step.kind = kind_of(verb->key->name);
        check_place(step.kind, *verb);
        if (!verb->value) return step;
        fill(step, *verb, table);
        return step;
    }

private:
    void check_place(Step::Kind kind, const Table::Field& verb) {
        if (of_ != StepsOf::handler) return;
        if (kind != Step::Kind::get && kind != Step::Kind::poll && kind != Step::Kind::repeat)
            return;
        const bool repeats = kind == Step::Kind::repeat;
        problems_.add(ErrorCode::not_in_handler, verb.key_place,
                      quoted(verb.key->name) + " cannot stand in a handler",
                      repeats ? "only a script starts again; it does so when the handler is done"
                              : "the worker's script asks for the next packet when the handler "
                                "is done");
    }

    void fill(Step& step, const Table::Field& verb, const Table& table) {
        const Value& value = *verb.value;
        switch (step.kind) {
            case Step::Kind::get:
            case Step::Kind::poll:
            case Step::Kind::close:
                step.port = ports_.find(problems_, value.text, verb.value_place);
                if (step.kind == Step::Kind::get) step.timeout = table.time("timeout", kInfinite);
                break;
            case Step::Kind::post:
                step.port = ports_.find(problems_, value.text, verb.value_place);
                step.key = static_cast<Key>(table.integer("key", 0));
                step.bytes = table.number("bytes");
                step.count = static_cast<std::uint64_t>(table.integer("count", 1));
                break;
            case Step::Kind::cpu:
            case Step::Kind::block: step.duration = Duration::of(value.time); break;
            case Step::Kind::wait:
                step.event =
                    events_.use(problems_, value.text, EventNames::Use::wait, verb.value_place);
                break;
            case Step::Kind::set:
                step.event =
                    events_.use(problems_, value.text, EventNames::Use::set, verb.value_place);
                break;
            case Step::Kind::repeat: step.count = static_cast<std::uint64_t>(value.integer); break;
            case Step::Kind::exit: break;
            default: break;
        }
    }

    Problems& problems_;
    const PortNames& ports_;
    EventNames& events_;
    StepsOf of_;
};

bool takes_time(const Step& step) {
    return (step.kind == Step::Kind::get && step.timeout != 0) || step.kind == Step::Kind::cpu ||
           step.kind == Step::Kind::block;
}

// A script must not go round for ever within one instant.
void check_endless(Problems& problems, const std::vector<Step>& steps, const Place& last) {
    if (steps.empty() || steps.back().kind != Step::Kind::repeat || steps.back().count != 0) return;
    if (std::any_of(steps.begin(), steps.end(), takes_time)) return;
    problems.add(ErrorCode::endless_script, last,
                 "this script repeats for ever without taking any time",
                 "add a step that takes time: get, cpu or block");
}

}  // namespace

std::vector<Step> read_steps(Problems& problems, const PortNames& ports, EventNames& events,
                             const Node& list, StepsOf of) {
    StepReader reader(problems, ports, events, of);
    std::vector<Step> steps;
    bool whole = true;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Node& item = list.items[i];
        if (item.kind != Node::Kind::table) {
            whole = false;
            problems.add(ErrorCode::wrong_type, item.place,
                         "a step is a table in braces, not " + std::string(describe(item.kind)),
                         "write, for example, `{cpu = \"1 ms\"}`");
            continue;
        }
        const std::optional<Step> step = reader.read(item);
        whole = whole && step;
        if (!step) continue;
        steps.push_back(*step);
        const bool ends = step->kind == Step::Kind::repeat || step->kind == Step::Kind::exit;
        if (ends && i + 1 < list.items.size()) {
            problems.add(ErrorCode::not_last, item.place,
                         "nothing that stands behind " +
                             quoted(step->kind == Step::Kind::repeat ? "repeat" : "exit") +
                             " ever happens",
                         "make it the last step");
        }
    }
    if (whole && of == StepsOf::script && !list.items.empty())
        check_endless(problems, steps, list.items.back().place);
    return steps;
}

}  // namespace sim::parse
