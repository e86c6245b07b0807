/* SPDX-License-Identifier: MIT */
#include "schema.h"

#include <math.h>
#include <string.h>

#include "columns.h"
#include "decimal.h"
#include "dict.h"
#include "die.h"
#include "mem.h"
#include "num.h"
#include "pattern.h"
#include "wrong.h"

enum type { TEXT, INTEGER, NUMBER, TIME };
enum part { COLUMN, TYPE, REQUIRED, MIN, MAX, REGEX, ENUM, PARTS };

static const char *const part_name[] = {
    "column", "type", "required", "min", "max", "regex", "enum"};

struct rule {
    size_t column;
    struct str name;
    enum type type;
    bool required;
    const struct timeform *form;
    struct buf low_text, high_text; /* as given; empty: none */
    struct decimal low, high;       /* of numbers */
    int64_t from, to;               /* of times */
    struct pattern *pattern;        /* NULL: no regex */
    struct dict *allowed;           /* NULL: any */
};

struct schema {
    struct rule *rule;
    size_t n, cap;
    struct timeform plain;
    bool copy; /* all but rule and pattern is another's */
};

/* Where the schema's own columns are; -1: it has none of that name. */
struct layout {
    long at[PARTS];
};

static struct str part(const struct layout *l, const struct row *row, enum part p)
{
    return l->at[p] < 0 ? (struct str){0} : row->text[l->at[p]];
}

static struct layout layout_of(const struct header *header, const char *path)
{
    struct layout l;
    for (int i = 0; i < PARTS; i++)
        l.at[i] = columns_find(header, str_of(part_name[i]));
    if (l.at[COLUMN] < 0)
        die("%s: a schema has the columns column,type,required,min,max,regex,enum", path);
    for (size_t i = 0; i < header->n; i++) {
        bool known = false;
        for (int p = 0; p < PARTS; p++)
            known = known || l.at[p] == (long)i;
        if (!known)
            die("%s: \"%.*s\" is no column of a schema (column,type,required,min,max,regex,enum)",
                path, STR_ARG(header->name[i]));
    }
    return l;
}

static void parse_type(struct rule *r, const struct row *row, struct str text)
{
    static const char *const name[] = {"text", "integer", "number", "time"};
    if (!text.n)
        return;
    for (int i = 0; i < 4; i++)
        if (str_is(text, name[i])) {
            r->type = (enum type)i;
            return;
        }
    die_at(
        csv_place(row, "type"), "\"%.*s\" is none of text, integer, number, time", STR_ARG(text));
}

static void parse_required(struct rule *r, const struct row *row, struct str text)
{
    static const char *const yes[] = {"yes", "true", "1"}, *const no[] = {"", "no", "false", "0"};
    for (int i = 0; i < 3; i++)
        r->required = r->required || str_is(text, yes[i]);
    bool known = r->required;
    for (int i = 0; i < 4; i++)
        known = known || str_is(text, no[i]);
    if (!known)
        die_at(csv_place(row, "required"), "\"%.*s\" is neither yes nor no", STR_ARG(text));
}

static void parse_limit(struct rule *r, const struct row *row, struct str text, bool low)
{
    const char *column = low ? "min" : "max";
    struct buf *own = low ? &r->low_text : &r->high_text;
    if (!text.n)
        return;
    buf_str(own, text);
    if (r->type == TEXT)
        die_at(csv_place(row, column), "text has no limits (integer, number and time have)");
    if (r->type == TIME) {
        if (timestamp_read(text, r->form->tz, low ? &r->from : &r->to) == TIMESTAMP_NONE)
            die_at(csv_place(row, column), "\"%.*s\" is not a time such as 2026-01-31T12:34:56Z",
                STR_ARG(text));
    } else if (!decimal_read(buf_view(own), low ? &r->low : &r->high)) {
        die_at(
            csv_place(row, column), "\"%.*s\" is not a number such as 12 or -0.5", STR_ARG(text));
    }
}

static void check_limits(const struct rule *r, const struct row *row)
{
    bool both = r->low_text.n && r->high_text.n;
    if (both && (r->type == TIME ? r->from > r->to : decimal_compare(&r->low, &r->high) > 0))
        die_at(csv_place(row, "min"), "\"%.*s\" is above max, \"%.*s\": no value could be right",
            STR_ARG(buf_view(&r->low_text)), STR_ARG(buf_view(&r->high_text)));
}

static void parse_regex(struct rule *r, const struct row *row, struct str text)
{
    if (!text.n)
        return;
    struct buf why = {0};
    char *source = mem_text(text.p, text.n);
    r->pattern = pattern_new(source, &why);
    if (!r->pattern)
        die_at(csv_place(row, "regex"), "%s: %s", source, buf_cstr(&why));
    mem_free(source);
    buf_release(&why);
}

static void parse_enum(struct rule *r, struct str text)
{
    struct buf value = {0};
    if (!text.n)
        return;
    r->allowed = dict_new();
    for (size_t i = 0; i <= text.n; i++) {
        if (i == text.n || text.p[i] == '|') {
            dict_add(r->allowed, buf_view(&value));
            buf_clear(&value);
            continue;
        }
        i += text.p[i] == '\\' && i + 1 < text.n;
        buf_char(&value, text.p[i]);
    }
    buf_release(&value);
}

static struct rule *new_rule(struct schema *s, const struct row *row, struct str name,
    const struct header *header, const char *path)
{
    char *wanted_by = mem_text(path, strlen(path));
    size_t column = columns_need(name, header, wanted_by);
    mem_free(wanted_by);
    for (size_t i = 0; i < s->n; i++)
        if (s->rule[i].column == column)
            die_at(csv_place(row, "column"), "\"%.*s\" is there already", STR_ARG(name));
    s->rule = mem_grow(s->rule, &s->cap, s->n + 1, sizeof *s->rule);
    struct rule *r = &s->rule[s->n++];
    memset(r, 0, sizeof *r);
    r->column = column;
    r->name = header->name[column];
    r->from = INT64_MIN;
    r->to = INT64_MAX;
    return r;
}

/* The schema is read as a table of its own: none of the options for the input hold. */
static struct csv_in *open_schema(const struct common *common, const char *path)
{
    struct common plain = {
        .max_field = common->max_field, .jobs = 1, .max_errors = UINT64_MAX, .tz = common->tz};
    return csv_open(&plain, &path, 1);
}

struct schema *schema_read(const struct common *common, const char *path,
    const struct header *header, const struct timeform *form, long time)
{
    struct schema *s = mem_zero(1, sizeof *s);
    struct csv_in *in = open_schema(common, path);
    struct layout l = layout_of(csv_header(in), path);
    struct row row;
    s->plain = (struct timeform){NULL, common->tz};
    while (csv_next(in, &row)) {
        struct rule *r = new_rule(s, &row, part(&l, &row, COLUMN), header, path);
        r->form = (long)r->column == time ? form : &s->plain;
        parse_type(r, &row, part(&l, &row, TYPE));
        parse_required(r, &row, part(&l, &row, REQUIRED));
        parse_limit(r, &row, part(&l, &row, MIN), true);
        parse_limit(r, &row, part(&l, &row, MAX), false);
        check_limits(r, &row);
        parse_regex(r, &row, part(&l, &row, REGEX));
        parse_enum(r, part(&l, &row, ENUM));
    }
    csv_close(in);
    return s;
}

static bool bad(struct csv_in *in, const struct row *row, const struct rule *r, enum reject code,
    const char *what)
{
    return csv_bad(in, row, code, r->name.p, "\"%.*s\" is %s", STR_ARG(row->text[r->column]), what);
}

static bool out_of_range(struct csv_in *in, const struct row *row, const struct rule *r, bool below)
{
    struct str text = row->text[r->column];
    return csv_bad(in, row, E_RANGE, r->name.p, "\"%.*s\" is %s %.*s", STR_ARG(text),
        below ? "below" : "above", STR_ARG(buf_view(below ? &r->low_text : &r->high_text)));
}

static bool check_number(
    const struct rule *r, struct csv_in *in, const struct row *row, struct str text)
{
    struct decimal x;
    int64_t whole;
    bool number = decimal_read(text, &x);
    if (r->type == INTEGER && num_int(text, &whole) == NUM_NOT)
        return bad(in, row, r, E_NUM, "not a whole number such as 12");
    if (r->type == NUMBER && !(number && isfinite(x.x)))
        return wrong_number(in, row, r->name.p, text);
    bool below = r->low_text.n && decimal_compare(&x, &r->low) < 0;
    if (below || (r->high_text.n && decimal_compare(&x, &r->high) > 0))
        return out_of_range(in, row, r, below);
    return true;
}

static bool check_time(
    const struct rule *r, struct csv_in *in, const struct row *row, struct str text)
{
    int64_t us;
    if (timeform_read(r->form, text, &us) == TIMESTAMP_NONE)
        return wrong_time(in, row, r->name.p, text, r->form);
    if (us < r->from || us > r->to)
        return out_of_range(in, row, r, us < r->from);
    return true;
}

static bool check_pattern(
    const struct rule *r, struct csv_in *in, const struct row *row, struct str text)
{
    return pattern_matches(r->pattern, text) ||
           csv_bad(in, row, E_ENUM, r->name.p, "\"%.*s\" is not what the regex %s matches",
               STR_ARG(text), pattern_text(r->pattern));
}

static bool check(const struct rule *r, struct csv_in *in, const struct row *row)
{
    struct str text = row->text[r->column];
    if (csv_missing(in, text))
        return !r->required || csv_bad(in, row, E_REQUIRED, r->name.p, "is missing");
    if ((r->type == INTEGER || r->type == NUMBER) && !check_number(r, in, row, text))
        return false;
    if (r->type == TIME && !check_time(r, in, row, text))
        return false;
    if (r->pattern && !check_pattern(r, in, row, text))
        return false;
    return !r->allowed || dict_find(r->allowed, text) != DICT_NONE ||
           bad(in, row, r, E_ENUM, "none of the schema's values");
}

bool schema_check(const struct schema *s, struct csv_in *in, const struct row *row)
{
    for (size_t i = 0; i < s->n; i++)
        if (!check(&s->rule[i], in, row))
            return false;
    return true;
}

void schema_mark(const struct schema *s, bool *column)
{
    for (size_t i = 0; s && i < s->n; i++)
        column[s->rule[i].column] = true;
}

struct schema *schema_copy(const struct schema *s)
{
    struct schema *copy = mem_alloc(1, sizeof *copy);
    *copy = *s;
    copy->copy = true;
    copy->rule = mem_alloc(s->n, sizeof *copy->rule);
    for (size_t i = 0; i < s->n; i++) {
        struct rule *r = &copy->rule[i];
        *r = s->rule[i];
        r->pattern = r->pattern ? pattern_copy(r->pattern) : NULL;
    }
    return copy;
}

void schema_free(struct schema *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++) {
        struct rule *r = &s->rule[i];
        pattern_free(r->pattern);
        if (s->copy)
            continue;
        buf_release(&r->low_text);
        buf_release(&r->high_text);
        dict_free(r->allowed);
    }
    mem_free(s->rule);
    mem_free(s);
}
