/* SPDX-License-Identifier: MIT */
#include "pictures.h"

#include <string.h>

/* In a square of 120: A stands for the brand's colour, D for a dark one. */
static const char *const shape[CATEGORIES] = {
    "<rect x='40' y='18' width='40' height='84' rx='8' fill='D'/>"
    "<rect x='44' y='26' width='32' height='64' rx='3' fill='#fff'/>"
    "<rect x='49' y='32' width='22' height='22' rx='5' fill='A'/><circle cx='60' cy='96' r='3' "
    "fill='#fff'/>",
    "<rect x='28' y='30' width='64' height='46' rx='5' fill='D'/>"
    "<rect x='33' y='35' width='54' height='36' fill='#fff'/><circle cx='60' cy='53' r='10' "
    "fill='A'/>"
    "<path d='M16 80h88l-7 10H23z' fill='D'/>",
    "<rect x='46' y='30' width='28' height='16' rx='4' fill='D'/>"
    "<rect x='22' y='40' width='76' height='50' rx='9' fill='D'/><circle cx='60' cy='65' r='19' "
    "fill='#fff'/>"
    "<circle cx='60' cy='65' r='13' fill='A'/><circle cx='87' cy='50' r='3.5' fill='#fff'/>",
    "<path d='M30 72v-4a30 30 0 0 1 60 0v4' fill='none' stroke='D' stroke-width='8'/>"
    "<rect x='21' y='66' width='18' height='30' rx='8' fill='A'/>"
    "<rect x='81' y='66' width='18' height='30' rx='8' fill='A'/>",
    "<rect x='54' y='32' width='12' height='12' rx='4' fill='D'/>"
    "<rect x='26' y='43' width='68' height='9' rx='4' fill='A'/>"
    "<path d='M30 54h60v28a9 9 0 0 1-9 9H39a9 9 0 0 1-9-9z' fill='D'/>"
    "<rect x='16' y='58' width='14' height='7' rx='3' fill='D'/>"
    "<rect x='90' y='58' width='14' height='7' rx='3' fill='D'/>",
    "<rect x='57' y='56' width='6' height='36' fill='D'/><path d='M45 24h30l16 36H29z' fill='A'/>"
    "<rect x='40' y='90' width='40' height='8' rx='4' fill='D'/>",
    "<path d='M24 48c8 9 17 9 24 0l22 20c9 6 28 4 29 18H24z' fill='A'/>"
    "<rect x='22' y='85' width='78' height='9' rx='4' fill='D'/>"
    "<path d='M53 62l9-7M61 69l9-7' stroke='#fff' stroke-width='3.5' stroke-linecap='round'/>",
    "<path d='M52 30l16-10v38H52z' fill='A'/><rect x='48' y='54' width='24' height='16' "
    "fill='#fff'/>"
    "<rect x='43' y='67' width='34' height='33' rx='4' fill='D'/>",
    "<rect x='24' y='62' width='34' height='34' rx='6' fill='A'/>"
    "<rect x='62' y='62' width='34' height='34' rx='6' fill='D'/><circle cx='60' cy='41' r='19' "
    "fill='#fff'/>"
    "<circle cx='53' cy='38' r='3' fill='D'/><circle cx='67' cy='38' r='3' fill='D'/>"
    "<path d='M52 46q8 8 16 0' fill='none' stroke='D' stroke-width='3' stroke-linecap='round'/>",
    "<rect x='28' y='30' width='19' height='64' rx='3' fill='A'/>"
    "<rect x='50' y='22' width='17' height='72' rx='3' fill='D'/>"
    "<path d='M70 38l16-5 17 57-16 5z' fill='#fff'/><path d='M32 42h11M32 48h11' stroke='#fff' "
    "stroke-width='3'/>",
};

/* Bytes that may not stand in the URI as they are. */
static void put(struct buf *out, const char *svg, const char *colour)
{
    for (const char *p = svg; *p; p++)
        if (*p == 'A' && p[1] == '\'')
            put(out, colour, NULL);
        else if (*p == 'D' && p[1] == '\'')
            put(out, "#1f2937", NULL);
        else if (strchr("<>#% \"&", *p))
            buf_print(out, "%%%02X", (unsigned char)*p);
        else
            buf_char(out, *p);
}

void pictures_put(struct buf *out, const struct item *it)
{
    unsigned hue = (unsigned)it->brand * 360 / BRANDS;
    struct buf text = {0};

    buf_text(out, "data:image/svg+xml,");
    buf_print(&text,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 120 120'>"
        "<defs><linearGradient id='g' x2='1' y2='1'><stop stop-color='hsl(%u 80%% 94%%)'/>"
        "<stop offset='1' stop-color='hsl(%u 70%% 82%%)'/></linearGradient></defs>"
        "<rect width='120' height='120' rx='20' fill='url(#g)'/>%s</svg>",
        hue, hue, shape[it->category]);
    struct buf colour = {0};
    buf_print(&colour, "hsl(%u 65%% 50%%)", hue);
    put(out, buf_cstr(&text), buf_cstr(&colour));
    buf_release(&colour);
    buf_release(&text);
}
