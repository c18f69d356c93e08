#!/usr/bin/env bash
# Installs what is missing, builds, records a lesson on this computer and shows it. See --help.
# test.sh reads this file for its functions; only what stands under "main" runs then.
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

# Packages of Debian 12 and Ubuntu 24.04, one per line, each with its reason.
run_packages="
build-essential      compiler
cmake                build
ninja-build          build
pkg-config           build
libfmt-dev           text
libtomlplusplus-dev  scenarios
libcli11-dev         options
rapidjson-dev        traces
liburing-dev         input and output on Linux
doctest-dev          tests
libimgui-dev         window
libstb-dev           pictures
libglfw3-dev         window
libgl-dev            window
python3-glad         window
fonts-dejavu-core    letters
libgl1-mesa-dri      drawing
"

exit_environment=4
say() { printf '\n==> %s\n' "$*" >&2; }
fail() {
    printf '\n%s: %s\n' "$0" "$1" >&2
    exit "${2:-1}"
}

# The packages of a list that are not installed.
missing_packages() {
    local package reason
    while read -r package reason; do
        [ -n "$package" ] || continue
        [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = "install ok installed" ] ||
            printf '%s\n' "$package"
    done <<<"$1"
}

# Installs the missing packages of a list. Touches neither network nor password when none is.
install_packages() {
    local missing line
    if ! command -v dpkg-query >/dev/null; then
        say "This is neither Debian nor Ubuntu: the packages cannot be looked up, trying without."
        return
    fi
    missing=$(missing_packages "$1" | xargs)
    [ -n "$missing" ] || return 0
    line="apt-get install -y --no-install-recommends $missing"
    if [ "$(id -u)" -eq 0 ]; then
        say "Installing packages (some minutes, needs the network): $missing"
        as_root=env
    elif command -v sudo >/dev/null; then
        say "Installing packages with sudo, which may ask for your password: $missing"
        as_root="sudo env"
    else
        fail "these packages are missing, and there is no sudo here. As root, type:

    apt-get update && $line
" "$exit_environment"
    fi
    as_root="$as_root DEBIAN_FRONTEND=noninteractive"
    # The lists of a new machine are missing, those of an old one name packages that have gone.
    if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || ! $as_root $line >&2; then
        { $as_root apt-get update >&2 && $as_root $line >&2; } ||
            fail "the packages could not be installed; is there a network?" "$exit_environment"
    fi
}

# One build at a time knows best what it needs: as many jobs as there are processors, but no more
# than the memory carries (about 700 MB each).
build_jobs() {
    local processors memory
    processors=$(nproc)
    memory=$(awk '/MemAvailable/ {print int($2 / 700000)}' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    printf '%s\n' "$((processors < memory ? processors : memory))"
}

# Configures and builds a preset. Further arguments are targets.
build_preset() {
    local preset=$1
    shift
    if command -v ccache >/dev/null; then
        export CMAKE_CXX_COMPILER_LAUNCHER=ccache CMAKE_C_COMPILER_LAUNCHER=ccache
        # What was compiled in one checkout serves another.
        export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
    fi
    if [ ! -f "build/$preset/build.ninja" ] || [ -n "${IOCPSCOPE_WERROR:-}" ]; then
        mkdir -p build
        cmake --preset "$preset" >"build/$preset.log" 2>&1 || {
            cat "build/$preset.log" >&2
            fail "cmake --preset $preset failed; its messages are above"
        }
    fi
    cmake --build --preset "$preset" -j "$(build_jobs)" ${1:+--target "$@"} >&2
}

# -- main ------------------------------------------------------------------------------------------
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

usage() {
    cat <<'END'
./run.sh [FILE]      shows FILE, a scenario (.toml), a recorded trace or, on the terminal, a
                     .schedule; scenarios/lifo-wake.toml if none is given. Before that it installs
                     missing packages, builds, and records a scenario on this computer.
./run.sh --prepare [FILE]
                     does all that but the showing. Afterwards ./run.sh needs neither network nor
                     password and shows the picture at once.
./run.sh --record [FILE]
                     records anew, even if there is a recording, and shows it.
./run.sh --help      this text

Without a display the recording is shown on the terminal, and build/ gets pictures of it.
Exit: 0 fine, 1 the build failed, 2 bad input, 4 this computer lacks something (and what).
END
}

mode=show
file=scenarios/lifo-wake.toml
for argument in "$@"; do
    case $argument in
        --help | -h) usage; exit 0 ;;
        --prepare) mode=prepare ;;
        --record) mode=record ;;
        -*) usage >&2; fail "unknown option $argument" 2 ;;
        *) file=$argument ;;
    esac
done
# A file is named as seen from where the user stands.
case $file in
    /*) ;;
    *) [ "$caller" = "$PWD" ] || [ ! -f "$caller/$file" ] || file=$caller/$file ;;
esac
[ -f "$file" ] || fail "there is no file $file" 2

install_packages "$run_packages"
mkdir -p build 2>/dev/null || fail "this folder cannot be written to: $PWD" "$exit_environment"
program=build/release/iocpscope
window=build/release/iocpscope-gui

# Does anything that the programs are built from differ from the last build?
stamp=build/run.stamp
build_is_current() {
    [ -x "$program" ] && [ -x "$window" ] && [ -f "$stamp" ] &&
        [ -z "$(find sim real cli gui CMakeLists.txt CMakePresets.json -newer "$stamp" \
            -print -quit)" ]
}
if ! build_is_current; then
    say "Building (some minutes the first time)"
    touch "$stamp.new"
    build_preset release iocpscope iocpscope-gui || fail "the build failed; its messages are above"
    mv "$stamp.new" "$stamp"
fi

trace=$file
if [ "${file##*.}" = toml ]; then
    trace=build/$(basename "$file" .toml).trace
    if [ "$mode" != show ] || [ ! -s "$trace" ] || [ "$file" -nt "$trace" ] ||
        [ "$stamp" -nt "$trace" ]; then
        say "Recording $file on this computer (some seconds)"
        "$program" record "$file" -o "$trace" >&2 || fail "recording failed" $?
    fi
fi
if [ "$mode" = prepare ]; then
    say "Ready. ./run.sh shows $trace, without network or password."
    exit 0
fi

# The window shows no schedules.
if [ "${file##*.}" = schedule ]; then
    exec "$program" simulate "$file" --format transcript
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening the window"
    exec "$window" "$trace"
fi

say "There is no display here, so this is the terminal's view of $trace"
verdict=0
"$program" compare "$trace" || verdict=$?
printf '\n'
"$program" show "$trace"
picture=build/$(basename "$trace" .trace)
"$program" show "$trace" --format svg -o "$picture.svg"
say "A picture of the last step: $picture.svg"
# At the end of most lessons all is over; the last packet in somebody's hands says more.
last=$("$program" show "$trace" | awk '/ returns from .* with packet/ {step = $1} END {print step}')
if [ -n "$last" ]; then
    "$program" show "$trace" --at "$last" --format svg -o "$picture-last-packet.svg"
    say "A picture of the last packet's arrival: $picture-last-packet.svg"
fi
if command -v xvfb-run >/dev/null &&
    xvfb-run -a "$program" show "$trace" ${last:+--at "$last"} --format png -o "$picture.png" \
        2>/dev/null; then
    say "The same as the window shows it: $picture.png"
fi
exit "$verdict"
