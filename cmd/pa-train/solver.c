/* SPDX-License-Identifier: MIT */
#include "solver.h"

#include <string.h>

#include "conjugate.h"
#include "descent.h"
#include "die.h"
#include "firth.h"
#include "lbfgs.h"
#include "pilot.h"

/* Newton's method while its Hessian is cheap, or is wanted for standard errors, or what has no
 * optimum is to be told. */
static const char *choose(const struct glm_problem *p, bool errors)
{
    enum { DEAR = 100, DEAR_WITHOUT = 600 }; /* predictors times what a row has of each */
    size_t n = glm_size(p), outputs = n / (1 + p->x->width);
    bool dear =
        outputs * (1 + p->x->numerics + p->x->groups) > (pilot_pays(p) ? DEAR : DEAR_WITHOUT);
    bool penalised = p->x->width && p->l2[0] > 0;
    if (p->l1)
        return "cd";
    return n <= GLM_MOST && penalised && !errors && dear ? "lbfgs" : "newton";
}

static bool is_newton(const char *name)
{
    return strcmp(name, "newton") == 0;
}

/* Newton's method or L-BFGS, the latter with a metric if the size allows one. */
static enum glm_status begin_near(
    const struct glm_problem *p, const char *name, struct glm_fit *fit)
{
    enum { METRIC_MOST = 2048 };
    bool newton = is_newton(name);
    bool metric = !newton && glm_size(p) <= METRIC_MOST;
    struct glm_problem near = *p;
    bool wanted = metric || (newton && !p->start);
    struct pilot *pilot = wanted ? pilot_new(p, name, metric) : NULL;
    if (pilot) {
        near.start = p->start ? p->start : pilot->start;
        near.metric = pilot->metric;
        near.steepest = pilot->steepest;
    }
    enum glm_status status = (newton ? glm_fit : lbfgs_fit)(&near, fit);
    if (pilot && status != GLM_OK && status != GLM_MAX_ITER) { /* what is wrong is said from afar */
        glm_release(fit);
        status = (newton ? glm_fit : lbfgs_fit)(p, fit);
    }
    pilot_free(pilot);
    return status;
}

const char *solver_name(const struct solver *s, const struct glm_problem *p)
{
    return s->firth || !p->x->width ? "newton" : s->name ? s->name : choose(p, s->errors);
}

enum glm_status solver_fit(const struct solver *s, const struct glm_problem *p, struct glm_fit *fit)
{
    const char *name = solver_name(s, p);
    if (s->firth && glm_size(p) > GLM_MOST)
        die("--firth takes at most %d coefficients, not %zu", GLM_MOST, glm_size(p));
    if (s->firth)
        return firth_fit(p, fit);
    if (strcmp(name, "cd") == 0)
        return descent_fit(p, fit);
    if (is_newton(name) && glm_size(p) > GLM_MOST)
        return conjugate_fit(p, fit);
    return begin_near(p, name, fit);
}
