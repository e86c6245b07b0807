/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include <math.h>
#include <stdint.h>

#include "num.h"

/* The square of the axes, in units of the viewBox. */
enum { LEFT = 76, TOP = 64, SIDE = 440, WIDTH = 560, TICKS = 5, LEGEND_ROW = 22 };

/* Okabe and Ito's colours (2008), which the colour-blind can tell apart. */
static const char *const colours[PICTURE_CURVES] = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b6b6b", "#000000"};

/* Bytes of the UTF-8 character (RFC 3629) that text begins with; 0: none, or one of the two that
 * XML leaves out of those, U+FFFE and U+FFFF. */
static size_t character(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    unsigned least = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned most = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (n > s.n || (p[0] >= 0x80 && p[0] < 0xc2) || p[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (p[i] < least || p[i] > most)
            return 0;
        least = 0x80;
        most = 0xbf;
    }
    bool left_out = n == 3 && p[0] == 0xef && p[1] == 0xbf && p[2] > 0xbd;
    return left_out ? 0 : n;
}

/* Text of a label: XML's own characters escaped, what XML does not allow replaced. */
static void put_text(struct buf *b, struct str s)
{
    static const char *const escape[128] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};
    while (s.n) {
        unsigned char c = (unsigned char)s.p[0];
        size_t n = character(s);
        if (n == 0 || c < 0x20 || c == 0x7f)
            buf_char(b, '?');
        else if (c < 0x80 && escape[c])
            buf_text(b, escape[c]);
        else
            buf_put(b, s.p, n);
        s.p += n ? n : 1;
        s.n -= n ? n : 1;
    }
}

/* A coordinate in hundredths of a unit. */
static void put_place(struct buf *b, double x)
{
    num_put(b, floor(x * 100 + 0.5) / 100);
}

static double across(const struct picture *p, double x)
{
    return LEFT + SIDE * (x / p->most);
}

static double down(const struct picture *p, double y)
{
    return TOP + SIDE * (1 - y / p->most);
}

static void put_line(struct buf *b, const double at[4], const char *style)
{
    static const char *const name[] = {"x1", "y1", "x2", "y2"};
    buf_text(b, "<line");
    for (int i = 0; i < 4; i++) {
        buf_print(b, " %s=\"", name[i]);
        put_place(b, at[i]);
        buf_char(b, '"');
    }
    buf_print(b, " %s/>\n", style);
}

static void put_axes(struct buf *b, const struct picture *p)
{
    for (int i = 0; i <= TICKS; i++) {
        double v = p->most * i / TICKS, x = across(p, v), y = down(p, v);
        const char *grid = "stroke=\"#e3e3e3\"";
        put_line(b, (double[]){x, TOP, x, TOP + SIDE}, grid);
        put_line(b, (double[]){LEFT, y, LEFT + SIDE, y}, grid);
        struct buf tick = {0};
        num_put(&tick, floor(v * 1e6 + 0.5) / 1e6);
        buf_text(b, "<text text-anchor=\"middle\" x=\"");
        put_place(b, x);
        buf_print(b, "\" y=\"%d\">%s</text>\n", TOP + SIDE + 20, buf_cstr(&tick));
        buf_print(b, "<text text-anchor=\"end\" x=\"%d\" y=\"", LEFT - 9);
        put_place(b, y + 4);
        buf_print(b, "\">%s</text>\n", buf_cstr(&tick));
        buf_release(&tick);
    }
    buf_print(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" ", LEFT, TOP,
        SIDE, SIDE);
    buf_text(b, "stroke=\"#555555\"/>\n");
    put_line(b, (double[]){LEFT, TOP + SIDE, LEFT + SIDE, TOP},
        "stroke=\"#999999\" stroke-dasharray=\"5 5\"");
}

static void put_labels(struct buf *b, const struct picture *p)
{
    int middle = LEFT + SIDE / 2;
    buf_print(b, "<text text-anchor=\"middle\" font-size=\"18\" x=\"%d\" y=\"36\">", middle);
    put_text(b, str_of(p->title));
    buf_print(b, "</text>\n<text text-anchor=\"middle\" font-size=\"15\" x=\"%d\" y=\"%d\">",
        middle, TOP + SIDE + 46);
    put_text(b, str_of(p->x_label));
    buf_print(b,
        "</text>\n<text text-anchor=\"middle\" font-size=\"15\" "
        "transform=\"translate(24 %d) rotate(-90)\">",
        TOP + SIDE / 2);
    put_text(b, str_of(p->y_label));
    buf_text(b, "</text>\n");
}

/* Points closer than half a unit to the one before do not show. */
static void put_path(
    struct buf *b, const struct picture *p, const struct picture_curve *c, const char *colour)
{
    double last_x = -1e9, last_y = -1e9;
    buf_print(b,
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2.2\" stroke-linejoin=\"round\" "
        "points=\"",
        colour);
    for (size_t i = 0; i < c->n; i++) {
        double x = across(p, c->x[i]), y = down(p, c->y[i]);
        if (i + 1 < c->n && fabs(x - last_x) < 0.5 && fabs(y - last_y) < 0.5)
            continue;
        if (i)
            buf_char(b, ' ');
        put_place(b, x);
        buf_char(b, ',');
        put_place(b, y);
        last_x = x;
        last_y = y;
    }
    buf_text(b, "\"/>\n");
}

static void put_points(
    struct buf *b, const struct picture *p, const struct picture_curve *c, const char *colour)
{
    struct buf style = {0};
    buf_print(&style, "stroke=\"%s\" stroke-width=\"1.4\" stroke-opacity=\"0.7\"", colour);
    for (size_t i = 0; i < c->n; i++) {
        double x = across(p, c->x[i]);
        if (c->low) {
            double high = c->high[i] < p->most ? c->high[i] : p->most;
            put_line(b, (double[]){x, down(p, c->low[i]), x, down(p, high)}, buf_cstr(&style));
        }
        buf_text(b, "<circle r=\"4\" cx=\"");
        put_place(b, x);
        buf_text(b, "\" cy=\"");
        put_place(b, down(p, c->y[i]));
        buf_print(b, "\" fill=\"%s\"/>\n", colour);
    }
    buf_release(&style);
}

static void put_legend(struct buf *b, const struct picture_curve *c, size_t row, const char *colour)
{
    int y = TOP + SIDE + 76 + LEGEND_ROW * (int)row;
    buf_print(b, "<rect x=\"%d\" y=\"%d\" width=\"22\" height=\"4\" fill=\"%s\"/>\n", LEFT, y - 6,
        colour);
    buf_print(b, "<text x=\"%d\" y=\"%d\">", LEFT + 32, y);
    put_text(b, c->name);
    buf_text(b, "</text>\n");
}

void picture_write(const struct picture *p, struct buf *b)
{
    size_t legends = 0;
    for (size_t i = 0; i < p->curves; i++)
        legends += p->curve[i].name.n > 0;
    int height = TOP + SIDE + 66 + LEGEND_ROW * (int)legends;
    buf_print(b,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" "
        "font-size=\"13\" fill=\"#222222\">\n<title>",
        WIDTH, height, WIDTH, height);
    put_text(b, str_of(p->title));
    buf_print(b, "</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", WIDTH, height);
    put_axes(b, p);
    put_labels(b, p);
    size_t row = 0;
    for (size_t i = 0; i < p->curves; i++) {
        const char *colour = colours[i % PICTURE_CURVES];
        put_path(b, p, &p->curve[i], colour);
        if (p->curve[i].points)
            put_points(b, p, &p->curve[i], colour);
        if (p->curve[i].name.n > 0)
            put_legend(b, &p->curve[i], row++, colour);
    }
    buf_text(b, "</svg>\n");
}

double picture_round_up(double x)
{
    static const double end[] = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 0.75};
    for (size_t i = 0; i < sizeof end / sizeof *end; i++)
        if (x <= end[i])
            return end[i];
    return 1;
}
