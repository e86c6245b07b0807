/* SPDX-License-Identifier: MIT */
#include "classes.h"

#include "hash.h"
#include "mem.h"
#include "pair.h"

void classes_release(struct classes *c)
{
    mem_free(c->side[0]);
    mem_free(c->side[1]);
    for (size_t i = 0; i < c->n; i++) {
        mem_free(c->entry[i]->text);
        mem_free(c->entry[i]);
    }
    mem_free(c->entry);
    mem_free(c->order);
}

/* ---- two ---- */

static void keep_side(struct classes *c, size_t side, struct str text)
{
    mem_free(c->side[side]);
    c->side[side] = mem_text(text.p, text.n);
}

static uint32_t find_side(
    const struct classes *c, struct str text, bool (*same)(struct str, struct str))
{
    for (uint32_t side = 2; side-- > 0;)
        if (atomic_load_explicit(&c->known[side], memory_order_acquire) &&
            same(text, str_of(c->side[side])))
            return side;
    return CLASSES_NONE;
}

/* 1: positive, 0: negative, -1: it does not say. */
static int side_of(const struct classes *c, struct str text)
{
    return c->positive ? pair_same(text, str_of(c->positive)) : pair_side(text);
}

static void judge_side(const struct classes *c, struct str text, struct buf *wrong)
{
    int says = side_of(c, text);
    size_t side = says > 0;
    struct str other = str_of(c->side[!side] ? c->side[!side] : "");
    if (says < 0)
        buf_print(wrong,
            "\"%.*s\" does not say whether it is positive (--positive VALUE does; softmax "
            "takes any classes)",
            STR_ARG(text));
    else if (c->known[side])
        buf_print(wrong, "a third level \"%.*s\" beside \"%s\" (softmax takes more)", STR_ARG(text),
            c->side[side]);
    else if (!c->positive && c->known[!side] &&
             !(side ? pair_tells(other, text) : pair_tells(text, other)))
        buf_print(wrong, "\"%.*s\" beside \"%.*s\" (--positive VALUE says which is positive)",
            STR_ARG(text), STR_ARG(other));
}

static void meet_side(struct classes *c, struct str text)
{
    size_t side = side_of(c, text) > 0;
    keep_side(c, side, text);
    atomic_store_explicit(&c->known[side], true, memory_order_release);
}

static struct str label_of_side(struct classes *c, uint32_t side)
{
    if (!c->side[1] && c->positive)
        keep_side(c, 1, str_of(c->positive));
    if (!c->side[side])
        keep_side(c, side, pair_other(c->side[!side], side));
    return str_of(c->side[side]);
}

/* ---- many ---- */

static _Atomic(struct classes_entry *) *chain_of(struct classes *c, struct str text)
{
    return &c->chain[hash_murmur3(text.p, text.n, 0) % CLASSES_CHAINS];
}

static struct str text_of(const struct classes_entry *e)
{
    return (struct str){e->text, e->n};
}

static uint32_t find_many(const struct classes *c, struct str text)
{
    const struct classes_entry *e = atomic_load_explicit(
        &c->chain[hash_murmur3(text.p, text.n, 0) % CLASSES_CHAINS], memory_order_acquire);
    while (e && !str_equal(text_of(e), text))
        e = e->next;
    return e ? e->number : CLASSES_NONE;
}

/* Its place among the others is found from the end. */
static void put_in_order(struct classes *c, const struct classes_entry *e)
{
    size_t i = c->n;
    c->order = mem_grow(c->order, &c->order_cap, c->n + 1, sizeof *c->order);
    for (; i && str_compare(text_of(c->entry[c->order[i - 1]]), text_of(e)) > 0; i--)
        c->order[i] = c->order[i - 1];
    c->order[i] = e->number;
}

static void add_class(struct classes *c, struct str text)
{
    _Atomic(struct classes_entry *) *chain = chain_of(c, text);
    struct classes_entry *e = mem_alloc(1, sizeof *e);
    *e = (struct classes_entry){.text = mem_text(text.p, text.n),
        .n = text.n,
        .number = (uint32_t)c->n,
        .next = atomic_load_explicit(chain, memory_order_relaxed)};
    put_in_order(c, e);
    c->entry = mem_grow(c->entry, &c->entry_cap, c->n + 1, sizeof *c->entry);
    c->entry[c->n++] = e;
    atomic_store_explicit(chain, e, memory_order_release);
}

/* ---- both ---- */

uint32_t classes_find(const struct classes *c, struct str label)
{
    if (c->many)
        return find_many(c, label);
    uint32_t side = find_side(c, label, str_equal);
    return side != CLASSES_NONE ? side : find_side(c, label, pair_same);
}

void classes_judge(const struct classes *c, struct str label, struct buf *wrong)
{
    if (!c->many)
        judge_side(c, label, wrong);
    else if (c->n == CLASSES_MOST)
        buf_print(wrong, "\"%.*s\" would be one class more than %d", STR_ARG(label), CLASSES_MOST);
}

void classes_meet(struct classes *c, struct str label)
{
    if (c->many)
        add_class(c, label);
    else
        meet_side(c, label);
}

void classes_keep(struct classes *c, uint32_t number, struct str label, bool seen)
{
    if (c->many) {
        add_class(c, label);
        return;
    }
    keep_side(c, number, label);
    c->known[number] = seen;
}

size_t classes_n(const struct classes *c)
{
    return c->many ? c->n : 2;
}

uint32_t classes_at(const struct classes *c, size_t i)
{
    return c->many ? c->order[i] : (uint32_t)i;
}

struct str classes_label(struct classes *c, uint32_t number)
{
    return c->many ? text_of(c->entry[number]) : label_of_side(c, number);
}
