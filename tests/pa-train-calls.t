# SPDX-License-Identifier: MIT
# pa-train: wrong calls before any work, names with every character, rows that cannot be used
. "${0%/*}/lib.sh"

# ---- wrong calls ----

mkfifo never
exec 9<>never # opens, and never has a row

# OPTIONS;TEXT: told although not a byte of input has come
while IFS=';' read -r options text; do
    # shellcheck disable=SC2086
    refuses "at once: $options" 2 "$text" timeout 20 pa-train $options -M never.model never
done <<'END'
--cv 1;out of range (2 to 1000)
--hash-bits 99;out of range (0 to 24)
--export foo;none of c|vw|libsvm
--cv 3 --grid l2=;"" is not a number of 0 or more
--cv 3 --grid l2=1,-1;"-1" is not a number of 0 or more
--cv 3 --grid l2=1e400;"1e400" is not a number of 0 or more
--cv 3 --grid foo=1;foo cannot be chosen
--cv 3 --grid 1,2;not NAME=LIST
--cv 3 --grid l2=0,1;without any penalty
--cv-rule 1se;what --cv tries (--cv K)
--cv-by user;folds of --cv and --calibrate
--se robust;for the table of coefficients (--coef FILE)
--conf-level 0.9;for the table of coefficients (--coef FILE)
--coef c --se robust --l1 1;--se and --l1: only Newton's method
--coef c --se robust --solver lbfgs;--se and --solver: only Newton's method
--firth --solver cd;steps of Newton's method
--firth --algo softmax;for two classes
--solver lbfgs --l1 1;needs cd
--class-weight 1=0;not a number above 0
--class-weight 1=2,1=3;"1" is named twice
--class-weight 1=2,;not CLASS=W
--class-weight 1=2 --algo online,softmax --class-weight a;not CLASS=W
-w click;--weight and --label name the same column
--offset click;--offset and --label name the same column
-w a --offset a;--offset and --weight name the same column
--positive=;an empty label is a missing one
--warm-start=;the name of the model is empty
--coef never.model;two outputs cannot go to one file
-o never.model --export c;two outputs cannot go to one file
END

for options in '-M no/m' '-M m --coef no/c' '-o no/m' '-M m --export c -o no/x.c' '--warm-start no/m'; do
    # shellcheck disable=SC2086
    refuses "at once: $options" 1 'No such file' timeout 20 pa-train $options never
done
exec 9<&-

# What the header tells is known before the rows are read, the last of which is bad.
printf 'click,a,b\n1,1,x\n0,2,y\n1\n' >short.csv
while IFS=';' read -r options text; do
    # shellcheck disable=SC2086
    refuses "from the header: $options" 2 "$text" pa-train $options -M m short.csv
done <<'END'
--interactions a*c;--interactions a*c: not A*B of two columns that are used
--interactions a*b,;--interactions : not A*B
--interactions=;no product is named
--interactions a*b,b*a;given twice
--interactions a*b -x a;not A*B of two columns that are used
--l2 0 --reference b;not COL=LEVEL
--l2 0 --reference c=x;c is no column that is used
--l2 0 --reference b=x --reference b=y;b has one already
--l2 0 --reference click=1;--positive instead
--categorical a --numeric a;name the same column
END

# ---- rows that cannot be used ----

cat >bad.csv <<'END'
click,w,x,o,u
1,1,1,0.5,a
0,2,,1,b

,x,3,y,
1,-1,2,0,a
2,1,4,1,b
1,,4,1,a
0,1,4,zz,b
1,1,1e999,1,a
1,2,2,1,
0,1,1,0,c
END
use='-f x -w w --offset o --se cluster:u --coef c.csv -M m'
# LINE;TEXT: the first that is left of what is wrong
: >gone
while IFS=';' read -r line fault; do
    sed "$(sed 's/$/s,.*,,/' gone)" bad.csv >left.csv
    for from in left.csv -; do
        # shellcheck disable=SC2086
        refuses "line $line ($from)" 1 ":$line: $fault" pa-train $use $from <left.csv
    done
    echo "$line" >>gone
done <<'END'
10;x: "1e999" is beyond the greatest number
6;w: "-1" is below 0 (--weight needs 0 or more)
8;w: there is no number (--weight needs one in each row)
9;o: there is no number (--offset needs one in each row)
11;u: there is no value (--se needs one in each row)
7;click: a third level "2" beside "1" and "0"
END
cat >sound.csv <<'END'
click,w,x,o,u
1,1,1,0.5,a
0,2,,1,b
,x,3,y,
0,1,1,0,c
END
# shellcheck disable=SC2086
pa-train -q $use sound.csv && cp m wanted
# shellcheck disable=SC2086
pa-train $use --on-error skip --rejects rejects.csv bad.csv 2>err
same 'skip: the model is that of the other rows' m wanted
ok 'skip: counted' grep -q '6 of 10 rows unusable, left out' err
check 'skip: rejected' cut -d, -f2,4 rejects.csv 3<<'END'
line,code
6,E_RANGE
7,E_ENUM
8,E_REQUIRED
9,E_NUM
10,E_RANGE
11,E_REQUIRED
END
# shellcheck disable=SC2086
refuses 'more than --max-errors' 1 'more than 2 unusable rows' pa-train $use --on-error skip --max-errors 2 bad.csv
sed '/1e999/d' bad.csv >words.csv
# shellcheck disable=SC2086
pa-train -q $use --on-error keep words.csv
same 'keep: without a label, a weight, an offset or a cluster a row is of no use' m wanted
printf 'click,x,w\nmaybe,1,-1\nyes,2,1\nno,3,1\n' >words.csv
pa-train -q -w w --positive yes --on-error skip -M m words.csv
check 'a row that is left out tells no class' sed -n 's/^class//p' m 3<<'END'
	no	1
	yes	1
END

# ---- folds that cannot be learnt from ----

printf 'click,x,user\n1,1,a\n0,2,b\n0,3,c\n0,1,d\n0,4,e\n1,2,a\n0,1,f\n' >few.csv
refuses 'a fold without rows' 1 'fold 1 of 900 by row has no rows (fewer folds)' pa-train -q --cv 900 few.csv -M m
refuses 'a fold without a class' 1 'of 2 by user learns from have none of class "1" (fewer folds)' \
    pa-train -q --cv 2 --cv-by user few.csv -M m
awk 'BEGIN { srand(1); print "click,a,b"
    for (i = 0; i < 40; i++) print int(rand() * 2) "," int(rand() * 5) "," (i == 3 || i == 4 ? "x" : "y") }' >apart.csv
for how in '--cv 7' '--cv 7 --calibrate platt'; do
    # shellcheck disable=SC2086
    refuses "a fold without an answer: $how" 1 \
        'the fit that tells fold 1 of 7 by row, with --l2 0, failed: separation' pa-train -q $how --l2 0 -M m apart.csv
done

# ---- gzip ----

pa-train -q -M plain few.csv
pa-train -q -M model.gz few.csv
gzip -dc model.gz >unpacked
same '-M NAME.gz' plain unpacked
pa-train -q -z few.csv | gzip -dc >unpacked
same '-z, to standard output' plain unpacked
pa-train -q -z -o packed few.csv
gzip -dc packed >unpacked
same '-z, to -o' plain unpacked
pa-train -q -z --algo online few.csv | gzip -dc >unpacked
ok '-z, online' grep -q '^#end' unpacked
pa-rank -q -m plain few.csv >wanted
pa-rank -q -m packed few.csv >got
same 'pa-rank reads it' wanted got
pa-train -q --warm-start model.gz -M again few.csv
ok '--warm-start reads it' grep -q '^#end' again
mkfifo rows
pa-rank -q --watch -m model.gz rows >got &
exec 9>rows
cat few.csv >&9
until [ "$(wc -l <got)" -ge 8 ]; do sleep 0.05; done
pa-train -q --l2 1000 -M model.gz few.csv
tail -n 1 few.csv >&9
exec 9>&-
wait $!
pa-rank -q -m model.gz few.csv | tail -n 1 >wanted
tail -n 1 got >last
same '--watch takes it up' wanted last

# ---- names with every character ----

cat >odd.csv <<'END'
"a,b",c*d,e=f,g\h,yes/no
1,x,u,1,"1,0"
2,y,v,2,p=q
3,x,u,1,r\s
4,y,v,3,"1,0"
5,x,v,2,p=q
2,y,u,1,r\s
END
terms()
{
    awk -F'\t' '$1 == "term" && NF == 10 { n++ } END { print n + 0 }' "$1"
}
pa-train -q -l yes/no --algo softmax --interactions 'a\,b*c*d' -M m odd.csv
check 'a product of columns with a comma and a star' terms m 3<<'END'
2
END
pa-train -q -l yes/no --algo softmax --interactions 'c\*d*e=f,g\\h*a\,b' -M m odd.csv
check 'stars and backslashes may be escaped' terms m 3<<'END'
5
END
pa-train -q -l yes/no --algo softmax --class-weight '1\,0=2,p\=q=3,r\\s=4' -M m odd.csv
ok 'classes with a comma, a sign and a backslash weigh' grep -q '^#end' m
pa-train -q -l yes/no --algo online,softmax --class-weight '1\,0=2,p\=q=3,r\\s=4' -M m odd.csv
check 'online, too' sed -n '/^class_weight/p' m 3<<'END'
class_weight	1,0	2
class_weight	p=q	3
class_weight	r\\s	4
END
finish
