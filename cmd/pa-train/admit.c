/* SPDX-License-Identifier: MIT */
#include "admit.h"

#include <math.h>

#include "die.h"
#include "num.h"
#include "timestamp.h"

static const char *const words[] = {
    [TABLE_NUMBER] = "number", [TABLE_CATEGORY] = "value", [TABLE_TIME] = "time"};

/* ---- rows that come in ---- */

static bool judge_label(struct admit *a, struct csv_in *in, const struct row *row)
{
    struct str label = row->text[a->label];
    struct buf wrong = {0};
    a->new = !a->many &&classes_find(&a->classes, label) == CLASSES_NONE;
    if (a->new)
        classes_judge(&a->classes, label, &wrong);
    bool good = !wrong.n;
    if (!good)
        csv_unusable(in, row, E_ENUM, csv_header(in)->name[a->label].p, "%s", buf_cstr(&wrong));
    buf_release(&wrong);
    return good;
}

/* Is this text what the part needs? */
static bool is_there(const struct admit *a, const struct admit_part *p, struct str text, double *x)
{
    int64_t us;
    if (p->type == TABLE_NUMBER)
        return num_double(text, x) == NUM_OK;
    return p->type == TABLE_CATEGORY || timestamp_read(text, a->tz, &us) != TIMESTAMP_NONE;
}

static bool judge_part(
    const struct admit *a, const struct admit_part *p, struct csv_in *in, const struct row *row)
{
    struct str text = row->text[p->column];
    const char *name = csv_header(in)->name[p->column].p;
    bool missing = csv_missing(in, text);
    double x = 0;
    if (missing || !is_there(a, p, text, &x))
        csv_unusable(in, row,
            missing                   ? E_REQUIRED
            : p->type == TABLE_NUMBER ? E_NUM
                                      : E_TIME,
            name, "\"%.*s\" is no %s (--%s needs one in each row)", STR_ARG(text), words[p->type],
            p->option);
    else if (p->weight && x < 0)
        csv_unusable(in, row, E_RANGE, name, "\"%.*s\" is below 0 (--%s needs 0 or more)",
            STR_ARG(text), p->option);
    else
        return true;
    return false;
}

bool admit_open(void *context, struct csv_in *in, const struct row *row)
{
    struct admit *a = context;
    a->new = false;
    if (csv_missing(in, row->text[a->label]))
        return true;
    for (size_t i = 0; i < a->parts; i++)
        if (a->part[i].option && !judge_part(a, &a->part[i], in, row))
            return false;
    return judge_label(a, in, row);
}

void admit_enter(void *context, const struct row *row)
{
    struct admit *a = context;
    if (a->new)
        classes_meet(&a->classes, row->text[a->label]);
}

/* ---- rows that are there ---- */

static bool lacks(const struct table_column *c, size_t row)
{
    return c->type == TABLE_NUMBER     ? isnan(c->number[row])
           : c->type == TABLE_CATEGORY ? c->code[row] == TABLE_MISSING
                                       : c->time[row] == INT64_MIN;
}

static void check_row(const struct table *t, const struct admit_part *p, size_t row)
{
    const struct table_column *c = &t->column[p->column];
    struct buf text = {0};
    if (lacks(c, row))
        die_at(table_place(t, row, p->column), "there is no %s (--%s needs one in each row)",
            words[p->type], p->option);
    if (!p->weight || c->number[row] >= 0)
        return;
    num_put(&text, c->number[row]);
    die_at(table_place(t, row, p->column), "\"%s\" is below 0 (--%s needs 0 or more)",
        buf_cstr(&text), p->option);
}

void admit_check(const struct table *t, size_t label, const struct admit_part *part, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any = any || part[i].option;
    for (size_t row = 0; any && row < t->rows; row++)
        for (size_t i = 0; i < n && !lacks(&t->column[label], row); i++)
            if (part[i].option)
                check_row(t, &part[i], row);
}
