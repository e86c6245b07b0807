/* SPDX-License-Identifier: MIT */
#include "admit.h"

bool admit_open(void *context, struct csv_in *in, const struct row *row)
{
    struct admit *a = context;
    struct str label = row->text[a->label];
    struct buf wrong = {0};
    a->new = !csv_missing(in, label) && classes_find(&a->classes, label) == CLASSES_NONE;
    if (a->new)
        classes_judge(&a->classes, label, &wrong);
    bool good = !wrong.n;
    if (!good)
        csv_unusable(in, row, E_ENUM, csv_header(in)->name[a->label].p, "%s", buf_cstr(&wrong));
    buf_release(&wrong);
    return good;
}

void admit_enter(void *context, const struct row *row)
{
    struct admit *a = context;
    if (a->new)
        classes_meet(&a->classes, row->text[a->label]);
}
