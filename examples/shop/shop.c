/* SPDX-License-Identifier: MIT */
/*
 * shop - a simulated shop: its logs, and what nobody in a real one knows
 *
 *   shop make DIR                   write catalogue, logs and impressions into the folder DIR
 *   shop truth DIR DECISIONS.csv    add to decisions (user, slot, ad) the true chance of a click
 *
 * The same seed gives the same bytes.
 */
#include <errno.h>
#include <sys/stat.h>

#include "args.h"
#include "die.h"
#include "files.h"
#include "stream.h"

static struct {
    int64_t seed, users;
} opt = {.seed = 1, .users = 20000};

static const struct arg args[] = {
    {'s', "seed", "N", ARG_INT, &opt.seed, "1", "seed of what is drawn by chance", 1, 1e15,
        .usual = true},
    {0, "users", "N", ARG_INT, &opt.users, "20000", "how many customers", 1, 1e6, .usual = true},
    {0},
};

static const struct program program = {
    .name = "shop",
    .purpose = "simulate a shop: catalogue, logs, impressions and their truth",
    .operands = "make|truth DIR [DECISIONS]",
    .examples = "shop make data -s 7\n"
                "shop truth data decisions.csv\n",
    .args = args,
    .leading = 2,
};

static void make_folder(const char *path, const char *inner)
{
    struct buf name = {0};

    buf_print(&name, "%s%s", path, inner);
    if (mkdir(buf_cstr(&name), 0777) && errno != EEXIST)
        die_errno("%s", name.p);
    buf_release(&name);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);
    const char *folder = common.leading[1];
    struct world *w;

    if (str_is(str_of(common.leading[0]), "make")) {
        w = world_new((uint64_t)opt.seed, (size_t)opt.users);
        make_folder(folder, "");
        make_folder(folder, "/hidden");
        files_catalogue(&common, w, folder);
        files_logs(&common, w, folder);
        files_impressions(&common, w, folder);
        files_hidden(&common, w, folder);
    } else if (str_is(str_of(common.leading[0]), "truth")) {
        w = files_world(&common, folder);
        files_truth(&common, w, common.files ? common.file[0] : NULL);
    } else {
        die_usage("there is no command %s (make or truth)", common.leading[0]);
    }
    world_free(w);
    return stream_finish();
}
