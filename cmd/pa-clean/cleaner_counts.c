/* SPDX-License-Identifier: MIT */
#include "cleaner_private.h"
#include "die.h"

void cleaner_note(const struct cleaner *c)
{
    const struct tally *t = &c->tally;
    struct csv_counts n = csv_counts(c->in);
    struct buf thin = {0};
    uint64_t filled = 0, beyond = 0;
    if (c->anonymity)
        buf_print(&thin, " + %llu left out by --k-anon", (unsigned long long)t->thin);
    note("%llu rows in = %llu out + %llu rejected (%llu incomplete) + %llu duplicates + %llu left "
         "out by --where%s",
        (unsigned long long)n.rows, (unsigned long long)t->written,
        (unsigned long long)(n.rejected - t->duplicates), (unsigned long long)t->incomplete,
        (unsigned long long)t->duplicates, (unsigned long long)t->left_out, buf_cstr(&thin));
    limits_note(c->limits);
    for (size_t i = 0; i < limits_count(c->limits); i++) {
        filled += limits_counts(c->limits, i).filled;
        beyond += limits_counts(c->limits, i).outliers;
    }
    if (filled + beyond)
        note("%llu values filled, %llu %s", (unsigned long long)filled, (unsigned long long)beyond,
            c->rules->outliers ? "outliers" : "clipped");
    if (c->rate)
        note("%llu users are too fast (%s): %llu rows rejected",
            (unsigned long long)rate_bots(c->rate), c->rules->max_rate,
            (unsigned long long)t->by_bots);
    if (c->sessions)
        note("%llu sessions", (unsigned long long)sessions_count(c->sessions));
    buf_release(&thin);
}

/* The table that is being written. */
struct report {
    struct csv_out *out;
    size_t measure, column, value;
};

static void put(const struct report *r, const char *measure, struct str column, uint64_t value)
{
    csv_set_text(r->out, r->measure, str_of(measure));
    csv_set_text(r->out, r->column, column);
    csv_set_int(r->out, r->value, (int64_t)value);
    csv_write(r->out, NULL);
}

static void put_rows(const struct report *r, const struct cleaner *c)
{
    const struct tally *t = &c->tally;
    struct csv_counts n = csv_counts(c->in);
    struct str all = {0};
    put(r, "rows_in", all, n.rows);
    put(r, "rows_out", all, t->written);
    put(r, "rejected", all, n.rejected - t->duplicates);
    put(r, "duplicates", all, t->duplicates);
    put(r, "left_out_where", all, t->left_out);
    put(r, "left_out_k_anon", all, t->thin);
    put(r, "rejected_missing", all, t->incomplete);
    put(r, "rejected_bots", all, t->by_bots);
    put(r, "rejected_outliers", all, t->outliers);
    put(r, "rejected_unusable", all,
        n.rejected - t->duplicates - t->incomplete - t->by_bots - t->outliers);
    put(r, "unusable_kept", all, n.kept);
    put(r, "blank_lines", all, n.blank);
}

static void put_columns(const struct report *r, const struct cleaner *c)
{
    for (size_t i = 0; i < c->required.n; i++)
        put(r, "missing", c->header->name[c->required.at[i]], c->missing[i]);
    for (size_t i = 0; i < limits_count(c->limits); i++) {
        struct limits_counts n = limits_counts(c->limits, i);
        put(r, "filled", n.column, n.filled);
        put(r, "outliers", n.column, n.outliers);
    }
}

struct csv_out *cleaner_report_open(const struct common *common, const char *path)
{
    struct common plain = *common;
    plain.gzip = plain.no_header = false;
    return csv_create(&plain, NULL, path);
}

void cleaner_report(const struct cleaner *c, struct csv_out *out)
{
    struct str all = {0};
    struct report r = {.out = out};
    r.measure = csv_add(r.out, str_of("measure"));
    r.column = csv_add(r.out, str_of("column"));
    r.value = csv_add(r.out, str_of("value"));
    put_rows(&r, c);
    put_columns(&r, c);
    put(&r, "values_trimmed", all, c->tally.trimmed);
    put(&r, "values_lowered", all, c->tally.lowered);
    put(&r, "times_rewritten", all, c->tally.times);
    put(&r, "values_coarsened", all, c->tally.coarsened);
    put(&r, "pseudonyms", all, c->tally.pseudonyms);
    if (c->rate)
        put(&r, "bots", all, rate_bots(c->rate));
    if (c->sessions) {
        put(&r, "sessions", all, sessions_count(c->sessions));
        put(&r, "late_rows", all, sessions_late(c->sessions));
    }
}
