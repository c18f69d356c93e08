// A worker's calls to its port, and what they bring.
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;
using sim::Step;

Worker::Next Worker::get(const Step& step, Nanos timeout) {
    handler_ = {};
    got_count_ = got_at_ = 0;
    Fact called = fact(FactKind::get_called);
    called.port = step.port;
    called.amount = timeout;
    called.number = step.ex ? step.batch : 1;
    note(called);
    status.write(WorkerStatus::Doing::getting, step.port, timeout != sim::kInfinite);
    const GetManyResult result = call(step, timeout);
    Fact returned = fact(FactKind::get_returned);
    status.write(WorkerStatus::Doing::running);
    if (run_.over.load(std::memory_order_acquire)) return Next::leave;

    returned.port = step.port;
    returned.error = result.error;
    got_count_ = result.count;
    write_returned(returned);
    if (got_count_ > 0) take_up(0);
    // Nothing will ever come from a port that is gone.
    const bool gone =
        result.error == Win32Error::abandoned_wait_0 || result.error == Win32Error::invalid_handle;
    return gone && got_count_ == 0 ? Next::leave : Next::go_on;
}

GetManyResult Worker::call(const Step& step, Nanos timeout) {
    if (step.ex)
        return run_.ports.get_many(id_, step.port, got_, step.batch, timeout, step.alertable);
    const GetResult result = run_.ports.get(id_, step.port, timeout);
    if (result.has_packet) got_.front() = result.packet;
    return {.error = result.error, .count = result.has_packet ? 1u : 0u};
}

// One fact for the call, and one for each further packet of it.
void Worker::write_returned(Fact returned) {
    returned.number = static_cast<std::uint32_t>(got_count_);
    if (got_count_ == 0) return note(returned);
    for (std::size_t i = 0; i < got_count_; ++i) {
        returned.key = got_[i].key;
        returned.bytes = got_[i].bytes;
        returned.error = got_[i].error;
        if (run_.handles != nullptr) received_[i] = run_.handles->receive(got_[i]);
        if (received_[i]) got_[i].overlapped = static_cast<std::uint64_t>(received_[i]->id);
        returned.packet = packet_at(i);
        returned.handle = received_[i] ? received_[i]->handle : sim::HandleId::none;
        returned.operation = received_[i] ? received_[i]->operation : Operation::post;
        note(returned);
        returned.kind = FactKind::also_returned;
    }
}

// The worker begins to handle a packet that it has.
void Worker::take_up(std::size_t place) {
    got_at_ = place;
    const auto& received = received_[place];
    sim::Packet packet{.id = packet_at(place), .key = got_[place].key, .bytes = got_[place].bytes};
    packet.error = got_[place].error;
    if (received) {
        packet.handle = received->handle;
        packet.operation = received->operation;
        run_.handles->take_up(*received, *this);
    } else {
        RunHandles::put_down(*this);
    }
    const sim::Handler* handler = run_.scenario.handler_for(packet);
    handler_ = {.steps = handler == nullptr ? nullptr : &handler->steps};
}

// A posted packet carries its id where that of an operation has its pointer, which has been
// replaced by the id.
sim::PacketId Worker::packet_at(std::size_t place) const {
    return static_cast<sim::PacketId>(got_[place].overlapped);
}

sim::PacketId Worker::packet_in_hand() const {
    return packet_at(got_at_);
}

// In the middle of an alertable call or wait (T-APC-1).
void Worker::run() {
    note(fact(FactKind::apc_ran));
}

}  // namespace real
