/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <string.h>

#include "columns.h"
#include "die.h"

/* Ads in the order of the file. */
struct reading {
    struct catalogue *c;
    struct csv_in *in;
    struct str *value;
    uint64_t *line;
    size_t values_cap, lines_cap, n, key;
};

static struct str keep(struct arena *a, struct str s)
{
    return (struct str){arena_text(a, s.p, s.n), s.n};
}

static void copy_header(struct catalogue *c, const struct header *h)
{
    struct str *name = arena_alloc(&c->arena, h->n, sizeof *name);
    for (size_t i = 0; i < h->n; i++)
        name[i] = keep(&c->arena, h->name[i]);
    c->header = (struct header){name, h->n};
}

static size_t key_column(const struct header *h, const char *path)
{
    long column = columns_find(h, str_of("ad"));
    if (column == COLUMN_NONE)
        column = columns_find(h, str_of("item"));
    return column == COLUMN_NONE ? columns_need(str_of("ad"), h, path) : (size_t)column;
}

static void read_ad(struct reading *r, const struct row *row)
{
    struct catalogue *c = r->c;
    size_t columns = c->header.n;
    struct str name = row->text[r->key];
    struct place place = csv_place(row, c->key.p);
    if (csv_missing(r->in, name))
        die_at(place, "an ad without a name");
    if (dict_add(c->place, name) != r->n)
        die_at(place, "the ad \"%.*s\" stands here twice", STR_ARG(name));
    r->value = mem_grow(r->value, &r->values_cap, (r->n + 1) * columns, sizeof *r->value);
    r->line = mem_grow(r->line, &r->lines_cap, r->n + 1, sizeof *r->line);
    for (size_t i = 0; i < columns; i++) {
        struct str text = row->text[i];
        r->value[r->n * columns + i] =
            csv_missing(r->in, text) ? (struct str){0} : keep(&c->arena, text);
    }
    r->line[r->n++] = row->line;
}

static void put_in_order(struct reading *r)
{
    struct catalogue *c = r->c;
    size_t columns = c->header.n;
    uint32_t *order = mem_alloc(r->n, sizeof *order);
    c->ads = r->n;
    c->name = mem_alloc(c->ads, sizeof *c->name);
    c->value = mem_alloc(c->ads * columns, sizeof *c->value);
    c->line = mem_alloc(c->ads, sizeof *c->line);
    c->rank = mem_alloc(c->ads, sizeof *c->rank);
    dict_sort(c->place, order);
    for (size_t a = 0; a < c->ads; a++) {
        c->rank[order[a]] = (uint32_t)a;
        c->name[a] = dict_key(c->place, order[a]);
        c->line[a] = r->line[order[a]];
        memcpy(c->value + a * columns, r->value + order[a] * columns, columns * sizeof *c->value);
    }
    mem_free(order);
    mem_free(r->value);
    mem_free(r->line);
}

void catalogue_read(struct catalogue *c, const struct common *common, const char *path)
{
    /* The options that describe the input do not describe the catalogue. */
    struct common plain = *common;
    plain.delimiter = 0;
    plain.tsv = plain.no_header = plain.union_ = false;
    plain.on_error = ON_ERROR_FAIL;
    plain.rejects = NULL;
    struct row row;
    *c = (struct catalogue){.path = path, .place = dict_new()};
    struct reading r = {.c = c, .in = csv_open(&plain, &path, 1)};
    copy_header(c, csv_header(r.in));
    r.key = key_column(&c->header, path);
    c->key = c->header.name[r.key];
    while (csv_next(r.in, &row))
        read_ad(&r, &row);
    csv_close(r.in);
    if (!r.n)
        die("%s: there are no ads (rows were expected)", path);
    put_in_order(&r);
    note("%s: %zu ads", path, c->ads);
}

void catalogue_release(struct catalogue *c)
{
    dict_free(c->place);
    mem_free(c->name);
    mem_free(c->value);
    mem_free(c->line);
    mem_free(c->rank);
    arena_release(&c->arena);
}

size_t catalogue_find(const struct catalogue *c, struct str name)
{
    uint32_t id = dict_find(c->place, name);
    return id == DICT_NONE ? SIZE_MAX : c->rank[id];
}
