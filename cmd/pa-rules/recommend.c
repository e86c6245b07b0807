/* SPDX-License-Identifier: MIT */
#include "recommend.h"

#include <math.h>
#include <string.h>

#include "apply.h"
#include "columns.h"
#include "die.h"
#include "mem.h"
#include "num.h"

/* The rules that can speak: those whose items are all in some basket, and any consequent. */
struct book {
    struct apply_rule *rule;
    struct str *field; /* (n, columns) their fields as read */
    size_t n, rules_cap, fields_cap;
    struct header column; /* those that are passed on */
    struct dict *item;    /* items of baskets keep their numbers, further consequents follow */
    struct arena text;
};

/* Where the columns that matter stand. */
struct layout {
    size_t antecedent, consequent, confidence;
    long lift;
};

/* Items of baskets by their numbers, so that consequents in none can be added after them. */
static struct dict *name_items(const struct baskets *b)
{
    struct dict *d = dict_new();
    for (size_t i = 0; i < b->items; i++)
        dict_add(d, baskets_item(b, (uint32_t)i));
    return d;
}

static double number(struct csv_in *in, const struct row *row, size_t column)
{
    double x = NAN;
    struct str text = row->text[column];
    if (!csv_missing(in, text) && num_double(text, &x) != NUM_OK)
        die_at(csv_place(row, csv_header(in)->name[column].p), "\"%.*s\" is not a number",
            STR_ARG(text));
    return x;
}

/* The items of an antecedent; false when one is in no basket. */
static bool read_antecedent(
    struct book *book, const struct baskets *b, struct str text, char sep, struct apply_rule *r)
{
    size_t most = 1;
    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == sep;
    r->antecedent = arena_alloc(&book->text, most, sizeof *r->antecedent);
    while (text.p) {
        uint32_t item = baskets_find(b, str_cut(text, sep, &text));
        if (item == DICT_NONE)
            return false;
        r->antecedent[r->n++] = item;
    }
    return true;
}

static void keep_fields(struct book *book, const struct row *row)
{
    size_t columns = book->column.n;
    book->field =
        mem_grow(book->field, &book->fields_cap, (book->n + 1) * columns, sizeof *book->field);
    for (size_t i = 0; i < columns; i++) {
        struct str text = row->text[i];
        book->field[book->n * columns + i] =
            (struct str){arena_text(&book->text, text.p, text.n), text.n};
    }
}

static void read_rule(struct book *book, const struct baskets *b, struct csv_in *in,
    const struct row *row, const struct layout *at, char sep)
{
    struct apply_rule r = {.lift = NAN};
    struct str consequent = row->text[at->consequent];
    if (!row->text[at->antecedent].n || !consequent.n)
        die_at(csv_place(row, NULL), "a rule without an antecedent or a consequent");
    if (memchr(consequent.p, sep, consequent.n))
        die_at(csv_place(row, "consequent"), "\"%.*s\" is several items (one was expected)",
            STR_ARG(consequent));
    r.confidence = number(in, row, at->confidence);
    if (isnan(r.confidence))
        die_at(csv_place(row, "confidence"), "the confidence is missing");
    if (at->lift != COLUMN_NONE)
        r.lift = number(in, row, (size_t)at->lift);
    if (!read_antecedent(book, b, row->text[at->antecedent], sep, &r))
        return;
    r.consequent = dict_add(book->item, consequent);
    keep_fields(book, row);
    book->rule = mem_grow(book->rule, &book->rules_cap, book->n + 1, sizeof *book->rule);
    book->rule[book->n++] = r;
}

static void copy_header(struct book *book, const struct header *header)
{
    struct str *name = arena_alloc(&book->text, header->n, sizeof *name);
    for (size_t i = 0; i < header->n; i++)
        name[i] = (struct str){
            arena_text(&book->text, header->name[i].p, header->name[i].n), header->name[i].n};
    book->column = (struct header){name, header->n};
}

/* Rules are a table of their own: the options that describe the input do not describe it. */
static struct layout read_rules(struct book *book, const struct common *common,
    const struct baskets *b, const struct recommend *what)
{
    struct common plain = *common;
    struct row row;
    plain.delimiter = 0;
    plain.tsv = plain.no_header = plain.union_ = false;
    plain.on_error = ON_ERROR_FAIL;
    plain.rejects = NULL;
    struct csv_in *in = csv_open(&plain, &what->rules, 1);
    const struct header *header = csv_header(in);
    struct layout at = {
        .antecedent = columns_need(str_of("antecedent"), header, what->rules),
        .consequent = columns_need(str_of("consequent"), header, what->rules),
        .confidence = columns_need(str_of("confidence"), header, what->rules),
        .lift = columns_find(header, str_of("lift")),
    };
    copy_header(book, header);
    while (csv_next(in, &row))
        read_rule(book, b, in, &row, &at, what->item_sep);
    note("%s: %zu of %llu rules can speak for a basket", what->rules, book->n,
        (unsigned long long)csv_counts(in).rows);
    csv_close(in);
    return at;
}

/* What is written: numbers of the added columns. */
struct output {
    struct csv_out *out;
    size_t group, item, rank, *field; /* field of column i of the rules */
};

static struct output add_columns(struct csv_out *out, const struct baskets *b,
    const struct book *book, const struct layout *at, const char *item)
{
    struct output o = {.out = out, .field = mem_alloc(book->column.n, sizeof *o.field)};
    for (size_t i = 0; i < b->group.n; i++) {
        size_t column = csv_add(out, b->group.name[i]);
        o.group = i ? o.group : column;
    }
    o.item = csv_add(out, str_of(item));
    o.rank = csv_add(out, str_of("rank"));
    for (size_t i = 0; i < book->column.n; i++)
        o.field[i] = i == at->consequent ? o.item : csv_add(out, book->column.name[i]);
    return o;
}

static void write_best(const struct output *o, const struct baskets *b, const struct book *book,
    size_t basket, const size_t *best, size_t n)
{
    struct str *value = mem_alloc(b->group.n, sizeof *value);
    struct buf text = {0};
    baskets_group(b, basket, value, &text);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < b->group.n; i++)
            csv_set_text(o->out, o->group + i, value[i]);
        csv_set_int(o->out, o->rank, (int64_t)k + 1);
        for (size_t i = 0; i < book->column.n; i++)
            csv_set_text(o->out, o->field[i], book->field[best[k] * book->column.n + i]);
        csv_write(o->out, NULL);
    }
    buf_release(&text);
    mem_free(value);
}

void recommend(const struct common *common, const struct baskets *b, struct csv_out *out,
    const struct recommend *what)
{
    struct book book = {.item = name_items(b)};
    struct layout at = read_rules(&book, common, b, what);
    struct output o = add_columns(out, b, &book, &at, what->item);
    struct apply *apply = apply_new(book.rule, book.n, dict_size(book.item));
    size_t *best = mem_alloc(what->k, sizeof *best), silent = 0;
    for (size_t k = 0; k < b->n; k++) {
        size_t n =
            apply_best(apply, b->item + b->start[k], b->start[k + 1] - b->start[k], what->k, best);
        write_best(&o, b, &book, k, best, n);
        silent += n == 0;
    }
    note("nothing is recommended to %zu of %zu baskets", silent, b->n);
    apply_free(apply);
    mem_free(best);
    mem_free(o.field);
    mem_free(book.rule);
    mem_free(book.field);
    dict_free(book.item);
    arena_release(&book.text);
}
