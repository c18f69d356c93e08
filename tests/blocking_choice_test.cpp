// Which way of learning that a worker blocks is taken, and what the program says about it; and what
// it says where io_uring is refused.
#include <doctest/doctest.h>

#include <cerrno>
#include <string>

#include "real/blocking.hpp"
#include "real/ring.hpp"

using namespace real;
using sim::Blocking;

namespace {

const BlockingObstacles kNone;
const BlockingObstacles kNoPerf{.observed = "no perf", .sampled = {}};
const BlockingObstacles kNothing{.observed = "no perf", .sampled = "no proc"};

bool says(const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the best that works is taken, and why it is not a better one is said") {
    CHECK(choose_blocking(kNone, {}).blocking == Blocking::observed);
    CHECK(choose_blocking(kNone, {}).why.empty());
    CHECK(choose_blocking(kNoPerf, {}).blocking == Blocking::sampled);
    CHECK(choose_blocking(kNoPerf, {}).why == "no perf");
    CHECK(choose_blocking(kNothing, {}).blocking == Blocking::announced);
    CHECK(choose_blocking(kNothing, {}).why == "no perf; and no proc");
    for (const BlockingObstacles& each : {kNone, kNoPerf, kNothing})
        CHECK_FALSE(choose_blocking(each, {}).refused);
}

TEST_CASE("what was asked for is taken or refused, never replaced") {
    CHECK(choose_blocking(kNone, Blocking::sampled).blocking == Blocking::sampled);
    CHECK(choose_blocking(kNone, Blocking::announced).blocking == Blocking::announced);
    CHECK(choose_blocking(kNoPerf, Blocking::sampled).why == "it was asked for");
    CHECK(choose_blocking(kNoPerf, Blocking::observed).refused);
    CHECK(choose_blocking(kNoPerf, Blocking::observed).why == "no perf");
    CHECK(choose_blocking(kNothing, Blocking::sampled).refused);
    CHECK(choose_blocking(kNothing, Blocking::sampled).why == "no proc");
    CHECK_FALSE(choose_blocking(kNothing, Blocking::announced).refused);
}

TEST_CASE("a refusal says what to type, if typing helps") {
    CHECK(
        says(observed_obstacle(EACCES, "3", 4), "type: sudo sysctl kernel.perf_event_paranoid=2"));
    CHECK(says(observed_obstacle(EPERM, "4", 4), "type: sudo sysctl kernel.perf_event_paranoid=2"));
    // Two is low enough: it is something else that forbids it.
    CHECK_FALSE(says(observed_obstacle(EACCES, "2", 4), "sysctl"));
    CHECK(says(observed_obstacle(EACCES, "2", 4), "outside of the container or sandbox"));
    CHECK(says(observed_obstacle(EMFILE, "2", 9'000), "9000 threads; type: ulimit -n"));
    CHECK(says(observed_obstacle(ENOMEM, "2", 900), "perf_event_mlock_kb"));
    CHECK(says(observed_obstacle(ENOSYS, "", 4), "built without perf_event_open"));
}

TEST_CASE("so does a refusal of io_uring") {
    CHECK(says(io_uring_obstacle(EPERM, "2"), "io_uring_disabled is 2; type: sudo sysctl"));
    CHECK(says(io_uring_obstacle(EPERM, "1"), "io_uring_disabled is 1; type: sudo sysctl"));
    // The setting allows it, or there is none: it is something else that forbids it.
    for (const char* setting : {"0", ""}) {
        CHECK_FALSE(says(io_uring_obstacle(EPERM, setting), "sysctl"));
        CHECK(says(io_uring_obstacle(EPERM, setting), "container or sandbox"));
    }
    CHECK(says(io_uring_obstacle(ENOSYS, ""), "built without it"));
    CHECK(says(io_uring_obstacle(ENOMEM, "0"), "type: ulimit -l"));
    CHECK(says(io_uring_obstacle(EMFILE, "0"), "type: ulimit -n"));
}

TEST_CASE("only our Linux port can be told") {
    Backend wine;
    wine.name = "wine";
    wine.blocking = Blocking::none;
    CHECK(settle_blocking(wine, "", 4).empty());
    CHECK(wine.blocking == Blocking::none);
    CHECK(says(settle_blocking(wine, "observed", 4), "only our Linux port"));
    Backend linux_port;
    linux_port.name = "linux";
    CHECK(settle_blocking(linux_port, "announced", 4).empty());
    CHECK(linux_port.blocking == Blocking::announced);
    CHECK(linux_port.blocking_why == "it was asked for");
    CHECK(says(settle_blocking(linux_port, "guessed", 4), "observed, sampled, announced"));
}
