/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <math.h>

#include "columns.h"
#include "label.h"
#include "mem.h"
#include "num.h"

const char gate_below[] = "below 0 (a weight is 0 or more)";
const char gate_outside[] = "not within [0, 1] (calibration is of probabilities)";

static struct str name_of(const struct csv_in *in, long column)
{
    return csv_header(in)->name[column];
}

static bool has(const struct csv_in *in, const struct row *row, long column)
{
    return column != COLUMN_NONE && !csv_missing(in, row->text[column]);
}

/* The first column that is needed and missing, or COLUMN_NONE. */
static long find_missing(const struct gate *g, const struct csv_in *in, const struct row *row)
{
    const long needed[] = {g->label, g->weight.column, g->cluster, g->user};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (needed[i] != COLUMN_NONE && !has(in, row, needed[i]))
            return needed[i];
    if (has(in, row, g->score.column) || has(in, row, g->class))
        return COLUMN_NONE;
    return g->score.column != COLUMN_NONE ? g->score.column : g->class;
}

/* Why a text is no number to be used, NULL: it is one. */
static const char *fault(
    struct str text, const struct gate_number *may, double *x, enum reject *code)
{
    *x = 0;
    enum num_status status = num_double(text, x);
    *code = status == NUM_NOT ? E_NUM : E_RANGE;
    if (status != NUM_OK)
        return status == NUM_RANGE ? "beyond the greatest number that can be held" : "not a number";
    return *x < may->least || *x > may->most ? may->beyond : NULL;
}

static bool is_usable(struct gate_number *n, struct csv_in *in, const struct row *row)
{
    double x;
    enum reject code;
    if (n->column == COLUMN_NONE || n->type == TABLE_CATEGORY || !has(in, row, n->column))
        return true;
    struct str text = row->text[n->column], name = name_of(in, n->column);
    const char *what = fault(text, n, &x, &code);
    n->numbers += code == E_RANGE;
    n->others += code == E_NUM;
    n->outside += what == n->beyond;
    if (what && code == E_NUM && n->type == TABLE_NUMBER) /* as good as missing, by --numeric */
        csv_reject(in, row, code, "%.*s: \"%.*s\" is %s", STR_ARG(name), STR_ARG(text), what);
    else if (what)
        csv_unusable(in, row, code, name.p, "\"%.*s\" is %s", STR_ARG(text), what);
    return !what;
}

/* Which of score and class is needed will be known when all labels are. */
static void hold(struct gate *g, const struct csv_in *in, const struct row *row)
{
    bool both = g->score.column != COLUMN_NONE && g->class != COLUMN_NONE;
    if (!both || has(in, row, g->score.column) == has(in, row, g->class))
        return;
    g->held = mem_grow(g->held, &g->held_cap, g->holds + 1, sizeof *g->held);
    g->held[g->holds++] =
        (struct row){.bytes = {mem_text(row->bytes.p, row->bytes.n), row->bytes.n},
            .file = row->file,
            .line = row->line,
            .byte = row->byte,
            .number = row->number};
}

void gate_release(struct gate *g)
{
    for (size_t i = 0; i < g->holds; i++)
        mem_free((void *)(uintptr_t)g->held[i].bytes.p);
    mem_free(g->held);
}

bool gate_open(void *context, struct csv_in *in, const struct row *row)
{
    struct gate *g = context;
    long missing = find_missing(g, in, row);
    if (missing != COLUMN_NONE) {
        g->missing++;
        csv_reject(in, row, E_REQUIRED, "%.*s is missing", STR_ARG(name_of(in, missing)));
        return false;
    }
    struct str label = row->text[g->label];
    if (g->outcome && label_read(label, NULL) < 0) {
        csv_unusable(in, row, E_ENUM, name_of(in, g->label).p,
            "\"%.*s\" is no outcome (0/1, -1/1, no/yes, false/true)", STR_ARG(label));
        g->strangers++;
        return false;
    }
    g->labels++;
    if (!is_usable(&g->score, in, row) || !is_usable(&g->weight, in, row))
        return false;
    hold(g, in, row);
    return true;
}

bool gate_weight(struct csv_in *in, const struct row *row, size_t column, double *w)
{
    enum reject code;
    struct str text = row->text[column];
    static const struct gate_number weight = {.least = 0, .most = INFINITY, .beyond = gate_below};
    const char *what = fault(text, &weight, w, &code);
    if (!what && *w > 0 && (*w > GATE_MOST || *w < 1 / GATE_MOST))
        what = "out of range (a weight is 0, or from 1e-150 to 1e150)";
    if (what)
        csv_unusable(
            in, row, code, name_of(in, (long)column).p, "\"%.*s\" is %s", STR_ARG(text), what);
    return !what;
}
