/* SPDX-License-Identifier: MIT */
#include "tidy.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

size_t tidy_trim(struct draft *draft, const struct row *row, const struct columns *columns)
{
    size_t changed = 0;
    for (size_t i = 0; i < columns->n; i++) {
        struct str old = row->text[columns->at[i]], s = old;
        while (s.n && blank(s.p[s.n - 1]))
            s.n--;
        for (; s.n && blank(*s.p); s.n--)
            s.p++;
        if (s.n == old.n)
            continue;
        draft_set(draft, columns->at[i], s);
        changed++;
    }
    return changed;
}

static void lower(struct draft *draft, size_t column, struct str text, struct buf *small)
{
    buf_clear(small);
    for (size_t i = 0; i < text.n; i++)
        buf_char(small, capital(text.p[i]) ? (char)(text.p[i] + 'a' - 'A') : text.p[i]);
    draft_set(draft, column, buf_view(small));
}

size_t tidy_lower(struct draft *draft, const struct row *row, const struct columns *columns)
{
    struct buf small = {0};
    size_t changed = 0;
    for (size_t i = 0; i < columns->n; i++) {
        struct str text = row->text[columns->at[i]];
        size_t at = 0;
        while (at < text.n && !capital(text.p[at]))
            at++;
        if (at == text.n)
            continue;
        lower(draft, columns->at[i], text, &small);
        changed++;
    }
    buf_release(&small);
    return changed;
}
