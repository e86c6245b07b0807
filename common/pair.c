/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <string.h>

static const char *const pairs[][2] = {{"0", "1"}, {"-1", "1"}, {"no", "yes"}, {"false", "true"}};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* word is in small letters. */
static bool is_word(struct str s, const char *word)
{
    if (s.n != strlen(word))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (lower(s.p[i]) != word[i])
            return false;
    return true;
}

static unsigned set_of_side(struct str s, int side)
{
    unsigned set = 0;
    for (size_t i = 0; i < PAIRS; i++)
        set |= is_word(s, pairs[i][side]) ? 1u << i : 0;
    return set;
}

unsigned pair_set(struct str s)
{
    return set_of_side(s, 0) | set_of_side(s, 1);
}

int pair_side(struct str s)
{
    return set_of_side(s, 1) ? 1 : set_of_side(s, 0) ? 0 : -1;
}

bool pair_tells(struct str negative, struct str positive)
{
    return set_of_side(negative, 0) & set_of_side(positive, 1);
}

struct str pair_other(const char *known, size_t side)
{
    for (size_t i = 0; i < PAIRS; i++)
        if (!known || is_word(str_of(known), pairs[i][!side]))
            return str_of(pairs[i][side]);
    return (struct str){"", 0};
}
