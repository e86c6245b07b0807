# SPDX-License-Identifier: MIT
# What every program owes its input and output, one case after the other for each program in bin/.
. "${0%/*}/lib.sh"

# program | where its result goes | arguments that make it work on events.csv
programs='
pa-clean|-o|--dedup
pa-join|-o|--on user users.csv
pa-split|-o|-u user --folds 2
pa-features|-o|-g user
pa-cluster|-o|-k 2 -f price,x
pa-rules|-o|-g order -a item --min-count 1
pa-train|-M|-l click -f x,price --l2 1
pa-rank|-o|--score score -g user -k 2
pa-render|-o|--template row.mustache
pa-eval|-o|accuracy
'

cat >events.csv <<'IN'
user,item,order,event,time,price,x,click,score
u1,i1,o1,view,2026-01-01T00:00:00Z,1.5,0.1,0,0.2
u2,"i,2",o1,cart,2026-01-01T01:00:00Z,2.5,-0.3,1,0.7
u1,i3,o2,order,2026-01-02T00:00:00Z,,0.5,1,0.4
u3,"i""4",o2,view,2026-01-02T05:00:00Z,4,0.2,0,0.5
u3,i1,o3,view,2026-01-03T00:00:00Z,1.5,-0.1,1,0.6
u2,i3,o3,order,2026-01-03T00:00:01Z,3,0.4,0,0.3
u4,苹果,o4,view,2026-01-04T00:00:00Z,10,0.9,1,0.9
u4,i1,o4,cart,2026-01-04T00:00:00Z,1.5,-0.6,0,0.1
IN
printf 'user,group\nu1,a\nu2,b\nu3,a\n' >users.csv
printf '{{user}}: {{item}}\n' >row.mustache

# The same table in other clothes, and broken ones: name:line that the message must have.
head -n 5 events.csv >first.csv
{ head -n 1 events.csv && tail -n 4 events.csv; } >second.csv
printf %s "$(cat events.csv)" >open-end.csv
sed 's/$/\r/' events.csv >crlf.csv
{ printf '\357\273\277' && cat events.csv; } >bom.csv
awk 'NR > 1 && NR % 2 { print "" } 1' events.csv >blank.csv
gzip -c events.csv >events.csv.gz
{ gzip -c first.csv && tail -n 4 events.csv | gzip -c; } >members.csv.gz
head -n 1 events.csv >header.csv
: >empty.csv
# shellcheck disable=SC2059 # the format is what is put in
spoil() { { head -n 4 events.csv && printf "$1" && tail -n 4 events.csv; } >"$2"; }
spoil 'u1,i1\n' ragged.csv
spoil 'u1,"i1,o1,view,2026-01-01T00:00:00Z,1.5,0.1,0,0.2\n' open-quote.csv
spoil 'u1,i"1,o1,view,2026-01-01T00:00:00Z,1.5,0.1,0,0.2\n' stray-quote.csv
spoil 'u1,i\0001,o1,view,2026-01-01T00:00:00Z,1.5,0.1,0,0.2\n' nul.csv
spoil 'u1,i1,o1,view,2026-01-01T00:00:00Z,1.5,0.1,0,0.2\ru2,i' cr.csv
{ cat events.csv && printf '\000'; } >failed.csv
{ head -c 300 events.csv && printf '\000'; } >failed-midway.csv
sed '1s/item/user/' events.csv >twice.csv
cut_bytes=$(($(wc -c <events.csv.gz) - 9))
head -c "$cut_bytes" events.csv.gz >cut.csv.gz
{ cat events.csv.gz && echo more; } >trailing.csv.gz
{ cat first.csv && yes long | head -n 100000 | tr '\n' x && echo; } >huge.csv

# Run the program with its result in FILE: to FILE INPUT...
to()
{
    to=$1
    shift
    # shellcheck disable=SC2086 # arguments are words
    "$program" $arguments "$result" "$to" "$@" 2>err
}

# Run the program with its result on standard output.
out()
{
    if [ "$result" = -o ]; then
        # shellcheck disable=SC2086 # arguments are words
        "$program" $arguments "$@" 2>err
    else
        to /dev/stdout "$@"
    fi
}

# same_result NAME STATUS: that was the status, and the result is that from events.csv
same_result()
{
    [ "$2" -eq 0 ] && cmp -s wanted got
    report "$program: $1" $?
    rm -f got
}

yields()
{
    name=$1
    shift
    to got "$@"
    same_result "$name" $?
}

# refused NAME STATUS WANTED TEXT: the wanted status, the text in the one line said, no result
refused()
{
    [ "$2" -eq "$3" ] && grep -qF -e "$4" err && [ ! -e got ] && [ "$(grep -c . err)" -eq 1 ]
    verdict=$?
    report "$program: $1" $verdict
    [ $verdict -eq 0 ] || sed 's/^/# stderr: /' err
    rm -f got
}

denies()
{
    name=$1 wanted=$2 text=$3
    shift 3
    to got "$@"
    refused "$name" $? "$wanted" "$text"
}

good_input()
{
    yields 'from standard input' <events.csv
    yields 'from -' - <events.csv
    # shellcheck disable=SC2002 # a pipe is wanted
    cat events.csv | to got
    same_result 'from a pipe' $?
    dd if=events.csv bs=1 2>/dev/null | to got
    same_result 'from a pipe, byte by byte' $?
    mkfifo fifo
    cat events.csv >fifo &
    yields 'from a FIFO' fifo
    wait
    rm -f fifo
    yields 'without a last newline' open-end.csv
    yields 'CRLF' crlf.csv
    yields 'BOM' bom.csv
    yields 'blank lines between rows' blank.csv
    yields 'two files' first.csv second.csv
    yields 'gzip' events.csv.gz
    yields 'gzip under another name' - <events.csv.gz
    yields 'gzip of two members' members.csv.gz
    for jobs in 1 2 4; do yields "-j $jobs" -j $jobs events.csv; done
    for isa in portable avx2 avx512; do
        PA_ISA=$isa yields "PA_ISA=$isa" events.csv
    done
    LC_ALL=de_DE.UTF-8 yields 'in another locale' events.csv
}

bad_input()
{
    denies 'empty input' 1 'empty.csv: is empty' empty.csv
    denies 'empty standard input' 1 'standard input: is empty' </dev/null
    denies 'missing file' 1 'nowhere.csv: No such file' nowhere.csv
    denies 'a folder' 1 'is a directory' .
    denies 'ragged row' 1 'ragged.csv:5: 2 fields, but the header has 9' ragged.csv
    denies 'unterminated quote' 1 'open-quote.csv:5: item: the quote opened here' open-quote.csv
    denies 'stray quote' 1 'stray-quote.csv:5: item: a quote in a field' stray-quote.csv
    to got --on-error skip ragged.csv && grep -qF 'ragged.csv: 1 of 8 rows unusable, left out' err
    report "$program: what --on-error skip left out is said" $?
    to got -q --on-error skip ragged.csv && [ ! -s err ]
    report "$program: but not with -q" $?
    rm -f got
    denies 'NUL' 1 'nul.csv:5: item: a NUL byte' nul.csv
    denies 'lone CR' 1 'cr.csv:5: score: a carriage return' cr.csv
    denies 'duplicate column' 1 'columns 1 and 2 have the same name, "user"' twice.csv
    denies 'field over the limit' 1 'a field of more than 1000 bytes' --max-field 1000 huge.csv
    denies 'truncated gzip' 1 'the gzip data end too early' cut.csv.gz
    denies 'bytes after gzip' 1 'bytes after the end of the gzip data' trailing.csv.gz
    denies 'failure before it' 1 'the program before this one failed' failed.csv
    denies 'failure before it, midway' 1 'the program before this one failed' failed-midway.csv
    pa-clean ragged.csv 2>/dev/null | to got
    refused 'failure across a pipe' $? 1 'the program before this one failed'
    pa-clean -z ragged.csv 2>/dev/null | to got
    refused 'failure across a gzip pipe' $? 1 'the program before this one failed'
    denies 'unknown option' 2 "try '$program --help'" --no-such-option events.csv
    to got header.csv
    status=$?
    [ $status -eq 0 ] || { [ $status -eq 1 ] && [ -s err ] && [ ! -e got ]; }
    report "$program: only a header" $?
    rm -f got
}

# What is on standard output when it fails: nothing, or something that ends with a NUL.
marked()
{
    [ ! -s "$1" ] || [ "$(tail -c 1 "$1" | od -An -tu1 | tr -d ' ')" = 0 ]
}

output()
{
    out events.csv | cat >got
    cmp -s wanted got
    report "$program: to a pipe" $?
    out ragged.csv | cat >got
    marked got
    report "$program: a failure marks standard output" $?
    to /dev/full events.csv
    [ $? -eq 1 ] && grep -qF 'No space left' err
    report "$program: full disk" $?
    echo old >got
    chmod 640 got
    to got ragged.csv
    [ "$(cat got)" = old ] && ! ls .pa-*.tmp >/dev/null 2>&1
    report "$program: a failure leaves the old file" $?
    to got events.csv && cmp -s wanted got && [ "$(stat -c %a got)" = 640 ]
    report "$program: the new file has the mode of the old" $?
    echo old >got
    ln -sf got link
    to link events.csv && cmp -s wanted got && [ -L link ]
    report "$program: links are followed" $?
    rm -f link
    to missing/got events.csv
    [ $? -eq 1 ] && grep -qF missing/got err
    report "$program: a folder that is not there" $?
    to got.gz events.csv && gzip -dc got.gz 2>/dev/null | cmp -s - wanted
    report "$program: to .gz" $?
}

# Ended by a signal while it waits for input: the old file stays, and but for KILL nothing is left.
interrupted()
{
    for signal in KILL TERM USR1; do
        echo old >got
        mkfifo fifo
        # shellcheck disable=SC2086 # arguments are words
        "$program" $arguments "$result" got fifo 2>/dev/null &
        child=$!
        { head -n 3 events.csv && sleep 0.03 && kill -s $signal $child; } >fifo
        wait $child
        status=$?
        [ $status -gt 128 ] && [ "$(cat got)" = old ] &&
            { [ $signal = KILL ] || ! ls .pa-*.tmp >/dev/null 2>&1; }
        report "$program: ended by SIG$signal" $?
        rm -f fifo .pa-*.tmp
    done 2>/dev/null
}

descriptors()
{
    [ "$result" = -o ] || return # a file named /dev/stdout is opened anew
    out events.csv >&-
    [ $? -eq 1 ] && grep -qF 'standard output: Bad file' err
    report "$program: closed standard output" $?
    out events.csv >/dev/full
    [ $? -eq 1 ] && grep -qF 'standard output: No space' err
    report "$program: full standard output" $?
    to got <&-
    [ $? -eq 1 ] && [ -s err ]
    report "$program: closed standard input" $?
    { sleep 0.02 && out events.csv; echo $? >status; } | :
    [ "$(cat status)" -eq 141 ] && ! grep -q pipe err
    report "$program: broken pipe" $?
    (
        trap '' PIPE
        { sleep 0.02 && out events.csv; echo $? >status; } | :
    )
    [ "$(cat status)" -eq 1 ] && grep -qF 'standard output: Broken pipe' err
    report "$program: broken pipe with SIGPIPE ignored" $?
}

manners()
{
    "$program" --help >got 2>err && [ -s got ] && [ ! -s err ]
    report "$program: --help" $?
    "$program" --version >got 2>err && grep -q "^$program " got
    report "$program: --version" $?
    "$program" --help >/dev/full 2>err
    [ $? -eq 1 ]
    report "$program: --help on a full disk" $?
    escape=$(printf '\033[31m')
    to got "$escape.csv"
    [ $? -eq 1 ] && ! grep -q "$(printf '\033')" err && grep -qF '\x1B[31m.csv' err
    report "$program: control characters in a name are shown" $?
    cp events.csv ./-odd.csv
    yields 'a name that begins with -' -- -odd.csv
}

echo "$programs" >table
while IFS='|' read -r program result arguments; do
    [ -n "$program" ] || continue
    if ! command -v "$program" >/dev/null 2>&1; then
        skip "$program" 'it is not built'
        continue
    fi
    if ! to wanted events.csv; then
        fail "$program works"
        sed 's/^/# stderr: /' err
        continue
    fi
    # pa-join's options end before LOOKUP; pa-eval's before the measure: `--` comes after both.
    good_input
    bad_input
    output
    interrupted
    descriptors
    manners
done <table

# A column that a role or a model needs is not there: exit 1 when nobody named it, 2 when somebody
# did, with the nearest name.
sed '1s/item/itm/; 1s/order/ordr/; 1s/time/tme/; 1s/click/clikc/; 1s/score/scor/' events.csv >misspelt.csv
while read -r option default nearest command; do
    # shellcheck disable=SC2086 # a program and its arguments
    refuses "$command: no $default" 1 "there is no column \"$default\", which --$option is by default (is \"$nearest\" meant?)" \
        $command misspelt.csv
    # shellcheck disable=SC2086
    refuses "$command --$option $default" 2 "--$option: there is no column \"$default\" (is \"$nearest\" meant?)" \
        $command --$option $default misspelt.csv
done <<'TABLE'
label click clikc pa-train -M /dev/null
label click clikc pa-eval accuracy
label click clikc pa-eval ctr
reward click clikc pa-eval policy
score score scor pa-rank -g user
group order ordr pa-rules
item item itm pa-rules -g user
time time tme pa-features -g user --agg recency
label click clikc pa-split --neg-rate 0.5
time time tme pa-split --at 2026-01-02
TABLE
cat >streaming <<'TABLE'
pa-clean --require user
pa-clean -q --on-error skip
pa-clean -m limits
pa-join --on user users.csv
pa-split -u user --folds 2
pa-features -q -m encoders
pa-cluster -q -m groups
pa-rank -q --replace -m model
pa-render --template row.mustache
TABLE

# Rows come out while the input stays open, those that came with the header, too.
mkfifo fifo
head -n 2 events.csv >soon.csv
pa-train -q -f x --l2 1 -M model events.csv
pa-cluster -q -k 2 -f x -M groups events.csv >/dev/null
pa-clean -q --clip x=q0:q1 -M limits events.csv >/dev/null
pa-features -q --scale x=z -M encoders events.csv >/dev/null
while read -r command; do
    # shellcheck disable=SC2086 # a program and its arguments
    $command <fifo >got 2>err &
    exec 9>fifo
    cat soon.csv >&9
    tries=0
    until [ "$(grep -c u1 got)" -gt 0 ] || [ $tries -ge 100 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    report "$command: at once" "$([ $tries -lt 100 ]; echo $?)"
    exec 9>&-
    wait
done <streaming
rm -f fifo

# Input that never ends: a full disk and a reader that leaves end the program at once.
endless()
{
    cat events.csv
    yes 'u1,i1,o1,view,2026-01-05T00:00:00Z,1.5,0.1,0,0.2'
}
while read -r command; do
    # shellcheck disable=SC2086 # a program and its arguments
    endless 2>/dev/null | timeout "$patience" $command >/dev/full 2>err
    [ $? -eq 1 ] && grep -qF 'standard output: No space left' err
    report "$command: endless input on a full disk" $?
    # shellcheck disable=SC2086
    endless 2>/dev/null | { timeout "$patience" $command 2>err; echo $? >status; } | head -n 1 >got
    [ "$(cat status)" -eq 141 ] && [ -s got ] && ! grep -q . err
    report "$command: endless input, one line wanted" $?
done <streaming
finish
