// Steps on handles: operations, and what is done with a handle itself.
#include <string>
#include <vector>

#include "sim/scenario_parse_step.hpp"

namespace sim::parse {
namespace {

using HandleKind = HandleSpec::Kind;

// On which kinds of handles an operation can be started; others have no such thing.
bool possible(Operation operation, HandleKind kind) {
    const bool socket = kind == HandleKind::tcp || kind == HandleKind::udp;
    switch (operation) {
        case Operation::read:
        case Operation::write: return kind != HandleKind::directory;
        case Operation::connect_pipe:
        case Operation::transact: return kind == HandleKind::pipe;
        case Operation::watch_directory: return kind == HandleKind::directory;
        case Operation::lock_region: return kind == HandleKind::file;
        case Operation::wait_comm: return kind == HandleKind::serial;
        case Operation::accept:
        case Operation::connect:
        case Operation::disconnect: return kind == HandleKind::tcp;
        case Operation::recv:
        case Operation::send:
        case Operation::recv_from:
        case Operation::send_to:
        case Operation::recv_msg:
        case Operation::send_msg: return socket;
        case Operation::control: return true;
        case Operation::post: break;
    }
    return false;
}

// Operations that end with a number of bytes, so that 0 would mean something.
bool moves_data(Operation operation) {
    switch (operation) {
        case Operation::read:
        case Operation::write:
        case Operation::transact:
        case Operation::watch_directory:
        case Operation::recv:
        case Operation::send:
        case Operation::recv_from:
        case Operation::send_to:
        case Operation::recv_msg:
        case Operation::send_msg: return true;
        default: return false;
    }
}

constexpr std::uint32_t kUsualBytes = 512;

std::string kind_name(HandleKind kind) {
    return std::string(words_of(ValueType::kind)[static_cast<std::size_t>(kind)]);
}

// What CreateIoCompletionPort takes in place of a file; a port must not be given with it.
constexpr std::string_view kNoFile = "INVALID_HANDLE_VALUE";

// The handle that a step names at this place: `this` or one handle.
HandleRef named(const HandleStep& at, std::string_view name, const Place& place) {
    Problems& problems = at.reading.problems();
    if (name == "this" && at.of == StepsOf::outside) {
        problems.add(ErrorCode::nothing_in_hand, place,
                     "main has no packet in hand, so `this` says nothing", "name the handle");
        return {};
    }
    return at.reading.handles.find(problems, name, place);
}
// The one that its verb names.
HandleRef named(const HandleStep& at) {
    return named(at, at.verb.value->text, at.verb.value_place);
}

// A name that may be of a port or of a handle.
void fill_close(Step& step, const HandleStep& at) {
    Reading& reading = at.reading;
    const std::string_view name = at.verb.value->text;
    if (name == "this" || reading.handles.has(name)) {
        step.kind = Step::Kind::close_handle;
        const HandleId group = reading.handles.group_called(name);
        step.handle = group == HandleId::none ? named(at) : HandleRef{HandleRef::Kind::open, group};
        return;
    }
    step.kind = Step::Kind::close;
    std::vector<std::string_view> known = reading.handles.candidates();
    if (reading.ports.has(name) || known.empty()) {
        step.port = reading.ports.find(reading.problems(), name, at.verb.value_place);
        return;
    }
    for (const std::string_view port : reading.ports.candidates()) known.push_back(port);
    reading.problems().add(ErrorCode::unknown_handle, at.verb.value_place,
                           "there is no port and no handle called " + quoted(name),
                           reading.problems().suggest(name, known));
}

void fill_modes(Step& step, const HandleStep& at) {
    step.handle = named(at);
    if (const Value* modes = at.table.get("set")) {
        step.number = read_modes(at.reading.problems(), *modes->node);
    } else if (!at.table.has("set")) {
        at.reading.problems().add(ErrorCode::missing_key, at.verb.key_place,
                                  "`modes` does not say which",
                                  "write, for example, `set = [\"skip_port_on_success\"]`");
    }
}

std::uint32_t label(const HandleStep& at, LabelNames::Use use) {
    const Value* label = at.table.get("label");
    if (!label) return 0;
    return at.reading.labels.use(at.reading.problems(), label->text, use,
                                 at.table.value_place("label"));
}

std::optional<Key> own_key(const Table& table) {
    const Value* key = table.get("key");
    return key ? std::optional(static_cast<Key>(key->integer)) : std::nullopt;
}

// Says what cannot be meant together.
void check_operation(const Step& step, const HandleStep& at) {
    Problems& problems = at.reading.problems();
    const Table& table = at.table;
    if (step.low_bit && !table.has("event")) {
        problems.add(ErrorCode::missing_key, table.key_place("low_bit"),
                     "`low_bit` needs an event whose low bit is set",
                     "write, for example, `event = \"done\"`");
    }
    if (step.immediate && step.own_duration) {
        problems.add(ErrorCode::when_and_at, table.key_place("service"),
                     "`immediate` and `service` exclude each other",
                     "an operation that ends before its call returns takes no time of its own");
    }
    if (at.of == StepsOf::outside && step.call_time > 0) {
        problems.add(ErrorCode::not_outside, table.key_place("takes"),
                     "main does nothing that takes time",
                     "leave `takes` out, or let a thread do it");
    }
    if (step.handle.kind == HandleRef::Kind::handle) {
        const HandleKind kind = at.reading.handles.kind(step.handle.handle);
        if (!possible(step.operation, kind)) {
            problems.add(ErrorCode::wrong_kind, at.verb.key_place,
                         quoted(at.verb.key->name) + " is not possible on a handle of kind " +
                             quoted(kind_name(kind)),
                         "give " + quoted(at.verb.value->text) + " another `kind`");
        }
    }
}

// What the new connection becomes.
HandleRef accepted(const HandleStep& at) {
    const Value* accepts = at.table.get("accepts");
    if (!accepts) return {};
    Reading& reading = at.reading;
    const Place place = at.table.value_place("accepts");
    const HandleRef fresh = reading.handles.open(reading.problems(), accepts->text, place);
    if (fresh.kind == HandleRef::Kind::none) return fresh;
    const HandleKind kind = reading.handles.kind(fresh.handle);
    if (kind != HandleKind::tcp) {
        reading.problems().add(
            ErrorCode::wrong_kind, place,
            "a connection is a handle of kind `tcp`, not " + quoted(kind_name(kind)),
            "give " + quoted(accepts->text) + " `kind = \"tcp\"`");
    }
    return fresh;
}

}  // namespace

void fill_handle_step(Step& step, const HandleStep& at) {
    Problems& problems = at.reading.problems();
    switch (step.kind) {
        case Step::Kind::close: return fill_close(step, at);
        case Step::Kind::open:
            step.handle =
                at.reading.handles.open(problems, at.verb.value->text, at.verb.value_place);
            return;
        case Step::Kind::bind:
            if (at.verb.value->text != kNoFile) step.handle = named(at);
            step.port = at.reading.ports.of(problems, at.table, "this bind");
            step.own_key = own_key(at.table);
            return;
        case Step::Kind::modes: return fill_modes(step, at);
        case Step::Kind::cancel:
            step.handle = named(at);
            step.label = label(at, LabelNames::Use::cancel);
            return;
        default: return;
    }
}

void fill_created_with(Step& step, const HandleStep& at) {
    const Value* handle = at.table.get("handle");
    step.own_key = own_key(at.table);  // without a handle the call ignores it
    if (handle) step.handle = named(at, handle->text, at.table.value_place("handle"));
}

void fill_operation(Step& step, const HandleStep& at) {
    const Table& table = at.table;
    step.operation = *operation_from_name(at.verb.key->name);
    step.handle = named(at);
    step.accepts = accepted(at);
    step.immediate = table.flag("immediate");
    step.low_bit = table.flag("low_bit");
    step.routine = table.flag("routine");
    step.own_duration = table.get("service") != nullptr;
    step.duration = table.duration("service");
    step.call_time = table.time("takes", 0);
    step.label = label(at, LabelNames::Use::start);
    if (const Value* error = table.get("error")) {
        step.error = *win32_error_from_name(
            words_of(ValueType::error)[static_cast<std::size_t>(error->integer)]);
    }
    const bool valid = step.error == Win32Error::success || step.error == Win32Error::more_data;
    step.transferred =
        table.number("bytes").value_or(valid && moves_data(step.operation) ? kUsualBytes : 0);
    step.as_received =
        valid && !table.has("bytes") && at.of == StepsOf::handler && is_send(step.operation);
    if (const Value* event = table.get("event")) {
        step.event = at.reading.events.use(at.reading.problems(), event->text,
                                           EventNames::Use::signal, table.value_place("event"));
    }
    check_operation(step, at);
}

}  // namespace sim::parse
