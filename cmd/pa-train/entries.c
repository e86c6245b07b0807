/* SPDX-License-Identifier: MIT */
#include "entries.h"

#include <math.h>

size_t entries_most(const struct mat_design *x)
{
    return 1 + x->numerics + x->groups;
}

/* One more entry of a column that others may have set: the last n - from are in order. */
static size_t add_shared(struct entry *entry, size_t from, size_t n, struct entry new)
{
    size_t at = n;
    while (at > from && entry[at - 1].column > new.column)
        at--;
    if (at > from && entry[at - 1].column == new.column) {
        entry[at - 1].value += new.value;
        return n;
    }
    for (size_t i = n; i > at; i--)
        entry[i] = entry[i - 1];
    entry[at] = new;
    return n + 1;
}

size_t entries_of(const struct mat_design *x, size_t row, struct entry *entry)
{
    size_t n = 0, next = 1 + x->numerics, first = next, from = 0;
    entry[n++] = (struct entry){0, 1};
    for (size_t j = 0; j < x->numerics; j++) {
        const struct mat_numeric *c = &x->numeric[j];
        if (!isnan(c->x[row]))
            entry[n++] = (struct entry){(uint32_t)(1 + j), (c->x[row] - c->mean) * c->factor};
    }
    for (size_t g = 0; g < x->groups; g++) {
        const struct mat_group *group = &x->group[g];
        first = group->shared ? first : next;
        from = group->shared ? from : n;
        next += mat_group_new(group);
        uint32_t c = mat_group_column(group, row);
        double v = group->value ? group->value[row] : 1;
        if (c != MAT_NONE)
            n = add_shared(entry, from, n,
                (struct entry){(uint32_t)first + c,
                    !group->value ? 1 : group->factor * (isnan(v) ? group->fill : v)});
    }
    return n;
}
