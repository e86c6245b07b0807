/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include "chosen.h"
#include "exits.h"
#include "mem.h"
#include "t.h"

static const struct str name[] = {{"user", 4}, {"item", 4}, {"n_view", 6}, {"n_cart", 6},
    {"n-order", 7}, {"a,b", 3}, {"!x", 2}, {"price", 5}, {"c*", 2}, {"cx", 2}};
static const struct header header = {name, sizeof name / sizeof *name};

static int is(const char *list, const char *wanted)
{
    return chosen(columns_parse("keep", list, &header), list, wanted);
}

static void parse(void *list)
{
    columns_parse("keep", list, &header);
}

static void option(void *column)
{
    columns_option("user", column, &header);
}

static void need(void *column)
{
    columns_need(str_of(column), &header, "the model m.tsv");
}

static int refused(const char *list, const char *text)
{
    return exits(2, text, parse, (void *)list);
}

static void test_lists(void)
{
    ok(is("user", "0"));
    ok(is("price,user", "7 0"));
    ok(is("price,user,price", "7 0"));
    ok(is("n_*", "2 3"));
    ok(is("n?order,n_*", "4 2 3"));
    ok(is("[iu]*", "0 1"));
    ok(is("item:n_cart", "1 2 3"));
    ok(is("item-n_cart", "1 2 3"));
    ok(is("n-order", "4"));
    ok(is("n_cart-n-order", "3 4"));
    ok(is("n-order-price", "4 5 6 7"));
    ok(is("a\\,b", "5"));
    ok(is("\\!x", "6"));
    ok(is("c*", "8"));
    ok(is("c?", "8 9"));
    ok(is("c\\*", "8"));
    ok(is("!user", "1 2 3 4 5 6 7 8 9"));
    ok(is("!user,!n_*,!\\!x", "1 4 5 7 8 9"));
    ok(is("user:n_cart,!item", "0 2 3"));
    ok(is("user:n_cart,!item,item", "0 2 3 1"));
    ok(is("*,!*,user", "0"));
    ok(is(NULL, ""));
}

static void test_refusals(void)
{
    ok(refused("usre", "--keep: there is no column \"usre\" (is \"user\" meant?)"));
    ok(refused("zzzzzzz", "(the input has user, item, n_view"));
    ok(refused("user,,item", "empty name"));
    ok(refused("", "empty name"));
    ok(refused("!", "empty name"));
    ok(refused("z*", "there is no column \"z*\""));
    ok(refused("price:user", "stands after"));
    ok(refused("user:nothing", "there is no column"));
    ok(exits(2, "--user: there is no column \"usr\" (is \"user\" meant?)", option, "usr"));
    ok(exits(1, "there is no column \"pric\", which the model m.tsv needs (is \"price\" meant?)",
        need, "pric"));
}

int main(void)
{
    test_lists();
    test_refusals();
    struct columns all = columns_all(&header);
    ok(all.n == header.n && all.at[9] == 9);
    ok(columns_have(&all, 9) && !columns_have(&all, 10));
    mem_free(all.at);
    ok(columns_find(&header, str_of("price")) == 7);
    ok(columns_find(&header, str_of("pric")) == COLUMN_NONE);
    ok(columns_option("user", "item", &header) == 1);
    ok(columns_need(str_of("item"), &header, "x") == 1);
    ok(columns_nearest(str_of("itme"), &header) == &name[1]);
    ok(!columns_nearest(str_of("qqqqqqq"), &header));
    ok(str_distance(str_of("abcd"), str_of("acbd")) == 1);
    ok(str_distance(str_of("kitten"), str_of("sitting")) == 3);
    ok(str_distance(str_of(""), str_of("abc")) == 3);
    ok(str_distance(str_of("ca"), str_of("abc")) == 3);
    return done();
}
