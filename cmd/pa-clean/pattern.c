/* SPDX-License-Identifier: MIT */
/*
 * Where expression and text are ASCII, bytes are characters: then the expression that was compiled
 * for bytes gives the same answer in a third of the time.
 */
#include "pattern.h"

#include <locale.h>
#include <regex.h>
#include <string.h>

#include "die.h"
#include "mem.h"

struct pattern {
    char *source;
    bool ascii;           /* source is */
    regex_t bytes, chars; /* bytes: only when ascii */
    locale_t utf8;
    struct buf text; /* that is matched, ended by a NUL */
};

static bool is_ascii(const char *p, size_t n)
{
    unsigned char all = 0;
    for (size_t i = 0; i < n; i++)
        all |= (unsigned char)p[i];
    return all < 0x80;
}

static int compile(struct pattern *p)
{
    locale_t before = uselocale(p->utf8);
    int error = regcomp(&p->chars, p->source, REG_EXTENDED | REG_NOSUB);
    uselocale(before);
    if (!error && p->ascii && regcomp(&p->bytes, p->source, REG_EXTENDED | REG_NOSUB))
        die("out of memory for a regular expression");
    return error;
}

static void explain(const struct pattern *p, int error, struct buf *why)
{
    char text[256];
    regerror(error, &p->chars, text, sizeof text);
    buf_text(why, text);
    if (error == REG_ECOLLATE || error == REG_ERANGE)
        buf_text(why, " (a range in brackets goes from one ASCII character up to another)");
}

struct pattern *pattern_new(const char *text, struct buf *why)
{
    struct pattern *p = mem_zero(1, sizeof *p);
    p->source = mem_text(text, strlen(text));
    p->ascii = is_ascii(text, strlen(text));
    p->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!p->utf8)
        die("this system lacks the locale C.UTF-8, which regular expressions need");
    int error = compile(p);
    if (!error)
        return p;
    explain(p, error, why);
    freelocale(p->utf8);
    mem_free(p->source);
    mem_free(p);
    return NULL;
}

bool pattern_matches(struct pattern *p, struct str text)
{
    buf_clear(&p->text);
    buf_str(&p->text, text);
    if (p->ascii && is_ascii(text.p, text.n))
        return regexec(&p->bytes, buf_cstr(&p->text), 0, NULL, 0) == 0;
    locale_t before = uselocale(p->utf8);
    bool found = regexec(&p->chars, buf_cstr(&p->text), 0, NULL, 0) == 0;
    uselocale(before);
    return found;
}

const char *pattern_text(const struct pattern *p)
{
    return p->source;
}

struct pattern *pattern_copy(const struct pattern *p)
{
    struct buf why = {0};
    struct pattern *copy = pattern_new(p->source, &why);
    if (!copy)
        die("out of memory for a regular expression");
    return copy;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    regfree(&p->chars);
    if (p->ascii)
        regfree(&p->bytes);
    freelocale(p->utf8);
    buf_release(&p->text);
    mem_free(p->source);
    mem_free(p);
}
