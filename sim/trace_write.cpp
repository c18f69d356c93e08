#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "sim/trace_io.hpp"

namespace sim {
namespace {

// A RapidJSON output stream over a std::string.
struct StringOut {
    using Ch = char;
    std::string* text;
    void Put(char c) { text->push_back(c); }
    void Flush() {}
};
using Json = rapidjson::Writer<StringOut>;

void put(Json& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
void put_key(Json& json, std::string_view text) {
    json.Key(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void put_error(Json& json, Win32Error error) {
    const std::string_view known = name(error);
    if (known.empty())
        json.Uint(static_cast<std::uint32_t>(error));
    else
        put(json, known);
}

// The thread may be `none`: main, which is no worker.
void put_value(Json& json, Field field, const TraceHeader& header, const Fact& fact) {
    switch (field) {
        case Field::port: return put(json, port_name(header, fact.port));
        case Field::thread: return put(json, thread_name(header, fact.thread));
        case Field::event: return put(json, event_name(header, fact.event));
        case Field::lock: return put(json, lock_name(header, fact.lock));
        case Field::handle: return put(json, handle_name(header, fact.handle));
        case Field::operation: return put(json, name(fact.operation));
        case Field::packet: json.Uint(static_cast<std::uint32_t>(fact.packet)); return;
        case Field::key: json.Uint64(fact.key); return;
        case Field::bytes: json.Uint(fact.bytes); return;
        case Field::error: return put_error(json, fact.error);
        case Field::reason: return put(json, name(fact.reason));
        case Field::outcome: return put(json, name(fact.outcome));
        case Field::limit:
        case Field::batch:
        case Field::count:
        case Field::cpu:
        case Field::voluntary:
        case Field::modes: json.Uint(fact.number); return;
        case Field::timeout:
            if (fact.amount == kInfinite) return put(json, "INFINITE");
            json.Int64(fact.amount);
            return;
        case Field::duration:
        case Field::involuntary:
        case Field::dropped: json.Int64(fact.amount); return;
    }
}

bool absent(Field field, const Fact& fact) {
    switch (field) {
        case Field::port: return fact.port == PortId::none;
        case Field::thread: return fact.thread == ThreadId::none;
        case Field::event: return fact.event == EventId::none;
        case Field::lock: return fact.lock == LockId::none;
        case Field::handle: return fact.handle == HandleId::none;
        case Field::operation: return fact.operation == Operation::post;
        case Field::error: return fact.error == Win32Error::success;
        case Field::key:
        case Field::bytes:
        case Field::packet: return fact.packet == PacketId::none;
        default: return false;
    }
}

void put_ports(Json& json, const TraceHeader& header) {
    put_key(json, "ports");
    json.StartArray();
    for (std::size_t i = 0; i < header.ports.size(); ++i) {
        json.StartObject();
        put_key(json, "name");
        put(json, header.ports[i]);
        put_key(json, "concurrency");
        json.Uint(i < header.concurrency.size() ? header.concurrency[i] : 1);
        json.EndObject();
    }
    json.EndArray();
}

// Second handles: the name of each with the name of the first.
void put_duplicates(Json& json, const TraceHeader& header) {
    const auto any = [](const auto& ids) {
        return std::any_of(ids.begin(), ids.end(),
                           [](auto id) { return id != decltype(id)::none; });
    };
    if (!any(header.port_same_as) && !any(header.handle_same_as)) return;
    put_key(json, "duplicates");
    json.StartObject();
    const auto put_all = [&](const auto& ids, const auto& names) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (ids[i] == std::decay_t<decltype(ids[i])>::none) continue;
            put_key(json, names[i]);
            put(json, names[index(ids[i])]);
        }
    };
    put_all(header.port_same_as, header.ports);
    put_all(header.handle_same_as, header.handles);
    json.EndObject();
}

void put_names(Json& json, std::string_view key, const std::vector<std::string>& names) {
    put_key(json, key);
    json.StartArray();
    for (const std::string& each : names) put(json, each);
    json.EndArray();
}

void put_policies(Json& json, const Policies& policies) {
    put_key(json, "policies");
    json.StartObject();
    for (const PolicySwitch& s : policy_switches()) {
        put_key(json, s.name);
        put(json, policy_value(policies, s.name));
    }
    json.EndObject();
}

}  // namespace

std::string header_to_line(const TraceHeader& header) {
    std::string text;
    StringOut out{&text};
    Json json(out);
    const auto text_field = [&](std::string_view key, std::string_view value) {
        put_key(json, key);
        put(json, value);
    };
    json.StartObject();
    put_key(json, "iocpscope_trace");
    json.Int(header.version);
    text_field("backend", header.backend);
    text_field("lane", header.lane);
    put_key(json, "windows_evidence");
    json.Bool(header.windows_evidence);
    text_field("scenario_name", header.scenario_name);
    text_field("scenario_hash", fingerprint(header.scenario));
    put_key(json, "seed");
    json.Uint64(header.seed);
    put_key(json, "processors");
    json.Uint(header.processors);
    put_ports(json, header);
    put_names(json, "threads", header.threads);
    put_names(json, "events", header.events);
    if (!header.locks.empty()) put_names(json, "locks", header.locks);
    if (!header.handles.empty()) put_names(json, "handles", header.handles);
    put_duplicates(json, header);
    put_policies(json, header.policies);
    text_field("clock", header.clock);
    put_key(json, "clock_step");
    json.Int64(header.clock_step);
    text_field("blocking", name(header.blocking));
    put_key(json, "host");
    json.StartObject();
    for (const auto& [key, value] : header.host) text_field(key, value);
    json.EndObject();
    put_key(json, "dropped");
    json.Uint64(header.dropped);
    text_field("scenario", header.scenario);
    if (!header.files.empty()) {
        put_key(json, "files");
        json.StartObject();
        for (const auto& [name, content] : header.files) text_field(name, content);
        json.EndObject();
    }
    json.EndObject();
    return text;
}

void append_line(std::string& out, const TraceHeader& header, const Fact& fact, std::size_t seq) {
    StringOut stream{&out};
    Json json(stream);
    json.StartObject();
    put_key(json, "seq");
    json.Uint64(seq);
    put_key(json, "t0");
    json.Int64(fact.t0);
    put_key(json, "t1");
    json.Int64(fact.t1);
    put_key(json, "ev");
    const FactInfo& kind = info(fact.kind);
    put(json, kind.name);
    for (const FieldUse& use : kind.fields) {
        if (use.optional && absent(use.field, fact)) continue;
        put_key(json, name(use.field));
        put_value(json, use.field, header, fact);
    }
    if (fact.rule != Rule::none) {
        put_key(json, "rule");
        put(json, info(fact.rule).id);
    }
    json.EndObject();
    out.push_back('\n');
}

std::string to_ndjson(const Trace& trace) {
    std::string text = header_to_line(trace.header);
    text.push_back('\n');
    text.reserve(text.size() + trace.facts.size() * 120);
    for (std::size_t i = 0; i < trace.facts.size(); ++i)
        append_line(text, trace.header, trace.facts[i], i + 1);
    return text;
}

}  // namespace sim
