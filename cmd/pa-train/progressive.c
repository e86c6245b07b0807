/* SPDX-License-Identifier: MIT */
#include "progressive.h"

#include "die.h"
#include "fmath.h"

enum { FIRST = 1024 }; /* rows when it speaks first */

static void remember(struct progressive *p)
{
    p->told_rows = p->facts->rows;
    p->told_loss = p->facts->loss;
    p->told_weight = p->facts->weight;
    p->told_wrong = p->facts->wrong;
}

void progressive_begin(struct progressive *p, struct linear_online *facts, bool many)
{
    *p = (struct progressive){.facts = facts, .many = many, .next = FIRST};
    remember(p);
}

void progressive_settle(struct progressive *p)
{
    static const double FAR = -700; /* the loss is the margin */
    double loss[PROGRESSIVE_MARGINS];
    fm_logistic_n(p->margin, loss, p->margins);
    fm_log_n(loss, loss, p->margins);
    for (size_t i = 0; i < p->margins; i++)
        p->facts->loss -= p->weight[i] * (p->margin[i] < FAR ? p->margin[i] : loss[i]);
    p->margins = 0;
}

void progressive_add(struct progressive *p, double margin, double weight)
{
    p->weight[p->margins] = weight;
    p->margin[p->margins++] = margin;
    if (p->margins == PROGRESSIVE_MARGINS)
        progressive_settle(p);
}

void progressive_tell(struct progressive *p, bool end)
{
    const struct linear_online *f = p->facts;
    uint64_t since = f->rows - p->told_rows;
    double weight = f->weight - p->told_weight;
    if (!f->rows || !since || (!end && f->rows != p->next))
        return;
    progressive_settle(p);
    p->next = f->rows < FIRST ? FIRST : 2 * f->rows;
    if (!(weight > 0))
        return;
    note("%llu rows: log-loss of each before it was learnt %.6g, of the last %llu %.6g",
        (unsigned long long)f->rows, f->loss / f->weight, (unsigned long long)since,
        (f->loss - p->told_loss) / weight);
    if (p->many)
        note("%llu rows: taken for another class %.4g %%, of the last %llu %.4g %%",
            (unsigned long long)f->rows, 100 * f->wrong / f->weight, (unsigned long long)since,
            100 * (f->wrong - p->told_wrong) / weight);
    remember(p);
}
