# SPDX-License-Identifier: MIT
# The options of each program are told in four places: the table that --help prints, the manual page,
# the list ../shared/options.tsv where it is at hand, and the completion.  They must agree.
. "${0%/*}/lib.sh"

# --help -v as lines NAME<TAB>LETTER<TAB>ARGUMENT<TAB>MEANING [DEFAULT]; with $1 = own without the
# options of every program
table()
{
    awk -v own="$1" '
        function flush() { if (name != "") print name "\t" letter "\t" argument "\t" meaning; name = "" }
        /^options of every program/ { flush(); if (own == "own") exit; next }
        /^  (-.,|   ) --/ {
            flush()
            letter = substr($0, 4, 1); if (letter == " ") letter = "-"
            at = substr($0, 9); k = index(at, "  ")
            meaning = substr(at, k); sub(/^ +/, "", meaning)
            name = substr(at, 1, k - 1); argument = "-"
            if ((k = index(name, " ")) > 0) { argument = substr(name, k + 1); name = substr(name, 1, k - 1) }
            next
        }
        /^ / && name != "" { sub(/^ +/, ""); meaning = meaning " " $0 }
        END { flush() }'
}

# The option list of a page: NAME<TAB>LETTER<TAB>ARGUMENT
page()
{
    awk '
        /^\.It Fl / {
            letter = "-"; name = ""; argument = ""
            for (i = 2; i <= NF; i++) {
                if ($i == "," || $i == "Fl" || $i == "Ar" || $i == "Ns" || $i == "Cm" || $i == "No") continue
                word = $i; gsub(/\\-/, "-", word); gsub(/\\&/, "", word); gsub(/\\\*\(Ba|\\\(ba/, "|", word)
                if ($(i - 1) == "Fl" && word ~ /^.$/ && letter == "-" && name == "") letter = word
                else if ($(i - 1) == "Fl") name = word
                else argument = argument word
            }
            sub(/^-/, "", name)
            if (name == "") { name = letter; letter = "-" }
            print name "\t" letter "\t" (argument == "" ? "-" : argument)
        }' "$1"
}

# The list: the same four fields as table, and the stage, of a program or of "*"
listed()
{
    awk -F '\t' -v program="$1" '
        $1 == program {
            fallback = ($5 == "off" || $5 == "none") ? "" : " [" $5 "]"
            print $2 "\t" $3 "\t" $4 "\t" $7 fallback "\t" $6
        }' "$top/../shared/options.tsv"
}

# compare LISTED TABLE: what the program has is as listed (of choices it may have fewer yet, and then
# need not say which come later); what is listed for the first stage is there
compare()
{
    awk -F '\t' '
        function fewer(some, all,    n, i, part) {
            if (some !~ /[|]/ || all !~ /[|]/ || some ~ /=/) return 0
            n = split(some, part, "|")
            for (i = 1; i <= n; i++) if (index("|" all "|", "|" part[i] "|") == 0) return 0
            return 1
        }
        function told(text) { sub(/; [^;[]*later */, " ", text); return text }
        FNR == NR { letter[$1] = $2; argument[$1] = $3; meaning[$1] = $4; stage[$1] = $5; next }
        {
            seen[$1] = 1
            if (!($1 in letter)) { print "not listed: " $1; next }
            if ($2 != letter[$1]) print $1 ": letter " $2 ", listed " letter[$1]
            less = $3 != argument[$1] && fewer($3, argument[$1])
            if ($3 != argument[$1] && !less) print $1 ": argument " $3 ", listed " argument[$1]
            if ($4 != meaning[$1] && !(less && told($4) == told(meaning[$1]))) print $1 ": " $4 "; listed: " meaning[$1]
        }
        END { for (name in stage) if (stage[name] == 1 && !(name in seen)) print "not there: " name }' "$1" "$2"
}

for program in $(cd "${PA_BIN:-$top/bin}" 2>/dev/null && ls); do
    case $program in pa-*) ;; *) continue ;; esac

    "$program" --help >short 2>err </dev/null
    report "$program --help ends with 0" $?
    [ "$(wc -l <short)" -le 24 ] && ! grep -q '.\{80\}' short
    report "$program --help fits a screen" $?
    grep -q "^  $program " short
    report "$program --help has examples" $?
    "$program" --help -v >long 2>err </dev/null
    ! grep -q '.\{80\}' long
    report "$program --help -v is no wider than 80 columns" $?
    "$program" --version | grep -q "^$program [0-9]"
    report "$program --version" $?

    table own <long | sort >own.table
    if [ -e "$top/man/$program.1" ]; then
        cut -f 1-3 own.table >wanted
        page "$top/man/$program.1" | sort >got
        same "$program: the manual has the options of --help -v" wanted got
    else
        fail "$program has a manual page"
    fi
    if [ -e "$top/../shared/options.tsv" ]; then
        table all <long >all.table
        { listed "$program"; listed '*'; } >list
        compare list all.table >differences
        : >none
        same "$program: options as listed" none differences
    else
        skip "$program: options as listed" 'options.tsv is not here'
    fi
    refuses "$program: an unknown option" 2 'there is no option --no-such-option' \
        "$program" --no-such-option
    refuses "$program: a misspelt option" 2 'is --verbose meant' "$program" --verbsoe
done

if command -v bash >/dev/null 2>&1; then
    program=pa-clean
    [ -x "${PA_BIN:-$top/bin}/$program" ] || program=pa-features
    cat >complete.bash <<'B'
. "$1/completion/pa-tools.bash"
COMP_WORDS=("$2" "${@:3}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_pa
printf '%s\n' "${COMPREPLY[@]}"
B
    bash complete.bash "$top" "$program" --on | grep -qx -e --on-error
    report 'completion: long options' $?
    bash complete.bash "$top" pa-clean -- | sort | uniq -d >twice
    report 'completion: each option once' "$([ ! -s twice ]; echo $?)"
    check 'completion: choices' bash complete.bash "$top" "$program" --on-error '' 3<<'OUT'
fail
skip
keep
OUT
    : >input-file.csv
    check 'completion: files' bash complete.bash "$top" "$program" input-f 3<<'OUT'
input-file.csv
OUT
    check 'completion: files of an option' bash complete.bash "$top" "$program" -o input-f 3<<'OUT'
input-file.csv
OUT
else
    skip 'completion' 'bash is not installed'
fi
finish
