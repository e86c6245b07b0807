/* SPDX-License-Identifier: MIT */
/*
 * defaults - the behaviour aggregates that pa-features -g computes when no --agg says which
 *
 * What there is depends on the columns of the log:
 *   always     events=count
 *   event      n_KIND=count:event=KIND for every kind that occurs, in byte order
 *   time       active_days=days, recency; and of orders recency_order, frequency
 *   duration   browse_time=sum:duration
 *   number     sum_, mean_, max_ of every column of numbers that may be learnt from
 *   orders     spent=sum:price*quantity, mean_price_order, mean_discount_order
 *   item       distinct_item
 *   category, brand (with -f: every category named)   distinct_, top_, share_
 */
#ifndef PA_DEFAULTS_H
#define PA_DEFAULTS_H

#include "events.h"

struct defaults {
    const struct event_options *options;
    struct columns columns; /* that may be aggregated */
    bool *named;            /* (header) by name known to hold numbers, or named by -f */
};

/* Ask for the columns; then, once the events are loaded, make the recipe. */
void defaults_want(struct defaults *, struct events *, const struct event_options *);
void defaults_recipe(const struct defaults *, struct events *, struct recipe *);
void defaults_release(struct defaults *);

#endif
