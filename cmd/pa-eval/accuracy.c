/* SPDX-License-Identifier: MIT */
/*
 * pa-eval accuracy: one long table of measures per group, of a yes-or-no label with its score or
 * of several classes with the class that was predicted.
 */
#include <math.h>

#include "auc.h"
#include "confusion.h"
#include "die.h"
#include "losses.h"
#include "mem.h"
#include "num.h"
#include "sample.h"

const char *const accuracy_names[] = {"rows", "positives", "accuracy", "precision", "recall", "f1",
    "mcc", "auc", "log_loss", "ne", "brier", "calibration_ratio", NULL};

enum { MEASURES = 12 };

static const double THRESHOLD = 0.5;

/* What is said once about all groups. */
struct remarks {
    uint64_t outside, clipped;
    size_t one_class;
};

static void report_all(const struct samples *s, size_t g, const struct estimate *e)
{
    struct report r = s->report;
    for (size_t i = 0; i < MEASURES; i++) {
        samples_set_group(s, g);
        report_estimate(&r, accuracy_names[i], e[i]);
    }
    samples_end_group(s, g);
}

static struct estimate area(const struct sample *m, unsigned jobs)
{
    struct order order;
    order_init(&order, m->score, m->y, m->n, jobs);
    struct auc a = auc_of(&order, jobs);
    order_release(&order);
    return estimate_normal(a.value, a.se, 0, 1);
}

static void binary(const struct samples *s, size_t g, struct remarks *remarks)
{
    struct sample m = samples_group(s, g);
    struct losses l = losses_of(m.score, m.y, m.n, THRESHOLD, s->jobs);
    struct scores c = confusion_binary(l.count);
    struct estimate auc = area(&m, s->jobs);
    remarks->outside += l.outside;
    remarks->clipped += l.outside ? 0 : l.clipped;
    remarks->one_class += isnan(auc.value) != 0;
    report_all(s, g,
        (struct estimate[MEASURES]){estimate_alone((double)l.rows),
            estimate_alone((double)l.positives), c.accuracy, c.precision, c.recall, c.f1, c.mcc,
            auc, l.log_loss, l.ne, l.brier, l.ratio});
    sample_release(&m);
}

/* ---- several classes ---- */

/* Classes of labels and predictions together: the levels of the label, then further predictions. */
struct classes {
    struct dict *all;
    uint32_t *said; /* (rows) predicted, or TABLE_MISSING */
    const struct table_column *
        *chance; /* (classes) their probabilities; NULL if not all are there */
};

static uint32_t level_of(struct dict *all, struct str text)
{
    double x;
    char digits[NUM_WIDTH];
    if (num_double(text, &x) == NUM_OK)
        text = (struct str){digits, num_write(x, digits)};
    return dict_add(all, text);
}

static void find_chances(struct classes *c, const struct samples *s, size_t labels)
{
    size_t found = 0;
    const struct table_column **chance = mem_zero(labels, sizeof *chance);
    for (size_t i = 1 + s->groups.columns; i < s->table->n; i++) {
        struct str class, score = str_cut(s->table->column[i].name, '=', &class);
        uint32_t k = class.p && score.n ? dict_find(c->all, class) : DICT_NONE;
        if (k < labels && !chance[k] && s->table->column[i].missing == 0) {
            chance[k] = &s->table->column[i];
            found++;
        }
    }
    if (found == labels)
        c->chance = chance;
    else
        mem_free(chance);
}

static struct classes classes_of(const struct samples *s)
{
    struct classes c = {dict_new(), mem_alloc(s->table->rows, sizeof *c.said), NULL};
    const struct dict *truth = s->labels.levels, *said = s->class->levels;
    for (uint32_t i = 0; i < dict_size(truth); i++)
        dict_add(c.all, dict_key(truth, i));
    find_chances(&c, s, dict_size(truth));
    uint32_t *map = mem_alloc(dict_size(said), sizeof *map);
    for (uint32_t i = 0; i < dict_size(said); i++)
        map[i] = level_of(c.all, dict_key(said, i));
    for (size_t r = 0; r < s->table->rows; r++)
        c.said[r] = s->class->code[r] == TABLE_MISSING ? TABLE_MISSING : map[s->class->code[r]];
    mem_free(map);
    return c;
}

/* Numbers of the classes that a group has, in labels or predictions, without gaps; *k of them. */
static uint32_t *number_classes(
    const struct samples *s, size_t g, const struct classes *c, size_t *k)
{
    uint32_t *number = mem_alloc(dict_size(c->all), sizeof *number);
    for (size_t i = 0; i < dict_size(c->all); i++)
        number[i] = TABLE_MISSING;
    *k = 0;
    for (size_t i = 0; i < samples_size(s, g); i++) {
        size_t r = samples_row(s, g, i);
        const uint32_t found[] = {s->labels.code[r], c->said[r]};
        for (int j = 0; j < 2; j++)
            if (number[found[j]] == TABLE_MISSING)
                number[found[j]] = (uint32_t)(*k)++;
    }
    return number;
}

static struct scores class_scores(const struct samples *s, size_t g, const struct classes *c)
{
    size_t k;
    uint32_t *number = number_classes(s, g, c, &k);
    uint64_t *count = mem_zero(k * k, sizeof *count);
    for (size_t i = 0; i < samples_size(s, g); i++) {
        size_t r = samples_row(s, g, i);
        count[number[s->labels.code[r]] * k + number[c->said[r]]]++;
    }
    struct confusion table = {count, k};
    struct scores scores = confusion_macro(&table);
    mem_free(count);
    mem_free(number);
    return scores;
}

/* Probabilities of a group's rows, class by class. */
static double **gather(const struct samples *s, size_t g, const struct classes *c, size_t k)
{
    size_t n = samples_size(s, g);
    double **p = mem_alloc(k, sizeof *p);
    for (size_t j = 0; j < k; j++) {
        p[j] = mem_alloc(n, sizeof *p[j]);
        for (size_t i = 0; i < n; i++)
            p[j][i] = c->chance[j]->number[samples_row(s, g, i)];
    }
    return p;
}

/* Mean over the classes that there are of the AUC of each against the rest. */
static struct estimate macro_area(double *const *p, const uint32_t *y, size_t n, size_t k)
{
    uint8_t *is = mem_alloc(n, 1);
    double sum = 0, classes = 0;
    for (size_t j = 0; j < k; j++) {
        size_t rows = 0;
        for (size_t i = 0; i < n; i++)
            rows += is[i] = y[i] == j;
        struct sample m = {.score = p[j], .y = is, .n = n};
        sum += rows ? area(&m, 1).value : 0;
        classes += rows > 0;
    }
    mem_free(is);
    return estimate_alone(sum / classes);
}

static void several(
    const struct samples *s, size_t g, const struct classes *c, struct remarks *remarks)
{
    size_t n = samples_size(s, g), k = dict_size(s->labels.levels);
    struct scores scores = class_scores(s, g, c);
    struct losses l = {
        .log_loss = estimate_none(), .ne = estimate_none(), .brier = estimate_none()};
    struct estimate auc = estimate_none();
    if (c->chance) {
        uint32_t *y = mem_alloc(n, sizeof *y);
        for (size_t i = 0; i < n; i++)
            y[i] = s->labels.code[samples_row(s, g, i)];
        double **p = gather(s, g, c, k);
        l = losses_of_classes((const double *const *)p, y, n, k);
        auc = macro_area(p, y, n, k);
        remarks->outside += l.outside;
        remarks->clipped += l.outside ? 0 : l.clipped;
        remarks->one_class += isnan(auc.value) != 0;
        for (size_t j = 0; j < k; j++)
            mem_free(p[j]);
        mem_free(p);
        mem_free(y);
    }
    report_all(s, g,
        (struct estimate[MEASURES]){estimate_alone((double)n), estimate_none(), scores.accuracy,
            scores.precision, scores.recall, scores.f1, scores.mcc, auc, l.log_loss, l.ne, l.brier,
            estimate_none()});
}

static void run_classes(const struct samples *s, struct remarks *remarks)
{
    struct classes c = classes_of(s);
    note("%zu classes: precision, recall and f1 are means over classes", dict_size(c.all));
    for (size_t g = 0; g < s->groups.n; g++)
        several(s, g, &c, remarks);
    mem_free(c.chance);
    mem_free(c.said);
    dict_free(c.all);
}

static void say(const struct remarks *r, const struct samples *s)
{
    if (r->outside)
        warn("%llu scores are not within [0, 1], so they are no probabilities: log_loss, ne, brier "
             "and calibration_ratio are empty",
            (unsigned long long)r->outside);
    if (r->clipped)
        note("log_loss: %llu probabilities moved to 1e-15 from 0 or 1",
            (unsigned long long)r->clipped);
    if (r->one_class && s->groups.n == 1)
        warn("auc is empty: there is only one class");
    else if (r->one_class)
        warn("auc is empty in %zu of %zu groups: there is only one class", r->one_class,
            s->groups.n);
}

void accuracy_run(const struct job *job)
{
    struct samples s;
    struct remarks remarks = {0, 0, 0};
    samples_open(&s, job, (const char *const[]){"measure", "value", "low", "high", NULL}, true);
    if (s.labels.binary)
        for (size_t g = 0; g < s.groups.n; g++)
            binary(&s, g, &remarks);
    else
        run_classes(&s, &remarks);
    say(&remarks, &s);
    samples_close(&s);
}
