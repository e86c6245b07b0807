#!/bin/sh
# SPDX-License-Identifier: MIT
# keep.sh [TARGET...] - after run.sh: what it came upon, in as few inputs as take the same branches,
# into corpus/TARGET, one in a line as printf(1) writes it; at most 40 of at most 100 bytes, the
# longest, which hold what the others do not
set -eu
cd "${0%/*}/../.."
B=build/fuzz
# shellcheck source=tests/fuzz/seeds.sh
. tests/fuzz/seeds.sh
# shellcheck disable=SC2046 # names of targets
[ $# -gt 0 ] || set -- $(ls "$B/corpus")
for target; do
    rm -rf "$B/kept" "$B/short"
    mkdir -p "$B/kept" "$B/short"
    find "$B/corpus/$target" "$B/seeds/$target" -type f -size -101c -exec cp {} "$B/short" \;
    (cd "$B" && ASAN_OPTIONS=detect_leaks=0 "fuzz/$target" -merge=1 -close_fd_mask=3 kept short >/dev/null 2>&1)
    # shellcheck disable=SC2012 # names are hashes
    ls -S "$B/kept" | head -n 40 | while read -r name; do
        od -An -v -to1 "$B/kept/$name" | awk '
            BEGIN { for (i = 32; i < 127; i++) text[sprintf("%03o", i)] = sprintf("%c", i); text["134"] = "\\\\"; text["045"] = "%%" }
            { for (i = 1; i <= NF; i++) printf "%s", $i in text ? text[$i] : "\\" $i }
            END { print "" }'
    done | grep . | LC_ALL=C sort -u >"tests/fuzz/corpus/$target"
    echo "$target: $(wc -l <"tests/fuzz/corpus/$target") inputs"
done
