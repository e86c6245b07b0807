# SPDX-License-Identifier: MIT
. "${0%/*}/lib.sh"

cat >orders.csv <<'END'
time,item,order
1,b,x
2,a,y
3,c,x
4,a,x
5,b,y
6,b,x
7,a,z
END

check 'rows of a basket may stand anywhere; items count once' \
    pa-rules --min-support 0.5 --find frequent orders.csv 3<<'OUT'
items,size,count,support
a,1,3,1
b,1,2,0.6666666666666666
a|b,2,2,0.6666666666666666
OUT

check 'rules by antecedent and consequent, with all measures' \
    pa-rules --min-count 1 --max-len 2 orders.csv 3<<'OUT'
antecedent,consequent,count,support,confidence,lift,leverage,conviction,p_value
a,b,2,0.6666666666666666,0.6666666666666666,1,0,1,1
a,c,1,0.3333333333333333,0.3333333333333333,1,0,1,1
b,a,2,0.6666666666666666,1,1,0,,1
b,c,1,0.3333333333333333,0.5,1.5,0.1111111111111111,1.3333333333333333,0.6666666666666659
c,a,1,0.3333333333333333,1,1,0,,1
c,b,1,0.3333333333333333,1,1.5,0.1111111111111111,,0.6666666666666659
OUT

check '--min-conf and --min-lift' \
    pa-rules --min-count 1 --max-len 2 --min-conf 0.5 --min-lift 1.2 orders.csv 3<<'OUT'
antecedent,consequent,count,support,confidence,lift,leverage,conviction,p_value
b,c,1,0.3333333333333333,0.5,1.5,0.1111111111111111,1.3333333333333333,0.6666666666666659
c,b,1,0.3333333333333333,1,1.5,0.1111111111111111,,0.6666666666666659
OUT

check 'closed sets' pa-rules --min-count 1 --find closed orders.csv 3<<'OUT'
items,size,count,support
a,1,3,1
a|b,2,2,0.6666666666666666
a|b|c,3,1,0.3333333333333333
OUT

check 'maximal sets of at most two items that nothing larger contains' \
    pa-rules --min-count 2 --max-len 2 --find maximal orders.csv 3<<'OUT'
items,size,count,support
a|b,2,2,0.6666666666666666
OUT

check 'a limit on the length does not make sets closed' \
    pa-rules --min-count 1 --max-len 1 --find closed orders.csv 3<<'OUT'
items,size,count,support
a,1,3,1
OUT

check 'several group columns, other names, TSV, another separator' \
    pa-rules -g shop,day -a what --item-sep + --find maximal --min-count 1 <<'IN' 3<<'OUT'
what	shop	day
a|b	1	1
c	1	2
d	1	1
IN
items	size	count	support
c	1	1	0.5
a|b+d	2	1	0.5
OUT

check 'items that need quotes' pa-rules --find frequent <<'IN' 3<<'OUT'
order,item
1,"a,b"
1,"say ""x"""
IN
items,size,count,support
"a,b",1,1,1
"say ""x""",1,1,1
"a,b|say ""x""",2,1,1
OUT

check 'lines: empty items ignored, repetitions count once, empty lines are no baskets' \
    pa-rules --baskets ' ' --find frequent <<'IN' 3<<'OUT'
10  2 2 

2
IN
items,size,count,support
10,1,1,0.5
2,1,2,1
10|2,2,1,0.5
OUT

check 'no baskets: no sets' pa-rules --find frequent <<'IN' 3<<'OUT'
order,item
IN
items,size,count,support
OUT

printf 'order,item\n1,a\n2,\n,b\n' >gaps.csv
check 'rows without basket or item are left out' pa-rules --find frequent gaps.csv 3<<'OUT'
items,size,count,support
a,1,1,1
OUT
pa-rules --find frequent gaps.csv >out 2>err
grep -q '2 rows without a basket or an item are left out' err
report 'and said so' $?

# ---- recommendations

cat >rules.csv <<'END'
note,antecedent,consequent,confidence,lift
one,a,b,0.5,2
two,a|c,b,0.9,1
three,a,d,0.5,3
four,c,a,1,1
five,e,f,1,
END
check '--apply: the best rule for each item, best first' pa-rules --apply rules.csv <<'IN' 3<<'OUT'
order,item
1,a
2,c
3,c
3,a
4,b
4,a
5,d
IN
order,item,rank,note,antecedent,confidence,lift
1,d,1,three,a,0.5,3
1,b,2,one,a,0.5,2
2,a,1,four,c,1,1
3,b,1,two,a|c,0.9,1
3,d,2,three,a,0.5,3
4,d,1,three,a,0.5,3
OUT
check '--apply -k 1, lines, items that no rule knows' \
    pa-rules --apply rules.csv -k 1 --baskets , <<'IN' 3<<'OUT'
x

a,y
IN
basket,item,rank,note,antecedent,confidence,lift
3,d,1,three,a,0.5,3
OUT

# ---- wrong calls and bad input

refuses 'a share above 1' 2 '--min-count takes a number of baskets' pa-rules --min-support 5 orders.csv
refuses 'a share that is none' 2 'is not a share' pa-rules --min-support 5% orders.csv
refuses 'an unknown column' 2 'order' pa-rules -g ordr orders.csv
refuses 'columns of lines' 2 '--baskets' pa-rules --baskets , -g order orders.csv
refuses 'two separators' 2 'not one byte' pa-rules --baskets ', ' orders.csv
printf 'order,item\n1,a\n1,b|c\n' >bar.csv
refuses 'an item that holds the separator' 1 'bar.csv:3: item: "b|c"' pa-rules bar.csv
printf 'a,b|c\n' >bar.txt
refuses 'the same on a line' 1 'bar.txt:1: "b|c"' pa-rules --baskets , bar.txt
printf 'a b\nc\0' >nul.txt
refuses 'a NUL at the end of lines' 1 'the program before this one failed' pa-rules --baskets ' ' nul.txt
printf 'antecedent,consequent\n' >bad.csv
refuses 'rules without a confidence' 1 'confidence' pa-rules --apply bad.csv orders.csv
printf 'antecedent,consequent,confidence\na,b,high\n' >bad.csv
refuses 'a confidence that is no number' 1 'bad.csv:2: confidence: "high"' pa-rules --apply bad.csv orders.csv
seq -s ' ' 1 60 >wide.txt
refuses 'a frequent set too large to list its subsets' 1 'too many to list' \
    pa-rules --baskets ' ' wide.txt
pa-rules --baskets ' ' --max-len 2 --find maximal wide.txt >out
report 'unless its length is limited' $?

# ---- against references

every_method()
{
    name=$1
    shift
    for algo in apriori fpgrowth eclat; do
        pa-rules --algo $algo "$@" >$algo.out 2>err || fail "$name: $algo: $(head -n 1 err)"
    done
    same "$name: fpgrowth as apriori" apriori.out fpgrowth.out
    same "$name: eclat as apriori" apriori.out eclat.out
}

if needs 'groceries' groceries; then
    groceries=$data/groceries/groceries.csv
    every_method 'groceries' --baskets , --min-support 0.006 --find frequent "$groceries"
    near 'groceries at 0.006: 747 itemsets' "$(($(wc -l <fpgrowth.out) - 1))" 747 0
    pa-rules --baskets , --min-support 0.006 --min-conf 0.25 "$groceries" >rules.out
    near 'groceries: 463 rules of confidence 0.25' "$(($(wc -l <rules.out) - 1))" 463 0
    near 'a rule of the groceries: lift' \
        "$(awk -F, '$1 == "herbs" && $2 == "root vegetables" { print $6 }' rules.out)" 3.9564774 1e-6
    pa-rules --baskets , --apply rules.out -k 3 "$groceries" >apply.out
    awk -F, 'NR > 1 && ($3 > 3 || ($1 == was && $3 != rank + 1)) { bad = 1 }
        { was = $1; rank = $3 } END { exit bad || NR < 1000 }' apply.out
    report 'groceries: at most 3 recommendations, ranks in order' $?
fi

# Lines "7 10 (count)", items in any order, as "10 7,count" with items in byte order.
reference()
{
    sed -n 's/^\([0-9 ]*[0-9]\) *(\([0-9]*\)).*/\2 \1/p' "$1" | awk '{
        for (i = 2; i <= NF; i++)
            for (j = i + 1; j <= NF; j++)
                if ($j "" < $i "") { t = $i; $i = $j; $j = t }
        n = $1
        $1 = ""
        print substr($0, 2) "," n
    }' | sort
}

if needs 'T10I4D100K' fimi/T10I4D100K.dat; then
    for share in 0.005 0.01; do
        every_method "T10I4D100K at $share" --baskets ' ' --item-sep + --min-support "$share" \
            --find frequent "$data/fimi/T10I4D100K.dat"
        reference "$data/fimi/outputs/t10-1-$share.dat" >reference.out
        tail -n +2 fpgrowth.out | tr + ' ' | cut -d, -f1,3 | sort >counts.out
        same "T10I4D100K at $share: every count of the reference" reference.out counts.out
    done
fi

if needs 'mushroom' fimi/mushroom.dat; then
    mushroom=$data/fimi/mushroom.dat
    every_method 'mushroom at 0.3' --baskets ' ' --min-support 0.3 --find frequent "$mushroom"
    # pyfim 6.28 (zmin=1, supp=-2438): 2734, 426, 63; it leaves out the item of every basket
    near 'mushroom at 0.3: frequent sets' "$(($(wc -l <eclat.out) - 1))" 2735 0
    near 'closed' "$(pa-rules --baskets ' ' --min-support 0.3 --find closed "$mushroom" | tail -n +2 | wc -l)" 427 0
    near 'maximal' "$(pa-rules --baskets ' ' --min-support 0.3 --find maximal "$mushroom" | tail -n +2 | wc -l)" 63 0
    near 'mushroom at 0.1: an item in every basket counts' \
        "$(pa-rules --baskets ' ' --min-support 0.1 --find frequent "$mushroom" | tail -n +2 | wc -l)" 574431 0
    for isa in portable avx2 avx512; do
        PA_ISA=$isa pa-rules --algo eclat --baskets ' ' --min-support 0.3 --find frequent "$mushroom" >isa.out
        same "mushroom by eclat on $isa" eclat.out isa.out
    done
fi

# Items that have nothing to do with each other cost no more than their number.
(echo order,item && seq 1 200000 | sed 's/.*/&,&/') >alone.csv
ok 'many items, each alone' timeout "$patience" pa-rules --min-count 1 alone.csv
refuses 'lines are not skipped as rows are' 2 'lines are no rows' pa-rules --baskets , --on-error skip alone.csv
finish
