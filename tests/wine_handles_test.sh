#!/usr/bin/env bash
# The lessons about handles, recorded by the Windows program under Wine 8.0: what of their packets and
# results is not as in the model. The list is strict: what differs otherwise is a failure, and so is an
# agreement that is not expected. Skipped (77) where Wine or the Windows program is missing, unless
# IOCPSCOPE_REQUIRE_WINE is set.
# usage: wine_handles_test.sh IOCPSCOPE SOURCE_FOLDER
set -u
program=$1 source=$2
failed=0 scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

if ! "$program" backends | grep -q '^wine *Wine'; then
    "$program" backends | sed -n '/^wine/,/^[^ w]/p'
    [ -n "${IOCPSCOPE_REQUIRE_WINE:-}" ] && exit 1
    exit 77
fi

# differences SCENARIO: packets that only one of the two runs delivers, and results that differ.
differences() {
    "$program" compare "$1" --backend wine >"$scratch/output" 2>&1
    sed -n 's/^ *\([0-9][0-9]*\) *\([^ ]*\) *\([^ ]*\) *\(◆\|◇\) .*/packet \1: \2, under Wine \3/p' "$scratch/output"
    # Each result is a list item, which may take several lines.
    awk '/^  Results differ:/ { on = 1; next }
         on && /^$/ { on = 0 }
         !on { next }
         /^    - / { if (item != "") print item; item = substr($0, 7); next }
         { item = item substr($0, 6) }
         END { if (item != "") print item }' "$scratch/output"
}

# expect SCENARIO, and what differs on standard input, line by line.
expect() {
    local wanted seen
    wanted=$(cat)
    seen=$(differences "$source/$1")
    if [ "$wanted" != "$seen" ] || ! grep -q '^  packet  Model .*Wine' "$scratch/output"; then
        printf '%s: expected differences:\n%s\nseen:\n%s\n' "$1" "$wanted" "$seen"
        cat "$scratch/output"
        failed=1
    else
        printf '%s: as expected, %s differences\n' "$1" "$(grep -c . <<<"$wanted")"
    fi
}

# refuse HANDLE_KIND STEP TEXT: such a scenario is not recorded, and TEXT says what Wine lacks.
refuse() {
    local output
    cat >"$scratch/lacks.toml" <<EOF
format = 1
title = "What Wine lacks"
[[port]]
name = "P"
concurrency = 1
[[handle]]
name = "h"
kind = "$1"
port = "P"
[[thread]]
name = "T"
when = "settled"
[[do]]
step = {$2 = "h"}
when = "settled"
EOF
    output=$("$program" record "$scratch/lacks.toml" --backend wine 2>&1)
    if [ $? -ne 4 ] || ! grep -qF -- "$3" <<<"$output"; then
        printf '%s on a %s: expected a refusal with "%s"\n%s\n' "$2" "$1" "$3" "$output"
        failed=1
    fi
}

# In all of them: a close wakes nobody (X-CLOSE-1).
# Wine reads a disk file within the call: this read is over before the file is bound. And it takes a
# completion routine on a bound disk file (H-HANDLE-7).
expect scenarios/binding-handles.toml <<'EOF'
packet 1: T, under Wine -
T returns without a packet, with ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine 8.0
ReadFile on file begins once in the model and 2 times in Wine 8.0
ReadFile on file returns ERROR_INVALID_PARAMETER (87) once in the model and never in Wine 8.0
EOF
# Closing a socket says something else (I-IO-7).
expect scenarios/cancel-and-close.toml <<'EOF'
packet 1 tells of ERROR_OPERATION_ABORTED (995) in the model, but of ERROR_HANDLES_CLOSED (676) in Wine 8.0
T returns without a packet, with ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine 8.0
EOF
expect scenarios/done-out-of-order.toml <<'EOF'
T returns without a packet, with ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine 8.0
EOF
# A read that fails at once queues a packet (I-IO-3). A warning is nothing that a disk file could give.
expect scenarios/immediate-success.toml <<'EOF'
packet 3: -, under Wine T
packet 5 tells of ERROR_MORE_DATA (234) in the model, but of success in Wine 8.0
T returns without a packet, with ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine 8.0
EOF
# A read that is done within the call is none the less called pending, and queues its packet
# (N-NOTIFY-7, N-NOTIFY-2).
expect scenarios/skipped-packets.toml <<'EOF'
packet 1: -, under Wine T
T returns without a packet, with ERROR_ABANDONED_WAIT_0 (735), once in the model and never in Wine 8.0
EOF

# Every function that Wine has completes through the port in a scenario, with the result of the model.
expect tests/wine/every-operation.toml <<'EOF'
EOF

# Those that it lacks are named.
refuse mailslot read 'makes no overlapped mailslots, so that none can be bound to a port and ReadFile on one waits'
refuse file lock_region 'never ends a LockFileEx that has to wait'
refuse file control 'has no opportunistic locks, which DeviceIoControl on a file asks for here'
exit $failed
