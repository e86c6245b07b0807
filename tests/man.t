# SPDX-License-Identifier: MIT
# Every example in every man page is run: a line "$ command" (continued by "> ") must print exactly
# the lines that follow it.  The blocks of a page run in order in one empty directory.
. "${0%/*}/lib.sh"

# The literal blocks of EXAMPLES as a script of "C command line" and "O output line" records.
session()
{
    awk '
        /^\.Sh / { inside = ($2 == "EXAMPLES") }
        inside && /^\.Bd -literal/ { literal = 1; next }
        inside && /^\.Ed/ { literal = 0; next }
        literal {
            gsub(/\\&/, ""); gsub(/\\e/, "\\"); gsub(/\\-/, "-")
            if (/^\$ /) print "C" substr($0, 3)
            else if (/^> /) print "M" substr($0, 3)
            else print "O" $0
        }' "$1"
}

# Run the records of one page; each command is one test.
play()
{
    page=$1
    number=0
    command=
    : >wanted
    while IFS= read -r record || [ -n "$record" ]; do
        kind=${record%"${record#?}"}
        text=${record#?}
        case $kind in
        C)
            [ -z "$command" ] || run_one
            command=$text
            : >../wanted
            ;;
        M)
            command="$command
$text"
            ;;
        O) printf '%s\n' "$text" >>../wanted ;;
        esac
    done
    [ -z "$command" ] || run_one
}

run_one()
{
    number=$((number + 1))
    printf '%s\n' "$command" >../command
    sh ../command >../got 2>../err </dev/null
    if cmp -s ../wanted ../got; then
        pass "$page example $number"
    else
        fail "$page example $number: $(head -n 1 ../command)"
        diff ../wanted ../got | sed 's/^/# /' | head -n 20
        sed 's/^/# stderr: /' ../err | head -n 5
    fi
}

for manual in "$top"/man/*.[1-9]; do
    page=${manual##*/}
    session "$manual" >records
    case $page in
    *.1)
        if [ ! -s records ]; then
            fail "$page has examples"
            continue
        fi
        ;;
    esac
    mkdir "dir-$page"
    cd "dir-$page" || exit 1
    play "$page" <../records
    cd "$work" || exit 1
done
finish
