// A small language for tests of PortModel: threads are letters, packets numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/port_model.hpp"

namespace test {

class Model {
public:
    explicit Model(std::uint32_t limit, sim::Policies policies = {}) : model(policies) {
        port = model.create_port(limit);
    }

    // Thread `who` calls GetQueuedCompletionStatus.
    sim::PortModel::Entered get(char who, sim::Nanos timeout = sim::kInfinite) {
        return get_on(who, port, timeout);
    }
    sim::PortModel::Entered poll(char who) { return get(who, 0); }
    sim::PortModel::Entered get_on(char who, sim::PortId at, sim::Nanos timeout = sim::kInfinite) {
        return model.enter(id(who), at, {.timeout = timeout}, facts);
    }
    void post(std::uint32_t packet, char by = 0) { post_to(port, packet, by); }
    void post_to(sim::PortId to, std::uint32_t packet, char by = 0) {
        model.insert(to, {.id = static_cast<sim::PacketId>(packet), .key = packet},
                     by == 0 ? sim::ThreadId::none : id(by), facts);
    }
    void block(char who) { model.block(id(who), {.reason = sim::Reason::sleep}, facts); }
    void unblock(char who) { model.unblock(id(who), {.reason = sim::Reason::sleep}, facts); }
    void time_out(char who) { model.end_wait(id(who), sim::Win32Error::wait_timeout, facts); }
    void suspend(char who) { model.suspend(id(who), facts); }
    void resume(char who) { model.resume(id(who), false, facts); }
    void exit(char who) { model.exit(id(who), facts); }
    void close() { model.close(port, sim::ThreadId::none, facts); }

    // The stack of waiting threads, bottom first, top last: "ACB".
    [[nodiscard]] std::string waiting() const { return waiting_on(port); }
    [[nodiscard]] std::string waiting_on(sim::PortId at) const {
        std::string text;
        for (const sim::ThreadId t : model.port(at).waiting) text += letter(t);
        return text;
    }
    [[nodiscard]] std::uint32_t active() const { return model.port(port).active; }
    [[nodiscard]] std::size_t queued() const { return model.port(port).queue.size(); }
    // The packet in the thread's hand; 0 for an empty hand.
    [[nodiscard]] std::uint32_t hand(char who) {
        return static_cast<std::uint32_t>(model.thread(id(who)).hand);
    }
    [[nodiscard]] sim::ThreadStatus status(char who) { return model.thread(id(who)).status; }
    [[nodiscard]] std::size_t count(sim::FactKind kind) const {
        std::size_t n = 0;
        for (const sim::Fact& fact : facts) n += fact.kind == kind ? 1 : 0;
        return n;
    }

    sim::PortModel model;
    sim::PortModel::Facts facts;
    sim::PortId port{};

private:
    sim::ThreadId id(char who) {
        const auto [found, added] = ids_.emplace(who, sim::make_id<sim::ThreadId>(ids_.size()));
        if (added) model.ensure_thread(found->second);
        return found->second;
    }
    [[nodiscard]] char letter(sim::ThreadId wanted) const {
        for (const auto& [who, known] : ids_)
            if (known == wanted) return who;
        return '?';
    }
    std::map<char, sim::ThreadId> ids_;
};

}  // namespace test
