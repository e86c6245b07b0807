# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

# sign FILE: end a model that was written by hand with its line count and CRC
sign()
{
    lines=$(wc -l <"$1")
    crc=$(gzip -c "$1" | tail -c 8 | od -An -tu1 -N4 | awk '{ printf "%02x%02x%02x%02x", $4, $3, $2, $1 }')
    printf '#end\t%d\t%s\n' "$lines" "$crc" >>"$1"
}

# eta = -1 + 0.5 age + 0.25 (segment b) + 1 (brand y) + 0.1 price + 2 (segment b, brand y)
#       - 0.2 age price + 0.5 (age missing)
tr ' ' '\t' >click.pa <<'END'
#pa-model 1 pa-train logistic
label click
class 0 6
class 1 4
rows 10
source age feature number 0.1 2 1
source segment feature category 0
level a
level b
source brand feature category 0
level x
level y
source price feature number 0 10 5
term age 2 1 number 0 0
term age= 0.1 1 missing 0 0
term segment=a 0.5 1 level 1 0
term segment=b 0.5 1 level 1 1
term brand=x 0.5 1 level 2 0
term brand=y 0.5 1 level 2 1
term price 10 5 number 3 0
term segment=b*brand=y 0.25 1 level 1 1 level 2 1
term age*price 20 10 number 0 0 number 3 0
intercept 1 -1
weight 1 age 0.5
weight 1 age= 0.5
weight 1 segment=a 0
weight 1 segment=b 0.25
weight 1 brand=x 0
weight 1 brand=y 1
weight 1 price 0.1
weight 1 segment=b*brand=y 2
weight 1 age*price -0.2
END
sign click.pa

tr ' ' '\t' >colour.pa <<'END'
#pa-model 1 pa-train softmax
label colour
class blue 1
class green 1
class red 1
source x feature number 0 0 1
term x 0 1 number 0 0
intercept blue 0
intercept green 1
intercept red 0
weight blue x 1
weight green x 0
weight red x -1
END
sign colour.pa

# ---- scores

cat >rows.csv <<'END'
id,price,brand,segment,age,note
1,0,x,a,2,"q, r"
2,0,y,b,0,
3,10,y,b,1,
4,,x,c,,
END
check 'a score for each row, columns by name, missing values and unseen levels' \
    pa-rank -q -m click.pa rows.csv 3<<'OUT'
id,price,brand,segment,age,note,score
1,0,x,a,2,"q, r",0.5
2,0,y,b,0,,0.9046505351008906
3,10,y,b,1,,0.8519528019683106
4,,x,c,,,0.07585818002124356
OUT
pa-rank -m click.pa rows.csv >out 2>err
grep -q 'segment: 1 values are none' err
report 'unseen levels are counted' $?

check 'the largest contributions, against the means' \
    pa-rank -q -m click.pa --explain 2 rows.csv 3<<'OUT'
id,price,brand,segment,age,note,score,why1,why1_value,why2,why2_value
1,0,x,a,2,"q, r",0.5,age,3.95,price,-1
2,0,y,b,0,,0.9046505351008906,age,2.95,segment,1.625
3,10,y,b,1,,0.8519528019683106,segment,1.625,age,1.4500000000000002
4,,x,c,,,0.07585818002124356,segment,-0.625,brand,-0.5
OUT

# contributions NAME FILE: those of each row, intercept included, sum to the logit of its score
contributions()
{
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "score") s = i; if ($i == "why1") w = i }; next }
        { sum = 0; for (i = w + 1; i <= NF; i += 2) sum += $i
          d = sum - log($s / (1 - $s)); if (d < 0) d = -d; if (!(d < 1e-9)) bad = 1
          for (i = w; i < NF && $i != "(intercept)"; i += 2) { }
          if (i >= NF || $(i + 1) == "") bad = 1 }
        END { exit bad || NR < 2 }' "$2"
    report "$1" "$?"
}
sed 's/"q, r"/q/' rows.csv >plain.csv
pa-rank -q -m click.pa --explain 5 plain.csv >five
contributions 'contributions of all columns and the intercept sum to the logit' five
pa-rank -q -m click.pa --explain 8 plain.csv >eight
contributions 'and more places stay empty' eight
cut -d, -f1-17 eight >got
cut -d, -f1-17 five >wanted
same 'more places change no other' got wanted
check 'the intercept is what all rows have in common' sh -c 'cut -d, -f16,17 five | sort -u' 3<<'OUT'
(intercept),-1.8250000000000002
why5,why5_value
OUT

check 'columns in any order, others ignored' pa-rank -q -m click.pa <<'IN' 3<<'OUT'
age	x9	segment	id	brand	price
1	?	b	3	y	10
IN
age	x9	segment	id	brand	price	score
1	?	b	3	y	10	0.8519528019683106
OUT
check 'spellings of missing' pa-rank -q -m click.pa --na -,NULL <<'IN' 3<<'OUT'
id,price,brand,segment,age
2,0,y,b,-
4,NULL,x,c,-
IN
id,price,brand,segment,age,score
2,0,y,b,-,0.9770226300899744
4,NULL,x,c,-,0.07585818002124356
OUT
pa-rank -m click.pa -o out.csv 2>err <<'IN'
segment,brand,age,price
c,z,1,1
d,x,1,1
c,,1,1
IN
grep -q 'segment: 3 values are none' err && grep -q 'brand: 1 values are none' err &&
    grep -q 'brand: 1 values are missing, which the model does not know' err
report 'unseen levels are counted by column, missing ones that training had not apart' $?

# A model of numbers alone is scored another way: the same, whatever the rows look like.
tr ' ' '\t' >numbers.pa <<'END'
#pa-model 1 pa-train logistic
label y
class 0 1
class 1 1
source a feature number 0 2 1
source b feature number 0.1 -1 1
term a 0 1 number 0 0
term b 0 1 number 1 0
term b= 0 1 missing 1 0
intercept 1 0.5
weight 1 a 0.25
weight 1 b 1
weight 1 b= -2
END
sign numbers.pa
check 'numbers alone: quotes, missing values, added columns' pa-rank -q -m numbers.pa --na NULL <<'IN' 3<<'OUT'
b,"c, d",a
1,"x
y",2
"0.5",,"-4"
NULL,z,
IN
b,"c, d",a,score
1,"x
y",2,0.8807970779778823
"0.5",,"-4",0.5
NULL,z,,0.11920292202211755
OUT
printf 'a,b\n1,2\n' >ab.csv
printf 'b,a\n2,1\n' >ba.csv
check 'files of different orders' pa-rank -q -m numbers.pa ab.csv ba.csv ab.csv 3<<'OUT'
a,b,score
1,2,0.9399133498259924
1,2,0.9399133498259924
1,2,0.9399133498259924
OUT
check 'a delimiter that digits have' pa-rank -q -d 5 -m numbers.pa <<'IN' 3<<'OUT'
a5b
052
IN
a5b5score
0525"0.9241418199787566"
OUT
refuses 'text in a number' 1 'standard input:3: b: "two" is not a number' sh -c \
    'printf "a,b\n1,2\n1,two\n" | pa-rank -q -m numbers.pa'
check 'text in a number counts as missing on request' pa-rank -q -m numbers.pa --on-error keep <<'IN' 3<<'OUT'
a,b
,two
,
IN
a,b,score
,two,0.11920292202211755
,,0.11920292202211755
OUT
printf 'a,b\n1,0\n1\n,two\n"x"y,1\n,\n' >torn.csv
check 'a row that cannot be read has its line on request, without a score' \
    pa-rank -q -m numbers.pa --on-error keep --rejects torn.rejects torn.csv 3<<'OUT'
a,b,score
1,0,0.679178699175393
,,
,two,0.11920292202211755
,,
,,0.11920292202211755
OUT
check 'and is rejected as it came' cat torn.rejects 3<<'OUT'
file,line,byte,code,message,raw
torn.csv,3,8,E_COLS,"1 field, but the header has 2",1
torn.csv,5,15,E_QUOTE,something follows a closing quote (a quote inside a field is written twice),"""x""y,1"
OUT
check 'or is left out, and rejected, too' pa-rank -q -m numbers.pa --on-error skip --rejects torn.skipped torn.csv 3<<'OUT'
a,b,score
1,0,0.679178699175393
,,0.11920292202211755
OUT
ok 'with what is wrong in each' test "$(cut -d, -f2,4 torn.skipped | paste -sd' ' -)" = 'line,code 3,E_COLS 4,E_NUM 5,E_QUOTE'
awk 'BEGIN { print "a,b,c"; for (i = 0; i < 60000; i++) printf "%d.%d,%s,%d\n", i % 9 - 4, i % 97, i % 11 ? i % 5 : "", i }' >long.csv
pa-rank -q -j 1 -m numbers.pa long.csv >one
pa-rank -q -j 3 -m numbers.pa long.csv >three
same 'many rows on several threads' three one
PA_ISA=portable pa-rank -q -m numbers.pa long.csv >isa
same 'without vector instructions' isa one
sed 's/$/\r/' long.csv | pa-rank -q -m numbers.pa >crlf
tr -d '\r' <crlf >got
same 'lines that end in CRLF' got one
awk -F, -v OFS=, '{ print $2, $3, $1 }' long.csv | pa-rank -q -m numbers.pa --explain 1 | cut -d, -f4 >got
cut -d, -f4 one >wanted
same 'with reasons, the same scores' got wanted

check 'the likeliest class and its probability' pa-rank -m colour.pa <<'IN' 3<<'OUT'
x
0
3
-1
IN
x,class,score
0,green,0.5761168847658291
3,blue,0.8788782427321509
-1,green,0.4683105308334812
OUT

check 'all classes, with their probabilities' pa-rank -m colour.pa --all-classes <<'IN' 3<<'OUT'
x
0
3
IN
x,class,score,score=blue,score=green,score=red
0,green,0.5761168847658291,0.21194155761708547,0.5761168847658291,0.21194155761708547
3,blue,0.8788782427321509,0.8788782427321509,0.11894323591065209,0.002178521357197023
OUT
refuses 'all classes of a model of two' 1 'a model of two classes' pa-rank -m click.pa --all-classes rows.csv
refuses 'all classes of a ranking' 2 'scores each row by itself' \
    pa-rank -m colour.pa --all-classes -k 1 rows.csv

# Probabilities that scikit-learn 1.9.1 gives: LogisticRegression(C=1, solver="newton-cg", tol=1e-12).
if needs 'iris as scikit-learn' sklearn/iris.csv; then
    { echo a,b,c,d,y && sed 1d "$data/sklearn/iris.csv"; } >iris.csv
    pa-train -q -l y --algo softmax --no-standardize --l2 1 -M iris.pa iris.csv
    pa-rank -q -m iris.pa --all-classes iris.csv | cut -d, -f8-10 >iris.p
    while read -r row p0 p1 p2; do
        sed -n "$((row + 1))p" iris.p | tr , ' ' >got
        read -r q0 q1 q2 <got
        near "iris: row $row, class 0 as scikit-learn" "$q0" "$p0" 1e-7
        near "iris: row $row, class 1 as scikit-learn" "$q1" "$p1" 1e-7
        near "iris: row $row, class 2 as scikit-learn" "$q2" "$p2" 1e-7
    done <<'END'
1 0.9815834949 0.0184164906 0.0000000145
78 0.0005789964 0.4811303384 0.5182906653
107 0.0057793266 0.5136925657 0.4805281077
END
    head -n 1 iris.p >got
    echo 'score=0,score=1,score=2' >wanted
    same 'iris: a column for each class' wanted got
fi

check 'a column score is replaced on request' pa-rank -q -m click.pa --replace <<'IN' 3<<'OUT'
score,price,brand,segment,age
7,0,x,a,2
IN
score,price,brand,segment,age
0.5,0,x,a,2
OUT

# ---- top lists

cat >scored.csv <<'END'
user,ad,score
u2,a,0.1
u1,a,0.5
u2,b,0.9
u1,b,0.5
u2,c,0.3
u1,"c,d",0.7
u3,a,
END
check 'the best two of each user; ties go to the earlier row' pa-rank -q -g user -k 2 scored.csv 3<<'OUT'
user,ad,score,rank
u2,b,0.9,1
u2,c,0.3,2
u1,"c,d",0.7,1
u1,a,0.5,2
OUT
awk 'BEGIN { print "user,ad,score"; for (i = 0; i < 20000; i++) print "u" (i * 7919) % 5003 ",a" i "," (i * 31) % 97 }' >many.csv
pa-rank -j 1 -g user -k 3 many.csv >one
pa-rank -j 3 -g user -k 3 many.csv >three
same 'many groups, written by several threads' three one
awk -F, 'NR > 1 { n[$1]++ } END { for (u in n) rows += n[u] < 3 ? n[u] : 3; print rows + 1 }' many.csv >wanted
wc -l <one | tr -d ' ' >got
same 'the best three of each of many groups' got wanted
pa-rank -g user -k 2 scored.csv >out 2>err
grep -q '1 rows without a score are left out' err
report 'rows without a score are counted' $?
pa-rank -q -g user scored.csv >all
pa-rank -q -g user -k 100 scored.csv >hundred
same 'all rows, sorted or inserted' all hundred
printf 'ad,score,user\n"x, y",0.6,u1\nz,0.2,u2\n' >turned.csv
check 'a file of another order among them' pa-rank -q -g user -k 2 scored.csv turned.csv 3<<'OUT'
user,ad,score,rank
u2,b,0.9,1
u2,c,0.3,2
u1,"c,d",0.7,1
u1,"x, y",0.6,2
OUT
check 'forgiving quotes' pa-rank -q --lenient -g user -k 1 <<'IN' 3<<'OUT'
user,ad,score
u1,a "b" c,3
u1,d,2
IN
user,ad,score,rank
u1,"a ""b"" c",3,1
OUT
check 'without groups all rows are one; TSV' pa-rank -p s -k 1 <<'IN' 3<<'OUT'
a	s
1\t2	3
x	4
y	4
IN
a	s	rank
x	4	1
OUT
check 'a model, groups and reasons' pa-rank -q -m click.pa -g brand -k 1 --explain 1 rows.csv 3<<'OUT'
id,price,brand,segment,age,note,score,rank,why1,why1_value
1,0,x,a,2,"q, r",0.5,1,age,3.95
2,0,y,b,0,,0.9046505351008906,1,age,2.95
OUT
check 'softmax over a group: its probabilities' \
    pa-rank -p z --policy softmax --seed 3 -k 1 <<'IN' 3<<'OUT'
ad,z
phone,0.2
camera,0.7
IN
ad,z,rank,prob
camera,0.7,1,0.6224593312018546
OUT

# ---- requests

cat >ads.csv <<'END'
ad,brand,price,title
z,y,10,Z
b,x,0,"B, b"
c,y,20,C
END
printf 'request,segment,age\nr1,b,0\nr2,a,4\n' >requests.csv
check 'each request gets the best ads of the catalogue' \
    pa-rank -m click.pa --items ads.csv -k 2 requests.csv 3<<'OUT'
request,segment,age,ad,rank,score,prob,reason
r1,b,0,c,1,0.9859363729567544,1,top
r1,b,0,z,2,0.9626731126558706,1,top
r2,a,4,b,1,0.7310585786300049,1,top
r2,a,4,z,2,0.006692850924284856,1,top
OUT
pa-join --cross ads.csv requests.csv 2>/dev/null | pa-rank -m click.pa -g request -k 2 2>/dev/null |
    awk -F, -v OFS=, '{ print $1, $(NF - 1), $NF }' >joined
pa-rank -m click.pa --items ads.csv -k 2 requests.csv | awk -F, -v OFS=, '{ print $1, $6, $5 }' >direct
[ -x "$top/bin/pa-join" ] && same 'the same scores as of a cross join' joined direct
check 'slots beyond the catalogue stay empty, with a reason' \
    pa-rank -m click.pa --items ads.csv -k 4 requests.csv 3<<'OUT'
request,segment,age,ad,rank,score,prob,reason
r1,b,0,c,1,0.9859363729567544,1,top
r1,b,0,z,2,0.9626731126558706,1,top
r1,b,0,b,3,0.32082130082460697,1,top
r1,b,0,,4,,,no-ad
r2,a,4,b,1,0.7310585786300049,1,top
r2,a,4,z,2,0.006692850924284856,1,top
r2,a,4,c,3,6.144174602214718e-6,1,top
r2,a,4,,4,,,no-ad
OUT
printf 'ad,popular\nb,3\na,2\n' >popular.csv
check 'scores of the catalogue itself, with reasons of the policy' \
    pa-rank -p popular --items popular.csv --policy epsilon --epsilon 0.3 --seed 1 <<'IN' 3<<'OUT'
user
u1
IN
user,ad,rank,score,prob,reason
u1,a,1,2,0.15,epsilon
OUT

yes 'u,2026-01-02' | head -n 4000 | awk -F, 'BEGIN { print "user,time" } { print $1 NR "," $2 }' >many.csv
pa-rank -p popular --items popular.csv --policy softmax --temperature 2 many.csv >drawn.csv
# P(b) = 1 / (1 + exp(-1/2)) = 0.6225; 4 sd of a share of 4000 draws are 0.031
near 'ads come as often as prob says' "$(awk -F, '$3 == "b"' drawn.csv | wc -l | awk '{ print $1 / 4000 }')" 0.6225 0.031
near 'prob is exact' "$(awk -F, '$3 == "b" { print $6; exit }' drawn.csv)" 0.6224593312018546 1e-15
(head -n 1 many.csv; tail -n +2 many.csv | tac) >turned.csv
pa-rank -p popular --items popular.csv --policy softmax --temperature 2 turned.csv >drawn2.csv
sort drawn.csv >a
sort drawn2.csv >b
same 'draws depend on user and time, not on the order of requests' a b
pa-rank -p popular --items popular.csv --policy softmax --temperature 2 --seed 2 many.csv >drawn3.csv
cmp -s drawn.csv drawn3.csv
report 'another seed, other draws' "$((! $?))"
pa-rank -p popular --items popular.csv --policy softmax --temperature 2 -k 2 many.csv >two.csv
awk -F, 'NR > 1 && $4 == 2 && $6 != 1 { bad = 1 } NR > 1 && $4 == 1 { first = $3 }
    NR > 1 && $4 == 2 && $3 == first { bad = 1 } END { exit bad }' two.csv
report 'the second slot has what is left, for sure' $?

# ---- logged requests

cat >log.csv <<'END'
request,segment,age,ad,click
r1,b,0,c,1
r2,a,4,z,0
r3,a,4,gone,0
END
check 'logged requests keep their rows and are judged' \
    pa-rank -q -m click.pa --items ads.csv --logged ad --policy epsilon --epsilon 0.3 log.csv 3<<'OUT'
request,segment,age,ad,click,policy_prob,q,q_policy
r1,b,0,c,1,0.8,0.9859363729567544,0.9170985397134513
r2,a,4,z,0,0.09999999999999999,0.006692850924284856,0.5855167624138926
r3,a,4,gone,0,0,,0.5855167624138926
OUT
pa-rank -m click.pa --items ads.csv --logged ad log.csv >out 2>err
grep -q '1 rows show ads that are not in ads.csv' err
report 'ads that are not in the catalogue are counted' $?

# ---- at once, and bad requests

mkfifo ask
pa-rank -m click.pa --items ads.csv <ask >answers &
server=$!
exec 9>ask
printf 'request,segment,age\nr1,b,0\n' >&9
tries=0
until grep -q '^r1,b,0,c' answers || [ "$tries" -ge 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
report 'a request is answered while the input stays open' "$((tries >= 100))"
exec 9>&-
wait "$server"

printf 'request,segment,age\nr1,b,zero\nr2,a,4\nr3,a\n' >bad.csv
check 'bad requests that are kept get their lines' \
    pa-rank -q -m click.pa --items ads.csv --on-error keep -k 2 bad.csv 3<<'OUT'
request,segment,age,ad,rank,score,prob,reason
r1,b,zero,,1,,,bad-request
r1,b,zero,,2,,,bad-request
r2,a,4,b,1,0.7310585786300049,1,top
r2,a,4,z,2,0.006692850924284856,1,top
,,,,1,,,bad-request
,,,,2,,,bad-request
OUT
ok 'and what cannot be echoed is rejected' \
    pa-rank -q -m click.pa --items ads.csv --on-error keep --rejects rejects.csv -o kept.csv bad.csv
check 'as it came' cat rejects.csv 3<<'OUT'
file,line,byte,code,message,raw
bad.csv,4,37,E_COLS,"2 fields, but the header has 3","r3,a"
OUT
refuses 'a bad request' 1 'bad.csv:2: age: "zero" is not a number' \
    pa-rank -m click.pa --items ads.csv bad.csv
printf 'request,segment,age\n\nr1,"b" x,0\nr2,a,4\nr3,b,0,9\n"r4,b,0\n' >bad.csv
pa-rank -q -m click.pa --items ads.csv --on-error keep -k 4 --explain 1 bad.csv 2>err >out
cut -d, -f4-8 out | sed 's/,[0-9.e-]*,1,top/,top/' >got
printf 'ad,rank,score,prob,reason\n' >wanted
for row in bad good bad bad; do
    for rank in 1 2 3 4; do
        [ "$row" = good ] || echo ",$rank,,,bad-request"
    done
    [ "$row" = bad ] || printf 'b,1,top\nz,2,top\nc,3,top\n,4,,,no-ad\n'
done >>wanted
same 'whatever is wrong with a request, it has its k lines, in its place' got wanted
check 'bad logged requests stay' \
    pa-rank -q -m click.pa --items ads.csv --logged ad --on-error keep <<'IN' 3<<'OUT'
request,segment,age,ad
r1,b,zero,c
r2,a,4,b
IN
request,segment,age,ad,policy_prob,q,q_policy
r1,b,zero,c,,,
r2,a,4,b,1,0.7310585786300049,0.7310585786300049
OUT
printf 'request,segment,age\nr1,b,zero\nr2,a,4\nr3,a\n' >bad.csv
check 'or skipped' pa-rank -q -m click.pa --items ads.csv --on-error skip bad.csv 3<<'OUT'
request,segment,age,ad,rank,score,prob,reason
r2,a,4,b,1,0.7310585786300049,1,top
OUT

# ---- files replaced while the program runs

# serve ARG...: a co-process that reads what ask writes
serve()
{
    rm -f ask
    : >answers
    mkfifo ask
    pa-rank --watch "$@" <ask >answers 2>messages &
    server=$!
    exec 9>ask
    asked=0
}

# ask TEXT [LINES]: write TEXT, in which \n is a newline, wait for as many lines (1) of answer, and have the last as $answer
ask()
{
    printf '%b' "$1" >&9
    asked=$((asked + ${2:-1}))
    tries=0
    until [ "$(wc -l <answers)" -ge "$asked" ] || [ "$tries" -ge 200 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    answer=$(tail -n 1 answers)
}

# answers NAME WANTED: what was answered last, and no word on standard error since refused
answers()
{
    [ "$answer" = "$2" ] && [ ! -s messages ]
    status=$?
    report "$1" "$status"
    [ "$status" -eq 0 ] || { echo "# $answer"; sed 's/^/# /' messages; }
}

# refused NAME TEXT WANTED: the old answer, and TEXT in the one message
refused()
{
    [ "$answer" = "$3" ] && grep -qF -e "$2" messages && [ "$(wc -l <messages)" -eq 1 ] &&
        grep -q '^pa-rank: not taken up, the old one stays in use: ' messages
    status=$?
    report "$1" "$status"
    [ "$status" -eq 0 ] || { echo "# $answer"; sed 's/^/# /' messages; }
    : >messages
}

hang_up()
{
    exec 9>&-
    wait "$server"
    report "$1" "$?"
}

# with INTERCEPT: a model of x alone, eta = INTERCEPT + x
with()
{
    printf '#pa-model\t1\tpa-train\tlogistic\nlabel\ty\nclass\t0\t1\nclass\t1\t1\n' >with.pa
    printf 'source\tx\tfeature\tnumber\t0\t0\t1\nterm\tx\t0\t1\tnumber\t0\t0\n' >>with.pa
    printf 'intercept\t1\t%s\nweight\t1\tx\t1\n' "$1" >>with.pa
    sign with.pa
    cat with.pa
}

with 0 >live.pa
serve -m live.pa
ask 'x\n0\n' 2
answers 'the model that was there' 0,0.5
with 1 >new.pa
mv new.pa live.pa
ask '0\n'
answers 'a new model counts from the next row on' 0,0.7310585786300049
with 2 >new.pa
sed 's/^weight.*/weight\t1\tx\t9/' new.pa >damaged.pa
mv damaged.pa live.pa
ask '0\n'
refused 'a damaged one is refused, the old one serves' 'live.pa:9: the checksum is wrong' 0,0.7310585786300049
ask '0\n'
answers 'and that is said once' 0,0.7310585786300049
head -n 6 new.pa >cut.pa
mv cut.pa live.pa
ask '0\n'
refused 'one that was cut off' 'the end line is missing' 0,0.7310585786300049
: >empty.pa
mv empty.pa live.pa
ask '0\n'
refused 'an empty one' 'live.pa:1: not a model' 0,0.7310585786300049
sed '/^#end/d;1s/.*/#pa-model\t1\tpa-cluster\tkmeans/' new.pa >foreign.pa
sign foreign.pa
mv foreign.pa live.pa
ask '0\n'
refused "another program's" 'a model of pa-cluster' 0,0.7310585786300049
sed 's/x/z/;/^#end/d' new.pa >other.pa
sign other.pa
mv other.pa live.pa
ask '0\n'
refused 'one of columns that the input lacks' 'live.pa needs are not there: z' 0,0.7310585786300049
rm live.pa
mkdir live.pa
ask '0\n'
refused 'a folder' 'live.pa: Is a directory' 0,0.7310585786300049
rmdir live.pa
ask '0\n'
answers 'a file that is gone for a while has not been replaced' 0,0.7310585786300049
cp new.pa live.pa
ask '0\n'
answers 'a good one is taken up after all that' 0,0.8807970779778823
touch live.pa
ask '0\n'
answers 'a new date is nothing new' 0,0.8807970779778823
cp colour.pa live.pa
ask '0\n'
refused 'one with other columns to write' 'more than two classes' 0,0.8807970779778823
cp new.pa live.pa
ask '0\n'
answers 'back again' 0,0.8807970779778823
mkfifo rows
pa-train -q -l y -M live.pa <rows &
writer=$!
exec 8>rows
printf 'x,y\n' >&8
tries=0
until [ "$(find . -name '.pa-*.tmp' | wc -l)" -ge 1 ] || [ "$tries" -ge 200 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
kill -9 "$writer"
wait "$writer" 2>/dev/null
exec 8>&-
rm -f .pa-*.tmp
ask '0\n'
answers 'a writer that is killed leaves the old model' 0,0.8807970779778823
hang_up 'and all that with exit 0'

with 0 >live.pa
serve -m live.pa -j 3
ask 'x,y,c\n0,1,\n' 2
answers 'a model of one column' 0,1,,0.5
sed 's/x/y/g;/^#end/d' live.pa >new.pa
sign new.pa
mv new.pa live.pa
ask '0,1,\n'
answers 'then one of another' 0,1,,0.7310585786300049
sed '/price/d;/^#end/d;s/segment/c/g;s/brand/x/g;s/age/y/g' click.pa >new.pa
sign new.pa
mv new.pa live.pa
ask 'y,1,b\n'
answers 'then one of more of them' y,1,b,0.9399133498259924
hang_up 'models of other columns'

serve -m colour.pa --all-classes
ask 'x\n0\n' 2
answers 'a softmax model' 0,green,0.5761168847658291,0.21194155761708547,0.5761168847658291,0.21194155761708547
cp colour.pa kept.pa
sed 's/green/grey/;/^#end/d' kept.pa >new.pa
sign new.pa
mv new.pa colour.pa
ask '0\n'
refused 'one of other classes' 'its classes are not those' \
    0,green,0.5761168847658291,0.21194155761708547,0.5761168847658291,0.21194155761708547
sed 's/^intercept\tred\t0/intercept\tred\t9/;/^#end/d' kept.pa >new.pa
sign new.pa
mv new.pa colour.pa
ask '0\n'
answers 'one of the same classes' 0,red,0.9995413380353421,0.0001233532007034791,0.0003353087639545288,0.9995413380353421
hang_up 'the softmax server ends well'
mv kept.pa colour.pa

# The catalogue, the model, and both at once.
cp click.pa live.pa
cp ads.csv live.csv
serve -m live.pa --items live.csv
ask 'request,segment,age\nr1,b,0\n' 2
answers 'the catalogue that was there' r1,b,0,c,1,0.9859363729567544,1,top
printf 'ad,brand,price\nother,x,10\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
answers 'a catalogue of other ads' r1,b,0,other,1,0.5621765008857981,1,top
printf 'ad,brand,price\nother,x,cheap\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
refused 'a catalogue with text in a number' 'live.csv:2: price: "cheap"' r1,b,0,other,1,0.5621765008857981,1,top
printf 'ad,brand,price\na,x,1\na,x,2\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
refused 'an ad that stands twice' 'live.csv:3: ad: the ad "a" stands here twice' \
    r1,b,0,other,1,0.5621765008857981,1,top
printf 'ad,brand,price\na,x\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
refused 'a broken row' 'live.csv:2: 2 fields, but the header has 3' r1,b,0,other,1,0.5621765008857981,1,top
printf 'item,brand,price\na,x,1\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
refused 'ads under another name' 'names its ads in the column "item"' r1,b,0,other,1,0.5621765008857981,1,top
sed 's/^intercept\t1\t-1/intercept\t1\t0/;/^#end/d' click.pa >new.pa
sign new.pa
mv new.pa live.pa
ask 'r1,b,0\n'
near 'a new model beside a catalogue that is refused' "$(echo "$answer" | cut -d, -f6)" 0.77729986117469 1e-14
: >messages
sed 's/price/cost/;/^#end/d' click.pa >new.pa
sign new.pa
mv new.pa live.pa
ask 'r1,b,0\n'
[ "$(wc -l <messages)" -eq 1 ] && grep -q 'live.pa needs are not there: cost' messages
report 'a model ahead of its catalogue waits' "$?"
: >messages
printf 'ad,brand,cost\nnew,x,10\n' >new.csv
mv new.csv live.csv
ask 'r1,b,0\n'
answers 'until that comes, too' r1,b,0,new,1,0.5621765008857981,1,top
ask 'r1,b,zero\n' 0
exec 9>&-
wait "$server"
[ "$?" -eq 1 ] && grep -q 'age: "zero" is not a number' messages
report 'a bad request ends the server, without --on-error' "$?"

printf 'ad,popular\na,1\nb,2\n' >live.csv
serve -p popular --items live.csv -k 3 --on-error keep
ask 'user\nu1\n' 4
printf 'ad,popular\nc,1\nd,2\ne,3\nf,4\n' >new.csv
mv new.csv live.csv
ask 'u2\n' 3
tail -n 3 answers | cut -d, -f1-4 >got
printf 'u2,f,1,4\nu2,e,2,3\nu2,d,3,2\n' >wanted
same 'scores of a new catalogue; a request is answered from one of the two' got wanted
ask 'u3,x\n' 3
tail -n 3 answers | cut -d, -f2-6 >got
printf ',1,,,bad-request\n,2,,,bad-request\n,3,,,bad-request\n' >wanted
same 'a bad request has its lines while the server goes on' got wanted
ask 'u4\n' 3
tail -n 3 answers | cut -d, -f1-2 | tr '\n' ' ' >got
printf 'u4,f u4,e u4,d ' >wanted
same 'and so has the next' got wanted
hang_up 'the server without a model ends well'

with 0 >live.pa
awk 'BEGIN { print "x,note"; for (i = 0; i < 3000; i++) print i % 7 - 3 ",n" i }' >many.csv
pa-rank -m live.pa many.csv >without
pa-rank -m live.pa --watch many.csv >watched
same 'the same scores of files that stay' watched without
refuses 'a model from a pipe cannot be watched' 1 'no regular file' sh -c 'cat live.pa | pa-rank --watch -m /dev/stdin many.csv'
refuses 'a model that is not there' 1 'nowhere.pa: No such file' pa-rank --watch -m nowhere.pa many.csv
refuses 'groups of one model each' 2 '--watch' pa-rank --watch -m live.pa -g x many.csv

# ---- wrong calls and bad input

printf 'pricee,brand\n1,x\n' >few.csv
refuses 'all missing columns in one message' 1 \
    'needs are not there: age, segment, price (is "pricee" meant?)' pa-rank -m click.pa few.csv
refuses 'a model and a column' 2 '--model and --score' pa-rank -m click.pa -p score rows.csv
refuses 'logged without a catalogue' 2 '--items' pa-rank -m click.pa --logged ad rows.csv
refuses 'reasons without a model' 2 '--explain' pa-rank --explain 2 scored.csv
refuses 'draws without times need a seed' 2 '--seed' \
    pa-rank -p popular --items popular.csv --policy softmax requests.csv
printf 'x\n1\n' >x.csv
refuses 'a softmax model does not rank ads' 1 'more than two classes' \
    pa-rank -m colour.pa -g x x.csv
printf 'ad,popular\na,1\na,2\n' >twice.csv
refuses 'an ad that stands twice' 1 'twice.csv:3: ad: the ad "a" stands here twice' \
    pa-rank -p popular --items twice.csv requests.csv
printf 'ad,popular\n' >none.csv
refuses 'a catalogue without ads' 1 'none.csv: there are no ads' \
    pa-rank -p popular --items none.csv requests.csv
printf 'ad,brand,price\na,x,cheap\n' >text.csv
refuses 'text in a number of the catalogue' 1 'text.csv:2: price: "cheap"' \
    pa-rank -m click.pa --items text.csv requests.csv
refuses 'a column that exists' 2 '--replace' pa-rank -m click.pa --items ads.csv log.csv
refuses 'text in the column of the score' 1 'scored.csv:2: ad: "a" is not a number' \
    pa-rank -p ad scored.csv
pa-rank -m click.pa --items ads.csv -k 1 requests.csv 2>err >out
[ ! -s err ]
report 'no warning where requests and ads meet in a term' $?
sed '/b\*brand/d;/age\*price/d;/#end/d' click.pa >plain.pa
sign plain.pa
pa-rank -m plain.pa --items ads.csv requests.csv 2>err >out
grep -q 'every request gets the same order' err
report 'a warning where they do not' $?

# ---- what a model has not met, and calibrated models ----

awk 'BEGIN { srand(2); print "click,a,b,c"
    for (i = 0; i < 60; i++)
        print int(rand() * 2) "," (rand() < .2 ? "" : int(rand() * 50) / 10) "," substr("xyz", 1 + int(rand() * 3), 1) "," int(rand() * 4)
}' >met.csv
printf 'c,b,a,extra\n1,x,2,e\n,new,,e\n2,,3,q\n1,y,,\n,,4,\n' >unmet.csv
pa-train -q -M met.model met.csv
for j in 1 3; do
    pa-rank -v -j $j -m met.model unmet.csv 2>&1 >/dev/null | grep values >counts
    check "missing values are counted apart from unseen ones, -j $j" cat counts 3<<'OUT'
pa-rank: a: 2 values are missing
pa-rank: b: 1 values are none of the model's levels and count as nothing
pa-rank: b: 2 values are missing, which the model does not know, and count as nothing
pa-rank: c: 2 values are missing, which the model does not know, and count as its mean
OUT
done
pa-train -q -x b -M numbers.model met.csv
pa-rank -v -m numbers.model unmet.csv 2>&1 >/dev/null | grep values >counts
check 'of numbers alone, too' cat counts 3<<'OUT'
pa-rank: a: 2 values are missing
pa-rank: c: 2 values are missing, which the model does not know, and count as its mean
OUT
pa-train -q --cv 3 --calibrate platt -M platt.model met.csv
pa-rank -q -m platt.model --explain 9 met.csv >why.csv
# shellcheck disable=SC2016 # awk's variables
ok 'contributions sum to eta, which the calibration then takes' awk '
    $1 == "calibration" { a = $3; b = $4; FS = ","; next }
    FILENAME == "why.csv" && FNR > 1 { eta = 0; for (i = 7; i <= NF; i += 2) eta += $i
        d = $5 - 1 / (1 + exp(-a * eta - b)); if (d > 1e-12 || d < -1e-12) exit 1; n++ }
    END { exit n != 60 }' platt.model why.csv

# reseal: give a model that was edited its last line again
reseal()
{
    sed '/^#end/d' >body
    crc=$(gzip -c body | tail -c 8 | head -c 4 | od -A n -t x4 | tr -d ' ')
    printf '#end\t%s\t%s\n' "$(wc -l <body)" "$crc" | cat body -
}
reseal <met.model >again.model
same 'the last line of a model' met.model again.model
sed 's/^calibration.*/&\n&/' platt.model | reseal >twice.model
refuses 'two calibrations' 1 'calibration: a second calibration' pa-rank -m twice.model met.csv
sed 's/^calibration.*/calibration\tisotonic\nknot\t1\t2/' platt.model | reseal >knots.model
refuses 'a knot beyond 1' 1 'knot: a knot that is no probability' pa-rank -m knots.model met.csv
sed 's/^class\t0/class\t1/' met.model | reseal >same.model
refuses 'one class twice' 1 'class: the classes are not in byte order, each once' pa-rank -m same.model met.csv
finish
