#!/usr/bin/env bash
# The 38 schedules that were measured on an NT-architecture kernel, carried out under Wine 8.0 by the
# Windows program, command by command. Which of them it carries out as the model does, and in which
# line it first departs from it otherwise, is written down here: strictly, so that anything else is a
# failure, and so is an agreement that is not expected. Skipped (77) where Wine or the Windows program
# is missing, unless IOCPSCOPE_REQUIRE_WINE is set.
# usage: wine_schedules_test.sh IOCPSCOPE SCHEDULE_FOLDER
set -u
program=$1 folder=$2

# NAME:LINE, the line of the first difference; `-`: none.
expected="
f12_0:71  f12_1:26  f12_2:44  f12_3:-   f12_4:33  f12_5:-   f12_6:20  f12_7:15  f12_8:36  f12_9:-
f12_10:43 f12_11:7  f12_12:-  f12_13:20 f12_14:21 f12_15:-  f12_16:12 f12_17:14 f12_18:-  f12_19:27
f12_20:-  f12_21:19 f12_22:15 f12_23:48 f12_24:-
k1:10 k2:10 k3:10 k4:10 k5:12 k6:14 k7:- k8:10 q1:10 q5:- s1:14 s2:12 s3:14
"

if ! "$program" backends | grep -q '^wine *Wine'; then
    "$program" backends | sed -n '/^wine/,/^[^ w]/p'
    [ -n "${IOCPSCOPE_REQUIRE_WINE:-}" ] && exit 1
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# Where the schedule first differs, or `-`. On a slow computer a time-out may end in another line, and
# a thread may not be seen at rest in time: then once more.
seen_in() {
    local output line
    for _ in 1 2 3 4 5; do
        output=$("$program" compare "$1" --backend wine 2>&1)
        line=$(sed -n 's/^\(DIFFER: \)\{0,1\}.*\.schedule:\([0-9]*\): `.*gives something else$/\2/p' \
            <<<"$output")
        grep -q '^AGREE: ' <<<"$output" && line=-
        [ "$line" != "$2" ] || break
        grep -q '^NOT DECIDED: ' <<<"$output" || break
    done
    printf '%s' "${line:-nothing}"
    [ "$line" = "$2" ] || printf '%s\n' "$output" >&2
}

count=0
for each in $expected; do
    name=${each%:*} wanted=${each#*:}
    cp "$folder/$name.txt" "$scratch/$name.schedule" || exit 1
    seen=$(seen_in "$scratch/$name.schedule" "$wanted")
    count=$((count + 1))
    if [ "$seen" != "$wanted" ]; then
        echo "$name: the first difference is in line $seen, expected $wanted (-: there is none)"
        failed=1
    fi
done
# Each schedule of the folder is in the list.
there=$(find "$folder" -name '*.txt' | wc -l)
if [ "$count" -ne "$there" ] || [ "$count" -lt 38 ]; then
    echo "$count schedules are expected here, and $there are in the folder"
    failed=1
fi
[ $failed -ne 0 ] || echo "$count schedules under Wine, each as expected"
exit $failed
