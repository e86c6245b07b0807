/* SPDX-License-Identifier: MIT */
/*
 * Means and spreads are exact sums, rounded once (the squares are of differences from the rounded
 * mean), so they do not depend on the order of rows.
 */
#include "design.h"

#include <math.h>
#include <string.h>

#include "args.h"
#include "design_index.h"
#include "die.h"
#include "exact.h"
#include "par.h"

/* Beyond this many pairs of levels a product of two categories is refused before it is counted. */
enum { PAIRS_MOST = 1 << 26 };

/* ---- what the rows say ---- */

struct spread {
    double weight; /* of the rows that have a value */
    double mean, sd;
};

/* Passes over a column go by pieces that stay in cache. */
enum { PIECE = 2 * MAT_PANEL };

/* A piece of a column and of the rows' weights, all 1 if weight is NULL. */
struct piece {
    const double *x, *weight;
    size_t n;
};

/* Rows [first, first + PIECE) or what there is of them. */
static struct piece piece_at(const double *x, const double *weight, size_t first, size_t rows)
{
    size_t n = rows - first < PIECE ? rows - first : PIECE;
    return (struct piece){x + first, weight ? weight + first : NULL, n};
}

/* Differences from mean, times factor, 0 for NaN. */
static void differ(const struct piece *p, double mean, double factor, double *out)
{
    for (size_t i = 0; i < p->n; i += MAT_PANEL)
        mat_panel_scale(
            p->x + i, p->n - i < MAT_PANEL ? p->n - i : MAT_PANEL, mean, factor, out + i);
}

/* Add the terms, each as often as its row counts; they are overwritten. */
static void add_weighted(struct exact *sum, const struct piece *p, double *term)
{
    for (size_t i = 0; p->weight && i < p->n; i++)
        term[i] *= p->weight[i];
    exact_add_n(sum, term, p->n);
}

/* What rows with a value and a weight above 0 have. */
struct total {
    double low, high;
    double heaviest; /* weight */
    size_t n;        /* how many */
    struct exact sum, weight;
};

/* Squares, or sums of them, would be beyond what a double holds. */
static bool is_far(const struct total *t)
{
    static const double FAR = 1e150;
    double most = t->high > -t->low ? t->high : -t->low;
    return most > FAR || most / FAR * most * t->heaviest > FAR;
}

static void add_range(struct total *t, const struct piece *p)
{
    double low = INFINITY, high = -INFINITY;
    size_t n = 0;
    if (!p->weight) {
        n = mat_range(p->x, p->n, &low, &high);
    } else {
        for (size_t i = 0; i < p->n; i++) {
            if (isnan(p->x[i]) || p->weight[i] == 0)
                continue;
            low = p->x[i] < low ? p->x[i] : low;
            high = p->x[i] > high ? p->x[i] : high;
            t->heaviest = p->weight[i] > t->heaviest ? p->weight[i] : t->heaviest;
            exact_add(&t->weight, p->weight[i]);
            n++;
        }
    }
    t->low = low < t->low ? low : t->low;
    t->high = high > t->high ? high : t->high;
    t->n += n;
}

static void add_up(const double *x, const double *weight, size_t rows, struct total *t)
{
    double filled[PIECE];
    for (size_t i = 0; i < rows; i += PIECE) {
        struct piece p = piece_at(x, weight, i, rows);
        size_t before = t->n;
        add_range(t, &p);
        if (is_far(t))
            continue;
        if (!weight && t->n - before == p.n) {
            exact_add_n(&t->sum, p.x, p.n);
            continue;
        }
        differ(&p, 0, 1, filled); /* NaN becomes 0, which adds nothing */
        add_weighted(&t->sum, &p, filled);
    }
}

/* Of what is not NaN; sd is infinite when squares would be. */
static struct spread spread_of(const double *x, const double *weight, size_t rows)
{
    static const double NARROW = 0x1p-400, WIDEN = 0x1p500;
    struct total t = {.low = INFINITY, .high = -INFINITY, .heaviest = 1};
    struct exact squares = {0};
    double square[PIECE];
    add_up(x, weight, rows, &t);
    struct spread s = {.weight = weight ? exact_value(&t.weight) : (double)t.n};
    if (!(t.low < t.high)) { /* constant: its mean is itself, without rounding */
        s.mean = t.n ? t.low : 0;
        return s;
    }
    if (is_far(&t))
        return (struct spread){s.weight, 0, INFINITY};
    s.mean = exact_value(&t.sum) / s.weight;
    double factor = t.high - t.low < NARROW ? WIDEN : 1; /* squares must not become 0 */
    for (size_t i = 0; i < rows; i += PIECE) {
        struct piece p = piece_at(x, weight, i, rows);
        differ(&p, s.mean, factor, square);
        for (size_t k = 0; k < p.n; k++)
            square[k] *= square[k];
        add_weighted(&squares, &p, square);
    }
    s.sd = sqrt(exact_value(&squares) / s.weight) / factor;
    return s;
}

/* The rows of a level: how many with a weight above 0, and their weights. */
struct tally {
    uint64_t rows;
    double weight;
};

struct learning {
    const struct table *table;
    const size_t *columns;
    const struct design_options *options;
    struct design *d;
    struct spread *spread; /* (sources): of the numbers */
    double weight;         /* of all rows */
    struct tally **count;  /* (sources): of each level, by number in the table's dictionary */
    double **level_weight; /* (sources): by number in the source's levels */
    uint32_t *reference;   /* (sources): level without a term, or DICT_NONE */
    size_t whole;          /* source whose reference has a term of its own, or sources */
    size_t cap;            /* of terms */
};

static const struct table_column *column_of(const struct learning *l, size_t source)
{
    return &l->table->column[l->columns[source]];
}

static double weight_of(const struct learning *l, size_t row)
{
    return l->options->weight ? l->options->weight[row] : 1;
}

static void count_source(void *context, size_t i, unsigned thread)
{
    (void)thread;
    struct learning *l = context;
    const struct table_column *c = column_of(l, i);
    if (c->type == TABLE_NUMBER) {
        l->spread[i] = spread_of(c->number, l->options->weight, l->table->rows);
        return;
    }
    uint32_t levels = (uint32_t)table_codes(c);
    l->count[i] = mem_zero(levels + 1, sizeof *l->count[i]); /* the last: missing */
    for (size_t r = 0; r < l->table->rows; r++) {
        struct tally *t = &l->count[i][c->code[r] < levels ? c->code[r] : levels];
        double weight = weight_of(l, r);
        t->rows += weight > 0;
        t->weight += weight;
    }
}

static const char OTHER[] = "other";

/* A column's levels on their way into its source, in byte order. */
struct levelling {
    struct design_source *source;
    double *weight;      /* by level */
    uint64_t rare;       /* the least number of rows */
    struct tally pooled; /* the rows of levels that have fewer */
};

/* The level other, with the rows that have no level of their own. */
static void add_pool(struct levelling *v)
{
    v->weight[dict_add(v->source->levels, str_of(OTHER))] = v->pooled.weight;
    v->pooled.rows = 0;
}

static void add_level(struct levelling *v, struct str name, struct tally t)
{
    bool is_other = str_is(name, OTHER);
    if (!t.rows || (t.rows < v->rare && !is_other))
        return;
    if (v->pooled.rows && str_compare(name, str_of(OTHER)) >= 0)
        add_pool(v);
    v->weight[dict_add(v->source->levels, name)] += t.weight;
}

static struct tally pooled_rows(
    const struct levelling *v, const struct table_column *c, const struct tally *count)
{
    struct tally sum = {0};
    for (uint32_t k = 0; k <= dict_size(c->levels); k++) {
        bool missing = k == dict_size(c->levels);
        if (count[k].rows < v->rare && (missing || !str_is(dict_key(c->levels, k), OTHER))) {
            sum.rows += count[k].rows;
            sum.weight += count[k].weight;
        }
    }
    return sum;
}

/* Levels that rows have, in byte order; the missing level "" comes first if there is one. */
static void learn_levels(struct learning *l, size_t i)
{
    const struct table_column *c = column_of(l, i);
    struct design_source *s = &l->d->source[i];
    size_t n = dict_size(c->levels);
    uint32_t *order = mem_alloc(n, sizeof *order);
    const struct tally *count = l->count[i];
    struct levelling v = {
        .source = s, .weight = mem_zero(n + 2, sizeof *v.weight), .rare = l->options->rare};
    s->levels = dict_new();
    s->share_missing = count[n].weight / l->weight;
    v.pooled = pooled_rows(&v, c, count);
    add_level(&v, (struct str){"", 0}, count[n]);
    dict_sort(c->levels, order);
    for (size_t k = 0; k < n; k++)
        add_level(&v, dict_key(c->levels, order[k]), count[order[k]]);
    if (v.pooled.rows)
        add_pool(&v);
    s->other = dict_find(s->levels, str_of(OTHER));
    s->rare = v.rare > 1 && s->other != DICT_NONE ? v.rare : 0;
    l->level_weight[i] = v.weight;
    mem_free(order);
}

static void hash_source(struct learning *l, size_t i)
{
    struct design_source *s = &l->d->source[i];
    s->hashed = true;
    s->seed = table_seed(s->name);
    s->levels = dict_new();
    s->share_missing = l->count[i][table_codes(column_of(l, i))].weight / l->weight;
}

static void learn_source(struct learning *l, size_t i)
{
    const struct table_column *c = column_of(l, i);
    struct design_source *s = &l->d->source[i];
    s->name.p = arena_text(&l->d->arena, c->name.p, c->name.n);
    s->name.n = c->name.n;
    s->category = c->type == TABLE_CATEGORY;
    l->reference[i] = DICT_NONE;
    if (c->bucket) {
        hash_source(l, i);
        return;
    }
    if (s->category) {
        learn_levels(l, i);
        return;
    }
    if (!isfinite(l->spread[i].sd) || !isfinite(l->spread[i].mean))
        die("column %.*s: its values are too large to be squared (scale them)", STR_ARG(s->name));
    s->mean = l->spread[i].mean;
    s->sd = l->spread[i].sd;
    s->share_missing = l->weight > 0 ? (l->weight - l->spread[i].weight) / l->weight : 0;
}

/* ---- references ---- */

static size_t find_source(const struct design *d, struct str name)
{
    size_t i = 0;
    while (i < d->sources && !str_equal(d->source[i].name, name))
        i++;
    return i;
}

static void choose_reference(struct learning *l, const char *text)
{
    struct str column, level;
    if (!args_pair(text, &column, &level))
        die_usage("--reference %s: not COL=LEVEL", text);
    size_t i = find_source(l->d, column);
    if (i == l->d->sources)
        die_usage("--reference %s: %.*s is no column that is used", text, STR_ARG(column));
    if (!l->d->source[i].category)
        die_usage("--reference %s: %.*s is a number (--categorical makes it a category)", text,
            STR_ARG(column));
    l->reference[i] = dict_find(l->d->source[i].levels, level);
    if (l->reference[i] == DICT_NONE)
        die_usage("--reference %s: %.*s has no such level", text, STR_ARG(column));
}

static void choose_references(struct learning *l)
{
    const struct design_options *o = l->options;
    for (size_t k = 0; o->reference && k < o->chosen_n; k++)
        choose_reference(l, o->chosen[k]);
    while (l->whole < l->d->sources &&
           !(o->whole && l->d->source[l->whole].category && l->reference[l->whole] == DICT_NONE))
        l->whole++;
    for (size_t i = 0; o->reference && i < l->d->sources; i++) {
        const struct design_source *s = &l->d->source[i];
        if (!s->category || s->hashed || l->reference[i] != DICT_NONE)
            continue;
        bool missing = dict_size(s->levels) > 1 && !dict_key(s->levels, 0).n;
        l->reference[i] = missing;
    }
}

/* ---- terms ---- */

/* A new term of one factor or two; scale 0 (nothing varies) counts as 1. */
static void add_term(struct learning *l, const struct design_factor *factor, uint8_t factors,
    double mean, double scale)
{
    struct design *d = l->d;
    struct buf name = {0};
    d->term = mem_grow(d->term, &l->cap, d->terms + 1, sizeof *d->term);
    struct design_term *t = &d->term[d->terms++];
    *t = (struct design_term){.factors = factors, .mean = mean, .scale = scale > 0 ? scale : 1};
    for (uint8_t i = 0; i < factors; i++)
        t->factor[i] = factor[i];
    design_name(&name, d, factor, factors);
    t->name = (struct str){arena_text(&d->arena, name.p, name.n), name.n};
    buf_release(&name);
}

static void add_source_terms(struct learning *l, uint32_t i)
{
    const struct design_source *s = &l->d->source[i];
    if (!s->category) {
        add_term(l, &(struct design_factor){i, DESIGN_NUMBER, 0}, 1, s->mean, s->sd);
        if (s->share_missing > 0)
            add_term(l, &(struct design_factor){i, DESIGN_MISSING, 0}, 1, s->share_missing, 1);
        return;
    }
    for (uint32_t k = 0; k < dict_size(s->levels); k++)
        if (k != l->reference[i] || i == l->whole)
            add_term(l, &(struct design_factor){i, DESIGN_LEVEL, k}, 1,
                l->level_weight[i][k] / l->weight, 1);
}

/* ---- buckets ---- */

/* Mark those of the levels that rows have. */
static void mark_buckets(const struct learning *l, size_t i, bool *used)
{
    const struct table_column *c = column_of(l, i);
    const struct design_source *s = &l->d->source[i];
    for (size_t k = 0; k < table_codes(c); k++)
        if (l->count[i][k].rows)
            used[c->bucket[k]] = true;
    if (l->count[i][table_codes(c)].rows)
        used[table_bucket(s->seed, (struct str){"", 0}, l->options->hash_bits)] = true;
}

static void learn_buckets(struct learning *l)
{
    size_t all = (size_t)1 << l->options->hash_bits, n = 0;
    bool *used = mem_zero(all, sizeof *used);
    uint32_t *bucket;
    for (size_t i = 0; i < l->d->sources; i++)
        if (l->d->source[i].hashed)
            mark_buckets(l, i, used);
    for (size_t b = 0; b < all; b++)
        n += used[b];
    bucket = mem_alloc(n, sizeof *bucket);
    for (size_t b = 0, k = 0; b < all; b++)
        if (used[b])
            bucket[k++] = (uint32_t)b;
    design_add_buckets(l->d, bucket, n);
    mem_free(bucket);
    mem_free(used);
}

/* ---- products ---- */

static void learn_numbers(struct learning *l, uint32_t a, uint32_t b)
{
    double *x = mem_alloc(l->table->rows, sizeof *x);
    design_multiply(column_of(l, a)->number, l->d->source[a].mean, column_of(l, b)->number,
        l->d->source[b].mean, l->table->rows, x);
    struct spread s = spread_of(x, l->options->weight, l->table->rows);
    mem_free(x);
    if (!isfinite(s.mean) || !isfinite(s.sd))
        die("product %.*s*%.*s: its values are too large to be squared (scale the columns)",
            STR_ARG(l->d->source[a].name), STR_ARG(l->d->source[b].name));
    struct design_factor f[2] = {{a, DESIGN_NUMBER, 0}, {b, DESIGN_NUMBER, 0}};
    add_term(l, f, 2, s.mean, s.sd);
}

/* a is the number if number_first, else b is; level terms go by level of the category. */
static void learn_number_category(struct learning *l, uint32_t a, uint32_t b, bool number_first)
{
    uint32_t number = number_first ? a : b, category = number_first ? b : a;
    const struct table_column *x = column_of(l, number), *c = column_of(l, category);
    const struct design_source *s = &l->d->source[category];
    uint32_t n = (uint32_t)dict_size(c->levels), *level = design_level_of_code(c, s);
    struct exact *sum = mem_zero(dict_size(s->levels), sizeof *sum);
    double mean = l->d->source[number].mean;
    for (size_t i = 0; i < l->table->rows; i++) {
        double v = isnan(x->number[i]) ? mean : x->number[i];
        if (weight_of(l, i) > 0)
            exact_add(&sum[level[design_code(c, n, i)]], weight_of(l, i) * v);
    }
    for (uint32_t k = 0; k < dict_size(s->levels); k++) {
        struct design_factor f[2] = {{number, DESIGN_NUMBER, 0}, {category, DESIGN_LEVEL, k}};
        struct design_factor turned[2] = {f[1], f[0]};
        if (k != l->reference[category])
            add_term(l, number_first ? f : turned, 2, exact_value(&sum[k]) / l->weight,
                l->d->source[number].sd);
    }
    mem_free(sum);
    mem_free(level);
}

static void learn_pairs(struct learning *l, uint32_t a, uint32_t b)
{
    const struct table_column *x = column_of(l, a), *y = column_of(l, b);
    const struct design_source *s = &l->d->source[a], *t = &l->d->source[b];
    size_t na = dict_size(s->levels), nb = dict_size(t->levels);
    if (na && nb > PAIRS_MOST / na)
        die("product %.*s*%.*s: %zu x %zu levels are too many", STR_ARG(s->name), STR_ARG(t->name),
            na, nb);
    uint32_t *level_a = design_level_of_code(x, s), *level_b = design_level_of_code(y, t);
    uint32_t codes_a = (uint32_t)dict_size(x->levels), codes_b = (uint32_t)dict_size(y->levels);
    double *weight = mem_zero(na * nb, sizeof *weight);
    for (size_t i = 0; i < l->table->rows; i++)
        if (weight_of(l, i) > 0) {
            uint32_t j = level_a[design_code(x, codes_a, i)];
            weight[j * nb + level_b[design_code(y, codes_b, i)]] += weight_of(l, i);
        }
    for (uint32_t j = 0; j < na; j++)
        for (uint32_t k = 0; k < nb; k++) {
            struct design_factor f[2] = {{a, DESIGN_LEVEL, j}, {b, DESIGN_LEVEL, k}};
            if (weight[j * nb + k] > 0 && j != l->reference[a] && k != l->reference[b])
                add_term(l, f, 2, weight[j * nb + k] / l->weight, 1);
        }
    mem_free(weight);
    mem_free(level_a);
    mem_free(level_b);
}

static long find_plain(
    struct str name, long (*find)(const void *context, struct str name), const void *context)
{
    long at = find(context, name);
    return at >= 0 ? at : find(context, args_plain(name));
}

bool design_product(const char *text, long (*find)(const void *context, struct str name),
    const void *context, size_t column[2])
{
    for (const char *star = strchr(text, '*'); star; star = strchr(star + 1, '*')) {
        long a = find_plain((struct str){text, (size_t)(star - text)}, find, context);
        long b = find_plain(str_of(star + 1), find, context);
        column[0] = (size_t)a;
        column[1] = (size_t)b;
        if (a >= 0 && b >= 0)
            return true;
    }
    return false;
}

static long number_of_source(const void *design, struct str name)
{
    const struct design *d = design;
    size_t i = find_source(d, name);
    return i < d->sources ? (long)i : -1;
}

static void learn_product(struct learning *l, const char *text)
{
    size_t column[2];
    if (!design_product(text, number_of_source, l->d, column))
        die_usage("--interactions %s: not A*B of two columns that are used", text);
    uint32_t a = (uint32_t)column[0], b = (uint32_t)column[1];
    bool number_a = !l->d->source[a].category, number_b = !l->d->source[b].category;
    if (l->options->hash_bits && !(number_a && number_b))
        die_usage("--interactions %s: with --hash-bits, numbers alone have products", text);
    if (a == b && !number_a)
        die_usage("--interactions %s: the square of a category is itself", text);
    for (size_t t = 0; t < l->d->terms; t++) {
        const struct design_factor *f = l->d->term[t].factor;
        if (l->d->term[t].factors == 2 &&
            ((f[0].source == a && f[1].source == b) || (f[0].source == b && f[1].source == a)))
            die_usage("--interactions %s: given twice", text);
    }
    if (number_a && number_b)
        learn_numbers(l, a, b);
    else if (number_a || number_b)
        learn_number_category(l, a, b, number_a);
    else
        learn_pairs(l, a, b);
}

static double sum_of(const double *weight, size_t rows)
{
    struct exact sum = {0};
    if (!weight)
        return (double)rows;
    exact_add_n(&sum, weight, rows);
    return exact_value(&sum);
}

static void learn(struct learning *l)
{
    struct design *d = l->d;
    l->weight = sum_of(l->options->weight, l->table->rows);
    par_for(l->options->jobs, d->sources, count_source, l);
    for (size_t i = 0; i < d->sources; i++)
        learn_source(l, i);
    choose_references(l);
    for (uint32_t i = 0; i < d->sources; i++)
        add_source_terms(l, i);
    for (size_t k = 0; k < l->options->product_n; k++)
        learn_product(l, l->options->product[k]);
}

struct design *design_learn(const struct table *table, const size_t *columns, size_t n,
    const struct design_options *options)
{
    struct design *d = mem_zero(1, sizeof *d);
    struct learning l = {.table = table, .columns = columns, .options = options, .d = d};
    d->sources = n;
    d->source = mem_zero(n, sizeof *d->source);
    l.spread = mem_zero(n, sizeof *l.spread);
    l.count = mem_zero(n, sizeof *l.count);
    l.level_weight = mem_zero(n, sizeof *l.level_weight);
    l.reference = mem_zero(n, sizeof *l.reference);
    learn(&l);
    size_t bad;
    d->named = d->terms;
    d->hash_bits = options->hash_bits;
    design_index_build(d, &bad);
    if (d->hash_bits)
        learn_buckets(&l);
    for (size_t i = 0; i < n; i++) {
        d->index->source[i].column = columns[i];
        mem_free(l.count[i]);
        mem_free(l.level_weight[i]);
    }
    mem_free(l.spread);
    mem_free(l.count);
    mem_free(l.level_weight);
    mem_free(l.reference);
    return d;
}

void design_free(struct design *d)
{
    design_index_free(d);
    for (size_t i = 0; i < d->sources; i++)
        dict_free(d->source[i].levels);
    mem_free(d->source);
    mem_free(d->cross);
    mem_free(d->term);
    arena_release(&d->arena);
    mem_free(d);
}
