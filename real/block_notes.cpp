#include "real/block_notes.hpp"

#include <utility>

namespace real {
namespace {

using sim::Fact;
using sim::FactKind;
using sim::Reason;

constexpr std::size_t kFacts = 65536;

}  // namespace

BlockNotes::BlockNotes(std::vector<const WaitCell*> cells, Nanos origin,
                       const std::atomic<Nanos>& over)
    : facts(kFacts),
      cells_(std::move(cells)),
      origin_(origin),
      over_(over),
      waits_(cells_.size()),
      noted_(cells_.size(), false) {}

std::uint64_t BlockNotes::says(ThreadId thread) {
    return cells_[sim::index(thread)]->read();
}

// The pool's own waits outside of a port, for its threads to start or for the system, are nobody's
// concern; what a script waits for is.
void BlockNotes::block_began(ThreadId thread, Nanos t0, Nanos t1, bool counts, std::uint64_t said) {
    const WaitingFor why = WaitCell::meaning(said);
    if (!counts && why.reason == Reason::none) return;
    Fact began{.t0 = t0, .t1 = t1, .kind = FactKind::block_began};
    began.thread = thread;
    began.reason = why.reason == Reason::none ? Reason::unannounced : why.reason;
    began.event = why.event;
    began.lock = why.lock;
    note(began);
    waits_[sim::index(thread)] = began;
    noted_[sim::index(thread)] = true;
}

void BlockNotes::block_ended(ThreadId thread, Nanos t0, Nanos t1) {
    if (!noted_[sim::index(thread)]) return;
    noted_[sim::index(thread)] = false;
    Fact ended = waits_[sim::index(thread)];
    ended.kind = FactKind::block_ended;
    ended.t0 = t0;
    ended.t1 = t1;
    note(ended);
}

void BlockNotes::note(Fact fact) {
    fact.t0 -= origin_;
    fact.t1 -= origin_;
    if (fact.t1 > over_.load(std::memory_order_acquire)) return;
    facts.push(fact);
}

}  // namespace real
