/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-render/mustache.c */
/* Any bytes are a template or an error within them; a template renders every field it names. */
#include "cmd/pa-render/mustache.h"

#include <stdint.h>
#include <stdlib.h>

#include "mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str *row(void *context, size_t i)
{
    static const struct str field[2] = {{"<a & 'b'>", 9}, {"0", 1}};

    (void)context;
    (void)i;
    return field;
}

/* Two rows, unless sections over rows could multiply without end. */
static size_t rows_for(struct str text)
{
    size_t n = 0;

    for (size_t i = 0; i + 4 <= text.n; i++)
        n += str_is((struct str){text.p + i, 4}, MUSTACHE_ROWS);
    return n <= 10 ? 2 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = mem_text((const char *)data, size);
    struct str text = {copy, size};
    struct mustache_error error;
    const struct mustache_use *use;
    size_t line;
    struct mustache *m = mustache_parse(text, &error);

    if (!m) {
        if (!error.line || error.tag.p < text.p || error.tag.p + error.tag.n > text.p + text.n)
            abort();
        mem_free(copy);
        return 0;
    }
    size_t n = mustache_names(m, &use, &line), rows = rows_for(text);
    size_t *column = mem_alloc(n, sizeof *column);
    struct buf out = {0};
    for (size_t i = 0; i < n; i++)
        column[i] = use[i].line % 2;
    mem_free(copy);
    mustache_render(m, &(struct mustache_data){column, row(NULL, 0), rows, row, NULL}, true, &out);
    buf_release(&out);
    mem_free(column);
    mustache_free(m);
    return 0;
}
