# SPDX-License-Identifier: MIT
# A program that fails takes all that come behind it with it: at whatever row it does, plain and
# gzip, no file and no model is written.
. "${0%/*}/lib.sh"

# program | arguments | what it writes beside: a model, or nothing | the table it reads beside the input
programs='
pa-clean|--dedup --clip price=q.1:q.9|-M model|
pa-join|--on user|  |users.csv
pa-join|--cross --prefix r_|  |users.csv
pa-split|-u user --folds 2||
pa-split|-u user --folds 2 --exact||
pa-features|-g user||
pa-features|--scale price=z|-M model|
pa-cluster|-k 2 -f price,x|-M model|
pa-rules|-g order -a item --min-count 1||
pa-train|-l click -f x,price --l2 1|model-only|
pa-rank|--score score -g user -k 2||
pa-render|--template row.mustache||
pa-eval|accuracy||
pa-eval|ctr||
'
{
    echo user,item,order,event,time,price,x,click,score
    awk 'BEGIN { for (i = 0; i < 12; i++) printf "u%d,\"i,%d\",o%d,view,2026-01-%02dT00:00:00Z,%s,%.2f,%d,%.2f\n",
        i % 5, i % 4, i % 7, 1 + i, i % 9 ? 1 + i % 6 : "", (i * 37 % 100) / 50 - 1, i * 7 % 3 == 0, (i * 31 % 97) / 97 }'
} >events.csv
printf 'user,group\nu0,a\nu1,b\nu2,a\nu3,b\nu4,a\n' >users.csv
printf '{{user}}: {{item}}\n' >row.mustache
lines=13

# What a program that fails after so many lines leaves: plain, or gzip without its end.
mkdir plain zipped
n=0
while [ $n -le $lines ]; do
    { head -n $n events.csv && printf '\000'; } >plain/$n.csv
    { head -n $n events.csv && printf 'u1,"half' && printf '\000'; } >plain/$n-half.csv
    head -n $n events.csv | gzip -c >whole.gz
    head -c $(($(wc -c <whole.gz) - 9)) whole.gz >zipped/$n.csv
    n=$((n + 1))
done
: >zipped/none # not a byte came
head -c 5 whole.gz >zipped/head

# What the run now done should have left: an error that says so, the old files, nothing else.
stopped()
{
    [ "$1" -eq 1 ] && grep -q 'before this one failed\|is empty' err && [ "$(grep -c . err)" -eq 1 ] &&
        [ "$(cat got)" = old ] && [ "$(cat model)" = old ] && ! ls .pa-*.tmp >/dev/null 2>&1
}

complain()
{
    echo "# $1: exit $2"
    sed 's/^/# /' err
    verdict=1
}

# each NAME FOLDER: the input breaks off in all these places
each()
{
    verdict=0
    for file in "$2"/*; do
        echo old >got
        echo old >model
        # shellcheck disable=SC2086,SC2002 # words; a pipe is wanted
        cat "$file" | "$program" -q $arguments $beside $outputs >said 2>err
        status=$?
        stopped $status || complain "$file" $status
        [ ! -s said ] || complain "$file wrote" $status
    done
    report "$program $arguments: $1" $verdict
}

# The same with what it writes on standard output, which is empty or marked.
marks()
{
    verdict=0
    for file in plain/* zipped/*; do
        # shellcheck disable=SC2086,SC2002
        cat "$file" | "$program" -q $arguments $beside >said 2>err
        status=$?
        { [ $status -eq 1 ] && { [ ! -s said ] || [ "$(tail -c 1 said | od -An -tu1 | tr -d ' ')" = 0 ]; }; } || complain "$file" $status
        # shellcheck disable=SC2086,SC2002
        cat "$file" | "$program" -q -z $arguments $beside >said 2>err
        gzip -dc said >/dev/null 2>&1 && [ -s said ] && complain "$file with -z" $?
    done
    report "$program $arguments: standard output is marked, or gzip without its end" $verdict
}

# The table beside the input, and the second of two inputs, break off.
others()
{
    verdict=0
    for file in plain/*; do
        echo old >got
        echo old >model
        # shellcheck disable=SC2086
        "$program" -q $arguments $beside $outputs events.csv "$file" >said 2>err
        status=$?
        stopped $status || [ "$file" = plain/0.csv ] || complain "$file" $status
    done
    report "$program $arguments: the second file breaks off" $verdict
    [ "$beside" ] || return 0
    verdict=0
    n=0
    while [ $n -le 5 ]; do
        echo old >got
        echo old >model
        { head -n $n users.csv && printf '\000'; } >broken.csv
        # shellcheck disable=SC2086
        "$program" -q $arguments broken.csv $outputs events.csv >said 2>err
        status=$?
        stopped $status || complain "broken.csv after $n lines" $status
        n=$((n + 1))
    done
    report "$program $arguments: its table breaks off" $verdict
}

echo "$programs" >table
while IFS='|' read -r program arguments writes beside; do
    [ -n "$program" ] || continue
    outputs="-o got $writes"
    [ "$writes" != model-only ] || outputs='-M got'
    each 'plain' plain
    each 'gzip' zipped
    [ "$writes" = model-only ] || marks
    others
done <table

# Real ones, three in a row: the first meets a broken row after 0 to 12 good ones.
verdict=0
n=1
while [ $n -le $lines ]; do
    for zip in '' -z; do
        echo old >got
        echo old >model
        { head -n $n events.csv && echo broken && tail -n $((lines - n)) events.csv; } >broken.csv
        # shellcheck disable=SC2086
        pa-clean -q $zip broken.csv 2>/dev/null | pa-join -q $zip --on user users.csv 2>/dev/null |
            pa-train -q -l click -f x,price --l2 1 -M model 2>err
        status=$?
        stopped $status || complain "$n $zip" $status
    done
    n=$((n + 1))
done
report 'a chain of three' $verdict

# Whatever ends a program and can be caught: its output is marked.  (A shell has its background ignore
# INT and QUIT.)
verdict=0
signals='TERM HUP ALRM USR1 USR2 XCPU VTALRM PROF ABRT'
catches_signals || signals=
for signal in $signals; do
    rm -f left
    mkfifo fifo
    pa-clean -q <fifo >left 2>/dev/null &
    child=$!
    {
        head -n 3 events.csv
        naps=0
        while [ ! -s left ] && [ $naps -lt 200 ]; do # what came is written, and it waits for more
            sleep 0.05
            naps=$((naps + 1))
        done
        kill -s "$signal" $child
        wait $child 2>/dev/null
        status=$?
    } >fifo
    if [ $status -le 128 ] || [ "$(tail -c 1 left | od -An -c | tr -d ' ')" != '\0' ]; then
        complain "$signal" $status
    fi
    rm -f fifo
done 2>/dev/null
if catches_signals; then
    report 'the mark of a program that a signal ended' $verdict
else
    skip 'the mark of a program that a signal ended' 'the thread sanitizer holds signals back'
fi

# A program that is killed leaves an input that just ends: with gzip that is seen.
verdict=0
{ cat events.csv && head -c 3000000 /dev/zero | tr '\0' '\n'; } >large.csv
for signal in KILL TERM; do
    echo old >got
    echo old >model
    mkfifo fifo
    pa-clean -q -z <fifo 2>/dev/null >zipped.out &
    child=$!
    { cat large.csv && sleep 0.03 && kill -s $signal $child; } >fifo
    wait $child 2>/dev/null
    pa-train -q -l click -f x,price --l2 1 -M model <zipped.out 2>err
    status=$?
    stopped $status || complain "$signal" $status
    rm -f fifo
done 2>/dev/null
report 'gzip from a program that was killed' $verdict
# Another thread than the one that writes finds the failure, while that one waits for a full pipe.
awk 'BEGIN { print "user,item,price"; for (i = 0; i < 300000; i++) printf "u%d,i%d,%d\n", i % 977, i % 89, i * 7919 % 1000003 }' >long.csv
gzip -1 -c long.csv >long.gz
head -c $(($(wc -c <long.gz) / 2)) long.gz >cut.gz
for jobs in 1 2; do
    for nap in 0 0.03 0.1; do
        pa-clean -q -j $jobs cut.gz 2>err | { sleep $nap && cat; } >left
        ok "a mark at the end, whoever finds the failure: -j $jobs, reader late by $nap s" test "$(tail -c 1 left | od -An -c | tr -d ' ')" = '\0'
        rm -f half.csv
        pa-clean -q -j $jobs cut.gz 2>err | { sleep $nap && pa-clean -q --on-error skip -o half.csv; } 2>err2
        ok "and no file behind it: -j $jobs, reader late by $nap s" test ! -e half.csv
    done
done
finish
