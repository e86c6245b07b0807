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
#include "csv.h"
#include "die.h"
#include "mem.h"
#include "mine.h"
#include "recommend.h"
#include "report.h"
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

static void check_options(const struct common *common)
{
    if (opt.baskets && (strlen(opt.baskets) != 1 || strchr("\n\r", *opt.baskets)) &&
        strcmp(opt.baskets, "\\t") != 0)
        die_usage("--baskets: \"%s\" is not one byte that can separate items", opt.baskets);
    if (opt.baskets && (opt.group_given || opt.item_given))
        die_usage("--baskets: lines have no columns for --group and --item");
    if (opt.baskets && (common->on_error != ON_ERROR_FAIL || common->rejects))
        die_usage("--baskets: lines are no rows for --on-error and --rejects");
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

static enum mine_algo algo(void)
{
    if (strcmp(opt.algo, "apriori") == 0)
        return MINE_APRIORI;
    return strcmp(opt.algo, "eclat") == 0 ? MINE_ECLAT : MINE_FPGROWTH;
}

static void find(struct report *r, struct itemsets *sets, uint64_t least, size_t max_len)
{
    const struct baskets *b = r->baskets;
    struct mine_baskets all = {b->item, b->start, b->n, b->items};
    struct mine_options o = {algo(), least, max_len};
    size_t frequents;
    if (mine(&all, &o, sets, r->frequent, &frequents) == MINE_TOO_LONG)
        die("a set of more than %d items is in %llu baskets, and so is each of its subsets: too "
            "many to list (a greater support, or --max-len)",
            ITEMSETS_LONGEST, (unsigned long long)least);
    note("%zu items are in at least %llu baskets; the largest set has %zu", frequents,
        (unsigned long long)least, sets->longest);
}

static void write_result(const struct baskets *b, struct csv_out *out)
{
    struct itemsets sets;
    struct report r = {.sets = &sets, .baskets = b, .item_sep = opt.item_sep, .out = out};
    bool closed = strcmp(opt.find, "closed") == 0, maximal = strcmp(opt.find, "maximal") == 0;
    size_t max_len = (size_t)opt.max_len;
    r.frequent = mem_alloc(b->items, sizeof *r.frequent);
    find(&r, &sets, least_count(b->n), closed || maximal ? max_len + 1 : max_len);
    if (closed)
        itemsets_keep_closed(&sets, max_len);
    if (maximal)
        itemsets_keep_maximal(&sets, max_len);
    if (strcmp(opt.find, "rules") == 0)
        report_rules(&r, &(struct rule_limits){b->n, opt.min_conf, opt.min_lift});
    else
        report_sets(&r);
    report_release(&r);
    itemsets_release(&sets);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    struct baskets baskets;
    check_options(&common);
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
