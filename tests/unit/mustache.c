/* SPDX-License-Identifier: MIT */
/* links: cmd/pa-render/mustache.c */
/*
 * mustache: standalone lines, escaping and errors, each by hand; the specification's own cases run
 * through the program (tests/pa-render.t).  Then every cut of a template that uses all of it.
 */
#include "cmd/pa-render/mustache.h"

#include <stdlib.h>

#include "mem.h"
#include "t.h"

enum { FIELDS = 3, ROWS = 3 };

static const char *const names[FIELDS] = {"a", "b", "c.d"};
static const char *const table[ROWS][FIELDS] = {
    {"1", "x<y", "0"}, {"", "\"Q\" & 'q'", "false"}, {"0.0", "{{a}}", "no"}};

static const struct str *row(void *context, size_t i)
{
    static struct str field[FIELDS];

    (void)context;
    for (size_t j = 0; j < FIELDS; j++)
        field[j] = str_of(table[i][j]);
    return field;
}

/* The document of template over the first rows rows; outside, fields are those of row 0. */
static const char *render(const char *template, size_t rows)
{
    static struct buf out;
    struct str outside[FIELDS];
    struct mustache_error error;
    const struct mustache_use *use;
    size_t column[FIELDS] = {0}, line;
    struct mustache *m = mustache_parse(str_of(template), &error);

    if (!m)
        return error.what;
    size_t n = mustache_names(m, &use, &line);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < FIELDS; j++)
            if (str_is(use[i].name, names[j]))
                column[i] = j;
    memcpy(outside, row(NULL, 0), sizeof outside);
    buf_clear(&out);
    mustache_render(m, &(struct mustache_data){column, outside, rows, row, NULL},
        strstr(template, "!raw") == NULL, &out);
    mustache_free(m);
    return buf_cstr(&out);
}

#define renders(template, rows, document)                                                          \
    ok_named(!strcmp(render(template, rows), document), #template)

static void values(void)
{
    renders("", 1, "");
    renders("plain } { text", 1, "plain } { text");
    renders("{{a}}{{ a }}{{\ta\n}}", 1, "111");
    renders("{{b}}", 1, "x&lt;y");
    renders("{{{b}}}{{&b}}{{& b }}{{{ b }}}", 1, "x<yx<yx<yx<y");
    renders("{{!raw}}{{b}}", 1, "x<y");
    renders("{{#rows}}{{b}};{{/rows}}", 3, "x&lt;y;&quot;Q&quot; &amp; &#39;q&#39;;{{a}};");
    renders("{{c.d}}", 1, "0");
    renders("{ {{a}} }", 1, "{ 1 }");
}

static void sections(void)
{
    renders("{{#rows}}{{#a}}yes{{/a}}{{^a}}no{{/a}} {{/rows}}", 3, "yes no no ");
    renders("{{#rows}}{{#c.d}}yes{{/c.d}}{{^c.d}}no{{/c.d}} {{/rows}}", 3, "no no yes ");
    renders("{{#rows}}{{a}}{{/rows}}{{^rows}}none{{/rows}}", 0, "none");
    renders("{{#rows}}{{a}}{{/rows}}{{^rows}}none{{/rows}}", 1, "1");
    renders("{{#rows}}[{{#rows}}{{a}},{{/rows}}{{a}}]{{/rows}}{{a}}", 3,
        "[1,,0.0,1][1,,0.0,][1,,0.0,0.0]1");
    renders("{{#a}}{{#a}}{{a}}{{/a}}{{/a}}", 1, "1");
    renders("{{^a}}{{#rows}}{{b}}{{/rows}}{{/a}}.", 2, ".");
    renders("{{#a}}<{{.}}>{{/a}}", 1, "<1>");
    renders("{{#b}}{{^c.d}}{{.}}{{{.}}}{{/c.d}}{{/b}}", 1, "x&lt;yx<y");
}

static void lines(void)
{
    renders("|\n{{#a}}\n|\n{{/a}}\n|", 1, "|\n|\n|");
    renders("|\r\n {{#a}} \r\n|\r\n{{/a}}\r\n|", 1, "|\r\n|\r\n|");
    renders("  {{! c }}", 1, "");
    renders("  {{! c\n d }}  \nx", 1, "x");
    renders(" {{#a}}{{/a}} \n", 1, "  \n");
    renders(" {{#a}} x\n{{/a}}\n", 1, "  x\n");
    renders(" {{a}} \n", 1, " 1 \n");
    renders("{{#a}}\n{{/a}}", 1, "");
    renders("x {{! c }}\n", 1, "x \n");
    renders("{{! c }}\r", 1, "\r");
}

static int fails_at(const char *template, size_t line, const char *tag)
{
    struct mustache_error error = {0};
    struct mustache *m = mustache_parse(str_of(template), &error);

    if (m || error.line != line || !str_is(error.tag, tag))
        printf("# line %zu: %.*s: %s\n", error.line, (int)error.tag.n, error.tag.p, error.what);
    mustache_free(m);
    return !m && error.line == line && str_is(error.tag, tag) && *error.what;
}

static void errors(void)
{
    ok(fails_at("a\n{{#a}}\nb", 2, "{{#a}}"));
    ok(fails_at("a\n{{^a}}{{#b}}\nb{{/b}}", 2, "{{^a}}"));
    ok(fails_at("a\n\n{{/a}}", 3, "{{/a}}"));
    ok(fails_at("{{#a}}\n{{/b}}", 2, "{{/b}}"));
    ok(fails_at("{{#a}}\n{{#b}}{{/a}}{{/b}}", 2, "{{/a}}"));
    ok(fails_at("\n {{a", 2, "{{a"));
    ok(fails_at("\n {{{a}}", 2, "{{{a}}"));
    ok(fails_at("{{}}", 1, "{{}}"));
    ok(fails_at("{{# }}", 1, "{{# }}"));
    ok(fails_at("{{", 1, "{{"));
    ok(fails_at("{{.}}", 1, "{{.}}"));
    ok(fails_at("{{#a}}{{#rows}}\n{{.}}{{/rows}}{{/a}}", 2, "{{.}}"));
    ok(fails_at("{{^a}}{{.}}{{/a}}", 1, "{{.}}"));
    ok(fails_at("{{rows}}", 1, "{{rows}}"));
    ok(fails_at("{{> part}}", 1, "{{> part}}"));
    ok(fails_at("{{=<% %>=}}", 1, "{{=<% %>=}}"));
}

static void uses(void)
{
    struct mustache_error error;
    const struct mustache_use *use;
    size_t line;
    struct mustache *m = mustache_parse(
        str_of("{{! x }}\n{{#rows}}{{b}}\n{{#a}}{{/a}}{{/rows}}\n{{^rows}}{{b}}{{/rows}}"), &error);

    ok(mustache_names(m, &use, &line) == 2 && line == 2);
    ok(str_is(use[0].name, "b") && use[0].line == 2 && use[0].outside == 4);
    ok(str_is(use[1].name, "a") && use[1].line == 3 && use[1].outside == 0);
    mustache_free(m);
}

/* A template cut anywhere is either right or wrong with a line and a tag within the text. */
static void cuts(void)
{
    static const char whole[] =
        "x {{! y }}\n{{#rows}}\n "
        "{{a}}{{{b}}}{{&c.d}}\r\n{{^a}}{{#b}}{{.}}{{/b}}{{/a}}\n{{/rows}}\n";
    struct mustache_error error;
    int good = 1, right = 0;

    for (size_t n = 0; n <= sizeof whole - 1; n++) {
        char *cut = mem_text(whole, n);
        struct mustache *m = mustache_parse((struct str){cut, n}, &error);
        if (m)
            right++;
        else
            good &= error.line >= 1 && error.line <= 6 && error.tag.p >= cut &&
                    error.tag.p + error.tag.n <= cut + n;
        mustache_free(m);
        mem_free(cut);
    }
    ok_named(good, "every cut of a template is handled");
    ok_named(right == 9, "nine cuts, outside of tags and sections, are templates");
}

int main(void)
{
    values();
    sections();
    lines();
    errors();
    uses();
    cuts();
    return done();
}
