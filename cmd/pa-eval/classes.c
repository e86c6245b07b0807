/* SPDX-License-Identifier: MIT */
/*
 * pa-eval accuracy of several classes: the class that was predicted, and where there are columns
 * score=CLASS their probabilities.
 */
#include <math.h>

#include "accuracy.h"
#include "auc.h"
#include "confusion.h"
#include "die.h"
#include "losses.h"
#include "mem.h"
#include "num.h"

/* Classes of labels and predictions together: the levels of the label, then further predictions. */
struct classes {
    struct dict *all;
    uint32_t *said; /* (rows) predicted, or TABLE_MISSING */
    const struct table_column *
        *chance; /* (classes) their probabilities; NULL if not all are there */
};

static uint32_t number_of(struct dict *all, struct str text)
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
        bool number = s->table->column[i].type == TABLE_NUMBER;
        uint32_t k = number && class.p && score.n ? dict_find(c->all, class) : DICT_NONE;
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
        map[i] = number_of(c.all, dict_key(said, i));
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

static struct scores class_scores(
    const struct samples *s, size_t g, const struct classes *c, const double *w)
{
    size_t k;
    uint32_t *number = number_classes(s, g, c, &k);
    double *count = mem_zero(2 * k * k, sizeof *count);
    for (size_t i = 0; i < samples_size(s, g); i++) {
        size_t r = samples_row(s, g, i);
        size_t at = number[s->labels.code[r]] * k + number[c->said[r]];
        count[at] += w ? w[i] : 1;
        count[k * k + at] += w ? w[i] * w[i] : 1;
    }
    struct confusion table = {count, count + k * k, k};
    struct scores scores = confusion_macro(&table, s->doubt.level);
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

static double area(const double *p, const uint8_t *is, const double *w, size_t n)
{
    if (w) {
        struct estimate e[JUDGE_MEASURES];
        struct judged j = {.score = p, .y = is, .w = w, .n = n, .doubt = {.jobs = 1}};
        judged_estimates(&j, e);
        return e[JUDGE_AUC].value;
    }
    struct order order;
    order_init(&order, p, is, n, NULL, 1);
    struct auc a = auc_of(&order, 1);
    order_release(&order);
    return a.value;
}

/* Mean over the classes that there are of the AUC of each against the rest. */
static struct estimate macro_area(
    double *const *p, const uint32_t *y, const double *w, size_t n, size_t k)
{
    uint8_t *is = mem_alloc(n, 1);
    double sum = 0, classes = 0;
    for (size_t j = 0; j < k; j++) {
        size_t rows = 0;
        for (size_t i = 0; i < n; i++)
            rows += is[i] = y[i] == j;
        sum += rows ? area(p[j], is, w, n) : 0;
        classes += rows > 0;
    }
    mem_free(is);
    return estimate_alone(sum / classes);
}

/* What probabilities of classes are worth. */
struct chances {
    struct losses losses;
    struct estimate auc;
};

static struct chances chances_of(
    const struct samples *s, size_t g, const struct classes *c, const double *w)
{
    size_t n = samples_size(s, g), k = dict_size(s->labels.levels);
    uint32_t *y = mem_alloc(n, sizeof *y);
    for (size_t i = 0; i < n; i++)
        y[i] = s->labels.code[samples_row(s, g, i)];
    double **p = gather(s, g, c, k);
    struct chances r = {losses_of_classes((const double *const *)p, y, w, n, k, s->doubt.level),
        macro_area(p, y, w, n, k)};
    for (size_t j = 0; j < k; j++)
        mem_free(p[j]);
    mem_free(p);
    mem_free(y);
    return r;
}

static void several(
    const struct samples *s, size_t g, const struct classes *c, struct remarks *remarks)
{
    struct sample m = samples_group(s, g);
    struct scores scores = class_scores(s, g, c, m.w);
    struct estimate none = estimate_none();
    struct chances r = {{.log_loss = none, .ne = none, .brier = none}, none};
    if (c->chance) {
        r = chances_of(s, g, c, m.w);
        remarks->outside += r.losses.outside;
        remarks->clipped += r.losses.outside ? 0 : r.losses.clipped;
        remarks->one_class += isnan(r.auc.value) != 0;
    }
    struct estimate ne = r.losses.ne;
    accuracy_report(s, g,
        (struct estimate[ACCURACY_ROWS]){[ROW_ROWS] = estimate_alone((double)m.n),
            [ROW_POSITIVES] = none,
            [ROW_ACCURACY] = scores.accuracy,
            [ROW_PRECISION] = scores.precision,
            [ROW_RECALL] = scores.recall,
            [ROW_F1] = scores.f1,
            [ROW_MCC] = scores.mcc,
            [ROW_AUC] = r.auc,
            [ROW_LOG_LOSS] = r.losses.log_loss,
            [ROW_NE] = ne,
            [ROW_BRIER] = r.losses.brier,
            [ROW_RATIO] = none,
            [ROW_SPECIFICITY] = none,
            [ROW_BALANCED] = scores.balanced,
            [ROW_AP] = none,
            [ROW_KS] = none,
            [ROW_RIG] = {1 - ne.value, 1 - ne.high, 1 - ne.low},
            [ROW_ECE] = none,
            [ROW_THRESHOLD] = none});
    sample_release(&m);
}

void accuracy_of_classes(const struct samples *s, struct remarks *remarks)
{
    if (s->cluster || s->doubt.runs)
        die("the label has several classes: intervals there are by formula for independent rows "
            "(leave out --se and --bootstrap, or name one class by --positive)");
    struct classes c = classes_of(s);
    note("%zu classes: precision, recall and f1 are means over classes", dict_size(c.all));
    for (size_t g = 0; g < s->groups.n; g++)
        several(s, g, &c, remarks);
    mem_free(c.chance);
    mem_free(c.said);
    dict_free(c.all);
}
