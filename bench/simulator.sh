#!/bin/sh
# Our simulator and SimPy 2 take turns, several times; prints the medians and their ratios.
# usage: bench/simulator.sh BUILD_DIRECTORY [ROUNDS [PACKETS]]
# needs: simulator_bench, built with -DIOCPSCOPE_BENCH=ON in a release build; package python3-simpy
set -eu
build=${1:?usage: $0 BUILD_DIRECTORY [ROUNDS [PACKETS]]}
rounds=${2:-5}
packets=${3:-1000000}
here=$(dirname "$0")
[ -x "$build/simulator_bench" ] || { echo "$0: there is no $build/simulator_bench" >&2; exit 2; }
/usr/bin/python3 -c 'import SimPy' 2>/dev/null || { echo "$0: python3-simpy is not installed" >&2; exit 2; }

results=$(mktemp)
trap 'rm -f "$results"' EXIT
round=0
while [ "$round" -lt "$rounds" ]; do
    "$build/simulator_bench" "$packets" 1 >> "$results"
    /usr/bin/python3 "$here/simulator_peer.py" $((packets / 10)) 1 >> "$results"
    round=$((round + 1))
done

median() {
    grep "^$1 " "$results" | cut -d' ' -f2 | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
ours=$(median without_trace)
echo "ours, no trace, all figures       $ours packets/s"
echo "ours, whole trace in memory       $(median with_trace) packets/s"
for peer in simpy_statistics simpy_bare; do
    rate=$(median $peer)
    echo "$peer $rate $ours" | awk '{ printf "%-33s %d jobs/s, ours is %.1f times as fast\n", $1, $2, $3 / $2 }'
done
