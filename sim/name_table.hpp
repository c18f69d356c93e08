// Finds a short text among those that it was made for, and tells its number. Made for the words
// that every line of a trace repeats: nearly always one multiplication and two comparisons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sim {

class NameTable {
public:
    static constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

    NameTable() : NameTable(std::vector<std::string_view>{}) {}
    // Numbered as they stand there; of equal texts the first counts. They must outlive the table.
    explicit NameTable(const std::vector<std::string_view>& texts);

    [[nodiscard]] std::uint32_t find(std::string_view text) const {
        const Essence essence = essence_of(text);
        const Slot& slot = slots_[slot_of(essence)];
        if (slot.essence == essence && same_middle(slot.text, text)) return slot.number;
        return slot.shared ? find_other(text) : kUnknown;
    }

private:
    // The first and last eight bytes and the length: all there is of a text of up to 16 bytes.
    struct Essence {
        std::uint64_t first = 0, last = 0, length = 0;
        bool operator==(const Essence&) const = default;
    };
    struct Slot {
        Essence essence{.length = kUnknown};
        std::string_view text;
        std::uint32_t number = kUnknown;
        bool shared = false;  // others belong here too: they are in others_
    };

    template <class Word>
    static std::uint64_t load(const char* from) {
        Word word;
        std::memcpy(&word, from, sizeof word);
        return word;
    }
    static Essence essence_of(std::string_view text) {
        const char* at = text.data();
        const std::size_t n = text.size();
        if (n >= 8) return {load<std::uint64_t>(at), load<std::uint64_t>(at + n - 8), n};
        if (n >= 4) return {load<std::uint32_t>(at), load<std::uint32_t>(at + n - 4), n};
        if (n == 0) return {};
        return {load<std::uint8_t>(at),
                load<std::uint8_t>(at + n / 2) << 8 | load<std::uint8_t>(at + n - 1), n};
    }
    static bool same_middle(std::string_view a, std::string_view b) {
        return b.size() <= 16 || a == b;
    }
    [[nodiscard]] std::size_t slot_of(const Essence& e) const {
        std::uint64_t mixed = e.first * 0x9E3779B97F4A7C15ull + e.length;
        mixed = (mixed ^ e.last) * 0xD6E8FEB86659FD93ull;
        return static_cast<std::size_t>(mixed >> shift_);
    }
    [[nodiscard]] std::uint32_t find_other(std::string_view text) const;

    std::vector<Slot> slots_;
    unsigned shift_ = 63;
    // Those whose slot was taken. The standard library's hash keeps names that were chosen to
    // meet in one slot from making the search slow.
    std::unordered_map<std::string_view, std::uint32_t> others_;
};

}  // namespace sim
