#!/bin/sh
# SPDX-License-Identifier: MIT
# same.sh - same bytes: every program on two tables, for -j 1, 2, 4, file, pipe, gzip, gcc and
# clang, -O0 and -O3, each instruction set, and the C library without AVX and FMA
#
# Prints TAP.  Needs gcc; clang is left out with a word where it is not installed.
. "${0%/*}/lib.sh"
cd "$top" || exit 1
unset PA_ISA

build()
{
    make -s -j2 CC="$1" B="build/same-$1$2" BIN="build/same-$1$2/bin" CFLAGS="$2" all || exit 1
}
builds=
for cc in gcc clang; do
    if ! command -v $cc >/dev/null 2>&1; then
        skip "same bytes with $cc" "$cc is not installed"
        continue
    fi
    for o in -O0 -O3; do
        build $cc $o
        builds="$builds $cc$o"
    done
done
cd "$work" || exit 1

# Two tables, mixed and awkward: shop events and labelled rows.  awk's generator is its own.
awk 'function r() { x = (x * 1103515245 + 12345) % 2147483648; return x / 2147483648 }
    BEGIN { x = 42; split("view search cart order", e, " "); split("phone camera 手机 相机 \"bag, red\"", c, " ")
        c[5] = "\"bag, \"\"red\"\"\""
        print "user,time,event,item,category,price,discount,duration,order"
        for (i = 0; i < 20000; i++) {
            u = int(r() * r() * 500); k = 1 + int(r() * r() * 4); g = 1 + int(r() * 5)
            printf "u%d,2026-01-%02dT%02d:%02d:%02dZ,%s,p%d,%s,%s,%.2f,%s,o%d\n", u, 1 + i / 700, r() * 24, r() * 60, r() * 60, e[k], r() * r() * 300,
                c[g], (r() < .02 ? "" : sprintf("%.2f", exp(2 + 2 * r()))), int(r() * 4) * .05, (r() < .05 ? "" : sprintf("%.1f", r() * 90)), i / 4
        } }' >events.csv
awk 'function r() { x = (x * 1103515245 + 12345) % 2147483648; return x / 2147483648 }
    BEGIN { x = 7; print "user,time,ad,a,b,c,colour,prob,click"
        for (i = 0; i < 15000; i++) {
            a = r() * 4 - 2; b = r() * 1000; k = int(r() * 5); m = r(); z = -1 + a + b / 900 - k / 3
            printf "u%d,%d,ad%d,%.6f,%.3f,%s,k%d,%.4f,%d\n", r() * 900, 1767225600 + i * 61, r() * 7, a, b, (m < .03 ? "" : sprintf("%.5f", m)), k, 1 / 7, r() < 1 / (1 + exp(-z))
        } }' >rows.csv
cat >ads.csv <<'EOF'
ad,brand,bid
ad0,x,1
ad1,y,2
ad2,x,0.5
ad3,z,1.25
ad4,z,3
ad5,y,1
ad6,w,2
EOF
printf 'event,label\nview,1\nsearch,2\ncart,3\norder,4\n' >names.csv
printf 'event,n\nview,1\nview,2\n' >some.csv
printf 'ad,a\nad3,1\nad1,2\nad3,3\nad9,4\n' >repeated.csv
printf '%s' '{{user}}: {{a}} & {{colour}}
' >line.txt

# every DIRECTORY JOBS HOW: run every program; results go to DIRECTORY.  HOW: file, pipe or gzip.
every()
{
    out=$1
    j=$2
    how=$3
    rm -rf "$out"
    mkdir -p "$out"
    run clean events.csv pa-clean -j "$j" --dedup-keys user,item,event --fill price=median --clip duration=q.05:q.95 -M "$out/limits"
    run clean2 rows.csv pa-clean -j "$j" --where 'a>0' --require c --drop colour
    run clean3 events.csv pa-clean -j "$j" -q --dedup-keys user,item --dedup-keep last --memory 20k --sessionize --time-out epoch \
        --max-rate 40/1h --clip price=iqr:1.5 --outliers flag --coarsen price=5 --k-anon 20 --quasi price --report "$out/counts"
    run clean4 rows.csv pa-clean -j "$j" --dedup-keys user,ad --memory 20k --trim colour --infer-schema
    run join events.csv pa-join -j "$j" --on event names.csv
    run join2 rows.csv pa-join -j "$j" --on ad --replace ads.csv
    run join3 events.csv pa-join -j "$j" --on event --anti some.csv
    run join4 rows.csv pa-join -j "$j" --on ad --inner --duplicates all --prefix ad_ repeated.csv
    run split events.csv pa-split -j "$j" --ratio 7:2:1 -u user
    run split2 rows.csv pa-split -j "$j" --folds 5 --stratify click
    run split3 rows.csv pa-split -j "$j" --exact --ratio 5:3:2 --stratify click,colour --neg-rate 0.3
    run split4 events.csv pa-split -j "$j" --leave-last 2 -u user
    run split5 events.csv pa-split -j "$j" --at 2026-01-10,2026-01-20 --gap 12h
    run features events.csv pa-features -j "$j" -g user
    run features2 rows.csv pa-features -j "$j" --scale 'a,b=z' --bin c=quantile:4 --onehot colour -M "$out/encoders"
    run cluster rows.csv pa-cluster -j "$j" -k 5 -f a,b,c,colour --profile "$out/profile" --quality "$out/quality" -M "$out/centres"
    run cluster2 events.csv pa-cluster -j "$j" -k 3 -f price,duration,category
    run rules events.csv pa-rules -j "$j" -g user --min-support 0.02
    run rules2 rows.csv pa-rules -j "$j" -g user -a ad --algo apriori --find closed
    run train rows.csv pa-train -j "$j" -f a,b,c,colour,ad --interactions 'a*colour' -M "$out/model" --coef "$out/coef"
    run train2 events.csv pa-train -j "$j" -l event --algo softmax -f price,discount,duration -M "$out/softmax"
    run train3 events.csv pa-train -j "$j" -l event --algo online,softmax --rare 3 -f price,discount,duration,user -M "$out/online"
    run score rows.csv pa-rank -j "$j" -m "$out/model" --explain 2
    run score2 events.csv pa-rank -j "$j" -m "$out/softmax" --replace --all-classes
    run top rows.csv pa-rank -j "$j" -p b -g user -k 2
    run eval "$out/score" pa-eval accuracy -j "$j"
    run roc "$out/score" pa-eval roc -j "$j" --plot "$out/roc.svg"
    run calibration "$out/score" pa-eval calibration -j "$j" --plot "$out/calibration.svg"
    run accuracy2 "$out/score" pa-eval accuracy -j "$j" -g colour -w b --se cluster:user --threshold 1:3
    run bootstrap "$out/score" pa-eval accuracy -j "$j" --bootstrap 20 --se cluster:user
    run pr "$out/score" pa-eval pr -j "$j" --plot "$out/pr.svg"
    run calibration2 "$out/score" pa-eval calibration -j "$j" --bin-mode width -w b
    run lift "$out/score" pa-eval lift -j "$j" -w b
    run fairness "$out/score" pa-eval fairness -j "$j" -g colour
    run drift rows.csv pa-eval drift -j "$j" --ref events.csv -f user
    run drift2 "$out/score" pa-eval drift -j "$j" --ref rows.csv -f a,b,c,colour -g ad
    run ctr rows.csv pa-eval ctr -j "$j" -g ad
    run ctr2 rows.csv pa-eval ctr -j "$j" -g ad -w b --se cluster:user
    run render rows.csv pa-render -j "$j" --template line.txt
}

run()
{
    name=$1
    in=$2
    shift 2
    case $how in
    file) "$@" "$in" >"$out/$name" 2>"$out/$name.err" ;;
    pipe) cat "$in" - </dev/null | (sleep 0.01; exec "$@") >"$out/$name" 2>"$out/$name.err" ;;
    gzip) gzip -c "$in" | "$@" >"$out/$name" 2>"$out/$name.err" ;;
    esac || fail "$name runs ($how, -j $j): $(head -n 1 "$out/$name.err")"
    rm -f "$out/$name.err"
}

agrees()
{
    if diff -r reference "$2" >differences; then
        pass "$1"
    else
        fail "$1"
        head -n 20 differences | sed 's/^/# /'
    fi
}

base=$PATH
first=${builds# }
PATH=$top/build/same-${first%% *}/bin:$base
every reference 1 file
for name in reference/*; do
    case $name in */train | */train[23]) continue ;; esac # its output is the model
    if [ -s "$name" ]; then pass "$name is not empty"; else fail "$name is not empty"; fi
done
for jobs in 2 4; do
    every other $jobs file
    agrees "-j $jobs" other
done
for how in pipe gzip; do
    every other 2 $how
    agrees "from $how" other
done
for b in $builds; do
    PATH=$top/build/same-$b/bin:$base
    every other 2 file
    agrees "built with $b" other
    for isa in portable avx2 avx512; do
        PA_ISA=$isa
        export PA_ISA
        every other 2 file
        agrees "built with $b, PA_ISA=$isa" other
        unset PA_ISA
    done
done
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F
PA_ISA=portable
export GLIBC_TUNABLES PA_ISA
every other 2 file
agrees 'no AVX, no FMA in the C library either' other
finish
