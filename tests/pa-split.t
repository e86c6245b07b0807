# SPDX-License-Identifier: MIT
# pa-split: the draw against an independent one, and what a draw by hash promises
. "${0%/*}/lib.sh"

awk 'BEGIN { print "user,item"; for (i = 1; i <= 12; i++) print "u" i "," i - 1 }' >twelve.csv

# Both tables are printed by tests/ref/pa_split.py.
check 'parts of users' pa-split -u user --ratio 5:3:2 twelve.csv 3<<'OUT'
user,item,fold
u1,0,2
u2,1,1
u3,2,2
u4,3,2
u5,4,3
u6,5,2
u7,6,2
u8,7,1
u9,8,1
u10,9,2
u11,10,2
u12,11,2
OUT
check 'folds of rows, another seed' pa-split --folds 4 -s -7 twelve.csv 3<<'OUT'
user,item,fold
u1,0,2
u2,1,2
u3,2,3
u4,3,4
u5,4,3
u6,5,3
u7,6,2
u8,7,1
u9,8,1
u10,9,4
u11,10,2
u12,11,3
OUT

# 20,000 rows of 3,000 users; every tenth is a click.
awk 'BEGIN { srand(3); print "id,user,click,text"
    for (i = 1; i <= 20000; i++) print i ",u" int(rand() * 3000) "," (i % 10 == 0) ",\"a, \"\"b\"\"" i "\"" }' >rows.csv

# share FILE TOTAL: rows of FILE as a share of TOTAL
share()
{
    awk -v n="$2" 'END { print (NR - 1) / n }' "$1"
}

pa-split --ratio 8:1:1 --names a.csv,b.csv,c.csv rows.csv
sort rows.csv a.csv b.csv c.csv | uniq -c | awk '$1 != 2 && $1 != 4' >odd
ok 'every row is in exactly one part, byte for byte' test ! -s odd
for part in a b c; do
    ok "the header is in $part.csv" test "$(head -n 1 "$part.csv")" = id,user,click,text
    tail -n +2 "$part.csv" | sort -c -n
    report "rows keep their order in $part.csv" $?
done
# Five standard errors: 5 * sqrt(20000 * .8 * .2) / 20000 = 0.0141, 0.0106 for a tenth.
near 'share of the first part' "$(share a.csv 20000)" 0.8 0.0141
near 'share of the second part' "$(share b.csv 20000)" 0.1 0.0106
near 'share of the third part' "$(share c.csv 20000)" 0.1 0.0106

pa-split --ratio 8:1:1 rows.csv >fold.csv
awk -F, 'NR > 1 && $NF == 2' fold.csv | sed 's/,2$//' >second
tail -n +2 b.csv >second.wanted
same 'the column fold says the same as the files' second.wanted second

# What is added or moved elsewhere changes nothing.
(head -n 1 rows.csv; tail -n +2 rows.csv | sort -r; echo '20001,new,0,x') >shuffled.csv
pa-split --ratio 8:1:1 shuffled.csv | tail -n +2 | sort >got
tail -n +2 fold.csv | sort >wanted
grep -v '^20001,' got >got.old
same 'rows added and reordered' wanted got.old
awk -F, 'NR <= 2000 { print $3 "," $1 "," $2 }' rows.csv >columns.csv
awk -F, 'NR <= 2000 { print $1 "," $2 "," $3 }' rows.csv | pa-split | awk -F, '{ print $NF }' >wanted
pa-split columns.csv | awk -F, '{ print $NF }' >got
same 'columns in another order' wanted got
tr , '\t' <columns.csv | pa-split --to csv | awk -F, '{ print $NF }' >got
same 'another dialect' wanted got
pa-split --ratio 8:1:1 --seed 2 rows.csv | awk -F, '{ print $NF }' >got
awk -F, '{ print $NF }' fold.csv | paste - got | awk '$1 == $2' | wc -l >agree
near 'another seed is an independent draw' "$(cat agree)" "$((20000 * 66 / 100))" 335

# Users stay together, in every table; moving the cut moves little.
pa-split -u user --names a.csv,b.csv rows.csv
awk -F, 'FNR > 1 { part[$2] = part[$2] FILENAME " " } END { for (u in part) if (part[u] ~ /a.csv.*b.csv/) print u }' \
    a.csv b.csv >torn
ok 'no user is in two parts' test ! -s torn
# 5 * sqrt(3000 * .16) / 3000
near 'share of users' "$(tail -n +2 a.csv | cut -d, -f2 | sort -u | awk 'END { print NR / 3000 }')" 0.8 0.0366
awk -F, 'NR > 1 { print $2 }' rows.csv | sort -u | (echo who; cat) | pa-split -u who | sed -n 's/,1$//p' >users
tail -n +2 a.csv | cut -d, -f2 | sort -u >wanted
same 'the same users in another table' wanted users
pa-split -u user --ratio 9:1 --names a9.csv,b9.csv rows.csv
grep -vxFf a9.csv a.csv >left
ok 'a larger first part holds the smaller one' test ! -s left

# One part can be divided into folds at once; dividing it again by ratio wants another seed.
pa-split --names train.csv,test.csv rows.csv
pa-split --folds 5 train.csv | awk -F, 'NR > 1 { n[$NF]++ }
    END { for (k = 1; k <= 5; k++) if (n[k] < 3000 || n[k] > 3400) print k, n[k] }' >uneven
ok 'folds of a part are even' test ! -s uneven
pa-split --ratio 9:1 train.csv 2>err >again.csv
ok 'an empty part is warned about' grep -q 'part 2 is empty (.*--seed' err
pa-split --ratio 9:1 -s 2 --names x.csv,y.csv train.csv
near 'another seed divides it' "$(share y.csv "$(awk 'END { print NR - 1 }' train.csv)")" 0.1 0.0119

# Strata.
pa-split -v --stratify click --names a.csv,b.csv rows.csv 2>notes
awk -F, 'FNR > 1 && $3 == 1' b.csv | wc -l >clicks
# 2000 clicks, five standard errors: 5 * sqrt(2000 * .16)
near 'the share holds within a value' "$(cat clicks)" 400 90
ok 'rows of each value with -v' grep -q "click \"1\": $((2000 - $(cat clicks))) : $(cat clicks)$" notes
same 'stratify moves no row' train.csv a.csv
printf 'u,c,d\n1,x,p\n2,x,p\n3,y,q\n' >small.csv
pa-split --stratify c,d small.csv 2>warning >/dev/null
ok 'a value that a part lacks is warned about' grep -q 'values of c,d that some part lacks: 2, the first "x,p" (2 : 0)' warning

# Missing users are drawn by their rows.
awk 'BEGIN { print "id,user"; for (i = 1; i <= 2000; i++) print i "," }' >nobody.csv
pa-split -u user --names a.csv,b.csv nobody.csv 2>warning
near 'rows without a user are divided too' "$(share b.csv 2000)" 0.2 0.045
ok 'and warned about' grep -q 'rows without a user.*: 2000' warning

# fold is drawn anew when it is there.
pa-split --folds 5 twelve.csv >once.csv
refuses 'fold is there already' 2 'fold' pa-split --folds 5 once.csv
pa-split --replace --folds 5 once.csv >twice.csv
same '--replace draws as before' once.csv twice.csv

refuses 'empty input' 1 'empty' pa-split </dev/null
check 'a header alone' pa-split - <<'IN' 3<<'OUT'
a,b
IN
a,b,fold
OUT
check 'without a header' pa-split -n --folds 2 - <<'IN' 3<<'OUT'
same
same
IN
same,1
same,1
OUT
refuses 'names and parts must agree' 2 '3 files for 2 parts' pa-split --names a,b,c rows.csv
refuses 'a file twice' 2 'stands twice' pa-split --names a,a rows.csv
refuses 'a file twice under two names' 2 'two outputs' pa-split --names a,./a rows.csv
refuses 'a file without a name' 2 'part 2 is empty' pa-split --names a, rows.csv
refuses '--names and -o' 2 'exclude' pa-split --names a,b -o c rows.csv
refuses '--folds and --ratio' 2 'exclude' pa-split --folds 3 --ratio 1:1 rows.csv
refuses 'a share of nothing' 2 '"0" is not a share' pa-split --ratio 8:0 rows.csv
refuses 'a negative share' 2 '"-1" is not a share' pa-split --ratio 8:-1 rows.csv
refuses 'a share of text' 2 '"x" is not a share' pa-split --ratio 8:x rows.csv
refuses 'one part' 2 'one part' pa-split --ratio 8 rows.csv
refuses 'one fold' 2 'folds' pa-split --folds 1 rows.csv
refuses 'no such user column' 2 'is "user" meant' pa-split -u usr rows.csv
refuses 'no such stratum' 2 'is "click" meant' pa-split --stratify clik rows.csv

printf 'a,b\n1,2\n3\n' >ragged.csv
rm -f p.csv q.csv
refuses 'a ragged row' 1 'ragged.csv:3' pa-split --names p.csv,q.csv ragged.csv
ok 'leaves no file behind' sh -c '! ls p.csv q.csv .pa-*.tmp 2>/dev/null'
pa-split --names p.csv.gz,q.tsv rows.csv
ok 'a name ending in .gz compresses' gzip -t p.csv.gz
ok 'each part has the dialect of its name' sh -c 'head -n 1 q.tsv | grep -q "id	user"'
finish
