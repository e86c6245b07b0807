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
printf 'x\né\nee\nж\n\377\nz\n' >letters.csv
for locale in C C.UTF-8; do
    check "where: a dot is a character, LC_ALL=$locale" env LC_ALL=$locale pa-clean --where 'x~^.$' letters.csv 3<<'EOF'
x
é
ж
z
EOF
    check "where: so is one in brackets, LC_ALL=$locale" env LC_ALL=$locale pa-clean --where 'x~^[éz]$' letters.csv 3<<'EOF'
x
é
z
EOF
done
check 'where: a byte that belongs to no character is matched by itself' pa-clean --where "$(printf 'x~^\377$')" --where 'x!~^[^a]' letters.csv 3<<EOF
x
$(printf '\377')
EOF
refuses 'where: a range of other characters' 2 'a range in brackets goes from one ASCII character' pa-clean --where 'x~[а-я]' letters.csv
printf 'column,regex\nx,^.$\n' >one-letter.schema
for jobs in 1 3; do
    check "schema: a regex of characters, -j $jobs" pa-clean -j $jobs --on-error skip --schema one-letter.schema letters.csv 3<<'EOF'
x
é
ж
z
EOF
done
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

refuses 'text where a number must be, and no row may be unusable' 1 'events.csv:2: item: "p1" is not a number such as 12 or -0.5; that makes more than 0 unusable rows' \
    pa-clean --clip item=0:1 --on-error skip --max-errors 0 events.csv
refuses 'a number beyond the greatest' 1 'is beyond the greatest number' sh -c 'printf "x\n1e999\n" | pa-clean --clip x=0:1'
printf '1,2\n3\n' >ragged.csv
for jobs in 1 3; do
    refuses "a ragged row without a header, -j $jobs" 1 'ragged.csv:2: 1 field, but the first row has 2' pa-clean -n -j $jobs --where c1!= ragged.csv
done
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
ok 'and is said to be kept' grep -q 'mixed.csv: 1 of 3 rows unusable, kept$' check.err
printf 'x,y\n1,1\nabc,1\n3\n' >mixed-ragged.csv
check 'what is no row cannot be kept' pa-clean --on-error keep --clip x=0:1 mixed-ragged.csv 3<<'EOF'
x,y
1,1
abc,1
EOF
ok 'and what was kept and left out is said' \
    grep -q 'mixed-ragged.csv: 2 of 3 rows unusable, 1 kept and 1 left out$' check.err
refuses 'unknown column' 2 '"price"' pa-clean --require pric events.csv
refuses 'rename of a column that is not there' 2 'no input has a column' pa-clean --rename usr=u events.csv
printf 'a,price\n1,2\n' >pair.csv
refuses 'rename of what another rename makes' 2 \
    'no input has a column "z" ("a" becomes one, but all are renamed at once)' \
    pa-clean --rename a=z,z=q pair.csv
refuses 'the nearest name is one of the input' 2 'no input has a column "prise" (is "price" meant?)' \
    pa-clean --rename price=prize,prise=q pair.csv
refuses 'two new names of a column' 2 'two new names for "a"' pa-clean --rename a=x,a=y pair.csv
check 'two names change places' pa-clean --rename a=price,price=a pair.csv 3<<'EOF'
price,a
1,2
EOF
refuses 'tag of a file that is not read' 2 'one of the files' pa-clean --tag a=b:other.csv events.csv
refuses 'a bad condition' 2 'is not COL op VALUE' pa-clean --where price events.csv
refuses 'a bad expression' 2 '--where' pa-clean --where 'item~(' events.csv
refuses 'a bad clip rule' 2 'none of LO:HI' pa-clean --clip price=7 events.csv
refuses 'clip limits the wrong way round' 2 'the lower limit is above' pa-clean --clip price=7:1 events.csv
refuses 'clip quantiles the wrong way round' 2 'the lower limit is above' pa-clean --clip price=q.9:q.1 events.csv
refuses '-m and --fill' 2 'brings its own' pa-clean -m limits.model --fill price=0 events.csv
refuses 'no column left' 2 'leave no column' pa-clean --drop '*' events.csv
refuses 'a model for other columns' 1 'price' pa-clean -m limits.model odd.csv
# What there is nothing to learn from is not learnt.
printf 'price,x\n,1\n,2\nNA,3\n' >none.csv
printf 'price,x\n' >empty.csv
for rule in --fill=price=mean --fill=price=median --fill=price=mode --clip=price=iqr:1.5 --clip=price=q.1:q.9 --clip=price=mad:3; do
    for file in none.csv empty.csv; do
        for jobs in 1 3; do
            pa-clean -j $jobs --na NA "$rule" -M nothing.model $file >got.csv 2>told
            same "nothing to learn from, -j $jobs: $rule $file" $file got.csv
            grep -q '^pa-clean: price: there is no .* to learn .* from: ' told
            report "nothing to learn from, -j $jobs: $rule $file: is warned of" $?
        done
        pa-clean --na NA -m nothing.model $file >got.csv 2>told
        same "nothing learnt does nothing: $rule $file" $file got.csv
    done
done
check 'one is learnt, the other not' pa-clean -q --na NA --fill price=mode --clip 'price,x=iqr:0' --fill x=0 none.csv 3<<'EOF'
price,x
,1.5
,2
NA,2.5
EOF
pa-clean -q --fill price=mean --clip price=iqr:1 --outliers flag -M nothing.model empty.csv >got.csv
check 'a model of nothing learnt' sed -n 2,3p nothing.model 3<<'EOF'
clip	price		
#end	2	e47c642d
EOF
printf 'a,b\n.1,1\n.2,2\n.3,3\n,4\n' >tenths.csv
check 'a mean is rounded once' pa-clean --fill a=mean --keep a tenths.csv 3<<'EOF'
a
.1
.2
.3
0.2
EOF
printf 'a\n-1.7e308\n1.7e308\n-1.6e308\n1.6e308\n""\n' >huge.csv
check 'limits of huge numbers: quantiles' pa-clean --clip a=q.1:q.9 --fill a=mean huge.csv 3<<'EOF'
a
-1.67e308
1.67e308
-1.6e308
1.6e308
0
EOF
for jobs in 1 3; do
    check "limits of huge numbers: mad, -j $jobs" pa-clean -j $jobs --clip a=mad:0.1 huge.csv 3<<'EOF'
a
-2.44629e307
2.44629e307
-2.44629e307
2.44629e307
""
EOF
done
pa-clean -M huge.model --clip a=iqr:0.1 huge.csv >got.csv
same 'a limit beyond the greatest number is none' huge.csv got.csv
check 'nor does it stand in the model' sed -n 2p huge.model 3<<'EOF'
clip	a		
EOF
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
ok 'many columns, marked in others' timeout "$patience" pa-clean --drop 'c5*' --clip 'c*=0:9' --outliers flag wide.csv

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

# ---- values in one form ----
printf 'name,city\n  Ann ,BERLIN\n\tBob,\nZoe,Köln X\n' >tidy.csv
check 'trim and lower' pa-clean --trim name --lower 'name,city' --where 'name!=zoe' tidy.csv 3<<'EOF'
name,city
ann,berlin
bob,
EOF
printf 'a,b\nx ,1\nx,1\n' >blanks.csv
check 'dedup sees what trim made' pa-clean --trim a --dedup blanks.csv 3<<'EOF'
a,b
x,1
EOF
check 'trimmed to TSV' pa-clean --trim a --to tsv --dedup blanks.csv 3<<'EOF'
a	b
x	1
EOF
cat >access.csv <<'EOF'
user,time
a,10/Oct/2000:13:55:36 -0700
b,[01/Jan/2024:00:00:00 +0530]
c,
EOF
check 'web-server times' pa-clean --time-in clf --time-out iso access.csv 3<<'EOF'
user,time
a,2000-10-10T20:55:36Z
b,2023-12-31T18:30:00Z
c,
EOF
check 'to Unix seconds' pa-clean --time-in clf --time-out epoch access.csv 3<<'EOF'
user,time
a,971211336
b,1704047400
c,
EOF
check 'where compares times made ISO' pa-clean --time-in clf --time-out iso --where 'time>2020-01-01' --keep user access.csv 3<<'EOF'
user
b
EOF
printf 'when\n2026-01-31 12:34:56.25\n2026-02-01T00:00:00+01:00\n' >iso.csv
check 'to milliseconds, decimals' pa-clean -T when --tz +08:00 --time-out epoch-ms iso.csv 3<<'EOF'
when
1769834096250
1769900400000
EOF
printf 'when\n3. Feb 26 1:02 pm\n28. February 26 12:00 AM\n' >pattern.csv
check 'a pattern' pa-clean -T when --time-in '%d. %b %y %I:%M %p' --time-out iso pattern.csv 3<<'EOF'
when
2026-02-03T13:02:00Z
2026-02-28T00:00:00Z
EOF
printf 'when\n2024-366T23:59:59.123Z\n2023-366T00:00:00.0Z\n' >julian.csv
check 'day of the year, decimals, zone; what is no day is rejected' pa-clean -T when --time-in '%Y-%jT%T.%f%z' --time-out iso --on-error skip julian.csv 3<<'EOF'
when
2024-12-31T23:59:59.123Z
EOF
refuses 'what is no time' 1 'access.csv:2: time: "10/Oct' pa-clean --time-out iso access.csv
printf 'time\n2026-01-01\n1767225600\n' >kinds.csv
refuses 'two kinds of time in one file' 1 'kinds.csv:3: time: "1767225600" is another kind of time' pa-clean --time-out iso kinds.csv
printf 'time\n2026-01-01\n' >kind1.csv
printf 'time\n1767225600\n' >kind2.csv
check 'one kind a file, one form out' pa-clean --time-out iso kind1.csv kind2.csv 3<<'EOF'
time
2026-01-01T00:00:00Z
2026-01-01T00:00:00Z
EOF
refuses 'a pattern that tells no day' 2 'does not tell year, month and day' pa-clean --time-in '%H:%M' kinds.csv
refuses 'a pattern with an unknown letter' 2 'there is no %Q' pa-clean --time-in '%Q' kinds.csv

# ---- schema ----
cat >schema.csv <<'EOF'
column,type,required,min,max,regex,enum
user,text,yes,,,^u[0-9]+$,
age,integer,no,0,150,,
score,number,no,-1.5,1e3,,
event,,no,,,,view|cart|a\|b
time,time,yes,2026-01-01,2026-12-31T23:59:59Z,,
EOF
cat >checked.csv <<'EOF'
user,age,score,event,time
u1,17,0.5,view,2026-03-01
u2,,,,2026-03-01
,17,0.5,view,2026-03-01
x9,17,0.5,view,2026-03-01
u3,1.5,0.5,view,2026-03-01
u4,151,0.5,view,2026-03-01
u5,17,-2,view,2026-03-01
u6,17,0.5,buy,2026-03-01
u7,17,0.5,a|b,2026-03-01
u8,17,0.5,view,yesterday
u9,17,0.5,view,2027-01-01
u10,17,0.5,view,
EOF
check 'schema: rows that hold' pa-clean --schema schema.csv --on-error skip --rejects bad.csv --keep user checked.csv 3<<'EOF'
user
u1
u2
u7
EOF
check 'schema: why the others do not' sh -c 'cut -d, -f 2,4,5 bad.csv' 3<<'EOF'
line,code,message
4,E_REQUIRED,user: is missing
5,E_ENUM,"user: ""x9"" is not what the regex ^u[0-9]+$ matches"
6,E_NUM,"age: ""1.5"" is not a whole number such as 12"
7,E_RANGE,"age: ""151"" is above 150"
8,E_RANGE,"score: ""-2"" is below -1.5"
9,E_ENUM,"event: ""buy"" is none of the schema's values"
11,E_TIME,"time: ""yesterday"" is not a time such as 2026-01-31T12:34:56Z or Unix seconds"
12,E_RANGE,"time: ""2027-01-01"" is above 2026-12-31T23:59:59Z"
13,E_REQUIRED,time: is missing
EOF
refuses 'schema: stops at the first by default' 1 'checked.csv:4: user: is missing' pa-clean --schema schema.csv checked.csv
refuses '--max-errors' 1 'checked.csv:7: age: "151" is above 150; that makes more than 3 unusable rows' pa-clean --schema schema.csv --on-error skip --max-errors 3 checked.csv
ok '--max-errors not reached' pa-clean --schema schema.csv --on-error skip --max-errors 9 checked.csv
refuses 'schema: a column that is not there' 1 'age' pa-clean --schema schema.csv access.csv
printf 'column,kind\nuser,text\n' >odd-schema.csv
refuses 'schema: a column that schemas do not have' 1 '"kind" is no column of a schema' pa-clean --schema odd-schema.csv checked.csv
printf 'column,type\nuser,float\n' >odd-schema.csv
refuses 'schema: an unknown type' 1 'odd-schema.csv:2: type: "float" is none of' pa-clean --schema odd-schema.csv checked.csv
printf 'column,min\nuser,3\n' >odd-schema.csv
refuses 'schema: text has no limits' 1 'text has no limits' pa-clean --schema odd-schema.csv checked.csv
{
    echo 'id,code,n,x,day,word,time'
    i=0
    while [ $i -lt 20 ]; do
        echo "u$i,00$i,$((i - 3)),$i.5,2026-01-$((i + 10)),$([ $((i % 2)) = 0 ] && echo 'a|b' || echo c),$((1767225600 + i))"
        i=$((i + 1))
    done
    echo 'u20,7,7,,,c,1767225600'
} >guess.csv
check 'infer-schema' pa-clean --infer-schema guess.csv 3<<'EOF'
column,type,required,min,max,regex,enum
id,text,yes,,,,
code,text,yes,,,,
n,integer,yes,-3,16,,
x,number,no,0.5,19.5,,
day,time,no,2026-01-10T00:00:00Z,2026-01-29T00:00:00Z,,
word,text,yes,,,,a\|b|c
time,time,yes,2026-01-01T00:00:00Z,2026-01-01T00:00:19Z,,
EOF
pa-clean --infer-schema -o guessed.csv guess.csv
ok 'data hold to the schema that they suggest' pa-clean --schema guessed.csv -o held.csv guess.csv
same 'and pass unchanged' guess.csv held.csv

printf 'id,n\n12345678901234567891,1.5\n12345678901234567890,12345678901234567891\n-5,2\n' >digits.csv
check 'where: long integers by all their digits' pa-clean --where 'id==12345678901234567890' digits.csv 3<<'EOF'
id,n
12345678901234567890,12345678901234567891
EOF
check 'infer-schema: integers of any length' pa-clean --infer-schema digits.csv -o digits.schema 3</dev/null
check 'infer-schema: their limits have all digits' cat digits.schema 3<<'EOF'
column,type,required,min,max,regex,enum
id,integer,yes,-5,12345678901234567891,,
n,number,yes,1.5,12345678901234567891,,
EOF
pa-clean --schema digits.schema digits.csv >got.csv
same 'schema: integers of any length' digits.csv got.csv
printf 'id,n\n12345678901234567892,2\n' >more-digits.csv
refuses 'schema: a limit has all its digits' 1 '"12345678901234567892" is above 12345678901234567891' pa-clean --schema digits.schema more-digits.csv
printf 'column,type,min,max\nid,integer,3,-3\n' >odd-schema.csv
refuses 'schema: min above max' 1 'odd-schema.csv:2: min: "3" is above max, "-3"' pa-clean --schema odd-schema.csv digits.csv
printf 'column,type,min,max\nid,time,2026-01-02,2026-01-01\n' >odd-schema.csv
refuses 'schema: min above max, times' 1 'odd-schema.csv:2: min: "2026-01-02" is above max, "2026-01-01"' pa-clean --schema odd-schema.csv digits.csv

printf 'time,day\nnoon,2026-01-01\n1767225600,2026-01-02\n' >no-times.csv
check 'infer-schema: a column named time that holds others' pa-clean --infer-schema no-times.csv 3<<'EOF'
column,type,required,min,max,regex,enum
time,text,yes,,,,
day,time,yes,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z,,
EOF
printf '1;a\n2;b\n' >bare.csv
check 'infer-schema: a header and commas, whatever the input has' pa-clean -n -d ';' --infer-schema bare.csv -o bare.schema 3</dev/null
check 'infer-schema: columns without a header' cat bare.schema 3<<'EOF'
column,type,required,min,max,regex,enum
c1,integer,yes,1,2,,
c2,text,yes,,,,
EOF
pa-clean -n -d ';' --schema bare.schema bare.csv >got.csv
same 'schema: columns without a header' bare.csv got.csv
check 'infer-schema to TSV' sh -c 'pa-clean -n -d ";" --infer-schema --to tsv bare.csv | head -n 1 | cut -f 1-3' 3<<'EOF'
column	type	required
EOF

# ---- duplicates in time, the last, beyond memory ----
cat >clicks.csv <<'EOF'
user,time,item
a,2026-01-01T00:00:00Z,p
a,2026-01-01T00:00:01Z,p
a,2026-01-01T00:00:02Z,p
b,2026-01-01T00:00:02Z,p
a,2026-01-01T00:00:05Z,p
a,,p
a,,p
a,2026-01-01T00:00:04Z,p
EOF
check 'dedup-window: chains of near rows, in either direction; rows without a time stay' pa-clean --dedup --dedup-window 1s clicks.csv 3<<'EOF'
user,time,item
a,2026-01-01T00:00:00Z,p
b,2026-01-01T00:00:02Z,p
a,2026-01-01T00:00:05Z,p
a,,p
a,,p
EOF
check 'dedup-window, keep last' pa-clean --dedup --dedup-window 1s --dedup-keep last --rejects gone.csv clicks.csv 3<<'EOF'
user,time,item
a,2026-01-01T00:00:02Z,p
b,2026-01-01T00:00:02Z,p
a,,p
a,,p
a,2026-01-01T00:00:04Z,p
EOF
check 'dedup-keep last: which went' sh -c 'cut -d, -f 2,4 gone.csv' 3<<'EOF'
line,code
2,E_DUP
3,E_DUP
6,E_DUP
EOF
check 'dedup-keys, keep last, from a pipe' sh -c 'cat clicks.csv | pa-clean --dedup-keys user --dedup-keep last' 3<<'EOF'
user,time,item
b,2026-01-01T00:00:02Z,p
a,2026-01-01T00:00:04Z,p
EOF
awk 'BEGIN { srand(5); print "k,v,time"; for (i = 0; i < 60000; i++) printf "%d,\"x,%d\",%d\n", rand() * 20000, rand() * 3, 1767225600 + i }' >many.csv
for rules in '--dedup-keys k,v' '--dedup-keys k,v --dedup-keep last' '--dedup-keys k,v --dedup-window 10000s' \
    '--dedup-keys k --dedup-window 2h --dedup-keep last' '--dedup-keys k,v --clip k=q.2:q.8' '--dedup-keys k,v --lower v --trim v --time-out iso'; do
    # shellcheck disable=SC2086
    pa-clean $rules --rejects in-memory.rejects many.csv >in-memory.csv
    # shellcheck disable=SC2086
    pa-clean -v $rules --memory 300k --rejects spilled.rejects many.csv >spilled.csv 2>counts
    same "beyond memory: $rules" in-memory.csv spilled.csv
    sort in-memory.rejects >a.rejects
    sort spilled.rejects >b.rejects
    same "beyond memory, rejects: $rules" a.rejects b.rejects
    awk '/rows in/ { ok = $2 == $6 + $9 + $14 + $17 && $2 == 60000 } END { exit !ok }' counts
    report "beyond memory, all accounted for: $rules" $?
done
pa-clean --dedup-keys k,v many.csv >in-memory.csv
check 'beyond memory from a pipe' sh -c 'cat many.csv | pa-clean --dedup-keys k,v --memory 100k' 3<in-memory.csv
awk -F, '{ key = $1 FS $2 FS $3; if (NR == 1 || !(key in t) || $4 - t[key] > 10000) print; t[key] = $4 }' many.csv >wanted.csv
pa-clean --dedup-keys k,v --dedup-window 10000s many.csv >got.csv
same 'dedup-window: as awk has it' wanted.csv got.csv
refuses 'a window without dedup' 2 'needs --dedup' pa-clean --dedup-window 1s clicks.csv
awk 'BEGIN { print "user,time"; for (i = 0; i < 30000; i++) print "a" i ",2026-01-01T00:00:00Z\nb" i ",1767225600" }' >mixed.csv
pa-clean -q --dedup --sessionize --on-error keep mixed.csv >wanted.csv
check 'beyond memory a row keeps the time it had' sh -c 'pa-clean -q --dedup --sessionize --on-error keep --memory 1 <mixed.csv' 3<wanted.csv
refuses 'a size that is none' 2 'not a size' pa-clean --dedup --memory lots clicks.csv

# ---- sessions and bots ----
cat >visits.csv <<'EOF'
user,time
a,2026-01-01T10:00
b,2026-01-01T10:00
a,2026-01-01T10:30
a,2026-01-01T11:00:01
,2026-01-01T11:00
a,2026-01-01T10:59
b,
a,2026-01-01T11:31
EOF
check 'sessionize' pa-clean -q --sessionize visits.csv 3<<'EOF'
user,time,session
a,2026-01-01T10:00,1
b,2026-01-01T10:00,1
a,2026-01-01T10:30,1
a,2026-01-01T11:00:01,2
,2026-01-01T11:00,
a,2026-01-01T10:59,2
b,,
a,2026-01-01T11:31,3
EOF
ok 'late rows are warned about' sh -c 'pa-clean --sessionize visits.csv 2>&1 >late.csv | grep -q "1 rows came after a later row"'
printf 'user,time,x\n,2026-01-01T10:00,1\n,2026-01-01T10:10,1\na,2026-01-01T10:00,1\na,,1\n' >unknown.csv
for from in unknown.csv -; do
    check "sessions of a user and a time that were filled, $from" pa-clean -q --fill user=nobody --fill time=2026-01-01T12:00 --sessionize "$from" <unknown.csv 3<<'EOF'
user,time,x,session
nobody,2026-01-01T10:00,1,1
nobody,2026-01-01T10:10,1,1
a,2026-01-01T10:00,1,1
a,2026-01-01T12:00,1,2
EOF
    check "k-anon counts a user that was filled, $from" pa-clean --fill user=nobody --k-anon 2 --quasi x --keep user "$from" <unknown.csv 3<<'EOF'
user
nobody
nobody
a
a
EOF
    check "bots come before users are filled, $from" pa-clean --fill user=nobody --max-rate 1/1h --keep user "$from" <unknown.csv 3<<'EOF'
user
nobody
nobody
a
a
EOF
done
printf 'user,time\na,1000\na,5000\na,99999\n' >clipped.csv
check 'sessions of times that were clipped' pa-clean --clip time=:6000 --sessionize clipped.csv 3<<'EOF'
user,time,session
a,1000,1
a,5000,2
a,6000,2
EOF
refuses 'a number to be clipped filled with what is none' 2 '--fill: time: "noon" is not a number, which --clip needs' pa-clean --fill time=noon --clip time=1: clipped.csv
pa-clean --fill time=noon -M noon.model clipped.csv >got.csv
refuses 'a time filled with what is no time, by a model' 1 'noon.model: "noon", which fills time, is not a time' pa-clean -m noon.model --sessionize clipped.csv
refuses 'a time filled with what is no time' 2 '--fill: time: "noon" is not a time' pa-clean --fill time=noon --sessionize clipped.csv
awk 'BEGIN { srand(6); print "user,time"; for (i = 0; i < 20000; i++) { t += int(rand() * rand() * 40); u = int(rand() * rand() * 60); printf "u%d,%d\n", u, 1767225600 + t } }' >log.csv
pa-clean --sessionize --session-gap 5m log.csv >got.csv
awk -F, -v OFS=, 'NR == 1 { print $0, "session"; next } { if (!($1 in n) || $2 - t[$1] > 300) n[$1]++; t[$1] = $2; print $0, n[$1] }' log.csv >wanted.csv
same 'sessions as awk has them' wanted.csv got.csv
pa-clean -v --max-rate 3/1m --rejects bots.csv log.csv >got.csv 2>counts
awk -F, 'NR == FNR { if (FNR > 1) { k = ++n[$1]; t[$1, k] = $2; if (k > 3 && $2 - t[$1, k - 3] < 60) bot[$1] = 1 } next } FNR == 1 || !($1 in bot)' log.csv log.csv >wanted.csv
same 'bots as awk has them' wanted.csv got.csv
[ "$(wc -l <got.csv)" -lt 20001 ] && [ "$(wc -l <got.csv)" -gt 100 ]
report 'there are bots and people' $?
[ "$(grep -c ',E_BOT,' bots.csv)" -eq $((20001 - $(wc -l <got.csv))) ]
report 'rows of bots are rejected' $?
awk '/rows in/ { ok = $2 == $6 + $9 + $14 + $17 } END { exit !ok }' counts
report 'bots: all accounted for' $?
{ head -n 1 log.csv; sed 1d log.csv | awk '{ l[NR] = $0 } END { for (i = 1; i < NR; i += 2) { print l[i + 1]; print l[i] } }'; } >shaken.csv
pa-clean --max-rate 3/1m shaken.csv | sort >got.csv
sort wanted.csv >sorted.csv
same 'bots of rows somewhat out of order' sorted.csv got.csv
printf 'user,time\nu,0\nu,1\nu,0\nv,0\nv,1\n' >late-row.csv
check 'a bot whose row comes late by as many rows as the rate allows' pa-clean --max-rate 1/1s late-row.csv 3<<'EOF'
user,time
v,0
v,1
EOF
# Each row comes after at most 3 later ones of its user.
awk 'BEGIN { srand(13); for (i = 0; i < 20000; i++) { u = int(rand() * 900); t[u] += int(rand() * 60); printf "u%d,%d\n", u, t[u] } }' | sort -s -t, -k 1,1 |
    awk -F, '{ late = u == $1 ? int(rand() * 4) : 0; u = $1; print NR + late, $0 }' | sort -s -n -k 1,1 | sed 's/.* //; 1i user,time' >shaken.csv
pa-clean -q --max-rate 3/20s shaken.csv | sort >got.csv
{ head -n 1 shaken.csv; sed 1d shaken.csv | sort -t, -k 2,2n; } >ordered.csv
pa-clean --max-rate 3/20s ordered.csv | sort >wanted.csv
same 'bots of rows out of order by as many rows as the rate allows' wanted.csv got.csv
# shellcheck disable=SC2016
ok 'rows that are later than that are warned of' sh -c 'printf "user,time\nu,8\nu,9\nu,0\n" | pa-clean --max-rate 1/1s 2>&1 >out |
    grep "1 rows came after more later rows"'
printf 'user,time,x\na,0,1\na,1,2\nb,0,3\nc,0,100\nb,2,4\nb,3,5\n' >fast.csv
check 'limits are learnt from people alone, and k-anon counts them' pa-clean --max-rate 1/2s --clip x=q0:q1 --fill x=mean --k-anon 2 --quasi time fast.csv 3<<'EOF'
user,time,x
EOF
check 'bots go, then limits' pa-clean --max-rate 1/2s --clip x=q0:q.5 fast.csv 3<<'EOF'
user,time,x
c,0,100
EOF
printf '\357\273\277user,time\nbot,0\nann,0\nbot,1\n' >bom.csv
gzip -c bom.csv >bom.csv.gz
# shellcheck disable=SC2016
for from in bom.csv bom.csv.gz -; do
    check "bytes of rejects count the BOM, $from" sh -c 'cat bom.csv | pa-clean --max-rate 1/2s --rejects bom.rejects "$1" >bom.out; cut -d, -f 2-4 bom.rejects' - $from 3<<'EOF'
line,byte,code
2,13,E_BOT
4,25,E_BOT
EOF
done
printf 'user,time\nbot,\nbot,0\nann,\nann,5\nbot,1\n,1\n,1\n,1\n' >untimed.csv
check 'rows of a bot that have no time go with it' pa-clean --max-rate 1/2s untimed.csv 3<<'EOF'
user,time
ann,
ann,5
,1
,1
,1
EOF
printf 'user,time,e\na,2026-01-01,x\nb,1767225600,k\na,2026-01-01T01:00,k\n' >kinds.csv
cp kinds.csv more.csv
pa-clean -q --on-error keep --where e==k --time-out iso kinds.csv more.csv >wanted.csv
pa-clean -q --on-error keep --where e==k --time-out iso --max-rate 9/1s kinds.csv more.csv >got.csv
same 'a later pass takes times for what the first took them for' wanted.csv got.csv
refuses 'a rate that is none' 2 'is not N/DURATION' pa-clean --max-rate 5 fast.csv

# ---- outliers ----
printf 'x,y\n1,1\n2,\n3,3\n4,4\n1000,5\n' >out.csv
check 'outliers: drop' pa-clean --clip x=iqr:1.5 --outliers drop --rejects out.rejects out.csv 3<<'EOF'
x,y
1,1
2,
3,3
4,4
EOF
check 'outliers: why' sh -c 'cut -d, -f 2,4,5 out.rejects' 3<<'EOF'
line,code,message
6,E_RANGE,x: 1000 is an outlier
EOF
check 'outliers: flag' pa-clean --clip x=iqr:1.5 --clip y=:4 --outliers flag out.csv 3<<'EOF'
x,y,x_outlier,y_outlier
1,1,0,0
2,,0,0
3,3,0,0
4,4,0,0
1000,5,1,1
EOF

# ---- columns that are made are columns ----
check 'keep and drop name the columns that are made' pa-clean --sessionize --fill x=0 --clip x=0:2 --outliers flag --keep 'session,x*,user' --drop x fast.csv 3<<'EOF'
session,x_outlier,user
1,0,a
1,0,a
1,1,b
1,1,c
1,1,b
1,1,b
EOF
check 'drop a column that is made' pa-clean --clip x=0:2 --outliers flag --drop '*_outlier,time' fast.csv 3<<'EOF'
user,x
a,1
a,2
b,3
c,100
b,4
b,5
EOF
check 'keep a column that is made alone' pa-clean --sessionize --keep session --where x==1 fast.csv 3<<'EOF'
session
1
EOF
printf 'session,user,time\n7,a,0\n' >has-session.csv
refuses 'a column that is made is there already' 2 'there is a column "session" already' pa-clean --sessionize --drop session has-session.csv
check 'a column that is made takes the place of another' pa-clean --replace --sessionize --keep user,session has-session.csv 3<<'EOF'
user,session
a,1
EOF
refuses 'a column that is not made' 2 'there is no column "session"' pa-clean --keep session fast.csv

# ---- one rule for a column, values of options ----
refuses 'two fills of a column' 2 '--fill: two rules for "x" (a column has one)' pa-clean --fill 'x=0' --fill '*=1' fast.csv
refuses 'two clips of a column' 2 '--clip: two rules for "x" (a column has one)' pa-clean --clip x=0:1 --clip x=2:3 fast.csv
refuses 'two tags of a file' 2 '--tag: two values of "k" for fast.csv (a file has one)' pa-clean --tag k=1:fast.csv --tag k=2:fast.csv fast.csv
check 'a fill and a clip of a column' pa-clean --fill user=z --clip x=2:3 --fill x=9 --keep x --where 'x>4' fast.csv 3<<'EOF'
x
3
3
EOF
for path in - not-there/report.csv; do
    pa-clean --report $path fast.csv >got.csv 2>told
    report "a report that cannot be written is told of before any output: $path" $(($? == 0))
    [ ! -s got.csv ]
    report "there is no output: $path" $?
done
refuses 'two outputs' 2 'two outputs' pa-clean --report - fast.csv
# Wrong whatever the input is, which need not be there.
for wrong in '--memory x' '--max-rate 0/5s' '--max-rate 5/5' '--dedup-window 5x --dedup' '--session-gap 0s --sessionize' '--time-in %Q' '--time-in %H' '--hmac user' \
    '--outliers drop' '-m a -M b' '--k-anon 0 --quasi x'; do
    # shellcheck disable=SC2086
    refuses "wrong, before the input is opened: $wrong" 2 "${wrong%% *}" pa-clean $wrong not-there.csv
done

# ---- privacy ----
printf key >key
chmod 600 key
printf 'key\n' >key-with-newline
: >no-key
printf 'user,x\nuser42,1\n,2\n"a,b",3\n' >people.csv
check 'hmac: HMAC-SHA-256 of user42 under "key" begins 6268b51a9e93a81e' pa-clean --hmac user --key-file key people.csv 3<<'EOF'
user,x
6268b51a9e93a81e,1
,2
6b6c8e895182192e,3
EOF
pa-clean --hmac user --key-file key people.csv >one.csv
pa-clean -q --hmac user --key-file key-with-newline people.csv >other.csv
same 'one newline at the end is not of the key' one.csv other.csv
refuses 'an empty key' 1 'no-key: the key is empty' pa-clean --hmac user --key-file no-key people.csv
refuses 'no key' 2 '--hmac needs --key-file' pa-clean --hmac user people.csv
chmod 644 key
ok 'a key that everybody may read' sh -c 'pa-clean --hmac user --key-file key people.csv 2>&1 >one.csv | grep -q "everybody may read"'
cat >coarse.csv <<'EOF'
age,price,time,at
37,0.3,2026-01-31T12:34:56Z,1769862896
-3,0.29,2026-01-31T17:00:00Z,1769862896123
40,,2026-02-01,
EOF
check 'coarsen numbers and times' pa-clean --coarsen age=10 --coarsen price=0.1 --coarsen time=1d --tz +08:00 coarse.csv 3<<'EOF'
age,price,time,at
30,0.3,2026-01-30T16:00:00Z,1769862896
-10,0.2,2026-01-31T16:00:00Z,1769862896123
40,,2026-01-31T16:00:00Z,
EOF
cat >spelt.csv <<'EOF'
x,t,at
30,2026-01-01,1769860800
30.0,2026-01-01T00:00:00Z,1769860800.0
+30,2026-01-01T02:30:00+02:30,1769860800.00
3e1,2026-01-01 00:00,+1769860800
NULL,NULL,NULL
EOF
for jobs in 1 3; do
    check "coarsen writes equal values alike, and leaves what is missing, -j $jobs" pa-clean -j $jobs --na NULL --coarsen x=10 --coarsen t,at=1h spelt.csv 3<<'EOF'
x,t,at
30,2026-01-01T00:00:00Z,1769860800
30,2026-01-01T00:00:00Z,1769860800
30,2026-01-01T00:00:00Z,1769860800
30,2026-01-01T00:00:00Z,1769860800
NULL,NULL,NULL
EOF
    refuses "coarsen: two kinds of time in one file, -j $jobs" 1 \
        'coarse.csv:3: at: "1769862896123" is another kind of time than those before it in the file, Unix seconds (--on-error skip leaves such rows out)' \
        pa-clean -j $jobs --coarsen at=1h coarse.csv
    check "coarsen: a time of another kind is kept as it is, -j $jobs" pa-clean -j $jobs --on-error keep --coarsen at=1h --keep at coarse.csv 3<<'EOF'
at
1769860800
1769862896123

EOF
done
printf 'x\n-0\n0\n-0.0\n0.9\n' >zeros.csv
check 'coarsen: one zero' pa-clean --coarsen x=1 zeros.csv 3<<'EOF'
x
0
0
0
0
EOF
printf 't\n2026-01-01T04:59Z\n2026-01-01T05:00Z\n2026-01-01T23:59:59.9Z\n2026-01-02T00:00Z\n1969-12-31T05:01Z\n' >hours.csv
check 'coarsen: steps shorter than a day are counted from each midnight' pa-clean --coarsen t=5h hours.csv 3<<'EOF'
t
2026-01-01T00:00:00Z
2026-01-01T05:00:00Z
2026-01-01T20:00:00Z
2026-01-02T00:00:00Z
1969-12-31T05:00:00Z
EOF
check 'coarsen: the midnight of --tz' pa-clean --coarsen t=5h --tz +01:00 hours.csv 3<<'EOF'
t
2026-01-01T04:00:00Z
2026-01-01T04:00:00Z
2026-01-01T23:00:00Z
2026-01-01T23:00:00Z
1969-12-31T04:00:00Z
EOF
printf 'user,time\na,10/Oct/2026:00:00:00 +0000\nb,10/Oct/2026:13:55:36 +0000\n' >log-times.csv
check 'coarsen: equal times of a pattern are written alike, so k-anon counts them together' pa-clean --time-in clf --coarsen time=1d --k-anon 2 --quasi time log-times.csv 3<<'EOF'
user,time
a,2026-10-10T00:00:00Z
b,2026-10-10T00:00:00Z
EOF
printf 't\n0001-01-01T00:00Z\n9999-12-31T23:59Z\n' >ends.csv
check 'coarsen: no time before the first one' pa-clean --coarsen t=1w --tz +01:00 ends.csv 3<<'EOF'
t
0001-01-01T00:00:00Z
9999-12-26T23:00:00Z
EOF
refuses 'coarsen: two steps for a column' 2 'two steps for "x"' pa-clean --coarsen x=1 --coarsen x=2 zeros.csv
check 'coarsen to weeks, which begin on Monday' pa-clean --coarsen time=1w --keep time coarse.csv 3<<'EOF'
time
2026-01-26T00:00:00Z
2026-01-26T00:00:00Z
2026-01-26T00:00:00Z
EOF
pa-clean -q --sessionize --hmac user --key-file key --coarsen time=1h visits.csv | cut -d, -f 3 >got.csv
pa-clean -q --sessionize visits.csv | cut -d, -f 3 >wanted.csv
same 'sessions do not change when users and times are hidden' wanted.csv got.csv
refuses 'coarsen what is no number' 1 'is not a number' pa-clean --coarsen user=10 visits.csv
cat >crowd.csv <<'EOF'
user,age,city
a,31,x
b,35,x
b,36,x
c,31,y
,31,y
a,31,x
EOF
check 'k-anon: at least two users for each combination as written' pa-clean -v --k-anon 2 --quasi age,city --coarsen age=10 --report counts.csv crowd.csv 3<<'EOF'
user,age,city
a,30,x
b,30,x
b,30,x
a,30,x
EOF
check 'report' sh -c 'head -n 7 counts.csv; grep coarsened counts.csv' 3<<'EOF'
measure,column,value
rows_in,,6
rows_out,,4
rejected,,0
duplicates,,0
left_out_where,,0
left_out_k_anon,,2
values_coarsened,,6
EOF
awk 'BEGIN { srand(8); print "user,a,b"; for (i = 0; i < 5000; i++) printf "u%d,%d,%d\n", rand() * 40, rand() * 20, rand() * rand() * 20 }' >quasi.csv
pa-clean --k-anon 5 --quasi a,b quasi.csv >got.csv
awk -F, 'NR == FNR { if (!(($1, $2, $3) in seen)) n[$2, $3]++; seen[$1, $2, $3] = 1; next } FNR == 1 || n[$2, $3] >= 5' quasi.csv quasi.csv >wanted.csv
same 'k-anon: as awk has it' wanted.csv got.csv
pa-clean --k-anon 5 --quasi a,b <quasi.csv >got.csv
same 'k-anon from a pipe' wanted.csv got.csv

# Everything at once: the rows are all accounted for, from file, pipe and gzip.
all()
{
    pa-clean -v --max-rate 3/1m --dedup-keys user,time --dedup-keep last --where 'user!~^u1$' --fill x=median --clip x=q.05:q.95 \
        --outliers drop --coarsen 'x=5' --hmac user --key-file key --k-anon 38 --quasi x --sessionize --report all.report "$@" 2>counts
}
awk -F, -v OFS=, 'BEGIN { srand(9) } NR == 1 { print $0, "x"; next } { print $0, rand() < .1 ? "" : int(100 * rand() * rand()) }' log.csv >every.csv
all every.csv >one.csv
cp all.report first.report
all <every.csv >two.csv
same 'all rules from a pipe' one.csv two.csv
same 'all rules from a pipe: counts' first.report all.report
gzip -c every.csv >every.csv.gz
all --memory 20k every.csv.gz >two.csv
same 'all rules from gzip, beyond memory' one.csv two.csv
same 'all rules from gzip, beyond memory: counts' first.report all.report
awk -F, '{ v[$1] = $3 } END { exit !(v["rows_in"] == 20000 && v["rows_in"] == v["rows_out"] + v["rejected"] + v["duplicates"] + v["left_out_where"] + v["left_out_k_anon"] &&
    v["rows_out"] > 100 && v["duplicates"] > 50 && v["left_out_k_anon"] > 0 && v["rejected_bots"] > 100 && v["rejected_outliers"] > 100) }' all.report
report 'all rules: rows in are rows out and what was left out' $?
[ "$(($(wc -l <one.csv) - 1))" -eq "$(awk -F, '$1 == "rows_out" { print $3 }' all.report)" ]
report 'all rules: rows out are counted' $?

# On several threads: the same rows, counts and first error as with one.
awk 'BEGIN { srand(11); print "u,item,price,n"; for (i = 0; i < 250000; i++) printf "%s,%s,%s,%d\n", rand() < .02 ? "" : "u" int(rand() * 400), rand() < .3 ? "\"p," int(rand() * 9) "\"" : "p" int(rand() * 90), rand() < .05 ? "" : int(1000 * rand() * rand()) / 100, rand() * 4 }' >large.csv
for rules in '--dedup --require u,item --clip price=q.01:q.99' '--dedup-keys item,u --where item!~^p1 --where n>0 --fill price=median --clip n=mad:3' \
    '--require u --fill price=mean --keep price,item' '--dedup --memory 900k --clip price=iqr:1.5 --fill u=nobody' '--dedup-keys u,price --fill u=mode --clip price=q.1:q.9' \
    --dedup '--dedup-keys item,n --where n<3 --require u --keep item' '--dedup --memory 900k' '--dedup-keys u,item --fill u=nobody --clip price=1:5'; do
    for jobs in 1 3; do
        # shellcheck disable=SC2086
        pa-clean -v -j $jobs $rules --report counts.$jobs -M limits.$jobs large.csv >out.$jobs 2>told.$jobs
    done
    same "threads: $rules" out.1 out.3
    same "threads, what was learnt: $rules" limits.1 limits.3
    same "threads, counts: $rules" counts.1 counts.3
    same "threads, what is told: $rules" told.1 told.3
done
pa-clean -j 3 --dedup --require u,item --clip price=q.01:q.99 <large.csv >out.3
pa-clean -j 1 --dedup --require u,item --clip price=q.01:q.99 large.csv >out.1
same 'threads: from a pipe' out.1 out.3
awk -F, 'NR == 1 || ($1 != "" && !seen[$0]++)' large.csv | wc -l >wanted.csv
wc -l <out.1 >got.csv
same 'threads: as many rows as awk has' wanted.csv got.csv
gzip -c large.csv >large.csv.gz
pa-clean -j 1 --dedup-keys u,n large.csv large.csv >out.1
for from in 'large.csv large.csv' 'large.csv large.csv.gz' 'large.csv -'; do
    # shellcheck disable=SC2086
    pa-clean -j 3 --dedup-keys u,n $from <large.csv >out.3
    same "threads: duplicates alone, $from" out.1 out.3
done
sed '200001s/.*/u1,p1,cheap,1/' large.csv >wrong.csv
refuses 'threads: the first error, its line' 1 'wrong.csv:200001: price: "cheap" is not a number' pa-clean -j 3 --dedup --clip price=q.01:q.99 wrong.csv
sed '150000s/.*/u1,p1/' large.csv >wrong.csv
refuses 'threads: a ragged row, its line' 1 'wrong.csv:150000: 2 fields, but the header has 4' pa-clean -j 3 --dedup --clip price=q.01:q.99 wrong.csv

# Rules that look at one row alone: several threads, the same rows, counts, report and first error.
awk 'BEGIN { srand(12); print "u,item,price,n,time"; for (i = 0; i < 120000; i++) printf "%s,%s,%s,%d,2026-01-%02dT%02d:00:00+02:00\n", rand() < .02 ? "" : " U" int(rand() * 400),
    rand() < .3 ? "\"p,\"\"" int(rand() * 9) "\"" : "p" int(rand() * 90) " ", rand() < .05 ? "" : int(1000 * rand() * rand()) / 100, rand() * 4, 1 + rand() * 28, rand() * 24 }' >wide.csv
printf 'column,type,required,min,max,regex,enum\nprice,number,no,0,10,,\nn,integer,yes,,,^[0-9],0|1|2|3\nitem,text,,,,p,\n' >rows.schema
printf 'secret' >rows.key
chmod 600 rows.key
pa-clean --clip price=q.05:q.95 --fill price=mean --fill u=mode -M rows.limits wide.csv -o /dev/null
while read -r rules; do
    for jobs in 1 3; do
        # shellcheck disable=SC2086
        pa-clean -v -j $jobs $rules --report counts.$jobs wide.csv >out.$jobs 2>told.$jobs
    done
    same "rows alone: $rules" out.1 out.3
    same "rows alone, counts: $rules" counts.1 counts.3
    same "rows alone, what is told: $rules" told.1 told.3
done <<'RULES'
--keep u,price
--keep n,item,u --drop item
--require u,price --where n>1
--trim u,item --lower u --where item~3 --keep item,u
--time-out epoch --tz +01:00 --coarsen time=1d --coarsen price=2 --keep time,price
--time-in %Y-%m-%dT%H:%M:%S%z --time-out epoch-ms
--schema rows.schema --hmac u,item --key-file rows.key
-m rows.limits --keep price,u
-m rows.limits --outliers drop --require u
-m rows.limits --outliers flag --trim item
--fill price=0 --clip price=1:5 --clip n=:2 --to tsv
--rename item=thing,price=cost --tag shop=nord:wide.csv --keep shop,thing,time
RULES
pa-clean -j 1 --trim u --require u wide.csv >out.1
pa-clean -j 3 --trim u --require u <wide.csv >out.3
same 'rows alone: from a pipe' out.1 out.3
printf 'time,u,n,price,item\r\n2026-02-01,Z,1,,"a\r\nb"\r\n2026-02-02,,1,2,\r\n' >other.csv
for jobs in 1 3; do
    pa-clean -v -j $jobs --trim u --require u wide.csv other.csv >out.$jobs 2>told.$jobs
done
same 'rows alone: several files' out.1 out.3
same 'rows alone: several files, what is told' told.1 told.3
awk 'NR == 110001 { print "u1,p1,1,1,1700000000"; next } 1' wide.csv >wrong.csv
for jobs in 1 3; do
    refuses "rows alone: another kind of time, its line, -j $jobs" 1 'wrong.csv:110001: time: "1700000000" is another kind of time than those before' pa-clean -j $jobs --time-out iso wrong.csv
done
awk 'NR == 90001 { print "u1,p1,cheap,1,"; next } 1' wide.csv >wrong.csv
for jobs in 1 3; do
    pa-clean -j $jobs --require u --clip price=1:5 wrong.csv >out.$jobs 2>told.$jobs
    report "rows alone: the first error, exit 1, -j $jobs" $(($? != 1))
done
same 'rows alone: the first error, what came before it' out.1 out.3
same 'rows alone: the first error, its line' told.1 told.3
finish
