/* SPDX-License-Identifier: MIT */
/*
 * pa-eval accuracy of several classes: the class that was predicted, and where there are columns
 * score=CLASS their probabilities.
 */
#include <math.h>

#include "accuracy.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "several.h"

/* Classes: the levels of the label, then further ones that have probabilities, then predictions. */
struct classes {
    struct dict *all;
    uint32_t *said; /* (rows) predicted, or TABLE_MISSING */
    size_t chances; /* the first classes, which have probabilities; 0: not all labels have */
    const struct table_column **chance;
};

static uint32_t number_of(struct dict *all, struct str text)
{
    double x;
    char digits[NUM_WIDTH];
    if (num_double(text, &x) == NUM_OK)
        text = (struct str){digits, num_write(x, digits)};
    return dict_add(all, text);
}

static bool has_holes(const struct samples *s, const struct table_column *c)
{
    for (size_t i = 0; i < s->groups.start[s->groups.n] && c->missing; i++)
        if (isnan(c->number[s->groups.row ? s->groups.row[i] : i]))
            return true;
    return false;
}

/* Say why there are no probabilities, where some seem to be there. */
static void forget_chances(struct classes *c, const char *what, struct str of)
{
    c->chances = 0;
    warn("auc, log_loss, ne and brier are empty: %s%.*s", what, STR_ARG(of));
}

static void find_chances(struct classes *c, const struct samples *s)
{
    size_t labels = dict_size(c->all), found = 0;
    c->chance = mem_zero(labels + s->chances, sizeof *c->chance);
    for (size_t i = s->table->n - s->chances; i < s->table->n; i++) {
        struct str name = s->table->column[i].name;
        struct str class = {name.p + s->class_at, name.n - s->class_at};
        uint32_t k = number_of(c->all, class);
        found += k < labels && !c->chance[k];
        c->chance[k] = &s->table->column[i];
    }
    c->chances = found ? dict_size(c->all) : 0;
    for (uint32_t k = 0; k < c->chances; k++)
        if (!c->chance[k])
            forget_chances(c, "there are no probabilities of class ", dict_key(c->all, k));
        else if (has_holes(s, c->chance[k]))
            forget_chances(c, "numbers are missing in column ", c->chance[k]->name);
}

static struct classes classes_of(const struct samples *s)
{
    struct classes c = {dict_new(), mem_alloc(s->table->rows, sizeof *c.said), 0, NULL};
    const struct dict *truth = s->labels.levels, *said = s->class->levels;
    for (uint32_t i = 0; i < dict_size(truth); i++)
        dict_add(c.all, dict_key(truth, i));
    find_chances(&c, s);
    uint32_t *map = mem_alloc(dict_size(said), sizeof *map);
    for (uint32_t i = 0; i < dict_size(said); i++)
        map[i] = number_of(c.all, dict_key(said, i));
    for (size_t r = 0; r < s->table->rows; r++)
        c.said[r] = s->class->code[r] == TABLE_MISSING ? TABLE_MISSING : map[s->class->code[r]];
    mem_free(map);
    return c;
}

/* The rows of one group: true and predicted class among those that the group has. */
struct group {
    struct sample sample;
    size_t classes;
    uint32_t *y, *said, *chance;
    uint32_t *number; /* (classes) of all, in order of first sight */
    double **p;       /* (chances)(n) */
};

/* Classes of the group, without gaps, in the order of all. */
static void number_classes(
    const struct samples *s, size_t g, const struct classes *c, struct group *to)
{
    size_t all = dict_size(c->all);
    uint32_t *dense = mem_alloc(all, sizeof *dense);
    uint8_t *seen = mem_zero(all, 1);
    to->number = mem_alloc(all, sizeof *to->number);
    for (size_t i = 0; i < to->sample.n; i++) {
        size_t r = samples_row(s, g, i);
        seen[s->labels.code[r]] = seen[c->said[r]] = 1;
    }
    for (uint32_t k = 0; k < all; k++) {
        dense[k] = (uint32_t)to->classes;
        to->number[to->classes] = k;
        to->classes += seen[k];
    }
    for (size_t i = 0; i < to->sample.n; i++) {
        size_t r = samples_row(s, g, i);
        to->y[i] = dense[s->labels.code[r]];
        to->said[i] = dense[c->said[r]];
        to->chance[i] = s->labels.code[r];
    }
    mem_free(seen);
    mem_free(dense);
}

static struct group group_of(const struct samples *s, size_t g, const struct classes *c)
{
    struct group to = {.sample = samples_group(s, g)};
    size_t n = to.sample.n;
    to.y = mem_alloc(n, sizeof *to.y);
    to.said = mem_alloc(n, sizeof *to.said);
    to.chance = mem_alloc(n, sizeof *to.chance);
    number_classes(s, g, c, &to);
    to.p = mem_alloc(c->chances, sizeof *to.p);
    for (size_t k = 0; k < c->chances; k++) {
        to.p[k] = mem_alloc(n, sizeof *to.p[k]);
        for (size_t i = 0; i < n; i++)
            to.p[k][i] = c->chance[k]->number[samples_row(s, g, i)];
    }
    return to;
}

static void group_release(struct group *g, size_t chances)
{
    for (size_t k = 0; k < chances; k++)
        mem_free(g->p[k]);
    mem_free(g->p);
    mem_free(g->number);
    mem_free(g->chance);
    mem_free(g->said);
    mem_free(g->y);
    sample_release(&g->sample);
}

static void put_measures(const struct samples *s, size_t g, size_t rows, const struct estimate *of)
{
    struct estimate e[ACCURACY_ROWS], ne = of[SEVERAL_NE];
    for (int i = 0; i < ACCURACY_ROWS; i++)
        e[i] = estimate_none();
    e[ROW_ROWS] = estimate_alone((double)rows);
    e[ROW_ACCURACY] = of[CONFUSION_ACCURACY];
    e[ROW_PRECISION] = of[CONFUSION_PRECISION];
    e[ROW_RECALL] = of[CONFUSION_RECALL];
    e[ROW_F1] = of[CONFUSION_F1];
    e[ROW_MCC] = of[CONFUSION_MCC];
    e[ROW_AUC] = of[SEVERAL_AUC];
    e[ROW_LOG_LOSS] = of[SEVERAL_LOG_LOSS];
    e[ROW_NE] = ne;
    e[ROW_BRIER] = of[SEVERAL_BRIER];
    e[ROW_BALANCED] = of[CONFUSION_BALANCED];
    e[ROW_RIG] = (struct estimate){1 - ne.value, 1 - ne.high, 1 - ne.low};
    accuracy_report(s, g, e);
}

/* "tp=red": of one class against the rest. */
static void put_count(
    const struct samples *s, size_t g, const char *what, struct str class, double n)
{
    struct report r = s->report;
    struct buf name = {0};
    buf_print(&name, "%s=%.*s", what, STR_ARG(class));
    samples_set_group(s, g);
    report_estimate(&r, buf_cstr(&name), estimate_alone(n));
    buf_release(&name);
}

static void put_counts(const struct samples *s, size_t g, const struct classes *c,
    const struct group *of, const struct several *several)
{
    size_t k = of->classes;
    double *count = mem_alloc(k * k, sizeof *count), all = 0, unit = of->sample.unit.size;
    several_count(several, several->w, count);
    for (size_t i = 0; i < k * k; i++)
        all += count[i];
    for (size_t i = 0; i < k; i++) {
        struct str class = dict_key(c->all, of->number[i]);
        double tp = count[i * k + i], fp = 0, fn = 0;
        for (size_t j = 0; j < k; j++) {
            fp += j != i ? count[j * k + i] : 0;
            fn += j != i ? count[i * k + j] : 0;
        }
        double tn = all - tp - fp - fn;
        put_count(s, g, "tp", class, tp * unit);
        put_count(s, g, "fp", class, fp * unit);
        put_count(s, g, "fn", class, fn * unit);
        put_count(s, g, "tn", class, tn > 0 ? tn * unit : 0);
    }
    mem_free(count);
}

static void several(
    const struct samples *s, size_t g, const struct classes *c, struct remarks *remarks)
{
    struct group of = group_of(s, g, c);
    struct several m = {.n = of.sample.n,
        .classes = of.classes,
        .y = of.y,
        .said = of.said,
        .chances = c->chances,
        .p = (const double *const *)of.p,
        .chance = of.chance,
        .w = of.sample.w,
        .clusters = of.sample.clusters,
        .doubt = s->doubt};
    struct estimate e[SEVERAL_MEASURES];
    struct several_told told = several_estimates(&m, e);
    remarks->outside += told.outside;
    remarks->clipped += told.outside ? 0 : told.clipped;
    remarks->one_class += c->chances && isnan(e[SEVERAL_AUC].value);
    put_measures(s, g, m.n, e);
    put_counts(s, g, c, &of, &m);
    samples_end_group(s, g);
    group_release(&of, c->chances);
}

void accuracy_of_classes(const struct samples *s, struct remarks *remarks)
{
    struct classes c = classes_of(s);
    note("%zu classes: precision, recall and f1 are means over classes", dict_size(c.all));
    for (size_t g = 0; g < s->groups.n; g++)
        several(s, g, &c, remarks);
    mem_free(c.chance);
    mem_free(c.said);
    dict_free(c.all);
}
