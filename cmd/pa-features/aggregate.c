/* SPDX-License-Identifier: MIT */
/*
 * Aggregates that need the same work share one accumulator (the sum and the mean of a column, its
 * favourite level and that level's share).  Sets and tallies are arrays over all levels with the
 * number of the group that wrote each entry last, so a new group costs nothing.
 *
 * Before each question of a group only the events since the last question are added: a group costs
 * its rows plus its questions, whatever their times.
 */
#include "aggregate.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "exact.h"
#include "mem.h"
#include "par.h"
#include "stats.h"
#include "timestamp.h"

static const double day_us = 86400.0 * TIMESTAMP_SECOND;

enum kind { ROWS, CODES, NUMBERS, SQUARES, TALLY, ENDS, SPAN };

/* One accumulator: what it looks at, and what it has seen of the present group. */
struct accumulator {
    enum kind kind;
    struct aggregate of; /* function is not looked at */
    uint64_t n, distinct;
    double min, max;
    struct exact sum;
    struct moments moments;  /* SQUARES */
    uint32_t *tally, *stamp; /* (levels) */
    uint32_t epoch, best;
    int64_t earliest, latest;
    uint32_t first, last; /* rows */
};

/* Where an aggregate reads its result: a second accumulator for SHARE and FREQUENCY. */
struct source {
    size_t a, b;
};

struct aggregator {
    const struct aggregate *aggregate;
    size_t n;
    const int64_t *time;
    struct accumulator *accumulator;
    struct source *source;
    size_t accumulators;
    uint32_t *chosen; /* rows that meet a condition */
    size_t cap;
};

/* ---- the plan ---- */

static bool same(const struct accumulator *a, enum kind kind, const struct aggregate *of)
{
    return a->kind == kind && a->of.number == of->number && a->of.factor == of->factor &&
           a->of.code == of->code && a->of.where == of->where && a->of.rank == of->rank &&
           (!of->where || a->of.is == of->is);
}

static size_t accumulator_for(struct aggregator *g, enum kind kind, struct aggregate of)
{
    for (size_t i = 0; i < g->accumulators; i++)
        if (same(&g->accumulator[i], kind, &of))
            return i;
    struct accumulator *a = &g->accumulator[g->accumulators];
    memset(a, 0, sizeof *a);
    a->kind = kind;
    a->of = of;
    if (kind == TALLY) {
        a->tally = mem_alloc(of.levels, sizeof *a->tally);
        a->stamp = mem_zero(of.levels, sizeof *a->stamp);
    }
    return g->accumulators++;
}

static struct source plan(struct aggregator *g, struct aggregate of)
{
    struct aggregate everything = {.levels = 0}, present = {.code = of.where};
    switch (of.function) {
    case AGGREGATE_COUNT:
        return (struct source){accumulator_for(g, of.code ? CODES : ROWS, of), 0};
    case AGGREGATE_SUM:
    case AGGREGATE_MEAN:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
        return (struct source){accumulator_for(g, NUMBERS, of), 0};
    case AGGREGATE_SD:
        return (struct source){accumulator_for(g, SQUARES, of), 0};
    case AGGREGATE_DISTINCT:
    case AGGREGATE_TOP:
        return (struct source){accumulator_for(g, TALLY, of), 0};
    case AGGREGATE_SHARE:
        if (of.code)
            return (struct source){accumulator_for(g, TALLY, of), 0};
        return (struct source){accumulator_for(g, ROWS, of), accumulator_for(g, CODES, present)};
    case AGGREGATE_FIRST:
    case AGGREGATE_LAST:
        return (struct source){accumulator_for(g, ENDS, of), 0};
    case AGGREGATE_RECENCY:
        return (struct source){accumulator_for(g, SPAN, of), 0};
    case AGGREGATE_FREQUENCY:
        return (struct source){
            accumulator_for(g, of.code ? TALLY : ROWS, of), accumulator_for(g, SPAN, everything)};
    }
    return (struct source){0, 0};
}

static struct aggregator *aggregator_new(
    const struct aggregate *aggregate, size_t n, const int64_t *time)
{
    struct aggregator *g = mem_zero(1, sizeof *g);
    g->aggregate = aggregate;
    g->n = n;
    g->time = time;
    g->accumulator = mem_alloc(2 * n, sizeof *g->accumulator);
    g->source = mem_alloc(n, sizeof *g->source);
    for (size_t j = 0; j < n; j++)
        g->source[j] = plan(g, aggregate[j]);
    return g;
}

static void aggregator_free(struct aggregator *g)
{
    for (size_t i = 0; g && i < g->accumulators; i++) {
        mem_free(g->accumulator[i].tally);
        mem_free(g->accumulator[i].stamp);
    }
    if (g) {
        mem_free(g->accumulator);
        mem_free(g->source);
        mem_free(g->chosen);
    }
    mem_free(g);
}

/* ---- a new group ---- */

static void clear_tally(struct accumulator *a)
{
    a->best = AGGREGATE_NONE;
    if (++a->epoch == 0) {
        memset(a->stamp, 0, a->of.levels * sizeof *a->stamp);
        a->epoch = 1;
    }
}

static void clear(struct aggregator *g)
{
    for (size_t i = 0; i < g->accumulators; i++) {
        struct accumulator *a = &g->accumulator[i];
        a->n = a->distinct = 0;
        a->min = INFINITY;
        a->max = -INFINITY;
        a->earliest = INT64_MAX;
        a->latest = INT64_MIN;
        a->first = a->last = AGGREGATE_NONE;
        if (a->kind == NUMBERS)
            exact_clear(&a->sum);
        if (a->kind == SQUARES)
            memset(&a->moments, 0, sizeof a->moments);
        if (a->kind == TALLY)
            clear_tally(a);
    }
}

/* ---- rows of the group ---- */

static void add_codes(struct accumulator *a, const uint32_t *row, size_t n)
{
    const uint32_t *code = a->of.code;
    for (size_t i = 0; i < n; i++)
        a->n += code[row[i]] != AGGREGATE_NONE;
}

static void add_numbers(struct accumulator *a, const uint32_t *row, size_t n)
{
    const double *number = a->of.number, *factor = a->of.factor;
    for (size_t i = 0; i < n; i++) {
        double x = number[row[i]];
        if (isnan(x))
            continue;
        if (factor && !isnan(factor[row[i]]))
            exact_add_product(&a->sum, x, factor[row[i]]);
        else
            exact_add(&a->sum, x);
        a->min = x < a->min ? x : a->min;
        a->max = x > a->max ? x : a->max;
        a->n++;
    }
}

static void add_squares(struct accumulator *a, const uint32_t *row, size_t n)
{
    const double *number = a->of.number;
    for (size_t i = 0; i < n; i++)
        if (!isnan(number[row[i]]))
            moments_add(&a->moments, number[row[i]]);
}

static void add_tally(struct accumulator *a, const uint32_t *row, size_t n)
{
    const uint32_t *code = a->of.code, *rank = a->of.rank;
    for (size_t i = 0; i < n; i++) {
        uint32_t c = code[row[i]];
        if (c == AGGREGATE_NONE)
            continue;
        if (a->stamp[c] != a->epoch) {
            a->stamp[c] = a->epoch;
            a->tally[c] = 0;
            a->distinct++;
        }
        a->tally[c]++;
        a->n++;
        if (!rank)
            continue;
        if (a->best == AGGREGATE_NONE || a->tally[c] > a->tally[a->best] ||
            (a->tally[c] == a->tally[a->best] && rank[c] < rank[a->best]))
            a->best = c;
    }
}

static void add_ends(struct accumulator *a, const uint32_t *row, size_t n, const int64_t *time)
{
    for (size_t i = 0; i < n; i++) {
        int64_t t = time ? time[row[i]] : 0;
        if (a->of.code[row[i]] == AGGREGATE_NONE || t == AGGREGATE_NO_TIME)
            continue;
        if (a->first == AGGREGATE_NONE || t < a->earliest) {
            a->first = row[i];
            a->earliest = t;
        }
        if (a->last == AGGREGATE_NONE || t >= a->latest) {
            a->last = row[i];
            a->latest = t;
        }
    }
}

static void add_span(struct accumulator *a, const uint32_t *row, size_t n, const int64_t *time)
{
    for (size_t i = 0; i < n; i++) {
        int64_t t = time[row[i]];
        if (t == AGGREGATE_NO_TIME)
            continue;
        a->earliest = t < a->earliest ? t : a->earliest;
        a->latest = t > a->latest ? t : a->latest;
        a->n++;
    }
}

static size_t choose(
    struct aggregator *g, const struct aggregate *of, const uint32_t *row, size_t n)
{
    size_t kept = 0;
    g->chosen = mem_grow(g->chosen, &g->cap, n, sizeof *g->chosen);
    for (size_t i = 0; i < n; i++) {
        g->chosen[kept] = row[i];
        kept += of->where[row[i]] == of->is;
    }
    return kept;
}

static void add(struct aggregator *g, const uint32_t *rows, size_t count)
{
    for (size_t i = 0; i < g->accumulators; i++) {
        struct accumulator *a = &g->accumulator[i];
        size_t n = a->of.where ? choose(g, &a->of, rows, count) : count;
        const uint32_t *row = a->of.where ? g->chosen : rows;
        switch (a->kind) {
        case ROWS:
            a->n += n;
            break;
        case CODES:
            add_codes(a, row, n);
            break;
        case NUMBERS:
            add_numbers(a, row, n);
            break;
        case SQUARES:
            add_squares(a, row, n);
            break;
        case TALLY:
            add_tally(a, row, n);
            break;
        case ENDS:
            add_ends(a, row, n, g->time);
            break;
        case SPAN:
            add_span(a, row, n, g->time);
            break;
        }
    }
}

/* ---- results ---- */

static double days(int64_t from, int64_t to)
{
    return (double)(to - from) / day_us;
}

static double share(double part, uint64_t whole)
{
    return whole ? part / (double)whole : NAN;
}

static double frequency(const struct accumulator *a, const struct accumulator *span, int64_t as_of)
{
    if (!span->n)
        return 0;
    double long_days = days(span->earliest, as_of);
    double many = a->kind == TALLY ? (double)a->distinct : (double)a->n;
    return many / (long_days > 1 ? long_days : 1);
}

static double end_code(const struct accumulator *a, uint32_t row)
{
    return row == AGGREGATE_NONE ? NAN : (double)a->of.code[row];
}

/* Infinite when the squares are. */
static double deviation(const struct moments *m)
{
    double sd = moments_sd(m);
    return m->n && isnan(sd) ? (double)INFINITY : sd;
}

static double result(const struct aggregator *g, size_t j, int64_t as_of)
{
    const struct accumulator *a = &g->accumulator[g->source[j].a];
    const struct accumulator *b = &g->accumulator[g->source[j].b];
    switch (g->aggregate[j].function) {
    case AGGREGATE_COUNT:
        return (double)a->n;
    case AGGREGATE_SUM:
        return exact_value(&a->sum);
    case AGGREGATE_MEAN:
        return a->n ? exact_value(&a->sum) / (double)a->n : NAN;
    case AGGREGATE_MIN:
        return a->n ? a->min : NAN;
    case AGGREGATE_MAX:
        return a->n ? a->max : NAN;
    case AGGREGATE_SD:
        return deviation(&a->moments);
    case AGGREGATE_DISTINCT:
        return (double)a->distinct;
    case AGGREGATE_FIRST:
        return end_code(a, a->first);
    case AGGREGATE_LAST:
        return end_code(a, a->last);
    case AGGREGATE_TOP:
        return a->best == AGGREGATE_NONE ? NAN : (double)a->best;
    case AGGREGATE_SHARE:
        return a->kind == TALLY ? share(a->n ? a->tally[a->best] : 0, a->n)
                                : share((double)a->n, b->n);
    case AGGREGATE_RECENCY:
        return a->n ? days(a->latest, as_of) : NAN;
    case AGGREGATE_FREQUENCY:
        return frequency(a, b, as_of);
    }
    return NAN;
}

/* ---- groups brought together ---- */

/* Items of group g are at[start[g] .. start[g + 1]), in their order; start has groups + 1. */
struct bins {
    size_t *start;
    uint32_t *at;
};

static struct bins bring_together(const uint32_t *group, size_t n, size_t groups)
{
    struct bins b = {mem_zero(groups + 2, sizeof *b.start), mem_alloc(n, sizeof *b.at)};
    size_t *next = b.start + 1; /* next[g] becomes start[g + 1] as items of g are placed */
    for (size_t i = 0; i < n; i++)
        if (!group || group[i] != AGGREGATE_NONE)
            next[(group ? group[i] : 0) + 1]++;
    for (size_t g = 1; g <= groups; g++)
        next[g] += next[g - 1];
    for (size_t i = 0; i < n; i++)
        if (!group || group[i] != AGGREGATE_NONE)
            b.at[next[group ? group[i] : 0]++] = (uint32_t)i;
    return b;
}

static void bins_release(struct bins *b)
{
    mem_free(b->start);
    mem_free(b->at);
}

enum { GROUPS_AT_ONCE = 64 };

struct job {
    const struct aggregate_rows *rows;
    const struct aggregate *aggregate;
    size_t n;
    const struct aggregate_questions *questions;
    struct bins row, question;
    double *const *out;
    int64_t as_of;
    struct aggregator **thread; /* (jobs) made when first used */
    struct order *order;        /* (jobs) */
};

/* Room for sorting by time, one per thread. */
struct order {
    uint32_t *spare;
    size_t cap;
};

static struct aggregator *mine(struct job *job, unsigned thread)
{
    if (!job->thread[thread])
        job->thread[thread] = aggregator_new(job->aggregate, job->n, job->rows->time);
    return job->thread[thread];
}

static void read_out(struct job *job, const struct aggregator *g, size_t item, int64_t as_of)
{
    for (size_t j = 0; j < job->n; j++)
        job->out[j][item] = result(g, j, as_of);
}

static void run(
    unsigned jobs, struct job *job, void (*item)(void *context, size_t i, unsigned thread))
{
    job->thread = mem_zero(jobs, sizeof *job->thread);
    job->order = mem_zero(jobs, sizeof *job->order);
    par_for(jobs, (job->rows->groups + GROUPS_AT_ONCE - 1) / GROUPS_AT_ONCE, item, job);
    for (unsigned i = 0; i < jobs; i++) {
        aggregator_free(job->thread[i]);
        mem_free(job->order[i].spare);
    }
    mem_free(job->thread);
    mem_free(job->order);
}

static size_t last_group(const struct job *job, size_t i)
{
    size_t end = (i + 1) * GROUPS_AT_ONCE;
    return end < job->rows->groups ? end : job->rows->groups;
}

static void whole_groups(void *context, size_t i, unsigned thread)
{
    struct job *job = context;
    struct aggregator *mine_of = mine(job, thread);
    for (size_t g = i * GROUPS_AT_ONCE; g < last_group(job, i); g++) {
        size_t from = job->row.start[g], to = job->row.start[g + 1];
        clear(mine_of);
        add(mine_of, job->row.at + from, to - from);
        read_out(job, mine_of, g, job->as_of);
    }
}

void aggregate_groups(unsigned jobs, const struct aggregate_rows *rows,
    const struct aggregates *aggregates, int64_t as_of, double *const *out)
{
    struct job job = {
        .rows = rows, .aggregate = aggregates->at, .n = aggregates->n, .as_of = as_of, .out = out};
    job.row = bring_together(rows->group, rows->rows, rows->groups);
    run(jobs, &job, whole_groups);
    bins_release(&job.row);
}

/* ---- before each question ---- */

/* Sorts at[n] by time, stably; what is in order already, as logs are, is only looked at. */
static void sort_by_time(struct order *o, const int64_t *time, uint32_t *at, size_t n)
{
    size_t sorted = 1;
    while (sorted < n && time[at[sorted - 1]] <= time[at[sorted]])
        sorted++;
    if (sorted >= n)
        return;
    o->spare = mem_grow(o->spare, &o->cap, n, sizeof *o->spare);
    uint32_t *from = at, *to = o->spare;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t k = 0, first = 0; first < n; first += 2 * width) {
            size_t i = first, middle = first + width < n ? first + width : n;
            size_t j = middle, last = first + 2 * width < n ? first + 2 * width : n;
            while (k < last) {
                bool left = j == last || (i < middle && time[from[i]] <= time[from[j]]);
                to[k++] = left ? from[i++] : from[j++];
            }
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != at)
        memcpy(at, from, n * sizeof *at);
}

static void answer_group(struct job *job, size_t g, unsigned thread)
{
    struct aggregator *mine_of = mine(job, thread);
    const int64_t *row_time = job->rows->time, *time = job->questions->time;
    uint32_t *row = job->row.at + job->row.start[g];
    uint32_t *question = job->question.at + job->question.start[g];
    size_t rows = job->row.start[g + 1] - job->row.start[g];
    size_t questions = job->question.start[g + 1] - job->question.start[g];
    size_t done = 0;
    if (!questions)
        return;
    sort_by_time(&job->order[thread], row_time, row, rows);
    sort_by_time(&job->order[thread], time, question, questions);
    while (done < rows && row_time[row[done]] == AGGREGATE_NO_TIME)
        done++;
    clear(mine_of);
    for (size_t q = 0; q < questions; q++) {
        size_t next = done;
        while (next < rows && row_time[row[next]] < time[question[q]])
            next++;
        add(mine_of, row + done, next - done);
        done = next;
        read_out(job, mine_of, question[q], time[question[q]]);
    }
}

static void answer_groups(void *context, size_t i, unsigned thread)
{
    struct job *job = context;
    for (size_t g = i * GROUPS_AT_ONCE; g < last_group(job, i); g++)
        answer_group(job, g, thread);
}

/* Questions that no group answers: of no group, nothing is known; without a time, nothing is. */
static void answer_rest(struct job *job, const struct aggregate_questions *q)
{
    struct aggregator *g = aggregator_new(job->aggregate, job->n, job->rows->time);
    clear(g);
    for (size_t i = 0; i < q->n; i++) {
        if (q->time[i] != AGGREGATE_NO_TIME && q->group && q->group[i] == AGGREGATE_NONE)
            read_out(job, g, i, q->time[i]);
        for (size_t j = 0; q->time[i] == AGGREGATE_NO_TIME && j < job->n; j++)
            job->out[j][i] = NAN;
    }
    aggregator_free(g);
}

void aggregate_before(unsigned jobs, const struct aggregate_rows *rows,
    const struct aggregates *aggregates, const struct aggregate_questions *questions,
    double *const *out)
{
    struct job job = {.rows = rows,
        .aggregate = aggregates->at,
        .n = aggregates->n,
        .questions = questions,
        .out = out};
    job.row = bring_together(rows->group, rows->rows, rows->groups);
    job.question = bring_together(questions->group, questions->n, rows->groups);
    run(jobs, &job, answer_groups);
    answer_rest(&job, questions);
    bins_release(&job.row);
    bins_release(&job.question);
}
