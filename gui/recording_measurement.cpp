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

    void start(const std::string& scenario_text, const std::string& scenario_name,
               const Files& files) override {
        if (backend_.empty() || recording_) return;
        auto started = real::Recording::start({.scenario_text = scenario_text,
                                               .files = files,
                                               .origin = scenario_name,
                                               .backend = backend_});
        if (!started) {
            fail(sim::render(started.error()));
            return;
        }
        recording_ = std::move(*started);
        state_.state = Measuring::State::running;
        state_.message.clear();
        state_.facts = 0;
    }

    void stop() override {
        if (recording_) recording_->stop();
    }

    void poll() override {
        if (!recording_) return;
        const bool finished = recording_->poll(0);
        state_.facts = recording_->facts_so_far();
        if (finished) finish();
    }

    [[nodiscard]] Measuring state() const override { return state_; }

    [[nodiscard]] std::optional<sim::Trace> take_result() override {
        return std::exchange(result_, std::nullopt);
    }

private:
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
    std::optional<sim::Trace> result_;            // until it is taken
};

}  // namespace

std::unique_ptr<Measurement> make_measurement() {
    return std::make_unique<RecordingMeasurement>();
}

}  // namespace gui
