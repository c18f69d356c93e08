#include "real/puppet.hpp"

#include <utility>

namespace real {

Puppet::Puppet(Ports& ports, ThreadId id, std::string name)
    : ports_(ports), id_(id), name_(std::move(name)) {}

Puppet::~Puppet() {
    if (thread_.ended()) return;
    while (!idle() && mail_.load() != Mail::leave) yield_processor();
    leave();
    static_cast<void>(thread_.join());
}

bool Puppet::start() {
    if (!thread_.start(name_, [this] { live(); })) return false;
    while (!idle()) yield_processor();
    return true;
}

void Puppet::tell(std::function<void()> command) {
    command_ = std::move(command);
    mail_.store(Mail::command, std::memory_order_release);
}

void Puppet::leave() {
    mail_.store(Mail::leave, std::memory_order_release);
}

void Puppet::live() {
    ports_.thread_begins(id_);
    mail_.store(Mail::none, std::memory_order_release);
    for (;;) {
        switch (mail_.load(std::memory_order_acquire)) {
            case Mail::none: yield_processor(); break;
            case Mail::command:
                command_();
                // Suspended on its way back, it has not done what it was told yet.
                ports_.safe_point(id_);
                mail_.store(Mail::none, std::memory_order_release);
                break;
            case Mail::leave: return ports_.thread_ends(id_);
        }
        ports_.safe_point(id_);
    }
}

}  // namespace real
