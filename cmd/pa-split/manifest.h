/* SPDX-License-Identifier: MIT */
/*
 * manifest - where a file can be cut, so that many machines read it
 *
 * A table of one column, range: FROM:TO:ROW, bytes from FROM up to but without TO, which begin with
 * row ROW (from 1) of the table.  Rows fall into blocks of PAR_BLOCK; a range is whole blocks,
 * about as many in each.  The ranges together are all rows.
 */
#ifndef PA_SPLIT_MANIFEST_H
#define PA_SPLIT_MANIFEST_H

#include "args.h"

/* At most n >= 1 ranges, fewer when there are fewer blocks, of the one plain file in common. */
void manifest_write(const struct common *, size_t n);

#endif
