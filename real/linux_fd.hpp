// A file descriptor that somebody owns.
#pragma once

#include <unistd.h>

#include <utility>

namespace real {

class Fd {
public:
    Fd() = default;
    explicit Fd(int number) : number_(number) {}
    Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.number_, -1));
        return *this;
    }
    ~Fd() { reset(); }

    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }
    // The caller owns it from now on.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }
    void reset(int number = -1) {
        if (number_ >= 0) close(number_);
        number_ = number;
    }

private:
    int number_ = -1;
};

}  // namespace real
