# SPDX-License-Identifier: MIT
# pa-train: levels that are hashed, many coefficients, rows that never end
. "${0%/*}/lib.sh"

fact()
{
    awk -F'\t' -v key="$2" '$1 == key { print $2 }' "$1"
}

# x missing at times, two columns of few levels, one of many, one of nothing
awk 'BEGIN { srand(7); print "x,c,d,e,n,click"
    for (i = 0; i < 3000; i++) { x = rand(); c = int(rand() * 6); d = int(exp(rand() * 7)); z = d * 37 % 10 / 10
        printf "%s,%s,k%d,%s,,%d\n", rand() < .1 ? "" : sprintf("%.4f", x), c ? "k" c : "", d,
            rand() < .5 ? "u" : "v", (rand() < (x + z) / 2) } }' >rows.csv

# ---- in batches ----

train()
{
    pa-train -q --l2 2 -f x,c,d,e "$@" rows.csv
}

train -M named
train --hash-bits 24 -M hashed
near 'with bits enough, the optimum is that of the names' "$(fact hashed objective)" "$(fact named objective)" 1e-8
pa-rank -q -m named rows.csv >a.csv
pa-rank -q -m hashed rows.csv >b.csv
near 'and so are the scores' "$(paste -d, a.csv b.csv | awk -F, 'NR > 1 { d = $7 - $14; if (d < 0) d = -d
    if (d > most) most = d } END { print most + 0 }')" 0 1e-12
# murmur3 of k1, seeded with murmur3 of c, computed elsewhere
near 'a level is where murmur3 says' "$(grep -c '^bucket	5204420	' hashed)" 1 0
near 'a missing one, too' "$(grep -c '^bucket	12413211	' hashed)" 1 0
for bits in 1 5; do
    for algo in logistic softmax; do
        for solver in newton lbfgs cd; do
            train --hash-bits $bits --algo $algo --solver $solver -M $solver
        done
        near "$algo in $bits bits: lbfgs agrees with newton" "$(fact lbfgs objective)" "$(fact newton objective)" 1e-8
        near "$algo in $bits bits: cd agrees with newton" "$(fact cd objective)" "$(fact newton objective)" 1e-8
    done
    train --hash-bits $bits -M m
    near "in $bits bits, the objective is that of the scores" "$({ pa-rank -q -m m rows.csv; cat m; } | awk -F'[,\t]' '
        /^[^\t]*$/ && NR > 1 { s -= log($6 ? $7 : 1 - $7) }
        $1 == "term" { sd[$2] = $4 } $1 == "weight" { s += ($4 * sd[$3]) ^ 2 } $1 == "bucket" { s += $3 ^ 2 }
        END { printf "%.12g", s }')" "$(fact m objective)" 1e-7
done
train --hash-bits 5 --l1 3 --l2 0 -M m
ok 'l1 leaves buckets out' grep '^bucket	[0-9]*	0$' m
train --hash-bits 6 -j 1 -M one
PA_ISA=portable train --hash-bits 6 -j 3 -M three
same 'same bytes on three threads, portable' one three
train --hash-bits 6 --solver lbfgs -j 1 -M one
train --hash-bits 6 --solver lbfgs -j 3 -M three
same 'lbfgs, too' one three
pa-train -q -f x,c,d,e --hash-bits 6 --cv 3 --grid l2=1,10 -M m rows.csv
near 'cross-validation' "$(grep -c '^fold_loss' m)" 2 0

sed '2,$s/,k[0-9]*,\([uv]\)/,unseen,\1/' rows.csv >unseen.csv
pa-rank -m hashed unseen.csv >scored.csv 2>err
ok 'levels in buckets that training had not are counted' grep "d: 3000 values are none of the model's levels" err
pa-rank -q -m hashed --explain 4 rows.csv >why.csv
near 'contributions sum to the logit' "$(awk -F, 'NR > 1 { s = $9 + $11 + $13 + $15; l = log($7 / (1 - $7)) - s
    if (NR == 2) base = l; d = l - base; if (d < 0) d = -d; if (d > most) most = d } END { print most }' why.csv)" 0 1e-9
awk -F, 'BEGIN { print "ad,d,e" } NR > 1 && NR < 12 { print "ad" NR "," $3 "," $4 } END { print "ad1,never,u" }' rows.csv >ads.csv
awk -F, 'NR < 5 { print $1 "," $2 }' rows.csv >requests.csv
pa-rank -q -m hashed -k 11 --items ads.csv requests.csv >shown.csv
pa-join -q --cross ads.csv requests.csv | pa-rank -q -m hashed >each.csv
near 'ads by requests score as rows do' "$(awk -F, 'FNR == 1 { next } NR == FNR { s[$1 "," $2 "," $3] = $6; next }
    { d = s[$1 "," $2 "," $3] - $5; if (d < 0) d = -d; if (d > most) most = d; n++ } END { print most + (n != 33) }' each.csv shown.csv)" 0 1e-12

refuses 'no hashing without a penalty' 2 'needs a penalty' pa-train --l2 0 --hash-bits 8 rows.csv
refuses 'no products of levels that are hashed' 2 'numbers alone have products' pa-train -q --hash-bits 8 --interactions 'x*c' rows.csv
refuses 'not more than 24 bits' 2 '--hash-bits' pa-train --hash-bits 25 rows.csv
refuses 'no place in the forms of other programs' 2 'no place for levels that are hashed' pa-train --hash-bits 8 --export vw rows.csv
sed 's/^hash_bits	24/hash_bits	25/' hashed >bad
refuses 'a model with other bits is no model' 1 'bad' pa-rank -m bad rows.csv

# ---- many coefficients ----

awk 'BEGIN { srand(8); print "c,d,x,click"
    for (i = 0; i < 20000; i++) { c = int(exp(rand() * 9)); d = int(rand() * 5); x = rand()
        print "k" c ",l" d "," x "," (rand() < .2 + .1 * (c % 5) + .1 * d / 4 + .1 * x) + 0 } }' >many.csv
for solver in newton lbfgs cd; do
    pa-train -q --max-iter 1000 --solver $solver -M $solver many.csv
done
ok 'more coefficients than a Hessian is for' test "$(grep -c '^weight' newton)" -gt 4096
near 'Newton by conjugate gradients: the optimum' "$(fact newton objective)" "$(fact cd objective)" 1e-7
near 'the same by lbfgs' "$(fact lbfgs objective)" "$(fact cd objective)" 1e-7
ok 'as near as was asked' test "$(awk -F'\t' '$1 == "gradient_norm" { print ($2 < 4e-5) }' newton)" -eq 1
pa-train -q --algo softmax -l d -f c,x --solver newton -M newton many.csv
pa-train -q --algo softmax -l d -f c,x --solver cd -M cd many.csv
near 'and with five classes' "$(fact newton objective)" "$(fact cd objective)" 1e-6
pa-train -q -j 1 -M one many.csv
PA_ISA=portable pa-train -q -j 3 -M three many.csv
same 'same bytes on three threads, portable' one three

# ---- online ----

online()
{
    pa-train -q --algo online -x n "$@"
}
online -M named rows.csv
online --hash-bits 24 -M hashed rows.csv
near 'online: with bits enough, the losses are those of the names' "$(fact hashed loss)" "$(fact named loss)" 1e-8
pa-rank -q -m named rows.csv >a.csv
pa-rank -q -m hashed rows.csv >b.csv
near 'online: and so are the scores' "$(paste -d, a.csv b.csv | awk -F, 'NR > 1 { d = $7 - $14; if (d < 0) d = -d
    if (d > most) most = d } END { print most + 0 }')" 0 1e-10

# FTRL-Proximal by its formulas; levels of c and d fall into four buckets, some rows' into one
for l1 in 0 0.5; do
    awk -F, -v OFS=, 'NR == 1 || ($3 ~ /^k[1-5]$/ && $2 != "") { print $2, $3, $6 }' rows.csv >few.csv
    pa-train -q --algo online --hash-bits 2 --l1 $l1 -M m few.csv
    near "online: l1 $l1: losses by the formulas" "$(fact m loss)" "$(awk -F, -v l1=$l1 'BEGIN {
            split("k1 0 k2 0 k3 2 k4 2 k5 3", c, " "); split("k1 0 k2 0 k3 1 k4 2 k5 3", d, " ")
            for (i = 1; i < 11; i += 2) { of["c" c[i]] = 1 + c[i + 1]; of["d" d[i]] = 1 + d[i + 1] } }
        function w(i,  z) { z = Z[i]; a = z < 0 ? -z : z; t = i > 0 ? l1 : 0
            return a <= t ? 0 : -(z - (z > 0 ? t : -t)) / ((i > 0 ? 1 : 0) + (1 + sqrt(N[i])) / .1) }
        NR > 1 { delete x; x[0] = 1; x[of["c" $1]]++; x[of["d" $2]]++; s = 0
            for (i in x) { W[i] = w(i + 0); s += W[i] * x[i] }
            p = 1 / (1 + exp(-s)); loss -= log($3 ? p : 1 - p)
            for (i in x) { g = (p - $3) * x[i]; m = N[i] + g * g
                Z[i] += g - (sqrt(m) - sqrt(N[i])) / .1 * W[i]; N[i] = m } }
        END { printf "%.15g", loss }' few.csv)" 1e-9
done

for how in '--hash-bits 8' '--hash-bits 8 --l1 0.1' '--hash-bits 20 --categorical c,d,e,x -x n'; do
    # shellcheck disable=SC2086
    online $how -M whole rows.csv
    for cut in 1 2 10 777 2999; do
        # shellcheck disable=SC2086
        head -n $((cut + 1)) rows.csv | online $how -j 1 -M before
        # shellcheck disable=SC2086
        { head -n 1 rows.csv; tail -n +$((cut + 2)) rows.csv; } | PA_ISA=portable online $how --warm-start before -M after
        same "online $how, cut after row $cut and gone on: same bytes" whole after
    done
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    tail -n +2 rows.csv
done >rows20.csv
{ head -n 1 rows.csv; cat rows20.csv; } >long.csv
online --hash-bits 8 -j 1 -M one long.csv
online --hash-bits 8 -j 3 --checkpoint 7777 -M three long.csv
same 'online: same bytes on three threads, with checkpoints' one three
{ head -n 100 rows.csv; sleep .2; tail -n +101 long.csv; } | online --hash-bits 8 -j 2 -M two
same 'online: and from a pipe that pauses' one two
online --hash-bits 8 --on-error skip -M two long.csv
same 'online: and row by row' one two
{ cat long.csv; echo 1,k2,k3,u,,maybe; } >wrong.csv
refuses 'online: a wrong label far down is named by its line' 1 'wrong.csv:60002: click: "maybe" does not say' pa-train -q --algo online --hash-bits 8 -M never wrong.csv
{ cat long.csv; echo a,k1,k1,u,,1; } >wrong.csv
refuses 'online: text in a column of numbers, too' 1 'wrong.csv:60002: x: "a" is no number' pa-train -q --algo online --hash-bits 8 -M never wrong.csv
refuses 'online: other bits than those of the model' 2 '--hash-bits: whole was learnt otherwise (20)' pa-train --algo online --hash-bits 8 --warm-start whole -M never rows.csv

# A checkpoint by the clock comes although no row does.
mkfifo pipe
online --hash-bits 8 --checkpoint 1s -M ticking <pipe &
pid=$!
exec 7>pipe
head -n 101 rows.csv >&7
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ ! -e ticking ] || break
    sleep .5
done
near 'online: a checkpoint while nothing comes' "$(fact ticking rows)" 100 0
exec 7>&-
wait $pid

# Killed at any moment, the old model or the new one is there, and another run goes on from it.
broken=0
for pause in 02 05 08 11 14 17 20 23; do
    rm -f killed
    pa-train -q --algo online -x n --hash-bits 12 --checkpoint 50 -M killed long.csv &
    pid=$!
    sleep .$pause
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    [ -e killed ] || continue
    done=$(awk -F'\t' '$1 == "rows" || $1 == "unlabelled" { n += $2 } END { print n }' killed)
    { head -n 1 long.csv; tail -n +$((done + 2)) long.csv; } >rest.csv
    [ "$done" -lt 60000 ] || continue
    online --warm-start killed -M after rest.csv || broken=1
    [ -e whole12 ] || online --hash-bits 12 -M whole12 long.csv
    cmp -s after whole12 || broken=1
done 2>/dev/null
report 'online: kill -9 at any moment leaves a model to go on from' $broken

# Learning while pa-rank serves.
pa-rank --help -v | grep -q -e --watch || { skip "serving" "no --watch"; finish; }
mkfifo rows requests scores
online --hash-bits 8 --checkpoint 100 -M served <rows &
learner=$!
exec 7>rows
head -n 101 rows.csv >&7
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ ! -e served ] || break
    sleep .2
done
pa-rank -q --watch -m served <requests >scores &
ranker=$!
exec 8>requests 9<scores
{ head -n 1 rows.csv; sed -n 5p rows.csv; } >&8
read -r _ <&9
read -r early <&9
cp served first
sed -n '102,2001p' rows.csv >&7
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ "$(fact served rows)" -lt 2000 ] || break
    sleep .2
done
sed -n 5p rows.csv >&8
read -r late <&9
exec 7>&- 8>&- 9<&-
wait $learner $ranker
{ head -n 1 rows.csv; sed -n 5p rows.csv; } >row.csv
near 'online: what serves has the model of a checkpoint' "${early##*,}" "$(pa-rank -q -m first row.csv | sed -n 's/.*,//; 2p')" 0
near 'online: and the next one without a restart' "${late##*,}" "$(pa-rank -q -m served row.csv | sed -n 's/.*,//; 2p')" 0
finish
