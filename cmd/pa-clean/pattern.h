/* SPDX-License-Identifier: MIT */
/*
 * pattern - POSIX extended regular expressions that match somewhere in a text
 *
 * Text is UTF-8, and what matches is a character, whatever the user's locale is: the expression is
 * compiled and run in the locale C.UTF-8, without which the system can run none (an error).  A byte
 * that belongs to no character is matched by the same byte alone.
 */
#ifndef PA_PATTERN_H
#define PA_PATTERN_H

#include <stdbool.h>

#include "buf.h"

struct pattern;

/* NULL when text is no expression: why is then appended to the buffer. */
struct pattern *pattern_new(const char *text, struct buf *why);
bool pattern_matches(struct pattern *, struct str text);
const char *pattern_text(const struct pattern *);

/* The same for another thread. */
struct pattern *pattern_copy(const struct pattern *);
void pattern_free(struct pattern *); /* NULL is fine */

#endif
