#include "cli/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/input.hpp"
#include "real/child_process.hpp"
#include "sim/compare.hpp"
#include "sim/explain.hpp"
#include "sim/model_of.hpp"
#include "sim/stage_svg.hpp"
#include "sim/timeline.hpp"

namespace cli {
namespace {

constexpr sim::Nanos kWaitAtMost = 100'000'000;

std::string caption(const sim::Lane& lane, std::size_t at) {
    if (at == 0) return "nothing has happened yet";
    return sim::sentence(lane.trace().header, lane.trace().facts[at - 1]);
}

// The model's step that stands beside step `at` of the measurement: both have dispatched the same
// number of packets, and both ends belong together.
std::size_t step_beside(const sim::Trace& measured, std::size_t at, const sim::Trace& model) {
    if (at >= measured.facts.size()) return model.facts.size();
    std::size_t done = 0;
    for (const sim::Dispatch& d : sim::dispatches(measured))
        if (d.step <= at) ++done;
    const auto modelled = sim::dispatches(model);
    if (done == 0) return 0;
    return modelled.empty() ? 0 : modelled[std::min(done, modelled.size()) - 1].step;
}

std::string title_of(const sim::Trace& trace) {
    const auto scenario = sim::scenario_of(trace.header);
    return scenario ? scenario->title : trace.header.scenario_name;
}

}  // namespace

std::string svg_picture(sim::Trace trace, std::size_t at) {
    const std::string title = title_of(trace);
    auto model = trace.header.backend == "model" ? sim::Result<sim::Trace>(sim::Diagnostics{})
                                                 : model_for(trace);
    const sim::Lane lane(std::move(trace));
    const sim::Stage stage = lane.stage_at(at);
    if (!model) return sim::stage_svg(lane.trace().header, stage, title, caption(lane, at));
    const sim::Comparison comparison = sim::compare(*model, lane.trace());
    const std::size_t beside = step_beside(lane.trace(), at, *model);
    const sim::Lane left(std::move(*model));
    const sim::Stage left_stage = left.stage_at(beside);
    const std::string left_caption = caption(left, beside);
    const std::string right_caption = caption(lane, at);
    return sim::stage_svg({left.trace().header, left_stage, left_caption},
                          {lane.trace().header, stage, right_caption}, title, comparison.badge);
}

int png_picture(const std::string& file, std::size_t at, const std::string& output) {
    std::filesystem::path program(real::own_program_path());
    program.replace_filename("iocpscope-gui" + program.extension().string());
    if (!real::file_exists(program.string())) {
        print_error(
            fmt::format("iocpscope: the window program, which draws PNG pictures, is not "
                        "beside this one ({}); --format svg needs no window\n",
                        program.string()));
        return kEnvironment;
    }
    real::ChildProcess window;
    const std::string failure =
        window.start({.program = program.string(),
                      .arguments = {file, "--at", std::to_string(at), "--screenshot", output}});
    if (!failure.empty()) {
        print_error(fmt::format("iocpscope: {}\n", failure));
        return kEnvironment;
    }
    std::string said;
    std::string complaints;
    while (!window.exit_code()) window.receive(kWaitAtMost, said, complaints);
    window.receive(0, said, complaints);
    print_error(complaints);
    const int code = *window.exit_code();
    return code < 0 ? kEnvironment : code;
}

}  // namespace cli
