/* SPDX-License-Identifier: MIT */
/*
 * vw - names as Vowpal Wabbit's text takes them
 *
 * Its lines are cut at blanks, bars and colons, and nothing escapes them: they become underscores,
 * in rows and in models alike, as control characters do, which VW trims before it hashes.  A name
 * without a character, which VW would number, is "_".
 */
#ifndef PA_VW_H
#define PA_VW_H

#include "buf.h"

/* Append the name of a column or term. */
void vw_put_name(struct buf *, struct str name);

/* Append "column=level". */
void vw_put_level(struct buf *, struct str column, struct str level);

#endif
