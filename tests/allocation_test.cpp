// A run allocates while it grows to its working size, and not for every event: ten times as many
// packets take as many allocations and as much memory. operator new counts for this executable.
#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include "sim/simulator.hpp"

using namespace sim;  // NOLINT: a test of one namespace

namespace {

struct Heap {
    std::size_t allocations = 0;
    std::size_t bytes = 0;  // in use
    std::size_t most = 0;   // at the same time
};
Heap heap;

// Before each block: how large it is. As large as the strictest alignment, which blocks keep.
constexpr std::size_t kHeader = alignof(std::max_align_t);

void* allocate(std::size_t size) {
    void* block = std::malloc(size + kHeader);
    if (block == nullptr) throw std::bad_alloc();
    *static_cast<std::size_t*>(block) = size;
    ++heap.allocations;
    heap.bytes += size;
    if (heap.bytes > heap.most) heap.most = heap.bytes;
    return static_cast<char*>(block) + kHeader;
}

void release(void* place) {
    if (place == nullptr) return;
    void* block = static_cast<char*>(place) - kHeader;
    heap.bytes -= *static_cast<std::size_t*>(block);
    std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
    return allocate(size);
}
void* operator new[](std::size_t size) {
    return allocate(size);
}
void operator delete(void* place) noexcept {
    release(place);
}
void operator delete[](void* place) noexcept {
    release(place);
}
void operator delete(void* place, std::size_t) noexcept {
    release(place);
}
void operator delete[](void* place, std::size_t) noexcept {
    release(place);
}

namespace {

constexpr std::uint64_t kFew = 2'000;

struct Use {
    std::size_t allocations = 0;
    std::size_t most = 0;  // bytes, beyond those in use before
    std::uint64_t delivered = 0;
    std::size_t max_queue = 0;
};

Use run(const Scenario& scenario) {
    const Heap before = heap;
    heap.most = heap.bytes;
    const Simulation result = simulate(scenario, {.keep_trace = false});
    return {heap.allocations - before.allocations, heap.most - before.bytes,
            result.summary.packets_delivered, result.summary.max_queue};
}

// All times are fixed, so that a longer run has the same longest queue.
void check_steady(const std::string& text) {
    auto scenario = parse_scenario(text, "test.toml");
    REQUIRE_MESSAGE(scenario, render(scenario.error()));
    scenario->stimuli.front().when.count = kFew;
    const Use few = run(*scenario);
    scenario->stimuli.front().when.count = 10 * kFew;
    const Use many = run(*scenario);
    CHECK(few.delivered >= kFew);
    CHECK(many.delivered >= 10 * few.delivered - 20);
    CHECK(many.max_queue == few.max_queue);
    CHECK(many.allocations == few.allocations);
    CHECK(many.most == few.most);
}

const std::string kHead = R"(
format = 1
title = "t"
teaches = "t"
rules = []
time_limit = "1440 min"
[machine]
processors = 2
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
count = 3
)";

}  // namespace

TEST_CASE("this executable counts its allocations") {
    const Heap before = heap;
    { const std::string text(1'000, 'x'); }
    CHECK(heap.allocations == before.allocations + 1);
    CHECK(heap.bytes == before.bytes);
    CHECK(heap.most >= before.bytes + 1'000);
}

TEST_CASE("posted packets that are handled take no allocation each") {
    check_steady(kHead + R"(
[[post]]
count = 1
every = "1 ms"
[[handler]]
steps = [{ cpu = "1500 us" }]
)");
}

TEST_CASE("operations on handles, locks, events and sleeps take no allocation each") {
    check_steady(kHead + R"(
[[device]]
name = "disk"
servers = 2
service = "1500 us"
[[handle]]
name = "file"
port = "P"
key = 7
device = "disk"
[[lock]]
name = "spun"
spin = "100 us"
[[thread]]
name = "waiter"
script = [{wait = "go"}, {reset = "go"}, {block = "300 us"}, {repeat = true}]
[[post]]
count = 1
every = "1 ms"
[[handler]]
key = 0
steps = [{lock = "table"}, {cpu = "200 us"}, {unlock = "table"}, {read = "file"}]
[[handler]]
key = 7
steps = [{lock = "spun"}, {cpu = "300 us"}, {unlock = "spun"}, {set = "go"}, {block = "200 us"}]
)");
}

TEST_CASE("operations that are cancelled, and closed with their handle, take no allocation each") {
    check_steady(kHead + R"(
[[handle]]
name = "file"
port = "P"
key = 7
[[handle]]
name = "short"
port = "P"
key = 8
later = true
[[post]]
count = 1
every = "1 ms"
[[handler]]
key = 0
steps = [
  {read = "file", service = "50 ms"}, {read = "file", service = "50 ms", label = "one"},
  {cancel = "file", label = "one"}, {cancel = "file"},
  {open = "short"}, {read = "short", service = "50 ms"}, {close = "short"},
]
)");
}

TEST_CASE("batches, time-outs and APCs take no allocation each") {
    check_steady(R"(
format = 1
title = "t"
teaches = "t"
rules = []
time_limit = "1440 min"
[machine]
processors = 2
[[port]]
name = "P"
concurrency = 2
[[thread]]
name = "T"
count = 2
script = [{get = "P", batch = 4, timeout = "3 ms", alertable = true}, {repeat = true}]
[[post]]
count = 1
every = "1 ms"
[[handler]]
steps = [{cpu = "1500 us"}, {apc = "T1"}]
)");
}
