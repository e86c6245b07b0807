/* SPDX-License-Identifier: MIT */
/*
 * Eclat.  A class holds the items that may follow a prefix, rarest first, each with the baskets
 * that have it and the whole prefix.  Dense data keep these as bitmaps, which are met by AND;
 * sparse data as ascending lists.  The classes of single items, where most pairs are rare, are not
 * made by meeting lists but by dealing out the items of the prefix's baskets.
 */
#include "eclat.h"

#include <string.h>

#include "isa.h"
#include "mem.h"
#include "mine.h"

/* Set k of a class is in bits (k, words) when the data are dense, else in list from at[k] on. */
struct class
{
    size_t n;
    uint32_t *item, *count;
    size_t items_cap, counts_cap;
    uint64_t *bits;
    size_t bits_cap;
    uint32_t *list;
    size_t list_cap, *at, at_cap;
};

struct search {
    const struct mine_job *job;
    size_t words; /* of a bitmap; 0: lists */
    eclat_meet *meet;
    struct class class[ITEMSETS_LONGEST + 1]; /* by items in the prefix */
    uint32_t *tally, *slot;                   /* (job->items) */
};

#ifdef __x86_64__
static eclat_meet *const meets[] = {eclat_meet_portable, eclat_meet_avx2, eclat_meet_avx512};
#else
static eclat_meet *const meets[] = {eclat_meet_portable};
#endif

static void class_room(const struct search *s, struct class *c, size_t n)
{
    c->item = mem_grow(c->item, &c->items_cap, n, sizeof *c->item);
    c->count = mem_grow(c->count, &c->counts_cap, n, sizeof *c->count);
    c->at = mem_grow(c->at, &c->at_cap, n + 1, sizeof *c->at);
    if (s->words)
        c->bits = mem_grow(c->bits, &c->bits_cap, n * s->words, sizeof *c->bits);
}

static void class_release(struct class *c)
{
    mem_free(c->item);
    mem_free(c->count);
    mem_free(c->bits);
    mem_free(c->list);
    mem_free(c->at);
}

/* The class of the empty prefix: every item, the rarest (the last number) first. */
static void start_class(struct search *s)
{
    const struct mine_job *job = s->job;
    struct class *c = &s->class[0];
    size_t last = job->items - 1;
    class_room(s, c, job->items);
    c->n = job->items;
    c->at[0] = 0;
    for (size_t k = 0; k < c->n; k++) {
        c->item[k] = (uint32_t)(last - k);
        c->count[k] = job->count[last - k];
        c->at[k + 1] = c->at[k] + c->count[k];
    }
    if (s->words)
        memset(c->bits, 0, c->n * s->words * sizeof *c->bits);
    else
        c->list = mem_grow(c->list, &c->list_cap, c->at[c->n], sizeof *c->list);
    for (size_t b = 0; b < job->baskets; b++)
        for (size_t i = job->start[b]; i < job->start[b + 1]; i++) {
            size_t k = last - job->item[i];
            if (s->words)
                c->bits[k * s->words + b / 64] |= (uint64_t)1 << b % 64;
            else
                c->list[c->at[k]++] = (uint32_t)b;
        }
    for (size_t k = c->n; k-- > 0;)
        c->at[k + 1] = c->at[k];
    c->at[0] = 0;
}

/* Numbers in both lists to out; returns how many, or less than least when it cannot be least. */
static size_t meet_lists(
    const uint32_t *a, size_t an, const uint32_t *b, size_t bn, uint32_t *out, size_t least)
{
    size_t n = 0, i = 0, j = 0;
    while (i < an && j < bn && n + (an - i < bn - j ? an - i : bn - j) >= least) {
        uint32_t x = a[i], y = b[j];
        out[n] = x;
        n += x == y;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

/* Room for one more set of at most most baskets at the end of a class of lists. */
static uint32_t *list_room(struct class *c, size_t most)
{
    c->list = mem_grow(c->list, &c->list_cap, c->at[c->n] + most, sizeof *c->list);
    return c->list + c->at[c->n];
}

/* What follows the prefix and its member k: the members after k whose baskets meet k's. */
static void extend(struct search *s, const struct class *c, size_t k, struct class *to)
{
    uint32_t least = s->job->min_count;
    class_room(s, to, c->n - k);
    to->n = 0;
    to->at[0] = 0;
    for (size_t j = k + 1; j < c->n; j++) {
        size_t count;
        if (s->words) {
            count = s->meet(c->bits + k * s->words, c->bits + j * s->words,
                to->bits + to->n * s->words, s->words);
        } else {
            uint32_t *room = list_room(to, c->count[k] < c->count[j] ? c->count[k] : c->count[j]);
            count = meet_lists(
                c->list + c->at[k], c->count[k], c->list + c->at[j], c->count[j], room, least);
            to->at[to->n + 1] = to->at[to->n] + count;
        }
        if (count < least)
            continue;
        to->item[to->n] = c->item[j];
        to->count[to->n++] = (uint32_t)count;
    }
}

/* The same for the empty prefix of sparse data: deal out what k's baskets hold besides. */
static void deal(struct search *s, const struct class *c, size_t k, struct class *to)
{
    const struct mine_job *job = s->job;
    const uint32_t *basket = c->list + c->at[k], item = c->item[k];
    for (size_t b = 0; b < c->count[k]; b++)
        for (size_t i = job->start[basket[b]]; job->item[i] < item; i++)
            s->tally[job->item[i]]++;
    class_room(s, to, item);
    to->n = 0;
    to->at[0] = 0;
    for (uint32_t i = item; i-- > 0;) {
        s->slot[i] = UINT32_MAX;
        if (s->tally[i] >= job->min_count) {
            s->slot[i] = (uint32_t)to->n;
            to->item[to->n] = i;
            to->count[to->n] = s->tally[i];
            to->at[to->n + 1] = to->at[to->n] + s->tally[i];
            to->n++;
        }
        s->tally[i] = 0;
    }
    to->list = mem_grow(to->list, &to->list_cap, to->at[to->n], sizeof *to->list);
    for (size_t b = 0; b < c->count[k]; b++)
        for (size_t i = job->start[basket[b]]; job->item[i] < item; i++) {
            uint32_t j = s->slot[job->item[i]];
            if (j != UINT32_MAX)
                to->list[to->at[j] + s->tally[job->item[i]]++] = basket[b];
        }
    for (size_t j = 0; j < to->n; j++)
        s->tally[to->item[j]] = 0;
}

static bool search(struct search *s, const uint32_t *prefix, size_t n)
{
    const struct class *c = &s->class[n];
    uint32_t set[ITEMSETS_LONGEST];
    if (n == ITEMSETS_LONGEST)
        return false;
    for (size_t k = 0; k < c->n; k++) {
        itemset_insert(set, prefix, n, s->job->id[c->item[k]]);
        itemsets_add(s->job->found, set, n + 1, c->count[k]);
        if (n + 1 == s->job->max_len)
            continue;
        if (n == 0 && !s->words)
            deal(s, c, k, &s->class[1]);
        else
            extend(s, c, k, &s->class[n + 1]);
        if (s->class[n + 1].n && !search(s, set, n + 1))
            return false;
    }
    return true;
}

bool mine_eclat(const struct mine_job *job)
{
    struct search s = {.job = job, .meet = meets[isa_level()]};
    if (job->min_count >= job->baskets / 64)
        s.words = (job->baskets + 63) / 64;
    s.tally = mem_zero(job->items, sizeof *s.tally);
    s.slot = mem_alloc(job->items, sizeof *s.slot);
    start_class(&s);
    bool done = search(&s, NULL, 0);
    for (size_t n = 0; n <= ITEMSETS_LONGEST; n++)
        class_release(&s.class[n]);
    mem_free(s.tally);
    mem_free(s.slot);
    return done;
}
