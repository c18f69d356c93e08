// A worker's calls to its port.
#include "real/worker.hpp"

namespace real {

using sim::Fact;
using sim::FactKind;

Worker::Next Worker::get(PortId port, Nanos timeout) {
    Fact called = fact(FactKind::get_called);
    called.port = port;
    called.amount = timeout;
    called.number = 1;
    note(called);
    status.write(WorkerStatus::Doing::getting, port, timeout != sim::kInfinite);
    const GetResult result = run_.ports.get(id_, port, timeout);
    Fact returned = fact(FactKind::get_returned);
    status.write(WorkerStatus::Doing::running);
    if (run_.over.load(std::memory_order_acquire)) return Next::leave;

    returned.port = port;
    returned.error = result.error;
    if (result.has_packet) {
        returned.number = 1;
        returned.packet = static_cast<sim::PacketId>(result.packet.overlapped);
        returned.key = result.packet.key;
        returned.bytes = result.packet.bytes;
    }
    note(returned);
    if (result.has_packet) handle(result.packet);
    // Nothing will ever come from a port that is gone.
    const bool gone = !result.has_packet && (result.error == Win32Error::abandoned_wait_0 ||
                                             result.error == Win32Error::invalid_handle);
    return gone ? Next::leave : Next::go_on;
}

void Worker::handle(const Completion& packet) {
    const sim::Handler* handler = run_.scenario.handler_for({.key = packet.key});
    handler_ = {.steps = handler == nullptr ? nullptr : &handler->steps};
}

}  // namespace real
