/* SPDX-License-Identifier: MIT */
#include "sources.h"

#include <string.h>

#include "columns.h"
#include "dict.h"
#include "die.h"
#include "mem.h"

struct rename {
    struct str old, new;
    bool used;
};

struct sources {
    struct rename *rename;
    size_t renames, cap;
    struct dict *names; /* of the inputs' columns, as they came */
    struct str *column; /* of the tags, each once */
    size_t columns, columns_cap;
    struct str **value; /* [file][column] */
    size_t files;
    struct csv_edit edit;
    struct arena arena;
};

/* Text up to the first c without a backslash before it, backslashes taken away. */
static struct str unescaped(struct arena *arena, const char **text, const char *stop)
{
    struct buf word = {0};
    const char *p = *text;
    for (; *p && !strchr(stop, *p); p++) {
        p += *p == '\\' && p[1];
        buf_char(&word, *p);
    }
    *text = p;
    struct str s = {arena_text(arena, word.p, word.n), word.n};
    buf_release(&word);
    return s;
}

static void parse_renames(struct sources *s, const char *text)
{
    for (const char *p = text; p && *p; p += *p == ',') {
        struct str old = unescaped(&s->arena, &p, "=,");
        if (*p++ != '=')
            die_usage("--rename: \"%s\" is not OLD=NEW,...", text);
        s->rename = mem_grow(s->rename, &s->cap, s->renames + 1, sizeof *s->rename);
        s->rename[s->renames++] = (struct rename){old, unescaped(&s->arena, &p, ","), false};
    }
}

static struct str rename_column(void *context, size_t file, struct str name)
{
    struct sources *s = context;
    (void)file;
    dict_add(s->names, name);
    for (size_t i = 0; i < s->renames; i++)
        if (str_equal(s->rename[i].old, name)) {
            s->rename[i].used = true;
            return s->rename[i].new;
        }
    return name;
}

static size_t tag_column(struct sources *s, struct str name)
{
    for (size_t i = 0; i < s->columns; i++)
        if (str_equal(s->column[i], name))
            return i;
    s->column = mem_grow(s->column, &s->columns_cap, s->columns + 1, sizeof *s->column);
    s->column[s->columns] = (struct str){arena_text(&s->arena, name.p, name.n), name.n};
    return s->columns++;
}

/* The operand whose name follows the last possible ':' of VALUE:FILE, both may hold colons. */
static size_t tag_file(const struct common *common, struct str text, struct str *value)
{
    size_t best = common->files;
    for (size_t i = 0; i < common->files; i++) {
        struct str name = str_of(common->file[i]);
        bool ends = text.n > name.n && text.p[text.n - name.n - 1] == ':' &&
                    memcmp(text.p + text.n - name.n, name.p, name.n) == 0;
        if (ends && (best == common->files || name.n > strlen(common->file[best]))) {
            best = i;
            *value = (struct str){text.p, text.n - name.n - 1};
        }
    }
    return best;
}

static void parse_tag(struct sources *s, const char *text, const struct common *common)
{
    struct str name, rest, value = {0};
    if (!args_pair(text, &name, &rest) || !name.n)
        die_usage("--tag: \"%s\" is not COL=VALUE:FILE", text);
    size_t file = tag_file(common, rest, &value);
    if (file == common->files)
        die_usage("--tag: \"%s\" does not end with a colon and one of the files", text);
    size_t column = tag_column(s, name);
    struct str copy = {arena_text(&s->arena, value.p, value.n), value.n};
    if (s->value[file][column].p)
        die_usage("--tag: two values of \"%.*s\" for %s (a file has one)", STR_ARG(name),
            common->file[file]);
    for (size_t i = file; i < common->files; i++)
        if (strcmp(common->file[i], common->file[file]) == 0)
            s->value[i][column] = copy;
}

struct sources *sources_parse(
    const char *renames, const struct arg_list *tags, const struct common *common)
{
    struct sources *s = mem_zero(1, sizeof *s);
    s->files = common->files;
    s->names = dict_new();
    s->value = mem_zero(s->files, sizeof *s->value);
    for (size_t i = 0; i < s->files; i++)
        s->value[i] = mem_zero(tags->n, sizeof **s->value);
    parse_renames(s, renames);
    for (size_t i = 0; i < tags->n; i++)
        parse_tag(s, tags->at[i], common);
    s->edit = (struct csv_edit){.rename = s->renames ? rename_column : NULL,
        .context = s,
        .extra = s->column,
        .extras = s->columns,
        .extra_value = (const struct str *const *)s->value};
    return s;
}

const struct csv_edit *sources_edit(const struct sources *s)
{
    return &s->edit;
}

/* Names of OLD are the inputs': what another pair makes is no column yet. */
static _Noreturn void no_column(const struct sources *s, struct str old)
{
    if (dict_find(s->names, old) != DICT_NONE)
        die_usage("--rename: two new names for \"%.*s\"", STR_ARG(old));
    for (size_t i = 0; i < s->renames; i++)
        if (s->rename[i].used && str_equal(s->rename[i].new, old))
            die_usage("--rename: no input has a column \"%.*s\" (\"%.*s\" becomes one, but all are "
                      "renamed at once)",
                STR_ARG(old), STR_ARG(s->rename[i].old));
    struct header came = {0};
    struct str *name = mem_alloc(dict_size(s->names), sizeof *name);
    for (; came.n < dict_size(s->names); came.n++)
        name[came.n] = dict_key(s->names, (uint32_t)came.n);
    came.name = name;
    const struct str *nearest = columns_nearest(old, &came);
    if (nearest)
        die_usage("--rename: no input has a column \"%.*s\" (is \"%.*s\" meant?)", STR_ARG(old),
            STR_ARG(*nearest));
    die_usage("--rename: no input has a column \"%.*s\"", STR_ARG(old));
}

void sources_check(const struct sources *s)
{
    for (size_t i = 0; i < s->renames; i++)
        if (!s->rename[i].used)
            no_column(s, s->rename[i].old);
}

void sources_free(struct sources *s)
{
    for (size_t i = 0; i < s->files; i++)
        mem_free(s->value[i]);
    mem_free(s->value);
    mem_free(s->column);
    mem_free(s->rename);
    dict_free(s->names);
    arena_release(&s->arena);
    mem_free(s);
}
