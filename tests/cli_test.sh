#!/usr/bin/env bash
# The command line as a user meets it: exit codes, messages, and what bad input leaves behind.
# usage: cli_test.sh IOCPSCOPE SOURCE_DIR
set -u
source "$(dirname "${BASH_SOURCE[0]}")/cli_checks.sh"

# Nothing is written when the input is bad.
check_absent() {
    checks=$((checks + 1))
    [ ! -e "$1" ] && return
    failed=$((failed + 1))
    printf '%s was written although the input is bad\n' "$1"
}

lesson=$source/scenarios/lifo-wake.toml
port='format = 1
title = "t"
teaches = "t"
rules = []
[[port]]
name = "P"
concurrency = 1
'
good="$port"'[[thread]]
name = "T"
'
printf '' >empty.toml
printf 'this is not TOML\n' >not.toml
printf '%s' "${good/concurrency/concurency}" >misspelt.toml
printf '%s' "$good"$'timeout = 5\n' >no-unit.toml
printf '%s' "$good"$'count = -3\n' >negative.toml
printf '%s' "$good"$'port = "Q"\n' >no-such-port.toml
printf '%s' "$port"$'[[port]]\nname = "Q"\n[[thread]]\nname = "T"\n' >names-no-port.toml
printf '%s' "${good/\[\[thread\]\]/[thread]}" >single.toml
printf '%s' "$good"$'[[post]]\ncount = 1_000_000_000_000\n' >many.toml
printf '%s' "${good/concurrency/concurency}"$'timeout = 5\ncount = -3\n' >several.toml

check 'missing file' 2 'cannot read nowhere.toml' "$program" simulate nowhere.toml -o out.trace
check 'empty file' 2 'empty' "$program" simulate empty.toml -o out.trace
check 'not TOML' 2 'not.toml:1' "$program" simulate not.toml -o out.trace
check 'misspelt key' 2 'did you mean `concurrency`?' "$program" simulate misspelt.toml -o out.trace
check 'misspelt key has a place' 2 'misspelt.toml:7:1' "$program" lint misspelt.toml
check 'missing unit' 2 '5 ms' "$program" simulate no-unit.toml -o out.trace
check 'negative count' 2 'negative.toml:10' "$program" simulate negative.toml -o out.trace
check 'unknown port' 2 'no-such-port.toml:10' "$program" simulate no-such-port.toml -o out.trace
check 'a thread that names no port' 2 'names-no-port.toml' "$program" simulate names-no-port.toml -o out.trace
check '[thread] for [[thread]]' 2 '[[thread]]' "$program" simulate single.toml -o out.trace
check 'a count of 10^12' 2 'many.toml:11' "$program" simulate many.toml -o out.trace
check_absent out.trace
check_absent out.trace.part
check 'all errors at once' 2 '3 errors' "$program" lint several.toml
check 'recording a bad scenario' 2 'did you mean' "$program" record misspelt.toml -o out.trace
check_absent out.trace

check 'no subcommand' 2 'simulate' "$program"
check 'unknown subcommand' 2 'did you mean `simulate`?' "$program" simulte
check 'help' 0 'simulate' "$program" --help
check 'a folder' 2 'it is a folder' "$program" simulate "$work"

check 'simulate' 0 'all expectations of the scenario are met' "$program" simulate "$lesson"
check 'simulate as JSON' 0 '"max_active": 4' "$program" simulate "$lesson" --json
check 'another policy fails the expectations' 1 'wake = fifo' "$program" simulate "$lesson" --wake fifo
check 'an unknown policy value' 2 'filo' "$program" simulate "$lesson" --wake filo
check 'simulate to a file' 0 'fingerprint' "$program" simulate "$lesson" -o model.trace
check 'a place that cannot be written' 4 'cannot write' "$program" simulate "$lesson" -o no/such/folder/x.trace
check 'from standard input' 0 'T4' bash -c "'$program' simulate - <'$lesson'"
check 'the trace on standard output' 0 '"iocpscope_trace":1' bash -c "'$program' simulate '$lesson' -o - 2>/dev/null"

check 'show in sentences' 0 'goes straight to T4' "$program" show model.trace
check 'show a step' 0 'waiting, next to wake first' "$program" show model.trace --at 40
check 'show beyond the end' 2 'there is no step' "$program" show model.trace --at 100000
check 'show as SVG' 0 '</svg>' "$program" show model.trace --format svg
check 'show as JSON' 0 '"rule": "W-LIFO-1"' "$program" show model.trace --json

# Narration, questions and what is expected in the end.
printf '%s' "$good"$'[[post]]\n[[narration]]\nwhen = "P.delivered == 1"\nsay = "It has arrived."\n[[question]]\nwhen = "T.waiting"\nask = "Who is next?"\nchoices = ["T", "nobody"]\nanswer = "T"\n[expect]\nfinally = ["P.queue == 0"]\n' >told.toml
sed 's/P.queue == 0/P.delivered == 2/' told.toml >unmet.toml
sed 's/T.waiting/T.wating/' told.toml >asked-wrongly.toml
check 'show narrates' 0 '        >>  It has arrived.' "$program" show told.toml
check 'show asks' 0 '        ??  Answer: 1) T' "$program" show told.toml
check 'show as JSON narrates' 0 '"say": "It has arrived."' "$program" show told.toml --json
check 'simulate narrates' 0 'narration and questions' "$program" simulate told.toml -o told.trace
check 'a trace is narrated, too' 0 '        >>  It has arrived.' "$program" show told.trace
check 'without a trace, what is not checked is named' 0 'needs the trace: finally' "$program" simulate told.toml --no-trace
check 'as JSON, too' 0 '"finally"' "$program" simulate told.toml --no-trace --json
check 'what does not hold in the end is told' 1 'but P.delivered is 1' "$program" simulate unmet.toml
check 'a predicate has its place in the file' 2 'did you mean `waiting`?' "$program" lint asked-wrongly.toml

head -c 3000 model.trace >cut.trace
check 'a cut trace loads to the cut and says so' 0 'was cut off' "$program" show cut.trace
check 'a cut trace is not decided' 3 'NOT DECIDED' "$program" compare model.trace cut.trace
grep -v '"seq":5,' model.trace >gap.trace
check 'a trace with a gap is an error with its line' 2 'gap.trace:6' "$program" show gap.trace
check 'a trace error shows its line' 2 '5 | {"seq"' bash -c "sed 5d model.trace >gone.trace; '$program' show gone.trace"
printf '' >empty.trace
check 'an empty trace is no empty scenario' 2 'T001' "$program" show empty.trace
printf '{"hello":1}\n' >no.trace
check 'no trace at all' 2 'not an iocpscope trace' "$program" show no.trace

schedule=$source/tests/recorded/nt-kernel-schedules/s1.txt
check 'a schedule is reproduced' 0 'packet 5' "$program" simulate "$schedule" --self-insert nt52 --close keep --format transcript
sed 's/queued=4/queued=3/' "$schedule" >wrong.txt
check 'a transcript that is not kept' 1 'wrong.txt:14' "$program" simulate wrong.txt --self-insert nt52 --close keep --format transcript

check 'lint says fine' 0 'fine' "$program" lint "$lesson"
check 'lint several files' 2 'no-unit.toml:10' "$program" lint "$lesson" misspelt.toml no-unit.toml
check 'lint as JSON' 2 '"code": "S009"' "$program" lint misspelt.toml --json
check 'lint as JSON says where' 2 '"column": 1' "$program" lint misspelt.toml --json
printf '%s' "${good/concurrency = 1/concurrency = \"processors - 2\"}" >two.toml
check 'processors of the machine' 0 'fine' "$program" lint two.toml
check 'processors of the command line' 2 'with 1 processor' "$program" lint two.toml --processors 1
mkdir -p day/monday
printf '%s' "$good"$'[[post]]\narrivals = "monday/shop.csv"\n' >day/shop.toml
printf 'seconds\n0.001\n0.5\n0.5\n' >day/monday/shop.csv
check 'a file beside the scenario' 0 'fine' "$program" lint day/shop.toml
check 'arrivals are simulated' 0 '3 packets' "$program" simulate day/shop.toml -o shop.trace
rm day/monday/shop.csv
check 'a trace has the files of its scenario' 0 'AGREE' "$program" compare shop.trace
check 'a file that is gone' 2 'cannot be read' "$program" lint day/shop.toml
printf '0.5\n0.25\n' >day/monday/shop.csv
check 'a line of a CSV' 2 'monday/shop.csv:2:1' "$program" lint day/shop.toml
mkdir -p day/monday/pipe && mkfifo day/monday/fifo
printf '%s' "$good"$'[[post]]\narrivals = "monday/fifo"\n' >day/fifo.toml
check 'a pipe is no file' 2 'cannot be read' "$program" lint day/fifo.toml

check 'explain a rule' 0 'learn.microsoft.com' "$program" explain w-lifo-1
check 'explain says which lessons' 0 'lifo-wake.toml' "$program" explain W-LIFO-1 --folder "$source/scenarios"
check 'explain says how sure' 0 'open: nobody has settled it' "$program" explain Q-SELF-1
check 'explain an error' 0 'Right:' "$program" explain C001 T011 S014
check 'explain as JSON' 0 '"grade": "documented"' "$program" explain W-LIFO-1 --json
check 'explain something unknown' 2 'did you mean `W-LIFO-1`?' "$program" explain W-LIFO-9
check 'lessons' 0 'The last to wait is the first to wake' "$program" lessons --folder "$source/scenarios"
check 'lessons as JSON' 0 '"teaches":' "$program" lessons --folder "$source/scenarios" --json
check 'no lessons' 2 'no scenarios in' "$program" lessons --folder day/monday

check 'explore' 0 'exhaustive: every order was tried' "$program" explore "$lesson"
check 'explore as JSON' 0 '"verdict": "holds"' "$program" explore "$lesson" --json
check 'an order that fails' 1 'The shortest order in which' "$program" explore "$lesson" --wake fifo
check 'a search that reaches its bound' 3 'NOT exhaustive' "$program" explore "$lesson" --untimed --max-states 20
check 'a bound that is none' 2 'max-states' "$program" explore "$lesson" --max-states 0
check 'explore takes a scenario' 2 'is no scenario' "$program" explore model.trace
check 'explore of a missing file' 2 'cannot read nowhere.toml' "$program" explore nowhere.toml
check 'a witness for each outcome' 0 'orders: 1 of outcomes' "$program" explore "$lesson" --witness orders
check 'a witness is a trace' 0 'goes straight to T4' "$program" show orders/outcome-1.trace
check 'no folder for witnesses' 4 'cannot make the folder' "$program" explore "$lesson" --witness empty.toml

check 'backends' 0 'Our Linux port, not Windows' "$program" backends
check 'backends as JSON' 0 '"windows_evidence": false' "$program" backends --json
check 'a back end that is not here' 4 'Windows' "$program" record "$lesson" --backend win32 -o out.trace
printf 'port A 1\nthreads 2\nget T1 A\nget T2 A\npost A 7\nsuspend T1\nresume T1\n' > pair.schedule
printf 'port A 1\nthreads 1\nblokc T1\n' > bad.schedule
check 'a schedule on a real port' 0 'T2: get(A) -> packet 7' "$program" record pair.schedule --backend linux -o pair.trace
check 'its trace names the gate' 0 'gated' head -n 1 pair.trace
check 'a schedule against the model' 0 'AGREE' "$program" compare pair.schedule --backend linux
check 'a schedule against the model, as JSON' 0 '"agreement": "agree"' "$program" compare pair.schedule --json
check 'a bad schedule is not recorded' 2 'did you mean `block`' "$program" record bad.schedule -o bad.trace
check_absent bad.trace
check 'a schedule has no runs' 2 '--runs is for scenarios' "$program" record pair.schedule --runs 2
check 'a back end that does not exist' 2 'there is no back end' "$program" record "$lesson" --backend solaris -o out.trace
check_absent out.trace

check 'record' 0 'Our Linux port, not Windows' "$program" record "$lesson" --backend linux -o real.trace
check 'compare a recording with the model' 0 'no evidence about Windows' "$program" compare real.trace
check 'compare as JSON' 0 '"agreement": "agree"' "$program" compare real.trace --json
check 'compare two traces' 0 'AGREE' "$program" compare model.trace real.trace
# Two recordings are no evidence about the model.
check 'compare two recordings' 0 'Two runs on our Linux port agree.' "$program" compare real.trace real.trace
check 'one standard input cannot be two traces' 2 'only one' "$program" compare - -
check 'a negative step' 2 '-1 not in range' "$program" show real.trace --at -1
check 'a negative seed' 2 '-1 not in range' "$program" simulate "$lesson" --seed -1
"$program" simulate "$source/scenarios/fifo-packets.toml" -o other.trace >/dev/null
check 'traces of different scenarios' 2 'different scenarios' "$program" compare model.trace other.trace
# The first difference is marked by its shape and told in a sentence, whatever a row is.
"$program" simulate "$lesson" --wake fifo -o fifo.trace >/dev/null
for by in packet dispatch time; do
    check "rows by $by" 1 '◆' "$program" compare model.trace fifo.trace --by $by
done
check 'the first difference by dispatch' 1 'First difference: dispatch 1 is packet 1 to T4 in' \
    "$program" compare model.trace fifo.trace --by dispatch
check 'no such row' 2 '--by' "$program" compare model.trace fifo.trace --by colour
check 'shares of threads' 1 'T4 5 (62 %)' "$program" compare model.trace fifo.trace
check 'what is not recorded is not 0' 1 'because the thread waited not recorded not recorded' \
    "$program" compare model.trace fifo.trace
check 'a lower bound is called one' 0 'limit 4 4 at least' "$program" compare model.trace real.trace
check 'how far apart the orders are' 0 'Order: ' "$program" compare model.trace real.trace
check 'rows as JSON' 1 '"first_difference_is": "dispatch 1' \
    "$program" compare model.trace fifo.trace --by dispatch --json
check 'a number that nobody knows is null' 1 '"voluntary": null' \
    "$program" compare model.trace fifo.trace --json
lines=$("$program" compare real.trace --by time | awk 'length > 80')
checks=$((checks + 1))
[ -z "$lines" ] || { failed=$((failed + 1)); printf 'longer than 80 columns:\n%s\n' "$lines"; }

# A scenario measured often: who got a packet in how many runs, and a trace of each outcome.
check 'agreement of each packet' 0 'T4 in 3' \
    "$program" compare "$lesson" --backend linux --runs 3 -o outcomes
check 'the trace of an outcome opens' 0 'packet 1' "$program" show outcomes/outcome-001.trace
check 'one run, one trace' 0 'AGREE' "$program" compare "$lesson" --backend linux -o one.trace
check 'and it compares again' 0 'AGREE' "$program" compare one.trace
check 'runs as JSON' 0 '"as_model": true' "$program" compare "$lesson" --backend linux --runs 2 --json
check '-o with a trace' 2 'of traces none is made' "$program" compare real.trace -o x.trace
check '--runs with a trace' 2 'this is a trace' "$program" compare real.trace --runs 2
check 'the folder cannot be made' 4 'cannot make the folder' \
    "$program" compare "$lesson" --backend linux --runs 2 -o one.trace
check 'several runs go into a folder' 0 'facts' "$program" record "$lesson" --backend linux --runs 2 -o runs
check 'the folder has both' 0 'run-002.trace' ls runs
row() { printf '  %-32s  %9s  %9s  %9s' "$@"; }
check 'several runs have a spread' 0 "$(row 'over 2 runs' least median most)" \
    "$program" record "$lesson" --backend linux --runs 2
check 'every packet of each was taken' 0 "$(row 'packets taken' 8 8 8)" \
    "$program" record "$lesson" --backend linux --runs 2
check 'the spread as JSON' 0 '"largest_depth_seen": {' \
    "$program" record "$lesson" --backend linux --runs 2 --json
check 'the cost of the probe as JSON' 0 '"probe_ns_per_fact": ' \
    "$program" record "$lesson" --backend linux --json
check 'runs that are compared have a spread' 0 "$(row 'threads that got packets' 4 4 4)" \
    "$program" compare "$lesson" --backend linux --runs 2
check 'theirs as JSON' 0 '"wall_time_ns": {' \
    "$program" compare "$lesson" --backend linux --runs 2 --json

# What replaces a value of the scenario is in the trace, and is said wherever the trace is shown.
set_one=(--wake fifo --set port.P.concurrency=1)
check 'a value is replaced' 1 'Instead of what the scenario says: port.P.concurrency = 1' \
    "$program" simulate "$source/scenarios/concurrency-limit.toml" "${set_one[@]}" -o set.trace
check 'the trace says so' 0 'port.P.concurrency = 1' "$program" show set.trace
check 'and its policies' 0 'another port than the documented one: wake = fifo' "$program" show set.trace
check 'several values at once' 2 'gives several values to one run' \
    "$program" simulate "$source/scenarios/concurrency-limit.toml" --set port.P.concurrency=1,2
check 'a key that is not there' 2 'did you mean' \
    "$program" simulate "$source/scenarios/concurrency-limit.toml" --set port.p.concurrency=1

printf '%s checks, %s failed\n' $checks $failed
[ $failed -eq 0 ]
