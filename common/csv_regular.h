/* SPDX-License-Identifier: MIT */
/*
 * csv_regular - the slicer on bytes that are strictly regular, and what it shares with csv_slice
 */
#ifndef PA_CSV_REGULAR_H
#define PA_CSV_REGULAR_H

#include "csv_slice.h"

/* Room for field number `fields`; the slices keep what they hold. */
void slice_widen(struct slicer *, size_t fields);

/* The row [at, end) is done; the next one begins at after, at mark k. */
enum slice slice_row(struct slicer *, size_t end, size_t after, size_t k);

/* What is left to be read is looked at mark by mark: it is not regular, or the end of all. */
void slice_doubt(struct slicer *);

/* Find the ends of fields and rows from byte `from` on, 0 being a row's first; false when they are
 * not all regular. */
bool regular_scan(struct slicer *, size_t from);

/* Before regular_scan goes on: keep the ends of rows that are still to come, as of at. */
void regular_move(struct slicer *);

/* The next row of regular bytes. */
enum slice regular_next(struct slicer *);

#endif
