# SPDX-License-Identifier: MIT
# Online learning against its formulas, its models against pa-rank, and runs that are cut.
. "${0%/*}/lib.sh"

fact()
{
    awk -F '\t' -v key="$2" '$1 == key { print $2 }' "$1"
}

# Columns c and d are categories, x is a number, e is empty; y has classes, of which class5 comes
# late, and click two; w weighs, some rows at 0, and o is an offset.
awk 'BEGIN { srand(11); print "c,d,x,e,w,o,y,click"
    split("red green blue cyan other", name, " ")
    for (i = 0; i < 400; i++) {
        x = rand() * 2 - 1; c = int(exp(rand() * 3.5)); d = 1 + int(rand() * 5)
        k = x + rand() > .8 ? (rand() < .7 ? 1 : 2) : rand() < .5 ? 3 : c % 3 == 0 ? 4 : 1
        if (i > 150 && rand() < .05)
            k = 5
        printf "k%d,%s,%s,,%.3f,%.3f,%s,%s\n", c, rand() < .1 ? "" : name[d],
            rand() < .1 ? "" : sprintf("%.4f", x), rand() < .05 ? 0 : 3 * rand(), rand() - .5,
            rand() < .02 ? "" : "class" k, rand() < .02 ? "" : (rand() < .3 + .3 * x + .1 * (d == 2)) + 0
    } }' >all.csv
cut -d, -f1-4,8 all.csv >two.csv
cut -d, -f1-4,7 all.csv >many.csv
cut -d, -f1-5,8 all.csv >two_w.csv
cut -d, -f1-5,7 all.csv >many_w.csv
cut -d, -f1-6,8 all.csv >two_wo.csv

# ---- by the formulas ----

# formulas TABLE OPTIONS: every number of the model is that of tests/ref/ftrl.py; its options are
# the same but for --algo
formulas()
{
    table=$1
    shift
    pa-train -q "$@" -M m "$table"
    softmax=
    [ "$2" = online ] || softmax=--softmax
    name="by the formulas: $table $*"
    shift 2
    near "$name" "$(python3 "$top/tests/ref/ftrl.py" $softmax "$@" "$table" m)" 0 1e-10
}

if command -v python3 >/dev/null 2>&1; then
    for more in '' '--l1 .5' '--l2 0 --rate .3' '--no-intercept' '--rare 5' '--rare 3 --l1 .2' '--hash-bits 4' \
        '--class-weight 1=3,0=.5' '--neg-rate .5 --seed 7' '--neg-rate .3 --class-weight 1=2 --hash-bits 3'; do
        # shellcheck disable=SC2086
        formulas two.csv --algo online $more
    done
    for more in '-w w' '-w w --rare 4' '-w w --class-weight 1=3 --neg-rate .4'; do
        # shellcheck disable=SC2086
        formulas two_w.csv --algo online $more
    done
    for more in '' '--hash-bits 3 --neg-rate .4' '--hash-bits 6 --categorical c,d,e,x' \
        '--hash-bits 6 --categorical c,d,e,x --no-intercept' '--hash-bits 6 --categorical c,d,e,x --l1 .2'; do
        # shellcheck disable=SC2086
        formulas two_wo.csv --algo online -w w --offset o $more
    done
    for more in '' '--l1 .4 --l2 .3 --rate .2' '--no-intercept' '--hash-bits 4' '--hash-bits 4 --l1 .3' '--rare 4' \
        '--class-weight class1=2,class4=.5,class5=3' '--class-weight class2=2 --rare 3 --l1 .1'; do
        # shellcheck disable=SC2086
        formulas many.csv --algo online,softmax -l y $more
    done
    formulas many_w.csv --algo softmax,online -l y -w w --rare 3
    formulas many_w.csv --algo online,softmax -l y -w w --class-weight class3=.2
    formulas two.csv --algo online,softmax
    for more in '' '--rare 3 --l1 .1' '--hash-bits 4' '--hash-bits 7 --categorical c,d,e,x' '--neg-rate .5 --hash-bits 5'; do
        # shellcheck disable=SC2086
        formulas two.csv --algo online --interactions 'c*d,x*c,c*e' $more
    done
    formulas two_wo.csv --algo online --interactions 'x*x,d*x' -w w --offset o
    formulas two_wo.csv --algo online --interactions 'x*x,d*x' -w w --offset o --hash-bits 5
    formulas many_w.csv --algo online,softmax --interactions 'd*c,x*d' -l y -w w --rare 3
    formulas many.csv --algo online,softmax --interactions 'd*c,x*d' -l y --hash-bits 4
else
    skip 'by the formulas' 'python3 is not installed'
fi

# ---- what a model says of the next row is what it was taken for ----

# served NAME LABEL COLUMN TABLE OPTIONS: losses of rows by the models before them, COLUMN being
# that of the score, or score= with the class behind it
served()
{
    name=$1 label=$2 column=$3 table=$4
    shift 4
    for n in 20 57 160 161 222 399; do
        { head -n $((n + 1)) "$table"; sed -n "$((n + 2))p" "$table" | sed 's/^k[0-9]*/k1/'; } >next.csv
        head -n $((n + 1)) next.csv | pa-train -q "$@" -M before
        pa-train -q "$@" -M after next.csv
        { head -n 1 next.csv; tail -n 1 next.csv; } >row.csv
        all=
        [ "$column" = score ] || all=--all-classes
        # shellcheck disable=SC2086
        pa-rank -q $all -m before row.csv | awk -F, -v label="$label" -v column="$column" \
            -v grown="$(awk -v a="$(fact after loss)" -v b="$(fact before loss)" 'BEGIN { printf "%.15g", a - b }')" '
            NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
            { y = $at[label]; w = "w" in at ? $at["w"] : 1
                p = column == "score" ? (y == 1 ? $at["score"] : 1 - $at["score"]) : $at["score=" y]
                d = y == "" ? 0 : grown + w * log(p); print d < 0 ? -d : d }'
    done | sort -g | tail -n 1 >most
    near "served: $name" "$(cat most)" 0 1e-9
}
served 'two classes' click score two.csv --algo online
served 'rare levels' click score two.csv --algo online --rare 5
served 'classes that weigh' click score two.csv --algo online --class-weight 1=5
served 'weights and an offset' click score two_wo.csv --algo online -w w --offset o --no-intercept
served 'products' click score two.csv --algo online --interactions 'c*d,x*x,d*x,e*c'
served 'products of rare levels' click score two.csv --algo online --interactions 'c*d,c*x' --rare 5
served 'products, hashed' click score two.csv --algo online --interactions 'c*d,x*x,d*x' --hash-bits 5
served 'products of many classes' y score= many.csv --algo online,softmax -l y --interactions 'c*d,x*c' --hash-bits 5
served 'many classes' y score= many.csv --algo online,softmax -l y
served 'many classes, hashed' y score= many.csv --algo online,softmax -l y --hash-bits 5
served 'many classes that weigh' y score= many_w.csv --algo online,softmax -l y -w w --class-weight class2=4

# Ads of a request have the scores of rows that are joined before.
awk 'BEGIN { srand(4); print "c,x,d,z,click"; for (i = 0; i < 600; i++)
    print "k" int(rand() * 6) "," (rand() < .1 ? "" : sprintf("%.3f", rand() - .5)) "," (rand() < .1 ? "" : "d" int(rand() * 5)) \
        "," (rand() < .1 ? "" : sprintf("%.3f", rand())) "," (rand() < .4) + 0 }' >joined.csv
awk 'BEGIN { print "ad,d,z"; for (i = 0; i < 7; i++) print "a" i "," (i == 3 ? "" : "d" i) "," (i == 4 ? "" : i / 7) }' >ads.csv
awk 'BEGIN { print "user,c,x"; for (i = 0; i < 9; i++) print "u" i ",k" i "," (i == 5 ? "" : i / 9 - .5) }' >requests.csv
pa-join -q --cross ads.csv requests.csv >rows.csv
for more in '' '--hash-bits 6' '--hash-bits 3'; do
    # shellcheck disable=SC2086
    pa-train -q --algo online $more --interactions 'c*d,x*d,c*z,d*z,c*x,z*x' -M m joined.csv
    pa-rank -q -m m rows.csv | cut -d, -f1,4,7 >wanted
    pa-rank -q -m m --items ads.csv -k 7 requests.csv | cut -d, -f1,4,6 >got
    near "served: products of requests and ads: $more" "$(awk -F, 'FNR == 1 { next } NR == FNR { p[$1, $2] = $3; next }
        { n++; d = p[$1, $2] - $3; d = d < 0 ? -d : d; most = d > most ? d : most } END { print n == 63 ? most + 0 : "too few" }' wanted got)" 0 1e-12
done

# ---- a label alone ----

# At a rate of 1, steps of an intercept alone come near the share of ones.
awk 'BEGIN { print "click"; for (i = 0; i < 4000; i++) print (i % 5 < 2) + 0 }' >alone.csv
for more in '' '--hash-bits 4'; do
    # shellcheck disable=SC2086
    pa-train --algo online $more --rate 1 -M m alone.csv 2>err
    ok "a label alone: it is said: $more" grep -q 'no column to learn from but click: the model is its base rate alone' err
    near "a label alone: the base rate: $more" "$(pa-rank -q -m m alone.csv | awk -F, 'NR == 2 { print $2 }')" .4 .02
done
awk -F, 'NR == 1 { print "y,w" } NR > 1 && $7 != "" { print $7 "," $5 }' all.csv >alone_w.csv
if command -v python3 >/dev/null 2>&1; then
    formulas alone.csv --algo online
    formulas alone_w.csv --algo online,softmax -l y -w w
fi
refuses 'a label alone, and no intercept' 2 'leaves nothing to fit' pa-train --algo online --no-intercept -M never alone.csv
refuses 'nothing to learn from' 2 'no column to learn from (-f names some)' pa-train --algo online -x c,d,x,e -M never two.csv

# ---- cut anywhere, and gone on ----

# cuts FIRST TABLE OPTIONS: rows before and after each cut, from FIRST on, leave the bytes of all
cuts()
{
    first=$1 table=$2
    shift 2
    pa-train -q "$@" -M whole "$table"
    broken=0 cut=$first
    while [ "$cut" -lt 400 ]; do
        head -n $((cut + 1)) "$table" | pa-train -q -j 1 "$@" -M before
        { head -n 1 "$table"; tail -n +$((cut + 2)) "$table"; } | PA_ISA=portable pa-train -q -j 5 "$@" --warm-start before -M after
        cmp -s whole after || broken=1
        cut=$((cut + step))
    done
    report "cut anywhere: $table $*" $broken
}
step=1
cuts 3 many.csv --algo online,softmax -l y
step=7
cuts 1 two.csv --algo online --rare 5
cuts 3 many.csv --algo online,softmax -l y --rare 4 --l1 .2
cuts 3 many.csv --algo online,softmax -l y --hash-bits 4 --l1 .1
cuts 1 two_wo.csv --algo online -w w --offset o --hash-bits 6 --categorical c,d,e,x --no-intercept
cuts 1 two_wo.csv --algo online -w w --offset o --class-weight 1=2 --neg-rate .5 --seed 3
cuts 1 two.csv --algo online --interactions 'd*c,x*x,c*x,e*d' --rare 4
cuts 1 two.csv --algo online --interactions 'd*c,x*x,c*x,e*d' --hash-bits 5
cuts 3 many.csv --algo online,softmax -l y --interactions 'd*c,x*d' --l1 .1
cuts 3 many.csv --algo online,softmax -l y --interactions 'd*c,x*e' --hash-bits 6 --categorical c,d,x
cuts 3 alone_w.csv --algo online,softmax -l y -w w
cuts 1 many_w.csv --algo online,softmax -l y -w w --class-weight class1=2,class4=.5,class5=3,class2=1

# A run that is ended from outside goes on behind the rows that its last checkpoint counts, unusable ones too.
position()
{
    awk -F '\t' '$1 == "rows" || $1 == "unlabelled" || $1 == "rejected" { n += $2 } $1 == "source" { exit } END { print n + 0 }' "$1"
}
awk -F, 'NR % 50 == 3 { print "k1,red"; next } NR % 40 == 5 { print $1 "," $2 "," $3 "," $4 ",perhaps"; next } { print }' two.csv >worn.csv
ended()
{
    pa-train -q --algo online --on-error skip "$@" -M whole worn.csv
    head -n 20 worn.csv | pa-train -q --algo online --on-error skip "$@" -M live
    mkfifo feed
    second=TERM
    catches_signals || second=KILL
    for signal in KILL $second KILL $second; do
        at=$(position live)
        pa-train -q --algo online --on-error skip --checkpoint 7 "$@" --warm-start live -M live feed 2>err &
        exec 9>feed
        { head -n 1 worn.csv; tail -n +$((at + 2)) worn.csv | head -n 60; } >&9
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            [ "$(position live)" -gt $((at + 40)) ] && break
            sleep .1
        done
        kill -"$signal" $!
        wait $! 2>err
        exec 9>&-
    done
    rm feed
    at=$(position live)
    { head -n 1 worn.csv; tail -n +$((at + 2)) worn.csv; } | pa-train -q --algo online --on-error skip --warm-start live -M live
    [ "$at" -gt 180 ] || rm live
    same "ended from outside, and gone on: $*" whole live
}
ended --rare 3 --interactions 'c*d'
ended --hash-bits 6 --class-weight 1=2

# What the model says need not be said again.
pa-train -q --algo online -w w --offset o --neg-rate .5 --class-weight 1=3 --rare 3 -M whole two_wo.csv
head -n 200 two_wo.csv | pa-train -q --algo online -w w --offset o --neg-rate .5 --class-weight 1=3 --rare 3 -M before
{ head -n 1 two_wo.csv; tail -n +201 two_wo.csv; } >rest.csv
pa-train -q --algo online --warm-start before -M after rest.csv
same 'gone on: weight, offset, rates and weights of classes are the model'"'"'s' whole after
head -n 200 many_w.csv | pa-train -q --algo online,softmax -l y -w w -M before
{ head -n 1 many_w.csv; tail -n +201 many_w.csv; } | pa-train -q --algo online -l y --warm-start before -M after
pa-train -q --algo online,softmax -l y -w w -M whole many_w.csv
same 'gone on: and its classes' whole after
pa-train -q --algo online -M before two_w.csv

# What is said otherwise is named, with what the model has.
while IFS=: read -r option text; do
    # shellcheck disable=SC2086
    refuses "gone on: not with another $option" 2 "--${option%% *}: before was learnt otherwise ($text)" \
        pa-train -q --algo online --$option --warm-start before -M never two_wo.csv
done <<'E2'
weight w:none
offset o:none
no-intercept:with an intercept
class-weight 1=2:classes weigh alike
neg-rate .5:1
rare 2:1
hash-bits 5:0
interactions c*d:none
algo online,softmax:two classes
positive 0:1
features c,x:from d, from e, from w
features c,d,x,e,w,o:not from o
exclude x:from x, not from o
E2
pa-train -q --algo online --rare 3 --neg-rate .5 --seed 9 --class-weight 1=3 -f c,d,x -M before two_w.csv
while IFS=: read -r option text; do
    # shellcheck disable=SC2086
    refuses "gone on: nor with $option" 2 "--${option%% *}: before was learnt otherwise ($text)" \
        pa-train -q --algo online --$option --warm-start before -M never two_wo.csv
done <<'E2'
rare 1:3
neg-rate 1:0.5
seed 8:9
class-weight 1=2:"1" weighs 3
class-weight 0=2,1=3:"0" weighs 1
exclude c:from c, not from e, not from o, not from w
E2
ok 'gone on: with the same' pa-train -q --algo online --rare 3 --neg-rate .5 --seed 9 --class-weight 1=3 -f x,c,d \
    --positive 1 --warm-start before -M after two_wo.csv
pa-train -q --algo online,softmax -l y --class-weight class1=2 -M before many_w.csv
refuses 'gone on: of many classes, not of two' 2 '--algo: before was learnt otherwise (many classes)' \
    pa-train -q --algo online,logistic -l y --warm-start before -M never many_w.csv
refuses 'gone on: nor with a class that was not named' 2 'learnt otherwise (without a class "class9")' \
    pa-train -q --algo online,softmax -l y --class-weight class1=2,class9=3 --warm-start before -M never many_w.csv

pa-train -q --algo online --interactions 'c*d,d*x' -M before two.csv
refuses 'gone on: nor with other products' 2 '--interactions: before was learnt otherwise (c*d,d*x)' \
    pa-train -q --algo online --interactions 'c*d' --warm-start before -M never two.csv
ok 'gone on: with the same products' pa-train -q --algo online --interactions 'c*d,d*x' --warm-start before -M after two.csv

# Labels that do not tell by themselves, one of them after the cut.
printf 'x,click\n1,a=b\n2,a=b\n3,a=b\n2,z\n5,a=b\n1,z\n' >word.csv
head -n 3 word.csv >first.csv
{ head -n 1 word.csv; tail -n +4 word.csv; } >rest.csv
pa-train -q --algo online --positive z --class-weight 'a=b=3' -M whole word.csv
pa-train -q --algo online --positive z --class-weight 'a=b=3' -M before first.csv
pa-train -q --algo online --warm-start before -M after rest.csv
same 'gone on: the positive label is that of the model' whole after
pa-train -q --algo online --positive z --class-weight 'a=b=3' --warm-start before -M after rest.csv
same 'gone on: and may be given again' whole after
refuses 'gone on: but not another' 2 '--positive: before was learnt otherwise (z)' \
    pa-train -q --algo online --positive a=b --warm-start before -M never rest.csv
near 'the weight of a class with = in its name' "$(awk -F '\t' '$1 == "class_weight" && $2 == "a=b" { print $3 }' whole)" 3 0
ok 'in a fit to all rows, too' pa-train -q --positive z --class-weight 'a=b=3' -M m word.csv

# ---- same bytes ----

for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    tail -n +2 many_w.csv
done >body.csv
{ head -n 1 many_w.csv; cat body.csv body.csv body.csv body.csv; } >long.csv
many()
{
    pa-train -q --algo online,softmax -l y -w w "$@"
}
for how in '--rare 4' '--hash-bits 6 --categorical c,d,e,x' '--class-weight class2=3' \
    '--interactions c*d,x*d --rare 4' '--interactions c*d,x*d --hash-bits 6 --categorical c,d,e,x'; do
    # shellcheck disable=SC2086
    many $how -j 1 -M one long.csv
    for j in 2 5; do
        for isa in portable avx2 avx512; do
            # shellcheck disable=SC2086
            PA_ISA=$isa many $how -j $j -M other long.csv
            cmp -s one other || echo differs
        done
    done >differs
    # shellcheck disable=SC2086
    { head -n 100 long.csv; sleep .2; tail -n +101 long.csv; } | many $how --checkpoint 7777 -M other
    cmp -s one other || echo differs >>differs
    # shellcheck disable=SC2086
    many $how --on-error skip -M other long.csv
    cmp -s one other || echo differs >>differs
    report "same bytes: threads, instruction sets, pipe, checkpoints, row by row: $how" "$(wc -l <differs)"
done
# Columns that nothing tells of for long, and then few values.
awk 'BEGIN { srand(5); print "a,b,c,d,e,f,click"
    for (i = 0; i < 180000; i++) {
        row = "k" int(rand() * 20)
        for (k = 1; k < 6; k++)
            row = row "," (i < k * 20000 || i % (20000 - 1000 * k) ? "" : k == 3 ? i : "v" i)
        print row "," (rand() < .3) + 0
    } }' >late.csv
for how in '' '--hash-bits 6' '--interactions b*f,a*d,e*d' '--hash-bits 6 --interactions b*f,a*d,e*d'; do
    rm -f one other
    # shellcheck disable=SC2086
    pa-train -q --algo online $how --on-error skip -M one late.csv
    for j in 1 2 4 4; do
        # shellcheck disable=SC2086
        pa-train -q --algo online $how -j $j -M other late.csv
        cmp -s one other || echo differs
        # shellcheck disable=SC2002,SC2086
        cat late.csv | pa-train -q --algo online $how -j $j -M other
        cmp -s one other || echo differs
    done >differs
    report "same bytes: a column whose first value is late: $how" "$(wc -l <differs)"
done
awk -F, -v OFS=, 'NR > 1 { $5 = 1 } { print }' many_w.csv >ones.csv
pa-train -q --algo online,softmax -l y -w w -M m ones.csv
pa-train -q --algo online,softmax -l y -M n many.csv
near 'weights of 1 change nothing' "$(fact m loss)" "$(fact n loss)" 0
awk 'NR == 1 { print "k,y" } { if (NR > 1) print "k" (NR % 3) ",n" (NR % 90) }' body.csv >classes.csv
pa-train -q --algo online,softmax -l y -M one -j 1 classes.csv
PA_ISA=portable pa-train -q --algo online,softmax -l y -M two -j 3 classes.csv
same 'many classes, each where it first comes' one two
near 'and all are there' "$(grep -c '^class' one)" 90 0

# ---- probabilities ----

# Over a long stream the intercept of the rows as they are makes up for classes that weigh.
awk 'BEGIN { srand(3); print "x,click"; for (i = 0; i < 60000; i++) { x = rand(); print x "," (rand() < .02 + .1 * x) + 0 } }' >skew.csv
for more in '--class-weight 1=8' '--neg-rate .2'; do
    # shellcheck disable=SC2086
    pa-train -q --algo online --l2 0 $more -M m skew.csv
    near "sum of predictions over that of the outcomes: $more" \
        "$(pa-rank -q -m m skew.csv | awk -F, 'NR > 1 { p += $3; y += $2 } END { print p / y }')" 1 .05
done

# ---- what is told, and what is refused ----

pa-train -v --algo online,softmax -l y -M m long.csv 2>err
ok 'progressive validation tells of the classes, too' grep -q '2048 rows: taken for another class' err
near 'and the model counts them' "$(fact m wrong | awk '{ print ($1 > 0 && $1 < 48000) }')" 1 0
pa-train --algo online --class-weight 1=2,2=3 -M m two.csv 2>err
ok 'a class that no row has is told' grep -q 'no row has the class "2"' err
refuses 'balanced needs all rows' 2 'does not know the shares of the classes' pa-train --algo online --class-weight balanced two.csv
refuses 'rare levels have names' 2 'levels that are hashed have no names' pa-train --algo online --rare 2 --hash-bits 4 two.csv
refuses 'a product is of columns that are used' 2 'not A*B of two columns that are used' pa-train --algo online --interactions 'c*click' two.csv
refuses 'a product is named once' 2 'given twice' pa-train --algo online --interactions 'c*d,d*c' two.csv
refuses 'a category has no square' 2 'the square of a category is itself' pa-train --algo online --categorical c --interactions 'c*c' two.csv
pa-train -q --algo online --interactions 'c*c' -M m two.csv
pa-train -q --algo online -M n two.csv
same 'nor has one that turns out to be one' n m.plain "$(grep -v '^product\|^#end' m >m.plain; sed -i '$d' n)"
printf 'x,z,click\n1,2,0\n1e100,1e100,1\n2,3,1\n1,4,0\n' >one.csv
refuses 'a product too large to be squared' 1 'one.csv:3: x*z: the product is too large to be squared' pa-train -q --algo online --interactions 'x*z' -M never one.csv
pa-train -q --algo online --interactions 'x*z' --on-error skip -M m one.csv
near 'or the row is left out' "$(fact m rows)" 3 0
pa-train -q --algo online --interactions 'x*z' --on-error keep -M m one.csv
near 'or kept without it' "$(fact m rows)" 4 0
refuses 'no other methods in one pass' 2 'this version has' pa-train --algo online,tree two.csv
refuses 'no offset for many' 2 'for two classes' pa-train --algo online,softmax --offset o two_wo.csv
refuses 'no shares of negatives of many' 2 'for two classes' pa-train --algo online,softmax --neg-rate .5 two.csv
printf 'x,w,click\n1,1,0\n2,,1\n' >bad.csv
refuses 'a weight that is missing' 1 'bad.csv:3: w: "" is not a number (--weight' pa-train -q --algo online -w w -M never bad.csv
{ cat two_w.csv; for _ in 1 2 3 4 5 6 7 8 9 10; do tail -n +2 two_w.csv; done; echo k1,red,1,,-1,1; } >bad.csv
refuses 'a weight below 0 far down' 1 'w: "-1" is below 0' pa-train -q --algo online -w w -M never bad.csv
{ cat skew.csv skew.csv skew.csv skew.csv | grep -v x; echo word,1; echo 1,2,3; } | { echo x,click; cat; } >bad.csv
for j in 1 3; do
    refuses "a word far down in a column of numbers, -j $j" 1 'bad.csv:240002: x: "word" is no number' \
        pa-train -q --algo online -j $j -M never bad.csv
done
printf 'x,o,click\n1,1,0\n2,a,1\n' >bad.csv
refuses 'an offset that is no number' 1 'bad.csv:3: o: "a" is not a number (--offset' pa-train -q --algo online --offset o -M never bad.csv

# What makes a row unusable, one a row from line 4 on.
cat >bad.csv <<'CSV'
x,z,w,o,click
1,a,1,0,1
2,b,1,0,0
3,a,a,0,1
4,a,-1,0,1
4,a,1e200,0,1
5,a,1,,0
5,a,1,1e200,0
6,a,1,0,maybe
zz,a,1,0,0
1e155,a,1,0,1
1e100,a,1e100,0,1
6,3,1,0,1
CSV
{ head -n 3 bad.csv; echo 7,b,2,0,1; echo 8,a,1,.5,0; } >good.csv
{ cat bad.csv; tail -n 2 good.csv; } >some.csv
pa-train -q --algo online -w w --offset o -M good good.csv
pa-train --algo online -w w --offset o --on-error skip --rejects rejects.csv -M m some.csv 2>err
ok 'unusable rows are counted' grep -q '10 of 14 rows unusable, left out' err
grep -v ^rejected m | sed '$d' >m.rest
sed '$d' good >good.rest
same 'and change nothing' good.rest m.rest
check 'and are told' cut -d, -f2,4 rejects.csv 3<<'OUT'
line,code
4,E_NUM
5,E_NUM
6,E_NUM
7,E_NUM
8,E_NUM
9,E_ENUM
10,E_NUM
11,E_RANGE
12,E_RANGE
13,E_NUM
OUT
near 'and the model has their number' "$(fact m rejected)" 10 0
pa-train -q --algo online -w w --offset o --on-error keep --rejects rejects.csv -M m some.csv
near 'kept, values are missing, and rows without label, weight or offset are left out' "$(fact m rejected)" 6 0
ok 'and the model can be used' pa-rank -q -m m some.csv --on-error keep
for line in 4 5 6 7 8 9 10 11 12 13; do
    { head -n 3 bad.csv; sed -n "${line}p" bad.csv; } >one.csv
    pa-train -q --algo online -w w --offset o -M never one.csv 2>err
    if [ $? -ne 1 ] || ! grep -q '^pa-train: one.csv:4: ' err || [ -e never ]; then echo "$line"; fi
done >wrong
same 'each ends the run where no such row is left out, and leaves no model' /dev/null wrong
refuses 'too large to be squared' 1 'one.csv:4: x: "1e155" is too large to be squared (scale the column)' \
    sh -c 'printf "x,click\n1,0\n2,1\n1e155,1\n" >one.csv; pa-train -q --algo online -M never one.csv'
refuses 'neither with its weight' 1 'one.csv:3: x: "1e100" is too large to be squared, times the weight' \
    sh -c 'printf "x,w,click\n1,1,0\n1e100,1e100,1\n" >one.csv; pa-train -q --algo online -w w -M never one.csv'
refuses 'nor with that of its class' 1 'one.csv:3: x: "1e100" is too large to be squared, times the weight' \
    sh -c 'printf "x,click\n1,0\n1e100,1\n" >one.csv; pa-train -q --algo online --class-weight 1=1e90 -M never one.csv'
refuses 'weights of classes have a limit' 2 'not a number above 0 (and up to 1e100)' pa-train --algo online --class-weight 1=1e200 two.csv
printf 'x,click\n1e139,0\n-1e139,1\n3,0\n1e139,1\n1e139,0\n' >one.csv
ok 'what is just below the limit can be read back' sh -c 'pa-train -q --algo online --rate 1e12 -M m one.csv && pa-train -q --algo online --warm-start m -M n one.csv'
# A value that cannot be used tells nothing of its column.
printf 'x,click\n1e999,1\n1e200,0\nred,1\nblue,0\n' >one.csv
pa-train -q --algo online --on-error keep -M m one.csv
near 'a value that cannot be used tells nothing of its column' "$(grep -c '^level' m)" 3 0
printf 'x,y\n1,a\n2,a\n' >bad.csv
refuses 'one class is none' 1 'all 2 rows are "a"' pa-train -q --algo online,softmax -l y --checkpoint 1 -M never bad.csv
ok 'and leaves no model' test ! -e never
pa-train -q --algo online,softmax -l y -M m many.csv
# damage: the model m, edited by the program of awk on standard input, with a right end line
damage()
{
    awk -F '\t' -v OFS='\t' "/^#end/ { exit } $(cat) { print }" m >damaged
    printf '#end\t%d\t%s\n' "$(wc -l <damaged)" "$(gzip -c damaged | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')" >>damaged
}
damage <<'AWK'
$1 == "state" && !n++ { NF -= 2 }
AWK
refuses 'a state for each class' 1 'not a state for each predictor' pa-train -q --algo online -l y --warm-start damaged -M never many.csv
refuses 'nor does pa-rank take it' 1 'not a state for each predictor' pa-rank -q -m damaged many.csv
pa-train -q --algo online --offset o --hash-bits 5 --categorical c,d --interactions 'c*d' -M m two_wo.csv
damage <<'AWK'
$1 == "source" && $2 == "x" { for (i = 0; i < 99; i++) print }
AWK
refuses 'a source comes once' 1 'the source x comes twice' pa-train -q --algo online --warm-start damaged -M never two_wo.csv
damage <<'AWK'
$1 == "source" && $2 == "c" { print $1, "o", "feature", "number", 0, 0, 1 }
AWK
refuses 'the offset comes last' 1 'the offset is not its last source' pa-train -q --algo online --warm-start damaged -M never two_wo.csv
damage <<'AWK'
$1 == "product" { $3 = "q" }
AWK
refuses 'a product is of its columns' 1 'a product of "q", which is no column of it' pa-train -q --algo online --warm-start damaged -M never two_wo.csv
damage <<'AWK'
$1 == "cross" { $3 = 99 }
AWK
refuses 'a cross is of its sources' 1 'damaged:' pa-rank -q -m damaged two_wo.csv
damage <<'AWK'
$1 == "cross" { $2 = $3 = 2 }
AWK
refuses 'one of them hashed' 1 'a cross has a source that is hashed' pa-rank -q -m damaged two_wo.csv
finish
