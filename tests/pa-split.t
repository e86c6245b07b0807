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
echo user,time | pa-split --leave-last 1 -u user >/dev/null 2>err
ok 'parts of an empty table too' sh -c 'grep -q "part 1 is empty$" err && grep -q "part 2 is empty$" err'
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

# Exact shares; the table is printed by tests/ref/pa_split.py.
printf 'a,b\n' >no-rows.csv
check 'exact shares of no rows' pa-split --exact no-rows.csv 3<<'OUT'
a,b,fold
OUT
check 'exact shares of users' pa-split -u user --ratio 5:3:2 --exact twelve.csv 3<<'OUT'
user,item,fold
u1,0,1
u2,1,1
u3,2,1
u4,3,3
u5,4,3
u6,5,1
u7,6,2
u8,7,1
u9,8,1
u10,9,2
u11,10,2
u12,11,2
OUT
pa-split --ratio 8:1:1 --exact rows.csv >exact.csv
awk -F, 'NR > 1 { n[$NF]++ } END { print n[1], n[2], n[3] }' exact.csv >got
echo 16000 2000 2000 >wanted
same 'exact shares of rows' wanted got
pa-split --ratio 8:1:1 --exact shuffled.csv | tail -n +2 | grep -v '^20001,' | sort >got
tail -n +2 exact.csv | sort | comm -3 - got | wc -l >moved
ok 'one row more moves at most one row at each cut' test "$(cat moved)" -le 4
(head -n 1 rows.csv; tail -n +2 rows.csv | sort -r) >moved.csv
pa-split --ratio 8:1:1 --exact moved.csv | sort >got
sort exact.csv >wanted
same 'exact shares of rows in another order' wanted got
pa-split --exact <rows.csv >got
pa-split --exact rows.csv >wanted
same 'exact shares from standard input' wanted got
gzip -c rows.csv | cat | pa-split --exact >got
same 'exact shares from a pipe of gzip' wanted got
awk 'BEGIN { srand(5); print "id,user,kind,click"; for (i = 1; i <= 9000; i++)
    print i ",u" int(rand() * 800) ",k" int(rand() * rand() * 400) "," int(rand() < .1) }' >kinds.csv
pa-split --exact --folds 5 --stratify kind,click kinds.csv -q >got
awk -F, 'NR > 1 { v = $3 "," $4; n[v]++; c[v "," $5]++; all[$5]++ }
    END { for (v in n) for (k = 1; k <= 5; k++) { d = c[v "," k] - n[v] / 5; if (d <= -1 || d >= 1) print v, k, d }
        for (k = 1; k <= 5; k++) if (all[k] < 1798 || all[k] > 1802) print "all", k, all[k] }' got >uneven
same 'exact shares within each value, and in the whole' /dev/null uneven
pa-split --exact -u user --ratio 7:3 --stratify click kinds.csv >got
awk -F, 'NR > 1 { if ($2 in part && part[$2] != $5) print "torn", $2; part[$2] = $5; if ($4) clicked[$2] = 1 }
    END { for (u in part) { c = clicked[u] + 0; n[c]++; first[c] += part[u] == 1; all++; one += part[u] == 1 }
        for (c in n) { d = first[c] - n[c] * .7; if (d <= -1 || d >= 1) print c, d }
        d = one - all * .7; if (d <= -1 || d >= 1) print "all", d }' got >uneven
same 'users who clicked and users who did not, in exact shares' /dev/null uneven
printf 'a\nx\nx\nx\nx\n' >alike.csv
check 'exact shares of rows that are alike' pa-split --exact --ratio 1:1 alike.csv 3<<'OUT'
a,fold
x,1
x,1
x,2
x,2
OUT
printf 'u,a\n,1\nv,1\n,2\nv,2\n,3\n,4\n' | pa-split --exact -u u --ratio 2:3 2>warning >got
awk -F, 'NR > 1 { n[$3]++; if ($1 == "v") v[$3]++ } END { print (n[1] - (v[1] ? 1 : 0)) ":" (n[2] - (v[2] ? 1 : 0)), v[1] + v[2] }' got >counts
echo 2:3 2 >wanted
same 'rows without a user are units of their own' wanted counts

# Time.
awk 'BEGIN { srand(6); print "id,user,time"; for (i = 1; i <= 5000; i++)
    print i ",u" int(rand() * rand() * 400) "," 1767225600 + int(rand() * 300) * 3600 }' >timed.csv
pa-split --at 2026-01-04,2026-01-10T12:00 --gap 6h timed.csv -v >got 2>notes
awk -F, 'NR == 1 { print $0 ",fold"; next } { a = 1767484800; b = 1768046400; g = 6 * 3600 }
    $3 < a { print $0 ",1" } $3 >= a + g && $3 < b { print $0 ",2" } $3 >= b + g { print $0 ",3" }' timed.csv >wanted
same 'parts of time with a gap' wanted got
grep -q "rows left out in the gap: $((5001 - $(wc -l <got)))$" notes
report 'rows in the gap are counted' $?
pa-split --at 1767484800000,1768046400000 timed.csv >got
pa-split --tz +08:00 --at 2026-01-04T08:00,2026-01-10T20:00 --gap 0 timed.csv >wanted
same 'cuts in milliseconds, and in another zone' wanted got
check 'a time at the cut is after it' pa-split --at 2026-02-01 -T day - <<'IN' 3<<'OUT'
day
2026-01-31
2026-02-01
2026-01-31T23:59:59.999999
IN
day,fold
2026-01-31,1
2026-02-01,2
2026-01-31T23:59:59.999999,1
OUT
printf 'id,time\n1,2026-01-01\n2,soon\n3,\n4,2026-03-01\n5,77\n' >times.csv
refuses 'no time' 1 'times.csv:3: time: "soon" is not a time' pa-split --at 2026-02-01 times.csv
for way in skip keep; do
    check "rows without a time are left out ($way)" pa-split --on-error $way --rejects rejects.csv --at 2026-02-01 times.csv 3<<'OUT'
id,time,fold
1,2026-01-01,1
4,2026-03-01,2
OUT
    ok '... are told of' grep -q 'times.csv: 3 of 5 rows unusable, left out$' check.err
    ok '... and are rejected' test "$(cut -d, -f 2,4 rejects.csv | tail -n +2 | paste -s -d ' ' -)" = '3,E_TIME 4,E_REQUIRED 6,E_TIME'
done

# brute N FILE: the last N rows of each user, by counting the later ones
brute()
{
    awk -F, -v n="$1" 'NR == 1 { print $0 ",fold"; next } { line[NR] = $0; user[NR] = $2; time[NR] = $3; list[$2] = list[$2] " " NR }
        END { for (i = 2; i <= NR; i++) { m = split(list[user[i]], l, " "); later = 0
            for (k = 1; k <= m; k++) { j = l[k]; later += time[j] > time[i] || (time[j] == time[i] && j > i) }
            print line[i] "," 1 + (later < n) } }' "$2"
}
for n in 1 4; do
    brute $n timed.csv >wanted
    pa-split -u user --leave-last $n timed.csv >got
    same "the last $n rows of each user" wanted got
done
gzip -c timed.csv | pa-split -u user --leave-last 4 >got
same 'the last rows of each user, from a pipe' wanted got
awk -F, '!seen[$2 "," $3]++' timed.csv >untied.csv
pa-split -u user --leave-last 2 untied.csv | sort >wanted
(head -n 1 untied.csv; tail -n +2 untied.csv | sort -r) | pa-split -u user --leave-last 2 | sort >got
same 'the last rows of each user, whatever their order' wanted got
check 'leave-last: ties go by order, no user is no last row' pa-split -u user --leave-last 1 - <<'IN' 3<<'OUT'
user,time
a,5
,9
a,5
b,1
a,4
IN
user,time,fold
a,5,1
,9,1
a,5,2
b,1,2
a,4,1
OUT
printf 'user,time\na,1\nb,1\nb,2\n,3\n' | pa-split -v -u user --leave-last 1 2>notes >got
ok 'users without a row in the first part are counted' grep -q 'users without a row in the first part: 1$' notes
ok 'rows without a user are warned about' grep -q 'rows without a user, put in the first part: 1$' notes
refuses 'an unusable time in the first of two passes' 1 'times.csv:3: time' pa-split -u id --leave-last 1 times.csv
for way in skip keep; do
    pa-split -v -u id --leave-last 1 --on-error $way --rejects rejects.csv times.csv >got 2>notes
    ok "is counted once ($way)" grep -q '5 rows, 3 left out' notes
    ok 'and logged once' test "$(wc -l <rejects.csv)" -eq 4
    ok 'and told of once' grep -q 'times.csv: 3 of 5 rows unusable, left out$' notes
    for cut in '--at 2026-02-01' '-u id --leave-last 1'; do
        # shellcheck disable=SC2086
        refuses "more than --max-errors ($way, $cut)" 1 'that makes more than 2 unusable rows' \
            pa-split $cut --on-error $way --max-errors 2 times.csv
    done
done

# Negatives; the table is printed by tests/ref/pa_split.py.
check 'negatives are drawn, positives stay' pa-split -l item --neg-rate 0.4 --ratio 1 - <<'IN' 3<<'OUT'
user,item
u1,0
u2,1
u3,0
u4,1
u5,0
u6,1
u7,0
u8,1
u9,0
u10,1
u11,0
u12,1
IN
user,item,weight
u2,1,1
u4,1,1
u5,0,2.5
u6,1,1
u8,1,1
u10,1,1
u12,1,1
OUT
pa-split -v --neg-rate 0.1 --names a.csv,b.csv rows.csv 2>notes
awk -F, 'FNR > 1 && $3 == 1 { p++; w1 += $NF } FNR > 1 && $3 == 0 { n++; w0 += $NF } END { print p, w1, n, w0 }' a.csv b.csv >got
read -r positives weight negatives weights <got
ok 'all positives, weight 1' test "$positives $weight" = '2000 2000'
# 18000 negatives, five standard errors: 5 * sqrt(18000 * .09)
near 'a tenth of the negatives' "$negatives" 1800 201
near 'their weights stand for all' "$weights" 18000 2010
ok 'negatives are counted' grep -q "negatives kept: $negatives of 18000$" notes
awk 'NR > 1' train.csv >all.train
sed 's/,[0-9.]*$//' a.csv | tail -n +2 | grep -vxFf all.train >strange
ok 'negatives are drawn within the parts' test ! -s strange
pa-split --neg-rate 0.3 --ratio 1 rows.csv | sed 's/,[0-9.]*$//' | sort >most
sed 's/,[0-9.]*$//' a.csv b.csv | sort -u | comm -23 - most >strange
ok 'a larger share holds the smaller one' test ! -s strange
(head -n 1 rows.csv; tail -n +2 rows.csv | sort -r) | pa-split --neg-rate 0.3 --ratio 1 | sed 's/,[0-9.]*$//' | sort >got
same 'negatives of rows in another order' most got
check 'labels in words' pa-split --neg-rate 1 --ratio 1 -l y - <<'IN' 3<<'OUT'
y
no
yes
-1
false
true
No
YES
IN
y,weight
no,1
yes,1
-1,1
false,1
true,1
No,1
YES,1
OUT
printf 'click\n0\nmaybe\n1\n' >labels.csv
refuses 'no label' 1 'labels.csv:3: click: "maybe" is not a label' pa-split --neg-rate 0.5 labels.csv
pa-split --on-error skip --rejects rejects.csv --neg-rate 1 --ratio 1 labels.csv >got
ok 'a row without a label is rejected' grep -q 'labels.csv,3,.*E_ENUM' rejects.csv
pa-split --on-error keep --neg-rate 1 --ratio 1 labels.csv >got
ok 'or kept, as no negative' grep -qx 'maybe,1' got
pa-split --neg-rate 0.5 --ratio 1 rows.csv >weighed.csv
refuses 'weight is there already' 2 'weight' pa-split --neg-rate 0.5 --ratio 1 weighed.csv
pa-split --replace --neg-rate 0.5 --ratio 1 weighed.csv >got
same '--replace draws the negatives as before' weighed.csv got

refuses 'one part without negatives' 2 'one part' pa-split --ratio 1 rows.csv
refuses '--at and --folds' 2 'exclude' pa-split --at 2026-01-01 --folds 3 timed.csv
refuses '--at and --exact' 2 '--exact is for shares' pa-split --at 2026-01-01 --exact timed.csv
refuses '--at and -u' 2 'takes no -u' pa-split --at 2026-01-01 -u user timed.csv
refuses '--at without a time' 2 'is not a time' pa-split --at soon timed.csv
refuses '--at in disorder' 2 'is not after' pa-split --at 2026-01-02,2026-01-01 timed.csv
refuses '--gap alone' 2 '--gap is for --at' pa-split --gap 1d timed.csv
refuses '--gap of no duration' 2 '"1" is not a duration' pa-split --at 2026-01-01 --gap 1 timed.csv
refuses '--leave-last without users' 2 'needs -u' pa-split --leave-last 1 timed.csv
refuses '--leave-last without times' 1 'there is no column "time"' pa-split --leave-last 1 -u user rows.csv
refuses '--neg-rate of nothing' 2 '--neg-rate' pa-split --neg-rate 0 rows.csv
refuses '--neg-rate of more than all' 2 '--neg-rate' pa-split --neg-rate 1.5 rows.csv
refuses '--neg-rate without labels' 1 'there is no column "click"' pa-split --neg-rate 0.5 timed.csv

# Ranges: put together they are the file; each begins where a block of rows does.
awk 'BEGIN { srand(4); print "id,text"; for (i = 1; i <= 30000; i++) {
    t = ""; n = int(rand() * 4); while (n--) t = t (rand() < .5 ? "\n" : rand() < .5 ? "\"\"" : ",")
    print i ",\"" t "\"" (i % 1000 ? "" : "\r") } printf "last,x" }' >quoted.csv
for n in 1 3 5 100; do
    pa-split --manifest $n quoted.csv >ranges
    ok "$n ranges, or a block each" test "$(wc -l <ranges)" -eq $((n < 8 ? n + 1 : 9))
    head -n 1 quoted.csv >whole
    row=1
    : >wrong
    tail -n +2 ranges | while IFS=: read -r from to first; do
        [ "$first" -eq "$row" ] || echo "row $first, not $row" >>wrong
        tail -c +$((from + 1)) quoted.csv | head -c $((to - from)) >piece
        cat piece >>whole
        (head -n 1 quoted.csv; cat piece) | pa-split -v 2>&1 >/dev/null | sed -n 's/^.*input: \([0-9]*\) row.*/\1/p' >rows
        row=$((row + $(cat rows)))
        [ $(((row - 1) % 4096)) -eq 0 ] || [ "$row" -eq 30002 ] || echo "cut at row $row" >>wrong
    done
    same "$n ranges are the whole file" quoted.csv whole
    ok "$n ranges are cut at whole blocks" test ! -s wrong
done
check 'ranges of a few rows' pa-split --manifest 2 twelve.csv 3<<'OUT'
range
10:75:1
OUT
printf 'a,b\n' >header.csv
check 'ranges of a header alone' pa-split --manifest 2 header.csv 3<<'OUT'
range
OUT
gzip -c rows.csv >rows.csv.gz
refuses 'ranges of gzip' 1 'rows.csv.gz: ranges need a plain file' pa-split --manifest 2 rows.csv.gz
refuses 'ranges of standard input' 2 'one FILE' pa-split --manifest 2 - <rows.csv
refuses 'ranges of two files' 2 'one FILE' pa-split --manifest 2 rows.csv rows.csv
for option in '--folds 3' '-u user' '--stratify user' '--exact' '-s 2' '-T user' '-l user' '--gap 1d'; do
    # shellcheck disable=SC2086
    refuses "ranges and $option" 2 'divides no rows' pa-split --manifest 2 $option rows.csv
done
printf 'a,b\n1,2\n"3,4\n' >open.csv
refuses 'ranges of a broken file' 1 'open.csv:3' pa-split --manifest 2 open.csv

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
# many parts share what they hold; a row that is longer than a share goes out at once
awk 'BEGIN { print "i,text"; for (i = 0; i < 400; i++) { printf "%d,", i; for (k = 0; k < 600; k++) printf "%06d", i * k; print "" } }' >wide.csv
awk 'BEGIN { print "i,text"; for (i = 0; i < 100; i++) { printf "%d,", i; for (k = 0; k < 6000; k++) printf "%06d", i * k; print "" } }' | tail -n 100 >>wide.csv
mkdir parts
pa-split -q --ratio "$(yes 1 | head -n 100 | paste -sd : -)" --names "$(seq -s , -f parts/%g.csv 100)" wide.csv
tail -q -n +2 parts/*.csv | sort >got
tail -n +2 wide.csv | sort >wanted
same 'a hundred parts hold all rows' got wanted
rm -f p.csv q.csv
refuses 'a ragged row' 1 'ragged.csv:3' pa-split --names p.csv,q.csv ragged.csv
ok 'leaves no file behind' sh -c '! ls p.csv q.csv .pa-*.tmp 2>/dev/null'
pa-split --names p.csv.gz,q.tsv rows.csv
ok 'a name ending in .gz compresses' gzip -t p.csv.gz
ok 'each part has the dialect of its name' sh -c 'head -n 1 q.tsv | grep -q "id	user"'
finish
