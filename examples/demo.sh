#!/bin/sh
# SPDX-License-Identifier: MIT
# demo.sh [DIR] - the whole loop on a simulated shop: from raw logs to rendered, measured banners
#
# Installs what is missing (saying so first), builds, and writes everything to DIR, by default build/demo:
# banners/*.html, report.html and each table on the way.  Nothing is learnt from the last ten days.
set -eu
dir=${1:-}
[ -z "$dir" ] || { mkdir -p "$dir" && dir=$(cd "$dir" && pwd); }
cd "$(dirname "$0")/.."
top=$PWD
sh setup.sh
B=${B:-build}
BIN=${BIN:-bin}
make -s -j "$(getconf _NPROCESSORS_ONLN)" B="$B" BIN="$BIN" all
shop=$(cd "$B" && pwd)/shop
PATH=$(cd "$BIN" && pwd):$PATH
mkdir -p "${dir:=$B/demo}"
cd "$dir"
cut=2026-02-20

say()
{
    printf '\n== %s\n' "$1"
}

# A table on standard input whose columns are text, then numbers: as people like to read it.
show()
{
    while IFS=, read -r name numbers; do
        printf '%-54s' "$name"
        echo "$numbers" | tr , '\n' | while read -r x; do
            case $x in
            *[!0-9.e-]* | '') printf '%10s' "$x" ;;
            *.*) printf '%10.4f' "$x" ;;
            *) printf '%10s' "$x" ;;
            esac
        done
        echo
    done
}

# A row of the catalogue of results: the mean of the true click rate over a table of decisions.
truth_of()
{
    "$shop" truth shop "$1" -o "true-$1"
    pa-features -q --agg value=mean:click_prob "true-$1" -o "$2"
}

say 'A shop: 20,000 customers, 2,000 items, 80 ads, 60 days of logs (its secrets stay in shop/hidden)'
"$shop" make shop

say 'pa-clean: four logs with four sets of names become one; duplicates, holes and outliers go'
names=ts=time,ordered_at=time,customer_id=user,customer=user
names=$names,product=item,sku=item,order_id=order,unit_price=price
pa-clean -v --union \
    --tag event=view:shop/browse.csv --tag event=search:shop/search.tsv.gz \
    --tag event=cart:shop/cart.csv --tag event=order:shop/orders.csv.gz \
    --rename "$names" \
    --require time,user --dedup --clip duration=q.01:q.99 --clip price=q.001:q.999 \
    shop/browse.csv shop/search.tsv.gz shop/cart.csv shop/orders.csv.gz -o events.csv

say 'pa-features, pa-cluster: customers as they were on the day of the cut, in six groups'
pa-features -g user --as-of "$cut" events.csv |
    pa-cluster -q -k 6 -M groups.model --profile groups.csv -o users.csv
pa-clean -q --keep group,size,distinctive groups.csv

say 'pa-rules: what is ordered together'
pa-clean -q --where event==order events.csv |
    pa-rules -g order -a item --max-len 2 --min-count 12 --min-conf 0.05 -o pairs.csv
pa-clean -q --rename name=bought --keep item,bought shop/items.csv -o bought.csv
pa-clean -q --rename name=also --keep item,also shop/items.csv -o also.csv
pa-clean -q --tag all=yes:pairs.csv pairs.csv |
    pa-rank -q -g all -k 6 -p lift |
    pa-join --on antecedent=item bought.csv - |
    pa-join --on consequent=item also.csv - |
    pa-clean -q --keep bought,also,count,confidence,lift -o rules.csv
cat rules.csv

say 'pa-features --for: behaviour strictly before each impression; pa-cluster -m: its group then'
pa-features -g user --for shop/impressions.csv events.csv |
    pa-cluster -q -m groups.model -o impressions.csv

say 'pa-join: impressions meet their ads; split at the cut; pa-train: a click model'
pa-clean -q --keep ad,category,brand,price,discount shop/ads.csv -o ads.csv
pa-clean -q --where "time<$cut" impressions.csv | pa-join --on ad ads.csv - -o train.csv
pa-clean -q --where "time>=$cut" impressions.csv -o held.csv
pa-train -q --l2 10 -f events:cluster,category,brand,price,discount,slot --categorical slot \
    --interactions top_category*category,top_brand*brand,cluster*category -M click.model \
    --coef coef.csv train.csv

say 'pa-rank, pa-eval: how good is the model on the last ten days?'
pa-join --on ad ads.csv held.csv | pa-rank -q -m click.model -o scored.csv
pa-eval accuracy scored.csv -o quality.csv
show <quality.csv
pa-eval roc --plot roc.svg scored.csv -o roc.csv
pa-eval calibration --plot calibration.svg scored.csv -o calibration.csv

say 'pa-rank --items: an ad for every held-out request, by the model (one in ten at random)'
policy='--policy epsilon --epsilon 0.1'
pa-clean -q --drop ad,prob,click,conversion,cost,revenue held.csv -o requests.csv
# shellcheck disable=SC2086 # several words
pa-rank -q -m click.model --items ads.csv $policy requests.csv -o decisions.csv
# shellcheck disable=SC2086
pa-rank -q -m click.model --items ads.csv $policy --logged ad held.csv |
    pa-eval policy -o policy.csv
show <policy.csv

say 'pa-render: the three best ads for one visitor of each interest, in a template of that interest'
pa-clean -q --dedup-keys category --keep category,template shop/ads.csv -o families.csv
pa-clean -q --drop template shop/ads.csv -o banners.csv
mkdir -p banners
pa-clean -q --require top_category --dedup-keys top_category requests.csv -o visitors.csv
pa-rank -q -m click.model --items ads.csv -k 3 visitors.csv |
    pa-join --on ad banners.csv - |
    pa-join --on top_category=category families.csv - |
    pa-render --by template --dir "$top/examples/shop/templates" -g user,template \
        --out-dir banners --name 'banner-{{user}}.html'
ls banners

say 'The new policy beside the old one and the most popular ad, by the truth that only the simulator knows'
pa-eval ctr held.csv -o logged.csv
truth_of held.csv logged-true.csv
pa-eval ctr -g ad train.csv | pa-clean -q --keep all,ad,ctr_low --tag all=yes:- - |
    pa-rank -q -g all -k 1 -p ctr_low | pa-clean -q --keep ad -o popular-ad.csv
pa-join --cross popular-ad.csv requests.csv -o popular.csv
truth_of popular.csv popular-true.csv
pa-clean -q --where estimator==snips policy.csv -o snips.csv
truth_of decisions.csv learnt-true.csv
old='logged policy' popular='most popular ad' new='learnt policy'
pa-clean -q --union --keep policy,value,low,high,how,kind \
    --rename ctr=value,ctr_low=low,ctr_high=high \
    --tag "policy=$old:logged.csv" --tag 'how=its clicks:logged.csv' --tag kind=logged:logged.csv \
    --tag "policy=$old:logged-true.csv" --tag 'how=true:logged-true.csv' --tag kind=logged:logged-true.csv \
    --tag "policy=$popular:popular-true.csv" --tag 'how=true:popular-true.csv' --tag kind=popular:popular-true.csv \
    --tag "policy=$new:snips.csv" --tag 'how=estimated from the old clicks (SNIPS):snips.csv' --tag kind=learnt:snips.csv \
    --tag "policy=$new:learnt-true.csv" --tag 'how=true:learnt-true.csv' --tag kind=learnt:learnt-true.csv \
    logged.csv logged-true.csv popular-true.csv snips.csv learnt-true.csv -o results.csv
pa-clean -q --keep policy,how,value,low,high results.csv | sed 's/,/: /' | show

say 'pa-render: the report'
pa-features -q -g top_category --agg requests=count,logged=mean:click_prob true-held.csv -o by-old.csv
pa-features -q -g top_category --agg learnt=mean:click_prob true-decisions.csv |
    pa-join --on top_category by-old.csv - -o interests.csv
piece=$top/examples/shop/report
{
    cat "$piece/head.html"
    pa-render --all --template "$piece/results.html" results.csv
    pa-render --all --template "$piece/interests.html" interests.csv
    pa-clean -q --where 'measure~^(rows|positives|auc|log_loss|ne|brier|calibration_ratio)$' quality.csv |
        pa-render --all --template "$piece/model.html"
    printf '<div class="plots">\n'
    cat roc.svg calibration.svg
    printf '</div>\n'
    pa-render --all --template "$piece/groups.html" groups.csv
    pa-render --all --template "$piece/rules.html" rules.csv
    pa-render --all --template "$piece/gallery.html" visitors.csv
} >report.html
echo "$PWD/report.html"
