# SPDX-License-Identifier: MIT
# The demo keeps its word: the learnt policy is better, the estimate covers the truth, the report is
# whole; and the nightly retraining publishes nothing from a broken pipeline.
. "${0%/*}/lib.sh"
PATH=${PA_BIN:-$top/bin}:$PATH

# The table that begins with "policy: how", to its first blank line.
figures()
{
    sed 's/^    //; s/ *$//' "$1" | awk '/^policy: how/ { inside = 1 } inside && /^$/ { exit } inside'
}

start=$(date +%s)
ok 'the demo runs' sh "$top/examples/demo.sh" demo
figures "$top/README.md" >promised
figures ok.out >seen
limit=$((60 * (${PA_SANITIZED:-0} * 9 + 1)))
report 'within its time' "$([ $(($(date +%s) - start)) -lt $limit ]; echo $?)"
same 'README shows what it prints' promised seen
cd demo || exit 1

# value POLICY HOW COLUMN of results.csv
value()
{
    awk -F, -v p="$1" -v h="$2" -v c="$3" 'NR > 1 && $1 == p && $5 ~ h { print $c }' results.csv
}
logged=$(value 'logged policy' true 2)
learnt=$(value 'learnt policy' true 2)
popular=$(value 'most popular ad' true 2)
low=$(value 'learnt policy' SNIPS 3)
high=$(value 'learnt policy' SNIPS 4)
echo "# logged $logged, most popular $popular, learnt $learnt, SNIPS $low to $high"
holds()
{
    report "$1" "$(awk "BEGIN { exit !($2) }"; echo $?)"
}
holds 'the learnt policy earns 1.5 times the logged one' "$learnt >= 1.5 * $logged"
holds 'and more than the most popular ad' "$learnt > $popular"
holds 'the SNIPS interval covers the truth' "$low <= $learnt && $learnt <= $high"
holds 'click rates are those of real banners' "$logged > 0.02 && $learnt < 0.12"

report 'ten banners' "$([ "$(find banners -name 'banner-u*.html' | wc -l)" -eq 10 ]; echo $?)"
report 'in four templates' "$([ "$(cat banners/*.html | grep '<h1>' | sort -u | wc -l)" -eq 4 ]; echo $?)"
report 'nothing is left to fill in' "$(cat report.html banners/*.html | grep -q '{{' && echo 1 || echo 0)"
report 'the report is whole' "$(tail -n 1 report.html | grep -qx '</html>'; echo $?)"
sed -n 's/.*iframe src="\([^"]*\)".*/\1/p' report.html | while read -r banner; do
    [ -s "$banner" ] || echo "$banner"
done >absent
report 'each banner that the report shows is there' "$([ ! -s absent ]; echo $?)"
report 'names are escaped' "$(grep -q 'Orchard & Vale' report.html banners/*.html && echo 1 || echo 0)"
if command -v chromium >/dev/null 2>&1; then
    chromium --headless --no-sandbox --disable-gpu --enable-logging=stderr --user-data-dir="$work/chromium" \
        --screenshot="$work/report.png" "file://$PWD/report.html" >chromium.log 2>&1
    report 'a browser shows the report without errors' \
        "$([ -s "$work/report.png" ] && ! grep -q CONSOLE chromium.log; echo $?)"
else
    skip 'a browser shows the report without errors' 'chromium is not installed'
fi
cd ..

# The nightly run
retrain=$top/examples/cron/retrain.sh
cp -r demo/shop logs
ok 'the models are retrained' sh "$retrain" logs state
check 'what is published' ls -A state 3<<'OUT'
click.model
groups.model
quality.csv
OUT
cp -r state old

# broken NAME: the run fails and the old models stay
broken()
{
    status=0
    sh "$retrain" logs state >broken.out 2>broken.err || status=$?
    report "$1: the run fails" "$([ "$status" -ne 0 ] && [ -s broken.err ]; echo $?)"
    sed 's/^/# /' broken.err
    report "$1: the old models stay" "$(diff -r old state >/dev/null; echo $?)"
}
size=$(wc -c <logs/orders.csv.gz)
head -c $((size / 2)) demo/shop/orders.csv.gz >logs/orders.csv.gz
broken 'a log cut off'
cp demo/shop/orders.csv.gz logs/
echo 'r0,2026-02-01T00:00:00Z' >>logs/impressions.csv
broken 'a ragged row at the end of the impressions'
cp demo/shop/impressions.csv logs/
rm logs/cart.csv
broken 'a log that is not there'
cp demo/shop/cart.csv logs/
sed '1!s/,[01],[01],\([^,]*,[^,]*\)$/,0,0,\1/' demo/shop/impressions.csv >logs/impressions.csv
broken 'impressions without a click'
awk -F, -v OFS=, 'NR > 1 { srand(NR); $7 = rand() < 0.03 ? 1 : 0 } { print }' demo/shop/impressions.csv >logs/impressions.csv
broken 'clicks that mean nothing'
finish
