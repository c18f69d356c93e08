#include "real/thread_wrapper.hpp"

#include <algorithm>

namespace real {

std::vector<std::string> kernel_thread_names(const std::vector<std::string>& names) {
    constexpr std::size_t kLongest = 15;
    std::vector<std::string> result;
    result.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& name = names[i];
        const bool known = std::find(result.begin(), result.end(), name) != result.end();
        if (!name.empty() && name.size() <= kLongest && !known) {
            result.push_back(name);
            continue;
        }
        const std::string suffix = "~" + std::to_string(i + 1);
        result.push_back(name.substr(0, kLongest - std::min(kLongest, suffix.size())) + suffix);
    }
    return result;
}

}  // namespace real
