#!/bin/sh
# SPDX-License-Identifier: MIT
# lint.sh - what must hold of the source: no warnings, one format, layers, sizes, banned calls
#
# Prints "ok - CHECK" or "not ok - CHECK" with the findings; exit 1 if one failed.
set -u
cd "${0%/*}/.." || exit 1
LC_ALL=C
export LC_ALL
B=${B:-build/lint}
failed=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# verdict NAME: passes when $out is empty
verdict()
{
    if [ -s "$out" ]; then
        echo "not ok - $1"
        sed 's/^/# /' "$out" | head -n 40
        failed=1
    else
        echo "ok - $1"
    fi
}

has()
{
    command -v "$1" >/dev/null 2>&1 && return
    echo "ok - $2 # SKIP $1 is not installed"
    return 1
}

sources=$(git ls-files 'common/*.[ch]' 'cmd/*.[ch]' 'tests/unit/*.[ch]' 'tests/fuzz/*.[ch]' 'examples/*.[ch]')
code=$(git ls-files 'common/*.[ch]' 'cmd/*.[ch]')

for cc in gcc clang; do
    has $cc "no warnings with $cc" || continue
    make -s -j2 CC=$cc B="$B-$cc" BIN="$B-$cc/bin" CFLAGS='-O2 -g -Werror' all units >"$out" 2>&1 && : >"$out"
    verdict "no warnings with $cc"
done

if has clang-format 'format'; then
    # shellcheck disable=SC2086
    clang-format --dry-run $sources >"$out" 2>&1
    verdict 'format'
fi

if has shellcheck 'shell scripts'; then
    # shellcheck disable=SC2046
    shellcheck -e SC1091,SC2034,SC2154,SC2148 $(git ls-files '*.sh' .ci/run) >"$out" 2>&1
    # shellcheck disable=SC2046
    shellcheck -s sh -e SC1091,SC2034,SC2154 $(git ls-files '*.t') >>"$out" 2>&1
    verdict 'shell scripts'
fi

if has mandoc 'manuals (mandoc)'; then
    for page in man/*.[1-9]; do mandoc -Tlint -Wwarning "$page"; done >"$out" 2>&1
    verdict 'manuals (mandoc)'
fi
if has groff 'manuals (groff)'; then
    for page in man/*.[1-9]; do groff -Kutf8 -mdoc -Tutf8 -ww -z "$page"; done >"$out" 2>&1
    verdict 'manuals (groff)'
fi

# A module includes only modules to its left in MODULES.
make -s -f - modules <<'M' >"$out.order"
include Makefile
modules: ; @echo $(MODULES)
M
awk -v order="$(cat "$out.order")" '
    BEGIN { n = split(order, name, " "); for (i = 1; i <= n; i++) rank[name[i]] = i }
    FNR == 1 { self = FILENAME; sub(/.*\//, "", self); sub(/(_[a-z0-9]+)?\.[ch]$/, "", self)
        full = FILENAME; sub(/.*\//, "", full); sub(/\.[ch]$/, "", full); if (full in rank) self = full
        if (!(self in rank)) print FILENAME ": module " self " is not in MODULES" }
    /^#include "/ { split($2, q, "\""); other = q[2]; sub(/\.h$/, "", other)
        base = other; if (!(base in rank)) sub(/_[a-z0-9]+$/, "", base)
        if (base in rank && rank[base] > rank[self]) print FILENAME " includes " q[2] ", which is to its right" }
' common/*.[ch] >"$out"
rm -f "$out.order"
verdict 'layers of common/'

grep -nE '#include "(\.\./)*cmd/' common/*.[ch] >"$out"
verdict 'modules do not include programs'

# Calls that have one home, or none.
# shellcheck disable=SC2086
{
    grep -nE '\b(sprintf|strtok|atoi|atol|atof|rand|srand|setlocale|alloca|gets|strcpy|strcat)\(' $code
    grep -nE '\b(malloc|calloc|realloc|free)\(' $code | grep -v '^common/mem\.c:'
    grep -nE '\b(open|fopen|read|write|rename|fsync|unlink|mkstemp|pread|lseek)\(' $code |
        grep -vE '^common/(stream|stream_copy|stream_in|stream_out|stream_temp|die|hash|args)\.[ch]:|^[^:]*:[0-9]+: \*|^[^:]*:[0-9]+:/\*|(\.|->)(open|read|write|rename)\('
    grep -nE '\b(exit|_exit|abort)\(' $code | grep -vE '^common/(die|args)\.c:|^[^:]*:[0-9]+: \*'
    grep -nE '#define [A-Za-z_]+\(' $code | grep -vE '_kernel\.c:|:#define STR_ARG\(s\)'
    grep -nE '\b(TODO|FIXME|XXX)\b' $sources
} >"$out"
verdict 'banned calls and macros'

find "$B-gcc/common" "$B-gcc/cmd" -name '*.o' 2>/dev/null | while read -r object; do
    nm -u "$object" | awk -v o="$object" '
        $2 ~ /^(exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|erf|erfc|lgamma|tgamma|cbrt|hypot|fma|atan|atan2|sinh|cosh|tanh)f?$/ { print o ": " $2 }'
done >"$out"
verdict 'no libm but sqrt, fabs, floor, ldexp'

if has ctags 'functions of at most 70 lines'; then
    # shellcheck disable=SC2046
    ctags --c-kinds=f --fields=ne -x --_xformat='%{end} %{line} %N %F' $(git ls-files 'cmd/*.c' 'common/*.c') |
        awk '$1 - $2 >= 70 { print $1 - $2 + 1 " lines: " $3 " in " $4 }' >"$out"
    verdict 'functions of at most 70 lines'
fi

# shellcheck disable=SC2086
for file in $sources; do head -n 1 "$file" | grep -q SPDX || echo "$file: no SPDX line"; done >"$out"
verdict 'SPDX lines'
exit "$failed"
