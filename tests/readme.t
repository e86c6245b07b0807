# SPDX-License-Identifier: MIT
# The console sessions of README.md are run in order, in one shell and one empty directory; each
# command must print exactly what stands below it.
. "${0%/*}/lib.sh"
PATH=$PATH:$top/${B:-build}

awk '/^```console/ { inside = 1; next } /^```/ { inside = 0; next }
    inside && /^\$ / { n++; command = sprintf("command.%03d", n); wanted = sprintf("wanted.%03d", n); printf "" >wanted; print substr($0, 3) >command; next }
    inside && /^> / { print substr($0, 3) >command; next }
    inside { print >wanted }' "$top/README.md"
mkdir session
cd session || exit 1
for command in ../command.*; do
    number=${command##*.}
    # shellcheck disable=SC1090 # variables set by one command are there for the next
    . "./$command" >../got 2>../err
    same "README $number: $(head -n 1 "$command" | cut -c1-60)" "../wanted.$number" ../got
done
ls ../command.* >/dev/null 2>&1
report 'README has sessions' $?
finish
