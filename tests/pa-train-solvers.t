# SPDX-License-Identifier: MIT
# pa-train: every solver comes to the same optimum, which is that of other programs
. "${0%/*}/lib.sh"

# ---- a9a: scikit-learn (tests/ref/a9a.py), LIBLINEAR ----

objective()
{
    awk '$1 == "objective" { print $2 }' "$1"
}
# solved NAME OBJECTIVE OPTION...: to 1e-6 of the objective
solved()
{
    solved_name=$1 solved_wanted=$2
    shift 2
    pa-train -q --no-standardize --max-iter 1000 --tol 1e-4 "$@" a9a.csv >m
    near "$solved_name" "$(objective m)" "$solved_wanted" "$(awk -v f="$solved_wanted" 'BEGIN { print f * 1e-6 }')"
}
if [ "${PA_SANITIZED:-}" ]; then
    skip 'a9a: solvers agree' 'they run in the plain build'
elif needs 'a9a: solvers agree' libsvm/a9a; then
    awk 'BEGIN { printf "click"; for (j = 1; j <= 123; j++) printf ",x%d", j; print "" }
        { split("", v); for (i = 2; i <= NF; i++) { split($i, p, ":"); v[p[1]] = p[2] }
          printf "%d", ($1 > 0); for (j = 1; j <= 123; j++) printf ",%d", v[j]; print "" }' "$data/libsvm/a9a" >a9a.csv
    for solver in newton lbfgs; do
        solved "a9a, l2 1, $solver" 10528.572430543307 --solver $solver --tol 1e-6
    done
    solved 'a9a, l2 1, cd' 10528.572430543307 --solver cd
    solved 'a9a, l1 5' 10695.098316154428 --l1 5 --l2 0
    solved 'a9a, elastic net' 10612.37363563482 --l1 2
    if command -v liblinear-train >/dev/null; then
        # The objective of its optimum, which has no intercept, with LAMBDA times squares (2) or sizes (1).
        liblinear()
        {
            liblinear_kind=$1 liblinear_lambda=$2
            shift 2
            liblinear-train -q "$@" "$data/libsvm/a9a" theirs >/dev/null 2>&1
            awk -v kind="$liblinear_kind" -v lambda="$liblinear_lambda" '
                FNR == 1 { file++ }
                file == 1 && $1 == "label" { sign = $2 > 0 ? 1 : -1 }
                file == 1 && body { w[++n] = sign * $1 } file == 1 && $1 == "w" { body = 1 }
                file == 1 { next }
                FNR == 1 { for (j = 1; j <= n; j++) f += lambda * (kind == 2 ? w[j] * w[j] / 2 : w[j] < 0 ? -w[j] : w[j]) }
                { e = 0; for (i = 2; i <= NF; i++) { split($i, p, ":"); e += w[p[1]] * p[2] }
                  e *= $1; f += e > 0 ? log(1 + exp(-e)) : log(1 + exp(e)) - e }
                END { printf "%.15g", f }' theirs "$data/libsvm/a9a"
        }
        solved 'a9a: L2 as LIBLINEAR' "$(liblinear 2 1 -s 0 -c 1 -e 1e-7)" --no-intercept
        solved 'a9a: L1 as LIBLINEAR' "$(liblinear 1 5 -s 6 -c 0.2 -e 1e-5)" --no-intercept --l1 5 --l2 0 --tol 3e-5
    else
        skip 'a9a: as LIBLINEAR' 'liblinear-train is not installed'
    fi
fi
awk 'BEGIN { srand(9); print "x,y,c,click"
    for (i = 0; i < 3000; i++) { x = rand(); c = int(rand() * 5)
        printf "%.4f,%.3f,k%d,%d\n", x, rand(), c, (rand() < x) + (rand() < c / 8) } }' >three.csv
for algo in 'softmax --l1 3' 'softmax --l1 2 --l2 0' 'logistic --l1 4 -x click -l z --interactions x*c'; do
    awk -F , -v OFS=, 'NR == 1 { print $0, "z"; next } { print $0, ($4 > 0) }' three.csv >four.csv
    case $algo in softmax*) file=three.csv ;; *) file=four.csv ;; esac
    # shellcheck disable=SC2086
    pa-train -q --algo $algo -j 1 --max-iter 1000 $file >m1
    # shellcheck disable=SC2086
    PA_ISA=portable pa-train -q --algo $algo -j 3 --max-iter 1000 <$file >m2
    same "$algo: same model on 3 threads, from a pipe, portable" m1 m2
    report "$algo: some weights are 0" "$(grep -c '^weight.*	0$' m1 | awk '{ print !($1 > 0) }')"
    report "$algo: the gradient has shrunk" "$(awk '$1 == "gradient_norm" { print !($2 < 1e-4) }' m1)"
done
pa-train -q --algo softmax --solver lbfgs -j 1 three.csv >m1
PA_ISA=portable pa-train -q --algo softmax --solver lbfgs -j 3 three.csv >m2
same 'lbfgs: same model on 3 threads, portable' m1 m2
refuses 'l1 needs cd' 2 'needs cd' pa-train --solver lbfgs --l1 1 -M never three.csv --algo softmax
# an offset may be far from 0: the same optimum, and the same loss of the intercept alone, by each
for o in 40 33 -100; do
    printf 'x,o,click\n1,%s,1\n2,%s,1\n3,%s,0\n2,%s,0\n' "$o" "$o" "$o" "$o" >far.csv
    for solver in newton lbfgs cd; do
        pa-train -q --solver $solver --offset o far.csv >m
        near "$solver: offset $o: objective" "$(awk '$1 == "objective" { print $2 }' m)" 2.2620120697492276 1e-9
        near "$solver: offset $o: null deviance" "$(awk '$1 == "null_deviance" { print $2 }' m)" 5.545177444479562 1e-9
    done
done
# a penalty that rounding loses beside the columns' squares
printf 'x,z,click\n1,1,1\n2,2,0\n3,3,1\n4,4,0\n5,5,1\n6,6,1\n' >twice.csv
for solver in newton lbfgs cd; do
    near "$solver: a tiny penalty is one" "$(pa-train -q --solver $solver --l2 1e-16 twice.csv | awk '$1 == "objective" { print $2 }')" \
        "$(pa-train -q --l2 0 -x z twice.csv | awk '$1 == "objective" { print $2 }')" 1e-7
done
# what is said of the gradient is what the model has
awk 'BEGIN { print "x,click"; for (i = 0; i < 50; i++) print i % 7 + i * i % 5 "," (i * i % 11 > 4) }' >short.csv
pa-train --max-iter 1 short.csv 2>err >m
near 'one gradient' "$(sed -n 's/.*the gradient is \([^ ]*\).*/\1/p' err)" "$(awk '$1 == "gradient_norm" { print $2 }' m)" 1e-9
refuses 'iterations run out' 0 'the fit stopped after 2 steps' pa-train --solver lbfgs --max-iter 2 --algo softmax -M never three.csv

# ---- classes under elastic nets: scikit-learn's saga (tests/ref/elastic.py) ----

elastic()
{
    file=$1 features=$2 label=$3 l1=$4 l2=$5 wanted=$6
    { seq -f 'c%g' -s , 1 "${label#c}"; sed 1d "$data/sklearn/$file.csv"; } |
        pa-train -q -l "$label" -f "$features" --algo softmax --no-standardize --l1 "$l1" --l2 "$l2" --max-iter 1000 --tol 1e-7 -M m
    near "$file, l1 $l1, l2 $l2: objective of saga" "$(objective m)" "$wanted" "$(awk -v f="$wanted" 'BEGIN { print f * 1e-7 }')"
}
if needs 'elastic nets as saga' sklearn/iris.csv sklearn/breast_cancer.csv; then
    elastic iris 'c[1-4]' c5 1 0 26.008251013205744
    elastic iris 'c[1-4]' c5 .5 .5 28.893142932508596
    elastic iris 'c[1-4]' c5 2 .1 37.929064405875934
    # two classes: a softmax's coefficients are half of a binary model's, and there are two of each
    for set in '1 0 122.91783256901077' '.5 .5 135.8714591101511' '2 .1 142.57191067277648'; do
        # shellcheck disable=SC2086
        set -- $set
        { seq -f 'c%g' -s , 1 31; sed 1d "$data/sklearn/breast_cancer.csv"; } |
            pa-train -q -l c31 -f c1,c2,c5,c6,c7,c8 --no-standardize --l1 "$1" --l2 "$2" --max-iter 1000 --tol 1e-7 -M m
        near "breast_cancer, l1 $1, l2 $2: objective of saga" "$(objective m)" "$3" "$(awk -v f="$3" 'BEGIN { print f * 1e-7 }')"
    done
fi

# ---- random problems: all that can take one agree ----

awk 'BEGIN { srand(7); print "x,y,c,d,w,o,click,class"
    for (i = 0; i < 4000; i++) { x = rand(); y = rand() < .1 ? "" : sprintf("%.3f", rand() + x); c = int(rand() * 5); d = int(exp(rand() * 4))
        e = 3 * x - c / 3 + d % 7 / 4 - 1.5 + 2 * log(rand() / rand()) / 2
        printf "%.4f,%s,k%d,%s,%d,%.2f,%d,%s\n", x, y, c, rand() < .05 ? "" : "d" d, int(4 * rand()), rand() - .5, (e > 0), (e < -.5 ? "low" : e < 1 ? "middle" : "up") } }' >mixed.csv
# agree NAME OPTION...: largest difference of coefficients between solvers, of 1 + their size
agree()
{
    name=$1
    shift
    for solver in newton lbfgs cd; do
        pa-train -q --solver $solver --tol 1e-10 --max-iter 2000 "$@" --coef $solver.csv -M $solver.model mixed.csv || echo "$solver"
    done >failed
    paste -d, newton.csv lbfgs.csv cd.csv >all.csv
    report "$name: newton, lbfgs and cd agree" "$(awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == "estimate") at[++n] = i; next }
        { for (k = 2; k <= n; k++) { d = $at[k] - $at[1]; s = 1e-6 * (1 + ($at[1] < 0 ? -$at[1] : $at[1])); if (d > s || d < -s) bad = 1 } }
        END { print bad || NR < 3 || n != 3 }' all.csv)"
    report "$name: their objectives agree" "$(awk '$1 == "objective" { f[++n] = $2 } END { print !(n == 3 && f[2] - f[1] < 1e-8 * f[1] && f[3] - f[1] < 1e-8 * f[1]) }' newton.model lbfgs.model cd.model)"
}
agree 'binary' -f x,y,c,d -w w --interactions 'x*c'
agree 'binary, in input units, no intercept' -f x,y,c,d --no-standardize --no-intercept --l2 .3
agree 'binary, without a penalty, an offset' -f x,y,c --offset o --l2 0
agree 'binary, weighted classes' -f x,c --class-weight balanced --rare 900
agree 'softmax' -f x,y,c,d -l class --algo softmax -w w --l2 2
agree 'softmax, without a penalty' -f x,y,c -l class --algo softmax --l2 0
agree 'softmax, no intercept' -f x,y,c -l class --algo softmax --no-intercept

# ---- from an earlier model ----

steps()
{
    awk '$1 == "iterations" { print $2 }' "$1"
}
for how in '--interactions x*c' '--algo softmax -l class -x click,o' '--l1 2 --no-intercept' '--l2 0 -x d' '--algo softmax -l class -f x,y,c --l2 0' '--firth -x d'; do
    # shellcheck disable=SC2086
    pa-train -q $how -M cold mixed.csv
    # shellcheck disable=SC2086
    pa-train -q $how --warm-start cold -M warm mixed.csv
    near "$how: from its own optimum no step is left" "$(steps warm)" 0 1
    near "$how: and the optimum is the same" "$(objective warm)" "$(objective cold)" 1e-6
done
# other rows, fewer terms in another order, other units and another penalty
awk -F, -v OFS=, '{ print $3, $2, $1, $7, $8 }' mixed.csv | head -n 3000 >part.csv
pa-train -q -x class --solver cd --no-standardize --tol 1e-10 -M before part.csv
pa-train -q -x class,o --l2 2 --tol 1e-10 --coef cold.csv -M cold mixed.csv
pa-train -q -x class,o --l2 2 --tol 1e-10 --warm-start before --coef warm.csv -M warm mixed.csv
paste -d, cold.csv warm.csv >both.csv
report 'from a model of other rows: the same estimates' "$(awk -F, 'NR > 1 { d = $2 - $9; if (d > 1e-8 || d < -1e-8) bad = 1 } END { print bad || NR < 10 }' both.csv)"
pa-train -q -x class --algo online -M stream mixed.csv
pa-train -q -x class --tol 1e-10 --warm-start stream -M warm mixed.csv
pa-train -q -x class --tol 1e-10 -M cold mixed.csv
near 'from a model learnt online' "$(objective warm)" "$(objective cold)" 1e-6
# two classes of three: half a step from a model of more classes
pa-train -q -f x,y -l class --algo softmax --l2 0 -M three mixed.csv
awk -F, 'NR == 1 || $8 != "up"' mixed.csv >two.csv
pa-train -q -f x,y -l class --positive middle --l2 0 --coef c.csv -M cold two.csv
pa-train -q -f x,y -l class --positive middle --l2 0 --warm-start three --coef d.csv -M warm two.csv
near 'from a model of more classes' "$(objective warm)" "$(objective cold)" 1e-8
report 'which is nearer than nothing' "$([ "$(steps warm)" -le "$(steps cold)" ]; echo $?)"
refuses 'from a model of other classes' 1 'a model of other classes than those of click' pa-train -q -f x --warm-start three -M never mixed.csv
refuses 'from no model' 1 'no-such-model' pa-train -q -f x --warm-start no-such-model -M never mixed.csv
finish
