/* SPDX-License-Identifier: MIT */
/*
 * Names of a library are numbered by a dict, so a row's template costs one look-up.
 */
#include "library.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "dict.h"
#include "die.h"
#include "mem.h"
#include "stream.h"

struct library {
    const char *dir;
    const struct scope *scope;
    struct dict *names;
    struct template **found; /* by number of the name; NULL: there is no such file */
    size_t found_cap;
    struct template **all; /* to be freed */
    size_t n, cap;
};

struct library *library_new(const char *dir, const struct scope *scope)
{
    struct library *l = mem_zero(1, sizeof *l);

    l->dir = dir;
    l->scope = scope;
    l->names = dict_new();
    return l;
}

void library_free(struct library *l)
{
    for (size_t i = 0; i < l->n; i++) {
        mustache_free(l->all[i]->mustache);
        mem_free(l->all[i]->column);
        mem_free(l->all[i]);
    }
    mem_free(l->all);
    mem_free(l->found);
    dict_free(l->names);
    mem_free(l);
}

/* line of the template at path is wrong; path NULL: the option --name is. */
__attribute__((format(printf, 3, 4))) static _Noreturn void wrong(
    const char *path, size_t line, const char *format, ...)
{
    struct buf what = {0};
    va_list values;

    va_start(values, format);
    int n = vsnprintf(NULL, 0, format, values);
    va_end(values);
    va_start(values, format);
    vsnprintf(buf_room(&what, (size_t)n + 1), (size_t)n + 1, format, values);
    va_end(values);
    if (!path)
        die_usage("--name: %s", what.p);
    die_at((struct place){path, line, NULL}, "%s", what.p);
}

static size_t bind(const struct scope *scope, const struct mustache_use *use, const char *path)
{
    long column = columns_find(scope->header, use->name);

    if (column == COLUMN_NONE) {
        const struct str *nearest = columns_nearest(use->name, scope->header);
        if (nearest)
            wrong(path, use->line, "{{%.*s}}: there is no column of this name (is \"%.*s\" meant?)",
                STR_ARG(use->name), STR_ARG(*nearest));
        wrong(path, use->line, "{{%.*s}}: there is no column of this name", STR_ARG(use->name));
    }
    if (use->outside && scope->outside && !columns_have(scope->outside, (size_t)column))
        wrong(path, use->outside,
            "{{%.*s}} may differ from row to row (so it must stand within {{#rows}})",
            STR_ARG(use->name));
    return (size_t)column;
}

static struct template *add(struct library *l, const char *path, struct str text)
{
    struct template *t = mem_zero(1, sizeof *t);
    const struct mustache_use *use;
    struct mustache_error error;
    size_t rows_line;

    t->mustache = mustache_parse(text, &error);
    if (!t->mustache)
        wrong(path, error.line, "%.*s: %s", (int)(error.tag.n > 40 ? 40 : error.tag.n), error.tag.p,
            error.what);
    size_t n = mustache_names(t->mustache, &use, &rows_line);
    t->column = mem_alloc(n, sizeof *t->column);
    for (size_t i = 0; i < n; i++)
        t->column[i] = bind(l->scope, &use[i], path);
    if (rows_line && columns_find(l->scope->header, str_of(MUSTACHE_ROWS)) != COLUMN_NONE)
        wrong(path, rows_line,
            "{{#rows}} is the list of rows, but the input has a column rows too (rename it)");
    l->all = mem_grow(l->all, &l->cap, l->n + 1, sizeof *l->all);
    return l->all[l->n++] = t;
}

const struct template *library_name(struct library *l, const char *text)
{
    return add(l, NULL, str_of(text));
}

static struct template *read_file(struct library *l, const char *path)
{
    struct stream_in *in = stream_open(path);
    struct buf text = {0};
    size_t n;

    while ((n = stream_read(in, buf_room(&text, 65536), 65536)) > 0)
        text.n += n;
    stream_close(in);
    for (size_t i = 0; i < text.n; i++)
        if (!text.p[i])
            die("%s: a NUL byte at byte %zu (is it a template?)", path, i);
    struct template *t = add(l, path, buf_view(&text));
    buf_release(&text);
    return t;
}

const struct template *library_file(struct library *l, const char *path)
{
    return read_file(l, path);
}

bool library_plain(struct str name)
{
    if (!name.n || str_is(name, ".") || str_is(name, ".."))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/' || (unsigned char)name.p[i] < ' ' || name.p[i] == 127)
            return false;
    return true;
}

static struct template *search(struct library *l, struct str name)
{
    static const char *const ending[] = {"", ".html"};
    struct template *t = NULL;
    struct buf path = {0};
    struct stat st;

    for (size_t i = 0; i < 2 && !t && library_plain(name); i++) {
        buf_clear(&path);
        buf_print(&path, "%s/%.*s%s", l->dir, STR_ARG(name), ending[i]);
        if (!stat(buf_cstr(&path), &st) && S_ISREG(st.st_mode))
            t = read_file(l, path.p);
    }
    buf_release(&path);
    return t;
}

const struct template *library_find(struct library *l, struct str name)
{
    size_t known = dict_size(l->names);
    uint32_t id = dict_add(l->names, name);

    if (id == known) {
        l->found = mem_grow(l->found, &l->found_cap, known + 1, sizeof *l->found);
        l->found[id] = search(l, name);
    }
    return l->found[id];
}
