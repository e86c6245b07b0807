/* SPDX-License-Identifier: MIT */
#include "csv_batch.h"

#include <stdbool.h>

#include "t.h"

/* "a,BB..,c": the second field also decoded, elsewhere. */
struct made {
    char bytes[400 * 1024], decoded[16];
    struct str raw[3], text[3];
    struct row row;
};

static void make(struct made *m, size_t i, size_t width, bool decoded)
{
    char *p = m->bytes + sprintf(m->bytes, "%zu,", i);
    memset(p, 'x', width);
    p[width] = ',';
    p[width + 1] = (char)('a' + i % 26);
    m->raw[0] = (struct str){m->bytes, (size_t)(p - m->bytes) - 1};
    m->raw[1] = (struct str){p, width};
    m->raw[2] = (struct str){p + width + 1, 1};
    memcpy(m->text, m->raw, sizeof m->raw);
    m->text[1] = (struct str){m->decoded, (size_t)sprintf(m->decoded, "<%zu>", i)};
    m->row = (struct row){.raw = m->raw,
        .text = decoded ? m->text : m->raw,
        .n = 3,
        .bytes = {m->bytes, (size_t)(p - m->bytes) + width + 2},
        .line = i};
}

static bool like(const struct row *a, const struct row *b)
{
    bool same = str_equal(a->bytes, b->bytes) && a->line == b->line;
    for (size_t i = 0; i < 3; i++)
        same = same && str_equal(a->raw[i], b->raw[i]) && str_equal(a->text[i], b->text[i]) &&
               a->raw[i].p - a->bytes.p == b->raw[i].p - b->bytes.p;
    return same;
}

static size_t width_of(size_t i)
{
    return i % 17 == 16 ? 300 * 1024 : i * 37 % 9000;
}

/* Of rows so wide that one fills a batch: the first is taken, the next is not before it is gone. */
static bool holds_one(void)
{
    enum { WIDE = 40000 };
    static char bytes[2 * WIDE];
    static struct str field[WIDE];
    for (size_t i = 0; i < WIDE; i++) {
        memcpy(bytes + 2 * i, "x,", 2);
        field[i] = (struct str){bytes + 2 * i, 1};
    }
    const struct row row = {.raw = field, .text = field, .n = WIDE, .bytes = {bytes, 2 * WIDE - 1}};
    struct batch *b = batch_new(WIDE);
    bool one = batch_add(b, &row) && !batch_add(b, &row) && batch_size(b) == 1;
    const struct row *copy = batch_row(b, 0);
    one = one && copy->raw[WIDE - 1].p == copy->bytes.p + 2 * WIDE - 2 &&
          str_equal(copy->bytes, row.bytes);
    batch_clear(b);
    one = one && batch_add(b, &row);
    batch_free(b);
    return one;
}

int main(void)
{
    static struct made m, again;
    struct batch *b = batch_new(3);
    size_t wrong = 0, first = 0, batches = 0;
    for (size_t i = 0; i < 3000; i++) {
        make(&m, i, width_of(i), i % 3 == 0);
        if (batch_add(b, &m.row))
            continue;
        for (size_t k = 0; k < batch_size(b); k++) {
            make(&again, first + k, width_of(first + k), (first + k) % 3 == 0);
            wrong += !like(batch_row(b, k), &again.row);
        }
        first = i;
        batches++;
        batch_clear(b);
        make(&m, i, width_of(i), i % 3 == 0);
        wrong += !batch_add(b, &m.row);
    }
    ok_named(wrong == 0, "copies are like the rows");
    ok(holds_one());
    ok_named(batches > 3000 / 64 && batches < 3000, "and are few enough");
    batch_free(b);
    return done();
}
