#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [NAME...] - build everything and run all tests, or those named (io, pa-clean, unit/num ...)
#
# Each test is a program that prints TAP: tests/NAME.t, or tests/unit/NAME.c built as
# build/unit/NAME.  Ends with "N passed, N failed, N skipped"; exit 1 if one failed.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
sh setup.sh
B=${B:-build}
BIN=${BIN:-bin}
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
make -s -j "$jobs" B="$B" BIN="$BIN" all units
PA_BIN=$(cd "$BIN" && pwd)
export PA_BIN
tap=$B/tap
rm -rf "$tap"
mkdir -p "$tap"

if [ $# -gt 0 ]; then
    for name; do echo "$name"; done
else
    for test in tests/*.t; do
        name=${test#tests/}
        echo "${name%.t}"
    done
    for test in tests/unit/*.c; do
        name=${test#tests/unit/}
        echo "unit/${name%.c}"
    done
fi >"$tap/names"

# One test file: its TAP, its exit status.
cat >"$tap/one" <<'ONE'
name=$1
out=$2/$(echo "$name" | tr / -)
case $name in
unit/*) "$3/$name" >"$out.tap" 2>"$out.err" </dev/null && status=0 || status=$? ;;
*) sh "tests/$name.t" >"$out.tap" 2>"$out.err" </dev/null && status=0 || status=$? ;;
esac
echo "$status" >"$out.status"
ONE
xargs -P "$jobs" -I NAME sh "$tap/one" NAME "$tap" "$B" <"$tap/names"

passed=0 failed=0 skipped=0
while read -r name; do
    out=$tap/$(echo "$name" | tr / -)
    status=$(cat "$out.status")
    # shellcheck disable=SC2046 # three numbers
    set -- $(awk '/^ok .*# SKIP/ { s++; next } /^ok / { p++; next } /^not ok / { f++ } /^1\.\./ { plan = substr($0, 4); planned = 1 }
        END { if (!planned || plan != p + f + s) f++; print p + 0, f + 0, s + 0 }' "$out.tap")
    [ "$status" -eq 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    if [ "$2" -gt 0 ]; then
        echo "FAILED $name (exit $status)"
        grep -A 12 '^not ok' "$out.tap" | head -n 60 || true
        head -n 10 "$out.err"
    fi
done <"$tap/names"
grep -h '# SKIP' "$tap"/*.tap | sed 's/.*# SKIP/skipped:/' | sort | uniq -c || true
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
