#!/usr/bin/env bash
# `record --gated` as a user meets it: next, next N, run, stop, the end of the input, words that are
# none, Ctrl-C; and what is kept.
# usage: gated_cli_test.sh IOCPSCOPE SOURCE_DIR
set -u
source "$(dirname "${BASH_SOURCE[0]}")/cli_checks.sh"
lesson=$source/scenarios/lifo-wake.toml

# gated NAME INPUT EXIT STEPS TEXT [FLAG...]: so many steps are reported, and TEXT is printed.
gated() {
    local name=$1 input=$2 code=$3 steps=$4 text=$5 got count
    shift 5
    checks=$((checks + 1))
    printf "$input" | timeout 120 "$program" record --gated --backend linux "$@" >out 2>&1
    got=$?
    count=$(grep -c '^> ' out)
    [ $got -eq "$code" ] && [ "$count" -eq "$steps" ] && grep -qF -- "$text" out && return
    failed=$((failed + 1))
    printf '%s: exit %s with %s steps, expected %s with %s and "%s"\n' \
        "$name" $got "$count" "$code" "$steps" "$text"
    cat out
}
expect() {
    checks=$((checks + 1))
    grep -qF -- "$2" <<<"$3" && return
    failed=$((failed + 1))
    printf '%s: no "%s" in\n%s\n' "$1" "$2" "$3"
}

gated 'one step' 'next\n' 0 1 'T1=run' "$lesson"
gated 'what comes next is said before' '' 0 0 'next: main: start T1' "$lesson"
gated 'several steps' 'next 3\nnext\n' 0 4 'T1=get(P) T2=get(P)' "$lesson" -o four.trace
expect 'a stopped run is kept' 'the run ends: it was stopped' "$("$program" show four.trace 2>&1)"
expect 'its header names the gate' '"gated":"one step' "$(head -n 1 four.trace)"
gated 'the rest' 'next\nrun\n' 0 34 'nothing is left to happen' "$lesson" -o whole.trace
expect 'it agrees' 'AGREE' "$("$program" compare whole.trace 2>&1)"
gated 'more steps than there are' 'next 1000\n' 0 34 'nothing is left' "$lesson"
gated 'stop' 'next\nstop\nnext\n' 0 1 'it was stopped' "$lesson"
gated 'a slip' 'nxt\nnext\n' 0 1 '`nxt` is no command; did you mean `next`?' "$lesson"
gated 'no word of ours' '\001\377xyzzy\n' 0 0 'there are `next`, `next N`, `run` and `stop`' "$lesson"
gated 'no number' 'next many\nnext 0\nnext -1\nnext 99999999999\n' 0 0 'a whole number from 1' "$lesson"
gated 'too much' 'run fast\n' 0 0 '`fast` is too much after `run`' "$lesson"
gated 'a blank line, a space, an end without a line' '\n  \n  next  ' 0 1 'T1=run' "$lesson"
gated 'the trace on standard output' 'next\n' 0 1 '"ev":"thread_started"' "$lesson" -o -
gated 'JSON' 'run\n' 0 34 '"outcome": "complete"' "$lesson" --json

gated 'what cannot be gated' 'run\n' 4 0 'this scenario cannot be gated: a thread asks a port with a time-out' \
    "$source/scenarios/timeout-with-packets.toml"
gated 'handles' 'run\n' 4 0 'operations on its handles end by themselves' "$source/scenarios/binding-handles.toml"
gated 'only one run' 'run\n' 2 0 '--gated is for one run' "$lesson" --runs 2
gated 'no scenario from standard input' 'run\n' 2 0 'must be a file' -
gated 'a missing file' 'run\n' 2 0 'cannot read nowhere.toml' nowhere.toml

printf 'port A 1\nthreads 2\nget T1 A; get T2 A\npost A 7\n' >pair.schedule
gated 'a schedule' 'next 3\n' 0 3 'next: get T2 A' pair.schedule
gated 'a schedule to its end' 'run\n' 0 5 'T2: get(A) -> packet 7' pair.schedule -o pair.trace
grep -v 'next: \|^#' out >pair.txt
expect 'its transcript is one' 'T2: get(A) -> packet 7' \
    "$("$program" simulate pair.txt --format transcript 2>&1)"

# A talk: each answer comes before the next word is said.
coproc talk { exec "$program" record --gated --backend linux "$lesson" -o talk.trace 2>/dev/null; }
told=0
for i in 1 2 3 4 5 6; do
    echo next >&"${talk[1]}"
    while read -r -t 60 line <&"${talk[0]}"; do
        case $line in state:*) told=$((told + 1)); break ;; esac
    done
done
expect 'every word has its answer' 6 "$told"
# Ctrl-C ends it, and keeps what there is.
pid=$talk_PID
kill -INT "$pid"
wait "$pid"
expect 'Ctrl-C is no failure' 'exit 0' "exit $?"
expect 'Ctrl-C keeps what there is' 'the run ends: it was stopped' "$("$program" show talk.trace 2>&1)"

echo "$checks checks, $failed failed"
exit $((failed > 0))
