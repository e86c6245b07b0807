/* SPDX-License-Identifier: MIT */
#include "items.h"

#include "pair.h"

/* Always false. */
static bool without_time(struct items *s, const struct row *row, enum reject code, const char *what)
{
    struct str text = row->text[s->time], name = csv_header(s->in)->name[s->time];
    struct buf column = {0}, message = {0};
    buf_str(&column, name);
    if (text.n)
        buf_print(&message, "\"%.*s\" ", STR_ARG(text));
    buf_text(&message, what);
    csv_unusable(s->in, row, code, buf_cstr(&column), "%s", buf_cstr(&message));
    buf_release(&column);
    buf_release(&message);
    return false;
}

static bool read_time(struct items *s, const struct row *row, int64_t *us)
{
    struct str text = row->text[s->time];
    if (csv_missing(s->in, text))
        return without_time(s, row, E_REQUIRED, "is missing (every row needs a time)");
    enum timestamp_kind kind = timestamp_read(text, s->common->tz, us);
    if (kind == TIMESTAMP_NONE)
        return without_time(
            s, row, E_TIME, "is not a time (ISO 8601, Unix seconds or milliseconds are)");
    if (s->kind != TIMESTAMP_NONE && kind != s->kind)
        return without_time(s, row, E_TIME,
            "is another kind of time than those before (a column must be of one kind)");
    s->kind = kind;
    return true;
}

static bool read_label(struct items *s, const struct row *row, bool *negative)
{
    struct str text = row->text[s->label];
    int side = pair_side(text);
    *negative = side == 0;
    if (side >= 0)
        return true;
    struct buf column = {0};
    buf_str(&column, csv_header(s->in)->name[s->label]);
    bool kept = csv_bad(s->in, row, E_ENUM, buf_cstr(&column),
        "\"%.*s\" is not a label (0 or -1 and 1, no and yes, false and true are)", STR_ARG(text));
    buf_release(&column);
    return kept;
}

bool items_next(struct items *s, struct row *row, struct item *item)
{
    while (csv_next(s->in, row)) {
        *item = (struct item){.row = row};
        if (s->user != COLUMN_NONE && !csv_missing(s->in, row->text[s->user]))
            item->user = &row->text[s->user];
        if ((s->time == COLUMN_NONE || read_time(s, row, &item->time)) &&
            (s->label == COLUMN_NONE || read_label(s, row, &item->negative)))
            return true;
    }
    return false;
}
