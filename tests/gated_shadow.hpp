// A gated run as it is written down, and the port model that does each of its steps too: what comes
// out of a step, and the state after it, must be the same.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "real/recorder.hpp"
#include "sim/gated.hpp"
#include "sim/port_model.hpp"
#include "sim/trace_io.hpp"

namespace test {

class Shadow final : public real::RecorderHost {
public:
    explicit Shadow(sim::Policies policies = {}) : model_(policies) {}

    void write(std::string_view lines) override {
        text += lines;
        for (std::size_t end; (end = lines.find('\n')) != std::string_view::npos;) {
            take(lines.substr(0, end));
            lines.remove_prefix(end + 1);
        }
    }
    [[nodiscard]] bool stop_requested() const override { return stop; }
    void complain(std::string_view sentence) override { complaints += sentence; }
    [[nodiscard]] std::optional<bool> asleep(const std::vector<std::string>&) override {
        return std::nullopt;
    }
    [[nodiscard]] bool gated() const override { return true; }
    [[nodiscard]] bool next_step() override { return !stop && steps < stop_after; }

    std::string text, complaints;
    bool stop = false;
    std::size_t steps = 0, stop_after = 1'000'000;
    std::vector<std::string> differences;

private:
    using Pairs = std::vector<std::pair<sim::ThreadId, sim::PacketId>>;
    struct Thread {
        bool started = false, ended = false;
        sim::Reason reason = sim::Reason::none;
        std::string hand;  // "[P:1,2" so far
    };

    void take(std::string_view line) {
        if (line.starts_with('{')) return take_fact(line);
        if (!line.starts_with("    state: ")) return;
        ++steps;
        compare(std::string(line.substr(4)));
    }

    void take_fact(std::string_view line) {
        if (!parser_) {
            const auto header = sim::header_from_line(line, "gated");
            REQUIRE(header);
            header_ = *header;
            parser_ = std::make_unique<sim::FactParser>(header_);
            threads_.resize(header_.threads.size());
            for (std::size_t i = 0; i < header_.ports.size(); ++i) {
                const sim::PortId same = same_as(i);
                if (same == sim::PortId::none)
                    model_.declare_port(header_.concurrency[i]);
                else
                    model_.declare_duplicate(same);
            }
            return;
        }
        const auto fact = parser_->parse(line, "gated", 1);
        REQUIRE(fact);
        facts_.push_back(fact->fact);
    }

    [[nodiscard]] sim::PortId same_as(std::size_t port) const {
        return port < header_.port_same_as.size() ? header_.port_same_as[port] : sim::PortId::none;
    }
    Thread& thread(const sim::Fact& fact) { return threads_[sim::index(fact.thread)]; }

    // What somebody does. What comes of it is the model's to say.
    void act(const sim::Fact& fact) {
        using sim::FactKind;
        const bool done = fact.error == sim::Win32Error::success;
        switch (fact.kind) {
            case FactKind::port_created: model_.create(fact.port, fact.thread, out_); break;
            case FactKind::port_duplicated: model_.duplicate(fact.port, fact.thread, out_); break;
            case FactKind::thread_started:
                model_.ensure_thread(fact.thread);
                thread(fact).started = true;
                break;
            case FactKind::thread_exited:
                model_.exit(fact.thread, out_);
                thread(fact).ended = true;
                break;
            case FactKind::posted:
                keys_[fact.packet] = fact.key;
                if (done)
                    model_.insert(model_.object(fact.port),
                                  {.id = fact.packet, .key = fact.key, .bytes = fact.bytes},
                                  fact.thread, out_);
                break;
            case FactKind::port_closed:
                if (done) model_.close(fact.port, fact.thread, out_);
                break;
            case FactKind::get_called:
                thread(fact).hand.clear();
                model_.enter(fact.thread, fact.port,
                             {.timeout = fact.amount,
                              .batch = fact.number,
                              .alertable = ended_by_apc(fact.thread),
                              .apc_pending = ended_by_apc(fact.thread)},
                             out_);
                break;
            case FactKind::get_returned:
                if (ended_by_apc(fact.thread) &&
                    model_.thread(fact.thread).status == sim::ThreadStatus::waiting)
                    model_.end_wait(fact.thread, fact.error, out_);
                break;
            case FactKind::block_began:
                thread(fact).reason = fact.reason;
                model_.block(fact.thread, {.reason = fact.reason}, out_);
                break;
            case FactKind::block_ended:
                model_.unblock(fact.thread, {.reason = fact.reason}, out_);
                break;
            case FactKind::suspended: model_.suspend(fact.thread, out_); break;
            case FactKind::resumed: model_.resume(fact.thread, false, out_); break;
            default: break;
        }
    }

    // The model of a port knows no APCs: that one ended a call is told to it.
    [[nodiscard]] bool ended_by_apc(sim::ThreadId thread) const {
        return std::any_of(facts_.begin(), facts_.end(), [&](const sim::Fact& fact) {
            return fact.kind == sim::FactKind::get_returned && fact.thread == thread &&
                   fact.error == sim::Win32Error::wait_io_completion;
        });
    }

    [[nodiscard]] Pairs measured_pairs() const {
        Pairs pairs;
        for (const sim::Fact& fact : facts_)
            if ((fact.kind == sim::FactKind::get_returned ||
                 fact.kind == sim::FactKind::also_returned) &&
                fact.packet != sim::PacketId::none)
                pairs.emplace_back(fact.thread, fact.packet);
        return pairs;
    }
    [[nodiscard]] Pairs model_pairs() {
        using sim::FactKind;
        Pairs pairs;
        for (const sim::Fact& fact : out_) {
            if (fact.kind != FactKind::handed_off && fact.kind != FactKind::taken &&
                fact.kind != FactKind::activated && fact.kind != FactKind::also_taken)
                continue;
            pairs.emplace_back(fact.thread, fact.packet);
            std::string& hand = thread(fact).hand;
            const sim::PortId same = same_as(sim::index(fact.port));
            const sim::PortId port = same == sim::PortId::none ? fact.port : same;
            hand += hand.empty() ? "[" + header_.ports[sim::index(port)] + ":" : ",";
            hand += std::to_string(keys_[fact.packet]);
        }
        return pairs;
    }

    void compare(const std::string& measured) {
        if (!differences.empty()) return;  // what follows from the first says nothing
        std::stable_sort(facts_.begin(), facts_.end(),
                         [](const auto& a, const auto& b) { return a.t0 < b.t0; });
        out_.clear();
        for (const sim::Fact& fact : facts_) act(fact);
        Pairs real = measured_pairs(), model = model_pairs();
        std::sort(real.begin(), real.end());
        std::sort(model.begin(), model.end());
        if (real != model) differences.push_back("other packets before " + measured);
        if (const std::string expected = state(); expected != measured)
            differences.push_back(measured + "\nmodel: " + expected);
        if (const auto broken = model_.broken_invariant()) differences.push_back(*broken);
        facts_.clear();
    }

    [[nodiscard]] std::string state() const {
        std::string line = "state:";
        for (std::size_t i = 0; i < model_.ports().size(); ++i) {
            const sim::PortState& port = model_.ports()[i];
            if (same_as(i) != sim::PortId::none || port.closed || !port.created) continue;
            line += " " + header_.ports[i] + "{queued=" + std::to_string(port.queue.size()) +
                    " active=" + std::to_string(port.active) + "/" + std::to_string(port.limit) +
                    " waiters=" + std::to_string(port.waiting.size()) + "}";
        }
        for (std::size_t i = 0; i < threads_.size(); ++i)
            if (threads_[i].started) line += " " + header_.threads[i] + "=" + thread_text(i);
        return line;
    }

    [[nodiscard]] std::string thread_text(std::size_t i) const {
        if (threads_[i].ended) return "exit";
        const sim::ThreadModel& thread = model_.threads()[i];
        const bool getting = thread.status == sim::ThreadStatus::waiting || thread.resumes_wait;
        std::string word = getting ? "get" : "run";
        if (thread.blocked) word = threads_[i].reason == sim::Reason::sleep ? "slp" : "blk";
        if (thread.suspend_count > 0) word = "susp";
        if (getting) return word + "(" + header_.ports[sim::index(thread.port)] + ")";
        return threads_[i].hand.empty() ? word : word + threads_[i].hand + "]";
    }

    sim::PortModel model_;
    sim::PortModel::Facts out_;
    sim::TraceHeader header_;
    std::unique_ptr<sim::FactParser> parser_;
    std::vector<sim::Fact> facts_;  // of this step
    std::vector<Thread> threads_;
    std::map<sim::PacketId, sim::Key> keys_;
};

}  // namespace test
