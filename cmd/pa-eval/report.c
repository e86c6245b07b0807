/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "mem.h"

void report_init(struct report *r, const struct common *common, struct csv_in *in,
    const struct columns *group, const char *const *own)
{
    *r = (struct report){.out = csv_create(common, in, NULL)};
    csv_columns(r->out, NULL, 0);
    r->group = mem_alloc(group->n, sizeof *r->group);
    for (size_t i = 0; i < group->n; i++)
        r->group[i] = csv_add(r->out, csv_header(in)->name[group->at[i]]);
    while (own[r->owns])
        r->owns++;
    r->own = mem_alloc(r->owns, sizeof *r->own);
    for (size_t i = 0; i < r->owns; i++)
        r->own[i] = csv_add(r->out, str_of(own[i]));
}

void report_release(struct report *r)
{
    mem_free(r->group);
    mem_free(r->own);
    *r = (struct report){0};
}

size_t report_column(const struct report *r, size_t own)
{
    return r->own[own];
}

void report_estimate(struct report *r, const char *measure, struct estimate e)
{
    csv_set_text(r->out, r->own[0], str_of(measure));
    csv_set_number(r->out, r->own[1], e.value);
    csv_set_number(r->out, r->own[2], e.low);
    csv_set_number(r->out, r->own[3], e.high);
    csv_write(r->out, NULL);
    check_value(r->check, measure, e.value);
}
