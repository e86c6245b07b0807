# SPDX-License-Identifier: MIT
# pa-join: matches, keys, clashes, and an independent join by awk on random tables
. "${0%/*}/lib.sh"

cat >products.csv <<'IN'
item,category,price
1,phone,1000
2,"phone, ""new""",1500
3,,2000
IN

check 'left is the default: every row, in order' pa-join --on item products.csv - <<'IN' 3<<'OUT'
user,item,time
u1,2,5
u2,9,6
u3,3,7
u1,1,8
IN
user,item,time,category,price
u1,2,5,"phone, ""new""",1500
u2,9,6,,
u3,3,7,,2000
u1,1,8,phone,1000
OUT

check 'inner keeps what matches' pa-join --inner --on item products.csv - <<'IN' 3<<'OUT'
item
9
1

3
IN
item,category,price
1,phone,1000
3,,2000
OUT

check 'the key may have another name in LOOKUP' pa-join --on 'product=item' products.csv - <<'IN' 3<<'OUT'
product,price of day
1,990
IN
product,price of day,category,price
1,990,phone,1000
OUT

printf 'shop,item,stock\na,1,10\na,2,20\nb,1,30\nab,,40\n' >stock.csv
check 'several key columns' pa-join --on item=item,shop stock.csv - <<'IN' 3<<'OUT'
item,shop
1,b
2,b
2,a
,ab
1,a
IN
item,shop,stock
1,b,30
2,b,
2,a,20
,ab,
1,a,10
OUT

printf 'a,b,x\nu,vw,1\nuv,w,2\n' >parts.csv
check 'two fields are not one' pa-join --on a,b parts.csv - <<'IN' 3<<'OUT'
a,b
uv,w
u,vw
uvw,
IN
a,b,x
uv,w,2
u,vw,1
uvw,,
OUT

printf 'k\tv\n1\ta\\tb\n"2"\tc\n' >lookup.tsv
check 'each table has its own dialect; keys are decoded' pa-join --on k lookup.tsv - <<'IN' 3<<'OUT'
k,n
"1",x
"""2""",y
01,z
IN
k,n,v
"1",x,a	b
"""2""",y,c
01,z,
OUT

printf 'k,v\n,lost\nNA,lost\nx,kept\n' >missing.csv
check 'a missing key equals nothing' pa-join --na NA --on k missing.csv - <<'IN' 3<<'OUT'
k
x
NA
""
IN
k,v
x,kept
NA,
"",
OUT
pa-join --na NA --on k missing.csv </dev/null >/dev/null 2>warning
printf 'k\n' | pa-join --na NA --on k missing.csv >/dev/null 2>warning
ok 'rows of LOOKUP without a key are warned about' grep -q 'missing.csv: rows without a key.*: 2$' warning
echo k >k.csv
pa-join --na NA --on k - k.csv <missing.csv >/dev/null 2>warning
ok 'and of a LOOKUP on standard input' grep -q '^pa-join: standard input: rows without' warning

printf 'k,v\na=b,1\n' >equal.csv
check 'backslashes take the meaning of = and commas' pa-join --on 'x\=y\,z=k' equal.csv - <<'IN' 3<<'OUT'
"x=y,z"
a=b
IN
"x=y,z",v
a=b,1
OUT

printf 'b=c,"d,\\e=",v\n1,2,3\n' >signs.csv
check 'in names without a partner, too, and in those of LOOKUP' pa-join --on 'b\=c,x=d\,\\e\=' signs.csv - <<'IN' 3<<'OUT'
b=c,x
1,2
IN
b=c,x,v
1,2,3
OUT
refuses 'an empty key' 2 '--on: no column is named' pa-join --on '' signs.csv signs.csv

printf 'ad,bid\nspring,2\nsale,3\n' >ads.csv
check 'cross: every row with every row' pa-join --cross ads.csv - <<'IN' 3<<'OUT'
request
r1
r2
IN
request,ad,bid
r1,spring,2
r1,sale,3
r2,spring,2
r2,sale,3
OUT

printf 'ad,bid\n' >none.csv
check 'cross with nothing is nothing' pa-join --cross none.csv - <<'IN' 3<<'OUT'
request
r1
IN
request,ad,bid
OUT

printf 'k\nx\n' >keys.csv
check 'a LOOKUP of keys alone' pa-join --inner --on k keys.csv - <<'IN' 3<<'OUT'
k,n
y,1
x,2
IN
k,n
x,2
OUT

printf 'x,1\ny,2\n' >plain.csv
check 'without headers' pa-join -n --on c2=c1 plain.csv - <<'IN' 3<<'OUT'
7,y
8,z
IN
7,y,2
8,z,
OUT

printf 'item,price\n1,5\n' >clash.csv
refuses 'a clash of names is a wrong call' 2 'price' pa-join --on item products.csv clash.csv
check '--replace overwrites, also where nothing matches' pa-join --replace --on item products.csv - <<'IN' 3<<'OUT'
item,price,n
1,5,a
9,6,b
IN
item,price,n,category
1,1000,a,phone
9,,b,
OUT

printf 'item,name\n1,a\n2,b\n\n1,c\n' >twice.csv
refuses 'a key twice names both lines' 1 'twice.csv:5: item: "1" stands on line 2 already' \
    pa-join --on item twice.csv clash.csv
printf 'a,b,c\n1,2,x\n1,2,y\n' >twice.csv
printf 'a,b\n1,2\n' >ab.csv
refuses 'so does one of several columns' 1 'twice.csv:3: a,b: "1,2" stands on line 2 already' \
    pa-join --on a,b twice.csv ab.csv
refuses 'no such column in the rows' 2 'there is no column "itm"' pa-join --on itm=item products.csv clash.csv
refuses 'no such column in LOOKUP' 2 'in LOOKUP): there is no column "itm"' pa-join --on item=itm products.csv clash.csv
refuses 'the nearest name is suggested' 2 'item' pa-join --on itme products.csv clash.csv
refuses 'a column twice in the key' 2 'twice' pa-join --on item,item products.csv clash.csv
refuses 'no LOOKUP' 2 'LOOKUP' pa-join --on item
refuses 'no key' 2 '--on' pa-join products.csv clash.csv
refuses 'a key for --cross' 2 '--cross' pa-join --cross --on item products.csv clash.csv
refuses 'two kinds' 2 'exclude' pa-join --left --inner --on item products.csv clash.csv
refuses 'two kinds, anti' 2 'exclude' pa-join --anti --inner --on item products.csv clash.csv
refuses 'a prefix for nothing' 2 '--prefix' pa-join --anti --prefix x --on item products.csv clash.csv
refuses 'duplicates of --cross' 2 'takes no --duplicates' pa-join --cross --duplicates all products.csv clash.csv
refuses 'another treatment of duplicates' 2 'error|first|all' pa-join --duplicates last --on item products.csv clash.csv
refuses 'standard input twice' 2 'standard input' pa-join --on item - -
refuses 'LOOKUP is not there' 1 'absent.csv' pa-join --on item absent.csv clash.csv
printf 'a,b\n1,2\n1,2,3\n' >ragged.csv
refuses 'LOOKUP is ragged' 1 'ragged.csv:3' pa-join --replace --on a ragged.csv ab.csv

check '--prefix gives clashing names another' pa-join --prefix list_ --on item products.csv clash.csv 3<<'OUT'
item,price,category,list_price
1,5,phone,1000
OUT
printf 'item,price,list_price\n1,5,6\n' >clashes.csv
refuses 'a prefixed name that is there, too' 2 'list_price' pa-join --prefix list_ --on item products.csv clashes.csv
check '--prefix with --replace' pa-join --replace --prefix list_ --on item products.csv clashes.csv 3<<'OUT'
item,price,list_price,category
1,5,1000,phone
OUT

printf 'name,why\nu1,spam\n,lost\nu1,again\nu3,bot\n' >blocked.csv
check 'anti: rows without a match or a key' pa-join --anti --on user=name blocked.csv - <<'IN' 3<<'OUT'
user,why
u1,a
"u2",b
u3,c
,d
u4,e
IN
user,why
"u2",b
,d
u4,e
OUT
refuses 'anti refuses duplicates when told so' 1 'blocked.csv:4: user=name: "u1" stands on line 2' \
    pa-join --anti --duplicates error --on user=name blocked.csv - <<'IN'
user
u2
IN

printf 'k,v\nx,1\ny,2\nx,3\nx,4\n' >many.csv
check 'duplicates: the first' pa-join --duplicates first --on k many.csv - <<'IN' 3<<'OUT'
k
x
z
IN
k,v
x,1
z,
OUT
check 'duplicates: all, in the order of LOOKUP' pa-join --duplicates all --on k many.csv - <<'IN' 3<<'OUT'
k
x
z
y
x
IN
k,v
x,1
x,3
x,4
z,
y,2
x,1
x,3
x,4
OUT

printf 'a,b\n1,2\n3,4\n' >ab.csv
pa-join -v --inner --on a ab.csv - <<'IN' >/dev/null 2>counts
a
1
2

IN
ok 'counts with -v' grep -q 'rows matched: 1 (kept), unmatched: 2 (left out), of these without a key: 1' counts

# Random tables: few keys, so some match often, some never; awk does the same its own way.
awk 'BEGIN { srand(7); print "k,v"; for (i = 1; i <= 400; i++) if (rand() < .6) print "k" i ",v" i * i }' >right.csv
awk 'BEGIN { srand(8); print "n,k"; for (i = 1; i <= 20000; i++) print i ",k" int(rand() * 450) }' >left.csv
awk -F, 'NR == FNR { v[$1] = $2; next } FNR == 1 { print $0 ",v"; next } { print $0 "," v[$2] }' right.csv left.csv >wanted
pa-join --on k right.csv left.csv >got
same 'a random left join is that of awk' wanted got
awk -F, 'NR == 1 || $3 != ""' wanted >wanted.inner
pa-join --on k --inner right.csv left.csv >got
same 'a random inner join is that of awk' wanted.inner got
awk -F, 'NR == FNR { v[$1] = 1; next } FNR == 1 || !($2 in v)' right.csv left.csv >wanted.anti
pa-join --on k --anti right.csv left.csv >got
same 'a random anti join is that of awk' wanted.anti got
awk 'BEGIN { srand(9); print "k,w,a"; for (i = 1; i <= 1500; i++) { k = int(rand() * rand() * 450); print "k" k "," k % 2 "," i } }' >repeats.csv
awk -F, 'NR == 1 { print $0 ",w"; next } { print $0 "," substr($2, 2) % 2 }' left.csv >two.csv
awk -F, 'NR == FNR { v[$1 "," $2] = v[$1 "," $2] " " $3; next } FNR == 1 { print $0 ",a"; next }
    { n = split(v[$2 "," $3], a, " "); if (!n) print $0 ","; for (i = 1; i <= n; i++) print $0 "," a[i] }' repeats.csv two.csv >expected
pa-join --on k,w --duplicates all repeats.csv two.csv >got
same 'a random join with repeated keys of two columns is that of awk' expected got
awk -F, 'NR == FNR { if (!(($1 "," $2) in v)) v[$1 "," $2] = $3; next } FNR == 1 { print $0 ",a"; next }
    { if (($2 "," $3) in v) print $0 "," v[$2 "," $3] }' repeats.csv two.csv >expected
pa-join --on k,w --inner --duplicates first repeats.csv two.csv >got
same 'the first of repeated keys is that of awk' expected got
pa-join -v --on k,w --duplicates all repeats.csv two.csv 2>counts >got
awk -v wanted="$(($(wc -l <got) - 1))" '/rows matched/ { m = $4; u = $6 } /rows written/ { w = $NF }
    END { sub(",", "", m); exit !(w == wanted) }' counts
report 'rows written are counted' $?
awk '/rows matched/ { gsub(",", ""); exit !($4 + $7 == 20000) }' counts
report 'every row is matched or unmatched' $?
(head -n 1 left.csv; tail -n +2 left.csv | sort -r) >moved.csv
pa-join --on k right.csv left.csv | sort >expected
pa-join --on k right.csv moved.csv | sort >got
same 'rows in another order' expected got
head -n 60 left.csv >some.csv
awk -F, 'NR == FNR { if (FNR > 1) { w[++m] = $2; k[m] = $1 } next } FNR == 1 { print $0 ",key,v"; next }
    { for (i = 1; i <= m; i++) print $0 "," k[i] "," w[i] }' right.csv some.csv >wanted.cross
sed '1s/k/key/' right.csv >other.csv
pa-join --cross other.csv some.csv >got
same 'a random cross join is that of awk' wanted.cross got
gzip -c right.csv >right.csv.gz
gzip -c left.csv | pa-join --on k right.csv.gz >got
same 'from gzip and a pipe' wanted got
pa-join --on k right.csv left.csv -o out.csv.gz && gunzip -c out.csv.gz >got
same 'to gzip' wanted got

# Rows of files that differ in columns, order and dialect, more of them than are looked up at once.
awk 'BEGIN { print "n,k,t"; for (i = 1; i <= 500; i++) print i ",k" i % 7 ",\"a,\"\"" i "\"\"\"" }' >mixed.csv
awk 'BEGIN { print "t\tx\tk"; for (i = 1; i <= 500; i++) print "tab\\t" i ",\t" (i % 3 ? "" : "\"q\"") "\tk" i % 5 }' >mixed.tsv
printf 'k,v\nk1,one\nk2,"two, 2"\nk4,four\n' >small.csv
pa-join --union --on k small.csv mixed.csv mixed.tsv mixed.csv >got
awk 'function v(k) { return k == 1 ? "one" : k == 2 ? "\"two, 2\"" : k == 4 ? "four" : "" }
    function csv() { for (i = 1; i <= 500; i++) print i ",k" i % 7 ",\"a,\"\"" i "\"\"\",," v(i % 7) }
    BEGIN { print "n,k,t,x,v"; csv()
        for (i = 1; i <= 500; i++) print ",k" i % 5 ",\"tab\t" i ",\"," (i % 3 ? "" : "\"\"\"q\"\"\"") "," v(i % 5); csv() }' >wanted
same 'rows of files that differ' wanted got

mkfifo lines
pa-join --on item products.csv - <lines >answers &
exec 4>lines
printf 'item\n1\n' >&4
tries=0
until grep -q '^1,phone' answers || [ "$tries" -ge 100 ]; do
    sleep 0.02
    tries=$((tries + 1))
done
ok 'a row comes out while the input stays open' grep -q '^1,phone,1000$' answers
exec 4>&-
wait

printf 'k,n\n1,2\n\000' >broken.csv
refuses 'the program before this one failed' 1 'the program before this one failed' pa-join --on k right.csv broken.csv -o kept.csv
ok 'and no file appears' test ! -e kept.csv

# A LOOKUP of 100,000 columns costs no more than its bytes.
seq -f 'c%.0f' -s , 1 100000 >wide.csv
seq -s , 1 100000 >>wide.csv
printf 'k\n1\n' >narrow.csv
ok 'many columns to add' timeout "$patience" pa-join --on k=c1 wide.csv narrow.csv
finish
