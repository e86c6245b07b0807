#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [SECONDS [TARGET...]] - the fuzz targets under libFuzzer, 20 seconds each unless told
#
# What is found stays in build/fuzz/found/TARGET; add it to seeds.sh.  TAP on standard output.
set -u
cd "${0%/*}/../.." || exit 1
seconds=${1:-20}
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
seeds "$B/seeds"
made=
for target; do made="$made $B/fuzz/$target"; done
# shellcheck disable=SC2086 # words
make -s -j2 CC=clang B="$B" FUZZ_MAIN= \
    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
    LDFLAGS=-fsanitize=fuzzer $made || exit 1

top=$PWD
count=0 failed=0
for target; do
    count=$((count + 1))
    mkdir -p "$B/corpus/$target" "$B/found/$target"
    (cd "$B/corpus/$target" && ASAN_OPTIONS=detect_leaks=0 "$top/$B/fuzz/$target" -max_total_time="$seconds" \
        -max_len=4096 -timeout=10 -close_fd_mask=3 -artifact_prefix="$top/$B/found/$target/" . \
        "$top/$B/seeds/$target" >/dev/null 2>"$top/$B/$target.log")
    status=$?
    runs=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$B/$target.log")
    if [ $status -eq 0 ]; then
        echo "ok $count - $target: $runs runs in $seconds s"
    else
        echo "not ok $count - $target"
        tail -n 30 "$B/$target.log" | sed 's/^/# /'
        failed=1
    fi
done
echo "1..$count"
exit $failed
