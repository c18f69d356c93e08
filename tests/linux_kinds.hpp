// The kinds of handles that our Linux port has, and how each is read from and written to.
#pragma once

#include "real/handles.hpp"

namespace test {

using real::HandleKind;
using sim::Operation;

inline constexpr auto kKinds = {HandleKind::file, HandleKind::pipe, HandleKind::tcp,
                                HandleKind::udp};

inline Operation read_of(HandleKind kind) {
    return kind == HandleKind::tcp || kind == HandleKind::udp ? Operation::recv : Operation::read;
}

inline Operation write_of(HandleKind kind) {
    return kind == HandleKind::tcp || kind == HandleKind::udp ? Operation::send : Operation::write;
}

}  // namespace test
