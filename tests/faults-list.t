# SPDX-License-Identifier: MIT
# Every fault of FAULTS.md has a test: the files named are there, and one of them has the words.
. "${0%/*}/lib.sh"

# where NAME: the file of a test named as run.sh and FAULTS.md do
where()
{
    case $1 in
    unit/* | fuzz/*) echo "$top/tests/$1.c" ;;
    *) echo "$top/tests/$1" ;;
    esac
}

awk -F ' *[|] *' 'NF == 6 && $2 != "Fault" && $2 !~ /^-/ { print $2 "|" $4 "|" $5 }' "$top/tests/FAULTS.md" >list
while IFS="|" read -r fault tests words; do
    found=1
    for test in $(echo "$tests" | tr -d ,); do
        file=$(where "$test")
        [ -f "$file" ] || { found=1 && echo "# $test is not there" && break; }
        ! grep -qF -e "$words" "$file" || found=0
    done
    report "$fault" "$found"
done <list
[ "$count" -gt 70 ]
report 'the list is whole' $?
finish
