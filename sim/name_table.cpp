#include "sim/name_table.hpp"

namespace sim {

NameTable::NameTable(const std::vector<std::string_view>& texts) {
    // Eight slots for each text: few have to share. Beyond some thousand texts many do.
    constexpr unsigned kLeastShift = 64 - 16;
    while (shift_ > kLeastShift && (std::size_t{1} << (64 - shift_)) < texts.size() * 8) --shift_;
    slots_.resize(std::size_t{1} << (64 - shift_));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto number = static_cast<std::uint32_t>(i);
        const Essence essence = essence_of(texts[i]);
        Slot& slot = slots_[slot_of(essence)];
        if (slot.number == kUnknown) {
            slot = {.essence = essence, .text = texts[i], .number = number};
        } else if (slot.text != texts[i]) {
            slot.shared = true;
            others_.emplace(texts[i], number);
        }
    }
}

std::uint32_t NameTable::find_other(std::string_view text) const {
    const auto found = others_.find(text);
    return found == others_.end() ? kUnknown : found->second;
}

}  // namespace sim
