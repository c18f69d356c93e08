// Random predicates: their meaning against an independent evaluation, and noise that must break
// nothing.
#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "sim/predicate.hpp"
#include "sim/predicate_code.hpp"
#include "sim/random.hpp"
#include "tests/predicate_fixture.hpp"

using namespace sim;   // NOLINT: a test of one namespace
using namespace test;  // NOLINT: its fixture

namespace {

// A predicate as a tree that carries its own meaning; text and value come from it independently.
struct Tree {
    std::string text;
    int level = 0;  // how tight it binds: 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 sign, 6 alone
    std::function<std::int64_t(const Stage&, const Fact*)> value;
};

struct Leaf {
    std::string text;
    predicate::Type type;
    std::function<std::int64_t(const Stage&, const Fact*)> value;
};

bool in(const std::vector<StageThread>& list, ThreadId id) {
    bool found = false;
    for (const StageThread& each : list) found = found || each.id == id;
    return found;
}

// In which list of which port a thread is; nothing is skipped or assumed.
std::pair<std::string, std::int64_t> whereabouts(const Stage& stage, ThreadId id) {
    for (std::size_t i = 0; i < stage.ports.size(); ++i) {
        const StagePort& p = stage.ports[i];
        const auto at = static_cast<std::int64_t>(i);
        if (in(p.waiting, id)) return {"waiting", at};
        if (in(p.released, id)) return {"released", at};
        if (in(p.paused, id)) return {"paused", at};
        if (in(p.in_call, id)) return {"calling", at};
    }
    if (in(stage.outside, id)) return {"outside", -1};
    if (in(stage.ended, id)) return {"ended", -1};
    return {"", -1};
}

StageThread thread_of(const Stage& stage, ThreadId id) {
    std::vector<StageThread> all;
    for (const StagePort& p : stage.ports)
        for (const auto* list : {&p.waiting, &p.released, &p.paused, &p.in_call})
            all.insert(all.end(), list->begin(), list->end());
    all.insert(all.end(), stage.outside.begin(), stage.outside.end());
    all.insert(all.end(), stage.ended.begin(), stage.ended.end());
    for (const StageThread& each : all)
        if (each.id == id) return each;
    return {};
}

template <class Id>
std::int64_t id_number(Id id) {
    return id == Id::none ? -1 : static_cast<std::int64_t>(index(id));
}

void add_port_leaves(std::vector<Leaf>& leaves, std::size_t i) {
    using predicate::Type;
    const auto add = [&](const char* name, Type type, auto member) {
        leaves.push_back({kPorts[i] + "." + name, type, [i, member](const Stage& s, const Fact*) {
                              return static_cast<std::int64_t>(member(s.ports.at(i)));
                          }});
    };
    add("queue", Type::number, [](const StagePort& p) { return p.queue_length; });
    add("active", Type::number, [](const StagePort& p) { return p.active; });
    add("limit", Type::number, [](const StagePort& p) { return p.limit; });
    add("waiting", Type::number, [](const StagePort& p) { return p.waiting.size(); });
    add("released", Type::number, [](const StagePort& p) { return p.released.size(); });
    add("paused", Type::number, [](const StagePort& p) { return p.paused.size(); });
    add("inserted", Type::number, [](const StagePort& p) { return p.inserted; });
    add("delivered", Type::number, [](const StagePort& p) { return p.delivered; });
    add("discarded", Type::number, [](const StagePort& p) { return p.discarded; });
    add("closed", Type::truth, [](const StagePort& p) { return p.closed; });
    add("bound", Type::number, [](const StagePort& p) { return p.bound.size(); });
    leaves.push_back({kPorts[i] + ".top", Type::thread, [i](const Stage& s, const Fact*) {
                          if (s.ports.at(i).waiting.empty()) return std::int64_t{-1};
                          if (s.observed && s.ports[i].waiting.size() > 1) return std::int64_t{-1};
                          return id_number(s.ports[i].waiting.back().id);
                      }});
}

void add_thread_leaves(std::vector<Leaf>& leaves, std::size_t i) {
    using predicate::Type;
    const ThreadId id = thread(i);
    for (const std::string place : {"waiting", "calling", "released", "paused", "outside", "ended"})
        leaves.push_back(
            {kThreads[i] + "." + place, Type::truth, [id, place](const Stage& s, const Fact*) {
                 return std::int64_t{whereabouts(s, id).first == place};
             }});
    leaves.push_back({kThreads[i] + ".packet", Type::number, [id](const Stage& s, const Fact*) {
                          return static_cast<std::int64_t>(thread_of(s, id).hand);
                      }});
    leaves.push_back({kThreads[i] + ".key", Type::number, [id](const Stage& s, const Fact*) {
                          const StageThread t = thread_of(s, id);
                          return t.hand == PacketId::none ? 0 : static_cast<std::int64_t>(t.key);
                      }});
    leaves.push_back({kThreads[i] + ".port", Type::port,
                      [id](const Stage& s, const Fact*) { return whereabouts(s, id).second; }});
}

void add_handle_leaves(std::vector<Leaf>& leaves, std::size_t i) {
    using predicate::Type;
    const auto add = [&](const char* name, Type type, std::int64_t missing, auto member) {
        leaves.push_back(
            {kHandles[i] + "." + name, type, [i, missing, member](const Stage& s, const Fact*) {
                 for (const StageHandle& h : s.handles)
                     if (h.id == handle(i)) return member(h);
                 return missing;
             }});
    };
    add("pending", Type::number, 0, [](const StageHandle& h) { return std::int64_t{h.pending}; });
    add("closed", Type::truth, 0, [](const StageHandle& h) { return std::int64_t{h.closed}; });
    add("port", Type::port, -1, [](const StageHandle& h) { return id_number(h.port); });
}

void add_last_leaves(std::vector<Leaf>& leaves) {
    using predicate::Type;
    const auto add = [&](const char* name, Type type, std::int64_t at_start, auto member) {
        leaves.push_back({name, type, [at_start, member](const Stage&, const Fact* f) {
                              return f == nullptr ? at_start
                                                  : static_cast<std::int64_t>(member(*f));
                          }});
    };
    add("fact", Type::fact, -1, [](const Fact& f) { return static_cast<std::int64_t>(f.kind); });
    add("rule", Type::rule, -1, [](const Fact& f) {
        return f.rule == Rule::none ? -1 : static_cast<std::int64_t>(f.rule);
    });
    add("thread", Type::thread, -1, [](const Fact& f) { return id_number(f.thread); });
    add("port", Type::port, -1, [](const Fact& f) { return id_number(f.port); });
    add("handle", Type::handle, -1, [](const Fact& f) { return id_number(f.handle); });
    add("packet", Type::number, 0,
        [](const Fact& f) { return static_cast<std::int64_t>(f.packet); });
    add("key", Type::number, 0, [](const Fact& f) { return f.key; });
    add("time", Type::number, 0, [](const Fact& f) { return f.t1; });
    add("operation", Type::operation, 0,
        [](const Fact& f) { return static_cast<std::int64_t>(f.operation); });
    add("error", Type::error, 0, [](const Fact& f) { return static_cast<std::int64_t>(f.error); });
}

std::vector<Leaf> make_leaves() {
    using predicate::Type;
    std::vector<Leaf> leaves;
    for (std::size_t i = 0; i < kPorts.size(); ++i) add_port_leaves(leaves, i);
    for (std::size_t i = 0; i < kThreads.size(); ++i) add_thread_leaves(leaves, i);
    for (std::size_t i = 0; i < kHandles.size(); ++i) add_handle_leaves(leaves, i);
    add_last_leaves(leaves);
    const auto constant = [&](std::string text, Type type, std::int64_t value) {
        leaves.push_back(
            {std::move(text), type, [value](const Stage&, const Fact*) { return value; }});
    };
    for (std::int64_t n = 0; n < 6; ++n) constant(std::to_string(n), Type::number, n);
    constant("2 ns", Type::number, 2);
    constant("1.5us", Type::number, 1500);
    constant("true", Type::truth, 1);
    constant("false", Type::truth, 0);
    for (std::size_t i = 0; i < kPorts.size(); ++i)
        constant(kPorts[i], Type::port, static_cast<std::int64_t>(i));
    for (std::size_t i = 0; i < kThreads.size(); ++i)
        if (kThreads[i] != "packet")  // that is a word of the language
            constant(kThreads[i], Type::thread, static_cast<std::int64_t>(i));
    for (std::size_t i = 0; i < kHandles.size(); ++i)
        constant(kHandles[i], Type::handle, static_cast<std::int64_t>(i));
    for (std::size_t i = 0; i < kFactKindCount; ++i)
        constant(std::string(info(static_cast<FactKind>(i)).name), Type::fact,
                 static_cast<std::int64_t>(i));
    for (std::size_t i = 1; i < rule_count(); ++i)
        constant(std::string(info(static_cast<Rule>(i)).id), Type::rule,
                 static_cast<std::int64_t>(i));
    constant("recv", Type::operation, static_cast<std::int64_t>(Operation::recv));
    constant("post", Type::operation, 0);
    constant("WAIT_TIMEOUT", Type::error, 258);
    constant("ERROR_SUCCESS", Type::error, 0);
    return leaves;
}

class Maker {
public:
    explicit Maker(std::uint64_t seed) : random_(seed), leaves_(make_leaves()) {}

    Tree condition(int depth) {
        switch (depth <= 0 ? random_.below(2) : random_.below(7)) {
            case 0: return leaf(predicate::Type::truth);
            case 1: return equality();
            case 2: return negation(condition(depth - 1));
            case 3: return both(condition(depth - 1), condition(depth - 1), true);
            case 4: return both(condition(depth - 1), condition(depth - 1), false);
            case 5: return same(condition(depth - 1), condition(depth - 1));
            default: return comparison(number(depth - 1), number(depth - 1));
        }
    }
    Random& random() { return random_; }

private:
    Tree leaf(predicate::Type type) {
        for (;;) {
            const Leaf& each = leaves_[static_cast<std::size_t>(random_.below(leaves_.size()))];
            if (each.type == type) return {each.text, 6, each.value};
        }
    }
    Tree number(int depth) {
        const std::uint64_t which = depth <= 0 ? 0 : random_.below(4);
        if (which < 2) return leaf(predicate::Type::number);
        if (which == 2) {
            const Tree inner = number(depth - 1);
            return {"-" + blanks() + fit(inner, 5), 5,
                    [v = inner.value](const Stage& s, const Fact* f) { return -v(s, f); }};
        }
        const Tree a = number(depth - 1);
        const Tree b = number(depth - 1);
        const bool plus = random_.below(2) == 0;
        return {fit(a, 4) + (plus ? " + " : " - ") + fit(b, 5), 4,
                [a = a.value, b = b.value, plus](const Stage& s, const Fact* f) {
                    return plus ? a(s, f) + b(s, f) : a(s, f) - b(s, f);
                }};
    }
    Tree equality() {
        using predicate::Type;
        static constexpr Type types[] = {Type::thread, Type::port,  Type::handle,   Type::fact,
                                         Type::rule,   Type::error, Type::operation};
        const Type type = types[random_.below(std::size(types))];
        return same(leaf(type), leaf(type));
    }
    Tree same(const Tree& a, const Tree& b) {
        const bool equal = random_.below(2) == 0;
        return {fit(a, 4) + blanks() + (equal ? "==" : "!=") + blanks() + fit(b, 4), 3,
                [a = a.value, b = b.value, equal](const Stage& s, const Fact* f) {
                    return std::int64_t{(a(s, f) == b(s, f)) == equal};
                }};
    }
    Tree comparison(const Tree& a, const Tree& b) {
        static constexpr const char* signs[] = {"==", "!=", "<", "<=", ">", ">="};
        const auto which = static_cast<std::size_t>(random_.below(6));
        return {fit(a, 4) + blanks() + signs[which] + blanks() + fit(b, 4), 3,
                [a = a.value, b = b.value, which](const Stage& s, const Fact* f) {
                    const std::int64_t x = a(s, f), y = b(s, f);
                    const bool results[] = {x == y, x != y, x<y, x <= y, x> y, x >= y};
                    return std::int64_t{results[which]};
                }};
    }
    Tree negation(const Tree& inner) {
        return {"not " + fit(inner, 2), 2, [v = inner.value](const Stage& s, const Fact* f) {
                    return std::int64_t{v(s, f) == 0};
                }};
    }
    Tree both(const Tree& a, const Tree& b, bool conjunction) {
        const int level = conjunction ? 1 : 0;
        return {fit(a, level) + (conjunction ? " and " : " or ") + fit(b, level + 1), level,
                [a = a.value, b = b.value, conjunction](const Stage& s, const Fact* f) {
                    const bool x = a(s, f) != 0, y = b(s, f) != 0;
                    return std::int64_t{conjunction ? x && y : x || y};
                }};
    }
    // In parentheses where they are needed, and now and then where they are not.
    std::string fit(const Tree& tree, int level) {
        if (tree.level >= level && random_.below(8) != 0) return tree.text;
        return "(" + blanks() + tree.text + blanks() + ")";
    }
    std::string blanks() { return std::string(static_cast<std::size_t>(random_.below(2)), ' '); }

    Random random_;
    std::vector<Leaf> leaves_;
};

Stage random_stage(Random& random) {
    const auto small = [&](std::uint64_t bound) { return random.below(bound); };
    Stage stage;
    stage.observed = small(2) == 0;
    stage.ports.resize(kPorts.size());
    for (std::size_t i = 0; i < stage.ports.size(); ++i) {
        StagePort& p = stage.ports[i];
        p.id = port(i);
        p.limit = static_cast<std::uint32_t>(small(4));
        p.active = static_cast<std::uint32_t>(small(4));
        p.queue_length = static_cast<std::size_t>(small(4));
        p.inserted = small(6);
        p.delivered = small(6);
        p.discarded = small(3);
        p.closed = small(2) == 0;
    }
    for (std::size_t i = 0; i < kHandles.size(); ++i)
        if (const auto at = static_cast<std::size_t>(small(3)); at < stage.ports.size()) {
            stage.handles.push_back({.id = handle(i),
                                     .port = small(2) == 0 ? port(at) : PortId::none,
                                     .key = small(4),
                                     .pending = static_cast<std::uint32_t>(small(3)),
                                     .closed = small(2) == 0});
            if (stage.handles.back().port == port(at))
                stage.ports[at].bound.push_back(stage.handles.back());
        }
    for (std::size_t i = 0; i < kThreads.size(); ++i) {
        const StageThread t{
            .id = thread(i), .hand = packet(static_cast<std::uint32_t>(small(4))), .key = small(4)};
        StagePort& p = stage.ports[static_cast<std::size_t>(small(stage.ports.size()))];
        std::vector<StageThread>* const lists[] = {&p.waiting, &p.released,    &p.paused,
                                                   &p.in_call, &stage.outside, &stage.ended};
        if (const auto where = static_cast<std::size_t>(small(7)); where < 6)
            lists[where]->push_back(t);
    }
    return stage;
}

Fact random_fact(Random& random) {
    const auto id = [&](std::size_t n) { return static_cast<std::size_t>(random.below(n)); };
    Fact fact;
    fact.t0 = static_cast<Nanos>(random.below(1600));
    fact.t1 = fact.t0 + static_cast<Nanos>(random.below(5));
    fact.kind = static_cast<FactKind>(id(kFactKindCount));
    fact.rule = static_cast<Rule>(id(rule_count()));
    fact.port = random.below(4) == 0 ? PortId::none : port(id(kPorts.size()));
    fact.thread = random.below(4) == 0 ? ThreadId::none : thread(id(kThreads.size()));
    fact.handle = random.below(2) == 0 ? HandleId::none : handle(id(kHandles.size()));
    fact.packet = packet(static_cast<std::uint32_t>(random.below(5)));
    fact.key = random.below(5);
    fact.operation = random.below(2) == 0 ? Operation::post : Operation::recv;
    fact.error = random.below(2) == 0 ? Win32Error::success : Win32Error::wait_timeout;
    return fact;
}

std::uint64_t seed_from_environment(std::uint64_t otherwise) {
    const char* given = std::getenv("PREDICATE_SEED");
    return given == nullptr ? otherwise : std::strtoull(given, nullptr, 10);
}

}  // namespace

TEST_CASE("random predicates mean what an independent evaluation of them means") {
    const std::uint64_t seed = seed_from_environment(20261124);
    MESSAGE("seed " << seed << "; another one: PREDICATE_SEED=n");
    Maker maker(seed);
    std::size_t asked = 0, held = 0;
    for (int i = 0; i < 4000; ++i) {
        const Tree tree = maker.condition(static_cast<int>(maker.random().below(5)));
        if (tree.text.size() > kLongestPredicate) continue;
        const auto result = parse_predicate(tree.text, kNames);
        const auto* predicate = std::get_if<Predicate>(&result);
        if (predicate == nullptr) {
            FAIL_CHECK("seed " << seed << ": " << tree.text << ": "
                               << std::get<PredicateProblem>(result).message);
            continue;
        }
        CHECK(predicate->text == tree.text);
        for (int j = 0; j < 10; ++j) {
            const Stage stage = random_stage(maker.random());
            const Fact last = random_fact(maker.random());
            const Fact* fact = maker.random().below(8) == 0 ? nullptr : &last;
            const bool wanted = tree.value(stage, fact) != 0;
            ++asked;
            held += wanted ? 1 : 0;
            if (holds(*predicate, stage, fact) != wanted)
                FAIL_CHECK("seed " << seed << ": " << tree.text << " is not " << wanted << "; "
                                   << answers(*predicate, kNames, stage, fact));
        }
    }
    // Both outcomes are frequent, or the test would show little.
    CHECK(asked > 30'000);
    CHECK(held > asked / 4);
    CHECK(held < asked - asked / 4);
}

TEST_CASE("no text breaks the parser: mutated predicates and noise") {
    const std::uint64_t seed = seed_from_environment(4711);
    MESSAGE("seed " << seed << "; another one: PREDICATE_SEED=n");
    Maker maker(seed);
    Random& random = maker.random();
    static constexpr std::string_view pieces[] = {
        "(", ")",  "not", "and", "or", "==", "<",  "-",    "--",   ".", "P",  "T1",       "T1.",
        "5", "ms", "_",   "\"",  "=",  "!",  "\0", "\xFF", "\xC3", "ä", "W-", "W-LIFO-1", "none"};
    std::size_t fine = 0;
    for (int i = 0; i < 30'000; ++i) {
        std::string text = random.below(4) == 0 ? "" : maker.condition(3).text;
        for (std::uint64_t n = random.below(6); n > 0; --n) {
            const auto at = static_cast<std::size_t>(random.below(text.size() + 1));
            if (random.below(3) == 0) {
                text.erase(at, static_cast<std::size_t>(random.below(8)));
            } else if (random.below(3) == 0) {
                text.insert(at, 1, static_cast<char>(random.below(256)));
            } else {
                text.insert(at, pieces[random.below(std::size(pieces))]);
            }
        }
        const auto result = parse_predicate(text, kNames);
        if (const auto* predicate = std::get_if<Predicate>(&result)) {
            ++fine;
            static_cast<void>(holds(*predicate, Stage{}, nullptr));
        } else {
            const auto& problem = std::get<PredicateProblem>(result);
            const bool placed = problem.at <= text.size() && problem.length >= 1 &&
                                problem.at + problem.length <= text.size() + 1;
            if (!placed || problem.message.empty()) FAIL_CHECK("seed " << seed << ": " << text);
        }
    }
    CHECK(fine > 1000);
}
