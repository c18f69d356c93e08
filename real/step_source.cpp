#include "real/step_source.hpp"

namespace real {
namespace {

// A signal that stops the run wakes nobody here.
constexpr Nanos kBetweenLooks = 50'000'000;

}  // namespace

void StepSource::allow(std::uint64_t steps) {
    allowed_.fetch_add(steps);
    more_.set();
}

void StepSource::allow_all() {
    all_.store(true);
    more_.set();
}

bool StepSource::take(const std::atomic<bool>& stop) {
    for (;;) {
        if (stop.load()) return false;
        more_.reset();  // before the look, so that what comes after it is not missed
        if (all_.load()) return true;
        if (allowed_.load() > taken_) {
            ++taken_;
            return true;
        }
        more_.wait(kBetweenLooks);
    }
}

}  // namespace real
