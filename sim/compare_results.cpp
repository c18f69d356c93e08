#include "sim/compare_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "sim/explain.hpp"
#include "sim/operation.hpp"

namespace sim {
namespace {

// A call and how it ended. Who calls for a packet matters; who does what to a handle follows from
// which thread got which packet.
struct Call {
    ThreadId thread = ThreadId::none;  // of get_returned
    FactKind kind = FactKind::get_returned;
    Operation operation = Operation::post;
    HandleId handle = HandleId::none;
    Win32Error error = Win32Error::success;

    // Which call it is comes last: so it has always been for those that ask for packets.
    [[nodiscard]] auto order() const {
        return std::tuple(kind != FactKind::get_returned, thread, handle, kind, operation, error);
    }
    bool operator<(const Call& other) const { return order() < other.order(); }
};
using Calls = std::map<Call, std::size_t>;  // with their number

// Does this fact tell how a call ended? One that brought a packet is compared by its packet.
bool tells_result(const Fact& fact) {
    switch (fact.kind) {
        case FactKind::get_returned: return fact.packet == PacketId::none;
        case FactKind::io_returned:
        case FactKind::bound:
        case FactKind::modes_set:
        case FactKind::opened:
        case FactKind::duplicated:
        case FactKind::handle_closed:
        case FactKind::cancel_asked:
        case FactKind::port_closed: return true;
        default: return false;
    }
}

// Pending, done, or done with a warning: the operation has begun, and its packet tells the rest.
Win32Error beginning(Win32Error error) {
    const bool begun = error == Win32Error::io_pending || error == Win32Error::more_data;
    return begun ? Win32Error::success : error;
}

Calls calls_of(const Trace& trace) {
    Calls calls;
    for (const Fact& fact : trace.facts) {
        if (!tells_result(fact)) continue;
        Call call{.kind = fact.kind, .error = fact.error};
        if (fact.kind == FactKind::get_returned) call.thread = fact.thread;
        if (fact.kind == FactKind::io_returned) {
            call.operation = fact.operation;
            call.error = beginning(fact.error);
        }
        if (fact.kind != FactKind::get_returned && fact.kind != FactKind::port_closed)
            call.handle = fact.handle;
        ++calls[call];
    }
    return calls;
}

std::map<PacketId, Win32Error> ends_of_packets(const Trace& trace) {
    std::map<PacketId, Win32Error> ends;
    for (const Fact& fact : trace.facts)
        if ((fact.kind == FactKind::get_returned || fact.kind == FactKind::also_returned) &&
            fact.packet != PacketId::none)
            ends[fact.packet] = fact.error;
    return ends;
}

std::string how_often(std::size_t times) {
    if (times == 0) return "never";
    return times == 1 ? "once" : fmt::format("{} times", times);
}

std::string_view function_of(const Call& call) {
    switch (call.kind) {
        case FactKind::io_returned: return function_name(call.operation);
        case FactKind::bound: return "CreateIoCompletionPort";
        case FactKind::modes_set: return "SetFileCompletionNotificationModes";
        case FactKind::opened: return "CreateFile";
        case FactKind::duplicated: return "DuplicateHandle";
        case FactKind::cancel_asked: return "CancelIoEx";
        default: return "CloseHandle";
    }
}

std::string what_happens(const TraceHeader& header, const Call& call) {
    if (call.kind == FactKind::get_returned)
        return fmt::format("{} returns without a packet, with {},",
                           thread_name(header, call.thread), error_text(call.error));
    const std::string what = call.handle == HandleId::none
                                 ? std::string("a port")
                                 : std::string(handle_name(header, call.handle));
    const bool begins = call.kind == FactKind::io_returned && call.error == Win32Error::success;
    return fmt::format("{} on {} {}", function_of(call), what,
                       begins ? "begins" : "returns " + error_text(call.error));
}

}  // namespace

std::vector<std::string> result_differences(const Trace& left, const Trace& right,
                                            std::string_view in_left, std::string_view in_right) {
    std::vector<std::string> found;
    const auto left_ends = ends_of_packets(left), right_ends = ends_of_packets(right);
    for (const auto& [packet, error] : left_ends) {
        const auto other = right_ends.find(packet);
        if (other == right_ends.end() || other->second == error) continue;
        found.push_back(fmt::format("packet {} tells of {} in {}, but of {} in {}",
                                    static_cast<std::uint32_t>(packet), error_text(error), in_left,
                                    error_text(other->second), in_right));
    }
    const Calls left_calls = calls_of(left), right_calls = calls_of(right);
    Calls all = left_calls;
    all.insert(right_calls.begin(), right_calls.end());
    const auto count = [](const Calls& calls, const Call& call) {
        const auto at = calls.find(call);
        return at == calls.end() ? std::size_t{0} : at->second;
    };
    for (const auto& [call, times] : all) {
        const std::size_t here = count(left_calls, call), there = count(right_calls, call);
        if (here == there) continue;
        found.push_back(fmt::format("{} {} in {} and {} in {}", what_happens(left.header, call),
                                    how_often(here), in_left, how_often(there), in_right));
    }
    return found;
}

}  // namespace sim
