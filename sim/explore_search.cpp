#include "sim/explore_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sim {
namespace {

constexpr std::uint64_t kProgressEvery = 1024;  // states
constexpr std::size_t kBrokenKept = 100;        // different sentences

// What a node needs, about: the run's own lists and one chunk of a packet queue for each port.
std::uint64_t size_of(const Scenario& scenario, const ExploreNode& node) {
    constexpr std::uint64_t kAllocation = 32;
    constexpr std::uint64_t kChunk = 128 * sizeof(Packet) + kAllocation;
    return sizeof(ExploreNode) +
           scenario.thread_count() * (sizeof(Worker) + sizeof(ThreadModel) + 2 * sizeof(StateHash) +
                                      sizeof(Held) + 2 * kAllocation + sizeof(FutureEvent)) +
           scenario.ports.size() * (sizeof(PortState) + kChunk + sizeof(StateHash)) +
           scenario.handle_count() * sizeof(HandleState) +
           node.run.pending_events() * sizeof(FutureEvent) + 16 * kAllocation;
}

}  // namespace

SimulateOptions simulate_options(const ExploreOptions& options, bool keep_trace) {
    SimulateOptions how;
    how.policies = options.policies;
    how.seed = options.seed;
    how.processors = options.processors;
    how.keep_trace = keep_trace;
    how.statistics = false;
    how.interleave = true;
    how.untimed = options.untimed;
    return how;
}

ExploreSearch::ExploreSearch(const Scenario& scenario, const ExploreOptions& options)
    : scenario_(&scenario), options_(options), seen_(options.exact_keys) {}

void ExploreSearch::search() {
    search_once();
    const bool cut = std::any_of(ends_.begin(), ends_.end(),
                                 [](const FoundEnd& each) { return each.time_limit; });
    if (!cut) return;
    // The time limit cuts runs off, so states of different instants are different after all.
    ExploreSearch again(*scenario_, options_);
    again.with_instants_ = true;
    again.search_once();
    *this = std::move(again);
}

void ExploreSearch::search_once() {
    ExploreNode start{
        SimulationRun(*scenario_, simulate_options(options_, true)), History(*scenario_), {}};
    header_ = start.run.move_header();
    start.run.move_facts(facts_);
    start.history.add(facts_);
    start.choices = start.run.choices();
    node_size_ = size_of(*scenario_, start);
    add_state(std::move(start), 0, 0);
    for (std::uint32_t state = 0; !open_.empty(); ++state) {
        if (!within_bounds()) break;
        first_.push_back(targets_.size());
        ExploreNode node = std::move(open_.front());
        open_.pop_front();
        visit(std::move(node), state);
        if (options_.progress && (state + 1) % kProgressEvery == 0)
            options_.progress(states(), open_.size());
    }
    first_.push_back(targets_.size());
    open_.clear();
}

// Every event that may be next, on a copy of the run.
void ExploreSearch::visit(ExploreNode node, std::uint32_t state) {
    max_active_ = std::max(max_active_, node.run.summary().max_active);
    if (const auto broken = node.run.model().broken_invariant())
        complain(*broken, state, FoundBroken::kHere);
    if (node.choices.empty()) return end(node, state);
    const PortModel before = node.run.model();
    const std::vector<SimulationRun::Choice> choices = std::move(node.choices);
    for (std::uint32_t i = 0; i < choices.size(); ++i) {
        ExploreNode child = i + 1 < choices.size() ? node : std::move(node);
        child.run.take(choices[i]);
        step(child, before, state, i);
        add_state(std::move(child), state, i);
    }
}

// What has just happened to the child is remembered and checked.
void ExploreSearch::step(ExploreNode& child, const PortModel& before, std::uint32_t from,
                         std::uint32_t choice) {
    child.run.move_facts(facts_);
    child.history.add(facts_);
    child.choices = child.run.choices();
    if (const auto broken = child.history.broken_by(facts_, before, child.run.model()))
        complain(*broken, from, choice);
}

void ExploreSearch::add_state(ExploreNode&& node, std::uint32_t from, std::uint32_t choice) {
    key_ = node.run.state_key();
    node.history.add_key(key_, node.run.summary().max_active);
    if (with_instants_) key_ += fmt::format("@{}", node.run.now());
    const StateSet::Inserted inserted = seen_.insert(key_);
    if (!first_.empty()) targets_.push_back(inserted.number);
    if (!inserted.is_new) return;
    parents_.push_back(from);
    choices_.push_back(choice);
    open_.push_back(std::move(node));
}

void ExploreSearch::end(const ExploreNode& node, std::uint32_t state) {
    const bool time_limit = node.run.pending_events() > 0;
    std::string bytes(1, time_limit ? 't' : 'c');
    node.history.add_outcome(bytes);
    for (const ThreadEnd& thread : thread_ends(node.run))
        bytes +=
            fmt::format("{},{},{},{},{},{},{};", static_cast<int>(thread.kind), index(thread.port),
                        static_cast<int>(thread.reason), index(thread.event), index(thread.lock),
                        index(thread.joins), static_cast<std::uint32_t>(thread.hand));
    for (const PortState& port : node.run.model().ports()) {
        for (const Packet& packet : port.queue.oldest(port.queue.size()))
            bytes += fmt::format("{},", static_cast<std::uint32_t>(packet.id));
        bytes += '|';
    }
    FoundEnd found{.state = state,
                   .outcome = hash_state(bytes),
                   .verdict = {},
                   .time_limit = time_limit,
                   .stuck = {}};
    node.history.add_expectations(bytes, node.run.summary().max_active);
    // A predicate may look at anything.
    if (!scenario_->expect.finally.empty()) bytes += node.run.state_key();
    found.verdict = hash_state(bytes);
    if (!time_limit) found.stuck = stuck(*scenario_, node.run);
    ends_.push_back(std::move(found));
}

void ExploreSearch::complain(const std::string& what, std::uint32_t state, std::uint32_t choice) {
    const auto known = std::find_if(broken_.begin(), broken_.end(),
                                    [&](const FoundBroken& each) { return each.what == what; });
    if (known != broken_.end())
        ++known->times;
    else if (broken_.size() < kBrokenKept)
        broken_.push_back({.what = what, .times = 1, .state = state, .choice = choice});
}

std::uint64_t ExploreSearch::memory() const {
    return seen_.memory() + parents_.capacity() * 2 * sizeof(std::uint32_t) +
           first_.capacity() * sizeof(std::uint64_t) + targets_.capacity() * sizeof(std::uint32_t) +
           open_.size() * node_size_;
}

bool ExploreSearch::within_bounds() {
    if (states() > options_.max_states)
        bound_ = fmt::format("the bound of {} states was reached", options_.max_states);
    else if (memory() > options_.max_memory)
        bound_ =
            fmt::format("the bound of {} MiB of memory was reached", options_.max_memory >> 20);
    return bound_.empty();
}

ExplorePath ExploreSearch::path_to(std::uint32_t state) const {
    ExplorePath path;
    for (; state != 0; state = parents_[state]) path.push_back(choices_[state]);
    std::reverse(path.begin(), path.end());
    return path;
}

// Strongly connected sets by Tarjan's algorithm, with a stack of its own. A set without a way out
// in which something happens is one that never ends.
std::vector<std::uint32_t> ExploreSearch::endless() const {
    constexpr std::uint32_t kNone = 0xFFFFFFFF;
    const auto count = static_cast<std::uint32_t>(parents_.size());
    std::vector<std::uint32_t> number(count, kNone), low(count, 0), set(count, kNone);
    std::vector<std::uint32_t> path, open;
    std::vector<std::uint64_t> next(count, 0);
    std::vector<std::uint32_t> found;
    std::uint32_t numbered = 0;
    path.push_back(0);
    while (!path.empty()) {
        const std::uint32_t s = path.back();
        if (number[s] == kNone) {
            number[s] = low[s] = numbered++;
            next[s] = first_[s];
            open.push_back(s);
        }
        if (next[s] < first_[s + 1]) {
            const std::uint32_t t = targets_[static_cast<std::size_t>(next[s]++)];
            if (number[t] == kNone)
                path.push_back(t);
            else if (set[t] == kNone)
                low[s] = std::min(low[s], number[t]);
            continue;
        }
        path.pop_back();
        if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[s]);
        if (low[s] != number[s]) continue;
        const auto begin = std::find(open.rbegin(), open.rend(), s).base() - 1;
        const std::vector<std::uint32_t> members(begin, open.end());
        open.erase(begin, open.end());
        for (const std::uint32_t m : members) set[m] = s;
        bool leaves = false;
        std::uint64_t inside = 0;
        for (const std::uint32_t m : members)
            for (std::uint64_t e = first_[m]; e < first_[m + 1]; ++e)
                set[targets_[static_cast<std::size_t>(e)]] == s ? static_cast<void>(++inside)
                                                                : static_cast<void>(leaves = true);
        if (!leaves && inside > 0)
            found.push_back(*std::min_element(members.begin(), members.end()));
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace sim
