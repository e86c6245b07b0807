/* SPDX-License-Identifier: MIT */
/*
 * sample - labels and scores of a table, group by group
 */
#ifndef PA_SAMPLE_H
#define PA_SAMPLE_H

#include "group.h"
#include "judged.h"
#include "label.h"
#include "pa-eval.h"
#include "report.h"
#include "table.h"

/* The table of one run. */
struct samples {
    struct table *table;
    struct labels labels;
    struct groups groups;
    struct report report;
    const struct table_column *label, *score, *class; /* NULL: there is none */
    const struct table_column *cluster, *user;
    struct table_column *weight;
    struct doubt doubt;
    struct judge_rule rule; /* of --threshold */
    size_t k_anon;          /* 0: off */
    size_t bins;
    bool width; /* bins are of equal width, not of equal mass */
    struct table_column **group;
    size_t chances;  /* columns score=CLASS, the last of the table */
    size_t class_at; /* where CLASS begins in their names */
    size_t left_out; /* rows in which something needed is missing */
    unsigned jobs;
};

enum samples_form {
    SAMPLES_SCORES,        /* scores of a yes-or-no label */
    SAMPLES_PROBABILITIES, /* within [0, 1] */
    SAMPLES_CLASSES /* more labels are taken, too; no score is needed if there is a column class */
};

/* Read everything; own: the report's columns. */
void samples_open(struct samples *, const struct job *, const char *const *own, enum samples_form);
void samples_close(struct samples *);

/* What weights are given in: a power of 2 that is near the greatest of them. */
struct unit {
    double size;
    bool whole; /* in ones, all of them are whole numbers */
};

/* Divides them by their unit, so that they and their squares can be summed; nothing else changes
 * but sums of weights themselves.  What is less than 2^-500 of the unit is taken as that much, so
 * that no product of two is 0 where they are not. */
struct unit sample_unit(double *w, size_t n);

/* Score, label, weight in its unit, and cluster of the rows of group g of a binary label; views, or
 * gathered into own.  Once for each group. */
struct sample {
    const double *score, *w; /* w NULL: 1 each */
    const uint8_t *y;
    struct clusters clusters;
    size_t n;
    struct unit unit; /* of w */
    double *room;     /* (n) to work in, once; or NULL */
    double *own_score, *own_w;
    uint8_t *own_y;
    uint32_t *own_cluster;
};
struct sample samples_group(const struct samples *, size_t g);
void sample_release(struct sample *);

/* With --k-anon: a crowd for cells of a group's rows; else NULL. */
struct crowd *samples_crowd(const struct samples *);
/* The user of row number i of group g is one of a cell's, unless the row weighs 0. */
void samples_add_user(const struct samples *, struct crowd *, size_t cell, size_t g, size_t i);

/* Is each row as good as another, and are errors those of formulas for such rows? */
bool samples_are_plain(const struct samples *);

/* What judged.h needs of it; views. */
struct judged samples_judged(const struct samples *, const struct sample *);

/* Set the group columns of the next row of the report; end a group for the checks. */
void samples_set_group(const struct samples *, size_t g);
void samples_end_group(const struct samples *, size_t g);

/* The rows of group g: number i of n. */
size_t samples_size(const struct samples *, size_t g);
size_t samples_row(const struct samples *, size_t g, size_t i);

#endif
