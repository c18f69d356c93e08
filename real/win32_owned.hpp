// Handles and sockets that are closed when their owner goes.
#pragma once

#include <winsock2.h>

#include <utility>

namespace real {

struct HandleTraits {
    using Value = HANDLE;
    static Value none() { return INVALID_HANDLE_VALUE; }
    static void close(Value value) { CloseHandle(value); }
};

struct SocketTraits {
    using Value = SOCKET;
    static Value none() { return INVALID_SOCKET; }
    static void close(Value value) { closesocket(value); }
};

template <class Traits>
class Owned {
public:
    using Value = typename Traits::Value;

    Owned() = default;
    explicit Owned(Value value) : value_(value) {}
    Owned(Owned&& other) noexcept : value_(other.release()) {}
    Owned& operator=(Owned&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~Owned() { reset(Traits::none()); }

    void reset(Value value = Traits::none()) {
        if (valid()) Traits::close(value_);
        value_ = value;
    }
    [[nodiscard]] Value get() const { return value_; }
    [[nodiscard]] Value release() { return std::exchange(value_, Traits::none()); }
    // CreateEvent and others say null, CreateFile says INVALID_HANDLE_VALUE.
    [[nodiscard]] bool valid() const { return value_ != Traits::none() && value_ != Value{}; }

private:
    Value value_ = Traits::none();
};

using OwnedHandle = Owned<HandleTraits>;
using OwnedSocket = Owned<SocketTraits>;

}  // namespace real
