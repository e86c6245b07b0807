/* SPDX-License-Identifier: MIT */
/*
 * The program's table and that of the common options become one array; long option i is the value
 * FIRST_LONG + i for getopt_long, so every option leads back to its row.  With '-' first in the
 * letters operands come out in order, which no environment variable changes; they are gathered at
 * the front of argv.
 */
#include "args.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "par.h"
#include "timestamp.h"

/* Texts that the caller's options refer to until exit, wherever they have gone. */
static struct arena kept;

enum { FIRST_LONG = 256, OPERAND = 1, WIDTH = 79, MEANING_AT = 25 };

/* What the common options are read into, before it is checked. */
struct raw {
    bool help, version, delimiter_given;
    int64_t jobs, max_field, max_errors;
    const char *tz, *on_error;
    struct arg_list na;
};

/* All options of a program: its own, then the common ones. */
struct options {
    const struct program *program;
    struct arg *arg;
    size_t n, own;
};

/* What args_parse read last. */
static const struct program *running;
static bool *taken; /* [option of running] */

static size_t count(const struct arg *arg)
{
    size_t n = 0;
    while (arg && arg[n].name)
        n++;
    return n;
}

static struct options combine(const struct program *program, const struct arg *common)
{
    size_t own = count(program->args), shared = count(common);
    struct options o = {program, mem_alloc(own + shared, sizeof *o.arg), own + shared, own};
    if (own)
        memcpy(o.arg, program->args, own * sizeof *o.arg);
    memcpy(o.arg + own, common, shared * sizeof *o.arg);
    return o;
}

/* ---- help ---- */

static void say(const struct buf *text)
{
    for (size_t done = 0; done < text->n;) {
        ssize_t n = write(STDOUT_FILENO, text->p + done, text->n - done);
        if (n < 0 && errno != EINTR)
            die_errno("standard output");
        done += n > 0 ? (size_t)n : 0;
    }
}

/* Words of text from a column on, broken before the right edge, further lines indented. */
static void put_words(struct buf *out, const char *text, size_t column)
{
    struct str rest = str_of(text);
    size_t at = column;
    while (rest.p) {
        struct str word = str_cut(rest, ' ', &rest);
        if (at > column && at + 1 + word.n > WIDTH) {
            buf_print(out, "\n%*s", MEANING_AT, "");
            at = column = MEANING_AT;
        } else if (at > column) {
            buf_char(out, ' ');
            at++;
        }
        buf_str(out, word);
        at += word.n;
    }
}

static bool worth_saying(const struct arg *a)
{
    return a->fallback && strcmp(a->fallback, "off") != 0 && strcmp(a->fallback, "none") != 0;
}

static void put_option(struct buf *out, const struct arg *a)
{
    struct buf text = {0};
    size_t start = out->n;
    if (a->letter)
        buf_print(out, "  -%c, --%s", a->letter, a->name);
    else
        buf_print(out, "      --%s", a->name);
    if (a->argument)
        buf_print(out, " %s", a->argument);
    size_t used = out->n - start;
    size_t column = used + 2 > MEANING_AT ? used + 2 : MEANING_AT;
    buf_print(out, "%*s", (int)(column - used), "");
    buf_text(&text, a->meaning);
    if (worth_saying(a))
        buf_print(&text, " [%s]", a->fallback);
    put_words(out, buf_cstr(&text), column);
    buf_char(out, '\n');
    buf_release(&text);
}

static void put_examples(struct buf *out, const char *examples)
{
    struct str rest = str_of(examples);
    while (rest.n) {
        struct str line = str_cut(rest, '\n', &rest);
        buf_print(out, "  %.*s\n", STR_ARG(line));
    }
}

_Noreturn static void help(const struct options *o, bool everything)
{
    const struct program *p = o->program;
    struct buf out = {0};
    buf_print(&out, "%s: %s\n", p->name, p->purpose);
    buf_print(&out, "usage: %s [options] %s\n", p->name, p->operands);
    if (p->examples) {
        buf_text(&out, "examples:\n");
        put_examples(&out, p->examples);
    }
    buf_text(&out, everything ? "options:\n" : "options (all of them: --help -v):\n");
    for (size_t i = 0; i < o->n; i++) {
        if (everything && i == o->own)
            buf_text(&out, "options of every program, see pa-tools(7):\n");
        if (everything || o->arg[i].usual)
            put_option(&out, &o->arg[i]);
    }
    say(&out);
    _exit(0);
}

_Noreturn static void version(const struct program *p)
{
    struct buf out = {0};
    buf_print(&out, "%s %s\n", p->name, PA_VERSION);
    say(&out);
    _exit(0);
}

/* ---- values ---- */

static bool is_choice(const char *words, const char *text)
{
    struct str rest = str_of(words);
    while (rest.p)
        if (str_is(str_cut(rest, '|', &rest), text))
            return true;
    return false;
}

static void check_range(const struct arg *a, double x, const char *text)
{
    if (a->min == 0 && a->max == 0)
        return;
    if (x < a->min || x > a->max)
        die_usage("--%s: %s is out of range (%.15g to %.15g)", a->name, text, a->min, a->max);
}

static void set_int(const struct arg *a, const char *text)
{
    int64_t x;
    switch (num_int(str_of(text), &x)) {
    case NUM_OK:
        break;
    case NUM_RANGE:
        die_usage("--%s: %s is out of range", a->name, text);
    default:
        die_usage("--%s: \"%s\" is not a whole number", a->name, text);
    }
    check_range(a, (double)x, text);
    *(int64_t *)a->value = x;
}

static void set_real(const struct arg *a, const char *text)
{
    double x;
    switch (num_double(str_of(text), &x)) {
    case NUM_OK:
        break;
    case NUM_RANGE:
        die_usage("--%s: %s is out of range", a->name, text);
    default:
        die_usage("--%s: \"%s\" is not a number", a->name, text);
    }
    check_range(a, x, text);
    *(double *)a->value = x;
}

static void set_char(const struct arg *a, const char *text)
{
    char c = strcmp(text, "\\t") == 0 ? '\t' : text[0];
    if (!c || (c != '\t' && text[1]) || (text[0] == '\t' && text[1]))
        die_usage("--%s: \"%s\" is not one byte", a->name, text);
    *(char *)a->value = c;
}

static void set_list(const struct arg *a, const char *text)
{
    struct arg_list *list = a->value;
    size_t cap = list->cap;
    list->at = mem_grow(list->at, &cap, list->n + 1, sizeof *list->at);
    list->by = mem_grow(list->by, &list->cap, list->n + 1, sizeof *list->by);
    list->at[list->n] = text;
    list->by[list->n++] = a->name;
}

static void set(const struct arg *a, const char *text)
{
    switch (a->type) {
    case ARG_FLAG:
        *(bool *)a->value = true;
        break;
    case ARG_CHOICE:
        if (!is_choice(a->argument, text))
            die_usage("--%s: \"%s\" is none of %s", a->name, text, a->argument);
        *(const char **)a->value = text;
        break;
    case ARG_TEXT:
        *(const char **)a->value = text;
        break;
    case ARG_LIST:
        set_list(a, text);
        break;
    case ARG_INT:
        set_int(a, text);
        break;
    case ARG_REAL:
        set_real(a, text);
        break;
    case ARG_CHAR:
        set_char(a, text);
        break;
    }
    if (a->given)
        *a->given = true;
}

/* ---- the command line ---- */

_Noreturn static void unknown_letter(int letter)
{
    char c = (char)letter;
    die_usage("there is no option -%.*s", 1, &c);
}

static size_t abbreviates(const struct options *o, struct str name)
{
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++)
        n += strncmp(o->arg[i].name, name.p, name.n) == 0;
    return n;
}

_Noreturn static void unknown_name(const struct options *o, const char *text)
{
    struct str value, name = str_cut(str_of(text + 2), '=', &value);
    if (abbreviates(o, name) > 1)
        die_usage("--%.*s is short for more than one option", STR_ARG(name));
    const char *nearest = NULL;
    size_t best = name.n / 3 + 2;
    for (size_t i = 0; i < o->n; i++) {
        size_t distance = str_distance(name, str_of(o->arg[i].name));
        if (distance < best) {
            best = distance;
            nearest = o->arg[i].name;
        }
    }
    if (nearest)
        die_usage("there is no option --%.*s (is --%s meant?)", STR_ARG(name), nearest);
    die_usage("there is no option --%.*s", STR_ARG(name));
}

static const struct arg *by_code(const struct options *o, int code)
{
    if (code >= FIRST_LONG && (size_t)(code - FIRST_LONG) < o->n)
        return &o->arg[code - FIRST_LONG];
    for (size_t i = 0; i < o->n; i++)
        if (o->arg[i].letter && o->arg[i].letter == code)
            return &o->arg[i];
    return NULL;
}

_Noreturn static void refuse(const struct options *o, int code, const char *text)
{
    const struct arg *a = by_code(o, optopt);
    if (code == ':')
        die_usage("--%s needs an argument, %s", a->name, a->argument);
    if (a)
        die_usage("--%s takes no argument", a->name);
    if (optopt)
        unknown_letter(optopt);
    unknown_name(o, text);
}

/* What getopt_long wants to know of the options. */
static struct option *describe(const struct options *o, struct buf *letters)
{
    struct option *longs = mem_zero(o->n + 1, sizeof *longs);
    buf_text(letters, "-:");
    for (size_t i = 0; i < o->n; i++) {
        const struct arg *a = &o->arg[i];
        bool value = a->type != ARG_FLAG;
        longs[i] = (struct option){
            a->name, value ? required_argument : no_argument, NULL, FIRST_LONG + (int)i};
        if (a->letter)
            buf_print(letters, "%c%s", a->letter, value ? ":" : "");
    }
    return longs;
}

/* Option a is on the command line, with this argument. */
static void use(const struct options *o, const struct arg *a, const char *text)
{
    set(a, text);
    size_t i = (size_t)(a - o->arg);
    if (i < o->own)
        taken[i] = true;
}

/* Reads all options; operands are moved to argv[1 ...], and their number is returned. */
static size_t read_options(const struct options *o, int argc, char **argv)
{
    struct buf letters = {0};
    struct option *longs = describe(o, &letters);
    size_t operands = 0;
    int code;
    opterr = 0;
    while ((code = getopt_long(argc, argv, buf_cstr(&letters), longs, NULL)) != -1) {
        if (code == OPERAND)
            argv[1 + operands++] = optarg;
        else if (code == '?' || code == ':')
            refuse(o, code, argv[optind - 1]);
        else
            use(o, by_code(o, code), optarg);
    }
    for (; optind < argc; optind++)
        argv[1 + operands++] = argv[optind];
    mem_free(longs);
    buf_release(&letters);
    return operands;
}

/* ---- the common options ---- */

static void split_na(const struct arg_list *lists, struct common *common)
{
    size_t bytes = 0;
    for (size_t i = 0; i < lists->n; i++)
        bytes += strlen(lists->at[i]) + 1;
    common->na = arena_alloc(&kept, bytes, sizeof *common->na); /* a word has a byte or a comma */
    for (size_t i = 0; i < lists->n; i++) {
        struct str rest = str_of(lists->at[i]);
        while (rest.p) {
            struct str word = str_cut(rest, ',', &rest);
            common->na[common->na_n] = word;
            common->na_n += word.n > 0;
        }
    }
}

static void check_common(const struct program *p, const struct raw *raw, struct common *c)
{
    if (c->delimiter && c->tsv)
        die_usage("-d and -t are one too many");
    if (raw->delimiter_given && memchr("\"\n\r", c->delimiter, 3))
        die_usage("--delimiter: a quote or the end of a line cannot separate fields");
    if (raw->tz && !timestamp_zone(str_of(raw->tz), &c->tz))
        die_usage("--tz: \"%s\" is not an offset such as +08:00", raw->tz);
    bool csv = c->to_name && strcmp(c->to_name, "csv") == 0;
    bool tsv = c->to_name && strcmp(c->to_name, "tsv") == 0;
    if (c->to_name && !csv && !tsv && !p->sparse)
        die_usage("--to: %s does not write %s (csv or tsv)", p->name, c->to_name);
    if (c->output && !*c->output)
        die_usage("--output: the name of the file is empty");
    c->to = csv ? DIALECT_CSV : tsv ? DIALECT_TSV : DIALECT_AUTO;
    c->on_error = strcmp(raw->on_error, "skip") == 0   ? ON_ERROR_SKIP
                  : strcmp(raw->on_error, "keep") == 0 ? ON_ERROR_KEEP
                                                       : ON_ERROR_FAIL;
    c->jobs = (unsigned)raw->jobs;
    c->max_field = (uint64_t)raw->max_field;
    c->max_errors = raw->max_errors < 0 ? UINT64_MAX : (uint64_t)raw->max_errors;
}

static struct common take_operands(const struct program *p, struct common c, char **at, size_t n)
{
    if (n < p->leading)
        die_usage("an operand is missing: %s %s", p->name, p->operands);
    c.leading = (const char **)at;
    c.file = (const char **)at + p->leading;
    c.files = n - p->leading;
    return c;
}

static struct options all_options(const struct program *program, struct raw *raw, struct common *c)
{
    /* clang-format off */
    const struct arg common_args[] = {
        {'h', "help", NULL, ARG_FLAG, &raw->help, "off",
            "print examples and the options, and exit"},
        {'V', "version", NULL, ARG_FLAG, &raw->version, "off", "print the version, and exit"},
        {'v', "verbose", NULL, ARG_FLAG, &c->verbose, "off",
            "say on stderr what was chosen, read, left out, counted and learnt"},
        {'q', "quiet", NULL, ARG_FLAG, &c->quiet, "off",
            "no warnings, no progress line; errors are still printed"},
        {'o', "output", "FILE", ARG_TEXT, &c->output, "stdout",
            "write to FILE, which is replaced only when all is well; .gz compresses",
            .usual = true},
        {'z', "gzip", NULL, ARG_FLAG, &c->gzip, "off, on when -o ends in .gz",
            "compress the output"},
        {0, "to", "csv|tsv|vw|libsvm", ARG_CHOICE, &c->to_name,
            "that of -o's name, else of the first input",
            "form of the output; vw and libsvm in pa-features alone"},
        {'d', "delimiter", "CHAR", ARG_CHAR, &c->delimiter,
            "by name (.csv, .tsv), else by the header line",
            "input fields are separated by CHAR", .given = &raw->delimiter_given},
        {'t', "tsv", NULL, ARG_FLAG, &c->tsv, "by name (.csv, .tsv), else by the header line",
            "input is TSV: tabs, backslash escapes, no quotes"},
        {'n', "no-header", NULL, ARG_FLAG, &c->no_header, "off",
            "the first line is data: columns are c1, c2, ..., and no header is written"},
        {0, "na", "LIST", ARG_LIST, &raw->na, "none: only the empty field",
            "further spellings of a missing value, such as NA,NULL"},
        {0, "tz", "OFFSET", ARG_TEXT, &raw->tz, "+00:00",
            "offset of times that carry none; it rules hours, days and windows too"},
        {0, "union", NULL, ARG_FLAG, &c->union_, "off",
            "input files may lack columns that others have: fill them as missing"},
        {0, "replace", NULL, ARG_FLAG, &c->replace, "off",
            "overwrite a column of the input that has the name of one to be added"},
        {0, "lenient", NULL, ARG_FLAG, &c->lenient, "off",
            "accept stray quotes as libcsv reads them"},
        {0, "max-field", "BYTES", ARG_INT, &raw->max_field, "1048576", "a longer field is an error",
            .min = 1, .max = 1 << 30},
        {0, "on-error", "fail|skip|keep", ARG_CHOICE, &raw->on_error, "fail",
            "at an unusable row: stop, leave it out, or pass it on where that makes sense"},
        {0, "rejects", "FILE", ARG_TEXT, &c->rejects, "none",
            "write unusable rows there: file,line,byte,code,message,raw"},
        {0, "max-errors", "N", ARG_INT, &raw->max_errors, "unlimited",
            "with --on-error skip or keep, fail after more than N unusable rows", .max = 1e15},
        {'j', "jobs", "N", ARG_INT, &raw->jobs, "all cores",
            "threads; the output is the same for every N", .min = 1, .max = 1024},
        {0},
    };
    /* clang-format on */
    return combine(program, common_args);
}

struct common args_parse(const struct program *program, int argc, char **argv)
{
    struct common c = {0};
    struct raw raw = {
        .jobs = par_cores(), .max_field = 1 << 20, .max_errors = -1, .on_error = "fail"};
    struct options o = all_options(program, &raw, &c);
    die_program(program->name);
    running = program;
    mem_free(taken);
    taken = mem_zero(o.own, sizeof *taken);
    size_t operands = read_options(&o, argc, argv);
    if (raw.help)
        help(&o, c.verbose);
    if (raw.version)
        version(program);
    die_verbosity(c.quiet, c.verbose);
    check_common(program, &raw, &c);
    split_na(&raw.na, &c);
    mem_free(raw.na.at);
    mem_free(raw.na.by);
    mem_free(o.arg);
    return take_operands(program, c, argv + 1, operands);
}

static const bool *find_taken(const char *name)
{
    for (size_t i = 0; running && running->args && running->args[i].name; i++)
        if (strcmp(running->args[i].name, name) == 0)
            return &taken[i];
    return NULL;
}

bool args_default(const char *name)
{
    const bool *by_hand = find_taken(name);
    return by_hand && !*by_hand;
}

bool args_has(const char *name)
{
    return find_taken(name) != NULL;
}

/* ---- A=B ---- */

/* Split at text[end]. */
static bool split_pair(const char *text, size_t end, struct str *a, struct str *b)
{
    char *name = arena_text(&kept, text, end);
    size_t n = 0;
    for (size_t i = 0; i < end; i++) {
        bool pair = text[i] == '\\' && i + 1 < end;
        if (!pair || text[i + 1] != '=')
            name[n++] = text[i];
        if (pair)
            name[n++] = text[++i];
    }
    name[n] = '\0';
    *a = (struct str){name, n};
    *b = str_of(text + end + 1);
    return true;
}

bool args_pair(const char *text, struct str *a, struct str *b)
{
    size_t end = 0;
    while (text[end] && text[end] != '=')
        end += text[end] == '\\' && text[end + 1] ? 2 : 1;
    return text[end] && split_pair(text, end, a, b);
}

bool args_last_pair(const char *text, struct str *a, struct str *b)
{
    const char *last = strrchr(text, '=');
    return last && split_pair(text, (size_t)(last - text), a, b);
}

const char **args_items(const char *list, size_t *n)
{
    const char **item = arena_alloc(&kept, strlen(list) + 1, sizeof *item);
    *n = 0;
    for (const char *p = list; *list; p++) {
        size_t end = 0;
        while (p[end] && p[end] != ',')
            end += p[end] == '\\' && p[end + 1] ? 2 : 1;
        item[(*n)++] = arena_text(&kept, p, end);
        p += end;
        if (!*p)
            break;
    }
    return item;
}

struct str args_plain(struct str text)
{
    char *plain = arena_text(&kept, text.p, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        i += text.p[i] == '\\' && i + 1 < text.n;
        plain[n++] = text.p[i];
    }
    plain[n] = '\0';
    return (struct str){plain, n};
}
