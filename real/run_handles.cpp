#include "real/run_handles.hpp"

#include <algorithm>
#include <cstdlib>

#include "real/every_step.hpp"

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::HandleSpec;
using sim::Step;

// Which part a TCP socket plays shows in what is started on it.
HandleKind tcp_kind(const sim::Scenario& scenario, const HandleSpec& spec) {
    HandleKind kind = HandleKind::tcp;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind != Step::Kind::io || step.handle.handle == HandleId::none) return;
        if (&scenario.handle_spec(step.handle.handle) != &spec) return;
        if (step.operation == Operation::accept) kind = HandleKind::tcp_listener;
        if (step.operation == Operation::connect) kind = HandleKind::tcp_client;
    });
    return kind;
}

HandleKind kind_of(const sim::Scenario& scenario, const HandleSpec& spec) {
    switch (spec.kind) {
        case HandleSpec::Kind::file: return HandleKind::file;
        case HandleSpec::Kind::pipe: return HandleKind::pipe;
        case HandleSpec::Kind::tcp: return tcp_kind(scenario, spec);
        case HandleSpec::Kind::udp: return HandleKind::udp;
        case HandleSpec::Kind::mailslot: return HandleKind::mailslot;
        case HandleSpec::Kind::directory: return HandleKind::directory;
        case HandleSpec::Kind::serial: return HandleKind::serial;
        case HandleSpec::Kind::device: return HandleKind::device;
    }
    return HandleKind::device;
}

std::vector<HandleKind> kinds_of(const sim::Scenario& scenario) {
    std::vector<HandleKind> kinds;
    for (const HandleSpec& spec : scenario.handles) kinds.push_back(kind_of(scenario, spec));
    return kinds;
}

std::size_t largest_buffer(const sim::Scenario& scenario) {
    std::uint32_t largest = 1;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind == Step::Kind::io) largest = std::max(largest, step.transferred);
    });
    return largest;
}

std::size_t place_of(const sim::Scenario& scenario, const HandleSpec& spec) {
    return static_cast<std::size_t>(&spec - scenario.handles.data());
}

}  // namespace

std::string refusal(const sim::Scenario& scenario, const Handles& handles) {
    const std::vector<HandleKind> kinds = kinds_of(scenario);
    for (const HandleKind kind : kinds)
        if (std::string why = handles.refusal(kind, Operation::post); !why.empty()) return why;
    std::string found;
    for_every_step(scenario, [&](const Step& step) {
        if (step.kind != Step::Kind::io || step.handle.handle == HandleId::none || !found.empty())
            return;
        const HandleSpec& spec = scenario.handle_spec(step.handle.handle);
        found = handles.refusal(kinds[place_of(scenario, spec)], step.operation);
    });
    return found;
}

RunHandles::RunHandles(RunContext& run, Handles& handles)
    : run_(run),
      handles_(handles),
      kinds_(kinds_of(run.scenario)),
      opened_(std::make_unique<std::atomic<std::uint32_t>[]>(run.scenario.handles.size())),
      operations_(handles, largest_buffer(run.scenario)),
      far_end_(run, handles) {
    for_every_step(run.scenario,
                   [&](const Step& step) { sends_back_ = sends_back_ || step.as_received; });
}

// The operations must not find their memory gone.
RunHandles::~RunHandles() {
    if (!finish(10'000'000'000)) std::abort();
}

std::string RunHandles::open_all(IoActor& driver) {
    if (!far_end_.start()) return "the system gives no thread for the far end of the handles";
    for (const HandleSpec& spec : run_.scenario.handles)
        for (std::uint32_t i = 0; i < spec.count && !spec.later; ++i) {
            const auto handle = sim::make_id<HandleId>(sim::index(spec.first) + i);
            const Win32Error error = open_one(handle, driver);
            if (error != Win32Error::success)
                return "the system does not open " + spec.name + " (" +
                       std::string(sim::name(error)) + ")";
        }
    return {};
}

bool RunHandles::finish(Nanos patience) {
    for (std::size_t i = 0; i < run_.scenario.handle_count(); ++i)
        static_cast<void>(handles_.close(sim::make_id<HandleId>(i)));
    const Nanos deadline = clock_now() + patience;
    while (handles_.pending() > 0) {
        if (clock_now() > deadline) return false;
        sleep_for(100'000);
    }
    return true;
}

// -- which handle ---------------------------------------------------------------------------------

HandleId RunHandles::resolve(const sim::HandleRef& ref, const IoActor& actor) {
    switch (ref.kind) {
        case sim::HandleRef::Kind::none:
        case sim::HandleRef::Kind::open: return HandleId::none;  // several: see close()
        case sim::HandleRef::Kind::handle: return ref.handle;
        case sim::HandleRef::Kind::current: return actor.current;
        case sim::HandleRef::Kind::fresh: return fresh(run_.scenario.handle_spec(ref.handle));
    }
    return HandleId::none;
}

// None: the template is used up.
HandleId RunHandles::fresh(const HandleSpec& spec) {
    std::atomic<std::uint32_t>& opened = opened_[place_of(run_.scenario, spec)];
    std::uint32_t next = opened.load(std::memory_order_relaxed);
    do {
        if (next == spec.count) return HandleId::none;
    } while (!opened.compare_exchange_weak(next, next + 1, std::memory_order_relaxed));
    return sim::make_id<HandleId>(sim::index(spec.first) + next);
}

Key RunHandles::key_of(HandleId handle) const {
    const HandleSpec& spec = run_.scenario.handle_spec(handle);
    return spec.key + (sim::index(handle) - sim::index(spec.first));
}

// -- steps ----------------------------------------------------------------------------------------

void RunHandles::open(const Step& step, IoActor& actor) {
    const HandleId handle = resolve(step.handle, actor);
    if (handle != HandleId::none) {
        static_cast<void>(open_one(handle, actor));
        return;
    }
    const HandleSpec& spec = run_.scenario.handle_spec(step.handle.handle);
    Fact none{.kind = FactKind::opened, .error = Win32Error::no_system_resources};
    none.t0 = none.t1 = run_.stamp();
    none.thread = actor.id;
    none.handle = sim::make_id<HandleId>(sim::index(spec.first) + spec.count - 1);
    actor.note(none);
}

// Opens it, and binds it if the scenario says to which port.
Win32Error RunHandles::open_one(HandleId handle, IoActor& actor) {
    const HandleSpec& spec = run_.scenario.handle_spec(handle);
    const bool duplicate = spec.duplicate_of != HandleId::none;
    const HandleKind kind = kinds_[place_of(run_.scenario, spec)];
    const bool outside = !spec.address.empty() || clients_reach(handle);
    Opening opening{.kind = kind,
                    .overlapped = spec.overlapped,
                    .address = spec.address,
                    .far_end = kind == HandleKind::file || !outside};
    Fact opened{.kind = duplicate ? FactKind::duplicated : FactKind::opened};
    opened.t0 = run_.stamp();
    opened.error =
        duplicate ? handles_.duplicate(handle, spec.duplicate_of) : handles_.open(handle, opening);
    // Somebody else has this TCP port; clients find another one.
    if (opened.error != Win32Error::success && clients_reach(handle) && !spec.address.empty()) {
        opening.address.clear();
        opened.error = handles_.open(handle, opening);
    }
    if (opened.error == Win32Error::success && !duplicate && spec.modes != 0)
        static_cast<void>(handles_.set_modes(handle, spec.modes));
    opened.t1 = run_.stamp();
    opened.thread = actor.id;
    opened.handle = handle;
    actor.note(opened);
    actor.current = handle;
    if (opened.error == Win32Error::success && spec.port != PortId::none)
        bind_one(handle, spec.port, key_of(handle), actor);
    return opened.error;
}

void RunHandles::bind(const Step& step, IoActor& actor) {
    const HandleId handle = resolve(step.handle, actor);
    if (step.handle.kind == sim::HandleRef::Kind::none)
        return bind_one(handle, step.port, step.own_key.value_or(0), actor);
    if (handle == HandleId::none) return;
    bind_one(handle, step.port, step.own_key.value_or(key_of(handle)), actor);
}

void RunHandles::bind_one(HandleId handle, PortId port, Key key, IoActor& actor) {
    Fact bound{.kind = FactKind::bound};
    bound.t0 = run_.stamp();
    bound.error = handles_.bind(handle, port, key);
    bound.t1 = run_.stamp();
    bound.port = port;
    bound.thread = actor.id;
    bound.handle = handle;
    bound.key = key;
    actor.note(bound);
}

void RunHandles::set_modes(const Step& step, IoActor& actor) {
    const HandleId handle = resolve(step.handle, actor);
    if (handle == HandleId::none) return;
    Fact set{.kind = FactKind::modes_set};
    set.t0 = run_.stamp();
    set.error = handles_.set_modes(handle, step.number);
    set.t1 = run_.stamp();
    set.thread = actor.id;
    set.handle = handle;
    set.number = step.number;
    actor.note(set);
}

// Do clients of the scenario connect to it?
bool RunHandles::clients_reach(HandleId handle) const {
    const auto& clients = run_.scenario.clients;
    return std::any_of(clients.begin(), clients.end(),
                       [&](const sim::ClientSpec& client) { return client.connects == handle; });
}

void RunHandles::close(const Step& step, IoActor& actor) {
    if (step.handle.kind != sim::HandleRef::Kind::open) {
        const HandleId handle = resolve(step.handle, actor);
        if (handle != HandleId::none) actor.note(close_one(handle, actor));
    } else {
        const HandleSpec& spec = run_.scenario.handle_spec(step.handle.handle);
        for (std::uint32_t i = 0; i < spec.count; ++i) {
            const Fact closed =
                close_one(sim::make_id<HandleId>(sim::index(spec.first) + i), actor);
            // Only the open ones are meant.
            if (closed.error != Win32Error::invalid_handle) actor.note(closed);
        }
    }
    far_end_.look_again();
}

Fact RunHandles::close_one(HandleId handle, const IoActor& actor) {
    Fact closed{.kind = FactKind::handle_closed};
    closed.t0 = run_.stamp();
    closed.error = handles_.close(handle);
    closed.t1 = run_.stamp();
    closed.thread = actor.id;
    closed.handle = handle;
    return closed;
}

void RunHandles::cancel(const Step& step, IoActor& actor) {
    const HandleId handle = resolve(step.handle, actor);
    if (handle == HandleId::none) return;
    Fact asked{.kind = FactKind::cancel_asked};
    asked.t0 = run_.stamp();
    const Handles::Cancelled cancelled = handles_.cancel(handle, step.label);
    asked.t1 = run_.stamp();
    asked.error = cancelled.error;
    asked.thread = actor.id;
    asked.handle = handle;
    if (step.label != 0) asked.packet = static_cast<sim::PacketId>(cancelled.first);
    actor.note(asked);
    far_end_.look_again();
}

}  // namespace real
