/* SPDX-License-Identifier: MIT */
/*
 * pa-split - divide rows into training and test sets, or folds
 *
 * The part of a row is a keyed hash of the seed and its user, or of the row itself, and of nothing
 * else: it stays when rows are added, removed, reordered or spread over machines.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "hash.h"
#include "mem.h"
#include "num.h"
#include "parts.h"
#include "rng.h"
#include "strata.h"
#include "stream.h"

static struct {
    const char *ratio, *names, *user, *stratify;
    int64_t folds, seed;
    bool ratio_given;
} opt = {.ratio = "8:2", .seed = 1};

static const struct arg args[] = {
    {0, "ratio", "LIST", ARG_TEXT, &opt.ratio, "8:2", "shares of the parts, such as 8:1:1",
        .usual = true, .given = &opt.ratio_given},
    {0, "names", "LIST", ARG_TEXT, &opt.names, "none: part number in column fold, on stdout",
        "files to write the parts to, one a part", .usual = true},
    {0, "folds", "K", ARG_INT, &opt.folds, "off",
        "number of folds; here adds the column fold, 1 to K", .min = 2, .max = 1000000,
        .usual = true},
    {'u', "user", "COL", ARG_TEXT, &opt.user, "none: each row by itself",
        "column of the user; here its rows stay together", .usual = true},
    {0, "stratify", "COLS", ARG_TEXT, &opt.stratify, "none",
        "the same shares within each value of these", .usual = true},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance", .usual = true},
    {0},
};

static const struct program program = {
    .name = "pa-split",
    .purpose = "divide rows into training and test sets, or folds",
    .operands = "[FILE...]",
    .examples = "pa-split --ratio 8:2 --names train.csv,test.csv rows.csv\n"
                "pa-split -u user --stratify click --names train.csv,test.csv rows.csv\n"
                "pa-split --folds 5 rows.csv  # adds the column fold\n",
    .args = args,
};

struct list {
    struct str *at;
    size_t n;
};

struct split {
    const struct common *common;
    struct csv_in *in;
    struct csv_out **out; /* one a part, or one for all */
    size_t fold;          /* number of the added column, without --names */
    struct list names;
    struct parts parts;
    struct hash_key secret;
    long user;                 /* or COLUMN_NONE */
    struct columns row, value; /* what a row is drawn by; --stratify */
    struct strata *strata;     /* NULL without --stratify */
    uint64_t *rows, without_user;
};

static struct list cut(const char *text, char by)
{
    struct list list = {0};
    struct str rest = str_of(text);
    while (rest.p) {
        list.at = mem_resize(list.at, list.n + 1, sizeof *list.at);
        list.at[list.n++] = str_cut(rest, by, &rest);
    }
    return list;
}

/* Equal shares with --folds, else those of --ratio. */
static struct parts read_shares(void)
{
    struct list list = cut(opt.ratio, ':');
    size_t n = opt.folds ? (size_t)opt.folds : list.n;
    double *share = mem_alloc(n, sizeof *share);
    for (size_t i = 0; i < n; i++) {
        share[i] = 1;
        if (opt.folds)
            continue;
        if (num_double(list.at[i], &share[i]) != NUM_OK || !(share[i] > 0 && share[i] < 1e100))
            die_usage("--ratio: \"%.*s\" is not a share (8:2 is right)", STR_ARG(list.at[i]));
    }
    if (n < 2)
        die_usage("--ratio: \"%s\" is one part only (8:2 is right)", opt.ratio);
    struct parts parts = parts_of(share, n);
    mem_free(share);
    mem_free(list.at);
    return parts;
}

static void check_options(const struct common *c, const struct split *s)
{
    if (opt.folds && opt.ratio_given)
        die_usage("--folds and --ratio exclude one another");
    if (!opt.names)
        return;
    if (c->output)
        die_usage("--names and -o exclude one another");
    if (s->names.n != s->parts.n)
        die_usage("--names: %zu files for %zu parts", s->names.n, s->parts.n);
    for (size_t i = 0; i < s->names.n; i++) {
        if (!s->names.at[i].n)
            die_usage("--names: the name of part %zu is empty", i + 1);
        for (size_t k = 0; k < i; k++)
            if (str_equal(s->names.at[i], s->names.at[k]))
                die_usage("--names: %.*s stands twice", STR_ARG(s->names.at[i]));
    }
}

static void create_outputs(struct split *s)
{
    s->out = mem_alloc(s->parts.n, sizeof *s->out);
    for (size_t i = 0; i < s->names.n; i++)
        s->out[i] = csv_create(s->common, s->in, mem_text(s->names.at[i].p, s->names.at[i].n));
    if (opt.names)
        return;
    s->out[0] = csv_create(s->common, s->in, NULL);
    s->fold = csv_add(s->out[0], str_of("fold"));
}

struct named {
    struct str name;
    size_t column;
};

static int by_name(const void *a, const void *b)
{
    return str_compare(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* All columns by name, so their order in the file changes nothing; a fold to be replaced is none.
 */
static struct columns drawn_by(const struct header *h)
{
    struct named *list = mem_alloc(h->n, sizeof *list);
    struct columns drawn = {mem_alloc(h->n, sizeof *drawn.at), 0};
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (opt.names || !str_is(h->name[i], "fold"))
            list[n++] = (struct named){h->name[i], i};
    qsort(list, n, sizeof *list, by_name);
    while (drawn.n < n) {
        drawn.at[drawn.n] = list[drawn.n].column;
        drawn.n++;
    }
    mem_free(list);
    return drawn;
}

static void put_fields(struct buf *key, const struct row *row, const struct columns *columns)
{
    buf_clear(key);
    for (size_t i = 0; i < columns->n; i++) {
        buf_str(key, row->text[columns->at[i]]);
        buf_char(key, '\0'); /* which no field holds, so no two lists of fields look alike */
    }
}

static size_t part_of(struct split *s, const struct row *row, struct buf *key)
{
    if (s->user != COLUMN_NONE) {
        struct str user = row->text[s->user];
        if (!csv_missing(s->in, user))
            return parts_find(&s->parts, hash_sip24(s->secret, user.p, user.n));
        s->without_user++;
    }
    put_fields(key, row, &s->row);
    return parts_find(&s->parts, hash_sip24(s->secret, key->p, key->n));
}

/* What put_fields made, for people. */
static struct str shown(struct str key, struct buf *text)
{
    buf_clear(text);
    for (size_t i = 0; i < key.n; i++)
        buf_char(text, key.p[i] ? key.p[i] : ',');
    return buf_view(text);
}

static void put_row(struct split *s, const struct row *row, size_t part)
{
    s->rows[part]++;
    if (opt.names) {
        csv_write(s->out[part], row);
        return;
    }
    csv_set_int(s->out[0], s->fold, (int64_t)part + 1);
    csv_write(s->out[0], row);
}

static void divide(struct split *s)
{
    struct buf key = {0};
    struct row row;
    while (csv_next(s->in, &row)) {
        size_t part = part_of(s, &row, &key);
        if (s->strata) {
            put_fields(&key, &row, &s->value);
            strata_add(s->strata, (struct str){key.p, key.n - 1}, part);
        }
        put_row(s, &row, part);
    }
    buf_release(&key);
}

/* A value that a part lacks is a matter of chance, but rarely one to live with. */
static void report_strata(const struct split *s)
{
    struct buf line = {0}, first = {0}, text = {0};
    size_t lacking = 0;
    strata_sort(s->strata);
    for (size_t i = 0; i < strata_size(s->strata); i++) {
        struct str value = shown(strata_value(s->strata, i), &text);
        bool lacks = false;
        buf_clear(&line);
        for (size_t part = 0; part < s->parts.n; part++) {
            uint64_t n = strata_count(s->strata, i, part);
            buf_print(&line, "%s%" PRIu64, part ? " : " : "", n);
            lacks |= n == 0;
        }
        note("%s \"%.*s\": %s", opt.stratify, STR_ARG(value), buf_cstr(&line));
        if (lacks && !lacking++)
            buf_print(&first, "\"%.*s\" (%s)", STR_ARG(value), buf_cstr(&line));
    }
    if (lacking)
        warn("values of %s that some part lacks: %zu, the first %s", opt.stratify, lacking,
            buf_cstr(&first));
    buf_release(&line);
    buf_release(&first);
    buf_release(&text);
}

static void report(const struct split *s)
{
    uint64_t total = 0;
    for (size_t i = 0; i < s->parts.n; i++)
        total += s->rows[i];
    for (size_t i = 0; i < s->parts.n; i++) {
        struct str name = opt.names ? s->names.at[i] : str_of("fold");
        note("part %zu (%.*s): %" PRIu64 " of %" PRIu64 " rows", i + 1, STR_ARG(name), s->rows[i],
            total);
        if (total && !s->rows[i])
            warn("part %zu is empty (few rows, or rows that a draw with this --seed has chosen)",
                i + 1);
    }
    if (s->without_user)
        warn("rows without a user, drawn each by itself: %" PRIu64, s->without_user);
    if (s->strata)
        report_strata(s);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct split split = {.common = &common, .parts = read_shares(), .user = COLUMN_NONE};
    if (opt.names)
        split.names = cut(opt.names, ',');
    check_options(&common, &split);
    /* Folds are drawn apart from ratios, so that a part can be divided into folds. */
    split.secret = (struct hash_key){(uint64_t)opt.seed, (uint64_t) !!opt.folds << 32 | RNG_SPLIT};
    split.rows = mem_zero(split.parts.n, sizeof *split.rows);
    split.in = csv_open(&common, common.file, common.files);

    const struct header *header = csv_header(split.in);
    if (opt.user)
        split.user = (long)columns_option("user", opt.user, header);
    split.row = drawn_by(header);
    split.value = columns_parse("stratify", opt.stratify, header);
    if (split.value.n)
        split.strata = strata_new(split.parts.n);
    create_outputs(&split);
    divide(&split);
    csv_close(split.in);
    report(&split);
    return stream_finish();
}
