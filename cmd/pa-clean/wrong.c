/* SPDX-License-Identifier: MIT */
#include "wrong.h"

#include "num.h"

bool wrong_number(struct csv_in *in, const struct row *row, const char *column, struct str text)
{
    double x;
    bool large = num_double(text, &x) == NUM_RANGE;
    return csv_bad(in, row, E_NUM, column, "\"%.*s\" is %s", STR_ARG(text),
        large ? "beyond the greatest number, 1.7976931348623157e308"
              : "not a number such as 12 or -0.5");
}

bool wrong_time(struct csv_in *in, const struct row *row, const char *column, struct str text,
    const struct timeform *form)
{
    return csv_bad(in, row, E_TIME, column, "\"%.*s\" is not a time %s %s", STR_ARG(text),
        form->in ? "of the form" : "such as",
        form->in ? form->in : "2026-01-31T12:34:56Z or Unix seconds");
}

bool wrong_kind(struct csv_in *in, const struct row *row, const char *column, struct str text,
    const struct kinds *kinds)
{
    return csv_bad(in, row, E_TIME, column,
        "\"%.*s\" is another kind of time than those before it in the file, %s", STR_ARG(text),
        kinds_name(kinds));
}
