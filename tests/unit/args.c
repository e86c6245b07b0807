/* SPDX-License-Identifier: MIT */
#include "args.h"

#include <stdlib.h>

#include "die.h"
#include "exits.h"
#include "t.h"

static struct {
    bool flag, real_given;
    const char *text, *choice;
    struct arg_list steps;
    int64_t k;
    double l2;
    char sep;
} opt;

static const struct arg args[] = {
    {'f', "flag", NULL, ARG_FLAG, &opt.flag, "off", "do it"},
    {'k', "k", "N", ARG_INT, &opt.k, "8", "how many", .min = 1, .max = 100, .usual = true},
    {0, "l2", "X", ARG_REAL, &opt.l2, "1", "penalty", .min = 0, .max = HUGE_VAL,
        .given = &opt.real_given},
    {0, "scale", "COLS=METHOD", ARG_LIST, &opt.steps, "none", "scale"},
    {0, "bin", "COLS=RULE", ARG_LIST, &opt.steps, "none", "cut"},
    {0, "algo", "newton|lbfgs", ARG_CHOICE, &opt.choice, "newton",
        "a meaning so long that it takes two lines of the help, since it goes on and on"},
    {0, "item-sep", "CHAR", ARG_CHAR, &opt.sep, "|", "between items"},
    {'s', "text", "TEXT", ARG_TEXT, &opt.text, "none", "some text"},
    {0},
};
static const struct program program = {
    "pa-test", "test the options", "[FILE...]", "pa-test -k 3 in.csv\n", args, 0};
static const struct program leading = {
    "pa-test", "test the options", "LOOKUP [FILE...]", NULL, NULL, 1};

/* A command line in one string, split at blanks; fields live until exit. */
struct call {
    const struct program *program;
    const char *line;
};

static struct common parse(const struct program *p, const char *line)
{
    static char text[1024], *argv[64];
    int argc = 0;
    snprintf(text, sizeof text, "pa-test %s", line);
    memset(&opt, 0, sizeof opt);
    opt.k = 8;
    for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
        argv[argc++] = strcmp(at, "''") == 0 ? at + 2 : at;
    argv[argc] = NULL;
    optind = 0; /* getopt_long begins anew */
    return args_parse(p, argc, argv);
}

static void parse_call(void *context)
{
    struct call *c = context;
    parse(c->program, c->line);
}

static int refused(const char *line, const char *text)
{
    return exits(2, text, parse_call, &(struct call){&program, line});
}

static int prints(const char *line, const char *text)
{
    int status = exits_status(1, parse_call, &(struct call){&program, line});
    return status == 0 && strstr(exits_text, text);
}

static void test_values(void)
{
    parse(&program, "-f -k 3 --l2=0.5 --algo lbfgs --item-sep \\t -s x");
    ok(opt.flag && opt.k == 3 && opt.real_given && opt.l2 == 0.5 && opt.sep == '\t');
    ok(strcmp(opt.choice, "lbfgs") == 0 && strcmp(opt.text, "x") == 0);
    parse(&program, "--k 1 --k 100");
    ok(opt.k == 100 && !opt.real_given && !opt.flag);
    parse(&program, "-fk7");
    ok(opt.flag && opt.k == 7);
    parse(&program, "--fl --alg newton");
    ok(opt.flag && strcmp(opt.choice, "newton") == 0);
    parse(&program, "--scale a=z --bin b=1 --scale c=z");
    ok(opt.steps.n == 3 && strcmp(opt.steps.at[1], "b=1") == 0);
    ok(strcmp(opt.steps.by[0], "scale") == 0 && strcmp(opt.steps.by[1], "bin") == 0 &&
        strcmp(opt.steps.by[2], "scale") == 0);
}

static void test_operands(void)
{
    setenv("POSIXLY_CORRECT", "1", 1);
    struct common c = parse(&program, "a.csv -k 3 - b.csv -f -- -k c.csv");
    ok(c.files == 5 && strcmp(c.file[0], "a.csv") == 0 && strcmp(c.file[1], "-") == 0);
    ok(strcmp(c.file[2], "b.csv") == 0 && strcmp(c.file[3], "-k") == 0 &&
        strcmp(c.file[4], "c.csv") == 0);
    ok(opt.k == 3 && opt.flag);
    unsetenv("POSIXLY_CORRECT");
    c = parse(&program, "a.csv -k 3 b.csv");
    ok(c.files == 2 && strcmp(c.file[1], "b.csv") == 0);
    c = parse(&program, "-f");
    ok(c.files == 0);
    c = parse(&leading, "-q look.csv x.csv");
    ok(c.files == 1 && strcmp(c.leading[0], "look.csv") == 0 && strcmp(c.file[0], "x.csv") == 0);
    ok(exits(2, "an operand is missing", parse_call, &(struct call){&leading, "-q"}));
}

static void test_common(void)
{
    struct common c = parse(&program, "");
    ok(!c.output && !c.gzip && c.to == DIALECT_AUTO && !c.delimiter && c.na_n == 0 && c.tz == 0);
    ok(c.max_field == 1048576 && c.on_error == ON_ERROR_FAIL && c.jobs >= 1 && !c.rejects);
    c = parse(&program, "-o out.csv -z --to tsv -d ; -n --na NA,NULL, --na - --tz +08:00 -j 3");
    ok(strcmp(c.output, "out.csv") == 0 && c.gzip && c.to == DIALECT_TSV && c.delimiter == ';');
    ok(c.no_header && c.na_n == 3 && str_is(c.na[1], "NULL") && str_is(c.na[2], "-"));
    ok(c.tz == 8 * 3600 && c.jobs == 3);
    c = parse(&program, "--union --replace --lenient --max-field 10 --on-error skip --rejects r");
    ok(c.union_ && c.replace && c.lenient && c.max_field == 10 && c.on_error == ON_ERROR_SKIP);
    ok(strcmp(c.rejects, "r") == 0);
    c = parse(&program, "--on-error keep -t");
    ok(c.on_error == ON_ERROR_KEEP && c.tsv);
    parse(&program, "-v");
    ok(die_is_verbose() && !die_is_quiet());
    parse(&program, "-q");
    ok(!die_is_verbose() && die_is_quiet());
}

static void test_refusals(void)
{
    ok(refused("--falg", "there is no option --falg (is --flag meant?)"));
    ok(refused("--falg=3", "there is no option --falg (is --flag meant?)"));
    ok(refused("--zzzzzz", "there is no option --zzzzzz (try"));
    ok(refused("-Q", "there is no option -Q"));
    ok(refused("-fQ", "there is no option -Q"));
    ok(refused("--ta", "there is no option --ta"));
    ok(refused("--re", "short for more than one"));
    ok(refused("-k", "--k needs an argument, N"));
    ok(refused("--l2", "--l2 needs an argument, X"));
    ok(refused("--flag=1", "--flag takes no argument"));
    ok(refused("-k 0", "--k: 0 is out of range (1 to 100)"));
    ok(refused("-k 101", "--k: 101 is out of range"));
    ok(refused("-k 1.5", "--k: \"1.5\" is not a whole number"));
    ok(refused("-k 99999999999999999999", "out of range"));
    ok(refused("-k ''", "is not a whole number"));
    ok(refused("--l2 -1", "--l2: -1 is out of range"));
    ok(refused("--l2 nan", "--l2: \"nan\" is not a number"));
    ok(refused("--l2 1e999", "out of range"));
    ok(refused("--algo cg", "--algo: \"cg\" is none of newton|lbfgs"));
    ok(refused("--item-sep ab", "is not one byte"));
    ok(refused("-d \"", "cannot separate fields"));
    ok(refused("-t -d ,", "one too many"));
    ok(refused("--to vw", "--to: pa-test does not write vw (csv or tsv)"));
    ok(refused("--to xml", "is none of"));
    ok(refused("--tz noon", "is not an offset"));
    ok(refused("-o ''", "empty"));
    ok(refused("-j 0", "--jobs: 0 is out of range"));
}

/* No line of the help is wider than a terminal. */
static int is_narrow(const char *text)
{
    size_t wide = 0;
    for (; *text; text++) {
        wide = *text == '\n' ? 0 : wide + 1;
        if (wide > 79)
            return 0;
    }
    return 1;
}

static void test_help(void)
{
    ok(prints("--version", "pa-test " PA_VERSION "\n"));
    ok(prints("--help", "usage: pa-test [options] [FILE...]"));
    ok(strstr(exits_text, "  pa-test -k 3 in.csv\n") && !strstr(exits_text, "--l2"));
    ok(prints("--help", "\n  -k, --k N              how many [8]\n"));
    ok(is_narrow(exits_text));
    ok(prints("-v --help", "\n      --l2 X             penalty [1]\n"));
    ok(prints("--help -v", "\n      --scale COLS=METHOD  scale\n"));
    ok(strstr(exits_text, "  -f, --flag             do it\n"));
    ok(strstr(exits_text, "--max-field BYTES  a longer field is an error [1048576]\n"));
    ok(is_narrow(exits_text));
}

static void test_pair(void)
{
    struct str a, b;
    ok(args_pair("price=z", &a, &b) && str_is(a, "price") && str_is(b, "z"));
    ok(args_pair("a\\=b=c=d", &a, &b) && str_is(a, "a=b") && str_is(b, "c=d"));
    ok(args_last_pair("a=b=3", &a, &b) && str_is(a, "a=b") && str_is(b, "3"));
    ok(args_last_pair("a\\=b=3", &a, &b) && str_is(a, "a=b") && !args_last_pair("a", &a, &b));
    ok(args_pair("=x", &a, &b) && a.n == 0 && str_is(b, "x"));
    ok(!args_pair("price", &a, &b) && !args_pair("a\\=b", &a, &b) && !args_pair("", &a, &b));
    ok(args_pair("a\\\\=b", &a, &b) && str_is(b, "b") && str_is(args_plain(a), "a\\"));
}

static void test_list(void)
{
    size_t n;
    const char **item = args_items("a\\,b,,c\\\\,\\", &n);
    ok(n == 4 && strcmp(item[0], "a\\,b") == 0 && !*item[1] && strcmp(item[2], "c\\\\") == 0 &&
        strcmp(item[3], "\\") == 0);
    ok(str_is(args_plain(str_of(item[0])), "a,b") && str_is(args_plain(str_of(item[2])), "c\\") &&
        str_is(args_plain(str_of(item[3])), "\\"));
    args_items("a,", &n);
    ok(n == 2);
    args_items("", &n);
    ok(n == 0);
}

int main(void)
{
    test_values();
    test_operands();
    test_common();
    test_refusals();
    test_help();
    test_pair();
    test_list();
    return done();
}
