/* SPDX-License-Identifier: MIT */
/*
 * A template becomes a list of steps.  A section's first and last step know each other's place, so
 * that filling is one loop without recursion; only {{#rows}} needs a stack, of the row it is at.
 * What "." means is settled when the template is read: the name of the innermost column section.
 */
#include "mustache.h"

#include <stdint.h>
#include <string.h>

#include "dict.h"
#include "mem.h"
#include "num.h"

enum kind { TEXT, ESCAPED, RAW, SECTION, INVERTED, END };

/* The name number of the list of rows. */
static const uint32_t ROWS = UINT32_MAX;

struct step {
    enum kind kind;
    uint32_t name;   /* all but TEXT */
    size_t other;    /* SECTION, INVERTED: its END; END: its beginning */
    struct str text; /* TEXT */
};

struct mustache {
    char *source;
    struct step *step;
    size_t n, cap;
    struct dict *names;
    struct mustache_use *use;
    size_t uses, use_cap;
    size_t rows_line, depth; /* of sections over rows, one within another */
};

/* A tag: bytes [begin, end) of the template; its name without blanks. */
struct tag {
    char sigil; /* 0, or one of { & # ^ / ! > = */
    size_t begin, end;
    struct str name, text;
};

/* A section that is open while the template is read. */
struct open {
    size_t step;
    struct str name;
    struct tag tag;
};

struct parser {
    struct mustache *m;
    struct str s;      /* the template */
    size_t at;         /* what is before it has become steps */
    size_t line, seen; /* number of the line at byte seen */
    struct open *open;
    size_t opens, open_cap;
    size_t rows; /* open sections over rows */
    struct mustache_error *error;
};

/* The number of the line in which byte at stands; at never goes back. */
static size_t line_of(struct parser *p, size_t at)
{
    for (; p->seen < at; p->seen++)
        p->line += p->s.p[p->seen] == '\n';
    return p->line;
}

static bool wrong(struct parser *p, const struct tag *tag, const char *what)
{
    *p->error = (struct mustache_error){line_of(p, tag->begin), tag->text, what};
    return false;
}

static size_t find(struct str s, size_t from, const char *what)
{
    size_t n = strlen(what);

    for (size_t i = from; i + n <= s.n; i++) {
        const char *hit = memchr(s.p + i, what[0], s.n - n - i + 1);
        if (!hit)
            break;
        i = (size_t)(hit - s.p);
        if (!memcmp(hit, what, n))
            return i;
    }
    return s.n;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str trim(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The tag that begins at byte begin. */
static bool read_tag(struct parser *p, size_t begin, struct tag *tag)
{
    size_t inner = begin + 2;
    char c = inner < p->s.n ? p->s.p[inner] : '\0';
    const char *closing = c == '{' ? "}}}" : "}}";

    *tag = (struct tag){.begin = begin, .text = {p->s.p + begin, p->s.n - begin}};
    if (c && strchr("{&#^/!>=", c)) {
        tag->sigil = c;
        inner++;
    }
    size_t end = find(p->s, inner, closing);
    if (end == p->s.n)
        return wrong(p, tag, "the tag is not closed");
    tag->end = end + strlen(closing);
    tag->text.n = tag->end - begin;
    tag->name = trim((struct str){p->s.p + inner, end - inner});
    if (c == '>' || c == '=')
        return wrong(p, tag, "partials and other delimiters are not known");
    if (!tag->name.n && c != '!')
        return wrong(p, tag, "the tag has no name");
    return true;
}

/*
 * Does a tag that is no variable stand alone on its line(s)?  Then *first and *after are the bytes
 * at which they begin and end.
 */
static bool alone(struct str s, const struct tag *tag, size_t *first, size_t *after)
{
    size_t a = tag->begin, b = tag->end;

    while (a && (s.p[a - 1] == ' ' || s.p[a - 1] == '\t'))
        a--;
    while (b < s.n && (s.p[b] == ' ' || s.p[b] == '\t'))
        b++;
    if (a && s.p[a - 1] != '\n')
        return false;
    if (b + 1 < s.n && s.p[b] == '\r' && s.p[b + 1] == '\n')
        b++;
    if (b < s.n && s.p[b++] != '\n')
        return false;
    *first = a;
    *after = b;
    return true;
}

static struct step *add_step(struct mustache *m, enum kind kind)
{
    m->step = mem_grow(m->step, &m->cap, m->n + 1, sizeof *m->step);
    m->step[m->n] = (struct step){.kind = kind};
    return &m->step[m->n++];
}

static void add_text(struct mustache *m, struct str text)
{
    if (text.n)
        add_step(m, TEXT)->text = text;
}

static uint32_t use_name(struct parser *p, struct str name, size_t line)
{
    struct mustache *m = p->m;
    uint32_t id = dict_add(m->names, name);

    if (id == m->uses) {
        m->use = mem_grow(m->use, &m->use_cap, m->uses + 1, sizeof *m->use);
        m->use[m->uses++] = (struct mustache_use){dict_key(m->names, id), line, 0};
    }
    if (!p->rows && !m->use[id].outside)
        m->use[id].outside = line;
    return id;
}

/* "." is the innermost section over a column, unless one over rows is nearer. */
static bool read_dot(struct parser *p, const struct tag *tag, struct str *name)
{
    for (size_t i = p->opens; i-- > 0;) {
        if (p->m->step[p->open[i].step].kind == INVERTED)
            continue;
        if (str_is(p->open[i].name, MUSTACHE_ROWS))
            break;
        *name = p->open[i].name;
        return true;
    }
    return wrong(p, tag, "stands in no section over a column");
}

static bool open_section(struct parser *p, const struct tag *tag, struct str name)
{
    struct mustache *m = p->m;
    size_t line = line_of(p, tag->begin);
    bool rows = str_is(name, MUSTACHE_ROWS);
    uint32_t id = rows ? ROWS : use_name(p, name, line);

    p->open = mem_grow(p->open, &p->open_cap, p->opens + 1, sizeof *p->open);
    p->open[p->opens++] = (struct open){m->n, name, *tag};
    add_step(m, tag->sigil == '#' ? SECTION : INVERTED)->name = id;
    if (rows && !m->rows_line)
        m->rows_line = line;
    p->rows += rows && tag->sigil == '#';
    if (p->rows > m->depth)
        m->depth = p->rows;
    return true;
}

static bool close_section(struct parser *p, const struct tag *tag, struct str name)
{
    struct mustache *m = p->m;

    if (!p->opens)
        return wrong(p, tag, "no section is open");
    const struct open *o = &p->open[p->opens - 1];
    if (!str_equal(o->name, name))
        return wrong(p, tag, "the section that is open has another name");
    struct step *end = add_step(m, END);
    end->other = o->step;
    end->name = m->step[o->step].name;
    m->step[o->step].other = m->n - 1;
    p->rows -= end->name == ROWS && m->step[o->step].kind == SECTION;
    p->opens--;
    return true;
}

static bool add_value(struct parser *p, const struct tag *tag, struct str name)
{
    if (str_is(name, MUSTACHE_ROWS))
        return wrong(p, tag, "this is the list of rows (it takes {{#rows}}...{{/rows}})");
    uint32_t id = use_name(p, name, line_of(p, tag->begin));
    add_step(p->m, tag->sigil ? RAW : ESCAPED)->name = id;
    return true;
}

static bool add_tag(struct parser *p, const struct tag *tag)
{
    struct str name = tag->name;

    if (tag->sigil == '!')
        return true;
    if (str_is(name, ".") && !read_dot(p, tag, &name))
        return false;
    if (tag->sigil == '#' || tag->sigil == '^')
        return open_section(p, tag, name);
    if (tag->sigil == '/')
        return close_section(p, tag, name);
    return add_value(p, tag, name);
}

static bool parse(struct parser *p)
{
    struct tag tag;

    for (;;) {
        size_t begin = find(p->s, p->at, "{{");
        size_t after, first = begin;
        if (begin == p->s.n)
            break;
        if (!read_tag(p, begin, &tag))
            return false;
        after = tag.end;
        if (tag.sigil && strchr("#^/!", tag.sigil))
            alone(p->s, &tag, &first, &after);
        add_text(p->m, (struct str){p->s.p + p->at, first - p->at});
        if (!add_tag(p, &tag))
            return false;
        p->at = after;
    }
    add_text(p->m, (struct str){p->s.p + p->at, p->s.n - p->at});
    if (!p->opens)
        return true;
    p->seen = 0;
    p->line = 1;
    return wrong(p, &p->open[p->opens - 1].tag, "the section is not ended");
}

struct mustache *mustache_parse(struct str text, struct mustache_error *error)
{
    struct mustache *m = mem_zero(1, sizeof *m);

    m->source = mem_text(text.p, text.n);
    m->names = dict_new();
    struct parser p = {.m = m, .s = {m->source, text.n}, .line = 1, .error = error};
    bool right = parse(&p);
    mem_free(p.open);
    if (right)
        return m;
    error->tag.p = text.p + (error->tag.p - m->source);
    mustache_free(m);
    return NULL;
}

void mustache_free(struct mustache *m)
{
    if (!m)
        return;
    dict_free(m->names);
    mem_free(m->use);
    mem_free(m->step);
    mem_free(m->source);
    mem_free(m);
}

size_t mustache_names(const struct mustache *m, const struct mustache_use **use, size_t *rows_line)
{
    *use = m->use;
    *rows_line = m->rows_line;
    return m->uses;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_escaped(struct buf *out, struct str s)
{
    size_t done = 0;

    for (size_t i = 0; i < s.n; i++) {
        const char *name = entity(s.p[i]);
        if (!name)
            continue;
        buf_put(out, s.p + done, i - done);
        buf_text(out, name);
        done = i + 1;
    }
    if (done < s.n)
        buf_put(out, s.p + done, s.n - done);
}

static bool is_true(struct str s)
{
    double x;

    if (!s.n || str_is(s, "false"))
        return false;
    return num_double(s, &x) != NUM_OK || x < 0 || x > 0;
}

/* Where filling stands. */
struct fill {
    const struct mustache_data *data;
    const struct str *fields;
    size_t *row; /* of each section over rows that is being repeated */
    size_t depth;
};

static bool enters(struct fill *f, const struct step *s)
{
    bool right = s->name == ROWS ? f->data->rows > 0 : is_true(f->fields[f->data->column[s->name]]);

    if (right != (s->kind == SECTION))
        return false;
    if (s->name == ROWS && s->kind == SECTION) {
        f->row[f->depth++] = 0;
        f->fields = f->data->row(f->data->context, 0);
    }
    return true;
}

/* At the end of a section over rows: is there another row? */
static bool repeats(struct fill *f)
{
    bool more = ++f->row[f->depth - 1] < f->data->rows;

    f->depth -= !more;
    f->fields = f->depth ? f->data->row(f->data->context, f->row[f->depth - 1]) : f->data->fields;
    return more;
}

void mustache_render(
    const struct mustache *m, const struct mustache_data *data, bool escape, struct buf *out)
{
    struct fill f = {.data = data, .fields = data->fields};

    f.row = mem_alloc(m->depth, sizeof *f.row);
    for (size_t i = 0; i < m->n; i++) {
        const struct step *s = &m->step[i];
        if (s->kind == TEXT)
            buf_str(out, s->text);
        else if (s->kind == ESCAPED && escape)
            put_escaped(out, f.fields[data->column[s->name]]);
        else if (s->kind == ESCAPED || s->kind == RAW)
            buf_str(out, f.fields[data->column[s->name]]);
        else if (s->kind != END)
            i = enters(&f, s) ? i : s->other;
        else if (s->name == ROWS && m->step[s->other].kind == SECTION && repeats(&f))
            i = s->other;
    }
    mem_free(f.row);
}
