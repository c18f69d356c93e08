// What is known of every rule after a check.
#pragma once

#include <string>
#include <vector>

#include "sim/check.hpp"
#include "sim/check_witness.hpp"

namespace sim {

class RuleFindings {
public:
    explicit RuleFindings(CheckReport&);
    // The run does not obey it.
    void violated(Rule, Evidence, const std::string& why, const std::vector<std::size_t>& facts);
    // The run speaks against it, but not beyond doubt.
    void contrary(Rule, Evidence, const std::string& why, const std::vector<std::size_t>& facts);
    // Every rule that made something happen in a witness holds there.
    void read(const Witness&);
    // What a failed check leaves open.
    void finish();

private:
    RuleFinding& of(Rule rule);
    CheckReport& report_;
};

}  // namespace sim
