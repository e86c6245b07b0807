/* SPDX-License-Identifier: MIT */
/*
 * The reader against a naive one: random tables whose rows straddle the blocks of the scan, with
 * every fault, in pieces of every size, by every instruction set; what the slicer gives, and what
 * pa-clean makes of it from files and pipes.  An argument is the number of rounds.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exits.h"
#include "files.h"
#include "naive.h"
#include "rng.h"
#include "t.h"

static void put_bad(struct buf *out, int code, uint64_t line, size_t field, struct str message)
{
    buf_print(out, "!%d line %llu field %zu: ", code, (unsigned long long)line, field);
    buf_str(out, message);
    buf_text(out, " <");
}

static void put_field(struct buf *out, struct str raw, struct str text)
{
    buf_char(out, '<');
    buf_str(out, raw);
    buf_char(out, '=');
    buf_str(out, text);
}

static void by_naive(struct buf *out, const struct slice_rules *rules, const char *p, size_t n)
{
    struct naive r;
    struct buf message = {0};
    naive_init(&r, rules, p, n);
    buf_clear(out);
    while (naive_next(&r)) {
        const struct naive_row *row = &r.row;
        if (row->code == NAIVE_FAILED) {
            buf_text(out, "failed");
            break;
        }
        buf_print(out, "%zu %llu ", row->byte, (unsigned long long)row->line);
        if (row->code == NAIVE_GOOD) {
            for (size_t i = 0; i < row->n; i++)
                put_field(out, row->fields[i].raw, row->fields[i].text);
        } else {
            buf_clear(&message);
            naive_message(&message, &r);
            put_bad(out, row->code, row->bad_line, row->field, buf_view(&message));
        }
        buf_str(out, row->bytes);
        buf_text(out, ">\n");
    }
    naive_release(&r);
    buf_release(&message);
}

static void put_row(struct buf *out, const struct slicer *s, size_t base)
{
    buf_print(
        out, "%zu %llu ", base + (size_t)(s->bytes.p - s->p), (unsigned long long)s->row_line);
    for (size_t i = 0; i < s->fields; i++)
        put_field(out, s->raw[i], s->text[i]);
    buf_str(out, s->bytes);
    buf_text(out, ">\n");
}

static void put_bad_row(struct buf *out, const struct slicer *s, size_t base)
{
    buf_print(out, "%zu %llu ", base + s->at, (unsigned long long)s->line);
    put_bad(out, (int)s->bad_code, s->bad_line, s->bad_field, buf_view(&s->bad_message));
    buf_str(out, s->bad_bytes);
    buf_text(out, ">\n");
}

/* A copy that nothing follows, for the address sanitizer. */
static char *exactly(const char *p, size_t n)
{
    char *copy = mem_alloc(n, 1);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

/* Pieces of step bytes, or with step 0 of random sizes up to 200; never where they were before. */
static void by_slicer(
    struct buf *out, const struct slice_rules *rules, const char *p, size_t n, size_t step)
{
    struct slicer s;
    size_t base = 0, shown = 0;
    uint32_t count = 0;
    char *bytes = NULL;
    enum slice got;
    slicer_init(&s, *rules);
    buf_clear(out);
    while ((got = slicer_next(&s)) != SLICE_END && got != SLICE_FAILED) {
        if (got == SLICE_MORE) {
            bool last = shown == n;
            size_t more = step ? step : 1 + rng_below(9, RNG_SHOP, n, count++, 200);
            base += s.at;
            shown = n - shown < more ? n : shown + more;
            char *moved = exactly(p + base, shown - base);
            slicer_show(&s, moved, shown - base, last);
            mem_free(bytes);
            bytes = moved;
        } else if (got == SLICE_ROW) {
            put_row(out, &s, base);
        } else {
            put_bad_row(out, &s, base);
            slicer_skip(&s);
        }
    }
    if (got == SLICE_FAILED)
        buf_text(out, "failed");
    slicer_release(&s);
    mem_free(bytes);
}

/* All at once, and behind what is wrong by a slicer that knows nothing of what came before. */
static void by_fresh_slicers(
    struct buf *out, const struct slice_rules *rules, const char *p, size_t n)
{
    struct slicer s;
    size_t base = 0;
    enum slice got;
    slicer_init(&s, *rules);
    slicer_show(&s, p, n, true);
    buf_clear(out);
    while ((got = slicer_next(&s)) != SLICE_END && got != SLICE_FAILED) {
        if (got == SLICE_ROW) {
            put_row(out, &s, base);
            continue;
        }
        put_bad_row(out, &s, base);
        slicer_skip(&s);
        if (s.at == s.n)
            continue;
        uint64_t line = s.line;
        base += s.at;
        slicer_release(&s);
        slicer_init(&s, *rules);
        s.line = line;
        slicer_show(&s, p + base, n - base, true);
    }
    if (got == SLICE_FAILED)
        buf_text(out, "failed");
    slicer_release(&s);
}

/* ---- tables ---- */

static uint64_t seed;
static uint32_t drawn;

static size_t draw(size_t n)
{
    return rng_below(7, RNG_SHOP, seed, drawn++, n);
}

struct shape {
    struct slice_rules rules;
    size_t columns, longest; /* of most fields */
    size_t faults;           /* one field in so many has one; 0: none */
};

static void put_random(struct buf *b, size_t n, const char *letters)
{
    size_t kinds = strlen(letters);
    for (size_t i = 0; i < n; i++)
        buf_char(b, letters[draw(kinds)]);
}

static size_t a_length(const struct shape *s)
{
    size_t limit = (size_t)s->rules.max_field;
    switch (draw(16)) {
    case 0:
        return 0;
    case 1:
        return s->faults ? limit - 1 + draw(3) : limit;
    case 2:
        return draw(limit);
    default:
        return draw(s->longest);
    }
}

static void put_fault(struct buf *b, const struct shape *s)
{
    static const char *const fault[] = {
        "a\"b", "\"a\"b", "\"a", "x\ry", "\"\r", "a\r", "\"a\"\r", "\"\"\"", "a\"", "\n", "\r\n\r"};
    size_t kinds = sizeof fault / sizeof *fault, k = draw(kinds + 3);
    if (k < kinds)
        buf_text(b, fault[k]);
    else if (k == kinds)
        buf_char(b, '\0');
    else if (k == kinds + 1)
        buf_char(b, s->rules.delim);
    else
        put_random(b, (size_t)s->rules.max_field * (1 + draw(3)), "x");
}

static void put_quoted(struct buf *b, size_t n)
{
    static const char *const inside[] = {"ab", "ab,", "a,\n\r\t", "\"b", "\"\"\",\n\r\r\n"};
    const char *letters = inside[draw(sizeof inside / sizeof *inside)];
    size_t kinds = strlen(letters);
    buf_char(b, '"');
    for (size_t i = 0; i < n; i++) {
        char c = letters[draw(kinds)];
        buf_char(b, c);
        if (c == '"')
            buf_char(b, c);
    }
    buf_char(b, '"');
}

static void a_table(struct buf *b, const struct shape *s)
{
    size_t rows = draw(14), crlf = draw(3), quoted = draw(4);
    buf_clear(b);
    for (size_t i = 0; i < rows; i++) {
        size_t columns = s->faults && draw(30) == 0 ? draw(4) : s->columns;
        for (size_t j = 0; j < columns; j++) {
            if (j)
                buf_char(b, s->rules.delim);
            if (s->faults && draw(s->faults) == 0)
                put_fault(b, s);
            else if (s->rules.tsv)
                put_random(b, a_length(s), "abc\"\\tnr ,x");
            else if (quoted && draw(quoted + 1) == 0)
                put_quoted(b, a_length(s));
            else
                put_random(b, a_length(s), "abc\\\t ;\xC3\xA9");
        }
        bool cr = crlf == 1 || (crlf == 2 && draw(2));
        buf_text(b, cr ? "\r\n" : "\n");
        if (draw(20) == 0)
            buf_text(b, cr ? "\r\n" : "\n");
    }
    if (b->n && draw(3) == 0)
        b->n -= 1 + draw(b->n < 5 ? b->n : 5);
    if (s->faults && draw(40) == 0)
        buf_char(b, '\0');
}

/* Bytes changed, put in and taken out at random places. */
static void mutate(struct buf *b)
{
    static const char special[] = "\",\n\r\0 \\\t";
    for (size_t times = 1 + draw(3); times && b->n; times--) {
        size_t at = draw(b->n);
        char c = special[draw(sizeof special - 1)];
        size_t what = draw(3);
        if (what == 0) {
            b->p[at] = c;
        } else if (what == 1) {
            memmove(b->p + at, b->p + at + 1, b->n - at - 1);
            b->n--;
        } else {
            buf_char(b, c);
            memmove(b->p + at + 1, b->p + at, b->n - 1 - at);
            b->p[at] = c;
        }
    }
}

static struct shape a_shape(size_t faults)
{
    struct shape s = {.rules = {.delim = ',', .max_field = 20 + draw(120)},
        .columns = 1 + draw(6),
        .faults = faults ? 2 + draw(40) : 0};
    s.longest = 1 + draw((size_t)s.rules.max_field);
    if (draw(4) == 0) {
        s.rules.delim = '\t';
        s.rules.tsv = true;
    } else if (draw(8) == 0) {
        s.rules.delim = ';';
    }
    return s;
}

/* ---- the slicer ---- */

static struct buf table, wanted, got;

static bool complain(size_t step)
{
    size_t i = 0;
    while (i < got.n && i < wanted.n && got.p[i] == wanted.p[i])
        i++;
    while (i && got.p[i - 1] != '\n')
        i--;
    printf("# round %llu, pieces of %zu\n# wanted %.300s\n# got    %.300s\n",
        (unsigned long long)seed, step, buf_cstr(&wanted) + i, buf_cstr(&got) + i);
    return false;
}

static bool same_in_pieces(const struct slice_rules *rules, const char *p, size_t n)
{
    static const size_t step[] = {1, 2, 3, 7, 31, 63, 64, 65, 128, 129, 1000, 0};
    by_slicer(&got, rules, p, n, n + 1);
    if (!str_equal(buf_view(&wanted), buf_view(&got)))
        return complain(n + 1);
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        by_slicer(&got, rules, p, n, step[i]);
        if (!str_equal(buf_view(&wanted), buf_view(&got)))
            return complain(step[i]);
    }
    return true;
}

static bool slices_alike(uint64_t rounds, size_t faults)
{
    for (seed = 1; seed <= rounds; seed++) {
        drawn = 0;
        struct shape s = a_shape(faults);
        a_table(&table, &s);
        if (faults == 2)
            mutate(&table);
        by_naive(&wanted, &s.rules, table.p, table.n);
        if (!same_in_pieces(&s.rules, table.p, table.n))
            return false;
    }
    return true;
}

/* Few kinds of bytes, so that all that can stand beside another does; short fields are too long. */
static void a_jumble(struct buf *b, struct shape *s)
{
    static const char *const letters[] = {"a,\"\n", "aaa,\"\"\n", "aaaab,,\"\r\n", "a\",\n"};
    *s = (struct shape){.rules = {.delim = ',', .max_field = draw(12)}, .columns = 2};
    buf_clear(b);
    put_random(b, draw(400), letters[draw(sizeof letters / sizeof *letters)]);
    for (size_t i = 0; i < b->n && draw(3) == 0; i += 1 + draw(60))
        b->p[i] = '\0';
}

static bool jumbles_alike(uint64_t rounds)
{
    struct shape s;
    for (seed = 1; seed <= rounds; seed++) {
        drawn = 0;
        a_jumble(&table, &s);
        by_naive(&wanted, &s.rules, table.p, table.n);
        if (!same_in_pieces(&s.rules, table.p, table.n))
            return false;
    }
    return true;
}

/* What the referee makes of a row: where it ends, how long its longest field is. */
struct ruled {
    bool closed, nul, cr;
    size_t end, longest;
};

static struct ruled by_referee(struct referee *r, const char *p, size_t n)
{
    struct ruled row = {0};
    enum verdict v = REFEREE_MORE;
    size_t bad, last = 0;
    referee_begin(r);
    while (v == REFEREE_MORE && row.end < n) {
        const char *newline = memchr(p + row.end, '\n', n - row.end);
        last = row.end;
        row.end = newline ? (size_t)(newline - p) + 1 : n;
        v = referee_read(r, p + last, row.end - last, &bad);
    }
    if (v == REFEREE_MORE && p[n - 1] != '\n')
        v = referee_read(r, "\n", 1, &bad);
    row.closed = v == REFEREE_ROW;
    row.nul = memchr(p, '\0', row.end);
    row.cr = memchr(p, '\r', row.end);
    for (size_t i = 0; row.closed && i < referee_fields(r); i++) {
        size_t length = referee_field(r, i).n;
        row.longest = length > row.longest ? length : row.longest;
    }
    return row;
}

/* Is that what the slicer says, of rows with quotes, for which the referee alone decides? */
static bool agrees(
    struct referee *r, const struct slicer *s, enum slice said, const char *p, size_t n)
{
    const char *newline = memchr(p, '\n', n);
    if (!memchr(p, '"', newline ? (size_t)(newline - p) : n))
        return true;
    struct ruled row = by_referee(r, p, n);
    if (row.cr || (row.nul && (row.end == n || row.longest > s->rules.max_field)))
        return true;
    if (!row.closed)
        return said == SLICE_BAD && (s->bad_code == E_QUOTE || s->bad_code == E_FIELD_SIZE);
    if (row.nul)
        return said == SLICE_BAD && s->bad_code == E_NUL;
    if (row.longest > s->rules.max_field)
        return said == SLICE_BAD && s->bad_code == E_FIELD_SIZE;
    if (said != SLICE_ROW || s->fields != referee_fields(r) ||
        s->bytes.n + (p[row.end - 1] == '\n') != row.end)
        return false;
    for (size_t i = 0; i < s->fields; i++)
        if (!str_equal(s->text[i], referee_field(r, i)))
            return false;
    return true;
}

/* Of rows one after the other, so that what is known of one is used for the next. */
static bool same_as_referee(const struct slice_rules *rules, const char *p, size_t n)
{
    struct slicer s;
    enum slice said;
    size_t at = 0;
    bool same = true;
    struct referee *r = referee_new(rules->delim, true);
    slicer_init(&s, *rules);
    slicer_show(&s, p, n, true);
    while (same && (said = slicer_next(&s)) != SLICE_END && said != SLICE_FAILED) {
        at = said == SLICE_ROW ? (size_t)(s.bytes.p - p) : s.at;
        same = agrees(r, &s, said, p + at, n - at);
        if (said == SLICE_BAD)
            slicer_skip(&s);
    }
    if (!same)
        printf("# round %llu: the referee reads byte %zu in another way\n",
            (unsigned long long)seed, at);
    slicer_release(&s);
    referee_free(r);
    return same;
}

/* Forgiving reading has no naive peer; what came before and pieces do not matter to it. */
static bool lenient_rows_alike(const struct slice_rules *rules, const char *p, size_t n)
{
    by_fresh_slicers(&wanted, rules, p, n);
    return same_in_pieces(rules, p, n) && same_as_referee(rules, p, n);
}

/* A line whose field began before that of the row it was thought to be in: less is known of it. */
static bool lines_of_rows_alike(void)
{
    static const char nul[] = "\"\n\",\"\0\n\"a\n\0\n\"",
                      size[] = "\"\n\",\"a\n\"a\n\"\"aa\n\"a,a\n\n\"\"\n\n\"\"\"\"\"\"\n,a";
    struct slice_rules rules = {.delim = ',', .lenient = true, .max_field = 100};
    bool good = lenient_rows_alike(&rules, nul, sizeof nul - 1);
    for (rules.max_field = 0; rules.max_field < 40; rules.max_field++)
        good = good && lenient_rows_alike(&rules, size, sizeof size - 1);
    return good;
}

static bool lenient_alike(uint64_t rounds)
{
    struct shape s;
    if (!lines_of_rows_alike())
        return false;
    for (seed = 1; seed <= rounds; seed++) {
        drawn = 0;
        if (seed % 3) {
            a_jumble(&table, &s);
        } else {
            s = a_shape(1);
            a_table(&table, &s);
            mutate(&table);
        }
        s.rules.lenient = true;
        s.rules.tsv = false;
        s.rules.max_field = seed % 5 ? s.rules.max_field : 1 << 20;
        if (!lenient_rows_alike(&s.rules, table.p, table.n))
            return false;
    }
    return true;
}

static bool cuts_alike(void)
{
    for (seed = 1; seed <= 60; seed++) {
        drawn = 0;
        struct shape s = a_shape(1);
        a_table(&table, &s);
        by_naive(&wanted, &s.rules, table.p, table.n);
        for (size_t cut = 1; cut < table.n; cut++) {
            by_slicer(&got, &s.rules, table.p, table.n, cut);
            if (!str_equal(buf_view(&wanted), buf_view(&got)))
                return complain(cut);
        }
    }
    return true;
}

/* By one instruction set, which a process chooses once. */
struct plan {
    const char *isa;
    uint64_t rounds;
    enum kind { SOUND, FAULTS, CHANGED, CUTS, JUMBLED, LENIENT } kind;
};

static void slice_all(void *context)
{
    const struct plan *plan = context;
    setenv("PA_ISA", plan->isa, 1);
    bool good = plan->kind == CUTS      ? cuts_alike()
                : plan->kind == JUMBLED ? jumbles_alike(plan->rounds)
                : plan->kind == LENIENT ? lenient_alike(plan->rounds)
                                        : slices_alike(plan->rounds, plan->kind);
    fflush(stdout);
    _exit(!good);
}

static const char *const isas[] = {"portable", "avx2", "avx512"};

static void test_slicer(uint64_t rounds)
{
    static const char *const name[] = {"sound tables", "tables with faults",
        "tables with bytes changed", "tables in pieces of every size", "jumbled bytes",
        "tables read leniently"};
    for (size_t i = 0; i < 3; i++)
        for (int k = SOUND; k <= LENIENT; k++) {
            char title[80];
            struct plan plan = {isas[i], rounds, (enum kind)k};
            snprintf(title, sizeof title, "%s, %s", name[k], isas[i]);
            ok_named(exits_status(2, slice_all, &plan) == 0, title);
        }
}

/* ---- pa-clean ---- */

/* What must come out: rows, rejects as their decoded fields, and the first error. */
struct outcome {
    struct buf rows, picked, rejects; /* picked: the last column, then the first */
    struct buf error;
    size_t rows_before, picked_before; /* the error */
    bool failed;
};

static const char *const code_name[] = {[E_COLS] = "E_COLS",
    [E_QUOTE] = "E_QUOTE",
    [E_FIELD_SIZE] = "E_FIELD_SIZE",
    [E_NUL] = "E_NUL",
    [E_CR] = "E_CR"};

static void expect_reject(struct outcome *o, const struct naive *r, const char *path,
    const struct shape *s, struct str message)
{
    const struct naive_row *row = &r->row;
    int code = row->code == NAIVE_GOOD ? E_COLS : row->code;
    buf_print(&o->rejects, "%s|%llu|%zu|%s|", path, (unsigned long long)row->line, row->byte,
        code_name[code]);
    buf_str(&o->rejects, message);
    buf_char(&o->rejects, '|');
    buf_str(&o->rejects, row->bytes);
    buf_text(&o->rejects, "|\n");
    if (o->error.n)
        return;
    o->rows_before = o->rows.n;
    o->picked_before = o->picked.n;
    buf_print(&o->error, "%s:%llu: ", path,
        (unsigned long long)(code == E_COLS ? row->line : row->bad_line));
    if (code != E_COLS && row->field < s->columns)
        buf_print(&o->error, "c%zu: ", row->field + 1);
    buf_str(&o->error, message);
}

static void expect_row(struct outcome *o, const struct naive_row *row, const struct shape *s)
{
    buf_str(&o->rows, row->bytes);
    buf_char(&o->rows, '\n');
    if (s->columns > 1) {
        buf_str(&o->picked, row->fields[row->n - 1].raw);
        buf_char(&o->picked, s->rules.delim);
    }
    buf_str(&o->picked, row->fields[0].raw);
    buf_char(&o->picked, '\n');
}

static void expect(struct outcome *o, const char *path, const struct shape *s, struct str text)
{
    struct naive r;
    struct buf message = {0};
    *o = (struct outcome){0};
    naive_init(&r, &s->rules, text.p, text.n);
    while (naive_next(&r)) {
        const struct naive_row *row = &r.row;
        o->failed = row->code == NAIVE_FAILED;
        if (o->failed)
            break;
        bool blank = row->code == NAIVE_GOOD && !row->bytes.n && s->columns > 1;
        if (blank)
            continue;
        if (row->code == NAIVE_GOOD && row->n == s->columns) {
            expect_row(o, row, s);
            continue;
        }
        buf_clear(&message);
        if (row->code == NAIVE_GOOD)
            buf_print(&message, "%zu field%s, but the header has %zu", row->n,
                row->n == 1 ? "" : "s", s->columns);
        else
            naive_message(&message, &r);
        expect_reject(o, &r, path, s, buf_view(&message));
    }
    naive_release(&r);
    buf_release(&message);
}

static void outcome_release(struct outcome *o)
{
    buf_release(&o->rows);
    buf_release(&o->picked);
    buf_release(&o->rejects);
    buf_release(&o->error);
}

static int run(const char *format, const struct shape *s, const char *path, const char *isa)
{
    struct buf command = {0};
    buf_print(&command, "PA_ISA=%s; export PA_ISA; in=%s; rm -f out rejects; ", isa, path);
    buf_print(&command, "limits='--max-field %llu'; ", (unsigned long long)s->rules.max_field);
    buf_print(&command, "rules=\"$limits %s\"; ",
        s->rules.tsv            ? "-t"
        : s->rules.delim == ';' ? "-d ;"
                                : "-d ,");
    buf_print(&command, "first=c1; last=c%zu; ", s->columns);
    buf_text(&command, format);
    int status = system(buf_cstr(&command));
    buf_release(&command);
    return status == -1 || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
}

static bool differs(const char *what, const char *isa)
{
    printf("# round %llu: %s, %s\n", (unsigned long long)seed, what, isa);
    return false;
}

/* The decoded fields of the file of rejects. */
static void read_rejects(struct buf *out)
{
    const struct slice_rules csv_rules = {.delim = ',', .max_field = UINT32_MAX};
    struct naive r;
    read_file(&got, "rejects");
    naive_init(&r, &csv_rules, got.p, got.n);
    buf_clear(out);
    naive_next(&r);
    while (naive_next(&r)) {
        for (size_t i = 0; i < r.row.n; i++) {
            buf_str(out, r.row.fields[i].text);
            buf_char(out, '|');
        }
        buf_char(out, '\n');
    }
    naive_release(&r);
}

static bool skips(
    const char *isa, const char *how, const struct shape *s, const char *path, struct outcome *o)
{
    static struct buf rejects;
    int status = run(how, s, path, isa);
    if (o->failed)
        return status == 1 || differs(how, isa);
    read_file(&got, "out");
    if (status != 0 || !str_equal(buf_view(&got), buf_view(&o->rows)))
        return differs(how, isa);
    read_rejects(&rejects);
    return str_equal(buf_view(&rejects), buf_view(&o->rejects)) || differs(how, isa);
}

/* Strict: all rows before the first error, which is told, and the mark of a failure; or all. */
static bool strict(
    const char *isa, const char *how, const struct shape *s, const char *path, struct outcome *o)
{
    bool picks = strstr(how, "--keep"), error = o->error.n || o->failed;
    struct str all = buf_view(picks ? &o->picked : &o->rows);
    if (o->error.n)
        all.n = picks ? o->picked_before : o->rows_before;
    int status = run(how, s, path, isa);
    read_file(&got, "out");
    if (status != (error ? 1 : 0))
        return differs(how, isa);
    if (error && got.n)
        got.n--; /* the mark */
    if (!str_equal(buf_view(&got), all) && !(error && !got.n))
        return differs(how, isa);
    read_file(&got, "err");
    return strstr(buf_cstr(&got), o->error.n ? buf_cstr(&o->error) : "") || differs(how, isa);
}

/* One table in all the ways. */
static bool programs_alike(const struct shape *s, const char *path, const char *isa)
{
    static const char skip_file[] = "pa-clean -q $rules --on-error skip --rejects rejects $in "
                                    ">out 2>err";
    static const char skip_pipe[] = "cat $in | pa-clean -q $rules --on-error skip --rejects "
                                    "rejects 2>err >out; s=$?; sed \"s/^standard input,/$in,/\" "
                                    "rejects >r 2>/dev/null; mv r rejects; exit $s";
    static const char fail_pipe[] = "cat $in | pa-clean -q $rules 2>err >out; s=$?; "
                                    "sed \"s/standard input:/$in:/\" err >e; mv e err; exit $s";
    const char *const skipping[] = {skip_file, skip_pipe};
    const char *const failing[] = {"pa-clean -q -j 1 $rules $in >out 2>err",
        "pa-clean -q -j 2 $rules $in >out 2>err",
        "pa-clean -q -j 2 $rules --keep $last,$first $in >out 2>err", fail_pipe};
    struct outcome o;
    read_file(&table, path);
    bool same = true;
    expect(&o, path, s, buf_view(&table));
    for (size_t i = 0; i < 2 && same; i++)
        same = skips(isa, skipping[i], s, path, &o);
    for (size_t i = 0; i < 4 && same; i++)
        same = (s->columns == 1 && i == 2) || strict(isa, failing[i], s, path, &o);
    outcome_release(&o);
    return same;
}

static void put_header(struct buf *b, const struct shape *s)
{
    buf_clear(b);
    for (size_t i = 1; i <= s->columns; i++)
        buf_print(b, "%sc%zu",
            i == 1                  ? ""
            : s->rules.tsv          ? "\t"
            : s->rules.delim == ';' ? ";"
                                    : ",",
            i);
    buf_char(b, '\n');
}

static bool small_files(uint64_t rounds)
{
    static struct buf body;
    for (seed = 1; seed <= rounds; seed++) {
        drawn = 0;
        struct shape s = a_shape(seed % 4);
        put_header(&table, &s);
        a_table(&body, &s);
        if (seed % 4 == 2)
            mutate(&body);
        buf_str(&table, buf_view(&body));
        put_file("t.txt", buf_view(&table));
        if (!programs_alike(&s, "t.txt", isas[seed % 3]))
            return false;
    }
    return true;
}

/* Longer than the blocks that threads take, a fault near the end. */
static bool large_files(uint64_t rounds)
{
    static struct buf body;
    for (seed = 1; seed <= rounds; seed++) {
        drawn = 0;
        struct shape s = a_shape(0);
        size_t size = (size_t)2500000 + draw(200000);
        put_header(&table, &s);
        while (table.n < size) {
            do
                a_table(&body, &s);
            while (!body.n || body.p[body.n - 1] != '\n');
            buf_str(&table, buf_view(&body));
        }
        s.faults = 10;
        a_table(&body, &s);
        if (seed % 3)
            buf_str(&table, buf_view(&body));
        put_file("t.txt", buf_view(&table));
        if (!programs_alike(&s, "t.txt", isas[seed % 3]))
            return false;
    }
    return true;
}

static void test_programs(uint64_t rounds)
{
    char folder[] = "/tmp/pa-differ-XXXXXX", here[2048] = "";
    const char *bin = getenv("PA_BIN");
    struct buf path = {0};
    buf_print(&path, "%s:%s/bin:%s", bin ? bin : "", getcwd(here, sizeof here), getenv("PATH"));
    setenv("PATH", buf_cstr(&path), 1);
    buf_release(&path);
    if (!mkdtemp(folder) || chdir(folder))
        exit(1);
    ok_named(small_files(rounds), "pa-clean on small files");
    ok_named(large_files(3), "pa-clean on large files");
    static const char *const made[] = {"t.txt", "out", "err", "rejects", "r", "e"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(made[i]);
    ok_named(chdir("/") == 0 && rmdir(folder) == 0, "nothing else is left in the folder");
}

int main(int argc, char **argv)
{
    uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : getenv("PA_SANITIZED") ? 300 : 1500;
    test_slicer(rounds);
    test_programs(rounds / 15);
    return done();
}
