#include "tests/random_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "sim/random.hpp"

namespace test {
namespace {

// Where steps stand: what they may be depends on that.
enum class Place : std::uint8_t { script, handler, outside };

// A handle or a group of handles, as it is written.
struct Handle {
    std::string name;  // of one handle that steps can name
    std::string kind;
    bool later = false;
};

constexpr auto kKinds = std::to_array<std::string_view>(
    {"file", "pipe", "tcp", "udp", "mailslot", "directory", "serial", "device"});
constexpr auto kErrors = std::to_array<std::string_view>(
    {"ERROR_SUCCESS", "ERROR_HANDLE_EOF", "ERROR_BROKEN_PIPE", "ERROR_MORE_DATA",
     "ERROR_OPERATION_ABORTED", "ERROR_NETNAME_DELETED", "ERROR_ACCESS_DENIED"});

// The operations that a kind of handle has.
std::vector<std::string_view> operations_of(std::string_view kind) {
    if (kind == "directory") return {"watch_directory", "control"};
    std::vector<std::string_view> all = {"read", "write", "control"};
    if (kind == "file") all.push_back("lock_region");
    if (kind == "pipe") all.insert(all.end(), {"connect_pipe", "transact"});
    if (kind == "serial") all.push_back("wait_comm");
    if (kind == "tcp") all.insert(all.end(), {"accept", "connect", "disconnect"});
    if (kind == "tcp" || kind == "udp")
        all.insert(all.end(), {"recv", "send", "recv_from", "send_to", "recv_msg", "send_msg"});
    return all;
}

class Generator {
public:
    Generator(std::uint64_t seed, const Features& features) : random_(seed), may_(features) {}

    RandomScenario make() {
        RandomScenario made;
        text_ = fmt::format("format = 1\nseed = {}\ntime_limit = \"{} ms\"\n", below(1'000),
                            1 + below(60));
        if (one_in(2))
            text_ += fmt::format(
                "[machine]\nprocessors = {}\nquantum = \"{} us\"\n"
                "switch_cost = \"{} us\"\n",
                1 + below(4), 1 + below(900), below(3) * below(20));
        write_ports();
        write_handles();
        name_threads();
        write_threads();
        write_handlers();
        write_stimuli();
        write_what_is_missing();
        if (may_.predicates && one_in(3)) write_narration();
        made.toml = std::move(text_);
        if (arrivals_) made.files = {{"arrivals.csv", "0.0001\n0.0002\n0.0002\n0.0010\n0.0031\n"}};
        made.policies = policies();
        return made;
    }

private:
    // -- chance -----------------------------------------------------------------------------------

    std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
    bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
    template <class List>
    const auto& any(const List& list) {
        return list[below(list.size())];
    }

    std::string time() {
        if (one_in(8)) return "\"0 ms\"";
        return fmt::format("\"{} us\"", one_in(3) ? 1 + below(3'000) : 10 * (1 + below(40)));
    }
    std::string some_time() { return fmt::format("\"{} us\"", 1 + below(one_in(3) ? 3'000 : 300)); }
    std::string duration(bool may_be_none = true) {
        if (!may_.random_times || !one_in(3)) return may_be_none ? time() : some_time();
        switch (below(3)) {
            case 0: return fmt::format("\"exponential({} us)\"", 1 + below(500));
            case 1: return fmt::format("\"uniform({} us, {} us)\"", 1 + below(50), 51 + below(900));
            default: return fmt::format("\"normal({} us, {} us)\"", 1 + below(500), 1 + below(200));
        }
    }
    std::string timeout() {
        if (!may_.timeouts || one_in(2)) return {};
        return ", timeout = " + time();
    }

    sim::Policies policies() {
        sim::Policies chosen;
        if (!may_.policies || one_in(3)) return chosen;
        for (const sim::PolicySwitch& each : sim::policy_switches()) {
            if (!one_in(3)) continue;
            std::size_t values = 0;
            while (values < each.values.size() && !each.values[values].empty()) ++values;
            (void)sim::set_policy(chosen, each.name, each.values[below(values)]);
        }
        return chosen;
    }

    // -- what there is ----------------------------------------------------------------------------

    void write_ports() {
        const std::uint64_t count = may_.several_ports && one_in(2) ? 2 + below(2) : 1;
        for (std::uint64_t p = 0; p < count; ++p) {
            const std::string name(1, static_cast<char>('P' + p));
            const bool later = may_.late_ports && p > 0 && one_in(4);
            text_ += fmt::format("[[port]]\nname = \"{}\"\n", name);
            text_ += one_in(6) ? std::string("concurrency = \"processors - 1 + 1\"\n")
                               : fmt::format("concurrency = {}\n", below(4));
            if (may_.capacity && one_in(6)) text_ += fmt::format("capacity = {}\n", below(4));
            if (later) late_port(name);
            ports_.push_back(name);
        }
        if (!may_.late_ports || !one_in(4)) return;
        // Another handle of a port, or of another handle.
        for (int more = 0; more < 2 && one_in(more + 1); ++more) {
            const std::string name = more == 0 ? "copy" : "copy_of_copy";
            const std::string of = more == 0 ? any(ports_) : ports_.back();
            text_ += fmt::format("[[port]]\nname = \"{}\"\nduplicate_of = \"{}\"\n", name, of);
            if (one_in(2) || late_ports_.contains(of)) late_port(name);
            ports_.push_back(name);
        }
    }
    void late_port(const std::string& name) {
        text_ += "later = true\n";
        late_ports_.insert(name);
    }

    void write_handles() {
        if (!may_.handles || one_in(3)) return;
        const std::uint64_t devices = below(3);
        for (std::uint64_t d = 0; d < devices; ++d)
            text_ += fmt::format("[[device]]\nname = \"disk{}\"\nservers = {}\nservice = {}\n", d,
                                 below(3), duration());
        const std::uint64_t count = 1 + below(3);
        for (std::uint64_t h = 0; h < count; ++h) write_handle(h, devices);
        if (!may_.duplicate_files || !one_in(3)) return;
        for (int more = 0; more < 2 && one_in(more + 1); ++more) {
            const Handle of = more == 0 ? any(handles_) : handles_.back();
            const bool later = of.later || one_in(2);
            const std::string name = more == 0 ? "second" : "third";
            text_ +=
                fmt::format("[[handle]]\nname = \"{}\"\nduplicate_of = \"{}\"\n", name, of.name);
            if (later) text_ += "later = true\n";
            handles_.push_back({name, of.kind, later});
        }
    }

    void write_handle(std::uint64_t number, std::uint64_t devices) {
        const std::string name = fmt::format("h{}_", number);
        const std::string kind(any(kKinds));
        const bool group = may_.templates && one_in(4);
        const bool later = group || (may_.templates && one_in(5));
        text_ += fmt::format("[[handle]]\nname = \"{}\"\nkind = \"{}\"\n", name, kind);
        if (group) text_ += fmt::format("count = {}\n", 2 + below(2));
        if (later) text_ += "later = true\n";
        const bool overlapped = !one_in(6);
        if (!overlapped) text_ += "overlapped = false\n";
        if (!one_in(4)) text_ += fmt::format("port = \"{}\"\n", any(ports_));
        if (one_in(2)) text_ += fmt::format("key = {}\n", below(4));
        if (devices > 0 && one_in(2)) text_ += fmt::format("device = \"disk{}\"\n", below(devices));
        if (may_.modes && one_in(4)) text_ += "modes = " + modes() + "\n";
        handles_.push_back({group ? name + "1" : name, kind, later});
        if (later) openable_.push_back({name, kind, true});
    }

    std::string modes() {
        constexpr auto kSome = std::to_array<std::string_view>(
            {"[\"skip_port_on_success\"]", "[\"skip_set_event\"]",
             "[\"skip_port_on_success\", \"skip_set_event\"]", "[]"});
        return std::string(any(kSome));
    }

    void name_threads() {
        groups_ = 1 + below(3);
        for (std::uint64_t g = 0; g < groups_; ++g) {
            counts_.push_back(one_in(2) ? 1 : 2 + below(3));
            const std::string name(1, static_cast<char>('A' + g));
            for (std::uint64_t i = 0; i < counts_.back(); ++i)
                threads_.push_back(counts_.back() == 1 ? name : fmt::format("{}{}", name, i + 1));
        }
    }

    void write_threads() {
        for (std::uint64_t g = 0; g < groups_; ++g) {
            text_ += fmt::format("[[thread]]\nname = \"{}\"\ncount = {}\n",
                                 static_cast<char>('A' + g), counts_[g]);
            text_ += when(counts_[g]);
            if (one_in(2)) {
                text_ += fmt::format("port = \"{}\"\n", any(ports_));
                if (may_.timeouts && one_in(3)) text_ += "timeout = " + some_time() + "\n";
                if (may_.batches && one_in(4)) text_ += fmt::format("batch = {}\n", 1 + below(4));
                if (may_.apcs && one_in(4)) text_ += "alertable = true\n";
            } else {
                text_ += fmt::format("script = [{}]\n", script());
            }
        }
    }

    // When it starts or happens.
    std::string when(std::uint64_t count) {
        std::string text;
        if (!may_.timed || one_in(2))
            text += "when = \"settled\"\n";
        else if (one_in(2))
            text += "at = " + time() + "\n";
        if (count < 2) return text;
        if (!may_.timed || one_in(3))
            text += "every = \"settled\"\n";
        else if (one_in(2))
            text += "every = " + duration() + "\n";
        return text;
    }

    // -- steps ------------------------------------------------------------------------------------

    std::string script() {
        std::string text;
        const std::uint64_t length = 1 + below(5);
        for (std::uint64_t i = 0; i < length; ++i)
            text += one_in(2) ? get() + ",\n  " : step(Place::script) + ",\n  ";
        switch (below(4)) {
            case 0: return text + fmt::format("{{repeat = {}}}", 1 + below(5));
            case 1: return may_.exits ? text + "{exit = true}" : text + forever();
            case 2: return may_.exits ? text : text + forever();
            default: return text + forever();
        }
    }
    // A round takes time.
    std::string forever() {
        return fmt::format("{{get = \"{}\"}},\n  {{repeat = true}}", any(ports_));
    }

    std::string get() {
        if (may_.timeouts && one_in(6)) return fmt::format("{{poll = \"{}\"}}", any(ports_));
        std::string text = fmt::format("{{get = \"{}\"{}", any(ports_), timeout());
        if (may_.batches && one_in(4)) text += fmt::format(", batch = {}", below(5));
        if (may_.apcs && one_in(4)) text += ", alertable = true";
        return text + "}";
    }

    // A step that may stand there; several kinds are tried until one is permitted.
    std::string step(Place place) {
        for (int tries = 0; tries < 40; ++tries) {
            const std::string made = try_step(place, below(18));
            if (!made.empty()) return made;
        }
        return fmt::format("{{post = \"{}\"}}", any(ports_));
    }

    std::string try_step(Place place, std::uint64_t kind) {
        const bool inside = place != Place::outside;
        switch (kind) {
            case 0:
            case 1:
                return inside && may_.computes ? fmt::format("{{cpu = {}}}", duration(false)) : "";
            case 2: return inside && may_.blocks ? block() : "";
            case 3: return may_.worker_posts || !inside ? post() : "";
            case 4: return may_.events ? event_step(place) : "";
            case 5: return inside && may_.locks ? lock_step() : "";
            case 6: return may_.suspends ? on_thread(one_in(2) ? "suspend" : "resume") : "";
            case 7: return may_.apcs ? on_thread("apc") : "";
            case 8: return inside && may_.joins && one_in(3) ? on_thread("join") : "";
            case 9: return may_.port_waits ? port_step(place) : "";
            case 10: return may_.close_ports && one_in(3) ? on_port("close") : "";
            case 11:
                return late_ports_.empty()
                           ? ""
                           : fmt::format("{{create = \"{}\"}}", *late_ports_.begin());
            case 12: return inside && may_.computes && one_in(2) ? "{yield = true}" : "";
            case 13: return handles_.empty() ? "" : handle_step(place);
            default: return handles_.empty() ? "" : operation(place);
        }
    }

    std::string block() {
        return fmt::format("{{block = {}{}}}", duration(false),
                           may_.apcs && one_in(3) ? ", alertable = true" : "");
    }
    std::string post() {
        std::string text = fmt::format("{{post = \"{}\"", any(ports_));
        if (one_in(2)) text += fmt::format(", key = {}", below(4));
        if (one_in(4)) text += fmt::format(", bytes = {}", below(100));
        if (one_in(4)) text += fmt::format(", count = {}", 1 + below(4));
        return text + "}";
    }
    std::string on_thread(std::string_view verb) {
        return fmt::format("{{{} = \"{}\"}}", verb, any(threads_));
    }
    std::string on_port(std::string_view verb) {
        return fmt::format("{{{} = \"{}\"}}", verb, any(ports_));
    }
    std::string port_step(Place place) {
        if (place == Place::outside || one_in(2)) return on_port("depth");
        return fmt::format("{{wait_port = \"{}\"{}}}", any(ports_), timeout());
    }

    std::string event_step(Place place) {
        const std::string event = fmt::format("e{}", below(3));
        if (place == Place::outside || one_in(2)) {
            const bool set = one_in(2);
            (set ? set_ : reset_).insert(event);
            return fmt::format("{{{} = \"{}\"}}", set ? "set" : "reset", event);
        }
        waited_.insert(event);
        return fmt::format("{{wait = \"{}\"{}{}}}", event, timeout(),
                           may_.apcs && one_in(4) ? ", alertable = true" : "");
    }

    // Locks are mostly left again.
    std::string lock_step() {
        const std::string lock = fmt::format("l{}", below(2));
        if (!locked_.empty() && one_in(4))
            return fmt::format("{{unlock = \"{}\"}}", *locked_.begin());
        locked_.insert(lock);
        if (one_in(6)) return fmt::format("{{lock = \"{}\"}}", lock);
        const std::string inside =
            may_.computes ? fmt::format("{{cpu = {}}}, ", duration(false)) : "";
        return fmt::format("{{lock = \"{0}\"}}, {1}{{unlock = \"{0}\"}}", lock, inside);
    }

    // -- handles ----------------------------------------------------------------------------------

    std::string handle(Place place) {
        return place != Place::outside && one_in(3) ? "this" : any(handles_).name;
    }

    std::string handle_step(Place place) {
        switch (below(5)) {
            case 0:
                return fmt::format("{{bind = \"{}\", port = \"{}\"{}}}", handle(place), any(ports_),
                                   one_in(2) ? fmt::format(", key = {}", below(4)) : "");
            case 1:
                return may_.modes
                           ? fmt::format("{{modes = \"{}\", set = {}}}", handle(place), modes())
                           : "";
            case 2: return may_.cancels ? cancel(place) : "";
            case 3: return may_.cancels ? fmt::format("{{close = \"{}\"}}", handle(place)) : "";
            default: return open();
        }
    }

    std::string cancel(Place place) {
        const bool some = !started_.empty() && one_in(2);
        return fmt::format("{{cancel = \"{}\"{}}}", handle(place),
                           some ? fmt::format(", label = \"{}\"", *started_.begin()) : "");
    }

    std::string open() {
        std::vector<std::string> possible;
        for (const Handle& each : handles_)
            if (each.later) possible.push_back(each.name);
        for (const Handle& each : openable_) possible.push_back(each.name);
        return possible.empty() ? "" : fmt::format("{{open = \"{}\"}}", any(possible));
    }

    std::string operation(Place place) {
        const Handle& on = any(handles_);
        const std::string verb(any(operations_of(on.kind)));
        const bool current = place != Place::outside && one_in(3);
        std::string text = fmt::format("{{{} = \"{}\"", verb, current ? "this" : on.name);
        if (one_in(3))
            text += ", immediate = true";
        else if (one_in(2))
            text += ", service = " + duration();
        if (one_in(3)) text += fmt::format(", error = \"{}\"", any(kErrors));
        if (one_in(4)) text += fmt::format(", bytes = {}", below(3) * 100);
        if (may_.events && one_in(5)) text += event_of_operation();
        if (one_in(8)) text += ", routine = true";
        if (place != Place::outside && one_in(6)) text += ", takes = " + some_time();
        if (one_in(5)) text += ", label = \"" + label() + "\"";
        if (verb == "accept") text += accepts();
        return text + "}";
    }
    std::string event_of_operation() {
        const std::string event = fmt::format("e{}", below(3));
        signaled_.insert(event);
        return fmt::format(", event = \"{}\"{}", event, one_in(2) ? ", low_bit = true" : "");
    }
    std::string label() {
        const std::string label = fmt::format("s{}", below(2));
        started_.insert(label);
        return label;
    }
    std::string accepts() {
        for (const Handle& each : openable_)
            if (each.kind == "tcp") return fmt::format(", accepts = \"{}\"", each.name);
        return {};
    }

    // -- handlers and what comes from outside -----------------------------------------------------

    void write_handlers() {
        std::set<std::string> conditions;
        const std::uint64_t count = below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string only;
            if (one_in(2)) only += fmt::format("key = {}\n", below(4));
            if (!handles_.empty() && one_in(3)) {
                only += one_in(2) ? "operation = \"read\"\n" : "";
                only += one_in(2) ? "result = \"cancelled\"\n" : "result = \"ok\"\n";
            }
            if (!conditions.insert(only).second) continue;
            text_ += "[[handler]]\n" + only + "steps = [";
            const std::uint64_t steps = below(4);
            for (std::uint64_t s = 0; s < steps; ++s) text_ += step(Place::handler) + ",\n  ";
            text_ += may_.exits && one_in(8) ? "{exit = true}]\n" : "]\n";
        }
    }

    void write_stimuli() {
        const std::uint64_t count = 1 + below(6);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t times = one_in(2) ? 1 : 2 + below(6);
            const bool posts = !one_in(3);
            text_ += posts
                         ? fmt::format("[[post]]\nport = \"{}\"\nkey = {}\n", any(ports_), below(4))
                         : fmt::format("[[do]]\nstep = {}\n", step(Place::outside));
            if (may_.random_times && may_.timed && one_in(8)) {
                arrivals_ = true;
                text_ += "arrivals = \"arrivals.csv\"\n";
            } else {
                text_ += fmt::format("count = {}\n{}", times, when(times));
            }
        }
        if (may_.close_ports && one_in(3))
            text_ += fmt::format("[[close]]\nport = \"{}\"\n{}", any(ports_), when(1));
    }

    // What lint asks for: events are set and waited for, what has `later` is made by something.
    void write_what_is_missing() {
        for (const std::string& event : waited_)
            if (!set_.contains(event) && !signaled_.contains(event))
                text_ += fmt::format("[[set]]\nevent = \"{}\"\n{}", event, when(1));
        std::string watched;
        for (const std::set<std::string>* used : {&set_, &reset_})
            for (const std::string& event : *used)
                if (waited_.insert(event).second)
                    watched += fmt::format("{{wait = \"{}\", timeout = \"1 ms\"}},", event);
        if (!watched.empty())
            text_ += fmt::format("[[thread]]\nname = \"watcher\"\nscript = [{}]\n", watched);
        for (const std::string& event : reset_)
            if (!set_.contains(event) && !signaled_.contains(event))
                text_ += fmt::format("[[set]]\nevent = \"{}\"\n", event);
        for (const std::string& lock : locked_)
            if (one_in(2))
                text_ += fmt::format("[[lock]]\nname = \"{}\"\nspin = {}\n", lock, time());
        for (const std::string& port : late_ports_)
            text_ += fmt::format("[[do]]\nstep = {{create = \"{}\"}}\n{}", port, when(1));
        for (const std::vector<Handle>* all : {&handles_, &openable_})
            for (const Handle& each : *all)
                if (each.later)
                    text_ +=
                        fmt::format("[[do]]\nstep = {{open = \"{}\"}}\n{}", each.name, when(1));
    }

    void write_narration() {
        text_ +=
            fmt::format("[[narration]]\nwhen = \"{0}.queue > {1} or {2}.waiting\"\nsay = \"x\"\n",
                        any(ports_), below(3), any(threads_));
    }

    sim::Random random_;
    Features may_;
    std::string text_;
    std::vector<std::string> ports_, threads_;
    std::vector<Handle> handles_;   // that steps can name
    std::vector<Handle> openable_;  // templates and handles that can be opened
    std::uint64_t groups_ = 0;
    std::vector<std::uint64_t> counts_;  // threads by group
    std::set<std::string> late_ports_, set_, reset_, waited_, signaled_, locked_, started_;
    bool arrivals_ = false;
};

}  // namespace

Features Features::posted_only() {
    Features some;
    some.late_ports = some.capacity = some.apcs = some.port_waits = some.handles = false;
    some.cancels = some.duplicate_files = some.templates = some.modes = false;
    some.random_times = some.policies = some.predicates = false;
    return some;
}

sim::Result<sim::Scenario> RandomScenario::parse() const {
    sim::ParseOptions options;
    options.read_file = sim::reader_of(files);
    return sim::parse_scenario(toml, "random.toml", options);
}

RandomScenario random_scenario(std::uint64_t seed, const Features& features) {
    return Generator(seed, features).make();
}

}  // namespace test
