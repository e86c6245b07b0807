# SPDX-License-Identifier: MIT
# pa-render: the Mustache specification, groups, libraries of templates, files that stay in place
. "${0%/*}/lib.sh"

t()
{
    printf '%s\n' "$2" >"$1"
}

cat >ads.csv <<'END'
user,ad,title,price,discount,template
u1,a1,"Tea & ""cake""",12.50,10,tea
u2,a2,<b>Pan's</b>,30,0,pan
u1,a3,苹果 手机,1000,,tea
END

t row.html '{{user}}: {{title}} {{{title}}}{{#discount}} -{{discount}}%{{/discount}}'
check 'one document a row, escaped and raw' pa-render --template row.html ads.csv 3<<'OUT'
u1: Tea &amp; &quot;cake&quot; Tea & "cake" -10%
u2: &lt;b&gt;Pan&#39;s&lt;/b&gt; <b>Pan's</b>
u1: 苹果 手机 苹果 手机
OUT

printf '[{{ad}}]' >tight
check 'nothing stands between documents' sh -c 'pa-render --template tight ads.csv && echo' 3<<'OUT'
[a1][a2][a3]
OUT

cat >group.html <<'END'
{{user}}
{{#rows}}
 - {{ad}} for {{user}}
{{/rows}}
END
cat >group.out <<'END'
u1
 - a1 for u1
 - a3 for u1
u2
 - a2 for u2
END
check 'one document a group, in order of first sight' pa-render --template group.html -g user ads.csv 3<group.out
check 'the same from TSV in a pipe' sh -c 'printf "ad\tuser\na1\tu1\na2\tu2\na3\tu1\n" | pa-render --template group.html -g user' 3<group.out
check 'the same from gzip' sh -c 'gzip <ads.csv | pa-render --template group.html -g user' 3<group.out

t all.html '{{#rows}}{{ad}} {{/rows}}{{^rows}}none{{/rows}}'
check 'all rows in one document' pa-render --all --template all.html ads.csv 3<<'OUT'
a1 a2 a3 
OUT
check 'a document of no rows' sh -c 'head -n 1 ads.csv | pa-render --all --template all.html' 3<<'OUT'
none
OUT
check 'no row, no document' sh -c 'head -n 1 ads.csv | pa-render --template row.html' 3</dev/null
check 'no group, no document' sh -c 'head -n 1 ads.csv | pa-render --template group.html -g user' 3</dev/null

t na.html '{{#x}}[{{x}}]{{/x}}{{^x}}missing{{/x}}'
check 'what is false' pa-render --na NA --template na.html <<'IN' 3<<'OUT'
x,y
NA,1
,1
0,1
-0.00,1
0e5,1
false,1
0x,1
no,1
NULL,1
IN
missing
missing
missing
missing
missing
missing
[0x]
[no]
[NULL]
OUT

t n.html '{{c2}}-{{c1}}'
check 'columns without a header' pa-render -n --template n.html <<'IN' 3<<'OUT'
a,b
c,d
IN
b-a
d-c
OUT

# A library of templates
mkdir lib lib/folder.html
t lib/tea.html 'TEA {{ad}}'
t lib/pan 'PAN {{ad}}'
t lib/pan.html 'not this one'
check 'a template for each row' pa-render --by template --dir lib ads.csv 3<<'OUT'
TEA a1
PAN a2
TEA a3
OUT
t lib/tea.html '{{template}}{{#rows}} {{ad}}{{/rows}}'
t lib/pan '{{user}} alone'
check 'a template for each group' pa-render --by template --dir lib -g user,template ads.csv 3<<'OUT'
tea a1 a3
u2 alone
OUT
sed 's/1000,,tea/1000,,pan/' ads.csv >mixed.csv
t lib/tea.html 'x'
t lib/pan 'x'
refuses 'a group with two templates' 1 'different templates' pa-render --by template --dir lib -g user mixed.csv
for bad in .. . ../ads.csv lib/tea /etc/passwd folder nosuch ''; do
    printf 'ad,template\na1,tea\na2,%s\n' "$bad" >bad.csv
    refuses "the template '$bad' is refused" 1 "bad.csv:3: template: there is no template \"$bad\" in lib" \
        pa-render --by template --dir lib bad.csv
done
for way in skip keep; do
    check "rows without a template are left out ($way)" pa-render --by template --dir lib --on-error $way --rejects rejects.csv bad.csv 3<<'OUT'
x
OUT
    ok '... are told of' grep -q 'bad.csv: 1 of 2 rows unusable, left out$' check.err
    ok '... and are rejected' grep -q 'bad.csv,3,.*E_ENUM,"template: there is no template' rejects.csv
done

# Errors of templates
template_error()
{
    printf '%b' "$2" >bad.html
    refuses "$1" 1 "bad.html:$3" pa-render --template bad.html ads.csv
}
template_error 'an unknown column, with the nearest' 'a\n\n{{titel}}' '3: {{titel}}: there is no column of this name (is "title" meant?)'
template_error 'an unknown section' '{{#prize}}{{/prize}}' '1: {{prize}}: there is no column'
template_error 'a section that is not ended' 'a\n{{#user}}\n' '2: {{#user}}: the section is not ended'
template_error 'a section that was not begun' 'a\n\n{{/user}}' '3: {{/user}}: no section is open'
template_error 'sections that cross' '{{#user}}{{#ad}}\n{{/user}}{{/ad}}' '2: {{/user}}: the section that is open has another name'
template_error 'a tag that is not closed' 'a\n {{user}' '2: {{user}: the tag is not closed'
template_error 'a partial' '{{> head}}' '1: {{> head}}: partials'
template_error 'other delimiters' '{{=<% %>=}}' '1: {{=<% %>=}}: partials and other delimiters'
template_error 'a dotted name' '{{rows.user}}' '1: {{rows.user}}: there is no column'
printf 'x\0' >bad.html
refuses 'a template with a NUL' 1 'NUL' pa-render --template bad.html ads.csv
refuses 'a template that is not there' 1 'nosuch.html' pa-render --template nosuch.html ads.csv
t outside.html 'a
{{ad}} {{user}}'
refuses 'a column that may differ within a group' 1 'outside.html:2: {{ad}} may differ' pa-render --template outside.html -g user ads.csv
refuses 'any column outside of rows with --all' 1 'outside.html:2: {{ad}} may differ' pa-render --template outside.html --all ads.csv
printf 'rows,x\n1,2\n' >rows.csv
t rows.html '{{x}}{{#rows}}{{/rows}}'
refuses 'a column named rows beside the list' 1 'column rows' pa-render --template rows.html rows.csv

# Wrong calls
refuses 'no template' 2 '--template FILE' pa-render ads.csv
refuses 'two ways to a template' 2 '--template FILE' pa-render --template row.html --by template --dir lib ads.csv
refuses '--by without --dir' 2 '--by and --dir' pa-render --by template ads.csv
refuses '--all with -g' 2 '--all' pa-render --all -g user --template all.html ads.csv
refuses '--out-dir without --name' 2 '--name' pa-render --template row.html --out-dir out ads.csv
refuses 'an unknown column of -g' 2 '"usr"' pa-render --template group.html -g usr ads.csv
refuses 'an unknown column of --by' 2 '"templat"' pa-render --by templat --dir lib ads.csv
refuses 'an unknown column in --name' 2 'is "ad" meant?' pa-render --template row.html --out-dir . --name '{{ads}}' ads.csv
refuses '--out-dir with -o' 2 '-o' pa-render --template row.html --out-dir . --name '{{ad}}' -o x ads.csv

# One file a document
mkdir out
ok 'a file for each document' pa-render --template row.html --out-dir out --name '{{ad}}-{{user}}.html' ads.csv
check 'their names' ls -A out 3<<'OUT'
a1-u1.html
a2-u2.html
a3-u1.html
OUT
pa-render --template row.html ads.csv | sed -n 2p >a2
same 'and what they hold' a2 out/a2-u2.html
t row2.html 'new {{ad}}'
printf 'ad,user\na1,u1\na1,u1\n' >twice.csv
refuses 'two documents of one name' 1 'two documents have the name a1-u1.html' \
    pa-render --template row2.html --out-dir out --name '{{ad}}-{{user}}.html' twice.csv
report 'which leave the old file alone' "$(grep -q new out/a1-u1.html && echo 1 || echo 0)"
check 'and no temporary' ls -A out 3<<'OUT'
a1-u1.html
a2-u2.html
a3-u1.html
OUT
for bad in .. . '' ../x /etc/x 'a/b'; do
    printf 'ad,user\na1,u1\n"%s",u2\n' "$bad" >bad.csv
    refuses "a file named '$bad' is refused" 1 'no plain file name' \
        pa-render --template row2.html --out-dir out --name '{{ad}}' bad.csv
done
mkdir out/folder
ln -s "$work/elsewhere" out/link
for bad in folder link; do
    printf 'ad,user\n%s,u2\n' "$bad" >bad.csv
    refuses "what is there but no regular file ($bad) is refused" 1 "out/$bad" \
        pa-render --template row2.html --out-dir out --name '{{ad}}' bad.csv
done
report 'and nothing went through the link' "$([ ! -e elsewhere ]; echo $?)"
refuses 'a folder that is not there' 1 'no such folder' pa-render --template row2.html --out-dir nosuch --name '{{ad}}' ads.csv
ok 'compressed files' pa-render --template row2.html --out-dir out --name '{{ad}}.gz' ads.csv
check 'hold the documents' gzip -dc out/a2.gz 3<<'OUT'
new a2
OUT

awk 'BEGIN { print "n"; for (i = 0; i < 5000; i++) print i }' >many.csv
mkdir many
t many.html '{{n}}'
ok 'more files than descriptors' sh -c 'ulimit -n 64; pa-render --template many.html --out-dir many --name "{{n}}.txt" many.csv'
report 'all of them' "$([ "$(find many -type f | wc -l)" -eq 5000 ]; echo $?)"

# At once
mkfifo pipe
pa-render --template tight <pipe >slow.out &
{
    printf 'ad\nx\n'
    tries=0
    while [ ! -s slow.out ] && [ "$tries" -lt 100 ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
    cp slow.out early.out
} >pipe
wait
check 'a document leaves while the input stays open' sh -c 'cat early.out; echo' 3<<OUT
[x]
OUT

# The specification's own cases
if ! command -v python3 >/dev/null 2>&1; then
    skip 'Mustache specification' 'python3 is not installed'
elif needs 'Mustache specification' mustache-spec; then
    mkdir spec
    python3 "$top/tests/ref/mustache_spec.py" "$data/mustache-spec/specs" spec
    while read -r number mode name; do
        case $mode in
        all) pa-render --all --template "spec/$number.template" "spec/$number.csv" >spec.out 2>spec.err ;;
        *) pa-render --template "spec/$number.template" "spec/$number.csv" >spec.out 2>spec.err ;;
        esac
        status=$?
        if [ "$mode" = miss ]; then
            report "spec, $name: refused" "$([ "$status" -eq 1 ] && grep -q 'no column' spec.err; echo $?)"
        else
            same "spec, $name" spec.out "spec/$number.expected"
        fi
    done <spec/cases
fi
finish
