/* SPDX-License-Identifier: MIT */
/* chosen - did a choice of columns come to these numbers, "2 3 4"? */
#ifndef PA_CHOSEN_H
#define PA_CHOSEN_H

#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "mem.h"

/* what: named where it is wrong.  Frees the columns. */
static inline int chosen(struct columns c, const char *what, const char *wanted)
{
    char got[256] = "";
    for (size_t i = 0; i < c.n; i++)
        sprintf(got + strlen(got), i ? " %zu" : "%zu", c.at[i]);
    mem_free(c.at);
    if (strcmp(got, wanted) == 0)
        return 1;
    printf("# %s: got %s, wanted %s\n", what, got, wanted);
    return 0;
}

#endif
