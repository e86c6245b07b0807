/* SPDX-License-Identifier: MIT */
/*
 * A line written into pa-clean | pa-join | pa-rank comes out while the input stays open: each line
 * is written only after the one before has come back.  Half of the lines must take less than 5 ms,
 * and none a second: a machine that is busy delays some, a program that holds lines back all.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "child.h"
#include "files.h"
#include "t.h"

enum { LINES = 200, WAIT_MS = 1000, USUAL_MS = 5 };

/* The chain, reading to[0] and writing from[1]. */
static pid_t start(const char *directory, int *to, int *from)
{
    char command[4096];
    snprintf(command, sizeof command,
        "cd %s && pa-clean --require user | pa-join --on item items.csv | pa-rank -q -p bid "
        "--items ads.csv",
        directory);
    char shell[] = "sh", how[] = "-c";
    return child_start((char *const[]){shell, how, command, NULL}, to, from);
}

/* Reads up to the next newline within the time; false if none comes. */
static int read_line(int fd, char *line, size_t room)
{
    size_t n = 0;
    double end = now_us() + WAIT_MS * 1e3, left;
    while (n + 1 < room) {
        struct pollfd p = {fd, POLLIN, 0};
        if ((left = end - now_us()) < 0 || poll(&p, 1, (int)(left / 1e3) + 1) <= 0 ||
            read(fd, line + n, 1) != 1)
            return 0;
        if (line[n++] == '\n')
            break;
    }
    line[n] = '\0';
    return 1;
}

static int ask(int to, int from, int i, double *took)
{
    char line[256], answer[256], wanted[256];
    snprintf(line, sizeof line, "u%d,p%d,%d\n", i, i % 2, i);
    snprintf(wanted, sizeof wanted, "u%d,p%d,%d,%s\n", i, i % 2, i, i % 2 ? "camera" : "phone");
    double begin = now_us();
    if (write(to, line, strlen(line)) != (ssize_t)strlen(line) ||
        !read_line(from, answer, sizeof answer))
        return 0;
    *took = (now_us() - begin) / 1e3;
    return strncmp(answer, wanted, strlen(wanted) - 1) == 0;
}

int main(void)
{
    const char *bin = getenv("PA_BIN");
    char directory[] = "/tmp/pa-latency.XXXXXX", path[64], ads[64], search[4096], header[256];
    int to = -1, from = -1, good = 1, status;
    double took[LINES];
    char here[2048] = "";
    snprintf(search, sizeof search, "%s:%s/bin:%s", bin ? bin : "", getcwd(here, sizeof here),
        getenv("PATH"));
    setenv("PATH", search, 1);
    if (!mkdtemp(directory))
        return 1;
    snprintf(path, sizeof path, "%s/items.csv", directory);
    put_file(path, str_of("item,category\np0,phone\np1,camera\n"));
    snprintf(ads, sizeof ads, "%s/ads.csv", directory);
    put_file(ads, str_of("ad,bid\na1,1\na2,2\n"));

    pid_t child = start(directory, &to, &from);
    good = write(to, "user,item,price\n", 16) == 16 && read_line(from, header, sizeof header);
    ok_named(
        good && strncmp(header, "user,item,price,category", 24) == 0, "the header comes at once");
    for (int i = 0; i < LINES && good; i++)
        good = ask(to, from, i, &took[i]);
    ok_named(good, "every line comes out while the input stays open");
    close(to);
    waitpid(child, &status, 0);
    ok_named(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the chain ends well");
    if (good) {
        qsort(took, LINES, sizeof *took, by_size);
        printf("# through three programs: median %.3f ms, 99 of 100 %.3f ms, longest %.3f ms\n",
            took[LINES / 2], took[LINES * 99 / 100], took[LINES - 1]);
    }
    ok_named(good && took[LINES / 2] < USUAL_MS, "half of the lines within 5 ms");
    unlink(path);
    unlink(ads);
    rmdir(directory);
    return done();
}
