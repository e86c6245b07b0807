/* SPDX-License-Identifier: MIT */
#include "vw.h"

#include <string.h>

static void put(struct buf *out, struct str text)
{
    static const char cuts[] = " |:\t\n\r\v\f";
    for (size_t i = 0; i < text.n; i++)
        buf_char(out, memchr(cuts, text.p[i], sizeof cuts - 1) ? '_' : text.p[i]);
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
