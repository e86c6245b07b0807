/* SPDX-License-Identifier: MIT */
#include "role.h"

#include "chosen.h"
#include "die.h"
#include "exits.h"
#include "mem.h"
#include "t.h"

static const struct str name[] = {{"user", 4}, {"time", 4}, {"price", 5}, {"click", 5},
    {"cluster", 7}, {"weight", 6}, {"label", 5}, {"why1", 4}, {"whyever", 7}};
static const struct header header = {name, sizeof name / sizeof *name};

static int is(struct role_choice choice, const char *wanted)
{
    return chosen(
        role_features(&header, &choice), choice.features ? choice.features : "by role", wanted);
}

static void learn(void *choice)
{
    die_program("pa-test");
    die_verbosity(false, false);
    role_features(&header, choice);
}

static void test_names(void)
{
    ok(role_of(str_of("user")) == ROLE_KEY && role_of(str_of("request")) == ROLE_KEY);
    ok(role_of(str_of("users")) == ROLE_FEATURE && role_of(str_of("")) == ROLE_FEATURE);
    ok(role_of(str_of("duration")) == ROLE_EVENT && role_of(str_of("slot")) == ROLE_POSITION);
    ok(role_of(str_of("policy_prob")) == ROLE_PROPENSITY);
    ok(role_of(str_of("revenue")) == ROLE_OUTCOME);
    ok(role_of(str_of("score")) == ROLE_BOOKKEEPING);
    ok(role_of(str_of("score=a")) == ROLE_BOOKKEEPING);
    ok(role_of(str_of("score_a")) == ROLE_FEATURE);
    ok(role_of(str_of("why12")) == ROLE_BOOKKEEPING);
    ok(role_of(str_of("why3_value")) == ROLE_BOOKKEEPING);
    ok(role_of(str_of("why")) == ROLE_FEATURE && role_of(str_of("why1x")) == ROLE_FEATURE);
    ok(role_of(str_of("cluster")) == ROLE_GROUP);
    ok(strcmp(role_name(ROLE_BOOKKEEPING), "bookkeeping") == 0);
    ok(strcmp(role_name(ROLE_FEATURE), "feature") == 0);
}

static void test_choice(void)
{
    size_t at[] = {3, 6};
    struct columns not = {at, 2};
    die_verbosity(true, false);
    ok(is((struct role_choice){0}, "2 4 6 8"));
    ok(is((struct role_choice){.not = &not }, "2 4 8"));
    ok(is((struct role_choice){.exclude = "cluster,price"}, "6 8"));
    ok(is((struct role_choice){.features = "click,user", .not = &not }, "0"));
    ok(is((struct role_choice){.features = "weight:label,user"}, "5 6 0"));
    ok(is((struct role_choice){.features = "*", .exclude = "why*"}, "0 1 2 3 4 5 6"));
    ok(exits(99, "because of their roles: user (key), time (time), weight (bookkeeping), why1",
        learn, &(struct role_choice){.not = &not }));
    ok(exits(99, "\"weight\" is not used", learn, &(struct role_choice){.features = "price"}));
    ok(exits(2, "--features: there is no column", learn, &(struct role_choice){.features = "no"}));
    ok(exits(2, "--exclude: there is no column", learn, &(struct role_choice){.exclude = "no"}));
}

int main(void)
{
    test_names();
    test_choice();
    return done();
}
