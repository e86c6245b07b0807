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
        const char *value[PA_COLUMNS];
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
else
    skip 'C source' 'no C compiler'
fi
pa-train -q -f price,brand,kind,disc --export c rows.csv >again.c
ok 'no model without -M' sh -c '! grep -q pa-model again.c'
pa-train -q -f price,brand --export c -o out.c -M model rows.csv
ok '-o is for the export' grep -q pa_score out.c

pa-train -q -f price,disc --export libsvm -M model rows.csv >liblinear
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
$(awk -F'\t' '$1 == "weight" { print $4 } $1 == "intercept" { b = $3 } END { print b }' model)
OUT
pa-train -q -f price,brand --export vw -M model rows.csv >vw.txt
# shellcheck disable=SC2016 # awk's variables
check 'a VW model' awk -F: 'NR == 5 || $1 == "Constant" { print $1 ":" $2 }' vw.txt 3<<'OUT'
bits:18
Constant:116060
OUT
near 'a name and its hash' "$(awk -F: '$1 == "brand=a" { print $2 }' vw.txt)" 211518 0
near 'a weight of VW' "$(awk -F: '$1 == "brand=a" { print $3 }' vw.txt)" "$(awk -F'\t' '$1 == "weight" && $3 == "brand=a" { print $4 }' model)" 0
refuses 'VW has one predictor' 2 'for two classes' pa-train -l class --algo softmax --export vw rows.csv
refuses 'LIBLINEAR has no calibration' 2 'no place' pa-train --calibrate platt --export libsvm rows.csv
finish
