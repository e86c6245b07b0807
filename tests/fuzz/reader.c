/* SPDX-License-Identifier: MIT */
/* Rows are views of what was shown, and do not depend on the pieces the bytes arrive in. */
#include "fuzz.h"

#include <string.h>

#include "csv_slice.h"
#include "mem.h"

static void put(struct buf *out, const struct slicer *s, enum slice got, size_t base)
{
    buf_print(out, "%d %zu %llu", (int)got, base + s->at, (unsigned long long)s->line);
    if (got == SLICE_BAD)
        buf_print(out, " %d %llu %zu %.*s<", (int)s->bad_code, (unsigned long long)s->bad_line,
            s->bad_field, STR_ARG(buf_view(&s->bad_message)));
    if (got == SLICE_BAD)
        buf_str(out, s->bad_bytes);
    for (size_t i = 0; got == SLICE_ROW && i < s->fields; i++) {
        must((s->rules.lenient || s->raw[i].n <= s->n) && s->text[i].n <= s->raw[i].n);
        buf_char(out, '<');
        buf_str(out, s->raw[i]);
        buf_char(out, '=');
        buf_str(out, s->text[i]);
    }
}

static void transcribe(
    struct buf *out, struct slice_rules rules, const char *p, size_t n, size_t step)
{
    struct slicer s;
    size_t base = 0, shown = 0;
    enum slice got = SLICE_MORE;
    slicer_init(&s, rules);
    while ((got = slicer_next(&s)) != SLICE_END) {
        if (got == SLICE_MORE) {
            bool last = shown == n;
            base += s.at;
            shown = n - shown < step ? n : shown + step;
            slicer_show(&s, p + base, shown - base, last);
            continue;
        }
        put(out, &s, got, base);
        if (got == SLICE_FAILED)
            break;
        if (got == SLICE_BAD)
            slicer_skip(&s);
    }
    slicer_release(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct slice_rules rules = {.delim = ',', .lenient = data[0] & 8};
    if (data[0] & 1)
        rules = (struct slice_rules){.delim = '\t', .tsv = true};
    rules.max_field = data[0] & 16 ? data[0] >> 5 : (size_t)20 << (data[0] & 6);
    struct buf whole = {0}, pieces = {0};
    char *text = mem_text((const char *)data + 2, size - 2);
    transcribe(&whole, rules, text, size - 2, size);
    transcribe(&pieces, rules, text, size - 2, 1 + data[1] % 40);
    must(str_equal(buf_view(&whole), buf_view(&pieces)));
    mem_free(text);
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
