#include "sim/scenario_parse_step.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sim::parse {
namespace {

using Kind = Step::Kind;

struct Verb {
    std::string_view name;
    Kind kind;
    bool in_handler = true;
    bool outside = false;  // main can do it: it takes no time
};
constexpr auto kVerbs = std::to_array<Verb>({
    {"get", Kind::get, false},
    {"poll", Kind::poll, false},
    {"cpu", Kind::cpu},
    {"block", Kind::block},
    {"wait", Kind::wait},
    {"wait_port", Kind::wait_port},
    {"join", Kind::join},
    {"set", Kind::set, true, true},
    {"reset", Kind::reset, true, true},
    {"lock", Kind::lock},
    {"unlock", Kind::unlock},
    {"yield", Kind::yield},
    {"post", Kind::post, true, true},
    {"depth", Kind::depth, true, true},
    {"create", Kind::create, true, true},
    {"close", Kind::close, true, true},
    {"open", Kind::open, true, true},
    {"bind", Kind::bind, true, true},
    {"modes", Kind::modes, true, true},
    {"cancel", Kind::cancel, true, true},
    {"suspend", Kind::suspend, true, true},
    {"resume", Kind::resume, true, true},
    {"apc", Kind::apc, true, true},
    {"repeat", Kind::repeat, false},
    {"exit", Kind::exit},
});
constexpr Verb kOperation{"an operation", Kind::io, true, true};

// Every verb of the table of keys is here or is an operation; a test tries them all.
const Verb& verb_called(std::string_view name) {
    const auto found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                    [&](const Verb& verb) { return verb.name == name; });
    return found == kVerbs.end() ? kOperation : *found;
}

std::string list_of(bool (*wanted)(const Verb&)) {
    std::string names;
    for (const Verb& verb : kVerbs)
        if (wanted(verb)) names += std::string(verb.name) + ", ";
    return names + "or an operation such as read";
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
        problems.add(ErrorCode::no_verb, table.header(), "this step does not say what to do",
                     "its verb is one of get, cpu, block, wait, post, read and others; "
                     "docs/scenario-reference.md lists them");
    }
    return verb;
}

// "`get`, `wait` and `wait_port`"
std::string owners(std::string_view verbs) {
    std::string text;
    while (!verbs.empty()) {
        const std::string_view each = verbs.substr(0, verbs.find(", "));
        verbs.remove_prefix(std::min(verbs.size(), each.size() + 2));
        if (!text.empty()) text += verbs.empty() ? " and " : ", ";
        text += each == "io" ? "operations such as `read`" : quoted(each);
    }
    return text;
}

// Complains about keys that belong to another verb.
void check_modifiers(Problems& problems, const Table& table, std::string_view verb) {
    for (const Table::Field& field : table.fields()) {
        if (field.key->verb() || field.key->modifies(verb)) continue;
        problems.add(ErrorCode::wrong_modifier, field.key_place,
                     quoted(field.key->name) + " belongs to " + owners(field.key->verbs) +
                         ", not to " + quoted(verb));
    }
}

class StepReader {
public:
    StepReader(Reading& reading, StepsOf of) : reading_(reading), of_(of) {}

    std::optional<Step> read(const Node& node) {
        const Table table(reading_.context, Section::step, node, node.place);
        const Table::Field* verb = verb_of(reading_.problems(), table);
        if (!verb) return std::nullopt;
        check_modifiers(reading_.problems(), table, verb->key->name);
        Step step;
        step.kind = verb_called(verb->key->name).kind;
        check_place(*verb);
        if (!verb->value) return step;
        fill(step, *verb, table);
        if (of_ == StepsOf::handler) step.stream = reading_.streams++;
        return step;
    }

private:
    void check_place(const Table::Field& field) {
        const Verb& verb = verb_called(field.key->name);
        if (of_ == StepsOf::handler && !verb.in_handler) {
            reading_.problems().add(
                ErrorCode::not_in_handler, field.key_place,
                quoted(verb.name) + " cannot stand in a handler",
                verb.kind == Kind::repeat
                    ? "only a script starts again; it does so when the handler is done"
                    : "the worker's script asks for the next packet when the handler is done");
        }
        if (of_ == StepsOf::outside && !verb.outside) {
            reading_.problems().add(
                ErrorCode::not_outside, field.key_place,
                "main cannot do " + quoted(verb.name) + " from outside",
                "it can " + list_of([](const Verb& each) { return each.outside; }));
        }
    }

    void fill(Step& step, const Table::Field& verb, const Table& table) {
        switch (step.kind) {
            case Kind::get:
            case Kind::poll:
            case Kind::wait_port:
            case Kind::depth:
            case Kind::create:
            case Kind::post: return fill_port(step, verb, table);
            case Kind::cpu:
            case Kind::block:
                step.duration = verb.value->duration;
                step.alertable = table.flag("alertable");
                return;
            case Kind::wait:
                step.event = event(verb, EventNames::Use::wait);
                step.timeout = table.time("timeout", kInfinite);
                step.alertable = table.flag("alertable");
                return;
            case Kind::set: step.event = event(verb, EventNames::Use::set); return;
            case Kind::reset: step.event = event(verb, EventNames::Use::reset); return;
            case Kind::lock: step.lock = lock(verb, LockNames::Use::lock); return;
            case Kind::unlock: step.lock = lock(verb, LockNames::Use::unlock); return;
            case Kind::join:
            case Kind::suspend:
            case Kind::resume:
            case Kind::apc:
                step.thread =
                    reading_.threads.find(reading_.problems(), verb.value->text, verb.value_place);
                return;
            case Kind::io: return fill_operation(step, {reading_, table, verb, of_});
            case Kind::repeat: step.count = static_cast<std::uint64_t>(verb.value->integer); return;
            case Kind::yield:
            case Kind::exit: return;
            default: return fill_handle_step(step, {reading_, table, verb, of_});
        }
    }

    void fill_port(Step& step, const Table::Field& verb, const Table& table) {
        Problems& problems = reading_.problems();
        const std::string_view name = verb.value->text;
        step.port = step.kind == Kind::create
                        ? reading_.ports.create(problems, name, verb.value_place)
                        : reading_.ports.find(problems, name, verb.value_place);
        if (step.kind == Kind::create) fill_created_with(step, {reading_, table, verb, of_});
        if (step.kind == Kind::get) {
            step.ex = table.has("batch") || table.flag("alertable");
            step.batch = table.number("batch").value_or(1);
            step.alertable = table.flag("alertable");
        }
        if (step.kind == Kind::post) {
            step.key = static_cast<Key>(table.integer("key", 0));
            step.bytes = table.number("bytes");
            step.count = static_cast<std::uint64_t>(table.integer("count", 1));
        }
        step.timeout = table.time("timeout", kInfinite);
    }

    EventId event(const Table::Field& verb, EventNames::Use use) {
        return reading_.events.use(reading_.problems(), verb.value->text, use, verb.value_place);
    }
    LockId lock(const Table::Field& verb, LockNames::Use use) {
        return reading_.locks.use(reading_.problems(), verb.value->text, use, verb.value_place);
    }

    Reading& reading_;
    StepsOf of_;
};

void not_a_step(Problems& problems, const Node& item) {
    problems.add(ErrorCode::wrong_type, item.place,
                 "a step is a table in braces, not " + std::string(describe(item.kind)),
                 "write, for example, `{cpu = \"1 ms\"}`");
}

void complain_about_endless(Problems& problems, const Place& last, bool waits) {
    problems.add(ErrorCode::endless_script, last,
                 "this script repeats for ever without taking any time",
                 waits ? "an event stays set: reset it in every round, or add get, cpu or block"
                       : "add a step that takes time: get, cpu or block");
}

// True when a round of the script cannot be over in the instant in which it begins. A wait for an
// event is no such step by itself, because an event stays set.
bool takes_time(const Step& step, bool takes_packets) {
    switch (step.kind) {
        // G-EX-4: with room for no packet the call fails at once.
        case Kind::get: return step.timeout != 0 && !(step.ex && step.batch == 0);
        case Kind::cpu:
        case Kind::block: return !step.duration.zero();
        case Kind::io: return step.call_time > 0;
        // Signaled while there are packets, and takes none (W-WAITABLE-1).
        case Kind::wait_port: return step.timeout != 0 && takes_packets;
        default: return false;
    }
}

// A script must not go round for ever within one instant.
void check_endless(Reading& reading, const std::vector<Step>& steps, const Place& last) {
    if (steps.empty() || steps.back().kind != Kind::repeat || steps.back().count != 0) return;
    const bool takes_packets = std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        return step.kind == Kind::get || step.kind == Kind::poll;
    });
    std::vector<EventId> waits;
    std::vector<HandleId> accepts;
    for (const Step& step : steps) {
        if (takes_time(step, takes_packets)) return;
        if (step.kind == Kind::wait && step.timeout != 0) waits.push_back(step.event);
        if (step.kind == Kind::io && step.operation == Operation::accept)
            accepts.push_back(step.handle.handle);
    }
    reading.doubtful.push_back({std::move(waits), std::move(accepts), last});
}

}  // namespace

std::vector<Step> read_steps(Reading& reading, const Node& list, StepsOf of) {
    StepReader reader(reading, of);
    std::vector<Step> steps;
    bool whole = true;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const Node& item = list.items[i];
        if (item.kind != Node::Kind::table) {
            whole = false;
            not_a_step(reading.problems(), item);
            continue;
        }
        const std::optional<Step> step = reader.read(item);
        whole = whole && step;
        if (!step) continue;
        steps.push_back(*step);
        const bool ends = step->kind == Kind::repeat || step->kind == Kind::exit;
        if (ends && i + 1 < list.items.size()) {
            reading.problems().add(ErrorCode::not_last, item.place,
                                   "nothing that stands behind " +
                                       quoted(step->kind == Kind::repeat ? "repeat" : "exit") +
                                       " ever happens",
                                   "make it the last step");
        }
    }
    if (whole && of == StepsOf::script && !list.items.empty())
        check_endless(reading, steps, list.items.back().place);
    return steps;
}

std::optional<Step> read_outside_step(Reading& reading, const Node& node) {
    return StepReader(reading, StepsOf::outside).read(node);
}

namespace {

// An accept on a synchronous handle waits for the next client (and there are only so many).
bool accept_waits(const Scenario& scenario, HandleId handle) {
    return handle != HandleId::none && !scenario.handle_spec(handle).overlapped &&
           std::any_of(scenario.clients.begin(), scenario.clients.end(),
                       [&](const ClientSpec& client) { return client.connects == handle; });
}

}  // namespace

void check_doubtful_scripts(Reading& reading) {
    for (const DoubtfulScript& script : reading.doubtful) {
        const bool waits =
            std::any_of(script.waits.begin(), script.waits.end(),
                        [&](EventId event) { return reading.events.is_reset(event); }) ||
            std::any_of(script.accepts.begin(), script.accepts.end(),
                        [&](HandleId handle) { return accept_waits(reading.scenario, handle); });
        if (!waits) complain_about_endless(reading.problems(), script.last, !script.waits.empty());
    }
}

}  // namespace sim::parse
