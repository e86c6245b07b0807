/* SPDX-License-Identifier: MIT */
#include "csv_quoting.h"

/* A byte that is no mark stands behind the quote: it has not closed the field. */
static void pass_bytes(struct quoting *q, size_t at)
{
    if (!q->quote || q->quote == at)
        return;
    q->broken = true;
    q->quote = 0;
}

static void step_quote(struct quoting *q, size_t at)
{
    if (q->open) {
        q->doubled += q->quote > 0;
        q->quote = q->quote ? 0 : at + 1;
        return;
    }
    q->open = at == q->field;
    q->broken |= !q->open;
}

void quoting_step(struct quoting *q, char c, size_t at, char delim)
{
    pass_bytes(q, at);
    bool outside = !q->open || q->quote;
    q->marks++;
    if (!q->fault.byte && (c == '\0' || (c == '\r' && outside)))
        q->fault = (struct fault){at + 1, q->fields, q->lines};
    if (c == '"') {
        step_quote(q, at);
    } else if (c == '\n') {
        q->lines++;
    } else if (c == '\r') {
        q->ended = outside ? at + 1 : q->ended;
    } else if (c == delim && outside) {
        q->fields++;
        q->field = at + 1;
        q->line = q->lines;
        q->open = false;
        q->quote = q->doubled = 0;
    }
}

size_t quoting_text(const struct quoting *q, size_t n, bool row_may_end)
{
    size_t end = n - (row_may_end && q->ended && q->ended == n);
    return end - (q->quote && q->quote == end) - q->field - q->open - q->doubled;
}

bool quoting_goes_on(const struct quoting *q, size_t at, bool lenient)
{
    return q->open && !q->ended && q->quote != at && (lenient || !(q->broken || q->quote));
}

static size_t less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

void quoting_advance(struct quoting *q, size_t marks, size_t bytes)
{
    q->marks = less(q->marks, marks);
    q->field = less(q->field, bytes);
    q->quote = less(q->quote, bytes);
    q->ended = less(q->ended, bytes);
    q->fault.byte = less(q->fault.byte, bytes);
}

bool quoting_leap(struct quoting *here, size_t newline, const struct quoting *there,
    const struct quoting *far, struct quoting *fault)
{
    if (there->field > here->field)
        return false;
    struct quoting q = *far;
    size_t fields = here->fields - there->fields;
    uint64_t lines = here->lines - there->lines;
    q.fields += fields;
    q.lines += lines;
    q.line += lines;
    fault->fields += fields;
    fault->lines += lines;
    fault->fault.fields += fields;
    fault->fault.lines += lines;
    q.fault = here->fault.byte ? here->fault : fault->fault;
    q.broken |= here->broken;
    if (far->field <= newline) {
        q.field = here->field;
        q.line = here->line;
        q.doubled += here->doubled - there->doubled;
    }
    *here = q;
    return true;
}
