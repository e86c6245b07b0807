#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh [NAME...] - which branches of the reader, the number and time parsers and the gzip
# layer the tests take
#
# Builds with gcc --coverage and without optimization in build/coverage, runs all tests, or those
# named as for run.sh, and prints for each source file its lines and branches, run / all, and how
# many branches stand in tests/coverage.known: those that only a failure takes that no test can
# make.  What is compiled once per instruction set counts once for each; the tests choose among them
# (PA_ISA), but on a processor without AVX-512 some are not run.  A function in a header stands in
# many objects: it counts once, and a branch that any of them took is taken.  Then come the other
# branches that were not taken; exit 1 when there is one.  A test that fails here alone is no fault
# of the program: writing the counts takes memory, too.
set -eu
cd "${0%/*}/.."
LC_ALL=C
export LC_ALL
B=build/coverage BIN=build/coverage/bin
export B BIN
# Programs end by _exit or a signal, which write no counts: those of the archive do, where a test has
# none.
set_words()
{
    printf '%s' "$1" | sed 's/ /\\ /g'
}
MAKEFLAGS="CC=gcc CFLAGS=$(set_words '-O0 -g --coverage -fprofile-update=atomic') KERNEL=-O0 LIBS=$(set_words "-lcsv -lz -lpthread -lm -Wl,--wrap=_exit,--wrap=raise $B/ends.a")"
export MAKEFLAGS

mkdir -p "$B"
find "$B" -name '*.gcda' -exec rm -f {} +
gcc -c -O2 -o "$B/ends.o" tests/coverage.c
ar rcs "$B/ends.a" "$B/ends.o"
PA_SLOW=10 PA_COUNTED=1 sh tests/run.sh "$@" >"$B/run.log" 2>&1 || true
tail -n 1 "$B/run.log"

echo 'Of common/: reading and writing of tables (csv*, scan*), numbers and times (num*, timestamp), gzip
and files (stream_in, stream_copy, stream_out); NAME.ISA is a kernel for one instruction set.'
rm -rf "$B/report"
mkdir "$B/report"
# report SOURCE NAME NOTES...: what gcov says of a file of common/ in these objects
report()
{
    source=$1 name=$2
    shift 2
    for notes; do
        gcov -t -b -c "$notes" 2>/dev/null
    done | awk -v source="common/$source" '
        / 0:Source:/ { ours = $0 ~ "Source:" source "$" } ours' >"$B/report/$name"
}
for notes in "$B"/common/csv*.gcno "$B"/common/num*.gcno "$B"/common/scan*.gcno "$B"/common/stream_[cio]*.gcno "$B"/common/timestamp.gcno; do
    name=${notes##*/}
    name=${name%.gcno}
    report "${name%%.*}.c" "$name" "$notes"
done
# shellcheck disable=SC2046 # names without blanks
report num_short.h num_short.h $(find "$B" -name '*.gcno' -exec grep -l num_short.h {} +)

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
        b = name SUBSEP line SUBSEP $2
        if (!(b in is)) {
            where[++branches] = b
            is[b] = (name, $2, text) in known
            what[b] = name "\t" $2 "\t" text "\t(line " line ")"
        }
        if (!/ taken 0| never executed/) took[b]
        if ($4 ~ /^-|^[0-9]................/) damaged[name]
        next
    }
    {
        text = $0
        sub(/^[^:]*:[^:]*: */, "", text)
        split($0, part, ":")
        line = part[2] + 0
        if (part[1] ~ /[0-9#=]/) lines[name, line]
        if (part[1] ~ /[0-9]/) ran[name, line]
    }
    END {
        for (l in lines) { split(l, k, SUBSEP); has[k[1]]++; run[k[1]] += l in ran }
        for (i = 1; i <= branches; i++) {
            b = where[i]
            split(b, k, SUBSEP)
            all[k[1]]++
            if (b in took)
                taken[k[1]]++
            else if (is[b])
                excused[k[1]]++
            else
                missed[++misses] = what[b]
        }
        form = "%-22s %5s / %4s %6s / %4s %6s\n"
        printf "%-22s %12s %13s %6s\n", "file", "lines", "branches", "known"
        for (i = 1; i <= files; i++) {
            f = order[i]
            printf form, f, run[f] + 0, has[f], taken[f] + 0, all[f] + 0, excused[f] + 0
            r += run[f]; h += has[f]; t += taken[f]; a += all[f]; e += excused[f]
        }
        printf form, "all", r, h, t, a, e
        for (i = 1; i <= misses; i++) print missed[i]
        for (f in damaged) { print f ": counts are damaged, by a program killed while it wrote them"; misses++ }
        exit misses > 0
    }' tests/coverage.known "$B"/report/*
