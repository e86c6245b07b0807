#!/bin/sh
# SPDX-License-Identifier: MIT
# display.sh - personalised display in five lines: which of two ads leads for one visitor?
#
# A visitor's weights on three products are 0.3, 0.2 and 0.5.  Prices are scaled to [0, 1]; a
# product's part in the interest is weight times scaled price.  Ads for the first and the third
# product share the display in proportion to exp(interest).
. "$(dirname "$0")/lib.sh"

cat >products.csv <<'EOF'
item,price,brand,category
1,1000,苹果,手机
2,1500,三星,手机
3,2000,佳能,相机
EOF
cat >weights.csv <<'EOF'
user,item,weight
u1,1,0.3
u1,2,0.2
u1,3,0.5
EOF

say 'products with their weights, prices scaled to [0, 1]'
pa-features -q --scale price=minmax products.csv -o scaled.csv
pa-join -q --on item scaled.csv weights.csv -o weighted.csv
show weighted.csv

# The ads of the visitor: products 1 and 3, with the interest in each as their score.
awk -F, 'NR == 1 { print "ad,category,interest" } NR > 1 && $2 != 2 { print $2 "," $6 "," $3 * $4 }' weighted.csv >ads.csv
printf 'user,ad\nu1,1\nu1,3\n' >shown.csv

say 'display probability of each ad'
pa-rank -q --seed 1 --items ads.csv -p interest --policy softmax --logged ad shown.csv -o shares.csv
pa-clean -q --keep user,ad,policy_prob shares.csv -o probabilities.csv
show probabilities.csv

say 'the ad that leads'
printf 'user\nu1\n' | pa-rank -q --items ads.csv -p interest | pa-join -q --on ad --replace ads.csv - -o first.csv
pa-clean -q --keep user,ad,category first.csv -o leads.csv
show leads.csv
