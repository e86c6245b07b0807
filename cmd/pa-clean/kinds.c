/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include <string.h>

#include "mem.h"

static size_t place_of(struct kinds *k, const char *file, enum timestamp_kind first)
{
    size_t i = 0;
    while (i < k->n && k->of[i].file != file)
        i++;
    if (i == k->n) {
        k->of = mem_grow(k->of, &k->cap, ++k->n, sizeof *k->of);
        k->of[i] = (struct file_kind){file, first};
    }
    return i;
}

bool kinds_agree(struct kinds *k, const char *file, enum timestamp_kind kind)
{
    if (k->now == k->n || k->of[k->now].file != file)
        k->now = place_of(k, file, kind);
    return k->of[k->now].kind == kind;
}

const char *kinds_name(const struct kinds *k)
{
    static const char *const name[] = {[TIMESTAMP_NONE] = "none",
        [TIMESTAMP_ISO] = "ISO 8601",
        [TIMESTAMP_SECONDS] = "Unix seconds",
        [TIMESTAMP_MILLISECONDS] = "Unix milliseconds"};
    return name[k->of[k->now].kind];
}

struct kinds kinds_copy(const struct kinds *k)
{
    struct kinds copy = {mem_alloc(k->n, sizeof *copy.of), k->n, k->n, k->now};
    if (k->n)
        memcpy(copy.of, k->of, k->n * sizeof *copy.of);
    return copy;
}

void kinds_release(struct kinds *k)
{
    mem_free(k->of);
}
