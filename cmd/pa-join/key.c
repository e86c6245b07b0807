/* SPDX-License-Identifier: MIT */
/*
 * Fields of a key of several columns end in NUL, which no field holds, so that different fields
 * never make the same text.
 */
#include "key.h"

#include "args.h"
#include "columns.h"
#include "die.h"
#include "mem.h"

static void add_column(struct key *key, size_t column)
{
    if (key_has(key, column))
        die_usage("--on: a column stands twice in the key");
    key->at = mem_resize(key->at, key->n + 1, sizeof *key->at);
    key->at[key->n++] = column;
}

void key_parse(const char *on, const struct header *rows, const struct header *other,
    struct key *row_key, struct key *other_key)
{
    size_t n;
    const char **item = args_items(on, &n);
    if (!n)
        die_usage("--on: no column is named");
    for (size_t i = 0; i < n; i++) {
        struct str here = str_of(item[i]), there = here;
        args_pair(item[i], &here, &there);
        add_column(row_key, columns_option("on", args_plain(here).p, rows));
        add_column(other_key, columns_option("on (in LOOKUP)", args_plain(there).p, other));
    }
}

bool key_has(const struct key *key, size_t column)
{
    for (size_t i = 0; i < key->n; i++)
        if (key->at[i] == column)
            return true;
    return false;
}

bool key_put(
    const struct csv_in *in, const struct key *key, const struct row *row, struct buf *text)
{
    for (size_t i = 0; i < key->n; i++)
        if (csv_missing(in, row->text[key->at[i]]))
            return false;
    for (size_t i = 0; i < key->n; i++) {
        struct str field = row->text[key->at[i]];
        buf_str(text, field);
        if (key->n > 1)
            buf_char(text, '\0');
    }
    return true;
}

void key_show(struct buf *text)
{
    text->n -= text->n && !text->p[text->n - 1];
    for (size_t i = 0; i < text->n; i++)
        text->p[i] = text->p[i] ? text->p[i] : ',';
}
