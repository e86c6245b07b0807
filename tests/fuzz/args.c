/* SPDX-License-Identifier: MIT */
/* Any words are a call that is understood, or one that is refused with 2. */
#include "args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ends.h"

enum { MOST = 64 };

static bool flag;
static const char *text;
static const char *choice = "a";
static struct arg_list list;
static int64_t whole = 1;
static double real = 1;
static char letter;

static const struct arg table[] = {
    {'f', "flag", NULL, ARG_FLAG, &flag, "off", "a flag"},
    {'x', "text", "TEXT", ARG_TEXT, &text, "none", "a text"},
    {0, "choice", "a|b", ARG_CHOICE, &choice, "a", "a choice"},
    {'l', "list", "TEXT", ARG_LIST, &list, "none", "a list"},
    {'k', "whole", "N", ARG_INT, &whole, "1", "a whole number", 1, 100},
    {0, "real", "X", ARG_REAL, &real, "1", "a number", 0, 10},
    {0, "letter", "CHAR", ARG_CHAR, &letter, "none", "a letter"},
    {0},
};

static const struct program program = {.name = "pa-x",
    .purpose = "nothing",
    .operands = "[FILE...]",
    .examples = "pa-x\n",
    .args = table};

static char words[8192];
static char *argv[MOST + 2];
static int argc;

static void parse(void *context)
{
    (void)context;
    struct common c = args_parse(&program, argc, argv);
    must(whole >= 1 && whole <= 100 && real >= 0 && real <= 10 && c.jobs >= 1);
    must(strcmp(choice, "a") == 0 || strcmp(choice, "b") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= sizeof words)
        return 0;
    for (size_t i = 0; i < size; i++)
        words[i] = data[i] == '\n' ? '\0' : (char)data[i];
    words[size] = '\0';
    argv[0] = (char[]){"pa-x"};
    argc = 1;
    for (char *p = words; p < words + size && argc <= MOST; p += strlen(p) + 1)
        argv[argc++] = p;
    argv[argc] = NULL;
    optind = 0;
    list.n = 0;
    choice = "a"; /* else it points to where the last words were */
    run_to_its_end(parse, NULL);
    return 0;
}
