/* SPDX-License-Identifier: MIT */
/*
 * pa-rules - what is bought together: frequent itemsets, association rules, recommendations
 *
 * Supports are compared as whole numbers of baskets, so no rounding decides; the three methods
 * write the same bytes.
 */
#include <string.h>

#include "apply.h"
#include "args.h"
#include "baskets.h"
#include "columns.h"
#include "csv.h"
#include "die.h"
#include "mem.h"
#include "mine.h"
#include "recommend.h"
#include "rules.h"
#include "stream.h"
#include "support.h"

static struct {
    const char *group, *item, *baskets, *algo, *find, *min_support, *apply;
    bool group_given, item_given, count_given, find_given;
    char item_sep;
    int64_t min_count, max_len, k;
    double min_conf, min_lift;
} opt = {.group = "order",
    .item = "item",
    .item_sep = '|',
    .algo = "fpgrowth",
    .find = "rules",
    .min_support = "0.01",
    .min_count = 1,
    .min_conf = 0.1,
    .max_len = INT32_MAX,
    .k = 5};

/* clang-format off */
static const struct arg args[] = {
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "order",
        "rows that agree in these belong together; here a basket", .usual = true, .given = &opt.group_given},
    {'a', "item", "COL", ARG_TEXT, &opt.item, "item",
        "column of the item", .usual = true, .given = &opt.item_given},
    {0, "baskets", "SEP", ARG_TEXT, &opt.baskets, "off",
        "input is one basket a line, without a header, items separated by SEP", .usual = true},
    {0, "item-sep", "CHAR", ARG_CHAR, &opt.item_sep, "|",
        "what joins several items in one output field"},
    {0, "algo", "apriori|fpgrowth|eclat", ARG_CHOICE, &opt.algo, "fpgrowth",
        "the method; here only its speed differs"},
    {0, "find", "rules|frequent|closed|maximal", ARG_CHOICE, &opt.find, "rules",
        "write rules, or itemsets: all frequent, closed or maximal ones", .usual = true,
        .given = &opt.find_given},
    {0, "min-support", "SHARE", ARG_TEXT, &opt.min_support, "0.01",
        "itemsets in at least this share of the baskets", .usual = true},
    {0, "min-count", "N", ARG_INT, &opt.min_count, "none: --min-support rules",
        "itemsets in at least N baskets", 1, UINT32_MAX, true, &opt.count_given},
    {0, "min-conf", "X", ARG_REAL, &opt.min_conf, "0.1",
        "rules of at least this confidence", 0, 1, true, NULL},
    {0, "min-lift", "X", ARG_REAL, &opt.min_lift, "0",
        "rules of at least this lift", 0, 1e300},
    {0, "max-len", "N", ARG_INT, &opt.max_len, "unlimited",
        "at most N items in an itemset or a whole rule", 1, INT32_MAX},
    {0, "apply", "RULES", ARG_TEXT, &opt.apply, "none",
        "write what these rules recommend to each basket", .usual = true},
    {'k', "k", "N", ARG_INT, &opt.k, "5",
        "how many; here recommendations of --apply per basket", 1, 1e6, true, NULL},
    {0},
};
/* clang-format on */

static const struct program program = {
    .name = "pa-rules",
    .purpose = "find what is bought together, and recommend it",
    .operands = "[FILE...]",
    .examples = "pa-rules -g order -a item --min-support 0.005 orders.csv -o rules.csv\n"
                "pa-rules --apply rules.csv -g session -k 3 carts.csv\n"
                "pa-rules --baskets , --find closed --min-count 50 baskets.txt\n",
    .args = args,
};

static void check_options(void)
{
    if (opt.baskets && (strlen(opt.baskets) != 1 || strchr("\n\r", *opt.baskets)) &&
        strcmp(opt.baskets, "\\t") != 0)
        die_usage("--baskets: \"%s\" is not one byte that can separate items", opt.baskets);
    if (opt.baskets && (opt.group_given || opt.item_given))
        die_usage("--baskets: lines have no columns for --group and --item");
    if (opt.apply && opt.find_given)
        die_usage("--apply uses rules that were found before, so --find has nothing to do");
}

static struct csv_in *read_baskets(struct baskets *b, const struct common *common)
{
    if (opt.baskets) {
        char separator = *opt.baskets == '\\' && opt.baskets[1] ? '\t' : *opt.baskets;
        baskets_read_lines(b, common, separator, opt.item_sep);
        return NULL;
    }
    struct csv_in *in = csv_open(common, common->file, common->files);
    baskets_read_rows(b, in, opt.group, opt.item, opt.item_sep);
    return in;
}

/* A table of added columns only, in the dialect of the input. */
static struct csv_out *create(const struct common *common, struct csv_in *in)
{
    struct csv_out *out = csv_create(common, in, NULL);
    if (in)
        csv_columns(out, NULL, 0);
    return out;
}

static uint64_t least_count(size_t baskets)
{
    uint64_t least = (uint64_t)opt.min_count;
    if (!opt.count_given && !support_count(str_of(opt.min_support), baskets, &least))
        die_usage("--min-support: \"%s\" is not a share from 0 to 1 (--min-count takes a number of "
                  "baskets)",
            opt.min_support);
    return least;
}

/* ---- writing ---- */

/* What the writers share: the sets found, and the baskets whose items they name. */
struct result {
    struct itemsets sets;
    uint32_t *frequent; /* item of the baskets by its number in sets */
    size_t frequents;
    const struct baskets *baskets;
    struct buf text;
};

static struct str item_text(const struct result *r, uint32_t item)
{
    return baskets_item(r->baskets, r->frequent[item]);
}

static struct str set_text(struct result *r, size_t size, size_t i)
{
    uint32_t item[ITEMSETS_LONGEST];
    itemsets_get(&r->sets, size, i, item);
    buf_clear(&r->text);
    for (size_t k = 0; k < size; k++) {
        if (k)
            buf_char(&r->text, opt.item_sep);
        buf_str(&r->text, item_text(r, item[k]));
    }
    return buf_view(&r->text);
}

static void write_sets(struct result *r, struct csv_out *out)
{
    static const char *const names[] = {"items", "size", "count", "support"};
    size_t column[4];
    for (size_t i = 0; i < 4; i++)
        column[i] = csv_add(out, str_of(names[i]));
    for (size_t size = 1; size <= r->sets.longest; size++)
        for (size_t i = 0; i < r->sets.level[size].n; i++) {
            uint32_t count = r->sets.level[size].count[i];
            csv_set_text(out, column[0], set_text(r, size, i));
            csv_set_int(out, column[1], (int64_t)size);
            csv_set_int(out, column[2], count);
            csv_set_number(out, column[3], (double)count / (double)r->baskets->n);
            csv_write(out, NULL);
        }
}

static void write_rule(struct result *r, struct csv_out *out, const size_t *column, size_t size,
    const struct rule *rule)
{
    const struct rule_counts *k = &rule->counts;
    csv_set_text(out, column[0], set_text(r, size, rule->antecedent));
    csv_set_text(out, column[1], item_text(r, rule->consequent));
    csv_set_int(out, column[2], (int64_t)k->both);
    csv_set_number(out, column[3], rule_support(k));
    csv_set_number(out, column[4], rule_confidence(k));
    csv_set_number(out, column[5], rule_lift(k));
    csv_set_number(out, column[6], rule_leverage(k));
    csv_set_number(out, column[7], rule_conviction(k));
    csv_set_number(out, column[8], rule_p_value(k));
    csv_write(out, NULL);
}

static void write_rules(struct result *r, struct csv_out *out)
{
    static const char *const names[] = {"antecedent", "consequent", "count", "support",
        "confidence", "lift", "leverage", "conviction", "p_value"};
    struct rule_limits limits = {r->baskets->n, opt.min_conf, opt.min_lift};
    size_t column[9];
    for (size_t i = 0; i < 9; i++)
        column[i] = csv_add(out, str_of(names[i]));
    for (size_t size = 1; size < r->sets.longest; size++) {
        struct rule *rule;
        size_t n = rules_find(&r->sets, size, &limits, &rule);
        for (size_t i = 0; i < n; i++)
            write_rule(r, out, column, size, &rule[i]);
        mem_free(rule);
    }
}

static enum mine_algo algo(void)
{
    if (strcmp(opt.algo, "apriori") == 0)
        return MINE_APRIORI;
    return strcmp(opt.algo, "eclat") == 0 ? MINE_ECLAT : MINE_FPGROWTH;
}

static void find(struct result *r, uint64_t least, size_t max_len)
{
    const struct baskets *b = r->baskets;
    struct mine_baskets all = {b->item, b->start, b->n, b->items};
    struct mine_options o = {algo(), least, max_len};
    r->frequent = mem_alloc(b->items, sizeof *r->frequent);
    if (mine(&all, &o, &r->sets, r->frequent, &r->frequents) == MINE_TOO_LONG)
        die("a set of more than %d items is in %llu baskets, and so is each of its subsets: too "
            "many to list (a greater support, or --max-len)",
            ITEMSETS_LONGEST, (unsigned long long)least);
    note("%zu items are in at least %llu baskets; the largest set has %zu", r->frequents,
        (unsigned long long)least, r->sets.longest);
}

static void write_result(const struct baskets *b, struct csv_out *out)
{
    struct result r = {.baskets = b};
    bool closed = strcmp(opt.find, "closed") == 0, maximal = strcmp(opt.find, "maximal") == 0;
    size_t max_len = (size_t)opt.max_len;
    find(&r, least_count(b->n), closed || maximal ? max_len + 1 : max_len);
    if (closed)
        itemsets_keep_closed(&r.sets, max_len);
    if (maximal)
        itemsets_keep_maximal(&r.sets, max_len);
    if (strcmp(opt.find, "rules") == 0)
        write_rules(&r, out);
    else
        write_sets(&r, out);
    itemsets_release(&r.sets);
    mem_free(r.frequent);
    buf_release(&r.text);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct baskets baskets;
    check_options();
    least_count(0);
    struct csv_in *in = read_baskets(&baskets, &common);
    struct csv_out *out = create(&common, in);
    if (opt.apply)
        recommend(&common, &baskets, out,
            &(struct recommend){opt.apply, opt.item, opt.item_sep, (size_t)opt.k});
    else
        write_result(&baskets, out);
    if (in)
        csv_close(in);
    baskets_release(&baskets);
    return stream_finish();
}
