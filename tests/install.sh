#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh - make install with DESTDIR and PREFIX, what it puts where, and uninstall.  Prints TAP.
. "${0%/*}/lib.sh"
cd "$top" || exit 1
make -s install DESTDIR="$work/root" PREFIX=/opt/pa >"$work/log" 2>&1
report 'make install' $?
for program in cmd/pa-*/; do
    program=$(basename "$program")
    test -x "$work/root/opt/pa/bin/$program"
    report "$program is installed" $?
    test -f "$work/root/opt/pa/share/man/man1/$program.1"
    report "$program.1 is installed" $?
    test -e "$work/root/opt/pa/share/bash-completion/completions/$program"
    report "$program completes" $?
done
for page in man7/pa-tools.7 man5/pa-formats.5; do
    test -f "$work/root/opt/pa/share/man/$page"
    report "$page is installed" $?
done
make -s uninstall DESTDIR="$work/root" PREFIX=/opt/pa >"$work/log" 2>&1
report 'make uninstall' $?
find "$work/root" -type f -o -type l >"$work/left"
if [ -s "$work/left" ]; then fail 'uninstall leaves nothing'; else pass 'uninstall leaves nothing'; fi
# CFLAGS of the caller are respected
make -n -B CFLAGS=-Wmarker all 2>/dev/null | grep -q 'Wmarker.*common/mem'
report 'CFLAGS are respected' $?
finish
