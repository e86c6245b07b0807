/* SPDX-License-Identifier: MIT */
#include "label.h"

#include <limits.h>
#include <math.h>

#include "mem.h"
#include "num.h"
#include "pair.h"
#include "par.h"

enum { BLOCK = 1024, SHARE = 64 * BLOCK };

enum { SAW_0 = 1, SAW_1 = 2, SAW_MINUS = 4, SAW_OTHER = 8 };

struct work {
    const double *x;
    uint8_t *y;
    size_t rows;
    unsigned *saw; /* (threads) */
};

/* Mostly 0 and 1. */
static unsigned read_block(const double *x, uint8_t *y, size_t n)
{
    size_t ones = 0, zeros = 0;
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] == 1;
        ones += y[i];
        zeros += x[i] == 0;
    }
    if (ones + zeros == n)
        return (ones ? SAW_1 : 0u) | (zeros ? SAW_0 : 0u);
    unsigned saw = 0;
    for (size_t i = 0; i < n; i++) {
        y[i] = (uint8_t)(isnan(x[i]) ? LABEL_MISSING : x[i] > 0);
        saw |= isnan(x[i])  ? 0u
               : x[i] == 0  ? SAW_0
               : x[i] == 1  ? SAW_1
               : x[i] == -1 ? SAW_MINUS
                            : SAW_OTHER;
    }
    return saw;
}

static void read_share(void *context, size_t i, unsigned thread)
{
    struct work *w = context;
    size_t end = (i + 1) * SHARE < w->rows ? (i + 1) * SHARE : w->rows;
    for (size_t r = i * SHARE; r < end; r += BLOCK)
        w->saw[thread] |= read_block(w->x + r, w->y + r, end - r < BLOCK ? end - r : BLOCK);
}

static bool read_numbers(struct labels *l, const double *x, size_t rows, unsigned jobs)
{
    struct work w = {x, l->y, rows, mem_zero(jobs, sizeof *w.saw)};
    par_for(jobs, (rows + SHARE - 1) / SHARE, read_share, &w);
    unsigned saw = 0;
    for (unsigned t = 0; t < jobs; t++)
        saw |= w.saw[t];
    mem_free(w.saw);
    return !(saw & SAW_OTHER) && !((saw & SAW_0) && (saw & SAW_MINUS));
}

static bool are_pair(const struct dict *levels)
{
    unsigned pair = UINT_MAX;
    for (uint32_t i = 0; i < dict_size(levels); i++)
        pair &= pair_set(dict_key(levels, i));
    return pair;
}

static void read_classes(struct labels *l, const struct table_column *c, size_t rows)
{
    l->levels = dict_new();
    l->code = mem_alloc(rows, sizeof *l->code);
    for (size_t r = 0; r < rows; r++) {
        l->code[r] = TABLE_MISSING;
        if (c->type == TABLE_NUMBER && !isnan(c->number[r])) {
            char digits[NUM_WIDTH];
            l->code[r] = dict_add(l->levels, (struct str){digits, num_write(c->number[r], digits)});
        } else if (c->type == TABLE_CATEGORY && c->code[r] != TABLE_MISSING) {
            l->code[r] = dict_add(l->levels, dict_key(c->levels, c->code[r]));
        }
    }
}

/* What stands in a row, n == 0: nothing. */
static struct str text_of(const struct table_column *c, size_t row, char room[NUM_WIDTH])
{
    if (c->type == TABLE_CATEGORY)
        return c->code[row] == TABLE_MISSING ? str_of(NULL) : dict_key(c->levels, c->code[row]);
    return isnan(c->number[row]) ? str_of(NULL)
                                 : (struct str){room, num_write(c->number[row], room)};
}

size_t labels_stranger(
    const struct table_column *c, size_t rows, char room[NUM_WIDTH], struct str *text)
{
    unsigned pair = UINT_MAX;
    for (size_t r = 0; r < rows; r++) {
        *text = text_of(c, r, room);
        pair &= text->n ? pair_set(*text) : UINT_MAX;
        if (!pair)
            return r;
    }
    return SIZE_MAX;
}

static void read_texts(
    struct labels *l, const struct table_column *c, size_t rows, const char *positive)
{
    size_t levels = dict_size(c->levels);
    uint8_t *y = mem_alloc(levels, 1);
    for (uint32_t i = 0; i < levels; i++)
        y[i] = (uint8_t)label_read(dict_key(c->levels, i), positive);
    for (size_t r = 0; r < rows; r++)
        l->y[r] = c->code[r] == TABLE_MISSING ? LABEL_MISSING : y[c->code[r]];
    mem_free(y);
}

static void read_positive(
    struct labels *l, const struct table_column *c, size_t rows, const char *positive)
{
    double wanted = NAN;
    bool number = num_double(str_of(positive), &wanted) == NUM_OK;
    l->binary = true;
    if (c->type == TABLE_CATEGORY) {
        read_texts(l, c, rows, positive);
        return;
    }
    for (size_t r = 0; r < rows; r++)
        l->y[r] = isnan(c->number[r]) ? LABEL_MISSING : number && c->number[r] == wanted ? 1 : 0;
}

void labels_init(struct labels *l, const struct table_column *c, size_t rows, const char *positive,
    unsigned jobs)
{
    *l = (struct labels){.y = mem_alloc(rows, 1)};
    if (positive)
        read_positive(l, c, rows, positive);
    else if (c->type == TABLE_NUMBER)
        l->binary = read_numbers(l, c->number, rows, jobs);
    else if (are_pair(c->levels)) {
        l->binary = true;
        read_texts(l, c, rows, NULL);
    }
    if (!l->binary)
        read_classes(l, c, rows);
}

void labels_release(struct labels *l)
{
    mem_free(l->y);
    mem_free(l->code);
    dict_free(l->levels);
    *l = (struct labels){0};
}

int label_read(struct str text, const char *positive)
{
    return positive ? pair_same(text, str_of(positive)) : pair_side(text);
}
