/* SPDX-License-Identifier: MIT */
/*
 * role - what a column is for, told by its name
 *
 * The role decides what may be learnt from (pa-formats(5)).  A name that an option gives to a role
 * (-u customer_id, -l bought) has that role, and the role's usual name keeps its own too.
 */
#ifndef PA_ROLE_H
#define PA_ROLE_H

#include <stdbool.h>

#include "columns.h"

enum role {
    ROLE_FEATURE,
    ROLE_KEY,
    ROLE_TIME,
    ROLE_EVENT,
    ROLE_OUTCOME,
    ROLE_PROPENSITY,
    ROLE_POSITION,
    ROLE_BOOKKEEPING,
    ROLE_GROUP
};

enum role role_of(struct str name);
const char *role_name(enum role);
/* Is a column of this role one to learn from if none are named? */
bool role_is_learnt_from(enum role);

/*
 * The columns to learn from: -f, or all features and groups; without -x; never those in not
 * (label, weight, ... whatever their name).  What is left out by its role is said in one line on
 * standard error, with -v the whole list.  An unused weight column is warned about.
 */
struct role_choice {
    const char *features, *exclude; /* option values, NULL: not given */
    const struct columns * not ;
};
struct columns role_features(const struct header *, const struct role_choice *);

#endif
