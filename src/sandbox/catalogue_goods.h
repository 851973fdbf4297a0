/*
 * What the catalogue is combined from: kinds of goods, each in two variants by the
 * four brands of its category. Data only.
 */
#ifndef PEPAYTOP_SANDBOX_CATALOGUE_GOODS_H
#define PEPAYTOP_SANDBOX_CATALOGUE_GOODS_H

#include "base/status.h"

#define GOODS_BRANDS   4
#define GOODS_VARIANTS 2

struct goods_category {
	const char *name;
	const char *brands[GOODS_BRANDS];
	const char *retailers[3]; /* besides amazon, which sells everything */
	bool fresh;
};

struct goods_kind {
	size_t category;
	const char *what;
	const char *variants[GOODS_VARIANTS];
	int64_t price; /* usd_millis, of an ordinary brand */
	const char *blurb;
};

const struct goods_category *goods_category(size_t index);
const struct goods_kind *goods_kinds(size_t *ret_count);

#endif
