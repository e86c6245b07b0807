/* SPDX-License-Identifier: MIT */
/*
 * csv_batch - rows that outlive the next one
 *
 * A few rows are copied, so that what must be found for each of them can be found for all at once.
 * Memory: at most 64 rows, 256 KiB of their bytes (or one longer row) and 1 MiB of views.
 */
#ifndef PA_CSV_BATCH_H
#define PA_CSV_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"
#include "keys.h"

enum { BATCH_ROWS = KEYS_MOST }; /* at most */

struct batch;

/* For rows of so many columns. */
struct batch *batch_new(size_t columns);
void batch_free(struct batch *);

/* A copy of the row; false when there is no room, which an empty batch always has. */
bool batch_add(struct batch *, const struct row *);
size_t batch_size(const struct batch *);
const struct row *batch_row(const struct batch *, size_t i);
void batch_clear(struct batch *);

#endif
