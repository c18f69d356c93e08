// The driver: the main thread of a run. It never asks a port for a packet; it starts the threads,
// carries out the stimuli, looks whether the run has settled, and knows when the run is over.
#pragma once

#include <vector>

#include "real/clients.hpp"
#include "real/fact_buffer.hpp"
#include "real/recorder.hpp"
#include "real/recorder_agenda.hpp"
#include "real/run_handles.hpp"
#include "real/worker_pool.hpp"

namespace real {

class Driver : protected IoActor {
public:
    Driver(const sim::Scenario&, Ports&, WorkerPool&, FactBuffer& facts, RecorderHost&);

    // From the start of the run to its end, where the depth of every queue is written down a last
    // time. Returns when nothing more can happen, the scenario's time limit has passed, or somebody
    // asked for a stop. The workers still exist then.
    [[nodiscard]] sim::Outcome run();
    // For the facts that tell how the ports were created.
    void note(const sim::Fact&) override;
    // Who lets the scenario's clients connect; null: there are none.
    void use(Clients* clients) { clients_ = clients; }
    // Opens the handles that are open from the start. Empty, or why it cannot.
    [[nodiscard]] std::string open_handles();

protected:
    // run() but for its last word.
    [[nodiscard]] virtual sim::Outcome play();
    void carry_out(const AgendaItem&);
    [[nodiscard]] bool out_of_threads() const { return out_of_threads_; }
    [[nodiscard]] bool has_room() const { return facts_.has_room(1); }
    [[nodiscard]] bool out_of_patience(const Observation&);
    void note_parked(const Observation&);
    // How many packets are queued at every open port, where the system tells.
    void note_depths();
    void note_not_settled();

private:
    enum class Next : std::uint8_t { go_on, at_end };

    // The agenda counts from when the driver began: how long this computer took to get there must
    // not let a stimulus of 1 ms come before a thread of 0 ms.
    [[nodiscard]] Nanos since_begin() const { return pool_.context().stamp() - began_; }
    bool note_depth(PortId);
    void use_handle(const sim::Step&);
    [[nodiscard]] bool io_pending() const;
    void start(ThreadId);
    void tell_tcp_ports();
    [[nodiscard]] Next look();
    void note_settled(const Observation&);
    [[nodiscard]] Next settled_or_given_up(const Observation&, bool settled, bool io);
    void nap();

    const sim::Scenario& scenario_;
    Ports& ports_;
    WorkerPool& pool_;
    FactBuffer& facts_;
    RecorderHost& host_;
    Clients* clients_ = nullptr;
    Agenda agenda_;
    bool out_of_threads_ = false;
    Nanos began_ = 0;  // on the clock of the facts
    // Since when nothing has changed that could be seen, while the run should settle.
    std::vector<WorkerStatus> last_seen_;
    Nanos unchanged_since_ = 0;
};

}  // namespace real
