#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [SECONDS [TARGET...]] - the fuzz targets under libFuzzer, 60 seconds each unless told, as
# many at a time as there are processors
#
# What breaks one stays in build/fuzz/found/TARGET; add it to seeds.sh.  What is new to it stays in
# build/fuzz/corpus/TARGET; keep.sh makes a few lines of that.  TAP on standard output.
set -u
cd "${0%/*}/../.." || exit 1
seconds=${1:-60}
[ $# -eq 0 ] || shift
B=build/fuzz
# shellcheck source=tests/fuzz/seeds.sh
. tests/fuzz/seeds.sh

if ! command -v clang >/dev/null 2>&1; then
    echo 'ok 1 - fuzz # SKIP clang is not installed'
    echo '1..1'
    exit 0
fi
if [ $# -eq 0 ]; then
    for target in tests/fuzz/*.c; do
        target=${target##*/}
        [ "$target" = plain.c ] || set -- "$@" "${target%.c}"
    done
fi
rm -rf "$B/seeds"
seeds "$B/seeds"
made=
for target; do made="$made $B/fuzz/$target"; done
# shellcheck disable=SC2086 # words
make -s -j2 CC=clang B="$B" FUZZ_MAIN= \
    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
    LDFLAGS=-fsanitize=fuzzer $made || exit 1

# One target: its log, its exit status.
cat >"$B/one" <<'ONE'
target=$1 seconds=$2 here=$3
mkdir -p "$here/corpus/$target" "$here/found/$target"
cd "$here/corpus/$target" || exit 1
ASAN_OPTIONS=detect_leaks=0 "$here/fuzz/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -close_fd_mask=3 \
    -artifact_prefix="$here/found/$target/" . "$here/seeds/$target" >/dev/null 2>"$here/$target.log"
echo $? >"$here/$target.status"
ONE
printf '%s\n' "$@" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I TARGET sh "$B/one" TARGET "$seconds" "$PWD/$B"

count=0 failed=0
for target; do
    count=$((count + 1))
    status=$(cat "$B/$target.status")
    runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$B/$target.log")
    if [ "$status" -eq 0 ] && [ "$runs" ]; then
        echo "ok $count - $target: $runs runs in $seconds s"
    else
        echo "not ok $count - $target"
        tail -n 30 "$B/$target.log" | sed 's/^/# /'
        failed=1
    fi
done
echo "1..$count"
exit $failed
