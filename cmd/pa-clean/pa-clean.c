/* SPDX-License-Identifier: MIT */
/*
 * pa-clean - make one clean table of a shop's logs
 *
 * Rows keep their order and nothing is reformatted: what no rule changes comes out byte for byte as
 * it went in.  Files become one table (sources), rows go through the rules (cleaner), and the
 * columns wanted are written.
 */
#include "args.h"
#include "cleaner.h"
#include "columns.h"
#include "csv.h"
#include "die.h"
#include "mem.h"
#include "model.h"
#include "sources.h"
#include "stream.h"

static struct {
    struct arg_list tag;
    const char *rename, *keep, *drop, *report;
    struct rules rules;
} opt = {.rules = {.user = "user", .time = "time", .memory = "1G"}};

static const struct arg args[] = {
    {0, "tag", "COL=VALUE:FILE", ARG_LIST, &opt.tag, "none",
        "rows of FILE get VALUE in column COL; may be repeated", .usual = true},
    {0, "rename", "OLD=NEW,...", ARG_TEXT, &opt.rename, "none",
        "rename columns, in each file that has them", .usual = true},
    {0, "keep", "COLS", ARG_TEXT, &opt.keep, "all", "write only these columns, in this order",
        .usual = true},
    {0, "drop", "COLS", ARG_TEXT, &opt.drop, "none", "leave these columns out"},
    {0, "where", "CONDITION", ARG_LIST, &opt.rules.where, "none",
        "keep rows where COL op VALUE, op one of == != < <= > >= ~ !~; repeated: all hold",
        .usual = true},
    {0, "require", "COLS", ARG_TEXT, &opt.rules.require, "none",
        "reject rows in which one of these is missing", .usual = true},
    {0, "dedup", NULL, ARG_FLAG, &opt.rules.dedup, "off",
        "drop a row all of whose fields repeat an earlier row's", .usual = true},
    {0, "dedup-keys", "COLS", ARG_TEXT, &opt.rules.dedup_keys, "all columns",
        "drop a row that repeats these columns of an earlier row"},
    {0, "dedup-window", "DURATION", ARG_TEXT, &opt.rules.dedup_window, "unlimited",
        "a row repeats only what came within this time before it"},
    {0, "dedup-keep", "first|last", ARG_CHOICE, &opt.rules.dedup_keep, "first",
        "which of the repeated rows stays"},
    {0, "fill", "COLS=mean|median|mode|TEXT", ARG_LIST, &opt.rules.fill, "none",
        "fill missing values with a learnt one or with TEXT (\\mean: the word); may be repeated"},
    {0, "clip", "COLS=RULE", ARG_LIST, &opt.rules.clip, "none",
        "pull outliers to LO:HI, q.01:q.99, mad:3.5 or iqr:1.5; may be repeated", .usual = true},
    {0, "outliers", "clip|drop|flag", ARG_CHOICE, &opt.rules.outliers, "clip",
        "what --clip does: pull in, reject the row, or mark it in COL_outlier"},
    {0, "trim", "COLS", ARG_TEXT, &opt.rules.trim, "none", "remove blanks around values"},
    {0, "lower", "COLS", ARG_TEXT, &opt.rules.lower, "none",
        "turn ASCII capitals into small letters"},
    {0, "time-in", "clf|PATTERN", ARG_TEXT, &opt.rules.time_in,
        "ISO 8601, Unix seconds or milliseconds",
        "how the times of -T are written: web-server log form or a strptime pattern"},
    {0, "time-out", "iso|epoch|epoch-ms", ARG_CHOICE, &opt.rules.time_out, "as read",
        "rewrite the times of -T in this one form"},
    {0, "schema", "FILE", ARG_TEXT, &opt.rules.schema, "none",
        "check rows against column,type,required,min,max,regex,enum"},
    {0, "infer-schema", NULL, ARG_FLAG, &opt.rules.infer_schema, "off",
        "write the schema that the data suggest, instead of rows"},
    {0, "sessionize", NULL, ARG_FLAG, &opt.rules.sessionize, "off",
        "add the column session, numbered per user by pauses"},
    {0, "session-gap", "DURATION", ARG_TEXT, &opt.rules.session_gap, "30m",
        "a longer pause starts a new session"},
    {0, "max-rate", "N/DURATION", ARG_TEXT, &opt.rules.max_rate, "unlimited",
        "reject all rows of a user with more than N in any such time: bots"},
    {0, "hmac", "COLS", ARG_TEXT, &opt.rules.hmac, "none",
        "replace values by keyed pseudonyms: 16 hex digits of HMAC-SHA-256"},
    {0, "key-file", "FILE", ARG_TEXT, &opt.rules.key_file, "required by --hmac",
        "the key of --hmac"},
    {0, "coarsen", "COLS=STEP", ARG_LIST, &opt.rules.coarsen, "none",
        "round numbers down to a multiple of STEP, times to its start (1h, 1d)"},
    {0, "k-anon", "K", ARG_INT, &opt.rules.k_anon, "off",
        "nothing is written that rests on fewer than K users; here by --quasi", .min = 1,
        .max = 1e9},
    {0, "quasi", "COLS", ARG_TEXT, &opt.rules.quasi, "required by --k-anon",
        "columns that together could point at a person"},
    {0, "report", "FILE", ARG_TEXT, &opt.report, "none",
        "write all counts there: measure,column,value"},
    {'u', "user", "COL", ARG_TEXT, &opt.rules.user, "user", "column of the user"},
    {'T', "time", "COL", ARG_TEXT, &opt.rules.time, "time", "column of the time",
        .given = &opt.rules.time_given},
    {'m', "model", "FILE", ARG_TEXT, &opt.rules.model, "none",
        "read what was learnt from FILE; here limits and fills"},
    {'M', "save-model", "FILE", ARG_TEXT, &opt.rules.save_model, "none",
        "write what was learnt to FILE"},
    {0, "memory", "SIZE", ARG_TEXT, &opt.rules.memory, "1G",
        "keep within SIZE; here by temporary files where duplicates need more"},
    {0},
};

static const struct program program = {
    .name = "pa-clean",
    .purpose = "make one clean table of a shop's logs",
    .operands = "[FILE...]",
    .examples = "pa-clean --union --tag event=view:browse.csv --tag event=cart:cart.tsv.gz \\\n"
                "    --rename customer_id=user,ts=time --dedup browse.csv cart.tsv.gz\n"
                "pa-clean --require user,item --clip price=q.01:q.99 -M limits events.csv\n"
                "tail -F today.csv | pa-clean -m limits --where 'event!=view'\n",
    .args = args,
};

/* The columns that are written. */
static struct columns chosen_columns(const struct header *header)
{
    struct columns all = opt.keep ? columns_parse("keep", opt.keep, header) : columns_all(header);
    struct columns dropped = columns_parse("drop", opt.drop, header);
    bool *drop = mem_zero(header->n, sizeof *drop);
    size_t n = 0;
    for (size_t i = 0; i < dropped.n; i++)
        drop[dropped.at[i]] = true;
    for (size_t i = 0; i < all.n; i++)
        if (!drop[all.at[i]])
            all.at[n++] = all.at[i];
    mem_free(drop);
    if (!n)
        die_usage("--keep and --drop leave no column");
    all.n = n;
    mem_free(dropped.at);
    return all;
}

/* Those of them that are the input's. */
static struct columns kept_columns(const struct columns *chosen, const struct header *input)
{
    struct columns kept = {mem_alloc(chosen->n, sizeof *kept.at), 0};
    for (size_t i = 0; i < chosen->n; i++)
        if (chosen->at[i] < input->n)
            kept.at[kept.n++] = chosen->at[i];
    return kept;
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    cleaner_check(&opt.rules, &common);
    if (opt.rules.save_model)
        model_reserve(opt.rules.save_model, false);
    struct sources *sources = sources_parse(opt.rename, &opt.tag, &common);
    struct csv_in *in = csv_open_as(&common, common.file, common.files, sources_edit(sources));
    sources_check(sources);
    struct cleaner *cleaner = cleaner_new(&opt.rules, &common, in);
    struct header header = cleaner_columns(cleaner);
    struct columns chosen = chosen_columns(&header);
    struct columns kept = kept_columns(&chosen, csv_header(in));
    struct csv_out *out = opt.rules.infer_schema ? NULL : csv_create(&common, in, NULL);
    struct csv_out *report = opt.report ? cleaner_report_open(&common, opt.report) : NULL;
    cleaner_bind(cleaner, out, &kept);
    if (out)
        csv_pick(out, chosen.at, chosen.n);
    cleaner_run(cleaner);
    cleaner_finish(cleaner, &common);
    cleaner_note(cleaner);
    if (report)
        cleaner_report(cleaner, report);
    csv_close(in);
    cleaner_free(cleaner);
    mem_free(kept.at);
    mem_free(chosen.at);
    mem_free((void *)header.name);
    sources_free(sources);
    return stream_finish();
}
