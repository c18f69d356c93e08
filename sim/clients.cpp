#include "sim/clients.hpp"

#include <algorithm>

namespace sim {

Clients::Clients(const Scenario& scenario, std::uint64_t seed)
    : specs_(&scenario.clients), seed_(seed) {
    if (scenario.clients.empty()) return;
    clients_.reserve(scenario.client_count());
    for (std::size_t g = 0; g < scenario.clients.size(); ++g) {
        const ClientSpec& group = scenario.clients[g];
        const HandleId original = scenario.handle_spec(group.connects).duplicate_of;
        listeners_.push_back(original == HandleId::none ? group.connects : original);
        left_.push_back(group.when.count);
        clients_.resize(clients_.size() + static_cast<std::size_t>(group.when.count),
                        Client{.group = static_cast<std::uint32_t>(g)});
    }
    at_.resize(scenario.handle_count());
}

HandleId Clients::listener_of(std::size_t i) const {
    return listeners_[clients_[i].group];
}

// -- what a client does ---------------------------------------------------------------------------

Clients::Act Clients::next(std::size_t i) const {
    const Client& client = clients_[i];
    const ClientSpec& group = spec(i);
    if (client.phase != Phase::talking) return Act::none;
    if (group.ends == ClientSpec::Ending::reset && client.messages == group.half())
        return Act::reset;
    if (client.waits) return Act::none;
    if (client.messages < group.messages) return Act::send;
    // A client that has shut down its sending waits until the server closes the connection.
    return group.ends == ClientSpec::Ending::half_close ? Act::none : Act::close;
}

Nanos Clients::think(std::size_t i) const {
    const ClientSpec& group = spec(i);
    if (clients_[i].messages == group.messages && group.ends != ClientSpec::Ending::reset) return 0;
    return draw(group.think, seed_, StreamOf::thinks, i, clients_[i].messages);
}

void Clients::connect(std::size_t i) {
    clients_[i].phase = Phase::talking;
    backlog_.push_back(static_cast<std::uint32_t>(i));
}

void Clients::send(std::size_t i) {
    Client& client = clients_[i];
    const ClientSpec& group = spec(i);
    const std::uint32_t bytes = draw(group.size, seed_, StreamOf::sizes, i, ++client.messages);
    client.sent += bytes;
    client.arrived += bytes;
    client.waits = true;
    if (group.ends == ClientSpec::Ending::stall && client.messages == group.half())
        client.phase = Phase::stalled;
    if (group.ends == ClientSpec::Ending::half_close && client.messages == group.messages)
        client.sends_no_more = true;
}

// What has arrived and was not received is lost.
void Clients::reset(std::size_t i) {
    Client& client = clients_[i];
    client.phase = Phase::gone;
    client.was_reset = true;
    client.arrived = 0;
}

void Clients::close(std::size_t i) {
    clients_[i].phase = Phase::gone;
    clients_[i].sends_no_more = true;
}

bool Clients::last_of_group(std::size_t i) {
    return --left_[clients_[i].group] == 0;
}

// -- what the server does -------------------------------------------------------------------------

bool Clients::listens(HandleId file) const {
    return std::find(listeners_.begin(), listeners_.end(), file) != listeners_.end();
}

std::optional<std::size_t> Clients::first_in_backlog(HandleId listener) const {
    for (const std::uint32_t i : backlog_)
        if (listener_of(i) == listener) return i;
    return std::nullopt;
}

void Clients::accept(std::size_t i, HandleId end) {
    std::erase(backlog_, static_cast<std::uint32_t>(i));
    clients_[i].end = end;
    at_[index(end)] = static_cast<std::uint32_t>(i) + 1;
}

std::optional<std::size_t> Clients::at(HandleId end) const {
    if (index(end) >= at_.size() || at_[index(end)] == 0) return std::nullopt;
    return at_[index(end)] - 1;
}

std::optional<Clients::Received> Clients::receive(std::size_t i, std::uint32_t room) {
    Client& client = clients_[i];
    if (client.was_reset) return Received{Win32Error::netname_deleted, 0};
    if (client.arrived == 0 && !client.sends_no_more) return std::nullopt;
    const auto bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(client.arrived, room));
    client.arrived -= bytes;
    return Received{Win32Error::success, bytes};
}

std::optional<Win32Error> Clients::send_result(std::size_t i, std::uint32_t bytes) const {
    const Client& client = clients_[i];
    if (client.phase == Phase::gone) return Win32Error::netname_deleted;
    if (client.phase == Phase::stalled && client.unread + bytes > kWindow) return std::nullopt;
    return Win32Error::success;
}

bool Clients::echo(std::size_t i, std::uint32_t bytes) {
    Client& client = clients_[i];
    if (client.phase == Phase::stalled) client.unread += bytes;
    if (client.phase != Phase::talking) return false;
    client.echoed += bytes;
    if (!client.waits || client.echoed < client.sent) return false;
    client.waits = false;
    return next(i) != Act::none;
}

bool Clients::close_end(std::size_t i) {
    Client& client = clients_[i];
    std::erase(backlog_, static_cast<std::uint32_t>(i));
    if (client.end != HandleId::none) at_[index(client.end)] = 0;
    client.end = HandleId::none;
    if (client.phase != Phase::talking) return false;
    client.phase = Phase::gone;
    return true;
}

}  // namespace sim
