#include "sim/bound_words.hpp"

#include <fmt/format.h>

namespace sim {
namespace {

std::string listed(const StagePort& port, const TraceHeader& header, std::string_view pending) {
    std::string text;
    for (const StageHandle& handle : port.bound) {
        if (!text.empty()) text += ", ";
        text += handle_name(header, handle.id);
        if (handle.pending > 0) text += fmt::format(" ({}{})", handle.pending, pending);
    }
    return text;
}

}  // namespace

std::string bound_words(const StagePort& port, const TraceHeader& header, std::size_t most) {
    if (port.bound.empty()) return "none";
    for (const std::string_view pending : {" pending", ""})
        if (std::string text = listed(port, header, pending); text.size() <= most) return text;
    std::uint64_t pending = 0;
    for (const StageHandle& handle : port.bound) pending += handle.pending;
    return fmt::format("{} handles, {} pending", port.bound.size(), pending);
}

std::string port_words(const StagePort& port, const TraceHeader& header) {
    if (header.ports.size() < 2) return {};
    // Without an open handle the port is still the one of its first name.
    if (port.handles.empty()) return fmt::format("port {}", port_name(header, port.id));
    std::string text = "port ";
    for (const PortId handle : port.handles) {
        if (handle != port.handles.front()) text += ", ";
        text += port_name(header, handle);
    }
    return text;
}

}  // namespace sim
