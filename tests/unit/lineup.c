/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rank/lineup.c */
/*
 * Scores of ads for requests against scoring each joined row by itself: the same bits, for random
 * models of every kind of term and every way to share their columns out.
 */
#include "t.h"

#include "cmd/pa-rank/lineup.h"
#include "design_index.h"
#include "mem.h"
#include "num.h"
#include "rng.h"

enum { SOURCES = 6, LEVELS = 4, ADS = 17, REQUESTS = 40 };

static uint64_t seed;

static uint64_t draw(uint64_t i, uint32_t j, uint64_t n)
{
    return rng_below(seed, 106, i, j, n);
}

static double weight(uint64_t i)
{
    return rng_uniform(seed, 107, i, 0) * 4 - 2;
}

/* Sources 0-2 are numbers, 3-5 categories of LEVELS levels, "l1" and so on; "" is a level of 5. */
static struct str level(uint64_t k)
{
    static const char *const name[] = {"", "l1", "l2", "l3", "l4"};
    return str_of(name[k]);
}

static struct linear *model(void)
{
    static struct design_source source[SOURCES];
    static struct design_term term[400];
    static double weights[400], intercept[1];
    static struct design d;
    static struct linear m;
    size_t t = 0;
    for (uint32_t i = 0; i < SOURCES; i++) {
        source[i] = (struct design_source){.category = i > 2, .mean = weight(1000 + i)};
        if (i <= 2) {
            term[t++] = (struct design_term){.factors = 1, .factor = {{i, DESIGN_NUMBER, 0}}};
            if (draw(2000 + i, 0, 2))
                term[t++] = (struct design_term){.factors = 1, .factor = {{i, DESIGN_MISSING, 0}}};
            continue;
        }
        source[i].levels = dict_new();
        for (uint32_t k = 0; k < LEVELS; k++) {
            dict_add(source[i].levels, level(i == 5 ? k : k + 1));
            if (k || draw(3000 + i, 0, 2))
                term[t++] = (struct design_term){.factors = 1, .factor = {{i, DESIGN_LEVEL, k}}};
        }
    }
    for (uint32_t a = 0; a < SOURCES; a++)
        for (uint32_t b = 0; b < SOURCES; b++) {
            if (a == b || draw(4000 + a, b, 3))
                continue;
            for (uint32_t k = 0; k < (a > 2 ? LEVELS : 1); k++)
                for (uint32_t l = 0; l < (b > 2 ? LEVELS : 1); l++)
                    if (!(a > 2 && b > 2) || draw(5000 + a * LEVELS + k, b * LEVELS + l, 3))
                        term[t++] = (struct design_term){.factors = 2,
                            .factor = {{a, a > 2 ? DESIGN_LEVEL : DESIGN_NUMBER, k},
                                {b, b > 2 ? DESIGN_LEVEL : DESIGN_NUMBER, l}}};
        }
    for (size_t i = 0; i < t; i++)
        weights[i] = weight(i);
    intercept[0] = weight(6000);
    d = (struct design){.source = source, .sources = SOURCES, .term = term, .terms = t};
    m = (struct linear){
        .design = &d, .classes = 2, .outputs = 1, .intercept = intercept, .weight = weights};
    return &m;
}

/* A random value of a source; numbers live in text[] until the next call with the same slot. */
static struct str value(uint32_t source, uint64_t i, char *text)
{
    uint64_t k = draw(10000 + i, source, 7);
    if (source > 2)
        return k > 4 ? str_of("unseen") : level(k);
    if (k == 0)
        return (struct str){0};
    return (struct str){text, num_write(rng_normal(seed, 108, i, source), text)};
}

static void model_free_levels(struct linear *m)
{
    for (size_t i = 0; i < SOURCES; i++)
        dict_free(m->design->source[i].levels);
}

static size_t differences(const struct linear *m)
{
    static char text[ADS + REQUESTS][SOURCES][NUM_WIDTH];
    static struct str ad[ADS * SOURCES], request[SOURCES], joined[SOURCES];
    bool of_ad[SOURCES];
    double eta[ADS], alone;
    size_t bad, wrong = 0;
    uint64_t unseen[SOURCES] = {0}, expected[SOURCES] = {0};
    struct design_entry *entry = mem_alloc(design_active_max(m->design), sizeof *entry);
    for (uint32_t i = 0; i < SOURCES; i++)
        of_ad[i] = draw(7000, i, 2);
    for (size_t a = 0; a < ADS; a++)
        for (uint32_t i = 0; i < SOURCES; i++)
            ad[a * SOURCES + i] = value(i, a, text[a][i]);
    struct lineup *l = lineup_new(m, of_ad, ad, ADS, &bad);
    for (size_t r = 0; r < REQUESTS; r++) {
        for (uint32_t i = 0; i < SOURCES; i++)
            request[i] = value(i, ADS + r, text[ADS + r][i]);
        wrong += !lineup_score(l, request, eta, unseen, &bad);
        for (size_t a = 0; a < ADS; a++) {
            for (size_t i = 0; i < SOURCES; i++)
                joined[i] = of_ad[i] ? ad[a * SOURCES + i] : request[i];
            long n = design_row(m->design, joined, entry, a ? NULL : expected, &bad);
            linear_predict(m, entry, (size_t)n, &alone);
            wrong += n < 0 || eta[a] != alone;
        }
    }
    for (size_t i = 0; i < SOURCES; i++)
        wrong += !of_ad[i] && unseen[i] != expected[i];
    mem_free(entry);
    lineup_free(l);
    return wrong;
}

int main(void)
{
    size_t wrong = 0;
    for (seed = 1; seed <= 100; seed++) {
        struct linear *m = model();
        size_t bad;
        wrong += !design_index_build(m->design, &bad);
        wrong += differences(m);
        design_index_free(m->design);
        model_free_levels(m);
    }
    ok_named(wrong == 0, "100 random models: every ad of every request as by itself");
    return done();
}
