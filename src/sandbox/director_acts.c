/* What people do in a shop's life: the acts that stories are made of. */
#include "sandbox/scenario.h"
#include "sandbox/shop.h"

#include "base/strbuf.h"

#define KEEP_ONE_IN 3 /* how many buyers leave in the cart what they bought */

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
enum status act_bill(struct director *d, struct play *p, const struct step *s,
		     struct problem *reterr)
{
	size_t count;
	const struct shop_charge *charges = shop_charges(&count);
	const struct shop_charge *charge = &charges[rng_below(dice(d), count)];
	struct shop_person who;
	const char *customer = play_customer(p, &who);
	struct json *metadata = charge_metadata(d, charge);
	int64_t amount = charge->amount * rng_between(dice(d), 1, charge->most);
	int64_t expires = s->number ? s->number * p->stretch : 12LL * 3600 * 1000;
	struct invoice_params params = {
		.description = cue_text(p->cue, WORD_DESCRIPTION, charge->description),
		.customer_id = customer,
		.customer_email = who.email,
		.metadata = metadata,
	};
	struct invoice v;
	enum status st;

	params.amount = cue_number(p->cue, WORD_AMOUNT, dice(d), amount);
	params.expires_in_ms = cue_number(p->cue, WORD_EXPIRES, dice(d), expires);
	st = invoice_create(d->w, &params, &v, reterr);

	if (st == S_OK)
		str_copy(p->invoice, sizeof(p->invoice), v.id);
	json_free(metadata);
	return st == S_OK ? aside_open_page(d, p->invoice, reterr) : st;
}

/* number: percent of what is still due, in whole cents; 100 pays it exactly. */
static int64_t payment_amount(struct director *d, const struct play *p, const struct step *s,
			      const struct invoice *v)
{
	int64_t said = cue_number(p->cue, WORD_SHARE, dice(d), s->number);

	if (cue_text(p->cue, WORD_SHARE, NULL)) /* dollars */
		return said;
	if (said == 100)
		return v->amount_remaining;
	return v->amount_remaining * said / 100 / 10 * 10 + 10;
}

/* Only a scenario's line sends money after the end of an invoice. */
static bool may_pay(const struct play *p, const struct invoice *v)
{
	if (cue_text(p->cue, WORD_SHARE, NULL))
		return true;
	if (p->cue)
		return v->amount_remaining > 0;
	return str_equal(v->status, "unpaid") || str_equal(v->status, "underpaid");
}

enum status act_pay(struct director *d, struct play *p, const struct step *s,
		    struct problem *reterr)
{
	size_t count;
	const char *const *networks = shop_networks(&count);
	struct invoice v;
	int64_t amount;
	const char *network;
	enum status st = invoice_load(d->w, p->invoice, &v, reterr);

	if (st == S_OK && !may_pay(p, &v))
		st = problem_set(reterr, E_CONFLICT, NULL, "the invoice is %s", v.status);
	if (st != S_OK)
		return st;
	amount = payment_amount(d, p, s, &v);
	/* A remainder comes over the network the first part came over: contract 6.1, lock-in. */
	network = *v.payer_wallet_network ? v.payer_wallet_network
					  : networks[rng_below(dice(d), count)];
	network = cue_text(p->cue, WORD_NETWORK, network);
	st = aside_pay_on(d, &v, network, reterr);
	return st == S_OK
		       ? invoice_payment_see(d->w, p->invoice, amount, network, p->payment, reterr)
		       : st;
}

enum status act_confirm(struct director *d, struct play *p, const struct step *s,
			struct problem *reterr)
{
	enum status st = invoice_payment_confirm(d->w, p->payment, reterr);

	(void)s;
	return st == S_OK ? aside_quote_rest(d, p->invoice, reterr) : st;
}

#define PAYMENTS_MAX 16

/* Every payment of the invoice moves: a topped-up one has two. */
enum status act_settle(struct director *d, struct play *p, const struct step *s,
		       struct problem *reterr)
{
	char ids[PAYMENTS_MAX][ID_CAP];
	size_t count = 0;
	enum status st = invoice_payments(d->w, p->invoice, ids, PAYMENTS_MAX, &count, reterr);

	for (size_t i = 0; st == S_OK && i < count; i++)
		st = invoice_payment_settle(d->w, ids[i], s->word, reterr);
	return st;
}

enum status act_cancel_bill(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	(void)s;
	return invoice_cancel(d->w, p->invoice, NULL, NULL, NULL, reterr);
}

/* --- orders ---------------------------------------------------------------------------------- */

static size_t fill_basket(struct director *d, const struct cue *cue,
			  struct order_item_params items[LINES_MAX], char urls[LINES_MAX][64],
			  const char **ret_retailer)
{
	size_t count;
	const struct shop_product *products = shop_products(&count);
	int64_t draw = rng_between(dice(d), 1, LINES_MAX);
	size_t lines = (size_t)cue_number(cue, WORD_ITEMS, dice(d), draw);
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

enum status act_order(struct director *d, struct play *p, const struct step *s,
		      struct problem *reterr)
{
	static const char wallet[] = "0x52908400098527886E0F7030069857D2E4169EE7";
	struct order_item_params items[LINES_MAX];
	char urls[LINES_MAX][64];
	const char *retailer;
	struct shop_person who;
	struct order_params params = {.customer_id = play_customer(p, &who)};
	enum status st;

	(void)s;
	params.item_count = fill_basket(d, p->cue, items, urls, &retailer);
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
	/* A scenario's orders can always be refunded. */
	params.refund_wallet_bsc = rng_chance(dice(d), 60) || p->cue ? wallet : NULL;
	st = order_create(d->w, &params, p->order, p->invoice, reterr);
	if (st == S_OK)
		st = aside_open_page(d, p->invoice, reterr);
	if (st == S_OK && (p->cue || p->person % KEEP_ONE_IN == 0))
		st = aside_keep_cart(d, params.customer_id, &params, reterr);
	return st;
}

enum status act_advance(struct director *d, struct play *p, const struct step *s,
			struct problem *reterr)
{
	size_t count;
	const char *const *carriers = shop_carriers(&count);

	const char *carrier = carriers[rng_below(dice(d), count)];

	return order_advance(d->w, p->order, s->word, cue_text(p->cue, WORD_CARRIER, carrier),
			     cue_text(p->cue, WORD_TRACKING, NULL), reterr);
}

enum status act_call_off(struct director *d, struct play *p, const struct step *s,
			 struct problem *reterr)
{
	(void)s;
	return order_cancel(d->w, p->order, "0x8617E340B3D01FA5F11F306F4090FD50E238070D", NULL,
			    NULL, reterr);
}

/* --- ramps --- */

static void note_check(struct director *d, const struct play *p, enum check check)
{
	d->people[p->person].check = check;
}

enum status act_submit(struct director *d, struct play *p, const struct step *s,
		       struct problem *reterr)
{
	struct shop_person who;
	const char *customer = play_customer(p, &who);
	enum status st = S_OK;

	/* Everybody known was checked already: an old check runs out and is done again. */
	if (d->people[p->person].check == CHECK_APPROVED)
		st = kyc_set(d->w, customer, "expired", NULL, NULL, NULL, reterr);
	if (st == S_OK)
		st = kyc_set(d->w, customer, s->word, cue_text(p->cue, WORD_COUNTRY, who.country),
			     cue_text(p->cue, WORD_NAMED, who.legal_name), NULL, reterr);
	if (st == S_OK)
		note_check(d, p, CHECK_PENDING);
	return st;
}

enum status act_review(struct director *d, struct play *p, const struct step *s,
		       struct problem *reterr)
{
	size_t count;
	const char *const *reasons = shop_kyc_rejections(&count);
	struct shop_person who;
	const char *reason = reasons[rng_below(dice(d), count)];
	enum status st = kyc_set(d->w, play_customer(p, &who), s->word, NULL, NULL,
				 cue_text(p->cue, WORD_REASON, reason), reterr);

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

enum status act_pay_out(struct director *d, struct play *p, const struct step *s,
			struct problem *reterr)
{
	struct shop_person who;
	struct payout_params params = {.customer_id = play_customer(p, &who)};
	const char *country = cue_text(p->cue, WORD_COUNTRY, who.country);
	const struct shop_corridor *c = shop_corridor(country);
	int64_t rate;
	char fx[32], last4[8];

	(void)s;
	if (!c)
		return problem_set(reterr, E_NOT_FOUND, NULL, "no corridor to %s", country);
	rate = c->rate_e4 * rng_between(dice(d), 9950, 10050) / 10000;
	str_printf(fx, sizeof(fx), "%lld.%04lld", (long long)(rate / 10000),
		   (long long)(rate % 10000));
	str_printf(last4, sizeof(last4), "%04d", (int)rng_below(dice(d), 10000));
	params.amount = cue_number(p->cue, WORD_AMOUNT, dice(d), payout_amount(d));
	params.fee = shop_fee(params.amount);
	params.country = country;
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

/* What a scenario's line names, or a drawn one. */
static const struct shop_failure *pick_mishap(struct director *d, const struct cue *cue,
					      enum cue_word word, const struct shop_failure *table,
					      size_t count)
{
	size_t drawn = rng_below(dice(d), count);
	const char *code = cue_text(cue, word, table[drawn].code);

	for (size_t i = 0; i < count; i++)
		if (str_equal(table[i].code, code))
			return &table[i];
	return &table[drawn];
}

enum status act_move_payout(struct director *d, struct play *p, const struct step *s,
			    struct problem *reterr)
{
	bool failed = str_equal(s->word, "failed");
	size_t count;
	const struct shop_failure *table = NULL, *why = NULL;

	if (failed)
		table = shop_payout_failures(&count);
	else if (str_equal(s->word, "returned"))
		table = shop_payout_returns(&count);
	if (table)
		why = pick_mishap(d, p->cue, failed ? WORD_FAILURE : WORD_RETURN, table, count);
	return payout_advance(d->w, p->payout, s->word, why ? why->code : NULL,
			      cue_text(p->cue, WORD_REASON, why ? why->message : NULL), reterr);
}
