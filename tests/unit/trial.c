/* SPDX-License-Identifier: MIT */
/* What is tried in a process of its own: the verdict, one message, and no trace. */
#include "die.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "exits.h"
#include "stream.h"
#include "t.h"

static int done_here;

static void good(void *context)
{
    *(int *)context = 1;
    warn("a warning");
    note("a note");
}

static void bad(void *context)
{
    warn("a warning");
    die_at((struct place){context, 3, NULL}, "no good");
}

static void kill_self(void *context)
{
    (void)context;
    signal(SIGSEGV, SIG_DFL);
    raise(SIGKILL);
}

/* Trials with an output that has begun; the exit status tells what came of them.  context: the
 * descriptor that nobody listens to. */
static void try_all(void *context)
{
    int fd = open("/dev/null", O_WRONLY);
    dup2(fd, *(int *)context);
    struct stream_out *out = stream_create(NULL, false);
    stream_write(out, "held", 4);
    bool passed = die_trial("NAME", good, &done_here) && !done_here;
    bool refused = !die_trial("NAME", bad, "file") && !die_trial(NULL, bad, "silent");
    bool ended = !die_trial("NAME", kill_self, NULL);
    if (passed && refused && ended)
        _exit(stream_finish());
}

static void try_without_descriptors(void *context)
{
    struct rlimit none = {3, 3};
    (void)context;
    setrlimit(RLIMIT_NOFILE, &none);
    if (!die_trial("NAME", good, &done_here) && !die_trial(NULL, good, &done_here))
        _exit(0);
}

int main(void)
{
    int out = 1, error = 2;
    ok(exits_status(2, try_all, &out) == 0);
    ok_named(strcmp(exits_text, "NAME: file:3: no good\n"
                                "NAME: the process that tried it was ended by a signal\n") == 0,
        "one message of each that failed, no warnings");
    ok(exits_status(1, try_all, &error) == 0);
    ok_named(exits_length == 4 && memcmp(exits_text, "held", 4) == 0,
        "the output is that of the one process, without a mark");
    ok(exits(0, "NAME: no pipe to try it: Too many open files", try_without_descriptors, NULL));
    return done();
}
