#include "cli/json.hpp"

#include <fmt/format.h>

#include "cli/tables.hpp"

namespace cli {

Json& Json::key(std::string_view name) {
    writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
}

Json& Json::value(std::string_view text) {
    writer_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    return *this;
}

Json& Json::value(double number) {
    if (number != number) return null();
    const std::string text = fmt::format("{}", number);
    writer_.RawValue(text.data(), text.size(), rapidjson::kNumberType);
    return *this;
}

std::string Json::take() {
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
}

void put_dispatches(Json& json, const sim::Trace& trace) {
    json.begin_list();
    for (const sim::Dispatch& d : listed_dispatches(trace))
        json.begin_object()
            .key("packet")
            .value(static_cast<std::uint64_t>(d.packet))
            .key("thread")
            .value(sim::thread_name(trace.header, d.thread))
            .key("port")
            .value(sim::port_name(trace.header, d.port))
            .end_object();
    json.end_list();
}

void put_comparison(Json& json, const sim::Comparison& comparison) {
    json.key("agreement").value(agreement_word(comparison.agreement));
    json.key("reason").value(comparison.reason);
    json.key("badge").value(comparison.badge);
    json.key("results").begin_list();
    for (const std::string& sentence : comparison.results) json.value(sentence);
    json.end_list();
    json.key("first_difference");
    if (comparison.first_difference < comparison.pairs.size())
        json.value(
            static_cast<std::uint64_t>(comparison.pairs[comparison.first_difference].packet));
    else
        json.null();
}

}  // namespace cli
