#!/usr/bin/env bash
# The negative control: the Windows program under Wine 8.0 does not follow the model, and the
# program says where. Skipped (77) where Wine or the Windows program is missing, unless
# IOCPSCOPE_REQUIRE_WINE is set.
# usage: wine_control_test.sh IOCPSCOPE SCENARIO_FOLDER
set -u
program=$1 folder=$2
failed=0

if ! "$program" backends | grep -q '^wine *Wine'; then
    "$program" backends | sed -n '/^wine/,/^[^ w]/p'
    [ -n "${IOCPSCOPE_REQUIRE_WINE:-}" ] && exit 1
    exit 77
fi

# expect NAME SCENARIO EXIT TEXT: `compare` ends with EXIT and says TEXT.
expect() {
    local output code
    output=$("$program" compare "$folder/$1.toml" --backend wine 2>&1)
    code=$?
    if [ $code -ne "$2" ] || ! tr -s ' \n' ' ' <<<"$output" | grep -qF -- "$3"; then
        printf '%s: exit %s, expected %s and "%s"\n%s\n' "$1" "$code" "$2" "$3" "$output"
        failed=1
    else
        printf '%s: as expected (%s)\n' "$1" "$3"
    fi
}

# Wine wakes the oldest waiter and ignores the concurrency value: strict expected differences. If
# one of these begins to agree, Wine has learned something and this test must be told.
expect lifo-wake 1 'Packet 1 goes to T4 in the model, but to T1 in Wine'
expect concurrency-limit 1 'in the model, but to T'
# Wine keeps the order of the packets, but a close wakes nobody (X-CLOSE-1).
expect fifo-packets 1 'ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine'

# Wine is never called Windows.
output=$("$program" compare "$folder/lifo-wake.toml" --backend wine --json)
if grep -q '"windows_evidence": true' <<<"$output" || ! grep -q 'not Windows' <<<"$output"; then
    echo 'a measurement under Wine claims to be evidence about Windows'
    failed=1
fi
exit $failed
