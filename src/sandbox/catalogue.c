#include "sandbox/catalogue.h"

#include "base/rng.h"
#include "base/strbuf.h"
#include "sandbox/catalogue_goods.h"
#include "sandbox/shop.h"

#define COUNT(a)        (sizeof(a) / sizeof((a)[0]))
#define PRODUCTS_A_KIND ((size_t)GOODS_BRANDS * GOODS_VARIANTS)

const char *const catalogue_retailers[] = {"amazon",  "walmart", "target", "ebay",
					   "bestbuy", "other",   NULL};

size_t catalogue_count(void)
{
	size_t fixed, kinds;

	(void)shop_products(&fixed);
	(void)goods_kinds(&kinds);
	return fixed + kinds * PRODUCTS_A_KIND;
}

/* What is drawn about a product is drawn from its index, so that it is the same in every world. */
static struct rng dice_of(size_t index, uint64_t salt)
{
	struct rng r;

	rng_seed(&r, UINT64_C(0x63617461) + index * UINT64_C(0x10001) + (salt << 32));
	return r;
}

static void product_id(size_t index, char *buf, size_t cap)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ";
	struct rng r = dice_of(index, 1);
	char code[9];

	for (size_t i = 0; i < 8; i++)
		code[i] = alphabet[rng_below(&r, sizeof(alphabet) - 1)];
	code[8] = '\0';
	str_printf(buf, cap, "B0%s", code);
}

/* --- what never changes -------------------------------------------------------------------- */

/* Whole dollars and a retailer's ending: 24.99, 24.95 or 24.49. */
static int64_t retail_price(struct rng *r, int64_t millis)
{
	static const int64_t endings[] = {990, 990, 990, 950, 490};
	int64_t dollars = millis / 1000;

	return (dollars < 1 ? 1 : dollars) * 1000 + endings[rng_below(r, COUNT(endings))];
}

static void fill_from_shop(const struct shop_product *s, struct product *p)
{
	str_copy(p->id, sizeof(p->id), s->id);
	str_copy(p->title, sizeof(p->title), s->title);
	p->brand = "";
	p->category = "Bestsellers";
	p->variant = "";
	p->blurb = "A favourite of this shop's customers.";
	p->retailer = s->retailer;
	p->list_price = s->price;
}

static void fill_from_goods(size_t nth, struct rng *r, struct product *p)
{
	static const int64_t brand_percent[GOODS_BRANDS] = {84, 100, 118, 139};
	static const int64_t variant_percent[GOODS_VARIANTS] = {100, 114};
	size_t count;
	const struct goods_kind *k = &goods_kinds(&count)[nth / PRODUCTS_A_KIND];
	const struct goods_category *category = goods_category(k->category);
	size_t brand = nth % PRODUCTS_A_KIND / GOODS_VARIANTS, variant = nth % GOODS_VARIANTS;
	uint64_t shelf = rng_below(r, 6);

	product_id(p->index, p->id, sizeof(p->id));
	p->brand = category->brands[brand];
	p->category = category->name;
	p->variant = k->variants[variant];
	p->blurb = k->blurb;
	str_printf(p->title, sizeof(p->title), "%s %s, %s", p->brand, k->what, p->variant);
	p->retailer = shelf < 3 ? "amazon" : category->retailers[shelf - 3];
	p->list_price =
		retail_price(r, k->price * brand_percent[brand] * variant_percent[variant] / 10000);
	p->fresh = category->fresh;
}

static enum product_flaw draw_flaw(struct rng *r)
{
	uint64_t n = rng_below(r, 100);

	return n < 4 ? FLAW_NOT_NEW : n < 8 ? FLAW_NOT_PRIME : n < 11 ? FLAW_TOO_SLOW : FLAW_NONE;
}

/* --- what drifts ----------------------------------------------------------------------------- */

static void drift(struct product *p, int64_t now_ms)
{
	struct rng r = dice_of(p->index, 16 + (uint64_t)(now_ms / CATALOGUE_DRIFT_MS));

	p->in_stock = !rng_chance(&r, 4);
	p->price = p->list_price;
	if (rng_chance(&r, 20))
		p->price = p->list_price * (100 + rng_between(&r, -12, 6)) / 100 / 10 * 10;
}

void catalogue_product(size_t index, int64_t now_ms, struct product *ret)
{
	struct rng r = dice_of(index, 2);
	size_t fixed;
	const struct shop_product *shop = shop_products(&fixed);

	*ret = (struct product){.index = index};
	if (index < fixed) {
		fill_from_shop(&shop[index], ret);
	} else {
		fill_from_goods(index - fixed, &r, ret);
		ret->flaw = draw_flaw(&r);
	}
	ret->rating = rng_between(&r, 34, 49) * 100;
	ret->reviews = rng_between(&r, 3, 60) * rng_between(&r, 1, 350);
	str_printf(ret->image, sizeof(ret->image), "https://images.example.com/%s/%s.jpg",
		   ret->retailer, ret->id);
	str_printf(ret->url, sizeof(ret->url), "https://www.%s.example/dp/%s", ret->retailer,
		   ret->id);
	drift(ret, now_ms);
}

bool catalogue_find(const char *id, int64_t now_ms, struct product *ret)
{
	size_t fixed, count = catalogue_count();
	const struct shop_product *shop = shop_products(&fixed);
	char have[12];

	for (size_t i = 0; i < count; i++) {
		if (i < fixed)
			str_copy(have, sizeof(have), shop[i].id);
		else
			product_id(i, have, sizeof(have));
		if (!str_equal(have, id))
			continue;
		catalogue_product(i, now_ms, ret);
		return true;
	}
	return false;
}

/* --- offers ------------------------------------------------------------------------------------
 */

bool offer_eligible(const struct offer *o)
{
	return o->available && o->prime && str_equal(o->condition, "New") &&
	       o->days_max <= CATALOGUE_DELIVERY_DAYS;
}

static void offer_name(const struct product *p, size_t nth, struct rng *r, struct offer *o)
{
	static const char *const sellers[] = {"Bluefin Trading", "Corner Stock", "Parcelhouse",
					      "Meridian Goods", "Two Rivers Supply"};
	char hex[9];

	rng_hex(r, hex, 4);
	str_printf(o->id, sizeof(o->id), "%s-%s", p->id, hex);
	rng_hex(r, hex, 4);
	str_printf(o->seller_id, sizeof(o->seller_id), "A%s", hex);
	o->seller = nth ? sellers[rng_below(r, COUNT(sellers))] : p->retailer;
}

/* The retailer's own, with the product's flaw if it has one: what an order would buy. */
static void offer_own(const struct product *p, struct rng *r, struct offer *o)
{
	o->price = p->price;
	o->prime = p->flaw != FLAW_NOT_PRIME;
	o->condition = p->flaw == FLAW_NOT_NEW ? "Renewed" : "New";
	o->days_min = p->flaw == FLAW_TOO_SLOW ? rng_between(r, 11, 14) : rng_between(r, 1, 3);
	o->days_max = o->days_min + rng_between(r, 1, 4);
}

/* Somebody else's: dearer when it could be ordered, cheaper when it could not. */
static void offer_other(const struct product *p, struct rng *r, struct offer *o)
{
	bool used = rng_chance(r, 30);

	o->prime = !used && p->flaw == FLAW_NONE && rng_chance(r, 50);
	o->price = p->price * (used ? rng_between(r, 55, 80) : rng_between(r, 101, 115)) / 100;
	o->price -= o->price % 10;
	o->shipping = o->prime ? 0 : rng_between(r, 2, 9) * 1000 - 10;
	o->prime_only = o->prime && rng_chance(r, 20);
	o->condition = used ? "Used - Very Good" : "New";
	o->international = !o->prime && rng_chance(r, 25);
	o->days_min = o->international ? 8 : rng_between(r, 1, 4);
	o->days_max = o->days_min + rng_between(r, 1, o->international ? 12 : 4);
}

static bool offer_before(const struct offer *a, const struct offer *b)
{
	if (offer_eligible(a) != offer_eligible(b))
		return offer_eligible(a);
	return a->price + a->shipping < b->price + b->shipping;
}

size_t catalogue_offers(const struct product *p, struct offer ret[CATALOGUE_OFFERS_MAX])
{
	struct rng r = dice_of(p->index, 3);
	size_t count = 1 + (size_t)rng_below(&r, CATALOGUE_OFFERS_MAX);

	for (size_t i = 0; i < count; i++) {
		struct offer o = {.available = p->in_stock};
		size_t at = i;

		offer_name(p, i, &r, &o);
		if (i == 0)
			offer_own(p, &r, &o);
		else
			offer_other(p, &r, &o);
		for (; at > 0 && offer_before(&o, &ret[at - 1]); at--)
			ret[at] = ret[at - 1];
		ret[at] = o;
	}
	return count;
}

const char *catalogue_refusal(const struct product *p, const char *retailer)
{
	static const char *const flaws[] = {
		[FLAW_NOT_NEW] = "Not eligible: no offer in new condition",
		[FLAW_NOT_PRIME] = "Not eligible: no prime or marketplace fulfilled offer",
		[FLAW_TOO_SLOW] = "Not eligible: cannot be delivered within 10 days",
	};

	if (!p)
		return "Product not found";
	if (!str_equal(p->retailer, retailer))
		return "Product is not sold by this retailer";
	if (!p->in_stock)
		return "Out of stock";
	return flaws[p->flaw];
}
