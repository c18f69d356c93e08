// HandleModel: files, pipes and sockets as far as completion ports see them: which are open, which
// are bound to which port with which key, which operations are pending (TR10, TR11; groups H, I, N
// of behaviours.md §6). A plain value like PortModel: each verb decides, applies through apply(),
// and appends the facts that say so. It knows no port and no time: the simulator inserts the
// packets and lets devices take their time.
//
// Several handles may stand for one file (DuplicateHandle, H-HANDLE-8); what belongs to the file is
// kept with its first handle.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/fact.hpp"

namespace sim {

struct HandleState {
    HandleId file = HandleId::none;  // the first handle of its file; may be itself
    bool open = false;
    bool closed = false;  // it was open, and is not open again
    // Of the file; meaningful where file is the handle itself.
    bool overlapped = true;
    bool bound = false;
    PortId port = PortId::none;
    Key key = 0;
    std::uint32_t modes = 0;         // kSkip… bits
    std::uint32_t first_modes = 0;   // those it has when it is opened
    std::uint32_t open_handles = 0;  // 0: the file is closed (TR11)
    std::uint32_t pending = 0;       // operations that have not ended

    bool operator==(const HandleState&) const = default;
};

// An operation, as the call that started it described it. Its id is that of the packet that will
// tell its end, whether or not that packet is ever queued.
struct IoRequest {
    PacketId id = PacketId::none;
    HandleId handle = HandleId::none;
    ThreadId by = ThreadId::none;
    Operation operation = Operation::read;
    EventId event = EventId::none;           // hEvent
    bool low_bit = false;                    // … with its low bit set (I-IO-9)
    bool routine = false;                    // with a completion routine
    bool immediate = false;                  // it ends before the call returns
    std::uint32_t bytes = 0;                 // transferred when it ends
    Win32Error error = Win32Error::success;  // how it ends

    bool operator==(const IoRequest&) const = default;
};

class HandleModel {
public:
    using Facts = std::vector<Fact>;

    // A handle that can be opened; `file` is itself, or the handle that it duplicates.
    void declare(HandleId, HandleId file, bool overlapped, std::uint32_t modes);

    // Verbs return what the call returns; `by` is none for main.
    Win32Error open(HandleId, ThreadId by, Facts& out);
    // TR10. `port_exists`: the port's handle is valid. No handle: INVALID_HANDLE_VALUE.
    Win32Error bind(HandleId, PortId, bool port_exists, Key, ThreadId by, Facts& out);
    // What a bind to a port that exists would return.
    [[nodiscard]] Win32Error bindable(HandleId id) const { return verdict_on(id).error; }
    Win32Error set_modes(HandleId, std::uint32_t modes, ThreadId by, Facts& out);
    // TR11. The caller aborts the operations of a file whose last handle this was.
    Win32Error close(HandleId, ThreadId by, Facts& out);
    // `any`: is there an operation to cancel? The caller aborts it (I-IO-6).
    Win32Error cancel(HandleId, bool any, PacketId only, ThreadId by, Facts& out);

    // An operation begins. ERROR_IO_PENDING: it is pending, or will end before the call returns if
    // it is immediate. Anything else: the call failed, nothing is pending and nothing is queued.
    Win32Error start(const IoRequest&, Facts& out);
    // What the call returns, once it does.
    void returned(const IoRequest&, Win32Error, Facts& out);

    // An operation ends. What follows from that: a packet for `port`, a completion routine for the
    // thread that started it, or neither (the facts say why).
    struct End {
        bool packet = false;
        bool routine = false;
        PortId port = PortId::none;
        Key key = 0;
    };
    End finish(const IoRequest&, Facts& out);
    // I-IO-14: does the operation go on when the thread that started it exits?
    [[nodiscard]] bool survives_exit(const IoRequest&) const;

    bool apply(const Fact&);

    [[nodiscard]] const std::vector<HandleState>& handles() const { return handles_; }
    [[nodiscard]] bool is_open(HandleId id) const {
        return index(id) < handles_.size() && handles_[index(id)].open;
    }
    [[nodiscard]] const HandleState& file_of(HandleId id) const {
        return handles_[index(handles_[index(id)].file)];
    }
    bool operator==(const HandleModel&) const = default;

private:
    struct Verdict {
        Win32Error error = Win32Error::success;
        Rule rule = Rule::none;
    };
    [[nodiscard]] Verdict verdict_on(HandleId) const;
    HandleState& file(HandleId id) { return handles_[index(handles_[index(id)].file)]; }
    void emit(Facts& out, const Fact& fact);
    static bool take_one(HandleState&);

    std::vector<HandleState> handles_;  // by HandleId
};

}  // namespace sim
