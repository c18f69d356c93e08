// The part of docs/scenario-reference.md about predicates.
#include <string>

#include "sim/predicate.hpp"
#include "sim/predicate_code.hpp"
#include "sim/predicate_type.hpp"
#include "sim/scenario_format.hpp"

namespace sim {
namespace {

constexpr std::string_view kGrammar =
    R"(A predicate is a condition on the state of a run and on the last thing that happened.
It is asked at the start and after every fact, of the model and of a measured run alike.

```
P.queue > 0 and P.active == P.limit
T1.waiting and not T2.waiting
fact == handed_off and thread == T4 and time < 5 ms
```

From the loosest to the tightest: `or`; `and`; `not`; the comparisons `==` `!=` `<` `<=` `>` `>=`;
`+` and `-`; a sign. Parentheses group. Numbers are whole (`12`, `1_000`) or times with a unit
(`1.5 ms`), which are numbers of nanoseconds. `true` and `false` are conditions. `<` and its like
compare numbers; `==` and `!=` compare two things of one type.

Names are those of the file, without quotes. A name may contain `-`: `A-1` is the thread `A-1` if
there is one, else `A` minus 1; put blanks around a minus. The words of the language come first: a
thread that is called `packet` can be asked (`packet.waiting`) but not compared.

)";

std::string table(predicate::Of of, std::string_view heading, std::string_view prefix) {
    std::string text = "**" + std::string(heading) +
                       "**\n\n| Asked | Is | Meaning | Example |\n|---|---|---|---|\n";
    for (const predicate::PropertyInfo& each : predicate::properties()) {
        if (each.of != of) continue;
        text += "| `" + std::string(prefix) + std::string(each.name) + "` | " +
                std::string(predicate::noun(each.type)) + " | " + std::string(each.meaning) +
                " | `" + std::string(each.example) + "` |\n";
    }
    return text + "\n";
}

}  // namespace

std::string predicate_reference() {
    std::string text(kGrammar);
    text += table(predicate::Of::port, "Of a port", "PORT.");
    text += table(predicate::Of::thread, "Of a thread", "THREAD.");
    text += table(predicate::Of::handle, "Of a handle", "HANDLE.");
    text += table(predicate::Of::last, "Of the last fact", "");
    text += "A predicate may have " + with_commas(static_cast<std::int64_t>(kLongestPredicate)) +
            " bytes and be nested " + std::to_string(kDeepestPredicate) + " deep.\n";
    return text;
}

}  // namespace sim
