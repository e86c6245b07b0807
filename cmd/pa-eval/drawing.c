/* SPDX-License-Identifier: MIT */
#include "drawing.h"

#include <math.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "stream.h"

bool drawing_is_on(const struct drawing *d)
{
    return d->path && d->n < PICTURE_CURVES;
}

void drawing_point(struct drawing *d, double x, double y, double low, double high)
{
    if (d->points == d->room) {
        d->room = 2 * d->room + 64;
        d->x = mem_resize(d->x, d->room, sizeof *d->x);
        d->y = mem_resize(d->y, d->room, sizeof *d->y);
        d->low = mem_resize(d->low, d->room, sizeof *d->low);
        d->high = mem_resize(d->high, d->room, sizeof *d->high);
    }
    d->x[d->points] = x;
    d->y[d->points] = y;
    d->low[d->points] = low;
    d->high[d->points++] = high;
    d->most = x > d->most ? x : d->most;
    d->most = y > d->most ? y : d->most;
}

/* End a curve; the legend has its group, if any, and what. */
void drawing_end(
    struct drawing *d, const struct samples *s, size_t g, const struct buf *what, bool points)
{
    struct buf name = {0};
    groups_name(&s->groups, g, &name);
    if (name.n)
        buf_text(&name, ": ");
    if (name.n || points)
        buf_str(&name, buf_view(what));
    struct str text = {mem_text(buf_cstr(&name), name.n), name.n};
    buf_release(&name);
    d->curve[d->n++] = (struct picture_curve){
        text, d->x, d->y, points ? d->low : NULL, points ? d->high : NULL, d->points, points};
    if (!points) {
        mem_free(d->low);
        mem_free(d->high);
    }
    d->x = d->y = d->low = d->high = NULL;
    d->points = d->room = 0;
}

void drawing_write(struct drawing *d, const struct samples *s, struct picture *p)
{
    if (!d->path)
        return;
    if (s->groups.n > d->n)
        warn("--plot draws the first %zu of %zu groups", d->n, s->groups.n);
    struct buf svg = {0};
    p->curve = d->curve;
    p->curves = d->n;
    picture_write(p, &svg);
    stream_write(stream_create(d->path, false), svg.p, svg.n);
    buf_release(&svg);
    for (size_t i = 0; i < d->n; i++) {
        mem_free((void *)d->curve[i].name.p);
        mem_free((void *)d->curve[i].x);
        mem_free((void *)d->curve[i].y);
        mem_free((void *)d->curve[i].low);
        mem_free((void *)d->curve[i].high);
    }
}

/* "0.7342": at most four decimals. */
void drawing_number(struct buf *b, double x)
{
    if (isnan(x))
        buf_text(b, "undefined");
    else
        num_put(b, floor(x * 1e4 + 0.5) / 1e4);
}
