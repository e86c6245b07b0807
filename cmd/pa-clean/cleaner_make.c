/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cleaner_private.h"
#include "die.h"
#include "mem.h"
#include "num.h"

static const char SESSION[] = "session"; /* the column that is added */

/* --memory: bytes, or with k, M, G, T the 2^10, 2^20, 2^30, 2^40 fold. */
static size_t memory(const char *text)
{
    static const char units[] = "kKmMgGtT";
    struct str s = str_of(text);
    const char *unit = s.n ? strchr(units, s.p[s.n - 1]) : NULL;
    double x;
    if (num_double((struct str){s.p, s.n - (unit != NULL)}, &x) != NUM_OK || !(x >= 0))
        die_usage("--memory: \"%s\" is not a size such as 512M or 1G", text);
    for (long i = unit ? (unit - units) / 2 : -1; i >= 0; i--)
        x *= 1024;
    return x < 0x1p62 ? (size_t)x : SIZE_MAX;
}

static int64_t duration(const char *option, const char *text)
{
    int64_t us;
    if (!timestamp_duration(str_of(text), &us))
        die_usage("--%s: \"%s\" is not a duration such as 30s, 30m, 12h, 7d", option, text);
    return us;
}

/* Which options need one another. */
static void check_pairs(const struct rules *r)
{
    if (r->hmac && !r->key_file)
        die_usage("--hmac needs --key-file, the file that holds the key");
    if (r->key_file && !r->hmac)
        die_usage("--key-file is the key of --hmac, which is not there");
    if (r->k_anon && !r->quasi)
        die_usage("--k-anon needs --quasi, the columns that together could point at a person");
    if (r->quasi && !r->k_anon)
        die_usage("--quasi needs --k-anon, the least number of users");
    if (!r->dedup && !r->dedup_keys && (r->dedup_window || r->dedup_keep))
        die_usage("--dedup-%s needs --dedup or --dedup-keys", r->dedup_keep ? "keep" : "window");
    if (r->outliers && !r->clip.n && !r->model)
        die_usage("--outliers needs --clip, which says what an outlier is");
    if (r->session_gap && !r->sessionize)
        die_usage("--session-gap needs --sessionize");
    if (r->model && (r->fill.n || r->clip.n || r->save_model))
        die_usage("-m brings its own limits: leave out --fill, --clip and -M");
}

static int64_t session_gap(const struct rules *r)
{
    return duration("session-gap", r->session_gap ? r->session_gap : "30m");
}

void cleaner_check(const struct rules *r, const struct common *common)
{
    check_pairs(r);
    memory(r->memory);
    session_gap(r);
    if (r->dedup_window)
        duration("dedup-window", r->dedup_window);
    if (r->max_rate)
        rate_free(rate_parse(r->max_rate));
    timeform_new(r->time_in, common->tz);
}

/* A column that some rule needs, or was named. */
static long role(const char *option, const char *name, bool wanted, const struct header *header)
{
    return wanted ? (long)columns_option(option, name, header) : NO_COLUMN;
}

static void find_roles(struct cleaner *c, const struct rules *r, const struct common *common)
{
    bool both = r->sessionize || r->max_rate;
    bool timed = both || r->dedup_window || r->time_in || r->time_out;
    c->time = role("time", r->time, timed || r->time_given, c->header);
    c->user = role("user", r->user, both || r->k_anon, c->header);
    c->users = c->user == NO_COLUMN ? NULL : dict_new();
    c->form = timeform_new(r->time_in, common->tz);
    c->form_out = r->time_out ? timeform_new(NULL, common->tz) : c->form;
}

/* All columns, without the time where rows may repeat others of another time. */
static struct columns key_columns(const struct cleaner *c, const struct rules *r)
{
    if (r->dedup_keys)
        return columns_parse("dedup-keys", r->dedup_keys, c->header);
    struct columns all = columns_all(c->header);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (!r->dedup_window || (long)all.at[i] != c->time)
            all.at[n++] = all.at[i];
    all.n = n;
    return all;
}

/* What is taken beside the table of duplicates: by the program with its buffers, its temporary
 * files' among them, and by each thread; the least that the table gets; and what of its memory goes
 * to gaps between its pieces. */
enum { BESIDE = 6 << 20, BY_THREAD = 4 << 20, LEAST = 1 << 19, GAPS = 6 };

/* So many threads look for duplicates as take no more than half of the memory. */
static unsigned dedup_jobs(size_t memory, unsigned jobs)
{
    size_t most = memory > BESIDE ? (memory - BESIDE) / 2 / BY_THREAD : 0;
    return most < 1 ? 1 : most < jobs ? (unsigned)most : jobs;
}

static size_t table_memory(size_t memory, unsigned jobs)
{
    size_t beside = BESIDE + (jobs > 1 ? (size_t)jobs * BY_THREAD : 0);
    size_t left = memory > beside ? memory - beside : 0, table = left - left / GAPS;
    return table > LEAST ? table : LEAST;
}

static struct dedup *make_dedup(struct cleaner *c, const struct rules *r)
{
    size_t all = memory(r->memory);
    if (!r->dedup && !r->dedup_keys)
        return NULL;
    c->jobs = dedup_jobs(all, c->jobs);
    return dedup_new((struct dedup_rules){
        .window = r->dedup_window ? duration("dedup-window", r->dedup_window) : 0,
        .last = r->dedup_keep && strcmp(r->dedup_keep, "last") == 0,
        .memory = table_memory(all, c->jobs)});
}

static struct limits *make_limits(const struct rules *r, const struct header *header)
{
    struct limits *l =
        r->model ? limits_read(r->model, header) : limits_parse(&r->fill, &r->clip, header);
    if (r->outliers && strcmp(r->outliers, "clip") != 0)
        limits_outliers(l, strcmp(r->outliers, "drop") == 0 ? OUTLIERS_DROP : OUTLIERS_FLAG);
    return l;
}

/* A time that is filled must be one, where times are needed. */
static void check_filled_time(const struct cleaner *c)
{
    int64_t us;
    struct str text =
        c->time == NO_COLUMN ? (struct str){0} : limits_text(c->limits, (size_t)c->time);
    if (!text.n || timeform_read(&c->form_out, text, &us) != TIMESTAMP_NONE)
        return;
    if (c->rules->model)
        die("%s: \"%.*s\", which fills %.*s, is not a time of the form that the column has",
            c->rules->model, STR_ARG(text), STR_ARG(c->header->name[c->time]));
    else
        die_usage("--fill: %.*s: \"%.*s\" is not a time of the form that the column has",
            STR_ARG(c->header->name[c->time]), STR_ARG(text));
}

enum stage cleaner_stage(const struct cleaner *c, enum stage from)
{
    const bool learns[] = {
        c->rate != NULL, !c->rules->model && limits_learn(c->limits), c->anonymity != NULL, true};
    while (!learns[from])
        from++;
    return from;
}

struct cleaner *cleaner_new(const struct rules *r, const struct common *common, struct csv_in *in)
{
    struct cleaner *c = mem_zero(1, sizeof *c);
    const struct header *header = csv_header(in);
    c->rules = r;
    c->common = common;
    c->jobs = common->jobs;
    c->in = in;
    c->header = header;
    find_roles(c, r, common);
    c->trim = columns_parse("trim", r->trim, header);
    c->lower = columns_parse("lower", r->lower, header);
    c->required = columns_parse("require", r->require, header);
    c->missing = mem_zero(c->required.n, sizeof *c->missing);
    c->keys = key_columns(c, r);
    c->hmac = columns_parse("hmac", r->hmac, header);
    c->quasi = columns_parse("quasi", r->quasi, header);
    c->where = where_parse(&r->where, header, common->tz);
    if (r->schema)
        c->schema = schema_read(common, r->schema, header, &c->form_out, c->time);
    c->dedup = make_dedup(c, r);
    c->rate = r->max_rate ? rate_parse(r->max_rate) : NULL;
    c->limits = make_limits(r, header);
    check_filled_time(c);
    c->coarsen = coarsen_parse(&r->coarsen, header, &c->form_out, c->time, common->tz);
    c->pseudonym = r->hmac ? pseudonym_new(r->key_file) : NULL;
    c->anonymity = r->k_anon ? anonymity_new((uint32_t)r->k_anon) : NULL;
    if (r->sessionize)
        c->sessions = sessions_new(session_gap(r));
    c->stage = cleaner_stage(c, BOTS);
    if (c->dedup || c->trim.n || c->lower.n || r->time_out || limits_count(c->limits) ||
        r->coarsen.n || r->hmac)
        c->draft = draft_new(header->n);
    return c;
}

static void mark(const struct columns *list, bool *column)
{
    for (size_t i = 0; i < list->n; i++)
        column[list->at[i]] = true;
}

/* Which columns the rules may change. */
static void mark_changed(const struct cleaner *c, bool *column)
{
    mark(&c->trim, column);
    mark(&c->lower, column);
    mark(&c->hmac, column);
    limits_mark(c->limits, column);
    coarsen_mark(c->coarsen, column);
    if (c->rules->time_out)
        column[c->time] = true;
}

static void mark_used(const struct cleaner *c, bool *column)
{
    mark_changed(c, column);
    mark(&c->required, column);
    mark(&c->quasi, column);
    where_mark(c->where, column);
    schema_mark(c->schema, column);
    if (c->time != NO_COLUMN)
        column[c->time] = true;
    if (c->user != NO_COLUMN)
        column[c->user] = true;
}

void cleaner_use(const struct cleaner *c, bool writes)
{
    bool *column = mem_zero(c->header->n, sizeof *column);
    struct columns used = {mem_alloc(c->header->n, sizeof *used.at), 0};
    mark_used(c, column);
    if (c->dedup)
        mark(&c->keys, column);
    bool text = writes && !(c->out && csv_copies(c->out));
    bool raw = writes && !text && !csv_passes(c->out); /* else bytes of whole rows do */
    if (text)
        mark(c->kept, column);
    for (size_t i = 0; i < c->header->n; i++)
        if (column[i])
            used.at[used.n++] = i;
    csv_use(c->in, used.at, used.n);
    if (raw)
        csv_use_raw(c->in, c->kept->at, c->kept->n);
    mem_free(column);
    mem_free(used.at);
}

static void bind_draft(struct cleaner *c)
{
    bool *column = mem_zero(c->header->n, sizeof *column);
    mark_changed(c, column);
    draft_bind(c->draft, c->out, c->kept, column);
    mem_free(column);
}

void cleaner_bind(struct cleaner *c, struct csv_out *out, const struct columns *kept)
{
    c->out = out;
    c->kept = kept;
    if (!out) {
        long time = columns_find(c->header, str_of(c->rules->time));
        c->infer = infer_new(c->header, kept, &c->form_out, time, c->form.tz);
        return;
    }
    if (c->draft)
        bind_draft(c);
    limits_bind(c->limits, out);
    if (c->sessions)
        c->session = csv_add(out, str_of(SESSION));
}

struct header cleaner_columns(struct cleaner *c)
{
    struct str *name = mem_alloc(c->header->n + limits_count(c->limits) + 1, sizeof *name);
    struct header columns = {name, 0};
    struct dict *names = dict_new();
    for (size_t i = 0; i < c->header->n; i++) {
        dict_add(names, c->header->name[i]);
        name[columns.n++] = c->header->name[i];
    }
    for (size_t i = 0; i <= limits_count(c->limits); i++) {
        bool flag = i < limits_count(c->limits);
        struct str added = flag          ? limits_flag_name(c->limits, i)
                           : c->sessions ? str_of(SESSION)
                                         : (struct str){0};
        if (added.n && dict_find(names, added) == DICT_NONE)
            name[columns.n++] = added;
    }
    dict_free(names);
    return columns;
}

/* As schema_read reads it, whatever the input is like. */
static void write_guess(struct cleaner *c, const struct common *common)
{
    struct common plain = *common;
    plain.no_header = false;
    infer_write(c->infer, csv_create(&plain, NULL, NULL));
}

static void warn_of_late_rows(const struct cleaner *c)
{
    if (c->sessions && sessions_late(c->sessions))
        warn("%llu rows came after a later row of their user, and were put into the session that "
             "was open (sort by time for exact sessions)",
            (unsigned long long)sessions_late(c->sessions));
    if (c->rate && rate_late(c->rate))
        warn("%llu rows came after more later rows of their user than --max-rate %s looks back, so "
             "a bot may have been missed (sort by time to find all)",
            (unsigned long long)rate_late(c->rate), c->rules->max_rate);
}

void cleaner_finish(struct cleaner *c, const struct common *common)
{
    if (c->infer)
        write_guess(c, common);
    if (c->rules->save_model)
        limits_write(c->limits, c->rules->save_model);
    warn_of_late_rows(c);
}

void cleaner_free(struct cleaner *c)
{
    struct columns *lists[] = {&c->trim, &c->lower, &c->required, &c->keys, &c->hmac, &c->quasi};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        mem_free(lists[i]->at);
    where_free(c->where);
    schema_free(c->schema);
    rate_free(c->rate);
    limits_free(c->limits);
    coarsen_free(c->coarsen);
    pseudonym_free(c->pseudonym);
    anonymity_free(c->anonymity);
    sessions_free(c->sessions);
    dict_free(c->users);
    held_free(c->held);
    if (c->draft)
        draft_free(c->draft);
    buf_release(&c->text);
    buf_release(&c->why);
    mem_free(c->left.byte);
    mem_free(c->other.byte);
    mem_free(c->gone.byte);
    mem_free(c->missing);
    kinds_release(&c->kinds);
    mem_free(c);
}
