/* SPDX-License-Identifier: MIT */
/*
 * requests - each input row asks for ads of a catalogue, and is answered before the next is read
 *
 * Answers are the request's columns, then ad (or item: the catalogue's name for it), rank, score,
 * prob, reason; always k rows.  reason is the policy's name, "no-ad" when the catalogue has no more
 * ads (ad, score and prob are empty then), or "bad-request" for one that cannot be used and is
 * kept.
 *
 * Or the rows are logged requests, of which one column names the ad that was shown; they get
 * policy_prob (this policy's probability of it in the first slot; 0 for an ad that is not in the
 * catalogue), q (its score; empty for such an ad) and q_policy (the policy's expected score).
 */
#ifndef PA_REQUESTS_H
#define PA_REQUESTS_H

#include "draws.h"
#include "policy.h"
#include "scorer.h"

struct requests {
    const char *catalogue, *model; /* files; model NULL: score is a column of the catalogue */
    const char *score, *logged;    /* columns; logged NULL: answer */
    const char *policy_name;       /* the reason of answers */
    struct policy policy;
    struct draws_options draws;
    size_t k, explain;
    bool watch; /* take up a new catalogue or model between two requests */
};

void requests_answer(const struct common *, const struct requests *);

#endif
