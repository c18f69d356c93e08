#!/bin/sh
# blocking_cli_test.sh IOCPSCOPE WITHOUT_CALL WITHOUT_PROC SOURCE
#
# How the recorder learns that a worker blocks: each way when asked for, the best by itself, and the
# next one where the kernel refuses; as this user and, when this user is root, as an ordinary one.
# WITHOUT_CALL runs a program with perf_event_open refused; WITHOUT_PROC, preloaded, hides /proc.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# An ordinary user must be able to read it all.
chmod 755 "$work"
cp "$1" "$work/iocpscope" && cp "$2" "$work/without_call" || exit 1
cp "$3" "$work/without_proc.so" || exit 1
cp "$4/scenarios/blocking-frees-a-slot.toml" "$work/lesson.toml" || exit 1
chmod 755 "$work/iocpscope" "$work/without_call" "$work/without_proc.so"
chmod 644 "$work/lesson.toml"
as_user=
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}
run() {
    $as_user "$@" >"$work/out" 2>"$work/err"
}
says() {
    grep -q -- "$1" "$work/out" "$work/err" || fail "does not say '$1': $(cat "$work/out" "$work/err")"
}
# What the header of the last trace says; `-o -` puts the trace on standard output.
header_says() {
    head -n 1 "$work/out" | grep -q -- "$1" || fail "the header does not say $1"
}

try_all() {
    for way in observed sampled announced; do
        if [ "$way" = observed ] && ! run "$work/iocpscope" record "$work/lesson.toml" \
            --blocking observed; then
            # The kernel of this computer refuses it: then that must be what it says.
            says 'blocking cannot be observed here'
            echo "SKIPPED for $1: $(cat "$work/err")"
            continue
        fi
        run "$work/iocpscope" record "$work/lesson.toml" --blocking "$way" -o - ||
            fail "$1: record --blocking $way exits with $?"
        header_says "\"blocking\":\"$way\""
        [ "$(grep -c block_began "$work/out")" = 1 ] || fail "$1: $way: not one block"
        [ "$(grep -c block_ended "$work/out")" = 1 ] || fail "$1: $way: not one end of a block"
        run "$work/iocpscope" compare "$work/lesson.toml" --blocking "$way" --runs 3 ||
            fail "$1: compare --blocking $way exits with $?: $(cat "$work/out")"
        says '3 agree'
    done

    run "$work/iocpscope" record "$work/lesson.toml" --blocking guessed
    [ $? = 2 ] || fail "$1: a way that does not exist is not bad usage"

    # Where perf_event_open is refused: samples by itself, and the reason in header and `backends`.
    run "$work/without_call" perf_event_open "$work/iocpscope" record "$work/lesson.toml" -o -
    code=$?
    if [ $code = 77 ]; then
        echo "SKIPPED for $1: this kernel sets no filters"
        return
    fi
    [ $code = 0 ] || fail "$1: without perf record exits with $code: $(cat "$work/err")"
    header_says '"blocking":"sampled"'
    header_says 'the kernel shows no context switches'
    run "$work/without_call" perf_event_open "$work/iocpscope" backends
    says 'a waiting worker is sampled'
    says 'the kernel shows no context switches'
    run "$work/without_call" perf_event_open "$work/iocpscope" record "$work/lesson.toml" --blocking observed
    code=$?
    [ $code = 4 ] || fail "$1: observed where it is refused exits with $code"
    says 'blocking cannot be observed here'
    run "$work/without_call" perf_event_open "$work/iocpscope" compare "$work/lesson.toml" --runs 3 ||
        fail "$1: compare without perf exits with $?: $(cat "$work/out")"

    # Without /proc too: the workers announce their waits, by itself, and both reasons are told.
    # (A sanitizer's program lets nothing be preloaded before it, unless it is told to.)
    preload="env LD_PRELOAD=$work/without_proc.so ASAN_OPTIONS=verify_asan_link_order=0"
    run "$work/without_call" perf_event_open $preload "$work/iocpscope" record "$work/lesson.toml" -o - ||
        fail "$1: without perf and /proc record exits with $?: $(cat "$work/err")"
    header_says '"blocking":"announced"'
    header_says 'the kernel shows no context switches'
    header_says '/proc shows no threads'
    [ "$(grep -c block_began "$work/out")" = 1 ] || fail "$1: announced by itself: not one block"
    run "$work/without_call" perf_event_open $preload "$work/iocpscope" record "$work/lesson.toml" \
        --blocking sampled
    code=$?
    [ $code = 4 ] || fail "$1: sampled where /proc is hidden exits with $code"
    says '/proc shows no threads'
}

try_all "this user ($(id -un))"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
    if $as_user test -r "$work/lesson.toml"; then
        try_all "an ordinary user"
    else
        echo "SKIPPED: an ordinary user cannot read $work"
    fi
else
    echo "SKIPPED: only root can become an ordinary user (setpriv)"
fi
[ "$failures" = 0 ]
