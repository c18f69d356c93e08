// The trace file: what is written is read back, and whatever a file contains, the reader answers
// with a trace or with an error that names the line.
#include "sim/trace_io.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace {

sim::TraceHeader two_port_header() {
    sim::TraceHeader header;
    header.scenario_name = "lesson.toml";
    header.scenario = "format = 1\ntitle = \"Ä \\\"quoted\\\" title\"\n";
    header.seed = std::numeric_limits<std::uint64_t>::max();
    header.lane = "Model";
    header.ports = {"P", "Q"};
    header.concurrency = {4, 0xFFFFFFFF};
    header.threads = {"T1", "T2", "T3"};
    header.events = {"go"};
    header.locks = {"L"};
    header.handles = {"file", "pipe"};
    header.processors = 8;
    header.host = {{"os", "Debian 12"}, {"cpu", "a \"fast\" one"}};
    header.policies.wake = sim::Wake::fifo;
    return header;
}

// Gives the field a value that is not the default.
void fill(sim::Fact& fact, sim::Field field) {
    switch (field) {
        case sim::Field::port: fact.port = sim::make_id<sim::PortId>(1); return;
        case sim::Field::thread: fact.thread = sim::make_id<sim::ThreadId>(2); return;
        case sim::Field::packet: fact.packet = sim::PacketId{77}; return;
        case sim::Field::event: fact.event = sim::make_id<sim::EventId>(0); return;
        case sim::Field::lock: fact.lock = sim::make_id<sim::LockId>(0); return;
        case sim::Field::handle: fact.handle = sim::make_id<sim::HandleId>(1); return;
        case sim::Field::operation: fact.operation = sim::Operation::read; return;
        case sim::Field::key:
        case sim::Field::echoed: fact.key = std::numeric_limits<sim::Key>::max(); return;
        case sim::Field::bytes:
        case sim::Field::wrong: fact.bytes = 0xFFFFFFFF; return;
        case sim::Field::error: fact.error = sim::Win32Error::wait_timeout; return;
        case sim::Field::reason: fact.reason = sim::Reason::event; return;
        case sim::Field::outcome: fact.outcome = sim::Outcome::stopped; return;
        case sim::Field::limit:
        case sim::Field::batch:
        case sim::Field::count:
        case sim::Field::cpu:
        case sim::Field::voluntary:
        case sim::Field::modes:
        case sim::Field::client: fact.number = 0xFFFFFFFE; return;
        case sim::Field::timeout:
        case sim::Field::duration:
        case sim::Field::involuntary:
        case sim::Field::dropped:
        case sim::Field::sent: fact.amount = 123'456'789'012; return;
    }
}

void empty(sim::Fact& fact, sim::Field field) {
    if (field == sim::Field::thread) fact.thread = sim::ThreadId::none;
    if (field == sim::Field::event) fact.event = sim::EventId::none;
    if (field == sim::Field::lock) fact.lock = sim::LockId::none;
    if (field == sim::Field::handle) fact.handle = sim::HandleId::none;
    if (field == sim::Field::operation) fact.operation = sim::Operation::post;
    if (field == sim::Field::error) fact.error = sim::Win32Error::success;
    if (field == sim::Field::packet) fact.packet = sim::PacketId::none;
    if (field == sim::Field::key) fact.key = 0;
    if (field == sim::Field::bytes) fact.bytes = 0;
}

sim::Fact full_fact(sim::FactKind kind) {
    sim::Fact fact;
    fact.kind = kind;
    fact.t0 = 1'000;
    fact.t1 = 2'500;
    fact.rule = sim::Rule::w_lifo_1;
    for (const sim::FieldUse& use : info(kind).fields) fill(fact, use.field);
    return fact;
}

sim::FactKind kind_at(std::size_t i) {
    return static_cast<sim::FactKind>(i);
}

sim::Trace every_kind() {
    sim::Trace trace;
    trace.header = two_port_header();
    for (std::size_t i = 0; i < sim::kFactKindCount; ++i)
        if (kind_at(i) != sim::FactKind::ended) trace.facts.push_back(full_fact(kind_at(i)));
    trace.facts.push_back(full_fact(sim::FactKind::ended));
    return trace;
}

std::string line_of(const sim::TraceHeader& header, const sim::Fact& fact, std::size_t seq = 1) {
    std::string line;
    append_line(line, header, fact, seq);
    line.pop_back();
    return line;
}

// The line without `"name":value`. The fields that are taken out hold no comma or brace.
std::string without(const std::string& line, std::string_view name) {
    const std::size_t begin = line.find("\"" + std::string(name) + "\":");
    REQUIRE(begin != std::string::npos);
    const std::size_t end = line.find_first_of(",}", begin);
    if (line[end] == ',') return line.substr(0, begin) + line.substr(end + 1);
    return line.substr(0, begin - 1) + line.substr(end);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

std::string file(const std::vector<std::string>& fact_lines) {
    std::string text = header_to_line(two_port_header()) + "\n";
    for (const std::string& line : fact_lines) text += line + "\n";
    return text;
}

template <class T>
std::string first_code(const sim::Result<T>& result) {
    return result ? std::string("no error") : result.error().front().code;
}

bool long_run() {
    return std::getenv("IOCPSCOPE_LONG") != nullptr;
}

constexpr const char* kEnded =
    R"({"seq":1,"t0":5,"t1":5,"ev":"ended","outcome":"complete","dropped":0})";

}  // namespace

TEST_CASE("a trace with every kind of fact is read back as it was written") {
    const sim::Trace trace = every_kind();
    const std::string text = to_ndjson(trace);
    const auto read = sim::trace_from_ndjson(text, "x.trace");
    REQUIRE(read.has_value());
    CHECK(*read == trace);
    CHECK(to_ndjson(*read) == text);
}

TEST_CASE("optional fields may be missing and stay missing") {
    const sim::TraceHeader header = two_port_header();
    for (std::size_t i = 0; i < sim::kFactKindCount; ++i) {
        sim::Fact fact = full_fact(kind_at(i));
        fact.rule = sim::Rule::none;
        for (const sim::FieldUse& use : info(fact.kind).fields)
            if (use.optional) empty(fact, use.field);
        const std::string line = line_of(header, fact);
        CAPTURE(line);
        const auto read = sim::fact_from_line(line, header, "x", 2);
        REQUIRE(read.has_value());
        CHECK(*read == fact);
    }
}

TEST_CASE("special values survive: INFINITE, a poll, main, an unnamed error, times before 0") {
    const sim::TraceHeader header = two_port_header();
    sim::Fact get = full_fact(sim::FactKind::get_called);
    for (const sim::Nanos timeout : {sim::kInfinite, sim::Nanos{0}, sim::Nanos{1'500'000}}) {
        get.amount = timeout;
        CHECK(*sim::fact_from_line(line_of(header, get), header, "x", 2) == get);
    }
    get.amount = sim::kInfinite;
    CHECK(line_of(header, get).find(R"("timeout":"INFINITE")") != std::string::npos);

    sim::Fact exit = full_fact(sim::FactKind::thread_exited);
    exit.thread = sim::ThreadId::none;
    CHECK(line_of(header, exit).find(R"("thread":"main")") != std::string::npos);
    CHECK(*sim::fact_from_line(line_of(header, exit), header, "x", 2) == exit);

    sim::Fact post = full_fact(sim::FactKind::posted);
    post.error = static_cast<sim::Win32Error>(9999);
    post.t0 = -20;
    post.t1 = -10;
    CHECK(*sim::fact_from_line(line_of(header, post), header, "x", 2) == post);
}

TEST_CASE("a fact without one of its fields is an error that names the field and the line") {
    const sim::TraceHeader header = two_port_header();
    for (std::size_t i = 0; i < sim::kFactKindCount; ++i) {
        const std::string line = line_of(header, full_fact(kind_at(i)));
        for (const sim::FieldUse& use : info(kind_at(i)).fields) {
            const std::string cut = without(line, name(use.field));
            CAPTURE(cut);
            const auto read = sim::fact_from_line(cut, header, "x.trace", 12);
            CHECK(read.has_value() == use.optional);
            if (read) continue;
            CHECK(read.error().front().code == "T004");
            CHECK(read.error().front().line == 12);
            CHECK(read.error().front().message.find(name(use.field)) != std::string::npos);
        }
        for (const char* basic : {"t0", "t1", "ev"})
            CHECK(first_code(sim::fact_from_line(without(line, basic), header, "x", 2)) == "T004");
    }
}

TEST_CASE("a fact with a field of another kind of fact is an error") {
    const auto read = sim::fact_from_line(
        R"({"seq":1,"t0":0,"t1":0,"ev":"thread_started","thread":"T1","packet":3})",
        two_port_header(), "x", 2);
    CHECK(first_code(read) == "T006");
}

TEST_CASE("a file cut at any byte loads up to the cut and says so, or is a clear error") {
    const sim::Trace trace = every_kind();
    const std::string text = to_ndjson(trace);
    const std::size_t header_end = text.find('\n');
    std::size_t whole = 0;  // facts whose line is complete, if only its newline is gone
    std::size_t next_end = text.find('\n', header_end + 1);
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        CAPTURE(cut);
        const auto read = sim::trace_from_ndjson(text.substr(0, cut), "x.trace");
        if (cut < header_end) {
            REQUIRE(first_code(read) == "T001");
            continue;
        }
        if (cut == next_end) {
            ++whole;
            next_end = text.find('\n', cut + 1);
        }
        REQUIRE(read.has_value());
        REQUIRE(read->facts.size() == whole);
        REQUIRE(std::equal(read->facts.begin(), read->facts.end(), trace.facts.begin()));
        REQUIRE(read->truncated == (whole < trace.facts.size()));
    }
    CHECK(whole == trace.facts.size());
}

TEST_CASE("a file of whole lines without the last fact is truncated") {
    sim::Trace trace = every_kind();
    trace.facts.pop_back();
    const auto read = sim::trace_from_ndjson(to_ndjson(trace), "x");
    REQUIRE(read.has_value());
    CHECK(read->truncated);
}

TEST_CASE("facts that are missing, repeated or out of order are an error with its line") {
    std::vector<std::string> lines;
    for (std::size_t seq = 1; seq <= 4; ++seq)
        lines.push_back(line_of(two_port_header(), full_fact(sim::FactKind::thread_started), seq));
    const auto expect_line = [](const std::vector<std::string>& given, int line) {
        const auto read = sim::trace_from_ndjson(file(given), "x");
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().front().code == "T010");
        CHECK(read.error().front().line == line);
        CHECK(read.error().size() == 1);
    };
    expect_line({lines[0], lines[1], lines[1], lines[2]}, 4);
    expect_line({lines[0], lines[2], lines[1], lines[3]}, 3);
    expect_line({lines[0], lines[2], lines[3]}, 3);
    expect_line({lines[1], lines[2], lines[3]}, 2);
    expect_line({lines[0], without(lines[1], "seq")}, 3);
    CHECK(sim::trace_from_ndjson(file(lines), "x").has_value());
}

TEST_CASE("what is no trace is refused with T001") {
    for (const char* text : {"", "\n", "hello\n", "{}\n", "[]\n", "null", "{\"seq\":1}\n",
                             "format = 1\ntitle = \"a scenario\"\n", "\xff\xfe\n"}) {
        CAPTURE(text);
        CHECK(first_code(sim::trace_from_ndjson(text, "x")) == "T001");
    }
    CHECK(first_code(sim::trace_from_ndjson(std::string(4096, '\0'), "x")) == "T001");
}

TEST_CASE("another format is refused with its number") {
    const auto read = sim::trace_from_ndjson("{\"iocpscope_trace\":2,\"news\":[]}\n", "x");
    REQUIRE(first_code(read) == "T008");
    CHECK(read.error().front().message.find('2') != std::string::npos);
    CHECK(first_code(sim::trace_from_ndjson("{\"iocpscope_trace\":0}\n", "x")) == "T008");
}

TEST_CASE("a header must say what it describes: a measurement cannot pass for something else") {
    const std::string header = header_to_line(two_port_header());
    for (const char* key :
         {"backend", "lane", "scenario", "processors", "ports", "threads", "clock", "blocking"}) {
        const std::string quoted = "\"" + std::string(key) + "\":";
        const auto read =
            sim::header_from_line(replaced(header, quoted, "\"x" + quoted.substr(1)), "x");
        CAPTURE(key);
        REQUIRE(first_code(read) == "T004");
        CHECK(read.error().front().message.find(key) != std::string::npos);
        CHECK(read.error().front().line == 1);
    }
}

TEST_CASE("wrong types in the header are all reported at once") {
    const auto read = sim::header_from_line(
        R"({"iocpscope_trace":1,"backend":7,"lane":[],"windows_evidence":"yes","scenario_name":0,)"
        R"("scenario":null,"seed":-1,"processors":1.5,"ports":{},"threads":[1],"events":"go",)"
        R"("policies":{"wake":"sideways"},"clock":true,"clock_step":"1","blocking":"guessed",)"
        R"("host":{"os":1},"dropped":1e30})",
        "x");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().size() == 16);
    for (const sim::Diagnostic& each : read.error()) CHECK(each.code == "T007");
}

TEST_CASE("numbers that do not fit the header are refused") {
    const std::string header = header_to_line(two_port_header());
    for (const char* number :
         {"-1", "4294967296", "18446744073709551615", "1e3", "0x10", "1e400"}) {
        CAPTURE(number);
        CHECK_FALSE(
            sim::header_from_line(
                replaced(header, "\"processors\":8", "\"processors\":" + std::string(number)), "x")
                .has_value());
    }
    const auto no_limit = replaced(header, "\"concurrency\":4", "\"concurrency\":0");
    CHECK(first_code(sim::header_from_line(no_limit, "x")) == "T007");
}

TEST_CASE("a scenario that does not have the hash given for it is refused") {
    const std::string header = header_to_line(two_port_header());
    CHECK(first_code(sim::header_from_line(replaced(header, "quoted", "forged"), "x")) == "T009");
}

TEST_CASE("a header that contradicts itself is refused") {
    const auto code_of = [](const sim::TraceHeader& header) {
        return first_code(sim::header_from_line(header_to_line(header), "x"));
    };
    const sim::TraceHeader good = two_port_header();
    CHECK(code_of(good) == "no error");
    sim::TraceHeader header = good;
    header.threads = {"T1", "T2", "T1"};
    CHECK(code_of(header) == "T011");
    header = good;
    header.threads = {"main"};
    CHECK(code_of(header) == "T011");
    header = good;
    header.ports = {"P", "P"};
    CHECK(code_of(header) == "T011");
    header = good;
    header.backend = "linux";  // which cannot know of blocking as the model does
    CHECK(code_of(header) == "T011");
}

TEST_CASE("only a Windows kernel can give evidence about Windows") {
    sim::TraceHeader header = two_port_header();
    header.windows_evidence = true;
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "T011");
    header.backend = "wine";
    header.blocking = sim::Blocking::none;
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "T011");
    header.backend = "linux";
    header.blocking = sim::Blocking::announced;
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "T011");
    header.backend = "win32";
    header.blocking = sim::Blocking::kernel;
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "no error");
}

TEST_CASE("bad values in facts are errors that name the line") {
    struct Bad {
        const char* fact;
        const char* code;
    };
    for (const Bad& bad : std::initializer_list<Bad>{
             {R"({"seq":1,"t0":9,"t1":5,"ev":"settled"})", "T005"},
             {R"({"seq":1,"t0":"0","t1":5,"ev":"settled"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":7})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"party"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"settled","colour":1})", "T003"},
             {R"({"seq":1,"t0":0,"t0":0,"t1":5,"ev":"settled"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"settled","thread":"T1","thread":"T2"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"thread_started","thread":"T9"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"thread_started","thread":1})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"thread_started","thread":null})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"thread_started","thread":["T1"]})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"depth","port":"P","count":-1})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"depth","port":"P","count":4294967296})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"depth","port":"P","count":1.5})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"depth","port":"P","count":true})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"depth","port":"P","count":"many"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":99999999999999999999,"ev":"settled"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":18446744073709551615,"ev":"settled"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"inserted","port":"P","packet":1,"key":-1})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"block_began","thread":"T1","reason":"lunch"})",
              "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"settled","rule":"W-LIFO-9"})", "T003"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"settled")", "T002"},
             {R"({"seq":1,"t0":0,"t1":5,"ev":"settled"} more)", "T002"},
             {R"({"seq":1,"t0":{"deep":1},"t1":5,"ev":"settled"})", "T003"},
             {R"([{"seq":1}])", "T003"},
             {R"(5)", "T003"},
             {R"({})", "T004"},
             {"", "T002"},
             {"{\"seq\":1,\"t0\":0,\"t1\":5,\"ev\":\"\xff\"}", "T002"}}) {
        CAPTURE(bad.fact);
        const auto read = sim::trace_from_ndjson(file({bad.fact, kEnded}), "x");
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().front().code == bad.code);
        CHECK(read.error().front().line == 2);
        CHECK_FALSE(read.error().front().message.empty());
    }
}

TEST_CASE("deep nesting is refused without deep recursion") {
    const std::string deep(1'000'000, '[');
    CHECK(first_code(sim::trace_from_ndjson(deep + "\n", "x")) == "T001");
    CHECK_FALSE(sim::trace_from_ndjson(file({deep, kEnded}), "x").has_value());
    std::string objects = R"({"iocpscope_trace":1,"host":)";
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    objects += "1" + std::string(100'001, '}');
    CHECK_FALSE(sim::trace_from_ndjson(objects + "\n", "x").has_value());
}

TEST_CASE("of a file that is wrong in every line only the first twenty errors are reported") {
    const std::vector<std::string> lines(500, R"({"seq":1})");
    const auto read = sim::trace_from_ndjson(file(lines), "x");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().size() == 20);
}

TEST_CASE("lines that end as Windows ends them are read") {
    const sim::Trace trace = every_kind();
    std::string text;
    for (const char c : to_ndjson(trace)) {
        if (c == '\n') text += '\r';
        text += c;
    }
    const auto read = sim::trace_from_ndjson(text, "x");
    REQUIRE(read.has_value());
    CHECK(*read == trace);
}

TEST_CASE("a damaged file never crashes the reader, and what loads can be written again") {
    const std::string good = to_ndjson(every_kind());
    const std::string_view marks = "{}[]\",:\n\\09-e";
    sim::Random random(20'260'101);
    const int rounds = long_run() ? 100'000 : 3'000;
    int loaded = 0;
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        std::string text = good;
        for (std::uint64_t damages = 1 + random.below(3); damages > 0; --damages) {
            const std::size_t at = random.below(text.size());
            switch (random.below(4)) {
                case 0: text[at] = static_cast<char>(random.below(256)); break;
                case 1: text.erase(at, 1 + random.below(40)); break;
                case 2: text.insert(at, text.substr(random.below(text.size()), 20)); break;
                default: text.insert(at, 1, marks[random.below(marks.size())]); break;
            }
        }
        const auto read = sim::trace_from_ndjson(text, "x");
        if (!read) {
            REQUIRE_FALSE(read.error().empty());
            continue;
        }
        ++loaded;
        const auto again = sim::trace_from_ndjson(to_ndjson(*read), "x");
        REQUIRE(again.has_value());
        REQUIRE(again->facts == read->facts);
    }
    // Some damage is harmless (another digit); most is not.
    CHECK(loaded > 0);
    CHECK(loaded < rounds / 2);
}

TEST_CASE("the quick way to read a line and the careful way agree on every line") {
    const sim::TraceHeader header = two_port_header();
    const sim::FactParser parser(header);
    const std::string_view marks = "{}[]\",:\\09-eE.u \x01\xC3";
    sim::Random random(7);
    const int rounds = long_run() ? 300'000 : 20'000;
    int accepted = 0;
    for (int round = 0; round < rounds; ++round) {
        std::string line = line_of(header, full_fact(kind_at(random.below(sim::kFactKindCount))));
        for (std::uint64_t damages = random.below(3); damages > 0; --damages) {
            const std::size_t at = random.below(line.size());
            if (random.below(2) == 0)
                line.insert(at, 1, marks[random.below(marks.size())]);
            else
                line[at] = marks[random.below(marks.size())];
        }
        CAPTURE(line);
        sim::FactParser::Line quick;
        const bool read = parser.read(line, quick);
        // A line of more than 512 bytes is always read carefully.
        const auto careful = parser.parse(line + std::string(600, ' '), "x", 2);
        const auto usual = parser.parse(line, "x", 2);
        REQUIRE(usual.has_value() == careful.has_value());
        if (careful) {
            ++accepted;
            REQUIRE(usual->fact == careful->fact);
            REQUIRE(usual->seq == careful->seq);
            if (read) REQUIRE(quick.fact == careful->fact);
        } else {
            REQUIRE_FALSE(read);
            REQUIRE(usual.error().front().code == careful.error().front().code);
            REQUIRE(usual.error().front().message == careful.error().front().message);
        }
    }
    CHECK(accepted > rounds / 3);
    CHECK(accepted < rounds);
}

TEST_CASE("names with quotes, in other scripts and very long ones are read back as written") {
    sim::TraceHeader header = two_port_header();
    header.threads = {"a \"quoted\" \\ name", "Überläufer", std::string(5'000, 'x')};
    for (std::uint32_t t = 0; t < 3; ++t) {
        sim::Fact fact = full_fact(sim::FactKind::parked);
        fact.thread = sim::make_id<sim::ThreadId>(t);
        const auto read = sim::fact_from_line(line_of(header, fact), header, "x", 2);
        REQUIRE(read.has_value());
        CHECK(*read == fact);
    }
}

TEST_CASE("written in blocks a trace has the same bytes, and whoever takes them can stop") {
    sim::Trace trace = every_kind();
    const sim::FactLog some = trace.facts;
    while (trace.facts.size() < 20'000) trace.facts.append(some.begin(), some.end());
    std::string text;
    int blocks = 0;
    to_ndjson(trace, [&](std::string_view block) {
        text += block;
        ++blocks;
        return true;
    });
    CHECK(blocks > 3);
    CHECK(text == to_ndjson(trace));
    int taken = 0;
    to_ndjson(trace, [&](std::string_view) { return ++taken < 2; });
    CHECK(taken == 2);
}

TEST_CASE("a header cannot have more locks than a fact can number") {
    sim::TraceHeader header = two_port_header();
    header.locks.clear();
    for (int i = 0; i < 65'535; ++i) header.locks.push_back("L" + std::to_string(i));
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "no error");
    header.locks.emplace_back("one too many");
    CHECK(first_code(sim::header_from_line(header_to_line(header), "x")) == "T007");
}
