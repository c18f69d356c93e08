#include "real/recorder.hpp"

#include <string>
#include <utility>

#include "real/block_notes.hpp"
#include "real/blocking.hpp"
#include "real/cpu_burner.hpp"
#include "real/gated_driver.hpp"
#include "real/probe_cost.hpp"
#include "real/recorder_drain.hpp"
#include "real/recorder_driver.hpp"
#include "sim/gated.hpp"
#include "sim/trace_io.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Outcome;

// How long a worker may take to leave when the run is over. A hung one never does.
constexpr Nanos kLeaveWithin = 2'000'000'000;
constexpr std::size_t kDriverFacts = 16384;

sim::TraceHeader make_header(const sim::Scenario& scenario, const Backend& backend) {
    sim::TraceHeader header;
    header.scenario_name = scenario.origin.substr(scenario.origin.find_last_of("/\\") + 1);
    header.scenario = scenario.text;
    header.files = scenario.files;
    header.overrides = scenario.overrides;
    header.seed = scenario.seed;
    header.backend = backend.name;
    header.lane = backend.lane;
    header.windows_evidence = backend.windows_evidence;
    header.threads = scenario.thread_names();
    header.events = scenario.events;
    header.handles = scenario.handle_names();
    for (const sim::HandleSpec& spec : scenario.handles)
        for (std::uint32_t i = 0; i < spec.count; ++i)
            header.handle_same_as.push_back(spec.duplicate_of);
    for (const sim::LockSpec& lock : scenario.locks) header.locks.push_back(lock.name);
    header.processors = available_processors();
    header.clock = clock_name();
    header.clock_step = clock_step();
    header.host = backend.host;
    describe_blocking(backend, header);
    header.host.emplace_back("computing is measured by", cpu_burner_clock());
    header.host.emplace_back(kProbeCost, std::to_string(probe_cost()));
    return header;
}

// What the header says of a port, whether it exists already or not.
void describe_port(const sim::Scenario& scenario, std::size_t number, sim::TraceHeader& header) {
    const sim::PortSpec& spec = scenario.ports[number];
    const bool again = spec.duplicate_of != PortId::none;
    const sim::PortSpec& port = again ? scenario.ports[sim::index(spec.duplicate_of)] : spec;
    header.ports.push_back(spec.name);
    header.port_same_as.push_back(spec.duplicate_of);
    header.concurrency.push_back(port.concurrency == 0 ? header.processors : port.concurrency);
}

// A second handle of a port that does not exist yet: none, until a step makes it.
bool waits_for_original(const sim::Scenario& scenario, std::size_t number) {
    const PortId original = scenario.ports[number].duplicate_of;
    if (original == PortId::none) return false;
    return sim::index(original) > number || scenario.ports[sim::index(original)].later;
}

// Creates the scenario's ports, except those that a step creates; the facts say so. False: one
// could not be created.
bool create_ports(const sim::Scenario& scenario, RunContext& run, sim::TraceHeader& header,
                  std::vector<Fact>& facts) {
    for (std::size_t i = 0; i < scenario.ports.size(); ++i) {
        describe_port(scenario, i, header);
        if (scenario.ports[i].later) continue;
        sim::Step create;
        create.kind = sim::Step::Kind::create;
        create.port = sim::make_id<PortId>(i);
        const auto created = run.outside_step(create, ThreadId::none);
        if (!created && waits_for_original(scenario, i)) continue;
        if (!created) return false;
        if (created->kind == FactKind::port_created) header.concurrency[i] = created->number;
        facts.push_back(*created);
    }
    return true;
}

// A run that cannot begin is a trace all the same.
RecorderResult nothing_happened(const sim::TraceHeader& header, RecorderHost& host,
                                std::string_view why) {
    host.complain(why);
    std::string lines = sim::header_to_line(header) + "\n";
    sim::append_line(lines, header, {.kind = FactKind::ended, .outcome = Outcome::crashed}, 1);
    host.write(lines);
    return {.outcome = Outcome::crashed};
}

}  // namespace

RecorderResult record(const sim::Scenario& scenario, Ports& ports, const Backend& backend,
                      RecorderHost& host) {
    prepare_cpu_burner();
    sim::TraceHeader header = make_header(scenario, backend);
    if (host.gated()) sim::name_gate(header, "one step at a time; running threads poll and yield");
    auto owned_pool = std::make_unique<WorkerPool>(scenario, ports, host.gated());
    WorkerPool& pool = *owned_pool;
    FactBuffer driver_facts(kDriverFacts);
    // All that takes long has been done.
    pool.context().begin();
    std::vector<Fact> created;
    if (!create_ports(scenario, pool.context(), header, created))
        return nothing_happened(header, host, "the system cannot create a completion port");

    auto notes =
        std::make_unique<BlockNotes>(pool.wait_cells(), pool.context().origin, pool.context().end);
    ports.report_blocks_to(*notes);
    std::vector<FactBuffer*> buffers = {&driver_facts, &notes->facts};
    for (std::size_t i = 0; i < pool.size(); ++i) buffers.push_back(&pool.facts(i));
    const std::unique_ptr<Clients> clients =
        scenario.clients.empty() ? nullptr : make_clients(pool.context());
    if (clients) buffers.push_back(&clients->facts());
    Drain drain(std::move(buffers), header, host);
    host.write(sim::header_to_line(header) + "\n");
    if (!host.gated() && !drain.start())
        return nothing_happened(header, host, "the system gives no thread to write the trace");

    if (clients && !clients->start())
        return nothing_happened(header, host, "the system gives no thread for the clients");
    std::unique_ptr<Driver> driver;
    if (host.gated())
        driver =
            std::make_unique<GatedDriver>(scenario, ports, pool, driver_facts, host, drain, header);
    else
        driver = std::make_unique<Driver>(scenario, ports, pool, driver_facts, host);
    driver->use(clients.get());
    for (const Fact& fact : created) driver->note(fact);
    RecorderResult result;
    if (const std::string why = driver->open_handles(); !why.empty()) {
        host.complain(why);
        result.outcome = Outcome::crashed;
    } else {
        result.outcome = driver->run();
    }
    if (clients) clients->finish();
    result.all_left = pool.finish(kLeaveWithin);
    const Nanos end = pool.context().end;
    drain.finish({.t0 = end, .t1 = end, .kind = FactKind::ended, .outcome = result.outcome});
    // A thread that never left still uses the pool, and is watched: not destroyed then, on purpose.
    if (!result.all_left) {
        static_cast<void>(owned_pool.release());
        static_cast<void>(notes.release());
    }
    return result;
}

}  // namespace real
