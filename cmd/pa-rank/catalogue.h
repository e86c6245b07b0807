/* SPDX-License-Identifier: MIT */
/* catalogue - the table of ads in memory, in byte order of their names */
#ifndef PA_CATALOGUE_H
#define PA_CATALOGUE_H

#include "args.h"
#include "buf.h"
#include "csv.h"
#include "dict.h"
#include "mem.h"

struct catalogue {
    const char *path;
    struct header header;
    struct str key; /* name of the column that names ads: ad, or else item */
    size_t ads;
    struct str *name;   /* (ads) */
    struct str *value;  /* (ads, header.n) text; missing is n = 0 */
    uint64_t *line;     /* (ads) in the file */
    struct dict *place; /* from names to numbers in order of first sight ... */
    uint32_t *rank;     /* ... and from those to places in byte order */
    struct arena arena;
};

/* Read it, whole.  Two ads of one name, an ad without a name and an empty table are errors. */
void catalogue_read(struct catalogue *, const struct common *, const char *path);
void catalogue_release(struct catalogue *);

/* The place of an ad, or SIZE_MAX. */
size_t catalogue_find(const struct catalogue *, struct str name);

#endif
