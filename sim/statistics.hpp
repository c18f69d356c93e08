// What a simulation counts while it runs, for its summary: how long packets were queued and how
// long they took in all, how long queues were, how busy the processors were. Needs no trace; its
// memory grows with the longest queue and not with the number of packets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/histogram.hpp"
#include "sim/ids.hpp"

namespace sim {

class Statistics {
public:
    explicit Statistics(std::size_t ports) : queues_(ports) {}

    // A packet joins the queue of a port; the oldest leaves it again. Gives back when that one
    // came.
    void joins(PortId port, Nanos now) {
        Queue& queue = queues_[index(port)];
        queue.wait(now);
        queue.push(now);
        longest_ = std::max(longest_, queue.size);
    }
    Nanos leaves(PortId port, Nanos now) {
        Queue& queue = queues_[index(port)];
        queue.wait(now);
        return queue.pop();
    }
    void delivered(Nanos arrived, Nanos now) { in_queue_.add(now - arrived); }
    void handled(Nanos arrived, Nanos now) { in_system_.add(now - arrived); }
    void busy(Nanos duration) { cpu_ += duration; }

    [[nodiscard]] const Histogram& in_queue() const { return in_queue_; }  // insertion → delivery
    [[nodiscard]] const Histogram& in_system() const { return in_system_; }  // … → handler's end
    [[nodiscard]] std::size_t longest_queue() const { return longest_; }
    [[nodiscard]] Nanos cpu() const { return cpu_; }  // of all processors together
    // Queued packets of all ports, averaged over the time until `now`.
    [[nodiscard]] double mean_queue(Nanos now) const {
        double area = 0;
        for (const Queue& queue : queues_)
            area += queue.area +
                    static_cast<double>(queue.size) * static_cast<double>(now - queue.since);
        return now > 0 ? area / static_cast<double>(now) : 0;
    }

private:
    // When the queued packets of a port came: a ring that grows.
    struct Queue {
        std::vector<Nanos> ring = std::vector<Nanos>(16);
        std::size_t head = 0;
        std::size_t size = 0;
        double area = 0;  // packets × ns so far
        Nanos since = 0;  // last change

        void wait(Nanos now) {
            area += static_cast<double>(size) * static_cast<double>(now - since);
            since = now;
        }
        void push(Nanos at) {
            if (size == ring.size()) grow();
            ring[(head + size++) & (ring.size() - 1)] = at;
        }
        Nanos pop() {
            const Nanos at = ring[head];
            head = (head + 1) & (ring.size() - 1);
            --size;
            return at;
        }
        void grow() {
            std::vector<Nanos> larger(ring.size() * 2);
            for (std::size_t i = 0; i < size; ++i) larger[i] = ring[(head + i) & (ring.size() - 1)];
            ring = std::move(larger);
            head = 0;
        }
    };

    std::vector<Queue> queues_;  // by PortId
    Histogram in_queue_;
    Histogram in_system_;
    std::size_t longest_ = 0;
    Nanos cpu_ = 0;
};

}  // namespace sim
