# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

# Eight points in three groups, by hand.
cat >points.csv <<'EOF'
name,x,y
a,0,0
b,0,1
c,1,0
d,5,5
e,5,6
f,6,5
g,9,0
h,9,1
EOF
check 'rows pass with their group and their distance from its centre' \
    pa-cluster -k 3 -f x,y --scale '*=none' points.csv 3<<'EOF'
name,x,y,cluster,distance
a,0,0,g1,0.4714045207910317
b,0,1,g1,0.7453559924999299
c,1,0,g1,0.7453559924999299
d,5,5,g2,0.47140452079103123
e,5,6,g2,0.74535599249993
f,6,5,g2,0.74535599249993
g,9,0,g3,0.5
h,9,1,g3,0.5
EOF
ok 'profile and quality files' pa-cluster -k 3 -f x,y --scale '*=none' --profile p.csv --quality q.csv \
    -M model points.csv
check 'a profile: sizes, means, what is distinctive' cat p.csv 3<<'EOF'
group,size,share,mean_x,mean_y,distinctive
g1,3,0.375,0.3333333333333333,0.3333333333333333,x -1.17 sd; y -0.79 sd
g2,3,0.375,5.333333333333333,5.333333333333333,y +1.27 sd; x +0.28 sd
g3,2,0.25,9,0.5,x +1.34 sd; y -0.72 sd
EOF
# scikit-learn 1.9.1: silhouette_score and its like; tolerance: rounding
near 'inertia' "$(cell q.csv value 3)" 3.166666666666667 1e-12
near 'silhouette' "$(cell q.csv value 4)" 0.8276825032365227 1e-12
near 'simplified silhouette' "$(cell q.csv value 6)" 0.9036901066194744 1e-12
near 'Davies-Bouldin' "$(cell q.csv value 7)" 0.18847891292763608 1e-12
near 'Calinski-Harabasz' "$(cell q.csv value 8)" 110.69078947368418 1e-9
check 'the model file' cat model 3<<'EOF'
#pa-model	1	pa-cluster	kmeans
rows	8
seed	1
iterations	1
inertia	3.166666666666667
number	x	none	4.375	0	1
number	y	none	2.25	0	1
group	g1	3
centre	x	0.3333333333333333
centre	y	0.3333333333333333
group	g2	3
centre	x	5.333333333333333
centre	y	5.333333333333333
group	g3	2
centre	x	9
centre	y	0.5
#end	16	e01d4b3f
EOF

# A model assigns new rows; columns go by name.
check 'a model assigns new rows' pa-cluster -m model <<'IN' 3<<'OUT'
y,x,more
1,8.5,"q,r"
7,5,
IN
y,x,more,cluster,distance
1,8.5,"q,r",g3,0.7071067811865476
7,5,,g2,1.699673171197595
OUT
refuses 'a column that the model needs' 1 'x' pa-cluster -m model <<'EOF'
y,z
1,2
EOF
refuses 'text where the model needs a number' 1 'x: "much" is not a number' pa-cluster -m model <<'EOF'
x,y
1,1
much,1
EOF
check '--on-error skip leaves it out' pa-cluster -m model --on-error skip <<'IN' 3<<'OUT'
x,y
much,1
1,0
IN
x,y,cluster,distance
1,0,g1,0.7453559924999299
OUT
check '--numeric takes it as missing' pa-cluster -q -m model --numeric x <<'IN' 3<<'OUT'
x,y
much,6.25
IN
x,y,cluster,distance
much,6.25,g2,1.3261525385699624
OUT
refuses '-m with an option of learning' 2 'of the options of learning' pa-cluster -m model -k 3 points.csv
ok 'a profile of assigned rows' pa-cluster -m model --profile p2.csv points.csv
same 'is that of the same rows learnt' p.csv p2.csv
sed 's/centre	x	9/centre	x	8/' model >damaged
refuses 'a damaged model' 1 'damaged' pa-cluster -m damaged points.csv
printf 'name\nx\n' >other
refuses 'no model at all' 1 'other' pa-cluster -m other points.csv

# Categories: an indicator a level; missing is a level of its own.
cat >mixed.csv <<'EOF'
user,category,price,click
u1,phone,10,1
u2,phone,12,0
u3,phone,11,0
u4,bag,90,1
u5,bag,95,0
u6,,,1
EOF
check 'categories and missing values' pa-cluster -q -k 3 --profile - -o /dev/null mixed.csv 3<<'EOF'
group,size,share,top_category,share_category,mean_price,distinctive
g1,3,0.5,phone,1,11,category=phone 100% (all 50%); price -0.82 sd; category=bag 0% (all 33%)
g2,2,0.3333333333333333,bag,1,92.5,category=bag 100% (all 33%); price +1.22 sd; category=phone 0% (all 50%)
g3,1,0.16666666666666666,,1,,category= 100% (all 17%); category=phone 0% (all 50%); category=bag 0% (all 33%)
EOF
pa-cluster -k 2 mixed.csv -M mixed.model >mixed.out 2>mixed.err
grep -q 'missing numbers stand at the mean of their column: price 1' mixed.err
report 'missing numbers are counted' $?
grep -q 'user' mixed.err && grep -q 'click' mixed.err
report 'keys and outcomes are left out, and said' $?
check 'levels and their order in the model' grep -E '^(number|category|level)' mixed.model 3<<'EOF'
category	category
level	
level	bag
level	phone
number	price	z	43.6	43.6	39.96298287165261
EOF
printf 'user,category,price\nu9,car,50\n' | pa-cluster -m mixed.model >unseen.out 2>unseen.err
report 'an unseen level is safe' $?
grep -q 'category: 1 values that the model has not seen' unseen.err
report 'and counted' $?
check '-x and -f choose the columns' pa-cluster -q -k 1 -f price,user -x user --profile - -o /dev/null \
    mixed.csv 3<<'EOF'
group,size,share,mean_price,distinctive
g1,6,1,43.6,near the average
EOF
check '--categorical' pa-cluster -q -k 1 -f x --categorical x --profile - -o /dev/null points.csv 3<<'EOF'
group,size,share,top_x,share_x,distinctive
g1,8,1,0,0.25,near the average
EOF

# Scaling
scale_of()
{
    printf 'x\n1\n2\n4\n9\n' | pa-cluster -k 1 --scale "x=$1" -M scale.model -o /dev/null
    grep '^number' scale.model | cut -f 3-
}
check 'z: mean and population sd' scale_of z 3<<'EOF'
z	4	4	3.082207001484488
EOF
check 'minmax: least and range' scale_of minmax 3<<'EOF'
minmax	4	1	8
EOF
check 'robust: median and quartiles of type 7' scale_of robust 3<<'EOF'
robust	4	3	3.5
EOF
check 'a column that does not vary is divided by 1' pa-cluster -k 1 <<'IN' 3<<'OUT'
x,y
3,1
3,3
IN
x,y,cluster,distance
3,1,g1,1
3,3,g1,1
OUT
check 'log1p, and a later --scale overrules' pa-cluster -k 1 --scale '*=none' --scale x=log1p <<'IN' 3<<'OUT'
x,y
0,5
3,5
IN
x,y,cluster,distance
0,5,g1,0.6931471805599453
3,5,g1,0.6931471805599453
OUT
printf 'x\n-1\n2\n' >minus.csv
refuses 'log1p of -1' 1 'x: log1p needs values above -1' pa-cluster -k 1 --scale x=log1p minus.csv
refuses 'no such method' 2 'no such method' pa-cluster --scale x=sqrt points.csv
refuses 'no method' 2 'COLS=METHOD' pa-cluster --scale x points.csv
refuses 'a column that is not there' 2 'xx' pa-cluster --scale xx=z points.csv
refuses 'nothing to learn from' 2 'no column' pa-cluster -x x,y,name points.csv

# Limits
refuses 'more groups than rows' 1 '8 rows cannot make 9 groups' pa-cluster -f x,y -k 9 points.csv
refuses 'more groups than different rows' 1 '3 different rows cannot make 4 groups' pa-cluster -k 4 <<'EOF'
x
1
1
2
3
3
EOF
refuses 'k must be positive' 2 'k' pa-cluster -k 0 points.csv
refuses 'no rows' 1 'no rows' pa-cluster <<'EOF'
x,y
EOF
awk 'BEGIN { print "title,price"; for (i = 0; i < 1001; i++) print "t" i "," i % 7 }' >titles.csv
refuses 'a category of too many levels' 1 'title: 1001 levels are too many' pa-cluster titles.csv
refuses 'distances beyond numbers' 1 'beyond the greatest number' pa-cluster -k 2 --scale '*=none' <<'EOF'
x
1e200
-1e200
3
EOF
refuses 'a column cluster that is there already' 2 'cluster' pa-cluster -k 1 -f x <<'EOF'
x,cluster
1,2
EOF
check '--replace' pa-cluster -k 1 --replace <<'IN' 3<<'OUT'
x,cluster,more
1,2,z
IN
x,cluster,more,distance
1,g1,z,0
OUT
refuses 'a mixture of numbers and text' 1 'x' pa-cluster -k 1 <<'EOF'
x
1
b
EOF
refuses 'a ragged row' 1 ':3:' pa-cluster -k 1 <<'EOF'
x,y
1,2
1
EOF
check '--on-error skip: groups of the usable rows' pa-cluster -q -k 1 --on-error skip --scale '*=none' <<'IN' 3<<'OUT'
x,y
1,2
1
3,2
IN
x,y,cluster,distance
1,2,g1,1
3,2,g1,1
OUT

# Same bytes whatever does the work
awk 'BEGIN { x = 3; print "a,b,c,d"
    for (i = 0; i < 60000; i++) {
        for (j = 0; j < 3; j++) { x = (x * 1103515245 + 12345) % 2147483648; printf "%.4f,", x / 2147483648 + (i % 7) * (j + 1) / 3 }
        print "k" i % 5
    } }' >big.csv
pa-cluster -q -k 9 --restarts 3 --max-iter 30 -j 1 big.csv -M one.model --quality one.q -o one.csv
for variant in '-j 2' '-j 4'; do
    # shellcheck disable=SC2086
    pa-cluster -q -k 9 --restarts 3 --max-iter 30 $variant -M two.model --quality two.q big.csv -o two.csv
    same "the same rows with $variant" one.csv two.csv
    same "the same model with $variant" one.model two.model
    same "the same quality with $variant" one.q two.q
done
for isa in portable avx2; do
    PA_ISA=$isa pa-cluster -q -k 9 --restarts 3 --max-iter 30 -M two.model --quality two.q big.csv -o two.csv
    same "the same rows with PA_ISA=$isa" one.csv two.csv
    same "the same quality with PA_ISA=$isa" one.q two.q
done
gzip -c big.csv | pa-cluster -q -k 9 --restarts 3 --max-iter 30 >two.csv
same 'the same rows from a gzip pipe' one.csv two.csv
pa-cluster -m one.model big.csv >two.csv
same 'the model assigns its own rows to their groups' one.csv two.csv
pa-cluster -k 9 --restarts 1 --max-iter 1 big.csv -o two.csv 2>err
report 'stopping early is no error' $?
grep -q 'stopped after 1 iterations' err
report 'but warned of' $?
if pa-cluster -q -k 9 --restarts 1 -s 7 big.csv | cmp -s - one.csv; then false; else true; fi
report 'another seed, other beginnings' $?

# References: tests/ref/kmeans.py (scikit-learn 1.9.1, the best of 200 beginnings; 1e-8 relative)
if needs 'Mall_Customers' mall-customers; then
    pa-cluster -k 5 -f 'Annual Income (k$),Spending Score (1-100)' --scale '*=none' --quality q.csv \
        -o /dev/null "$data/mall-customers/Mall_Customers.csv"
    near 'Mall_Customers, income and score: WCSS' "$(cell q.csv value 3)" 44448.45545 1e-5
fi
# reference NAME INERTIA SILHOUETTE DAVIES-BOULDIN CALINSKI-HARABASZ, of q.csv
reference()
{
    near "$1: inertia" "$(cell q.csv value 3)" "$2" 1e-5
    near "$1: silhouette" "$(cell q.csv value 4)" "$3" 1e-9
    near "$1: Davies-Bouldin" "$(cell q.csv value 7)" "$4" 1e-9
    near "$1: Calinski-Harabasz" "$(cell q.csv value 8)" "$5" 1e-6
}
iris()
{
    tail -n +2 "$data/sklearn/iris.csv" |
        pa-cluster -n -k 3 -f c1:c4 --scale "*=$1" --restarts 50 --quality q.csv -o /dev/null
}
if needs 'iris and wine' sklearn; then
    iris none
    reference 'iris, none' 78.8514414261 0.552819012356 0.661971546501 561.62775663
    iris z
    reference 'iris, z' 139.82049636 0.459948239205 0.833594946475 241.904401702
    iris minmax
    reference 'iris, minmax' 6.98221647379 0.50476875654 0.76027705313 359.845074208
    iris robust
    reference 'iris, robust' 73.1840362098 0.44364013113 0.830614934802 177.641623063
    iris log1p
    reference 'iris, log1p' 3.71932304492 0.571576308402 0.628270922725 974.176228499
    tail -n +2 "$data/sklearn/wine_data.csv" |
        pa-cluster -n -k 3 -f c1:c13 --restarts 50 --quality q.csv -o /dev/null
    reference 'wine, z' 1277.92848884 0.28485891919 1.38918797772 70.9400080032
fi
printf 'a,b\n1,2\n1e999,3\n5,6\n7\n7,7\n' >beyond.csv
printf 'a,b\n1,2\n5,6\n7,7\n' | pa-cluster -k 2 >wanted
pa-cluster -k 2 --on-error skip beyond.csv >got
same 'rows that were not learnt from do not pass, nor shift the others' got wanted

# Columns go by name: in another order they give the same bytes.
awk 'BEGIN { x = 5; print "a,b,c,d,e"
    for (i = 0; i < 400; i++) {
        for (j = 0; j < 5; j++) { x = (x * 1103515245 + 12345) % 2147483648; v[j] = x / 2147483648 * (j + 1) }
        printf "%.9f,%.9f,%.9f,k%d,%.9f\n", v[0], v[1], v[2], v[3] * 2, v[4]
    } }' >ordered.csv
pa-clean -q --keep e,c,d,b,a ordered.csv -o mixed.csv
for table in ordered mixed; do
    pa-cluster -q -k 6 -M "$table.model" --profile "$table.profile" --quality "$table.quality" "$table.csv" |
        pa-clean -q --keep a,b,c,d,e,cluster,distance -o "$table.out"
done
for what in out model profile quality; do
    same "another order of columns: the same $what" "ordered.$what" "mixed.$what"
done
printf 'x,y\n1,2\n3,5\n' >unused.csv
pa-cluster -k 1 -f x --scale y=none unused.csv >unused.out 2>unused.err
report '--scale of a column that is not used is said' "$(grep -q -e '--scale y=none: none of these columns is used' unused.err; echo $?)"
pa-cluster -k 1 --scale 'x-y=none' unused.csv >unused.out 2>unused.err
report 'and of those that are is not' "$([ ! -s unused.err ]; echo $?)"
finish
