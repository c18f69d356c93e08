#include "real/recorder_settle.hpp"

#include <algorithm>

namespace real {
namespace {

using Doing = WorkerStatus::Doing;
using Verdict = Observation::Verdict;

// Nothing to do before somebody else does something, as far as the workers themselves say.
bool quiet(const WorkerStatus& status) {
    if (status.suspended) return true;
    switch (status.doing) {
        case Doing::not_started:
        case Doing::getting:
        case Doing::blocked:
        case Doing::exited:
        case Doing::gated: return true;
        case Doing::running:
        case Doing::computing: return false;
    }
    return false;
}

// What this process can see by itself of one quiet thread: true, false, or nothing.
std::optional<bool> at_rest(WorkerPool& pool, Ports& ports, ThreadId id,
                            const WorkerStatus& status) {
    const Gate* const gate = pool.context().gate;
    if (status.suspended && status.doing != Doing::exited) return ports.stopped(id);
    switch (status.doing) {
        case Doing::getting: return ports.parked(id, status.port);
        // Asleep or held is not enough: who sees it from outside counts it a moment later.
        case Doing::blocked: {
            if (gate != nullptr && gate->wakes_up(id)) return false;
            const std::optional<bool> asleep = pool.asleep(id);
            return asleep.value_or(true) && !ports.noticed_block(id) ? false : asleep;
        }
        case Doing::gated: return gate != nullptr && gate->holds(id) && ports.noticed_return(id);
        case Doing::exited: return pool.gone(id);
        case Doing::not_started: return true;
        case Doing::running:
        case Doing::computing: return false;
    }
    return false;
}

// One look at every thread. Those that nobody here can see are appended to `unseen`.
bool look(WorkerPool& pool, Ports& ports, const std::vector<WorkerStatus>& statuses,
          std::vector<std::string>& unseen) {
    unseen.clear();
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        const auto id = sim::make_id<ThreadId>(i);
        const std::optional<bool> rests = at_rest(pool, ports, id, statuses[i]);
        if (rests.has_value() && !*rests) return false;
        if (!rests.has_value()) unseen.push_back(pool.kernel_name(id));
    }
    return true;
}

}  // namespace

// Two looks, because the first alone proves nothing: a thread seen at rest early may have been
// released by one that was still on its way to rest. After the first look all are on their way no
// longer; whoever is at rest in the second, with no change counted by anyone since before the
// first, was at rest at the same instant as all others.
Observation observe(WorkerPool& pool, Ports& ports, Witness& witness) {
    Observation result;
    result.statuses = pool.statuses();
    if (!std::all_of(result.statuses.begin(), result.statuses.end(), quiet)) return result;
    std::vector<std::string> unseen;
    if (!look(pool, ports, result.statuses, unseen)) return result;

    result.t0 = pool.context().stamp();
    bool confirmed = true;
    if (!unseen.empty()) {
        const std::optional<bool> asleep = witness.asleep(unseen);
        if (asleep.has_value() && !*asleep) return result;
        confirmed = asleep.has_value();
    }
    if (!look(pool, ports, result.statuses, unseen)) return result;
    result.t1 = pool.context().stamp();
    if (pool.statuses() != result.statuses) return result;
    result.verdict = confirmed ? Verdict::settled : Verdict::cannot_tell;
    return result;
}

}  // namespace real
