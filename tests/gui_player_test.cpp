// The cursor (gui/player.hpp), the alignment of two lanes (gui/alignment.hpp) and the key table.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <tuple>

#include "gui/alignment.hpp"
#include "gui/key_queue.hpp"
#include "gui/keys.hpp"
#include "gui/player.hpp"

namespace {

using gui::Alignment;
using gui::Moment;
using gui::Player;
using sim::Fact;
using sim::FactKind;

Fact fact(FactKind kind, std::uint32_t thread, std::uint32_t packet = 0) {
    Fact f;
    f.kind = kind;
    f.thread = sim::ThreadId{thread};
    f.packet = sim::PacketId{packet};
    return f;
}

bool evidence(const Fact& fact) {
    return sim::info(fact.kind).fact_class == sim::FactClass::evidence &&
           fact.kind != FactKind::ended;
}

// Only what an observer saw may be passed over: more than one fact in one moment.
void require_moved(const sim::Trace& trace, std::uint32_t from, std::uint32_t to) {
    REQUIRE(from <= to);
    for (std::uint32_t i = from; to - from > 1 && i < to; ++i) REQUIRE(evidence(trace.facts[i]));
}

// Every step of each lane is reached in order, nobody goes back, both ends are there.
void require_walkable(const Alignment& alignment, const sim::Trace& left, const sim::Trace& right) {
    REQUIRE(alignment.at(0) == Moment{0, 0});
    REQUIRE(alignment.at(alignment.last()).left == left.facts.size());
    REQUIRE(alignment.at(alignment.last()).right == right.facts.size());
    for (std::size_t i = 1; i <= alignment.last(); ++i) {
        const Moment a = alignment.at(i - 1), b = alignment.at(i);
        require_moved(left, a.left, b.left);
        require_moved(right, a.right, b.right);
        REQUIRE((b.left - a.left) + (b.right - a.right) >= 1);
    }
    for (std::size_t step = 0; step <= left.facts.size(); ++step) {
        const std::size_t reached = alignment.at(alignment.of_left(step)).left;
        REQUIRE(reached >= step);
        REQUIRE((reached == step || evidence(left.facts[step])));
    }
    for (std::size_t step = 0; step <= right.facts.size(); ++step) {
        const std::size_t reached = alignment.at(alignment.of_right(step)).right;
        REQUIRE(reached >= step);
        REQUIRE((reached == step || evidence(right.facts[step])));
    }
}

TEST_CASE("a player opens paused at the start") {
    const Player player(10);
    CHECK_FALSE(player.playing());
    CHECK(player.cursor() == 0);
}

TEST_CASE("stepping stays inside the run and pauses") {
    Player player(3);
    player.step(-1);
    CHECK(player.cursor() == 0);
    player.toggle_play();
    player.step(2);
    CHECK(player.cursor() == 2);
    CHECK_FALSE(player.playing());
    player.step(5);
    CHECK(player.cursor() == 3);
    player.step(-100);
    CHECK(player.cursor() == 0);
    player.seek(99);
    CHECK(player.cursor() == 3);
}

TEST_CASE("playing moves with the time that passes and stops at the end") {
    Player player(4);
    player.toggle_play();
    const double step = 1 / player.steps_per_second();
    player.advance(step * 0.6);
    CHECK(player.cursor() == 0);
    player.advance(step * 0.6);
    CHECK(player.cursor() == 1);
    player.advance(step * 100);
    CHECK(player.cursor() == 4);
    CHECK_FALSE(player.playing());
}

TEST_CASE("the end is not a trap: playing there starts again") {
    Player player(4);
    player.seek(4);
    player.toggle_play();
    CHECK(player.cursor() == 0);
    CHECK(player.playing());
}

TEST_CASE("a run without steps cannot be played") {
    Player player(0);
    player.toggle_play();
    CHECK_FALSE(player.playing());
    player.step(1);
    CHECK(player.cursor() == 0);
}

TEST_CASE("each notch doubles or halves the speed, within limits") {
    Player player(4);
    const double speed = player.steps_per_second();
    player.change_speed(1);
    CHECK(player.steps_per_second() == doctest::Approx(2 * speed));
    player.change_speed(-2);
    CHECK(player.steps_per_second() == doctest::Approx(speed / 2));
    player.change_speed(-1000);
    CHECK(player.steps_per_second() >= 0.1);
    player.change_speed(1000);
    CHECK(player.steps_per_second() < 1e5);
}

TEST_CASE("one lane alone: a moment is a step") {
    sim::Trace trace;
    trace.facts = std::vector<sim::Fact>(5, fact(FactKind::computing, 0));
    const Alignment alignment(trace);
    CHECK(alignment.last() == 5);
    CHECK(alignment.at(3) == Moment{3, 0});
    CHECK(alignment.of_left(4) == 4);
    CHECK(Alignment().last() == 0);
}

TEST_CASE("posts and returns of the same packet happen at the same moment") {
    sim::Trace model, measured;
    model.facts = {fact(FactKind::get_called, 0),     fact(FactKind::associated, 0),
                   fact(FactKind::waits, 0),          fact(FactKind::posted, 9, 1),
                   fact(FactKind::handed_off, 0, 1),  fact(FactKind::get_returned, 0, 1),
                   fact(FactKind::posted, 9, 2),      fact(FactKind::inserted, 9, 2),
                   fact(FactKind::get_called, 0),     fact(FactKind::taken, 0, 2),
                   fact(FactKind::get_returned, 0, 2)};
    measured.facts = {fact(FactKind::get_called, 0),      fact(FactKind::parked, 0),
                      fact(FactKind::settled, 0),         fact(FactKind::posted, 9, 1),
                      fact(FactKind::get_returned, 0, 1), fact(FactKind::posted, 9, 2),
                      fact(FactKind::get_called, 0),      fact(FactKind::get_returned, 0, 2)};
    const Alignment alignment(model, measured);
    require_walkable(alignment, model, measured);
    CHECK(alignment.of_left(4) == alignment.of_right(4));   // packet 1 is posted
    CHECK(alignment.of_left(6) == alignment.of_right(5));   // … and returned
    CHECK(alignment.of_left(7) == alignment.of_right(6));   // packet 2 is posted
    CHECK(alignment.of_left(11) == alignment.of_right(8));  // … and returned
}

TEST_CASE("lanes that tell things in another order are both walked to their ends") {
    std::mt19937 random(7);
    for (int run = 0; run < 200; ++run) {
        sim::Trace left, right;
        const auto make = [&](sim::Trace& trace) {
            const auto length = random() % 60;
            for (unsigned i = 0; i < length; ++i) {
                const auto kind = static_cast<FactKind>(random() % sim::kFactKindCount);
                trace.facts.push_back(fact(kind, static_cast<std::uint32_t>(random() % 3),
                                           static_cast<std::uint32_t>(1 + random() % 9)));
            }
        };
        make(left);
        make(right);
        require_walkable(Alignment(left, right), left, right);
    }
}

TEST_CASE("an empty lane beside a full one is walked too") {
    sim::Trace left, right;
    right.facts = std::vector<sim::Fact>(5, fact(FactKind::parked, 0));
    require_walkable(Alignment(left, right), left, right);
    require_walkable(Alignment(right, left), right, left);
}

TEST_CASE("what an observer saw is one moment, however many facts tell it") {
    sim::Trace trace;
    trace.facts = {fact(FactKind::get_called, 0), fact(FactKind::parked, 0),
                   fact(FactKind::parked, 1),     fact(FactKind::settled, 0),
                   fact(FactKind::posted, 9, 1),  fact(FactKind::ended, 0)};
    const Alignment alignment(trace);
    CHECK(alignment.last() == 4);
    CHECK(alignment.of_left(2) == alignment.of_left(4));
    require_walkable(alignment, trace, sim::Trace{});
}

TEST_CASE("no key is bound twice, and every binding does something") {
    std::set<std::tuple<int, char, bool, bool>> seen;
    for (const gui::KeyBinding& binding : gui::key_bindings()) {
        CAPTURE(std::string(binding.shown));
        CHECK((binding.key != 0) != (binding.character != 0));
        CHECK((binding.act != nullptr));
        CHECK(seen.insert({binding.key, binding.character, binding.shift, binding.ctrl}).second);
    }
}

}  // namespace

TEST_CASE("keys pressed and let go while one frame is drawn are dealt out to the next ones") {
    constexpr int right = gui::key::right, ctrl = 341, down = 1, up = 0;
    gui::KeyQueue keys;
    const auto press = [&](int key, int action) { keys.push({.key = key, .action = action}); };
    for (int i = 0; i < 3; ++i) {
        press(right, down);
        press(right, up);
    }
    int presses = 0;
    while (!keys.empty()) {
        const auto frame = keys.next_frame();
        REQUIRE_FALSE(frame.empty());
        int in_frame = 0;
        for (const gui::KeyEvent& event : frame) in_frame += event.action == down ? 1 : 0;
        CHECK(in_frame <= 1);
        presses += in_frame;
    }
    CHECK(presses == 3);

    // Ctrl goes up only in the frame after the key was seen with it; a character follows its key.
    press(ctrl, down);
    press('0', down);
    keys.push({.character = '0'});
    press(ctrl, up);
    press('0', up);
    CHECK(keys.next_frame().size() == 3);
    CHECK(keys.next_frame().size() == 2);
    CHECK(keys.next_frame().empty());
}
