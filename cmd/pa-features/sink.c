/* SPDX-License-Identifier: MIT */
#include "sink.h"

struct sink sink_create(const struct common *common, struct csv_in *in, const enum sparse_use *use)
{
    struct sink sink = {.use = use};
    if (use) {
        sink.sparse = sparse_create(common);
        csv_on_wait(in, sparse_flush, sink.sparse);
    } else {
        sink.table = csv_create(common, in, NULL);
    }
    return sink;
}

size_t sink_add(struct sink *s, struct str name, size_t at, bool text)
{
    return s->table ? csv_add(s->table, name) : sparse_add(s->sparse, name, s->use[at], text);
}

void sink_set_number(struct sink *s, size_t column, double x)
{
    if (s->table)
        csv_set_number(s->table, column, x);
    else
        sparse_set_number(s->sparse, column, x);
}

void sink_set_text(struct sink *s, size_t column, struct str text)
{
    if (s->table)
        csv_set_text(s->table, column, text);
    else
        sparse_set_text(s->sparse, column, text);
}

void sink_set_flag(struct sink *s, size_t column, bool on)
{
    if (s->table)
        csv_set_text(s->table, column, str_of(on ? "1" : "0"));
    else
        sparse_set_number(s->sparse, column, on);
}
