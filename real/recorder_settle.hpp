// Has the run settled: is every thread parked on its port, in a wait of its own, or gone, all at
// one instant?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "real/worker_pool.hpp"

namespace real {

// Somebody outside of this process who can see whether threads sleep in the kernel. Needed where
// neither the ports nor the process itself can tell (Wine).
class Witness {
public:
    virtual ~Witness() = default;
    // Did all threads with these kernel names sleep for a while just now? Nothing: cannot tell.
    [[nodiscard]] virtual std::optional<bool> asleep(const std::vector<std::string>& names) = 0;
};

struct Observation {
    enum class Verdict : std::uint8_t {
        settled,
        moving,       // somebody runs, or moved while we looked
        cannot_tell,  // nobody runs as far as the workers say, but no system confirms it
    };
    Verdict verdict = Verdict::moving;
    Nanos t0 = 0;  // settled: it was so at some instant of [t0, t1]
    Nanos t1 = 0;
    std::vector<WorkerStatus> statuses;  // as they were all the time from t0 to t1, if not moving
};

[[nodiscard]] Observation observe(WorkerPool&, Ports&, Witness&);

}  // namespace real
