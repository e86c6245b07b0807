/* SPDX-License-Identifier: MIT */
#include "pseudonym.h"

#include <sodium.h>
#include <sys/stat.h>

#include "die.h"
#include "mem.h"
#include "stream.h"

enum { CHUNK = 4096 };

/* The state after the key: every value goes on from a copy of it. */
struct pseudonym {
    crypto_auth_hmacsha256_state keyed;
};

static void warn_if_public(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & S_IROTH)
        warn("%s: everybody may read this key (chmod 600 would keep it)", path);
}

struct pseudonym *pseudonym_new(const char *key_file)
{
    struct buf key = {0};
    size_t got;
    if (sodium_init() < 0)
        die("libsodium cannot be used here");
    warn_if_public(key_file);
    struct stream_in *in = stream_open(key_file);
    while ((got = stream_read(in, buf_room(&key, CHUNK), CHUNK)) > 0)
        key.n += got;
    stream_close(in);
    if (key.n && key.p[key.n - 1] == '\n')
        key.n--;
    if (!key.n)
        die("%s: the key is empty", key_file);
    struct pseudonym *p = mem_alloc(1, sizeof *p);
    crypto_auth_hmacsha256_init(&p->keyed, (const unsigned char *)key.p, key.n);
    sodium_memzero(key.p, key.cap);
    buf_release(&key);
    return p;
}

void pseudonym_of(const struct pseudonym *p, struct str value, char out[PSEUDONYM_WIDTH])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[PSEUDONYM_WIDTH + 1];
    crypto_auth_hmacsha256_state state = p->keyed;
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)value.p, value.n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(hex, sizeof hex, mac, PSEUDONYM_WIDTH / 2);
    for (int i = 0; i < PSEUDONYM_WIDTH; i++)
        out[i] = hex[i];
    sodium_memzero(&state, sizeof state);
}

void pseudonym_free(struct pseudonym *p)
{
    if (!p)
        return;
    sodium_memzero(p, sizeof *p);
    mem_free(p);
}
