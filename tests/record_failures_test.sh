#!/bin/sh
# record_failures_test.sh IOCPSCOPE SOURCE WITHOUT_CALL
#
# What is left of a recording that does not end as it was meant to: Ctrl-C, a child that is killed
# at any moment, a disk that is full. Always a trace that loads and says so, or a clear sentence. And
# a file that cannot be written, or handles without io_uring, are refused before the run.
# WITHOUT_CALL runs a program with a system call refused.
set -u
iocpscope=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# Two workers that never come to an end by themselves.
cat >long.toml <<'END'
format = 1
title = "Runs until somebody stops it"
time_limit = "10 min"

[[port]]
name = "P"
concurrency = 1

[[thread]]
name = "T"
count = 2
script = [{ get = "P" }, { block = "1 ms" }, { post = "P" }, { repeat = true }]

[[post]]
port = "P"
count = 2
END
{
    echo 'port A 1'
    echo 'threads 2'
    echo 'post A 1; get T1 A; get T2 A'
    i=0
    while [ $i -lt 300 ]; do
        echo 'sleep T1 2000; nap 2500'
        i=$((i + 1))
    done
} >long.schedule
"$iocpscope" lint long.toml >lint.txt 2>&1 || fail "the scenario of this test: $(cat lint.txt)"

# The child of the recorder, once it has threads of its own at work; empty: there is none.
child_of() {
    tries=0
    while [ $tries -lt 300 ]; do
        for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
            if [ "$(ls "/proc/$child/task" 2>/dev/null | wc -l)" -gt 3 ]; then
                echo "$child"
                return
            fi
        done
        readlink "/proc/$1/exe" >/dev/null 2>&1 || return  # it has ended
        sleep 0.1
        tries=$((tries + 1))
    done
}
# The child that records, from its first instruction on; other children only ask for a version.
recorder_of() {
    for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
        cat "/proc/$child/cmdline" 2>/dev/null | tr '\0' ' ' | grep -q ' __record ' && echo "$child"
    done
}
# loads TRACE OUTCOME: the trace loads whole, and its last fact says how the run ended.
loads() {
    "$iocpscope" show "$1" >shown.txt 2>shown.err || fail "$1 does not load: $(cat shown.err)"
    tail -n 1 "$1" | grep -q "\"outcome\":\"$2\"" || fail "$1 does not end $2: $(tail -n 1 "$1")"
    [ "$(grep -c '"ev":"' "$1")" -gt 5 ] || fail "$1 holds nothing of the run"
}

# -- Ctrl-C ----------------------------------------------------------------------------------------
for what in long.toml long.schedule; do
    for whom in parent both; do
        rm -f stopped.trace
        # In a session of its own, so that what a terminal does can be done: everybody gets it.
        setsid "$iocpscope" record $what -o stopped.trace >out.txt 2>err.txt &
        pid=$!
        child=$(child_of $pid)
        [ -n "$child" ] || fail "$what: no child is at work: $(cat err.txt)"
        sleep 0.5
        if [ $whom = parent ]; then kill -INT $pid; else kill -s INT -- -$pid; fi
        wait $pid
        code=$?
        [ $code = 0 ] || fail "$what, Ctrl-C for $whom: exit $code: $(cat err.txt)"
        loads stopped.trace stopped
        [ -e "/proc/$child" ] && fail "$what, Ctrl-C for $whom: the child is still there"
    done
done

# -- kill -9 ---------------------------------------------------------------------------------------
# At a dozen moments, from before it has said a word to the middle of the run. How long the first
# word takes depends on the machine, so the last four wait until the child has threads at work.
moment=0
whole=0
while [ $moment -lt 12 ]; do
    rm -f killed.trace
    "$iocpscope" record long.toml -o killed.trace >out.txt 2>err.txt &
    pid=$!
    # Without looking whether it is at work: the first moments are before that.
    sleep "0.$(printf %03d $((moment * moment * 5 + 1)))"
    tries=0
    child=
    [ $moment -lt 8 ] || child=$(child_of $pid)
    while [ -z "$child" ] && [ $tries -lt 1000 ] && readlink /proc/$pid/exe >/dev/null 2>&1; do
        child=$(recorder_of $pid)
        tries=$((tries + 1))
    done
    [ -n "$child" ] || fail "moment $moment: there is no child"
    kill -KILL "${child:-$pid}"
    wait $pid
    code=$?
    [ $code = 4 ] || fail "moment $moment: exit $code: $(cat err.txt)"
    if [ -e killed.trace ]; then
        "$iocpscope" show killed.trace >shown.txt 2>shown.err ||
            fail "moment $moment: the trace does not load: $(cat shown.err)"
        tail -n 1 killed.trace | grep -q '"outcome":"crashed"' ||
            fail "moment $moment: $(tail -n 1 killed.trace)"
        whole=$((whole + 1))
    else
        grep -q 'the recording ended before it began' err.txt ||
            fail "moment $moment: no trace and no reason: $(cat err.txt)"
    fi
    [ -e killed.trace.part ] && fail "moment $moment: killed.trace.part is left"
    moment=$((moment + 1))
done
[ $whole -gt 0 ] || fail "no child was killed while it was at work"
echo "12 children killed, $whole of them in the middle of the run"

# -- a disk that is full ---------------------------------------------------------------------------
lesson=$2/scenarios/lifo-wake.toml
"$iocpscope" record "$lesson" -o /dev/full >out.txt 2>err.txt
code=$?
[ $code = 4 ] || fail "a full disk: exit $code"
grep -q 'cannot write /dev/full' err.txt || fail "a full disk: $(cat err.txt)"

# A file may not be longer than 6 KiB: the trace that there was stays, the beginning of the new one
# is kept beside it and loads.
"$iocpscope" record "$lesson" -o full.trace >out.txt 2>err.txt || fail "$(cat err.txt)"
cp full.trace before.trace
(ulimit -f 12 && "$iocpscope" record "$lesson" -o full.trace) >out.txt 2>err.txt
code=$?
[ $code = 4 ] || fail "no room: exit $code: $(cat err.txt)"
grep -q 'as much as there was room for is in full.trace.part' err.txt || fail "$(cat err.txt)"
cmp -s full.trace before.trace || fail "no room: the trace that was there has changed"
"$iocpscope" show full.trace.part >shown.txt 2>shown.err || fail "the part: $(cat shown.err)"
grep -q 'was cut off' shown.txt shown.err || fail "the part does not say that it is one"

# -- a file that cannot be written -----------------------------------------------------------------
# The run itself would take minutes.
for what in long.toml long.schedule; do
    for where in no/such/folder/x.trace "$work"; do
        timeout 60 "$iocpscope" record $what -o "$where" >out.txt 2>err.txt
        code=$?
        [ $code = 4 ] || fail "$what to $where: exit $code"
        grep -q "cannot write $where" err.txt || fail "$what to $where: $(cat err.txt)"
    done
done
timeout 60 "$iocpscope" record long.toml --runs 2 -o long.toml >out.txt 2>err.txt
[ $? = 4 ] || fail "a folder that is a file: $(cat err.txt)"

# -- no io_uring -----------------------------------------------------------------------------------
# Refused as a sandbox does it: only what has handles needs it.
"$3" io_uring_setup "$iocpscope" record "$lesson" --backend linux >out.txt 2>err.txt
code=$?
if [ $code = 77 ]; then
    echo "SKIPPED: this kernel sets no filters"
else
    [ $code = 0 ] || fail "no handles, no io_uring: exit $code: $(cat err.txt)"
    for command in "record -o refused.trace" compare; do
        "$3" io_uring_setup "$iocpscope" $command "$2/scenarios/echo-server.toml" --backend linux \
            >out.txt 2>err.txt
        code=$?
        [ $code = 4 ] || fail "$command without io_uring: exit $code: $(cat err.txt)"
        grep -q 'need io_uring, which this system refuses (Operation not permitted)' err.txt ||
            fail "$command does not say what it found: $(cat err.txt)"
        grep -q 'sysctl kernel.io_uring_disabled=0\|the container or sandbox' err.txt ||
            fail "$command does not say what to do: $(cat err.txt)"
    done
    [ -e refused.trace ] && fail "a run that never began left a trace"
fi

[ $failures = 0 ]
