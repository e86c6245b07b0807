/* SPDX-License-Identifier: MIT */
#include "keys.h"

bool keys_end(struct keys *k)
{
    k->end[k->n++] = k->text.n;
    return k->n == KEYS_MOST;
}

void keys_views(const struct keys *k, struct str view[KEYS_MOST])
{
    for (size_t i = 0, at = 0; i < k->n; at = k->end[i++])
        view[i] = (struct str){k->text.p + at, k->end[i] - at};
}

void keys_clear(struct keys *k)
{
    k->n = 0;
    buf_clear(&k->text);
}
