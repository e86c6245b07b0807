/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <string.h>

#include "num.h"

static const char *const pairs[][2] = {{"0", "1"}, {"-1", "1"}, {"no", "yes"}, {"false", "true"}};
static const double numbers[][2] = {{0, 1}, {-1, 1}}; /* of the first pairs */
enum { PAIRS = sizeof pairs / sizeof *pairs, NUMBERS = sizeof numbers / sizeof *numbers };

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
    double x;
    bool number = num_double(s, &x) == NUM_OK;
    for (size_t i = 0; i < NUMBERS && number; i++)
        set |= x == numbers[i][side] ? 1u << i : 0;
    for (size_t i = NUMBERS; i < PAIRS && !number; i++)
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

bool pair_same(struct str a, struct str b)
{
    double x, y;
    if (str_equal(a, b))
        return true;
    if (num_double(a, &x) == NUM_OK)
        return num_double(b, &y) == NUM_OK && x == y;
    return (set_of_side(a, 0) & set_of_side(b, 0)) || (set_of_side(a, 1) & set_of_side(b, 1));
}

bool pair_tells(struct str negative, struct str positive)
{
    return set_of_side(negative, 0) & set_of_side(positive, 1);
}

struct str pair_other(const char *known, size_t side)
{
    for (size_t i = 0; i < PAIRS; i++)
        if (!known || set_of_side(str_of(known), !side) & 1u << i)
            return str_of(pairs[i][side]);
    return (struct str){"", 0};
}
