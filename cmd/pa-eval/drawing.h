/* SPDX-License-Identifier: MIT */
/*
 * drawing - the curves of the first groups, for --plot
 */
#ifndef PA_DRAWING_H
#define PA_DRAWING_H

#include "picture.h"
#include "sample.h"

/* Zero-initialise but for path. */
struct drawing {
    const char *path; /* NULL: nothing is drawn */
    struct picture_curve curve[PICTURE_CURVES];
    size_t n;
    double *x, *y, *low, *high; /* of the curve being made */
    size_t points, room;
    double most;
};

/* Is there a curve to be made for the next group? */
bool drawing_is_on(const struct drawing *);
void drawing_point(struct drawing *, double x, double y, double low, double high);
/* End a curve; the legend has its group, if any, and what.  points: each is marked, with a bar. */
void drawing_end(
    struct drawing *, const struct samples *, size_t g, const struct buf *what, bool points);
/* The picture, whose curves are set here, to path; releases. */
void drawing_write(struct drawing *, const struct samples *, struct picture *);

/* "0.7342": at most four decimals. */
void drawing_number(struct buf *, double x);

#endif
