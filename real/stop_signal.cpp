#include "real/stop_signal.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace real {
namespace {

// By default this one is ignored, so even a signal that came before its handler would do no harm.
constexpr int kStopSignal = SIGURG;

void do_nothing(int) {}

}  // namespace

void install_stop_signal() {
    struct sigaction action {};
    action.sa_handler = do_nothing;
    sigemptyset(&action.sa_mask);
    sigaction(kStopSignal, &action, nullptr);
}

int own_system_thread() {
    return static_cast<int>(syscall(SYS_gettid));
}

void send_stop_signal(int system_thread) {
    syscall(SYS_tgkill, getpid(), system_thread, kStopSignal);
}

}  // namespace real
