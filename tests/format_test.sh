#!/usr/bin/env bash
# Is every source file as clang-format writes it? Other versions than 14 (Debian 12) differ in
# details, so they do not count. 77 means skipped.
set -euo pipefail
cd "$1"
version=$(clang-format --version 2>/dev/null | grep -o 'version [0-9]*' | tr -dc '0-9' || true)
if [ "$version" != 14 ]; then
    echo "skipped: clang-format 14 is not installed (found: ${version:-none})"
    exit 77
fi
find sim real gui cli tests bench \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
    xargs -0 clang-format --dry-run -Werror
