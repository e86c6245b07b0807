/* SPDX-License-Identifier: MIT */
#include "role.h"

#include <string.h>

#include "mem.h"

struct named {
    const char *name;
    enum role role;
};

static const struct named known[] = {
    {"user", ROLE_KEY},
    {"item", ROLE_KEY},
    {"ad", ROLE_KEY},
    {"session", ROLE_KEY},
    {"order", ROLE_KEY},
    {"request", ROLE_KEY},
    {"time", ROLE_TIME},
    {"event", ROLE_EVENT},
    {"duration", ROLE_EVENT},
    {"quantity", ROLE_EVENT},
    {"click", ROLE_OUTCOME},
    {"conversion", ROLE_OUTCOME},
    {"cost", ROLE_OUTCOME},
    {"revenue", ROLE_OUTCOME},
    {"prob", ROLE_PROPENSITY},
    {"policy_prob", ROLE_PROPENSITY},
    {"slot", ROLE_POSITION},
    {"rank", ROLE_POSITION},
    {"weight", ROLE_BOOKKEEPING},
    {"fold", ROLE_BOOKKEEPING},
    {"score", ROLE_BOOKKEEPING},
    {"class", ROLE_BOOKKEEPING},
    {"distance", ROLE_BOOKKEEPING},
    {"reason", ROLE_BOOKKEEPING},
    {"q", ROLE_BOOKKEEPING},
    {"q_policy", ROLE_BOOKKEEPING},
    {"cluster", ROLE_GROUP},
};

/* score=CLASS, why1, why1_value, ...: families of columns that pa-rank writes */
static bool is_written_by_rank(struct str name)
{
    if (name.n > 6 && memcmp(name.p, "score=", 6) == 0)
        return true;
    if (name.n < 4 || memcmp(name.p, "why", 3) != 0)
        return false;
    size_t i = 3;
    while (i < name.n && name.p[i] >= '0' && name.p[i] <= '9')
        i++;
    struct str tail = {name.p + i, name.n - i};
    return i > 3 && (tail.n == 0 || str_is(tail, "_value"));
}

enum role role_of(struct str name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_is(name, known[i].name))
            return known[i].role;
    return is_written_by_rank(name) ? ROLE_BOOKKEEPING : ROLE_FEATURE;
}

const char *role_name(enum role role)
{
    static const char *const name[] = {"feature", "key", "time", "event", "outcome", "propensity",
        "position", "bookkeeping", "group"};
    return name[role];
}

bool role_is_learnt_from(enum role role)
{
    return role == ROLE_FEATURE || role == ROLE_GROUP;
}

static void put_name(struct buf *text, struct str name, const char *why)
{
    buf_text(text, text->n ? ", " : "");
    buf_str(text, name);
    if (why)
        buf_print(text, " (%s)", why);
}

/* Without -f: what the roles allow; the rest is told. */
static struct columns by_role(const struct header *h, const struct columns * not )
{
    struct columns chosen = {mem_alloc(h->n, sizeof *chosen.at), 0};
    struct buf left = {0};
    for (size_t i = 0; i < h->n; i++) {
        enum role role = role_of(h->name[i]);
        if (role_is_learnt_from(role))
            chosen.at[chosen.n++] = i;
        else if (!columns_have(not, i))
            put_name(&left, h->name[i], role_name(role));
    }
    if (left.n)
        warn("not learnt from, because of their roles: %.*s", STR_ARG(left));
    buf_release(&left);
    return chosen;
}

static void take_away(struct columns *c, const struct columns *other)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++)
        if (!columns_have(other, c->at[i]))
            c->at[kept++] = c->at[i];
    c->n = kept;
}

static void tell(const struct header *h, const struct columns *chosen, const struct columns * not )
{
    struct buf text = {0};
    for (size_t i = 0; i < chosen->n; i++)
        put_name(&text, h->name[chosen->at[i]], NULL);
    note("learnt from: %.*s", STR_ARG(text));
    long weight = columns_find(h, str_of("weight"));
    if (weight != COLUMN_NONE && !columns_have(chosen, (size_t)weight) &&
        !columns_have(not, (size_t)weight))
        warn("the column \"weight\" is not used: every row counts once");
    buf_release(&text);
}

struct columns role_features(const struct header *h, const struct role_choice *choice)
{
    struct columns none = {NULL, 0};
    const struct columns *not = choice->not ? choice->not : &none;
    struct columns chosen =
        choice->features ? columns_parse("features", choice->features, h) : by_role(h, not );
    struct columns excluded = columns_parse("exclude", choice->exclude, h);
    take_away(&chosen, &excluded);
    take_away(&chosen, not );
    tell(h, &chosen, not );
    mem_free(excluded.at);
    return chosen;
}
