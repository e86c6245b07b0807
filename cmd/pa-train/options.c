/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <string.h>

#include "die.h"
#include "factors.h"
#include "num.h"
#include "timestamp.h"
#include "tuning.h"

/* Is this word among those of --algo? */
static bool has_algo(const struct options *o, const char *word)
{
    for (const char *p = o->algo; p; p = strchr(p, ',')) {
        p += *p == ',';
        size_t n = strcspn(p, ",");
        if (n == strlen(word) && strncmp(p, word, n) == 0)
            return true;
        if (!p[n])
            return false;
    }
    return false;
}

bool options_softmax(const struct options *o)
{
    return has_algo(o, "softmax");
}

bool options_logistic(const struct options *o)
{
    return has_algo(o, "logistic");
}

bool options_online(const struct options *o)
{
    return has_algo(o, "online");
}

bool options_penalised(const struct options *o)
{
    return o->l2 > 0 || o->l1 > 0 || o->grid.n;
}

bool options_chooses(const struct options *o, const char *name)
{
    struct str column, list;
    for (size_t i = 0; i < o->grid.n; i++)
        if (args_pair(o->grid.at[i], &column, &list) && str_is(column, name))
            return true;
    return false;
}

bool options_reweighted(const struct options *o)
{
    return o->class_weight || o->neg_rate < 1;
}

const char *options_cluster(const struct options *o)
{
    return o->se && strncmp(o->se, "cluster:", 8) == 0 ? o->se + 8 : NULL;
}

static void check_firth(struct options *o)
{
    if (!o->firth)
        return;
    if (options_softmax(o))
        die_usage("--firth is for two classes");
    if ((o->l2_given && o->l2 > 0) || o->l1 > 0)
        die_usage("--firth and --l2 or --l1 are two penalties (one of them)");
    if (o->grid.n)
        die_usage("--firth leaves no penalty to choose by --grid");
    if (o->solver && strcmp(o->solver, "newton") != 0)
        die_usage("--firth takes steps of Newton's method (not --solver %s)", o->solver);
    o->l2 = 0;
}

/* With --cv a penalty that is given is the only one. */
static void check_tuning(const struct options *o)
{
    if (!o->cv && o->grid.n)
        die_usage("--grid is what --cv tries (--cv K)");
    if ((options_chooses(o, "l2") && o->l2_given) || (options_chooses(o, "l1") && o->l1_given))
        die_usage("--%s and --grid: the penalty is given, or chosen",
            options_chooses(o, "l2") && o->l2_given ? "l2" : "l1");
    if (!o->cv && !args_default("cv-rule"))
        die_usage("--cv-rule chooses among what --cv tries (--cv K)");
    if (!o->cv && !o->calibrate && !args_default("cv-by"))
        die_usage("--cv-by is for the folds of --cv and --calibrate");
    tuning_check(&o->grid, o->l2, o->l1);
}

/* A penalty that only coordinate descent takes. */
static bool makes_zeros(const struct options *o)
{
    return o->l1 > 0 || options_chooses(o, "l1");
}

static void check_solver(const struct options *o)
{
    if (o->solver && strcmp(o->solver, "cd") != 0 && makes_zeros(o))
        die_usage("--solver %s: a penalty --l1 needs cd", o->solver);
}

static void check_errors(const struct options *o)
{
    const char *unasked = !args_default("se") ? "se" : "conf-level";
    const char *without = makes_zeros(o) ? "--l1" : "--solver";
    if (o->se && strcmp(o->se, "classic") != 0 && strcmp(o->se, "robust") != 0 &&
        !options_cluster(o))
        die_usage("--se %s: classic, robust or cluster:COL is wanted", o->se);
    if (!o->coef && !args_default(unasked))
        die_usage("--%s is for the table of coefficients (--coef FILE)", unasked);
    if (o->se && (makes_zeros(o) || (o->solver && strcmp(o->solver, "newton") != 0)))
        die_usage("--se and %s: only Newton's method gives standard errors", without);
}

/* A column has one part. */
static void check_parts(const struct options *o)
{
    if (o->weight && strcmp(o->weight, o->label) == 0)
        die_usage("--weight and --label name the same column");
    if (o->offset && strcmp(o->offset, o->label) == 0)
        die_usage("--offset and --label name the same column");
    if (o->offset && o->weight && strcmp(o->offset, o->weight) == 0)
        die_usage("--offset and --weight name the same column");
    if (o->positive && !*o->positive)
        die_usage("--positive: an empty label is a missing one");
    if (o->warm_start && !*o->warm_start)
        die_usage("--warm-start: the name of the model is empty");
}

static void check_class_weight(const struct options *o)
{
    if (!o->class_weight || strcmp(o->class_weight, "balanced") == 0)
        return;
    if (!*o->class_weight)
        die_usage("--class-weight: no class is named");
    struct factors f = factors_parse(o->class_weight, options_softmax(o));
    factors_release(&f);
}

static void check_algo(const struct options *o)
{
    static const char *const known[] = {"logistic", "softmax", "online", "online,logistic",
        "logistic,online", "online,softmax", "softmax,online"};
    size_t i = 0;
    while (i < sizeof known / sizeof *known && strcmp(o->algo, known[i]) != 0)
        i++;
    if (i == sizeof known / sizeof *known)
        die_usage("--algo %s: this version has logistic, softmax and online, and online,softmax",
            o->algo);
    if (!options_online(o) && (o->rate_given || o->checkpoint))
        die_usage("--%s is for --algo online", o->rate_given ? "rate" : "checkpoint");
    if (options_softmax(o) && o->positive)
        die_usage("--positive is for two classes; --algo softmax knows none that is positive");
    if (options_softmax(o) && o->offset)
        die_usage("--offset is for two classes (added to every class alike it changes nothing)");
    if (options_softmax(o) && o->neg_rate < 1)
        die_usage("--neg-rate is for two classes (--class-weight weighs several)");
    if (options_softmax(o) && o->calibrate)
        die_usage("--calibrate is for two classes (one of them against the others)");
}

static void check_export(const struct options *o)
{
    if (o->export && strcmp(o->export, "c") != 0 && o->calibrate)
        die_usage("--export %s has no place for a calibration", o->export);
    if (o->export && strcmp(o->export, "vw") == 0 && options_softmax(o))
        die_usage("--export vw is for two classes");
    if (o->export && strcmp(o->export, "vw") == 0 && o->interactions)
        die_usage("--export vw has no place for --interactions: its rows have columns alone (one "
                  "that has the products, made before, does the same)");
}

/* Levels without names. */
static void check_hash(const struct options *o)
{
    if (!o->hash_bits || options_online(o))
        return;
    if (!options_penalised(o))
        die_usage("--hash-bits needs a penalty (--l2 or --l1 with a number above 0)");
    if (o->export)
        die_usage("--export %s has no place for levels that are hashed", o->export);
    if (o->rare > 1)
        die_usage("--rare and --hash-bits: levels that are hashed have no names");
}

static void check_online(const struct options *o)
{
    static const char *const batch[] = {"reference", "solver", "firth", "no-standardize", "cv",
        "grid", "calibrate", "coef", "se", "export", "max-iter", "tol"};
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++)
        if (!args_default(batch[i]))
            die_usage("--%s: --algo online has no such thing (a fit to all rows, by logistic or "
                      "softmax, has)",
                batch[i]);
    if (o->class_weight && strcmp(o->class_weight, "balanced") == 0)
        die_usage("--class-weight balanced: one pass does not know the shares of the classes "
                  "before its end (CLASS=W,... says the weights)");
    if (o->rare > 1 && o->hash_bits)
        die_usage("--rare and --hash-bits: levels that are hashed have no names");
    if (o->checkpoint && !o->save_model)
        die_usage("--checkpoint needs a file for the model (-M)");
}

void options_check(struct options *o, const struct common *common)
{
    check_firth(o);
    check_tuning(o);
    check_algo(o);
    if (options_penalised(o) && o->reference.n)
        die_usage("--reference has no meaning under a penalty (--l2 0 fits without)");
    check_export(o);
    check_hash(o);
    if (o->save_model && common->output && !o->export)
        die_usage("-M and -o both name the file of the model");
    if (o->no_intercept && options_reweighted(o))
        die_usage("--%s moves the classes, and only an intercept could move them back (not with "
                  "--no-intercept; -w weighs rows as they are)",
            o->class_weight ? "class-weight" : "neg-rate");
    check_parts(o);
    check_class_weight(o);
    if (options_online(o)) {
        check_online(o);
        return;
    }
    check_solver(o);
    check_errors(o);
}

void options_checkpoint(const struct options *o, uint64_t *rows, int64_t *us)
{
    struct str text = str_of(o->checkpoint ? o->checkpoint : "");
    int64_t n;
    *rows = 0;
    *us = 0;
    if (!o->checkpoint)
        return;
    if (num_int(text, &n) == NUM_OK && n > 0)
        *rows = (uint64_t)n;
    else if (!timestamp_duration(text, us) || *us <= 0)
        die_usage(
            "--checkpoint %s: neither a number of rows nor a duration (10m, 1h)", o->checkpoint);
}
