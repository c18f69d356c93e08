// What clients do to the server of a scenario, and what it does to them.
#include <algorithm>

#include "sim/simulation_run.hpp"

namespace sim {
namespace {

std::uint32_t number_of(std::size_t client) {
    return static_cast<std::uint32_t>(client) + 1;
}

}  // namespace

HandleId SimulationRun::file(HandleId handle) const {
    return handles_.handles()[index(handle)].file;
}

// -- what clients do ------------------------------------------------------------------------------

void SimulationRun::connect(std::size_t client) {
    const HandleId listener = clients_.spec(client).connects;
    const bool listens = handles_.file_of(listener).open_handles > 0;
    note({.kind = FactKind::client_connected,
          .error = listens ? Win32Error::success : Win32Error::connection_refused,
          .handle = listener,
          .number = number_of(client)});
    if (!listens) return count_out(client);
    clients_.connect(client);
    serve_backlog(file(listener));
    act(client);
}

// It has thought.
void SimulationRun::act(std::size_t client) {
    switch (clients_.next(client)) {
        case Clients::Act::send: clients_.send(client); break;
        case Clients::Act::reset: clients_.reset(client); break;
        case Clients::Act::close: clients_.close(client); break;
        case Clients::Act::none: return;
    }
    deliver(client);
    if (clients_[client].phase != Clients::Phase::talking)
        over(client, Win32Error::success);
    else if (clients_.next(client) == Clients::Act::reset)
        think(client);
}

void SimulationRun::think(std::size_t client) {
    future_.schedule(now_ + clients_.think(client), FutureEvent::Kind::client_acts,
                     static_cast<std::uint32_t>(client));
}

// The connection is over as far as the client is concerned.
void SimulationRun::over(std::size_t client, Win32Error error) {
    write_client(client, error);
    count_out(client);
}

void SimulationRun::write_client(std::size_t client, Win32Error error) {
    const Clients::Client& of = clients_[client];
    note({.kind = FactKind::client_ended,
          .error = error,
          .handle = clients_.spec(client).connects,
          .key = of.echoed,
          .number = number_of(client),
          .amount = static_cast<std::int64_t>(of.sent)});
}

void SimulationRun::count_out(std::size_t client) {
    const EventId sets = clients_.spec(client).sets;
    if (clients_.last_of_group(client) && sets != EventId::none) set_event(sets, ThreadId::none);
}

// Those that are still connected when the run ends.
void SimulationRun::write_open_clients() {
    for (std::size_t client = 0; client < clients_.size(); ++client) {
        const Clients::Client& of = clients_[client];
        if (of.phase != Clients::Phase::talking) continue;
        const bool whole = !of.waits && of.messages == clients_.spec(client).messages;
        write_client(client, whole ? Win32Error::success : Win32Error::connection_aborted);
    }
}

// -- what the server's operations meet ------------------------------------------------------------

// Accepts of a listening handle that wait end while clients wait.
void SimulationRun::serve_backlog(HandleId listener) {
    while (clients_.first_in_backlog(listener)) {
        const auto waiting = std::find_if(inflight_.begin(), inflight_.end(), [&](const auto& io) {
            return io.awaits_client && io.request.operation == Operation::accept &&
                   file(io.request.handle) == listener;
        });
        if (waiting == inflight_.end()) return;
        complete(waiting->request.id, waiting->request.error, waiting->request.bytes);
    }
}

// Receives that wait get what has arrived.
void SimulationRun::deliver(std::size_t client) {
    const HandleId end = clients_[client].end;
    while (end != HandleId::none) {
        const auto waiting = std::find_if(inflight_.begin(), inflight_.end(), [&](const auto& io) {
            return io.awaits_client && is_receive(io.request.operation) &&
                   file(io.request.handle) == end;
        });
        if (waiting == inflight_.end()) return;
        const auto received = clients_.receive(client, waiting->request.bytes);
        if (!received) return;
        complete(waiting->request.id, received->error, received->bytes);
    }
}

// An operation that has just been started ends when a client says so: at once, later, or never.
// Its failure is told by its packet, never by the call.
void SimulationRun::meet_client(Inflight& io) {
    IoRequest& request = io.request;
    if (request.operation == Operation::accept && clients_.listens(file(request.handle))) {
        io.awaits_client = true;
        request.immediate = clients_.first_in_backlog(file(request.handle)).has_value();
        return;
    }
    const auto client = clients_.at(file(request.handle));
    if (!client) return;
    if (is_receive(request.operation)) {
        const auto received = clients_.receive(*client, request.bytes);
        io.awaits_client = !received;
        request.immediate = received && received->error == Win32Error::success;
        if (received) fix_end(io, received->error, received->bytes);
    } else if (is_send(request.operation)) {
        const auto result = clients_.send_result(*client, request.bytes);
        io.awaits_client = !result;
        if (!result) request.immediate = false;
        if (result && *result != Win32Error::success) {
            request.immediate = false;
            fix_end(io, *result, 0);
        }
    }
}

// It ends so, without a device.
void SimulationRun::fix_end(Inflight& io, Win32Error error, std::uint32_t bytes) {
    io.request.error = error;
    io.request.bytes = bytes;
    io.device = DeviceId::none;
    io.service = 0;
}

// A device has done with an operation: the client at the other end may have gone meanwhile.
Win32Error SimulationRun::end_of(const IoRequest& request) const {
    if (clients_.empty() || !is_send(request.operation)) return request.error;
    const auto client = clients_.at(file(request.handle));
    if (!client || clients_[*client].phase != Clients::Phase::gone) return request.error;
    return Win32Error::netname_deleted;
}

// A send has ended: its bytes are with the client.
void SimulationRun::echo(const IoRequest& request) {
    if (clients_.empty() || !is_send(request.operation)) return;
    const auto client = clients_.at(file(request.handle));
    if (client && clients_.echo(*client, request.bytes)) think(*client);
}

// The last handle of a file is closed: of a connection, or of what listens.
void SimulationRun::close_on_clients(HandleId closed) {
    if (const auto client = clients_.at(closed)) {
        const Clients::Client& of = clients_[*client];
        const bool whole = !of.waits && of.messages == clients_.spec(*client).messages;
        if (clients_.close_end(*client))
            over(*client, whole ? Win32Error::success : Win32Error::netname_deleted);
    }
    while (const auto client = clients_.first_in_backlog(closed))
        if (clients_.close_end(*client)) over(*client, Win32Error::netname_deleted);
}

// How many bytes a send gives back that says none: those of the receive in hand.
std::uint32_t SimulationRun::bytes_of(const Step& step, ThreadId by) {
    if (!step.as_received || by == ThreadId::none) return step.transferred;
    const Worker& w = worker(by);
    if (w.got_at >= w.got.size()) return step.transferred;
    const Packet& packet = w.got[w.got_at].packet;
    return is_receive(packet.operation) ? packet.bytes : step.transferred;
}

}  // namespace sim
