// [[port]], [[device]], [[handle]] and [[lock]]: what there is, before anything uses it.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "sim/scenario_parse_reading.hpp"

namespace sim::parse {
namespace {

// A duplicate is another handle of the same thing: it has nothing of its own but its name.
void refuse_own(Problems& problems, const Table& table, std::span<const std::string_view> keys,
                std::string_view of_what) {
    for (const std::string_view key : keys) {
        if (!table.has(key)) continue;
        problems.add(
            ErrorCode::duplicate_differs, table.key_place(key),
            "a duplicate has no " + quoted(key) + " of its own",
            "it is another handle of the same " + std::string(of_what) + "; leave the key out");
    }
}

void check_later(Problems& problems, const Table& table, bool too_early) {
    if (!too_early) return;
    problems.add(ErrorCode::duplicate_differs, table.value_place("duplicate_of"),
                 "a duplicate cannot be there before its original",
                 "give it `later = true`, and a step that makes it");
}

void read_port(Reading& reading, const Table& table) {
    Problems& problems = reading.problems();
    PortSpec spec;
    spec.name = table.text("name");
    spec.concurrency = table.number("concurrency").value_or(1);
    spec.later = table.flag("later");
    if (const Value* capacity = table.get("capacity"))
        spec.capacity = static_cast<std::uint64_t>(capacity->integer);
    if (table.has("duplicate_of")) {
        constexpr auto own = std::to_array<std::string_view>({"concurrency", "capacity"});
        refuse_own(problems, table, own, "port");
        if (const Value* of = table.get("duplicate_of")) {
            if (reading.scenario.ports.empty()) {
                problems.add(ErrorCode::unknown_port, table.value_place("duplicate_of"),
                             "no port stands before this one",
                             "a duplicate stands behind its original");
            } else {
                spec.duplicate_of =
                    reading.ports.find(problems, of->text, table.value_place("duplicate_of"));
            }
        }
        if (spec.duplicate_of != PortId::none) {
            const PortSpec& original = reading.scenario.ports[index(spec.duplicate_of)];
            spec.concurrency = original.concurrency;
            spec.capacity = original.capacity;
            check_later(problems, table, original.later && !spec.later);
            // A duplicate of a duplicate is another handle of the same port.
            if (original.duplicate_of != PortId::none) spec.duplicate_of = original.duplicate_of;
        }
    } else if (!table.has("concurrency") && !table.misspells("concurrency")) {
        problems.add(ErrorCode::missing_key, table.header(), "`concurrency` is missing in [[port]]",
                     "write, for example, `concurrency = 4`");
    }
    reading.ports.add(problems, spec.name, table.value_place("name"), spec.later);
    reading.scenario.ports.push_back(std::move(spec));
}

void read_device(Reading& reading, const Table& table) {
    DeviceSpec spec;
    spec.name = table.text("name");
    spec.servers = table.number("servers").value_or(1);
    spec.service = table.duration("service");
    reading.devices.add(reading.problems(), spec.name, table.value_place("name"));
    reading.scenario.devices.push_back(std::move(spec));
}

// What a duplicate has of its original.
void read_duplicate(Reading& reading, const Table& table, HandleSpec& spec) {
    constexpr auto own = std::to_array<std::string_view>(
        {"kind", "count", "port", "key", "overlapped", "device", "modes", "address"});
    refuse_own(reading.problems(), table, own, "file");
    const Value* of = table.get("duplicate_of");
    if (!of) return;
    spec.duplicate_of =
        reading.handles.original(reading.problems(), of->text, table.value_place("duplicate_of"));
    if (spec.duplicate_of == HandleId::none) return;
    const HandleSpec& original = reading.scenario.handle_spec(spec.duplicate_of);
    spec.kind = original.kind;
    spec.key = original.key + index(spec.duplicate_of) - index(original.first);
    spec.overlapped = original.overlapped;
    spec.device = original.device;
    spec.modes = original.modes;
    spec.address = original.address;
    spec.count = 1;
    check_later(reading.problems(), table, original.later && !spec.later);
    if (original.duplicate_of != HandleId::none) spec.duplicate_of = original.duplicate_of;
}

void read_handle(Reading& reading, const Table& table) {
    Problems& problems = reading.problems();
    HandleSpec spec;
    spec.name = table.text("name");
    if (const Value* kind = table.get("kind"))
        spec.kind = static_cast<HandleSpec::Kind>(kind->integer);
    spec.count = table.number("count").value_or(1);
    spec.first = make_id<HandleId>(reading.handles.size());
    if (const Value* port = table.get("port"))
        spec.port = reading.ports.find(problems, port->text, table.value_place("port"));
    spec.key = static_cast<Key>(table.integer("key", 0));
    spec.later = table.flag("later");
    spec.overlapped = table.flag("overlapped", true);
    if (const Value* device = table.get("device"))
        spec.device = reading.devices.find(problems, device->text, table.value_place("device"));
    if (const Value* modes = table.get("modes")) spec.modes = read_modes(problems, *modes->node);
    spec.address = table.text("address");
    if (table.has("duplicate_of")) read_duplicate(reading, table, spec);
    if ((table.has("count") && !table.get("count")) || !table.get("name"))
        reading.handles.give_up();
    if (!reading.handles.add(problems, reading.ports, spec, table.value_place("name"),
                             table.value_place("count")))
        return;
    reading.scenario.handles.push_back(std::move(spec));
}

void read_lock(Reading& reading, const Table& table) {
    LockSpec spec;
    spec.name = table.text("name");
    spec.spin = table.time("spin", 0);
    reading.locks.declare(reading.problems(), spec, table.value_place("name"));
}

}  // namespace

std::uint32_t read_modes(Problems& problems, const Node& list) {
    const auto words = words_of(ValueType::modes);
    std::uint32_t modes = 0;
    for (const Node* item : texts_of(problems, list, "a notification mode")) {
        const auto found = std::find(words.begin(), words.end(), item->text);
        if (found != words.end()) {
            modes |= 1u << (found - words.begin());
            continue;
        }
        problems.add(ErrorCode::not_possible, item->place,
                     "there is no notification mode " + quoted(item->text),
                     problems.suggest(item->text, {words.begin(), words.end()}));
    }
    return modes;
}

void read_declarations(Reading& reading) {
    for (const Found& f : reading.sections.all(Section::port)) read_port(reading, reading.table(f));
    if (reading.scenario.ports.empty() && !reading.sections.mentioned(Section::port)) {
        reading.problems().add(ErrorCode::no_port, Place{}, "there is no port",
                               "add [[port]] with a name and a concurrency value");
    }
    for (const Found& f : reading.sections.all(Section::device))
        read_device(reading, reading.table(f));
    for (const Found& f : reading.sections.all(Section::handle))
        read_handle(reading, reading.table(f));
    for (const Found& f : reading.sections.all(Section::lock)) read_lock(reading, reading.table(f));
}

}  // namespace sim::parse
