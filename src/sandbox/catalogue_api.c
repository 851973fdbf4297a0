/* What can be bought: contract 7.1. */
#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "sandbox/catalogue.h"
#include "sandbox/commerce.h"

#define QUERY_MAX            200 /* bytes; INFERRED, as are the next two */
#define SEARCH_LIMIT_DEFAULT 20
#define SEARCH_LIMIT_MAX     100
#define PAGE_MAX             100000
#define ESCROW_DOLLARS       50 /* of the contract's sample */

/* --- status and info ---------------------------------------------------------------------- */

void commerce_handle_status(struct world *w, const struct call *c, struct reply *r)
{
	static const char *const features[] = {"search", "cart", "checkout", "orders"};
	struct json *data = json_new_object(), *on;

	(void)w;
	(void)c;
	json_set_string(data, "status", "available");
	json_set_int(data, "escrowBalance", ESCROW_DOLLARS);
	json_set_int(data, "minimumRequired", ESCROW_DOLLARS);
	on = json_set_object(data, "features");
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		json_set_bool(on, features[i], true);
	reply_data_take(r, 200, data);
}

static void set_limits(struct json *data)
{
	struct json *limits = json_set_object(data, "limits");

	json_set_dollars(limits, "maxOrderValueUsd", COMMERCE_ORDER_MAX);
	json_set_int(limits, "maxQuantityPerItem", COMMERCE_QUANTITY_MAX);
	json_set_int(limits, "maxCartItems", COMMERCE_CART_LINES_MAX);
	json_set_int(limits, "maxDeliveryDays", CATALOGUE_DELIVERY_DAYS);
	json_set_int(limits, "estimateTtlSeconds", COMMERCE_ESTIMATE_MS / 1000);
}

static void set_fees(struct json *data)
{
	struct json *fees = json_set_object(data, "fees");

	json_set_int(fees, "percentage", PRICING_FEE_PERCENT);
	json_set_dollars(fees, "minimum", PRICING_FEE_MINIMUM);
	json_set_dollars(fees, "shipping", PRICING_SHIPPING);
	json_set_dollars(fees, "freeShippingFrom", PRICING_SHIPPING_FREE_FROM);
}

/* INFERRED throughout: of this body only the subjects are published. */
void commerce_handle_info(struct world *w, const struct call *c, struct reply *r)
{
	struct json *data = json_new_object(), *retailers = json_new_array();

	(void)c;
	for (const char *const *name = catalogue_retailers; *name; name++)
		json_append_take(retailers, json_new_string(*name));
	json_set_take(data, "retailers", retailers);
	set_limits(data);
	set_fees(data);
	json_set_string(data, "networkEnvironment", w->environment);
	reply_data_take(r, 200, data);
}

/* --- search --------------------------------------------------------------------------------- */

struct search {
	const char *q, *retailer;
	int64_t page, limit, price_min, price_max; /* price_max 0: none */
};

static bool read_price(const struct call *c, struct reply *r, const char *name, int64_t *ret)
{
	const char *text = call_param(c, name);

	*ret = 0;
	if (!text || !*text)
		return true;
	if (money_parse_decimal(text, USD_MILLIS_EXPONENT, ret) == S_OK && *ret >= 0)
		return true;
	reply_error(r, 400, CODE_VALIDATION_ERROR, "%s: must be an amount of dollars", name);
	return false;
}

static bool read_retailer(const struct call *c, struct reply *r, const char **ret)
{
	if (!call_words(c, r, "retailer", catalogue_retailers, ret))
		return false;
	if (*ret && strchr(*ret, ',')) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "retailer: only one can be searched");
		return false;
	}
	if (!*ret)
		*ret = catalogue_retailers[0]; /* amazon, contract 7.1 */
	return true;
}

static bool read_search(const struct call *c, struct reply *r, struct search *s)
{
	s->q = call_param(c, "q");
	if (!s->q || !s->q[strspn(s->q, " ")] || strlen(s->q) > QUERY_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR,
			    "q: is required, and is at most %d bytes long", QUERY_MAX);
		return false;
	}
	if (!call_limit(c, r, SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAX, &s->limit) ||
	    !call_int(c, r, "page", 1, &s->page) || !read_retailer(c, r, &s->retailer) ||
	    !read_price(c, r, "minPrice", &s->price_min) ||
	    !read_price(c, r, "maxPrice", &s->price_max))
		return false;
	if (s->page < 1 || s->page > PAGE_MAX) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "page: must be between 1 and %d",
			    PAGE_MAX);
		return false;
	}
	if (call_param(c, "maxPrice") && s->price_max < s->price_min) {
		reply_error(r, 400, CODE_VALIDATION_ERROR, "maxPrice: is less than minPrice");
		return false;
	}
	return true;
}

/* Every word somewhere in title or category. 0: no match; 2 when the title says it all as asked. */
static int match_words(const struct product *p, const char *q)
{
	char word[QUERY_MAX + 1];
	const char *at = q;

	for (;;) {
		size_t len;

		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (!len)
			break;
		str_printf(word, sizeof(word), "%.*s", (int)len, at);
		if (!utf8_contains_nocase(p->title, word) &&
		    !utf8_contains_nocase(p->category, word))
			return 0;
		at += len;
	}
	return utf8_contains_nocase(p->title, q) ? 2 : 1;
}

struct hit {
	size_t index;
	int rank;
	int64_t reviews;
};

/* The better match, then the more reviewed, then the catalogue's order. */
static int hit_compare(const void *left, const void *right)
{
	const struct hit *a = left, *b = right;

	if (a->rank != b->rank)
		return b->rank - a->rank;
	if (a->reviews != b->reviews)
		return a->reviews < b->reviews ? 1 : -1;
	return a->index < b->index ? -1 : 1;
}

static size_t find_hits(struct world *w, const struct search *s, struct hit *hits)
{
	size_t count = 0, all = catalogue_count();

	for (size_t i = 0; i < all; i++) {
		struct product p;
		int rank;

		catalogue_product(i, w->now_ms, &p);
		rank = match_words(&p, s->q);
		if (!rank || !str_equal(p.retailer, s->retailer) || p.price < s->price_min ||
		    (s->price_max && p.price > s->price_max))
			continue;
		hits[count++] = (struct hit){i, rank, p.reviews};
	}
	qsort(hits, count, sizeof(*hits), hit_compare);
	return count;
}

static struct json *product_row(const struct product *p)
{
	struct json *row = json_new_object(), *categories = json_new_array();

	json_set_string(row, "productId", p->id);
	json_set_string(row, "title", p->title);
	json_set_dollars(row, "price", p->price);
	json_set_string(row, "image", p->image);
	json_set_dollars(row, "rating", p->rating);
	json_set_int(row, "numReviews", p->reviews);
	json_set_bool(row, "fresh", p->fresh);
	json_set_string(row, "retailer", p->retailer);
	json_set_string(row, "url", p->url);
	json_set_text(row, "brand", p->brand);
	json_append_take(categories, json_new_string(p->category));
	json_set_take(row, "categories", categories);
	return row;
}

static struct json *search_page(struct world *w, const struct search *s, const struct hit *hits,
				size_t count)
{
	struct json *data = json_new_object(), *rows = json_new_array(), *paging;
	int64_t total = (int64_t)count, from = (s->page - 1) * s->limit, to = from + s->limit;

	for (int64_t i = from; i < to && i < total; i++) {
		struct product p;

		catalogue_product(hits[i].index, w->now_ms, &p);
		json_append_take(rows, product_row(&p));
	}
	json_set_take(data, "products", rows);
	paging = json_set_object(data, "pagination");
	json_set_int(paging, "page", s->page);
	json_set_int(paging, "totalPages", (total + s->limit - 1) / s->limit);
	json_set_int(paging, "totalResults", total);
	json_set_bool(paging, "hasNext", to < total);
	json_set_string(data, "query", s->q);
	json_set_string(data, "retailer", s->retailer);
	return data;
}

void commerce_handle_search(struct world *w, const struct call *c, struct reply *r)
{
	struct search s = {0};
	struct hit *hits;
	struct json *meta;

	if (!read_search(c, r, &s))
		return;
	hits = xcalloc(catalogue_count(), sizeof(*hits));
	meta = json_new_object();
	json_set_null(meta, "cacheStats"); /* there is no cache here */
	reply_meta_take(w, r, search_page(w, &s, hits, find_hits(w, &s, hits)), meta);
	free(hits);
}

/* --- one product ------------------------------------------------------------------------------ */

static bool read_product(struct world *w, const struct call *c, struct reply *r,
			 struct product *ret)
{
	const char *retailer, *id = c->match.params[0];

	if (!call_words(c, r, "retailer", catalogue_retailers, &retailer))
		return false;
	if (catalogue_find(id, w->now_ms, ret) && (!retailer || str_equal(retailer, ret->retailer)))
		return true;
	reply_error(r, 404, CODE_NOT_FOUND, "no product '%s'", id);
	return false;
}

static void set_details(const struct product *p, struct json *data)
{
	struct json *specifications = json_set_object(data, "specifications");
	struct json *pricing = json_set_object(data, "pricing"), *images = json_new_array();

	json_set_text(specifications, "Brand", p->brand);
	json_set_string(specifications, "Category", p->category);
	json_set_text(specifications, "Variant", p->variant);
	json_set_string(specifications, "Model number", p->id + 2);
	json_append_take(images, json_new_string(p->image));
	json_set_take(data, "images", images);
	json_set_dollars(pricing, "price", p->price);
	json_set_dollars(pricing, "listPrice", p->list_price);
	json_set_string(pricing, "currency", "usd");
}

static void set_availability(const struct product *p, struct json *data)
{
	struct json *availability = json_set_object(data, "availability");
	struct json *reviews = json_set_object(data, "reviews");
	const char *reason = catalogue_refusal(p, p->retailer);

	json_set_bool(availability, "inStock", p->in_stock);
	json_set_bool(availability, "eligible", !reason);
	json_set_string(availability, "reason", reason);
	json_set_dollars(reviews, "rating", p->rating);
	json_set_int(reviews, "count", p->reviews);
}

/* INFERRED: the subjects are published, not the body. What a search row has, and those. */
void commerce_handle_product(struct world *w, const struct call *c, struct reply *r)
{
	struct product p;
	struct json *data;

	if (!read_product(w, c, r, &p))
		return;
	data = product_row(&p);
	json_set_string(data, "description", p.blurb);
	set_details(&p, data);
	set_availability(&p, data);
	reply_meta_take(w, r, data, json_new_object());
}

static struct json *offer_row(const struct offer *o)
{
	struct json *row = json_new_object(), *days;

	json_set_string(row, "offerId", o->id);
	json_set_string(row, "sellerId", o->seller_id);
	json_set_string(row, "sellerName", o->seller);
	json_set_dollars(row, "price", o->price);
	json_set_dollars(row, "shipping", o->shipping);
	json_set_dollars(row, "totalCost", o->price + o->shipping);
	json_set_bool(row, "prime", o->prime);
	json_set_bool(row, "primeOnly", o->prime_only);
	json_set_string(row, "condition", o->condition);
	days = json_set_object(row, "handlingDays");
	json_set_int(days, "min", o->days_min);
	json_set_int(days, "max", o->days_max);
	json_set_bool(row, "international", o->international);
	json_set_bool(row, "available", o->available);
	return row;
}

void commerce_handle_offers(struct world *w, const struct call *c, struct reply *r)
{
	struct offer offers[CATALOGUE_OFFERS_MAX];
	struct json *data, *rows;
	struct product p;
	size_t count;

	if (!read_product(w, c, r, &p))
		return;
	count = catalogue_offers(&p, offers);
	rows = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append_take(rows, offer_row(&offers[i]));
	data = json_new_object();
	json_set_string(data, "productId", p.id);
	json_set_string(data, "retailer", p.retailer);
	json_set_take(data, "offers", rows);
	reply_meta_take(w, r, data, json_new_object());
}
