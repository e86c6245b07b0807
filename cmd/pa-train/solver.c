/* SPDX-License-Identifier: MIT */
#include "solver.h"

#include <string.h>

#include "descent.h"
#include "die.h"
#include "lbfgs.h"

/* Newton's method while its Hessian is cheap, or is wanted for standard errors. */
const char *solver_choose(const struct glm_problem *p, bool errors)
{
    enum { DEAR = 150 }; /* predictors times what a row has of each, under a penalty */
    size_t n = glm_size(p), outputs = n / (1 + p->x->width);
    bool dear = outputs * (1 + p->x->numerics + p->x->groups) > DEAR;
    if (p->l1)
        return "cd";
    return n > GLM_MOST || (p->form == GLM_SYMMETRIC && !errors && dear) ? "lbfgs" : "newton";
}

enum glm_status solver_fit(const struct glm_problem *p, const char *name, struct glm_fit *fit)
{
    if (strcmp(name, "cd") == 0)
        return descent_fit(p, fit);
    if (p->l1)
        die_usage("--solver %s: a penalty --l1 needs cd", name);
    if (strcmp(name, "lbfgs") == 0)
        return lbfgs_fit(p, fit);
    if (glm_size(p) > GLM_MOST)
        die("%zu coefficients are more than Newton's method takes, %d (--solver lbfgs takes them)",
            glm_size(p), GLM_MOST);
    return glm_fit(p, fit);
}
