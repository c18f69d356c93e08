#!/usr/bin/env bash
# Every lesson, measured on our Linux port again and again, agrees with the model in every run.
# usage: agreement_test.sh IOCPSCOPE SCENARIO_FOLDER RUNS
set -u
program=$1 folder=$2 runs=$3
failed=0
for scenario in "$folder"/*.toml; do
    printf '%s: ' "$(basename "$scenario")"
    if ! output=$("$program" compare "$scenario" --backend linux --runs "$runs" 2>&1); then
        failed=1
        printf 'FAILED\n%s\n' "$output"
        continue
    fi
    tail -n 1 <<<"$output"
done
exit $failed
