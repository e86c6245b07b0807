# SPDX-License-Identifier: MIT
# The test files of ten CSV projects, and Pollock's 2,290 polluted files with their clean versions:
# read as they should be, or refused naming the line.  tests/torture.md has the table.
. "${0%/*}/lib.sh"
if ! command -v python3 >/dev/null 2>&1; then
    skip 'torture' 'python3 is not installed'
elif needs 'torture' csv-torture pollock; then
    python3 "$top/tests/ref/torture.py" "$data" >out 2>err
    # shellcheck disable=SC2034 # what the script counted is what this test counted
    count=$(grep -c '^ok\|^not ok' out) failed=$(grep -c '^not ok' out)
    grep -v '^1\.\.' out
    python3 "$top/tests/ref/torture.py" "$data" --table >table
    sed '1,/^<!-- made/d' "$top/tests/torture.md" >published
    same 'the published table' published table
fi
finish
