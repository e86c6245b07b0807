# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"
ref=$top/tests/ref/eval

# value FILE MEASURE [COLUMN]: a cell of a long table (COLUMN: value, low, high)
value()
{
    awk -F, -v m="$2" -v c="${3:-value}" '
        NR == 1 { for (i = 1; i <= NF; i++) { if ($i == c) k = i; if ($i == "measure") n = i }; next }
        $n == m { print $k }' "$1"
}

# agrees NAME GOT EXPECTED: each line "measure,value" of EXPECTED is in GOT within 1e-12
agrees()
{
    name=$1
    if awk -F, '
        NR == FNR { got[$1] = $2; next }
        $1 in got { n++; d = got[$1] - $2; if (got[$1] == "" || d > 1e-12 || d < -1e-12) { bad = 1; print "# " $0 ", got " got[$1] } }
        END { exit bad || n < 10 }' "$2" "$3" >agrees.out
    then
        pass "$name"
    else
        fail "$name"
        cat agrees.out
    fi
}

cat >twelve.csv <<'IN'
click,score,slot,note
1,.9,a,x
0,.8,b,x
1,.7,a,"x, y"
0,.7,b,x
0,.6,a,x
1,.55,b,x
0,.4,a,x
0,.4,b,x
1,.4,a,x
0,.2,b,x
0,.1,a,x
0,.05,b,x
IN

# ---- accuracy ----

check 'accuracy: every measure with its interval' pa-eval accuracy twelve.csv 3<<'OUT'
measure,value,low,high
rows,12,,
positives,4,,
accuracy,0.6666666666666666,0.39062208887279953,0.8618799089087867
precision,0.5,0.1876163064826505,0.8123836935173495
recall,0.75,0.3006418425824019,0.9544127391902995
f1,0.6,0.27321212727287847,0.8568434386186882
mcc,0.3535533905932738,-0.1613258902327695,0.8684326714193171
auc,0.734375,0.431208538423508,1
log_loss,0.5922761041460077,0.3176975157715517,0.8668546925204638
ne,0.930499482411654,0.38079247016596796,1.48020649465734
brier,0.21041666666666667,0.09226204879941519,0.32857128453391815
calibration_ratio,1.45,0.6896971877612325,3.0484392822083946
specificity,0.625,0.3057423946026273,0.8631557141764027
balanced_accuracy,0.6875,0.4170322934676117,0.9579677065323883
average_precision,0.6111111111111112,0.20587661199533164,1
ks,0.375,0.02460893708856221,0.7253910629114377
rig,0.06950051758834597,-0.4802064946573401,0.619207529834032
ece,0.30833333333333335,,
threshold,0.5,,
OUT
pa-eval accuracy "$ref/binary.csv" >b.csv
agrees 'accuracy: as scikit-learn on scores with ties' b.csv "$ref/binary.expected"
near "accuracy: DeLong's interval" "$(value b.csv auc high)" \
    "$(awk -F, '$1 == "auc" { a = $2 } $1 == "auc_se" { s = $2 } END { printf "%.15g", a + 1.959963984540054 * s }' "$ref/binary.expected")" 1e-12
pa-eval accuracy -l colour "$ref/classes.csv" >c.csv
agrees 'accuracy: several classes, macro means, as scikit-learn' c.csv "$ref/classes.expected"
pa-eval accuracy -w w "$ref/several.csv" >c.csv
agrees 'accuracy: several classes, weighted, one of them no row'"'"'s, as scikit-learn' c.csv "$ref/several.expected"
printf '%s\n' click,class,score=a,score=b,score=c a,a,.5,.2,.3 b,a,.5,.4,.1 a,b,.2,.6,.2 >third.csv
# (.38 + .62 + 1.04) / 3
near 'accuracy: the Brier score is of all scores of classes' "$(pa-eval accuracy -q third.csv | sed -n 's/^brier,\([^,]*\),.*/\1/p')" 0.68 1e-15
awk -F, 'NR == 1 { print $0 ",own,trio"; next } { print $0 "," NR "," int(NR / 3) }' "$ref/several.csv" >trio.csv
pa-eval accuracy -q trio.csv >plain.classes
for how in '--se cluster:trio' '--bootstrap 200' '--bootstrap 200 --se cluster:trio' '-w w' '-w w --se cluster:trio'; do
    # shellcheck disable=SC2086 # options
    pa-eval accuracy -q $how trio.csv >how.classes
    # shellcheck disable=SC2016 # of awk
    ok "accuracy: several classes have intervals: $how" awk -F, '
        /^(accuracy|precision|recall|f1|mcc|auc|log_loss|ne|brier|balanced_accuracy),/ { n += $3 != "" && $3 <= $2 && $2 <= $4 && $3 < $4 }
        END { exit n != 10 }' how.classes
done
pa-eval accuracy -q --bootstrap 200 -j 1 --se cluster:trio trio.csv >one.classes
pa-eval accuracy -q --bootstrap 200 -j 3 --se cluster:trio trio.csv >how.classes
same 'accuracy: several classes: threads change nothing' one.classes how.classes
pa-eval accuracy -q --se cluster:own trio.csv >how.classes
near 'accuracy: several classes: clusters of one row' "$(value how.classes auc high)" "$(value plain.classes auc high)" 1e-12
near 'accuracy: several classes: so for a table' \
    "$(awk -v a="$(value how.classes f1 high)" -v b="$(value how.classes f1)" 'BEGIN { printf "%.15g", (a - b) * sqrt(79 / 80) + b }')" \
    "$(value plain.classes f1 high)" 1e-12
sed '5s/[.0-9]*$//' third.csv | sed '4s/[.0-9]*$//' >gap.csv
pa-eval accuracy gap.csv >gap.out 2>gap.err
ok 'accuracy: probabilities with holes are none, which is said' grep -q 'numbers are missing in column score=c' gap.err
cut -d, -f1-3 third.csv | pa-eval accuracy 2>gap.err >gap.out
ok 'accuracy: so are those of some classes' grep -q 'no probabilities of class b' gap.err
printf '%s\n' colour,class,shop r,r,1 r,g,1 g,g,1 g,g,1 b,b,2 g,b,2 g,g,2 >shops.csv
pa-eval accuracy -l colour -g shop shops.csv >s.out
near 'accuracy: a class that a group lacks is no class of it' "$(awk -F, '$1 == 1 && $2 == "f1" { print $3 }' s.out)" \
    0.7333333333333333 1e-15
near 'accuracy: nor in the other group' "$(awk -F, '$1 == 2 && $2 == "recall" { print $3 }' s.out)" 0.75 1e-15
pa-eval accuracy -j 1 "$ref/binary.csv" >j1.csv
same 'accuracy: threads change nothing' b.csv j1.csv
if needs 'AUC of ROCR.simple' roc/ROCR.simple.csv; then
    pa-eval accuracy -l label -p prediction "$data/roc/ROCR.simple.csv" >r.csv
    near 'AUC of ROCR.simple' "$(value r.csv auc)" 0.8341875188423276 1e-15
fi
python=${PA_PYTHON:-$HOME/.cache/pa-bench/venv/bin/python}
if [ -x "$python" ] && "$python" -c 'import sklearn' 2>/dev/null; then
    awk 'BEGIN { x = 7; print "click,score"
        for (i = 0; i < 20000; i++) { x = (x * 16807) % 2147483647; s = int(x / 2147483647 * 500) / 500
            x = (x * 16807) % 2147483647; printf "%d,%.3f\n", x / 2147483647 < s * s, s } }' >random.csv
    "$python" "$top/tests/ref/eval.py" judge random.csv >random.expected
    pa-eval accuracy random.csv >random.got
    agrees 'accuracy: live, as scikit-learn' random.got random.expected
    near 'calibration: live, ECE' "$(pa-eval calibration -v random.csv 2>&1 >live.csv | sed -n 's/.*ece \([^,]*\),.*/\1/p')" \
        "$(sed -n 's/^ece,//p' random.expected)" 1e-12
else
    skip 'accuracy: live, as scikit-learn' 'scikit-learn is not here'
fi

sed 's/^1,/yes,/; s/^0,/no,/' twelve.csv >words.csv
sed 's/^1,/TRUE,/; s/^0,/False,/' twelve.csv >shouts.csv
sed 's/^0,/-1,/' twelve.csv >signs.csv
pa-eval accuracy twelve.csv >plain.out
for form in words shouts signs; do
    pa-eval accuracy $form.csv >got.out
    same "labels: $form" plain.out got.out
done
printf 'click,score\n1,3\n0,-1\n1,2\n0,2.5\n' >logits.csv
pa-eval accuracy logits.csv >l.out 2>l.err
near 'scores beyond [0, 1]: auc is there' "$(value l.out auc)" 0.75 0
ok 'scores beyond [0, 1]: losses are empty' test "$(grep -cE '^(log_loss|ne|brier|calibration_ratio),,,$' l.out)" -eq 4
ok 'scores beyond [0, 1]: a warning' grep -q 'no probabilities' l.err
printf 'click,score\n1,.3\n1,.6\n' >one.csv
pa-eval accuracy one.csv >o.out 2>o.err
report 'one class: exit 0' $?
ok 'one class: auc is empty' grep -qx 'auc,,,' o.out
ok 'one class: a warning' grep -q 'only one class' o.err
printf 'click,score\n0,.3\n0,.4\n' >never.csv
ok 'no positive prediction: precision is empty' sh -c 'pa-eval accuracy -q never.csv | grep -qx precision,,,'
awk 'BEGIN { print "click,score"; for (i = 0; i < 20000; i++) print (i % 7 == 0) ",0.125" }' >equal.csv
pa-eval accuracy -q equal.csv >q.out
ok 'all scores equal: the AUC is a half' grep -qx 'auc,0.5,0.5,0.5' q.out
ok 'all scores equal: KS is 0' grep -q '^ks,0,' q.out
near 'all scores equal: the average precision is the base rate' "$(value q.out average_precision)" 0.1429 1e-16
check 'all scores equal: calibration' pa-eval calibration -q --bins 2 equal.csv 3<<'OUT'
bin,count,predicted,observed,low,high,score_min,score_max
1,10000,0.125,0.1429,0.1361777696901384,0.14989648194619884,0.125,0.125
2,10000,0.125,0.1429,0.1361777696901384,0.14989648194619884,0.125,0.125
OUT
printf 'click,score\n1,.3\n,.6\n0,\n0,.2\n' >holes.csv
pa-eval accuracy holes.csv >h.out 2>h.err
near 'missing: rows left out' "$(value h.out rows)" 2 0
ok 'missing: counted' grep -q '2 of 4 rows are left out' h.err
printf 'click,score\n' >empty.csv
pa-eval accuracy empty.csv 2>/dev/null >e.out
report 'no rows: exit 0' $?
near 'no rows: 0 rows' "$(value e.out rows)" 0 0

pa-eval accuracy -g slot twelve.csv >g.out 2>g.err
{ head -n 1 twelve.csv; grep ',b,' twelve.csv; } >only-b.csv
pa-eval accuracy only-b.csv 2>/dev/null | sed 1d >b.out
sed -n 's/^b,//p' g.out >b.got
same 'groups: each as if alone' b.out b.got
ok 'groups: the column comes first' grep -qx 'slot,measure,value,low,high' g.out
check 'groups: several columns, dialect, quoting' sh -c \
    'pa-eval accuracy -q --to tsv -g slot,note twelve.csv | awk "NR % 19 == 2"' 3<<'OUT'
a	x	rows	5		
b	x	rows	6		
a	x, y	rows	1		
OUT

refuses 'a third label needs a class' 1 'has the values "a", "b", "c"' pa-eval accuracy -q - <<'IN'
click,score
a,.1
b,.2
c,.3
IN
refuses 'text for a score' 1 'text' pa-eval accuracy - <<'IN'
click,score
1,high
0,low
IN
refuses 'a mixture of numbers and text' 1 'score' pa-eval accuracy - <<'IN'
click,score
1,0.5
0,low
IN
refuses 'an unknown column names the nearest' 2 'score' pa-eval accuracy -p scor twelve.csv
refuses 'an unknown measure' 2 'accuracy, roc, pr, calibration, lift, ctr, policy' pa-eval acuracy twelve.csv
refuses 'no measure' 2 'help' pa-eval

# ---- roc ----

check 'roc: a point for each score' pa-eval roc twelve.csv 3<<'OUT'
threshold,fpr,tpr
,0,0
0.9,0,0.25
0.8,0.125,0.25
0.7,0.25,0.5
0.6,0.375,0.5
0.55,0.375,0.75
0.4,0.625,1
0.2,0.75,1
0.1,0.875,1
0.05,1,1
OUT
pa-eval roc "$ref/binary.csv" >r.out
near 'roc: its area is the AUC' \
    "$(awk -F, 'NR > 2 { a += ($2 - x) * ($3 + y) / 2 } { x = $2; y = $3 } END { printf "%.17g", a }' r.out)" \
    "$(value b.csv auc)" 1e-13
refuses 'roc: classes' 1 'has the values "1", "2", "3"' pa-eval roc - <<'IN'
click,score
1,.1
2,.2
3,.3
IN

# ---- calibration ----

check 'calibration: bins of equal mass' pa-eval calibration --bins 4 twelve.csv 3<<'OUT'
bin,count,predicted,observed,low,high,score_min,score_max
1,3,0.11666666666666668,0,0,0.5614970317550455,0.05,0.2
2,3,0.4000000000000001,0.3333333333333333,0.061491944720396215,0.7923403991979523,0.4,0.4
3,3,0.6166666666666667,0.6666666666666666,0.20765960080204768,0.9385080552796037,0.55,0.7
4,3,0.7999999999999999,0.3333333333333333,0.061491944720396215,0.7923403991979523,0.7,0.9
OUT
ok 'calibration: ece with -v' sh -c 'pa-eval calibration --bins 4 -v twelve.csv 2>&1 >/dev/null | grep -q "ece 0.175,"'
near 'calibration: more bins than rows' "$(pa-eval calibration --bins 50 twelve.csv | sed 1d | awk -F, '{ n += $2 } END { print NR * 100 + n }')" 1212 0
refuses 'calibration: scores are probabilities' 1 'not within [0, 1]' pa-eval calibration logits.csv

# ---- ctr ----

cat >shown.csv <<'IN'
ad,slot,click,conversion,cost,revenue
a1,1,1,1,0.1,5
a1,2,0,0,0.2,
a2,1,0,0,0.3,0
a1,1,1,0,0.4,0
a2,1,0,,0.5,0
IN
check 'ctr: all' pa-eval ctr shown.csv 3<<'OUT'
impressions,clicks,ctr,ctr_low,ctr_high,conversions,cvr,cost,cpc,cpm,cpa,revenue,roas,roi
5,2,0.4,0.11762077423264786,0.769275718723987,1,0.5,1.5,0.75,300,1.5,5,3.3333333333333335,2.3333333333333335
OUT
check 'ctr: by ad; what is undefined is empty' pa-eval ctr -g ad shown.csv 3<<'OUT'
ad,impressions,clicks,ctr,ctr_low,ctr_high,conversions,cvr,cost,cpc,cpm,cpa,revenue,roas,roi
a1,3,2,0.6666666666666666,0.20765960080204768,0.9385080552796037,1,0.5,0.7000000000000001,0.35000000000000003,233.33333333333337,0.7000000000000001,5,7.142857142857142,6.142857142857142
a2,2,0,0,0,0.6576197724933469,0,,0.8,,400,,0,0,-1
OUT
awk 'BEGIN { print "bought"; for (i = 0; i < 1000; i++) print (i < 12) }' >thousand.csv
pa-eval ctr -l bought thousand.csv >t.out
near "ctr: Wilson's interval" "$(cell t.out ctr_low 1)" 0.006877647806403522 1e-17
near "ctr: Wilson's interval, above" "$(cell t.out ctr_high 1)" 0.02085726847549828 1e-17
ok 'ctr: clicks alone' grep -qx 'impressions,clicks,ctr,ctr_low,ctr_high' t.out
sed '3s/,0,/,2,/' shown.csv >two.csv
refuses 'ctr: a click is yes or no' 1 'two.csv:3: click: "2" is no outcome' pa-eval ctr two.csv
ok 'ctr: unusable rows are skipped on request' sh -c \
    'pa-eval ctr -q --on-error skip --rejects r.csv two.csv | grep -q "^4,2," && grep -q E_ENUM r.csv'
printf 'click,w,cost,user\n1,,2,a\n1,2,3,a\n0,1,1,b\n1,1,1,\n,1,1,a\n' >bare.csv
check 'ctr: a row without a weight is left out' pa-eval ctr -q -w w --rejects r.csv bare.csv 3<<'OUT'
impressions,clicks,ctr,ctr_low,ctr_high,cost,cpc,cpm
4,3,0.75,0.27654396641830886,0.9592577641809411,8,2.6666666666666665,2000
OUT
ok 'ctr: which is told' grep -q 'bare.csv,2,.*E_REQUIRED,w is missing' r.csv
check 'ctr: so is a row without a cluster' pa-eval ctr -q --se cluster:user --rejects r.csv bare.csv 3<<'OUT'
impressions,clicks,ctr,ctr_low,ctr_high,cost,cpc,cpm
3,2,0.6666666666666666,0.10358369156401012,0.971922823951121,6,3,2000
OUT
ok 'ctr: which is told, too' grep -q 'E_REQUIRED,user is missing' r.csv
ok 'ctr: and counted' sh -c 'pa-eval ctr -w w bare.csv 2>&1 | grep -q "2 rows are left out: the label or another column that is needed is missing"'
printf 'click,w,cost\n1,1,1\n1,1e200,2\n0,1e-200,1\n' >huge.csv
refuses 'ctr: a weight whose square is no number' 1 'huge.csv:3: w: "1e200" is out of range (a weight is 0, or from 1e-150 to 1e150)' \
    pa-eval ctr -w w huge.csv
check 'ctr: is left out on request' pa-eval ctr -q -w w --on-error skip huge.csv 3<<'OUT'
impressions,clicks,ctr,ctr_low,ctr_high,cost,cpc,cpm
1,1,1,0.20654931437723742,1,1,1,1000
OUT
printf 'click,w,cost\n1,1e150,1e200\n' >huge.csv
refuses 'ctr: an amount that cannot be weighed' 1 'huge.csv:2: cost: "1e200" cannot be weighed' pa-eval ctr -w w huge.csv
printf 'click,cost\n1,1e305\n1,-1.7e308\n1,1.7e308\n' >huge.csv
near 'ctr: amounts are summed exactly' "$(pa-eval ctr huge.csv | sed -n '2s/.*,1,\(1e305\),.*/\1/p')" 1e305 0
check 'ctr: no rows' pa-eval ctr empty.csv 3<<'OUT'
impressions,clicks,ctr,ctr_low,ctr_high
0,0,,,
OUT

# ---- policy ----

cat >log.csv <<'IN'
click,prob,policy_prob,slot
1,.5,.6,1
0,.2,.1,1
0,.25,.5,1
1,.4,.5,1
0,.1,.3,2
0,.5,.2,2
1,.2,.4,2
0,.3,.3,2
IN
pa-eval policy log.csv >p.out
near 'policy: IPS' "$(cell p.out value 1)" 0.55625 1e-15
near 'policy: the error of IPS' "$(cell p.out std_error 1)" 0.2843283909998638 1e-15
near 'policy: SNIPS' "$(cell p.out value 2)" 0.39207048458149785 1e-15
near 'policy: the error of SNIPS' "$(cell p.out std_error 2)" 0.1930916278368832 1e-15
near 'policy: effective rows' "$(cell p.out ess 2)" 6.016228838295389 1e-14
ok 'policy: columns' grep -qx 'estimator,value,std_error,low,high,ess' p.out
ok 'policy: groups' test "$(pa-eval policy -q -g slot log.csv | grep -cE '^[12],(ips|snips),')" -eq 4
sed '3s/,.2,/,0,/' log.csv >zero.csv
refuses 'policy: a logged probability of 0' 1 'zero.csv:3: prob: 0 is not a probability above 0' pa-eval policy zero.csv
sed '3s/,.1,/,1.5,/' log.csv >above.csv
refuses 'policy: a probability above 1' 1 '1.5 is not a probability' pa-eval policy above.csv
sed '2,$s/,[.0-9]*,\([12]\)$/,0,\1/' log.csv >apart.csv
pa-eval policy apart.csv >a.out 2>a.err
report 'policy: no overlap is no failure' $?
ok 'policy: no overlap is said' grep -q 'no overlap' a.err
ok 'policy: and nothing is claimed' grep -qx 'snips,,,,,' a.out
sed '2,$s/^\([01]\),[.0-9]*,/\1,1,/' log.csv | pa-eval policy >d.out 2>d.err
ok 'policy: a deterministic log is told' grep -q 'only policies that agree' d.err
sed '1s/.*/y,a,b,s/' log.csv | pa-eval policy --reward y --logged-prob a --policy-prob b >n.out
same 'policy: other columns' p.out n.out

printf 'click,prob,policy_prob\n1,.5,.5\n1,1e-80,1\n0,.5,.5\n' >tiny.csv
refuses 'policy: a weight that cannot be squared' 1 'tiny.csv:3: prob: 1e-80 is too small: policy_prob / prob is above 1e75' \
    pa-eval policy tiny.csv
ok 'policy: which is left out on request' sh -c 'pa-eval policy -q --on-error skip tiny.csv | grep -q "^ips,0.5,"'
refuses 'policy: nor a reward' 1 'click: 1e76 is out of range' sh -c "sed 's/^1,1e-80/1e76,.5/' tiny.csv | pa-eval policy"

# ---- weights, clusters, resamples, thresholds ----

cat >weighted.csv <<'IN'
click,score,w,user
1,.9,1,u0
0,.8,2,u0
1,.7,1,u0
0,.7,1,u1
0,.6,1,u1
1,.55,1,u1
0,.4,2,u2
0,.4,1,u2
1,.4,1,u2
0,.2,1,u3
0,.1,3,u3
0,.05,1,u3
IN
pa-eval accuracy -w w weighted.csv >w.out
near 'weights: auc' "$(value w.out auc)" 0.75 1e-15
near 'weights: log loss' "$(value w.out log_loss)" 0.5898936135792398 1e-15
near 'ece: golden, by mass' "$(pa-eval accuracy --bins 4 weighted.csv | sed -n 's/^ece,\([^,]*\),.*/\1/p')" 0.175 1e-15
near 'ece: golden, by width' "$(pa-eval accuracy --bin-mode width weighted.csv | sed -n 's/^ece,\([^,]*\),.*/\1/p')" 0.24166666666666667 1e-15
near 'ece: by clusters' "$(pa-eval accuracy --bins 4 --se cluster:user weighted.csv | sed -n 's/^ece,\([^,]*\),.*/\1/p')" 0.175 1e-15
near 'average precision' "$(value plain.out average_precision)" 0.6111111111111112 1e-15
near 'ks' "$(value plain.out ks)" 0.375 0
near 'rig' "$(value plain.out rig)" 0.06950051758834597 1e-15
pa-eval accuracy -w w "$ref/weighted.csv" >w.out
agrees 'weights: as scikit-learn on scores with ties' w.out "$ref/weighted.expected"
near 'ece: weighted, as that of calibration' "$(value w.out ece)" \
    "$(pa-eval calibration -v -w w "$ref/weighted.csv" 2>&1 >/dev/null | sed -n 's/.*ece \([^,]*\),.*/\1/p')" 1e-15
near 'weights: roc ends at 1,1' "$(pa-eval roc -w w "$ref/weighted.csv" | tail -n 1 | awk -F, '{ print $2 + $3 }')" 2 1e-12
near 'weights: the area below roc' "$(pa-eval roc -w w "$ref/weighted.csv" |
    awk -F, 'NR > 2 { a += ($2 - x) * ($3 + y) / 2 } { x = $2; y = $3 } END { printf "%.17g", a }')" "$(value w.out auc)" 1e-12
near 'pr: its sum is the average precision' "$(pa-eval pr -w w "$ref/weighted.csv" |
    awk -F, 'NR > 1 { a += ($3 - y) * $2; y = $3 } END { printf "%.17g", a }')" "$(value w.out average_precision)" 1e-12
awk -F, 'NR == 1 { print; next } { for (i = 0; i < $3; i++) print }' weighted.csv >repeated.csv
pa-eval accuracy -w w weighted.csv | sed "/^ece/d" | cut -d , -f 2 | sed 1,3d >w.values
pa-eval accuracy repeated.csv | sed "/^ece/d" | cut -d , -f 2 | sed 1,3d >r.values
report 'weights: as rows repeated' "$(paste -d , w.values r.values | awk -F, '{ d = $1 - $2; if (d > 1e-12 || d < -1e-12) bad = 1 } END { print bad + 0 }')"
sed 's/,[0-9]*,u/,1,u/' weighted.csv >ones.csv
pa-eval accuracy -w w ones.csv >o.out
near 'weights of 1: the interval of a share is Wilson'"'s" "$(value o.out recall high)" "$(value plain.out recall high)" 1e-12
near 'weights of 1: the error of log loss' "$(value o.out log_loss high)" "$(value plain.out log_loss high)" 1e-12
near 'weights of 1: average precision' "$(value o.out average_precision low)" "$(value plain.out average_precision low)" 1e-12
# With weights of 1 every interval is that without weights, to the last digit where it is of a share;
# and weights have no unit.
awk 'BEGIN { x = 5; print "click,score,w,big,small,site"
    for (i = 0; i < 500; i++) { x = (x * 16807) % 2147483647; s = x / 2147483647; x = (x * 16807) % 2147483647
        print (x / 2147483647 < s * s) "," int(s * 100) / 100 ",1,1e300,1e-300," (i % 3) } }' >units.csv
while read -r measure; do
    # shellcheck disable=SC2086 # a measure and its options
    pa-eval $measure units.csv >wanted
    for w in w big small; do
        # shellcheck disable=SC2086
        pa-eval $measure -w $w units.csv >got
        case $measure in
        lift* | ctr*) test $w = w || continue ;;
        esac
        paste -d , wanted got | awk -F, -v OFS=, '
            { n = NF / 2; for (i = 1; i <= n; i++) { d = $i - $(n + i); if (d < 0) d = -d
                a = $i + 0 < 0 ? -$i : $i + 0
                if (($i == "") != ($(n + i) == "") || d > 1e-13 * (1 + a)) bad = 1 } } END { exit bad }'
        report "weights of one size: $measure: $w" $?
    done
    grep -E 'accuracy|precision,|recall|f1|specificity|rate,|tpr|fpr|^bin|^[0-9]+,[0-9]' wanted | grep -v balanced >shares
    # shellcheck disable=SC2086
    pa-eval $measure -w w units.csv | grep -E 'accuracy|precision,|recall|f1|specificity|rate,|tpr|fpr|^bin|^[0-9]+,[0-9]' |
        grep -v balanced >weighted.shares
    case $measure in
    accuracy) grep -v average shares >wanted; grep -v average weighted.shares >got ;;
    *) cp shares wanted; cp weighted.shares got ;;
    esac
    test -s wanted || echo nothing >wanted
    same "weights of 1: $measure: shares are those without weights" wanted got
done <<'TABLE'
accuracy
lift --bins 7
fairness -g site
calibration --bins 9
ctr -g site
TABLE
report 'clusters: two of them' $?
awk -F, 'NR == 1 { print $0 ",own"; next } { print $0 "," NR }' twelve.csv >own.csv
pa-eval accuracy --se cluster:own own.csv >o.out
near 'clusters of one row: the error of log loss' "$(value o.out log_loss high)" "$(value plain.out log_loss high)" 1e-12
pa-eval accuracy --se cluster:user weighted.csv >c.out
near 'clusters: values do not change' "$(value c.out mcc)" "$(value plain.out mcc)" 1e-15
pa-eval accuracy --bootstrap 300 weighted.csv >b1.out
pa-eval accuracy --bootstrap 300 -j 1 weighted.csv >b2.out
same 'bootstrap: threads change nothing' b1.out b2.out
pa-eval accuracy --bootstrap 300 -s 2 weighted.csv >b2.out
ok 'bootstrap: another seed' sh -c '! cmp -s b1.out b2.out'
ok 'bootstrap: the value is within' sh -c "awk -F, '\$1 == \"auc\" { exit !(\$3 < \$2 && \$2 < \$4) }' b1.out"
near 'threshold: a number' "$(pa-eval accuracy --threshold 0.4 twelve.csv | sed -n 's/^recall,\([^,]*\),.*/\1/p')" 1 0
near 'threshold: by cost' "$(pa-eval accuracy --threshold 1:5 twelve.csv | sed -n 's/^threshold,\([^,]*\),.*/\1/p')" 0.4 0
ok 'threshold: dear false positives, no positives' sh -c "pa-eval accuracy -q --threshold 9:1 words.csv | grep -q '^recall,0.25,'"
refuses 'threshold: neither' 2 'two costs' pa-eval accuracy --threshold a:b twelve.csv
near 'level: of intervals' "$(pa-eval accuracy --conf-level 0.9 twelve.csv | sed -n 's/^auc,[^,]*,\([^,]*\),.*/\1/p')" 0.4799487 1e-6
pa-eval accuracy -l colour --positive red "$ref/classes.csv" -p score=red >p.out
near 'positive: one class against the rest' "$(value p.out positives)" "$(grep -c '^red,' "$ref/classes.csv")" 0
refuses 'weights: below 0' 1 'below 0' sh -c "sed '2s/,1,u0/,-1,u0/' weighted.csv | pa-eval accuracy -w w"
sed '3s/,2,u/,heavy,u/; 4s/,1,u/,-1,u/' weighted.csv >heavy.csv
refuses 'weights: text' 1 'heavy.csv: w: 11 numbers' pa-eval accuracy -w w heavy.csv
pa-eval accuracy -w w --on-error skip heavy.csv >w.got 2>w.err
near 'weights: text is skipped on request' "$(value w.got rows)" 10 0
ok 'weights: and counted' grep -q 'w: 1 values are not numbers, so their rows are left out' w.err
ok 'weights: so is a weight below 0' grep -q 'w: 1 weights are below 0, so their rows are left out' w.err
sed '3d; 4d' weighted.csv | pa-eval accuracy -w w >w.without
same 'weights: as if these rows were not there' w.without w.got
sed '3s/,-*[.0-9]*,/,high,/' twelve.csv >high.csv
near 'scores: text is skipped on request' "$(pa-eval accuracy -q --on-error skip high.csv | sed -n 's/^rows,\([0-9]*\),.*/\1/p')" 11 0
near 'scores: text is missing where numbers are said' "$(pa-eval accuracy -q --numeric score high.csv | sed -n 's/^rows,\([0-9]*\),.*/\1/p')" 11 0
refuses 'scores: nan is text' 1 '"nan"' sh -c "sed '3s/,-*[.0-9]*,/,nan,/' twelve.csv | pa-eval accuracy"
refuses 'scores: so is inf' 1 '"inf"' sh -c "sed '3s/,-*[.0-9]*,/,inf,/' twelve.csv | pa-eval roc"
refuses 'scores: nothing but text' 1 'column score is text' sh -c "sed '2,\$s/,[.0-9]*,/,x,/' twelve.csv | pa-eval accuracy --on-error skip"
# Rows that cannot be used: rows in = rows used + rejected, and each stands in --rejects.
printf 'click,score,w,user\n1,.9,1,u1\n0,.8,1,u2\n,.7,1,u3\n1,high,1,u4\n0,.3,-1,u5\n0,.2,x,u6\nmaybe,.2,1,u7\n1,,1,u8\n1,.5,,u9\n0,.1,2,u10\n1,2\n0,1e999,1,u11\n' >spoilt.csv
cat >rejects.wanted <<'OUT'
line,code,message
4,E_REQUIRED,click is missing
5,E_NUM,"score: ""high"" is not a number"
6,E_RANGE,"w: ""-1"" is below 0 (a weight is 0 or more)"
7,E_NUM,"w: ""x"" is not a number"
8,E_ENUM,"click: ""maybe"" is no outcome (0/1, -1/1, no/yes, false/true)"
9,E_REQUIRED,score is missing
10,E_REQUIRED,w is missing
12,E_COLS,"2 fields, but the header has 4"
13,E_RANGE,"score: ""1e999"" is beyond the greatest number that can be held"
OUT
# Where there are scores and classes, the label settles which of them a row needs.
printf 'click,score,class\n1,.9,1\n0,.2,0\n1,,1\n0,.3,\n1,,\n,.3,1\n' >either.csv
pa-eval accuracy -v --rejects r.csv either.csv 2>err >got
near 'score or class: a yes-or-no label needs the score' "$(value got rows)" 3 0
check 'score or class: each row that is left out is told of' sh -c 'pa-clean --keep line,message r.csv | sort' 3<<'OUT'
4,score is missing
6,score is missing
7,click is missing
line,message
OUT
ok 'score or class: and counted once' grep -q '6 rows, 3 left out' err
sed '2,$s/^1/red/; 2,$s/^0/blue/' either.csv >either2.csv
pa-eval accuracy -q --on-error skip --rejects r.csv either2.csv >got
check 'score or class: another label needs the class' sh -c 'pa-clean --keep line,message r.csv | sort' 3<<'OUT'
5,class is missing
6,score is missing
7,click is missing
line,message
OUT
# Every bad cell is named with its line, blank lines or not.
printf 'click,score,w\n1,.5,1\n\n0,.4,-2\n1,1.5,1\n' >cells.csv
refuses 'place: of a weight' 1 'cells.csv:4: w: "-2" is below 0 (a weight is 0 or more)' pa-eval roc -w w cells.csv
refuses 'place: of a probability' 1 'cells.csv:5: score: "1.5" is not within [0, 1] (calibration is of probabilities)' \
    pa-eval calibration cells.csv
pa-eval calibration -q --on-error skip --rejects r.csv cells.csv >got
ok 'place: which is left out on request' grep -q 'cells.csv,5,.*E_RANGE,.*not within' r.csv
sed 's/^0/maybe/; s/^1/yes/' cells.csv >words2.csv
refuses 'place: of a label' 1 'words2.csv:4: click: "maybe" is no outcome: the column has the values "yes", "maybe" (a label is' \
    pa-eval lift words2.csv
sed 's/^1,/-1,/' cells.csv >signs2.csv
refuses 'place: of one that does not go with another' 1 'signs2.csv:4: click: "0" is no outcome' pa-eval roc signs2.csv
refuses 'place: of text' 1 'cells2.csv:2: score: "high" is text (a score is a number)' \
    sh -c "sed 's/,[.0-9]*,/,high,/' cells.csv >cells2.csv && pa-eval roc cells2.csv"
sed -n '1,3p; 11p' spoilt.csv >sound.csv
while read -r measure; do
    # shellcheck disable=SC2086 # a measure and its options
    pa-eval $measure -q -w w sound.csv >wanted
    for how in skip keep; do
        # shellcheck disable=SC2086
        pa-eval $measure -v -w w --on-error $how --rejects r.csv spoilt.csv >got 2>err
        same "$measure: unusable rows: $how" wanted got
        pa-clean --keep line,code,message r.csv >got
        same "$measure: unusable rows are told of: $how" rejects.wanted got
        ok "$measure: and counted: $how" grep -q 'spoilt.csv: 12 rows, 9 left out' err
    done
done <<'TABLE'
accuracy
roc
pr
calibration
lift
fairness -g user
TABLE
sed '/high/d; /-1/d; /x/d; /maybe/d; /^1,2$/d; /1e999/d' spoilt.csv >gaps.csv
pa-eval accuracy -w w gaps.csv >wanted 2>wanted.err
pa-eval accuracy -w w --rejects r.csv gaps.csv >got 2>got.err
same 'rejects alone: the same' wanted got
same 'rejects alone: the same warning' wanted.err got.err
ok 'rejects alone: rows with something missing' test "$(grep -c E_REQUIRED r.csv)" -eq 3
ok 'what is left out is counted without --rejects, too' sh -c 'pa-eval roc -v -w w gaps.csv 2>&1 | grep -q "6 rows, 3 left out"'
refuses 'skip: no label that is one' 1 'no value is an outcome' sh -c "sed 's/^[01],/x,/' twelve.csv | pa-eval roc --on-error skip"
ok 'ctr: keep leaves out what has no outcome' sh -c \
    'pa-eval ctr -v --on-error keep --rejects r.csv two.csv 2>&1 >got | grep -q "5 rows, 1 left out$" && grep -q E_ENUM r.csv'
printf 'click,prob,policy_prob\n1,.5,.5\nx,.5,.5\n1,2,.5\n' >odd.csv
ok 'policy: so does it' sh -c \
    'pa-eval policy -v --on-error keep --rejects r.csv odd.csv 2>&1 >got | grep -q "3 rows, 2 left out$" && grep -q E_NUM r.csv && grep -q E_RANGE r.csv'

refuses 'an option of another measure' 2 '--bins: roc does not have it (accuracy, calibration, lift, drift do)' pa-eval roc --bins 5 twelve.csv
refuses 'an option that a measure has not' 2 '--weight: policy does not have it' pa-eval policy -w w weighted.csv

# Clusters that all have the same share have no spread: their number is what an interval rests on.
awk 'BEGIN { print "click,score,u"; for (i = 0; i < 30; i++) print (i % 3 == 0) "," (i % 7) / 10 "," int(i / 3) }' >even.csv
pa-eval ctr --se cluster:u even.csv >even.out
near 'clusters without spread: ctr' "$(cell even.out ctr_high 1)" 0.6322021878241179 1e-12
near 'clusters without spread: accuracy' "$(pa-eval accuracy -q --threshold 0 --se cluster:u even.csv | sed -n 's/^accuracy,.*,//p')" 0.6322021878241179 1e-12
near 'clusters without spread: calibration' "$(pa-eval calibration --bins 1 --se cluster:u even.csv | cut -d, -f6 | tail -n 1)" 0.6322021878241179 1e-12
near 'clusters without spread: lift' "$(pa-eval lift --bins 1 --se cluster:u even.csv | cut -d, -f7 | tail -n 1)" 0.6322021878241179 1e-12

# ---- lift, width bins, fairness, drift ----

near 'calibration: width bins, ECE' "$(pa-eval calibration -v --bin-mode width twelve.csv 2>&1 >/dev/null | sed -n 's/.*ece \([^,]*\),.*/\1/p')" 0.24166666666666667 1e-15
pa-eval lift --bins 4 twelve.csv >l.out
near 'lift: ties at the border are shared' "$(cell l.out lift 1)" 1.5 1e-15
sed '4s/\.7/.71/' twelve.csv | pa-eval lift --bins 4 >l2.out
near 'lift: of the top quarter' "$(cell l2.out lift 1)" 2 1e-15
near 'lift: all rows' "$(cell l.out gain 4)$(cell l.out lift 4)" 11 0
near 'lift: intervals of gains are Wilson'"'s" "$(cell l.out gain_high 2)" 0.9544127391902995 1e-12
pa-eval lift --bins 5 "$ref/binary.csv" >l1.out
awk -F, 'NR == 1 { print $0 ",twin"; next } { print $0 "," NR; print $0 "," NR }' "$ref/binary.csv" >twins.csv
pa-eval lift --bins 5 --se cluster:twin twins.csv >l5.out
# Within what sharing rows at a border takes from their spread.
near 'lift: rows that come twice as one are one' "$(cell l5.out gain_low 2)" "$(cell l1.out gain_low 2)" 2e-3
near 'lift: so in a bin' "$(cell l5.out high 2)" "$(cell l1.out high 2)" 2e-3
near 'lift: and without spread' "$(cell l5.out gain_low 5)" "$(cell l1.out gain_low 5)" 1e-12
pa-eval fairness -g slot twelve.csv >f.out
ok 'fairness: rates of groups' grep -q '^a,selection_rate,0.5,' f.out
ok 'fairness: differences' grep -q '^(all),demographic_parity_difference,' f.out
refuses 'fairness: needs groups' 2 'names their columns' pa-eval fairness twelve.csv
refuses 'fairness: four fifths' 3 'demographic_parity_ratio' pa-eval fairness -q -g slot --fail-on 'demographic_parity_ratio<2' twelve.csv
check 'small groups are pooled' sh -c "pa-eval accuracy -q --k-anon 4 -g note twelve.csv | grep ',rows,'" 3<<'OUT'
x,rows,11,,
OUT
ok 'small: all rows together, too' test "$(pa-eval accuracy -q --k-anon 13 twelve.csv | wc -l)" -eq 1
printf 'click,score,site\n1,.5,a\n0,.4,a\n1,.5,b\n0,.5,c\n1,.5,c\n' >sites.csv
check 'small groups are one' sh -c "pa-eval accuracy -q --k-anon 2 -g site sites.csv | grep ',rows,'" 3<<'OUT'
a,rows,2,,
c,rows,2,,
OUT
check 'small groups: together enough' sh -c "pa-eval accuracy -q --k-anon 3 -g site sites.csv | grep ',rows,'" 3<<'OUT'
(small),rows,5,,
OUT
# Nothing rests on fewer than K users, in any measure that has figures of groups or bins.
printf 'ad,click,user,cost\na1,1,u1,1\na1,0,u2,2\na2,1,u1,1\na3,0,u3,.5\na1,0,u3,0\na2,0,u1,1\n,1,u1,2\na1,1,,3\n' >few.csv
check 'ctr: small groups are one' pa-eval ctr -q -g ad --k-anon 2 few.csv 3<<'OUT'
ad,impressions,clicks,ctr,ctr_low,ctr_high,cost,cpc,cpm
a1,3,1,0.3333333333333333,0.061491944720396215,0.7923403991979523,3,3,1000
(small),4,2,0.5,0.15003898915214947,0.8499610108478506,4.5,2.25,1125
OUT
check 'ctr: or none' pa-eval ctr -q -g ad --k-anon 3 few.csv 3<<'OUT'
ad,impressions,clicks,ctr,ctr_low,ctr_high,cost,cpc,cpm
a1,3,1,0.3333333333333333,0.061491944720396215,0.7923403991979523,3,3,1000
OUT
ok 'ctr: all rows together, too' test "$(pa-eval ctr -q --k-anon 4 few.csv | wc -l)" -eq 1
ok 'ctr: and no rows' test "$(head -n 1 few.csv | pa-eval ctr -q --k-anon 1 | wc -l)" -eq 1
sed '/,,/d; s/a2/(small)/; s/a3/(small)/; s/^,/(small),/' few.csv >joined.csv
for how in '' '--se cluster:user' '-w cost --se cluster:user' '-w cost'; do
    # shellcheck disable=SC2086 # options
    pa-eval ctr -q -g ad $how --k-anon 2 few.csv >got
    # shellcheck disable=SC2086
    pa-eval ctr -q -g ad $how joined.csv >wanted
    same "ctr: small groups count as one group of that name: $how" wanted got
done
paste -d , few.csv - >chosen.csv <<'IN'
prob,policy_prob
.5,.6
.25,.1
.25,.5
.5,.4
.5,.6
.2,.1
.3,.3
.5,.5
IN
sed '/,,/d; s/a2/(small)/; s/a3/(small)/; s/^,/(small),/' chosen.csv >joined.csv
for how in '' '--se cluster:user'; do
    # shellcheck disable=SC2086
    pa-eval policy -q -g ad $how --k-anon 2 chosen.csv >got
    # shellcheck disable=SC2086
    pa-eval policy -q -g ad $how joined.csv >wanted
    same "policy: small groups count as one group of that name: $how" wanted got
done
ok 'policy: small groups that are left out' test "$(pa-eval policy -q -g ad --k-anon 3 chosen.csv | wc -l)" -eq 3
ok 'policy: all rows together, too' test "$(pa-eval policy -q --k-anon 4 chosen.csv | wc -l)" -eq 1
awk 'BEGIN { print "click,score,user"; for (i = 0; i < 40; i++) print (i % 3 == 0) "," i / 40 ",u" (i < 10 ? 0 : i % 4) }' >dull.csv
pa-eval calibration --bins 4 dull.csv >all.out
pa-eval calibration --bins 4 --k-anon 2 dull.csv >k.out 2>k.err
cut -d, -f1-6 all.out | sed 2d >wanted
cut -d, -f1-6 k.out >got
same 'calibration: bins of few users are left out' wanted got
ok 'calibration: which is said' grep -q '1 bins are left out: they have fewer than 2 users' k.err
ok 'calibration: no score of one user' test "$(cell k.out score_min 1)$(cell k.out score_max 1)" = ''
pa-eval lift --bins 4 dull.csv >all.out
pa-eval lift --bins 4 --k-anon 2 --plot k.svg dull.csv >k.out 2>k.err
# The last bin has one user; with the third, sums up to its end would tell what is left for the last.
sed 4,5d all.out >wanted
same 'lift: bins of few users are left out, and what would tell of them' wanted k.out
ok 'lift: which is said' grep -q '2 bins are left out' k.err
ok 'lift: sums tell of runs of bins with users enough' test "$(pa-eval lift -q --bins 8 --k-anon 3 dull.csv | cut -d, -f1 | paste -sd, -)" = 'bin,1,2,3,4,5'
awk 'BEGIN { print "click,score,user"; for (i = 0; i < 30; i++) print (i % 3 == 0) "," 1 - i / 30 ",u" (i >= 10 && i < 15 ? 0 : i % 4) }' >middle.csv
ok 'lift: a small bin takes the next one along' test "$(pa-eval lift -q --bins 6 --k-anon 2 middle.csv | cut -d, -f1 | paste -sd, -)" = 'bin,1,2,5,6'
near 'calibration: what -v says is of the bins that are told of' "$(pa-eval calibration -v --bins 4 --k-anon 2 dull.csv 2>&1 >/dev/null |
    sed -n 's/.*ece \([^,]*\),.*/\1/p')" "$(awk -F, 'NR > 1 { n += $2; d = $3 - $4; e += $2 * (d < 0 ? -d : d) } END { printf "%.17g", e / n }' got)" 1e-15
refuses 'calibration: nothing to tell is undefined' 3 'ece is undefined' pa-eval calibration -q --k-anon 20 --fail-on 'ece>0.9' dull.csv
refuses 'calibration: so are no rows' 3 'ece is undefined' pa-eval calibration -q --fail-on 'ece>0.9' empty.csv
sed 's/,[01]$/&/; 2,$s/[.0-9]*,u/.5,u/' dull.csv >ties.csv
ok 'lift: rows at a border are in all of their bins' test "$(pa-eval lift -q --bins 4 --k-anon 4 ties.csv | wc -l)" -eq 5
printf 'site,x\na,1\nb,2\nc,3\n' >sites1.csv
ok 'drift: groups that are gone are told of' sh -c \
    'sed 3d sites1.csv | pa-eval drift -g site -f x --ref sites1.csv 2>&1 >/dev/null | grep -q "1 of 3 groups of the reference have no rows"'
ok 'drift: and none where all are there' sh -c "! pa-eval drift -g site -f x --ref sites1.csv sites1.csv 2>&1 >/dev/null | grep -q 'of the reference'"
awk 'BEGIN { print "click,g,u"; for (i = 0; i < 80000; i++) print (i % 3 == 0) ",g" int(i / 2) "," i }' >many.csv
for measure in 'ctr --se cluster:u' 'drift -f click --ref many.csv'; do
    # shellcheck disable=SC2086 # a measure and its options
    timeout "$patience" pa-eval $measure -q -g g many.csv >many.out
    report "many groups take linear time: $measure" $?
done
printf 'site,x,user\na,1,u1\na,2,u2\nb,3,u1\nc,4,u3\nd,1,u1\nd,1,u2\n' >drift1.csv
printf 'site,x,user\na,1,u1\na,2,u2\nb,3,u1\nc,4,u3\nc,1,u1\n' >drift2.csv
check 'drift: groups that are small in one of the tables' sh -c 'pa-eval drift -q -g site -f x --k-anon 2 --ref drift1.csv drift2.csv | cut -d, -f1-5' 3<<'OUT'
site,column,type,rows,ref_rows
a,x,number,2,2
(small),x,number,3,2
OUT
ok 'drift: and together' test "$(pa-eval drift -q -g site -f x --k-anon 3 --ref drift1.csv drift2.csv | wc -l)" -eq 2
ok 'drift: or not at all' test "$(pa-eval drift -q -g site -f x --k-anon 4 --ref drift1.csv drift2.csv | wc -l)" -eq 1
ok 'drift: all rows, too' test "$(pa-eval drift -q -f x --k-anon 4 --ref drift1.csv drift2.csv | wc -l)" -eq 1
printf 'click,score\nYES,.3\nNo,.4\nyes,.5\n' >spelt.csv
ok '--positive is a word in any letter case' test "$(pa-eval accuracy -q --positive Yes spelt.csv | sed -n 3p)" = positives,2,,
printf 'click,score,w\n1,.5,1e300\n0,.4,1e-300\n' >far.csv
ok 'weights far apart: both classes are there' test \
    "$(pa-eval accuracy -w w far.csv | grep -E '^(auc|ks|specificity),' | cut -d, -f2 | paste -sd, -)" = 1,1,1
printf 'click,score,w\n1,.4,1e-300\n0,.4,1e300\n1,.5,1e-300\n' >far.csv
near 'weights far apart: a tie' "$(pa-eval accuracy -w w far.csv | grep ^auc | cut -d, -f2)" .75 1e-15
printf 'click,score\n1,1.7\n0,.4\n' >outside.csv
pa-eval accuracy outside.csv 2>err | grep -E '^(log_loss|ne|brier|calibration_ratio|rig|ece),,' >got
ok 'scores that are no probabilities: all that is empty is named' test "$(wc -l <got)" -eq 6 -a \
    "$(grep -c 'log_loss, ne, brier, calibration_ratio, rig and ece are empty' err)" -eq 1
printf 'a,b,user\n1,2,u\n2,3,v\n' >both.csv
printf 'a\n1\n2\n' >lone.csv
for how in '--ref both.csv lone.csv' '--ref lone.csv both.csv'; do
    # shellcheck disable=SC2086
    ok "drift: what both tables have: $how" test "$(pa-eval drift $how 2>err | cut -d, -f1 | paste -sd, -)" = column,a
    cat err >>lacking
done
ok 'drift: a column that one of them lacks is told' test "$(grep -o 'not compared.*' lacking | paste -sd '|' -)" = \
    'not compared, because the input lacks them: b|not compared, because the reference lacks them: b'
refuses 'drift: a named column that the reference lacks' 1 'lone.csv: there is no column "b", which the input has' \
    pa-eval drift -f a,b --ref lone.csv both.csv
refuses 'drift: a named column that the input lacks' 2 'there is no column "b" (the input has a)' \
    pa-eval drift -f b --ref both.csv lone.csv
printf 'b\n1\n' >other.csv
refuses 'drift: no column in common' 1 'there is no column to compare' pa-eval drift --ref other.csv lone.csv
cat >silent.csv <<'IN'
user,g,click,score,w,prob,policy_prob
u1,A,1,.9,1,.5,.5
u2,A,0,.2,0,.5,0
u3,A,1,.6,0,.5,0
u1,B,1,.5,1,.5,.5
u4,B,1,.5,1,.5,.5
u5,B,0,.5,1,.5,.5
IN
for measure in accuracy calibration lift roc pr 'fairness -g w' ctr; do
    # shellcheck disable=SC2086
    refuses "$measure: --positive is not there" 1 'label click: no row has "7" (--positive)' \
        pa-eval $measure --positive 7 silent.csv
    ok "$measure: --positive of no rows" sh -c "head -n 1 silent.csv | pa-eval $measure -q --positive 7 >none.csv"
done
for measure in ctr accuracy fairness 'calibration --bins 1' 'lift --bins 1' policy; do
    how='-w w'
    test "$measure" != policy || how=
    # shellcheck disable=SC2086
    ok "$measure: users whose rows all weigh 0 do not count" test \
        "$(pa-eval $measure -q $how -g g --k-anon 3 silent.csv | cut -d, -f1 | grep -v all | uniq | paste -sd, -)" = g,B
done
for measure in ctr accuracy 'calibration --bins 1' 'lift --bins 1'; do
    # shellcheck disable=SC2086
    ok "$measure: nor where all rows are together" test \
        "$(grep -v ,B, silent.csv | pa-eval $measure -q -w w --k-anon 2 | wc -l)" -eq 1
done
for measure in roc pr; do
    refuses "$measure: no k-anon" 2 "as each of its points is one row's score" pa-eval $measure --k-anon 2 twelve.csv
done
awk 'BEGIN { print "level,x,click"; split("100 200 300 250 150", n, " "); for (k = 1; k <= 5; k++) for (i = 0; i < n[k]; i++) print "l" k "," k ",0" }' >ref.csv
awk 'BEGIN { print "level,x,click"; split("80 150 300 280 190", n, " "); for (k = 1; k <= 5; k++) for (i = 0; i < n[k]; i++) print "l" k "," k ",0" }' >now.csv
pa-eval drift -q --ref ref.csv now.csv >d.out
near 'drift: PSI' "$(cell d.out psi 1)" 0.03152277061109713 1e-15
near 'drift: its null' "$(cell d.out null 1)" 0.01897545807356231 1e-14
near 'drift: JS in bits' "$(cell d.out js 1)" 0.005702248594445224 1e-15
near 'drift: numbers in bins' "$(cell d.out ks 2)" 0.07 1e-12
ok 'drift: outcomes are left out' test "$(wc -l <d.out)" -eq 3
printf 'x\n.1\n.4\n.4\n.7\n.9\n1.3\n' >a.csv
printf 'x\n.2\n.5\n.8\n.8\n1.1\n1.6\n1.9\n' >b2.csv
near 'drift: KS' "$(pa-eval drift -q --ref a.csv b2.csv | awk -F, 'NR == 2 { print $11 }')" 0.38095238095238093 1e-15
# Half of the rows leave a range in which there was one value, or two: bins below and above have them.
awk 'BEGIN { print "x,y"; for (i = 0; i < 100; i++) print "5," i % 2 }' >narrow.csv
awk 'BEGIN { print "x,y"; for (i = 0; i < 100; i++) print (i % 2 ? 5 : 100) "," (i % 2 ? i % 4 == 1 : -3) }' >wide.csv
pa-eval drift -q -f x,y --ref narrow.csv wide.csv >w.out
half=$(awk 'BEGIN { a = 100.5 / 101; b = 0.5 / 101; c = 50.5 / 101; printf "%.15g", (c - a) * log(c / a) + (c - b) * log(c / b) }')
near 'drift: values above the range are a bin' "$(cell w.out psi 1)" "$half" 1e-12
ok 'drift: and shift the column' grep -q '^x,number,100,100,0,0,2,.*,0.5,1,major$' w.out
ok 'drift: so are values below' grep -q '^y,number,100,100,0,0,4,.*,0.5,1,major$' w.out
# What is one value, or none, in both tables has not moved; what is gone has, whatever its kind.
awk 'BEGIN { print "one,gone,word,none"; for (i = 0; i < 40; i++) print "5," i ",w," }' >still.csv
awk 'BEGIN { print "one,gone,word,none"; for (i = 0; i < 30; i++) print "5,,w," }' >stopped.csv
check 'drift: constant columns, and one that is gone' sh -c \
    'pa-eval drift -q -f one,gone,word,none --ref still.csv stopped.csv | cut -d, -f1,7-9,11-13,16,17' 3<<'OUT'
column,bins,psi,null,ks,chi2,p_value,alarm,band
one,1,0,0,0,,1,0,stable
gone,11,5.350314109189325,1.0679105531077138,,70,4.4337817499232224e-11,1,major
word,1,0,0,,0,1,0,stable
none,1,0,0,,0,1,0,stable
OUT
pa-eval drift -q -f one,word --fail-on 'psi>null,alarm>0' --ref still.csv stopped.csv >/dev/null
report 'drift: a constant column passes its checks' $?
printf 'click,score\n1,1\n0,0\n1,1\n0,0\n' >perfect.csv
for how in '' '--bootstrap 30' '--se cluster:score'; do
    # shellcheck disable=SC2086 # options
    ok "mcc of right predictions is 1: $how" sh -c "pa-eval accuracy -q $how perfect.csv | grep -qx mcc,1,1,1"
done
refuses 'drift: fail-on' 3 'psi>null: psi is 0.0315' pa-eval drift -q --ref ref.csv --fail-on 'psi>null' now.csv
refuses 'drift: needs a reference' 2 '--ref' pa-eval drift now.csv
sed 's/l5/new/' now.csv >new.csv
near 'drift: levels never seen' "$(pa-eval drift -q --ref ref.csv -f level new.csv | awk -F, 'NR == 2 { print $15 }')" 0.19 1e-15
printf 'u,click\n' >ratio.csv
awk 'BEGIN { split("0 1 0 2 1 0 3 0", c, " "); split("3 10 2 8 5 1 12 4", n, " "); for (u = 1; u <= 8; u++) for (i = 0; i < n[u]; i++) print "u" u "," (i < c[u]) }' >>ratio.csv
pa-eval ctr --se cluster:u ratio.csv >r.out
near 'ctr: rows of one user count together' "$(cell r.out ctr 1)" 0.15555555555555556 1e-15
near 'ctr: Wilson with the error of the ratio' "$(awk 'BEGIN { p = 0.15555555555555556; s = 0.040728874334066946; z = 1.959963984540054; n = p * (1 - p) / s / s
    printf "%.15g", (p + z * z / 2 / n + z * sqrt(p * (1 - p) / n + z * z / 4 / n / n)) / (1 + z * z / n) }')" "$(cell r.out ctr_high 1)" 1e-12
paste -d , log.csv - >q.csv <<'IN'
q,q_policy
.3,.28
.1,.2
.2,.22
.4,.33
.1,.18
.2,.21
.3,.3
.2,.2
IN
pa-eval policy -q q.csv >p.out
near 'policy: DM' "$(cell p.out value 3)" 0.24 1e-15
near 'policy: DR' "$(cell p.out value 4)" 0.485 1e-15
near 'policy: the error of DR' "$(cell p.out std_error 4)" 0.2505422690314522 1e-15
awk -F, 'BEGIN { OFS = "," } NR == 4 { $3 = 0; $5 = "" } 1' q.csv >gone.csv
ok 'policy: an ad that is gone needs no expectation' sh -c "pa-eval policy gone.csv 2>&1 | grep -q '^dr,' && ! pa-eval policy gone.csv 2>&1 | grep -q 'left out'"
ok 'policy: by clusters' sh -c "pa-eval policy -q --se cluster:slot q.csv | grep -q '^dr,0.485,'"

# ---- --fail-on, --plot ----

pa-eval accuracy --fail-on 'auc<0.7' -o kept.csv twelve.csv
report 'fail-on: a check that passes' $?
refuses 'fail-on: exit 3 and the value' 3 'auc<0.8: auc is 0.734375' pa-eval accuracy --fail-on 'log_loss>0.9,auc<0.8' -o kept2.csv twelve.csv
same 'fail-on: the output is complete' kept.csv kept2.csv
refuses 'fail-on: between measures' 3 'brier<=log_loss' pa-eval accuracy --fail-on 'brier<=log_loss' twelve.csv
refuses 'fail-on: in one group' 3 'auc is 0.6 in slot=b' pa-eval accuracy -g slot --fail-on 'auc<0.7' twelve.csv
refuses 'fail-on: what is undefined does not pass' 3 'auc is undefined' pa-eval accuracy -q --fail-on 'auc<0.1' one.csv
refuses 'fail-on: roc' 3 'auc is' pa-eval roc --fail-on 'auc<0.8' twelve.csv
refuses 'fail-on: calibration' 3 'ece is 0.175' pa-eval calibration --bins 4 --fail-on 'ece>0.1' twelve.csv
refuses 'fail-on: ctr' 3 'in ad=a2' pa-eval ctr -g ad --fail-on 'ctr<0.1' shown.csv
refuses 'fail-on: policy' 3 'ess is 6.0' pa-eval policy --fail-on 'ess<100' log.csv
refuses 'fail-on: an unknown measure' 2 'area' pa-eval accuracy --fail-on 'area<0.8' twelve.csv
refuses 'fail-on: no condition' 2 'no condition' pa-eval accuracy --fail-on 'auc' twelve.csv
pa-eval accuracy --fail-on 'auc<0.8' twelve.csv >checked.out 2>/dev/null
same 'fail-on: no NUL after a failed check' kept.csv checked.out

printf 'click,score,name\n1,.9,<&>\n0,.2,<&>\n1,.5,\377\303\251\n0,.6,\377\303\251\n1,.7,\357\277\277\n0,.1,\357\277\277\n' >odd.csv
pa-eval roc --plot roc.svg twelve.csv >/dev/null
pa-eval roc -g name --plot odd.svg odd.csv >/dev/null
pa-eval calibration --plot cal.svg --bins 4 twelve.csv >/dev/null
if command -v python3 >/dev/null; then
    for plot in roc odd cal; do
        ok "plot: $plot.svg is well-formed" python3 -c "import xml.dom.minidom as m; m.parse('$plot.svg')"
    done
else
    skip 'plot: well-formed' 'python3 is not here'
fi
ok 'plot: AUC in the title' grep -q 'ROC curve, AUC 0.7344 (0.4312 to 1)' roc.svg
ok 'plot: labels of groups are escaped' grep -q 'name=&lt;&amp;&gt;' odd.svg
ok 'plot: what XML has no place for is replaced' grep -q 'name=???' odd.svg
ok 'plot: bins have intervals' test "$(grep -c '<circle' cal.svg)" -eq 4
refuses 'plot: not of every measure' 2 'accuracy does not have it (roc, pr, calibration, lift do)' pa-eval accuracy --plot x.svg twelve.csv
finish
