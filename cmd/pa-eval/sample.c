/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <math.h>
#include <string.h>

#include "bits.h"
#include "crowd.h"
#include "die.h"
#include "gate.h"
#include "kind.h"
#include "mem.h"
#include "num.h"

static const char score_form[] = "a score is a number";
static const char weight_form[] = "a weight is a number of 0 or more";

/* The columns to load: label, then groups, then score, class and the scores of classes. */
struct wanted {
    struct table_want *at;
    size_t n;
    struct kinds kinds;
};

static size_t want(struct wanted *w, size_t column, enum table_type type)
{
    w->at[w->n] = (struct table_want){column, type};
    return w->n++;
}

static size_t want_number(struct wanted *w, size_t column)
{
    return want(w, column, kinds_of(&w->kinds, column));
}

/* "score=red": the probability of a class. */
static bool of_class(struct str name, struct str score)
{
    return name.n > score.n && memcmp(name.p, score.p, score.n) == 0 && name.p[score.n] == '=';
}

/* Returns how many scores of classes there are: the last that are wanted. */
static size_t want_scores(
    struct wanted *w, const struct job *job, const struct header *h, bool classes, long at[2])
{
    struct str name = str_of(job->options->score);
    long score = columns_find(h, name), class = classes ? columns_find(h, str_of("class")) : -1;
    at[0] = at[1] = COLUMN_NONE;
    if (class == COLUMN_NONE || score != COLUMN_NONE)
        at[0] = (long)want_number(w, columns_option("score", job->options->score, h));
    if (class != COLUMN_NONE)
        at[1] = (long)want(w, (size_t) class, TABLE_CATEGORY);
    size_t before = w->n;
    for (size_t i = 0; classes && i < h->n; i++)
        if (of_class(h->name[i], name))
            want(w, i, TABLE_NUMBER);
    return w->n - before;
}

/* Weight, cluster and user, as far as options ask for them. */
static void want_more(struct wanted *w, const struct job *job, const struct header *h, long at[3])
{
    const struct options *o = job->options;
    at[0] = at[1] = at[2] = COLUMN_NONE;
    if (o->weight)
        at[0] = (long)want_number(w, columns_option("weight", o->weight, h));
    if (job->cluster)
        at[1] = (long)want(w, columns_option("se", job->cluster, h), TABLE_CATEGORY);
    long user = o->k_anon ? crowd_column(h) : COLUMN_NONE;
    if (user != COLUMN_NONE)
        at[2] = (long)want(w, (size_t)user, TABLE_CATEGORY);
}

static long column_of(const struct wanted *w, long at)
{
    return at == COLUMN_NONE ? COLUMN_NONE : (long)w->at[at].column;
}

static struct gate_number number_of(
    const struct wanted *w, long at, double least, double most, const char *beyond)
{
    enum table_type type = at == COLUMN_NONE ? TABLE_BY_VALUE : w->at[at].type;
    return (struct gate_number){column_of(w, at), type, least, most, beyond, 0, 0, 0};
}

/* at: score and class; more: weight, cluster and user. */
static struct gate gate_of(const struct wanted *w, const struct job *job, enum samples_form form,
    const long at[2], const long more[3])
{
    return (struct gate){.label = column_of(w, 0),
        .class = column_of(w, at[1]),
        .cluster = column_of(w, more[1]),
        .user = column_of(w, more[2]),
        .outcome = !job->options->positive && at[1] == COLUMN_NONE,
        .score = number_of(w, at[0], form == SAMPLES_PROBABILITIES ? 0 : -INFINITY,
            form == SAMPLES_PROBABILITIES ? 1 : INFINITY, gate_outside),
        .weight = number_of(w, more[0], 0, INFINITY, gate_below)};
}

static void refuse_text(const struct csv_in *in, const struct gate_number *n, const char *what)
{
    if (n->others && !n->numbers)
        die("column %.*s is text (%s)", STR_ARG(csv_header(in)->name[n->column]), what);
}

static void say_not_numbers(struct str name, uint64_t n)
{
    if (n)
        warn("column %.*s: %llu values are not numbers, so their rows are left out", STR_ARG(name),
            (unsigned long long)n);
}

static void say_outside(struct str name, uint64_t n, const char *what)
{
    if (n)
        warn("column %.*s: %llu %s, so their rows are left out", STR_ARG(name),
            (unsigned long long)n, what);
}

/* What the gate has to tell, when all has come in. */
static void tell_gate(const struct csv_in *in, const struct gate *g)
{
    const struct str *name = csv_header(in)->name;
    refuse_text(in, &g->score, score_form);
    refuse_text(in, &g->weight, weight_form);
    if (g->strangers && !g->labels)
        die("column %.*s: no value is an outcome (0/1, -1/1, no/yes, false/true)",
            STR_ARG(name[g->label]));
    if (g->score.column != COLUMN_NONE) {
        say_not_numbers(name[g->score.column], g->score.others);
        say_outside(name[g->score.column], g->score.outside, "scores are not within [0, 1]");
    }
    if (g->weight.column != COLUMN_NONE) {
        say_not_numbers(name[g->weight.column], g->weight.others);
        say_outside(name[g->weight.column], g->weight.outside, "weights are below 0");
    }
}

/* Where rows are to be told of that cannot be used, they are looked at one by one. */
static struct table *load_table(
    const struct job *job, struct csv_in *in, const struct wanted *w, struct gate *gate)
{
    const struct table_gate past = {gate_open, gate};
    if (job->common->on_error == ON_ERROR_FAIL && !job->common->rejects)
        return table_load(in, job->common, w->at, w->n);
    struct table *t = table_load_past(&past, in, job->common, w->at, w->n);
    tell_gate(in, gate);
    return t;
}

static void load(struct samples *s, const struct job *job, struct csv_in *in,
    const struct columns *group, enum samples_form form, struct gate *gate)
{
    const struct header *h = csv_header(in);
    struct wanted w = {.at = mem_alloc(h->n + 6 + group->n, sizeof *w.at)};
    long at[2], more[3];
    kinds_init(&w.kinds, job->options, h);
    size_t label = columns_option("label", job->options->label, h);
    want(&w, label, kinds_of(&w.kinds, label));
    for (size_t i = 0; i < group->n; i++)
        want(&w, group->at[i], TABLE_CATEGORY);
    want_more(&w, job, h, more);
    s->chances = want_scores(&w, job, h, form == SAMPLES_CLASSES, at);
    *gate = gate_of(&w, job, form, at, more);
    s->table = load_table(job, in, &w, gate);
    s->left_out = gate->missing;
    struct table_column *column = s->table->column;
    s->weight = more[0] == COLUMN_NONE ? NULL : &column[more[0]];
    s->cluster = more[1] == COLUMN_NONE ? NULL : &column[more[1]];
    s->user = more[2] == COLUMN_NONE ? NULL : &column[more[2]];
    s->label = column;
    s->group = mem_alloc(group->n, sizeof *s->group);
    for (size_t i = 0; i < group->n; i++)
        s->group[i] = &column[1 + i];
    s->score = at[0] == COLUMN_NONE ? NULL : &column[at[0]];
    s->class = at[1] == COLUMN_NONE ? NULL : &column[at[1]];
    kinds_release(&w.kinds);
    mem_free(w.at);
}

static bool is_complete(const struct samples *s, size_t r)
{
    if ((s->weight && isnan(s->weight->number[r])) ||
        (s->cluster && s->cluster->code[r] == TABLE_MISSING) ||
        (s->user && s->user->code[r] == TABLE_MISSING))
        return false;
    if (s->labels.binary)
        return s->labels.y[r] != LABEL_MISSING && !isnan(s->score->number[r]);
    return s->labels.code[r] != TABLE_MISSING && (!s->class || s->class->code[r] != TABLE_MISSING);
}

static struct place place_of(const struct samples *s, const struct table_column *c, size_t row)
{
    return table_place(s->table, row, (size_t)(c - s->table->column));
}

/* A row that came in is left out for want of its score or its class; held: copies of such rows. */
static void leave_out(
    const struct samples *s, struct csv_in *in, size_t r, const struct row **held, size_t holds)
{
    const struct table_column *needed = s->labels.binary ? s->score : s->class;
    const struct row *end = *held + holds;
    struct place at = place_of(s, needed, r);
    while (*held < end && ((*held)->line != at.line || strcmp((*held)->file, at.file) != 0))
        ++*held;
    if (*held < end)
        csv_reject(in, *held, E_REQUIRED, "%.*s is missing", STR_ARG(needed->name));
    else
        csv_count_left_out(in, 1);
}

/* Which rows are complete; NULL when all are. */
static uint8_t *find_complete(struct samples *s, struct csv_in *in, const struct gate *gate)
{
    size_t missing = s->label->missing;
    missing += s->weight ? s->weight->missing : 0;
    missing += s->cluster ? s->cluster->missing : 0;
    missing += s->user ? s->user->missing : 0;
    missing += s->labels.binary ? s->score->missing : s->class ? s->class->missing : 0;
    if (missing == 0)
        return NULL;
    uint8_t *use = mem_alloc(s->table->rows, 1);
    const struct row *held = gate->held;
    for (size_t r = 0; r < s->table->rows; r++) {
        use[r] = is_complete(s, r);
        s->left_out += !use[r];
        if (!use[r])
            leave_out(s, in, r, &held, (size_t)(gate->held + gate->holds - held));
    }
    return use;
}

static void say_left_out(const struct samples *s, const struct csv_in *in)
{
    if (s->left_out)
        warn("%zu of %llu rows are left out: %s%s is missing", s->left_out,
            (unsigned long long)csv_counts(in).rows,
            s->labels.binary ? "the label or the score" : "the label or the class",
            s->weight || s->cluster || s->user ? " or another column that is needed" : "");
}

static void name_levels(const struct dict *levels, struct buf *b)
{
    for (uint32_t i = 0; i < dict_size(levels) && i < 3; i++)
        buf_print(b, "%s\"%.*s\"", i ? ", " : "", STR_ARG(dict_key(levels, i)));
    if (dict_size(levels) > 3)
        buf_text(b, ", ...");
}

/* what: "a score is a number" */
static void check_numbers(const struct samples *s, const struct table_column *c, const char *what)
{
    size_t r = 0;
    while (c->type == TABLE_CATEGORY && c->code[r] == TABLE_MISSING)
        r++;
    if (c->type == TABLE_CATEGORY)
        die_at(place_of(s, c, r), "\"%.*s\" is text (%s)", STR_ARG(dict_key(c->levels, c->code[r])),
            what);
    if (c->not_numbers && c->missing == s->table->rows)
        die("column %.*s is text (%s)", STR_ARG(c->name), what);
    say_not_numbers(c->name, c->not_numbers);
}

/* A number that cannot be used ends the program. */
static void refuse_number(
    const struct samples *s, const struct table_column *c, size_t row, const char *what)
{
    struct buf b = {0};
    num_put(&b, c->number[row]);
    die_at(place_of(s, c, row), "\"%s\" is %s", buf_cstr(&b), what);
}

static size_t count_outside(const struct table_column *c, size_t rows)
{
    size_t n = 0;
    for (size_t r = 0; r < rows; r++)
        n += (c->number[r] < 0) | (c->number[r] > 1);
    return n;
}

/* Of the rows in use. */
static void check_values(const struct samples *s, const uint8_t *use, enum samples_form form)
{
    const struct table_column *w = s->weight, *score = s->score;
    double sum = 0;
    for (size_t r = 0; r < s->table->rows && w; r++) {
        if (use && !use[r])
            continue;
        if (w->number[r] < 0)
            refuse_number(s, w, r, gate_below);
        sum += w->number[r];
    }
    if (isinf(sum))
        die("column %.*s: the weights are too large to be summed", STR_ARG(w->name));
    size_t outside = form == SAMPLES_PROBABILITIES ? count_outside(score, s->table->rows) : 0;
    for (size_t r = 0; r < s->table->rows && outside; r++)
        if ((!use || use[r]) && (score->number[r] < 0 || score->number[r] > 1))
            refuse_number(s, score, r, gate_outside);
}

static _Noreturn void refuse_label(const struct samples *s, enum samples_form form)
{
    struct buf b = {0};
    struct str text;
    char room[NUM_WIDTH];
    size_t r = labels_stranger(s->label, s->table->rows, room, &text);
    name_levels(s->labels.levels, &b);
    die_at(place_of(s, s->label, r),
        "\"%.*s\" is no outcome: the column has the values %s (a label is 0/1, -1/1, no/yes or "
        "false/true%s)",
        STR_ARG(text), buf_cstr(&b),
        form == SAMPLES_CLASSES ? "; for more classes a column class is needed" : "");
}

/* Is what was loaded enough for the measure? */
static void check_columns(const struct samples *s, enum samples_form form)
{
    if (s->score)
        check_numbers(s, s->score, score_form);
    if (s->labels.binary && !s->score)
        die("there is no column of scores (-p)");
    if (s->weight)
        check_numbers(s, s->weight, weight_form);
    if (!s->labels.binary && (form != SAMPLES_CLASSES || !s->class))
        refuse_label(s, form);
}

/* What is named must be there, if there are labels at all. */
static void check_positive(const struct samples *s, const char *positive)
{
    size_t rows = s->table->rows;
    if (positive && memchr(s->labels.y, 0, rows) && !memchr(s->labels.y, 1, rows))
        die("label %.*s: no row has \"%s\" (--positive)", STR_ARG(s->label->name), positive);
}

void samples_open(
    struct samples *s, const struct job *job, const char *const *own, enum samples_form form)
{
    const struct options *o = job->options;
    *s = (struct samples){.jobs = job->common->jobs,
        .rule = job->rule,
        .class_at = strlen(o->score) + 1,
        .k_anon = (size_t)o->k_anon,
        .bins = (size_t)o->bins,
        .width = strcmp(o->bin_mode, "width") == 0};
    s->doubt =
        (struct doubt){job->level, (size_t)o->bootstrap, (uint64_t)o->seed, job->common->jobs};
    struct csv_in *in = csv_open(job->common, job->common->file, job->common->files);
    struct columns group = columns_parse("group", job->options->group, csv_header(in));
    struct gate gate;
    report_init(&s->report, job->common, in, &group, own);
    s->report.check = job->check;
    load(s, job, in, &group, form, &gate);
    labels_init(&s->labels, s->label, s->table->rows, o->positive, s->jobs);
    check_columns(s, form);
    check_positive(s, o->positive);
    uint8_t *use = find_complete(s, in, &gate);
    check_values(s, use, form);
    say_left_out(s, in);
    gate_release(&gate);
    csv_close(in);
    groups_init(&s->groups, s->table->rows, use, s->group, group.n);
    if (o->k_anon)
        groups_pool(&s->groups, s->user ? s->user->code : NULL,
            s->weight ? s->weight->number : NULL, s->k_anon);
    mem_free(use);
    mem_free(group.at);
}

void samples_close(struct samples *s)
{
    groups_release(&s->groups);
    labels_release(&s->labels);
    report_release(&s->report);
    mem_free(s->group);
    table_free(s->table);
}

size_t samples_size(const struct samples *s, size_t g)
{
    return s->groups.start[g + 1] - s->groups.start[g];
}

size_t samples_row(const struct samples *s, size_t g, size_t i)
{
    return s->groups.row ? s->groups.row[s->groups.start[g] + i] : i;
}

/* Weights and clusters of a group's rows. */
static void gather_more(const struct samples *s, size_t g, struct sample *m)
{
    if (s->weight)
        m->w = m->own_w = mem_alloc(m->n, sizeof *m->own_w);
    if (s->cluster)
        m->clusters.cluster = m->own_cluster = mem_alloc(m->n, sizeof *m->own_cluster);
    for (size_t i = 0; i < m->n; i++) {
        size_t r = samples_row(s, g, i);
        if (s->weight)
            m->own_w[i] = s->weight->number[r];
        if (s->cluster)
            m->own_cluster[i] = s->cluster->code[r];
    }
}

struct unit sample_unit(double *w, size_t n)
{
    enum { FURTHEST = 1000, LEAST = -500 };
    struct unit unit = {1, true};
    double most = 0, least = ldexp(1, LEAST);
    for (size_t i = 0; i < n; i++) {
        most = w[i] > most ? w[i] : most;
        unit.whole &= floor(w[i]) == w[i];
    }
    int power = exponent_of(most);
    if (most > 0)
        unit.size = ldexp(1, power > FURTHEST ? FURTHEST : power < -FURTHEST ? -FURTHEST : power);
    for (size_t i = 0; i < n; i++) {
        double scaled = w[i] / unit.size;
        w[i] = w[i] > 0 && scaled < least ? least : scaled;
    }
    return unit;
}

struct sample samples_group(const struct samples *s, size_t g)
{
    struct sample m = {.n = samples_size(s, g), .unit = {1, true}};
    m.clusters.n = s->cluster ? dict_size(s->cluster->levels) : 0;
    if (!s->groups.row) {
        m.score = s->score ? s->score->number : NULL;
        m.y = s->labels.y;
        m.w = s->weight ? s->weight->number : NULL;
        if (s->weight)
            m.unit = sample_unit(s->weight->number, m.n);
        m.clusters.cluster = s->cluster ? s->cluster->code : NULL;
        m.room = s->labels.binary ? s->table->column->number : NULL; /* read as y already */
        return m;
    }
    if (s->score)
        m.score = m.own_score = mem_alloc(m.n, sizeof *m.own_score);
    m.y = m.own_y = mem_alloc(m.n, 1);
    for (size_t i = 0; i < m.n; i++) {
        size_t r = samples_row(s, g, i);
        if (s->score)
            m.own_score[i] = s->score->number[r];
        m.own_y[i] = s->labels.y[r];
    }
    if (s->weight || s->cluster)
        gather_more(s, g, &m);
    if (s->weight)
        m.unit = sample_unit(m.own_w, m.n);
    return m;
}

struct crowd *samples_crowd(const struct samples *s)
{
    return s->k_anon ? crowd_new(s->k_anon) : NULL;
}

void samples_add_user(const struct samples *s, struct crowd *crowd, size_t cell, size_t g, size_t i)
{
    size_t row = samples_row(s, g, i);
    if (!s->weight || s->weight->number[row] > 0)
        crowd_add(crowd, cell, s->user ? &s->user->code[row] : NULL);
}

bool samples_are_plain(const struct samples *s)
{
    return !s->weight && !s->cluster && !s->doubt.runs;
}

struct judged samples_judged(const struct samples *s, const struct sample *m)
{
    return (struct judged){m->score, m->y, m->w, m->clusters, m->n, s->rule, s->doubt};
}

void sample_release(struct sample *m)
{
    mem_free(m->own_score);
    mem_free(m->own_y);
    mem_free(m->own_w);
    mem_free(m->own_cluster);
    *m = (struct sample){0};
}

void samples_set_group(const struct samples *s, size_t g)
{
    for (size_t c = 0; c < s->groups.columns; c++)
        csv_set_text(s->report.out, s->report.group[c], groups_text(&s->groups, g, c));
}

void samples_end_group(const struct samples *s, size_t g)
{
    struct buf name = {0};
    groups_name(&s->groups, g, &name);
    check_group(s->report.check, buf_view(&name));
    buf_release(&name);
}
