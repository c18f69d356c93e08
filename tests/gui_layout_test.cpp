// Where things stand: nothing overlaps, nothing leaves its box, whatever the size of the window and
// however much there is to show (gui/stage_layout.hpp, gui/frame_layout.hpp, gui/grid.hpp).
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "gui/frame_layout.hpp"
#include "gui/grid.hpp"
#include "gui/stage_layout.hpp"

namespace {

using gui::Place;
using gui::Rect;
using gui::StageLayout;

struct Size {
    float w, h;
};
constexpr Size kSizes[] = {{1024, 640},  {1280, 800},  {1366, 768},
                           {1920, 1080}, {1600, 1200}, {3840, 2160}};

sim::TraceHeader header_of(std::size_t threads, const std::string& prefix) {
    sim::TraceHeader header;
    header.ports = {"P", "Q"};
    header.concurrency = {4, 2};
    header.events = {"go"};
    for (std::size_t i = 0; i < threads; ++i)
        header.threads.push_back(prefix + std::to_string(i + 1));
    return header;
}

// A stage in which every thread is in one place only, and so is every packet.
sim::Stage random_stage(std::mt19937& random, std::size_t threads, std::size_t packets) {
    sim::Stage stage;
    stage.observed = random() % 2 == 0;
    stage.not_started = random() % 3;
    stage.ports.resize(1 + random() % 2);
    std::uint32_t packet = 1;
    for (sim::StagePort& port : stage.ports) {
        port.limit = static_cast<std::uint32_t>(1 + random() % 12);
        port.active = static_cast<std::uint32_t>(random() % 14);
    }
    for (std::uint32_t i = 0; i < threads; ++i) {
        sim::StageThread thread;
        thread.id = sim::ThreadId{i};
        thread.cpu = static_cast<std::int32_t>(random() % 5) - 1;
        thread.reason = static_cast<sim::Reason>(random() % 7);
        thread.event = sim::EventId{0};
        sim::StagePort& port = stage.ports[random() % stage.ports.size()];
        const auto place = random() % 6;
        if (place >= 2 && place <= 3 && random() % 4 != 0) thread.hand = sim::PacketId{packet++};
        if (place == 0) stage.outside.push_back(thread);
        if (place == 1) port.waiting.push_back(thread);
        if (place == 2) port.released.push_back(thread);
        if (place == 3) port.paused.push_back(thread);
        if (place == 4) stage.ended.push_back(thread);
        if (place == 5) port.in_call.push_back(thread);
    }
    for (sim::StagePort& port : stage.ports) {
        port.queue_length = packets;
        for (std::size_t i = 0; i < packets && i < sim::kStageQueueShown; ++i) {
            port.queue.push_back({.id = sim::PacketId{packet++}});
        }
        packet += static_cast<std::uint32_t>(packets);
    }
    return stage;
}

void require_tidy(const StageLayout& layout) {
    for (std::size_t i = 0; i < gui::kPlaceCount; ++i) {
        const auto& box = layout.places[i];
        REQUIRE(layout.frame.contains(box.rect));
        REQUIRE(box.rect.contains(box.content));
        REQUIRE_FALSE(box.rect.overlaps(layout.header));
        for (std::size_t j = 0; j < i; ++j) {
            REQUIRE_FALSE(box.rect.overlaps(layout.places[j].rect));
        }
    }
    std::vector<Rect> taken;
    for (const gui::Token& token : layout.tokens) {
        const Rect& content = layout.at(token.place).content;
        CAPTURE(token.label);
        CAPTURE(static_cast<int>(token.place));
        REQUIRE(token.rect.w > 0);
        REQUIRE(token.rect.h > 0);
        REQUIRE(content.contains(token.rect));
        for (const Rect& other : taken) REQUIRE_FALSE(token.rect.overlaps(other));
        taken.push_back(token.rect);
        if (token.note.empty()) continue;
        REQUIRE(content.contains(token.note_rect));
        for (const Rect& other : taken) REQUIRE_FALSE(token.note_rect.overlaps(other));
        taken.push_back(token.note_rect);
    }
    for (const Rect& slot : layout.slots) REQUIRE(layout.at(Place::gate).rect.contains(slot));
    REQUIRE(layout.at(Place::queue).rect.contains(layout.pipe));
}

// Shown and counted together are as many as there are.
void require_complete(const StageLayout& layout, Place place, std::size_t expected) {
    std::size_t shown = 0;
    for (const gui::Token& token : layout.tokens) {
        if (token.place != place || token.look == gui::Look::empty_hand) continue;
        if (token.look == gui::Look::more) {
            shown += std::stoul(token.label.substr(1));
        } else if (token.is_packet == (place == Place::queue)) {
            ++shown;
        }
    }
    CHECK(shown == expected);
}

TEST_CASE("nothing overlaps and nothing leaves its box, from a small window to a large screen") {
    std::mt19937 random(11);
    const std::size_t thread_counts[] = {0, 1, 4, 7, 16, 60, 400};
    const std::size_t packet_counts[] = {0, 1, 5, 64, 5'000'000};
    for (const Size size : kSizes) {
        for (const float scale : {0.75F, 1.0F, 2.0F, 3.0F}) {
            const gui::FrameLayout frame = gui::layout_frame(size.w, size.h, scale);
            for (const std::size_t threads : thread_counts) {
                for (const std::size_t packets : packet_counts) {
                    const std::string prefix = random() % 3 == 0 ? "long-worker-name-" : "T";
                    const sim::TraceHeader header = header_of(threads, prefix);
                    const sim::Stage stage = random_stage(random, threads, packets);
                    require_tidy(
                        gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em));
                }
            }
        }
    }
}

TEST_CASE("what has no room of its own is counted") {
    std::mt19937 random(5);
    const gui::FrameLayout frame = gui::layout_frame(1280, 800, 1);
    for (const std::size_t threads : {3, 40, 400}) {
        const sim::TraceHeader header = header_of(threads, "T");
        const sim::Stage stage = random_stage(random, threads, 5'000'000);
        const StageLayout layout =
            gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em);
        const sim::StagePort& port = stage.ports[0];
        require_complete(layout, Place::queue, 5'000'000);
        require_complete(layout, Place::waiting, port.waiting.size());
        require_complete(layout, Place::released, port.released.size());
        require_complete(layout, Place::paused, port.paused.size());
    }
}

TEST_CASE("four threads have room in every place, each with its note") {
    const gui::FrameLayout frame = gui::layout_frame(1280, 800, 1);
    const sim::TraceHeader header = header_of(4, "T");
    sim::Stage stage;
    stage.ports.resize(1);
    for (std::uint32_t i = 0; i < 4; ++i) {
        sim::StageThread thread;
        thread.id = sim::ThreadId{i};
        thread.hand = sim::PacketId{i + 1};
        thread.reason = sim::Reason::sleep;
        stage.ports[0].paused.push_back(thread);
    }
    const StageLayout layout =
        gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em);
    int with_note = 0;
    for (const gui::Token& token : layout.tokens) {
        CHECK(token.look != gui::Look::more);
        with_note += token.note.empty() ? 0 : 1;
    }
    CHECK(with_note == 4);
}

TEST_CASE("the thread that wakes next is on top, nearest to the gate, and only the model says so") {
    const gui::FrameLayout frame = gui::layout_frame(1280, 800, 1);
    const sim::TraceHeader header = header_of(3, "T");
    sim::Stage stage;
    stage.ports.resize(1);
    for (std::uint32_t i = 0; i < 3; ++i) {
        sim::StageThread thread;
        thread.id = sim::ThreadId{i};
        stage.ports[0].waiting.push_back(thread);
    }
    StageLayout layout = gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em);
    const gui::Token* top = nullptr;
    for (const gui::Token& token : layout.tokens) {
        if (token.place != Place::waiting) continue;
        if (top == nullptr || token.rect.y < top->rect.y) top = &token;
    }
    REQUIRE(top != nullptr);
    CHECK(top->label == "T3");
    CHECK_FALSE(top->note.empty());
    stage.observed = true;
    layout = gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em);
    for (const gui::Token& token : layout.tokens) CHECK(token.note.empty());
}

TEST_CASE("both lanes have the same geometry") {
    const gui::FrameLayout frame = gui::layout_frame(1920, 1080, 1);
    const sim::TraceHeader header = header_of(2, "T");
    const sim::Stage stage;
    const auto left = gui::layout_stage(stage, 0, header, frame.left_stage, frame.stage_em);
    const auto right = gui::layout_stage(stage, 0, header, frame.right_stage, frame.stage_em);
    const float shift = frame.right_stage.x - frame.left_stage.x;
    for (std::size_t i = 0; i < gui::kPlaceCount; ++i) {
        CHECK(right.places[i].rect.x - left.places[i].rect.x == doctest::Approx(shift));
        CHECK(right.places[i].rect.y == doctest::Approx(left.places[i].rect.y));
        CHECK(right.places[i].rect.w == doctest::Approx(left.places[i].rect.w));
    }
}

TEST_CASE("the panels of the window do not overlap and stay inside it") {
    for (const Size size : kSizes) {
        for (const float scale : gui::kScales) {
            const gui::FrameLayout f = gui::layout_frame(size.w, size.h, scale);
            CAPTURE(size.w);
            CAPTURE(scale);
            const Rect window{0, 0, size.w, size.h};
            const Rect panels[] = {f.top,    f.left_stage, f.right_stage, f.card,
                                   f.events, f.dispatches, f.transport};
            for (const Rect& a : panels) {
                if (a.empty()) continue;
                CHECK(window.contains(a));
                for (const Rect& b : panels) {
                    if (&a != &b && !b.empty()) CHECK_FALSE(a.overlaps(b));
                }
            }
        }
    }
}

TEST_CASE("text at scale 1 is a fortieth of the window's height, on the stages too") {
    for (const Size size : {Size{1280, 800}, Size{1920, 1080}, Size{3840, 2160}, Size{1024, 640}}) {
        const gui::FrameLayout frame = gui::layout_frame(size.w, size.h, 1);
        CAPTURE(size.w);
        CHECK(frame.em >= size.h / 40 - 0.5F);
        CHECK(frame.stage_em >= size.h / 40 - 1);
    }
}

TEST_CASE("the scale steps up and down through its range and stops at the ends") {
    float scale = gui::kMinScale;
    std::set<float> seen{scale};
    for (int i = 0; i < 20; ++i) seen.insert(scale = gui::next_scale(scale, 1));
    CHECK(scale == gui::kMaxScale);
    CHECK(seen.count(1) == 1);
    for (int i = 0; i < 20; ++i) scale = gui::next_scale(scale, -1);
    CHECK(scale == gui::kMinScale);
}

TEST_CASE("a grid takes the roomiest cells that hold all, else it counts the rest") {
    const Rect box{0, 0, 100, 100};
    const gui::CellSize cells[] = {{100, 50}, {50, 25}};
    CHECK(gui::place_in_grid(box, 2, cells).choice == 0);
    const gui::Grid eight = gui::place_in_grid(box, 8, cells);
    CHECK(eight.choice == 1);
    CHECK(eight.hidden == 0);
    const gui::Grid nine = gui::place_in_grid(box, 9, cells);
    CHECK(nine.cells.size() == 7);
    CHECK(nine.hidden == 2);
    CHECK_FALSE(nine.more.empty());
    const gui::Grid none = gui::place_in_grid({0, 0, 10, 10}, 3, cells);
    CHECK(none.cells.empty());
    CHECK(none.hidden == 3);
}

}  // namespace
