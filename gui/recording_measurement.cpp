#include "gui/recording_measurement.hpp"

#include <utility>
#include <vector>

#include "gui/text.hpp"
#include "real/port.hpp"
#include "real/recording.hpp"

namespace gui {
namespace {

class RecordingMeasurement final : public Measurement {
public:
    RecordingMeasurement() {
        std::string reasons;
        for (const real::Backend& backend : real::backends()) {
            if (backend.unavailable.empty()) {
                backend_ = backend.name;
                state_.state = Measuring::State::ready;
                state_.backend = backend.lane;
                return;
            }
            reasons += backend.lane + ": " + backend.unavailable + "\n";
        }
        state_.state = Measuring::State::cannot;
        state_.message = std::move(reasons);
    }

    void start(const What& what) override {
        if (backend_.empty() || recording_) return;
        auto started = real::Recording::start({.scenario_text = what.text,
                                               .files = what.files,
                                               .origin = what.name,
                                               .backend = backend_,
                                               .schedule = what.schedule,
                                               .gated = what.gated});
        if (!started) {
            fail(sim::render(started.error()));
            return;
        }
        recording_ = std::move(*started);
        state_.state = Measuring::State::running;
        state_.message.clear();
        state_.facts = 0;
        state_.gated = what.gated;
        state_.next.clear();
    }

    void next() override {
        if (!recording_) return;
        recording_->next();
        state_.next.clear();
    }

    void run_on() override {
        if (!recording_) return;
        recording_->run_on();
        state_.next.clear();
    }

    void stop() override {
        if (recording_) recording_->stop();
    }

    void poll() override {
        if (!recording_) return;
        const bool finished = recording_->poll(0);
        state_.facts = recording_->facts_so_far();
        if (finished) return finish();
        look_for_step();
    }

    [[nodiscard]] std::optional<sim::Trace> take_step() override {
        return std::exchange(step_, std::nullopt);
    }

    [[nodiscard]] Measuring state() const override { return state_; }

    [[nodiscard]] std::optional<sim::Trace> take_result() override {
        return std::exchange(result_, std::nullopt);
    }

private:
    // Has it come to rest, and waits for the next step?
    void look_for_step() {
        if (!state_.gated || !state_.next.empty()) return;
        const std::optional<std::string> next = recording_->waits_with();
        if (!next) return;
        state_.next = *next;
        step_ = recording_->so_far();
    }

    void finish() {
        const std::unique_ptr<real::Recording> recording = std::move(recording_);
        sim::Trace trace = recording->take();
        if (trace.facts.empty()) {
            const std::string& said = recording->child_messages();
            fail(said.empty() ? text(Text::measure_never_began) : said);
            return;
        }
        state_.state = Measuring::State::ready;
        result_ = std::move(trace);
    }

    void fail(std::string message) {
        state_.state = Measuring::State::failed;
        state_.message = std::move(message);
    }

    std::string backend_;
    Measuring state_;
    std::unique_ptr<real::Recording> recording_;  // while it runs
    std::optional<sim::Trace> step_, result_;     // until they are taken
};

}  // namespace

std::unique_ptr<Measurement> make_measurement() {
    return std::make_unique<RecordingMeasurement>();
}

}  // namespace gui
