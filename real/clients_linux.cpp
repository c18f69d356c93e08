#include "real/clients_linux.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

namespace real {
namespace {

using Phase = ClientConnection::Phase;
using sim::Fact;
using sim::FactKind;
using sim::Win32Error;

constexpr std::uint64_t kWakeMark = UINT64_MAX;  // what epoll calls the pipe
constexpr Nanos kMillisecond = 1'000'000;
constexpr int kLongest = 1'000;  // ms; nothing depends on it

}  // namespace

// Connected, ended, and an event for each group.
LinuxClients::LinuxClients(RunContext& run)
    : run_(run), facts_(3 * run.scenario.client_count() + 16) {
    const sim::Scenario& scenario = run.scenario;
    for (const sim::ClientSpec& spec : scenario.clients) {
        left_.push_back(spec.when.count);
        for (std::uint64_t i = 0; i < spec.when.count; ++i)
            clients_.push_back(std::make_unique<Client>(
                spec, static_cast<std::uint32_t>(clients_.size()), scenario.seed));
    }
}

LinuxClients::~LinuxClients() {
    finish();
    for (const int fd : {epoll_, wake_[0], wake_[1]})
        if (fd >= 0) (void)close(fd);
}

bool LinuxClients::start() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0 || pipe2(wake_, O_NONBLOCK | O_CLOEXEC) != 0) return false;
    epoll_event event{.events = EPOLLIN, .data = {.u64 = kWakeMark}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_[0], &event) != 0) return false;
    return thread_.start("clients", [this] { run(); });
}

void LinuxClients::connect(std::uint32_t client, std::uint16_t port) {
    busy_.fetch_add(1, std::memory_order_acq_rel);
    {
        const std::lock_guard hold(lock_);
        requests_.push_back({client, port});
    }
    const char byte = 0;
    (void)!write(wake_[1], &byte, 1);  // a full pipe wakes it, too
}

void LinuxClients::finish() {
    if (wake_[1] < 0 || leave_.exchange(true)) return;
    const char byte = 0;
    (void)!write(wake_[1], &byte, 1);
    (void)thread_.join();
}

// -- the thread -----------------------------------------------------------------------------------

void LinuxClients::run() {
    std::array<epoll_event, 64> events{};
    while (!leave_.load(std::memory_order_acquire)) {
        const int count =
            epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience_ms());
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.u64 == kWakeMark) {
                take_requests();
                continue;
            }
            const auto client = static_cast<std::uint32_t>(event.data.u64);
            const bool broken = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
            clients_[client]->connection.ready(broken || (event.events & EPOLLIN) != 0,
                                               broken || (event.events & EPOLLOUT) != 0,
                                               run_.stamp());
            look_after(client);
        }
        const std::vector<std::uint32_t> open = open_;  // looking after one may close it
        for (const std::uint32_t client : open) {
            if (!clients_[client]->connection.wakes_at()) continue;
            clients_[client]->connection.tick(run_.stamp());
            look_after(client);
        }
    }
    for (const std::uint32_t client : std::vector<std::uint32_t>(open_)) {
        ClientConnection& connection = clients_[client]->connection;
        if (connection.phase() == Phase::talking)
            tell_ended(client,
                       connection.whole() ? Win32Error::success : Win32Error::connection_aborted);
        connection.leave();
    }
}

// Until the first of those that think has thought enough; rounded up, so that time has come then.
int LinuxClients::patience_ms() const {
    Nanos first = kLongest * kMillisecond;
    const Nanos now = run_.stamp();
    for (const std::uint32_t client : open_)
        if (const auto at = clients_[client]->connection.wakes_at())
            first = std::min(first, *at - now);
    return first <= 0 ? 0 : static_cast<int>((first + kMillisecond - 1) / kMillisecond);
}

void LinuxClients::take_requests() {
    std::array<char, 256> bytes;
    while (read(wake_[0], bytes.data(), bytes.size()) > 0) {
    }
    std::vector<Request> requests;
    {
        const std::lock_guard hold(lock_);
        requests.swap(requests_);
    }
    for (const Request& request : requests) begin(request);
}

void LinuxClients::begin(const Request& request) {
    Client& client = *clients_[request.client];
    client.began = run_.stamp();
    if (client.connection.connect(request.port) == 0) open_.push_back(request.client);
    look_after(request.client);
}

// What has become of a client since the last time: facts, and what to watch its socket for.
void LinuxClients::look_after(std::uint32_t number) {
    Client& client = *clients_[number];
    const Phase phase = client.connection.phase();
    const bool reached = client.connection.sent() > 0 || phase == Phase::talking;
    if (!client.told_connected && phase != Phase::connecting) tell_connected(number);
    if ((phase == Phase::gone || phase == Phase::stalled) && !client.told_ended) {
        if (reached)
            tell_ended(number, client.connection.error());
        else
            client.told_ended = true;  // it was refused
        count_out(number);
    }
    if (phase == Phase::gone)
        std::erase(open_, number);
    else
        watch(number);
}

void LinuxClients::watch(std::uint32_t number) {
    Client& client = *clients_[number];
    const std::uint32_t wanted = (client.connection.wants_to_read() ? EPOLLIN : 0u) |
                                 (client.connection.wants_to_write() ? EPOLLOUT : 0u);
    if (wanted == client.watched) return;
    const bool fresh = client.watched == 0;
    client.watched = wanted;
    epoll_event event{.events = wanted, .data = {.u64 = number}};
    // A stalled one is not even watched for errors.
    const int what = wanted == 0 ? EPOLL_CTL_DEL : fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    (void)epoll_ctl(epoll_, what, client.connection.fd(), &event);
}

// -- facts ----------------------------------------------------------------------------------------

void LinuxClients::tell_connected(std::uint32_t number) {
    Client& client = *clients_[number];
    client.told_connected = true;
    const bool refused = client.connection.phase() == Phase::gone && client.connection.sent() == 0;
    Fact fact{.t0 = client.began, .t1 = run_.stamp(), .kind = FactKind::client_connected};
    fact.error = refused ? client.connection.error() : Win32Error::success;
    fact.handle = client.spec.connects;
    fact.number = number + 1;
    facts_.push(fact);
}

void LinuxClients::tell_ended(std::uint32_t number, Win32Error error) {
    Client& client = *clients_[number];
    client.told_ended = true;
    const Nanos now = run_.stamp();
    Fact fact{.t0 = now, .t1 = now, .kind = FactKind::client_ended};
    fact.error = error;
    fact.handle = client.spec.connects;
    fact.key = client.connection.echoed();
    fact.bytes = client.connection.wrong();
    fact.number = number + 1;
    fact.amount = static_cast<std::int64_t>(client.connection.sent());
    facts_.push(fact);
}

void LinuxClients::count_out(std::uint32_t number) {
    const sim::ClientSpec& spec = clients_[number]->spec;
    const auto group = static_cast<std::size_t>(&spec - run_.scenario.clients.data());
    sim::Step set;
    set.kind = sim::Step::Kind::set;
    set.event = spec.sets;
    if (--left_[group] == 0 && spec.sets != sim::EventId::none)
        if (const auto fact = run_.outside_step(set, sim::ThreadId::none)) facts_.push(*fact);
    busy_.fetch_sub(1, std::memory_order_acq_rel);
}

std::unique_ptr<Clients> make_clients(RunContext& run) {
    return std::make_unique<LinuxClients>(run);
}

}  // namespace real
