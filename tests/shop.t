# SPDX-License-Identifier: MIT
# The simulated shop: same bytes for a seed, propensities and clicks as its own model has them.
. "${0%/*}/lib.sh"
shop=${PA_BIN:-$top/bin}/../shop
[ -x "$shop" ] || shop=$top/build/shop

ok 'make a shop' "$shop" make one -s 3 --users 3000
ok 'make it again' "$shop" make two -s 3 --users 3000
ok 'make another' "$shop" make other -s 4 --users 3000
for file in items.csv ads.csv browse.csv search.tsv.gz cart.csv orders.csv.gz impressions.csv hidden/users.csv; do
    same "the same $file for a seed" "one/$file" "two/$file"
done
report 'another one for another seed' "$(cmp -s one/impressions.csv other/impressions.csv; echo $(($? != 1)))"

# In expectation the sum of 1/prob over n impressions is n times the number of ads.
near 'logged propensities are exact' \
    "$(awk -F, 'NR > 1 { s += 1 / $6 } END { print s / (NR - 1) }' one/impressions.csv)" 80 1.5
ok 'the truth of the logged impressions' "$shop" truth one one/impressions.csv -o truth.csv
report 'its rows are the impressions' "$(cut -d, -f1-10 truth.csv | cmp -s - one/impressions.csv; echo $?)"
# Standard error of the difference: sqrt(sum p(1-p)) / n, about 0.0012 for 19,000 rows.
near 'clicks come with the chance that the truth states' \
    "$(awk -F, 'NR > 1 { s += $7 - $11 } END { print s / (NR - 1) }' truth.csv)" 0 0.004
near 'a click leaves its cost' \
    "$(awk -F, 'NR > 1 { bad += ($7 > 0) != ($9 > 0) } END { print bad + 0 }' one/impressions.csv)" 0 0
printf 'user,slot,ad\nu1,1,a81\n' >bad.csv
refuses 'an ad that the shop does not have' 1 'bad.csv:2: ad: "a81" is unknown' "$shop" truth one bad.csv
refuses 'an unknown command' 2 'make or truth' "$shop" break one
finish
