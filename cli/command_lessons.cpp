// iocpscope lessons
#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/json.hpp"
#include "cli/lessons.hpp"
#include "sim/rule.hpp"

namespace cli {
namespace {

struct Options {
    std::string folder;
    bool json = false;
};

void put(Json& json, const Lesson& lesson) {
    json.begin_object().key("file").value(lesson.file);
    json.key("title").value(lesson.scenario.title);
    json.key("teaches").value(lesson.scenario.teaches);
    json.key("rules").begin_list();
    for (const sim::Rule rule : lesson.scenario.rules) json.value(sim::info(rule).id);
    json.end_list();
    json.key("questions").value(static_cast<std::uint64_t>(lesson.scenario.questions.size()));
    json.end_object();
}

int lessons(const Options& options) {
    const Lessons found = find_lessons(options.folder);
    if (found.lessons.empty() && found.broken.empty()) {
        print_error(options.folder.empty()
                        ? "iocpscope: no folder with lessons was found; name it with --folder\n"
                        : fmt::format("iocpscope: there are no scenarios in {}\n", options.folder));
        return kBadInput;
    }
    if (options.json) {
        Json json;
        json.begin_list();
        for (const Lesson& lesson : found.lessons) put(json, lesson);
        json.end_list();
        print(json.take());
    } else {
        for (const Lesson& lesson : found.lessons)
            print(fmt::format("{}\n  {}\n  {}\n\n", lesson.file, lesson.scenario.title,
                              lesson.scenario.teaches));
        print(fmt::format("Try one: iocpscope simulate {}\n", found.lessons.empty()
                                                                  ? found.broken.front()
                                                                  : found.lessons.front().file));
    }
    for (const std::string& file : found.broken)
        print_error(fmt::format("{} has errors; `iocpscope lint {}` lists them\n", file, file));
    return found.broken.empty() ? kFine : kBadInput;
}

}  // namespace

void add_lessons(CLI::App& app, Run& run) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("lessons", "List the lessons with what they teach");
    command->add_option("--folder", options->folder, "where the lessons are");
    command->add_flag("--json", options->json, "print JSON");
    command->callback([options, &run] { run = [options] { return lessons(*options); }; });
}

}  // namespace cli
