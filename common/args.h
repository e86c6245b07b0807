/* SPDX-License-Identifier: MIT */
/*
 * args - one table of options drives getopt_long, --help and, through it, shell completion
 *
 * A program lists its own options; those that every program has stand in args.c, and args_parse
 * reads both.  Names, letters, defaults and meanings are those of the manual.  A wrong call ends
 * with exit 2 before any output.  Options and operands may come in any order whatever the
 * environment says; "--" ends options; long names may be abbreviated while unambiguous.
 */
#ifndef PA_ARGS_H
#define PA_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

enum arg_type {
    ARG_FLAG,   /* bool: set to true */
    ARG_TEXT,   /* const char *: the last one counts */
    ARG_LIST,   /* struct arg_list: may be repeated, adds up in order */
    ARG_INT,    /* int64_t within [min, max] */
    ARG_REAL,   /* double within [min, max] */
    ARG_CHOICE, /* const char *: one of the words of argument, "a|b|c" */
    ARG_CHAR    /* char: one byte; \t stands for a tab */
};

/* Several options may share one list: by[i], the long name that gave at[i], tells them apart, so
 * their order on the command line is kept. */
struct arg_list {
    const char **at, **by;
    size_t n, cap;
};

/* One option.  All strings are constants. */
struct arg {
    char letter;          /* 0: none */
    const char *name;     /* long name; NULL ends a table */
    const char *argument; /* "COLS", "a|b|c"; NULL for ARG_FLAG */
    enum arg_type type;
    void *value;          /* of the type above; what it holds before is the default */
    const char *fallback; /* the default in words, as the manual has it */
    const char *meaning;  /* one line */
    double min, max;      /* ARG_INT, ARG_REAL: both 0 means any */
    bool usual;           /* stands in the short --help */
    bool *given;          /* if not NULL, set to true when the option is used */
};

struct program {
    const char *name;     /* "pa-clean" */
    const char *purpose;  /* one line for --help */
    const char *operands; /* "[FILE...]" */
    const char *examples; /* whole command lines, one a line; # comments allowed */
    const struct arg *args;
    size_t leading; /* operands before the files, such as LOOKUP of pa-join: required */
    bool sparse;    /* --to vw and --to libsvm are taken */
};

enum on_error { ON_ERROR_FAIL, ON_ERROR_SKIP, ON_ERROR_KEEP };
enum dialect { DIALECT_AUTO, DIALECT_CSV, DIALECT_TSV };

/* What every program's options and operands came to. */
struct common {
    const char *output; /* NULL: stdout */
    bool gzip, verbose, quiet;
    enum dialect to;     /* DIALECT_AUTO: that of -o's name, else the input's */
    const char *to_name; /* the word of --to, NULL: none; vw, libsvm: only where program->sparse */
    char delimiter;      /* 0: by name or header line */
    bool tsv, no_header, union_, replace, lenient;
    struct str *na; /* further spellings of missing */
    size_t na_n;
    int32_t tz;         /* seconds east of UTC */
    uint64_t max_field; /* bytes */
    enum on_error on_error;
    const char *rejects;
    uint64_t max_errors;  /* UINT64_MAX: any number */
    unsigned jobs;        /* >= 1 */
    const char **leading; /* program->leading operands */
    const char **file;    /* FILE operands; none means standard input */
    size_t files;
};

/*
 * Read the command line into the table's values and the result (which lives until exit).  Handles
 * --help (to stdout, exit 0), --help -v, --version; sets the program's name and verbosity (die.h).
 */
struct common args_parse(const struct program *, int argc, char **argv);

/* Was this option of the program, by its long name, left at its default?  False for a name that is
 * none of its options. */
bool args_default(const char *name);
bool args_has(const char *name); /* is it one of the program's own options? */

/* Splits "A=B" at the first '=' that no backslash precedes (backslashes before '=' are removed
 * from A); false when there is none.  B is a view of text; A lives until exit. */
bool args_pair(const char *text, struct str *a, struct str *b);
/* The same at the last '=', for a B that has none. */
bool args_last_pair(const char *text, struct str *a, struct str *b);

/* The items of a list, at the commas that no backslash precedes, as they stand; an empty list has
 * none.  They live until exit. */
const char **args_items(const char *list, size_t *n);

/* Text without the backslashes that take the meaning from the character after them; it lives until
 * exit. */
struct str args_plain(struct str);

#endif
