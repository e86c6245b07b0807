/* SPDX-License-Identifier: MIT */
/*
 * sparse_form - rows as lines that Vowpal Wabbit or LIBLINEAR read, what is 0 left out
 *
 *   vw      LABEL WEIGHT | name:value ... column=level ...
 *           names as vw.h has them, in the namespace without a name; of a missing value "column="
 *           is there; a row without a label has none, and no weight either
 *   libsvm  LABEL index:value ...
 *           index: of the feature, from 1, in the order in which columns are added; missing values
 *           are left out
 *
 * Labels 0/1, -1/1, no/yes and false/true (the words in any letter case) are -1/1 for VW and 0/1
 * for LIBLINEAR, as pa-train's exported models have them; if there are others, all must be numbers
 * and stay what they are.  What cannot be written ends the program with a message.
 */
#ifndef PA_SPARSE_FORM_H
#define PA_SPARSE_FORM_H

#include "args.h"
#include "buf.h"

/* What a column is: SPARSE_NOT is not written. */
enum sparse_use { SPARSE_NOT, SPARSE_FEATURE, SPARSE_LABEL, SPARSE_WEIGHT };

struct sparse_form;

/* Is this word of --to (NULL: not given) a sparse form?  Has it a place for weights? */
bool sparse_is(const char *to);
bool sparse_has_weights(const char *to);

/* To -o or standard output, in the form of --to; completed by stream_finish. */
struct sparse_form *sparse_create(const struct common *);
/* Write out what is held (a struct sparse_form): for csv_on_wait. */
void sparse_flush(void *form);

/* A column; text: its values are levels of a category, which libsvm refuses.  Returns its number
 * for sparse_set_*.  A name that exists is a usage error, unless --replace: then the new column
 * takes the old one's place. */
size_t sparse_add(struct sparse_form *, struct str name, enum sparse_use, bool text);

/* A label that will come, before the first line: all must have come before. */
void sparse_label(struct sparse_form *, struct str label);

/* Values for the next line; one not set is 0, of a category missing, like NaN and the empty text.
 * Texts must live until sparse_write. */
void sparse_set_number(struct sparse_form *, size_t column, double x);
void sparse_set_text(struct sparse_form *, size_t column, struct str text);

enum sparse_status { SPARSE_OK, SPARSE_NO_LABEL, SPARSE_BAD_WEIGHT };

/* The line of the values set, which are then forgotten.  Nothing is written when libsvm has no
 * label, or when the weight is no number from 0 up (missing: 1). */
enum sparse_status sparse_write(struct sparse_form *);

#endif
