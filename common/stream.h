/* SPDX-License-Identifier: MIT */
/*
 * stream - bytes in and out: files, pipes, gzip, atomic replacement, honest failure
 *
 * The only module that opens, reads, writes, syncs and renames.  Every error is a message that
 * names the path, and the end of the program.
 *
 * In: plain or gzip by the first bytes, wherever they come from, multi-member.  gzip is read ahead
 * and inflated on a second thread once it proves longer than one block.  Plain bytes are copied
 * straight to the caller, which no thread of ours makes faster: the kernel reads a regular file
 * ahead, and the other end of a pipe is a process of its own.  A truncated member, a wrong CRC or
 * length, and bytes after the last member that begin no other are errors.
 *
 * Out: to standard output, or to a temporary beside the target that is synced and renamed when the
 * whole program has succeeded, so readers see the old file or the new one.  Symbolic links are
 * followed, the old file's mode is kept, a target that is no regular file is written directly.
 * When the program fails, temporaries are removed and a standard output that has begun (or any
 * target written directly) is ended with a NUL byte, which every reader of the family refuses; a
 * gzip stream is left without its trailer.  SIGINT, SIGTERM and SIGHUP remove temporaries too.
 */
#ifndef PA_STREAM_H
#define PA_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stream_in;
struct stream_out;

/* path NULL or "-" is standard input, which only one stream can have.  Its name in messages is
 * stream_name ("standard input"). */
struct stream_in *stream_open(const char *path);
const char *stream_name(const struct stream_in *);

/* How many bytes are to come, where that is known: a plain regular file.  Else 0. */
uint64_t stream_size(const struct stream_in *);

/*
 * Call fn before a read that would have to wait for bytes: what the program holds is to be written
 * out first.  One function per stream.
 */
void stream_on_wait(struct stream_in *, void (*fn)(void *context), void *context);

/* Up to n bytes to p, as many as are there without waiting, at least one; 0 at the end. */
size_t stream_read(struct stream_in *, char *p, size_t n);

/* Would stream_read give bytes, or the end, without waiting? */
bool stream_ready(struct stream_in *);

/*
 * stream_keep makes stream_rewind possible; p[0..n) is what has been read so far, in pieces if need
 * be.  A plain regular file is read again (it must not have shrunk; what was added meanwhile is not
 * read), anything else is copied to an unlinked temporary file in TMPDIR while it is read.  The
 * rewound stream gives the same bytes.  May be rewound several times.
 */
void stream_keep(struct stream_in *, const char *p, size_t n);
void stream_rewind(struct stream_in *);
void stream_close(struct stream_in *);

/*
 * A file as it is now, whatever becomes of it: held in memory, and read in place of the file by
 * every stream_open of that path from stream_copy_use on, until another copy of it is used or this
 * one freed.  Only a regular file can be copied; stream_copy_new gives NULL, and errno, when it
 * cannot be read.
 */
struct stream_copy;
struct stream_copy *stream_copy_new(const char *path);
void stream_copy_use(struct stream_copy *);
bool stream_copy_equal(const struct stream_copy *, const struct stream_copy *);
void stream_copy_free(struct stream_copy *); /* NULL is fine */

/*
 * A temporary file that no name leads to, in TMPDIR: bytes are put into it, then taken from its
 * start.  stream_temp_take gives less than n only at the end; after the first one nothing may be
 * put any more.  what says in messages what the file is for.
 */
struct stream_temp;
struct stream_temp *stream_temp_new(const char *what);
void stream_temp_put(struct stream_temp *, const void *p, size_t n);
size_t stream_temp_take(struct stream_temp *, void *p, size_t n);
void stream_temp_free(struct stream_temp *); /* NULL is fine */

/*
 * path NULL or "-" is standard output.  gzip: also when the path ends in .gz.  Descriptors 0-2 that
 * the caller closed have been opened on /dev/null before, so data never land on them.
 */
struct stream_out *stream_create(const char *path, bool gzip);
/* The output created under this very path (NULL: standard output), or NULL. */
struct stream_out *stream_find(const char *path);
void stream_write(struct stream_out *, const char *p, size_t n);

/* At least n bytes of room in the output's own buffer, n <= 64 KiB; then say how many were used. */
char *stream_room(struct stream_out *, size_t n);
void stream_used(struct stream_out *, size_t n);

/* Hand everything to the system now; nothing happens on a gzip stream (promise 6: not with -z). */
void stream_flush(struct stream_out *);

/* Rows are being read: from now on a failure marks outputs even if nothing was written to them. */
void stream_begin(void);

/* Before an output is completed, fn puts into it what its owner still holds. */
void stream_before_finish(struct stream_out *, void (*fn)(void *context), void *context);

/*
 * Complete, sync and close one output before the end: it holds no descriptor or buffer any more,
 * takes no more bytes, and is published with all others by stream_finish.  So a program may have
 * more outputs than descriptors.  The output must be a file; its path must be no other output's.
 */
void stream_complete(struct stream_out *);

/* Complete, sync and publish one output now, whatever becomes of the others: for a state that is
 * written again and again.  What is no file is closed, but for standard output.  s is gone. */
void stream_publish(struct stream_out *);

/*
 * The one way out with 0: complete, sync and close every output of the program, then publish them
 * all under their names.  Returns 0, or dies leaving every old file as it was.  die_check may
 * follow.
 */
int stream_finish(void);

#endif
