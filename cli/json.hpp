// --json output: the same names and shapes in every subcommand.
#pragma once

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <string>
#include <string_view>

#include "sim/compare.hpp"
#include "sim/trace.hpp"

namespace cli {

class Json {
public:
    Json() : writer_(buffer_) { writer_.SetIndent(' ', 2); }
    Json& begin_object() {
        writer_.StartObject();
        return *this;
    }
    Json& end_object() {
        writer_.EndObject();
        return *this;
    }
    Json& begin_list() {
        writer_.StartArray();
        return *this;
    }
    Json& end_list() {
        writer_.EndArray();
        return *this;
    }
    Json& key(std::string_view name);
    Json& value(std::string_view text);
    Json& value(std::uint64_t number) {
        writer_.Uint64(number);
        return *this;
    }
    Json& value(double number);  // null when it is not a number
    Json& value(bool flag) {
        writer_.Bool(flag);
        return *this;
    }
    Json& null() {
        writer_.Null();
        return *this;
    }
    [[nodiscard]] std::string take();  // with a newline at the end

private:
    rapidjson::StringBuffer buffer_;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer_;
};

// [{"packet": 1, "thread": "T4", "port": "P"}, …] in dispatch order
void put_dispatches(Json&, const sim::Trace&);
// {"agreement": "agree", "reason": …, "badge": …, "first_difference": 5 or null}
void put_comparison(Json&, const sim::Comparison&);

}  // namespace cli
