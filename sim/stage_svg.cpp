#include "sim/stage_svg.hpp"

#include <algorithm>

#include "sim/stage_svg_lane.hpp"
#include "sim/svg.hpp"

namespace sim {
namespace {

constexpr int kWidth = 1600, kHeight = 900, kMargin = 16;
constexpr SvgFont kTitleFont{.size = 38, .bold = true};
constexpr SvgFont kCaptionFont{.size = 28};

Svg with_title(std::string_view title) {
    Svg svg(kWidth, kHeight, title);
    const int width = kWidth - 2 * kMargin - 16;
    const SvgFont font = fitting(title, kTitleFont, width, 28);
    svg.text(kMargin + 8, 52, shortened(title, font, width), font);
    return svg;
}

bool has_actor(const StagePort& port) {
    const auto acted = [](const StageThread& thread) { return thread.posted_last; };
    for (const auto* threads : {&port.waiting, &port.in_call, &port.released, &port.paused})
        if (std::any_of(threads->begin(), threads->end(), acted)) return true;
    return false;
}

}  // namespace

std::size_t shown_port(const Stage& stage) {
    const auto found = std::find_if(stage.ports.begin(), stage.ports.end(), has_actor);
    return found == stage.ports.end() ? 0 : static_cast<std::size_t>(found - stage.ports.begin());
}

std::string stage_svg(const TraceHeader& header, const Stage& stage, std::string_view title,
                      std::string_view caption) {
    Svg svg = with_title(title);
    draw_lane(svg, {header, stage, caption},
              {kMargin, 72, kWidth - 2 * kMargin, kHeight - 72 - kMargin});
    return svg.finished();
}

std::string stage_svg(const StageView& left, const StageView& right, std::string_view title,
                      std::string_view caption) {
    Svg svg = with_title(title);
    const int lane = (kWidth - 3 * kMargin) / 2, height = kHeight - 72 - 64;
    draw_lane(svg, left, {kMargin, 72, lane, height});
    draw_lane(svg, right, {2 * kMargin + lane, 72, lane, height});
    const int width = kWidth - 2 * kMargin - 16;
    const SvgFont font = fitting(caption, kCaptionFont, width, kStageSvgSmallest);
    svg.text(kMargin + 8, kHeight - 22, shortened(caption, font, width), font);
    return svg.finished();
}

}  // namespace sim
