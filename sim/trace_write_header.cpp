#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "sim/json_writer.hpp"
#include "sim/trace_io.hpp"

namespace sim {
namespace {

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
    JsonOut out{&text};
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
    if (!header.overrides.empty()) {
        put_key(json, "overrides");
        json.StartObject();
        for (const auto& [key, value] : header.overrides) text_field(key, value);
        json.EndObject();
    }
    if (!header.files.empty()) {
        put_key(json, "files");
        json.StartObject();
        for (const auto& [name, content] : header.files) text_field(name, content);
        json.EndObject();
    }
    json.EndObject();
    return text;
}

}  // namespace sim
