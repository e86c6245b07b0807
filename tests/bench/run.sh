#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [read gzip clean start train ctr softmax cluster score top ask eval] - pa beside its peers, in turn, on the same files
#
# Prints a line per command: job, who, the least and the median wall seconds of $RUNS (5) runs, the
# peak resident MiB, and what it computed.  Quote ratios of one run.  Workloads are looked for in
# $PA_BENCH_DIR/data (plain.csv, quoted.csv, plain.csv.gz, log.csv, tiny.csv, dense.csv, ctr.csv and ctr_t.csv
# with their .svm and .vw forms, soft.csv, km.csv, rank.csv, eval.csv), peers in $PA_BENCH_DIR/venv and
# $PA_BENCH_DIR/peers/cargo/bin; what is not there is left out with a word.
set -u
top=$(cd "${0%/*}/../.." && pwd)
dir=${PA_BENCH_DIR:-$HOME/.cache/pa-bench}
bin=${PA_BIN:-$top/bin}
python=$dir/venv/bin/python
peers=$dir/peers/cargo/bin
runs=${RUNS:-5}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
LC_ALL=C
export LC_ALL

# once NAME COMMAND: run it, append its wall seconds and peak KiB to NAME's list
once()
{
    list=$tmp/$(echo "$1" | tr -c 'a-zA-Z0-9\n' _)
    if ! /usr/bin/time -f '%e %M' -o "$tmp/time" sh -c "$2" >"$tmp/out" 2>"$tmp/err"; then
        echo "$1: failed: $(tail -n 1 "$tmp/err")"
        return
    fi
    tail -n 1 "$tmp/time" >>"$list"
    tail -n 1 "$tmp/out" | cut -c1-100 >"$list.said"
}

# versus JOB FILE NAME COMMAND [NAME COMMAND]...: all in turn, $runs times, after one warm-up
versus()
{
    job=$1
    file=$2
    shift 2
    if [ ! -f "$file" ]; then
        echo "$job: left out, $file is not there"
        return
    fi
    cat "$file" >/dev/null
    n=0
    while [ $n -lt "$runs" ]; do
        n=$((n + 1))
        i=1
        while [ $i -lt $# ]; do
            eval "once \"$job \${$i}\" \"\${$((i + 1))}\""
            i=$((i + 2))
        done
    done
    i=1
    while [ $i -lt $# ]; do
        name=
        eval "name=\"$job \${$i}\""
        list=$tmp/$(echo "$name" | tr -c 'a-zA-Z0-9\n' _)
        [ -f "$list" ] && sort -n "$list" | awk -v name="$name" -v said="$(cat "$list.said")" '
            { t[NR] = $1; if ($2 > m) m = $2 }
            END { printf "%-32s %7.2f %7.2f s %7.0f MiB  %s\n", name, t[1], t[int((NR + 1) / 2)], m / 1024, said }'
        i=$((i + 2))
    done
}

# select_two FILE: user and price of a table
select_two()
{
    versus "select of ${1##*/}" "$1" \
        'pa-clean' "rm -f $tmp/selected.csv; $bin/pa-clean -q --keep user,price $1 -o $tmp/selected.csv" \
        'xan' "$peers/xan select user,price $1 -o $tmp/selected.csv" \
        'xsv' "$peers/xsv select user,price $1 -o $tmp/selected.csv"
}

[ $# -gt 0 ] || set -- read gzip clean start train ctr softmax cluster score top ask eval
echo '# job, who: least and median wall, peak memory, last line printed'
for job; do
    case $job in
    read)
        ${CC:-cc} -O2 -o "$tmp/csvcount" "$top/tests/bench/csvcount.c" -lcsv || exit 1
        versus read "$dir/data/plain.csv" \
            'pa-features sum' "$bin/pa-features --agg sum:price $dir/data/plain.csv" \
            'Polars sum' "$python $top/tests/bench/peers.py sum $dir/data/plain.csv" \
            'libcsv alone' "$tmp/csvcount $dir/data/plain.csv"
        select_two "$dir/data/plain.csv"
        select_two "$dir/data/quoted.csv"
        ;;
    gzip)
        versus gzip "$dir/data/plain.csv.gz" \
            'pa-clean select' "rm -f $tmp/selected.csv; $bin/pa-clean -q --keep user,price $dir/data/plain.csv.gz -o $tmp/selected.csv" \
            'zcat' "zcat $dir/data/plain.csv.gz >/dev/null"
        ;;
    clean)
        versus clean "$dir/data/log.csv" \
            'pa-clean' "rm -f $tmp/clean.csv; $bin/pa-clean -q --dedup --require user_id,product_id --clip price=q.01:q.99 $dir/data/log.csv -o $tmp/clean.csv; wc -l <$tmp/clean.csv" \
            'Polars' "$python $top/tests/bench/peers.py clean $dir/data/log.csv $tmp/clean.csv; wc -l <$tmp/clean.csv"
        ;;
    start)
        # 200 runs of each: a table of 100 rows
        versus start "$dir/data/tiny.csv" \
            'true' "for i in \$(seq 200); do /bin/true; done" \
            'pa-clean' "for i in \$(seq 200); do $bin/pa-clean -q --keep price $dir/data/tiny.csv >/dev/null; done" \
            'xsv select' "for i in \$(seq 200); do $peers/xsv select price $dir/data/tiny.csv >/dev/null; done"
        ;;
    ctr)
        ctr="-q -l y --categorical 'c*' --hash-bits 20"
        loss="$bin/pa-rank -q -m $tmp/ctr.pa $dir/data/ctr_t.csv | $bin/pa-eval -q accuracy -l y | grep log_loss"
        versus ctr "$dir/data/ctr.svm" \
            'pa-train' "$bin/pa-train $ctr --l2 20 $dir/data/ctr.csv -M $tmp/ctr.pa; grep objective $tmp/ctr.pa" \
            'pa-train --tol 1e-2' "$bin/pa-train $ctr --l2 20 --tol 1e-2 $dir/data/ctr.csv -M $tmp/ctr2.pa; grep objective $tmp/ctr2.pa" \
            'liblinear -s 0' "liblinear-train -s 0 -c 0.05 -B 1 $dir/data/ctr.svm $tmp/ctr.ll | awk '/^iter/ { f = 20 * (\$10 - \$4) } END { printf \"objective %.4g\", f }'"
        [ -f "$tmp/ctr.pa" ] && sh -c "$loss"
        versus 'ctr once' "$dir/data/ctr.vw" \
            'pa-train --algo online' "$bin/pa-train $ctr --algo online $dir/data/ctr.csv -M $tmp/ctr.pa" \
            'VW' "$python -m vowpalwabbit --quiet --loss_function logistic -b 20 -d $dir/data/ctr.vw -f $tmp/ctr.model"
        [ -f "$tmp/ctr.pa" ] && sh -c "$loss"
        ;;
    softmax)
        versus softmax "$dir/data/soft.csv" \
            'pa-train' "$bin/pa-train -q -v --algo softmax -l y --no-standardize --l2 1 $dir/data/soft.csv -M $tmp/soft.pa 2>&1 | grep objective" \
            'sklearn lbfgs' "$python $top/tests/bench/peers.py softmax $dir/data/soft.csv"
        ;;
    train)
        versus train "$dir/data/dense.csv" \
            'pa-train' "$bin/pa-train -q -v -l y --no-standardize --l2 1 $dir/data/dense.csv -M $tmp/model 2>&1 | grep objective" \
            'sklearn newton-cholesky' "$python $top/tests/bench/peers.py train $dir/data/dense.csv"
        ;;
    cluster)
        versus cluster "$dir/data/km.csv" \
            'pa-cluster' "$bin/pa-cluster -q -k 20 --scale '*=none' --restarts 1 --max-iter 50 --quality $tmp/q $dir/data/km.csv -o $tmp/rows.csv; grep inertia $tmp/q" \
            'pa-cluster without quality' "$bin/pa-cluster -q -k 20 --scale '*=none' --restarts 1 --max-iter 50 $dir/data/km.csv -o $tmp/rows.csv" \
            'faiss' "$python $top/tests/bench/peers.py faiss $dir/data/km.csv $tmp/labels" \
            'sklearn lloyd' "$python $top/tests/bench/peers.py kmeans $dir/data/km.csv $tmp/labels"
        ;;
    score)
        [ -f "$dir/data/dense.csv" ] &&
            "$bin/pa-train" -q -l y --no-standardize --l2 1 "$dir/data/dense.csv" -M "$tmp/scorer" &&
            awk -F '\t' '$1 == "intercept" || $1 == "weight" { print $NF }' "$tmp/scorer" >"$tmp/weights"
        versus score "$dir/data/dense.csv" \
            'pa-rank' "$bin/pa-rank -q -m $tmp/scorer $dir/data/dense.csv >$tmp/scored.csv" \
            'pa-rank -j 1' "$bin/pa-rank -q -j 1 -m $tmp/scorer $dir/data/dense.csv >$tmp/scored.csv" \
            'pa-rank to a synced file' "$bin/pa-rank -q -m $tmp/scorer $dir/data/dense.csv -o $tmp/scored.csv" \
            'sklearn predict_proba' "$python $top/tests/bench/peers.py score $dir/data/dense.csv $tmp/weights $tmp/scores"
        ;;
    top)
        versus top "$dir/data/rank.csv" \
            'pa-rank' "$bin/pa-rank -q -p score -g user_id -k 10 $dir/data/rank.csv >$tmp/best.csv; wc -l <$tmp/best.csv" \
            'Polars' "$python $top/tests/bench/peers.py top-polars $dir/data/rank.csv $tmp/best.csv; wc -l <$tmp/best.csv" \
            'DuckDB' "$python $top/tests/bench/peers.py top-duckdb $dir/data/rank.csv $tmp/best.csv; wc -l <$tmp/best.csv"
        ;;
    ask)
        # A co-process: 12 columns of the request, 18 of each of 100 ads, and some products of both.
        ${CC:-cc} -O2 -o "$tmp/ask" "$top/tests/bench/ask.c" || exit 1
        awk 'BEGIN {
            srand(3); printf "click"
            for (i = 1; i <= 30; i++) printf ",%s%d", i <= 12 ? "u" : "a", i
            for (r = 0; r < 20000; r++) {
                printf "\n%d", rand() < 0.3
                for (i = 1; i <= 30; i++) printf i % 5 ? ",%.4f" : ",l%d", rand() * 8
            }
            print "" }' >"$tmp/log.csv"
        cut -d, -f2-13 "$tmp/log.csv" | head -n 2001 >"$tmp/requests.csv"
        cut -d, -f14-31 "$tmp/log.csv" | head -n 101 | awk '{ print (NR == 1 ? "ad" : "ad" NR) "," $0 }' >"$tmp/ads.csv"
        "$bin/pa-train" -q --l2 1 --interactions 'u5*a15,u1*a14,u2*a20' -M "$tmp/click.pa" "$tmp/log.csv"
        for how in '-k 1' '-k 5' '-k 5 --policy softmax --seed 1' '-k 5 --policy epsilon --seed 1' '-k 5 --watch'; do
            k=${how#-k }
            # shellcheck disable=SC2086 # options
            printf '%-32s %s\n' "ask $how" "$("$tmp/ask" 20000 "${k%% *}" \
                "$bin/pa-rank" -q -m "$tmp/click.pa" --items "$tmp/ads.csv" $how <"$tmp/requests.csv")"
        done
        ;;
    eval)
        versus eval "$dir/data/eval.csv" \
            'pa-eval accuracy' "$bin/pa-eval accuracy -l label $dir/data/eval.csv | grep -E 'auc|log_loss' | tr '\n' ' '" \
            'pa-eval calibration' "$bin/pa-eval calibration -l label $dir/data/eval.csv -o $tmp/bins.csv" \
            'DuckDB' "$python $top/tests/bench/peers.py eval-duckdb $dir/data/eval.csv" \
            'scikit-learn' "$python $top/tests/bench/peers.py eval-sklearn $dir/data/eval.csv"
        ;;
    esac
done
