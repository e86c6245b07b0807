/* SPDX-License-Identifier: MIT */
/* folder - the end of a folder with all that is in it; define _XOPEN_SOURCE 700 before any header
 */
#ifndef PA_FOLDER_H
#define PA_FOLDER_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>

static inline int folder_remove_one(
    const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static inline bool folder_remove(const char *path)
{
    return nftw(path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0;
}

#endif
