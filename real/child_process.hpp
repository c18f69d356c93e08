// A process that we started: its standard input, output and error are pipes to us. Nothing here
// waits longer than it is told to, so a window can use it between two frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/ids.hpp"

namespace real {

struct ChildCommand {
    std::string program;                   // a path, or a name to find in PATH
    std::vector<std::string> arguments{};  // without the program itself
    // Variables that the child gets unless it would inherit them anyway (POSIX only).
    std::vector<std::pair<std::string, std::string>> environment{};
};

class ChildProcess {
public:
    ChildProcess();
    ~ChildProcess();  // kills it if it still runs
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // Empty when it runs, else why it cannot, in words.
    [[nodiscard]] std::string start(const ChildCommand&);

    // Goes to its standard input as soon as there is room there; never waits.
    void send(std::string_view text);
    // Appends what has arrived. Waits until something has, it has ended, or the time has passed.
    void receive(sim::Nanos wait_at_most, std::string& out, std::string& error);
    // Asks it to end where the system has a way for that (SIGTERM), kills it.
    void interrupt();
    void kill();

    // What it left behind when it ended: its exit code, or -signal. Nothing while it runs.
    [[nodiscard]] std::optional<int> exit_code();
    [[nodiscard]] int process_id() const;

private:
    struct Os;
    std::unique_ptr<Os> os_;
};

// The whole path of the running program; empty where the system does not tell.
[[nodiscard]] std::string own_program_path();
// The path of a program in PATH; empty when there is none.
[[nodiscard]] std::string find_in_path(std::string_view name);
[[nodiscard]] bool file_exists(const std::string& path);

}  // namespace real
