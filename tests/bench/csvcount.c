/* SPDX-License-Identifier: MIT */
/* csvcount FILE - count fields and rows with libcsv alone: the peer of our reader */
#include <csv.h>
#include <stdio.h>

static unsigned long fields, rows;

static void field(void *p, size_t n, void *context)
{
    (void)p, (void)n, (void)context;
    fields++;
}

static void row(int c, void *context)
{
    (void)c, (void)context;
    rows++;
}

int main(int argc, char **argv)
{
    static char buffer[1 << 18];
    struct csv_parser parser;
    FILE *in = argc > 1 ? fopen(argv[1], "rb") : stdin;
    size_t n;
    if (!in || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
        return 1;
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
        if (csv_parse(&parser, buffer, n, field, row, NULL) != n)
            return 1;
    csv_fini(&parser, field, row, NULL);
    csv_free(&parser);
    printf("%lu fields %lu rows\n", fields, rows);
    return 0;
}
