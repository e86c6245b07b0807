/* SPDX-License-Identifier: MIT */
/*
 * A row is kept as its fields with a NUL behind each, which also makes the keys unambiguous.  At
 * the end a counting sort by group gives every group its rows side by side, in their order.
 */
#include "groups.h"

#include <stdint.h>
#include <string.h>

#include "dict.h"
#include "mem.h"

struct groups {
    size_t fields;
    struct dict *keys;
    struct buf joined;
    struct arena texts;
    const char **text; /* of each row */
    uint32_t *group;   /* of each row */
    size_t rows, text_cap, group_cap;
    size_t *start;      /* (groups + 1) where a group's rows begin in order */
    const char **order; /* (rows) */
    size_t turn;
    struct str *view; /* (fields) of the row handed out last */
};

struct groups *groups_new(size_t fields)
{
    struct groups *g = mem_zero(1, sizeof *g);

    g->fields = fields;
    g->keys = dict_new();
    g->view = mem_zero(fields, sizeof *g->view);
    return g;
}

void groups_free(struct groups *g)
{
    dict_free(g->keys);
    buf_release(&g->joined);
    arena_release(&g->texts);
    mem_free(g->text);
    mem_free(g->group);
    mem_free(g->start);
    mem_free(g->order);
    mem_free(g->view);
    mem_free(g);
}

static void join(struct buf *out, const struct str *field, const size_t *chosen, size_t n)
{
    buf_clear(out);
    for (size_t i = 0; i < n; i++) {
        buf_str(out, field[chosen ? chosen[i] : i]);
        buf_char(out, '\0');
    }
}

size_t groups_add(struct groups *g, const struct str *field, const size_t *key, size_t keys)
{
    size_t n = g->rows + 1;

    join(&g->joined, field, key, keys);
    uint32_t group = dict_add(g->keys, buf_view(&g->joined));
    join(&g->joined, field, NULL, g->fields);
    g->text = mem_grow(g->text, &g->text_cap, n, sizeof *g->text);
    g->group = mem_grow(g->group, &g->group_cap, n, sizeof *g->group);
    g->text[g->rows] = arena_text(&g->texts, g->joined.p, g->joined.n);
    g->group[g->rows] = group;
    g->rows = n;
    return group;
}

size_t groups_finish(struct groups *g)
{
    size_t n = dict_size(g->keys);

    g->start = mem_zero(n + 1, sizeof *g->start);
    g->order = mem_alloc(g->rows, sizeof *g->order);
    for (size_t i = 0; i < g->rows; i++)
        g->start[g->group[i]]++;
    for (size_t i = 0, sum = 0; i <= n; i++) {
        size_t rows = g->start[i];
        g->start[i] = sum;
        sum += rows;
    }
    for (size_t i = 0; i < g->rows; i++)
        g->order[g->start[g->group[i]]++] = g->text[i];
    memmove(g->start + 1, g->start, n * sizeof *g->start);
    g->start[0] = 0;
    return n;
}

size_t groups_rows(const struct groups *g, size_t group)
{
    return g->start[group + 1] - g->start[group];
}

void groups_turn(struct groups *g, size_t group)
{
    g->turn = group;
}

const struct str *groups_row(void *context, size_t i)
{
    struct groups *g = context;
    const char *p = g->order[g->start[g->turn] + i];

    for (size_t j = 0; j < g->fields; j++) {
        g->view[j] = str_of(p);
        p += g->view[j].n + 1;
    }
    return g->view;
}
