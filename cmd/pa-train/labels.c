/* SPDX-License-Identifier: MIT */
#include "labels.h"

#include "die.h"
#include "mem.h"
#include "pair.h"

static void move_rows(struct table_column *c, const uint32_t *label, size_t rows)
{
    size_t to = 0;
    for (size_t i = 0; i < rows; i++) {
        if (label[i] == TABLE_MISSING)
            continue;
        if (c->type == TABLE_NUMBER)
            c->number[to] = c->number[i];
        else if (c->type == TABLE_TIME)
            c->time[to] = c->time[i];
        else
            c->code[to] = c->code[i];
        to++;
    }
}

/* Take rows without a label out of every column, of the labels last. */
static uint64_t take_out_unlabelled(struct table *t, size_t column)
{
    const uint32_t *label = t->column[column].code;
    uint64_t missing = 0;
    for (size_t i = 0; i < t->rows; i++)
        missing += label[i] == TABLE_MISSING;
    if (!missing)
        return 0;
    for (size_t c = 0; c < t->n; c++)
        if (c != column)
            move_rows(&t->column[c], label, t->rows);
    move_rows(&t->column[column], label, t->rows);
    t->rows -= missing;
    warn("%llu rows are left out: their %.*s is missing", (unsigned long long)missing,
        STR_ARG(t->column[column].name));
    return missing;
}

enum { TOLD = 3 };

/* Labels that rows have: their numbers, in order of first sight; the rows of each. */
struct seen {
    const struct table_column *column;
    uint32_t *code;
    uint64_t *rows; /* by code */
    size_t n;
    const struct place *first; /* (TOLD): where the first of them were first */
};

/* Classes by their names among the levels; more than TOLD are too many in any case, and are taken
 * for the last. */
struct spellings {
    uint32_t name[TOLD];
    size_t n;
    uint32_t *class_of; /* by level */
};

static void sort_spellings(struct spellings *s, const struct dict *levels)
{
    for (uint32_t i = 0; i < dict_size(levels); i++) {
        struct str text = dict_key(levels, i);
        uint32_t k = 0;
        while (k < s->n && !pair_same(dict_key(levels, s->name[k]), text))
            k++;
        s->class_of[i] = k < TOLD ? k : TOLD - 1;
        if (k == s->n && k < TOLD)
            s->name[s->n++] = i;
        else if (k < s->n && str_compare(text, dict_key(levels, s->name[k])) < 0)
            s->name[k] = i;
    }
}

/* Let rows have the level that is the name of their class; returns how many classes there are, up
 * to TOLD. */
static size_t join_spellings(struct table_column *c, size_t rows)
{
    size_t levels = dict_size(c->levels);
    struct spellings s = {.class_of = mem_alloc(levels, sizeof *s.class_of)};
    sort_spellings(&s, c->levels);
    for (size_t i = 0; i < rows && levels > s.n; i++)
        if (c->code[i] != TABLE_MISSING)
            c->code[i] = s.name[s.class_of[c->code[i]]];
    mem_free(s.class_of);
    return s.n;
}

/* Where each of so many classes is first, before rows are taken out. */
static void find_first(
    const struct table *t, size_t column, size_t classes, struct place first[TOLD])
{
    const uint32_t *code = t->column[column].code;
    uint32_t met[TOLD];
    size_t found = 0;
    for (size_t i = 0; i < t->rows && found < classes; i++) {
        size_t k = 0;
        while (k < found && met[k] != code[i])
            k++;
        if (k < found || code[i] == TABLE_MISSING)
            continue;
        met[found] = code[i];
        first[found++] = table_place(t, i, column);
    }
}

static struct seen see(const struct table *t, const struct table_column *c)
{
    size_t levels = dict_size(c->levels);
    struct seen s = {.column = c};
    s.code = mem_alloc(levels, sizeof *s.code);
    s.rows = mem_zero(levels, sizeof *s.rows);
    for (size_t i = 0; i < t->rows; i++)
        if (!s.rows[c->code[i]]++)
            s.code[s.n++] = c->code[i];
    return s;
}

static struct str label_of(const struct seen *s, size_t i)
{
    return dict_key(s->column->levels, s->code[i]);
}

/* What is wrong since this label, the i-th, came. */
_Noreturn static void die_label(const struct seen *s, size_t i, struct buf *what)
{
    die_at(s->first[i], "%s", buf_cstr(what));
}

static void swap(struct seen *s)
{
    uint32_t first = s->code[0];
    s->code[0] = s->code[1];
    s->code[1] = first;
}

/* Bring the negative label first. */
static void order_binary(struct seen *s, const char *positive)
{
    struct str name = s->column->name;
    struct buf what = {0};
    if (s->n > 2) {
        buf_print(&what,
            "a third level \"%.*s\" beside \"%.*s\" and \"%.*s\" (--algo softmax takes more than "
            "two)",
            STR_ARG(label_of(s, 2)), STR_ARG(label_of(s, 0)), STR_ARG(label_of(s, 1)));
        die_label(s, 2, &what);
    }
    struct str a = label_of(s, 0), b = label_of(s, 1);
    struct str wanted = str_of(positive);
    if (positive && !pair_same(a, wanted) && !pair_same(b, wanted))
        die("label %.*s: no row has \"%s\", only \"%.*s\" and \"%.*s\" (--positive)", STR_ARG(name),
            positive, STR_ARG(a), STR_ARG(b));
    if (!positive && !pair_tells(a, b) && !pair_tells(b, a)) {
        buf_print(&what, "\"%.*s\" or \"%.*s\": which is the positive one? (--positive VALUE)",
            STR_ARG(a), STR_ARG(b));
        die_label(s, 1, &what);
    }
    if (positive ? pair_same(a, wanted) : pair_tells(b, a))
        swap(s);
}

static void order_many(struct seen *s)
{
    uint32_t *order = mem_alloc(dict_size(s->column->levels), sizeof *order);
    size_t n = 0;
    dict_sort(s->column->levels, order);
    for (size_t i = 0; i < dict_size(s->column->levels); i++)
        if (s->rows[order[i]])
            s->code[n++] = order[i];
    mem_free(order);
}

static struct labels number(const struct seen *s, size_t rows)
{
    struct labels l = {.classes = s->n};
    uint32_t *class_of = mem_alloc(dict_size(s->column->levels), sizeof *class_of);
    l.class = mem_alloc(s->n, sizeof *l.class);
    l.class_rows = mem_alloc(s->n, sizeof *l.class_rows);
    l.y = mem_alloc(rows, sizeof *l.y);
    for (uint32_t c = 0; c < s->n; c++) {
        class_of[s->code[c]] = c;
        l.class[c] = label_of(s, c);
        l.class_rows[c] = (double)s->rows[s->code[c]];
    }
    for (size_t i = 0; i < rows; i++)
        l.y[i] = class_of[s->column->code[i]];
    mem_free(class_of);
    return l;
}

struct labels labels_take(struct table *t, size_t column, const char *positive, bool many)
{
    struct table_column *c = &t->column[column];
    struct place first[TOLD];
    find_first(t, column, many ? 0 : join_spellings(c, t->rows), first);
    uint64_t unlabelled = take_out_unlabelled(t, column);
    if (!t->rows)
        die("there is no row with a label in the column %.*s", STR_ARG(c->name));
    struct seen s = see(t, c);
    s.first = first;
    if (s.n < 2)
        die("label %.*s: all %zu rows are \"%.*s\" (two classes are needed)", STR_ARG(c->name),
            t->rows, STR_ARG(label_of(&s, 0)));
    if (many)
        order_many(&s);
    else
        order_binary(&s, positive);
    struct labels l = number(&s, t->rows);
    l.many = many;
    l.unlabelled = unlabelled;
    mem_free(s.code);
    mem_free(s.rows);
    return l;
}

void labels_release(struct labels *l)
{
    mem_free(l->class);
    mem_free(l->class_rows);
    mem_free(l->y);
}
