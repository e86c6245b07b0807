/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t.h"

static void arenas(void)
{
    struct arena a = {0};
    char *text[5000];
    int good = 1;
    for (int i = 0; i < 5000; i++) {
        char word[32];
        int n = snprintf(word, sizeof word, "word %d", i);
        text[i] = arena_text(&a, word, (size_t)n);
    }
    for (int i = 0; i < 5000; i++) {
        char word[32];
        snprintf(word, sizeof word, "word %d", i);
        good &= strcmp(text[i], word) == 0;
    }
    ok_named(good, "texts stay where they were put");
    double *x = arena_alloc(&a, 100000, sizeof *x);
    ok((uintptr_t)x % sizeof *x == 0);
    x[99999] = 1;
    ok(a.bytes >= 800000);
    arena_release(&a);
    ok(a.block == NULL && a.bytes == 0);
}

static void grows(void)
{
    size_t cap = 0;
    int *p = NULL;
    for (size_t i = 0; i < 1000; i++) {
        p = mem_grow(p, &cap, i + 1, sizeof *p);
        p[i] = (int)i;
    }
    ok(cap >= 1000 && cap < 4000 && p[0] == 0 && p[999] == 999);
    mem_free(p);
    char *text = mem_text("abc", 2);
    ok(strcmp(text, "ab") == 0);
    mem_free(text);
}

/* What must end the program is tried in a child with standard error closed. */
static int status_of(void (*act)(void))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        act();
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void overflow(void)
{
    mem_alloc(SIZE_MAX / 2, 4);
}

static void huge(void)
{
    memset(mem_alloc(SIZE_MAX / 4, 1), 1, 1);
}

int main(void)
{
    arenas();
    grows();
    ok_named(status_of(overflow) == 1, "a size that overflows ends with 1");
    ok_named(status_of(huge) == 1, "memory that is not to be had ends with 1");
    return done();
}
