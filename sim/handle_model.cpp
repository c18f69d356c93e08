#include "sim/handle_model.hpp"

#include <cassert>

#include "sim/scenario.hpp"

namespace sim {
namespace {

// A warning is a completion like a success, also when it comes at once (I-IO-5).
bool is_failure(Win32Error error) {
    return error != Win32Error::success && error != Win32Error::more_data;
}

// Calls of Winsock say it in its own numbers.
bool is_winsock(Operation operation) {
    return function_name(operation).starts_with("WSA");
}

}  // namespace

void HandleModel::declare(HandleId id, HandleId file, bool overlapped, std::uint32_t modes) {
    if (index(id) >= handles_.size()) handles_.resize(index(id) + 1);
    HandleState& handle = handles_[index(id)];
    handle.file = file;
    handle.overlapped = overlapped;
    handle.first_modes = modes;
}

void HandleModel::emit(Facts& out, const Fact& fact) {
    [[maybe_unused]] const bool fits = apply(fact);
    assert(fits);
    out.push_back(fact);
}

Win32Error HandleModel::open(HandleId id, ThreadId by, Facts& out) {
    const HandleState& handle = handles_[index(id)];
    const bool duplicate = handle.file != id;
    // A closed file has no handle that could be duplicated.
    const bool possible = !handle.open && (!duplicate || file_of(id).open_handles > 0);
    const Win32Error error = possible ? Win32Error::success : Win32Error::invalid_handle;
    emit(out, {.kind = duplicate ? FactKind::duplicated : FactKind::opened,
               .rule = duplicate ? Rule::h_handle_8 : Rule::none,
               .error = error,
               .thread = by,
               .handle = id});
    return error;
}

// The table of behaviours.md §7.3, from the file's side.
HandleModel::Verdict HandleModel::verdict_on(HandleId id) const {
    // INVALID_HANDLE_VALUE, which goes without a port only.
    if (id == HandleId::none) return {Win32Error::invalid_parameter, Rule::h_handle_5};
    if (!is_open(id)) return {Win32Error::invalid_handle, Rule::h_handle_5};
    if (!file_of(id).overlapped) return {Win32Error::invalid_parameter, Rule::h_handle_1};
    if (file_of(id).bound) return {Win32Error::invalid_parameter, Rule::h_handle_2};
    return {Win32Error::success, Rule::h_handle_4};
}

Win32Error HandleModel::bind(HandleId id, PortId port, bool port_exists, Key key, ThreadId by,
                             Facts& out) {
    const Verdict verdict = port_exists || id == HandleId::none
                                ? verdict_on(id)
                                : Verdict{Win32Error::invalid_handle, Rule::h_handle_5};
    emit(out, {.kind = FactKind::bound,
               .rule = verdict.rule,
               .error = verdict.error,
               .port = port,
               .thread = by,
               .handle = id,
               .key = key});
    return verdict.error;
}

Win32Error HandleModel::set_modes(HandleId id, std::uint32_t modes, ThreadId by, Facts& out) {
    Win32Error error = Win32Error::success;
    Rule why = Rule::n_notify_4;
    if (!is_open(id)) {
        error = Win32Error::invalid_handle;
        why = Rule::x_close_3;
    } else if (!file_of(id).overlapped) {
        error = Win32Error::invalid_parameter;
        why = Rule::n_notify_5;
    }
    emit(out, {.kind = FactKind::modes_set,
               .rule = why,
               .error = error,
               .thread = by,
               .handle = id,
               .number = modes});
    return error;
}

Win32Error HandleModel::close(HandleId id, ThreadId by, Facts& out) {
    const Win32Error error = is_open(id) ? Win32Error::success : Win32Error::invalid_handle;
    emit(out, {.kind = FactKind::handle_closed,
               .rule = error == Win32Error::success ? Rule::i_io_7 : Rule::x_close_3,
               .error = error,
               .thread = by,
               .handle = id});
    return error;
}

Win32Error HandleModel::cancel(HandleId id, bool any, PacketId only, ThreadId by, Facts& out) {
    Win32Error error = any ? Win32Error::success : Win32Error::not_found;
    if (!is_open(id)) error = Win32Error::invalid_handle;
    emit(out, {.kind = FactKind::cancel_asked,
               .rule = error == Win32Error::invalid_handle ? Rule::x_close_3 : Rule::i_io_6,
               .error = error,
               .thread = by,
               .packet = only,
               .handle = id});
    return error;
}

// -- operations -----------------------------------------------------------------------------------

Win32Error HandleModel::start(const IoRequest& request, Facts& out) {
    emit(out, {.kind = FactKind::io_called,
               .thread = request.by,
               .packet = request.id,
               .event = request.event,
               .handle = request.handle,
               .operation = request.operation,
               .bytes = request.bytes});
    if (!is_open(request.handle)) return Win32Error::invalid_handle;
    if (request.routine && file_of(request.handle).bound)
        return is_winsock(request.operation) ? Win32Error::wsa_einval
                                             : Win32Error::invalid_parameter;
    if (request.immediate && is_failure(request.error)) return request.error;
    return Win32Error::io_pending;
}

void HandleModel::returned(const IoRequest& request, Win32Error error, Facts& out) {
    Rule why = Rule::none;
    if (error == Win32Error::io_pending) why = Rule::n_notify_7;
    if (error == Win32Error::success || error == Win32Error::more_data) why = Rule::i_io_2;
    if (is_failure(error) && error != Win32Error::io_pending) why = Rule::i_io_3;
    const bool refused = error == Win32Error::invalid_parameter || error == Win32Error::wsa_einval;
    if (refused && request.routine) why = Rule::h_handle_7;
    emit(out, {.kind = FactKind::io_returned,
               .rule = why,
               .error = error,
               .thread = request.by,
               .packet = request.id,
               .handle = request.handle,
               .operation = request.operation,
               .bytes = request.bytes});
}

HandleModel::End HandleModel::finish(const IoRequest& request, Facts& out) {
    // As it is before the end of its last operation lets a closed file go.
    const HandleState of = file_of(request.handle);
    Rule why = Rule::i_io_1;
    if (request.immediate)
        why = request.error == Win32Error::more_data ? Rule::i_io_5 : Rule::i_io_2;
    if (is_failure(request.error)) why = Rule::i_io_4;
    if (request.error == Win32Error::operation_aborted) why = Rule::i_io_6;
    emit(out, {.kind = FactKind::completed,
               .rule = why,
               .error = request.error,
               .packet = request.id,
               .handle = request.handle,
               .operation = request.operation,
               .bytes = request.bytes});
    const bool at_once = request.immediate && !is_failure(request.error);
    const bool skipped = at_once && (of.modes & kSkipPortOnSuccess) != 0;
    if (of.bound && !request.low_bit && !skipped)
        return {.packet = true, .port = of.port, .key = of.key};
    Rule none = Rule::i_io_1;  // only operations on a bound handle queue packets
    if (of.bound) none = request.low_bit ? Rule::i_io_9 : Rule::n_notify_1;
    emit(out, {.kind = FactKind::no_packet,
               .rule = none,
               .packet = request.id,
               .handle = request.handle,
               .operation = request.operation});
    return {.routine = request.routine};
}

bool HandleModel::survives_exit(const IoRequest& request) const {
    return file_of(request.handle).bound && !request.low_bit && request.event == EventId::none;
}

// -- apply ----------------------------------------------------------------------------------------

bool HandleModel::apply(const Fact& fact) {
    if (fact.handle == HandleId::none)
        return fact.kind != FactKind::bound || fact.error != Win32Error::success;
    if (index(fact.handle) >= handles_.size()) return false;
    HandleState& handle = handles_[index(fact.handle)];
    HandleState& of = file(fact.handle);
    const bool done = fact.error == Win32Error::success;
    switch (fact.kind) {
        case FactKind::opened:
        case FactKind::duplicated:
            if (!done) return true;
            if (handle.open) return false;
            handle.open = true;
            handle.closed = false;
            if (of.open_handles++ == 0) {  // a new file
                of.bound = false;
                of.modes = of.first_modes;
            }
            return true;
        case FactKind::bound:
            if (!done) return true;
            of.bound = true;
            of.port = fact.port;
            of.key = fact.key;
            return true;
        case FactKind::modes_set:
            if (done) of.modes |= fact.number;  // added, never removed (N-NOTIFY-4)
            return true;
        case FactKind::handle_closed:
            if (!done) return true;
            if (!handle.open) return false;
            handle.open = false;
            handle.closed = true;
            if (--of.open_handles == 0) of.bound = of.bound && of.pending > 0;
            return true;
        case FactKind::io_called: ++of.pending; return true;
        case FactKind::io_returned:
            // A call that fails at once leaves nothing pending; any other end is a fact
            // `completed`.
            if (is_failure(fact.error) && fact.error != Win32Error::io_pending) return take_one(of);
            return true;
        case FactKind::completed: return take_one(of);
        default: return true;
    }
}

// One operation of the file is over. The binding of a closed file lasts until the last one is.
bool HandleModel::take_one(HandleState& of) {
    if (of.pending == 0) return false;
    if (--of.pending == 0 && of.open_handles == 0) of.bound = false;
    return true;
}

}  // namespace sim
