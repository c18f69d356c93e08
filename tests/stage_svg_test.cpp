// Pictures of stages: golden files for a few, and properties of thousands of random ones. Nothing
// leaves the picture, no tokens or words overlap, every letter can be read from the last row.
#include "sim/stage_svg.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/random.hpp"
#include "sim/svg.hpp"
#include "sim/timeline.hpp"
#include "tests/files.hpp"

namespace {

constexpr int kWidth = 1600, kHeight = 900;

// -- reading a picture back -----------------------------------------------------------------------

std::string attribute(const std::string& line, const std::string& name) {
    const std::size_t at = line.find(" " + name + "=\"");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 3;
    return line.substr(begin, line.find('"', begin) - begin);
}

int number(const std::string& line, const std::string& name) {
    const std::string text = attribute(line, name);
    REQUIRE_FALSE(text.empty());
    return std::stoi(text);
}

std::string unescaped(std::string text) {
    for (const auto& [entity, character] :
         std::initializer_list<std::pair<const char*, const char*>>{
             {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}) {
        for (std::size_t at = 0; (at = text.find(entity, at)) != std::string::npos; ++at)
            text.replace(at, std::string(entity).size(), character);
    }
    return text;
}

struct Words {
    sim::SvgBox box;
    std::string text;
    int size = 0;
};

struct Picture {
    std::vector<sim::SvgBox> rects, tokens;
    std::vector<Words> words;
    std::vector<std::string> lines;  // of the file
};

Words words_of(const std::string& line) {
    Words words;
    const std::size_t begin = line.find('>') + 1;
    words.text = unescaped(line.substr(begin, line.rfind('<') - begin));
    words.size = number(line, "font-size");
    const sim::SvgFont font{.size = words.size, .bold = !attribute(line, "font-weight").empty()};
    const int w = sim::text_width(words.text, font), x = number(line, "x");
    const std::string anchor = attribute(line, "text-anchor");
    const int left = anchor == "start" ? x : anchor == "end" ? x - w : x - w / 2;
    // From the top of a capital to the bottom of a descender.
    words.box = {left, number(line, "y") - words.size * 73 / 100, w, words.size * 95 / 100};
    return words;
}

Picture read_back(const std::string& svg) {
    Picture picture;
    std::istringstream in(svg);
    for (std::string line; std::getline(in, line);) {
        picture.lines.push_back(line);
        if (line.starts_with("<rect x=")) {
            const sim::SvgBox box{number(line, "x"), number(line, "y"), number(line, "width"),
                                  number(line, "height")};
            picture.rects.push_back(box);
            if (attribute(line, "class") == "token") picture.tokens.push_back(box);
        } else if (line.starts_with("<line ")) {
            const int x = std::min(number(line, "x1"), number(line, "x2"));
            const int y = std::min(number(line, "y1"), number(line, "y2"));
            picture.rects.push_back({x, y, std::abs(number(line, "x1") - number(line, "x2")),
                                     std::abs(number(line, "y1") - number(line, "y2"))});
        } else if (line.starts_with("<text ")) {
            picture.words.push_back(words_of(line));
        }
    }
    return picture;
}

bool overlap(const sim::SvgBox& a, const sim::SvgBox& b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}
bool within(const sim::SvgBox& inner, const sim::SvgBox& outer) {
    return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
           inner.bottom() <= outer.bottom();
}

// Empty when the picture keeps all promises, else the first that it breaks.
std::string complaint(const std::string& svg) {
    const Picture picture = read_back(svg);
    const sim::SvgBox page{0, 0, kWidth, kHeight};
    for (const sim::SvgBox& box : picture.rects) {
        if (box.w < 0 || box.h < 0) return "a negative size";
        if (!within(box, page)) return "something leaves the picture";
    }
    for (std::size_t i = 0; i < picture.tokens.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (overlap(picture.tokens[i], picture.tokens[j])) return "two tokens overlap";
    for (std::size_t i = 0; i < picture.words.size(); ++i) {
        const Words& words = picture.words[i];
        if (!within(words.box, page)) return "words leave the picture: " + words.text;
        if (words.size * 40 < kHeight) return "small letters: " + words.text;
        for (std::size_t j = 0; j < i; ++j)
            if (overlap(words.box, picture.words[j].box))
                return "words overlap: " + words.text + " / " + picture.words[j].text;
        for (const sim::SvgBox& token : picture.tokens)
            if (overlap(words.box, token) &&
                !(words.box.x >= token.x - 1 && words.box.right() <= token.right() + 1))
                return "words and token overlap: " + words.text;
    }
    return {};
}

// -- stages ---------------------------------------------------------------------------------------

sim::ThreadId thread(std::size_t i) {
    return sim::make_id<sim::ThreadId>(i);
}

sim::TraceHeader model_header() {
    sim::TraceHeader header;
    header.lane = "Model";
    header.ports = {"P"};
    header.concurrency = {4};
    header.threads = {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"};
    header.events = {"go"};
    return header;
}

// T3 was handed packet 6 just now; T2 sleeps with packet 4; T1 is the last to wait.
sim::Stage busy_stage() {
    sim::StagePort port;
    port.id = sim::make_id<sim::PortId>(0);
    port.limit = 4;
    port.active = 3;
    port.waiting = {{.id = thread(4)}, {.id = thread(0)}};
    port.released = {{.id = thread(3), .hand = sim::PacketId{5}, .cpu = 0},
                     {.id = thread(2), .hand = sim::PacketId{6}, .cpu = 1, .posted_last = true},
                     {.id = thread(5)}};
    port.paused = {{.id = thread(1), .hand = sim::PacketId{4}, .reason = sim::Reason::sleep},
                   {.id = thread(6), .reason = sim::Reason::event, .event = sim::EventId{0}}};
    port.inserted = 6;
    port.delivered = 6;
    sim::Stage stage;
    stage.ports = {port};
    stage.outside = {{.id = thread(7)}};
    return stage;
}

sim::Stage queued_stage() {
    sim::Stage stage = busy_stage();
    sim::StagePort& port = stage.ports[0];
    port.active = 4;
    for (std::uint32_t i = 7; i < 71; ++i) port.queue.push_back({.id = sim::PacketId{i}});
    port.queue_length = 1'000'057;
    port.inserted = 1'000'063;
    return stage;
}

class RandomStages {
public:
    explicit RandomStages(std::uint64_t seed) : random_(seed) {}

    sim::TraceHeader header() {
        sim::TraceHeader header;
        header.lane = random_.below(2) == 0 ? "Our Linux port, not Windows"
                                            : "Recording: Windows kernel, build 26100, elsewhere";
        for (std::size_t i = 0; i < 3; ++i) header.ports.push_back(name());
        for (std::size_t i = 0; i < 50; ++i)
            header.threads.push_back(random_.below(4) == 0 ? name() : "T" + std::to_string(i));
        header.events = {name(), name()};
        return header;
    }
    sim::Stage stage() {
        sim::Stage stage;
        stage.observed = random_.below(2) == 0;
        const std::size_t ports = random_.below(4);
        for (std::size_t p = 0; p < ports; ++p) stage.ports.push_back(port(p, stage.observed));
        stage.outside = threads();
        stage.ended = threads();
        stage.not_started = random_.below(3) * random_.below(1'000'000);
        return stage;
    }

private:
    // Magnitudes as they come, from none to very many.
    std::uint64_t some(std::uint64_t most) {
        return random_.below(4) == 0 ? random_.below(most)
                                     : random_.below(std::min<std::uint64_t>(most, 6));
    }
    std::string name() {
        std::string name;
        for (std::uint64_t n = 1 + some(64); n > 0; --n)
            name += std::vector<std::string>{"W", "i",    "m",    "Ä", "漢", "<",
                                             "&", "\x01", "\xff", "_", "9"}[random_.below(11)];
        return name;
    }
    std::vector<sim::StageThread> threads() {
        std::vector<sim::StageThread> threads(some(50));
        for (sim::StageThread& each : threads) {
            each.id = thread(random_.below(50));
            if (random_.below(2) == 0)
                each.hand = sim::PacketId{static_cast<std::uint32_t>(1 + some(0xFFFFFFFE))};
            each.cpu = static_cast<std::int32_t>(some(1'000)) - 1;
            each.reason = static_cast<sim::Reason>(random_.below(7));
            each.event = static_cast<sim::EventId>(static_cast<std::uint32_t>(random_.below(2)));
            each.posted_last = random_.below(8) == 0;
        }
        return threads;
    }
    sim::StagePort port(std::size_t number, bool observed) {
        sim::StagePort port;
        port.id = sim::make_id<sim::PortId>(number);
        port.limit = static_cast<std::uint32_t>(1 + some(0xFFFFFFFE));
        port.active = static_cast<std::uint32_t>(some(100'000));
        port.waiting = threads();
        port.released = threads();
        port.paused = threads();
        if (observed) port.in_call = threads();
        port.queue_length = some(2'000'000'000);
        const std::uint32_t first = static_cast<std::uint32_t>(1 + some(4'000'000'000));
        for (std::uint32_t i = 0; i < port.queue_length && i < sim::kStageQueueShown; ++i)
            port.queue.push_back({.id = sim::PacketId{first + i}});
        port.inserted = some(1'000'000'000'000'000);
        port.discarded = some(1'000'000'000);
        port.closed = random_.below(6) == 0;
        return port;
    }

    sim::Random random_;
};

std::string golden_difference(const std::string& name, const std::string& svg) {
    return test::differs_from_golden(test::source_dir() / "tests" / "golden" / name, svg);
}

}  // namespace

TEST_CASE("the picture of a stage has not changed") {
    CHECK(golden_difference("stage-model.svg",
                            sim::stage_svg(model_header(), busy_stage(), "Last in, first out",
                                           "packet 6 goes straight to T3, on top of the waiting "
                                           "threads of P")) == "");
}

TEST_CASE("the picture of two lanes has not changed") {
    const sim::TraceHeader left = model_header();
    sim::TraceHeader right = model_header();
    right.lane = "Our Linux port, not Windows";
    const sim::Stage model = queued_stage();
    sim::Stage measured = queued_stage();
    measured.observed = true;
    measured.ports[0].in_call = {{.id = thread(7)}};
    measured.outside.clear();
    const std::string svg =
        sim::stage_svg({left, model, "packet 6 goes straight to T3"},
                       {right, measured, "T3 returns with packet 6"}, "Last in, first out",
                       "Model and our Linux port agree; no evidence about Windows.");
    CHECK(golden_difference("stage-two-lanes.svg", svg) == "");
    CHECK(complaint(svg) == "");
}

TEST_CASE("an empty stage is a picture too") {
    CHECK(complaint(sim::stage_svg({}, {}, "", "")) == "");
}

TEST_CASE("random stages: nothing leaves the picture, nothing overlaps, all can be read") {
    const int rounds = std::getenv("IOCPSCOPE_LONG") != nullptr ? 4'000 : 400;
    RandomStages random(7);
    for (int round = 0; round < rounds; ++round) {
        CAPTURE(round);
        const sim::TraceHeader left = random.header(), right = random.header();
        const sim::Stage model = random.stage(), measured = random.stage();
        const std::string title = left.ports[0] + " " + left.threads[1];
        REQUIRE(complaint(sim::stage_svg(left, model, title, "a caption " + title)) == "");
        REQUIRE(complaint(sim::stage_svg({left, model, title}, {right, measured, ""}, title,
                                         "a badge " + title)) == "");
    }
}

TEST_CASE("the complaints above are really made") {
    const std::string good = sim::stage_svg(model_header(), busy_stage(), "t", "c");
    REQUIRE(complaint(good) == "");
    const std::string token =
        "<rect x=\"40\" y=\"180\" width=\"60\" height=\"40\" class=\"token\"/>\n";
    const auto with = [&](const std::string& more) {
        return complaint(good.substr(0, good.rfind("</svg>")) + more + "</svg>\n");
    };
    CHECK(with(token + token) == "two tokens overlap");
    CHECK(with("<rect x=\"1590\" y=\"0\" width=\"20\" height=\"4\"/>\n") ==
          "something leaves the picture");
    CHECK(with("<text x=\"800\" y=\"885\" font-size=\"12\" text-anchor=\"middle\">tiny</text>\n") ==
          "small letters: tiny");
    const std::string words =
        "<text x=\"8\" y=\"24\" font-size=\"24\" text-anchor=\"start\">a</text>\n";
    CHECK(with(words + words).starts_with("words overlap"));
}

TEST_CASE("what has no room is counted, and the counts are right") {
    sim::Stage stage = queued_stage();
    for (std::size_t i = 0; i < 57; ++i) stage.ports[0].waiting.push_back({.id = thread(i % 8)});
    const Picture picture = read_back(sim::stage_svg(model_header(), stage, "t", "c"));
    std::size_t packets = 0, piled_packets = 0, piled_waiting = 0;
    for (const Words& words : picture.words) {
        const bool pile = words.text.starts_with("+");
        const bool left = words.box.x < kWidth / 3;
        if (pile && left) piled_packets = std::stoul(words.text);
        if (pile && !left) piled_waiting = std::stoul(words.text);
    }
    for (std::uint32_t i = 7; i < 71; ++i)
        for (const Words& words : picture.words)
            if (words.text == std::to_string(i) && words.box.x < kWidth / 3) ++packets;
    CHECK(packets > 0);
    CHECK(packets + piled_packets == 1'000'057);
    CHECK(piled_waiting > 0);
    CHECK(piled_waiting < 59);
}

TEST_CASE("the oldest packet stands at the exit of the queue") {
    sim::Stage stage = busy_stage();
    stage.ports[0].queue = {{.id = sim::PacketId{101}}, {.id = sim::PacketId{102}}};
    stage.ports[0].queue_length = 2;
    const Picture picture = read_back(sim::stage_svg(model_header(), stage, "t", "c"));
    const auto place = [&](const std::string& label) {
        for (const Words& words : picture.words)
            if (words.text == label) return words.box.x;
        return -1;
    };
    CHECK(place("102") > 0);
    CHECK(place("101") > place("102"));
}

TEST_CASE("the thread that began to wait last is on top and next to wake (W-LIFO-1)") {
    sim::Stage stage = busy_stage();
    stage.ports[0].waiting = {{.id = thread(0)}, {.id = thread(1)}, {.id = thread(2)}};
    stage.ports[0].released.clear();
    stage.ports[0].paused.clear();
    const Picture picture = read_back(sim::stage_svg(model_header(), stage, "t", "c"));
    const auto place = [&](const std::string& label) {
        for (const Words& words : picture.words)
            if (words.text == label) return words.box.middle_y();
        return -1;
    };
    CHECK(place("T3") > 0);
    CHECK(place("T3") < place("T2"));
    CHECK(place("T2") < place("T1"));
    CHECK(std::abs(place("◄ next to wake") - place("T3")) < 8);
}

TEST_CASE("an observed lane says so and does not claim to know who wakes next") {
    sim::Stage stage = busy_stage();
    sim::TraceHeader header = model_header();
    header.lane = "Our Linux port, not Windows";
    const std::string model = sim::stage_svg(header, stage, "t", "c");
    stage.observed = true;
    const std::string observed = sim::stage_svg(header, stage, "t", "c");
    CHECK(model.find("next to wake") != std::string::npos);
    CHECK(observed.find("next to wake") == std::string::npos);
    CHECK(observed.find("Our Linux port, not Windows — as observed") != std::string::npos);
    CHECK(observed.find("Seen waiting") != std::string::npos);
    CHECK(observed.find("In the call") != std::string::npos);
}

TEST_CASE("text from a file cannot become markup") {
    sim::TraceHeader header = model_header();
    header.threads[2] = "</text><script>";
    header.lane = "a & b < c";
    const std::string svg = sim::stage_svg(header, busy_stage(), "\"<&>\"\x01\xff", "</svg>");
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find("a &amp; b &lt; c") != std::string::npos);
    CHECK(svg.find('\x01') == std::string::npos);
    CHECK(svg.find('\xff') == std::string::npos);
    CHECK(svg.find("</svg>") == svg.size() - 7);
}

TEST_CASE("of several ports the one where somebody acted is drawn, the others are told") {
    sim::TraceHeader header = model_header();
    header.ports = {"P", "Q"};
    sim::Stage stage = busy_stage();
    sim::StagePort idle;
    idle.id = sim::make_id<sim::PortId>(0);
    stage.ports.insert(stage.ports.begin(), idle);
    stage.ports[1].id = sim::make_id<sim::PortId>(1);
    CHECK(sim::shown_port(stage) == 1);
    CHECK(sim::stage_svg(header, stage, "t", "c").find("port P: 0 / 1 active") !=
          std::string::npos);
    for (sim::StageThread& each : stage.ports[1].released) each.posted_last = false;
    CHECK(sim::shown_port(stage) == 0);
}

TEST_CASE("text is shortened, wrapped and fitted by its width") {
    const sim::SvgFont font{.size = 24};
    CHECK(sim::text_width("", font) == 0);
    CHECK(sim::text_width("WWW", font) > sim::text_width("iii", font));
    CHECK(sim::text_width("ab", {.size = 24, .bold = true}) > sim::text_width("ab", font));
    CHECK(sim::shortened("short", font, 500) == "short");
    const std::string cut = sim::shortened("a rather long sentence", font, 120);
    CHECK(cut.ends_with("…"));
    CHECK(sim::text_width(cut, font) <= 120);
    const auto lines = sim::wrapped("one two three four five six seven", font, 130, 3);
    CHECK(lines.size() == 3);
    for (const std::string& line : lines) CHECK(sim::text_width(line, font) <= 130);
    CHECK(sim::wrapped("", font, 100, 2).empty());
    CHECK(sim::fitting("a long text", {.size = 60}, 100, 23).size >= 23);
}

TEST_CASE("a port with two handles is drawn once, by both names") {
    sim::TraceHeader header;
    header.lane = "Model";
    header.ports = {"P", "second", "Q"};
    header.concurrency = {2, 2, 1};
    header.port_same_as = {sim::PortId::none, sim::PortId{0}, sim::PortId::none};
    sim::Trace trace{.header = header, .facts = {}, .truncated = false};
    for (const std::size_t p : {0u, 2u})
        trace.facts.push_back({.kind = sim::FactKind::port_created,
                               .port = sim::make_id<sim::PortId>(p),
                               .number = header.concurrency[p]});
    trace.facts.push_back({.kind = sim::FactKind::port_duplicated, .port = sim::PortId{1}});
    trace.facts.push_back({.kind = sim::FactKind::port_closed, .port = sim::PortId{0}});
    const sim::Lane lane{std::move(trace)};
    const auto picture = [&](std::size_t step) {
        return sim::stage_svg(header, lane.stage_at(step), "title", "caption");
    };
    CHECK(picture(2).find("port P<") != std::string::npos);
    CHECK(picture(3).find("port P, second<") != std::string::npos);
    CHECK(picture(4).find("port second<") != std::string::npos);  // all that is left of it
    for (const std::size_t step : {2u, 3u, 4u}) {
        CHECK(picture(step).find("port Q: 0 / 1 active") != std::string::npos);
        CHECK(picture(step).find("port second: ") == std::string::npos);
    }
}
