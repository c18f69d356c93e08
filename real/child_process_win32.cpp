#include <windows.h>

#include <algorithm>
#include <array>

#include "real/child_process.hpp"
#include "real/clock.hpp"

namespace real {
namespace {

// A handle that closes itself.
class Handle {
public:
    Handle() = default;
    ~Handle() { close(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    void close() {
        if (handle_) CloseHandle(handle_);
        handle_ = nullptr;
    }
    [[nodiscard]] HANDLE get() const { return handle_; }
    [[nodiscard]] HANDLE* address() { return &handle_; }
    [[nodiscard]] bool open() const { return handle_ != nullptr; }

private:
    HANDLE handle_ = nullptr;
};

// Large enough that a scenario never has to wait for the child to read it.
constexpr DWORD kPipeSize = 1 << 20;

// `ours` stays with us: the child must not inherit it.
bool make_pipe(Handle& read_end, Handle& write_end, Handle& ours) {
    SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
    return CreatePipe(read_end.address(), write_end.address(), &inherit, kPipeSize) &&
           SetHandleInformation(ours.get(), HANDLE_FLAG_INHERIT, 0);
}

std::wstring wide(const std::string& text) {
    const int length =
        MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), nullptr, 0);
    std::wstring result(static_cast<std::size_t>(length), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, text.data(), static_cast<int>(text.size()), result.data(),
                        length);
    return result;
}

std::string narrow(const wchar_t* text) {
    const int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
    if (length <= 1) return {};
    std::string result(static_cast<std::size_t>(length), '\0');
    WideCharToMultiByte(CP_UTF8, 0, text, -1, result.data(), length, nullptr, nullptr);
    result.pop_back();
    return result;
}

// One argument the way the C library takes it apart again: backslashes count only before a quote.
std::string quoted(const std::string& argument) {
    std::string result = "\"";
    std::size_t backslashes = 0;
    for (const char c : argument) {
        if (c == '"') result.append(backslashes + 1, '\\');
        backslashes = c == '\\' ? backslashes + 1 : 0;
        result.push_back(c);
    }
    return result.append(backslashes, '\\') + "\"";
}

void read_all(Handle& pipe, std::string& text) {
    std::array<char, 65536> buffer;
    while (pipe.open()) {
        DWORD there = 0;
        if (!PeekNamedPipe(pipe.get(), nullptr, 0, nullptr, &there, nullptr)) return pipe.close();
        if (there == 0) return;
        DWORD count = 0;
        const DWORD wanted = std::min(there, static_cast<DWORD>(buffer.size()));
        if (!ReadFile(pipe.get(), buffer.data(), wanted, &count, nullptr)) return pipe.close();
        text.append(buffer.data(), count);
    }
}

}  // namespace

struct ChildProcess::Os {
    Handle process, in, out, error;
    DWORD process_id = 0;
};

ChildProcess::ChildProcess() : os_(std::make_unique<Os>()) {}

ChildProcess::~ChildProcess() {
    if (os_->process.open() && !exit_code()) {
        kill();
        WaitForSingleObject(os_->process.get(), 5000);
    }
}

std::string ChildProcess::start(const ChildCommand& command) {
    Handle child_in, child_out, child_error;
    if (!make_pipe(child_in, os_->in, os_->in) || !make_pipe(os_->out, child_out, os_->out) ||
        !make_pipe(os_->error, child_error, os_->error))
        return "no pipe: error " + std::to_string(GetLastError());
    std::string line = quoted(command.program);
    for (const std::string& argument : command.arguments) line += " " + quoted(argument);
    std::wstring wide_line = wide(line);
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = child_in.get();
    startup.hStdOutput = child_out.get();
    startup.hStdError = child_error.get();
    PROCESS_INFORMATION info{};
    if (!CreateProcessW(nullptr, wide_line.data(), nullptr, nullptr, TRUE, CREATE_NO_WINDOW,
                        nullptr, nullptr, &startup, &info))
        return command.program + ": error " + std::to_string(GetLastError());
    CloseHandle(info.hThread);
    *os_->process.address() = info.hProcess;
    os_->process_id = info.dwProcessId;
    return {};
}

void ChildProcess::send(std::string_view text) {
    DWORD written = 0;
    if (os_->in.open() &&
        !WriteFile(os_->in.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr))
        os_->in.close();
}

void ChildProcess::receive(sim::Nanos wait_at_most, std::string& out, std::string& error) {
    const Nanos deadline = clock_now() + wait_at_most;
    const std::size_t before = out.size() + error.size();
    for (;;) {
        const bool ended = exit_code().has_value();  // before reading: nothing comes after its end
        read_all(os_->out, out);
        read_all(os_->error, error);
        if (ended || out.size() + error.size() > before || clock_now() >= deadline) return;
        WaitForSingleObject(os_->process.get(), 2);
    }
}

// A console program has no polite signal from outside; the `stop` line does the asking.
void ChildProcess::interrupt() {}

void ChildProcess::kill() {
    if (os_->process.open()) TerminateProcess(os_->process.get(), 1);
}

std::optional<int> ChildProcess::exit_code() {
    DWORD code = 0;
    if (!os_->process.open() || WaitForSingleObject(os_->process.get(), 0) != WAIT_OBJECT_0 ||
        !GetExitCodeProcess(os_->process.get(), &code))
        return std::nullopt;
    return static_cast<int>(code);
}

int ChildProcess::process_id() const {
    return static_cast<int>(os_->process_id);
}

std::string own_program_path() {
    std::array<wchar_t, 4096> path;
    const DWORD length = GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (length == 0 || length == path.size()) return {};
    return narrow(path.data());
}

bool file_exists(const std::string& path) {
    const DWORD attributes = GetFileAttributesW(wide(path).c_str());
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY);
}

std::string find_in_path(std::string_view name) {
    std::array<wchar_t, 4096> path;
    const DWORD length = SearchPathW(nullptr, wide(std::string(name)).c_str(), L".exe",
                                     static_cast<DWORD>(path.size()), path.data(), nullptr);
    if (length == 0 || length >= path.size()) return {};
    return narrow(path.data());
}

}  // namespace real
