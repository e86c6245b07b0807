/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include "timestamp.h"

struct table_out table_begin(
    const struct common *common, const char *folder, const char *name, const char *columns)
{
    struct buf path = {0};
    struct table_out t = {0};
    struct str rest = str_of(columns);
    size_t n = 0;

    buf_print(&path, "%s/%s", folder, name);
    t.out = csv_create(common, NULL, buf_cstr(&path));
    while (rest.p)
        t.column[n++] = csv_add(t.out, str_cut(rest, ',', &rest));
    buf_release(&path);
    return t;
}

void table_text(struct table_out *t, const char *text)
{
    csv_set_text(t->out, t->column[t->at++], str_of(text));
}

void table_number(struct table_out *t, double x)
{
    csv_set_number(t->out, t->column[t->at++], x);
}

void table_int(struct table_out *t, int64_t x)
{
    csv_set_int(t->out, t->column[t->at++], x);
}

void table_missing(struct table_out *t)
{
    t->at++;
}

void table_id(struct table_out *t, char letter, size_t number)
{
    struct buf text = {0};

    buf_print(&text, "%c%zu", letter, number);
    csv_set_text(t->out, t->column[t->at++], buf_view(&text));
    buf_release(&text);
}

void table_time(struct table_out *t, int64_t seconds, bool blank)
{
    char text[40];
    size_t n = timestamp_write(seconds * TIMESTAMP_SECOND, text);

    if (blank) {
        text[10] = ' ';
        n--;
    }
    csv_set_text(t->out, t->column[t->at++], (struct str){text, n});
}

void table_product(struct table_out *t, const struct item *it, bool no_category)
{
    table_text(t, no_category ? "" : world_category[it->category].name);
    table_text(t, world_brand[it->brand]);
    table_number(t, it->price);
    table_int(t, it->discount);
}

void table_end(struct table_out *t)
{
    csv_write(t->out, NULL);
    t->at = 0;
}
