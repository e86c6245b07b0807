# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

cat >events.csv <<'EOF'
user,item,price,time
u1,p1,5,2026-01-01
u2,p2,,2026-01-02
u1,p1,5,2026-01-01
,p3,7,2026-01-03
u3,"p,4",100,2026-01-04T12:00:00Z
u3,p5,1,2026-01-05
EOF

cp events.csv as-it-came.csv
check 'clean input passes as it came' pa-clean events.csv 3<as-it-came.csv
check 'where: numbers' pa-clean --where 'price>=5' --keep user,price events.csv 3<<'EOF'
user,price
u1,5
u1,5
,7
u3,100
EOF
check 'where: times as instants' pa-clean --where 'time>2026-01-04T13:00:00+02:00' --keep item events.csv 3<<'EOF'
item
"p,4"
p5
EOF
check 'where: regular expression, its negation' pa-clean --where 'item~^p[1-3]$' --where 'item!~3' --keep item events.csv 3<<'EOF'
item
p1
p2
p1
EOF
check 'where: missing equals the empty value only' pa-clean --where price== --keep item events.csv 3<<'EOF'
item
p2
EOF
check 'where: not missing' pa-clean --where 'price!=' --where 'user!=' --keep price events.csv 3<<'EOF'
price
5
5
100
1
EOF
check 'where: missing is not less than anything' pa-clean --where 'price<1000' --keep price events.csv 3<<'EOF'
price
5
5
7
100
1
EOF
printf 'a<b,x\n1,2\n3,4\n' >odd.csv
check 'where: an operator in a name behind a backslash' pa-clean --where 'a\<b==3' odd.csv 3<<'EOF'
a<b,x
3,4
EOF
check 'require' pa-clean --require user,price --rejects rejects.csv --keep item events.csv 3<<'EOF'
item
p1
p1
"p,4"
p5
EOF
check 'rejects: where and why' cat rejects.csv 3<<'EOF'
file,line,byte,code,message,raw
events.csv,3,40,E_REQUIRED,price is missing,"u2,p2,,2026-01-02"
events.csv,5,77,E_REQUIRED,user is missing,",p3,7,2026-01-03"
EOF
check 'dedup' pa-clean --dedup --keep user,item,price events.csv 3<<'EOF'
user,item,price
u1,p1,5
u2,p2,
,p3,7
u3,"p,4",100
u3,p5,1
EOF
printf 'a,b\nx,"y"\nx,y\n"x,",y\nx,",y"\n' >quoted.csv
check 'dedup compares decoded fields, and their borders' pa-clean --dedup quoted.csv 3<<'EOF'
a,b
x,"y"
"x,",y
x,",y"
EOF
check 'dedup-keys keeps the first' pa-clean --dedup-keys user --keep user,item events.csv 3<<'EOF'
user,item
u1,p1
u2,p2
,p3
u3,"p,4"
EOF
check 'fill with the mean, the text, the mode' pa-clean --fill price=mean --fill 'user=\mode' events.csv --keep user,price 3<<'EOF'
user,price
u1,5
u2,23.6
u1,5
mode,7
u3,100
u3,1
EOF
check 'fill with the mode' pa-clean --fill user=mode --keep user events.csv 3<<'EOF'
user
u1
u2
u1
u1
u3
u3
EOF
check 'fill: the word mean' pa-clean --fill 'user=\mean' --where user== --keep user events.csv 3<<'EOF'
user
mean
EOF
check 'clip by bounds, one side open' pa-clean --clip price=:7 --keep price events.csv 3<<'EOF'
price
5

5
7
7
1
EOF
check 'clip by quantiles' pa-clean --clip price=q.25:q.75 --keep price events.csv 3<<'EOF'
price
5

5
7
7
5
EOF
pa-clean --clip price=mad:2 --keep price events.csv >mad.csv
near 'clip by mad: 5 + 2 * 1.4826 * 2' "$(cell mad.csv price 5)" 10.9304 1e-12
near 'clip by mad leaves what is within' "$(cell mad.csv price 6)" 1 0
pa-clean --fill price=median --clip price=iqr:1.5 -M limits.model events.csv >learnt.csv
check 'limits: a model of text' sed -n '2,3p' limits.model 3<<'EOF'
fill	price	5
clip	price	2	10
EOF
pa-clean -m limits.model events.csv >applied.csv
same 'limits read do what limits learnt did' learnt.csv applied.csv
pa-clean --fill price=median --clip price=iqr:1.5 <events.csv >piped.csv
same 'a pipe is read twice too' learnt.csv piped.csv
gzip -c events.csv >events.csv.gz
pa-clean --fill price=median --clip price=iqr:1.5 events.csv.gz >gzipped.csv
same 'gzip is read twice too' learnt.csv gzipped.csv

printf 'id\tuser\n9\tu9\n' >more.tsv
check 'union, rename and tag' pa-clean --union --rename id=item --tag 'kind=a:b:events.csv' --tag kind=c:more.tsv \
    --keep kind,user,item --where 'item!~^p[2-9]' events.csv more.tsv 3<<'EOF'
kind,user,item
a:b,u1,p1
a:b,u1,p1
a:b,u3,"p,4"
c,u9,9
EOF
check 'keep orders, drop drops, globs and ranges' pa-clean --keep 'time,!user,p*,user' --drop price events.csv --where item==p5 3<<'EOF'
time,user
2026-01-05,u3
EOF
check 'to TSV' pa-clean --to tsv --where 'item~,' events.csv 3<<'EOF'
user	item	price	time
u3	p,4	100	2026-01-04T12:00:00Z
EOF

pa-clean -v --where 'item!=p5' --require user --dedup events.csv >counted.csv 2>counts
report 'counts are printed' "$(grep -cF '6 rows in = 3 out + 1 rejected (1 incomplete) + 1 duplicates + 1 left out by --where' counts | awk '{ print $1 != 1 }')"
awk 'BEGIN { srand(4); print "a,b,c"; for (i = 0; i < 5000; i++) printf "%d,%s,%d\n", rand() * 30, rand() < .1 ? "" : int(rand() * 5), rand() * 20 }' >random.csv
pa-clean -v --where 'c<15' --require b --dedup random.csv 2>counts >kept.csv
awk -F, 'NR == 1 { print; next } $3 < 15 && $2 != "" && !seen[$0]++' random.csv >wanted.csv
same 'random rows: as awk has it' wanted.csv kept.csv
awk '/rows in/ { ok = $2 == $6 + $9 + $14 + $17 && $2 == 5000 } END { exit !ok }' counts
report 'random rows: rows in are all accounted for' $?

refuses 'text where a number must be' 1 'events.csv:2: item: "p1" is not a number' pa-clean --clip item=0:1 events.csv
check 'clip after rename' pa-clean --clip item=0:1 odd.csv --rename x=item --keep item 3<<'EOF'
item
1
1
EOF
printf 'x\n1\nabc\n3\n' >mixed.csv
check 'a bad value skipped is not learnt from' pa-clean --on-error skip --clip x=q0:q.5 mixed.csv 3<<'EOF'
x
1
2
EOF
check 'a bad value kept stays' pa-clean --on-error keep --clip x=q0:q.5 mixed.csv 3<<'EOF'
x
1
abc
2
EOF
refuses 'unknown column' 2 '"price"' pa-clean --require pric events.csv
refuses 'rename of a column that is not there' 2 'no input has a column' pa-clean --rename usr=u events.csv
refuses 'tag of a file that is not read' 2 'one of the files' pa-clean --tag a=b:other.csv events.csv
refuses 'a bad condition' 2 'is not COL op VALUE' pa-clean --where price events.csv
refuses 'a bad expression' 2 '--where' pa-clean --where 'item~(' events.csv
refuses 'a bad clip rule' 2 'none of LO:HI' pa-clean --clip price=7 events.csv
refuses 'clip limits the wrong way round' 2 'none of LO:HI' pa-clean --clip price=7:1 events.csv
refuses '-m and --fill' 2 'brings its own' pa-clean -m limits.model --fill price=0 events.csv
refuses 'no column left' 2 'leave no column' pa-clean --drop '*' events.csv
refuses 'a model for other columns' 1 'price' pa-clean -m limits.model odd.csv
printf 'price\n\n\n' >none.csv
refuses 'a mean of nothing' 1 'no number' pa-clean --fill price=mean none.csv
refuses 'files that differ, without --union' 1 'more.tsv' pa-clean events.csv more.tsv
refuses 'rejects and rows to standard output' 2 'two outputs' pa-clean --rejects - events.csv
refuses 'standard input twice' 2 'only once' pa-clean -n - - <events.csv
seq 1 20000 | sed '1i n' >long.csv
ok 'the size that ulimit allows is a message' sh -c '(ulimit -f 8; pa-clean -o cut.csv long.csv) 2>cut.err
    test $? -eq 1 && grep -q "^pa-clean: cut.csv: " cut.err && ! ls cut.csv .pa-*.tmp 2>/dev/null'

# A table of 100,000 columns costs no more than its bytes.
seq -f 'c%.0f' -s , 1 100000 >wide.csv
seq -s , 1 100000 >>wide.csv
ok 'many columns, kept, dropped and clipped' timeout "$patience" pa-clean --keep '*' --drop 'c5*' --clip 'c*=0:9' wide.csv

# A tag and a column of the same name.
printf 'event,x\nview,1\n,2\n' >own.csv
printf 'x\n7\n' >none.csv
refuses 'a tag for a column that is there' 2 'own.csv: there is a column "event" already' pa-clean --tag event=a:own.csv own.csv
check 'a tag replaces a column' pa-clean --replace --tag event=a:own.csv own.csv 3<<'EOF'
event,x
a,1
a,2
EOF
check 'a tag for the file that has no such column' pa-clean --tag event=buy:none.csv own.csv none.csv 3<<'EOF'
event,x
view,1
,2
buy,7
EOF
check 'the same with files the other way round' pa-clean --tag event=buy:none.csv none.csv own.csv 3<<'EOF'
x,event
7,buy
1,view
2,
EOF
check 'rename without a header' pa-clean -n --rename c1=user --keep user none.csv 3<<'EOF'
x
7
EOF
refuses 'a new name that is there' 2 'columns 1 and 2 have the same name, "x" after --rename' pa-clean --rename event=x own.csv
refuses 'rejects to a file without a name' 2 'name of an output file is empty' pa-clean --rejects '' own.csv
check 'a column without a name, alone, has a header' pa-clean --rename event= --drop x own.csv 3<<'EOF'
""
view

EOF

# A row that arrives in many pieces is looked at once.
# shellcheck disable=SC2016
ok 'a long row from a pipe' sh -c '(echo a,b && head -c 30000000 /dev/zero | tr "\0" ,) |
    timeout "$patience" pa-clean --on-error skip >long.out && test "$(cat long.out)" = a,b'
cp own.csv grows.csv
# shellcheck disable=SC2016
ok 'a file is not added to itself' sh -c 'timeout "$patience" pa-clean grows.csv >>grows.csv 2>own.err
    test $? -eq 1 && cut -b -200 grows.csv | cmp - own.csv && grep -q "grows.csv: is the standard output" own.err'
finish
