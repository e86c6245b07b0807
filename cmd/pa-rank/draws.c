/* SPDX-License-Identifier: MIT */
#include "draws.h"

#include "columns.h"
#include "hash.h"
#include "num.h"
#include "rng.h"

static long find(const char *option, const char *name, bool given, const struct header *h)
{
    return given ? (long)columns_option(option, name, h) : columns_find(h, str_of(name));
}

struct draws draws_open(const struct draws_options *o, const struct header *h)
{
    struct draws d = {
        .seed = o->seed,
        .time = find("time", o->time, o->time_given, h),
        .user = find("user", o->user, o->user_given, h),
        .slot = columns_find(h, str_of("slot")),
    };
    if (o->draws && d.time == COLUMN_NONE && !o->seed_given)
        die_usage("there is no column \"%s\" by which draws could differ from run to run: say "
                  "--seed to have the same ones each time",
            o->time);
    return d;
}

static void put_column(struct buf *b, const struct row *row, long column)
{
    if (column != COLUMN_NONE)
        buf_str(b, row->text[column]);
}

static uint64_t hash_of(struct buf *b)
{
    struct hash_key key = {0x6b6e61722d6170, 0};
    uint64_t i = hash_sip24(key, b->p, b->n);
    buf_release(b);
    return i;
}

static void put_row(const struct draws *d, struct buf *b, const struct row *row)
{
    buf_char(b, '\0');
    put_column(b, row, d->user);
    buf_char(b, '\0');
    put_column(b, row, d->slot);
}

uint64_t draws_of_request(const struct draws *d, const struct row *row)
{
    struct buf b = {0};
    if (d->time == COLUMN_NONE)
        num_put_int(&b, (int64_t)row->number);
    put_column(&b, row, d->time);
    put_row(d, &b, row);
    return hash_of(&b);
}

uint64_t draws_of_group(const struct draws *d, const struct row *row, struct str group)
{
    struct buf b = {0};
    put_column(&b, row, d->time);
    put_row(d, &b, row);
    buf_char(&b, '\0');
    buf_str(&b, group);
    return hash_of(&b);
}

void draws_make(const struct draws *d, uint64_t i, double *draw, size_t k)
{
    for (size_t j = 0; j < k; j++)
        draw[j] = rng_uniform(d->seed, RNG_POLICY, i, (uint32_t)j);
}
