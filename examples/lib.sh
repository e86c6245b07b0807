# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# lib.sh - what the examples share: the programs built and first in PATH, a directory for the files
# that come and go ($work, removed at the end; $OUT keeps them), and headings; where the example names
# a file that it $needs, the folder that holds it ($folder) is the operand
set -eu
LC_ALL=C
export LC_ALL
top=$(cd "$(dirname "$0")/.." && pwd)
if [ -n "${needs:-}" ]; then
    [ $# -eq 1 ] || { echo "usage: ${0##*/} DIR, the folder that holds $needs" >&2; exit 2; }
    [ -e "$1/$needs" ] || { echo "${0##*/}: there is no $1/$needs" >&2; exit 1; }
    folder=$(cd "$1" && pwd)
fi
sh "$top/setup.sh"
make -s -C "$top" -j "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)" all
PATH=$top/bin:$PATH
if [ -n "${OUT:-}" ]; then
    mkdir -p "$OUT"
    work=$(cd "$OUT" && pwd)
else
    work=$(mktemp -d "${TMPDIR:-/tmp}/pa-example.XXXXXX")
    trap 'rm -rf "$work"' EXIT
fi

cd "$work"

# say TEXT: a heading
say()
{
    printf '\n== %s\n' "$*"
}

# show FILE [N]: the first N (8) rows of a table, columns under one another
show()
{
    pa-clean --to tsv "$1" | head -n "$((${2:-8} + 1))" | awk -F '\t' '
        { for (i = 1; i <= NF; i++) { v = $i; if (f[1, i] != "user" && v ~ /^-?[0-9]*\.[0-9]+(e-?[0-9]+)?$/) v = sprintf("%.4f", v); f[NR, i] = v; if (length(v) > w[i]) w[i] = length(v) }
          n = NF }
        END { for (r = 1; r <= NR; r++) { for (i = 1; i <= n; i++) printf "%s%-*s", (i > 1 ? "  " : ""), w[i], f[r, i]; print "" } }' | sed 's/ *$//'
}
