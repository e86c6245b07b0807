#!/bin/sh
# SPDX-License-Identifier: MIT
# open-bandit.sh DIR - real banners with the probabilities with which they were shown
#
# Open Bandit Data (Saito, Aihara, Matsutani, Narita, 2021): impressions of fashion banners in three
# positions of ZOZOTOWN's page, by an even lottery among 80 items (random) and by Thompson sampling
# (bts).  DIR holds random/all/{all,item_context}.csv and bts/all/all.csv, 10,000 impressions each.
# A click model learns from both logs but for the last days of the lottery, which judge a policy.
# With 0.4 % of clicks every interval is wide, and is shown as wide as it is.
needs=random/all/all.csv
. "$(dirname "$0")/lib.sh"
lottery=$folder/random/all/all.csv sampling=$folder/bts/all/all.csv

# The item shown is the ad, its propensity the prob; affinities of other items are left out.
pa-clean -q --tag "log=random:$lottery" --tag "log=bts:$sampling" \
    --rename timestamp=time,item_id=ad,position=slot,propensity_score=prob \
    --keep 'log,time,ad,slot,click,prob,user_feature_*' "$lottery" "$sampling" -o log.csv
pa-clean -q --rename item_id=ad --keep 'ad,item_feature_*' "$folder/random/all/item_context.csv" -o ads.csv
pa-join -q --on ad ads.csv log.csv -o shown.csv
last='2019-11-28'
pa-clean -q --where "time<$last" shown.csv -o train.csv
pa-clean -q --where "time>=$last" --where log==random shown.csv -o test.csv

say 'clicks by log and position'
pa-eval -q ctr -g log,slot log.csv -o ctr.csv
show ctr.csv

pa-train -q -f 'user_feature_*,item_feature_*,slot' --categorical slot --l2 20 train.csv -M click.model --coef coefficients.csv
pa-rank -q -m click.model test.csv -o scored.csv
say 'click model on impressions it has not seen'
pa-eval -q accuracy scored.csv | pa-clean -q --where 'measure~^(rows|positives|auc|log_loss|ne|calibration_ratio)$' -o accuracy.csv
show accuracy.csv
say 'its calibration'
pa-eval -q calibration --bins 5 scored.csv -o calibration.csv
show calibration.csv

say 'clicks per impression if the lottery were replaced by ...'
pa-clean -q --drop 'item_feature_*' test.csv -o requests.csv
for temperature in 0.002 0.001; do
    pa-rank -q -m click.model --items ads.csv --logged ad --policy softmax --temperature $temperature requests.csv |
        pa-eval -q policy -o $temperature.csv
done
pa-clean -q --tag 'policy=softmax, temperature 0.002:0.002.csv' --tag 'policy=softmax, temperature 0.001:0.001.csv' \
    --keep policy,estimator,value,low,high,ess 0.002.csv 0.001.csv -o values.csv
show values.csv
pa-eval -q ctr test.csv -o lottery.csv
say 'the lottery itself'
show lottery.csv
