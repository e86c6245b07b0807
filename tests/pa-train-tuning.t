# SPDX-License-Identifier: MIT
# pa-train: penalties chosen by cross-validation, probabilities calibrated out of fold
. "${0%/*}/lib.sh"

awk 'BEGIN { srand(5); print "time,user,a,b,kind,s,click"
    for (i = 0; i < 400; i++) { a = rand(); b = rand(); k = int(4 * rand())
        print 1600000000 + 60 * int(i / 2) ",u" int(40 * rand()) "," a "," b ",k" k "," 1 + i % 2 "," \
            (rand() < 1 / (1 + exp(1 - 2 * a + b - k / 3)) ? 1 : 0) } }' >rows.csv

# losses MODEL LAMBDA: the losses of the folds
losses()
{
    awk -F'\t' -v l2="$2" '$1 == "fold_loss" && $2 == l2 { for (i = 3; i <= NF; i++) print $i }' "$1"
}

pa-train -q -f a,b,kind -w s --no-standardize --cv 3 --cv-by time --grid l2=0.5,5,50 --grid l2=500 -M m rows.csv
near 'all lambdas tried' "$(grep -c '^fold_loss' m)" 4 0
# 400 rows in four parts; each of the last three is told by those before it
for k in 1 2 3; do
    head -n $((1 + 100 * k)) rows.csv | pa-train -q -f a,b,kind -w s --no-standardize --l2 5 -M part
    { head -n 1 rows.csv; sed -n "$((2 + 100 * k)),$((101 + 100 * k))p" rows.csv; } | pa-rank -q -m part >scored.csv
    near "fold $k by time is what it should be" "$(losses m 5 | sed -n "${k}p")" "$(awk -F, 'NR > 1 {
        w += $6; l -= $6 * log($7 ? $8 : 1 - $8) } END { printf "%.15g", l / w }' scored.csv)" 1e-12
done
near 'the least mean is chosen' "$(awk -F'\t' '$1 == "l2" { print $2 }' m)" "$(awk -F'\t' '$1 == "fold_loss" {
    x = ($3 + $4 + $5) / 3; if (!n++ || x < least) { least = x; best = $2 } } END { print best }' m)" 0
pa-train -q -f a,b,kind -w s --no-standardize --cv 3 --cv-by time --cv-rule 1se --grid l2=0.5,5,50,500 -M n rows.csv
near 'or the greatest within a standard error' "$(awk -F'\t' '$1 == "l2" { print $2 }' n)" "$(awk -F'\t' '$1 == "fold_loss" {
    m = ($3 + $4 + $5) / 3; v = (($3 - m) ^ 2 + ($4 - m) ^ 2 + ($5 - m) ^ 2) / 6
    l2[++n] = $2; mean[n] = m; if (n == 1 || m < least) { least = m; e = sqrt(v) } }
    END { for (i = 1; mean[i] > least + e; i++); print l2[i] }' n)" 0
# a row of a fold so far away that its outcome has probability 0 in a double: its loss is the margin
awk 'BEGIN { srand(6); print "time,a,click"
    for (i = 0; i < 402; i++) { a = 2 * rand() - 1; print i "," (i < 401 ? a : 1000) "," (i < 401 && rand() < 1 / (1 + exp(-3 * a)) ? 1 : 0) } }' >far.csv
pa-train -q -f a --no-standardize --cv 2 --cv-by time --l2 .1 -M m far.csv
head -n 269 far.csv | pa-train -q -f a --no-standardize --l2 .1 -M part
near 'a loss beyond the least double' "$(awk -F'\t' '$1 == "fold_loss" { print $4 }' m)" "$(awk -F'[\t,]' '
    $1 == "intercept" { b = $NF } $1 == "weight" { w = $NF }
    FILENAME == "far.csv" && FNR > 269 { z = b + w * $2; z = $3 ? -z : z; l += z > 50 ? z : log(1 + exp(z)); n++ }
    END { printf "%.15g", l / n }' part far.csv)" 1e-9
pa-train -q -f a,b,kind --cv 5 -v -M m rows.csv 2>said
near 'a path of 50' "$(grep -c '^fold_loss' m)" 50 0
ok 'told by -v' grep 'log-loss out of fold .*(chosen)' said
chosen=$(awk -F'\t' '$1 == "l2" { print $2 }' m)
pa-train -q -f a,b,kind --l2 "$chosen" --coef c.csv -M n rows.csv
pa-train -q -f a,b,kind --cv 5 --coef d.csv -M n rows.csv
ok 'the model is that of the chosen lambda' cmp c.csv d.csv
pa-train -q -f a,b,kind --cv 5 -j 1 -M n rows.csv
ok 'same bytes on one thread' cmp m n
pa-train -q -f a,b,kind --cv 5 -s 2 -M n rows.csv
ok 'another seed, other folds' sh -c '! cmp -s m n'
pa-train -q -f a,b,kind --cv 5 --l2 3 -M m rows.csv
near 'a penalty that is given is only judged' "$(grep -c '^fold_loss	3	' m)" 1 0

# by user: a label that only the user tells is not learnt
awk -F, 'BEGIN { OFS = "," } NR == 1 { print "user", "who", "click"; next }
    { u = substr($2, 2); print $2, $2, (u * 7919) % 13 < 6 }' rows.csv >users.csv
pa-train -q -f who --cv 5 --grid l2=0.01 --cv-by row -M m users.csv
pa-train -q -f who --cv 5 --grid l2=0.01 --cv-by user -M n users.csv
ok 'rows of a user tell of one another' sh -c "awk '\$1 == \"fold_loss\" { exit !(\$3 < 0.1) }' m"
ok 'but not with --cv-by user' sh -c "awk '\$1 == \"fold_loss\" { exit !(\$3 + \$4 + \$5 > 3 * 0.6) }' n"

pa-train -q -l kind -f a,b,click --algo softmax --cv 3 --class-weight balanced --grid l2=1,10 -M m rows.csv
near 'softmax' "$(grep -c '^fold_loss' m)" 2 0
# grids of both penalties, and what each fold of a pair says by hand
pa-train -q -f a,b,kind -w s --no-standardize --tol 1e-10 --cv 3 --cv-by time --grid l1=0.5,4 --grid l2=10,0 -M m rows.csv
near 'all pairs, the greatest first' "$(awk -F'\t' '$1 == "fold_loss" { printf "%s %s ", $3, $2 }' m | sed 's/[^0-9]//g')" 410400510050 0
for k in 1 2 3; do
    head -n $((1 + 100 * k)) rows.csv | pa-train -q -f a,b,kind -w s --no-standardize --tol 1e-10 --l1 4 --l2 10 -M part
    { head -n 1 rows.csv; sed -n "$((2 + 100 * k)),$((101 + 100 * k))p" rows.csv; } | pa-rank -q -m part >scored.csv
    near "fold $k of a pair is what it should be" "$(awk -F'\t' -v k=$k '$1 == "fold_loss" && $2 == 10 && $3 == 4 { print $(3 + k) }' m)" "$(awk -F, 'NR > 1 {
        w += $6; l -= $6 * log($7 ? $8 : 1 - $8) } END { printf "%.15g", l / w }' scored.csv)" 1e-7
done
pa-train -q -f a,b,kind -w s --cv 3 --grid l1=0,0.5,4 -M m rows.csv
near 'a grid of l1 leaves l2 as it is' "$(awk -F'\t' '$1 == "fold_loss" && $2 == 1' m | wc -l)" 3 0
pa-train -q -f a,b,kind -w s --cv 3 --grid l1=0.5 --coef c.csv -M n rows.csv
pa-train -q -f a,b,kind -w s --l1 0.5 --coef d.csv -M n rows.csv
ok 'the model is that of the pair' cmp c.csv d.csv
refuses 'l1 given and chosen' 2 '--l1 and --grid' pa-train --cv 3 --grid l1=1 --l1 2 rows.csv
refuses 'no penalty on a path' 2 'without any penalty' pa-train -q --cv 3 --grid l1=1,0 --l2 0 -f a rows.csv
refuses 'a grid without --cv' 2 '--cv K' pa-train --grid l2=1 rows.csv
refuses 'a grid of nothing' 2 '"" is not a number of 0 or more' pa-train --cv 3 --grid l2= rows.csv
refuses 'a grid of something else' 2 'trees cannot be chosen' pa-train --cv 3 --grid trees=5 rows.csv
refuses 'a penalty given and chosen' 2 'given, or chosen' pa-train --cv 3 --grid l2=1 --l2 2 rows.csv
printf 'a,click\n1,0\n2,0\n3,1\n4,0\n5,0\n' >one.csv
refuses 'a fold without a class' 1 'have none of class "1"' pa-train -q --cv 2 --cv-by row --grid l2=1 -M none one.csv
refuses 'no column of users' 1 'no column "user"' pa-train -q --cv 2 --cv-by user -M none one.csv

# ---- calibration ----

# scores out of fold by hand: three time folds of models of the rows before
pa-train -q -f a,b,kind --no-standardize --l2 5 --cv 3 --cv-by time --calibrate platt -M m rows.csv
pa-train -q -f a,b,kind --no-standardize --l2 5 --cv 3 --cv-by time --calibrate isotonic -M n rows.csv
pa-train -q -f a,b,kind --no-standardize --l2 5 -M plain rows.csv
echo eta,click >oof.csv
for k in 1 2 3; do
    head -n $((1 + 100 * k)) rows.csv | pa-train -q -f a,b,kind --no-standardize --l2 5 -M part
    { head -n 1 rows.csv; sed -n "$((2 + 100 * k)),$((101 + 100 * k))p" rows.csv; } | pa-rank -q -m part |
        awk -F, 'NR > 1 { printf "%.17g,%s\n", log($8 / (1 - $8)), $7 }' >>oof.csv
done
pa-rank -q -m plain rows.csv | awk -F, 'NR > 1 { printf "%.17g\n", log($8 / (1 - $8)) }' >eta
pa-rank -q -m m rows.csv | awk -F, 'NR > 1 { print $8 }' >platt
pa-rank -q -m n rows.csv | awk -F, 'NR > 1 { print $8 }' >isotonic
# the gradient of Platt's likelihood at what the model says is 0
near 'Platt: at the optimum' "$(awk -F, -v a="$(awk -F'\t' '$1 == "calibration" { print $3 }' m)" -v b="$(awk -F'\t' '$1 == "calibration" { print $4 }' m)" '
    FNR == 1 { next } FNR == NR { n[$2]++; next }
    { p = 1 / (1 + exp(-a * $1 - b)); t = $2 ? (n[1] + 1) / (n[1] + 2) : 1 / (n[0] + 2); g += (p - t) * $1; h += p - t }
    END { print g * g + h * h }' oof.csv oof.csv)" 0 1e-13 # fits end at --tol
near 'Platt: pa-rank applies it' "$(paste -d, eta platt | awk -F, -v a="$(awk -F'\t' '$1 == "calibration" { print $3 }' m)" -v b="$(awk -F'\t' '$1 == "calibration" { print $4 }' m)" '
    { d = 1 / (1 + exp(-a * $1 - b)) - $2; s += d * d } END { print s }')" 0 1e-24
near 'isotonic: steps keep the sum of outcomes' "$(awk -F'\t' '$1 == "knot" { x[n] = $2; p[n++] = $3 } NR == FNR { next }
    FNR == 1 { split("", b); next }
    { split($0, f, ","); for (i = 0; i < n - 1 && x[i + 1] <= f[1] + 1e-12; i++); d += p[i] - f[2] } END { printf "%.12g", d }' n oof.csv)" 0 1e-9
ok 'isotonic: scores rise with the predictor' sh -c "paste -d, eta isotonic | sort -t, -g -k1 | awk -F, '\$2 < last { exit 1 } { last = \$2 }'"
pa-train -q -f a,b,kind --calibrate isotonic -j 1 -M m rows.csv
pa-train -q -f a,b,kind --calibrate isotonic -M n rows.csv
ok 'isotonic: same bytes on one thread' cmp m n
refuses 'softmax is not calibrated' 2 'for two classes' pa-train -l kind --algo softmax --calibrate platt rows.csv
printf 'ad,b\nx,0.1\ny,0.9\nz,0.5\n' >ads.csv
cut -d, -f1-3,5-6 rows.csv | pa-rank -q -m n -k 1 --items ads.csv >answers.csv
# shellcheck disable=SC2016 # the fields are for awk
ok 'a catalogue is calibrated, too' awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "score") c = i } $c != "score" && ($c < 0 || $c > 1) { exit 1 } END { exit NR < 2 }' answers.csv
finish
