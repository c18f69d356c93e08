// No real clients on this system so far; unrecordable() refuses scenarios that need them.
#include "real/clients.hpp"

namespace real {

std::unique_ptr<Clients> make_clients(RunContext&) {
    return nullptr;
}

}  // namespace real
