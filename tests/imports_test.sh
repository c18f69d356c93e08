#!/usr/bin/env bash
# The 32-bit program starts on systems of Windows Server 2003 level: every function that it imports
# must stand in the list of functions which that system has. What is newer is looked up at run time.
#
#   imports_test.sh OBJDUMP PROGRAM LIST
set -euo pipefail
objdump=$1 program=$2 list=$3

# "kernel32.dll!CloseHandle", one a line; names of libraries have no upper and lower case.
imports=$("$objdump" -p "$program" | awk '
    /DLL Name:/ { library = tolower($3) }
    NF == 3 && $1 ~ /^[0-9a-f]+$/ && $2 ~ /^[0-9]+$/ && library != "" { print library "!" $3 }' |
    LC_ALL=C sort -u)
[ "$(grep -c . <<<"$imports")" -ge 50 ] || {
    echo "objdump tells of hardly any imports: its output has changed?"
    exit 1
}
newer=$(LC_ALL=C comm -23 <(printf '%s\n' "$imports") "$list")
if [ -n "$newer" ]; then
    printf 'not known to be on Windows Server 2003; look them up at run time:\n%s\n' "$newer"
    exit 1
fi
printf '%s imports, all on the list\n' "$(grep -c . <<<"$imports")"
