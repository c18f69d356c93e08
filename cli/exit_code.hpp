// How the program ends (architecture.md, "Command line").
#pragma once

namespace cli {

enum ExitCode : int {
    kFine = 0,
    kVerdictFailed = 1,  // a verdict or an expectation failed
    kBadInput = 2,       // bad input or usage
    kInconclusive = 3,
    kEnvironment = 4,  // the environment cannot, and why
};

}  // namespace cli
