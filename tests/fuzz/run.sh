#!/usr/bin/env bash
# Runs every fuzzer for some time, one after the other, with the seeds of the source tree and the
# kept corpus. What ends a fuzzer is left in build/fuzz/findings/; the exit code is then 1.
#
# tests/fuzz/run.sh [SECONDS] [HARNESS...]          600 seconds for each of all harnesses
# tests/fuzz/run.sh --keep [HARNESS...]             makes the kept corpus anew from all that was
#                                                   found, as few and small inputs as cover the same
#
# Needs the preset `fuzz`, which ./test.sh --fuzz builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=build/fuzz
tool=$build/fuzz_corpus_test
[ -x "$tool" ] || {
    printf 'there is no %s: cmake --preset fuzz && cmake --build --preset fuzz\n' "$tool" >&2
    exit 2
}

keep=
seconds=600
case ${1:-} in
    --keep) keep=yes; shift ;;
    [0-9]*) seconds=$1; shift ;;
esac
harnesses=${*:-$("$tool" --list)}

# Short inputs are quick, and say all that can be wrong. Traces have long lines.
longest() {
    case $1 in
        trace | compare) echo 8192 ;;
        predicate) echo 400 ;;
        *) echo 2048 ;;
    esac
}

# The kept corpus: what covers the most for the fewest bytes, of the inputs that are not long.
keep_corpus() {
    local harness=$1 kept=tests/fuzz/corpus/$1
    rm -rf "$build/merged"
    mkdir -p "$build/merged" "$kept"
    "$build/fuzz_$harness" -merge=1 -max_len=3000 -timeout=60 -rss_limit_mb=2048 \
        "$build/merged" "$kept" "$build/work/$harness" >"$build/$harness.merge.log" 2>&1
    rm -f "$kept"/*
    # The smallest first, until there is enough to read again in every test run.
    (cd "$build/merged" && find . -type f -printf '%s %f\n' | sort -n) |
        awk '(total += $1) <= 49152 {print $2}' |
        while read -r name; do cp "$build/merged/$name" "$kept/$name"; done
    printf '%-10s keeps %s inputs, %s bytes\n' "$harness" "$(find "$kept" -type f | wc -l)" \
        "$(cat "$kept"/* | wc -c)"
}

fuzz() {
    local harness=$1 work=$build/work/$1 log=$build/$1.log code=0 words=()
    mkdir -p "$work" "$build/findings" "tests/fuzz/corpus/$harness"
    "$tool" --seeds "$harness" "$build/seeds/$harness"
    "$tool" --dictionary "$harness" >"$build/$harness.dict"
    [ ! -s "$build/$harness.dict" ] || words=(-dict="$build/$harness.dict")
    "$build/fuzz_$harness" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 \
        -max_len="$(longest "$harness")" "${words[@]}" -print_final_stats=1 \
        -artifact_prefix="$build/findings/$harness-" \
        "$work" "$build/seeds/$harness" "tests/fuzz/corpus/$harness" >"$log" 2>&1 || code=$?
    local runs
    runs=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    if [ "$code" -eq 0 ]; then
        printf '%-10s %12s executions, nothing found\n' "$harness" "$runs"
    else
        printf '%-10s %12s executions, then it ended with %s:\n' "$harness" "$runs" "$code"
        grep -m 3 -E 'fuzz: |ERROR|runtime error|Assertion|Test unit written' "$log" | cut -c1-300
    fi
    return "$code"
}

failed=0
for harness in $harnesses; do
    if [ -n "$keep" ]; then keep_corpus "$harness"; else fuzz "$harness" || failed=1; fi
done
exit "$failed"
