/* SPDX-License-Identifier: MIT */
/* Rows worked on by several threads: the output, messages and promptness are those of one. */
#include "csv_map.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "exits.h"
#include "files.h"
#include "rng.h"
#include "stream.h"
#include "t.h"

enum { MOST_JOBS = 8 };

/* Rows that wait for their batch. */
struct held {
    size_t n;
    struct str bytes[CSV_MAP_BATCH];
    int64_t size[CSV_MAP_BATCH];
};

struct task {
    struct common common;
    const char *file[2];
    size_t files, number, size; /* of added columns */
    struct csv_in *in;
    bool numbered, again, batch;
    struct held *held; /* (MOST_JOBS) */
};

static void write_batch(void *context, struct csv_out *out, unsigned thread)
{
    const struct task *t = context;
    struct held *h = &t->held[thread];
    for (size_t i = 0; i < h->n; i++) {
        csv_set_int(out, t->size, h->size[i]);
        csv_write_bytes(out, h->bytes[i]);
    }
    h->n = 0;
}

/* d...: left out; bad: unusable; anything else: its length, and the row's number. */
static void measure(void *context, const struct row *row, struct csv_out *out, unsigned thread)
{
    const struct task *t = context;
    struct str s = row->text[0];
    if (thread >= t->common.jobs || (s.n && s.p[0] == 'd'))
        return;
    if (str_is(s, "bad") && !csv_bad(t->in, row, E_NUM, "a", "\"%.*s\" is bad", STR_ARG(s)))
        return;
    if (t->batch && row->whole) {
        struct held *h = &t->held[thread];
        h->size[h->n] = (int64_t)s.n;
        h->bytes[h->n++] = row->bytes;
        return;
    }
    if (t->batch)
        write_batch(context, out, thread);
    csv_set_int(out, t->size, (int64_t)s.n);
    if (t->numbered)
        csv_set_int(out, t->number, (int64_t)row->number);
    csv_write(out, row);
}

/* To standard output. */
static void run(void *context)
{
    struct task *t = context;
    struct row row;
    t->in = csv_open(&t->common, t->file, t->files);
    struct csv_out *out = csv_create(&t->common, t->in, NULL);
    t->size = csv_add(out, str_of("size"));
    t->number = csv_add(out, str_of("number"));
    t->held = calloc(MOST_JOBS, sizeof *t->held);
    if (t->again) {
        csv_keep(t->in);
        while (csv_next(t->in, &row))
            continue;
        csv_rewind(t->in);
    }
    csv_map(&(struct csv_map){.in = t->in,
        .out = out,
        .jobs = t->common.jobs,
        .numbered = t->numbered,
        .row = measure,
        .batch = t->batch ? write_batch : NULL,
        .context = t});
    csv_close(t->in);
    free(t->held);
    _exit(stream_finish());
}

static void run_to_file(void *context)
{
    int fd = open("got", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(fd, 1);
    run(context);
}

/* A row that no part of the input can hold: one field of many lines, or without quotes. */
static void put_long(struct buf *b, bool quoted)
{
    buf_text(b, quoted ? "\"" : "");
    for (int i = 0; i < 30000; i++)
        buf_text(b, quoted ? "some \"\"text\"\",\nof it\n" : "some text, of it");
    buf_text(b, quoted ? "\",5,long\n" : "\n");
}

/* Rows of every kind: quoted over lines, escaped quotes, empty, CRLF, blank lines between; longs:
 * every so many rows a long one. */
static struct buf table(uint64_t seed, size_t rows, size_t longs)
{
    static const char *const kind[] = {"plain,1,x\n", "\"two\nlines\",2,\"a,b\"\n", ",,\n",
        "d,left,out\n", "\"q\"\"q\",3,y\r\n", "\n", "longer than the others,4,zzzzzzzzzzzzzzzz\n"};
    struct buf b = {0};
    buf_text(&b, "a,b,c\n");
    for (size_t i = 0; i < rows; i++) {
        if (longs && i % longs == 0)
            put_long(&b, true);
        buf_text(&b, kind[rng_below(seed, 99, i, 0, 7)]);
    }
    return b;
}

/* The same for any number of threads: status, standard error and standard output? */
static bool alike(const struct task *given)
{
    struct task t = *given;
    t.common.jobs = 1;
    int status = exits_status(2, run_to_file, &t);
    char *text = strdup(exits_text);
    struct buf wanted = {0};
    read_file(&wanted, "got");
    bool same = status == 0 || status == 1;
    for (unsigned jobs = 2; jobs < 10 && same; jobs++) {
        t.common.jobs = jobs / 2;
        t.batch = jobs % 2 && !t.numbered;
        same = exits_status(2, run_to_file, &t) == status && strcmp(text, exits_text) == 0;
        struct str got = get_file("got");
        if (!same || !str_equal(got, buf_view(&wanted))) {
            printf("# -j %u%s: status %d, %zu bytes for %zu\n# %s# %s", t.common.jobs,
                t.batch ? " in batches" : "", status, got.n, wanted.n, exits_text, text);
            same = false;
        }
    }
    free(text);
    buf_release(&wanted);
    return same;
}

static void test_alike(void)
{
    struct task t = {.common = {.max_field = 1 << 20, .max_errors = UINT64_MAX},
        .file = {"a.csv", "b.csv"},
        .files = 2};
    for (int round = 0; round < 8; round++) {
        t.numbered = round & 1;
        t.again = round & 2;
        t.common.verbose = true;
        struct buf a = table((uint64_t)round, round & 4 ? 200000 : 30, round % 3 ? 0 : 30000);
        struct buf b = table(77, 100000, round > 5 ? 40000 : 0);
        put_file("a.csv", buf_view(&a));
        if (round == 5)
            memcpy(b.p, "b,a,c", 5); /* rows that are not whole come after whole ones */
        put_file("b.csv", buf_view(&b));
        ok_named(alike(&t), "two files of many kinds of rows");
        buf_text(&b, "bad,1,2\n");
        buf_str(&b, buf_view(&a));
        buf_text(&b, "ragged\nbad,3,4\n");
        put_file("b.csv", buf_view(&b));
        ok_named(alike(&t), "the first unusable value ends it, after the rows before");
        buf_text(&a, "ragged\nbad,3,4\n");
        put_file("a.csv", buf_view(&a));
        ok_named(alike(&t), "the first broken row ends it, after the rows before");
        a.n -= strlen("ragged\nbad,3,4\n");
        put_long(&a, false);
        put_file("a.csv", buf_view(&a));
        ok_named(alike(&t), "so does a broken row that is long");
        buf_release(&a);
        buf_release(&b);
    }
    t.common.on_error = ON_ERROR_SKIP;
    ok_named(alike(&t), "unusable rows left out");
    put_file("a.csv", str_of("a,b,c\n"));
    put_file("b.csv", str_of("a,b,c\nx,y,z"));
    ok_named(alike(&t), "next to nothing");
}

/* A child that maps from standard input with two threads; to[1] and from[0] are ours. */
static pid_t start(int *to, int *from)
{
    static struct task t = {.common = {.max_field = 1 << 20, .max_errors = UINT64_MAX, .jobs = 2}};
    if (pipe(to) || pipe(from))
        return -1;
    pid_t child = fork();
    if (child == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[1]);
        run(&t);
    }
    close(to[0]);
    close(from[1]);
    return child;
}

static bool answers(int to, int from, const char *line, const char *wanted)
{
    char got[256] = {0};
    struct pollfd p = {from, POLLIN, 0};
    if (write(to, line, strlen(line)) < 0)
        return false;
    return poll(&p, 1, 5000) > 0 && read(from, got, sizeof got - 1) > 0 && strcmp(got, wanted) == 0;
}

static void test_at_once(void)
{
    int to[2], from[2];
    struct buf many = {0};
    for (int i = 0; i < 300000; i++)
        buf_text(&many, "drop,1,2\n");
    pid_t child = start(to, from);
    ok(child > 0);
    ok(answers(to[1], from[0], "a,b,c\n", "a,b,c,size,number\n"));
    ok(answers(to[1], from[0], "one,1,1\n", "one,1,1,3,\n"));
    for (size_t at = 0; at < many.n;) {
        ssize_t n = write(to[1], many.p + at, many.n - at);
        at += n > 0 ? (size_t)n : many.n;
    }
    for (int i = 0; i < 50; i++)
        ok(answers(to[1], from[0], "three,1,1\n", "three,1,1,5,\n"));
    close(to[1]);
    int status;
    ok(waitpid(child, &status, 0) == child && status == 0);
    buf_release(&many);
}

int main(void)
{
    char folder[] = "/tmp/pa-map-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_alike();
    test_at_once();
    unlink("a.csv");
    unlink("b.csv");
    unlink("got");
    rmdir(folder);
    return done();
}
