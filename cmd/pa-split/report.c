/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <inttypes.h>

#include "die.h"
#include "rowkey.h"

/* A value that a part lacks is a matter of chance, but rarely one to live with. */
static void tell_strata(const struct report *r)
{
    struct buf line = {0}, first = {0}, text = {0};
    size_t lacking = 0;
    strata_sort(r->strata);
    for (size_t i = 0; i < strata_size(r->strata); i++) {
        struct str value = rowkey_show(strata_value(r->strata, i), &text);
        bool lacks = false;
        buf_clear(&line);
        for (size_t part = 0; part < r->parts; part++) {
            uint64_t n = strata_count(r->strata, i, part);
            buf_print(&line, "%s%" PRIu64, part ? " : " : "", n);
            lacks |= n == 0;
        }
        note("%s \"%.*s\": %s", r->stratify, STR_ARG(value), buf_cstr(&line));
        if (lacks && !lacking++)
            buf_print(&first, "\"%.*s\" (%s)", STR_ARG(value), buf_cstr(&line));
    }
    if (lacking)
        warn("values of %s that some part lacks: %zu, the first %s", r->stratify, lacking,
            buf_cstr(&first));
    buf_release(&line);
    buf_release(&first);
    buf_release(&text);
}

static void tell_parts(const struct report *r)
{
    uint64_t total = 0;
    for (size_t i = 0; i < r->parts; i++)
        total += r->rows[i];
    for (size_t i = 0; i < r->parts; i++) {
        struct str name = r->name ? r->name[i] : str_of("fold");
        note("part %zu (%.*s): %" PRIu64 " of %" PRIu64 " rows", i + 1, STR_ARG(name), r->rows[i],
            total);
        if (!r->rows[i])
            warn("part %zu is empty%s", i + 1,
                r->drawn ? " (few rows, or rows that a draw with this --seed has chosen)" : "");
    }
}

void report_write(const struct report *r)
{
    tell_parts(r);
    if (r->in_gap)
        note("rows left out in the gap: %" PRIu64, r->in_gap);
    if (r->negatives)
        note("negatives kept: %" PRIu64 " of %" PRIu64, r->negatives_kept, r->negatives);
    if (r->few)
        note("users without a row in the first part: %" PRIu64, r->few);
    if (r->without_user)
        warn("rows without a user, %s: %" PRIu64,
            r->drawn ? "drawn each by itself" : "put in the first part", r->without_user);
    if (r->strata)
        tell_strata(r);
}
