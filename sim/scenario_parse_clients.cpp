// [[client]]: programs at the other end of connections.
#include <algorithm>
#include <string>
#include <utility>

#include "sim/scenario_parse_reading.hpp"

namespace sim::parse {
namespace {

// All steps of a scenario, wherever they stand.
template <class Visit>
void each_step(const Scenario& scenario, Visit visit) {
    for (const ThreadSpec& thread : scenario.threads)
        for (const Step& step : thread.script) visit(step);
    for (const Handler& handler : scenario.handlers)
        for (const Step& step : handler.steps) visit(step);
    for (const Stimulus& stimulus : scenario.stimuli) visit(stimulus.step);
}

class ClientReader {
public:
    explicit ClientReader(Reading& reading)
        : reading_(reading), problems_(reading.problems()), scenario_(reading.scenario) {}

    void read(const Found& found) {
        const Table t = reading_.table(found);
        ClientSpec spec;
        spec.name = t.text("name");
        check_name(spec.name, t.value_place("name"));
        spec.when = read_when(reading_, t);
        spec.position = found.position;
        spec.first = static_cast<std::uint32_t>(scenario_.client_count());
        spec.messages = t.number("messages").value_or(spec.messages);
        if (const Value* size = t.get("size")) spec.size = size->size;
        spec.think = t.duration("think");
        if (const Value* ends = t.get("ends"))
            spec.ends = static_cast<ClientSpec::Ending>(ends->integer);
        if (const Value* event = t.get("sets")) {
            spec.sets = reading_.events.use(problems_, event->text, EventNames::Use::set,
                                            t.value_place("sets"));
        }
        if (const Value* handle = t.get("connects"))
            spec.connects = listening(handle->text, t.value_place("connects"));
        if (spec.first + spec.when.count > static_cast<std::uint64_t>(kMaxClients)) {
            problems_.add(ErrorCode::too_many, t.value_place("count"),
                          "these make more than " + with_commas(kMaxClients) + " clients");
            return;
        }
        if (spec.connects != HandleId::none)
            places_.push_back({t.value_place("connects"), t.value_place("count")});
        else
            return;
        scenario_.clients.push_back(std::move(spec));
    }

    // What accepts them, once all clients are known.
    void check() {
        for (std::size_t i = 0; i < places_.size(); ++i) check_accepts(i);
    }

private:
    struct Places {
        Place connects;
        Place count;
    };

    void check_name(const std::string& name, const Place& place) {
        const bool twice = std::any_of(scenario_.clients.begin(), scenario_.clients.end(),
                                       [&](const ClientSpec& c) { return c.name == name; });
        if (name.empty() || !twice) return;
        problems_.add(ErrorCode::name_twice, place,
                      "there are two groups of clients called " + quoted(name),
                      "give one of them another name");
    }

    HandleId listening(std::string_view name, const Place& place) {
        if (name == "this") {
            problems_.add(ErrorCode::nothing_in_hand, place,
                          "a client has no packet in hand, so `this` says nothing",
                          "name the handle that listens");
            return HandleId::none;
        }
        const HandleRef ref = reading_.handles.find(problems_, name, place);
        if (ref.kind != HandleRef::Kind::handle) return HandleId::none;
        if (reading_.handles.kind(ref.handle) == HandleSpec::Kind::tcp) return ref.handle;
        problems_.add(ErrorCode::wrong_kind, place,
                      "clients connect to a handle of kind `tcp`, and " + quoted(name) + " is none",
                      "give " + quoted(name) + " `kind = \"tcp\"`");
        return HandleId::none;
    }

    // Says it once for each listening handle, at the last of its clients: there are too many then.
    void check_accepts(std::size_t which) {
        const HandleId listener = scenario_.clients[which].connects;
        std::uint64_t clients = 0;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (scenario_.clients[i].connects != listener) continue;
            if (i > which) return;
            clients += scenario_.clients[i].when.count;
        }
        const std::string name = scenario_.handle_names()[index(listener)];
        bool accepted = false;
        std::optional<HandleId> small;
        each_step(scenario_, [&](const Step& step) {
            if (step.operation != Operation::accept || step.handle.handle != listener) return;
            if (step.accepts.kind == HandleRef::Kind::none) return;
            accepted = true;
            if (scenario_.handle_spec(step.accepts.handle).count < clients)
                small = step.accepts.handle;
        });
        if (!accepted) {
            problems_.add(ErrorCode::nobody_accepts, places_[which].connects,
                          "no step accepts the connections of " + quoted(name),
                          "add a step {accept = \"" + name + "\", accepts = ...}");
        } else if (small) {
            const HandleSpec& spec = scenario_.handle_spec(*small);
            problems_.add(ErrorCode::too_few_connections, places_[which].count,
                          with_commas(static_cast<std::int64_t>(clients)) + " clients connect to " +
                              quoted(name) + ", and " + quoted(spec.name) + " has handles for " +
                              with_commas(spec.count),
                          "give " + quoted(spec.name) + " a `count` of " + std::to_string(clients) +
                              " or more");
        }
    }

    Reading& reading_;
    Problems& problems_;
    Scenario& scenario_;
    std::vector<Places> places_;  // of scenario_.clients
};

}  // namespace

void read_clients(Reading& reading) {
    const bool wrong = !reading.problems().empty();
    ClientReader reader(reading);
    for (const Found& found : reading.sections.all(Section::client)) reader.read(found);
    // With other errors, steps may be missing.
    if (!wrong && !reading.handles.incomplete()) reader.check();
}

}  // namespace sim::parse
