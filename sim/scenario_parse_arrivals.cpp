// Arrival files: one instant a line, in the first column of a CSV file.
#include <algorithm>
#include <string>

#include "sim/scenario_parse_reading.hpp"
#include "sim/scenario_parse_time.hpp"

namespace sim::parse {
namespace {

constexpr std::size_t kMostErrors = 10;  // of one file

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// A name that can only mean a file beside the scenario, or below that, on every system.
bool stays_here(std::string_view name) {
    if (name.starts_with('/') || name.find_first_of("\\:*?\"<>|") != std::string_view::npos)
        return false;
    if (std::any_of(name.begin(), name.end(), [](char c) { return c >= 0 && c < ' '; }))
        return false;
    for (std::size_t at = 0; at <= name.size();) {
        const std::size_t end = std::min(name.find('/', at), name.size());
        const std::string_view part = name.substr(at, end - at);
        if (part.empty() || part == "." || part == "..") return false;
        at = end + 1;
    }
    return true;
}

// "0.0125", "1.25e-2": seconds, rounded to a nanosecond. Programs write such numbers with more
// digits than a nanosecond has. Nothing when it is no such number, or more than 3 years.
std::optional<Nanos> seconds(std::string_view text) {
    std::uint64_t value = 0;  // the significant digits, as a whole number ...
    int shift = 9;            // ... to be multiplied by 10^shift
    bool any = false, decimals = false;
    std::size_t at = 0;
    for (; at < text.size() && (digit(text[at]) || (text[at] == '.' && !decimals)); ++at) {
        if (text[at] == '.') {
            decimals = true;
            continue;
        }
        any = true;
        if (value < 100'000'000'000'000'000) {
            value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
            shift -= decimals ? 1 : 0;
        } else {
            shift += decimals ? 0 : 1;
        }
    }
    if (!any) return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool minus = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        int exponent = 0;
        const std::size_t begin = at;
        for (; at < text.size() && digit(text[at]); ++at)
            exponent = std::min(exponent * 10 + (text[at] - '0'), 1000);
        if (at == begin) return std::nullopt;
        shift += minus ? -exponent : exponent;
    }
    if (at != text.size()) return std::nullopt;
    constexpr std::uint64_t kMost = 100'000'000'000'000'000;
    for (; shift > 0 && value != 0; --shift) {
        if (value > kMost) return std::nullopt;
        value *= 10;
    }
    bool up = false;
    for (; shift < 0 && (value != 0 || up); ++shift) {
        up = value % 10 >= 5;
        value /= 10;
    }
    value += up ? 1 : 0;
    return value > kMost ? std::nullopt : std::optional(static_cast<Nanos>(value));
}

class ArrivalReader {
public:
    ArrivalReader(Problems& problems, const NamedFile& file)
        : problems_(problems), text_(file.text), source_(problems.add_source(file.name, text_)) {}

    std::optional<std::vector<Nanos>> read() {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
        for (int line = 1; !text_.empty() && errors_ < kMostErrors; ++line) {
            const std::size_t end = std::min(text_.find('\n'), text_.size());
            read_line(text_.substr(0, end), line);
            text_.remove_prefix(std::min(end + 1, text_.size()));
            if (instants_.size() > kMaxInstants) {
                complain({line, 1, 1, source_},
                         "there are more than " +
                             with_commas(static_cast<std::int64_t>(kMaxInstants)) +
                             " instants in this file");
                break;
            }
        }
        if (errors_ > 0) return std::nullopt;
        return std::move(instants_);
    }

private:
    void complain(const Place& place, std::string message, std::string help = {}) {
        ++errors_;
        problems_.add(ErrorCode::bad_arrivals, place, std::move(message), std::move(help));
    }

    void read_line(std::string_view line, int number) {
        const std::string_view column = line.substr(0, line.find_first_of(",;\t\r#"));
        const std::size_t begin = column.find_first_not_of(' ');
        if (begin == std::string_view::npos) {
            if (line.find_first_of(",;") == std::string_view::npos) return;  // blank, or a comment
            return complain({number, 1, 1, source_}, "the first column is empty",
                            "it holds the instant");
        }
        const std::string_view cell = without_blanks(column);
        const Place place{number, static_cast<int>(begin) + 1, static_cast<int>(cell.size()),
                          source_};
        const bool first = !seen_;
        seen_ = true;
        if (first && !digit(cell.front()) && cell.front() != '.' && cell.front() != '-')
            return;  // the names of the columns
        read_instant(cell, place);
    }

    void read_instant(std::string_view cell, const Place& place) {
        if (cell.starts_with('-'))
            return complain(place, "an instant cannot be negative",
                            "instants count from the start of the run");
        auto instant = seconds(cell);
        if (!instant) {
            const Time time = read_time(cell);
            if (time.fault == Time::Fault::none) instant = time.value;
        }
        if (!instant) {
            return complain(place, "this is no instant",
                            "write seconds, such as 0.0125, or a time with a unit: 12.5 ms");
        }
        if (*instant > kLatestInstant)
            return complain(place, "no instant of a run comes later than 24 hours",
                            "a number without a unit counts seconds");
        if (!instants_.empty() && *instant < instants_.back()) {
            return complain(place, "this instant is earlier than the one before it",
                            "sort the file by time");
        }
        instants_.push_back(*instant);
    }

    Problems& problems_;
    std::string_view text_;
    std::uint32_t source_;
    std::vector<Nanos> instants_;
    std::size_t errors_ = 0;
    bool seen_ = false;
};

// The file's text, or a complaint at the place that names it.
std::optional<std::string> fetch(Reading& reading, std::string_view name, const Place& place) {
    Problems& problems = reading.problems();
    const auto refuse = [&](std::string message, std::string help) {
        problems.add(ErrorCode::no_file, place, std::move(message), std::move(help));
        return std::nullopt;
    };
    if (!stays_here(name))
        return refuse("a scenario cannot name the file " + quoted(name),
                      "name a file beside the scenario, or in a folder there: \"arrivals.csv\"");
    if (reading.files.size() >= kMaxFiles)
        return refuse("a scenario can name " + std::to_string(kMaxFiles) + " files", "");
    if (!reading.options.read_file)
        return refuse("the file " + quoted(name) + " cannot be read from here",
                      "there is no folder to look in");
    auto text = reading.options.read_file(name);
    if (!text)
        return refuse("the file " + quoted(name) + " cannot be read",
                      "it is looked for in the folder of the scenario, and has at most 64 MiB");
    reading.file_bytes += text->size();
    if (reading.file_bytes > kMaxFileBytes)
        return refuse("the files of this scenario are too large", "together they may have 64 MiB");
    return text;
}

}  // namespace

const std::vector<Nanos>* read_arrivals(Reading& reading, std::string_view name,
                                        const Place& place) {
    for (const NamedFile& file : reading.files)
        if (file.name == name) return file.instants ? &*file.instants : nullptr;
    auto text = fetch(reading, name, place);
    NamedFile& file = reading.files.emplace_back();
    file.name = name;
    if (!text) return nullptr;
    file.text = std::move(*text);
    file.instants = ArrivalReader(reading.problems(), file).read();
    if (file.instants && file.instants->empty()) {
        reading.problems().add(ErrorCode::no_file, place,
                               "there is no instant in the file " + quoted(name),
                               "it holds one instant a line");
        file.instants.reset();
    }
    return file.instants ? &*file.instants : nullptr;
}

}  // namespace sim::parse
