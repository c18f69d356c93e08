// Preloaded (LD_PRELOAD), it lets a program find nothing under /proc: what a sandbox without it
// looks like. Only opening is refused, which is all that our programs do there.
#include <dlfcn.h>
#include <fcntl.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>

namespace {

using Open = int (*)(const char*, int, ...);

int open_elsewhere(const char* symbol, const char* path, int flags, mode_t mode) {
    if (std::strncmp(path, "/proc/self/task", 15) == 0) {
        errno = ENOENT;
        return -1;
    }
    const auto real = reinterpret_cast<Open>(dlsym(RTLD_NEXT, symbol));
    return real(path, flags, mode);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(rest, unsigned) : 0);
    va_end(rest);
    return open_elsewhere("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(rest, unsigned) : 0);
    va_end(rest);
    return open_elsewhere("open64", path, flags, mode);
}
}
