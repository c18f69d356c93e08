#!/usr/bin/env bash
# Installs what the tests need, builds every preset with warnings as errors and runs all tests.
# The last line is "N passed, N failed"; the exit code is 0 only if some passed and none failed.
#
# ./test.sh            everything but mingw32, which takes six minutes more of two processors
# ./test.sh --quick    the dev preset only
# ./test.sh --only P   preset P only: mingw, dev, asan, tsan, clang, release, or mingw32, the 32-bit
#                      Windows program
# ./test.sh --long     longer random and stress tests (IOCPSCOPE_LONG=1)
# ./test.sh --fuzz [SECONDS]   instead of the tests: libFuzzer on every reader, so long each (600)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/run.sh"

test_packages="
clang-format                   style
clang                          compiler
xvfb                           screens
xauth                          screens
g++-mingw-w64-x86-64-win32     Windows
g++-mingw-w64-i686-win32       Windows
wine                           Windows
spin                           orders
"

# The Windows program comes first: tests of the others run it under Wine.
presets="mingw dev asan tsan clang release"
fuzz_seconds=
while [ $# -gt 0 ]; do
    case $1 in
        --quick) presets=dev ;;
        --only)
            presets=${2:-}
            [ -n "$presets" ] || fail "--only needs the name of a preset" 2
            shift
            ;;
        --long) export IOCPSCOPE_LONG=1 ;;
        --fuzz)
            fuzz_seconds=600
            case ${2:-} in [0-9]*) fuzz_seconds=$2; shift ;; esac
            ;;
        --help | -h) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) fail "unknown option $1; ./test.sh --help lists them" 2 ;;
    esac
    shift
done

install_packages "$run_packages $test_packages"
export IOCPSCOPE_WERROR=ON
if [ -n "$fuzz_seconds" ]; then
    # The runtime of libFuzzer is a package of its own for each version of clang.
    install_packages "libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev fuzzing"
    say "fuzz: building"
    build_preset fuzz fuzzers
    say "fuzz: $fuzz_seconds seconds for each reader"
    exec tests/fuzz/run.sh "$fuzz_seconds"
fi
# With everything built, a missing Wine is a failure and no reason to skip.
[ "$presets" = "${presets/mingw/}" ] || export IOCPSCOPE_REQUIRE_WINE=1
export IOCPSCOPE_REQUIRE_SPIN=1
# Wine gets a home of its own in build/, and neither a display nor questions.
export WINEPREFIX=$PWD/build/wine WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="

passed=0
failed=0
skipped=0

# An attribute of the <testsuite> in a JUnit file of ctest: each has a line of its own.
count() { grep -m1 -o "^[[:space:]]*$2=\"[0-9]*\"" "$1" | tr -dc '0-9'; }

# Runs the tests of a preset and adds up what they say. Further arguments go to ctest.
run_tests() {
    local preset=$1 result=$PWD/build/$1/ctest.xml code=0 tests bad left
    shift
    rm -f "$result"
    "${wrapper[@]}" ctest --preset "$preset" -j 2 --timeout 900 --output-junit "$result" "$@" ||
        code=$?
    if [ ! -f "$result" ]; then
        printf '%s: ctest wrote no result\n' "$preset"
        failed=$((failed + 1))
        return
    fi
    # ctest calls it skipped too when a program is missing; only a test itself may skip.
    tests=$(count "$result" tests)
    left=$(grep -c '^[[:space:]]*<skipped message="SKIP_' "$result" || true)
    bad=$(($(count "$result" failures) + $(count "$result" disabled) +
        $(count "$result" skipped) - left))
    passed=$((passed + tests - bad - left))
    failed=$((failed + bad))
    skipped=$((skipped + left))
    # No tests, or something that ctest does not list as a failure, is none the less one.
    [ "$tests" -gt 0 ] && { [ "$code" -eq 0 ] || [ "$bad" -gt 0 ]; } || failed=$((failed + 1))
}

for preset in $presets; do
    say "$preset: building"
    targets=()
    chosen=()
    wrapper=(env)
    case $preset in
        tsan)
            # Only what has threads; some kernels need addresses that are not random.
            chosen=(-L threads)
            ! setarch -R true 2>/dev/null || wrapper=(setarch -R)
            ;;
        mingw)
            command -v wine >/dev/null || fail "wine is not installed" "$exit_environment"
            ;;
        mingw32)
            # Whether it would start on an old system; it runs here only where a 32-bit Wine is.
            targets=(iocpscope)
            chosen=(-L imports)
            ;;
        clang)
            # The same bytes as from the other compilers.
            targets=(golden_test schedule_test)
            chosen=(-L golden)
            ;;
        release)
            # The programs as users get them, and what their tests take something away with.
            targets=(iocpscope iocpscope-gui without_call without_proc)
            chosen=(-L smoke)
            ;;
    esac
    if ! (build_preset "$preset" ${targets[@]+"${targets[@]}"}); then
        printf '%s: the build failed\n' "$preset"
        failed=$((failed + 1))
        continue
    fi
    [ "$preset" != mingw ] || { say "Preparing Wine" && wineboot --init >/dev/null 2>&1 || true; }
    say "$preset: testing"
    run_tests "$preset" ${chosen[@]+"${chosen[@]}"}
done

[ "$skipped" -eq 0 ] || printf '%s skipped (see above why)\n' "$skipped"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
