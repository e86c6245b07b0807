/* SPDX-License-Identifier: MIT */
/*
 * What manuals promise of memory, as the system counts it: rows pass, columns are chosen and parts
 * are divided in 8 MiB, whatever the input; duplicates and LOOKUP cost so many bytes a row,
 * a draft of a schema so many a column, and a long row is there once.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

enum {
    KIB_8_MIB = 8192,
    ROWS = 250000,
    BROAD = 10000,
    LONG = 1000000,
    DISTINCT = 1200000,
    KEYS = 300000,
    COLUMNS = 100000,
    LINES = 500000
};

/* Peak KiB of a command, which this program's own memory must not exceed; 0: it failed. */
static long peak(const char *command)
{
    int way[2];
    long kib = 0;
    if (pipe(way))
        return 0;
    pid_t child = fork();
    if (child == 0) {
        struct rusage used;
        int status = 1;
        pid_t program = fork();
        if (program == 0) {
            char line[1024];
            snprintf(line, sizeof line, "exec %s 2>&1 >/dev/null", command);
            execl("/bin/sh", "sh", "-c", line, (char *)NULL);
            _exit(127);
        }
        waitpid(program, &status, 0);
        getrusage(RUSAGE_CHILDREN, &used);
        kib = status ? 0 : used.ru_maxrss;
        _exit(write(way[1], &kib, sizeof kib) != sizeof kib);
    }
    close(way[1]);
    if (read(way[0], &kib, sizeof kib) != sizeof kib)
        kib = 0;
    close(way[0]);
    waitpid(child, NULL, 0);
    return kib;
}

static void within(const char *command, long most)
{
    char name[1100];
    long kib = peak(command);
    snprintf(name, sizeof name, "%s: %ld KiB of %ld", command, kib, most);
    ok_named(kib > 0 && kib <= most, name);
}

static void put_plain(const char *path, int quoted)
{
    FILE *f = fopen(path, "w");
    fputs("id,user,time,event,item,price\n", f);
    for (int i = 0; i < ROWS; i++)
        fprintf(f,
            quoted ? "%d,u%d,\"%d\",\"a \"\"view\"\", of\nall\",p%d,%d.%02d\n"
                   : "%d,u%d,%d,view of something that is for sale,p%d,%d.%02d\n",
            i, i % 9973, 1700000000 + i, i % 977, i % 100, i % 10);
    fclose(f);
}

static void put_broad(const char *path)
{
    FILE *f = fopen(path, "w");
    for (int i = 0; i < BROAD; i++)
        fprintf(f, "column%d%c", i, i + 1 < BROAD ? ',' : '\n');
    for (int r = 0; r < 500; r++)
        for (int i = 0; i < BROAD; i++)
            fprintf(f, "%d%c", (i + r) % 1000, i + 1 < BROAD ? ',' : '\n');
    fclose(f);
}

/* Fields of a million bytes, with and without quotes, and short rows between them. */
static void put_long(const char *path)
{
    FILE *f = fopen(path, "w");
    fputs("id,user,text\n", f);
    for (int i = 0; i < 16; i++) {
        fprintf(f, "%d,u%d,%s", i, i, i % 2 ? "\"" : "");
        for (int n = 0; n < LONG; n += 10)
            fputs(i % 4 == 3 ? "\"\"\n\n\n\n\n\n\n\n"
                  : i % 2    ? "\"\"ten\"\", \n"
                             : "ten bytes ",
                f);
        fputs(i % 2 ? "\"\n" : "\n", f);
        for (int n = 0; n < ROWS / 16; n++)
            fprintf(f, "%d,u%d,short\n", n, n);
    }
    fclose(f);
}

/* As many fields and rows in as few bytes as can be. */
static void put_dense(const char *path)
{
    FILE *f = fopen(path, "w");
    fputs("user,text\n", f);
    for (int i = 0; i < 16 * ROWS; i++)
        fputs(",\n", f);
    fclose(f);
}

/* Rows of 8 MB: 16 fields of nothing but newlines. */
static void put_lines(const char *path)
{
    FILE *f = fopen(path, "w");
    fputs("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n", f);
    for (int field = 0; field < 6 * 16; field++) {
        fputs("\"", f);
        for (int i = 0; i < LINES; i++)
            fputc('\n', f);
        fputs(field % 16 < 15 ? "\"," : "\"\n", f);
    }
    fclose(f);
}

static void put_columns(const char *path)
{
    FILE *f = fopen(path, "w");
    for (int i = 0; i < COLUMNS; i++)
        fprintf(f, "%sc%d", i ? "," : "", i);
    for (int i = 0; i < COLUMNS; i++)
        fputs(i ? ",1" : "\n1", f);
    fputs("\n", f);
    fclose(f);
}

static void put_keys(const char *path, int rows)
{
    FILE *f = fopen(path, "w");
    fputs("key,value\n", f);
    for (int i = 0; i < rows; i++)
        fprintf(f, "k%07d,v%07d\n", i, i);
    fclose(f);
}

/* Rows pass, are chosen from and divided, plain or packed. */
static void test_file(const char *name, const char *keep)
{
    static const char *const packed[] = {"", ".gz"};
    static const int jobs[] = {1, 2, 8};
    char command[256];
    snprintf(command, sizeof command, "gzip -1 -k %s.csv", name);
    if (system(command))
        abort();
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 3; j++) {
            snprintf(command, sizeof command, "pa-clean -j %d %s.csv%s -o out.csv", jobs[j], name,
                packed[i]);
            within(command, KIB_8_MIB);
            snprintf(command, sizeof command, "pa-clean -j %d --keep '%s' %s.csv%s -o out.csv",
                jobs[j], keep, name, packed[i]);
            within(command, KIB_8_MIB);
        }
        snprintf(command, sizeof command, "pa-split --names a.csv,b.csv %s.csv%s", name, packed[i]);
        within(command, KIB_8_MIB);
        snprintf(
            command, sizeof command, "pa-split --folds 5 %s.csv%s -o out.csv", name, packed[i]);
        within(command, KIB_8_MIB);
    }
}

static void test_constant(void)
{
    put_plain("plain.csv", 0);
    put_plain("quoted.csv", 1);
    put_broad("broad.csv");
    put_long("long.csv");
    put_dense("dense.csv");
    test_file("plain", "user,price");
    test_file("quoted", "user,price");
    test_file("broad", "column1:column99,column9000");
    test_file("long", "text,id");
    test_file("dense", "text");
    within("pa-clean -j 2 --require user --where 'price>3' --trim item plain.csv -o out.csv",
        KIB_8_MIB);
    within("pa-split --ratio $(yes 1 | head -n 100 | paste -sd : -) "
           "--names $(seq -s , -f part%g.csv 100) plain.csv",
        KIB_8_MIB);
    within("pa-split --manifest 8 plain.csv -o out.csv", KIB_8_MIB);
}

/* 30 bytes a distinct row, and what the threads work with; all of it within --memory. */
static void test_distinct(void)
{
    static const int mib[] = {8, 16, 32};
    put_keys("keys.csv", DISTINCT);
    long table = (long)DISTINCT * 30 / 1024;
    within("pa-clean -j 1 --dedup keys.csv -o out.csv", table + 4 * 1024);
    within("pa-clean -j 2 --dedup keys.csv -o out.csv", table + (4 + 2 * 4) * 1024);
    within("pa-clean -j 4 --dedup keys.csv -o out.csv", table + (4 + 4 * 4) * 1024);
    for (int i = 0; i < 3; i++)
        for (int jobs = 1; jobs <= 8; jobs *= 2) {
            char command[256];
            snprintf(command, sizeof command,
                "pa-clean -j %d --memory %dM --dedup keys.csv -o out.csv", jobs, mib[i]);
            within(command, mib[i] * 1024L);
        }
    within("pa-clean --memory 8M --dedup --dedup-keep last <keys.csv -o out.csv", KIB_8_MIB);
}

/* Eight times a row of 7.7 MiB, once and not by each thread. */
static void test_lines(void)
{
    put_lines("lines.csv");
    within("pa-clean -j 2 --dedup lines.csv -o out.csv", (4 + 2 * 4 + 62) * 1024);
    within("pa-clean -j 8 --dedup lines.csv -o out.csv", (4 + 8 * 4 + 62) * 1024);
}

/* 2 KiB a column of a draft of a schema, and 8 MiB. */
static void test_columns(void)
{
    put_columns("columns.csv");
    within("pa-clean --infer-schema columns.csv -o out.csv", 2 * COLUMNS + KIB_8_MIB);
}

/* Key and value of 8 bytes and one more, 5 for the line, 22 for the key; and 3 MiB. */
static void test_lookup(void)
{
    put_keys("keys.csv", KEYS);
    within("pa-join --on key --prefix old_ keys.csv keys.csv -o out.csv",
        (long)KEYS * (8 + 1 + 8 + 1 + 5 + 22) / 1024 + 3 * 1024);
}

int main(void)
{
    char directory[] = "/tmp/pa-peak-XXXXXX";
    const char *bin = getenv("PA_BIN"), *old = getenv("PATH");
    if (!bin || getenv("PA_SANITIZED")) {
        puts("ok 1 - peak # SKIP needs PA_BIN, and memory as it is\n1..1");
        return 0;
    }
    char path[4096];
    snprintf(path, sizeof path, "%s:%s", bin, old ? old : "");
    if (setenv("PATH", path, 1) || !mkdtemp(directory) || chdir(directory))
        return 1;
    test_constant();
    test_distinct();
    test_lines();
    test_columns();
    test_lookup();
    snprintf(path, sizeof path, "rm -rf %s", directory);
    return done() | (chdir("/") || system(path));
}
