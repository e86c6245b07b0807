# SPDX-License-Identifier: MIT
# Input that is odd or hostile, and systems that are short of something.  tests/FAULTS.md has the
# list of faults and which test has which.
. "${0%/*}/lib.sh"

# says NAME TEXT COMMAND...: exit 1 within the patience, TEXT on standard error
says()
{
    name=$1 text=$2
    shift 2
    refuses "$name" 1 "$text" timeout "$patience" "$@"
}

# through NAME FILE: pa-clean gives the file as it is
through()
{
    pa-clean "$2" >through.out 2>through.err
    cmp -s "$2" through.out
    report "$1" $?
}

# ---- the text of tables ----
printf 'a,b\n1,2\n\357\273\277a,b\n3,4\n' >bom-midway.csv
through 'a BOM in the middle is data' bom-midway.csv
printf '\377\376a\000,\000b\000\n\0001\000,\0002\000\n\000' >utf16.csv
says 'UTF-16' 'NUL byte' pa-clean utf16.csv
printf 'a,b\n1,"x\ry"\n' >cr-in-quotes.csv
through 'CR in quotes' cr-in-quotes.csv
printf 'a,b\n1,2\r\n3,4\n5,6\r\n' >mixed.csv
printf 'a,b\n1,2\n3,4\n5,6\n' >lf.csv
check 'LF and CRLF in turn' pa-clean mixed.csv 3<lf.csv
printf 'a,b\n1,"x"' >open-end.csv
printf 'a,b\n1,"x"\n' >end.csv
check 'a quoted field ends the file' pa-clean open-end.csv 3<end.csv
printf 'a,b\n1,2\n   \n' >blanks.csv
says 'a line of blanks' 'blanks.csv:3: 1 field' pa-clean blanks.csv
printf '"""' >quotes.csv
says 'three quotes' 'quotes.csv:1:' pa-clean quotes.csv
printf 'a,b\n\377\300\200,=cmd|1!A1\n-3.5,@x\n' >bytes.csv
through 'no UTF-8; formulas' bytes.csv
printf 'a\tb\nx\\ty\tx\\ny\\\\\n' >escapes.tsv
through 'escapes of TSV' escapes.tsv

# The mark of a failure behind a row that is left out.
for row in '1\r3,4' '1\000,3,4' "$(printf '%02000d' 1),2" 'x"y,2'; do
    # shellcheck disable=SC2059 # the format is the row
    { echo a,b && printf "$row" && printf '\000'; } >marked.csv
    says 'a failure behind a row that is left out' 'before this one failed' \
        pa-clean --on-error skip --max-field 1000 marked.csv
done

# A row across every edge of a buffer.
row=$(printf '%0100d' 7)
for edge in 4096 65536 262144 524288; do
    verdict=0
    for shift in 0 1 2 49 50 51 98 99 100 101; do
        { echo a,b && printf '%0*d,"p"\n' $((edge - 60 - shift)) 1 && echo "\"$row,\"\"\",$row" && echo end,end; } >edge.csv
        pa-clean --where 'b!=z' edge.csv | cmp -s - edge.csv || verdict=1
        # shellcheck disable=SC2002 # a pipe is wanted
        cat edge.csv | pa-clean --where 'b!=z' | cmp -s - edge.csv || verdict=1
    done
    report "a row across byte $edge" $verdict
done

# ---- numbers ----
cat >vast.csv <<'IN'
user,price,click,cost,x
u1,1e308,1,1e308,1
u1,1.5e308,0,1e308,2
u2,-1.7e308,1,2,3
u2,,0,1,4
IN
while IFS='|' read -r column command; do
    # shellcheck disable=SC2086 # a program and its arguments
    says "sums and spreads that no double holds: $command" "$column" $command vast.csv
done <<'TABLE'
sum_price|pa-features -q -g user --agg sum:price
mean_price|pa-features -q -g user --agg mean:price
sd_price|pa-features -q -g user --agg sd:price
price|pa-features -q --scale price=z
price|pa-features -q --scale price=minmax
price|pa-features -q --bin price=width:3
price|pa-cluster -q -k 2 -f price,x
price|pa-train -q -l click -f price --l2 1 -M /dev/null
cost|pa-eval ctr
column cost|pa-eval accuracy --score x --weight cost
TABLE
{ head -n 3 vast.csv && echo u3,,0,1,1; } >mean.csv
check 'a mean of numbers whose sum no double holds' pa-clean --fill price=mean --keep price mean.csv 3<<'EOF'
price
1e308
1.5e308
1.25e308
EOF

# ---- gzip ----
cp lf.csv plain.csv.gz
check 'a plain file named .gz' pa-clean plain.csv.gz --to csv 3<lf.csv
gzip -c </dev/null >empty.csv.gz
says 'an empty member' 'is empty' pa-clean empty.csv.gz
printf '\037\213\010junkjunkjunk' >junk.gz
says 'gzip magic and junk' 'gzip data' pa-clean junk.gz
{
    printf '\037\213\010\014\000\000\000\000\000\003\377\377' && head -c 65535 /dev/zero
    yes name | head -c 65535 && printf '\000' && gzip -nc lf.csv | tail -c +11
} >header.csv.gz
check 'a gzip header with 64 KiB of extras and name' pa-clean header.csv.gz 3<lf.csv
{ echo a,b && head -c 200000000 /dev/zero | tr '\0' x; } | gzip -1c >field-bomb.gz
{ echo a,b && yes 1,2 | head -n 20000000; } | gzip -1c >row-bomb.gz
if [ -z "${PA_SANITIZED:-}" ]; then
    says 'a bomb of one field, in 200 MB' 'more than 1048576 bytes' sh -c 'ulimit -v 200000; pa-clean -j 1 field-bomb.gz'
    ok 'a bomb of rows, in 200 MB' sh -c 'ulimit -v 200000; pa-clean -j 1 --where a==2 row-bomb.gz'
fi

# ---- the system ----
{ echo user,item && yes u1,i1 | head -n 200000; } >long.csv
says 'endless zeros' 'NUL byte' pa-clean /dev/zero
says 'a folder' 'is a directory' pa-clean .

if [ -z "${PA_SANITIZED:-}" ]; then
    verdict=0
    for mib in 8 12 16 24 32 48 64 96 128 192; do
        echo old >got
        # shellcheck disable=SC3045 # dash and bash have it
        (ulimit -v $((mib * 1024)) && pa-clean --dedup -j 2 long.csv -o got) 2>err
        case $? in
        0) [ "$(wc -l <got)" -eq 2 ] ;;
        1) grep -q . err && [ "$(cat got)" = old ] ;;
        127) grep -q 'shared' err ;; # the loader had no room
        *) false ;;
        esac || verdict=1
    done
    report 'less and less memory' $verdict
fi

mkdir small
if mount -t tmpfs -o size=64k tmpfs small 2>/dev/null; then
    echo old >small/got
    says 'a full disk' 'No space left' pa-clean long.csv -o small/got
    [ "$(ls -A small)" = got ] && [ "$(cat small/got)" = old ]
    report 'a full disk: the old file, nothing else' $?
    umount small
else
    skip 'a full disk' 'no right to mount'
fi

# A file that is cut or grows while it is read twice.
changes()
{
    cp long.csv changing.csv
    mkfifo gate
    # The second file is a pipe, which ends only after the change.
    timeout "$patience" pa-split --exact changing.csv gate -o got 2>err &
    child=$!
    { echo user,item && eval "$1"; } >gate
    wait $child
    status=$?
    rm -f gate
}
changes ': >changing.csv'
[ "$status" -eq 1 ] && grep -q 'changing.csv: became shorter' err
report 'a file that shrinks between two passes' $?
changes 'echo u2,i2 >>changing.csv'
[ "$status" -eq 0 ] && [ "$(grep -c '^u[12],i[12],[12]$' got)" -ge 200000 ]
report 'a file that grows between two passes' $?

for i in 1 2 3 4; do
    pa-clean --where "item!=$i" long.csv -o shared.csv &
done
wait
cmp -s long.csv shared.csv && ! ls .pa-*.tmp >/dev/null 2>&1
report 'several runs at once: the last one stays' $?

echo secret >victim
ln -s victim .pa-aaaaaa.tmp
pa-clean lf.csv -o got && [ "$(cat victim)" = secret ]
report 'a link with the name of a temporary is not followed' $?
rm -f .pa-aaaaaa.tmp
for mask in 077:600 000:666 027:640; do
    rm -f got
    (umask "${mask%:*}" && pa-clean lf.csv -o got) && [ "$(stat -c %a got)" = "${mask#*:}" ]
    report "umask ${mask%:*}" $?
done
ln -sf loop2 loop1
ln -sf loop1 loop2
refuses 'links in a circle' 1 'too many' pa-clean lf.csv -o loop1

# What is renamed is on the disk, and then its name.
if [ "${PA_SANITIZED:-}" ] || ! strace -o trace -e trace=openat,fsync,rename pa-clean lf.csv -o got 2>/dev/null; then
    skip 'write, sync, rename, sync' 'strace cannot be used'
else
    sed -n 's/^openat(.*, "\.pa-.*/create/p; s/^fsync.*/sync/p; s/^rename.*/rename/p' trace >order
    check 'write, sync, rename, sync' cat order 3<<'EOF'
create
sync
rename
sync
EOF
fi

# -M that cannot be written is known before the first row.
for call in 'pa-clean --clip a=q.1:q.9' 'pa-cluster -k 2 -f a' 'pa-train -l a' 'pa-features --scale a=z'; do
    mkfifo gate
    exec 9<>gate # never ends
    # shellcheck disable=SC2086 # arguments are words
    says "${call%% *}: -M in no folder" 'missing/model' $call -M missing/model gate
    exec 9>&-
    rm -f gate
done
refuses 'a model where nothing is learnt' 2 'learns nothing' pa-cluster -m model -M other lf.csv
finish
