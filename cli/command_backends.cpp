// iocpscope backends
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/json.hpp"
#include "real/port.hpp"

namespace cli {
namespace {

std::string as_json() {
    Json json;
    json.begin_list();
    for (const real::Backend& backend : real::backends()) {
        json.begin_object()
            .key("name")
            .value(backend.name)
            .key("lane")
            .value(backend.lane)
            .key("available")
            .value(backend.unavailable.empty())
            .key("why_not")
            .value(backend.unavailable)
            .key("windows_evidence")
            .value(backend.windows_evidence)
            .key("blocking")
            .value(sim::name(backend.blocking))
            .key("blocking_why")
            .value(backend.blocking_why)
            .key("promises")
            .begin_list();
        for (const std::string_view rule : backend.promises) json.value(rule);
        json.end_list().key("host").begin_object();
        for (const auto& [key, value] : backend.host) json.key(key).value(value);
        json.end_object().end_object();
    }
    json.end_list();
    return json.take();
}

std::string words() {
    std::string text;
    for (const real::Backend& backend : real::backends()) {
        const bool here = backend.unavailable.empty();
        text += fmt::format("{:<6} {}\n", backend.name, here ? backend.lane : "not here");
        if (!here) {
            text += fmt::format("       {}\n", backend.unavailable);
            continue;
        }
        text += fmt::format("       promises {} rules; a waiting worker is {}\n",
                            backend.promises.size(), sim::name(backend.blocking));
        if (!backend.blocking_why.empty())
            text += fmt::format("       why not better: {}\n", backend.blocking_why);
        for (const auto& [key, value] : backend.host)
            text += fmt::format("       {}: {}\n", key, value);
        text += backend.windows_evidence
                    ? "       what is measured here is evidence about Windows\n"
                    : "       what is measured here is no evidence about Windows\n";
    }
    return text;
}

}  // namespace

void add_backends(CLI::App& app, Run& run) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command =
        app.add_subcommand("backends", "Which completion ports can be measured on this computer");
    command->add_flag("--json", *json, "print JSON");
    command->callback([json, &run] {
        run = [json] {
            print(*json ? as_json() : words());
            return static_cast<int>(kFine);
        };
    });
}

}  // namespace cli
