# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# lib.sh - what the shell tests share; a test is a file tests/NAME.t that begins with
#   . "${0%/*}/lib.sh"
# and ends with `finish`.  It runs in a directory of its own, with bin/ first in PATH; TAP on stdout.
#   $top   the checkout        $data   the folder of public data sets, if it is there
set -u
LC_ALL=C
export LC_ALL
top=$(cd "${0%/*}/.." && pwd)
PATH=${PA_BIN:-$top/bin}:$PATH
data=${PA_DATA:-$top/../shared/data}
work=$(mktemp -d "${TMPDIR:-/tmp}/pa-test.XXXXXX")
trap 'cd / && rm -rf "$work"' EXIT
cd "$work" || exit 1
# Seconds that linear work on a large input may take; what is quadratic would need many more.
patience=$((10 * ${PA_SLOW:-1}))
export patience
count=0
failed=0

pass()
{
    count=$((count + 1))
    printf 'ok %d - %s\n' "$count" "$1"
}

fail()
{
    count=$((count + 1))
    failed=$((failed + 1))
    printf 'not ok %d - %s\n' "$count" "$1"
}

skip()
{
    count=$((count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$count" "$1" "$2"
}

# report NAME STATUS: pass when STATUS is 0
report()
{
    if [ "$2" -eq 0 ]; then pass "$1"; else fail "$1"; fi
}

# ok NAME COMMAND...: the command succeeds
ok()
{
    name=$1
    shift
    if "$@" >ok.out 2>ok.err </dev/null; then
        pass "$name"
    else
        fail "$name"
        sed 's/^/# /' ok.err | head -n 5
    fi
}

# Can a program that waits for input catch a signal?  Under the thread sanitizer its read goes on.
catches_signals()
{
    [ "${PA_SANITIZED:-}" != threads ]
}

# check NAME COMMAND...: exit 0 and this standard output, expected on descriptor 3; input on 0
check()
{
    name=$1
    shift
    cat <&3 >check.expected
    "$@" >check.out 2>check.err
    status=$?
    if [ "$status" -eq 0 ] && cmp -s check.expected check.out; then
        pass "$name"
    else
        fail "$name"
        printf '# exit %s\n' "$status"
        sed 's/^/# stderr: /' check.err | head -n 5
        diff check.expected check.out | sed 's/^/# /' | head -n 20
    fi
}

# refuses NAME STATUS TEXT COMMAND...: this exit status, TEXT somewhere on standard error
refuses()
{
    name=$1
    wanted=$2
    text=$3
    shift 3
    "$@" >refuses.out 2>refuses.err
    status=$?
    if [ "$status" -eq "$wanted" ] && grep -qF -e "$text" refuses.err; then
        pass "$name"
    else
        fail "$name"
        printf '# exit %s, wanted %s with: %s\n' "$status" "$wanted" "$text"
        sed 's/^/# stderr: /' refuses.err | head -n 5
    fi
}

# same NAME FILE FILE: byte for byte
same()
{
    if cmp -s "$2" "$3"; then
        pass "$1"
    else
        fail "$1"
        diff "$2" "$3" | sed 's/^/# /' | head -n 20
    fi
}

# near NAME GOT WANTED TOLERANCE: numbers
near()
{
    if awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; if (d < 0) d = -d; exit !(a != "" && d <= t) }'; then
        pass "$1"
    else
        fail "$1"
        printf '# %s is not %s within %s\n' "$2" "$3" "$4"
    fi
}

# cell FILE COLUMN ROW: a field of a simple CSV file (no quotes), rows counted from 1
cell()
{
    awk -F, -v c="$2" -v r="$3" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i } NR == r + 1 { print $k }' "$1"
}

# needs NAME FOLDER...: are these folders of $data there?  If not, say so as a skipped test.
needs()
{
    name=$1
    shift
    for folder; do
        if [ ! -e "$data/$folder" ]; then
            skip "$name" "the data set $folder is not in $data"
            return 1
        fi
    done
}

finish()
{
    printf '1..%d\n' "$count"
    exit "$((failed != 0))"
}
