#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <unordered_set>
#include <utility>

#include "sim/name_table.hpp"
#include "sim/trace_io.hpp"
#include "sim/trace_problem.hpp"

namespace sim {
namespace {

constexpr std::size_t kMaxNames = 100'000;
constexpr std::size_t kMaxErrors = 20;

// What a header cannot leave out: without them a measurement could pass for something it is not.
constexpr std::array kNeeded = {"backend", "lane",    "scenario", "processors",
                                "ports",   "threads", "clock",    "blocking"};

// Reads the header object. A getter leaves the default when the key is missing (require() sees to
// the needed ones) and notes an error when the type is wrong.
class HeaderReader {
public:
    HeaderReader(const rapidjson::Value& object, std::string_view origin)
        : object_(object), origin_(origin) {}

    void require(const char* key) {
        if (find(key) == nullptr)
            errors.push_back(
                trace_problem("T004", fmt::format("the header has no `{}`", key), origin_, 1));
    }
    void text(const char* key, std::string& value) {
        const rapidjson::Value* found = find(key);
        if (found == nullptr) return;
        if (!found->IsString()) return wrong(key, "a text");
        value.assign(found->GetString(), found->GetStringLength());
    }
    template <class Number>
    void number(const char* key, Number& value) {
        const rapidjson::Value* found = find(key);
        if (found == nullptr) return;
        if (!found->IsUint64() ||
            found->GetUint64() > static_cast<std::uint64_t>(std::numeric_limits<Number>::max()))
            return wrong(key, "a whole number that is not negative");
        value = static_cast<Number>(found->GetUint64());
    }
    void flag(const char* key, bool& value) {
        const rapidjson::Value* found = find(key);
        if (found == nullptr) return;
        if (!found->IsBool()) return wrong(key, "true or false");
        value = found->GetBool();
    }
    void names(const char* key, std::vector<std::string>& values, std::size_t most = kMaxNames) {
        const rapidjson::Value* found = find(key);
        if (found == nullptr) return;
        if (!found->IsArray() || found->Size() > most) return wrong(key, "a list of names");
        for (const auto& each : found->GetArray()) {
            if (!each.IsString()) return wrong(key, "a list of names");
            values.emplace_back(each.GetString(), each.GetStringLength());
        }
    }
    void ports(TraceHeader& header) {
        const rapidjson::Value* found = find("ports");
        if (found == nullptr) return;
        if (!found->IsArray() || found->Size() > kMaxNames)
            return wrong("ports", "a list of {\"name\", \"concurrency\"}");
        for (const auto& each : found->GetArray()) {
            if (!each.IsObject() || !each.HasMember("name") || !each["name"].IsString() ||
                !each.HasMember("concurrency") || !each["concurrency"].IsUint() ||
                each["concurrency"].GetUint() == 0)
                return wrong("ports",
                             "a list of {\"name\", \"concurrency\"}, concurrency resolved");
            header.ports.emplace_back(each["name"].GetString(), each["name"].GetStringLength());
            header.concurrency.push_back(each["concurrency"].GetUint());
        }
    }
    // {"P2": "P"}: each name is one of `names`, and so is what it stands for.
    void duplicates(TraceHeader& header) {
        std::vector<std::pair<std::string, std::string>> pairs;
        texts("duplicates", pairs);
        if (pairs.empty()) return;
        const auto table = [](const std::vector<std::string>& names) {
            return NameTable({names.begin(), names.end()});
        };
        const NameTable ports = table(header.ports), handles = table(header.handles);
        const auto fill = [](const NameTable& names, auto& ids, std::size_t size,
                             const auto& pair) {
            using Id = typename std::decay_t<decltype(ids)>::value_type;
            const std::uint32_t at = names.find(pair.first), of = names.find(pair.second);
            if (at == NameTable::kUnknown) return false;
            ids.resize(size, Id::none);
            // A second handle comes after the first, which is no second handle itself.
            if (of >= at || ids[of] != Id::none) return false;
            ids[at] = make_id<Id>(of);
            return true;
        };
        for (const auto& pair : pairs)
            if (!fill(ports, header.port_same_as, header.ports.size(), pair) &&
                !fill(handles, header.handle_same_as, header.handles.size(), pair))
                return wrong("duplicates", "pairs of ports or of handles of this header");
    }
    void policies(Policies& policies) {
        const rapidjson::Value* found = find("policies");
        if (found == nullptr) return;
        if (!found->IsObject()) return wrong("policies", "an object");
        for (const auto& [key, value] : found->GetObject())
            if (!value.IsString() || !set_policy(policies, key.GetString(), value.GetString()))
                return wrong("policies", "known switches with known values");
    }
    void blocking(Blocking& blocking) {
        std::string wanted(name(blocking));
        text("blocking", wanted);
        for (int i = 0; i <= static_cast<int>(Blocking::none); ++i)
            if (name(static_cast<Blocking>(i)) == wanted) {
                blocking = static_cast<Blocking>(i);
                return;
            }
        wrong("blocking", "model, kernel, observed, sampled, announced or none");
    }
    void texts(const char* key, std::vector<std::pair<std::string, std::string>>& texts) {
        const rapidjson::Value* found = find(key);
        if (found == nullptr) return;
        if (!found->IsObject()) return wrong(key, "an object of texts");
        for (const auto& [name, value] : found->GetObject()) {
            if (!value.IsString()) return wrong(key, "an object of texts");
            texts.emplace_back(std::string(name.GetString(), name.GetStringLength()),
                               std::string(value.GetString(), value.GetStringLength()));
        }
    }
    // Facts refer to ports, threads and events by name, so each name means one of them.
    void distinct(const char* key, const std::vector<std::string>& names) {
        std::unordered_set<std::string_view> seen;
        for (const std::string& name : names)
            if (!seen.insert(name).second) contradiction("`{}` has `{}` twice", key, name);
    }
    template <class... Args>
    void contradiction(fmt::format_string<Args...> pattern, Args&&... args) {
        if (errors.size() >= kMaxErrors) return;
        errors.push_back(trace_problem(
            "T011", "header: " + fmt::format(pattern, std::forward<Args>(args)...), origin_, 1));
    }
    Diagnostics errors;

private:
    const rapidjson::Value* find(const char* key) const {
        const auto found = object_.FindMember(key);
        return found == object_.MemberEnd() ? nullptr : &found->value;
    }
    void wrong(const char* key, std::string_view expected) {
        errors.push_back(trace_problem(
            "T007", fmt::format("header: `{}` must be {}", key, expected), origin_, 1));
    }
    const rapidjson::Value& object_;
    std::string_view origin_;
};

// What must be true of the header as a whole.
void check(HeaderReader& reader, const TraceHeader& header) {
    reader.distinct("ports", header.ports);
    reader.distinct("threads", header.threads);
    reader.distinct("events", header.events);
    reader.distinct("locks", header.locks);
    reader.distinct("handles", header.handles);
    // `main` is how facts name the thread that is no worker.
    if (std::find(header.threads.begin(), header.threads.end(), "main") != header.threads.end())
        reader.contradiction("no worker can be called `main`");
    if (header.windows_evidence && header.backend != "win32")
        reader.contradiction("`windows_evidence` is true, but the back end is `{}`",
                             header.backend);
    if ((header.backend == "model") != (header.blocking == Blocking::model))
        reader.contradiction("back end `{}` cannot know of blocking by `{}`", header.backend,
                             name(header.blocking));
}

}  // namespace

Result<TraceHeader> header_from_line(std::string_view line, std::string_view origin) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
        line.data(), line.size());
    if (document.HasParseError() || !document.IsObject() ||
        !document.HasMember("iocpscope_trace")) {
        if (line.starts_with("{\"iocpscope_trace\":"))
            return trace_problem("T001", "the first line, the header, is cut or damaged", origin,
                                 1);
        return trace_problem("T001", "not an iocpscope trace: the first line is no trace header",
                             origin, 1,
                             "a trace begins with {\"iocpscope_trace\":1, …}; `iocpscope simulate "
                             "SCENARIO -o FILE` writes one");
    }
    HeaderReader reader(document, origin);
    TraceHeader header;
    reader.number("iocpscope_trace", header.version);
    if (reader.errors.empty() && header.version != 1)
        return trace_problem(
            "T008",
            fmt::format("trace format {} is unknown: this program reads format 1", header.version),
            origin, 1, "a newer iocpscope may have written it");
    for (const char* key : kNeeded) reader.require(key);
    reader.text("scenario_name", header.scenario_name);
    reader.text("scenario", header.scenario);
    reader.number("seed", header.seed);
    reader.text("backend", header.backend);
    reader.text("lane", header.lane);
    reader.flag("windows_evidence", header.windows_evidence);
    reader.policies(header.policies);
    reader.ports(header);
    reader.names("threads", header.threads);
    reader.names("events", header.events);
    reader.names("locks", header.locks, index(LockId::none));
    reader.names("handles", header.handles);
    reader.duplicates(header);
    reader.number("processors", header.processors);
    reader.text("clock", header.clock);
    reader.number("clock_step", header.clock_step);
    reader.blocking(header.blocking);
    reader.texts("host", header.host);
    reader.texts("overrides", header.overrides);
    reader.texts("files", header.files);
    reader.number("dropped", header.dropped);
    std::string hash = fingerprint(header.scenario);
    reader.text("scenario_hash", hash);
    if (hash != fingerprint(header.scenario))
        reader.errors.push_back(trace_problem(
            "T009", "header: the scenario does not have the hash that is given for it", origin, 1));
    if (reader.errors.empty()) check(reader, header);
    if (!reader.errors.empty()) return reader.errors;
    return header;
}

}  // namespace sim
