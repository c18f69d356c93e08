#!/usr/bin/env bash
# iocpscope check and conformance as a user meets them: verdicts, exit codes, messages, JSON.
# usage: check_cli_test.sh IOCPSCOPE SOURCE_DIR
set -u
program=$(realpath "$1") source=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 checks=0

# expect NAME EXIT TEXT COMMAND...: ends with EXIT, and what it prints contains TEXT, however its
# lines are broken.
expect() {
    local name=$1 code=$2 text=$3 output got
    shift 3
    checks=$((checks + 1))
    output=$("$@" 2>&1 </dev/null)
    got=$?
    if [ $got -eq "$code" ] && tr -s ' \n' ' ' <<<"$output" | grep -qF -- "$text"; then return; fi
    failed=$((failed + 1))
    printf '%s: exit %s, expected %s and "%s"\n%s\n\n' "$name" "$got" "$code" "$text" "$output"
}

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

expect 'our port conforms' 0 'CONFORMS' "$program" check real.trace
expect 'and proves nothing about Windows' 0 'This says nothing about Windows' \
    "$program" check real.trace
expect 'the rules that were kept' 0 'holds W-LIFO-1' "$program" check real.trace
expect 'the rules that were not tried' 0 'not seen' "$program" check real.trace --all-rules
expect 'the model conforms' 0 'CONFORMS' "$program" check model.trace
expect 'from standard input' 0 'CONFORMS' sh -c "'$program' check - <real.trace"
expect 'another port violates' 1 'explained by wake = fifo, limit = off' \
    "$program" check other.trace
expect 'by rules with names' 1 'VIOLATED W-LIFO-1' "$program" check other.trace
expect 'at a place' 1 'The smallest part that cannot' "$program" check other.trace
expect 'where something else was due' 1 'a documented port would do this instead' \
    "$program" check other.trace
expect 'without an explanation' 1 'The rules' sh -c \
    "'$program' check other.trace --no-explain; code=\$?; echo The rules; exit \$code"
expect 'as JSON' 1 '"verdict": "violates"' "$program" check other.trace --json
expect 'with what explains it' 1 '"explained_by": [ "wake = fifo, limit = off" ]' \
    "$program" check other.trace --json
expect 'the worst of several' 1 'VIOLATES' "$program" check model.trace other.trace
expect 'a header alone shows nothing' 3 'NOT DECIDED' "$program" check header.trace
expect 'a cut trace is judged as far as it goes' 3 'nothing about the port was observed' \
    "$program" check cut.trace
expect 'a search that is given up' 3 'A larger bound (--effort)' \
    "$program" check model.trace --effort 3
expect 'a fact without its time' 2 'no-time.trace:2' "$program" check no-time.trace
expect 'a trace without its header' 2 'no-header.trace' "$program" check no-header.trace
expect 'a trace with a hole' 2 'missing.trace' "$program" check missing.trace
expect 'a scenario is no trace' 2 'Record it first' "$program" check "$lesson"
expect 'no file' 2 'cannot read nowhere.trace' "$program" check nowhere.trace
expect 'compare says it, too' 0 'checked by itself: CONFORMS' "$program" compare real.trace
expect 'and in JSON' 0 '"check": {' "$program" compare real.trace --json

mkdir lessons
cp "$lesson" lessons
expect 'rules by systems' 0 '| W-LIFO-1 | holds in 1 | holds in 2 |' \
    "$program" conformance --lessons lessons --runs 2
expect 'a recording has a column of its own' 0 '**violated** in 1 of 1' \
    "$program" conformance other.trace --lessons lessons --runs 0
expect 'a folder without lessons' 2 'no lessons were found' \
    "$program" conformance --lessons nowhere --runs 0

printf '%s checks, %s failed\n' "$checks" "$failed"
[ $failed -eq 0 ]
