/* SPDX-License-Identifier: MIT */
/*
 * files - what the simulated shop leaves in its folder
 *
 *   items.csv         item,name,category,brand,price,discount
 *   ads.csv           ad,item,category,brand,price,discount,template,title,image,url
 *   browse.csv        time,user,item,category,brand,price,discount,duration
 *   search.tsv.gz     ts,customer_id,query
 *   cart.csv          time,customer,product,category,brand,price,discount,quantity
 *   orders.csv.gz order_id,ordered_at,customer_id,sku,category,brand,unit_price,discount,quantity
 *   impressions.csv   request,time,user,slot,ad,prob,click,conversion,cost,revenue
 *   hidden/shop.csv   seed,users: enough to make the shop again
 *   hidden/users.csv  user,favourite,second,brand,budget,thrift,activity
 *
 * Logs are as logs are: each file with its own names, some rows twice, users and categories
 * missing, tabs left open for a day, prices without their decimal point, and a few robots.
 */
#ifndef SHOP_FILES_H
#define SHOP_FILES_H

#include "args.h"
#include "visits.h"

void files_catalogue(const struct common *, const struct world *, const char *folder);
void files_logs(const struct common *, const struct world *, const char *folder);
void files_impressions(const struct common *, const struct world *, const char *folder);
void files_hidden(const struct common *, const struct world *, const char *folder);

/* The world again, from hidden/shop.csv. */
struct world *files_world(const struct common *, const char *folder);

/* Copy a table of decisions that has user, slot and ad, and add click_prob, the true one. */
void files_truth(const struct common *, const struct world *, const char *path);

#endif
