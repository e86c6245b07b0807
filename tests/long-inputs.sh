#!/bin/sh
# SPDX-License-Identifier: MIT
# long-inputs.sh - more bytes in one field, and more lines, than 32 bits count.  Prints TAP.
. "${0%/*}/lib.sh"

zeros=4294967297 # 2^32 + 1
field() { head -c $zeros /dev/zero | tr '\0' x; }

{ echo a,b && echo 1,2 && field; } | pa-clean >out 2>err
[ $? -eq 1 ] && grep -qF 'standard input:3: a: a field of more than 1048576 bytes' err
report 'a field of 2^32 + 1 bytes is refused where it begins' $?

{ echo a,b && echo 1,2 && field && echo && echo 3,4,5 && echo 6,7; } |
    sh -c 'ulimit -v 300000; exec pa-clean -q --on-error skip --rejects rejects' >out 2>err
status=$?
[ $status -eq 0 ] && printf 'a,b\n1,2\n6,7\n' | cmp -s - out
report 'and left out, in 300 MB' $?
cut -d, -f1-4 rejects >places
printf 'file,line,byte,code\nstandard input,3,8,E_FIELD_SIZE\nstandard input,4,%s,E_COLS\n' $((8 + zeros + 1)) | cmp -s - places
report 'the row behind it stands where it stands' $?

lines=2147483653 # 2^31 + 5
{ echo a,b && head -c $lines /dev/zero | tr '\0' '\n' && echo 1,2 && echo 3,4,5; } | pa-clean >out 2>err
[ $? -eq 1 ] && grep -qF "standard input:$((lines + 3)): 3 fields" err
report 'a line behind 2^31 blank ones' $?

finish
