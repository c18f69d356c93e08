// The states that an explorer has seen, by what tells them apart: bytes that are equal for equal
// states. They are numbered from 0 in the order in which they came.
//
// Kept of each are 128 bits, not the bytes. Two different states are taken for one if these are
// equal; were they drawn at random, that would happen among n states with a probability below
// n² / 2^129: for ten million states 2 in 10^25, which is far less than that of a fault in the
// memory that holds them. Whoever does not want to rely on that keeps the bytes (`exact`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sim {

struct StateHash {
    std::uint64_t a = 0, b = 0;
    bool operator==(const StateHash&) const = default;
    auto operator<=>(const StateHash&) const = default;
};

// Two chains of 64 bits over the words of the bytes. Each step of a chain is a bijection of what
// it was, so bytes that differ in one word never meet; the chains mix with the published constants
// of SplitMix64 and of MurmurHash3 and are otherwise unrelated.
[[nodiscard]] inline StateHash hash_state(std::string_view bytes) {
    const auto mix = [](std::uint64_t x, int r, std::uint64_t m, int s, std::uint64_t n, int t) {
        x = (x ^ (x >> r)) * m;
        x = (x ^ (x >> s)) * n;
        return x ^ (x >> t);
    };
    StateHash hash{0x9E3779B97F4A7C15ull ^ bytes.size(), 0xD1B54A32D192ED03ull + bytes.size()};
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, bytes.size() - at < 8 ? bytes.size() - at : 8);
        hash.a = mix(hash.a ^ word, 30, 0xBF58476D1CE4E5B9ull, 27, 0x94D049BB133111EBull, 31);
        hash.b = mix((hash.b << 29 | hash.b >> 35) + word * 0x9FB21C651E98DF25ull, 33,
                     0xFF51AFD7ED558CCDull, 33, 0xC4CEB9FE1A85EC53ull, 33);
    }
    return hash;
}

class StateSet {
public:
    explicit StateSet(bool exact) : exact_(exact), places_(std::size_t{1} << 10, kFree) {}

    struct Inserted {
        std::uint32_t number;
        bool is_new;
    };
    Inserted insert(std::string_view bytes) {
        const StateHash hash = hash_state(bytes);
        std::size_t place = place_of(hash);
        while (places_[place] != kFree) {
            const std::uint32_t number = places_[place];
            if (hashes_[number] == hash && (!exact_ || bytes_[number] == bytes))
                return {number, false};
            place = (place + 1) & (places_.size() - 1);
        }
        const auto number = static_cast<std::uint32_t>(hashes_.size());
        places_[place] = number;
        hashes_.push_back(hash);
        if (exact_) bytes_.emplace_back(bytes);
        if (hashes_.size() * 2 > places_.size()) grow();
        return {number, true};
    }
    [[nodiscard]] std::size_t size() const { return hashes_.size(); }
    [[nodiscard]] std::size_t memory() const {
        return places_.size() * sizeof(std::uint32_t) + hashes_.capacity() * sizeof(StateHash);
    }

private:
    static constexpr std::uint32_t kFree = 0xFFFFFFFF;

    [[nodiscard]] std::size_t place_of(const StateHash& hash) const {
        return static_cast<std::size_t>(hash.a) & (places_.size() - 1);
    }
    void grow() {
        places_.assign(places_.size() * 2, kFree);
        for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
            std::size_t place = place_of(hashes_[number]);
            while (places_[place] != kFree) place = (place + 1) & (places_.size() - 1);
            places_[place] = number;
        }
    }

    bool exact_;
    std::vector<std::uint32_t> places_;  // a power of two; at most half of them are taken
    std::vector<StateHash> hashes_;      // by number
    std::vector<std::string> bytes_;     // by number, when exact
};

}  // namespace sim
