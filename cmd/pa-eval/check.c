/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "die.h"
#include "mem.h"
#include "num.h"

enum { TOLD_MAX = 5 }; /* failures named in the message */

/* One side of a condition: a measure (name >= 0) or a number. */
struct side {
    long name;
    double number;
};

struct condition {
    struct str text;
    struct side left, right;
    bool less, equal; /* < or >, and with = */
    bool judged;      /* in some group */
};

struct check {
    struct condition *condition;
    size_t n, cap;
    const char *const *names;
    double *value; /* (names) of this group, NaN before */
    bool *told_of; /* (names) in this group */
    uint64_t failed;
    struct buf told;
};

static void forget_values(struct check *c)
{
    for (size_t i = 0; c->names[i]; i++)
        c->value[i] = NAN;
    for (size_t i = 0; c->names[i]; i++)
        c->told_of[i] = false;
}

static struct side read_side(const struct check *c, struct str text, struct str whole)
{
    for (long i = 0; c->names[i]; i++)
        if (str_is(text, c->names[i]))
            return (struct side){i, NAN};
    struct side s = {-1, NAN};
    if (num_double(text, &s.number) == NUM_OK)
        return s;
    struct buf all = {0};
    for (size_t i = 0; c->names[i]; i++)
        buf_print(&all, "%s%s", i ? ", " : "", c->names[i]);
    die_usage("--fail-on %.*s: \"%.*s\" is no measure here and no number (measures: %s)",
        STR_ARG(whole), STR_ARG(text), buf_cstr(&all));
}

static void add_condition(struct check *c, struct str text)
{
    size_t at = 0;
    while (at < text.n && text.p[at] != '<' && text.p[at] != '>')
        at++;
    if (at == text.n)
        die_usage("--fail-on: \"%.*s\" is no condition (such as auc<0.7)", STR_ARG(text));
    struct condition d = {.text = text, .less = text.p[at] == '<'};
    d.equal = at + 1 < text.n && text.p[at + 1] == '=';
    size_t right = at + 1 + d.equal;
    d.left = read_side(c, (struct str){text.p, at}, text);
    d.right = read_side(c, (struct str){text.p + right, text.n - right}, text);
    if (d.left.name < 0 && d.right.name < 0)
        die_usage("--fail-on: \"%.*s\" has no measure in it", STR_ARG(text));
    c->condition = mem_grow(c->condition, &c->cap, c->n + 1, sizeof *c->condition);
    c->condition[c->n++] = d;
}

struct check *check_parse(const char *text, const char *const *names)
{
    struct check *c = mem_zero(1, sizeof *c);
    size_t n = 0;
    while (names[n])
        n++;
    c->names = names;
    c->value = mem_alloc(n, sizeof *c->value);
    c->told_of = mem_alloc(n, sizeof *c->told_of);
    forget_values(c);
    struct str rest = str_of(text);
    while (text && rest.p)
        add_condition(c, str_cut(rest, ',', &rest));
    return c;
}

void check_value(struct check *c, const char *name, double value)
{
    for (size_t i = 0; c->names[i]; i++)
        if (strcmp(c->names[i], name) == 0) {
            c->value[i] = value;
            c->told_of[i] = true;
        }
}

static double value_of(const struct check *c, struct side s)
{
    return s.name >= 0 ? c->value[s.name] : s.number;
}

static bool is_told(const struct check *c, struct side s)
{
    return s.name < 0 || c->told_of[s.name];
}

static bool holds(const struct condition *d, double left, double right)
{
    if (d->equal && left == right)
        return true;
    return d->less ? left < right : left > right;
}

static void tell_side(struct check *c, struct side s)
{
    if (s.name < 0)
        return;
    buf_print(&c->told, " %s is ", c->names[s.name]);
    if (isfinite(c->value[s.name]))
        num_put(&c->told, c->value[s.name]);
    else
        buf_text(&c->told, "undefined");
}

static void tell(struct check *c, const struct condition *d, struct str group)
{
    if (c->failed++ >= TOLD_MAX)
        return;
    if (c->told.n)
        buf_text(&c->told, "; ");
    buf_str(&c->told, d->text);
    buf_char(&c->told, ':');
    tell_side(c, d->left);
    if (d->left.name >= 0 && d->right.name >= 0)
        buf_char(&c->told, ',');
    tell_side(c, d->right);
    if (group.n)
        buf_print(&c->told, " in %.*s", STR_ARG(group));
}

void check_group(struct check *c, struct str group)
{
    for (size_t i = 0; i < c->n; i++) {
        struct condition *d = &c->condition[i];
        if (!is_told(c, d->left) || !is_told(c, d->right))
            continue;
        d->judged = true;
        double left = value_of(c, d->left), right = value_of(c, d->right);
        if (!isfinite(left) || !isfinite(right) || holds(d, left, right))
            tell(c, d, group);
    }
    forget_values(c);
}

void check_end(struct check *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (!c->condition[i].judged)
            tell(c, &c->condition[i], str_of(NULL));
    if (c->failed > TOLD_MAX)
        buf_print(&c->told, "; and %llu more", (unsigned long long)(c->failed - TOLD_MAX));
    if (c->failed)
        die_check("--fail-on %s", buf_cstr(&c->told));
    buf_release(&c->told);
    mem_free(c->condition);
    mem_free(c->value);
    mem_free(c->told_of);
    mem_free(c);
}
