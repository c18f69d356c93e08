# For tests of the command line, which source it: their arguments IOCPSCOPE SOURCE_DIR, a folder of
# their own to work in, and how they hold what the program prints against what it should.
# shellcheck shell=bash
program=$(realpath "$1") source=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0 checks=0

# contains TEXT OUTPUT: however the lines of the output are broken. A test may ask for more.
contains() {
    grep -qF -- "$1" <<<"$2" || tr -s ' \n' ' ' <<<"$2" | grep -qF -- "$1"
}
# check NAME EXIT TEXT COMMAND...: ends with EXIT, and what it prints contains TEXT.
check() {
    local name=$1 code=$2 text=$3 output got
    shift 3
    checks=$((checks + 1))
    output=$("$@" 2>&1 </dev/null)
    got=$?
    if [ $got -eq "$code" ] && contains "$text" "$output"; then return; fi
    failed=$((failed + 1))
    printf '%s: exit %s, expected %s and "%s"\n%s\n\n' "$name" "$got" "$code" "$text" "$output"
}
