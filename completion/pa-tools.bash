# SPDX-License-Identifier: MIT
# bash completion of every pa program: long options, words of a choice, files.  What there is to
# complete is read from the program's own --help -v, so it is never out of date.

# The option that this word is, as one line "NAME ARGUMENT" of --help -v; nothing if it is none.
_pa_option()
{
    "$1" --help -v 2>/dev/null | awk -v word="$2" '
        /^options/ { listed = 1 }
        !listed || !/^  (-.,|   ) --/ { next }
        { letter = substr($0, 3, 2); at = substr($0, 7); split(at, part, " ")
          argument = at; sub(/  .*/, "", argument); sub(/^[^ ]+ ?/, "", argument) }
        letter == word || part[1] == word { print part[1], argument; exit }'
}

_pa_names()
{
    "$1" --help -v 2>/dev/null | sed -n '/^options/,$ s/^  \(-.,\|   \) \(--[a-z0-9-]*\).*/\2/p'
}

_pa()
{
    local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]}
    local before=${COMP_WORDS[COMP_CWORD - 1]} option argument
    COMPREPLY=()
    [[ $word == = ]] && word=
    [[ $before == = ]] && before=${COMP_WORDS[COMP_CWORD - 2]}
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_pa_names "$program")" -- "$word")
        return
    fi
    if [[ $before == -* ]]; then
        read -r option argument < <(_pa_option "$program" "$before")
        if [[ $argument == *'|'* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "${argument//|/ }" -- "$word")
            return
        fi
        if [[ $argument == DIR ]]; then
            mapfile -t COMPREPLY < <(compgen -d -- "$word")
            return
        fi
        [[ -n $option && -n $argument && $argument != FILE && $argument != ROWS ]] && return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}

complete -o filenames -F _pa pa-clean pa-cluster pa-eval pa-features pa-join pa-rank pa-render \
    pa-rules pa-split pa-train
