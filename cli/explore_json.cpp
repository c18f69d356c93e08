#include "cli/explore_outcome.hpp"
#include "cli/explore_text.hpp"
#include "cli/json.hpp"

namespace cli {
namespace {

void put_packets(Json& json, const sim::TraceHeader& header,
                 const std::vector<std::vector<sim::PacketId>>& by_port) {
    json.begin_list();
    for (std::size_t p = 0; p < by_port.size(); ++p) {
        if (by_port[p].empty()) continue;
        json.begin_object().key("port").value(header.ports[p]).key("packets").begin_list();
        for (const sim::PacketId packet : by_port[p])
            json.value(static_cast<std::uint64_t>(packet));
        json.end_list().end_object();
    }
    json.end_list();
}

void put_call(Json& json, const sim::TraceHeader& header, const sim::ToldCall& call) {
    const sim::Fact& fact = call.fact;
    json.begin_object().key("call").value(sim::info(fact.kind).name);
    if (fact.port != sim::PortId::none) json.key("port").value(sim::port_name(header, fact.port));
    if (fact.handle != sim::HandleId::none)
        json.key("handle").value(sim::handle_name(header, fact.handle));
    if (fact.packet != sim::PacketId::none)
        json.key("packet")
            .value(static_cast<std::uint64_t>(fact.packet))
            .key("key")
            .value(std::uint64_t{fact.key})
            .key("bytes")
            .value(std::uint64_t{fact.bytes});
    if (fact.kind == sim::FactKind::depth) json.key("count").value(std::uint64_t{fact.number});
    const std::string_view error = sim::name(fact.error);
    json.key("error");
    if (error.empty())
        json.value(static_cast<std::uint64_t>(fact.error));
    else
        json.value(error);
    json.key("again").value(call.again).end_object();
}

void put_threads(Json& json, const sim::TraceHeader& header, const sim::ExploredOutcome& outcome) {
    json.begin_list();
    for (std::size_t t = 0; t < outcome.calls.size(); ++t) {
        const bool is_main = t == outcome.threads.size();
        json.begin_object().key("thread").value(is_main ? "main" : header.threads[t]);
        json.key("returns").begin_list();
        for (const sim::ToldCall& call : outcome.calls[t]) put_call(json, header, call);
        json.end_list();
        if (!is_main) {
            json.key("end").value(end_word(outcome.threads[t].kind));
            json.key("where").value(end_text(header, outcome.threads[t]));
        }
        json.end_object();
    }
    json.end_list();
}

void put_outcome(Json& json, const sim::TraceHeader& header, const sim::ExploredOutcome& outcome,
                 std::uint64_t number) {
    json.begin_object();
    json.key("number").value(number);
    json.key("ending").value(ending_word(outcome.ending));
    json.key("final_states").value(outcome.ends);
    json.key("steps").value(static_cast<std::uint64_t>(outcome.path.size()));
    json.key("threads");
    put_threads(json, header, outcome);
    json.key("left_in_queue");
    put_packets(json, header, outcome.left);
    json.key("discarded");
    put_packets(json, header, outcome.discarded);
    json.key("stuck").begin_list();
    for (const std::string& each : outcome.stuck) json.value(each);
    json.end_list();
    json.end_object();
}

std::string_view kind_word(sim::ExploreFailure::Kind kind) {
    switch (kind) {
        case sim::ExploreFailure::Kind::invariant: return "invariant";
        case sim::ExploreFailure::Kind::expectation: return "expectation";
        case sim::ExploreFailure::Kind::stuck: return "stuck";
    }
    return {};
}

}  // namespace

std::string exploration_json(const sim::Scenario& scenario, const sim::Exploration& found) {
    Json json;
    json.begin_object();
    json.key("title").value(scenario.title);
    json.key("mode").value(found.untimed ? "untimed" : "instant");
    json.key("policies").begin_object();
    for (const sim::PolicySwitch& each : sim::policy_switches())
        json.key(each.name).value(sim::policy_value(found.header.policies, each.name));
    json.end_object();
    json.key("verdict").value(exploration_verdict(found));
    json.key("states").value(found.states);
    json.key("transitions").value(found.transitions);
    json.key("final_states").value(found.final_states);
    json.key("exhaustive").value(found.exhaustive());
    json.key("bound").value(found.bound);
    json.key("max_active").value(std::uint64_t{found.max_active});
    json.key("failures").begin_list();
    for (const sim::ExploreFailure& each : found.failures)
        json.begin_object()
            .key("kind")
            .value(kind_word(each.kind))
            .key("what")
            .value(each.what)
            .key("times")
            .value(each.times)
            .key("steps")
            .value(static_cast<std::uint64_t>(each.path.size()))
            .end_object();
    json.end_list();
    json.key("always_stuck").begin_list();
    for (const std::string& each : found.always_stuck) json.value(each);
    json.end_list();
    json.key("outcomes").begin_list();
    for (std::size_t i = 0; i < found.outcomes.size(); ++i)
        put_outcome(json, found.header, found.outcomes[i], i + 1);
    json.end_list().end_object();
    return json.take();
}

}  // namespace cli
