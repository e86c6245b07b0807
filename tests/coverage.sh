#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh [NAME...] - which branches of the reader, the number and time parsers and the gzip
# layer the tests take
#
# Builds with gcc --coverage in build/coverage, runs all tests, or those named as for run.sh, and
# prints for each source file its lines and branches, run / all, and how many branches stand in
# tests/coverage.known: those that only a failure takes that no test can make.  Then come the other
# branches that were not taken; exit 1 when there is one.  A test that fails here alone is no fault
# of the program: writing the counts takes memory, too.
set -eu
cd "${0%/*}/.."
LC_ALL=C
export LC_ALL
B=build/coverage BIN=build/coverage/bin
export B BIN
# Programs end by _exit, which writes no counts: that of the archive does, where a test has none.
set_words()
{
    printf '%s' "$1" | sed 's/ /\\ /g'
}
MAKEFLAGS="CC=gcc CFLAGS=$(set_words '-O0 -g --coverage -fprofile-update=atomic') LIBS=$(set_words "-lcsv -lz -lpthread -lm -Wl,--wrap=_exit $B/ends.a")"
export MAKEFLAGS

mkdir -p "$B"
find "$B" -name '*.gcda' -exec rm -f {} +
gcc -c -O2 -o "$B/ends.o" tests/coverage.c
ar rcs "$B/ends.a" "$B/ends.o"
PA_SLOW=10 sh tests/run.sh "$@" >"$B/run.log" 2>&1 || true
tail -n 1 "$B/run.log"

rm -rf "$B/report"
mkdir "$B/report"
for notes in "$B"/common/csv*.gcno "$B"/common/scan*.gcno "$B"/common/stream_in.gcno "$B"/common/num.gcno "$B"/common/timestamp.gcno; do
    name=${notes##*/}
    name=${name%.gcno}
    gcov -t -b -c "$notes" 2>/dev/null | awk -v source="common/${name%%.*}.c" '
        / 0:Source:/ { ours = $0 ~ "Source:" source "$" } ours' >"$B/report/$name"
done

# tests/coverage.known: file, branch, the line of the source, why; separated by tabs.
awk '
    FILENAME ~ /coverage.known$/ {
        split($0, k, "\t")
        if (k[1] !~ /^#/) known[k[1], k[2], k[3]] = 1
        next
    }
    FNR == 1 { name = FILENAME; sub(/.*\//, "", name); order[++files] = name }
    /^(call|function) / { next }
    /^branch / {
        all[name]++
        if (!/ taken 0| never executed/)
            taken[name]++
        else if ((name, $2, text) in known)
            excused[name]++
        else
            missed[++misses] = name "\t" $2 "\t" text "\t(line " line ")"
        next
    }
    {
        text = $0
        sub(/^[^:]*:[^:]*: */, "", text)
        split($0, part, ":")
        line = part[2] + 0
        if (part[1] ~ /[0-9#=]/) lines[name]++
        if (part[1] ~ /[0-9]/) run[name]++
    }
    END {
        form = "%-22s %5s / %4s %6s / %4s %6s\n"
        printf "%-22s %12s %13s %6s\n", "file", "lines", "branches", "known"
        for (i = 1; i <= files; i++) {
            f = order[i]
            printf form, f, run[f] + 0, lines[f], taken[f] + 0, all[f] + 0, excused[f] + 0
            a += run[f]; b += lines[f]; c += taken[f]; d += all[f]; e += excused[f]
        }
        printf form, "all", a, b, c, d, e
        for (i = 1; i <= misses; i++) print missed[i]
        exit misses > 0
    }' tests/coverage.known "$B"/report/*
