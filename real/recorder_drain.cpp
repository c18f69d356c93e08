#include "real/recorder_drain.hpp"

#include <algorithm>
#include <utility>

namespace real {
namespace {

// Short enough that a notebook of thousands of facts does not fill up, long enough to disturb
// nobody.
constexpr Nanos kBetweenSweeps = 2'000'000;

}  // namespace

Drain::Drain(std::vector<FactBuffer*> buffers, const sim::TraceHeader& header, RecorderHost& host)
    : buffers_(std::move(buffers)), writer_(header), host_(host) {}

Drain::~Drain() {
    leave_ = true;
    thread_.join();
}

bool Drain::start() {
    return thread_.start("drain", [this] { run(); });
}

void Drain::run() {
    while (!leave_.load(std::memory_order_acquire))
        if (sweep() == 0) sleep_for(kBetweenSweeps);
}

void Drain::finish(sim::Fact ended) {
    leave_ = true;
    thread_.join();
    sweep();
    std::uint64_t dropped = 0;
    for (const FactBuffer* buffer : buffers_) dropped += buffer->dropped();
    ended.amount = static_cast<std::int64_t>(dropped);
    ended.t0 = ended.t1 = std::max(ended.t1, latest_);
    append(ended);
    host_.write(std::exchange(lines_, {}));
}

const std::vector<sim::Fact>& Drain::write_now() {
    sweep();
    return facts_;
}

std::size_t Drain::sweep() {
    facts_.clear();
    for (FactBuffer* buffer : buffers_) buffer->drain(facts_);
    for (const sim::Fact& fact : facts_) append(fact);
    if (!lines_.empty()) host_.write(lines_);
    lines_.clear();
    return facts_.size();
}

void Drain::append(const sim::Fact& fact) {
    latest_ = std::max(latest_, fact.t1);
    writer_.append(lines_, fact, ++seq_);
}

}  // namespace real
