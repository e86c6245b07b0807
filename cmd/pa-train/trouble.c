/* SPDX-License-Identifier: MIT */
#include "trouble.h"

#include <math.h>

#include "mem.h"

/* rows (width + 1, classes) of a group; the last row: no column. */
static uint64_t *count(const struct glm_problem *p, const struct mat_group *g)
{
    uint64_t *rows = mem_zero((g->width + 1) * p->classes, sizeof *rows);
    for (size_t i = 0; i < p->x->rows; i++) {
        uint32_t c = mat_group_column(g, i);
        rows[(c == MAT_NONE ? g->width : c) * p->classes + p->y[i]]++;
    }
    return rows;
}

struct trouble *trouble_groups(const struct glm_problem *p, size_t *n)
{
    struct trouble *found = NULL;
    size_t cap = 0;
    *n = 0;
    for (size_t g = 0; g < p->x->groups; g++) {
        const struct mat_group *group = &p->x->group[g];
        uint64_t *rows = count(p, group);
        for (size_t c = 0; c <= group->width && !group->value; c++) {
            uint64_t total = 0;
            for (size_t k = 0; k < p->classes; k++)
                total += rows[c * p->classes + k];
            for (uint32_t k = 0; total && k < p->classes; k++)
                if (!rows[c * p->classes + k]) {
                    found = mem_grow(found, &cap, *n + 1, sizeof *found);
                    found[(*n)++] =
                        (struct trouble){g, c == group->width ? MAT_NONE : (uint32_t)c, k, total};
                }
        }
        mem_free(rows);
    }
    return found;
}

size_t trouble_step(const struct glm_problem *p, const struct glm_fit *fit, bool *away)
{
    double most = 0;
    size_t n = 0;
    for (size_t i = 0; i < fit->outputs * fit->order; i++)
        if (i % fit->order && fabs(fit->step[i]) > most)
            most = fabs(fit->step[i]);
    for (size_t j = 0; j < p->x->width; j++) {
        away[j] = false;
        for (size_t k = 0; k < fit->outputs; k++)
            away[j] = away[j] || fabs(fit->step[k * fit->order + 1 + j]) >= most / 10;
        n += away[j];
    }
    return n;
}
