/* SPDX-License-Identifier: MIT */
/* factors - what classes weigh: the CLASS=W,... of --class-weight */
#ifndef PA_FACTORS_H
#define PA_FACTORS_H

#include <stdbool.h>

#include "buf.h"

struct factor {
    struct str class; /* lives until exit */
    double weight;    /* above 0, up to 1e100 */
};

struct factors {
    struct factor *at;
    size_t n;
    bool many; /* classes are texts as they are, else labels of two (pair_same) */
};

/* Of the option, NULL: none.  W stands behind the last '=' of an item, and in the class before it a
 * backslash takes the meaning from the next character.  What is none is a usage error, and so is a
 * class that is named twice. */
struct factors factors_parse(const char *option, bool many);
void factors_release(struct factors *);
/* That of a class, or NULL. */
const struct factor *factors_find(const struct factors *, struct str class);

#endif
