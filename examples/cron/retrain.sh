#!/bin/sh
# SPDX-License-Identifier: MIT
# retrain.sh LOGS STATE - a new click model from the logs in the folder LOGS, published in STATE
#
# LOGS holds what the simulated shop writes (see ../shop/files.h).  STATE gets click.model and
# groups.model, each replaced in one step and only after everything before it has succeeded:
#   - a program that fails in the middle of a pipe makes the last one refuse its input, so no
#     half-trained candidate is ever written;
#   - set -e stops at the first failure, and the old models stay;
#   - a candidate that does badly on the newest tenth of the users is not published (exit 3).
set -eu
[ $# -eq 2 ] || { echo "usage: retrain.sh LOGS STATE" >&2; exit 2; }
logs=$1
state=$2
mkdir -p "$state"
candidate=$(mktemp -d "$state/candidate.XXXXXX")
trap 'rm -rf "$candidate"' EXIT
trap 'exit 1' HUP INT TERM

names=ts=time,ordered_at=time,customer_id=user,customer=user
names=$names,product=item,sku=item,order_id=order,unit_price=price
pa-clean -q --union \
    --tag "event=view:$logs/browse.csv" --tag "event=search:$logs/search.tsv.gz" \
    --tag "event=cart:$logs/cart.csv" --tag "event=order:$logs/orders.csv.gz" \
    --rename "$names" \
    --require time,user --dedup --clip duration=q.01:q.99 --clip price=q.001:q.999 \
    "$logs/browse.csv" "$logs/search.tsv.gz" "$logs/cart.csv" "$logs/orders.csv.gz" \
    -o "$candidate/events.csv"

pa-features -q -g user "$candidate/events.csv" |
    pa-cluster -q -k 6 -M "$candidate/groups.model" -o "$candidate/users.csv"

pa-clean -q --keep ad,category,brand,price,discount "$logs/ads.csv" -o "$candidate/ads.csv"
pa-features -q -g user --for "$logs/impressions.csv" "$candidate/events.csv" |
    pa-cluster -q -m "$candidate/groups.model" |
    pa-join -q --on ad "$candidate/ads.csv" - |
    pa-split -q -u user --ratio 9:1 --names "$candidate/train.csv,$candidate/test.csv"

pa-train -q --l2 10 --interactions 'top_category*category,top_brand*brand,cluster*category' \
    -M "$candidate/click.model" "$candidate/train.csv"
pa-rank -q -m "$candidate/click.model" "$candidate/test.csv" |
    pa-eval accuracy -q --fail-on 'auc<0.6,calibration_ratio<0.7,calibration_ratio>1.4' \
        -o "$candidate/quality.csv"

mv -f "$candidate/groups.model" "$state/groups.model"
mv -f "$candidate/click.model" "$state/click.model"
mv -f "$candidate/quality.csv" "$state/quality.csv"
