/* SPDX-License-Identifier: MIT */
/*
 * The slicer against libcsv and against a third reader, a plain state machine: on all short strings
 * over the bytes that matter and on random ones, shown whole and in pieces, with what follows an
 * unusable row.
 */
#include "csv_slice.h"

#include "mem.h"
#include "rng.h"
#include "t.h"

#define csv_write csv_write_of_libcsv /* two headers of one name, two functions too */
#include <csv.h>
#undef csv_write

/* A transcript: fields end in US, rows in RS; errors are "!CODE:LINE:BYTES". */
enum { US = 0x1f, RS = 0x1e };

static const struct slice_rules csv_rules = {.delim = ',', .max_field = 1 << 20};
static const struct slice_rules tsv_rules = {.delim = '\t', .tsv = true, .max_field = 1 << 20};

static void put_error(struct buf *out, int code, uint64_t line, struct str bytes)
{
    buf_print(out, "!%d:%d:", code, (int)line);
    buf_str(out, bytes);
    buf_char(out, RS);
}

static void put_row(struct buf *out, const struct slicer *s)
{
    for (size_t i = 0; i < s->fields; i++) {
        buf_str(out, s->text[i]);
        buf_char(out, US);
    }
    buf_print(out, "%d:%d", (int)s->row_line, s->bytes.n == 0);
    buf_char(out, RS);
}

/* Read p[0..n) as the slicer does when bytes arrive step at a time. */
static void by_slicer(
    struct buf *out, const struct slice_rules *rules, const char *p, size_t n, size_t step)
{
    struct slicer s;
    size_t base = 0, shown = 0;
    enum slice got;
    slicer_init(&s, *rules);
    buf_clear(out);
    while ((got = slicer_next(&s)) != SLICE_END && got != SLICE_FAILED) {
        if (got == SLICE_MORE) {
            bool last = shown == n;
            base += s.at;
            shown = n - shown < step ? n : shown + step;
            slicer_show(&s, p + base, shown - base, last);
        } else if (got == SLICE_ROW) {
            put_row(out, &s);
        } else {
            put_error(out, (int)s.bad_code, s.bad_line, s.bad_bytes);
            slicer_skip(&s);
        }
    }
    if (got == SLICE_FAILED)
        buf_text(out, "failed");
    slicer_release(&s);
}

/* The third reader: RFC 4180 by the byte. */
struct naive {
    const char *p;
    size_t n, at;
    uint64_t line;
    struct buf *out;
    struct buf row;
};

static const char *line_end_of(const struct naive *r, size_t at)
{
    const char *end = at < r->n ? memchr(r->p + at, '\n', r->n - at) : NULL;
    return end ? end : r->p + r->n;
}

static void naive_fail(struct naive *r, size_t start, int code, uint64_t line)
{
    const char *end = line_end_of(r, start);
    size_t n = (size_t)(end - (r->p + start));
    struct str bytes = {r->p + start, n - (n && end[-1] == '\r')};
    put_error(r->out, code, line, bytes);
    r->at = (size_t)(end - r->p) + (end < r->p + r->n);
    r->line++;
}

/* Is the row at an end here: newline, CRLF or the end of input?  How long is that? */
static bool at_end(const struct naive *r, size_t *length)
{
    size_t left = r->n - r->at;
    *length = left == 0 ? 0 : r->p[r->at] == '\n' ? 1 : 2;
    return left == 0 || r->p[r->at] == '\n' ||
           (left > 1 && r->p[r->at] == '\r' && r->p[r->at + 1] == '\n');
}

/* A quoted field from its opening quote; false when broken. */
static bool naive_quoted(struct naive *r, size_t start, uint64_t *line)
{
    uint64_t opened = *line;
    size_t skip;
    for (r->at++;; r->at++) {
        if (r->at >= r->n) {
            naive_fail(r, start, E_QUOTE, opened);
            return false;
        }
        if (r->p[r->at] == '"' && (r->at + 1 >= r->n || r->p[r->at + 1] != '"'))
            break;
        r->at += r->p[r->at] == '"';
        *line += r->p[r->at] == '\n';
        buf_char(&r->row, r->p[r->at]);
    }
    r->at++;
    if (at_end(r, &skip) || r->p[r->at] == ',')
        return true;
    bool cr = r->p[r->at] == '\r';
    naive_fail(r, start, cr ? E_CR : E_QUOTE, cr ? *line : opened);
    return false;
}

static bool naive_bare(struct naive *r, size_t start, uint64_t line)
{
    size_t skip;
    for (; !at_end(r, &skip) && r->p[r->at] != ','; r->at++) {
        char c = r->p[r->at];
        if (c == '"' || c == '\r') {
            naive_fail(r, start, c == '"' ? E_QUOTE : E_CR, line);
            return false;
        }
        buf_char(&r->row, c);
    }
    return true;
}

static void naive_row(struct naive *r)
{
    size_t start = r->at, skip;
    uint64_t line = r->line;
    buf_clear(&r->row);
    for (;; r->at++) {
        bool quoted = r->at < r->n && r->p[r->at] == '"';
        if (!(quoted ? naive_quoted(r, start, &line) : naive_bare(r, start, line)))
            return;
        buf_char(&r->row, US);
        if (at_end(r, &skip))
            break;
    }
    buf_str(r->out, buf_view(&r->row));
    buf_print(r->out, "%d:%d", (int)r->line, r->at == start);
    buf_char(r->out, RS);
    r->at += skip;
    r->line = line + 1;
}

static void by_naive(struct buf *out, const char *p, size_t n)
{
    struct naive r = {.p = p, .n = n, .line = 1, .out = out};
    buf_clear(out);
    while (r.at < n)
        naive_row(&r);
    buf_release(&r.row);
}

/* libcsv on the whole; its rows without the numbers of lines. */
static void on_field(void *p, size_t n, void *out)
{
    buf_put(out, p, n);
    buf_char(out, US);
}

static void on_row(int c, void *out)
{
    (void)c;
    buf_char(out, RS);
}

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static bool by_libcsv(struct buf *out, const char *p, size_t n)
{
    struct csv_parser parser;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&parser, no_space);
    buf_clear(out);
    bool good = csv_parse(&parser, p, n, on_field, on_row, out) == n;
    good = good && csv_fini(&parser, on_field, on_row, out) == 0;
    csv_free(&parser);
    return good;
}

/* A transcript without errors as libcsv gives it: no lines, no blank rows. */
static void as_libcsv(struct buf *out, struct str transcript)
{
    buf_clear(out);
    while (transcript.n) {
        struct str rest, row = str_cut(transcript, RS, &rest);
        while (row.n && row.p[row.n - 1] != US)
            row.n--;
        bool blank = row.n == 1 && rest.p[-2] == '1';
        if (!blank) {
            buf_str(out, row);
            buf_char(out, RS);
        }
        transcript = rest;
    }
}

static struct buf first, again, wanted, theirs, ours;

static bool has_error(struct buf *transcript, enum reject code)
{
    char mark[16];
    snprintf(mark, sizeof mark, "!%d:", (int)code);
    return strstr(buf_cstr(transcript), mark);
}

/* All readers and all ways of showing the bytes agree. */
static bool agree(const char *p, size_t n)
{
    by_slicer(&first, &csv_rules, p, n, n ? n : 1);
    for (size_t step = 1; step < n && step < 4; step++) {
        by_slicer(&again, &csv_rules, p, n, step);
        if (!str_equal(buf_view(&first), buf_view(&again)))
            return false;
    }
    by_naive(&wanted, p, n);
    if (!str_equal(buf_view(&first), buf_view(&wanted)))
        return false;
    if (has_error(&wanted, E_CR))
        return true;
    bool good = by_libcsv(&theirs, p, n);
    if (has_error(&wanted, E_QUOTE))
        return !good;
    as_libcsv(&ours, buf_view(&wanted));
    return good && str_equal(buf_view(&ours), buf_view(&theirs));
}

static bool show(const char *p, size_t n)
{
    printf("# differs on");
    for (size_t i = 0; i < n; i++)
        printf(" %02x", (unsigned)(unsigned char)p[i]);
    printf("\n# slicer %.*s\n# naive %.*s\n", (int)first.n, first.p, (int)wanted.n, wanted.p);
    return false;
}

static bool all_strings(size_t n)
{
    static const char letter[] = {'a', ',', '"', '\n', '\r', ' '};
    char p[16];
    size_t count = 1;
    for (size_t i = 0; i < n; i++)
        count *= sizeof letter;
    for (size_t k = 0; k < count; k++) {
        size_t rest = k;
        for (size_t i = 0; i < n; i++, rest /= sizeof letter)
            p[i] = letter[rest % sizeof letter];
        if (!agree(p, n))
            return show(p, n);
    }
    return true;
}

/* Random bytes, weighted towards those that matter; with_nul: some are NUL. */
static size_t random_bytes(char *p, size_t most, uint64_t round, const char *letters, size_t kinds)
{
    size_t n = rng_below(1, RNG_SHOP, round, 0, most + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = letters[rng_below(1, RNG_SHOP, round, (uint32_t)i + 1, kinds)];
    return n;
}

static bool random_csv(void)
{
    static const char letters[] = "aaab\xC3\xA9,,,\"\"\"\n\n\r ;\t\\";
    char p[300];
    for (uint64_t round = 0; round < 60000; round++) {
        size_t n = random_bytes(p, sizeof p, round, letters, sizeof letters - 1);
        if (!agree(p, n))
            return show(p, n);
    }
    return true;
}

/* Well-formed rows that are long beside the pieces they arrive in. */
static bool random_good(void)
{
    static const char inside[] = "ab,\n\r\"";
    struct buf text = {0};
    bool same = true;
    for (uint64_t round = 0; round < 400 && same; round++) {
        buf_clear(&text);
        for (uint32_t f = 0; f < 40; f++) {
            size_t n = rng_below(2, RNG_SHOP, round, 2 * f, 90);
            buf_char(&text, '"');
            for (size_t i = 0; i < n; i++) {
                char c = inside[rng_below(3, RNG_SHOP, round * 64 + f, (uint32_t)i, 6)];
                buf_char(&text, c);
                if (c == '"')
                    buf_char(&text, c);
            }
            buf_char(&text, '"');
            buf_text(&text, rng_below(4, RNG_SHOP, round, f, 3) ? "," : "\r\n");
        }
        by_slicer(&first, &csv_rules, text.p, text.n, text.n);
        by_naive(&wanted, text.p, text.n);
        same = str_equal(buf_view(&first), buf_view(&wanted));
        for (size_t step = 1; step < 200 && same; step += 13) {
            by_slicer(&again, &csv_rules, text.p, text.n, step);
            same = str_equal(buf_view(&first), buf_view(&again));
        }
    }
    buf_release(&text);
    return same;
}

/* Whatever the bytes, pieces do not matter. */
static bool pieces_do_not_matter(const struct slice_rules *rules, const char *letters, size_t kinds)
{
    char p[200];
    for (uint64_t round = 0; round < 30000; round++) {
        size_t n = random_bytes(p, sizeof p, round, letters, kinds);
        by_slicer(&first, rules, p, n, n ? n : 1);
        for (size_t step = 1; step < 90; step = 3 * step + 1) {
            by_slicer(&again, rules, p, n, step);
            if (!str_equal(buf_view(&first), buf_view(&again)))
                return show(p, n);
        }
    }
    return true;
}

static bool slices(const struct slice_rules *rules, const char *text, size_t n, const char *want)
{
    by_slicer(&first, rules, text, n, n ? n : 1);
    for (char *p = first.p; p < first.p + first.n; p++)
        *p = *p == US ? '|' : *p == RS ? ';' : *p;
    bool same = str_is(buf_view(&first), want);
    if (!same)
        printf("# got %.*s\n", (int)first.n, first.p);
    return same;
}

static bool csv(const char *text, const char *want)
{
    return slices(&csv_rules, text, strlen(text), want);
}

static bool tsv(const char *text, const char *want)
{
    return slices(&tsv_rules, text, strlen(text), want);
}

static bool lenient(const char *text, const char *want)
{
    struct slice_rules rules = csv_rules;
    rules.lenient = true;
    return slices(&rules, text, strlen(text), want);
}

/* A NUL in line 2 spoils that line only. */
static bool has_nul(const char *text, size_t n)
{
    by_slicer(&first, &csv_rules, text, n, n);
    struct str end = {first.p + first.n - 6, 6};
    return has_error(&first, E_NUL) && str_is(end, "z\x1f\x33:0\x1e");
}

static void errors_name_their_line(void)
{
    ok(csv("a,b\n\"x\ny\",1\n2,\"open\nz", "a|b|1:0;x\ny|1|2:0;!1:4:2,\"open;z|5:0;"));
    ok(csv("a\n\"b\nc\"d\ne", "a|1:0;!1:2:\"b;!1:3:c\"d;e|4:0;"));
    ok(csv("a\n\"b\"\"\nc", "a|1:0;!1:2:\"b\"\";c|3:0;"));
    ok(csv("a\rb\nc\n", "!11:1:a\rb;c|2:0;"));
    ok(csv("\"a\nb\"\rc\nd\n", "!11:2:\"a;!1:2:b\"\rc;d|3:0;"));
    ok(slices(&csv_rules, "a\n1\0", 4, "a|1:0;failed"));
    ok(slices(&csv_rules, "a\n\0", 3, "a|1:0;failed"));
    ok(slices(&csv_rules, "a\n\"x\0", 5, "a|1:0;failed"));
    ok(has_nul("a\nx\0y\nz\n", 8));
    ok(has_nul("a\n\"x\0y\"\nz\n", 10));
}

static void tsv_escapes(void)
{
    ok(tsv("a\\tb\tc\\n\\r\\\\d\n", "a\tb|c\n\r\\d|1:0;"));
    ok(tsv("a\\xb\t\\\n\\", "a\\xb|\\|1:0;\\|2:0;"));
    ok(tsv("\"a\t\"\n", "\"a|\"|1:0;"));
    ok(tsv("a\tb\r\n\t\r\n", "a|b|1:0;||2:0;"));
    ok(tsv("a\rb\n", "!11:1:a\rb;"));
}

static void lenient_quotes(void)
{
    ok(lenient("a\"b,c\n", "a\"b|c|1:0;"));
    ok(lenient("\"a\"b,c\n\"d\"\n", "a\"b,c\n\"d|1:0;"));
    ok(lenient("\"a\",b\n", "a|b|1:0;"));
    ok(lenient("\"open\nb\n", "!1:1:\"open;b|2:0;"));
}

/* What comes out raw of a lenient row reads strictly as its texts do. */
static bool mended_is_strict(const char *p, size_t n)
{
    struct slice_rules rules = csv_rules;
    struct slicer s;
    rules.lenient = true;
    slicer_init(&s, rules);
    slicer_show(&s, p, n, true);
    bool same = true;
    for (enum slice got; same && (got = slicer_next(&s)) != SLICE_END;) {
        if (got == SLICE_BAD) {
            slicer_skip(&s);
            continue;
        }
        buf_clear(&ours);
        buf_clear(&theirs);
        for (size_t i = 0; i < s.fields; i++) {
            buf_str(&ours, s.text[i]);
            buf_char(&ours, US);
            buf_text(&theirs, i ? "," : "");
            buf_str(&theirs, s.raw[i]);
        }
        buf_print(&ours, "1:%d%c", theirs.n == 0, RS);
        buf_char(&theirs, '\n');
        by_slicer(&wanted, &csv_rules, theirs.p, theirs.n, theirs.n);
        same = str_equal(buf_view(&wanted), buf_view(&ours));
    }
    slicer_release(&s);
    return same;
}

/* Lenient reading: pieces do not matter, and what is not regular is mended. */
static bool lenient_strings(size_t n)
{
    static const char letter[] = {'a', ',', '"', '\n', '\r'};
    struct slice_rules rules = csv_rules;
    char p[16];
    size_t count = 1;
    rules.lenient = true;
    for (size_t i = 0; i < n; i++)
        count *= sizeof letter;
    for (size_t k = 0; k < count; k++) {
        size_t rest = k;
        for (size_t i = 0; i < n; i++, rest /= sizeof letter)
            p[i] = letter[rest % sizeof letter];
        if (!mended_is_strict(p, n))
            return show(p, n);
        by_slicer(&first, &rules, p, n, n);
        for (size_t step = 1; step < n && step < 4; step++) {
            by_slicer(&again, &rules, p, n, step);
            if (!str_equal(buf_view(&first), buf_view(&again)))
                return show(p, n);
        }
    }
    return true;
}

/* A field of more than max_field bytes, quoted or not, whole or in pieces, at the end or not. */
static bool limited(const char *before, size_t field, const char *after, bool fits)
{
    struct slice_rules rules = {.delim = ',', .max_field = 100};
    struct buf text = {0};
    bool same = true;
    buf_text(&text, before);
    for (size_t i = 0; i < field; i++)
        buf_char(&text, 'x');
    buf_text(&text, after);
    by_slicer(&first, &rules, text.p, text.n, text.n);
    for (size_t step = 1; step < text.n && same; step += 1 + step / 4) {
        by_slicer(&again, &rules, text.p, text.n, step);
        same = str_equal(buf_view(&first), buf_view(&again));
    }
    buf_release(&text);
    return same && fits != has_error(&first, E_FIELD_SIZE);
}

static void fields_have_a_limit(void)
{
    ok(limited("a,b\n1,", 100, "\n2,3\n", true));
    ok(limited("a,b\n1,", 101, "\n2,3\n", false));
    ok(limited("a,b\n1,", 101, "", false));
    ok(limited("a,b\n1,", 100, "\r\n", true));
    ok(limited("a,b\n1,", 100, "", true));
    ok(limited("a,b\n1,", 1000, ",x\n2,3\n", false));
    ok(limited("a,b\n1,\"", 100, "\"\n2,3\n", true));
    ok(limited("a,b\n1,\"", 98, "\"\"\"\"\"\n2,3\n", true));
    ok(limited("a,b\n1,\"", 101, "\"\n2,3\n", false));
    ok(limited("a,b\n1,\"", 1000, "\n\n2,3\n", false));
    ok(limited("a,b\n1,\"", 1000, "", false));
    ok(limited("a,b\n\"1\"\"\",", 1000, "\n2,3\n", false));
    ok(limited("a,b\n\"1\"\"\",", 1000, "", false));
    ok(limited("a,b\n1,", 1000, "\"\n2,3\n", false));
    ok(limited("a,b\n1,\"\"", 99, "\"\n2,3\n", true));
    ok(limited("a,b\n1,\"\"", 100, "\"\n2,3\n", false));
    ok(limited("a,b\n1,\r", 1000, "\n2,3\n", true));
}

/* More is shown before any row was taken, and then while a row is open over lines. */
static void shown_in_pieces(void)
{
    static const char p[] = "1,2\n3,4\n5,\"x\ny\"\n6,7\n";
    static const size_t both[] = {0, 1};
    enum { FIRST = 9, SECOND = 13, LEFT = 8, ALL = sizeof p - 1, MOST = 4 };
    struct str text[2 * MOST];
    struct slicer s;
    slicer_init(&s, csv_rules);
    slicer_use(&s, 2, (struct slice_use){both, 2, both, 2});
    slicer_show(&s, p, FIRST, false);
    slicer_show(&s, p, SECOND, false);
    ok(slicer_run(&s, MOST, text) == 2 && str_is(text[1], "3") && str_is(text[MOST], "2"));
    ok(s.at == LEFT && slicer_next(&s) == SLICE_MORE);
    slicer_show(&s, p + LEFT, ALL - LEFT, true);
    ok(slicer_run(&s, MOST, text) == 0);
    ok(slicer_next(&s) == SLICE_ROW && s.row_line == 3 && str_is(s.text[1], "x\ny"));
    ok(s.line == 5 && slicer_run(&s, MOST, text) == 1 && str_is(text[MOST], "7"));
    ok(slicer_next(&s) == SLICE_END);
    slicer_release(&s);
}

int main(void)
{
    for (size_t n = 0; n <= 7; n++)
        ok_named(all_strings(n), "all strings of a length over a , \" LF CR space");
    for (size_t n = 1; n <= 7; n++)
        ok_named(lenient_strings(n), "all strings of a length, lenient");
    ok(random_csv());
    ok(random_good());
    ok(pieces_do_not_matter(&csv_rules, "aab,,\"\"\n\r\0", 10));
    ok(pieces_do_not_matter(&tsv_rules, "aabt\t\t\\\\n\n\r\0\"", 13));
    errors_name_their_line();
    tsv_escapes();
    lenient_quotes();
    fields_have_a_limit();
    shown_in_pieces();
    return done();
}
