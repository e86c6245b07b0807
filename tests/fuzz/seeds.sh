# SPDX-License-Identifier: MIT
# seeds.sh - inputs to begin with: seeds FOLDER writes them to FOLDER/TARGET/N.  An input that once
# broke something is added here as it was found; those that long runs came upon are kept in
# corpus/TARGET, one in a line, by keep.sh.  Source it in the root of the checkout, or with $top.

# seed TARGET FORMAT: one input, as printf writes FORMAT
seed()
{
    mkdir -p "$folder/$1"
    seeds=$((seeds + 1))
    # shellcheck disable=SC2059 # the format is the input
    printf -- "$2" >"$folder/$1/$seeds"
}

seeds()
{
    folder=$1
    seeds=0
    for kept in "${top:-.}"/tests/fuzz/corpus/*; do
        [ -e "$kept" ] || continue
        while IFS= read -r line; do
            seed "${kept##*/}" "$line"
        done <"$kept"
    done
    mkdir -p "$folder/gzip"
    { printf 0 && printf 'a,b\n1,2\n' | gzip -nc; } >"$folder/gzip/plain"
    { printf 0 && echo a | gzip -nc && head -c 3000 /dev/zero | gzip -1nc; } >"$folder/gzip/members"
    head -c 20 "$folder/gzip/plain" >"$folder/gzip/cut"
    seed gzip '0\037\213\010\034\000\000\000\000\000\003\002\000xyname\000more\000\003\000\000\000\000\000\000\000\000\000'
    seed gzip '0a,b\n'
    seed gzip '1\000\000\003a,b\n1,2\n3,4\n'
    seed gzip '3\001\000\377a,b\n1,2\n3,4\n'
    seed gzip '5\001\000\377a,b\n1,2\n3,4\n'
    seed reader '\000\003a,b\n1,"x ""y"""\r\n"l1\nl2",2\n'
    seed reader '\000\001a,b\n1,x"y\n"z"w,2\n3,"open\n\n4'
    seed reader '\002\002a\r\n\n1\r2\n\0003\n4\000'
    seed reader '\004\004"",""\n"","'
    seed reader '\001\002a\tb\n\\t\\n\\\\\t\\x\\\r\n1\t2\n'
    seed reader '\260\000"bxz,x\nbbybaaby",xx,xxxxxxxxxxxxxx'
    seed reader '\270\003a,b,c,d,e,f,g\na"b,c,d,e,f,g,h\n'
    seed reader '\070\002""x\n"","y\nz",""",\r"\n""x\n'
    seed reader '\000a\n"\365\n\140'
    seed num '-12345678901234567890.125e-310'
    seed num '179769313486231580793728971405301e276'
    seed num '.5'
    seed num '9223372036854775807'
    seed timestamp '2026-02-28T23:59:60.123456789+08:30'
    seed timestamp '0001-01-01 00:00'
    seed timestamp '1700000000.25'
    seed timestamp '-0330'
    seed timestamp '1.5w'
    seed model '#pa-model\t1\tpa-x\tkind\nkey\t1\t2.5\ntext\ta\\tb\n#end\t2\t0\n'
    seed model '#pa-model\t2\tpa-x\tkind\n#end\t0\t0\n'
    seed args '-k\n5\n--text=x\nfile\n--\n-z\n'
    seed args '--choice\nb\n-l\n1\n--list=2\n-fv\n--na\nNA,NULL\n-d\n;\n'
    seed args '--help\n-v\n'
    seed args '--real=1e999\n--tz\n+08:00\n--max-field\n10\n-j0\n'
    seed mustache '{{name}} {{#a}}x{{/a}}{{^b}}y{{/b}}{{! no }}{{{raw}}}'
    seed mustache '{{#rows}}<a href="{{url}}">{{/rows}}{{'
}
