/* SPDX-License-Identifier: MIT */
/*
 * lineup - the scores of every ad of a catalogue for one request
 *
 * A model reads some columns from the ads and the others from the request.  What depends on ads
 * alone is worked out once; a request then costs one addition per ad for each source and product of
 * the model.  Additions are those of linear_predict on the joined row, in its order, so the bits
 * are the same.
 */
#ifndef PA_LINEUP_H
#define PA_LINEUP_H

#include "linear.h"

struct lineup;

/*
 * For a binary model.  of_ad (sources): does the ad have this column; value (ads, sources): the
 * ads' text, only looked at where of_ad is set; missing is n = 0.  All must outlive the lineup.
 * Returns NULL when a number of an ad is text; then *bad is its place in value.
 */
struct lineup *lineup_new(
    const struct linear *, const bool *of_ad, const struct str *value, size_t ads, size_t *bad);
void lineup_free(struct lineup *);

/* Does any term join a column of the request with one of the ad? */
bool lineup_joins(const struct lineup *);

/* unseen (sources): values of ads that are no level of the model, added up. */
void lineup_unseen(const struct lineup *, uint64_t *unseen);

/*
 * eta (ads): linear predictors for a request; value (sources): its text where of_ad is not set.
 * False when a number is text; *bad is then its source.  Unseen levels are added to unseen
 * (sources).
 */
bool lineup_score(
    struct lineup *, const struct str *value, double *eta, uint64_t *unseen, size_t *bad);

#endif
