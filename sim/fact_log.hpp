// The facts of a trace in memory, in the order in which they were written. They are many, and what
// a long trace costs is mostly its memory. Most facts leave most fields empty, so a fact is kept in
// 32 bytes; one that says more is kept whole, beside the others.
//
// Facts come out by value: there is no Fact in here to refer to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <vector>

#include "sim/fact.hpp"

namespace sim {

class FactLog {
public:
    using value_type = Fact;
    class const_iterator;

    FactLog() = default;
    FactLog(const std::vector<Fact>& facts) {  // NOLINT: the same facts, kept in another way
        append(facts.begin(), facts.end());
    }
    FactLog(std::initializer_list<Fact> facts) { append(facts.begin(), facts.end()); }
    [[gnu::always_inline]] void push_back(const Fact& fact) {
        if (is_short(fact))
            records_.push_back(shortened(fact));
        else
            push_whole(fact);
    }
    template <class Iterator>
    void append(Iterator first, Iterator last) {
        for (; first != last; ++first) push_back(*first);
    }
    void pop_back() {
        if (records_.back().port == kWhole) whole_.pop_back();
        records_.pop_back();
    }
    void clear() {
        records_.clear();
        whole_.clear();
    }
    void reserve(std::size_t facts) { records_.reserve(facts); }

    [[nodiscard]] std::size_t size() const { return records_.size(); }
    [[nodiscard]] bool empty() const { return records_.empty(); }
    [[nodiscard]] Fact operator[](std::size_t i) const { return fact_of(records_[i]); }
    [[nodiscard]] Fact front() const { return fact_of(records_.front()); }
    [[nodiscard]] Fact back() const { return fact_of(records_.back()); }
    // Whoever changes facts takes them all out and makes a new log of them.
    [[nodiscard]] std::vector<Fact> all() const;
    [[nodiscard]] const_iterator begin() const;
    [[nodiscard]] const_iterator end() const;
    bool operator==(const FactLog&) const = default;

private:
    // The fields that facts of posted packets have. What is not here is as in a new Fact.
    struct Record {
        Nanos time = 0;          // t0 and t1
        std::uint64_t word = 0;  // key or amount; of a whole fact: its place in whole_
        ThreadId thread = ThreadId::none;
        PacketId packet = PacketId::none;
        std::uint32_t bytes = 0;
        FactKind kind{};
        Rule rule = Rule::none;
        std::uint8_t port = kNoPort;
        std::uint8_t number = 0;  // times two; odd: the word is an amount
        bool operator==(const Record&) const = default;
    };
    static_assert(sizeof(Record) == 32);
    static constexpr std::uint8_t kNoPort = 0xFF, kWhole = 0xFE;
    static constexpr std::uint32_t kNumbers = 0x80;  // the smallest number that does not fit

    [[gnu::always_inline]] static bool is_short(const Fact& f) {
        return f.t0 == f.t1 && (f.key == 0 || f.amount == 0) && f.number < kNumbers &&
               (f.port == PortId::none || index(f.port) < kWhole) && f.reason == Reason::none &&
               f.outcome == Outcome::complete && f.error == Win32Error::success &&
               f.event == EventId::none && f.lock == LockId::none && f.handle == HandleId::none &&
               f.operation == Operation::post;
    }
    [[gnu::always_inline]] static Record shortened(const Fact& f) {
        const std::uint32_t is_amount = f.amount != 0 ? 1 : 0;
        return {.time = f.t0,
                .word = f.key | static_cast<std::uint64_t>(f.amount),
                .thread = f.thread,
                .packet = f.packet,
                .bytes = f.bytes,
                .kind = f.kind,
                .rule = f.rule,
                .port = static_cast<std::uint8_t>(index(f.port)),  // none becomes kNoPort
                .number = static_cast<std::uint8_t>(f.number << 1 | is_amount)};
    }
    [[nodiscard]] Fact fact_of(const Record& r) const {
        if (r.port == kWhole) return whole_[static_cast<std::size_t>(r.word)];
        Fact fact{.t0 = r.time, .t1 = r.time, .kind = r.kind, .rule = r.rule};
        if (r.port != kNoPort) fact.port = static_cast<PortId>(r.port);
        fact.thread = r.thread;
        fact.packet = r.packet;
        fact.bytes = r.bytes;
        fact.number = r.number >> 1;
        if ((r.number & 1) != 0)
            fact.amount = static_cast<std::int64_t>(r.word);
        else
            fact.key = r.word;
        return fact;
    }
    [[gnu::noinline]] void push_whole(const Fact& fact) {
        records_.push_back({.time = fact.t0, .word = whole_.size(), .port = kWhole});
        whole_.push_back(fact);
    }

    std::vector<Record> records_;
    std::vector<Fact> whole_;
};

class FactLog::const_iterator {
public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Fact;
    using difference_type = std::ptrdiff_t;
    using reference = Fact;
    // What -> looks into: a fact that lives as long as the expression.
    struct pointer {
        Fact fact;
        const Fact* operator->() const { return &fact; }
    };

    const_iterator() = default;
    const_iterator(const FactLog& log, std::size_t at) : log_(&log), at_(at) {}
    Fact operator*() const { return (*log_)[at_]; }
    pointer operator->() const { return {(*log_)[at_]}; }
    Fact operator[](difference_type n) const { return *(*this + n); }
    const_iterator& operator+=(difference_type n) {
        at_ += static_cast<std::size_t>(n);
        return *this;
    }
    const_iterator& operator-=(difference_type n) { return *this += -n; }
    const_iterator& operator++() { return *this += 1; }
    const_iterator& operator--() { return *this += -1; }
    const_iterator operator++(int) {
        const const_iterator before = *this;
        ++*this;
        return before;
    }
    const_iterator operator--(int) {
        const const_iterator before = *this;
        --*this;
        return before;
    }
    friend const_iterator operator+(const_iterator it, difference_type n) { return it += n; }
    friend const_iterator operator+(difference_type n, const_iterator it) { return it += n; }
    friend const_iterator operator-(const_iterator it, difference_type n) { return it -= n; }
    friend difference_type operator-(const const_iterator& a, const const_iterator& b) {
        return static_cast<difference_type>(a.at_) - static_cast<difference_type>(b.at_);
    }
    bool operator==(const const_iterator& other) const { return at_ == other.at_; }
    auto operator<=>(const const_iterator& other) const { return at_ <=> other.at_; }

private:
    const FactLog* log_ = nullptr;
    std::size_t at_ = 0;
};

inline std::vector<Fact> FactLog::all() const {
    return {begin(), end()};
}
inline FactLog::const_iterator FactLog::begin() const {
    return {*this, 0};
}
inline FactLog::const_iterator FactLog::end() const {
    return {*this, records_.size()};
}

}  // namespace sim
