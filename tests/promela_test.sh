#!/usr/bin/env bash
# Two descriptions of a small port, written apart: the model, searched by `explore --untimed`, and
# tests/promela/port.pml, searched by spin. Both must reach the same set of final outcomes; and a
# port that is another one (--wake fifo, --limit +1, ...) must be noticed.
# Skipped (77) where spin or a C compiler is missing, unless IOCPSCOPE_REQUIRE_SPIN is set.
# usage: promela_test.sh IOCPSCOPE SOURCE_DIR
set -u
program=$(realpath "$1") cases=$(realpath "$2")/tests/promela
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 checks=0

for tool in spin gcc python3; do
    command -v $tool >/dev/null && continue
    echo "$tool is not installed"
    [ -n "${IOCPSCOPE_REQUIRE_SPIN:-}" ] && exit 1
    exit 77
done

complain() {
    failed=$((failed + 1))
    printf '%s\n' "$*"
}

# spin_outcomes NAME: searches the Promela model with the parameters that the scenario names.
spin_outcomes() {
    local folder=$1.spin
    mkdir "$folder" && cd "$folder" || return 1
    { sed -n 's/^# #define/#define/p' "$cases/$1.toml" && cat "$cases/port.pml"; } >port.pml
    # The observer's C code must run in each final state: no reduction of orders. An end in which
    # threads wait is no error here: -E.
    spin -a port.pml >spin.log 2>&1 &&
        gcc -O0 -w -DSAFETY -DNOREDUCE -o pan pan.c -lm >gcc.log 2>&1 &&
        ./pan -E -w18 -m100000 >"../$1.pan" 2>&1
    local code=$?
    cd ..
    return $code
}

# compare NAME WANTED [FLAG...]: explores with these flags and compares the sets.
compare() {
    local name=$1 wanted=$2 threads said code
    shift 2
    checks=$((checks + 1))
    threads=$(sed -n 's/^# #define THREADS //p' "$cases/$name.toml")
    "$program" explore "$cases/$name.toml" --untimed --json "$@" >explored.json
    # Another port may break invariants (1); that is not what is asked here.
    [ $? -le 1 ] || complain "$name $*: explore failed"
    said=$(python3 "$cases/compare.py" explored.json "$name.pan" "$threads")
    code=$?
    [ $code -eq "$wanted" ] || complain "$name $*: exit $code, expected $wanted: $said"
    printf '%-20s %-20s %s\n' "$name" "$*" "$(head -1 <<<"$said")"
}

for file in "$cases"/*.toml; do
    name=$(basename "$file" .toml)
    spin_outcomes "$name" || { complain "$name: spin failed"; cat "$name.spin"/*.log; continue; }
    compare "$name" 0
done
[ $checks -ge 11 ] || complain "only $checks scenarios were compared"

# Two equal sets prove little if different ports have equal sets.
compare ordered 1 --wake fifo
compare ordered 1 --limit +1
compare ordered-sleepers 1 --wake fifo
compare ordered-sleepers 1 --limit off
compare ordered-sleepers 1 --handoff refetch
compare ordered 1 --limit -1
compare poll 1 --limit off
compare close 1 --close keep

printf '%s comparisons, %s failed\n' $checks $failed
[ $failed -eq 0 ]
