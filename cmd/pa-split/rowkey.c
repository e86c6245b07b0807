/* SPDX-License-Identifier: MIT */
#include "rowkey.h"

#include <stdlib.h>

#include "mem.h"

struct named {
    struct str name;
    size_t column;
};

static int by_name(const void *a, const void *b)
{
    return str_compare(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static bool among(struct str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, list[i]))
            return true;
    return false;
}

struct columns rowkey_columns(const struct header *h, const char *const *without, size_t n)
{
    struct named *list = mem_alloc(h->n, sizeof *list);
    struct columns columns = {mem_alloc(h->n, sizeof *columns.at), 0};
    size_t names = 0;
    for (size_t i = 0; i < h->n; i++)
        if (!among(h->name[i], without, n))
            list[names++] = (struct named){h->name[i], i};
    qsort(list, names, sizeof *list, by_name);
    for (; columns.n < names; columns.n++)
        columns.at[columns.n] = list[columns.n].column;
    mem_free(list);
    return columns;
}

void rowkey_append(struct buf *key, const struct row *row, const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        buf_str(key, row->text[columns->at[i]]);
        buf_char(key, '\0');
    }
}

struct str rowkey_put(struct buf *key, const struct row *row, const struct columns *columns)
{
    buf_clear(key);
    rowkey_append(key, row, columns);
    return buf_view(key);
}

struct str rowkey_show(struct str key, struct buf *text)
{
    buf_clear(text);
    for (size_t i = 0; i < key.n; i++)
        buf_char(text, key.p[i] ? key.p[i] : ',');
    return buf_view(text);
}
