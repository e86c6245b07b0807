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
check 'or skipped' pa-rank -q -m click.pa --items ads.csv --on-error skip bad.csv 3<<'OUT'
request,segment,age,ad,rank,score,prob,reason
r2,a,4,b,1,0.7310585786300049,1,top
OUT

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

finish
