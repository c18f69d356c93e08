// Wine is the negative control of the tests of the Win32 port. Rules that it is known to break
// (behaviours.md §9.1) are strict expected failures.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "real/port_win32_system.hpp"

namespace test {

inline bool under_wine() {
    return real::wine_version().has_value();
}

// The rule holds on Windows; Wine is known to break it.
inline void check_rule_that_wine_breaks(const char* rule, bool holds) {
    INFO("rule " << std::string(rule) << (under_wine() ? ", Wine " + *real::wine_version() : ""));
    if (!under_wine()) {
        CHECK(holds);
    } else if (holds) {
        FAIL_CHECK(
            "Wine keeps a rule that it is known to break: has it learned it? Then promise it "
            "in real/backends.cpp and update the table of divergences");
    } else {
        MESSAGE("as expected, Wine does not keep " << std::string(rule));
    }
}

}  // namespace test
