/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-cluster/quality.c cmd/pa-cluster/silhouette.c cmd/pa-cluster/means.c */
/* links: cmd/pa-cluster/kmeans.c cmd/pa-cluster/kmeans_kernel.c cmd/pa-cluster/plusplus.c */
/* links: cmd/pa-cluster/sample.c */
#include "cmd/pa-cluster/quality.h"

#include "mem.h"
#include "rng.h"
#include "t.h"

/* Values of scikit-learn 1.9.1 (silhouette_score, davies_bouldin_score, calinski_harabasz_score).
 */
static void test_reference(void)
{
    const double x[] = {0, 0, 1, 5, 5, 6, 9, 9}, y[] = {0, 1, 0, 5, 6, 5, 0, 1};
    const uint32_t group[] = {0, 0, 0, 1, 1, 1, 2, 2};
    struct kmeans_data data = {8, 2, (const double *const[]){x, y}};
    struct quality q = quality_measure(&data, group, 3, 1, 1);
    near(q.within, 3.166666666666667, 1e-12);
    near(q.silhouette, 0.8276825032365227, 1e-12);
    near(q.simplified, 0.9036901066194744, 1e-12);
    near(q.davies_bouldin, 0.18847891292763608, 1e-12);
    near(q.calinski_harabasz, 110.69078947368418, 1e-9);
    ok(q.silhouette_rows == 8);
}

static double distance(const struct kmeans_data *x, size_t i, size_t j)
{
    double s = 0;
    for (size_t c = 0; c < x->width; c++)
        s += (x->column[c][i] - x->column[c][j]) * (x->column[c][i] - x->column[c][j]);
    return sqrt(s);
}

/* By the definition: one row after another, against every other. */
static double plain_silhouette(const struct kmeans_data *x, const uint32_t *group, size_t k)
{
    double total = 0;
    for (size_t i = 0; i < x->rows; i++) {
        double a = 0, b = INFINITY;
        for (uint32_t c = 0; c < k; c++) {
            double sum = 0, n = 0;
            for (size_t j = 0; j < x->rows; j++)
                if (group[j] == c && j != i) {
                    sum += distance(x, i, j);
                    n++;
                }
            if (c == group[i])
                a = n > 0 ? sum / n : -1;
            else if (n > 0 && sum / n < b)
                b = sum / n;
        }
        total += a < 0 ? 0 : (b - a) / fmax(a, b);
    }
    return total / (double)x->rows;
}

static void test_definition(void)
{
    enum { N = 300 };
    double column[3][N];
    uint32_t group[N];
    for (size_t i = 0; i < N; i++) {
        for (uint32_t j = 0; j < 3; j++)
            column[j][i] = rng_uniform(1, 99, i, j);
        group[i] = i == 7 ? 4 : (uint32_t)rng_below(1, 99, i, 9, 3); /* 3 is empty, 4 has one row */
    }
    struct kmeans_data x = {N, 3, (const double *const[]){column[0], column[1], column[2]}};
    struct quality q = quality_measure(&x, group, 5, 1, 2);
    near(q.silhouette, plain_silhouette(&x, group, 5), 1e-12);
    struct quality again = quality_measure(&x, group, 5, 1, 1);
    ok_named(!memcmp(&q, &again, sizeof q), "the same bits on several threads");
}

static void test_undefined(void)
{
    const double x[] = {1, 2, 3};
    const uint32_t one[] = {0, 0, 0}, each[] = {0, 1, 2};
    struct kmeans_data data = {3, 1, (const double *const[]){x}};
    struct quality q = quality_measure(&data, one, 1, 1, 1);
    ok(isnan(q.silhouette) && isnan(q.simplified) && isnan(q.davies_bouldin));
    ok(isnan(q.calinski_harabasz));
    near(q.within, 2, 0);
    q = quality_measure(&data, each, 3, 1, 1);
    near(q.silhouette, 0, 0);
    near(q.davies_bouldin, 0, 0);
    ok(isnan(q.calinski_harabasz));
}

/* Two far groups of which one is rare: the sample must hold rows of it. */
static void test_sample(void)
{
    enum { N = 60000 };
    double *column = mem_alloc(N, sizeof *column);
    uint32_t *group = mem_zero(N, sizeof *group);
    for (size_t i = 0; i < N; i++)
        column[i] = rng_uniform(1, 99, i, 0);
    for (size_t i = 0; i < 3; i++) {
        column[i * 1000] += 1000;
        group[i * 1000] = 1;
    }
    struct kmeans_data x = {N, 1, (const double *const[]){column}};
    struct quality q = quality_measure(&x, group, 2, 1, 2);
    near(q.silhouette, 1, 0.001);
    ok(q.silhouette_rows >= QUALITY_ROWS && q.silhouette_rows <= QUALITY_ROWS + 2);
    struct quality again = quality_measure(&x, group, 2, 1, 1);
    ok(!memcmp(&q, &again, sizeof q));
    mem_free(column);
    mem_free(group);
}

int main(void)
{
    test_reference();
    test_definition();
    test_undefined();
    test_sample();
    return done();
}
