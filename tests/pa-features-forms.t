# SPDX-License-Identifier: MIT
# pa-features --to vw and --to libsvm
. "${0%/*}/lib.sh"

cat >rows.csv <<'IN'
user,click,price,brand,weight,visits
u1,1,3,acme,2,0
u2,0,,"b, c",0.5,1e300
u3,1,-0,,,-2.5
IN
check 'vw' pa-features -q --to vw rows.csv 3<<'OUT'
1 2 | price:3 brand=acme
-1 0.5 | price= brand=b,_c visits:1e300
1 | brand= visits:-2.5
OUT
check 'libsvm' pa-features -q --to libsvm -x brand rows.csv 3<<'OUT'
1 1:3
0 2:1e300
1 2:-2.5
OUT
check 'libsvm: features are numbered as columns of the output' \
    pa-features -q --to libsvm --onehot brand --scale visits=none rows.csv 3<<'OUT'
1 1:3 4:1
0 2:1e300 5:1
1 2:-2.5 3:1
OUT
refuses 'libsvm has no text' 1 'brand: libsvm has numbers only' pa-features -q --to libsvm rows.csv
refuses 'and what helps is told' 1 '--onehot' pa-features -q --to libsvm rows.csv
refuses 'libsvm has no weights: told' 1 'the column "weight" is not used' \
    pa-features --to libsvm rows.csv
pa-features -q --scale '*=z' --bin visits=0 -M enc.tsv rows.csv >/dev/null
check 'with a model' pa-features -q --to vw -m enc.tsv rows.csv 3<<'OUT'
1 2 | price:1 brand=acme visits=0..
-1 0.5 | price= brand=b,_c visits=0..
1 | price:-1 brand= visits=..0
OUT

# ---- names ----

printf 'a b\tc:d\te|f\t \t\t价格\t12\na b|c:d\tx\\ty\tz\\nz\t1\t2\t手机 壳\t4\n' >names.tsv
check 'names without blanks, bars and colons' pa-features -q --to vw names.tsv 3<<'OUT'
| a_b=a_b_c_d c_d=x_y e_f=z_z _:1 _:2 价格=手机_壳 12:4
OUT
check 'without a header' pa-features -q -n -l c2 --to vw - 3<<'OUT' <<'IN'
-1 | c1:1 c3=a
1 | c1:2 c3=b
OUT
1,no,a
2,YES,b
IN

# ---- roles ----

check 'roles' pa-features -q --to vw - 3<<'OUT' <<'IN'
| cluster=g1 kind=k
OUT
user,item,time,event,cost,revenue,score,rank,why1,cluster,kind
u,i,2026-01-01,view,1,2,0.5,1,price,g1,k
IN
check 'columns of -f, keys among them' pa-features -q --to vw -f weight,user rows.csv 3<<'OUT'
1 | user=u1 weight:2
-1 | user=u2 weight:0.5
1 | user=u3 weight=
OUT
check 'the order is that of the columns' pa-features -q --to vw -f brand,price -x brand rows.csv 3<<'OUT'
1 2 | price:3
-1 0.5 | price=
1 |
OUT
check 'the label is nothing to scale' pa-features -q -l bought --scale '*=z' - 3<<'OUT' <<'IN'
bought,x
0,-1
1,1
OUT
bought,x
0,5
1,7
IN
refuses 'a label that is transformed' 2 'is the label of a row' \
    pa-features -q --to vw -l visits --scale visits=z rows.csv
refuses 'a weight that is transformed' 2 'is the weight of a row' \
    pa-features -q --to vw --scale weight=z rows.csv

# ---- labels and weights ----

printf 'y,x\n-1,1\n1,2\n' >minus.csv
check 'labels -1 and 1 for LIBLINEAR' pa-features -q --to libsvm -l y minus.csv 3<<'OUT'
0 1:1
1 1:2
OUT
printf 'y,x\n1,1\n3,2\n0,3\n2.50,4\n' >many.csv
check 'other numbers stay' pa-features -q --to vw -l y many.csv 3<<'OUT'
1 | x:1
3 | x:2
0 | x:3
2.5 | x:4
OUT
check 'and for LIBLINEAR' pa-features -q --to libsvm -l y many.csv 3<<'OUT'
1 1:1
3 1:2
0 1:3
2.5 1:4
OUT
printf 'y,x\n1,1\nmaybe,2\n' >maybe.csv
refuses 'labels that are neither' 1 'with the label "maybe"' pa-features -q --to vw -l y maybe.csv
printf 'x\n1\n0\n' >bare.csv
check 'no label' pa-features -q --to vw bare.csv 3<<'OUT'
| x:1
|
OUT
refuses 'libsvm must have one' 1 'which --label is by default' pa-features -q --to libsvm bare.csv
refuses 'a label that is not there' 2 '--label: there is no column "y"' \
    pa-features -q --to vw -l y bare.csv
refuses 'of a table, too' 2 '--label: there is no column "y"' pa-features -l y --scale x=z bare.csv
printf 'click,x,weight\n1,1,2\n,2,3\n0,3,\n' >hole.csv
check 'a row without a label has no weight either' pa-features -q --to vw hole.csv 3<<'OUT'
1 2 | x:1
| x:2
-1 | x:3
OUT
refuses 'libsvm: a row without a label' 1 'hole.csv:3: click: the label is missing (--label)' \
    pa-features -q --to libsvm hole.csv
for how in skip keep; do
    check "left out by $how" pa-features -q --to libsvm --on-error $how --rejects left.csv hole.csv 3<<'OUT'
1 1:1
0 1:3
OUT
    check "and told by $how" sed 1d left.csv 3<<'OUT'
hole.csv,3,21,E_REQUIRED,click: the label is missing (--label),",2,3"
OUT
done
printf 'click,x,weight\n1,1,2\n0,2,-3\n' >owes.csv
refuses 'a weight below 0' 1 'owes.csv:3: weight: not a number' pa-features -q --to vw owes.csv
sed 's/-3/much/' owes.csv >much.csv
refuses 'a weight of words' 1 'much.csv:3: weight: not a number' pa-features -q --to vw much.csv

# ---- what a column holds ----

printf 'id,x\n1,2\na,3\n' >mixed.csv
refuses 'a mixture' 1 'numbers ("1" in line 2)' pa-features -q --to vw mixed.csv
check 'as a category' pa-features -q --to vw --categorical id mixed.csv 3<<'OUT'
| id=1 x:2
| id=a x:3
OUT
check 'as a number' pa-features -q --to vw --numeric id mixed.csv 3<<'OUT'
| id:1 x:2
| id= x:3
OUT
printf 'click,id,x\n1,1,2\n0,1e999,3\n1,4,5\n' >huge.csv
refuses 'beyond all numbers' 1 'huge.csv:3: id' pa-features -q --to libsvm huge.csv
check 'left out' pa-features -q --to libsvm --on-error skip huge.csv 3<<'OUT'
1 1:1 2:2
1 1:4 2:5
OUT

# ---- groups and rows with features ----

cat >log.csv <<'IN'
time,user,event,category,price,click
2026-01-01,ann,view,phones,100,0
2026-01-02,bob,view,cameras,250,0
2026-01-03,ann,order,phones,150,1
IN
check 'groups' pa-features -q -g user --agg 'click=max:click,n=count,top:category,mean:price' --to vw log.csv 3<<'OUT'
1 | n:2 top_category=phones mean_price:125
-1 | n:1 top_category=cameras mean_price:250
OUT
check 'groups, one-hot' pa-features -q -g user --agg 'click=max:click,n=count,top:category' \
    --onehot top_category --to libsvm log.csv 3<<'OUT'
1 1:2 3:1
0 1:1 2:1
OUT
check 'columns of -g are no features' pa-features -q -g category --agg n=count --to vw log.csv 3<<'OUT'
| n:2
| n:1
OUT
check 'but may be the label' pa-features -q -g user,click --agg n=count --to libsvm log.csv 3<<'OUT'
0 1:1
0 1:1
1 1:1
OUT
refuses 'a group without a label' 1 'the label of a group is missing' \
    pa-features -q -g user --agg 'click=mean:price:event=order' --to libsvm log.csv
printf 'user,time,slot,kind,click\nann,2026-01-02,1,big,1\ncat,2026-01-03,2,small,0\n' >shown.csv
check 'rows with features' pa-features -q -g user --for shown.csv --agg 'n=count,mean:price' --to vw log.csv 3<<'OUT'
1 | kind=big n:1 mean_price:100
-1 | kind=small mean_price=
OUT
refuses 'a column that is there' 2 'there is a column "kind" already' \
    pa-features -q -g user --for shown.csv --agg kind=count --to vw log.csv
check 'it is overwritten, in its place' pa-features -q -g user --for shown.csv \
    --agg 'm=count,kind=count' --replace --to vw log.csv 3<<'OUT'
1 | kind:1 m:1
-1 |
OUT

# ---- the stream ----

pa-features -q --to vw rows.csv >whole.vw
pa-features -q --to vw -o out.vw.gz rows.csv
gzip -dc <out.vw.gz >out.vw
same '-o NAME.gz' whole.vw out.vw
pa-features -q --to vw -z <rows.csv | gzip -dc >out.vw
same '-z from a pipe' whole.vw out.vw
for j in 1 2 4; do
    pa-features -q -j $j --to vw rows.csv >out.vw
    same "-j $j" whole.vw out.vw
done
{ cat rows.csv; printf 'u4,1,x\n'; } >ragged.csv
pa-features -q --to vw --numeric price,visits --categorical brand -l user rows.csv >/dev/null 2>err
cp whole.vw kept.vw
refuses 'an error' 1 'ragged.csv:5' pa-features -q --to vw -o kept.vw ragged.csv
same 'leaves the old file' whole.vw kept.vw
{ sed 1,2d rows.csv | cut -d, -f3; printf '1e999\n'; } | sed 1i\\price >ends.csv
pa-features -q --to vw --numeric price ends.csv >out 2>err
printf '| price=\n|\n\0' >wanted
same 'and a NUL at the end of standard output' wanted out
for program in pa-clean pa-train pa-rank; do
    refuses "$program writes tables" 2 "$program does not write libsvm" $program --to libsvm rows.csv
done
: >empty.csv
refuses 'no header' 1 'empty' pa-features --to vw empty.csv
printf 'click,x\n' >none.csv
check 'no rows' pa-features -q --to libsvm none.csv 3</dev/null

# ---- the scores of exported models ----

# agree NAME LINES TOLERANCE: numbers of the files wanted and got
agree()
{
    paste wanted got | awk -v n="$2" -v t="$3" '{ d = $1 - $2; if (!(d <= t && d >= -t)) bad = 1 }
        END { exit bad || NR != n }'
    report "$1" $?
}

cat >train.csv <<'IN'
click,price,brand,visits
1,1,a b,2
0,2,b:c,3
1,,a b,4
1,4,,1
0,5,d,2
1,6,a b,
0,2,d,1
0,3,b:c,2
1,7,d,5
IN
pa-train -q --export vw -M model.tsv train.csv >model.vw
pa-rank -q -m model.tsv train.csv | sed 1d | sed 's/.*,//' >wanted
pa-features -q --to vw train.csv >train.vw
# shellcheck disable=SC2016 # awk's variables
awk 'FNR == NR { n = split($0, part, ":"); if (n == 3) w[part[1]] = part[3]; next }
    {
        sum = w["Constant"]
        for (i = 3; i <= NF; i++) {
            n = split($i, part, ":")
            if (!(part[1] in w)) exit 1
            sum += w[part[1]] * (n == 2 ? part[2] : 1)
        }
        printf "%.12f\n", 1 / (1 + exp(-sum))
    }' model.vw train.vw >got
agree 'an exported model scores VW rows as pa-rank does' 9 1e-11

if command -v liblinear-train >/dev/null && command -v liblinear-predict >/dev/null; then
    awk 'BEGIN { print "click,x,y,z"; s = 7
        for (i = 0; i < 400; i++) {
            for (k = 0; k < 4; k++) { s = (s * 16807) % 2147483647; u[k] = s / 2147483647 }
            print (u[3] < 0.3 + 0.4 * u[0] - 0.2 * u[1]) "," u[0] "," 10 * u[1] "," int(4 * u[2])
        } }' >plain.csv
    pa-features -q --to libsvm plain.csv >plain.svm
    # A bias of 1000 is penalised a millionth as much: as good as not at all.
    liblinear-train -q -s 0 -c 1 -B 1000 -e 1e-9 plain.svm plain.model >/dev/null
    pa-train -q --no-standardize --coef coef.csv --export libsvm -M plain.tsv plain.csv >exported.model
    first=$(awk '$1 == "label" { print $2 }' plain.model)
    awk -v sign="$((first ? 1 : -1))" 'w { printf "%.15g\n", sign * $1 * (++n == 4 ? 1000 : 1) } $1 == "w" { w = 1 }' \
        plain.model >got
    { sed 1,2d coef.csv; sed -n 2p coef.csv; } | cut -d, -f2 >wanted
    agree 'the coefficients of pa-train and LIBLINEAR' 4 1e-6
    liblinear-predict -q -b 1 plain.svm exported.model scores >/dev/null
    sed 1d scores | cut -d' ' -f2 >got
    pa-rank -q -m plain.tsv plain.csv | sed 1d | sed 's/.*,//' >wanted
    # It prints six digits.
    agree 'LIBLINEAR scores the rows with the exported model' 400 2e-6
else
    skip 'LIBLINEAR' 'liblinear-train is not installed'
fi
finish
