// What threads ask of ports and what they are told.
#include <fmt/format.h>

#include "sim/check_history_reader.hpp"

namespace sim {

void HistoryReader::called(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.call != kNoAction && history_.calls[self.call].returned == kNoAction)
        contradict(Rule::none,
                   fmt::format("{} asks again before its call has returned",
                               thread_name(trace_.header, f.thread)),
                   history_.calls[self.call].called_fact);
    const auto call = static_cast<std::uint32_t>(history_.calls.size());
    history_.calls.push_back({.thread = f.thread,
                              .port = f.port,
                              .batch = f.number,
                              .timeout = f.amount,
                              .called_fact = at_});
    self.call = call;
    Action enter = from(f, Action::Kind::enter);
    enter.call = call;
    enter.hi = options_.margin < 0 ? kLatest : f.t1 + options_.margin;
    add_own(enter);
}

// A thread that somebody ended in the middle of a call: what came of the call is not known.
void HistoryReader::exited(const Fact& f) {
    const std::uint32_t call = threads_[index(f.thread)].call;
    if (call != kNoAction && history_.calls[call].returned == kNoAction)
        return contradict(Rule::none, fmt::format("{} exits before its call has returned",
                                                  thread_name(trace_.header, f.thread)));
    add_own(from(f, Action::Kind::exit));
}

void HistoryReader::returned(const Fact& f) {
    Thread& self = threads_[index(f.thread)];
    if (self.call == kNoAction || history_.calls[self.call].returned != kNoAction)
        return contradict(Rule::none, fmt::format("{} returns from a call that it never made",
                                                  thread_name(trace_.header, f.thread)));
    Call& call = history_.calls[self.call];
    call.returned_fact = at_;
    call.first_packet = static_cast<std::uint32_t>(history_.received.size());
    // The last of its own is the call's "enter": it cannot have come after the return.
    Action& enter = history_.actions[self.last];
    enter.hi = std::min(enter.hi, f.t1);
    if (f.packet != PacketId::none) {
        call.result = Call::Result::packets;
        call.count = f.number;
        received(f, self.call);
    } else {
        ended_without_packet(f, self.call);
    }
    Action back = from(f, Action::Kind::returned);
    back.call = self.call;
    add_own(back);
    call.returned = self.last;
}

void HistoryReader::received(const Fact& f, std::uint32_t number) {
    Call& call = history_.calls[number];
    const auto packet = static_cast<std::uint32_t>(f.packet);
    history_.received.push_back(f.packet);
    call.count = std::max(call.count, ++call.packets);
    const auto [claim, fresh] = history_.claims.emplace(packet, number);
    if (!fresh)
        contradict(Rule::q_once_1, fmt::format("packet {} is received twice", packet),
                   history_.calls[claim->second].returned_fact);
    const auto insert = inserts_.find(packet);
    if (insert == inserts_.end()) {
        if (trace_.header.dropped == 0)
            contradict(Rule::q_once_1,
                       fmt::format("packet {} is received, but it was never sent", packet));
        return;
    }
    Action& sent = history_.actions[insert->second];
    if (sent.lo > f.t1)
        contradict(Rule::q_once_1, fmt::format("packet {} is received before it is sent", packet),
                   sent.fact);
    if (sent.must) return;
    // An operation's packet: it must have come by now, through the port of this call.
    sent.must = true;
    sent.port = f.port;
    sent.hi = sent.likely = f.t1;
}

void HistoryReader::ended_without_packet(const Fact& f, std::uint32_t number) {
    Call& call = history_.calls[number];
    switch (f.error) {
        case Win32Error::abandoned_wait_0: call.result = Call::Result::abandoned; break;
        case Win32Error::invalid_handle: call.result = Call::Result::invalid_handle; break;
        case Win32Error::invalid_parameter: call.result = Call::Result::invalid_parameter; break;
        case Win32Error::wait_io_completion: call.result = Call::Result::user_apc; break;
        case Win32Error::wait_timeout: call.result = Call::Result::timed_out; break;
        default:
            return contradict(Rule::none,
                              fmt::format("{} returns with {}, which no call on a port "
                                          "is documented to give",
                                          thread_name(trace_.header, f.thread), name(f.error)));
    }
    const bool waited = call.result == Call::Result::user_apc ||
                        (call.result == Call::Result::timed_out && call.timeout != 0);
    if (!waited) return;
    Action end = from(f, Action::Kind::end_wait);
    end.lo = history_.actions[threads_[index(f.thread)].last].lo;
    end.call = number;
    // A user APC may end the call at once, without a wait (T-APC-2).
    end.must = call.result == Call::Result::timed_out;
    add_own(end);
}

}  // namespace sim
