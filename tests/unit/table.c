/* SPDX-License-Identifier: MIT */
/* Tables loaded in parts on several threads against the same read row by row; errors too. */
#include "table.h"

#include <stdlib.h>
#include <unistd.h>

#include "exits.h"
#include "files.h"
#include "mem.h"
#include "num.h"
#include "rng.h"
#include "stream.h"
#include "t.h"
#include "timestamp.h"

enum { ROWS = 50000 };

static uint64_t draw(size_t row, uint32_t what, uint64_t n)
{
    return rng_below(7, RNG_SHOP, row, what, n);
}

/* Some 4 MB: a number, a category with quotes and newlines, a time, a column without values. */
static void make_rows(struct buf *b)
{
    buf_text(b, "n,word,when,none,wide\n");
    for (size_t i = 0; i < ROWS; i++) {
        if (draw(i, 0, 10))
            buf_print(b, "%d.%d", (int)draw(i, 1, 2000) - 1000, (int)draw(i, 2, 100));
        switch (draw(i, 3, 5)) {
        case 0:
            buf_print(b, ",\"w,%d\n\"\"x\"\"\"", (int)draw(i, 4, 300));
            break;
        case 1:
            buf_text(b, ",NA");
            break;
        default:
            buf_print(b, ",w%d", (int)draw(i, 4, i + 1));
            break;
        }
        buf_print(b, ",2026-01-%02dT%02d:00:00Z,,", (int)draw(i, 5, 28) + 1, (int)draw(i, 6, 24));
        buf_print(b, "\"%0*d\n\"\n", (int)draw(i, 7, 60) + 1, (int)i);
        if (draw(i, 8, 100) == 0)
            buf_text(b, "\n");
    }
}

static struct str na[] = {{"NA", 2}};
static const struct common plain = {
    .max_field = 1 << 20, .max_errors = UINT64_MAX, .jobs = 1, .na = na, .na_n = 1};
static const struct table_want want[] = {{0, TABLE_BY_VALUE}, {1, TABLE_BY_VALUE}, {2, TABLE_TIME},
    {3, TABLE_BY_VALUE}, {1, TABLE_NUMBER}, {0, TABLE_CATEGORY}};

enum { WANTS = sizeof want / sizeof *want };

static struct table *load(struct common c, const char *path)
{
    struct csv_in *in = csv_open(&c, &path, 1);
    struct table *t = table_load(in, &c, want, WANTS);
    csv_close(in);
    return t;
}

/* Is a column what the rows say? */
static bool right_cell(const struct table_column *c, size_t r, struct str text)
{
    double x;
    int64_t us;
    bool missing = !text.n || str_is(text, "NA");
    if (c->type == TABLE_TIME)
        return timestamp_read(text, 0, &us) != TIMESTAMP_NONE && c->time[r] == us;
    if (c->type == TABLE_CATEGORY)
        return missing ? c->code[r] == TABLE_MISSING
                       : str_equal(dict_key(c->levels, c->code[r]), text);
    if (missing || num_double(text, &x) != NUM_OK)
        return isnan(c->number[r]);
    return c->number[r] == x;
}

/* Is the place of its value told? */
static bool right_place(const struct table *t, size_t r, size_t i, const struct row *row)
{
    struct place at = table_place(t, r, i);
    return at.line == row->line && strcmp(at.file, row->file) == 0 &&
           at.column == t->column[i].name.p;
}

/* Codes are numbered in order of first sight. */
static bool in_order(const struct table_column *c, size_t rows)
{
    uint32_t next = 0;
    for (size_t r = 0; r < rows; r++) {
        if (c->code[r] == TABLE_MISSING || c->code[r] < next)
            continue;
        if (c->code[r] != next++)
            return false;
    }
    return next == dict_size(c->levels);
}

static bool right(const struct table *t, const char *path)
{
    struct csv_in *in = csv_open(&plain, &path, 1);
    struct row row;
    size_t r = 0;
    bool good = t->rows == ROWS && t->n == WANTS;
    for (; good && csv_next(in, &row); r++)
        for (size_t i = 0; i < WANTS && good; i++)
            good = right_cell(&t->column[i], r, row.text[want[i].column]) &&
                   right_place(t, r, i, &row);
    csv_close(in);
    for (size_t i = 0; i < WANTS && good; i++)
        if (t->column[i].type == TABLE_CATEGORY)
            good = in_order(&t->column[i], t->rows);
    return good && r == t->rows;
}

static bool loads(struct common c, const char *path)
{
    struct table *t = load(c, path);
    bool good = right(t, path) && t->column[0].type == TABLE_NUMBER &&
                t->column[1].type == TABLE_CATEGORY && t->column[3].type == TABLE_NUMBER &&
                t->column[3].missing == ROWS && str_is(t->column[2].name, "when") &&
                t->column[4].not_numbers > 1000 &&
                t->column[4].missing == t->column[1].missing + t->column[4].not_numbers;
    table_free(t);
    return good;
}

static void test_parts(struct buf *b)
{
    struct common c = plain;
    put_file("in.csv", buf_view(b));
    for (c.jobs = 1; c.jobs <= 5; c.jobs += 2)
        ok_named(loads(c, "in.csv"), "parts on 1, 3 and 5 threads");
    c.on_error = ON_ERROR_SKIP;
    ok_named(loads(c, "in.csv"), "row by row");
    c.on_error = ON_ERROR_FAIL;
    c.lenient = true;
    ok_named(loads(c, "in.csv"), "lenient");
}

/* What a broken input is loaded as, in a child. */
struct attempt {
    struct common common;
    const char *file[2];
    size_t files;
    const struct table_want *want;
    size_t wants;
};

static void try_load(void *context)
{
    const struct attempt *a = context;
    struct csv_in *in = csv_open(&a->common, a->file, a->files);
    table_load(in, &a->common, a->want, a->wants);
}

/* The same message for every number of threads, and row by row. */
static bool same_error(struct attempt a, const char *message)
{
    bool good = true;
    for (a.common.jobs = 1; a.common.jobs <= 4 && good; a.common.jobs++)
        good = exits(1, message, try_load, &a);
    return good;
}

/* Spoil the table at a place, by text put in after the line that holds it. */
static bool spoilt(const struct buf *b, size_t at, const char *text, const char *message)
{
    struct buf bad = {0};
    struct attempt a = {plain, {"bad.csv"}, 1, want, WANTS};
    char line[80];
    const char *end = b->p + at;
    while (memcmp(end, "\"\n", 2) != 0 || end[-1] != '\n')
        end++;
    end += 2;
    size_t lines = 1;
    for (const char *p = b->p; p < end; p++)
        lines += *p == '\n';
    buf_put(&bad, b->p, (size_t)(end - b->p));
    buf_text(&bad, text);
    buf_put(&bad, end, b->n - (size_t)(end - b->p));
    put_file("bad.csv", buf_view(&bad));
    snprintf(line, sizeof line, "bad.csv:%zu: %s", lines, message);
    buf_release(&bad);
    return same_error(a, line);
}

static void test_errors(const struct buf *b)
{
    static const size_t at[] = {1 << 20, 2500000};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        ok(spoilt(b, at[i], "1,2\n", "2 fields, but the header has 5"));
        ok(spoilt(b, at[i], "1,x\"y,2026-01-01,,\n", "word: a quote in a field that does not"));
        ok(spoilt(b, at[i], "1,\"x\"y,2026-01-01,,\n", "word: something follows a closing quote"));
        ok(spoilt(b, at[i], "1,w,yesterday,,\n", "when: \"yesterday\" is not a time"));
        ok(spoilt(b, at[i], "1,w,1700000000,,\n", "when: \"1700000000\" is another kind of time"));
        ok(spoilt(b, at[i], "1e999,w,2026-01-01,,\n", "n: \"1e999\" is beyond the greatest"));
    }
}

/* A quote that is never closed swallows the rest: the same message, and bounded memory. */
static void test_unterminated(const struct buf *b)
{
    struct buf bad = {0};
    struct attempt a = {plain, {"bad.csv"}, 1, want, WANTS};
    buf_text(&bad, "n,word,when,none,wide\n1,\"open,2026-01-01,,\n");
    for (int i = 0; i < 500000; i++)
        buf_text(&bad, "1,w,2026-01-01,,\n");
    put_file("bad.csv", buf_view(&bad));
    ok(same_error(a, "bad.csv:2: word: a field of more than 1048576 bytes"));
    bad.n = 500000;
    put_file("bad.csv", buf_view(&bad));
    ok(same_error(a, "bad.csv:2: word: the quote opened here is never closed"));
    buf_clear(&bad);
    buf_put(&bad, b->p, b->n);
    buf_char(&bad, '\0');
    put_file("bad.csv", buf_view(&bad));
    ok(same_error(a, "the program before this one failed"));
    buf_release(&bad);
}

/* Two files: lines are counted in each; rows follow each other. */
static void test_two_files(const struct buf *b)
{
    struct attempt a = {plain, {"in.csv", "bad.csv"}, 2, want, WANTS};
    put_file("bad.csv", str_of("word,n,when,wide,none\nw,1,2026-01-01,,\nw,1\n"));
    ok(same_error(a, "bad.csv:3: 2 fields, but the header has 5"));
    put_file("bad.csv", str_of("word,n,when,wide,none\nlast,-5,2026-01-01,,\n"));
    struct csv_in *in = csv_open(&plain, a.file, 2);
    struct table *t = table_load(in, &plain, want, WANTS);
    ok(t->rows == ROWS + 1 && t->column[0].number[ROWS] == -5.0);
    ok(str_is(dict_key(t->column[1].levels, t->column[1].code[ROWS]), "last"));
    ok(csv_counts(in).rows == ROWS + 1 && csv_counts(in).blank > 100);
    struct place at = table_place(t, ROWS, 0);
    ok(at.line == 2 && strcmp(at.file, "bad.csv") == 0);
    table_free(t);
    csv_close(in);
    (void)b;
}

static void test_mixture(void)
{
    static const struct table_want by_value[] = {{0, TABLE_BY_VALUE}};
    struct attempt a = {plain, {"mixed.csv"}, 1, by_value, 1};
    put_file("mixed.csv", str_of("a\n\n1\nx\n2\ny\nNA\n3\n"));
    ok(same_error(
        a, "mixed.csv: a: 3 numbers (\"1\" in line 3) and 2 other values (\"x\" in line 4"));
    ok(same_error(a, "--na"));
    ok(same_error(a, "(--na)"));
    a.common.on_error = ON_ERROR_SKIP;
    ok(same_error(a, "3 numbers (\"1\" in line 3) and 2 other values (\"x\" in line 4"));
}

/* Unusable values, row by row: left out, or taken as missing. */
static void test_on_error(void)
{
    static const struct table_want both[] = {{0, TABLE_NUMBER}, {1, TABLE_TIME}};
    const char *path = "some.csv";
    struct common c = plain;
    put_file(path, str_of("a,t\n1,2026-01-01\n2,x\n1e999,2026-01-03\nword,2026-01-04\n7\n"));
    c.on_error = ON_ERROR_SKIP;
    struct csv_in *in = csv_open(&c, &path, 1);
    struct table *t = table_load(in, &c, both, 2);
    ok(t->rows == 2 && t->column[0].number[0] == 1 && isnan(t->column[0].number[1]));
    ok(t->column[0].not_numbers == 1 && csv_counts(in).rejected == 3);
    table_free(t);
    csv_close(in);
    c.on_error = ON_ERROR_KEEP;
    in = csv_open(&c, &path, 1);
    t = table_load(in, &c, both, 2);
    ok(t->rows == 4 && t->column[1].time[1] == INT64_MIN && isnan(t->column[0].number[2]));
    ok(t->column[0].missing == 2 && t->column[1].missing == 1 && csv_counts(in).kept == 2);
    table_free(t);
    csv_close(in);
}

/* Numbers with something else among them, far enough into the rows to be read many at once. */
static void test_batches(void)
{
    static const char *const other[] = {"", "1e5", "-12345.678901234", "+7", "word", "NA", "-99"};
    static struct str missing[] = {{"NA", 2}, {"-99", 3}};
    static const struct table_want numeric[] = {{0, TABLE_NUMBER}, {1, TABLE_BY_VALUE}};
    const char *path = "some.csv";
    struct common c = plain;
    c.na = missing;
    c.na_n = 2;
    struct buf b = {0};
    buf_text(&b, "x,y\n");
    for (int i = 0; i < 1000; i++)
        buf_print(&b, "%s,%d\n", i < 70 || i % 5 ? "-1.5" : other[i / 5 % 7], i);
    put_file(path, buf_view(&b));
    struct csv_in *in = csv_open(&c, &path, 1);
    struct table *t = table_load(in, &c, numeric, 2);
    bool right = t->rows == 1000;
    size_t words = 0;
    for (size_t i = 0; i < t->rows && right; i++) {
        const char *text = i < 70 || i % 5 ? "-1.5" : other[i / 5 % 7];
        double x = t->column[0].number[i], y;
        bool is = strcmp(text, "-99") != 0 && num_double(str_of(text), &y) == NUM_OK;
        right = (is ? x == y : isnan(x)) && t->column[1].number[i] == (double)i;
        words += strcmp(text, "word") == 0;
    }
    ok(right && words > 5 && t->column[0].not_numbers == words);
    ok(t->stretches == 1 && table_place(t, 999, 0).line == 1001);
    table_free(t);
    csv_close(in);
    buf_clear(&b);
    buf_text(&b, "x\n");
    for (int i = 0; i < 200; i++)
        buf_print(&b, i == 150 ? "none\n" : i == 170 ? "1e999\n" : "%d\n", i);
    put_file(path, buf_view(&b));
    struct attempt a = {.common = c, .file = {path}, .files = 1, .want = numeric, .wants = 1};
    ok(same_error(a, "some.csv:172: x: \"1e999\" is beyond"));
    buf_release(&b);
}

static void test_empty(void)
{
    const char *path = "none.csv";
    put_file(path, str_of("n,word,when,none,wide\n"));
    struct table *t = load(plain, path);
    ok(t->rows == 0 && t->n == WANTS && t->column[0].type == TABLE_NUMBER);
    table_free(t);
}

int main(void)
{
    char folder[] = "/tmp/pa-table-XXXXXX";
    struct buf b = {0};
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    make_rows(&b);
    test_parts(&b);
    test_errors(&b);
    test_unterminated(&b);
    test_two_files(&b);
    test_mixture();
    test_on_error();
    test_batches();
    test_empty();
    static const char *const made[] = {"in.csv", "bad.csv", "mixed.csv", "some.csv", "none.csv"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(made[i]);
    ok_named(chdir("/") == 0 && rmdir(folder) == 0, "nothing else is left in the folder");
    buf_release(&b);
    return done();
}
