#include "wire/shop.h"

#include <stdlib.h>

void shop_cart_release(struct shop_cart *c)
{
	free(c->items);
	*c = (struct shop_cart){.items = NULL};
}

void shop_products_release(struct shop_products *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->items[i].offers);
	free(p->items);
	*p = (struct shop_products){.items = NULL};
}
