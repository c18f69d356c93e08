#include "real/switch_records.hpp"

#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace real {
namespace {

// Of records, beside one that tells where they are; a power of two. What an ordinary user may lock
// without asking is 516 KiB for each processor (kernel.perf_event_mlock_kb), and then what
// RLIMIT_MEMLOCK says.
constexpr std::size_t kPages = 2;

// With exclude_kernel an ordinary user may ask for it up to kernel.perf_event_paranoid = 2.
perf_event_attr attributes() {
    perf_event_attr attr{};
    attr.size = sizeof attr;
    attr.type = PERF_TYPE_SOFTWARE;
    attr.config = PERF_COUNT_SW_DUMMY;
    attr.context_switch = 1;
    attr.exclude_kernel = 1;
    attr.exclude_hv = 1;
    attr.sample_type = PERF_SAMPLE_TIME;
    attr.sample_id_all = 1;  // the time stands at the end of every record, of whatever kind
    attr.use_clockid = 1;
    attr.clockid = CLOCK_MONOTONIC;  // clock_now()
    attr.watermark = 1;
    attr.wakeup_watermark = 1;  // byte: every record wakes the reader
    return attr;
}

std::size_t page_size() {
    return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::unique_ptr<SwitchRecords> SwitchRecords::of_this_thread(int& error) {
    perf_event_attr attr = attributes();
    const auto descriptor =
        static_cast<int>(syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
    if (descriptor < 0) {
        error = errno;
        return nullptr;
    }
    const std::size_t length = (1 + kPages) * page_size();
    // Writable: then the kernel keeps what was not taken, and says how much it had no room for.
    void* const memory = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) {
        error = errno;
        close(descriptor);
        return nullptr;
    }
    return std::unique_ptr<SwitchRecords>(new SwitchRecords(descriptor, memory, length));
}

SwitchRecords::SwitchRecords(int descriptor, void* memory, std::size_t length)
    : descriptor_(descriptor), memory_(memory), length_(length) {}

SwitchRecords::~SwitchRecords() {
    munmap(memory_, length_);
    close(descriptor_);
}

bool SwitchRecords::any() const {
    const auto* const page = static_cast<const perf_event_mmap_page*>(memory_);
    return __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE) != taken_;
}

// Records are multiples of eight bytes, so neither a header nor a time is cut in two by the end of
// the memory, though a record may be.
bool SwitchRecords::take(SwitchRecord& record) {
    using Kind = SwitchRecord::Kind;
    auto* const page = static_cast<perf_event_mmap_page*>(memory_);
    while (any()) {
        const std::size_t first = page_size();
        const std::uint64_t mask = length_ - first - 1;
        const char* const records = static_cast<const char*>(memory_) + first;
        perf_event_header header;
        std::memcpy(&header, records + (taken_ & mask), sizeof header);
        std::uint64_t time = 0;
        std::memcpy(&time, records + ((taken_ + header.size - sizeof time) & mask), sizeof time);
        taken_ += header.size;
        __atomic_store_n(&page->data_tail, taken_, __ATOMIC_RELEASE);
        record.at = static_cast<sim::Nanos>(time);
        if (header.type == PERF_RECORD_LOST) {
            record.kind = Kind::lost;
            return true;
        }
        if (header.type != PERF_RECORD_SWITCH) continue;
        const bool out = (header.misc & PERF_RECORD_MISC_SWITCH_OUT) != 0;
        const bool preempted = (header.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0;
        record.kind = !out ? Kind::came_back : preempted ? Kind::preempted : Kind::waits;
        return true;
    }
    return false;
}

}  // namespace real
