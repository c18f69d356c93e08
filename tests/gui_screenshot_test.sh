#!/bin/sh
# gui_screenshot_test.sh PROGRAM SCENARIO FOLDER: the window draws a picture on a screen that does
# not exist, and says what is wrong when it cannot. Exit 77: skipped, xvfb-run is not installed.
set -u
program=$1
scenario=$2
folder=$3

fail() {
    echo "FAILED: $*" >&2
    exit 1
}
mkdir -p "$folder" || fail "cannot make $folder"

# Without a display: one sentence and exit 4.
words=$(env -u DISPLAY -u WAYLAND_DISPLAY "$program" "$scenario" 2>&1)
[ $? -eq 4 ] || fail "without a display the exit code must be 4: $words"
case $words in *"no display was found"*) ;; *) fail "without a display it said: $words" ;; esac

# A file that is not there, and one that is no scenario: exit 2, whatever the display.
env -u DISPLAY "$program" "$folder/no-such-file.toml" >/dev/null 2>&1
[ $? -eq 2 ] || fail "a missing file must give exit 2"
echo 'format = ' >"$folder/broken.toml"
env -u DISPLAY "$program" "$folder/broken.toml" >/dev/null 2>&1
[ $? -eq 2 ] || fail "a broken file must give exit 2"

if ! command -v xvfb-run >/dev/null; then
    echo "SKIPPED: xvfb-run is not installed (package xvfb)"
    exit 77
fi
for size in 1024x640 1280x800; do
    picture=$folder/$size.png
    rm -f "$picture"
    xvfb-run -a "$program" "$scenario" --at 12 --size $size --screenshot "$picture" ||
        fail "no picture of $size: exit $?"
    [ "$(wc -c <"$picture")" -gt 10000 ] || fail "the picture of $size is nearly empty"
    [ "$(head -c 4 "$picture" | tail -c 3)" = PNG ] || fail "the picture of $size is no PNG"
done
# The same step twice gives the same bytes.
xvfb-run -a "$program" "$scenario" --at 12 --size 1280x800 --screenshot "$folder/again.png" ||
    fail "no second picture"
cmp "$folder/1280x800.png" "$folder/again.png" || fail "two pictures of one step differ"
echo "ok"
