/* SPDX-License-Identifier: MIT */
#include "vw.h"

static void put(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        buf_char(out, c <= ' ' || c == '|' || c == ':' ? '_' : text.p[i]);
    }
}

void vw_put_name(struct buf *out, struct str name)
{
    put(out, name.n ? name : str_of("_"));
}

void vw_put_level(struct buf *out, struct str column, struct str level)
{
    put(out, column);
    buf_char(out, '=');
    put(out, level);
}
