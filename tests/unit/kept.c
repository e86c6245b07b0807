/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-rank/kept.c cmd/pa-rank/policy.c */
#include "t.h"

#include <stdbool.h>

#include "cmd/pa-rank/kept.h"
#include "cmd/pa-rank/policy.h"
#include "mem.h"
#include "rng.h"

enum { ROWS = 2000, COLUMNS = 3, GROUPS = 40, BEST = 5 };

static char line[ROWS][700];
static struct str raw[ROWS][COLUMNS], text[ROWS][COLUMNS];
static uint32_t group[ROWS];
static double score[ROWS];

/* Three fields: side by side in a line, or apart; the second may be decoded differently. */
static struct row make(size_t i)
{
    size_t wide = (size_t)rng_below(1, 109, i, 0, i % 50 ? 9 : 600), at = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t n = c == 1 ? wide : i % (c + 3);
        raw[i][c] = (struct str){line[i] + at, n};
        for (size_t k = 0; k < n; k++)
            line[i][at++] = (char)('a' + (i + k + c) % 26);
        line[i][at++] = i % 3 ? ',' : '\0';
        if (i % 3 == 0)
            at++;
    }
    memcpy(text[i], raw[i], sizeof raw[i]);
    if (i % 4 == 1)
        text[i][1] = (struct str){"decoded", i % 8};
    if (i % 100 == 7)
        raw[i][2] = text[i][2] = (struct str){0};
    group[i] = (uint32_t)rng_below(1, 109, i, 1, GROUPS);
    score[i] = (double)rng_below(1, 109, i, 2, 30);
    return (struct row){.raw = raw[i],
        .text = text[i],
        .n = COLUMNS,
        .bytes = {line[i], at - 1},
        .whole = i % 3 && i % 100 != 7};
}

static bool only_bytes;

static bool is_row(const struct row *row, size_t i)
{
    if (row->whole != (only_bytes && i % 3 && i % 100 != 7))
        return false;
    if (row->whole)
        return row->bytes.n == strlen(line[i]) - 1 && !memcmp(row->bytes.p, line[i], row->bytes.n);
    for (size_t c = 0; c < COLUMNS; c++)
        if (!str_equal(row->raw[c], raw[i][c]) || !str_equal(row->text[c], text[i][c]))
            return false;
    return true;
}

static bool all_back(struct kept *k)
{
    kept_sort(k, GROUPS);
    size_t at = 0;
    for (uint32_t g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < ROWS; i++) {
            if (group[i] != g)
                continue;
            struct row row = kept_get(k, &k->row[at]);
            if (k->row[at].group != g || k->row[at].score != score[i] || !is_row(&row, i))
                return false;
            at++;
        }
    return at == ROWS && k->start[GROUPS] == ROWS;
}

/* Row i's place in its group: by score, of equal ones by number. */
static size_t place(size_t i)
{
    size_t before = 0;
    for (size_t j = 0; j < ROWS; j++)
        before += group[j] == group[i] && (score[j] > score[i] || (score[j] == score[i] && j < i));
    return before;
}

static bool best_left(struct kept *k)
{
    size_t left = 0;
    kept_sort(k, GROUPS);
    for (size_t i = 0; i < ROWS; i++) {
        size_t at = place(i);
        if (at >= BEST)
            continue;
        struct row row = kept_get(k, &k->row[k->start[group[i]] + at]);
        if (!is_row(&row, i))
            return false;
        left++;
    }
    return left == k->rows;
}

static void test_all(void)
{
    struct kept k;
    kept_init(&k, COLUMNS, only_bytes);
    for (size_t i = 0; i < ROWS; i++) {
        struct row row = make(i);
        kept_add(&k, &row, group[i], score[i]);
    }
    ok(all_back(&k));
    kept_best(&k, GROUPS, KEPT_BEST);
    ok_named(all_back(&k), "all rows stay when hardly any would go");
    kept_release(&k);

    kept_init(&k, COLUMNS, only_bytes);
    for (size_t i = 0; i < ROWS; i++) {
        struct row row = make(i);
        kept_add(&k, &row, group[i], score[i]);
        if (i % 300 == 299)
            kept_best(&k, GROUPS, BEST);
    }
    kept_best(&k, GROUPS, BEST);
    ok_named(best_left(&k), "the best five of each group survive seven rounds of dropping");
    ok(k.rows == GROUPS * BEST);
    kept_release(&k);
}

int main(void)
{
    test_all();
    only_bytes = true;
    test_all();
    return done();
}
