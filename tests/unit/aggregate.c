/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-features/aggregate.c */
/* Every aggregate against a loop over all rows, on random logs small enough to hold every corner.
 */
#include "cmd/pa-features/aggregate.h"

#include <stdbool.h>
#include <stdlib.h>

#include "t.h"

enum { ROWS = 60, GROUPS = 5, LEVELS = 4, QUESTIONS = 25, FUNCTIONS = 13, DAY = 86400 };

static const int64_t day_us = DAY * (int64_t)1000000;

static double number[ROWS], factor[ROWS];
static uint32_t code[ROWS], where[ROWS], group[ROWS], rank[LEVELS] = {2, 0, 3, 1};
static int64_t at[ROWS];
static uint64_t state;

static uint32_t draw(uint32_t n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % n;
}

static void make_log(uint64_t seed)
{
    state = seed;
    for (int i = 0; i < ROWS; i++) {
        number[i] = draw(5) ? draw(2000) / 8.0 - 100 : NAN;
        factor[i] = draw(4) ? (double)draw(4) : NAN;
        code[i] = draw(6) ? draw(LEVELS) : AGGREGATE_NONE;
        where[i] = draw(6) ? draw(3) : AGGREGATE_NONE;
        group[i] = draw(12) ? draw(GROUPS) : AGGREGATE_NONE;
        at[i] = draw(9) ? (int64_t)draw(40) * day_us / 4 : AGGREGATE_NO_TIME;
    }
}

static struct aggregate aggregate_of(int i)
{
    struct aggregate a = {.function = (enum aggregate_function)(i % FUNCTIONS)};
    bool second = i >= FUNCTIONS;
    switch (a.function) {
    case AGGREGATE_SUM:
    case AGGREGATE_MEAN:
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
    case AGGREGATE_SD:
        a.number = number;
        if (second && a.function == AGGREGATE_SUM)
            a.factor = factor;
        break;
    case AGGREGATE_RECENCY:
        break;
    default:
        a.code = second ? code : NULL;
        if (a.function != AGGREGATE_COUNT && a.function != AGGREGATE_FREQUENCY)
            a.code = code;
        a.rank = rank;
        a.levels = LEVELS;
    }
    if (second || (a.function == AGGREGATE_SHARE && i % 2)) {
        a.where = where;
        a.is = 1;
    }
    return a;
}

/* ---- the plain way: which rows count, then one look at each ---- */

struct seen {
    int rows[ROWS], n, all[ROWS], all_n;
};

static struct seen look(const struct aggregate *a, uint32_t g, int64_t before)
{
    struct seen s = {.n = 0};
    for (int i = 0; i < ROWS; i++) {
        if (group[i] != g ||
            (before != INT64_MAX && (at[i] == AGGREGATE_NO_TIME || at[i] >= before)))
            continue;
        s.all[s.all_n++] = i;
        if (!a->where || where[i] == a->is)
            s.rows[s.n++] = i;
    }
    return s;
}

static double plain_number(const struct aggregate *a, const struct seen *s)
{
    double sum = 0, squares = 0, least = INFINITY, most = -INFINITY, n = 0;
    for (int k = 0; k < s->n; k++) {
        double x = number[s->rows[k]], f = factor[s->rows[k]];
        if (isnan(x))
            continue;
        sum += a->factor && !isnan(f) ? x * f : x;
        squares += x * x;
        least = fmin(least, x);
        most = fmax(most, x);
        n++;
    }
    if (a->function == AGGREGATE_SUM)
        return sum;
    if (n == 0)
        return NAN;
    return a->function == AGGREGATE_MEAN  ? sum / n
           : a->function == AGGREGATE_MIN ? least
           : a->function == AGGREGATE_MAX ? most
                                          : sqrt(fmax(0, squares / n - sum / n * (sum / n)));
}

static double plain_code(const struct aggregate *a, const struct seen *s)
{
    int count[LEVELS] = {0}, n = 0, different = 0, best = -1, first = -1, last = -1;
    for (int k = 0; k < s->n; k++) {
        int i = s->rows[k];
        if (code[i] == AGGREGATE_NONE)
            continue;
        n++;
        different += count[code[i]]++ == 0;
        if (at[i] == AGGREGATE_NO_TIME)
            continue;
        if (first < 0 || at[i] < at[first])
            first = i;
        if (last < 0 || at[i] >= at[last])
            last = i;
    }
    for (int c = 0; c < LEVELS; c++)
        if (count[c] && (best < 0 || count[c] > count[best] ||
                            (count[c] == count[best] && rank[c] < rank[best])))
            best = c;
    switch (a->function) {
    case AGGREGATE_COUNT:
        return n;
    case AGGREGATE_TOP:
        return best < 0 ? NAN : (double)best;
    case AGGREGATE_SHARE:
        return n ? (double)count[best] / n : NAN;
    case AGGREGATE_FIRST:
        return first < 0 ? NAN : (double)code[first];
    case AGGREGATE_LAST:
        return last < 0 ? NAN : (double)code[last];
    default:
        return different;
    }
}

static double plain_span(const struct aggregate *a, const struct seen *s, int64_t as_of)
{
    int64_t earliest = INT64_MAX, latest = INT64_MIN;
    for (int k = 0; k < s->all_n; k++)
        if (at[s->all[k]] != AGGREGATE_NO_TIME && at[s->all[k]] < earliest)
            earliest = at[s->all[k]];
    for (int k = 0; k < s->n; k++)
        if (at[s->rows[k]] > latest)
            latest = at[s->rows[k]];
    if (a->function == AGGREGATE_RECENCY)
        return latest == INT64_MIN ? NAN : (double)(as_of - latest) / (double)day_us;
    double days = earliest == INT64_MAX ? INFINITY : (double)(as_of - earliest) / (double)day_us;
    return (a->code ? plain_code(a, s) : s->n) / fmax(1, days);
}

static double plain(const struct aggregate *a, uint32_t g, int64_t before, int64_t as_of)
{
    struct seen s = look(a, g, before);
    int present = 0;
    if (a->number)
        return plain_number(a, &s);
    if (a->function == AGGREGATE_RECENCY || a->function == AGGREGATE_FREQUENCY)
        return plain_span(a, &s, as_of);
    if (a->code)
        return plain_code(a, &s);
    if (a->function == AGGREGATE_COUNT)
        return s.n;
    for (int k = 0; k < s.all_n; k++)
        present += where[s.all[k]] != AGGREGATE_NONE;
    return present ? (double)s.n / present : NAN;
}

/* ---- the comparison ---- */

static const struct aggregate_rows log_rows = {ROWS, GROUPS, group, at};

static int all_groups(unsigned jobs)
{
    static double room[2 * FUNCTIONS][GROUPS], *out[2 * FUNCTIONS];
    struct aggregate a[2 * FUNCTIONS];
    int right = 1;
    for (int j = 0; j < 2 * FUNCTIONS; j++) {
        a[j] = aggregate_of(j);
        out[j] = room[j];
    }
    aggregate_groups(jobs, &log_rows, &(struct aggregates){a, 2 * FUNCTIONS}, 11 * day_us, out);
    for (int j = 0; j < 2 * FUNCTIONS; j++)
        for (uint32_t g = 0; g < GROUPS; g++)
            if (!t_near(room[j][g], plain(&a[j], g, INT64_MAX, 11 * day_us), 1e-9))
                right = printf("# aggregate %d of group %u\n", j, g) < 0;
    return right;
}

static int all_questions(unsigned jobs)
{
    static double room[2 * FUNCTIONS][QUESTIONS], *out[2 * FUNCTIONS];
    struct aggregate a[2 * FUNCTIONS];
    uint32_t of[QUESTIONS];
    int64_t when[QUESTIONS];
    int right = 1;
    for (int q = 0; q < QUESTIONS; q++) {
        of[q] = draw(8) ? draw(GROUPS) : AGGREGATE_NONE;
        when[q] = draw(10) ? (int64_t)draw(44) * day_us / 4 : AGGREGATE_NO_TIME;
    }
    for (int j = 0; j < 2 * FUNCTIONS; j++) {
        a[j] = aggregate_of(j);
        out[j] = room[j];
    }
    struct aggregate_questions questions = {QUESTIONS, of, when};
    aggregate_before(jobs, &log_rows, &(struct aggregates){a, 2 * FUNCTIONS}, &questions, out);
    for (int j = 0; j < 2 * FUNCTIONS; j++)
        for (int q = 0; q < QUESTIONS; q++) {
            uint32_t g = of[q] == AGGREGATE_NONE ? GROUPS : of[q];
            double wanted = when[q] == AGGREGATE_NO_TIME ? NAN : plain(&a[j], g, when[q], when[q]);
            if (!t_near(room[j][q], wanted, 1e-9))
                right = printf("# aggregate %d of question %d\n", j, q) < 0;
        }
    return right;
}

static void test_many_groups(void)
{
    enum { MANY = 1000 };
    static uint32_t of[MANY * 3], c[MANY * 3];
    static double room[MANY], *out[] = {room};
    for (uint32_t i = 0; i < MANY * 3; i++) {
        of[i] = i * 7 % MANY;
        c[i] = i % 11;
    }
    struct aggregate a = {.function = AGGREGATE_DISTINCT, .code = c, .levels = 11};
    struct aggregate_rows rows = {MANY * 3, MANY, of, NULL};
    aggregate_groups(2, &rows, &(struct aggregates){&a, 1}, 0, out);
    double total = 0;
    for (int g = 0; g < MANY; g++)
        total += room[g];
    ok_named(total == 3 * MANY, "many groups, each with codes of its own");
    rows = (struct aggregate_rows){MANY * 3, 1, NULL, NULL};
    aggregate_groups(1, &rows, &(struct aggregates){&a, 1}, 0, out);
    ok_named(room[0] == 11, "no groups: all rows are one");
    rows = (struct aggregate_rows){0, 1, NULL, NULL};
    aggregate_groups(1, &rows, &(struct aggregates){&a, 1}, 0, out);
    ok_named(room[0] == 0, "no rows");
}

int main(void)
{
    int groups = 1, questions = 1;
    for (unsigned seed = 1; seed <= 300; seed++) {
        make_log(seed);
        groups &= all_groups(1 + seed % 3);
        questions &= all_questions(1 + seed % 3);
    }
    ok_named(groups, "every aggregate of every group of 300 random logs");
    ok_named(questions, "every aggregate before every question of 300 random logs");
    test_many_groups();
    return done();
}
