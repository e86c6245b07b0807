/* SPDX-License-Identifier: MIT */
/*
 * check - the conditions of --fail-on
 *
 *   CONDITIONS = CONDITION{,CONDITION};  CONDITION = NAME (< | <= | > | >=) (NUMBER | NAME)
 *
 * A condition that holds in any group is a failure, and so is one that cannot be told because a
 * number in it is undefined, or was in no group: a check must not pass in silence.  A group that
 * does not have a measure at all is not judged by it.
 */
#ifndef PA_CHECK_H
#define PA_CHECK_H

#include "buf.h"

struct check;

/* names: the measures that there are, ended by NULL; another one is a wrong call.  text NULL: none.
 */
struct check *check_parse(const char *text, const char *const *names);

/* The value of a measure, then the end of a group ("" without groups). */
void check_value(struct check *, const char *name, double value);
void check_group(struct check *, struct str group);

/* After stream_finish: ends the program with 3 if any condition held; frees. */
void check_end(struct check *);

#endif
