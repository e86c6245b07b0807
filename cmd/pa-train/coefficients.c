/* SPDX-License-Identifier: MIT */
#include "coefficients.h"

#include "estimate.h"

/* The table's columns: class where there is one, and those from the term on. */
struct columns_of {
    struct csv_out *out;
    bool classes;
    double z; /* 0: no tests */
    size_t class, term;
};

static void write_row(
    const struct columns_of *c, struct str class, struct str term, double estimate, double error)
{
    if (c->classes)
        csv_set_text(c->out, c->class, class);
    csv_set_text(c->out, c->term, term);
    csv_set_number(c->out, c->term + 1, estimate);
    csv_set_number(c->out, c->term + 2, error);
    if (c->z > 0) {
        struct wald wald = estimate_wald(estimate, error, c->z);
        csv_set_number(c->out, c->term + 3, wald.statistic);
        csv_set_number(c->out, c->term + 4, wald.p_value);
        csv_set_number(c->out, c->term + 5, wald.low);
        csv_set_number(c->out, c->term + 6, wald.high);
    }
    csv_write(c->out, NULL);
}

static struct columns_of add_columns(struct csv_out *out, bool classes, double z)
{
    static const char *const rest[] = {
        "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"};
    struct columns_of c = {.out = out, .classes = classes, .z = z};
    if (classes)
        c.class = csv_add(out, str_of("class"));
    c.term = csv_add(out, str_of("term"));
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        csv_add(out, str_of(rest[i]));
    return c;
}

void coefficients_write(struct csv_out *out, const struct linear *m, const double *error,
    const size_t *order, size_t without, double z)
{
    size_t terms = m->design->terms;
    struct columns_of c = add_columns(out, m->outputs > 1, z);
    for (size_t k = 0; k < m->outputs; k++) {
        const double *e = error + k * (1 + terms);
        struct str class = m->class[m->outputs > 1 ? k : 1];
        if (k == without)
            continue;
        if (!m->no_intercept)
            write_row(&c, class, str_of("(intercept)"), m->intercept[k], e[0]);
        for (size_t i = 0; i < terms; i++) {
            size_t t = order[i];
            write_row(&c, class, m->design->term[t].name, m->weight[k * terms + t], e[1 + t]);
        }
    }
}
