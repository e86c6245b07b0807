#!/bin/sh
# SPDX-License-Identifier: MIT
# sanitize.sh [asan|tsan] - the tests again under sanitizers, in builds of their own
#
# All of them for addresses, undefined behaviour and leaks; for threads those that start any.
set -eu
cd "${0%/*}/.."

asan()
{
    ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    LSAN_OPTIONS=suppressions=$PWD/tests/leaks.txt:print_suppressions=0
    export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
    CFLAGS='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
    export CFLAGS
    make -s -j2 B=build/asan BIN=build/asan/bin CFLAGS="$CFLAGS" all units
    B=build/asan BIN=build/asan/bin MAKEFLAGS="CFLAGS=$(printf '%s' "$CFLAGS" | sed 's/ /\\ /g')" PA_SANITIZED=1 PA_SLOW=10 sh tests/run.sh
}

tsan()
{
    CFLAGS='-O1 -g -fsanitize=thread'
    export CFLAGS
    # A program that fails does not wait for its threads.
    TSAN_OPTIONS=halt_on_error=1:allocator_may_return_null=1:report_thread_leaks=0
    export TSAN_OPTIONS
    make -s -j2 B=build/tsan BIN=build/tsan/bin CFLAGS="$CFLAGS" all units
    # shellcheck disable=SC2046 # names of tests
    B=build/tsan BIN=build/tsan/bin MAKEFLAGS="CFLAGS=$(printf '%s' "$CFLAGS" | sed 's/ /\\ /g')" PA_SANITIZED=threads PA_SLOW=10 sh tests/run.sh \
        unit/stream $(grep -l -e jobs -e 'par\.h' -e ' -j' tests/*.t tests/unit/*.c | sed 's,^tests/,,; s,\.[tc]$,,' |
            grep -vx -e demo -e io -e options -e man -e faults -e unit/args -e unit/where -e unit/cover_train)
}

[ $# -gt 0 ] || set -- asan tsan
for kind; do
    echo "# $kind"
    $kind
done
