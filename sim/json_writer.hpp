// RapidJSON's writer over a std::string, for the parts that write traces.
#pragma once

#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace sim {

// A RapidJSON output stream.
struct JsonOut {
    using Ch = char;
    std::string* text;
    void Put(char c) { text->push_back(c); }
    void Flush() {}
};
using Json = rapidjson::Writer<JsonOut>;

inline void put(Json& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}
inline void put_key(Json& json, std::string_view text) {
    json.Key(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

}  // namespace sim
