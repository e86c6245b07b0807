/* SPDX-License-Identifier: MIT */
/*
 * pa-cluster - sort rows into groups of like ones, by k-means
 *
 * The table is read twice: once into memory, to learn the groups, and once more to pass each row
 * on with its group and its distance from the group's centre.  With -m the groups are known, and
 * rows pass as they come.
 */
#include "args.h"
#include "columns.h"
#include "csv.h"
#include "csv_map.h"
#include "groups.h"
#include "kmeans.h"
#include "mem.h"
#include "model.h"
#include "nearest.h"
#include "profile.h"
#include "quality.h"
#include "role.h"
#include "space.h"
#include "stream.h"
#include "table.h"

enum { MOST_LEVELS = 1000 }; /* of a category */

static struct {
    int64_t k, restarts, max_iter, seed;
    struct arg_list scale;
    const char *features, *exclude, *categorical, *numeric, *profile, *quality, *model, *save_model;
    bool learns; /* an option was given that has no place beside -m */
} opt = {.k = 8, .restarts = 10, .max_iter = 300, .seed = 1};

static const struct arg args[] = {
    {'k', "k", "N", ARG_INT, &opt.k, "8", "how many; here groups", .min = 1, .max = 1000000,
        .usual = true, .given = &opt.learns},
    {0, "scale", "COLS=METHOD", ARG_LIST, &opt.scale, "*=z",
        "scale by z, minmax, robust, log1p or none; may be repeated", .usual = true,
        .given = &opt.learns},
    {0, "restarts", "N", ARG_INT, &opt.restarts, "10", "beginnings tried; the best is taken",
        .min = 1, .max = 1000000, .given = &opt.learns},
    {0, "max-iter", "N", ARG_INT, &opt.max_iter, "300", "stop after N iterations, with a warning",
        .min = 1, .max = 1000000000, .given = &opt.learns},
    {'f', "features", "COLS", ARG_TEXT, &opt.features, "every column that may be learnt from",
        "columns to use; keys and outcomes only if named here", .usual = true,
        .given = &opt.learns},
    {'x', "exclude", "COLS", ARG_TEXT, &opt.exclude, "none", "columns not to use",
        .given = &opt.learns},
    {0, "categorical", "COLS", ARG_TEXT, &opt.categorical, "by value",
        "take these columns as categories", .given = &opt.learns},
    {0, "numeric", "COLS", ARG_TEXT, &opt.numeric, "by value",
        "take these columns as numbers; other text in them is missing, and counted"},
    {0, "profile", "FILE", ARG_TEXT, &opt.profile, "none",
        "write size, means and what is distinctive of each group", .usual = true},
    {0, "quality", "FILE", ARG_TEXT, &opt.quality, "none",
        "write inertia, silhouettes, Davies-Bouldin, Calinski-Harabasz: measure,value",
        .usual = true, .given = &opt.learns},
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance",
        .max = 9007199254740992.0, .given = &opt.learns},
    {'m', "model", "FILE", ARG_TEXT, &opt.model, "none",
        "read what was learnt from FILE; here centres and scaling, to assign rows", .usual = true},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.save_model, "none", "write what was learnt to FILE",
        .usual = true, .given = &opt.learns},
    {0},
};

static const struct program program = {
    .name = "pa-cluster",
    .purpose = "sort rows into groups of like ones, by k-means",
    .operands = "[FILE...]",
    .examples = "pa-cluster -k 5 --profile groups.csv features.csv -o grouped.csv\n"
                "pa-cluster -k 5 -f income,score --scale '*=none' --quality q.csv mall.csv\n"
                "pa-cluster -k 8 -M groups.model last-week.csv >/dev/null\n"
                "pa-cluster -m groups.model today.csv | pa-join --on user clicks.csv\n",
    .args = args,
};

/* Options as the side tables have them: -n speaks of the rows. */
static struct common side_table(const struct common *common)
{
    struct common side = *common;
    side.no_header = false;
    return side;
}

/* ---- learning ---- */

/* The columns that this program adds are not learnt from, even when --replace finds old ones. */
static struct columns own_columns(const struct header *header)
{
    struct columns own = {mem_alloc(2, sizeof *own.at), 0};
    const char *const name[] = {"cluster", "distance"};
    for (size_t i = 0; i < 2; i++) {
        long at = columns_find(header, str_of(name[i]));
        if (at != COLUMN_NONE)
            own.at[own.n++] = (size_t)at;
    }
    return own;
}

static struct columns choose_columns(const struct common *common, const struct header *header)
{
    struct columns none = {0}, own = common->replace ? own_columns(header) : none;
    struct role_choice choice = {opt.features, opt.exclude, &own};
    struct columns chosen = role_features(header, &choice);
    if (!chosen.n)
        die_usage("no column to group rows by (name them: -f)");
    columns_sort(&chosen, header);
    mem_free(own.at);
    return chosen;
}

static struct table *load(
    struct csv_in *in, const struct common *common, const struct columns *chosen)
{
    const struct header *header = csv_header(in);
    struct columns categorical = columns_parse("categorical", opt.categorical, header);
    struct columns numeric = columns_parse("numeric", opt.numeric, header);
    struct table_want *want = mem_alloc(chosen->n, sizeof *want);
    for (size_t i = 0; i < chosen->n; i++) {
        bool category = columns_have(&categorical, chosen->at[i]);
        bool number = columns_have(&numeric, chosen->at[i]);
        want[i] = (struct table_want){chosen->at[i],
            category ? TABLE_CATEGORY
            : number ? TABLE_NUMBER
                     : TABLE_BY_VALUE,
            0};
    }
    struct table *t = table_load(in, common, want, chosen->n);
    mem_free(want);
    mem_free(categorical.at);
    mem_free(numeric.at);
    return t;
}

/* One method a chosen column; later --scale overrule earlier ones. */
static enum space_method *choose_methods(const struct header *header, const struct columns *chosen)
{
    enum space_method *method = mem_alloc(chosen->n, sizeof *method);
    for (size_t i = 0; i < chosen->n; i++)
        method[i] = SPACE_Z;
    for (size_t s = 0; s < opt.scale.n; s++) {
        struct str list, word;
        if (!args_pair(opt.scale.at[s], &list, &word))
            die_usage("--scale %s: no method (COLS=METHOD)", opt.scale.at[s]);
        enum space_method m = space_method_of(word);
        if (m == SPACE_METHODS)
            die_usage(
                "--scale %s: no such method (z, minmax, robust, log1p or none)", opt.scale.at[s]);
        char *text = mem_text(list.p, list.n);
        struct columns named = columns_parse("scale", text, header);
        bool used = false;
        for (size_t i = 0; i < chosen->n; i++)
            if (columns_have(&named, chosen->at[i])) {
                method[i] = m;
                used = true;
            }
        if (!used)
            warn("--scale %s: none of these columns is used", opt.scale.at[s]);
        mem_free(named.at);
        mem_free(text);
    }
    return method;
}

static void tell_missing(const struct table *t)
{
    struct buf b = {0};
    for (size_t i = 0; i < t->n; i++) {
        const struct table_column *c = &t->column[i];
        if (c->type != TABLE_NUMBER || !c->missing)
            continue;
        buf_text(&b, b.n ? ", " : "");
        buf_str(&b, c->name);
        buf_print(&b, " %llu", (unsigned long long)c->missing);
        if (c->not_numbers)
            buf_print(&b, " (%llu of them text)", (unsigned long long)c->not_numbers);
    }
    if (b.n)
        warn("missing numbers stand at the mean of their column: %s", buf_cstr(&b));
    buf_release(&b);
}

/* A column of names or addresses would cost its levels times the rows, and tell nothing. */
static void check_levels(const struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct table_column *c = &t->column[i];
        if (c->type == TABLE_CATEGORY && dict_size(c->levels) > MOST_LEVELS)
            die("%.*s: %zu levels are too many to group by (leave it out: -x)", STR_ARG(c->name),
                dict_size(c->levels));
    }
}

static struct space *learn_space(const struct common *common, const struct csv_in *in,
    const struct table *t, const struct columns *chosen)
{
    enum space_method *method = choose_methods(csv_header(in), chosen);
    enum space_status status;
    size_t column = 0;
    struct space *s = space_learn(t, method, common->jobs, &status, &column);
    if (status != SPACE_OK)
        die("%.*s: %s", STR_ARG(t->column[column].name),
            status == SPACE_LOG ? "log1p needs values above -1 (another --scale)"
                                : "the values are too large to be scaled");
    mem_free(method);
    return s;
}

static struct kmeans fit(const struct common *common, const struct kmeans_data *data)
{
    struct kmeans_options how = {
        (size_t)opt.k, (unsigned)opt.restarts, (int)opt.max_iter, (uint64_t)opt.seed, common->jobs};
    struct kmeans km;
    if ((size_t)opt.k > data->rows)
        die("%zu rows cannot make %lld groups (fewer: -k)", data->rows, (long long)opt.k);
    switch (kmeans_fit(data, &how, &km)) {
    case KMEANS_FEW:
        die("%zu different rows cannot make %lld groups (fewer: -k)", km.found, (long long)opt.k);
    case KMEANS_RANGE:
        die("distances between rows are beyond the greatest number (another --scale)");
    case KMEANS_MAX_ITER:
        warn("stopped after %d iterations, before the groups were stable (--max-iter)",
            km.iterations);
        break;
    case KMEANS_OK:
        break;
    }
    note("%zu rows by %zu terms in %lld groups: inertia %.10g after %d iterations", data->rows,
        data->width, (long long)opt.k, km.inertia, km.iterations);
    return km;
}

static void measure(struct csv_out *out, const char *name, double value)
{
    csv_set_text(out, 0, str_of(name));
    csv_set_number(out, 1, value);
    csv_write(out, NULL);
}

static void write_quality(
    const struct common *common, const struct kmeans_data *data, const struct kmeans *km)
{
    struct quality q =
        quality_measure(data, km->group, (size_t)opt.k, (uint64_t)opt.seed, common->jobs);
    struct common side = side_table(common);
    struct csv_out *out = csv_create(&side, NULL, opt.quality);
    csv_add(out, str_of("measure"));
    csv_add(out, str_of("value"));
    measure(out, "rows", (double)data->rows);
    measure(out, "groups", (double)opt.k);
    measure(out, "inertia", km->inertia);
    measure(out, "silhouette", q.silhouette);
    measure(out, "silhouette_rows", (double)q.silhouette_rows);
    measure(out, "simplified_silhouette", q.simplified);
    measure(out, "davies_bouldin", q.davies_bouldin);
    measure(out, "calinski_harabasz", q.calinski_harabasz);
    if (q.silhouette_rows < data->rows)
        note("the silhouette is that of a sample of %zu rows", q.silhouette_rows);
}

/* ---- rows out ---- */

/* How a row is passed on, and what it takes to read it. */
struct writer {
    struct csv_in *in;
    struct csv_out *out;
    const struct groups *groups;
    size_t cluster, distance;
    size_t *column;          /* (space->columns) numbers in the header */
    struct str *text;        /* (space->columns) of the row at hand; n = 0: missing */
    struct profile *profile; /* or NULL */
};

static struct writer writer_new(
    const struct common *common, struct csv_in *in, const struct groups *groups)
{
    struct writer w = {.in = in, .groups = groups};
    const struct space *s = groups->space;
    w.column = mem_alloc(s->columns, sizeof *w.column);
    w.text = mem_alloc(s->columns, sizeof *w.text);
    for (size_t i = 0; i < s->columns; i++)
        w.column[i] = columns_need(s->column[i].name, csv_header(in), "the model");
    w.out = csv_create(common, in, NULL);
    w.cluster = csv_add(w.out, str_of("cluster"));
    w.distance = csv_add(w.out, str_of("distance"));
    w.profile = opt.profile ? profile_new(s, groups->k) : NULL;
    return w;
}

static void take_text(struct writer *w, const struct row *row)
{
    for (size_t i = 0; i < w->groups->space->columns; i++) {
        w->text[i] = row->text[w->column[i]];
        if (csv_missing(w->in, w->text[i]))
            w->text[i].n = 0;
    }
}

static void pass_on(const struct writer *w, const struct row *row, struct csv_out *out,
    uint32_t group, double distance)
{
    csv_set_text(out, w->cluster, w->groups->name[group]);
    csv_set_number(out, w->distance, distance);
    csv_write(out, row);
}

static void writer_finish(struct writer *w, const struct common *common)
{
    struct common side = side_table(common);
    if (w->profile)
        profile_write(w->profile, &side, w->groups->name, opt.profile);
    profile_free(w->profile);
    mem_free(w->column);
    mem_free(w->text);
}

struct passing {
    struct writer *writer;
    const struct kmeans *km;
    const uint64_t *left_out; /* row numbers that were not learnt from, and do not pass */
    size_t left_outs, skipped;
};

static void pass_grouped(void *context, const struct row *row, struct csv_out *out, unsigned thread)
{
    struct passing *p = context;
    (void)thread;
    if (p->skipped < p->left_outs && p->left_out[p->skipped] == row->number) {
        p->skipped++;
        return;
    }
    size_t i = (size_t)row->number - 1 - p->skipped;
    if (p->writer->profile) {
        take_text(p->writer, row);
        profile_add(p->writer->profile, p->km->group[i], p->writer->text);
    }
    pass_on(p->writer, row, out, p->km->group[i], p->km->distance[i]);
}

/* The rows that were learnt from, once more; only one thread may fill the profile.  Rows are left
 * out only where one thread reads (see csv_map). */
static void pass_all(
    struct writer *w, const struct kmeans *km, const struct table *t, unsigned jobs)
{
    struct passing p = {w, km, t->left_out, t->left_outs, 0};
    csv_rewind(w->in);
    csv_map(&(struct csv_map){.in = w->in,
        .out = w->out,
        .jobs = w->profile ? 1 : jobs,
        .numbered = true,
        .row = pass_grouped,
        .context = &p});
}

/* Learn from the whole table, then pass its rows on. */
static void learn(const struct common *common, struct csv_in *in)
{
    csv_keep(in);
    struct columns chosen = choose_columns(common, csv_header(in));
    struct table *t = load(in, common, &chosen);
    if (!t->rows)
        die("no rows to group");
    tell_missing(t);
    check_levels(t);
    struct space *space = learn_space(common, in, t, &chosen);
    struct space_rows rows = space_apply(space, t, common->jobs);
    struct kmeans km = fit(common, &rows.data);
    if (opt.quality)
        write_quality(common, &rows.data, &km);
    space_rows_release(&rows);

    struct groups *groups = groups_new(space, &km, (size_t)opt.k);
    groups->seed = (uint64_t)opt.seed;
    if (opt.save_model)
        groups_write(groups, opt.save_model);
    struct writer w = writer_new(common, in, groups);
    pass_all(&w, &km, t, common->jobs);
    writer_finish(&w, common);
    table_free(t);
    kmeans_release(&km);
    groups_free(groups);
    mem_free(chosen.at);
}

/* ---- assigning ---- */

/* The columns of --numeric in which text is missing, by number in the model. */
static bool *lenient_columns(const struct writer *w)
{
    struct columns numeric = columns_parse("numeric", opt.numeric, csv_header(w->in));
    bool *lenient = mem_zero(w->groups->space->columns, sizeof *lenient);
    for (size_t i = 0; i < w->groups->space->columns; i++)
        lenient[i] = columns_have(&numeric, w->column[i]);
    mem_free(numeric.at);
    return lenient;
}

struct assigning {
    struct nearest *nearest;
    bool *lenient;
    uint64_t *unseen; /* (columns) */
    uint64_t text;    /* values of lenient columns that are none */
};

/* The row's place in the space into the nearest centre's search; false when it is rejected. */
static bool place_row(struct writer *w, struct assigning *a, const struct row *row)
{
    const struct space *s = w->groups->space;
    for (;;) {
        size_t bad = space_row(s, w->text, nearest_row(a->nearest), NEAREST_STRIDE, a->unseen);
        if (bad == s->columns)
            return true;
        struct str name = s->column[bad].name, text = w->text[bad];
        if (a->lenient[bad])
            a->text++;
        else if (!csv_bad(w->in, row, E_NUM, name.p, "\"%.*s\" is not a number", STR_ARG(text)))
            return false;
        w->text[bad].n = 0;
    }
}

static void tell_unseen(const struct space *s, const struct assigning *a)
{
    for (size_t i = 0; i < s->columns; i++)
        if (a->unseen[i])
            warn("%.*s: %llu values that the model has not seen", STR_ARG(s->column[i].name),
                (unsigned long long)a->unseen[i]);
    if (a->text)
        warn("%llu values that are not numbers stand at the mean of their column",
            (unsigned long long)a->text);
}

/* Each row to the nearest group of a model. */
static void assign(const struct common *common, struct csv_in *in)
{
    if (opt.learns)
        die_usage("-m brings what was learnt: of the options of learning only --profile fits it");
    struct groups *groups = groups_read(opt.model);
    struct writer w = writer_new(common, in, groups);
    struct assigning a = {nearest_new(groups->centre, groups->k, groups->space->width),
        lenient_columns(&w), mem_zero(groups->space->columns, sizeof *a.unseen), 0};
    struct row row;
    while (csv_next(in, &row)) {
        take_text(&w, &row);
        if (!place_row(&w, &a, &row))
            continue;
        double distance;
        uint32_t group = nearest_find(a.nearest, &distance);
        if (w.profile)
            profile_add(w.profile, group, w.text);
        pass_on(&w, &row, w.out, group, distance);
    }
    tell_unseen(groups->space, &a);
    writer_finish(&w, common);
    nearest_free(a.nearest);
    mem_free(a.lenient);
    mem_free(a.unseen);
    groups_free(groups);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    if (opt.model && opt.save_model)
        die_usage("-m learns nothing that -M could write");
    if (opt.save_model)
        model_reserve(opt.save_model, false);
    struct csv_in *in = csv_open(&common, common.file, common.files);
    if (opt.model)
        assign(&common, in);
    else
        learn(&common, in);
    csv_close(in);
    return stream_finish();
}
