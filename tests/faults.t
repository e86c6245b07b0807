# SPDX-License-Identifier: MIT
# Every allocation and every call of the system fails once, in each program: it ends with 0 or 1, a
# message and the old file or the whole new one.  FAULTS.md says what tests the other faults.
# With PA_LONG (tests/faults-long.sh) each call in turn, else some.
. "${0%/*}/lib.sh"

# program | where its result goes | arguments that make it work on events.csv
programs='
pa-clean|-o|--dedup --clip price=q.1:q.9 -M model
pa-join|-o|--on user users.csv
pa-split|-o|-u user --folds 2 --exact
pa-features|-o|-g user
pa-cluster|-o|-k 2 -f price,x -M model
pa-rules|-o|-g order -a item --min-count 1
pa-train|-M|-l click -f x,price --l2 1
pa-rank|-o|--score score -g user -k 2
pa-render|-o|--template row.mustache
pa-eval|-o|accuracy
'
{
    echo user,item,order,time,price,x,click,score
    awk 'BEGIN { for (i = 0; i < 40; i++) printf "u%d,i%d,o%d,2026-01-%02dT00:00:00Z,%s,%.2f,%d,%.2f\n",
        i % 7, i % 5, i % 11, 1 + i % 28, i % 9 ? 1 + i % 6 : "", (i * 37 % 100) / 50 - 1, i * 7 % 3 == 0, (i * 31 % 97) / 97 }'
} >events.csv
printf 'user,group\nu1,a\nu2,b\nu3,a\n' >users.csv
printf '{{user}}: {{item}}\n' >row.mustache
gzip -c events.csv >events.csv.gz

EIO=5 EINTR=4 EACCES=13 ENOSPC=28 ENOMEM=12 EAGAIN=11 KILL=-9 TERM=-15 INT=-2
fault=$work/fault.so
if [ "${PA_SANITIZED:-}" ]; then
    skip 'faults' 'allocators of sanitizers cannot be replaced'
    finish
fi
if [ "${PA_COUNTED:-}" ]; then
    skip 'faults' 'those that come while counts are written spoil them'
    finish
fi
if ! ${CC:-cc} -shared -fPIC -O1 -o "$fault" "$top/tests/fault.c" -ldl 2>cc.err; then
    skip 'faults' 'tests/fault.c is for glibc'
    finish
fi

# faulty FAULT INPUT: run the program with one fault; the file mark says that it happened
faulty()
{
    rm -f mark
    # shellcheck disable=SC2086 # arguments are words
    PA_FAULT=$1 PA_FAULT_MARK=mark LD_PRELOAD=$fault \
        "$program" $arguments -j 2 "$result" got "$2" >said 2>err
}

litter()
{
    for file in .pa-*.tmp pa-*; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}

# Is got the old file, or the new one and complete?  The same for the model beside it.
old_or_new()
{
    for file in got model; do
        [ -e "$file" ] || continue
        read -r first <"$file"
        [ "$first" = old ] || cmp -s "$file" "wanted.$file" || return 1
    done
}

is_old()
{
    read -r first <got
    [ "$first" = old ]
}

# What a failed call may lead to: the result as ever, or a message and the old files.
survived()
{
    case $1 in
    0) cmp -s got wanted.got && ! litter ;;
    1) [ -s err ] && ! litter && old_or_new && { is_old || grep -q 'is complete' err; } ;;
    *) false ;;
    esac
}

# The signal ended it, or came too late.
ended()
{
    case $1 in
    137) old_or_new ;;
    143 | 130) old_or_new && ! litter ;;
    *) survived "$1" ;;
    esac
}

next()
{
    n=$((n + 1))
    [ "${PA_LONG:-}" ] || n=$((n + n / 4))
}

# each NAME CALL WHAT JUDGE INPUT: the call fails for n = 1, 2, ... until there is no n-th
each()
{
    n=1 verdict=0
    while :; do
        echo old >got
        [ ! -e wanted.model ] || echo old >model
        faulty "$2:$n:$3" "$5" 2>/dev/null
        status=$?
        $4 $status || { verdict=1 && echo "# $2 $n: exit $status" && sed 's/^/# /' err; }
        rm -f .pa-*.tmp pa-*
        [ -e mark ] || break
        next
    done
    [ "$n" -gt 1 ] || [ "$2" = thread ] || verdict=1 # nothing failed, nothing was tested
    report "$program: $1" $verdict
}

# The same bytes, whatever happens to how they are read and written.
unharmed()
{
    rm -f got
    faulty "$2" "${3:-events.csv}"
    status=$?
    [ $status -eq 0 ] && [ -e mark ] && cmp -s got wanted.got
    report "$program: $1" $?
}

# A failed write leaves standard output empty or marked.
marked()
{
    [ "$result" = -o ] || return 0
    rm -f mark model
    # shellcheck disable=SC2086 # arguments are words
    PA_FAULT=write:1:$ENOSPC PA_FAULT_MARK=mark LD_PRELOAD=$fault "$program" $arguments events.csv >said 2>err
    [ $? -eq 1 ] && [ -e mark ] && [ -s err ] && { [ ! -s said ] || [ "$(tail -c 1 said | od -An -tu1 | tr -d ' ')" = 0 ]; }
    report "$program: a failed write marks standard output" $?
}

echo "$programs" >table
TMPDIR=.
export TMPDIR
while IFS='|' read -r program result arguments; do
    [ -n "$program" ] || continue
    rm -f model wanted.model
    # shellcheck disable=SC2086 # arguments are words
    if ! "$program" $arguments "$result" wanted.got events.csv 2>err; then
        fail "$program works"
        continue
    fi
    [ ! -e model ] || cp model wanted.model
    each 'allocations fail' alloc $ENOMEM survived events.csv
    each 'reads fail' read $EIO survived events.csv
    each 'writes fail' write $ENOSPC survived events.csv
    each 'opening fails' open $EACCES survived events.csv
    each 'closing fails' close $EIO survived events.csv
    each 'fsync fails' fsync $EIO survived events.csv
    each 'rename fails' rename $EIO survived events.csv
    each 'no thread can be had' thread $EAGAIN survived events.csv.gz
    each 'SIGKILL at any call' any $KILL ended events.csv
    each 'SIGTERM at any call' any $TERM ended events.csv
    each 'SIGINT at any call' any $INT ended events.csv
    unharmed 'reads of one byte' 'read:*1:short'
    unharmed 'writes of one byte' 'write:*1:short'
    unharmed 'gzip in reads of one byte' 'read:*1:short' events.csv.gz
    unharmed 'interrupted reads' "read:*3:$EINTR"
    unharmed 'interrupted writes' "write:1:$EINTR"
    unharmed 'interrupted fsync' "fsync:1:$EINTR"
    marked
done <table

# What only gzip, pipes and large inputs come to.
program=pa-clean result=-o arguments='--clip price=q.1:q.9 -M model'
rm -f model
"$program" --clip price=q.1:q.9 -M wanted.model -o wanted.got events.csv
each 'allocations for gzip fail' alloc $ENOMEM survived events.csv.gz
unharmed 'an interrupted open' "open:1:$EINTR"
mkfifo fifo
cat events.csv >fifo &
unharmed 'an interrupted temporary copy' "write:1:$EINTR" fifo
wait
awk 'NR == 1 { print } NR > 1 { for (i = 0; i < 400; i++) print }' events.csv >large.csv
gzip -c large.csv >large.csv.gz
arguments='--dedup --on-error skip' # which leaves the reading to one thread
faulty "thread:1:$EAGAIN" large.csv.gz
[ $? -eq 1 ] && [ -e mark ] && grep -qF 'large.csv.gz: cannot start a thread to read it' err
report "$program: no thread for gzip" $?
for jobs in 1 2; do
    gzip -dc large.csv.gz | PA_FAULT=thread:$jobs:$EAGAIN PA_FAULT_MARK=mark LD_PRELOAD=$fault pa-clean -j $jobs -z >got.gz 2>err &&
        gzip -dc got.gz | cmp -s - large.csv
    report "$program: no thread to compress, -j $jobs" $?
done
finish
