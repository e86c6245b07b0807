/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>

#include "die.h"
#include "mem.h"
#include "stream.h"

enum { FILES = 2 };

/* What changes when a file is replaced or written to. */
struct mark {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
};

struct watched {
    const char *path;
    struct mark seen, taken; /* at the last look; of the bytes in use */
    struct stream_copy *used, *fresh;
    bool replaced; /* since the last look; a fresh one that is not was refused before */
};

struct watch {
    struct watched file[FILES];
    size_t n;
    unsigned every, left; /* calls of watch_due to the next look */
};

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same(struct mark a, struct mark b)
{
    return a.inode == b.inode && a.size == b.size && a.device == b.device &&
           same_time(a.modified, b.modified) && same_time(a.changed, b.changed);
}

/* False when there is no file: one that is gone for a moment has not been replaced yet. */
static bool mark_of(const char *path, struct mark *m)
{
    struct stat st;
    if (stat(path, &st))
        return false;
    *m = (struct mark){st.st_dev, st.st_ino, st.st_size, st.st_mtim, st.st_ctim};
    return true;
}

struct watch *watch_new(const char *const *path, size_t n, unsigned every)
{
    struct watch *w = mem_zero(1, sizeof *w);
    *w = (struct watch){.n = n, .every = every};
    for (size_t i = 0; i < n; i++) {
        struct watched *f = &w->file[i];
        f->path = path[i];
        mark_of(f->path, &f->taken);
        f->seen = f->taken;
        f->used = stream_copy_new(f->path);
        if (!f->used && errno == ESPIPE)
            die("%s: is no regular file, so --watch could not see it replaced", f->path);
        if (!f->used)
            die_errno("%s", f->path);
        stream_copy_use(f->used);
    }
    return w;
}

void watch_free(struct watch *w)
{
    for (size_t i = 0; w && i < w->n; i++)
        stream_copy_free(w->file[i].used);
    mem_free(w);
}

void watch_wait(void *watch)
{
    struct watch *w = watch;
    w->left = 0;
}

bool watch_due(struct watch *w)
{
    if (!w)
        return false;
    if (w->left) {
        w->left--;
        return false;
    }
    w->left = w->every;
    return true;
}

/* ---- what is new ---- */

/* In a trial, so that it is said as any other refusal. */
static void say_unreadable(void *context)
{
    const struct watched *f = context;
    die_errno("%s", f->path);
}

static const char refused[] = "pa-rank: not taken up, the old one stays in use";

static bool changed(struct watch *w)
{
    bool any = false;
    for (size_t i = 0; i < w->n; i++) {
        struct watched *f = &w->file[i];
        struct mark now = f->seen;
        mark_of(f->path, &now);
        f->replaced = !same(now, f->seen);
        any = any || f->replaced;
        f->seen = now;
    }
    return any;
}

/* Bytes that are not those in use; the same ones under a new mark are as good as taken up. */
static bool take_copy(struct watched *f)
{
    if (same(f->seen, f->taken))
        return false;
    f->fresh = stream_copy_new(f->path);
    if (!f->fresh) {
        die_trial(refused, say_unreadable, f);
        return false;
    }
    if (!stream_copy_equal(f->fresh, f->used))
        return true;
    stream_copy_free(f->fresh);
    f->fresh = NULL;
    f->taken = f->seen;
    return false;
}

static void accept(struct watched *f)
{
    if (!f->fresh)
        return;
    stream_copy_use(f->fresh);
    stream_copy_free(f->used);
    f->used = f->fresh;
    f->fresh = NULL;
    f->taken = f->seen;
}

static void drop(struct watched *f)
{
    stream_copy_use(f->used);
    stream_copy_free(f->fresh);
    f->fresh = NULL;
}

static bool try_together(struct watch *w, const char *name, void (*work)(void *), void *context)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->file[i].fresh)
            stream_copy_use(w->file[i].fresh);
    if (!die_trial(name, work, context))
        return false;
    for (size_t i = 0; i < w->n; i++)
        accept(&w->file[i]);
    return true;
}

static bool try_alone(
    struct watch *w, struct watched *f, const char *name, void (*work)(void *), void *context)
{
    for (size_t i = 0; i < w->n; i++)
        stream_copy_use(w->file[i].used);
    stream_copy_use(f->fresh);
    if (!die_trial(name, work, context))
        return false;
    accept(f);
    return true;
}

/*
 * What is said is why the files replaced now are refused: all of them, or the one, if it fails with
 * one that was refused before and waits for it perhaps, and alone.
 */
bool watch_look(struct watch *w, void (*work)(void *context), void *context)
{
    size_t fresh = 0, replaced = 0;
    bool taken = false;
    if (!changed(w))
        return false;
    for (size_t i = 0; i < w->n; i++) {
        bool is_fresh = take_copy(&w->file[i]);
        fresh += is_fresh;
        replaced += is_fresh && w->file[i].replaced;
    }
    bool waited = replaced < fresh;
    if (!replaced)
        fresh = 0;
    else if (try_together(w, waited ? NULL : refused, work, context))
        return true;
    for (size_t i = 0; i < w->n && fresh > 1 && !taken; i++)
        if (w->file[i].fresh && w->file[i].replaced)
            taken = try_alone(w, &w->file[i], waited ? refused : NULL, work, context);
    for (size_t i = 0; i < w->n; i++)
        drop(&w->file[i]);
    return taken;
}
