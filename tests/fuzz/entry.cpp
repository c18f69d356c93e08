// What libFuzzer calls. FUZZ_HARNESS is the harness of this program.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/harness.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::FUZZ_HARNESS({reinterpret_cast<const char*>(data), size});
    return 0;
}
