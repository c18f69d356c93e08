// The measurement of the window: a recording by the best back end of this computer, in a child
// process, so that a hung or crashed pool never takes the window down.
#pragma once

#include <memory>

#include "gui/measurement.hpp"

namespace gui {

[[nodiscard]] std::unique_ptr<Measurement> make_measurement();

}  // namespace gui
