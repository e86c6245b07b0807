/* SPDX-License-Identifier: MIT */
/* design, the part that serves a model once it is learnt: files, and rows as text. */
#include <math.h>
#include <string.h>

#include "design.h"
#include "design_index.h"
#include "num.h"
#include "role.h"

/* ---- the index ---- */

static uint32_t *no_terms(size_t n)
{
    uint32_t *term = mem_alloc(n, sizeof *term);
    for (size_t i = 0; i < n; i++)
        term[i] = DESIGN_NO_TERM;
    return term;
}

static bool factor_fits(const struct design *d, struct design_factor f)
{
    if (f.source >= d->sources || f.kind == DESIGN_BUCKET)
        return false;
    const struct design_source *s = &d->source[f.source];
    if (f.kind != DESIGN_LEVEL)
        return !s->category;
    return s->category && f.level < dict_size(s->levels);
}

/* Put a term where nothing stands yet. */
static bool settle(uint32_t *place, uint32_t term)
{
    bool empty = *place == DESIGN_NO_TERM;
    *place = term;
    return empty;
}

static bool index_single(struct design *d, uint32_t term)
{
    struct design_factor f = d->term[term].factor[0];
    struct design_source_index *s = &d->index->source[f.source];
    uint32_t *place = f.kind == DESIGN_NUMBER    ? &s->number
                      : f.kind == DESIGN_MISSING ? &s->missing
                                                 : &s->level[f.level];
    return settle(place, term);
}

static struct design_product *product_of(struct design *d, uint32_t a, uint32_t b)
{
    struct design_index *x = d->index;
    if (x->products) {
        struct design_product *last = &x->product[x->products - 1];
        if (last->a == a && last->b == b)
            return last;
    }
    x->product = mem_grow(x->product, &x->cap, x->products + 1, sizeof *x->product);
    struct design_product *p = &x->product[x->products++];
    *p = (struct design_product){.a = a, .b = b, .number = DESIGN_NO_TERM};
    bool category_a = d->source[a].category, category_b = d->source[b].category;
    if (category_a != category_b)
        p->level = no_terms(dict_size(d->source[category_a ? a : b].levels));
    return p;
}

static bool index_product(struct design *d, uint32_t term)
{
    const struct design_factor *f = d->term[term].factor;
    if (f[0].kind == DESIGN_MISSING || f[1].kind == DESIGN_MISSING)
        return false;
    struct design_product *p = product_of(d, f[0].source, f[1].source);
    if (f[0].kind == DESIGN_NUMBER && f[1].kind == DESIGN_NUMBER)
        return settle(&p->number, term);
    if (f[0].kind == DESIGN_NUMBER || f[1].kind == DESIGN_NUMBER)
        return settle(&p->level[f[f[0].kind == DESIGN_NUMBER].level], term);
    size_t nb = dict_size(d->source[f[1].source].levels);
    struct design_pair pair = {(uint64_t)f[0].level * nb + f[1].level, term};
    if (p->pairs && p->pair[p->pairs - 1].key >= pair.key)
        return false;
    p->pair = mem_grow(p->pair, &p->cap, p->pairs + 1, sizeof *p->pair);
    p->pair[p->pairs++] = pair;
    return true;
}

bool design_index_build(struct design *d, size_t *bad)
{
    d->index = mem_zero(1, sizeof *d->index);
    d->index->source = mem_zero(d->sources, sizeof *d->index->source);
    for (size_t i = 0; i < d->sources; i++) {
        struct design_source_index *s = &d->index->source[i];
        s->number = s->missing = DESIGN_NO_TERM;
        s->level = d->source[i].category ? no_terms(dict_size(d->source[i].levels)) : NULL;
    }
    for (uint32_t t = 0; t < d->named; t++) {
        const struct design_term *term = &d->term[t];
        bool fits = true;
        for (uint8_t k = 0; k < term->factors; k++)
            fits = fits && factor_fits(d, term->factor[k]);
        *bad = t;
        if (!fits || !(term->factors == 1 ? index_single(d, t) : index_product(d, t)))
            return false;
    }
    return true;
}

void design_index_free(struct design *d)
{
    struct design_index *x = d->index;
    for (size_t i = 0; i < d->sources; i++)
        mem_free(x->source[i].level);
    for (size_t i = 0; i < x->products; i++) {
        mem_free(x->product[i].level);
        mem_free(x->product[i].pair);
    }
    mem_free(x->source);
    mem_free(x->product);
    mem_free(x->bucket);
    mem_free(x);
}

uint32_t design_pair_term(const struct design_product *p, uint64_t key)
{
    size_t low = 0, high = p->pairs;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->pair[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->pairs && p->pair[low].key == key ? p->pair[low].term : DESIGN_NO_TERM;
}

/* ---- names ---- */

void design_name(
    struct buf *out, const struct design *d, const struct design_factor *factor, size_t factors)
{
    for (size_t i = 0; i < factors; i++) {
        const struct design_source *s = &d->source[factor[i].source];
        if (i)
            buf_char(out, '*');
        buf_str(out, s->name);
        if (factor[i].kind != DESIGN_NUMBER)
            buf_char(out, '=');
        if (factor[i].kind == DESIGN_LEVEL)
            buf_str(out, dict_key(s->levels, factor[i].level));
    }
}

/* ---- buckets ---- */

uint32_t design_cross_seed(struct str a, struct str b)
{
    struct buf name = {0};
    buf_str(&name, a);
    buf_char(&name, '*');
    buf_str(&name, b);
    uint32_t seed = table_seed(buf_view(&name));
    buf_release(&name);
    return seed;
}

uint32_t design_cross_term(
    const struct design *d, const struct design_cross *c, struct str a, struct str b)
{
    uint32_t joined = d->source[c->a].hashed ? table_join(c->seed, a) : c->seed;
    joined = d->source[c->b].hashed ? table_join(joined, b) : joined;
    return d->index->bucket[table_bucket_of(joined, d->hash_bits)];
}

uint32_t design_bucket_term(const struct design *d, size_t source, struct str level)
{
    return d->index->bucket[table_bucket(d->source[source].seed, level, d->hash_bits)];
}

void design_add_buckets(struct design *d, const uint32_t *bucket, size_t n)
{
    struct buf name = {0};
    d->term = mem_resize(d->term, d->named + n, sizeof *d->term);
    d->index->bucket = no_terms((size_t)1 << d->hash_bits);
    for (size_t k = 0; k < n; k++) {
        buf_clear(&name);
        buf_char(&name, '#');
        num_put_int(&name, bucket[k]);
        d->index->bucket[bucket[k]] = (uint32_t)d->terms;
        d->term[d->terms++] =
            (struct design_term){.name = {arena_text(&d->arena, name.p, name.n), name.n},
                .factor = {{0, DESIGN_BUCKET, bucket[k]}},
                .factors = 1,
                .scale = 1};
    }
    buf_release(&name);
}

/* ---- files ---- */

static const char *const kind_names[] = {"number", "missing", "level"};

static void write_source(const struct design_source *s, struct model_out *out)
{
    model_key(out, "source");
    model_text(out, s->name);
    model_text(out, str_of(role_name(role_of(s->name))));
    model_text(out, str_of(s->hashed ? "hashed" : s->category ? "category" : "number"));
    model_number(out, s->share_missing);
    if (s->category && s->rare)
        model_int(out, (int64_t)s->rare);
    if (!s->category) {
        model_number(out, s->mean);
        model_number(out, s->sd);
    }
    for (uint32_t k = 0; s->category && k < dict_size(s->levels); k++) {
        model_key(out, "level");
        model_text(out, dict_key(s->levels, k));
    }
}

void design_write(const struct design *d, struct model_out *out)
{
    if (d->hash_bits) {
        model_key(out, "hash_bits");
        model_int(out, d->hash_bits);
    }
    for (size_t i = 0; i < d->sources; i++)
        write_source(&d->source[i], out);
    for (size_t i = 0; i < d->crosses; i++) {
        model_key(out, "cross");
        model_int(out, d->cross[i].a);
        model_int(out, d->cross[i].b);
    }
    for (size_t t = 0; t < d->named; t++) {
        const struct design_term *term = &d->term[t];
        model_key(out, "term");
        model_text(out, term->name);
        model_number(out, term->mean);
        model_number(out, term->scale);
        for (uint8_t k = 0; k < term->factors; k++) {
            model_text(out, str_of(kind_names[term->factor[k].kind]));
            model_int(out, term->factor[k].source);
            model_int(out, term->factor[k].level);
        }
    }
}

static struct str kept(struct design *d, struct str s)
{
    return (struct str){arena_text(&d->arena, s.p, s.n), s.n};
}

static void read_levels(struct model_in *in, struct design_source *s)
{
    struct model_line line;
    s->levels = dict_new();
    while (model_peek(in, "level")) {
        model_expect(in, "level", 1, &line);
        size_t n = dict_size(s->levels);
        if (dict_add(s->levels, line.field[1]) != n)
            model_die(in, &line, "this level comes twice");
    }
}

static void read_source(struct model_in *in, struct design *d, size_t *cap)
{
    struct model_line line;
    model_expect(in, "source", 4, &line);
    d->source = mem_grow(d->source, cap, d->sources + 1, sizeof *d->source);
    struct design_source *s = &d->source[d->sources++];
    *s = (struct design_source){.name = kept(d, line.field[1])};
    s->hashed = d->hash_bits && str_is(line.field[3], "hashed");
    s->seed = table_seed(s->name);
    s->category = s->hashed || str_is(line.field[3], "category");
    s->share_missing = model_get_number(in, &line, 4);
    if (!s->category && (!str_is(line.field[3], "number") || line.n != 7))
        model_die(in, &line, "a source is a category, or a number with mean and sd");
    if (s->hashed) {
        s->levels = dict_new();
    } else if (s->category) {
        s->rare = line.n > 5 ? (uint64_t)model_get_int(in, &line, 5, 2, INT64_MAX) : 0;
        read_levels(in, s);
        s->other = dict_find(s->levels, str_of("other"));
        if (s->rare && s->other == DICT_NONE)
            model_die(in, &line, "rare levels count as other, but that is no level");
    } else {
        s->mean = model_get_number(in, &line, 5);
        s->sd = model_get_number(in, &line, 6);
    }
}

static void read_cross(struct model_in *in, struct design *d, size_t *cap)
{
    struct model_line line;
    int64_t last = (int64_t)d->sources - 1;
    model_expect(in, "cross", 2, &line);
    d->cross = mem_grow(d->cross, cap, d->crosses + 1, sizeof *d->cross);
    struct design_cross *c = &d->cross[d->crosses++];
    c->a = (uint32_t)model_get_int(in, &line, 1, 0, last);
    c->b = (uint32_t)model_get_int(in, &line, 2, 0, last);
    const struct design_source *a = &d->source[c->a], *b = &d->source[c->b];
    if ((a->category && !a->hashed) || (b->category && !b->hashed) || !(a->hashed || b->hashed))
        model_die(in, &line, "a cross has a source that is hashed, and another one or a number");
    c->seed = design_cross_seed(a->name, b->name);
}

static struct design_factor read_factor(
    struct model_in *in, const struct model_line *line, size_t at)
{
    size_t kind = 0;
    while (kind < 3 && !str_is(line->field[at], kind_names[kind]))
        kind++;
    if (kind == 3)
        model_die(in, line, "a factor is a number, missing, or a level");
    return (struct design_factor){
        .source = (uint32_t)model_get_int(in, line, at + 1, 0, UINT32_MAX - 1),
        .kind = (enum design_kind)kind,
        .level = (uint32_t)model_get_int(in, line, at + 2, 0, UINT32_MAX - 1)};
}

static struct model_line read_term(struct model_in *in, struct design *d, size_t *cap)
{
    struct model_line line;
    model_expect(in, "term", 6, &line);
    if (line.n != 7 && line.n != 10)
        model_die(in, &line, "a term has one factor or two");
    d->term = mem_grow(d->term, cap, d->terms + 1, sizeof *d->term);
    struct design_term *t = &d->term[d->terms++];
    *t = (struct design_term){.name = kept(d, line.field[1])};
    t->mean = model_get_number(in, &line, 2);
    t->scale = model_get_number(in, &line, 3);
    for (size_t at = 4; at < line.n; at += 3)
        t->factor[t->factors++] = read_factor(in, &line, at);
    return line;
}

struct design *design_read(struct model_in *in)
{
    struct design *d = mem_zero(1, sizeof *d);
    struct model_line *line = NULL, bits;
    size_t sources = 0, crosses = 0, terms = 0, lines = 0, bad;
    if (model_peek(in, "hash_bits")) {
        model_expect(in, "hash_bits", 1, &bits);
        d->hash_bits = (unsigned)model_get_int(in, &bits, 1, 1, DESIGN_BITS_MOST);
    }
    while (model_peek(in, "source"))
        read_source(in, d, &sources);
    while (model_peek(in, "cross"))
        read_cross(in, d, &crosses);
    while (model_peek(in, "term")) {
        size_t at = d->terms;
        line = mem_grow(line, &lines, at + 1, sizeof *line);
        line[at] = read_term(in, d, &terms);
    }
    d->named = d->terms;
    if (!design_index_build(d, &bad))
        model_die(in, &line[bad], "this term does not belong to the sources");
    mem_free(line);
    return d;
}

/* ---- rows ---- */

uint32_t design_level(const struct design_source *s, struct str text, uint64_t *unseen)
{
    uint32_t level = dict_find(s->levels, text);
    if (level != DICT_NONE)
        return level;
    if (unseen)
        ++*unseen;
    return s->rare ? s->other : DICT_NONE;
}

/* The last d->sources entries serve as scratch: the level (or DICT_NONE) and value of sources. */
size_t design_active_max(const struct design *d)
{
    return 3 * d->sources + d->index->products + d->crosses;
}

static size_t put(
    struct design_entry *entry, size_t n, uint32_t term, uint32_t source, double value)
{
    if (term == DESIGN_NO_TERM)
        return n;
    entry[n] = (struct design_entry){term, source, value};
    return n + 1;
}

static size_t row_hashed(const struct design *d, uint32_t i, struct str value,
    struct design_entry *entry, size_t n, uint64_t *unseen)
{
    uint32_t term = design_bucket_term(d, i, value);
    if (term == DESIGN_NO_TERM && unseen)
        unseen[i]++;
    return put(entry, n, term, i, 1);
}

static size_t row_category(const struct design *d, uint32_t i, struct str value,
    struct design_entry *entry, size_t n, struct design_entry *scratch, uint64_t *unseen)
{
    if (d->source[i].hashed)
        return row_hashed(d, i, value, entry, n, unseen);
    uint32_t level = design_level(&d->source[i], value, unseen ? &unseen[i] : NULL);
    scratch->term = level;
    return level == DICT_NONE ? n : put(entry, n, d->index->source[i].level[level], i, 1);
}

static size_t row_product(const struct design *d, const struct design_product *p,
    const struct design_entry *scratch, struct design_entry *entry, size_t n)
{
    const struct design_entry *a = &scratch[p->a], *b = &scratch[p->b];
    bool category_a = d->source[p->a].category, category_b = d->source[p->b].category;
    if (!category_a && !category_b)
        return put(entry, n, p->number, p->a, a->value * b->value);
    if ((category_a && a->term == DICT_NONE) || (category_b && b->term == DICT_NONE))
        return n;
    if (category_a && category_b) {
        uint64_t key = (uint64_t)a->term * dict_size(d->source[p->b].levels) + b->term;
        return put(entry, n, design_pair_term(p, key), p->a, 1);
    }
    return put(
        entry, n, p->level[category_a ? a->term : b->term], p->a, category_a ? b->value : a->value);
}

static size_t row_cross(const struct design *d, const struct design_cross *c,
    const struct str *value, const struct design_entry *scratch, struct design_entry *entry,
    size_t n)
{
    double x = (d->source[c->a].hashed ? 1 : scratch[c->a].value) *
               (d->source[c->b].hashed ? 1 : scratch[c->b].value);
    return x == 0 ? n : put(entry, n, design_cross_term(d, c, value[c->a], value[c->b]), c->a, x);
}

long design_row(const struct design *d, const struct str *value, struct design_entry *entry,
    uint64_t *unseen, size_t *bad)
{
    struct design_entry *scratch = entry + design_active_max(d) - d->sources;
    size_t n = 0;
    for (uint32_t i = 0; i < d->sources; i++) {
        const struct design_source_index *s = &d->index->source[i];
        if (d->source[i].category) {
            n = row_category(d, i, value[i], entry, n, &scratch[i], unseen);
            continue;
        }
        scratch[i].value = d->source[i].mean;
        if (value[i].n && num_double(value[i], &scratch[i].value) != NUM_OK) {
            *bad = i;
            return -1;
        }
        n = put(entry, n, s->number, i, scratch[i].value);
        if (!value[i].n)
            n = put(entry, n, s->missing, i, 1);
    }
    for (size_t k = 0; k < d->index->products; k++)
        n = row_product(d, &d->index->product[k], scratch, entry, n);
    for (size_t k = 0; k < d->crosses; k++)
        n = row_cross(d, &d->cross[k], value, scratch, entry, n);
    return (long)n;
}
