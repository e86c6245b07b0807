/* SPDX-License-Identifier: MIT */
/*
 * A file is read whole and judged before anything in it is believed: first line, end line, number
 * of lines, checksum.  Then tabs and newlines become NULs and escapes are undone in place, so what
 * is allocated follows from the bytes that are there, never from what they say.
 */
#include "model.h"

#include <string.h>
#include <zlib.h>

#include "die.h"
#include "mem.h"
#include "num.h"
#include "stream.h"

#define MODEL_MAGIC "#pa-model"
#define MODEL_END "#end"

enum { MODEL_VERSION = 1, READ_BLOCK = 1 << 16 };

/* ---- write ---- */

struct model_out {
    struct stream_out *out;
    struct buf line;
    uint32_t crc;
    int64_t lines;
};

static void flush_line(struct model_out *m)
{
    if (!m->line.n)
        return;
    buf_char(&m->line, '\n');
    m->crc = (uint32_t)crc32_z(m->crc, (const unsigned char *)m->line.p, m->line.n);
    m->lines++;
    stream_write(m->out, m->line.p, m->line.n);
    buf_clear(&m->line);
}

/* What has been opened before the work. */
static struct {
    const char *path;
    struct stream_out *out;
    bool taken, gzip;
} reserved;

static void refuse_empty(void *context)
{
    (void)context;
    if (!reserved.taken)
        die("%s: nothing was learnt that could be written there", reserved.path);
}

void model_reserve(const char *path, bool gzip)
{
    reserved.path = path;
    reserved.gzip = gzip;
    if (!path)
        return;
    reserved.out = stream_create(path, gzip);
    stream_before_finish(reserved.out, refuse_empty, NULL);
}

struct model_out *model_create(const char *path, const char *program, const char *kind)
{
    struct model_out *m = mem_zero(1, sizeof *m);
    if (path && path == reserved.path) {
        m->out = reserved.out;
        reserved.taken = true;
    } else {
        m->out = stream_create(path, !path && reserved.gzip);
    }
    model_key(m, MODEL_MAGIC);
    model_int(m, MODEL_VERSION);
    model_text(m, str_of(program));
    model_text(m, str_of(kind));
    return m;
}

void model_key(struct model_out *m, const char *key)
{
    flush_line(m);
    buf_text(&m->line, key);
}

void model_text(struct model_out *m, struct str text)
{
    static const char plain[] = "\t\n\r\\", escaped[] = "tnr\\";
    buf_char(&m->line, '\t');
    for (size_t i = 0; i < text.n; i++) {
        const char *special = memchr(plain, text.p[i], sizeof plain - 1);
        if (special)
            buf_char(&m->line, '\\');
        buf_char(&m->line, special ? escaped[special - plain] : text.p[i]);
    }
}

void model_number(struct model_out *m, double x)
{
    buf_char(&m->line, '\t');
    num_put(&m->line, x);
}

void model_int(struct model_out *m, int64_t x)
{
    buf_char(&m->line, '\t');
    num_put_int(&m->line, x);
}

void model_lines(struct model_out *m, struct str text, size_t lines)
{
    if (!text.n)
        return;
    flush_line(m);
    m->crc = (uint32_t)crc32_z(m->crc, (const unsigned char *)text.p, text.n);
    m->lines += (int64_t)lines;
    stream_write(m->out, text.p, text.n);
}

void model_close(struct model_out *m)
{
    flush_line(m);
    buf_print(&m->line, "%s\t%lld\t%08lx\n", MODEL_END, (long long)m->lines, (unsigned long)m->crc);
    stream_write(m->out, m->line.p, m->line.n);
    buf_release(&m->line);
    mem_free(m);
}

void model_publish(struct model_out *m)
{
    struct stream_out *out = m->out;
    model_close(m);
    stream_publish(out);
}

/* ---- read ---- */

struct model_in {
    const char *path;
    struct buf text;
    struct str *field; /* of all lines */
    size_t *first;     /* (lines + 1) first field of each line */
    size_t lines, at;  /* without the end line; the next to be taken */
};

static struct buf read_whole(const char *path)
{
    struct buf text = {0};
    struct stream_in *in = stream_open(path);
    size_t n;
    while ((n = stream_read(in, buf_room(&text, READ_BLOCK), READ_BLOCK)) > 0)
        text.n += n;
    stream_close(in);
    return text;
}

_Noreturn static void refuse(const char *path, size_t line, const char *what)
{
    die_at((struct place){path, line, NULL}, "%s", what);
}

/* The first line, whose version decides what the rest means. */
static void check_first(const char *path, struct str text)
{
    struct str rest, line = str_cut(text, '\n', &rest), tail;
    struct str magic = str_cut(line, '\t', &tail);
    struct str version = str_cut(tail, '\t', &tail);
    if (text.n && text.p[text.n - 1] == '\0')
        refuse(path, 0, "the program before this one failed");
    if (!str_is(magic, MODEL_MAGIC))
        refuse(path, 1, "not a model (a model begins with \"" MODEL_MAGIC "\")");
    if (!str_is(version, "1"))
        die_at((struct place){path, 1, NULL},
            "version \"%.*s\" of the model format (this program reads version 1)",
            STR_ARG(version));
}

/* The bytes before the end line, which must say what they are. */
static struct str check_end(const char *path, struct str text)
{
    struct buf wanted = {0};
    struct str rest = text, line = {NULL, 0};
    size_t lines = 0;
    while (rest.n) {
        line = str_cut(rest, '\n', &rest);
        struct str value, key = str_cut(line, '\t', &value);
        if (str_is(key, MODEL_END))
            break;
        line.p = NULL;
        lines++;
    }
    if (!line.p || !rest.p)
        refuse(path, lines, "the end line is missing: the model was cut off");
    if (rest.n)
        refuse(path, lines + 2, "something follows the end line");
    struct str body = {text.p, (size_t)(line.p - text.p)};
    buf_print(&wanted, "%s\t%zu\t", MODEL_END, lines);
    if (line.n < wanted.n || memcmp(line.p, wanted.p, wanted.n) != 0)
        refuse(path, lines + 1, "the number of lines is not that of the end line");
    buf_print(&wanted, "%08lx", crc32_z(0, (const unsigned char *)body.p, body.n));
    if (!str_equal(line, buf_view(&wanted)))
        refuse(path, lines + 1, "the checksum is wrong: the model was damaged or edited");
    buf_release(&wanted);
    return body;
}

/* Undo escapes in place and end the field with a NUL, where its tab or newline stood. */
static struct str decode(char *p, size_t n)
{
    static const char escaped[] = "tnr\\", plain[] = "\t\n\r\\";
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const char *code = NULL;
        if (p[i] == '\\' && i + 1 < n)
            code = memchr(escaped, p[i + 1], sizeof escaped - 1);
        i += code != NULL;
        p[kept++] = code ? plain[code - escaped] : p[i];
    }
    p[kept] = '\0';
    return (struct str){p, kept};
}

static size_t count_bytes(struct str text, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == c;
    return n;
}

static void split(struct model_in *m, struct str body)
{
    size_t fields = 0, start = 0;
    char *p = m->text.p;
    m->lines = count_bytes(body, '\n');
    m->first = mem_alloc(m->lines + 1, sizeof *m->first);
    m->field = mem_alloc(m->lines + count_bytes(body, '\t'), sizeof *m->field);
    m->lines = 0;
    m->first[0] = 0;
    for (size_t i = 0; i < body.n; i++) {
        char c = p[i];
        if (c != '\t' && c != '\n')
            continue;
        m->field[fields++] = decode(p + start, i - start);
        start = i + 1;
        if (c == '\n')
            m->first[++m->lines] = fields;
    }
}

static struct model_line take(const struct model_in *m, size_t i)
{
    return (struct model_line){m->field + m->first[i], m->first[i + 1] - m->first[i], i + 1};
}

static void check_owner(const struct model_in *m, const char *program, const char *kind)
{
    struct model_line first = take(m, 0);
    struct place at = {m->path, 1, NULL};
    if (first.n != 4)
        die_at(at, "the first line has %zu fields (a model has 4)", first.n);
    if (!str_is(first.field[2], program))
        die_at(at, "a model of %.*s (this needs one of %s)", STR_ARG(first.field[2]), program);
    if (kind && !str_is(first.field[3], kind))
        die_at(at, "a model of kind %.*s (this needs %s)", STR_ARG(first.field[3]), kind);
}

struct model_in *model_open(const char *path, const char *program, const char *kind)
{
    struct model_in *m = mem_zero(1, sizeof *m);
    m->path = path;
    m->text = read_whole(path);
    check_first(path, buf_view(&m->text));
    split(m, check_end(path, buf_view(&m->text)));
    check_owner(m, program, kind);
    m->at = 1;
    return m;
}

struct str model_kind(const struct model_in *m)
{
    return take(m, 0).field[3];
}

bool model_next(struct model_in *m, struct model_line *line)
{
    if (m->at == m->lines)
        return false;
    *line = take(m, m->at++);
    return true;
}

bool model_peek(const struct model_in *m, const char *key)
{
    return m->at < m->lines && str_is(take(m, m->at).field[0], key);
}

void model_expect(struct model_in *m, const char *key, size_t fields, struct model_line *line)
{
    if (!model_peek(m, key))
        die_at((struct place){m->path, m->at + 1, NULL}, "a line \"%s\" should stand here", key);
    model_next(m, line);
    if (line->n < fields + 1)
        die_at((struct place){m->path, line->line, key}, "%zu values (%zu or more are needed)",
            line->n - 1, fields);
}

static struct str value(const struct model_in *m, const struct model_line *line, size_t i)
{
    if (i >= line->n)
        model_die(m, line, "a value is missing");
    return line->field[i];
}

double model_get_number(const struct model_in *m, const struct model_line *line, size_t i)
{
    double x;
    struct str text = value(m, line, i);
    if (num_double(text, &x) != NUM_OK)
        die_at((struct place){m->path, line->line, line->field[0].p}, "\"%.*s\" is not a number",
            STR_ARG(text));
    return x;
}

int64_t model_get_int(
    const struct model_in *m, const struct model_line *line, size_t i, int64_t min, int64_t max)
{
    int64_t x;
    struct str text = value(m, line, i);
    if (num_int(text, &x) != NUM_OK || x < min || x > max)
        die_at((struct place){m->path, line->line, line->field[0].p},
            "\"%.*s\" is not a whole number from %lld to %lld", STR_ARG(text), (long long)min,
            (long long)max);
    return x;
}

_Noreturn void model_die(const struct model_in *m, const struct model_line *line, const char *what)
{
    die_at((struct place){m->path, line->line, line->field[0].p}, "%s", what);
}

void model_free(struct model_in *m)
{
    buf_release(&m->text);
    mem_free(m->field);
    mem_free(m->first);
    mem_free(m);
}
