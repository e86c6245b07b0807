/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rank/plain.c */
/* Predictors straight from fields against design_row and linear_predict: the same bits. */
#include "t.h"

#include "cmd/pa-rank/plain.h"
#include "design_index.h"
#include "mem.h"
#include "num.h"
#include "rng.h"

enum { MOST = 150, ROWS = 50, CLASSES = 3, COLUMNS = 2 * MOST };

static uint64_t seed;

static struct linear *model(size_t sources, size_t outputs)
{
    static struct design_source source[MOST];
    static struct design_term term[2 * MOST];
    static double weight[2 * MOST * CLASSES], intercept[CLASSES];
    static struct design d;
    static struct linear m;
    size_t t = 0;
    for (uint32_t i = 0; i < sources; i++) {
        source[i] = (struct design_source){.mean = rng_normal(seed, 120, i, 0)};
        term[t++] = (struct design_term){.factors = 1, .factor = {{i, DESIGN_NUMBER, 0}}};
        if (rng_below(seed, 121, i, 0, 2))
            term[t++] = (struct design_term){.factors = 1, .factor = {{i, DESIGN_MISSING, 0}}};
    }
    for (size_t i = 0; i < t * outputs; i++)
        weight[i] = rng_normal(seed, 122, i, 0);
    for (size_t k = 0; k < outputs; k++)
        intercept[k] = rng_normal(seed, 123, k, 0);
    d = (struct design){.source = source, .sources = sources, .term = term, .terms = t};
    m = (struct linear){.design = &d, .outputs = outputs, .intercept = intercept, .weight = weight};
    return &m;
}

/* Rows have twice the columns, those of the model from the last to the first. */
static size_t differences(size_t sources, size_t outputs)
{
    static char digits[COLUMNS][NUM_WIDTH];
    struct linear *m = model(sources, outputs);
    struct design_entry *entry = mem_alloc(3 * sources + 1, sizeof *entry);
    struct str text[COLUMNS], value[MOST];
    size_t column[MOST], wrong = 0, bad;
    double got[CLASSES], wanted[CLASSES];
    bool sound = design_index_build(m->design, &bad);
    for (size_t i = 0; i < sources; i++)
        column[i] = 2 * (sources - 1 - i);
    struct plain *p = plain_new(m, column);
    for (size_t r = 0; r < ROWS && sound && p; r++) {
        for (size_t c = 0; c < 2 * sources; c++)
            text[c] = (struct str){
                digits[c], rng_below(seed, 124, r, (uint32_t)c, 5)
                               ? num_write(rng_normal(seed, 125, r, (uint32_t)c), digits[c])
                               : 0};
        for (size_t i = 0; i < sources; i++)
            value[i] = text[column[i]];
        long n = design_row(m->design, value, entry, NULL, &bad);
        linear_predict(m, entry, (size_t)n, wanted);
        wrong += n < 0 || !plain_predict(p, text, NULL, got) ||
                 memcmp(got, wanted, outputs * sizeof *got) != 0;
    }
    wrong += !sound || !p;
    if (sources) {
        text[column[0]] = str_of("text");
        wrong += plain_predict(p, text, NULL, got);
    }
    plain_free(p);
    design_index_free(m->design);
    mem_free(entry);
    return wrong;
}

/* A product, a level, a source without a term, terms in another order. */
static size_t others_taken(void)
{
    static const size_t column[2];
    static const struct design_term other[][2] = {
        {{.factors = 1}, {.factors = 2, .factor = {{0, DESIGN_NUMBER, 0}, {1, DESIGN_NUMBER, 0}}}},
        {{.factors = 1}, {.factors = 1, .factor = {{1, DESIGN_LEVEL, 0}}}},
        {{.factors = 1}, {.factors = 1, .factor = {{0, DESIGN_MISSING, 0}}}},
        {{.factors = 1, .factor = {{1, DESIGN_NUMBER, 0}}}, {.factors = 1}},
        {{.factors = 1}, {.factors = 1, .factor = {{1, DESIGN_MISSING, 0}}}},
    };
    size_t taken = 0;
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct linear *m = model(2, 1);
        memcpy(m->design->term, other[i], sizeof other[i]);
        m->design->terms = 2;
        struct plain *p = plain_new(m, column);
        taken += p != NULL;
        plain_free(p);
    }
    return taken;
}

int main(void)
{
    for (seed = 0; seed < 4; seed++) {
        ok(differences(1, 1) == 0);
        ok(differences(30, 1) == 0);
        ok(differences(MOST, 1) == 0);
        ok(differences(7, CLASSES) == 0);
    }
    ok(differences(0, 1) == 0);
    ok_named(others_taken() == 0, "other models are left alone");
    return done();
}
