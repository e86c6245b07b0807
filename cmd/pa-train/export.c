/* SPDX-License-Identifier: MIT */
#include "export.h"

#include "num.h"

void export_libsvm(const struct linear *m, const size_t *order, struct buf *out)
{
    size_t terms = m->design->terms;
    buf_print(out, "solver_type %s\nnr_class %zu\nlabel", m->outputs > 1 ? "MCSVM_CS" : "L2R_LR",
        m->classes);
    if (m->outputs == 1)
        buf_text(out, " 1 0"); /* LIBLINEAR's first label is the positive one */
    for (size_t k = 0; m->outputs > 1 && k < m->classes; k++)
        buf_print(out, " %zu", k + 1);
    buf_print(out, "\nnr_feature %zu\nbias 1\nw\n", terms);
    for (size_t t = 0; t <= terms; t++) {
        for (size_t k = 0; k < m->outputs; k++) {
            num_put(out, t < terms ? m->weight[k * terms + order[t]] : m->intercept[k]);
            buf_char(out, ' ');
        }
        buf_char(out, '\n');
    }
}
