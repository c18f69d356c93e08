#include "cli/comparison_json.hpp"

#include <algorithm>

#include "cli/check_report.hpp"
#include "cli/measure.hpp"
#include "sim/order_distance.hpp"
#include "sim/run_measures.hpp"

namespace cli {
namespace {

void put_nanos(Json& json, std::string_view key, sim::Nanos value) {
    json.key(key).value(static_cast<std::uint64_t>(std::max<sim::Nanos>(value, 0)));
}

void put_shares(Json& json, const sim::TraceHeader& header, const sim::RunMeasures& run) {
    json.key("threads").begin_list();
    for (const sim::ThreadShare& share : run.shares) {
        json.begin_object();
        json.key("thread").value(sim::thread_name(header, share.thread));
        json.key("packets").value(share.packets);
        json.key("share");
        if (run.packets > 0)
            json.value(static_cast<double>(share.packets) / static_cast<double>(run.packets));
        else
            json.null();
        json.end_object();
    }
    json.end_list();
}

void put_active(Json& json, const sim::TraceHeader& header, const sim::RunMeasures& run) {
    json.key("most_active").begin_list();
    for (const sim::MostActive& active : run.most_active) {
        json.begin_object();
        json.key("port").value(sim::port_name(header, active.port));
        json.key("most").value(std::uint64_t{active.most});
        json.key("lower_bound").value(!active.exact);
        if (active.limit > 0) {
            json.key("limit").value(std::uint64_t{active.limit});
            json.key("excess").value(std::uint64_t{active.excess()});
        } else {
            json.key("limit").null().key("excess").null();
        }
        json.end_object();
    }
    json.end_list();
}

void put_switches(Json& json, const std::optional<sim::Switches>& switches) {
    json.key("switches");
    if (!switches) {
        json.null();
        return;
    }
    json.begin_object().key("all").value(switches->all);
    if (switches->why) {
        json.key("voluntary").value(switches->why->voluntary);
        json.key("involuntary").value(switches->why->involuntary);
    } else {
        json.key("voluntary").null().key("involuntary").null();
    }
    json.end_object();
}

void put_measures(Json& json, const sim::Trace& trace) {
    const sim::RunMeasures run = sim::measures_of(trace);
    put_shares(json, trace.header, run);
    put_active(json, trace.header, run);
    put_switches(json, run.switches);
    json.key("latency");
    if (!run.latency) {
        json.null();
        return;
    }
    json.begin_object().key("packets").value(static_cast<std::uint64_t>(run.latency->count));
    put_nanos(json, "p50_ns", run.latency->median);
    put_nanos(json, "p90_ns", run.latency->ninety);
    put_nanos(json, "p99_ns", run.latency->ninety_nine);
    put_nanos(json, "max_ns", run.latency->most);
    json.end_object();
}

void put_dispatch(Json& json, std::string_view key, const sim::TraceHeader& header,
                  const std::optional<sim::Dispatch>& dispatch) {
    json.key(key);
    if (!dispatch) {
        json.null();
        return;
    }
    json.begin_object().key("packet").value(static_cast<std::uint64_t>(dispatch->packet));
    json.key("thread").value(sim::thread_name(header, dispatch->thread));
    json.key("step").value(static_cast<std::uint64_t>(dispatch->step)).end_object();
}

void put_rows(Json& json, const sim::Trace& left, const sim::Trace& right, sim::AlignBy by) {
    static constexpr std::string_view differences[] = {"", "packet", "thread", "one_side"};
    const sim::DispatchRows found = sim::align(left, right, by);
    json.key("by").value(sim::name(by)).key("rows").begin_list();
    for (const sim::DispatchRow& row : found.rows) {
        json.begin_object();
        if (by == sim::AlignBy::time) put_nanos(json, "at_ns", row.at);
        put_dispatch(json, "left", left.header, row.left);
        put_dispatch(json, "right", right.header, row.right);
        json.key("difference");
        if (row.difference == sim::DispatchRow::Difference::none)
            json.null();
        else
            json.value(differences[static_cast<std::size_t>(row.difference)]);
        json.end_object();
    }
    json.end_list().key("first_differing_row");
    if (found.first_difference < found.rows.size())
        json.value(static_cast<std::uint64_t>(found.first_difference + 1));
    else
        json.null();
    json.key("first_difference_is").value(found.sentence);
}

void put_order(Json& json, const sim::OrderDistance& order) {
    json.key("order").begin_object();
    json.key("packets").value(order.packets).key("pairs").value(order.pairs());
    json.key("contrary").value(order.contrary).key("certain").value(order.certain);
    json.key("distance");
    if (order.pairs() > 0)
        json.value(order.share());
    else
        json.null();
    json.key("by_returns").value(order.by_returns).end_object();
}

}  // namespace

void put_two_runs(Json& json, const sim::Trace& left, const sim::Trace& right,
                  const sim::Comparison& comparison, sim::AlignBy by) {
    json.begin_object();
    json.key("model").begin_object().key("lane").value(left.header.lane);
    json.key("dispatches");
    put_dispatches(json, left);
    json.key("max_active");
    if (sim::has_hidden_facts(left))
        json.value(std::uint64_t{sim::max_active(left)});
    else
        json.null();
    put_measures(json, left);
    json.end_object();
    json.key("measured").begin_object().key("lane").value(right.header.lane);
    json.key("backend").value(right.header.backend);
    json.key("windows_evidence").value(right.header.windows_evidence);
    put_probe_cost(json, right.header);
    json.key("dispatches");
    put_dispatches(json, right);
    put_measures(json, right);
    json.end_object();
    put_rows(json, left, right, by);
    put_order(json, sim::order_distance(left, right));
    put_comparison(json, comparison);
    json.key("check");
    if (right.header.backend == "model" || sim::has_hidden_facts(right))
        json.null();
    else
        put_check(json, right, sim::check(right));
    json.end_object();
}

}  // namespace cli
