/* SPDX-License-Identifier: MIT */
#include "export.h"

#include <string.h>

#include "hash.h"
#include "mem.h"
#include "num.h"
#include "vw.h"

/* ---- LIBLINEAR ---- */

void export_libsvm(const struct linear *m, struct buf *out)
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
            num_put(out, t < terms ? m->weight[k * terms + t] : m->intercept[k]);
            buf_char(out, ' ');
        }
        buf_char(out, '\n');
    }
}

/* ---- VW ---- */

/* VW takes a name of digits as a number. */
static uint32_t hash_name(struct str name)
{
    uint32_t number = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] < '0' || name.p[i] > '9')
            return hash_murmur3(name.p, name.n, 0);
        number = number * 10 + (uint32_t)(name.p[i] - '0');
    }
    return number;
}

enum { VW_CONSTANT = 11650396, VW_BITS = 18, VW_MOST_BITS = 31 };

/* Fewest bits in which no two of n hashes are the same; 0: there are none. */
static uint32_t bits_for(const uint32_t *hash, size_t n)
{
    for (uint32_t bits = VW_BITS; bits <= VW_MOST_BITS; bits++) {
        struct dict *seen = dict_new();
        uint32_t mask = (UINT32_C(1) << bits) - 1;
        for (size_t i = 0; i < n; i++) {
            uint32_t masked = hash[i] & mask;
            dict_add(seen, (struct str){(const char *)&masked, sizeof masked});
        }
        bool apart = dict_size(seen) == n;
        dict_free(seen);
        if (apart)
            return bits;
    }
    return 0;
}

/* VW's rows have nothing of a missing number but "column=", which stands for the mean, too. */
static double vw_weight(const struct linear *m, size_t t)
{
    const struct design_term *term = &m->design->term[t];
    double w = m->weight[t];
    if (term->factors != 1 || term->factor[0].kind != DESIGN_MISSING)
        return w;
    for (size_t i = 0; i < m->design->terms; i++) {
        const struct design_term *number = &m->design->term[i];
        if (number->factors == 1 && number->factor[0].kind == DESIGN_NUMBER &&
            number->factor[0].source == term->factor[0].source)
            w += m->weight[i] * m->design->source[term->factor[0].source].mean;
    }
    return w;
}

bool export_vw(const struct linear *m, struct buf *out)
{
    size_t terms = m->design->terms;
    uint32_t *hash = mem_alloc(terms + 1, sizeof *hash);
    struct buf name = {0};
    for (size_t t = 0; t < terms; t++) {
        buf_clear(&name);
        vw_put_name(&name, m->design->term[t].name);
        hash[t] = hash_name(buf_view(&name));
    }
    hash[terms] = VW_CONSTANT;
    uint32_t bits = bits_for(hash, terms + 1), mask = (UINT32_C(1) << bits) - 1;
    if (bits)
        buf_print(out,
            "Version 9.0.0\nId \nMin label:-50\nMax label:50\nbits:%u\nlda:0\n0 ngram:\n"
            "0 skip:\noptions:\nChecksum: 0\n:0\n",
            bits);
    for (size_t t = 0; bits && t <= terms; t++) {
        if (t < terms)
            vw_put_name(out, m->design->term[t].name);
        else
            buf_text(out, "Constant");
        buf_print(out, ":%u:", hash[t] & mask);
        num_put(out, t < terms ? vw_weight(m, t) : m->intercept[0]);
        buf_char(out, '\n');
    }
    buf_release(&name);
    mem_free(hash);
    return bits;
}
