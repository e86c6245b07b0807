/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rank/plain.c */
/* Predictors straight from fields against design_row and linear_predict: the same bits. */
#include "t.h"

#include <stdlib.h>
#include <unistd.h>

#include "cmd/pa-rank/plain.h"
#include "mem.h"
#include "num.h"
#include "rng.h"

enum { MOST = 150, ROWS = 50, CLASSES = 3, COLUMNS = 2 * MOST };

static uint64_t seed;

static char path[] = "/tmp/pa-plain.XXXXXX";

static void put_name(struct model_out *out, char kind, size_t i)
{
    struct buf name = {0};
    buf_print(&name, "%c%zu", kind, i);
    model_text(out, buf_view(&name));
    buf_release(&name);
}

static bool has_missing(size_t i)
{
    return rng_below(seed, 121, i, 0, 2);
}

static void put_term(struct model_out *out, size_t i, bool missing)
{
    model_key(out, "term");
    put_name(out, missing ? 'm' : 't', i);
    model_int(out, 0);
    model_int(out, 1);
    model_text(out, str_of(missing ? "missing" : "number"));
    model_int(out, (int64_t)i);
    model_int(out, 0);
}

static void put_weight(struct model_out *out, size_t class, size_t i, bool missing)
{
    model_key(out, "weight");
    put_name(out, 'c', class);
    put_name(out, missing ? 'm' : 't', i);
    model_number(out, rng_normal(seed, 122, i + MOST * class, missing));
}

/* A random model of numbers, some of which may be missing. */
static struct linear *model(size_t sources, size_t outputs)
{
    struct model_out *out = model_create(path, "pa-train", outputs > 1 ? "softmax" : "logistic");
    size_t first = outputs == 1; /* the class of the first output */
    model_key(out, "label");
    model_text(out, str_of("y"));
    for (size_t k = 0; k < outputs + first; k++) {
        model_key(out, "class");
        put_name(out, 'c', k);
    }
    for (size_t i = 0; i < sources; i++) {
        model_key(out, "source");
        put_name(out, 's', i);
        model_text(out, str_of("feature"));
        model_text(out, str_of("number"));
        model_int(out, 0);
        model_number(out, rng_normal(seed, 120, i, 0));
        model_int(out, 1);
    }
    for (size_t i = 0; i < sources; i++) {
        put_term(out, i, false);
        if (has_missing(i))
            put_term(out, i, true);
    }
    for (size_t k = 0; k < outputs; k++) {
        model_key(out, "intercept");
        put_name(out, 'c', k + first);
        model_number(out, rng_normal(seed, 123, k, 0));
    }
    for (size_t k = 0; k < outputs; k++)
        for (size_t i = 0; i < sources; i++) {
            put_weight(out, k + first, i, false);
            if (has_missing(i))
                put_weight(out, k + first, i, true);
        }
    model_publish(out);
    return linear_read(path);
}

/* Rows have twice the columns, those of the model from the last to the first. */
static size_t differences(size_t sources, size_t outputs)
{
    static char digits[COLUMNS][NUM_WIDTH];
    struct linear *m = model(sources, outputs);
    struct design_entry *entry = mem_alloc(design_active_max(m->design), sizeof *entry);
    struct str text[COLUMNS], value[MOST];
    size_t column[MOST], wrong = 0, bad;
    double got[CLASSES], wanted[CLASSES];
    bool lacks;
    for (size_t i = 0; i < sources; i++)
        column[i] = 2 * (sources - 1 - i);
    struct plain *p = plain_new(m, column);
    for (size_t r = 0; r < ROWS && p; r++) {
        for (size_t c = 0; c < 2 * sources; c++)
            text[c] = (struct str){
                digits[c], rng_below(seed, 124, r, (uint32_t)c, 5)
                               ? num_write(rng_normal(seed, 125, r, (uint32_t)c), digits[c])
                               : 0};
        bool any = false;
        for (size_t i = 0; i < sources; i++) {
            value[i] = text[column[i]];
            any = any || !value[i].n;
        }
        long n = design_row(m->design, value, entry, NULL, &bad);
        linear_predict(m, entry, (size_t)n, wanted);
        wrong += n < 0 || !plain_predict(p, text, NULL, got, &lacks) || lacks != any ||
                 memcmp(got, wanted, outputs * sizeof *got) != 0;
    }
    wrong += !p;
    if (p && sources) {
        text[column[0]] = str_of("text");
        wrong += plain_predict(p, text, NULL, got, &lacks);
    }
    plain_free(p);
    linear_free(m);
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
        struct design_term *own = m->design->term;
        size_t terms = m->design->terms;
        m->design->term = (struct design_term *)(uintptr_t)other[i];
        m->design->terms = 2;
        struct plain *p = plain_new(m, column);
        taken += p != NULL;
        plain_free(p);
        m->design->term = own;
        m->design->terms = terms;
        linear_free(m);
    }
    return taken;
}

int main(void)
{
    int fd = mkstemp(path);
    close(fd);
    for (seed = 0; seed < 4; seed++) {
        ok(differences(1, 1) == 0);
        ok(differences(30, 1) == 0);
        ok(differences(MOST, 1) == 0);
        ok(differences(7, CLASSES) == 0);
    }
    ok(differences(0, 1) == 0);
    ok_named(others_taken() == 0, "other models are left alone");
    ok(unlink(path) == 0);
    return done();
}
