#include "real/far_end.hpp"

#include <algorithm>

namespace real {
namespace {

// An operation whose call waits for it may begin a moment after we hear of it.
constexpr Nanos kRetry = 50'000;

}  // namespace

FarEnd::FarEnd(const RunContext& run, Handles& handles)
    : run_(run), scenario_(run.scenario), handles_(handles) {
    for (const sim::DeviceSpec& device : scenario_.devices)
        devices_.emplace_back().servers = device.servers;
    devices_.emplace_back();
}

FarEnd::~FarEnd() {
    if (!started_) return;
    leave_ = true;
    bell_.set();
    thread_.join();
}

bool FarEnd::start() {
    started_ = thread_.start("far end", [this] { run(); });
    return started_;
}

void FarEnd::begun(IoOperation& operation) {
    unseen_.fetch_add(1, std::memory_order_seq_cst);
    IoOperation* seen = inbox_.load(std::memory_order_relaxed);
    do operation.next = seen;
    while (!inbox_.compare_exchange_weak(seen, &operation, std::memory_order_acq_rel));
    bell_.set();
}

void FarEnd::look_again() {
    look_ = true;
    bell_.set();
}

bool FarEnd::idle() const {
    return unseen_.load(std::memory_order_seq_cst) == 0 &&
           next_due_.load(std::memory_order_seq_cst) > run_.stamp();
}

void FarEnd::run() {
    while (!leave_) {
        bell_.reset();
        take_new();
        if (look_.exchange(false)) forget_cancelled();
        const Nanos next = satisfy_due(run_.stamp());
        if (next == kNever)
            bell_.wait();
        else if (const Nanos left = next - (run_.stamp()); left > 0)
            bell_.wait(left);
    }
}

void FarEnd::take_new() {
    std::vector<IoOperation*> arrived;
    for (IoOperation* each = inbox_.exchange(nullptr, std::memory_order_acq_rel); each != nullptr;
         each = each->next)
        arrived.push_back(each);
    for (auto each = arrived.rbegin(); each != arrived.rend(); ++each) {
        IoOperation& operation = **each;
        const sim::DeviceId device = scenario_.handle_spec(operation.handle).device;
        const std::size_t at =
            device == sim::DeviceId::none ? scenario_.devices.size() : sim::index(device);
        const Served entry{.operation = &operation,
                           .id = static_cast<std::uint64_t>(operation.id),
                           .service = service_of(operation),
                           .device = at,
                           .waited_for = operation.waited_for};
        const Nanos begun = operation.begun;
        // From here on its slot may be used again: only the id tells.
        operation.to_far_end.store(false, std::memory_order_release);
        devices_[at].queue.push_back(entry);
        serve(devices_[at], begun);
    }
    // What is due is known before the inbox counts as seen.
    Nanos next = kNever;
    for (const Served& each : served_) next = std::min(next, each.due);
    next_due_.store(next, std::memory_order_seq_cst);
    unseen_.fetch_sub(static_cast<std::uint32_t>(arrived.size()), std::memory_order_seq_cst);
}

// A device takes up operations while it has a free server.
void FarEnd::serve(Device& device, Nanos now) {
    while (!device.queue.empty() && (device.servers == 0 || device.busy < device.servers)) {
        Served next = device.queue.front();
        device.queue.pop_front();
        if (!alive(next)) continue;
        next.due = now + next.service;
        ++device.busy;
        served_.push_back(next);
    }
}

void FarEnd::forget_cancelled() {
    const Nanos now = run_.stamp();
    std::erase_if(served_, [this](const Served& each) {
        if (alive(each)) return false;
        --devices_[each.device].busy;
        return true;
    });
    for (Device& device : devices_) serve(device, now);
}

Nanos FarEnd::satisfy_due(Nanos now) {
    std::stable_sort(served_.begin(), served_.end(),
                     [](const Served& a, const Served& b) { return a.due < b.due; });
    while (!served_.empty() && served_.front().due <= now) {
        const Served first = served_.front();
        served_.erase(served_.begin());
        if (!handles_.satisfy(first.operation->overlapped, first.id) && alive(first)) {
            served_.push_back(first);
            served_.back().due = now + kRetry;
            continue;
        }
        Device& device = devices_[first.device];
        --device.busy;
        serve(device, first.due);
        std::stable_sort(served_.begin(), served_.end(),
                         [](const Served& a, const Served& b) { return a.due < b.due; });
    }
    const Nanos next = served_.empty() ? kNever : served_.front().due;
    next_due_.store(next, std::memory_order_seq_cst);
    return next;
}

// As the model draws it: the own time of the step, or that of the handle's device.
Nanos FarEnd::service_of(const IoOperation& operation) const {
    const sim::Step& step = *operation.step;
    const auto count = static_cast<std::uint64_t>(operation.id);
    if (step.own_duration)
        return sim::draw(step.duration, scenario_.seed, sim::StreamOf::device, 1'000 + step.stream,
                         count);
    const sim::DeviceId device = scenario_.handle_spec(operation.handle).device;
    if (device == sim::DeviceId::none) return 0;
    return sim::draw(scenario_.devices[sim::index(device)].service, scenario_.seed,
                     sim::StreamOf::device, sim::index(device), count);
}

bool FarEnd::alive(const Served& served) {
    if (handles_.is_pending(served.operation->overlapped, served.id)) return true;
    // Its call may not have begun yet.
    return served.waited_for &&
           served.operation->over_for.load(std::memory_order_acquire) < served.id;
}

}  // namespace real
