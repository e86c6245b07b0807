/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-cluster/kmeans_kernel.c cmd/pa-cluster/plusplus.c cmd/pa-cluster/sample.c */
/* Groups that run empty.  Beginnings are rows, so this hardly ever happens: centres are set here,
 * where no fit would put them, and so the source is included. */
#include "cmd/pa-cluster/kmeans.c"

#include "t.h"

/* One column of rows, each with the nearest of k centres; then empty groups are filled. */
static struct lloyd filled(const struct kmeans_data *x, size_t k, double *centre)
{
    struct lloyd l = lloyd_start(x, k, 1, centre);
    assign(&l);
    fill_empty(&l);
    return l;
}

static int groups_are(const struct lloyd *l, const uint32_t *group)
{
    return !memcmp(l->group, group, l->data->rows * sizeof *group);
}

static void test_which_row(void)
{
    const double row[] = {0, 0, 4, -4, 1000};
    struct kmeans_data x = {5, 1, (const double *const[]){row}};
    double centre[] = {0, 990, 5000, 6000};
    struct lloyd l = filled(&x, 3, centre);
    ok_named(groups_are(&l, (const uint32_t[]){0, 0, 2, 0, 1}),
        "the farthest row but the only one of its group, the first of equals");
    ok(l.d2[2] == 0 && l.d2[3] == 16 && l.d2[4] == 100);
    ok(counts(&l)[0] == 3 && counts(&l)[1] == 1 && counts(&l)[2] == 1);
    ok_named(l.sum[0] == -4 && l.sum[1] == 1000 && l.sum[2] == 4, "sums are of the new groups");
    lloyd_release(&l);
    l = filled(&x, 4, centre);
    ok_named(
        groups_are(&l, (const uint32_t[]){0, 0, 2, 3, 1}), "the next group takes the next row");
    lloyd_release(&l);
}

static void test_none_to_spare(void)
{
    const double row[] = {0, 3, 101};
    struct kmeans_data x = {3, 1, (const double *const[]){row}};
    double centre[] = {0, 100, 5000, 6000};
    struct lloyd l = filled(&x, 4, centre);
    ok_named(groups_are(&l, (const uint32_t[]){0, 2, 1}) && counts(&l)[3] == 0,
        "a group left with one row spares no more");
    move_centres(&l);
    ok_named(centre[0] == 0 && centre[1] == 101 && centre[2] == 3 && centre[3] == 6000,
        "a centre without rows stays");
    lloyd_release(&l);

    const double twice[] = {7, 7, 9};
    struct kmeans_data y = {3, 1, (const double *const[]){twice}};
    double at[] = {7, 9, 5000};
    l = filled(&y, 3, at);
    ok_named(farthest(&l) == NOWHERE && groups_are(&l, (const uint32_t[]){0, 0, 1}),
        "rows at their centres stay");
    lloyd_release(&l);
}

int main(void)
{
    test_which_row();
    test_none_to_spare();
    return done();
}
