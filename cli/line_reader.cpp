#include "cli/line_reader.hpp"

#include <atomic>
#include <utility>

#include "real/standard_input.hpp"

namespace cli {

// One line at a time goes from the thread that reads to the one that takes.
struct LineReader::Shared {
    enum class Place { empty, full, ended };
    std::atomic<Place> place{Place::empty};
    std::string line;         // handed over by `place`
    real::ManualEvent taken;  // the place is empty again
};

LineReader::LineReader() : shared_(std::make_shared<Shared>()) {
    const bool started = thread_.start("commands", [shared = shared_] {
        real::StandardInput input;
        while (auto line = input.line()) {
            shared->line = std::move(*line);
            shared->taken.reset();
            shared->place.store(Shared::Place::full, std::memory_order_release);
            shared->taken.wait();
        }
        shared->place.store(Shared::Place::ended, std::memory_order_release);
    });
    if (!started) shared_->place = Shared::Place::ended;
}

LineReader::~LineReader() = default;

std::optional<std::string> LineReader::take() {
    if (shared_->place.load(std::memory_order_acquire) != Shared::Place::full) return std::nullopt;
    std::string line = std::move(shared_->line);
    shared_->place.store(Shared::Place::empty, std::memory_order_relaxed);
    shared_->taken.set();
    return line;
}

bool LineReader::ended() const {
    return shared_->place.load(std::memory_order_acquire) == Shared::Place::ended;
}

}  // namespace cli
