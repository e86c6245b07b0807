/* SPDX-License-Identifier: MIT */
/*
 * Any bytes are read as zlib, told what gzip(1) knows, reads them: all of them, or refused.  Only
 * as much is taken as comes without a second thread.  The first byte says whether the others are
 * the file, or what sound members hold, a bit of which may then be changed.
 */
#include "stream.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "ends.h"

enum { MOST = 128 << 10, PIECE = 1 << 10 };

static const char path[] = "fuzz-gzip.tmp";
static char got[MOST + PIECE], wanted[MOST + PIECE];
static size_t taken;
static int ended;

static void read_all(void *context)
{
    const size_t *piece = context;
    struct stream_in *s = stream_open(path);
    size_t n = 1;
    while (taken < MOST && (n = stream_read(s, got + taken, *piece)))
        taken += n;
    must(taken >= MOST || stream_read(s, got, 1) == 0);
    stream_close(s);
    ended = 1;
}

/* One member after another; false when the data are broken before the room is full. */
static int unzip(const uint8_t *data, size_t size, size_t *n)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
    int status = Z_STREAM_END, good = inflateInit2(&z, 15 + 16) == Z_OK;
    z.next_out = (Bytef *)wanted;
    z.avail_out = sizeof wanted;
    while (good && z.avail_in && z.avail_out && status == Z_STREAM_END) {
        inflateReset(&z);
        status = inflate(&z, Z_NO_FLUSH);
    }
    *n = sizeof wanted - z.avail_out;
    inflateEnd(&z);
    return good && (status == Z_STREAM_END || (status == Z_OK && !z.avail_out));
}

static int unpack(const uint8_t *data, size_t size, size_t *n)
{
    if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b)
        return unzip(data, size, n);
    *n = size < sizeof wanted ? size : sizeof wanted;
    memcpy(wanted, data, *n);
    return 1;
}

/* Members of 1 to 256 bytes each; returns the length. */
static size_t zip(const uint8_t *data, size_t size, uint8_t *out, size_t room)
{
    size_t n = 0, step = 1u + data[0];
    z_stream z = {0};
    for (data++, size--; size && n + 1024 < room; data += step, size -= step) {
        step = step < size ? step : size;
        must(deflateInit2(&z, data[0] % 10, Z_DEFLATED, 9 + 16, 1, Z_DEFAULT_STRATEGY) == Z_OK);
        z.next_in = (z_const Bytef *)(uintptr_t)data;
        z.avail_in = (uInt)step;
        z.next_out = out + n;
        z.avail_out = (uInt)(room - n);
        must(deflate(&z, Z_FINISH) == Z_STREAM_END);
        n = room - z.avail_out;
        deflateEnd(&z);
    }
    return n;
}

static void check(const uint8_t *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
    size_t n, piece = size ? 1 + data[size - 1] * 4u : 1;
    int good = unpack(data, size, &n);
    taken = 0;
    ended = 0;
    run_to_its_end(read_all, &piece);
    ends_free();
    close(fd); /* the number that a refused stream had */
    unlink(path);
    must(taken <= n || n == sizeof wanted);
    must(memcmp(got, wanted, taken < n ? taken : n) == 0);
    must(good ? ended && (taken == n || taken >= MOST) : !ended || taken >= MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t file[64 << 10];
    if (size < 4 || !(data[0] & 1)) {
        check(data + (size > 0), size - (size > 0));
        return 0;
    }
    size_t n = zip(data + 3, size - 3, file, sizeof file), at = data[1] + 256u * data[2];
    if (n && data[0] & 2)
        file[n - 1 - at % n] ^= (uint8_t)(1 << (data[0] >> 5));
    check(file, data[0] & 4 ? n - at % (n + 1) : n);
    return 0;
}
