# SPDX-License-Identifier: MIT
# Every fuzz target on its seeds, their beginnings, and them with each byte changed; under
# libFuzzer, for longer, they run in tests/fuzz/run.sh.
. "${0%/*}/lib.sh"
# shellcheck source=tests/fuzz/seeds.sh
. "$top/tests/fuzz/seeds.sh"

case ${B:-build} in
/*) built=$B ;;
*) built=$top/${B:-build} ;;
esac
# A target that dies comes back by longjmp and leaves behind what it held.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
export ASAN_OPTIONS
seeds "$work/seeds"
for target in "$top"/tests/fuzz/*.c; do
    target=${target##*/}
    target=${target%.c}
    [ "$target" != plain ] || continue
    "$built/fuzz/$target" "seeds/$target"/* >fuzz.out 2>fuzz.err
    report "$target" $?
done
finish
