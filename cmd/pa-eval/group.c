/* SPDX-License-Identifier: MIT */
#include "group.h"

#include <stdlib.h>

#include "crowd.h"
#include "mem.h"

/* The number of a row's group: that of its codes, taken as bytes. */
static uint32_t group_of(struct dict *keys, const struct groups *g, size_t row, uint32_t *code)
{
    for (size_t c = 0; c < g->columns; c++)
        code[c] = g->column[c]->code[row];
    return dict_add(keys, (struct str){(const char *)code, g->columns * sizeof *code});
}

static void number_rows(struct groups *g, size_t rows, const uint8_t *use, uint32_t *id)
{
    struct dict *keys = dict_new();
    uint32_t *code = mem_alloc(g->columns, sizeof *code);
    for (size_t r = 0; r < rows; r++)
        id[r] = use && !use[r] ? DICT_NONE : group_of(keys, g, r, code);
    g->n = g->columns ? dict_size(keys) : 1;
    mem_free(code);
    dict_free(keys);
}

/* A stable counting sort by group. */
static void deal(struct groups *g, size_t rows, const uint32_t *id)
{
    size_t used = 0;
    for (size_t r = 0; r < rows; r++)
        if (id[r] != DICT_NONE) {
            g->start[id[r] + 1]++;
            used++;
        }
    for (size_t i = 0; i < g->n; i++)
        g->start[i + 1] += g->start[i];
    size_t *next = mem_alloc(g->n, sizeof *next);
    for (size_t i = 0; i < g->n; i++)
        next[i] = g->start[i];
    g->row = mem_alloc(used, sizeof *g->row);
    for (size_t r = 0; r < rows; r++)
        if (id[r] != DICT_NONE)
            g->row[next[id[r]]++] = (uint32_t)r;
    mem_free(next);
}

void groups_init(struct groups *g, size_t rows, const uint8_t *use,
    struct table_column *const *column, size_t columns)
{
    *g = (struct groups){.n = 1, .column = column, .columns = columns, .pooled = SIZE_MAX};
    if (!use && !columns) {
        g->start = mem_zero(2, sizeof *g->start);
        g->start[1] = rows;
        return;
    }
    uint32_t *id = mem_alloc(rows, sizeof *id);
    number_rows(g, rows, use, id);
    g->start = mem_zero(g->n + 1, sizeof *g->start);
    deal(g, rows, id);
    mem_free(id);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Large groups move to the front of row in their order, the rest behind them. */
void groups_merge(struct groups *g, const uint8_t *small)
{
    size_t rows = g->start[g->n], kept = 0, at = 0, rest = 0;
    uint32_t *row = mem_alloc(rows, sizeof *row);
    for (size_t i = 0; i < g->n; i++)
        rest += small[i] ? 0 : g->start[i + 1] - g->start[i];
    for (size_t i = 0; i < g->n; i++) {
        size_t first = g->start[i], end = g->start[i + 1];
        size_t *to = small[i] ? &rest : &at;
        for (size_t r = first; r < end; r++)
            row[(*to)++] = g->row[r];
        if (!small[i])
            g->start[kept++] = at - (end - first);
    }
    g->start[kept] = at;
    g->start[kept + 1] = rows;
    qsort(row + at, rows - at, sizeof *row, by_number);
    mem_free(g->row);
    g->row = row;
    g->pooled = kept;
    g->n = kept + 1;
}

struct crowd *groups_crowd(
    const struct groups *g, const uint32_t *user, const double *weight, size_t k)
{
    struct crowd *c = crowd_new(k);
    for (size_t i = 0; i < g->n; i++)
        for (size_t at = g->start[i]; at < g->start[i + 1]; at++) {
            size_t row = g->row ? g->row[at] : at;
            if (!weight || weight[row] > 0)
                crowd_add(c, i, user ? &user[row] : NULL);
        }
    return c;
}

void groups_pool(struct groups *g, const uint32_t *user, const double *weight, size_t k)
{
    struct crowd *crowd = groups_crowd(g, user, weight, k);
    uint8_t *small = mem_zero(g->n, 1);
    size_t found = 0, rows = 0;
    for (size_t i = 0; i < g->n; i++) {
        found += small[i] = !crowd_is_large(crowd, i);
        rows += small[i] ? g->start[i + 1] - g->start[i] : 0;
    }
    bool told = crowd_pools(crowd, g->n, rows, g->columns > 0);
    if (found && g->columns)
        groups_merge(g, small);
    if (found && !told)
        g->n--;
    mem_free(small);
    crowd_free(crowd);
}

void groups_release(struct groups *g)
{
    mem_free(g->start);
    mem_free(g->row);
    *g = (struct groups){0};
}

struct str groups_text(const struct groups *g, size_t group, size_t c)
{
    if (group == g->pooled)
        return str_of(crowd_name);
    uint32_t code = g->column[c]->code[g->row[g->start[group]]];
    return code == TABLE_MISSING ? str_of(NULL) : dict_key(g->column[c]->levels, code);
}

void groups_name(const struct groups *g, size_t group, struct buf *b)
{
    for (size_t c = 0; c < g->columns; c++) {
        buf_text(b, c ? ", " : "");
        buf_str(b, g->column[c]->name);
        buf_char(b, '=');
        buf_str(b, groups_text(g, group, c));
    }
}
