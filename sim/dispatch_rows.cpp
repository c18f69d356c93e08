#include "sim/dispatch_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/explain.hpp"
#include "sim/run_names.hpp"

namespace sim {
namespace {

using Difference = DispatchRow::Difference;
using ByPacket = std::map<PacketId, Dispatch>;

ByPacket by_packet(const std::vector<Dispatch>& list) {
    ByPacket map;
    for (const Dispatch& each : list) map.emplace(each.packet, each);
    return map;
}

Difference by_thread(const std::optional<Dispatch>& left, const std::optional<Dispatch>& right) {
    if (!left || !right) return Difference::one_side;
    return left->thread == right->thread ? Difference::none : Difference::thread;
}

std::vector<DispatchRow> rows_by_packet(const std::vector<Dispatch>& left,
                                        const std::vector<Dispatch>& right) {
    std::map<PacketId, DispatchRow> rows;
    for (const Dispatch& each : left) rows[each.packet].left = each;
    for (const Dispatch& each : right) rows[each.packet].right = each;
    std::vector<DispatchRow> list;
    list.reserve(rows.size());
    for (auto& [packet, row] : rows) {
        row.difference = by_thread(row.left, row.right);
        list.push_back(row);
    }
    return list;
}

std::vector<DispatchRow> rows_by_dispatch(const std::vector<Dispatch>& left,
                                          const std::vector<Dispatch>& right) {
    std::vector<DispatchRow> list(std::max(left.size(), right.size()));
    for (std::size_t i = 0; i < list.size(); ++i) {
        DispatchRow& row = list[i];
        if (i < left.size()) row.left = left[i];
        if (i < right.size()) row.right = right[i];
        row.difference = by_thread(row.left, row.right);
        if (row.left && row.right && row.left->packet != row.right->packet)
            row.difference = Difference::packet;
    }
    return list;
}

// A dispatch with its time.
struct Timed {
    Nanos at = 0;
    Dispatch dispatch;
};

std::vector<Timed> timed(const Trace& trace, const std::vector<Dispatch>& list) {
    std::vector<Timed> result;
    result.reserve(list.size());
    for (const Dispatch& each : list) result.push_back({time_of(trace, each), each});
    std::stable_sort(result.begin(), result.end(),
                     [](const Timed& a, const Timed& b) { return a.at < b.at; });
    return result;
}

std::optional<Dispatch> find(const ByPacket& map, PacketId packet) {
    const auto found = map.find(packet);
    return found == map.end() ? std::nullopt : std::optional(found->second);
}

// The same packet at the same instant is one row.
std::vector<DispatchRow> rows_by_time(const std::vector<Timed>& left,
                                      const std::vector<Timed>& right, const ByPacket& in_left,
                                      const ByPacket& in_right) {
    std::vector<DispatchRow> list;
    std::size_t l = 0, r = 0;
    while (l < left.size() || r < right.size()) {
        const bool left_first = r == right.size() || (l < left.size() && left[l].at <= right[r].at);
        const bool together = l < left.size() && r < right.size() && left[l].at == right[r].at &&
                              left[l].dispatch.packet == right[r].dispatch.packet;
        const Timed& here = left_first ? left[l] : right[r];
        DispatchRow row;
        row.at = here.at;
        row.difference =
            by_thread(find(in_left, here.dispatch.packet), find(in_right, here.dispatch.packet));
        if (left_first) row.left = left[l++].dispatch;
        if (!left_first || together) row.right = right[r++].dispatch;
        list.push_back(row);
    }
    return list;
}

std::uint32_t number(PacketId packet) {
    return static_cast<std::uint32_t>(packet);
}

class Words {
public:
    Words(const Trace& left, const Trace& right)
        : left_(left), right_(right), names_(names_of(left, right)) {}

    [[nodiscard]] std::string by_packet(const DispatchRow& row) const {
        return fmt::format("packet {} goes to {} in {}, but to {} in {}",
                           number((row.left ? row.left : row.right)->packet),
                           thread(left_, row.left), names_.left, thread(right_, row.right),
                           names_.right);
    }
    [[nodiscard]] std::string by_dispatch(const DispatchRow& row, std::size_t place) const {
        return fmt::format("dispatch {} is {} in {}, but {} in {}", place + 1,
                           what(left_, row.left), names_.left, what(right_, row.right),
                           names_.right);
    }
    [[nodiscard]] std::string by_time(const DispatchRow& row, const ByPacket& in_left,
                                      const ByPacket& in_right) const {
        const bool here_left = row.left.has_value();
        const PacketId packet = (here_left ? row.left : row.right)->packet;
        const std::string here = thread(left_, find(in_left, packet));
        const std::string there = thread(right_, find(in_right, packet));
        return fmt::format("at {} packet {} goes to {} in {}; in {} it goes to {}",
                           format_time(row.at), number(packet), here_left ? here : there,
                           here_left ? names_.left : names_.right,
                           here_left ? names_.right : names_.left, here_left ? there : here);
    }

private:
    static std::string thread(const Trace& trace, const std::optional<Dispatch>& dispatch) {
        return name_or_none(trace.header, dispatch ? dispatch->thread : ThreadId::none);
    }
    static std::string what(const Trace& trace, const std::optional<Dispatch>& dispatch) {
        if (!dispatch) return "missing";
        return fmt::format("packet {} to {}", number(dispatch->packet), thread(trace, dispatch));
    }

    const Trace& left_;
    const Trace& right_;
    RunNames names_;
};

}  // namespace

std::string_view name(AlignBy by) {
    switch (by) {
        case AlignBy::packet: return "packet";
        case AlignBy::dispatch: return "dispatch";
        case AlignBy::time: return "time";
    }
    return {};
}

Nanos time_of(const Trace& trace, const Dispatch& dispatch) {
    return trace.facts[dispatch.step - 1].t1;
}

std::vector<Dispatch> dispatches_once(const Trace& trace) {
    std::vector<Dispatch> list = dispatches(trace);
    std::map<PacketId, std::size_t> last;
    for (const Dispatch& each : list) last[each.packet] = each.step;
    std::erase_if(list, [&](const Dispatch& each) { return last[each.packet] != each.step; });
    return list;
}

DispatchRows align(const Trace& left, const Trace& right, AlignBy by) {
    const auto in_left = dispatches_once(left), in_right = dispatches_once(right);
    const Words words(left, right);
    DispatchRows result;
    result.by = by;
    if (by == AlignBy::packet) result.rows = rows_by_packet(in_left, in_right);
    if (by == AlignBy::dispatch) result.rows = rows_by_dispatch(in_left, in_right);
    const ByPacket map_left = by_packet(in_left), map_right = by_packet(in_right);
    if (by == AlignBy::time)
        result.rows =
            rows_by_time(timed(left, in_left), timed(right, in_right), map_left, map_right);
    const auto first =
        std::find_if(result.rows.begin(), result.rows.end(),
                     [](const DispatchRow& row) { return row.difference != Difference::none; });
    result.first_difference = static_cast<std::size_t>(first - result.rows.begin());
    if (first == result.rows.end()) return result;
    result.sentence = by == AlignBy::packet     ? words.by_packet(*first)
                      : by == AlignBy::dispatch ? words.by_dispatch(*first, result.first_difference)
                                                : words.by_time(*first, map_left, map_right);
    return result;
}

}  // namespace sim
