/* SPDX-License-Identifier: MIT */
#include "files.h"

#include "columns.h"
#include "csv.h"
#include "mem.h"
#include "num.h"
#include "pictures.h"
#include "tables.h"

void files_catalogue(const struct common *common, const struct world *w, const char *folder)
{
    struct table_out items =
        table_begin(common, folder, "items.csv", "item,name,category,brand,price,discount");
    struct table_out ads = table_begin(common, folder, "ads.csv",
        "ad,item,category,brand,price,discount,template,title,image,url");
    struct buf picture = {0};

    for (size_t i = 0; i < ITEMS; i++) {
        const struct item *it = &w->item[i];
        table_id(&items, 'i', i + 1);
        table_text(&items, it->name);
        table_product(&items, it, false);
        table_end(&items);
    }
    for (size_t a = 0; a < ADS; a++) {
        const struct item *it = &w->item[w->ad[a].item];
        table_id(&ads, 'a', a + 1);
        table_id(&ads, 'i', w->ad[a].item + 1);
        table_product(&ads, it, false);
        table_text(&ads, world_category[it->category].family);
        table_text(&ads, it->name);
        buf_clear(&picture);
        pictures_put(&picture, it);
        table_text(&ads, buf_cstr(&picture));
        buf_clear(&picture);
        buf_print(&picture, "https://shop.example/item/%zu?from=ad%zu", w->ad[a].item + 1, a + 1);
        table_text(&ads, buf_cstr(&picture));
        table_end(&ads);
    }
    buf_release(&picture);
}

static size_t favourite(const struct user *u, size_t but)
{
    size_t best = but == 0;

    for (size_t c = 0; c < CATEGORIES; c++)
        if (c != but && u->interest[c] > u->interest[best])
            best = c;
    return best;
}

void files_hidden(const struct common *common, const struct world *w, const char *folder)
{
    struct table_out shop = table_begin(common, folder, "hidden/shop.csv", "seed,users");
    struct table_out users = table_begin(
        common, folder, "hidden/users.csv", "user,favourite,second,brand,budget,thrift,activity");

    table_int(&shop, (int64_t)w->seed);
    table_int(&shop, (int64_t)w->users);
    table_end(&shop);
    for (size_t i = 0; i < w->users; i++) {
        const struct user *u = &w->user[i];
        size_t first = favourite(u, CATEGORIES);
        table_id(&users, 'u', i + 1);
        table_text(&users, world_category[first].name);
        table_text(&users, world_category[favourite(u, first)].name);
        table_text(&users, world_brand[u->brand]);
        table_number(&users, u->budget);
        table_number(&users, u->thrift);
        table_number(&users, u->activity);
        table_end(&users);
    }
}

/* Column of that name as an integer in [1, most]; prefix: what stands before its digits. */
static size_t whole(
    const struct row *row, size_t column, const char *name, size_t prefix, size_t most)
{
    struct str s = row->text[column];
    int64_t x = 0;

    if (s.n > prefix)
        num_int((struct str){s.p + prefix, s.n - prefix}, &x);
    if (x < 1 || (uint64_t)x > most)
        die_at(csv_place(row, name), "\"%.*s\" is unknown in this shop", STR_ARG(s));
    return (size_t)x;
}

struct world *files_world(const struct common *common, const char *folder)
{
    struct buf path = {0};
    struct row row;

    buf_print(&path, "%s/hidden/shop.csv", folder);
    const char *file = buf_cstr(&path);
    struct csv_in *in = csv_open(common, &file, 1);
    size_t seed = columns_need(str_of("seed"), csv_header(in), "the shop");
    size_t users = columns_need(str_of("users"), csv_header(in), "the shop");
    if (!csv_next(in, &row))
        die("%s: there is no shop", file);
    struct world *w = world_new(
        whole(&row, seed, "seed", 0, INT64_MAX), whole(&row, users, "users", 0, 10000000));
    csv_close(in);
    buf_release(&path);
    return w;
}

void files_truth(const struct common *common, const struct world *w, const char *path)
{
    struct csv_in *in = csv_open(common, &path, 1);
    const struct header *header = csv_header(in);
    size_t user = columns_need(str_of("user"), header, "the truth");
    size_t slot = columns_need(str_of("slot"), header, "the truth");
    size_t ad = columns_need(str_of("ad"), header, "the truth");
    struct csv_out *out = csv_create(common, in, NULL);
    size_t click = csv_add(out, str_of("click_prob"));
    struct row row;

    while (csv_next(in, &row)) {
        size_t u = whole(&row, user, "user", 1, w->users) - 1;
        size_t a = whole(&row, ad, "ad", 1, ADS) - 1;
        csv_set_number(
            out, click, world_click(w, &w->user[u], a, whole(&row, slot, "slot", 0, SLOTS)));
        csv_write(out, &row);
    }
    csv_close(in);
}
