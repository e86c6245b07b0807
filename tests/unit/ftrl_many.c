/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-train/ftrl_many.c cmd/pa-train/ftrl_many_kernel.c cmd/pa-train/learner.c */
/* links: cmd/pa-train/ftrl.c cmd/pa-train/ftrl_kernel.c cmd/pa-train/classes.c */
/* links: cmd/pa-train/labels.c */
#include "cmd/pa-train/classes.h"
#include "cmd/pa-train/learner.h"
#include "fmath.h"
#include "t.h"

#include <math.h>

enum { ROWS = 40, COLUMNS = 4, CLASSES = 5 };

static double value(size_t row, size_t column)
{
    return column ? (double)(row * (column + 2) % 7) / 3 - 1 : 1;
}

static uint32_t class_of(size_t row)
{
    return (uint32_t)(row * row % 11 % CLASSES);
}

/* One pass, class k having the number number[k]; margin (ROWS) as they come. */
static struct learner learnt(const uint32_t *number, double l1, bool moved, double *margin)
{
    struct learner l = {.many = true, .constant = true, .moved = moved};
    learner_penalties(&l, 0.1, 0.5, l1);
    learner_reach(&l, COLUMNS, CLASSES);
    for (size_t i = 0; i < ROWS; i++) {
        struct design_entry entry[COLUMNS];
        for (uint32_t j = 0; j < COLUMNS; j++)
            entry[j] = (struct design_entry){.term = j, .value = value(i, j)};
        uint32_t y = class_of(i);
        struct learner_outcome o = {number[y], 1.5, 1.5 * (1 + y % 2), 0, number};
        margin[i] = learner_row(&l, entry, COLUMNS, &o).margin;
    }
    return l;
}

/* Numbers of classes change no bit. */
static void numbers_are_names(double l1, bool moved)
{
    static const uint32_t plain[CLASSES] = {0, 1, 2, 3, 4}, other[CLASSES] = {3, 0, 4, 2, 1};
    double a[ROWS], b[ROWS];
    bool same = true;
    struct learner l = learnt(plain, l1, moved, a), m = learnt(other, l1, moved, b);
    for (size_t i = 0; i < ROWS; i++)
        same = same && a[i] == b[i];
    for (size_t k = 0; k < CLASSES; k++)
        for (size_t j = 0; j < COLUMNS; j++)
            same = same && learner_weight(&l, j, plain[k]) == learner_weight(&m, j, other[k]);
    ok_named(same, "numbers of classes change no bit");
    learner_release(&l);
    learner_release(&m);
}

/* Of two classes the one is as far below as the other is above. */
static void two_classes_mirror(void)
{
    static const uint32_t order[2] = {0, 1};
    struct learner l = {.many = true, .constant = true};
    struct design_entry one = {.term = 0, .value = 1};
    learner_penalties(&l, 0.1, 0, 0);
    learner_reach(&l, 1, 2);
    for (size_t i = 0; i < ROWS; i++)
        learner_row(&l, &one, 1, &(struct learner_outcome){i % 3 == 0, 1, 1, 0, order});
    near(learner_weight(&l, 0, 0), -learner_weight(&l, 0, 1), 1e-15);
    ok(learner_weight(&l, 0, 0) > 0);
    learner_release(&l);
}

/* The loss is that of the probabilities: far below, at equals, and alone. */
static void margins(void)
{
    static const uint32_t order[2] = {0, 1};
    struct learner l = {.many = true, .constant = true};
    struct design_entry one = {.term = 0, .value = 1}, far = {.term = 0, .value = 1e4};
    learner_penalties(&l, 0.1, 0, 0);
    learner_reach(&l, 1, 1);
    ok(learner_row(&l, &one, 1, &(struct learner_outcome){0, 1, 1, 0, order}).margin == INFINITY);
    learner_reach(&l, 1, 2);
    near(learner_row(&l, &one, 1, &(struct learner_outcome){1, 1, 1, 0, order}).margin, 0, 0);
    double eta = 1e4 * (learner_weight(&l, 0, 1) - learner_weight(&l, 0, 0));
    near(learner_row(&l, &far, 1, &(struct learner_outcome){0, 1, 0, 0, order}).margin, -eta, 1e-9);
    learner_release(&l);
}

/* Room for more coordinates and classes keeps what there is, and begins at 0. */
static void growth(void)
{
    struct ftrl_many f = {.rate = 0.1};
    ftrl_many_reach(&f, 2, 1);
    ftrl_many_set(&f, 1, 0, (struct linear_coordinate){.25, 4});
    bool kept = true;
    for (size_t n = 2; n < 60; n++) {
        ftrl_many_reach(&f, 3 * n, n);
        struct linear_coordinate c = ftrl_many_get(&f, 1, 0), d = ftrl_many_get(&f, 1, n - 1),
                                 e = ftrl_many_get(&f, 3 * n - 1, 0);
        kept = kept && c.u == .25 && c.n == 4 && d.u == 0 && d.n == 0 && e.u == 0 && e.n == 0;
    }
    ok_named(kept, "growth keeps what is learnt");
    ftrl_many_release(&f);
}

/* Labels come in any order, and have that of their bytes. */
static void labels_in_order(void)
{
    struct classes c = {.many = true};
    struct buf wrong = {0};
    bool right = true;
    for (unsigned i = 0; i < CLASSES_MOST; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", i * 2654435761u);
        right = right && classes_find(&c, str_of(text)) == CLASSES_NONE;
        classes_judge(&c, str_of(text), &wrong);
        classes_meet(&c, str_of(text));
        right = right && !wrong.n && classes_find(&c, str_of(text)) == i;
    }
    for (size_t i = 1; i < classes_n(&c); i++)
        right = right && str_compare(classes_label(&c, classes_at(&c, i - 1)),
                             classes_label(&c, classes_at(&c, i))) < 0;
    ok_named(right && classes_n(&c) == CLASSES_MOST, "labels in order");
    classes_judge(&c, str_of("more"), &wrong);
    ok(wrong.n);
    buf_release(&wrong);
    classes_release(&c);
}

int main(void)
{
    numbers_are_names(0, false);
    numbers_are_names(0.2, false);
    numbers_are_names(0.1, true);
    two_classes_mirror();
    margins();
    growth();
    labels_in_order();
    return done();
}
