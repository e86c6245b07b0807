/* SPDX-License-Identifier: MIT */
#include "cleaner.h"

#include <string.h>
#include <sys/stat.h>

#include "cleaner_private.h"
#include "die.h"
#include "mem.h"
#include "stream.h"
#include "tidy.h"
#include "wrong.h"

void bits_set(struct bits *b, uint64_t number)
{
    size_t before = b->cap;
    b->byte = mem_grow(b->byte, &b->cap, number / 8 + 1, 1);
    if (b->cap > before)
        memset(b->byte + before, 0, b->cap - before);
    b->byte[number / 8] |= (unsigned char)(1u << number % 8);
}

bool bits_has(const struct bits *b, uint64_t number)
{
    return number / 8 < b->cap && b->byte[number / 8] >> number % 8 & 1;
}

static void clear_bit(struct bits *b, uint64_t number)
{
    if (number / 8 < b->cap)
        b->byte[number / 8] &= (unsigned char)~(1u << number % 8);
}

/* ---- what a row is ---- */

static bool read_time(struct cleaner *c, const struct row *row)
{
    c->timed = false;
    if (c->time == NO_COLUMN || csv_missing(c->in, row->text[c->time]))
        return true;
    struct str text = row->text[c->time];
    enum timestamp_kind kind = timeform_read(&c->form, text, &c->us);
    const char *name = c->header->name[c->time].p;
    if (kind == TIMESTAMP_NONE)
        return wrong_time(c->in, row, name, text, &c->form);
    if (!kinds_agree(&c->kinds, row->file, kind))
        return wrong_kind(c->in, row, name, text, &c->kinds);
    c->timed = true;
    return true;
}

static void rewrite_time(struct cleaner *c, const struct row *row)
{
    enum timestamp_kind kind = strcmp(c->rules->time_out, "iso") == 0     ? TIMESTAMP_ISO
                               : strcmp(c->rules->time_out, "epoch") == 0 ? TIMESTAMP_SECONDS
                                                                          : TIMESTAMP_MILLISECONDS;
    timeform_write(&c->text, kind, c->us);
    if (str_equal(buf_view(&c->text), row->text[c->time]))
        return;
    draft_set(c->draft, (size_t)c->time, buf_view(&c->text));
    c->tally.times += !c->again;
}

/* Whose row it is, where this stage asks for that. */
static void read_user(struct cleaner *c, const struct row *row)
{
    bool asked = c->rate || c->stage == CROWDS || (c->stage == WRITE && c->sessions);
    c->who = DICT_NONE;
    if (asked && c->users && !csv_missing(c->in, row->text[c->user]))
        c->who = dict_add(c->users, row->text[c->user]);
}

/* Values as the rules are to see them, time and user; false when the row was rejected. */
static bool prepare(struct cleaner *c, struct row *row)
{
    if (c->draft) {
        draft_begin(c->draft, row);
        size_t trimmed = tidy_trim(c->draft, row, &c->trim);
        size_t lowered = tidy_lower(c->draft, row, &c->lower);
        c->tally.trimmed += c->again ? 0 : trimmed;
        c->tally.lowered += c->again ? 0 : lowered;
    }
    if (!read_time(c, row))
        return false;
    if (c->timed && c->rules->time_out)
        rewrite_time(c, row);
    return true;
}

size_t cleaner_lacks(const struct cleaner *c, const struct row *row)
{
    size_t i = 0;
    while (i < c->required.n && !csv_missing(c->in, row->text[c->required.at[i]]))
        i++;
    return i;
}

/* Leave a row out by a rule that looks at it alone; c->why says why. */
static void reject(struct cleaner *c, const struct row *row, enum reject code)
{
    if (c->fork)
        c->rejected++;
    else
        csv_reject(c->in, row, code, "%s", buf_cstr(&c->why));
}

static bool complete(struct cleaner *c, const struct row *row)
{
    size_t i = cleaner_lacks(c, row);
    if (i == c->required.n)
        return true;
    struct str name = c->header->name[c->required.at[i]];
    c->tally.incomplete++;
    c->missing[i]++;
    buf_clear(&c->why);
    buf_str(&c->why, name);
    buf_text(&c->why, " is missing");
    reject(c, row, E_REQUIRED);
    return false;
}

/* The rules that look at one row alone. */
static bool usable(struct cleaner *c, const struct row *row)
{
    if (!where_holds(c->where, c->in, row)) {
        c->tally.left_out++;
        return false;
    }
    return complete(c, row) && (!c->schema || schema_check(c->schema, c->in, row)) &&
           limits_check(c->limits, c->in, row) && coarsen_check(c->coarsen, c->in, row);
}

static void reject_repeat(struct cleaner *c, const struct row *row)
{
    c->tally.duplicates++;
    csv_reject(
        c->in, row, E_DUP, "repeats %s row", c->rules->dedup_keep ? "another" : "an earlier");
}

/* Does the row stay, as far as dedup knows by now? */
static bool distinct(struct cleaner *c, const struct row *row)
{
    uint64_t goes;
    if (!c->dedup || (c->rules->dedup_window && !c->timed))
        return true;
    switch (dedup_ask(c->dedup, row, &c->keys, c->us, &goes)) {
    case DEDUP_NEW:
        return true;
    case DEDUP_LATER:
        c->late = row->number < c->late ? row->number : c->late;
        return true;
    default:
        break;
    }
    if (goes != row->number) {
        bits_set(&c->gone, goes);
        return true;
    }
    reject_repeat(c, row);
    return false;
}

/* ---- where it goes ---- */

static bool is_bot(const struct cleaner *c)
{
    return c->rate && c->who != DICT_NONE && rate_is_bot(c->rate, c->who);
}

static void hide(struct cleaner *c, const struct row *row)
{
    char name[PSEUDONYM_WIDTH];
    for (size_t i = 0; i < c->hmac.n; i++) {
        size_t column = c->hmac.at[i];
        if (csv_missing(c->in, row->text[column]))
            continue;
        pseudonym_of(c->pseudonym, row->text[column], name);
        draft_set(c->draft, column, (struct str){name, sizeof name});
        c->tally.pseudonyms += c->stage == WRITE;
    }
}

/* User and time as --fill and --clip left them. */
static void read_again_changed(struct cleaner *c, const struct row *row)
{
    if (c->user != NO_COLUMN && limits_have(c->limits, (size_t)c->user))
        read_user(c, row);
    if (c->time == NO_COLUMN || !limits_have(c->limits, (size_t)c->time))
        return;
    struct str text = row->text[c->time];
    c->timed =
        !csv_missing(c->in, text) && timeform_read(&c->form_out, text, &c->us) != TIMESTAMP_NONE;
}

/* Fill, clip, coarsen, hide. */
static void change(struct cleaner *c, const struct row *row)
{
    if (!c->draft)
        return;
    limits_apply(c->limits, c->in, row, c->draft);
    read_again_changed(c, row);
    size_t coarsened = coarsen_apply(c->coarsen, c->in, c->draft, row);
    c->tally.coarsened += c->stage == WRITE ? coarsened : 0;
    hide(c, row);
}

static void put_row(struct cleaner *c, const struct row *row)
{
    c->tally.written++;
    if (c->infer) {
        infer_see(c->infer, c->in, row);
        return;
    }
    if (c->sessions && c->timed && c->who != DICT_NONE)
        csv_set_int(c->out, c->session, session_of(c->sessions, c->who, c->us));
    if (c->draft)
        draft_finish(c->draft, c->out);
    limits_flag(c->limits, c->out);
    csv_write(c->out, row);
}

/* From dedup on: a row goes as far as is known, and teaches the first rule that is not. */
static void go_on(struct cleaner *c, const struct row *row)
{
    if (bits_has(&c->gone, row->number)) {
        reject_repeat(c, row);
        clear_bit(&c->left, row->number);
        clear_bit(&c->gone, row->number);
        return;
    }
    if (c->stage == BOTS) {
        if (c->timed && c->who != DICT_NONE)
            rate_see(c->rate, c->who, c->us);
        return;
    }
    if (is_bot(c)) {
        csv_reject(c->in, row, E_BOT, "its user is too fast (%s)", c->rules->max_rate);
        c->tally.by_bots++;
        clear_bit(&c->left, row->number);
        return;
    }
    if (c->stage == LIMITS) {
        limits_see(c->limits, c->in, row);
        return;
    }
    if (limits_drop(c->limits, c->in, row, &c->why)) {
        reject(c, row, E_RANGE);
        c->tally.outliers++;
        clear_bit(&c->left, row->number);
        return;
    }
    change(c, row);
    if (c->stage == CROWDS)
        anonymity_see(c->anonymity, row, &c->quasi, c->who);
    else if (c->anonymity && !anonymity_enough(c->anonymity, row, &c->quasi))
        c->tally.thin++;
    else
        put_row(c, row);
}

void cleaner_pass(struct cleaner *c, struct row *row)
{
    if (prepare(c, row) && usable(c, row))
        go_on(c, row);
}

/* ---- passes ---- */

/* The first pass: what each row is; those that are not late go on at once. */
static void look_at_all(struct cleaner *c)
{
    struct row row;
    while (csv_next(c->in, &row)) {
        if (!prepare(c, &row) || !usable(c, &row) || !distinct(c, &row))
            continue;
        if (c->keeps)
            bits_set(&c->left, row.number);
        if (row.number < c->late) {
            read_user(c, &row);
            go_on(c, &row);
        } else if (!c->keeps) {
            c->held = c->held ? c->held : held_new(c->header->n);
            held_put(c->held, &row, c->draft, c->timed ? &c->us : NULL);
        }
    }
}

static void goes(void *context, uint64_t number)
{
    struct cleaner *c = context;
    bits_set(&c->gone, number);
    c->any_gone = true;
}

static void take_held(struct cleaner *c)
{
    struct row row;
    while (c->held && held_take(c->held, &row, c->draft, &c->timed, &c->us)) {
        read_user(c, &row);
        limits_take(c->limits, c->in, &row);
        go_on(c, &row);
    }
}

/* After a pass: is there more to learn from the same rules, or what comes next? */
static void settle(struct cleaner *c)
{
    bool late = c->late != UINT64_MAX;
    c->fed = late ? c->late : 0;
    c->late = UINT64_MAX;
    if (late || c->stage == WRITE)
        return;
    if (c->stage == LIMITS)
        limits_settle(c->limits);
    c->stage = cleaner_stage(c, c->stage + 1);
}

static void read_again(struct cleaner *c)
{
    struct row row;
    csv_rewind(c->in);
    csv_use_all(c->in);
    c->again = true;
    while (csv_next(c->in, &row)) {
        if (!bits_has(&c->left, row.number) || row.number < c->fed || !prepare(c, &row))
            continue;
        limits_take(c->limits, c->in, &row);
        read_user(c, &row);
        go_on(c, &row);
    }
}

/* Can the files be read again at no cost? */
static bool are_plain(const struct common *common)
{
    for (size_t i = 0; i < common->files; i++) {
        struct stat st;
        char first; /* bytes tell gzip */
        if (stat(common->file[i], &st) || !S_ISREG(st.st_mode))
            return false;
        struct stream_in *in = stream_open(common->file[i]);
        stream_read(in, &first, 1);
        bool plain = stream_size(in) > 0;
        stream_close(in);
        if (!plain)
            return false;
    }
    return common->files > 0;
}

void cleaner_run(struct cleaner *c)
{
    bool last = c->rules->dedup_keep && strcmp(c->rules->dedup_keep, "last") == 0;
    c->late = c->dedup && last ? 0 : UINT64_MAX;
    bool sifts = sift_can(c) && (c->stage != WRITE || are_plain(c->common));
    c->keeps = sifts || c->stage != WRITE || (c->dedup && last);
    if (c->keeps)
        csv_keep(c->in);
    if (sifts)
        sift(c);
    else if (spread_can(c))
        spread(c);
    else
        look_at_all(c);
    if (c->dedup)
        dedup_settle(c->dedup, goes, c);
    if (!c->keeps)
        take_held(c);
    dedup_free(c->dedup);
    c->dedup = NULL;
    for (bool written = !c->keeps; !written;) {
        settle(c);
        written = c->stage == WRITE;
        if (written && sifts && !c->any_gone)
            sift_write(c);
        else
            read_again(c);
    }
}
