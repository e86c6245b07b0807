#!/bin/sh
# SPDX-License-Identifier: MIT
# hillstrom.sh DIR - which e-mail creative for whom?
#
# MineThatData's e-mail challenge (Kevin Hillstrom, 2008): 64,000 customers, each drawn at random to
# get the men's e-mail, the women's or none; DIR holds hillstrom.csv.  A model of who visits the
# shop learns from one half; on the other half the value of giving each customer the creative that
# the model prefers is estimated from the randomised log, beside giving everyone the same one.
needs=hillstrom.csv
. "$(dirname "$0")/lib.sh"
log=$folder/hillstrom.csv

# The creative is the ad; the lottery gave each of the three with probability 1/3.
pa-clean -q --rename segment=ad --tag "prob=0.3333333333333333:$log" "$log" -o log.csv
pa-split -q --ratio 1:1 --names train.csv,test.csv log.csv

say 'what the lottery showed: visits by creative'
pa-eval -q ctr -l visit -g ad log.csv -o by-creative.csv
show by-creative.csv

about=recency,history,mens,womens,zip_code,newbie,channel
pa-train -q -l visit -f "$about,ad" --l2 10 \
    --interactions 'ad*recency,ad*history,ad*mens,ad*womens,ad*newbie,ad*channel,ad*zip_code' \
    train.csv -M visit.model --coef coefficients.csv
say 'visit model, largest of its coefficients'
pa-clean -q --where 'term!=(intercept)' --keep term,estimate coefficients.csv |
    awk -F, 'NR == 1; NR > 1 { v = $NF; print (v < 0 ? -v : v) "\t" $0 | "sort -rg | head -n 8 | cut -f 2-" }' >largest.csv
show largest.csv

pa-rank -q -m visit.model train.csv | pa-eval -q accuracy -l visit -o on-train.csv
pa-rank -q -m visit.model test.csv | pa-eval -q accuracy -l visit -o on-test.csv
say 'the visit model on customers it has not seen'
pa-clean -q --where 'measure~^(auc|log_loss|ne|calibration_ratio)$' on-test.csv -o measures.csv
show measures.csv

# A catalogue of three creatives; the last three columns rank one of them first for everyone.
cat >creatives.csv <<'EOF'
ad,all_mens,all_womens,all_none
Mens E-Mail,1,0,0
No E-Mail,0,0,1
Womens E-Mail,0,1,0
EOF
pa-clean -q --drop ad,prob test.csv | pa-rank -q -m visit.model --items creatives.csv -k 1 -o chosen.csv
say 'who would get which'
pa-features -q -g ad --agg 'customers=count,mean:mens,mean:womens,mean:recency,mean:history' chosen.csv -o who.csv
show who.csv

pa-rank -q -m visit.model --items creatives.csv --logged ad test.csv | pa-eval -q policy --reward visit -o personal.csv
for creative in mens womens none; do
    pa-rank -q -p all_$creative --items creatives.csv --logged ad test.csv |
        pa-eval -q policy --reward visit -o $creative.csv
done
say 'visits per customer on the half held out, if ...'
# dm and dr take scores as expected rewards, which the last three are not.
pa-clean -q --tag 'if=each gets the one preferred:personal.csv' --tag "if=all get the men's:mens.csv" \
    --tag "if=all get the women's:womens.csv" --tag 'if=nobody gets one:none.csv' \
    --where 'estimator~^(ips|snips)$' --keep if,estimator,value,low,high,ess \
    personal.csv mens.csv womens.csv none.csv -o policies.csv
show policies.csv 20
