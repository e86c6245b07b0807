/* SPDX-License-Identifier: MIT */
#include "input.h"

#include <stdint.h>
#include <string.h>

#include "admit.h"
#include "columns.h"
#include "design.h"
#include "die.h"
#include "mem.h"
#include "role.h"

static const struct {
    const char *option;
    enum table_type type;
} parts[INPUT_PARTS] = {{"weight", TABLE_NUMBER}, {"offset", TABLE_NUMBER}, {"se", TABLE_CATEGORY},
    {"user", TABLE_CATEGORY}, {"time", TABLE_TIME}};

static enum table_type type_of(
    const struct columns *categorical, const struct columns *numeric, size_t column)
{
    bool category = columns_have(categorical, column), number = columns_have(numeric, column);
    if (category && number)
        die_usage("--categorical and --numeric name the same column");
    return category ? TABLE_CATEGORY : number ? TABLE_NUMBER : TABLE_BY_VALUE;
}

static void count_other_text(const struct input *input)
{
    for (size_t i = 1; i <= input->features; i++) {
        const struct table_column *c = &input->table->column[i];
        if (c->not_numbers)
            warn("%.*s: %llu values are no numbers, and count as missing", STR_ARG(c->name),
                (unsigned long long)c->not_numbers);
    }
}

/* Which columns are features. */
struct chosen {
    const struct header *header;
    const struct columns *features;
};

static long find_feature(const void *chosen, struct str name)
{
    const struct chosen *c = chosen;
    long at = columns_find(c->header, name);
    return at != COLUMN_NONE && columns_have(c->features, (size_t)at) ? at : COLUMN_NONE;
}

static bool same_pair(const size_t *a, const size_t *b)
{
    return (a[0] == b[0] && a[1] == b[1]) || (a[0] == b[1] && a[1] == b[0]);
}

size_t input_products(const char *list, const struct header *header, const struct columns *features,
    size_t (**product)[2])
{
    const struct chosen chosen = {header, features};
    size_t n = 0;
    const char **item = list ? args_items(list, &n) : NULL;
    size_t(*pair)[2] = mem_alloc(n, sizeof *pair);
    if (list && !n)
        die_usage("--interactions: no product is named");
    for (size_t i = 0; i < n; i++) {
        if (!design_product(item[i], find_feature, &chosen, pair[i]))
            die_usage("--interactions %s: not A*B of two columns that are used", item[i]);
        for (size_t k = 0; k < i; k++)
            if (same_pair(pair[i], pair[k]))
                die_usage("--interactions %s: given twice", item[i]);
    }
    *product = pair;
    return n;
}

static void check_references(const struct input_options *o, const struct chosen *chosen)
{
    const struct arg_list *list = o->reference;
    struct str column, level, before;
    for (size_t i = 0; list && i < list->n; i++) {
        const char *text = list->at[i];
        if (!args_pair(text, &column, &level))
            die_usage("--reference %s: not COL=LEVEL", text);
        bool label = str_is(column, o->label);
        if (label && !o->many)
            die_usage("--reference %s: the label of a binary model has --positive instead", text);
        if (!label && find_feature(chosen, column) == COLUMN_NONE)
            die_usage("--reference %s: %.*s is no column that is used", text, STR_ARG(column));
        for (size_t k = 0; k < i; k++)
            if (args_pair(list->at[k], &before, &level) && str_equal(before, column))
                die_usage("--reference %s: %.*s has one already", text, STR_ARG(column));
    }
}

/* Columns to be loaded: the label, the features, the parts. */
static size_t want_columns(struct input *input, const struct input_options *o,
    const struct header *header, struct table_want *want)
{
    size_t at[1 + INPUT_PARTS], n = 0;
    struct columns apart = {at, 1};
    at[0] = columns_option("label", o->label, header);
    for (size_t p = 0, k = 1; p < INPUT_PARTS; p++)
        if (o->part[p]) {
            at[k++] = columns_option(parts[p].option, o->part[p], header);
            apart.n = p <= INPUT_OFFSET || !o->features ? k : apart.n;
        }
    struct columns features =
        role_features(header, &(struct role_choice){o->features, o->exclude, &apart});
    columns_sort(&features, header);
    struct chosen chosen = {header, &features};
    size_t(*product)[2];
    input_products(o->interactions, header, &features, &product);
    mem_free(product);
    check_references(o, &chosen);
    struct columns categorical = columns_parse("categorical", o->categorical, header);
    struct columns numeric = columns_parse("numeric", o->numeric, header);
    want[n++] = (struct table_want){.column = at[0], .type = TABLE_CATEGORY};
    for (size_t i = 0; i < features.n; i++)
        want[n++] = (struct table_want){.column = features.at[i],
            .type = type_of(&categorical, &numeric, features.at[i]),
            .hash_bits = o->hash_bits};
    input->features = features.n;
    for (size_t p = 0, k = 1; p < INPUT_PARTS; p++)
        if (o->part[p]) {
            input->part[p] = n;
            want[n++] = (struct table_want){.column = at[k++], .type = parts[p].type};
        }
    input->place = mem_resize(features.at, features.n + 1, sizeof *input->place);
    input->place[features.n] = want[input->part[INPUT_OFFSET]].column;
    mem_free(categorical.at);
    mem_free(numeric.at);
    return n;
}

void input_alone(const char *label, bool named, size_t others, bool no_intercept)
{
    if (named || others)
        die_usage("there is no column to learn from (-f names some)");
    if (no_intercept)
        die_usage("--no-intercept leaves nothing to fit: there is no column but %s", label);
    warn("there is no column to learn from but %s: the model is its base rate alone", label);
}

static void check_features(const struct input *input, const struct input_options *o, size_t columns)
{
    for (size_t p = 0; p < INPUT_PARTS; p++)
        columns -= o->part[p] != NULL;
    if (!input->features)
        input_alone(o->label, o->features, columns > 1 ? columns - 1 : 0, o->no_intercept);
}

/* The rows that can be used; where others are not left out, the first of them is an error. */
static struct table *load(const struct input *input, struct csv_in *in, const struct common *common,
    const struct input_options *o, const struct table_want *want, size_t n)
{
    struct admit_part part[INPUT_PARTS] = {{0}};
    for (enum input_part p = 0; p < INPUT_PARTS; p++)
        if (input->part[p])
            part[p] = (struct admit_part){
                want[input->part[p]].column, parts[p].option, parts[p].type, p == INPUT_WEIGHT};
    struct admit admit = {
        want[0].column, o->many, part, INPUT_PARTS, common->tz, {.positive = o->positive}, false};
    struct table_gate gate = {admit_open, &admit, admit_enter};
    bool leaves = common->on_error != ON_ERROR_FAIL;
    struct table *table = table_load_past(leaves ? &gate : NULL, in, common, want, n);
    classes_release(&admit.classes);
    for (enum input_part p = 0; p < INPUT_PARTS; p++)
        part[p].column = input->part[p];
    admit_check(table, 0, part, INPUT_PARTS);
    return table;
}

struct input input_load(const struct common *common, const struct input_options *o)
{
    struct input input = {0};
    struct csv_in *in = csv_open(common, common->file, common->files);
    const struct header *header = csv_header(in);
    struct table_want *want = mem_alloc(1 + header->n + INPUT_PARTS, sizeof *want);
    size_t n = want_columns(&input, o, header, want);
    check_features(&input, o, header->n);
    input.table = load(&input, in, common, o, want, n);
    csv_close(in);
    mem_free(want);
    count_other_text(&input);
    input.labels = labels_take(input.table, 0, o->positive, o->many);
    return input;
}

void input_release(struct input *input)
{
    labels_release(&input->labels);
    table_free(input->table);
    mem_free(input->place);
}

double *input_numbers(const struct input *input, enum input_part part)
{
    return input->part[part] ? input->table->column[input->part[part]].number : NULL;
}

uint32_t *input_codes(const struct input *input, enum input_part part, size_t *n)
{
    const struct table_column *c = &input->table->column[input->part[part]];
    size_t levels = dict_size(c->levels), rows = input->table->rows;
    uint32_t *of_level = mem_alloc(levels, sizeof *of_level);
    uint32_t *code = mem_alloc(rows, sizeof *code);
    memset(of_level, 0xff, levels * sizeof *of_level);
    *n = 0;
    for (size_t i = 0; i < rows; i++) {
        if (of_level[c->code[i]] == UINT32_MAX)
            of_level[c->code[i]] = (uint32_t)(*n)++;
        code[i] = of_level[c->code[i]];
    }
    mem_free(of_level);
    return code;
}
