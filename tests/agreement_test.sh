#!/usr/bin/env bash
# Every lesson that the worker pool can carry out, measured on our Linux port again and again, agrees
# with the model in every run. Those that only the model plays must say so.
# usage: agreement_test.sh IOCPSCOPE SCENARIO_FOLDER RUNS
set -u
program=$1 folder=$2 runs=$3
failed=0 agreed=0
for scenario in "$folder"/*.toml; do
    printf '%s: ' "$(basename "$scenario")"
    output=$("$program" compare "$scenario" --backend linux --runs "$runs" 2>&1)
    code=$?
    if [ $code -eq 4 ] && grep -q 'cannot be recorded yet: it needs' <<<"$output"; then
        echo 'only the model plays it so far'
    elif [ $code -ne 0 ]; then
        failed=1
        printf 'FAILED\n%s\n' "$output"
    else
        agreed=$((agreed + 1))
        tail -n 1 <<<"$output"
    fi
done
if [ $agreed -lt 10 ]; then
    echo "FAILED: only $agreed lessons were measured"
    failed=1
fi
exit $failed
