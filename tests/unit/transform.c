/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-features/transform.c */
#include "cmd/pa-features/transform.h"

#include <math.h>

#include "t.h"

static const double x[] = {4, NAN, 1, 3, 2, 10, NAN};
static const size_t n = sizeof x / sizeof *x;

static struct transform scale(const char *method)
{
    struct transform t;
    if (!transform_scale_of(&t, str_of(method)))
        printf("# no method %s\n", method);
    transform_learn(&t, x, n);
    return t;
}

static struct transform bin(const char *rule)
{
    struct transform t;
    if (!transform_bin_of(&t, str_of(rule)))
        printf("# no rule %s\n", rule);
    transform_learn(&t, x, n);
    return t;
}

static void test_scale(void)
{
    /* sklearn 1.x: StandardScaler, MinMaxScaler, RobustScaler of 4, 1, 3, 2, 10 */
    struct transform t = scale("z");
    near(transform_scaled(&t, 4), 0, 1e-15);
    near(transform_scaled(&t, 10), 1.8973665961010275, 1e-15);
    ok(isnan(transform_scaled(&t, NAN)));
    t = scale("minmax");
    ok(transform_scaled(&t, 1) == 0 && transform_scaled(&t, 10) == 1);
    near(transform_scaled(&t, 4), 1.0 / 3, 1e-16);
    t = scale("robust");
    ok(transform_scaled(&t, 10) == 3.5 && transform_scaled(&t, 1) == -1);
    t = scale("log1p");
    near(transform_scaled(&t, 1), 0.6931471805599453, 1e-16);
    ok(isnan(transform_scaled(&t, -1)) && isnan(transform_scaled(&t, -2)) && !transform_learns(&t));
    t = scale("none");
    ok(transform_scaled(&t, 7.25) == 7.25);
    ok(!transform_scale_of(&t, str_of("zz")) && !transform_scale_of(&t, str_of("")));
}

static void test_no_spread(void)
{
    const double same[] = {5, 5, NAN}, none[] = {NAN};
    struct transform t;
    transform_scale_of(&t, str_of("z"));
    transform_learn(&t, same, 3);
    ok(transform_scaled(&t, 5) == 0 && transform_scaled(&t, 7) == 2);
    transform_scale_of(&t, str_of("robust"));
    transform_learn(&t, same, 3);
    ok(transform_scaled(&t, 7) == 2);
    transform_scale_of(&t, str_of("minmax"));
    transform_learn(&t, none, 1);
    ok(transform_scaled(&t, 7) == 7);
    transform_bin_of(&t, str_of("quantile:4"));
    transform_learn(&t, same, 3);
    ok(t.cuts == 1 && str_is(t.label[transform_binned(&t, 5)], "5.."));
    transform_release(&t);
    transform_bin_of(&t, str_of("width:3"));
    transform_learn(&t, none, 1);
    ok(t.cuts == 0 && str_is(t.label[transform_binned(&t, 5)], ".."));
    transform_release(&t);
}

static int label_is(const struct transform *t, double value, const char *label)
{
    return str_is(t->label[transform_binned(t, value)], label);
}

static void test_bin(void)
{
    struct transform t = bin("0,10,50");
    ok(!transform_learns(&t) && t.cuts == 3);
    ok(label_is(&t, -1e300, "..0") && label_is(&t, 0, "0..10") && label_is(&t, 9.999, "0..10"));
    ok(label_is(&t, 10, "10..50") && label_is(&t, 50, "50..") && label_is(&t, 1e300, "50.."));
    transform_release(&t);
    t = bin("quantile:2");
    ok(t.cuts == 1 && label_is(&t, 2.9, "..3") && label_is(&t, 3, "3.."));
    transform_release(&t);
    t = bin("quantile:4");
    ok(t.cuts == 3 && t.cut[0] == 2 && t.cut[1] == 3 && t.cut[2] == 4);
    transform_release(&t);
    t = bin("width:3");
    ok(t.cuts == 2 && t.cut[0] == 4 && t.cut[1] == 7);
    transform_release(&t);
    ok(!transform_bin_of(&t, str_of("10,0")) && !transform_bin_of(&t, str_of("1,1")));
    transform_release(&t);
    ok(!transform_bin_of(&t, str_of("quantile:1")) && !transform_bin_of(&t, str_of("depth:3")));
    ok(!transform_bin_of(&t, str_of("")) && !transform_bin_of(&t, str_of("width:")));
    ok(!transform_bin_of(&t, str_of("1,nan")));
    transform_release(&t);
}

static struct transform levels(const char *const *name, size_t count)
{
    struct transform t = {.kind = TRANSFORM_ONEHOT};
    struct dict *d = dict_new();
    for (size_t i = 0; i < count; i++)
        dict_add(d, str_of(name[i]));
    transform_learn_levels(&t, d, NULL);
    dict_free(d);
    return t;
}

static void test_onehot(void)
{
    static const char *const plain[] = {"b", "", "a"}, *const other[] = {"z", "other", "a"};
    struct transform t = levels(plain, 3);
    ok(t.indicators == 4 && transform_level(&t, str_of("")) == 0);
    ok(transform_level(&t, str_of("a")) == 1 && transform_level(&t, str_of("b")) == 2);
    ok(transform_level(&t, str_of("c")) == 3 && str_is(transform_level_name(&t, 3), "other"));
    transform_release(&t);
    t = levels(other, 3);
    ok(t.indicators == 3 && transform_level(&t, str_of("new")) == 1);
    ok(str_is(transform_level_name(&t, 1), "other") && str_is(transform_level_name(&t, 2), "z"));
    transform_release(&t);
}

int main(void)
{
    test_scale();
    test_no_spread();
    test_bin();
    test_onehot();
    return done();
}
