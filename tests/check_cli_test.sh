#!/usr/bin/env bash
# iocpscope check and conformance as a user meets them: verdicts, exit codes, messages, JSON.
# usage: check_cli_test.sh IOCPSCOPE SOURCE_DIR
set -u
source "$(dirname "${BASH_SOURCE[0]}")/cli_checks.sh"

lesson=$source/scenarios/lifo-wake.toml
limit=$source/scenarios/concurrency-limit.toml
"$program" record "$lesson" -o real.trace >/dev/null 2>record.err || cat record.err
"$program" simulate "$limit" -o model.trace >/dev/null
"$program" simulate "$limit" --wake fifo --limit off -o other.trace >/dev/null
head -n 1 model.trace >header.trace
head -n 40 model.trace >cut.trace
sed 's/"t0":[0-9]*,//' model.trace >no-time.trace
tail -n +2 model.trace >no-header.trace
grep -v '"seq":20,' model.trace >missing.trace

check 'our port conforms' 0 'CONFORMS' "$program" check real.trace
check 'and proves nothing about Windows' 0 'This says nothing about Windows' \
    "$program" check real.trace
check 'the rules that were kept' 0 'holds W-LIFO-1' "$program" check real.trace
check 'the rules that were not tried' 0 'not seen' "$program" check real.trace --all-rules
check 'the model conforms' 0 'CONFORMS' "$program" check model.trace
check 'from standard input' 0 'CONFORMS' sh -c "'$program' check - <real.trace"
check 'another port violates' 1 'explained by wake = fifo, limit = off' \
    "$program" check other.trace
check 'by rules with names' 1 'VIOLATED W-LIFO-1' "$program" check other.trace
check 'at a place' 1 'The smallest part that cannot' "$program" check other.trace
check 'where something else was due' 1 'a documented port would do this instead' \
    "$program" check other.trace
check 'without an explanation' 1 'The rules' sh -c \
    "'$program' check other.trace --no-explain; code=\$?; echo The rules; exit \$code"
check 'as JSON' 1 '"verdict": "violates"' "$program" check other.trace --json
check 'with what explains it' 1 '"explained_by": [ "wake = fifo, limit = off" ]' \
    "$program" check other.trace --json
check 'the worst of several' 1 'VIOLATES' "$program" check model.trace other.trace
check 'a header alone shows nothing' 3 'NOT DECIDED' "$program" check header.trace
check 'a cut trace is judged as far as it goes' 3 'nothing about the port was observed' \
    "$program" check cut.trace
check 'a search that is given up' 3 'A larger bound (--effort)' \
    "$program" check model.trace --effort 3
check 'a fact without its time' 2 'no-time.trace:2' "$program" check no-time.trace
check 'a trace without its header' 2 'no-header.trace' "$program" check no-header.trace
check 'a trace with a hole' 2 'missing.trace' "$program" check missing.trace
check 'a scenario is no trace' 2 'Record it first' "$program" check "$lesson"
check 'no file' 2 'cannot read nowhere.trace' "$program" check nowhere.trace
check 'compare says it, too' 0 'checked by itself: CONFORMS' "$program" compare real.trace
check 'and in JSON' 0 '"check": {' "$program" compare real.trace --json

mkdir lessons
cp "$lesson" lessons
check 'rules by systems' 0 '| W-LIFO-1 | holds in 1 | holds in 2 |' \
    "$program" conformance --lessons lessons --runs 2
check 'a recording has a column of its own' 0 '**violated** in 1 of 1' \
    "$program" conformance other.trace --lessons lessons --runs 0
check 'a folder without lessons' 2 'no lessons were found' \
    "$program" conformance --lessons nowhere --runs 0

printf '%s checks, %s failed\n' "$checks" "$failed"
[ $failed -eq 0 ]
