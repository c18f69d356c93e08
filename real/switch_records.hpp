// When one thread left a processor and when it came back, as the kernel writes it down itself
// (perf_event_open with context_switch records). The thread does not take part: whatever it waits
// for, a read, a mutex, a sleep, is seen.
//
// The records lie in memory that the kernel shares with us. It writes the record of a return before
// the thread runs a single instruction; so a thread whose last record says that it left, and behind
// which there is no other record, is not running at the instant of that look. block_watch.hpp
// builds on that. Only on Linux.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/ids.hpp"

namespace real {

struct SwitchRecord {
    enum class Kind : std::uint8_t {
        waits,      // switched out because it waits for something
        preempted,  // switched out although it could go on (a yield too): no block (C-SPIN-1)
        came_back,
        lost,  // the kernel had no room for some records before this one
    };
    Kind kind = Kind::came_back;
    sim::Nanos at = 0;  // of clock_now()
};

class SwitchRecords {
public:
    // Of the calling thread from now on, with room for some hundred records. Null when the kernel
    // refuses; then `error` is its errno.
    [[nodiscard]] static std::unique_ptr<SwitchRecords> of_this_thread(int& error);
    ~SwitchRecords();
    SwitchRecords(const SwitchRecords&) = delete;
    SwitchRecords& operator=(const SwitchRecords&) = delete;

    // Becomes readable with every record.
    [[nodiscard]] int descriptor() const { return descriptor_; }
    // Is there a record that was not taken yet?
    [[nodiscard]] bool any() const;
    // Takes the oldest. False: there is none. Only one thread may do that.
    bool take(SwitchRecord& record);

private:
    SwitchRecords(int descriptor, void* memory, std::size_t length);

    int descriptor_;
    void* memory_;
    std::size_t length_;
    std::uint64_t taken_ = 0;  // bytes
};

}  // namespace real
