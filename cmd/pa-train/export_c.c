/* SPDX-License-Identifier: MIT */
/*
 * export, the C source.  Column i is read once, into x_i or its level l_i (-1: none); then each
 * source and product adds its terms.  A term without a place in a table has weight 0.
 */
#include <string.h>

#include "export.h"
#include "mem.h"
#include "num.h"

static void put_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
            buf_print(out, "\\%03o", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

/* What may stand in a comment. */
static void put_plain(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        buf_char(out,
            c < ' ' || c > '~' || c == '*' || c == '/' || c == '\\' || c == '?' ? '_' : (char)c);
    }
}

/* A constant of the type double, whatever it looks like. */
static void put_number(struct buf *out, double x)
{
    size_t from = out->n;
    num_put(out, x);
    for (size_t i = from; i < out->n; i++)
        if (out->p[i] == '.' || out->p[i] == 'e')
            return;
    buf_text(out, ".0");
}

/* {w of output 0, w of output 1, ...}; term at or beyond the last: zeros. */
static void put_weights(struct buf *out, const struct linear *m, size_t term)
{
    buf_char(out, '{');
    for (size_t k = 0; k < m->outputs; k++) {
        buf_text(out, k ? ", " : "");
        put_number(out, term < m->design->terms ? m->weight[k * m->design->terms + term] : 0);
    }
    buf_char(out, '}');
}

/* Has the source a term?  A category of one level may have none. */
static bool is_used(const struct design *d, size_t source)
{
    for (size_t t = 0; t < d->terms; t++)
        for (uint8_t f = 0; f < d->term[t].factors; f++)
            if (d->term[t].factor[f].source == source)
                return true;
    return false;
}

/* ---- tables ---- */

static void put_levels(struct buf *out, const struct design_source *s, size_t i)
{
    size_t n = dict_size(s->levels);
    buf_print(out, "static const char *const level_%zu[] = {", i);
    for (uint32_t k = 0; k < n; k++) {
        buf_text(out, k ? ",\n    " : "\n    ");
        put_string(out, dict_key(s->levels, k));
    }
    buf_text(out, "};\n");
}

/* Terms led by one category, or of one number and one category: weights by level. */
static void put_level_weights(struct buf *out, const struct linear *m, size_t first, size_t last)
{
    const struct design *d = m->design;
    const struct design_term *t = &d->term[first];
    uint8_t at = t->factors == 2 && t->factor[1].kind == DESIGN_LEVEL;
    size_t levels = dict_size(d->source[t->factor[at].source].levels), next = first;
    buf_print(out, "static const double weight_%zu[][OUTPUTS] = {", first);
    for (uint32_t k = 0; k < levels; k++) {
        bool here = next < last && d->term[next].factor[at].level == k;
        buf_text(out, k ? ",\n    " : "\n    ");
        put_weights(out, m, here ? next++ : d->terms);
    }
    buf_text(out, "};\n");
}

/* Pairs of levels, ascending. */
static void put_pair_weights(struct buf *out, const struct linear *m, size_t first, size_t last)
{
    const struct design *d = m->design;
    buf_print(out, "static const int pair_%zu[][2] = {", first);
    for (size_t t = first; t < last; t++)
        buf_print(out, "%s{%u, %u}", t > first ? ",\n    " : "\n    ", d->term[t].factor[0].level,
            d->term[t].factor[1].level);
    buf_print(out, "};\nstatic const double weight_%zu[][OUTPUTS] = {", first);
    for (size_t t = first; t < last; t++) {
        buf_text(out, t > first ? ",\n    " : "\n    ");
        put_weights(out, m, t);
    }
    buf_text(out, "};\n");
}

static void put_single_weight(struct buf *out, const struct linear *m, size_t t)
{
    buf_print(out, "static const double weight_%zu[OUTPUTS] = ", t);
    put_weights(out, m, t);
    buf_text(out, ";\n");
}

/* How the terms from first on are stored: alone, by level, or by pair of levels; *last: the end of
 * those that go together. */
enum shape { ALONE, BY_LEVEL, BY_PAIR };

static bool same_columns(const struct design_term *a, const struct design_term *b)
{
    for (uint8_t f = 0; f < a->factors; f++)
        if (a->factors != b->factors || a->factor[f].source != b->factor[f].source ||
            a->factor[f].kind != b->factor[f].kind)
            return false;
    return a->factors == b->factors;
}

static enum shape shape_of(const struct design *d, size_t first, size_t *last)
{
    const struct design_term *t = &d->term[first];
    int levels = 0;
    for (uint8_t f = 0; f < t->factors; f++)
        levels += t->factor[f].kind == DESIGN_LEVEL;
    *last = first + 1;
    while (levels && *last < d->terms && same_columns(t, &d->term[*last]))
        ++*last;
    return levels == 2 ? BY_PAIR : levels ? BY_LEVEL : ALONE;
}

static void put_tables(struct buf *out, const struct linear *m)
{
    const struct design *d = m->design;
    for (size_t i = 0; i < d->sources; i++)
        if (d->source[i].category && is_used(d, i))
            put_levels(out, &d->source[i], i);
    for (size_t t = 0, last; t < d->terms; t = last) {
        enum shape shape = shape_of(d, t, &last);
        if (shape == ALONE)
            put_single_weight(out, m, t);
        else if (shape == BY_LEVEL)
            put_level_weights(out, m, t, last);
        else
            put_pair_weights(out, m, t, last);
    }
    buf_text(out, "static const double intercept[OUTPUTS] = ");
    buf_char(out, '{');
    for (size_t k = 0; k < m->outputs; k++) {
        buf_text(out, k ? ", " : "");
        put_number(out, m->intercept[k]);
    }
    buf_text(out, "};\n\n");
}

/* ---- code ---- */

static void put_helpers(struct buf *out, const struct design *d)
{
    bool numbers = false, categories = false, pairs = false;
    for (size_t i = 0; i < d->sources; i++) {
        categories = categories || (d->source[i].category && is_used(d, i));
        numbers = numbers || !d->source[i].category;
    }
    for (size_t t = 0, last; t < d->terms; t = last)
        pairs = shape_of(d, t, &last) == BY_PAIR || pairs;
    if (numbers)
        buf_text(out, "/* NAN when the text is not a number that can be held. */\n"
                      "static double number(const char *text, double missing)\n{\n"
                      "    char *end;\n    if (!text || !*text)\n        return missing;\n"
                      "    if (text[strspn(text, \"+-.0123456789Ee\")])\n        return NAN;\n"
                      "    double x = strtod(text, &end);\n"
                      "    return *end || isinf(x) ? NAN : x;\n}\n\n");
    if (categories)
        buf_text(out,
            "/* The number of a level; other when it is none. */\n"
            "static int find(const char *const *level, int n, int other, const char *text)\n"
            "{\n"
            "    int low = 0, high = n;\n    if (!text)\n        text = \"\";\n"
            "    while (low < high) {\n        int middle = low + (high - low) / 2;\n"
            "        int order = strcmp(level[middle], text);\n"
            "        if (order == 0)\n            return middle;\n"
            "        if (order < 0)\n            low = middle + 1;\n"
            "        else\n            high = middle;\n    }\n    return other;\n}\n\n");
    if (pairs)
        buf_text(out, "/* The number of a pair of levels, -1 when it is none. */\n"
                      "static int find_pair(const int (*pair)[2], int n, int a, int b)\n{\n"
                      "    int low = 0, high = n;\n    while (low < high) {\n"
                      "        int middle = low + (high - low) / 2;\n"
                      "        const int *p = pair[middle];\n"
                      "        if (p[0] == a && p[1] == b)\n            return middle;\n"
                      "        if (p[0] < a || (p[0] == a && p[1] < b))\n"
                      "            low = middle + 1;\n        else\n            high = middle;\n"
                      "    }\n    return -1;\n}\n\n");
    if (d->terms)
        buf_text(out,
            "static void add(double eta[OUTPUTS], const double *weight, double x)\n{\n"
            "    for (int k = 0; k < OUTPUTS; k++)\n        eta[k] += weight[k] * x;\n}\n\n");
}

static void put_reading(struct buf *out, const struct design *d)
{
    for (size_t i = 0; i < d->sources; i++) {
        const struct design_source *s = &d->source[i];
        if (!is_used(d, i))
            continue;
        if (s->category) {
            buf_print(out, "    int l%zu = find(level_%zu, %zu, %d, value[%zu]);\n", i, i,
                dict_size(s->levels), s->rare ? (int)s->other : -1, i);
            continue;
        }
        buf_print(out, "    double x%zu = number(value[%zu], ", i, i);
        put_number(out, s->mean);
        buf_text(out, ");\n");
    }
}

static void put_addition(struct buf *out, const struct design *d, size_t t)
{
    const struct design_term *term = &d->term[t];
    size_t last, a = term->factor[0].source, b = term->factor[1].source;
    switch (shape_of(d, t, &last)) {
    case ALONE:
        if (term->factor[0].kind == DESIGN_MISSING)
            buf_print(out,
                "    if (!value[%zu] || !*value[%zu])\n        add(eta, weight_%zu, 1);\n", a, a,
                t);
        else if (term->factors == 1)
            buf_print(out, "    add(eta, weight_%zu, x%zu);\n", t, a);
        else
            buf_print(out, "    add(eta, weight_%zu, x%zu * x%zu);\n", t, a, b);
        return;
    case BY_PAIR:
        buf_print(out,
            "    int p%zu = find_pair(pair_%zu, %zu, l%zu, l%zu);\n    if (p%zu >= 0)\n"
            "        add(eta, weight_%zu[p%zu], 1);\n",
            t, t, last - t, a, b, t, t, t);
        return;
    case BY_LEVEL:
        if (term->factors == 1)
            buf_print(out, "    if (l%zu >= 0)\n        add(eta, weight_%zu[l%zu], 1);\n", a, t, a);
        else if (term->factor[0].kind == DESIGN_LEVEL)
            buf_print(
                out, "    if (l%zu >= 0)\n        add(eta, weight_%zu[l%zu], x%zu);\n", a, t, a, b);
        else
            buf_print(
                out, "    if (l%zu >= 0)\n        add(eta, weight_%zu[l%zu], x%zu);\n", b, t, b, a);
    }
}

static void put_predictor(struct buf *out, const struct design *d)
{
    buf_text(out, "static void predict(const char *const value[], double eta[OUTPUTS])\n{\n");
    if (!d->terms)
        buf_text(out, "    (void)value;\n");
    put_reading(out, d);
    buf_text(out, "    memcpy(eta, intercept, sizeof intercept);\n");
    for (size_t t = 0, last; t < d->terms; t = last) {
        shape_of(d, t, &last);
        put_addition(out, d, t);
    }
    buf_text(out, "}\n\n");
}

static void put_knots(struct buf *out, const char *name, const double *x, size_t n)
{
    buf_print(out, "static const double %s[] = {", name);
    for (size_t i = 0; i < n; i++) {
        buf_text(out, i ? ",\n    " : "\n    ");
        put_number(out, x[i]);
    }
    buf_text(out, "};\n");
}

static void put_binary(struct buf *out, const struct linear *m)
{
    if (m->calibration == LINEAR_ISOTONIC) {
        put_knots(out, "knot_x", m->x, m->knots);
        put_knots(out, "knot_p", m->p, m->knots);
    }
    buf_text(out, "double pa_score(const char *const value[])\n{\n"
                  "    double eta[OUTPUTS];\n    predict(value, eta);\n");
    if (m->calibration == LINEAR_ISOTONIC) {
        buf_print(out,
            "    if (!(eta[0] >= knot_x[0]))\n        return eta[0] < knot_x[0] ? knot_p[0] : "
            "eta[0];\n"
            "    int i = 0;\n    while (i + 1 < %zu && knot_x[i + 1] <= eta[0])\n        i++;\n"
            "    if (i + 1 == %zu)\n        return knot_p[i];\n"
            "    return knot_p[i] + (eta[0] - knot_x[i]) / (knot_x[i + 1] - knot_x[i]) *\n"
            "                           (knot_p[i + 1] - knot_p[i]);\n}\n",
            m->knots, m->knots);
        return;
    }
    if (m->calibration == LINEAR_PLATT) {
        buf_text(out, "    eta[0] = ");
        put_number(out, m->a);
        buf_text(out, " * eta[0] + ");
        put_number(out, m->b);
        buf_text(out, ";\n");
    }
    buf_text(out, "    return 1 / (1 + exp(-eta[0]));\n}\n");
}

static void put_softmax(struct buf *out)
{
    buf_text(out, "void pa_scores(const char *const value[], double score[PA_CLASSES])\n{\n"
                  "    double top, sum = 0;\n    predict(value, score);\n    top = score[0];\n"
                  "    for (int k = 1; k < PA_CLASSES; k++)\n"
                  "        top = score[k] > top ? score[k] : top;\n"
                  "    for (int k = 0; k < PA_CLASSES; k++)\n"
                  "        sum += score[k] = exp(score[k] - top);\n"
                  "    for (int k = 0; k < PA_CLASSES; k++)\n        score[k] /= sum;\n}\n");
}

static void put_columns(struct buf *out, const struct design *d)
{
    buf_text(out, "const char *const pa_column[PA_COLUMNS + 1] = {");
    for (size_t i = 0; i < d->sources; i++) {
        put_string(out, d->source[i].name);
        buf_text(out, ", ");
    }
    buf_text(out, "NULL};\n");
}

static void put_classes(struct buf *out, const struct linear *m)
{
    buf_text(out, "const char *const pa_class[PA_CLASSES] = {");
    for (size_t i = 0; i < m->classes; i++) {
        buf_text(out, i ? ", " : "");
        put_string(out, m->class[i]);
    }
    buf_text(out, "};\n");
}

void export_c(const struct linear *m, struct buf *out)
{
    bool many = m->outputs > 1;
    buf_text(out, "/*\n * Scores of a model that pa-train has learnt, of the column ");
    put_plain(out, m->label);
    buf_text(out,
        ".\n *\n * value[i] is the text of column pa_column[i], after which comes NULL; NULL "
        "or \"\" is missing.\n"
        " * A number that cannot be read gives NAN, as one with a point does where "
        "LC_NUMERIC has a comma.\n");
    buf_text(out, many ? " * score[k] is the probability of class pa_class[k].\n */\n"
                       : " * The score is the probability of pa_class[1].\n */\n");
    buf_text(out, "#include <math.h>\n#include <stdlib.h>\n#include <string.h>\n\n");
    buf_print(out, "enum { PA_COLUMNS = %zu, PA_CLASSES = %zu, OUTPUTS = %zu };\n\n",
        m->design->sources, m->classes, m->outputs);
    buf_text(out, "extern const char *const pa_column[PA_COLUMNS + 1];\n"
                  "extern const char *const pa_class[PA_CLASSES];\n");
    buf_text(out, many ? "void pa_scores(const char *const value[], double score[PA_CLASSES]);\n\n"
                       : "double pa_score(const char *const value[]);\n\n");
    put_columns(out, m->design);
    put_classes(out, m);
    put_tables(out, m);
    put_helpers(out, m->design);
    put_predictor(out, m->design);
    if (many)
        put_softmax(out);
    else
        put_binary(out, m);
}
