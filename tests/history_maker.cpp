#include "tests/history_maker.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace test {

using sim::FactKind;

namespace {

std::vector<std::uint32_t> random_limits(sim::Random& random) {
    std::vector<std::uint32_t> limits(1 + random.below(2));
    for (std::uint32_t& limit : limits) limit = 1 + static_cast<std::uint32_t>(random.below(3));
    return limits;
}

bool by_thread(const Release& a, const Release& b) {
    return a.thread < b.thread;
}

}  // namespace

HistoryMaker::HistoryMaker(std::uint64_t seed, const HistoryOptions& options)
    : options_(options),
      random_(seed),
      limits_(random_limits(random_)),
      actors_(2 + random_.below(7)),
      ports_(options.mutation, seed, limits_, actors_.size()),
      right_(MutantPorts(Mutation::none, seed, limits_, actors_.size())) {
    write_header(seed);
}

void HistoryMaker::write_header(std::uint64_t seed) {
    sim::TraceHeader& header = history_.trace.header;
    header.backend = "linux";
    header.lane = "Our Linux port, not Windows";
    header.clock = "CLOCK_MONOTONIC";
    header.blocking = sim::Blocking::observed;
    header.scenario_name = "random.toml";
    header.seed = seed;
    header.processors = 4;
    header.concurrency = limits_;
    std::string ports;
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        header.ports.push_back(i == 0 ? "P" : "Q");
        ports += "{name = \"" + header.ports.back() +
                 "\", concurrency = " + std::to_string(limits_[i]) + "}, ";
    }
    header.scenario = "format = 1\nport = [" + ports + "]\nthread = [{name = \"T\", port = \"P\"" +
                      ", count = " + std::to_string(actors_.size()) + "}]\n";
    for (std::size_t i = 1; i <= actors_.size(); ++i)
        header.threads.push_back("T" + std::to_string(i));
}

History HistoryMaker::make() {
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        now_ += 1000;
        note({.kind = FactKind::port_created,
              .port = sim::make_id<PortId>(i),
              .number = limits_[i]});
    }
    const std::uint64_t steps = 30 + random_.below(40);
    for (std::uint64_t i = 0; i < steps; ++i) step();
    finish();
    return std::move(history_);
}

// -- one step -------------------------------------------------------------------------------------

void HistoryMaker::step() {
    pass_time(static_cast<Nanos>(1 + random_.below(3'000)) * 1'000);
    const bool posted = main_acts();
    // Who was woken without a packet has not looked for it when the next thread asks.
    if (options_.mutation == Mutation::steals && posted && chance(50))
        if (const Id next = any_running(); next != Id::none) get(next, any_call());
    end_operation();
}

// True when it has posted.
bool HistoryMaker::main_acts() {
    const Id unborn = any([](const Actor& a) { return a.life == Life::unborn; });
    const Id blocked =
        any([](const Actor& a) { return a.life == Life::blocked && a.suspends == 0; });
    const Id suspended = any([](const Actor& a) { return a.suspends > 0; });
    const Id decided = any_decided();
    if (decided != Id::none && chance(40)) return return_from_call(decided), false;
    if (unborn != Id::none && chance(40)) return start(unborn), false;
    if (blocked != Id::none && chance(15)) return unblock(blocked), false;
    if (suspended != Id::none && chance(25)) return resume(suspended), false;
    if (const Id one = any_running(); one != Id::none && chance(65))
        return someone_acts(one), false;
    if (chance(5)) {
        const Id victim = any([](const Actor& a) {
            return a.life != Life::unborn && a.life != Life::exited && a.suspends < 2;
        });
        if (victim != Id::none) return suspend(victim), false;
    }
    const Nanos due = ports_.next_time_out();
    if (due != sim::kInfinite && chance(10))
        return pass_time(std::max<Nanos>(due - now_, 0)), false;
    const PortId port = any_port();
    if (chance(1) && !ports_.closed(port)) return close(port), false;
    post(port, random_.below(3), Id::none);
    return true;
}

void HistoryMaker::someone_acts(Id id) {
    if (actor(id).leaves) return exit(id);
    const std::uint64_t what = random_.below(100);
    if (what < 60) return get(id, any_call());
    if (what < 70) return compute(id);
    if (what < 86) return block(id);
    if (what < 98) return post(any_port(), random_.below(3), id);
    exit(id);
}

// Time-outs that come meanwhile are steps of their own.
void HistoryMaker::pass_time(Nanos duration) {
    const Nanos until = now_ + duration;
    for (Nanos due = ports_.next_time_out(); due != sim::kInfinite && due <= until;
         due = ports_.next_time_out()) {
        now_ = std::max(now_ + 1, due);
        ports_.time_out(now_);
        if (right_) right_->time_out(now_);
        end_operation();
    }
    now_ = std::max(now_ + 1, until);
}

void HistoryMaker::end_operation() {
    ports_.fetch(now_);
    compare();
    for (Release& release : releases_) {
        const Id id = release.thread;
        actor(id).result = std::move(release);
    }
    releases_.clear();
    if (options_.prompt)
        for (Id id = any_decided(); id != Id::none; id = any_decided()) return_from_call(id);
    if (options_.evidence && (options_.prompt || chance(50))) note_parked();
}

// Is there a difference that shows? Who has returned with what is seen, and who waits.
void HistoryMaker::compare() {
    releases_ = ports_.take_releases();
    if (!right_) return;
    std::vector<Release> mine = releases_, right = right_->take_releases();
    std::sort(mine.begin(), mine.end(), by_thread);
    std::sort(right.begin(), right.end(), by_thread);
    bool same = mine == right;
    for (std::size_t i = 0; i < actors_.size(); ++i)
        same = same && ports_.waits(sim::make_id<Id>(i)) == right_->waits(sim::make_id<Id>(i));
    if (same) return;
    history_.exercised = true;
    right_.reset();
}

// -- the end --------------------------------------------------------------------------------------

// Everybody asks until nobody moves any more; before, perhaps, the ports are closed or each thread
// gets a farewell packet (X-SHUT-1).
void HistoryMaker::finish() {
    const std::uint64_t style = random_.below(3);
    for (std::size_t i = 0; style == 1 && i < limits_.size(); ++i) {
        if (!ports_.closed(sim::make_id<PortId>(i))) close(sim::make_id<PortId>(i));
        end_operation();
    }
    for (std::size_t i = 0; style == 2 && i < actors_.size(); ++i) {
        post(any_port(), kFarewell, Id::none);
        end_operation();
    }
    for (int i = 0; i < 2'000 && finish_one(); ++i) end_operation();
    note_parked();
    now_ += 1000;
    note({.kind = FactKind::ended});
    if (!options_.evidence) history_.trace = without_evidence(history_.trace);
}

bool HistoryMaker::finish_one() {
    now_ += 1'000'000;
    const Id suspended = any([](const Actor& a) { return a.suspends > 0; });
    if (suspended != Id::none) return resume(suspended), true;
    if (const Id id = any_decided(); id != Id::none) return return_from_call(id), true;
    const Id blocked = any([](const Actor& a) { return a.life == Life::blocked; });
    if (blocked != Id::none) return unblock(blocked), true;
    if (const Id id = any_running(); id != Id::none) {
        if (actor(id).leaves)
            exit(id);
        else
            get(id, {.port = any_port()});
        return true;
    }
    const Nanos due = ports_.next_time_out();
    if (due != sim::kInfinite) return pass_time(std::max<Nanos>(due - now_, 0)), true;
    return false;
}

// -- choices --------------------------------------------------------------------------------------

template <class Which>
ThreadId HistoryMaker::any(Which which) {
    std::vector<Id> all;
    for (std::size_t i = 0; i < actors_.size(); ++i)
        if (which(actors_[i])) all.push_back(sim::make_id<Id>(i));
    return all.empty() ? Id::none : all[random_.below(all.size())];
}

ThreadId HistoryMaker::any_running() {
    return any(free_to_act);
}

ThreadId HistoryMaker::any_decided() {
    return any([](const Actor& a) { return a.result && a.suspends == 0; });
}

PortId HistoryMaker::any_port() {
    const bool second = limits_.size() > 1 && chance(30);
    return sim::make_id<PortId>(second ? 1 : 0);
}

GetCall HistoryMaker::any_call() {
    GetCall call{.port = any_port()};
    if (chance(8))
        call.timeout = 0;
    else if (chance(15))
        call.timeout = 50'000'000 << random_.below(4);
    if (chance(15)) call.batch = 2 + static_cast<std::uint32_t>(random_.below(3));
    return call;
}

}  // namespace test
