/* SPDX-License-Identifier: MIT */
/*
 * What reading costs grows as the input does: over a decade of rows, columns, lengths of fields,
 * quotes, keys and faults the exponent stays below 1.1.  Costs are instructions, where the system
 * counts them, else the least processor time of several runs.
 */
#define _GNU_SOURCE /* syscall */
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "t.h"

static bool counts; /* the system counts instructions */

static int counter(pid_t pid)
{
    struct perf_event_attr a = {.type = PERF_TYPE_HARDWARE,
        .size = sizeof a,
        .config = PERF_COUNT_HW_INSTRUCTIONS,
        .disabled = 1,
        .inherit = 1,
        .enable_on_exec = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &a, pid, -1, -1, 0);
}

/* With those of the system, for only their sum is exact. */
static double seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_CHILDREN, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* Runs a command of the shell, which must succeed. */
static double cost_once(const char *command)
{
    int gate[2], status;
    char go = 0;
    if (pipe(gate))
        return NAN;
    fflush(stdout);
    double before = seconds();
    pid_t child = fork();
    if (child == 0) {
        if (read(gate[0], &go, 1) == 1)
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int fd = counter(child);
    bool good = write(gate[1], &go, 1) == 1;
    good = waitpid(child, &status, 0) == child && good && WIFEXITED(status) && !WEXITSTATUS(status);
    close(gate[0]);
    close(gate[1]);
    uint64_t n = 0;
    counts = fd >= 0 && read(fd, &n, sizeof n) == sizeof n && n > 0;
    if (fd >= 0)
        close(fd);
    if (!good) {
        printf("Bail out! failed: %s\n", command);
        exit(1);
    }
    return counts ? (double)n : seconds() - before;
}

static double cost(const char *command)
{
    double least = cost_once(command);
    for (int i = 0; i < (counts ? 1 : 3); i++)
        least = fmin(least, cost_once(command));
    return least;
}

/* A table of size n. */
typedef void make(struct buf *, size_t n);

static void rows(struct buf *b, size_t n)
{
    buf_text(b, "a,b,c\n");
    for (size_t i = 0; i < 40 * n; i++)
        buf_print(b, "u%zu,%zu.%zu,some text\n", i % 1000, i % 777, i % 100);
}

static void quoted_rows(struct buf *b, size_t n)
{
    buf_text(b, "a,b,c\n");
    for (size_t i = 0; i < 40 * n; i++)
        buf_print(b, "\"u%zu, x\",%zu,\"say \"\"%zu\"\"\"\n", i % 1000, i % 777, i % 100);
}

static void distinct_rows(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    for (size_t i = 0; i < 20 * n; i++)
        buf_print(b, "key%zu,%zu\n", i, i % 7);
}

/* A quarter as many users as rows, who come in no order. */
static void users(struct buf *b, size_t n)
{
    buf_text(b, "user,time,click\n");
    for (size_t i = 0; i < 20 * n; i++)
        buf_print(b, "user-%zu,%zu,%zu\n", (i * 0x9e3779b97f4a7c15u >> 20) % (5 * n),
            1700000000 + i, i % 11 / 10);
}

static void columns(struct buf *b, size_t n)
{
    for (size_t row = 0; row < 21; row++)
        for (size_t i = 1; i <= 2 * n; i++)
            buf_print(b, i == 2 * n ? "c%zu\n" : "c%zu,", i);
}

static void fill(struct buf *b, size_t n, const char *piece)
{
    for (size_t i = 0; i < n; i++)
        buf_text(b, piece);
}

static void long_field(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    for (int row = 0; row < 3; row++) {
        fill(b, 100 * n, "wxyz567890");
        buf_text(b, ",1\n");
    }
}

static void long_quoted(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    for (int row = 0; row < 3; row++) {
        buf_char(b, '"');
        fill(b, 100 * n, "wxyz,67890");
        buf_text(b, "\",1\n");
    }
}

static void many_quotes(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n\"");
    fill(b, 1000 * n, "\"\"");
    buf_text(b, "\",1\n");
}

static void many_lines(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n\"");
    fill(b, 1000 * n, "x\n");
    buf_text(b, "\",1\n");
}

static void never_closed(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n1,2\n3,\"");
    fill(b, 500 * n, "4,5\n");
}

static void stray_quotes(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    fill(b, 100 * n, "x\"y,\"1\"2\n");
}

/* Both sizes are beyond the cap on fields, from which on the reader must look ahead anew. */
static void forgiven_lines(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    fill(b, 150 * n, "\"\"x\n1,2\n");
}

static void forgiven_fields(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    fill(b, 100 * n, "\"x\",\"y\n");
}

static void forgiven_nul(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    fill(b, 5 * n, "\"x\n");
    buf_char(b, '\0');
    fill(b, 5 * n, "\"x\n");
    buf_text(b, "\"\ry\n");
}

static void ragged_rows(struct buf *b, size_t n)
{
    buf_text(b, "a,b\n");
    fill(b, 40 * n, "1,2,3\n4,5\n");
}

static void escapes(struct buf *b, size_t n)
{
    buf_text(b, "a\tb\n");
    for (int row = 0; row < 3; row++) {
        fill(b, 200 * n, "x\\ty\\\\");
        buf_text(b, "\t1\n");
    }
}

static void put_made(make *fn, size_t n)
{
    struct buf b = {0};
    fn(&b, n);
    put_file("in", buf_view(&b));
    buf_release(&b);
}

/* The exponent over a decade of sizes; times that others on the machine have spoilt are taken
 * again.
 */
static void grows(const char *name, make *fn, const char *command)
{
    char title[120];
    enum { SIZE = 2000 };
    double small = INFINITY, large = INFINITY, exponent = INFINITY;
    for (int i = 0; i < 12 && !(exponent < 1.1); i++) {
        put_made(fn, SIZE);
        small = fmin(small, cost(command));
        put_made(fn, 10 * SIZE);
        large = fmin(large, cost(command));
        exponent = log10(large / small);
    }
    printf("# %s: %.3g and %.3g: exponent %.3f\n", name, small, large, exponent);
    snprintf(title, sizeof title, "%s: cost grows as the input does", name);
    ok_named(exponent < 1.1, title);
}

static void test_growth(void)
{
    static const char keep[] = "pa-clean -q --keep b,a in >out";
    static const char through[] = "pa-clean -q --max-field 1000000000 in >out";
    static const char piped[] = "cat in | pa-clean -q --max-field 1000000000 >out";
    static const char skip[] = "pa-clean -q --on-error skip --max-field 1000000000 in >out 2>err";
    static const char forgiving[] = "pa-clean -q --lenient --on-error skip in >out 2>err";
    static const char forgiving_pipe[] =
        "cat in | pa-clean -q --lenient --on-error skip >out 2>err";
    grows("rows", rows, through);
    grows("rows, columns chosen", rows, keep);
    grows("rows with quotes", quoted_rows, through);
    grows("rows with quotes, columns chosen", quoted_rows, keep);
    grows("columns", columns, through);
    grows("columns, one chosen", columns, "pa-clean -q --keep c7 in >out");
    grows("a long field", long_field, through);
    grows("a long field in a pipe", long_field, piped);
    grows("a long quoted field", long_quoted, through);
    grows("a long quoted field in a pipe", long_quoted, piped);
    grows("quotes in a field", many_quotes, through);
    grows("quotes in a field in a pipe", many_quotes, piped);
    grows("lines in a field", many_lines, through);
    grows("lines in a field in a pipe", many_lines, piped);
    grows("a quote that is never closed", never_closed, skip);
    grows("stray quotes, skipped", stray_quotes, skip);
    grows("stray quotes, forgiven", stray_quotes, forgiving);
    grows("quotes never closed, forgiven", forgiven_lines, forgiving);
    grows("quotes never closed, forgiven, in a pipe", forgiven_lines, forgiving_pipe);
    grows("fields over lines, forgiven", forgiven_fields, forgiving);
    grows("lines of a row with a NUL, forgiven", forgiven_nul, forgiving);
    grows("ragged rows, skipped", ragged_rows, skip);
    grows("escapes of TSV", escapes, "pa-clean -q -t --max-field 1000000000 in >out");
    grows("distinct rows", distinct_rows, "pa-clean -q --dedup in >out");
    grows("keys of a join", distinct_rows, "pa-join -q --on a --prefix x_ in in >out");
    grows("keys of a split", distinct_rows, "pa-split -q -u a --folds 3 in >out");
    grows("last rows of users", users, "pa-split -q -u user --leave-last 2 in >out");
    grows("exact shares of rows", users, "pa-split -q --exact in >out");
    grows("features of users", users, "pa-features -q -g user in >out");
    grows("exact shares of users", users, "pa-split -q -u user --exact --stratify click in >out");
}

int main(void)
{
    char folder[] = "/tmp/pa-growth-XXXXXX", here[2048] = "";
    const char *bin = getenv("PA_BIN");
    struct buf path = {0};
    buf_print(&path, "%s:%s/bin:%s", bin ? bin : "", getcwd(here, sizeof here), getenv("PATH"));
    setenv("PATH", buf_cstr(&path), 1);
    buf_release(&path);
    if (getenv("PA_SANITIZED")) {
        printf("ok 1 - growth # SKIP sanitizers have costs of their own\n1..1\n");
        return 0;
    }
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_growth();
    unlink("in");
    unlink("out");
    unlink("err");
    ok_named(chdir("/") == 0 && rmdir(folder) == 0, "nothing else is left in the folder");
    return done();
}
