#include "real/recorder_agenda.hpp"

#include <algorithm>

namespace real {

Agenda::Agenda(const sim::Scenario& scenario) : seed_(scenario.seed) {
    for (std::size_t i = 0; i < scenario.threads.size(); ++i) {
        const sim::ThreadSpec& group = scenario.threads[i];
        add(group.when, nullptr, group.first, scenario.thread_positions[i], i);
    }
    for (std::size_t i = 0; i < scenario.stimuli.size(); ++i) {
        const sim::Stimulus& stimulus = scenario.stimuli[i];
        add(stimulus.when, &stimulus, sim::ThreadId::none, stimulus.position, i);
    }
    for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
        const sim::ClientSpec& group = scenario.clients[i];
        add(group.when, nullptr, sim::ThreadId::none, group.position, i);
        entries_.back().client = &group;
        entries_.back().of = sim::StreamOf::connects;
    }
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.position < b.position; });
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (entries_[i].when->count == 0) continue;
        if (entries_[i].when->settled)
            wait_for_settled(i);
        else
            wait_for_time(i, sim::next_instant(*entries_[i].when, seed_, entries_[i].of,
                                               entries_[i].which, 0, 0));
    }
}

void Agenda::add(const sim::When& when, const sim::Stimulus* stimulus, sim::ThreadId first,
                 std::uint32_t position, std::size_t which) {
    entries_.push_back({.when = &when,
                        .stimulus = stimulus,
                        .first = first,
                        .position = position,
                        .of = stimulus ? sim::StreamOf::arrivals : sim::StreamOf::starts,
                        .which = which});
}

std::optional<sim::Nanos> Agenda::next_time() const {
    if (timed_.empty()) return std::nullopt;
    return timed_.top().at;
}

std::optional<AgendaItem> Agenda::take_due(sim::Nanos now) {
    if (timed_.empty() || timed_.top().at > now) return std::nullopt;
    const Due due = timed_.top();
    timed_.pop();
    if (entries_[due.entry].when->settled) --series_;
    return happen(due.entry, due.at);
}

std::optional<AgendaItem> Agenda::take_settled(sim::Nanos now) {
    if (!waits_for_settled()) return std::nullopt;
    const std::size_t index = settled_.back();
    settled_.pop_back();
    const Entry& entry = entries_[index];
    if (entry.done == 0 && !entry.when->every_settled) series_ = entry.when->count - 1;
    return happen(index, now);
}

// The thing happens once; if it is to happen again, it goes back on the agenda.
AgendaItem Agenda::happen(std::size_t index, sim::Nanos at) {
    Entry& entry = entries_[index];
    AgendaItem item{.thread = sim::ThreadId::none, .stimulus = entry.stimulus};
    if (entry.client != nullptr) {
        item.client = entry.client;
        item.number = entry.client->first + static_cast<std::uint32_t>(entry.done);
    } else if (!entry.stimulus) {
        item.thread = sim::make_id<sim::ThreadId>(sim::index(entry.first) +
                                                  static_cast<std::size_t>(entry.done));
    }
    if (++entry.done < entry.when->count) {
        if (entry.when->every_settled)
            wait_for_settled(index);
        else
            wait_for_time(index, sim::next_instant(*entry.when, seed_, entry.of, entry.which,
                                                   entry.done, at));
    }
    return item;
}

void Agenda::wait_for_time(std::size_t entry, sim::Nanos at) {
    timed_.push({.at = at, .order = scheduled_++, .entry = entry});
}

void Agenda::wait_for_settled(std::size_t entry) {
    // Descending, so that the next one in file order is the last.
    settled_.insert(std::lower_bound(settled_.begin(), settled_.end(), entry, std::greater<>()),
                    entry);
}

}  // namespace real
