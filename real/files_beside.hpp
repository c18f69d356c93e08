// The files that a scenario names, such as its arrivals.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace real {

// For sim::ParseOptions::read_file: reads regular files of at most 64 MiB in the folder of the
// scenario, or below it; for a scenario from standard input ("-"), in the current folder. A name
// that leads anywhere else gives nothing.
[[nodiscard]] std::function<std::optional<std::string>(std::string_view name)> files_beside(
    const std::string& scenario_path);

}  // namespace real
