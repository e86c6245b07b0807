/* SPDX-License-Identifier: MIT */
#include "ftrl.h"

#include <math.h>

#include "mem.h"

uint32_t ftrl_add(struct ftrl *f)
{
    f->z = mem_grow(f->z, &f->z_cap, f->coordinates + 1, sizeof *f->z);
    f->n = mem_grow(f->n, &f->n_cap, f->coordinates + 1, sizeof *f->n);
    f->z[f->coordinates] = f->n[f->coordinates] = 0;
    return (uint32_t)f->coordinates++;
}

void ftrl_release(struct ftrl *f)
{
    mem_free(f->z);
    mem_free(f->n);
}

double ftrl_weight(const struct ftrl *f, uint32_t i)
{
    static const double BETA = 1;
    bool free = f->free && i == 0;
    double l1 = free ? 0 : f->l1, l2 = free ? 0 : f->l2, z = f->z[i];
    if (fabs(z) <= l1)
        return 0;
    return -(z - (z > 0 ? l1 : -l1)) / (l2 + (BETA + sqrt(f->n[i])) / f->rate);
}

double ftrl_predict(const struct ftrl *f, const struct design_entry *entry, size_t n, double *w)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        w[i] = ftrl_weight(f, entry[i].term);
        sum += w[i] * entry[i].value;
    }
    return sum;
}

void ftrl_learn(
    struct ftrl *f, const struct design_entry *entry, size_t n, const double *w, double slope)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t k = entry[i].term;
        double g = slope * entry[i].value, more = f->n[k] + g * g;
        f->z[k] += g - (sqrt(more) - sqrt(f->n[k])) / f->rate * w[i];
        f->n[k] = more;
    }
}
