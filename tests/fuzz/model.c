/* SPDX-License-Identifier: MIT */
/*
 * Any bytes are a model that can be read to its end, or are refused.  gzip has a target of its own:
 * a refusal would leave its descriptor and its thread behind.
 */
#include "model.h"

#include <fcntl.h>
#include <unistd.h>

#include "ends.h"

static const char path[] = "fuzz-model.tmp";

static void read_model(void *context)
{
    struct model_line line;
    (void)context;
    struct model_in *in = model_open(path, "pa-x", NULL);
    model_kind(in);
    while (model_next(in, &line)) {
        must(line.n > 0 && line.field[0].p[line.field[0].n] == '\0');
        if (line.n > 1)
            model_get_number(in, &line, 1);
    }
    model_free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b)
        return 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
    run_to_its_end(read_model, NULL);
    ends_free();
    unlink(path);
    return 0;
}
