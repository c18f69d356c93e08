#include "real/backends.hpp"

#include <cstdlib>

#include "real/child_process.hpp"
#include "real/clock.hpp"
#include "real/port.hpp"
#include "real/port_linux.hpp"

#ifdef _WIN32
#include "real/port_win32.hpp"
#endif

namespace real {
namespace {

#ifdef _WIN32
constexpr std::string_view kProgram = "iocpscope.exe";
#else
constexpr std::string_view kProgram = "iocpscope";
#endif

// With the separator at its end.
std::string folder_of(const std::string& path) {
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

#ifndef _WIN32

Backend win32_backend() {
    Backend backend;
    backend.name = kWin32Backend;
    backend.lane = "Windows kernel";
    backend.windows_evidence = true;
    backend.blocking = sim::Blocking::kernel;
    backend.unavailable =
        "this is not Windows: run iocpscope.exe there (cmake --preset mingw && cmake --build "
        "--preset mingw makes it), or open a recording";
    return backend;
}

#endif

#ifdef __linux__

// "8.0" of "wine-8.0 (Debian 8.0~repack-4)"; empty when it does not say within a second.
std::string installed_wine_version(const std::string& wine) {
    ChildProcess process;
    if (!process.start({.program = wine, .arguments = {"--version"}}).empty()) return {};
    std::string out, error;
    const Nanos deadline = clock_now() + 1'000'000'000;
    while (!process.exit_code() && clock_now() < deadline)
        process.receive(deadline - clock_now(), out, error);
    process.receive(0, out, error);
    constexpr std::string_view kPrefix = "wine-";
    const std::size_t begin = out.find(kPrefix);
    if (begin == std::string::npos) return {};
    const std::size_t end = out.find_first_of(" \r\n", begin);
    return out.substr(begin + kPrefix.size(), end - begin - kPrefix.size());
}

#endif

#ifndef _WIN32

Backend wine_backend() {
    Backend backend;
    backend.name = kWineBackend;
    backend.lane = "Wine, not Windows";
    backend.blocking = sim::Blocking::none;
    backend.promises = wine_promises();
#ifdef __linux__
    const std::string wine = find_in_path("wine");
    if (wine.empty()) {
        backend.unavailable = "wine is not installed: sudo apt-get install wine";
    } else if (windows_program_path().empty()) {
        backend.unavailable =
            "the Windows program is not built: cmake --preset mingw && cmake --build --preset "
            "mingw";
    } else if (const std::string version = installed_wine_version(wine); !version.empty()) {
        backend.lane = "Wine " + version + ", not Windows";
        backend.host = {{"os", "Wine " + version}};
    }
#else
    backend.unavailable = "recording under Wine needs Linux: /proc tells which threads wait";
#endif
    return backend;
}

#endif

}  // namespace

std::vector<std::string_view> wine_promises() {
    return {"Q-FIFO-1",    "Q-ONCE-1",    "Q-EARLY-1",  "Q-DEPTH-1",  "T-TIMEOUT-1", "T-TIMEOUT-2",
            "T-TIMEOUT-3", "T-TIMEOUT-6", "X-CLOSE-3",  "P-POST-1",   "P-POST-2",    "P-POST-3",
            "P-POST-4",    "G-EX-1",      "G-EX-2",     "G-EX-3",     "T-APC-1",     "H-HANDLE-1",
            "H-HANDLE-2",  "H-HANDLE-4",  "H-HANDLE-6", "H-HANDLE-8", "H-HANDLE-10", "I-IO-2",
            "I-IO-4",      "I-IO-5",      "I-IO-9",     "I-IO-10",    "I-IO-14",     "I-IO-16",
            "N-NOTIFY-2",  "N-NOTIFY-4",  "N-NOTIFY-5"};
}

std::string recorder_program_path() {
    const std::string own = own_program_path();
    if (own.empty()) return {};
    const std::string beside = folder_of(own) + std::string(kProgram);
    return beside == own || file_exists(beside) ? beside : std::string();
}

std::string windows_program_path() {
    if (const char* chosen = std::getenv("IOCPSCOPE_EXE"); chosen && *chosen) return chosen;
    const std::string folder = folder_of(own_program_path());
    for (const char* place : {"iocpscope.exe", "../mingw/iocpscope.exe"})
        if (file_exists(folder + place)) return folder + place;
    return {};
}

std::vector<Backend> backends() {
#ifdef _WIN32
    return {win32_backend(), linux_backend()};
#else
    return {linux_backend(), wine_backend(), win32_backend()};
#endif
}

std::unique_ptr<Ports> make_ports([[maybe_unused]] sim::Blocking blocking) {
#if defined(_WIN32)
    return make_win32_ports();
#elif defined(__linux__)
    return make_linux_ports(blocking);
#else
    return nullptr;  // every back end says why it is unavailable
#endif
}

}  // namespace real
