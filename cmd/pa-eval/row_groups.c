/* SPDX-License-Identifier: MIT */
#include "row_groups.h"

#include "crowd.h"
#include "mem.h"

void row_groups_init(struct row_groups *g, const char *list, const struct header *h)
{
    *g = (struct row_groups){
        .columns = columns_parse("group", list, h), .header = h, .keys = dict_new()};
}

void row_groups_release(struct row_groups *g)
{
    mem_free(g->columns.at);
    dict_free(g->keys);
    buf_release(&g->key);
}

uint32_t row_groups_of(struct row_groups *g, const struct row *row)
{
    buf_clear(&g->key);
    for (size_t i = 0; i < g->columns.n; i++) {
        buf_str(&g->key, row->text[g->columns.at[i]]);
        buf_char(&g->key, '\0');
    }
    return dict_add(g->keys, buf_view(&g->key));
}

/* One NUL more than the keys of rows have. */
uint32_t row_groups_add_small(struct row_groups *g)
{
    buf_clear(&g->key);
    for (size_t i = 0; i < g->columns.n; i++) {
        buf_text(&g->key, crowd_name);
        buf_char(&g->key, '\0');
    }
    buf_char(&g->key, '\0');
    return dict_add(g->keys, buf_view(&g->key));
}

static struct str key_of(const struct row_groups *g, uint32_t id)
{
    return g->columns.n ? dict_key(g->keys, id) : str_of(NULL);
}

void row_groups_put(const struct row_groups *g, uint32_t id, const struct report *r)
{
    struct str rest = key_of(g, id);
    for (size_t i = 0; i < g->columns.n; i++)
        csv_set_text(r->out, r->group[i], str_cut(rest, '\0', &rest));
}

void row_groups_name(const struct row_groups *g, uint32_t id, struct buf *b)
{
    struct str rest = key_of(g, id);
    for (size_t i = 0; i < g->columns.n; i++) {
        buf_text(b, i ? ", " : "");
        buf_str(b, g->header->name[g->columns.at[i]]);
        buf_char(b, '=');
        buf_str(b, str_cut(rest, '\0', &rest));
    }
}
