/* SPDX-License-Identifier: MIT */
#include "names.h"

#include "die.h"
#include "mem.h"

struct names names_parse(const char *list, size_t parts)
{
    struct names names = {0};
    struct str rest = str_of(list);
    while (rest.p) {
        names.at = mem_resize(names.at, names.n + 1, sizeof *names.at);
        names.at[names.n++] = str_cut(rest, ',', &rest);
    }
    if (names.n != parts)
        die_usage("--names: %zu files for %zu parts", names.n, parts);
    for (size_t i = 0; i < names.n; i++) {
        if (!names.at[i].n)
            die_usage("--names: the name of part %zu is empty", i + 1);
        for (size_t k = 0; k < i; k++)
            if (str_equal(names.at[i], names.at[k]))
                die_usage("--names: %.*s stands twice", STR_ARG(names.at[i]));
    }
    return names;
}
