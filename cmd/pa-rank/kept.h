/* SPDX-License-Identifier: MIT */
/* kept - rows of an input put aside compactly, to be written later */
#ifndef PA_KEPT_H
#define PA_KEPT_H

#include "csv.h"
#include "mem.h"

struct kept {
    size_t columns;
    struct str *raw, *text; /* (columns) of the row given out last */
    struct buf packed;
    struct arena arena;
};

/* One row put aside; lives until kept_release. */
struct kept_row {
    char *bytes;
    uint32_t n, room;
};

void kept_init(struct kept *, size_t columns);
void kept_release(struct kept *);

/* Put a row aside; in place of old, if its room is enough (old->bytes NULL: none). */
struct kept_row kept_put(struct kept *, const struct row *, const struct kept_row *old);

/* The row again; its views live until the next call. */
struct row kept_get(struct kept *, const struct kept_row *);

#endif
