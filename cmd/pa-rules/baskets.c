/* SPDX-License-Identifier: MIT */
#include "baskets.h"

#include <string.h>

#include "columns.h"
#include "die.h"
#include "keys.h"
#include "mem.h"
#include "num.h"
#include "radix.h"
#include "stream.h"

/* Items as they come, numbered by first sight. */
struct gathering {
    struct baskets *b;
    uint32_t *item, *basket;
    size_t n, items_cap, baskets_cap;
    struct keys items, groups; /* of the last of these, which have no numbers yet */
};

static void number(struct dict *d, struct keys *keys, uint32_t *to)
{
    struct str key[KEYS_MOST];
    keys_views(keys, key);
    dict_add_n(d, key, keys->n, to);
    keys_clear(keys);
}

static void number_last(struct gathering *g)
{
    size_t items = g->items.n, groups = g->groups.n;
    if (items)
        number(g->b->name, &g->items, g->item + g->n - items);
    if (groups)
        number(g->b->groups, &g->groups, g->basket + g->n - groups);
}

/* Of rows the basket is known when its group has a number. */
static void gather(struct gathering *g, uint32_t basket, struct str item)
{
    g->item = mem_grow(g->item, &g->items_cap, g->n + 1, sizeof *g->item);
    g->basket = mem_grow(g->basket, &g->baskets_cap, g->n + 1, sizeof *g->basket);
    g->basket[g->n++] = basket;
    buf_str(&g->items.text, item);
    if (keys_end(&g->items))
        number_last(g);
}

static void start_gathering(struct gathering *g, struct baskets *b)
{
    memset(b, 0, sizeof *b);
    *g = (struct gathering){.b = b};
    b->name = dict_new();
}

/* Bring the items of each basket together, in the order of their rows. */
static void group_items(struct gathering *g)
{
    struct baskets *b = g->b;
    b->start = mem_zero(b->n + 2, sizeof *b->start);
    for (size_t i = 0; i < g->n; i++)
        b->start[g->basket[i] + 2]++;
    for (size_t k = 0; k < b->n; k++)
        b->start[k + 2] += b->start[k + 1];
    b->item = mem_alloc(g->n, sizeof *b->item);
    for (size_t i = 0; i < g->n; i++)
        b->item[b->start[g->basket[i] + 1]++] = g->item[i];
    mem_free(g->item);
    mem_free(g->basket);
}

/* Number items by byte order, sort each basket, and drop repetitions. */
static void put_in_order(struct baskets *b)
{
    b->items = dict_size(b->name);
    b->order = mem_alloc(b->items, sizeof *b->order);
    dict_sort(b->name, b->order);
    uint32_t *rank = mem_alloc(b->items, sizeof *rank);
    for (size_t i = 0; i < b->items; i++)
        rank[b->order[i]] = (uint32_t)i;
    size_t at = 0, first = 0;
    for (size_t k = 0; k < b->n; k++) {
        size_t end = b->start[k + 1], begin = at;
        for (size_t i = first; i < end; i++)
            b->item[i] = rank[b->item[i]];
        radix_sort_numbers(b->item + first, end - first);
        for (size_t i = first; i < end; i++)
            if (at == begin || b->item[at - 1] != b->item[i])
                b->item[at++] = b->item[i];
        first = end;
        b->start[k + 1] = at;
    }
    mem_free(rank);
}

static void finish(struct gathering *g)
{
    number_last(g);
    if (g->b->groups)
        g->b->n = dict_size(g->b->groups);
    buf_release(&g->items.text);
    buf_release(&g->groups.text);
    group_items(g);
    put_in_order(g->b);
    note("%zu baskets, %zu distinct items, %zu of them in baskets", g->b->n, g->b->items,
        g->b->start[g->b->n]);
}

/* ---- rows ---- */

static bool usable(
    struct csv_in *in, const struct row *row, struct str item, const char *column, char item_sep)
{
    return !memchr(item.n ? item.p : "", item_sep, item.n) ||
           csv_bad(in, row, E_RANGE, column,
               "\"%.*s\" holds '%c', which joins items in the output (another one: --item-sep)",
               STR_ARG(item), item_sep);
}

static bool has_group(struct csv_in *in, const struct row *row, const struct columns *group)
{
    for (size_t i = 0; i < group->n; i++)
        if (csv_missing(in, row->text[group->at[i]]))
            return false;
    return true;
}

/* The fields of the group columns with NULs between. */
static void put_group(struct keys *keys, const struct row *row, const struct columns *group)
{
    for (size_t i = 0; i < group->n; i++) {
        if (i)
            buf_char(&keys->text, '\0');
        buf_str(&keys->text, row->text[group->at[i]]);
    }
    keys_end(keys);
}

static void name_groups(struct baskets *b, const struct columns *group, const struct header *header)
{
    struct str *name = mem_alloc(group->n, sizeof *name);
    for (size_t i = 0; i < group->n; i++)
        name[i] = header->name[group->at[i]];
    b->group = (struct header){name, group->n};
}

void baskets_read_rows(struct baskets *b, struct csv_in *in, const char *group_columns,
    const char *item_column, char item_sep)
{
    const struct header *header = csv_header(in);
    struct columns group = columns_parse("group", group_columns, header);
    size_t column = columns_option("item", item_column, header);
    struct gathering g;
    struct row row;
    uint64_t missing = 0;
    start_gathering(&g, b);
    name_groups(b, &group, header);
    b->groups = dict_new();
    while (csv_next(in, &row)) {
        struct str item = row.text[column];
        if (csv_missing(in, item) || !has_group(in, &row, &group)) {
            csv_reject(in, &row, E_REQUIRED, "no item or no basket");
            missing++;
        } else if (usable(in, &row, item, item_column, item_sep)) {
            put_group(&g.groups, &row, &group);
            gather(&g, 0, item);
        }
    }
    if (missing)
        warn("%llu rows without a basket or an item are left out", (unsigned long long)missing);
    finish(&g);
    mem_free(group.at);
}

/* ---- lines ---- */

enum { BLOCK = 1 << 18 };

/* A file being read by lines; bytes [at, n) of buf wait to be used. */
struct lines {
    struct stream_in *in;
    struct buf text;
    size_t at, searched; /* up to here there is no end of line */
    uint64_t number;
    uint64_t max;
    bool ended;
};

/* Make the unread part of the text longer; false at the end of the file. */
static bool read_more(struct lines *l)
{
    if (l->at)
        memmove(l->text.p, l->text.p + l->at, l->text.n - l->at);
    l->text.n -= l->at;
    l->searched = l->text.n;
    l->at = 0;
    if (l->text.n > l->max)
        die_at((struct place){stream_name(l->in), l->number + 1, NULL},
            "the line is longer than %llu bytes (more: --max-field)", (unsigned long long)l->max);
    size_t n = stream_read(l->in, buf_room(&l->text, BLOCK), BLOCK);
    l->text.n += n;
    return n > 0;
}

static struct str take(struct lines *l, size_t end, size_t next)
{
    struct str line = {l->text.p + l->at, end - l->at};
    l->at = l->searched = next;
    l->number++;
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (l->number == 1 && line.n >= 3 && memcmp(line.p, "\xef\xbb\xbf", 3) == 0)
        line = (struct str){line.p + 3, line.n - 3};
    if (memchr(line.p, '\0', line.n))
        die_at((struct place){stream_name(l->in), l->number, NULL},
            next == end ? "a NUL at the end: the program before this one failed"
                        : "a NUL in the line (text was expected)");
    return line;
}

static bool next_line(struct lines *l, struct str *line)
{
    for (;;) {
        size_t left = l->text.n - l->searched;
        const char *end = left ? memchr(l->text.p + l->searched, '\n', left) : NULL;
        if (end) {
            size_t at = (size_t)(end - l->text.p);
            *line = take(l, at, at + 1);
            return true;
        }
        if (!l->ended && read_more(l))
            continue;
        l->ended = true;
        if (l->at == l->text.n)
            return false;
        *line = take(l, l->text.n, l->text.n);
        return true;
    }
}

/* The items of one line; returns how many there were. */
static size_t gather_line(
    struct gathering *g, struct str line, char separator, char item_sep, struct place place)
{
    size_t n = 0;
    while (line.p) {
        struct str item = str_cut(line, separator, &line);
        if (!item.n)
            continue;
        if (memchr(item.p, item_sep, item.n))
            die_at(place,
                "\"%.*s\" holds '%c', which joins items in the output "
                "(another one: --item-sep)",
                STR_ARG(item), item_sep);
        gather(g, (uint32_t)g->b->n, item);
        n++;
    }
    return n;
}

/* One file, before which there were so many lines; returns how many lines had no items. */
static uint64_t gather_file(
    struct gathering *g, struct lines *l, char separator, char item_sep, uint64_t before)
{
    struct baskets *b = g->b;
    struct str line;
    size_t cap = b->n;
    uint64_t empty = 0;
    while (next_line(l, &line)) {
        struct place place = {stream_name(l->in), l->number, NULL};
        if (!gather_line(g, line, separator, item_sep, place)) {
            empty++;
            continue;
        }
        if (b->n == UINT32_MAX - 1)
            die_at(place, "more than %lu baskets", (unsigned long)UINT32_MAX - 1);
        b->line = mem_grow(b->line, &cap, b->n + 1, sizeof *b->line);
        b->line[b->n++] = before + l->number;
    }
    return empty;
}

void baskets_read_lines(
    struct baskets *b, const struct common *common, char separator, char item_sep)
{
    static const struct str name = {"basket", 6};
    struct gathering g;
    uint64_t empty = 0, before = 0;
    start_gathering(&g, b);
    for (size_t i = 0; i < (common->files ? common->files : 1); i++) {
        struct lines l = {
            .in = stream_open(common->files ? common->file[i] : NULL), .max = common->max_field};
        empty += gather_file(&g, &l, separator, item_sep, before);
        before += l.number;
        stream_close(l.in);
        buf_release(&l.text);
    }
    b->group = (struct header){&name, 1};
    if (empty)
        note("%llu lines without items are no baskets", (unsigned long long)empty);
    finish(&g);
}

struct str baskets_item(const struct baskets *b, uint32_t item)
{
    return dict_key(b->name, b->order[item]);
}

uint32_t baskets_find(const struct baskets *b, struct str text)
{
    size_t low = 0, high = b->items;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = str_compare(baskets_item(b, (uint32_t)middle), text);
        if (c == 0)
            return (uint32_t)middle;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return DICT_NONE;
}

void baskets_group(const struct baskets *b, size_t basket, struct str *value, struct buf *text)
{
    if (!b->groups) {
        buf_clear(text);
        num_put_int(text, (int64_t)b->line[basket]);
        value[0] = buf_view(text);
        return;
    }
    struct str key = dict_key(b->groups, (uint32_t)basket);
    for (size_t i = 0; i < b->group.n; i++)
        value[i] = str_cut(key, '\0', &key);
}

void baskets_release(struct baskets *b)
{
    if (b->groups)
        mem_free((void *)b->group.name);
    dict_free(b->name);
    dict_free(b->groups);
    mem_free(b->order);
    mem_free(b->item);
    mem_free(b->start);
    mem_free(b->line);
}
