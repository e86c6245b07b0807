/* SPDX-License-Identifier: MIT */
/*
 * picture - curves on the unit square as one self-contained SVG
 *
 * No scripts, no outside fonts, text as text; made for a light background and readable on a dark
 * one, as the page brings its own.
 */
#ifndef PA_PICTURE_H
#define PA_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct picture_curve {
    struct str name;          /* in the legend; empty: none */
    const double *x, *y;      /* (n) */
    const double *low, *high; /* (n) a bar through each point, or NULL */
    size_t n;
    bool points; /* mark each point */
};

struct picture {
    const char *title, *x_label, *y_label;
    double most; /* both axes run from 0 to this; in (0, 1] */
    const struct picture_curve *curve;
    size_t curves;
};

enum { PICTURE_CURVES = 8 }; /* colours; more curves begin again with the first */

/* Append the SVG. */
void picture_write(const struct picture *, struct buf *svg);

/* A round number of at least x for the end of an axis. */
double picture_round_up(double x);

#endif
