/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "mem.h"
#include "num.h"

static struct str item_text(const struct report *r, uint32_t item)
{
    return baskets_item(r->baskets, r->frequent[item]);
}

/* Sets come in order, so mostly only the last items differ from the set before. */
static struct str set_text(struct report *r, size_t size, size_t i)
{
    uint32_t item[ITEMSETS_LONGEST];
    size_t same = 0;
    itemsets_get(r->sets, size, i, item);
    while (same < size && same < r->size && item[same] == r->item[same])
        same++;
    r->text.n = same ? r->end[same - 1] : 0;
    for (size_t k = same; k < size; k++) {
        if (k)
            buf_char(&r->text, r->item_sep);
        buf_str(&r->text, item_text(r, item[k]));
        r->item[k] = item[k];
        r->end[k] = r->text.n;
    }
    r->size = size;
    return buf_view(&r->text);
}

/* The support of each count is written out once, not once a set. */
struct supports {
    struct {
        uint32_t count;
        uint8_t n;
        char text[NUM_WIDTH];
    } slot[1024];
};

static struct str support_text(struct supports *s, uint32_t count, size_t baskets)
{
    size_t at = count % (sizeof s->slot / sizeof *s->slot);
    if (s->slot[at].count != count) {
        s->slot[at].count = count;
        s->slot[at].n = (uint8_t)num_write((double)count / (double)baskets, s->slot[at].text);
    }
    return (struct str){s->slot[at].text, s->slot[at].n};
}

void report_sets(struct report *r)
{
    static const char *const names[] = {"items", "size", "count", "support"};
    struct supports *supports = mem_zero(1, sizeof *supports);
    size_t column[4];
    for (size_t i = 0; i < 4; i++)
        column[i] = csv_add(r->out, str_of(names[i]));
    for (size_t size = 1; size <= r->sets->longest; size++)
        for (size_t i = 0; i < r->sets->level[size].n; i++) {
            uint32_t count = r->sets->level[size].count[i];
            csv_set_text(r->out, column[0], set_text(r, size, i));
            csv_set_int(r->out, column[1], (int64_t)size);
            csv_set_int(r->out, column[2], count);
            csv_set_text(r->out, column[3], support_text(supports, count, r->baskets->n));
            csv_write(r->out, NULL);
        }
    mem_free(supports);
}

static void write_rule(struct report *r, const size_t *column, size_t size, const struct rule *rule)
{
    const struct rule_counts *k = &rule->counts;
    csv_set_text(r->out, column[0], set_text(r, size, rule->antecedent));
    csv_set_text(r->out, column[1], item_text(r, rule->consequent));
    csv_set_int(r->out, column[2], (int64_t)k->both);
    csv_set_number(r->out, column[3], rule_support(k));
    csv_set_number(r->out, column[4], rule_confidence(k));
    csv_set_number(r->out, column[5], rule_lift(k));
    csv_set_number(r->out, column[6], rule_leverage(k));
    csv_set_number(r->out, column[7], rule_conviction(k));
    csv_set_number(r->out, column[8], rule_p_value(k));
    csv_write(r->out, NULL);
}

void report_rules(struct report *r, const struct rule_limits *limits)
{
    static const char *const names[] = {"antecedent", "consequent", "count", "support",
        "confidence", "lift", "leverage", "conviction", "p_value"};
    size_t column[9];
    for (size_t i = 0; i < 9; i++)
        column[i] = csv_add(r->out, str_of(names[i]));
    for (size_t size = 1; size < r->sets->longest; size++) {
        struct rule *rule;
        size_t n = rules_find(r->sets, size, limits, &rule);
        for (size_t i = 0; i < n; i++)
            write_rule(r, column, size, &rule[i]);
        mem_free(rule);
    }
}

void report_release(struct report *r)
{
    mem_free(r->frequent);
    buf_release(&r->text);
}
