#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "real/child_process.hpp"
#include "real/clock.hpp"

extern char** environ;

namespace real {
namespace {

// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void reset(int fd) {
        close();
        fd_ = fd;
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool open() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

bool make_pipe(Descriptor& read_end, Descriptor& write_end) {
    int ends[2];
    if (pipe(ends) != 0) return false;
    for (const int fd : ends) fcntl(fd, F_SETFD, FD_CLOEXEC);
    read_end.reset(ends[0]);
    write_end.reset(ends[1]);
    return true;
}

void set_nonblocking(int fd) {
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

// write() to a process that is gone raises SIGPIPE, which ends a program that does not expect it.
// Blocked around the call and taken back, so that the program's own setting stays.
ssize_t write_without_signal(int fd, const char* data, std::size_t size) {
    sigset_t pipe_signal, before, pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    const ssize_t written = write(fd, data, size);
    const int error = errno;
    if (written < 0 && error == EPIPE && !sigismember(&pending, SIGPIPE)) {
        int taken = 0;
        sigpending(&pending);
        if (sigismember(&pending, SIGPIPE)) sigwait(&pipe_signal, &taken);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

// False: the other side has closed it.
bool read_all(int fd, std::string& text) {
    std::array<char, 65536> buffer;
    for (;;) {
        const ssize_t count = read(fd, buffer.data(), buffer.size());
        if (count > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
            continue;
        }
        if (count < 0 && errno == EINTR) continue;
        return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& additions) {
    std::vector<std::string> result;
    for (char** each = environ; each && *each; ++each) result.emplace_back(*each);
    for (const auto& [name, value] : additions)
        if (!std::getenv(name.c_str())) result.push_back(name + "=" + value);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

struct ChildProcess::Os {
    pid_t pid = -1;
    std::optional<int> exit_code;
    Descriptor in, out, error;  // our ends
    std::string unsent;

    int spawn(const ChildCommand& command, int child_in, int child_out, int child_error);
    void send_pending();
    void wait_for_something(Nanos wait_at_most);
};

// Spawned, not forked: the parent may be a window with a driver's threads.
int ChildProcess::Os::spawn(const ChildCommand& command, int child_in, int child_out,
                            int child_error) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, child_in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, child_out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, child_error, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    sigemptyset(&none);
    sigemptyset(&standard);
    for (const int each : {SIGPIPE, SIGTERM, SIGINT}) sigaddset(&standard, each);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &standard);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::vector<std::string> arguments = command.arguments;
    arguments.insert(arguments.begin(), command.program);
    std::vector<std::string> environment = environment_with(command.environment);
    const int result = posix_spawnp(&pid, command.program.c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (result != 0) pid = -1;
    return result;
}

void ChildProcess::Os::send_pending() {
    while (in.open() && !unsent.empty()) {
        const ssize_t written = write_without_signal(in.get(), unsent.data(), unsent.size());
        if (written > 0) {
            unsent.erase(0, static_cast<std::size_t>(written));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        } else if (errno != EINTR) {
            in.close();  // it does not listen any longer
        }
    }
}

void ChildProcess::Os::wait_for_something(Nanos wait_at_most) {
    std::vector<pollfd> watched;
    if (out.open()) watched.push_back({.fd = out.get(), .events = POLLIN, .revents = 0});
    if (error.open()) watched.push_back({.fd = error.get(), .events = POLLIN, .revents = 0});
    if (in.open() && !unsent.empty())
        watched.push_back({.fd = in.get(), .events = POLLOUT, .revents = 0});
    const Nanos milliseconds = (std::max<Nanos>(wait_at_most, 0) + 999'999) / 1'000'000;
    poll(watched.data(), static_cast<nfds_t>(watched.size()),
         static_cast<int>(std::min<Nanos>(milliseconds, INT_MAX)));
}

ChildProcess::ChildProcess() : os_(std::make_unique<Os>()) {}

ChildProcess::~ChildProcess() {
    if (os_->pid < 0 || exit_code()) return;
    kill();
    int status = 0;
    while (waitpid(os_->pid, &status, 0) < 0 && errno == EINTR) {
    }
}

std::string ChildProcess::start(const ChildCommand& command) {
    Descriptor child_in, child_out, child_error;
    if (!make_pipe(child_in, os_->in) || !make_pipe(os_->out, child_out) ||
        !make_pipe(os_->error, child_error))
        return std::string("no pipe: ") + std::strerror(errno);
    for (const Descriptor* each : {&os_->in, &os_->out, &os_->error}) set_nonblocking(each->get());
    const int result = os_->spawn(command, child_in.get(), child_out.get(), child_error.get());
    if (result != 0) return command.program + ": " + std::strerror(result);
    return {};
}

void ChildProcess::send(std::string_view text) {
    os_->unsent.append(text);
    os_->send_pending();
}

// The end of the child is looked for by itself: its pipes may stay open, because Wine's services
// inherit them and outlive it.
void ChildProcess::receive(Nanos wait_at_most, std::string& out, std::string& error) {
    constexpr Nanos kLookAgain = 20'000'000;
    const Nanos deadline = clock_now() + wait_at_most;
    const std::size_t before = out.size() + error.size();
    for (;;) {
        const bool ended = exit_code().has_value();  // before reading: nothing comes after its end
        os_->send_pending();
        if (os_->out.open() && !read_all(os_->out.get(), out)) os_->out.close();
        if (os_->error.open() && !read_all(os_->error.get(), error)) os_->error.close();
        const Nanos left = deadline - clock_now();
        if (ended || out.size() + error.size() > before || left <= 0) return;
        os_->wait_for_something(std::min(left, kLookAgain));
    }
}

void ChildProcess::interrupt() {
    if (os_->pid > 0 && !exit_code()) ::kill(os_->pid, SIGTERM);
}

void ChildProcess::kill() {
    if (os_->pid > 0 && !exit_code()) ::kill(os_->pid, SIGKILL);
}

std::optional<int> ChildProcess::exit_code() {
    if (os_->exit_code || os_->pid < 0) return os_->exit_code;
    int status = 0;
    const pid_t result = waitpid(os_->pid, &status, WNOHANG);
    if (result == os_->pid)
        os_->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    else if (result < 0 && errno == ECHILD)
        os_->exit_code = -1;  // somebody else collected it
    return os_->exit_code;
}

int ChildProcess::process_id() const {
    return os_->pid;
}

std::string own_program_path() {
    std::array<char, 4096> path;
#ifdef __APPLE__
    std::uint32_t size = path.size();
    if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
    return path.data();
#else
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    if (length <= 0 || static_cast<std::size_t>(length) == path.size()) return {};
    return std::string(path.data(), static_cast<std::size_t>(length));
#endif
}

bool file_exists(const std::string& path) {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::string find_in_path(std::string_view name) {
    const char* variable = std::getenv("PATH");
    std::string_view rest = variable ? variable : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        const std::size_t colon = rest.find(':');
        const std::string_view folder = rest.substr(0, colon);
        const std::string path =
            std::string(folder.empty() ? "." : folder) + "/" + std::string(name);
        if (file_exists(path) && access(path.c_str(), X_OK) == 0) return path;
        if (colon == std::string_view::npos) return {};
        rest.remove_prefix(colon + 1);
    }
}

}  // namespace real
