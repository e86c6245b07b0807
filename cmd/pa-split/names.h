/* SPDX-License-Identifier: MIT */
/*
 * names - the files that parts go to
 */
#ifndef PA_SPLIT_NAMES_H
#define PA_SPLIT_NAMES_H

#include <stddef.h>

#include "buf.h"

/* Views of the list; release with mem_free(at). */
struct names {
    struct str *at;
    size_t n;
};

/* The LIST of --names: a usage error unless it names each of so many parts, and none twice. */
struct names names_parse(const char *list, size_t parts);

#endif
