/* SPDX-License-Identifier: MIT */
#include "groups.h"

#include "mem.h"
#include "model.h"

static struct str *name_groups(size_t k)
{
    struct str *name = mem_alloc(k, sizeof *name);
    for (size_t c = 0; c < k; c++) {
        struct buf b = {0};
        buf_print(&b, "g%zu", c + 1);
        name[c] = buf_view(&b);
    }
    return name;
}

struct groups *groups_new(struct space *space, struct kmeans *km, size_t k)
{
    struct groups *g = mem_zero(1, sizeof *g);
    *g = (struct groups){.space = space, .k = k, .name = name_groups(k)};
    g->size = km->size;
    g->centre = km->centre;
    g->iterations = km->iterations;
    g->inertia = km->inertia;
    for (size_t c = 0; c < k; c++)
        g->rows += g->size[c];
    km->size = NULL;
    km->centre = NULL;
    return g;
}

/* ---- writing ---- */

static void write_column(struct model_out *out, const struct space_column *c)
{
    model_key(out, c->category ? "category" : "number");
    model_text(out, c->name);
    if (!c->category) {
        model_text(out, str_of(space_method_name(c->method)));
        model_number(out, c->mean);
        model_number(out, c->shift);
        model_number(out, c->scale);
    }
    for (uint32_t level = 0; c->category && level < dict_size(c->levels); level++) {
        model_key(out, "level");
        model_text(out, dict_key(c->levels, level));
    }
}

static void write_group(struct model_out *out, const struct groups *g, size_t c)
{
    struct buf term = {0};
    model_key(out, "group");
    model_text(out, g->name[c]);
    model_int(out, (int64_t)g->size[c]);
    for (size_t j = 0; j < g->space->width; j++) {
        buf_clear(&term);
        space_term(g->space, j, &term);
        model_key(out, "centre");
        model_text(out, buf_view(&term));
        model_number(out, g->centre[c * g->space->width + j]);
    }
    buf_release(&term);
}

void groups_write(const struct groups *g, const char *path)
{
    struct model_out *out = model_create(path, "pa-cluster", "kmeans");
    model_key(out, "rows");
    model_int(out, (int64_t)g->rows);
    model_key(out, "seed");
    model_int(out, (int64_t)g->seed);
    model_key(out, "iterations");
    model_int(out, g->iterations);
    model_key(out, "inertia");
    model_number(out, g->inertia);
    for (size_t i = 0; i < g->space->columns; i++)
        write_column(out, &g->space->column[i]);
    for (size_t c = 0; c < g->k; c++)
        write_group(out, g, c);
    model_close(out);
}

/* ---- reading ---- */

static struct str keep(struct str text)
{
    return (struct str){mem_text(text.p, text.n), text.n};
}

static void read_facts(struct model_in *in, struct groups *g)
{
    struct model_line line;
    model_expect(in, "rows", 1, &line);
    g->rows = (uint64_t)model_get_int(in, &line, 1, 1, INT64_MAX);
    model_expect(in, "seed", 1, &line);
    g->seed = (uint64_t)model_get_int(in, &line, 1, 0, INT64_MAX);
    model_expect(in, "iterations", 1, &line);
    g->iterations = (int)model_get_int(in, &line, 1, 0, INT32_MAX);
    model_expect(in, "inertia", 1, &line);
    g->inertia = model_get_number(in, &line, 1);
}

static void read_number(struct model_in *in, struct space_column *c)
{
    struct model_line line;
    model_expect(in, "number", 5, &line);
    c->name = keep(line.field[1]);
    c->method = space_method_of(line.field[2]);
    c->mean = model_get_number(in, &line, 3);
    c->shift = model_get_number(in, &line, 4);
    c->scale = model_get_number(in, &line, 5);
    if (c->method == SPACE_METHODS || !(c->scale > 0))
        model_die(in, &line, "no such scaling");
}

static void read_category(struct model_in *in, struct space_column *c)
{
    struct model_line line;
    model_expect(in, "category", 1, &line);
    c->name = keep(line.field[1]);
    c->category = true;
    c->levels = dict_new();
    while (model_peek(in, "level")) {
        model_expect(in, "level", 1, &line);
        if (dict_add(c->levels, line.field[1]) + 1 != dict_size(c->levels))
            model_die(in, &line, "a level comes twice");
    }
}

static struct space *read_space(struct model_in *in)
{
    struct space *s = mem_zero(1, sizeof *s);
    size_t cap = 0;
    do {
        s->column = mem_grow(s->column, &cap, s->columns + 1, sizeof *s->column);
        struct space_column *c = &s->column[s->columns++];
        *c = (struct space_column){.first = s->width};
        if (model_peek(in, "category"))
            read_category(in, c);
        else
            read_number(in, c);
        s->width += c->category ? dict_size(c->levels) : 1;
    } while (model_peek(in, "number") || model_peek(in, "category"));
    return s;
}

static void read_centre(struct model_in *in, const struct space *s, double *centre)
{
    struct model_line line;
    struct buf term = {0};
    for (size_t j = 0; j < s->width; j++) {
        model_expect(in, "centre", 2, &line);
        buf_clear(&term);
        space_term(s, j, &term);
        if (!str_equal(buf_view(&term), line.field[1]))
            model_die(in, &line, "the terms of this centre are not those of the columns");
        centre[j] = model_get_number(in, &line, 2);
    }
    buf_release(&term);
}

static void read_groups(struct model_in *in, struct groups *g)
{
    struct model_line line;
    size_t names = 0, sizes = 0, centres = 0, width = g->space->width;
    do {
        model_expect(in, "group", 2, &line);
        g->name = mem_grow(g->name, &names, g->k + 1, sizeof *g->name);
        g->size = mem_grow(g->size, &sizes, g->k + 1, sizeof *g->size);
        g->centre = mem_grow(g->centre, &centres, (g->k + 1) * width, sizeof *g->centre);
        g->name[g->k] = keep(line.field[1]);
        g->size[g->k] = (uint64_t)model_get_int(in, &line, 2, 0, INT64_MAX);
        read_centre(in, g->space, g->centre + g->k++ * width);
    } while (model_peek(in, "group"));
    if (model_next(in, &line))
        model_die(in, &line, "not a line of this kind of model");
}

struct groups *groups_read(const char *path)
{
    struct model_in *in = model_open(path, "pa-cluster", "kmeans");
    struct groups *g = mem_zero(1, sizeof *g);
    read_facts(in, g);
    g->space = read_space(in);
    read_groups(in, g);
    model_free(in);
    return g;
}

void groups_free(struct groups *g)
{
    if (!g)
        return;
    for (size_t c = 0; c < g->k; c++)
        mem_free((void *)(uintptr_t)g->name[c].p);
    mem_free(g->name);
    mem_free(g->size);
    mem_free(g->centre);
    space_free(g->space);
    mem_free(g);
}
