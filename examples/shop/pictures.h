/* SPDX-License-Identifier: MIT */
/* pictures - a small drawing of an item, as a data: URI of SVG that any page can hold */
#ifndef SHOP_PICTURES_H
#define SHOP_PICTURES_H

#include "buf.h"
#include "world.h"

/* Append the URI: the category's shape in the brand's colour; no byte of it needs quoting in CSV.
 */
void pictures_put(struct buf *, const struct item *);

#endif
