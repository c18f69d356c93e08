// without_call CALL COMMAND [ARGUMENT...]: runs the command with a system call refused:
// perf_event_open (EACCES), as many distributions refuse it to ordinary users, or io_uring_setup
// (EPERM), as containers do. A filter of this process and its children; nothing of the system is
// changed. Exits with 77 where filters cannot be set.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const bool perf = std::strcmp(argv[1], "perf_event_open") == 0;
    if (!perf && std::strcmp(argv[1], "io_uring_setup") != 0) return 2;
    const auto call = static_cast<unsigned>(perf ? SYS_perf_event_open : SYS_io_uring_setup);
    const auto error = static_cast<unsigned>(perf ? EACCES : EPERM);
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        std::perror("without_call");
        return 77;
    }
    execvp(argv[2], argv + 2);
    std::perror(argv[2]);
    return 2;
}
