# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

cat >log.csv <<'CSV'
time,user,event,item,category,brand,price,discount,duration,quantity,query
2026-01-01T10:00:00,u1,view,i1,phone,A,100,0.25,30,,
2026-01-01T11:00:00,u2,search,,,,,,,,phone 5
2026-01-02T10:00:00,u1,cart,i1,phone,A,100,0.25,,,
2026-01-02T10:05:00,u1,order,i1,phone,A,100,0.25,,3,
2026-01-03T10:00:00,u2,view,i2,camera,B,250,,12,,
2026-01-03T10:00:00,,view,i2,camera,B,250,,12,,
2026-01-04T10:00:00,u1,view,i2,camera,B,250,0,5,,
CSV

# ---- groups ----

check 'behaviour aggregates' pa-features -q -g user log.csv 3<<'OUT'
user,events,n_cart,n_order,n_search,n_view,active_days,recency,recency_order,frequency,browse_time,sum_price,mean_price,max_price,sum_discount,mean_discount,max_discount,spent,mean_price_order,mean_discount_order,distinct_item,distinct_category,top_category,share_category,distinct_brand,top_brand,share_brand
u1,4,1,1,0,2,3,0,1.9965277777777777,0.3333333333333333,35,550,137.5,250,0.75,0.1875,0.25,300,100,0.25,2,2,phone,0.75,2,A,0.75
u2,2,0,0,1,1,2,1,,0,12,250,250,250,0,,,0,,,1,1,camera,1,1,B,1
OUT
check 'what a log lacks is left out' pa-features -g who 3<<'OUT' <<'IN'
who,events,sum_x,mean_x,max_x
b,1,2,2,2
a,2,1,1,1
OUT
who,x,word
b,2,7
a,1,z
a,,8
IN
check '-f, -x and --categorical choose' pa-features -q -g user log.csv -f price,brand,discount \
    -x event,item,duration,brand,time --categorical discount 3<<'OUT'
user,events,sum_price,mean_price,max_price,distinct_discount,top_discount,share_discount
u1,4,550,137.5,250,2,0.25,0.75
u2,2,250,250,250,0,,
OUT
check 'every function' pa-features -q -g user log.csv --agg \
    'count,count:query,sum:price,mean:price,min:price,max:price,sd:price,distinct:item,first:brand,last:brand,top:brand,share:brand,share:event=view' 3<<'OUT'
user,count,count_query,sum_price,mean_price,min_price,max_price,sd_price,distinct_item,first_brand,last_brand,top_brand,share_brand,share_event_view
u1,4,0,550,137.5,100,250,64.9519052838329,2,A,B,A,0.75,0.5
u2,2,1,250,250,250,250,0,1,B,B,B,1,0.5
OUT
check 'conditions and names' pa-features -q -g user log.csv --agg \
    'v=count:event=view,spent=sum:price*quantity:event=order' --agg 'none=count:event=no,blank=count:item=' 3<<'OUT'
user,v,spent,none,blank
u1,2,300,0,0
u2,1,0,0,1
OUT
check 'no group: one row in all' pa-features log.csv --agg sum:price,count 3<<'OUT'
sum_price,count
1050,7
OUT
head -n 1 log.csv >empty.csv
check 'no rows: one row in all' pa-features empty.csv --agg sum:price,count,mean:price 3<<'OUT'
sum_price,count,mean_price
0,0,
OUT
check 'no rows: no groups' pa-features empty.csv -g user --agg count 3<<'OUT'
user,count
OUT
check 'several group columns' pa-features -q -g user,category --agg count log.csv 3<<'OUT'
user,category,count
u1,phone,3
u2,camera,1
u1,camera,1
OUT
check 'only what is before --as-of counts' pa-features -q -g user log.csv \
    --as-of 2026-01-02T10:00:00 --agg count,recency 3<<'OUT'
user,count,recency
u1,1,1
u2,1,0.9583333333333334
OUT
check 'days follow --tz' pa-features -q --agg days --tz +08:00 3<<'OUT' <<'IN'
days
2
OUT
time
2026-01-01T15:59:59Z
2026-01-01T16:00:00Z
2026-01-02T15:59:59Z
IN
check 'renamed columns' pa-features -g w --event kind -a sku -T ts --agg last:sku,recency 3<<'OUT' <<'IN'
w,last_sku,recency
x,b,0
OUT
ts,w,kind,sku
1700000100,x,view,b
1700000000,x,view,a
IN
check 'missing groups are counted' sh -c 'pa-features -g user --agg count log.csv 2>&1 >/dev/null' 3<<'OUT'
pa-features: 1 rows have no value in a column of --group: left out
OUT
tr , '\t' <log.csv >log.tsv
pa-features -q -g user log.tsv | tr '\t' , >tsv.out
pa-features -q -g user log.csv >csv.out
same 'TSV in, TSV out' csv.out tsv.out
gzip -c log.csv | pa-features -q -g user >gz.out
same 'gzip on standard input' csv.out gz.out
{ head -n 1 log.csv; tail -n +2 log.csv | sort -r; } | pa-features -q -g user | sort >shuffled.out
sort csv.out >sorted.out
same 'the order of rows changes only the order of groups' sorted.out shuffled.out

# ---- before each row ----

cat >rows.csv <<'CSV'
id,user,time
1,u1,2026-01-02T10:00:00
2,u1,2026-01-02T10:00:01
3,u9,2026-01-02T10:00:01
4,u2,2026-01-01T00:00:00
5,u2,
6,,2026-01-09
7,u1,2026-01-09
CSV
check '--for: strictly before each row' pa-features -q -g user --for rows.csv log.csv --agg \
    'count,n=count:event=view,sum:price,mean:price,last:item,top:category,days,recency,frequency' 3<<'OUT'
id,user,time,count,n,sum_price,mean_price,last_item,top_category,days,recency,frequency
1,u1,2026-01-02T10:00:00,1,1,100,100,i1,phone,1,1,1
2,u1,2026-01-02T10:00:01,2,1,200,100,i1,phone,2,0.000011574074074074073,1.9999768521197672
3,u9,2026-01-02T10:00:01,0,0,0,,,,0,,0
4,u2,2026-01-01T00:00:00,0,0,0,,,,0,,0
5,u2,,,,,,,,,,
6,,2026-01-09,0,0,0,,,,0,,0
7,u1,2026-01-09,4,2,550,137.5,i2,phone,3,4.583333333333333,0.5274725274725275
OUT
check '--for with scaling of its own columns and of features' pa-features -q -g user \
    --for rows.csv --agg count --scale id=minmax --onehot count log.csv 3<<'OUT'
id,user,time,count=,count=0,count=1,count=2,count=4,count=other
0,u1,2026-01-02T10:00:00,0,0,1,0,0,0
0.16666666666666666,u1,2026-01-02T10:00:01,0,0,0,1,0,0
0.3333333333333333,u9,2026-01-02T10:00:01,0,1,0,0,0,0
0.5,u2,2026-01-01T00:00:00,0,1,0,0,0,0
0.6666666666666666,u2,,1,0,0,0,0,0
0.8333333333333334,,2026-01-09,0,1,0,0,0,0
1,u1,2026-01-09,0,0,0,0,1,0
OUT
check '--for without groups: all that was before' pa-features -q --for rows.csv --agg count log.csv 3<<'OUT'
id,user,time,count
1,u1,2026-01-02T10:00:00,2
2,u1,2026-01-02T10:00:01,3
3,u9,2026-01-02T10:00:01,3
4,u2,2026-01-01T00:00:00,0
5,u2,,
6,,2026-01-09,7
7,u1,2026-01-09,7
OUT

# The label of every row goes into the log at the row's own time: were it seen, the feature would
# be the label.
awk -v seed=5 'BEGIN {
    print "time,user,click" >"shown.csv"; print "time,user,event" >"leak.csv"
    for (i = 0; i < 400; i++) {
        seed = (seed * 16807) % 2147483647; click = seed % 2
        t = 1700000000 + i * 60; user = "u" i
        print t "," user "," click >"shown.csv"
        if (click) print t "," user ",order" >"leak.csv"
    }
}'
pa-features -g user --for shown.csv --agg n=count leak.csv >leak.out
report 'the label at the time of its row is not seen' \
    "$(awk -F, 'NR > 1 && $4 != 0 { n++ } END { print n + 0 }' leak.out)"
awk -F, -v OFS=, 'NR > 1 { $1 += 1 } { print }' shown.csv >later.csv
pa-features -g user --for later.csv --agg n=count leak.csv >leak.out
report 'a second later it is' "$(awk -F, 'NR > 1 && $4 != $3 { n++ } END { print n + 0 }' leak.out)"

# Random logs, in no order, against awk that looks at every event for every row.
random_log()
{
    awk -v seed="$1" '
        function draw(n) { seed = (seed * 16807) % 2147483647; return int(seed / 127) % n }
        BEGIN {
            print "time,user,event,item,price" >"random.csv"; print "n,time,user" >"asked.csv"
            split("view search cart order", kind, " ")
            for (i = 0; i < 300; i++)
                print 1700000000 + draw(200) "," (draw(15) ? "u" draw(6) : "") "," kind[draw(4) + 1] \
                    "," (draw(5) ? "i" draw(8) : "") "," (draw(4) ? draw(400) / 4 : "") >"random.csv"
            for (i = 0; i < 80; i++)
                print i "," 1700000000 + draw(220) "," (draw(15) ? "u" draw(7) : "") >"asked.csv"
        }'
}
brute()
{
    awk -F, '
        FNR == 1 { file++; next }
        file == 1 { t[++m] = $1; u[m] = $2; e[m] = $3; item[m] = $4; p[m] = $5; next }
        { n = carts = sum = distinct = 0; max = ""; split("", seen)
          for (j = 1; j <= m; j++) {
              if ($3 == "" || u[j] != $3 || t[j] >= $2) continue
              n++; carts += e[j] == "cart"
              if (p[j] != "") { sum += p[j]; if (max == "" || p[j] + 0 > max) max = p[j] + 0 }
              if (item[j] != "" && !(item[j] in seen)) { seen[item[j]]; distinct++ }
          }
          print $1 "," $2 "," $3 "," n "," carts "," sum "," max "," distinct }' random.csv asked.csv
}
for seed in 1 2 3 4 5; do
    random_log "$seed"
    pa-features -q -g user --for asked.csv random.csv \
        --agg count,count:event=cart,sum:price,max:price,distinct:item | tail -n +2 >got
    brute >wanted
    same "--for as awk has it, log $seed" wanted got
done
for j in 1 2 4; do
    pa-features -q -j "$j" -g user --for asked.csv random.csv >"for.$j"
    pa-features -q -j "$j" -g user random.csv --scale '*=z' --onehot '*' >"group.$j"
done
same 'the same for -j 1 and 2' for.1 for.2
same 'the same for -j 1 and 4' for.1 for.4
same 'groups the same for -j 1 and 2' group.1 group.2
same 'groups the same for -j 1 and 4' group.1 group.4

# ---- transforms ----

check 'transforms in the order given' pa-features -q log.csv --scale price=z --scale price=minmax \
    --bin duration=quantile:2 --onehot category -M enc.tsv 3<<'OUT'
time,user,event,item,brand,price,discount,duration,quantity,query,category=,category=camera,category=phone,category=other
2026-01-01T10:00:00,u1,view,i1,A,0,0.25,12..,,,0,0,1,0
2026-01-01T11:00:00,u2,search,,,,,,,phone 5,1,0,0,0
2026-01-02T10:00:00,u1,cart,i1,A,0,0.25,,,,0,0,1,0
2026-01-02T10:05:00,u1,order,i1,A,0,0.25,,3,,0,0,1,0
2026-01-03T10:00:00,u2,view,i2,B,1,,12..,,,0,1,0,0
2026-01-03T10:00:00,,view,i2,B,1,,12..,,,0,1,0,0
2026-01-04T10:00:00,u1,view,i2,B,1,0,..12,,,0,1,0,0
OUT
check 'learnt encoders on new rows' pa-features -q -m enc.tsv 3<<'OUT' <<'IN'
x,price,duration,category=,category=camera,category=phone,category=other
1,-0.6666666666666667,..12,0,0,0,1
2,,,1,0,0,0
OUT
x,category,price,duration
1,tablet,0,-5
2,,,
IN
check 'unseen levels are counted' sh -c "printf 'price,duration,category\n1,1,new\n' |
    pa-features -m enc.tsv 2>&1 >/dev/null" 3<<'OUT'
pa-features: 1 values of "category" were not seen in training and count as other
OUT
pa-features -q -m enc.tsv log.csv >again
pa-features -q log.csv --scale price=z --scale price=minmax --bin duration=quantile:2 \
    --onehot category >learnt
same 'applied to what it learnt from, a model gives the same' learnt again
check 'bins, then one-hot' pa-features --bin p=0,10 --onehot p 3<<'OUT' <<'IN'
q,p=..0,p=0..10,p=10..,p=other
a,1,0,0,0
b,0,1,0,0
c,0,0,1,0
OUT
p,q
-1,a
0,b
10,c
IN
check 'star: what suits and nobody names' pa-features -q --scale '*=minmax' --onehot '*' \
    --bin z=1 3<<'OUT' <<'IN'
user,x,z,click,w=a,w=b,w=other
1,0,..1,0,1,0,0
2,1,1..,1,0,1,0
OUT
user,x,z,w,click
1,5,0,a,0
2,7,1,b,1
IN
printf 'x,y\n0,a\n-1,b\n' >log1p.csv
check 'log1p of what is too small is missing' pa-features -q --scale x=log1p log1p.csv 3<<'OUT'
x,y
0,a
,b
OUT
check 'and said' sh -c 'pa-features --scale x=log1p log1p.csv 2>&1 >/dev/null' 3<<'OUT'
pa-features: 1 values of "x" are -1 or less: log1p is not defined, they are missing
OUT
check 'numbers by decree' pa-features -q --numeric x --scale x=minmax 3<<'OUT' <<'IN'
x,y
0,a
,b
1,c
OUT
x,y
1,a
n/a,b
3,c
IN
check 'features, transformed, and their recipe in the model' pa-features -q -g user log.csv \
    --agg count,top:category --scale count=z --onehot top_category -M user.tsv 3<<'OUT'
user,count,top_category=camera,top_category=phone,top_category=other
u1,1,0,1,0
u2,-1,1,0,0
OUT
check 'the model serves what training saw' pa-features -q -g user -m user.tsv log.csv 3<<'OUT'
user,count,top_category=camera,top_category=phone,top_category=other
u1,1,0,1,0
u2,-1,1,0,0
OUT
check 'what a model says' sed '/^#/d' user.tsv 3<<'OUT'
aggregate	count	count				
aggregate	top_category	top	category			
scale	count	z	3	1
onehot	top_category
level	camera
level	phone
OUT

# ---- wrong calls and bad input ----

refuses 'nothing to do' 2 'nothing to do' pa-features log.csv
refuses 'no such aggregate' 2 '"foo:price" is no aggregate' pa-features --agg foo:price log.csv
refuses 'aggregate without a column' 2 'a column is missing' pa-features --agg sum log.csv
refuses 'unknown column in --agg' 2 'is "price" meant' pa-features --agg sum:prise log.csv
refuses 'unknown group' 2 '--group: there is no column "usr" (is "user" meant?)' \
    pa-features -g usr log.csv
refuses 'no time' 2 '--time: there is no column "when"' \
    pa-features -T when -g user --as-of 2026-01-01 log.csv
refuses 'no such item column' 2 '--item: there is no column "sku"' pa-features -g user -a sku log.csv
refuses 'as-of is no time' 2 'is not a time' pa-features -g user --as-of noon log.csv
refuses 'sum of text' 1 'category: no value is a number' pa-features --agg sum:category log.csv
refuses 'scale of text' 1 'category: the column holds text, not numbers' pa-features --scale category=z log.csv
refuses 'unknown method' 2 'is no method' pa-features --scale price=zz log.csv
refuses 'unknown rule' 2 'is no rule' pa-features --bin price=5,1 log.csv
refuses 'scale without a method' 2 "has no '='" pa-features --scale price log.csv
refuses 'one-hot, then scale' 2 'cannot be scaled' pa-features --onehot item --scale item=z log.csv
refuses '-m and --scale' 2 '-m says what to do' pa-features -m enc.tsv --scale price=z log.csv
refuses 'a group column is no feature' 2 'is a column of --group' \
    pa-features -g user --agg count --onehot user log.csv
printf 'user,time,count\nu1,2026-01-05,9\n' >clash.csv
refuses 'a feature with the name of a column' 2 'there is a column "count" already' \
    pa-features -q -g user --for clash.csv --agg count log.csv
check 'unless it is to be replaced' pa-features -q -g user --for clash.csv --agg count --replace log.csv 3<<'OUT'
user,time,count
u1,2026-01-05,4
OUT
printf 'user,x\nu1,1\nu2,abc\n' >mixed.csv
refuses 'text among numbers' 1 'x' pa-features -g user --agg sum:x mixed.csv
refuses 'text among numbers to scale' 1 'x' pa-features --scale x=z mixed.csv
refuses 'text among numbers as they come' 1 'mixed.csv:3: x: "abc" is not a number' \
    pa-features --scale x=log1p mixed.csv
check 'or the row is left out' pa-features -q --on-error skip --scale x=log1p mixed.csv 3<<'OUT'
user,x
u1,0.6931471805599453
OUT
printf 'user,time\nu1,noon\nu1,2026-01-05\nu2,2026-01-06\n' >bad-time.csv
refuses 'a row without a sound time' 1 'bad-time.csv:2: time: "noon"' \
    pa-features -q -g user --for bad-time.csv --agg count log.csv
check 'left out, and the others keep their features' pa-features -q --on-error skip -g user \
    --for bad-time.csv --agg count log.csv 3<<'OUT'
user,time,count
u1,2026-01-05,4
u2,2026-01-06,2
OUT
pa-features -q -g user --for rows.csv --agg count --bin id=3 -M for.tsv log.csv >/dev/null
check 'the same with a model that reads numbers' pa-features -q --on-error skip -g user -m for.tsv \
    --for - log.csv 3<<'OUT' <<'IN'
id,user,time,count
..3,u1,2026-01-02T10:00:00,1
3..,u2,2026-01-09,2
OUT
id,user,time
1,u1,2026-01-02T10:00:00
x,u9,2026-01-09
4,u2,2026-01-09
IN
refuses 'not a model' 1 'not a model' pa-features -m log.csv log.csv
sed 's/	z	3/	z	4/' user.tsv >broken.tsv
refuses 'a damaged model' 1 'checksum' pa-features -m broken.tsv -g user log.csv
refuses 'a model that needs another column' 1 'there is no column "price"' \
    pa-features -m enc.tsv rows.csv

# ---- real data ----

if needs 'CDNOW: purchases of 2357 customers' cdnow/CDNOW_sample.txt; then
    awk 'BEGIN { print "user,time,cds,money" }
        { print $2 "," substr($3, 1, 4) "-" substr($3, 5, 2) "-" substr($3, 7) "," $4 "," $5 }' \
        "$data/cdnow/CDNOW_sample.txt" >cdnow.csv
    pa-features -g user --agg n=count,cds=sum:cds,money=sum:money,mean:money,recency,last:time \
        cdnow.csv >got
    report 'CDNOW: 2357 customers' "$(($(wc -l <got) - 2358))"
    awk -F, 'NR > 1 { if (!($1 in n)) order[++m] = $1; n[$1]++; cds[$1] += $3
            last[$1] = $2 > last[$1] ? $2 : last[$1] }
        END { for (i = 1; i <= m; i++) print order[i] "," n[order[i]] "," cds[order[i]] "," last[order[i]] }' \
        cdnow.csv >wanted
    tail -n +2 got | cut -d, -f 1-3,7 >got2
    same 'CDNOW: as awk has it' wanted got2
fi
# ---- "*" and none

printf 'user,price\na,1\na,2\nb,5\n' >spent.csv
check 'of features, too, "*" leaves what another transform names' \
    pa-features -q -g user --agg count,sum:price --scale '*=z' --scale count=minmax spent.csv 3<<'OUT'
user,count,sum_price
a,1,-1
b,0,1
OUT
check 'none keeps features from "*"' \
    pa-features -q -g user --agg count,sum:price --scale count=none --scale '*=z' spent.csv 3<<'OUT'
user,count,sum_price
a,2,-1
b,1,1
OUT
printf 'id,zip,x\n007,"a",1.50\n8,+1,2\n' >padded.csv
check 'none changes nothing, not even a zero' \
    pa-features -q --scale 'id,zip=none' --scale '*=z' padded.csv 3<<'OUT'
id,zip,x
007,"a",-1
8,+1,1
OUT
check 'none before another transform' pa-features -q --scale id=none --scale id=minmax padded.csv 3<<'OUT'
id,zip,x
0,"a",1.50
1,+1,2
OUT
refuses 'none of no column' 2 'no column "ix"' pa-features --scale ix=none padded.csv
finish
