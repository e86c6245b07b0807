/* SPDX-License-Identifier: MIT */
/*
 * pseudonym - values replaced by keyed pseudonyms
 *
 * The pseudonym of a value is the first 64 bits of HMAC-SHA-256 (RFC 2104) of its decoded bytes
 * under the key, as 16 hex digits.  Without the key nobody can tell or try out which value it
 * stands for; equal values stay equal, in every table made with the same key.
 */
#ifndef PA_PSEUDONYM_H
#define PA_PSEUDONYM_H

#include "buf.h"

struct pseudonym;

/* The key is the file's bytes as they are, without one newline at the end.  An empty key is an
 * error; a file that everybody may read is warned about. */
struct pseudonym *pseudonym_new(const char *key_file);

enum { PSEUDONYM_WIDTH = 16 };
void pseudonym_of(const struct pseudonym *, struct str value, char out[PSEUDONYM_WIDTH]);
void pseudonym_free(struct pseudonym *); /* and the key is wiped */

#endif
