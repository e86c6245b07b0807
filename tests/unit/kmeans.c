/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-cluster/kmeans.c cmd/pa-cluster/kmeans_kernel.c */
/* links: cmd/pa-cluster/plusplus.c cmd/pa-cluster/sample.c */
#include "cmd/pa-cluster/kmeans.h"
#include "cmd/pa-cluster/sample.h"

#include <stdlib.h>

#include "isa.h"
#include "mem.h"
#include "rng.h"
#include "t.h"

/* The eight points of the reference values (golden.json: inertia), columns x and y. */
static const double golden_x[] = {0, 0, 1, 5, 5, 6, 9, 9};
static const double golden_y[] = {0, 1, 0, 5, 6, 5, 0, 1};

static struct kmeans_data random_data(size_t rows, size_t width, uint32_t levels, uint64_t seed)
{
    double **column = mem_alloc(width, sizeof *column);
    for (size_t j = 0; j < width; j++) {
        column[j] = mem_alloc(rows, sizeof **column);
        for (size_t i = 0; i < rows; i++)
            column[j][i] = levels ? (double)rng_below(seed, 99, i, (uint32_t)j, levels)
                                  : rng_uniform(seed, 99, i, (uint32_t)j) * 10 - 3;
    }
    return (struct kmeans_data){rows, width, (const double *const *)column};
}

static void free_data(struct kmeans_data *data)
{
    for (size_t j = 0; j < data->width; j++)
        mem_free((void *)(uintptr_t)data->column[j]);
    mem_free((void *)(uintptr_t)data->column);
}

static struct kmeans_options options(size_t k)
{
    return (struct kmeans_options){.k = k, .restarts = 10, .max_iter = 300, .seed = 1, .jobs = 1};
}

static double square(const struct kmeans_data *x, size_t i, const double *point)
{
    double s = 0;
    for (size_t j = 0; j < x->width; j++)
        s += (x->column[j][i] - point[j]) * (x->column[j][i] - point[j]);
    return s;
}

/* The inertia of a partition given as digits in base k. */
static double partition_inertia(const struct kmeans_data *x, size_t k, const unsigned *group)
{
    double total = 0, mean[4];
    for (unsigned c = 0; c < k; c++) {
        size_t n = 0;
        memset(mean, 0, sizeof mean);
        for (size_t i = 0; i < x->rows; i++)
            for (size_t j = 0; group[i] == c && j < x->width; n += !j++)
                mean[j] += x->column[j][i];
        for (size_t j = 0; n && j < x->width; j++)
            mean[j] /= (double)n;
        for (size_t i = 0; i < x->rows; i++)
            if (group[i] == c)
                total += square(x, i, mean);
    }
    return total;
}

/* The least inertia of all partitions of a few rows. */
static double best_inertia(const struct kmeans_data *x, size_t k)
{
    unsigned group[16] = {0};
    double best = INFINITY;
    for (size_t i = 0; i < x->rows;) {
        double inertia = partition_inertia(x, k, group);
        best = inertia < best ? inertia : best;
        for (i = 0; i < x->rows && ++group[i] == k; i++)
            group[i] = 0;
    }
    return best;
}

/* Do the parts of a result agree with one another and with the data? */
static int sound(const struct kmeans_data *x, size_t k, const struct kmeans *km)
{
    double inertia = 0;
    uint64_t *size = mem_zero(k, sizeof *size), rows = 0;
    int good = 1;
    for (size_t i = 0; i < x->rows; i++) {
        double own = square(x, i, km->centre + km->group[i] * x->width);
        for (size_t c = 0; c < k; c++) {
            double other = square(x, i, km->centre + c * x->width);
            good &= other > own || (other == own && c >= km->group[i]) || own - other < 1e-12 * own;
        }
        good &= fabs(km->distance[i] - sqrt(own)) <= 1e-12 * sqrt(own);
        inertia += own;
        size[km->group[i]]++;
    }
    for (size_t c = 0; c < k; c++) {
        rows += km->size[c];
        good &= size[c] == km->size[c] && (!c || size[c] <= size[c - 1]);
    }
    mem_free(size);
    return good && rows == x->rows && fabs(inertia - km->inertia) <= 1e-10 * inertia;
}

static void test_golden(void)
{
    const double *column[] = {golden_x, golden_y};
    struct kmeans_data x = {8, 2, column};
    struct kmeans_options opt = options(3);
    struct kmeans km;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_OK);
    near(km.inertia, 3.166666666666667, 1e-12);
    ok(km.size[0] == 3 && km.size[1] == 3 && km.size[2] == 2);
    ok_named(km.group[0] == 0 && km.group[3] == 1 && km.group[7] == 2,
        "groups are numbered by size, then by their first row");
    near(km.centre[0], 1.0 / 3, 1e-15);
    near(km.distance[6], 0.5, 1e-15);
    kmeans_release(&km);
}

static void test_brute_force(void)
{
    int best = 1, whole = 1;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        size_t k = 2 + seed % 2;
        struct kmeans_data x = random_data(9, 1 + seed % 3, seed % 4 ? 0 : 4, seed);
        struct kmeans_options opt = options(k);
        opt.restarts = 300;
        opt.seed = seed;
        struct kmeans km;
        whole &= kmeans_fit(&x, &opt, &km) == KMEANS_OK && sound(&x, k, &km);
        best &= fabs(km.inertia - best_inertia(&x, k)) <= 1e-9 * (1 + km.inertia);
        kmeans_release(&km);
        free_data(&x);
    }
    ok_named(best, "the least inertia of all partitions of 9 rows, 40 times");
    ok_named(whole, "those results are consistent");
}

static int same(
    const struct kmeans_data *x, size_t k, const struct kmeans *a, const struct kmeans *b)
{
    return !memcmp(a->centre, b->centre, k * x->width * sizeof *a->centre) &&
           !memcmp(a->group, b->group, x->rows * sizeof *a->group) &&
           !memcmp(a->distance, b->distance, x->rows * sizeof *a->distance) &&
           !memcmp(&a->inertia, &b->inertia, sizeof a->inertia);
}

static void test_threads(size_t rows)
{
    struct kmeans_data x = random_data(rows, 5, 0, 7);
    for (unsigned restarts = 1; restarts <= 3; restarts += 2) {
        struct kmeans_options opt = options(13);
        opt.restarts = restarts;
        opt.max_iter = 20;
        struct kmeans one, many;
        kmeans_fit(&x, &opt, &one);
        ok(sound(&x, 13, &one));
        for (opt.jobs = 2; opt.jobs <= 4; opt.jobs += 2) {
            kmeans_fit(&x, &opt, &many);
            ok_named(same(&x, 13, &one, &many), "the same bits on several threads");
            kmeans_release(&many);
        }
        kmeans_release(&one);
    }
    free_data(&x);
}

/* Every instruction set that this machine has gives the bits of the portable code. */
static void test_kernel(const struct kmeans_kernel *kernel, const char *name)
{
    enum { N = 203, K = 11, WIDTH = 7 };
    struct kmeans_data x = random_data(N, WIDTH, 3, 5), c = random_data(WIDTH, K, 0, 6);
    double packed_from[K * WIDTH], d2[2][N], sum[2][K * WIDTH] = {{0}};
    uint32_t group[2][N];
    const struct kmeans_kernel *both[] = {&kmeans_kernel_portable, kernel};
    for (size_t i = 0; i < K * WIDTH; i++)
        packed_from[i] = c.column[i / WIDTH][i % WIDTH];
    size_t tiles;
    double *packed = kmeans_pack(packed_from, K, WIDTH, &tiles);
    for (int i = 0; i < 2; i++) {
        both[i]->nearest(x.column, WIDTH, 0, N, packed, tiles, group[i], d2[i]);
        both[i]->add(x.column, WIDTH, 0, N, group[i], sum[i]);
    }
    ok_named(!memcmp(group[0], group[1], sizeof group[0]), name);
    ok(!memcmp(d2[0], d2[1], sizeof d2[0]) && !memcmp(sum[0], sum[1], sizeof sum[0]));
    int right = 1;
    for (size_t i = 0; i < N; i++)
        right &= d2[1][i] == square(&x, i, packed_from + group[1][i] * WIDTH);
    ok_named(right, "distances are those of a plain loop, bit for bit");
    for (int i = 0; i < 2; i++)
        both[i]->distance(x.column, WIDTH, 3, N - 3, packed_from, d2[i]);
    ok(!memcmp(d2[0], d2[1], (N - 3) * sizeof *d2[0]));
    mem_free(packed);
    free_data(&x);
    free_data(&c);
}

static void test_duplicates(void)
{
    struct kmeans_data x = random_data(500, 2, 3, 11); /* nine distinct rows */
    struct kmeans_options opt = options(9);
    struct kmeans km;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_OK);
    near(km.inertia, 0, 0);
    ok_named(km.size[8] > 0, "as many groups as distinct rows: none is empty");
    kmeans_release(&km);
    opt.k = 10;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_FEW);
    ok(km.found == 9);
    kmeans_release(&km);
    free_data(&x);
}

static void test_every_row(void)
{
    struct kmeans_data x = random_data(40, 3, 0, 12);
    struct kmeans_options opt = options(40);
    struct kmeans km;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_OK);
    ok_named(km.inertia == 0 && km.size[0] == 1, "k = n: each row is a group");
    int order = 1;
    for (size_t i = 0; i < 40; i++)
        order &= km.group[i] == i;
    ok_named(order, "equal sizes are numbered by first row");
    kmeans_release(&km);
    opt.k = 1;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_OK && km.size[0] == 40);
    kmeans_release(&km);
    free_data(&x);
}

/* Rows that the sample does not hold: the few that differ must still get centres. */
static void test_rare_rows(void)
{
    enum { N = 200000 };
    double *column = mem_zero(N, sizeof *column);
    size_t *row = mem_alloc(KMEANS_SAMPLE, sizeof *row), rare[3], found = 0;
    sample_rows(1, N, KMEANS_SAMPLE, 2, row);
    for (size_t i = 0, s = 0; i < N && found < 3; i++)
        if (s < KMEANS_SAMPLE && row[s] == i)
            s++;
        else
            rare[found++] = i;
    for (size_t i = 0; i < 3; i++)
        column[rare[i]] = (double)(10 * (i + 1));
    struct kmeans_data x = {N, 1, (const double *const[]){column}};
    struct kmeans_options opt = options(4);
    struct kmeans km;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_OK);
    near(km.inertia, 0, 0);
    ok(km.size[0] == N - 3 && km.size[3] == 1 && km.group[rare[2]] == 3);
    kmeans_release(&km);
    opt.k = 5;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_FEW && km.found == 4);
    kmeans_release(&km);
    mem_free(row);
    mem_free(column);
}

static void test_limits(void)
{
    double far[] = {1e200, -1e200, 0, 3};
    struct kmeans_data x = {4, 1, (const double *const[]){far}};
    struct kmeans_options opt = options(2);
    struct kmeans km;
    ok(kmeans_fit(&x, &opt, &km) == KMEANS_RANGE);
    kmeans_release(&km);
    struct kmeans_data many = random_data(3000, 3, 0, 8);
    opt = options(12);
    opt.max_iter = 1;
    ok(kmeans_fit(&many, &opt, &km) == KMEANS_MAX_ITER);
    ok_named(sound(&many, 12, &km), "stopped early, rows are still with their nearest centre");
    kmeans_release(&km);
    free_data(&many);
}

static void test_sample(void)
{
    size_t all[1000], few[1000];
    sample_rows(3, 1000, 1000, 1, all);
    ok(all[0] == 0 && all[999] == 999);
    sample_rows(3, 1000, 100, 2, few);
    uint64_t worst = 0;
    size_t below = 0;
    for (size_t i = 0; i < 100; i++)
        worst = sample_hash(3, few[i]) > worst ? sample_hash(3, few[i]) : worst;
    for (size_t i = 0; i < 1000; i++)
        below += sample_hash(3, i) <= worst;
    ok_named(below == 100, "the 100 rows of smallest hash");
}

int main(void)
{
    test_golden();
    test_brute_force();
    test_threads(3000);
    test_threads(50000);
    test_kernel(&kmeans_kernel_portable, "portable");
    if (isa_level() >= ISA_AVX2)
        test_kernel(&kmeans_kernel_avx2, "avx2");
    if (isa_level() >= ISA_AVX512)
        test_kernel(&kmeans_kernel_avx512, "avx512");
    test_duplicates();
    test_every_row();
    test_rare_rows();
    test_limits();
    test_sample();
    return done();
}
