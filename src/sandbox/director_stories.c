/* What happens in a shop's life: the acts, and the stories made of them. */
#include "sandbox/director_private.h"
#include "sandbox/shop.h"

#include "base/strbuf.h"

static struct rng *dice(struct director *d)
{
	return &d->w->rng;
}

static const char *play_customer(const struct play *p, struct shop_person *who)
{
	shop_person(p->person, who);
	return *p->customer ? p->customer : who->customer_id;
}

/* --- invoices ---------------------------------------------------------------------------- */

static struct json *charge_metadata(struct director *d, const struct shop_charge *charge)
{
	struct json *metadata = json_new_object();
	char reference[32];

	str_printf(reference, sizeof(reference), "%c-%lld", "WPTB"[rng_below(dice(d), 4)],
		   (long long)rng_between(dice(d), 10000, 99999));
	json_set_string(metadata, "order_ref", reference);
	json_set_string(metadata, "channel", charge->channel);
	return metadata;
}

/* number: expires_in in ms, 0 for the shop's usual 12 hours. */
static enum status bill(struct director *d, struct play *p, const struct step *s,
			struct problem *reterr)
{
	size_t count;
	const struct shop_charge *charges = shop_charges(&count);
	const struct shop_charge *charge = &charges[rng_below(dice(d), count)];
	struct shop_person who;
	const char *customer = play_customer(p, &who);
	struct json *metadata = charge_metadata(d, charge);
	struct invoice v;
	enum status st = invoice_create(
		d->w,
		&(struct invoice_params){.amount = charge->amount *
						   rng_between(dice(d), 1, charge->most),
					 .description = charge->description,
					 .customer_id = customer,
					 .customer_email = who.email,
					 .metadata = metadata,
					 .expires_in_ms = s->number ? s->number * p->stretch
								    : 12LL * 3600 * 1000},
		&v, reterr);

	if (st == S_OK)
		str_copy(p->invoice, sizeof(p->invoice), v.id);
	json_free(metadata);
	return st;
}

/* number: percent of what is still due, in whole cents; 100 pays it exactly. */
static enum status pay(struct director *d, struct play *p, const struct step *s,
		       struct problem *reterr)
{
	size_t count;
	const char *const *networks = shop_networks(&count);
	struct invoice v;
	int64_t amount;
	const char *network;
	enum status st = invoice_load(d->w, p->invoice, &v, reterr);

	if (st == S_OK && !str_equal(v.status, "unpaid") && !str_equal(v.status, "underpaid"))
		st = problem_set(reterr, E_CONFLICT, NULL, "the invoice is %s", v.status);
	if (st != S_OK)
		return st;
	amount = v.amount_remaining;
	if (s->number != 100)
		amount = amount * s->number / 100 / 10 * 10 + 10;
	/* A remainder comes over the network the first part came over: contract 6.1, lock-in. */
	network = *v.payer_wallet_network ? v.payer_wallet_network
					  : networks[rng_below(dice(d), count)];
	return invoice_payment_see(d->w, p->invoice, amount, network, p->payment, reterr);
}

static enum status confirm(struct director *d, struct play *p, const struct step *s,
			   struct problem *reterr)
{
	(void)s;
	return invoice_payment_confirm(d->w, p->payment, reterr);
}

#define PAYMENTS_MAX 16

/* Every payment of the invoice moves: a topped-up one has two. */
static enum status settle(struct director *d, struct play *p, const struct step *s,
			  struct problem *reterr)
{
	char ids[PAYMENTS_MAX][ID_CAP];
	size_t count = 0;
	enum status st = invoice_payments(d->w, p->invoice, ids, PAYMENTS_MAX, &count, reterr);

	for (size_t i = 0; st == S_OK && i < count; i++)
		st = invoice_payment_settle(d->w, ids[i], s->word, reterr);
	return st;
}

static enum status cancel_bill(struct director *d, struct play *p, const struct step *s,
			       struct problem *reterr)
{
	(void)s;
	return invoice_cancel(d->w, p->invoice, NULL, NULL, NULL, reterr);
}

#define SECONDS(a, b) (a) * 1000, (b)*1000
#define STORY(variable, title, table) \
	const struct story variable = {(title), (table), sizeof(table) / sizeof((table)[0])}

static const struct step paid[] = {
	{bill, SECONDS(0, 0), NULL, 0},          {pay, SECONDS(4, 10), NULL, 100},
	{confirm, SECONDS(5, 10), "confirm", 0}, {settle, SECONDS(3, 7), "processing", 0},
	{settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_PAID, "paid", paid);

static const struct step topped_up[] = {
	{bill, SECONDS(0, 0), NULL, 0},         {pay, SECONDS(4, 8), NULL, 60},
	{confirm, SECONDS(5, 8), NULL, 0},      {pay, SECONDS(9, 16), NULL, 100},
	{confirm, SECONDS(5, 8), NULL, 0},      {settle, SECONDS(3, 7), "processing", 0},
	{settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_TOPPED_UP, "underpaid, then topped up", topped_up);

static const struct step underpaid[] = {
	{bill, SECONDS(0, 0), NULL, 60000},
	{pay, SECONDS(4, 10), NULL, 40},
	{confirm, SECONDS(5, 8), NULL, 0},
};
STORY(STORY_UNDERPAID, "underpaid until it expires", underpaid);

static const struct step overpaid[] = {
	{bill, SECONDS(0, 0), NULL, 0},         {pay, SECONDS(4, 10), NULL, 112},
	{confirm, SECONDS(5, 10), NULL, 0},     {settle, SECONDS(3, 7), "processing", 0},
	{settle, SECONDS(5, 12), "settled", 0},
};
STORY(STORY_OVERPAID, "overpaid", overpaid);

static const struct step manual[] = {
	{bill, SECONDS(0, 0), NULL, 0},       {pay, SECONDS(4, 10), NULL, 100},
	{confirm, SECONDS(5, 10), NULL, 0},   {settle, SECONDS(3, 6), "processing", 0},
	{settle, SECONDS(5, 8), "manual", 0}, {settle, SECONDS(12, 20), "settled", 0},
};
STORY(STORY_MANUAL, "settled by hand", manual);

static const struct step expired[] = {{bill, SECONDS(0, 0), NULL, 45000}};
STORY(STORY_EXPIRED, "expired", expired);

static const struct step unpaid[] = {{bill, SECONDS(0, 0), NULL, 0}};
STORY(STORY_UNPAID, "unpaid", unpaid);

static const struct step paid_late[] = {
	{bill, SECONDS(0, 0), NULL, 25000},
	{pay, SECONDS(18, 23), NULL, 100},
	{confirm, SECONDS(9, 12), NULL, 0},
};
STORY(STORY_PAID_LATE, "paid late", paid_late);

static const struct step canceled[] = {
	{bill, SECONDS(0, 0), NULL, 0},
	{cancel_bill, SECONDS(10, 25), NULL, 0},
};
STORY(STORY_CANCELED, "canceled by the merchant", canceled);

/* --- orders ---------------------------------------------------------------------------------- */

#define LINES_MAX 3

static size_t fill_basket(struct director *d, struct order_item_params items[LINES_MAX],
			  char urls[LINES_MAX][64], const char **ret_retailer)
{
	size_t count;
	const struct shop_product *products = shop_products(&count);
	size_t lines = (size_t)rng_between(dice(d), 1, LINES_MAX);
	size_t at = rng_below(dice(d), count);

	*ret_retailer = products[at].retailer;
	for (size_t i = 0; i < lines; i++) {
		const struct shop_product *product = &products[at];

		str_printf(urls[i], sizeof(urls[i]), "https://images.example.com/p/%s.jpg",
			   product->id);
		items[i] = (struct order_item_params){
			.product_id = product->id,
			.title = product->title,
			.image_url = urls[i],
			.quantity = rng_chance(dice(d), 80) ? 1 : rng_between(dice(d), 2, 4),
			.price = product->price,
		};
		do /* one order, one retailer */
			at = (at + 1) % count;
		while (!str_equal(products[at].retailer, *ret_retailer));
	}
	return lines;
}

static enum status order(struct director *d, struct play *p, const struct step *s,
			 struct problem *reterr)
{
	static const char wallet[] = "0x52908400098527886E0F7030069857D2E4169EE7";
	struct order_item_params items[LINES_MAX];
	char urls[LINES_MAX][64];
	const char *retailer;
	struct shop_person who;
	struct order_params params = {.customer_id = play_customer(p, &who)};

	(void)s;
	params.item_count = fill_basket(d, items, urls, &retailer);
	params.items = items;
	params.retailer = retailer;
	params.first_name = who.first;
	params.last_name = who.last;
	params.street = who.street;
	params.city = who.city;
	params.state = who.state;
	params.zip = who.zip;
	params.country = who.country;
	params.email = who.email;
	params.refund_wallet_bsc = rng_chance(dice(d), 60) ? wallet : NULL;
	return order_create(d->w, &params, p->order, p->invoice, reterr);
}

static enum status advance(struct director *d, struct play *p, const struct step *s,
			   struct problem *reterr)
{
	size_t count;
	const char *const *carriers = shop_carriers(&count);

	return order_advance(d->w, p->order, s->word, carriers[rng_below(dice(d), count)], NULL,
			     reterr);
}

static enum status call_off(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	(void)s;
	return order_cancel(d->w, p->order, "0x8617E340B3D01FA5F11F306F4090FD50E238070D", NULL,
			    NULL, reterr);
}

#define CHECKOUT                                                              \
	{order, SECONDS(0, 0), "order", 0}, {pay, SECONDS(4, 8), "pay", 100}, \
	{                                                                     \
		confirm, SECONDS(5, 8), "confirm", 0                          \
	}

static const struct step delivered[] = {
	CHECKOUT,
	{settle, SECONDS(3, 5), "processing", 0},
	{settle, SECONDS(4, 6), "settled", 0},
	{advance, SECONDS(5, 8), "placed", 0},
	{advance, SECONDS(8, 12), "shipped", 0},
	{advance, SECONDS(11, 15), "delivery_confirmed", 0},
};
STORY(STORY_DELIVERED, "delivered", delivered);

static const struct step order_failed[] = {
	CHECKOUT,
	{settle, SECONDS(3, 5), "processing", 0},
	{settle, SECONDS(4, 6), "settled", 0},
	{advance, SECONDS(5, 9), "failed", 0},
	{advance, SECONDS(9, 14), "refunded", 0},
};
STORY(STORY_ORDER_FAILED, "failed", order_failed);

static const struct step order_cancelled[] = {
	CHECKOUT,
	{settle, SECONDS(3, 5), "processing", 0},
	{settle, SECONDS(4, 6), "settled", 0},
	{advance, SECONDS(4, 7), "placed", 0},
	{call_off, SECONDS(5, 9), "cancelled", 0},
	{advance, SECONDS(9, 14), "refunded", 0},
};
STORY(STORY_ORDER_CANCELLED, "cancelled", order_cancelled);

static const struct step abandoned[] = {{order, SECONDS(0, 0), NULL, 0}};
STORY(STORY_ABANDONED, "abandoned", abandoned);

/* --- ramps --------------------------------------------------------------------------------------
 */

static void note_check(struct director *d, const struct play *p, enum check check)
{
	d->people[p->person].check = check;
}

static enum status submit(struct director *d, struct play *p, const struct step *s,
			  struct problem *reterr)
{
	struct shop_person who;
	const char *customer = play_customer(p, &who);
	enum status st = S_OK;

	/* Everybody known was checked already: an old check runs out and is done again. */
	if (d->people[p->person].check == CHECK_APPROVED)
		st = kyc_set(d->w, customer, "expired", NULL, NULL, NULL, reterr);
	if (st == S_OK)
		st = kyc_set(d->w, customer, s->word, who.country, who.legal_name, NULL, reterr);
	if (st == S_OK)
		note_check(d, p, CHECK_PENDING);
	return st;
}

static enum status review(struct director *d, struct play *p, const struct step *s,
			  struct problem *reterr)
{
	size_t count;
	const char *const *reasons = shop_kyc_rejections(&count);
	struct shop_person who;
	enum status st = kyc_set(d->w, play_customer(p, &who), s->word, NULL, NULL,
				 reasons[rng_below(dice(d), count)], reterr);

	if (st == S_OK)
		note_check(d, p, str_equal(s->word, "approved") ? CHECK_APPROVED : CHECK_REJECTED);
	return st;
}

static const char *pick_bank(struct director *d, const struct shop_corridor *c)
{
	size_t count = 0;

	while (count < SHOP_BANKS_MAX && c->banks[count])
		count++;
	return c->banks[rng_below(dice(d), count)];
}

static const char *pick_rail(struct director *d, const struct shop_corridor *c)
{
	size_t count = 0;

	while (count < SHOP_RAILS_MAX && c->rails[count])
		count++;
	return c->rails[rng_below(dice(d), count)];
}

/* Many small ones, some large. */
static int64_t payout_amount(struct director *d)
{
	int64_t cents = rng_chance(dice(d), 70) ? rng_between(dice(d), 2500, 180000)
						: rng_between(dice(d), 180000, 4800000);

	return cents * 10;
}

static enum status pay_out(struct director *d, struct play *p, const struct step *s,
			   struct problem *reterr)
{
	struct shop_person who;
	struct payout_params params = {.customer_id = play_customer(p, &who)};
	const struct shop_corridor *c = shop_corridor(who.country);
	int64_t rate;
	char fx[32], last4[8];

	(void)s;
	if (!c)
		return problem_set(reterr, E_NOT_FOUND, NULL, "no corridor to %s", who.country);
	rate = c->rate_e4 * rng_between(dice(d), 9950, 10050) / 10000;
	str_printf(fx, sizeof(fx), "%lld.%04lld", (long long)(rate / 10000),
		   (long long)(rate % 10000));
	str_printf(last4, sizeof(last4), "%04d", (int)rng_below(dice(d), 10000));
	params.amount = payout_amount(d);
	params.fee = params.amount / 200 / 10 * 10 + 500; /* 0.5 % and half a dollar */
	params.country = who.country;
	params.rail = pick_rail(d, c);
	params.fiat_currency = c->currency;
	params.fx_rate = fx;
	params.fiat_amount_minor = shop_convert(c, params.amount - params.fee, rate);
	params.fiat_exponent = c->exponent;
	params.holder = who.legal_name;
	params.bank_name = pick_bank(d, c);
	params.last4 = last4;
	params.estimated_arrival_ms =
		d->w->now_ms + rng_between(dice(d), 20, 40) * 1000 * p->stretch;
	return payout_create(d->w, &params, p->payout, reterr);
}

static enum status move_payout(struct director *d, struct play *p, const struct step *s,
			       struct problem *reterr)
{
	size_t count;
	const struct shop_failure *table = NULL, *why = NULL;

	if (str_equal(s->word, "failed"))
		table = shop_payout_failures(&count);
	else if (str_equal(s->word, "returned"))
		table = shop_payout_returns(&count);
	if (table)
		why = &table[rng_below(dice(d), count)];
	return payout_advance(d->w, p->payout, s->word, why ? why->code : NULL,
			      why ? why->message : NULL, reterr);
}

static const struct step payout_paid[] = {
	{pay_out, SECONDS(0, 0), NULL, 0},
	{move_payout, SECONDS(5, 9), "processing", 0},
	{move_payout, SECONDS(13, 20), "paid", 0},
};
STORY(STORY_PAYOUT_PAID, "payout paid", payout_paid);

static const struct step payout_failed[] = {
	{pay_out, SECONDS(0, 0), NULL, 0},
	{move_payout, SECONDS(5, 9), "processing", 0},
	{move_payout, SECONDS(10, 16), "failed", 0},
};
STORY(STORY_PAYOUT_FAILED, "payout failed", payout_failed);

static const struct step payout_returned[] = {
	{pay_out, SECONDS(0, 0), NULL, 0},
	{move_payout, SECONDS(5, 8), "processing", 0},
	{move_payout, SECONDS(10, 14), "paid", 0},
	{move_payout, SECONDS(14, 20), "returned", 0},
};
STORY(STORY_PAYOUT_RETURNED, "payout returned", payout_returned);

static const struct step kyc_approved[] = {
	{submit, SECONDS(0, 0), "pending", 0},
	{review, SECONDS(12, 25), "approved", 0},
};
STORY(STORY_KYC_APPROVED, "KYC approved", kyc_approved);

static const struct step kyc_rejected[] = {
	{submit, SECONDS(0, 0), "pending", 0},
	{review, SECONDS(12, 25), "rejected", 0},
};
STORY(STORY_KYC_REJECTED, "KYC rejected", kyc_rejected);

/* --- how often -----------------------------------------------------------------------------------
 */

static const struct part invoice_parts[] = {
	{&STORY_PAID, 2, 14},     {&STORY_TOPPED_UP, 1, 2}, {&STORY_OVERPAID, 1, 1},
	{&STORY_EXPIRED, 1, 3},   {&STORY_CANCELED, 1, 1},  {&STORY_PAID_LATE, 1, 1},
	{&STORY_UNDERPAID, 0, 1}, {&STORY_MANUAL, 0, 1},
};
static const struct part order_parts[] = {
	{&STORY_DELIVERED, 1, 8},
	{&STORY_ORDER_FAILED, 1, 1},
	{&STORY_ORDER_CANCELLED, 1, 1},
	{&STORY_ABANDONED, 0, 1},
};
static const struct part payout_parts[] = {
	{&STORY_PAYOUT_PAID, 4, 14},
	{&STORY_PAYOUT_FAILED, 1, 1},
	{&STORY_PAYOUT_RETURNED, 1, 1},
};
static const struct part kyc_parts[] = {
	{&STORY_KYC_APPROVED, 1, 5},
	{&STORY_KYC_REJECTED, 1, 1},
};

#define PARTS(table) (table), sizeof(table) / sizeof((table)[0])

const struct cast casts[CASTS] = {
	[CAST_INVOICES] = {"invoices", 13000, PARTS(invoice_parts)},
	[CAST_ORDERS] = {"orders", 28000, PARTS(order_parts)},
	[CAST_PAYOUTS] = {"payouts", 17000, PARTS(payout_parts)},
	[CAST_KYC] = {"kyc", 45000, PARTS(kyc_parts)},
};

size_t story_step(const struct story *story, const char *word)
{
	for (size_t i = 0; i < story->step_count; i++)
		if (story->steps[i].word && str_equal(story->steps[i].word, word))
			return i;
	return 0;
}
