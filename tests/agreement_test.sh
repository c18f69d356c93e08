#!/usr/bin/env bash
# Every scenario that the worker pool can carry out, measured on our Linux port again and again, agrees
# with the model. A lesson that goes by times may be "not decided", because a computer may be slow, but
# it never differs. Those beside this file go by nothing but what has settled: they agree every time.
# Lessons that only the model plays must say so.
# usage: agreement_test.sh IOCPSCOPE LESSON_FOLDER RUNS
set -u
program=$1 folder=$2 runs=$3
strict=$(dirname "$0")/agreement
failed=0 agreed=0
fail() {
    failed=1
    printf 'FAILED\n%s\n' "$output"
}
for scenario in "$folder"/*.toml "$strict"/*.toml; do
    printf '%s: ' "$(basename "$scenario")"
    output=$("$program" compare "$scenario" --backend linux --runs "$runs" 2>&1)
    code=$?
    last=$(tail -n 1 <<<"$output")
    if [ $code -eq 4 ] && grep -q 'cannot be recorded yet: it needs' <<<"$output"; then
        echo 'only the model plays it so far'
        [ "$(dirname "$scenario")" != "$strict" ] || fail
    elif [ $code -eq 0 ]; then
        agreed=$((agreed + 1))
        echo "$last"
    elif [[ $last == *' 0 differ, '* ]] && [ "$(dirname "$scenario")" != "$strict" ] &&
         ! grep 'undecided:' <<<"$output" | grep -qv 'the scenario goes by times'; then
        echo "$last"
    else
        fail
    fi
done
if [ $agreed -lt 15 ]; then
    echo "FAILED: only $agreed scenarios were measured"
    failed=1
fi
exit $failed
