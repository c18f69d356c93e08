#!/usr/bin/env bash
# sweep as a user meets it: outputs that do not depend on threads or shards, exit codes, messages,
# and what is left behind when something is wrong.
# usage: sweep_cli_test.sh IOCPSCOPE SOURCE_DIR
set -u
source "$(dirname "${BASH_SOURCE[0]}")/cli_checks.sh"

complain() {
    failed=$((failed + 1))
    printf '%s\n\n' "$*"
}
# Here lines must not be broken.
contains() { grep -qF -- "$1" <<<"$2"; }
same() {
    checks=$((checks + 1))
    cmp "$1" "$2" || complain "$1 and $2 differ"
}
absent() {
    checks=$((checks + 1))
    for file in "$@"; do [ ! -e "$file" ] || complain "$file was written"; done
}

lesson=$source/scenarios/sweeps/pool-size.toml
grid=(--vary thread.T.count=2..8..2 --vary machine.processors=2,4 --replications 3)
sweep() { "$program" sweep "$lesson" "${grid[@]}" "$@"; }

for threads in 1 2 5; do
    mkdir "t$threads"
    sweep --threads $threads --csv t$threads/c.csv --svg t$threads/p.svg -o t$threads/all.runs \
        >t$threads/out.txt || complain "sweep with $threads threads fails"
    sweep --threads $threads --json >t$threads/out.json
    for file in out.txt out.json c.csv p.svg all.runs; do same t1/$file t$threads/$file; done
done
for of in 1 3 7; do
    mkdir "s$of"
    for i in $(seq $of -1 1); do sweep --shard "$i/$of" -o "s$of/$i.shard" >>s$of/said.txt; done
    checks=$((checks + 1))
    [ -s s$of/said.txt ] && complain "sweep --shard -o prints something"
    "$program" sweep --merge $(printf '%s\n' s$of/*.shard | shuf) --csv s$of/c.csv \
        --svg s$of/p.svg -o s$of/all.runs >s$of/out.txt || complain "merge of $of fails"
    "$program" sweep --merge s$of/*.shard --json >s$of/out.json
    for file in out.txt out.json c.csv p.svg all.runs; do same t1/$file s$of/$file; done
done
same t1/all.runs s1/1.shard
sweep --shard 2/3 >printed.shard
same printed.shard s3/2.shard

check 'the CSV has a row per point' 0 '9 t1/c.csv' wc -l t1/c.csv
check 'CSV on standard output, the table on standard error' 0 'thread.T.count,machine.processors,' \
    bash -c "'$program' sweep '$lesson' --vary thread.T.count=2,4 --vary machine.processors=2 --csv - 2>/dev/null | head -1"
check 'a metric by name' 0 'threads_used' sweep --metric threads_used
check 'the table says what the columns mean' 0 '95 % confidence interval' sweep
check 'another policy is said' 0 'another port than the documented one: wake = fifo' sweep --wake fifo
check 'from standard input' 0 'How many workers?' bash -c "'$program' sweep - --replications 1 <'$lesson'"

# Values reach the scenario, and replications differ from each other.
"$program" sweep "$lesson" --vary thread.T.count=2,8 --replications 3 --metric throughput --csv - 2>/dev/null |
    cut -d, -f3,4 >throughput.txt
checks=$((checks + 1))
awk -F, 'NR == 2 { few = $1; half = $2 } NR == 3 { many = $1 }
    END { exit !(few > 400 && few < 600 && many > 1500 && half > 0) }' throughput.txt ||
    complain "2 workers do 500 per second, 8 do 1600: $(cat throughput.txt)"
check 'a key of a step' 0 'handler.1.steps.1.cpu' "$program" sweep "$lesson" --replications 2 \
    --vary 'handler.1.steps.1.cpu=1ms,exponential(1 ms),uniform(0 ms, 2 ms)'
check 'an unknown key' 2 'did you mean `concurrency`?' "$program" sweep "$lesson" --vary port.P.concurency=1..16
check 'an unknown port' 2 'did you mean' "$program" sweep "$lesson" --vary port.p.concurrency=1..16
check 'a value that cannot be, with its point' 2 'thread.T.count = 0' "$program" sweep "$lesson" --vary thread.T.count=0..9
checks=$((checks + 1))
[ "$("$program" sweep "$lesson" --vary port.Q.concurrency=1..16 2>&1 | grep -c 'error\[S')" -eq 1 ] ||
    complain 'the same error at all points is not shown once'

sed 's/^count = 5000//; s/^every = .*/arrivals = "came.csv"/; /expect/,$d' "$lesson" >arrivals.toml
seq 0.001 0.001 0.5 >came.csv
check 'arrivals from a file beside the scenario' 0 'arrivals.toml' "$program" sweep arrivals.toml --vary thread.T.count=2,4
"$program" sweep arrivals.toml --shard 1/2 -o a1.shard
seq 0.001 0.001 0.6 >came.csv
"$program" sweep arrivals.toml --shard 2/2 -o a2.shard
check 'shards whose files differ' 2 'has other contents' "$program" sweep --merge a1.shard a2.shard
rm came.csv
check 'arrivals that are gone' 2 'came.csv' "$program" sweep arrivals.toml

check 'no scenario' 2 'needs a scenario' "$program" sweep
check 'no such file' 2 'cannot read' "$program" sweep nowhere.toml
check 'a schedule' 2 'only scenarios can be swept' \
    "$program" sweep "$source/tests/recorded/nt-kernel-schedules/s1.txt"
check 'a bad scenario' 2 'error[S' "$program" sweep "$source/tests/broken/negative.toml"
check 'no values' 2 'error[V001]' "$program" sweep "$lesson" --vary thread.T.count --csv bad.csv
check 'an empty range' 2 'it ends before it begins' "$program" sweep "$lesson" --vary thread.T.count=8..1
check 'too many points' 2 '10000' "$program" sweep "$lesson" --vary thread.T.count=1..200 --vary machine.processors=1..200
check 'no replication' 2 '--replications' sweep --replications 0
check 'an unknown metric' 2 'did you mean `throughput`?' sweep --metric troughput
check 'no shard' 2 'error[V006]' sweep --shard 4/3 -o bad.shard
check 'a shard has no table' 2 'give it with --merge' sweep --shard 1/3 --csv bad.csv
check 'two files on standard output' 2 'only one of' sweep --csv - --svg -
check 'an unwritable place is told before the runs' 4 'cannot write no/such/p.svg' \
    "$program" sweep "$lesson" --replications 10000 --svg no/such/p.svg
check 'a folder cannot be written' 4 'it is a folder' sweep --csv s1
check 'a full disk' 4 'cannot write /dev/full' sweep --csv /dev/full
check 'merge with a scenario' 2 'the scenario is already in the shards' \
    "$program" sweep "$lesson" --merge s3/1.shard
check 'merge with --vary' 2 '--vary is already in the shards' \
    "$program" sweep --merge s3/1.shard --vary a=1
check 'a missing shard' 2 'shard 2 of 3 is missing' "$program" sweep --merge s3/1.shard s3/3.shard --csv bad.csv
check 'a shard twice' 2 'both shard 1 of 3' "$program" sweep --merge s3/*.shard s3/1.shard
check 'a shard of other shards' 2 'one of 7 shards' "$program" sweep --merge s3/*.shard s7/1.shard
"$program" sweep "$lesson" "${grid[@]}" --seed 5 --shard 2/3 -o foreign.shard
check 'a foreign shard' 2 'its seed is 5, not 1' "$program" sweep --merge s3/1.shard foreign.shard s3/3.shard
head -n -1 s3/2.shard >cut.shard
check 'a cut shard' 2 'was cut off' "$program" sweep --merge s3/1.shard cut.shard s3/3.shard
check 'no shard at all' 2 'not a shard of a sweep' "$program" sweep --merge "$lesson"
absent bad.csv bad.shard bad.csv.part p.svg.part

# Ctrl-C, when the threads are at work: hours are left, and nothing is written.
checks=$((checks + 1))
"$program" sweep "$lesson" --replications 10000 --vary thread.T.count=2..99 --threads 2 \
    --csv stopped.csv >stopped.txt 2>&1 &
pid=$!
while [ -d /proc/$pid ] && [ "$(ls /proc/$pid/task | wc -l)" -lt 3 ]; do sleep 0.05; done
kill -INT $pid
wait $pid
code=$?
[ $code -eq 3 ] && grep -q 'nothing was written' stopped.txt ||
    complain "Ctrl-C: exit $code: $(cat stopped.txt)"
absent stopped.csv stopped.csv.part

printf '%s checks, %s failed\n' $checks $failed
[ $failed -eq 0 ]
