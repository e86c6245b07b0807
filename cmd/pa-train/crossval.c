/* SPDX-License-Identifier: MIT */
#include "crossval.h"

#include <math.h>
#include <stdlib.h>

#include "hash.h"
#include "link.h"
#include "mem.h"
#include "rng.h"
#include "slope.h"
#include "weighting.h"

/* ---- parts ---- */

uint32_t *crossval_by_row(size_t rows, uint32_t folds, uint64_t seed)
{
    uint32_t *part = mem_alloc(rows, sizeof *part);
    for (size_t i = 0; i < rows; i++)
        part[i] = 1 + (uint32_t)rng_below(seed, RNG_TRAIN, i, 1, folds);
    return part;
}

uint32_t *crossval_by_user(
    const struct table_column *user, size_t rows, uint32_t folds, uint64_t seed)
{
    size_t users = dict_size(user->levels);
    uint32_t *of_user = mem_alloc(users, sizeof *of_user);
    uint32_t *part = mem_alloc(rows, sizeof *part);
    for (uint32_t u = 0; u < users; u++) {
        struct str name = dict_key(user->levels, u);
        uint64_t h = hash_sip24((struct hash_key){seed, RNG_TRAIN}, name.p, name.n);
        of_user[u] = 1 + (uint32_t)((h >> 32) * folds >> 32);
    }
    for (size_t i = 0; i < rows; i++)
        part[i] = of_user[user->code[i]];
    mem_free(of_user);
    return part;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

uint32_t *crossval_by_time(const int64_t *time, size_t rows, uint32_t folds)
{
    uint32_t *part = mem_zero(rows, sizeof *part);
    int64_t *sorted = mem_alloc(rows, sizeof *sorted);
    for (size_t i = 0; i < rows; i++)
        sorted[i] = time[i];
    qsort(sorted, rows, sizeof *sorted, ascending);
    for (uint32_t k = 1; k <= folds; k++) {
        int64_t from = sorted[rows / (folds + 1) * k + rows % (folds + 1) * k / (folds + 1)];
        for (size_t i = 0; i < rows; i++)
            part[i] += time[i] >= from;
    }
    mem_free(sorted);
    return part;
}

/* ---- fits ---- */

static bool trains(const struct crossval *c, uint32_t k, size_t row)
{
    return c->by_time ? c->part[row] < k : c->part[row] != k;
}

static double own_weight(const struct crossval *c, size_t row)
{
    return c->own ? c->own[row] : 1;
}

uint32_t crossval_check(const struct crossval *c, size_t *class)
{
    const struct glm_problem *p = c->problem;
    double *total = mem_alloc(p->classes, sizeof *total), test;
    for (uint32_t k = 1; k <= c->folds; k++) {
        test = 0;
        for (size_t j = 0; j < p->classes; j++)
            total[j] = 0;
        for (size_t i = 0; i < p->x->rows; i++) {
            test += c->part[i] == k ? own_weight(c, i) : 0;
            total[p->y[i]] += trains(c, k, i) ? (p->weight ? p->weight[i] : 1) : 0;
        }
        *class = test > 0 ? p->classes : SIZE_MAX;
        for (size_t j = p->classes; test > 0 && j-- > 0;)
            *class = total[j] > 0 ? *class : j;
        if (*class != p->classes) {
            mem_free(total);
            return k;
        }
    }
    mem_free(total);
    return 0;
}

/* Room for the problem of a fold. */
struct fold {
    struct glm_problem problem;
    double *weight, *own, *l2, *l1;
};

static struct fold fold_new(const struct crossval *c, uint32_t k)
{
    const struct glm_problem *p = c->problem;
    struct fold f = {*p, mem_alloc(p->x->rows, sizeof *f.weight),
        mem_alloc(p->x->rows, sizeof *f.own), mem_alloc(p->x->width, sizeof *f.l2),
        mem_alloc(p->x->width, sizeof *f.l1)};
    for (size_t i = 0; i < p->x->rows; i++) {
        f.weight[i] = trains(c, k, i) ? (p->weight ? p->weight[i] : 1) : 0;
        f.own[i] = trains(c, k, i) ? own_weight(c, i) : 0;
    }
    f.problem.weight = f.weight;
    f.problem.l2 = f.l2;
    f.problem.l1 = p->l1 ? f.l1 : NULL;
    return f;
}

static void fold_free(struct fold *f)
{
    mem_free(f->weight);
    mem_free(f->own);
    mem_free(f->l2);
    mem_free(f->l1);
}

/* eta (outputs, rows) of the fold's fit at this penalty, offset included, or NULL with the status.
 */
static double *fold_predict(const struct crossval *c, struct fold *f, struct lambdas lambda,
    struct glm_fit *fit, enum glm_status *status)
{
    const struct mat_design *x = c->problem->x;
    for (size_t j = 0; j < x->width; j++) {
        f->l2[j] = lambda.l2 * c->unit2[j];
        f->l1[j] = lambda.l1 * c->unit1[j];
    }
    *status = solver_fit(c->solver, &f->problem, fit);
    if (*status != GLM_OK && *status != GLM_MAX_ITER)
        return NULL;
    if (c->recentre)
        weighting_recentre(&f->problem, f->own, fit);
    *status = GLM_OK;
    return slope_predictors(&f->problem, fit->b);
}

/* By the predictors of all rows, which are used up. */
static double held_out_loss(const struct crossval *c, uint32_t k, double *eta)
{
    double loss = 0, weight = 0, *each = mem_alloc(c->problem->x->rows, sizeof *each);
    link_rows(c->problem, eta, each);
    for (size_t i = 0; i < c->problem->x->rows; i++)
        if (c->part[i] == k) {
            loss += own_weight(c, i) * each[i];
            weight += own_weight(c, i);
        }
    mem_free(each);
    return loss / weight;
}

struct crossval_end crossval_path(
    const struct crossval *c, const struct lambdas *path, size_t n, double *loss)
{
    struct crossval_end end = {.status = GLM_OK};
    for (uint32_t k = 1; k <= c->folds && end.status == GLM_OK; k++) {
        struct fold fold = fold_new(c, k);
        struct glm_fit fit[2] = {{0}, {0}};
        for (size_t i = 0; i < n && end.status == GLM_OK; i++) {
            struct glm_fit *now = &fit[i % 2];
            glm_release(now);
            end = (struct crossval_end){GLM_OK, k, path[i]};
            double *eta = fold_predict(c, &fold, path[i], now, &end.status);
            if (eta)
                loss[i * c->folds + k - 1] = held_out_loss(c, k, eta);
            fold.problem.start = now->b;
            mem_free(eta);
        }
        glm_release(&fit[0]);
        glm_release(&fit[1]);
        fold_free(&fold);
    }
    return end;
}

struct crossval_end crossval_scores(const struct crossval *c, struct lambdas lambda, double *eta)
{
    struct crossval_end end = {.status = GLM_OK};
    for (size_t i = 0; i < c->problem->x->rows; i++)
        eta[i] = NAN;
    for (uint32_t k = 1; k <= c->folds && end.status == GLM_OK; k++) {
        struct fold fold = fold_new(c, k);
        struct glm_fit fit;
        end = (struct crossval_end){GLM_OK, k, lambda};
        double *all = fold_predict(c, &fold, lambda, &fit, &end.status);
        for (size_t i = 0; all && i < c->problem->x->rows; i++)
            if (c->part[i] == k)
                eta[i] = all[i];
        mem_free(all);
        glm_release(&fit);
        fold_free(&fold);
    }
    return end;
}

/* ---- the choice ---- */

struct crossval_mean crossval_mean(const double *loss, uint32_t folds)
{
    double sum = 0, squares = 0, n = folds;
    for (uint32_t k = 0; k < folds; k++)
        sum += loss[k];
    for (uint32_t k = 0; k < folds; k++)
        squares += (loss[k] - sum / n) * (loss[k] - sum / n);
    return (struct crossval_mean){sum / n, sqrt(squares / (n - 1) / n)};
}

size_t crossval_choose(const double *loss, size_t n, uint32_t folds, bool one_se)
{
    size_t best = 0;
    struct crossval_mean least = crossval_mean(loss, folds);
    for (size_t i = 1; i < n; i++) {
        struct crossval_mean m = crossval_mean(loss + i * folds, folds);
        if (m.mean < least.mean) {
            least = m;
            best = i;
        }
    }
    for (size_t i = 0; one_se && i < best; i++)
        if (crossval_mean(loss + i * folds, folds).mean <= least.mean + least.error)
            return i;
    return best;
}
