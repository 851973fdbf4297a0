/* What people do beside the story: payment pages that stand open, carts that fill. */
#include "sandbox/director_private.h"

#include "base/strbuf.h"
#include "sandbox/carts.h"
#include "sandbox/catalogue.h"
#include "sandbox/ledger.h"
#include "sandbox/quotes.h"
#include "sandbox/shop.h"

#define OPEN_PAGES   80 /* percent of the payors who look at what they are billed */
#define KEPT_CARTS   12 /* after the past */
#define CART_LINES   4
#define HOUR_MS      3600000LL
#define HELD_PAGES   64 /* after the past, at most */
#define HELD_LEAST_S 15 /* how long their quotes are still good for, at least */

/* Drawn from what the aside is about, and not from the story's numbers. */
static struct rng dice_for(const char *what, uint64_t salt)
{
	uint64_t seed = salt;
	struct rng r;

	for (const char *p = what; *p; p++)
		seed = seed * 31 + (unsigned char)*p;
	rng_seed(&r, seed);
	return r;
}

/* --- payment pages -------------------------------------------------------------------------- */

static const struct token *draw_token(struct rng *dice)
{
	size_t count;
	const char *const *networks = shop_networks(&count);

	return token_default(networks[rng_below(dice, count)]);
}

enum status aside_open_page(struct director *d, const char *invoice_id, struct problem *reterr)
{
	struct rng dice = dice_for(invoice_id, 1);
	const struct token *t = draw_token(&dice);
	struct invoice v;
	struct quote q;
	enum status st = S_OK;

	if (!rng_chance(&dice, OPEN_PAGES))
		return S_OK;
	st = invoice_load(d->w, invoice_id, &v, reterr);
	return st == S_OK ? quote_hold(d->w, &v, t, d->w->now_ms, &dice, &q, reterr) : st;
}

enum status aside_pay_on(struct director *d, const struct invoice *v, const char *network,
			 struct problem *reterr)
{
	struct rng dice = dice_for(v->id, 2 + (uint64_t)v->amount_remaining);
	struct quote q;
	enum status st;

	/* A scenario's line may send money for what is closed already: nobody quotes that. */
	if (!str_equal(v->status, "unpaid") && !str_equal(v->status, "underpaid"))
		return S_OK;
	st = quote_hold(d->w, v, token_default(network), d->w->now_ms, &dice, &q, reterr);
	return st == S_OK ? quote_paid_on(d->w, v->id, &q, reterr) : st;
}

enum status aside_quote_rest(struct director *d, const char *invoice_id, struct problem *reterr)
{
	struct rng dice = dice_for(invoice_id, 3);
	struct invoice v;
	struct quote q;
	enum status st = invoice_load(d->w, invoice_id, &v, reterr);

	if (st != S_OK || !str_equal(v.status, "underpaid"))
		return st;
	return quote_hold(d->w, &v, token_default(v.payer_wallet_network), d->w->now_ms, &dice, &q,
			  reterr);
}

/* --- carts --------------------------------------------------------------------------------------
 */

/* Item ids come from the world's numbers: those of the aside stand in for them. */
static enum status put(struct director *d, const struct shopper *s, const struct cart_item *item,
		       struct rng *dice, struct problem *reterr)
{
	struct rng story = d->w->rng;
	struct cart_change change;
	enum status st;

	d->w->rng = *dice;
	st = cart_add(d->w, s, item, &change, reterr);
	*dice = d->w->rng;
	d->w->rng = story;
	return st;
}

enum status aside_keep_cart(struct director *d, const char *customer_id,
			    const struct order_params *order, struct problem *reterr)
{
	struct rng dice = dice_for(customer_id, 4);
	struct shopper s = {.customer_id = ""};
	int64_t lines;
	enum status st;

	str_copy(s.customer_id, sizeof(s.customer_id), customer_id);
	st = cart_clear(d->w, &s, &lines, reterr);
	for (size_t i = 0; st == S_OK && i < order->item_count; i++) {
		const struct order_item_params *from = &order->items[i];
		struct cart_item item = {.quantity = from->quantity, .price = from->price};

		str_copy(item.product_id, sizeof(item.product_id), from->product_id);
		str_copy(item.retailer, sizeof(item.retailer), order->retailer);
		str_copy(item.title, sizeof(item.title), from->title);
		str_copy(item.image_url, sizeof(item.image_url), from->image_url);
		st = put(d, &s, &item, &dice, reterr);
	}
	return st;
}

/* One of somebody's choosing, at the price of that hour. */
static enum status put_any(struct director *d, const struct shopper *s, struct rng *dice,
			   struct problem *reterr)
{
	struct cart_item item = {.quantity = 1 + rng_chance(dice, 25)};
	struct product p;

	catalogue_product(rng_below(dice, catalogue_count()), d->w->now_ms, &p);
	item.price = p.price;
	item.rating = p.rating;
	item.num_reviews = p.reviews;
	str_copy(item.product_id, sizeof(item.product_id), p.id);
	str_copy(item.retailer, sizeof(item.retailer), p.retailer);
	str_copy(item.title, sizeof(item.title), p.title);
	str_copy(item.image_url, sizeof(item.image_url), p.image);
	str_copy(item.product_url, sizeof(item.product_url), p.url);
	return put(d, s, &item, dice, reterr);
}

static enum status fill_cart(struct director *d, size_t person, struct rng *dice,
			     struct problem *reterr)
{
	struct shopper s = {.customer_id = ""};
	struct shop_person who;
	int64_t lines = rng_between(dice, 1, CART_LINES);
	enum status st = S_OK;

	shop_person(person, &who);
	str_copy(s.customer_id, sizeof(s.customer_id), who.customer_id);
	world_restart_at(d->w, d->epoch_ms - rng_between(dice, HOUR_MS / 2, 20 * HOUR_MS));
	for (int64_t i = 0; st == S_OK && i < lines; i++)
		st = put_any(d, &s, dice, reterr);
	return st;
}

static enum status past_carts(struct director *d, struct problem *reterr)
{
	struct rng dice = d->w->rng; /* a copy: the story's numbers go on as if nothing was */
	size_t filled = 0;
	enum status st = S_OK;

	for (size_t i = 0; st == S_OK && i < d->person_count && filled < KEPT_CARTS; i++) {
		if (!d->people[i].known)
			continue;
		st = fill_cart(d, i, &dice, reterr);
		filled++;
	}
	world_restart_at(d->w, d->epoch_ms);
	return st;
}

/* --- the end of the past -----------------------------------------------------------------------
 */

struct pages {
	char ids[HELD_PAGES][ID_CAP];
	size_t count;
};

static bool note_page(void *ctx, const char *doc)
{
	struct pages *pages = ctx;
	struct json *json = NULL;
	const char *id;

	if (json_parse(doc, strlen(doc), &json, NULL) != S_OK)
		return false;
	id = json_string(json_get(json, "id"));
	if (id)
		str_copy(pages->ids[pages->count++], ID_CAP, id);
	json_free(json);
	return pages->count < HELD_PAGES;
}

/* Quoted a little while ago, each at its own time: so that some countdowns are near their end. */
static enum status hold_page(struct director *d, const char *invoice_id, struct problem *reterr)
{
	struct rng dice = dice_for(invoice_id, 5);
	int64_t ago = rng_between(&dice, 0, QUOTE_VALID_MS - HELD_LEAST_S * 1000);
	const struct token *t = draw_token(&dice);
	struct invoice v;
	struct quote q;
	enum status st = invoice_load(d->w, invoice_id, &v, reterr);

	if (st != S_OK || !rng_chance(&dice, OPEN_PAGES))
		return st;
	if (*v.payer_wallet_network)
		t = token_default(v.payer_wallet_network);
	return quote_hold(d->w, &v, t, d->w->now_ms - ago, &dice, &q, reterr);
}

static enum status past_pages(struct director *d, struct problem *reterr)
{
	struct ledger_filter open = {.kind = OBJECT_INVOICE,
				     .status = "unpaid,underpaid",
				     .created_from_ms = TIME_NONE,
				     .created_to_ms = TIME_NONE};
	struct pages pages = {.count = 0};
	bool more;
	enum status st = ledger_list(d->w->ledger, &open, note_page, &pages, &more, reterr);

	for (size_t i = 0; st == S_OK && i < pages.count; i++)
		st = hold_page(d, pages.ids[i], reterr);
	return st;
}

enum status aside_past(struct director *d, struct problem *reterr)
{
	enum status st = ledger_begin(d->w->ledger, reterr);

	if (st != S_OK)
		return st;
	st = past_carts(d, reterr);
	if (st == S_OK)
		st = past_pages(d, reterr);
	if (st == S_OK)
		return ledger_commit(d->w->ledger, reterr);
	ledger_rollback(d->w->ledger);
	return st;
}
