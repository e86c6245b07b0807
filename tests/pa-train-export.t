# SPDX-License-Identifier: MIT
# pa-train --export: the same scores from C, VW and LIBLINEAR
. "${0%/*}/lib.sh"

cat >rows.csv <<'EOF'
price,brand,kind,disc,click,class
1,a,x,2,1,p
2,"b?",y,3,0,q
,a,,4,1,r
4,,x,1,0,p
5,c,y,2,1,q
6,a,x,,0,r
2,c,y,1,1,p
3,"ü \",z,2,0,q
7,c,z,5,1,r
EOF
# unseen levels, missing numbers; columns in the order of the models below
cat >new.csv <<'EOF'
price,brand,kind,disc
2,a,y,1
,b?,x,9
3.5,new,z,
1e3,ü \,,0
,,,
EOF

# The driver prints the scores of the rows of new.csv.
cat >driver.c <<'EOF'
#include <stdio.h>
#include "model.c"

int main(void)
{
    char line[1000];
    while (fgets(line, sizeof line, stdin)) {
        const char *value[PA_COLUMNS + 1];
        char *p = line;
        for (int i = 0; i < PA_COLUMNS; i++) {
            value[i] = p;
            p += strcspn(p, ",\n");
            *p++ = '\0';
        }
#ifdef MANY
        double score[PA_CLASSES];
        pa_scores(value, score);
        for (int k = 0; k < PA_CLASSES; k++)
            printf("%s%.17g", k ? "," : "", score[k]);
        putchar('\n');
#else
        printf("%.17g\n", pa_score(value));
#endif
    }
    return 0;
}
EOF
warnings='-std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'

# exports NAME FLAGS OPTIONS...: compile the source, and compare its scores with pa-rank's
exports()
{
    name=$1
    flags=$2
    shift 2
    if ! pa-train -q -f price,brand,kind,disc "$@" --export c -M model rows.csv >model.c; then
        fail "$name"
        return
    fi
    # shellcheck disable=SC2086
    ok "$name: compiles without a warning" ${CC:-cc} $warnings $flags -o driver driver.c -lm
    case $flags in
    *MANY*) pa-rank -q -m model --all-classes new.csv | cut -d, -f7- ;;
    *) pa-rank -q -m model new.csv | cut -d, -f5 ;;
    esac >wanted
    sed 1d new.csv | ./driver >got
    sed 1d wanted | paste -d, got - >both
    # shellcheck disable=SC2016 # the fields are for awk
    ok "$name: the same scores" awk -F, '{ for (i = 1; i <= NF / 2; i++) {
        d = $i - $(i + NF / 2); if (!(d <= 1e-14 && d >= -1e-14)) exit 1 } } END { exit NR != 5 }' both
}

if command -v "${CC:-cc}" >/dev/null; then
    exports 'mixed columns' ''
    exports 'one number' '' -x brand,kind,disc
    exports 'rare levels' '' --rare 2 --interactions 'price*brand,brand*kind'
    exports 'products' '' --interactions 'price*disc,price*brand,kind*price,brand*kind,disc*disc'
    exports 'an isotonic calibration' '' --cv 2 --l2 3 --calibrate isotonic
    exports 'a calibration' '' --cv 2 --l2 3 --calibrate platt
    exports 'classes' -DMANY -l class --algo softmax --interactions 'brand*kind'
    # A model without columns, and with one that has no term.
    printf 'click\n1\n1\n0\n1\n' >base.csv
    printf 'click,kind\n1,x\n1,x\n0,x\n1,x\n' >level.csv
    for rows in base level; do
        pa-train -q --l2 0 --export c "$rows.csv" >model.c
        # shellcheck disable=SC2086
        ok "no term ($rows): compiles" ${CC:-cc} $warnings -o driver driver.c -lm
        check "no term ($rows): the base rate" sh -c 'echo x | ./driver' 3<<'OUT'
0.75
OUT
    done
    # Numbers beyond 2^53 whose digits are none of the double's.
    printf 'click,price\n1,91234567890123456\n0,81234567890123456\n1,99999999999999999\n0,1\n' >far.csv
    pa-train -q --export c far.csv >model.c
    # shellcheck disable=SC2086
    ok 'numbers are doubles' ${CC:-cc} $warnings -o driver driver.c -lm
    check 'what pa-rank refuses is no number in C' sh -c \
        'printf "inf\nNAN\n0x1\n 1\n1e400\n1 \n" | ./driver | sed "s/^-//" | sort -u' 3<<'OUT'
nan
OUT
else
    skip 'C source' 'no C compiler'
fi
pa-train -q -f price,brand,kind,disc --export c rows.csv >again.c
ok 'no model without -M' sh -c '! grep -q pa-model again.c'
pa-train -q -f price,brand --export c -o out.c -M model rows.csv
ok '-o is for the export' grep -q pa_score out.c

pa-train -q -f price,disc --export libsvm --coef coef.csv -M model rows.csv >liblinear
check 'the head of a LIBLINEAR model' head -n 6 liblinear 3<<'OUT'
solver_type L2R_LR
nr_class 2
label 1 0
nr_feature 4
bias 1
w
OUT
sed '1,6d; s/ $//' liblinear >got
check 'its weights, the bias last' cat got 3<<OUT
$(awk -F, 'NR == 2 { b = $2 } NR > 2 { print $2 } END { print b }' coef.csv)
OUT
pa-train -q -f price,brand --export vw -M model rows.csv >vw.txt
# shellcheck disable=SC2016 # awk's variables
check 'a VW model' awk -F: 'NR == 5 || $1 == "Constant" { print $1 ":" $2 }' vw.txt 3<<'OUT'
bits:18
Constant:116060
OUT
near 'a name and its hash' "$(awk -F: '$1 == "brand=a" { print $2 }' vw.txt)" 211518 0
near 'a weight of VW' "$(awk -F: '$1 == "brand=a" { print $3 }' vw.txt)" "$(awk -F'\t' '$1 == "weight" && $3 == "brand=a" { print $4 }' model)" 0

# Feature i of LIBLINEAR is the i-th number of a row of pa-features, in the order of the columns.
printf 'zeta,click,alpha,off\n1,1,9,0\n2,0,8,1\n3,1,7,0\n4,0,9,1\n5,1,6,0\n' >order.csv
pa-train -q --offset off --export libsvm -M model order.csv >liblinear
pa-features -q --to libsvm order.csv >svm.txt
pa-rank -q -m model order.csv | sed 1d | cut -d, -f5 >wanted
# shellcheck disable=SC2016 # awk's variables
ok 'rows of pa-features score by its features' awk '
    FNR == 1 { file++ }
    file == 1 { if (FNR > 6) w[++n] = $1; next }
    file == 2 { s = w[n]; for (i = 2; i <= NF; i++) { split($i, f, ":"); s += w[f[1]] * f[2] }
        p[FNR] = 1 / (1 + exp(-s)); next }
    { d = p[FNR] - $1; if (d > 1e-14 || d < -1e-14) exit 1; rows++ } END { exit rows != 5 }
' liblinear svm.txt wanted

# vw NAME OPTIONS...: read the model as VW does its rows, and compare with pa-rank
cat >odd.csv <<'EOF'
pr:ice,br and,disc,click
1,a b,2,1
2,c|d,3,0
,e:f,4,1
4,,1,0
5,a b,2,1
6,"g,h",7,0
2,c|d,1,1
3,"ü\",2,0
EOF
cat >odd-new.csv <<'EOF'
pr:ice,br and,disc
2,a b,1
,c|d,9
3.5,new,
1e3,ü\,0
,,
-7,e:f,2
EOF
vw()
{
    name=$1
    shift
    pa-train -q -M model --export vw "$@" odd.csv >vw.txt
    pa-features -q --to vw odd-new.csv >rows.txt
    pa-rank -q -m model odd-new.csv | sed 1d | cut -d, -f4 >wanted
    # shellcheck disable=SC2016 # awk's variables
    ok "VW: $name" awk '
        FNR == 1 { file++ }
        file == 1 { if (FNR > 11) { n = split($0, f, ":"); w[f[1]] = f[3]; if (n != 3) exit 1 } next }
        file == 2 { sub(/.*\| ?/, ""); s = w["Constant"]
            for (i = 1; i <= NF; i++) { n = split($i, f, ":"); s += w[f[1]] * (n > 1 ? f[2] : 1) }
            p[FNR] = 1 / (1 + exp(-s)); next }
        { d = p[FNR] - $1; if (d > 1e-14 || d < -1e-14) exit 1; rows++ } END { exit rows != 6 }
    ' vw.txt rows.txt wanted
}
vw 'odd names, missing numbers, unseen levels'
vw 'a number that training never missed' -x pr:ice
vw 'unseen levels count as other' --rare 2
vw 'other is the reference' --firth --rare 2 -x disc
vw 'an offset' --offset disc
vw 'no intercept' --no-intercept --rare 2

refuses 'names that VW takes for one' 1 '"br and=a b" and "br and=a_b" are both "br_and=a_b" there' \
    sh -c 'echo 1,a_b,3,1 | cat odd.csv - | pa-train --export vw'
refuses 'VW has no products' 2 'no place for --interactions' \
    pa-train --export vw --interactions 'price*disc' rows.csv
refuses 'VW has one predictor' 2 'for two classes' pa-train -l class --algo softmax --export vw rows.csv
refuses 'LIBLINEAR has no calibration' 2 'no place' pa-train --calibrate platt --export libsvm rows.csv
finish
