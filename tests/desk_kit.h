/*
 * The support desk's store for screen tests: one customer with a whole purchase
 * (invoice, payment, session, order, refund, cart), others with a payout that
 * failed and was retried and with a deposit, at the frozen time of scene.h; and
 * a server that answers what a detail asks.
 */
#ifndef PEPAYTOP_TESTS_DESK_KIT_H
#define PEPAYTOP_TESTS_DESK_KIT_H

#include "scene.h"

#include "model/subject.h"

#define DESK_INVOICE  100 /* scene_id() of "1f"; its order is number 0 */
#define DESK_CUSTOMER "cust_8F3K2M"
#define DESK_RETRIED  3 /* the payout of the scene that failed */
#define DESK_EVENTS   40
#define DESK_SECRET   "st_live_6b1f0e9d2c7a4853"
#define DESK_URL \
	"https://pay.pepay.io/payment/1f7f2a91?session=" DESK_SECRET "&signature=sg_90ab17c4d5"

struct desk {
	struct store *st;
	char *events[DESK_EVENTS]; /* as they travel, oldest first */
	enum object_kind kinds[DESK_EVENTS];
	size_t event_count;
	bool silent; /* answers nothing any more */
};

/* --- what there is
 * ------------------------------------------------------------------------ */

static char *desk_event_text(int seq, const char *type, const struct object *o, const char *before,
			     int age_s)
{
	struct json *envelope = json_new_object(), *data = json_new_object();
	struct json *object = object_to_json(o), *previous = json_new_object();
	char id[ID_CAP];
	char *text;

	str_printf(id, sizeof(id), "evt_%lld-%d", (long long)AGO(age_s), seq);
	json_set_string(envelope, "id", id);
	json_set_string(envelope, "object", "event");
	json_set_string(envelope, "api_version", "2025-12-16");
	json_set_int(envelope, "created", AGO(age_s) / 1000);
	json_set_string(envelope, "type", type);
	json_set_bool(envelope, "livemode", false);
	if (o->kind == OBJECT_ORDER) {
		json_set_string(object, "object", "commerce_order");
		json_set_string(object, "id", o->as.order.order_id);
	}
	json_set_take(data, "object", object);
	if (before)
		json_set_string(previous, "status", before);
	json_set_take(data, "previous_attributes", previous);
	json_set_take(envelope, "data", data);
	text = json_print(envelope);
	json_free(envelope);
	return text;
}

static void desk_event(struct desk *d, const char *type, struct object *o, const char *status,
		       const char *before, int age_s)
{
	char *word = o->kind == OBJECT_INVOICE   ? o->as.invoice.status
		     : o->kind == OBJECT_PAYMENT ? o->as.payment.status
		     : o->kind == OBJECT_ORDER   ? o->as.order.status
		     : o->kind == OBJECT_PAYOUT  ? o->as.payout.status
		     : o->kind == OBJECT_DEPOSIT ? o->as.deposit.status
		     : o->kind == OBJECT_KYC     ? o->as.kyc.status
						 : o->as.refund.status;
	size_t n = d->event_count++;

	str_copy(word, STATUS_CAP, status);
	d->kinds[n] = o->kind;
	d->events[n] = desk_event_text(100 + (int)n, type, o, before, age_s);
	scene_event(d->st, STREAM_MERCHANT, d->events[n]);
}

static struct object desk_invoice(const char *status, int64_t paid)
{
	struct object o =
		scene_invoice(DESK_INVOICE, status, 148990, paid, DESK_CUSTOMER, "base", 2000);

	scene_id(o.as.invoice.commerce_order_id, ID_CAP, "7c", 0);
	o.as.invoice.last_payment_at = paid > 0 ? AGO(1860) : TIME_NONE;
	o.as.invoice.paid_at = paid > 0 ? AGO(1859) : TIME_NONE;
	return o;
}

static struct object desk_payment(const char *settlement)
{
	struct object o = {.kind = OBJECT_PAYMENT};
	struct invoice_payment *p = &o.as.payment;

	shape_init(&SHAPE_INVOICE_PAYMENT, p);
	scene_id(p->id, sizeof(p->id), "9a", DESK_INVOICE);
	scene_id(p->invoice_id, sizeof(p->invoice_id), "1f", DESK_INVOICE);
	p->merchant_id = 4217;
	p->amount_usd = 148990;
	str_copy(p->settlement_status, STATUS_CAP, settlement);
	str_copy(p->environment, STATUS_CAP, "devnet");
	if (strcmp(settlement, "settled") == 0) {
		p->has_settlement = true;
		str_copy(p->settlement.status, STATUS_CAP, "settled");
		str_copy(p->settlement.stage, STATUS_CAP, "complete");
		str_copy(p->settlement.network, STATUS_CAP, "bsc");
		str_copy(p->settlement.settlement_tx_hash, ADDR_CAP,
			 "0x77c1d04be2a95f3861700c4d8e9b2a3f5561de90aa1234bcf0e8d6a7b5c4d3e2");
		p->settlement.merchant_settlement_id = 90817;
	}
	return o;
}

static struct object desk_refund(void)
{
	struct object o = {.kind = OBJECT_REFUND};
	struct refund *r = &o.as.refund;

	shape_init(&SHAPE_REFUND, r);
	scene_id(r->id, sizeof(r->id), "5e", 1);
	scene_id(r->invoice_id, sizeof(r->invoice_id), "1f", DESK_INVOICE);
	r->merchant_id = 4217;
	r->amount = 24500;
	str_copy(r->currency, STATUS_CAP, "usd");
	str_copy(r->destination_wallet_address, ADDR_CAP,
		 "0x8f3a5d01c3b7e9244ad06f1b5c9a7708d41bc41b");
	str_copy(r->destination_wallet_network, STATUS_CAP, "bsc");
	str_copy(r->reason, NAME_CAP, "one dripper arrived broken");
	str_copy(r->environment, STATUS_CAP, "devnet");
	r->created_at = AGO(200);
	r->updated_at = AGO(120);
	return o;
}

static struct object desk_deposit(void)
{
	struct object o = {.kind = OBJECT_DEPOSIT};
	struct deposit *p = &o.as.deposit;

	shape_init(&SHAPE_DEPOSIT, p);
	scene_id(p->id, sizeof(p->id), "de", 1);
	str_copy(p->customer_id, NAME_CAP, "cust_PAY003");
	str_copy(p->token_symbol, STATUS_CAP, "USDC");
	str_copy(p->network, STATUS_CAP, "solana");
	str_copy(p->deposit_address, ADDR_CAP, "7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU");
	str_copy(p->tx_hash, ADDR_CAP, "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBg");
	str_copy(p->environment, STATUS_CAP, "devnet");
	p->amount = 64000;
	p->created_at = AGO(4000);
	p->updated_at = AGO(3900);
	return o;
}

static struct object desk_kyc(void)
{
	struct object o = {.kind = OBJECT_KYC};
	struct kyc *k = &o.as.kyc;

	shape_init(&SHAPE_KYC, k);
	str_copy(k->customer_id, NAME_CAP, "cust_PAY003");
	str_copy(k->country, STATUS_CAP, "GB");
	str_copy(k->legal_name, NAME_CAP, "Amelia Hughes");
	str_copy(k->environment, STATUS_CAP, "devnet");
	k->submitted_at = AGO(90000);
	return o;
}

static void desk_purchase(struct desk *d)
{
	struct object invoice = desk_invoice("unpaid", 0);
	struct object payment = desk_payment("pending");
	struct object order = scene_order(0, "processing", "", 148990, false, 1800);
	struct object refund = desk_refund();

	desk_event(d, "invoice.created", &invoice, "unpaid", NULL, 2000);
	desk_event(d, "commerce.order.created", &order, "pending_payment", NULL, 1998);
	desk_event(d, "invoice_payment.created", &payment, "pending", NULL, 1900);
	desk_event(d, "invoice_payment.updated", &payment, "confirmed", "pending", 1860);
	invoice = desk_invoice("paid", 148990);
	desk_event(d, "invoice.updated", &invoice, "paid", "unpaid", 1859);
	desk_event(d, "commerce.order.updated", &order, "processing", "pending_payment", 1500);
	payment = desk_payment("settled");
	desk_event(d, "invoice_payment.updated", &payment, "confirmed", NULL, 1400);
	desk_event(d, "commerce.order.updated", &order, "placed", "processing", 900);
	desk_event(d, "commerce.order.updated", &order, "shipped", "placed", 300);
	desk_event(d, "refund.created", &refund, "pending", NULL, 200);
	desk_event(d, "refund.updated", &refund, "succeeded", "pending", 120);
	object_release(&order);
}

static void desk_ramps(struct desk *d)
{
	struct object payout = scene_payout(DESK_RETRIED, "queued", 64000, "GBP", 4998, 2, "GB",
					    "FPS", "Amelia Hughes");
	struct object retry =
		scene_payout(9, "queued", 64000, "GBP", 4998, 2, "GB", "FPS", "Amelia Hughes");
	struct object deposit = desk_deposit(), kyc = desk_kyc();

	str_copy(payout.as.payout.customer_id, NAME_CAP, "cust_PAY003");
	str_copy(retry.as.payout.customer_id, NAME_CAP, "cust_PAY003");
	str_copy(retry.as.payout.retry_of, ID_CAP, payout.as.payout.id);
	desk_event(d, "ramp.kyc.updated", &kyc, "pending", "not_started", 90000);
	desk_event(d, "ramp.kyc.updated", &kyc, "approved", "pending", 86000);
	desk_event(d, "ramp.deposit.created", &deposit, "awaiting_funds", NULL, 4000);
	desk_event(d, "ramp.deposit.updated", &deposit, "received", "awaiting_funds", 3950);
	desk_event(d, "ramp.deposit.updated", &deposit, "confirmed", "received", 3900);
	desk_event(d, "ramp.payout.created", &payout, "queued", NULL, 960);
	desk_event(d, "ramp.payout.updated", &payout, "processing", "queued", 700);
	retry.as.payout.created_at = AGO(8);
	retry.as.payout.updated_at = AGO(8);
	retry.as.payout.estimated_arrival_at = AGO(8) + 7200000;
	desk_event(d, "ramp.payout.created", &retry, "queued", NULL, 8);
}

static struct desk *desk_new(void)
{
	struct desk *d = xcalloc(1, sizeof(*d));

	d->st = scene_store();
	desk_purchase(d);
	desk_ramps(d);
	return d;
}

static void desk_free(struct desk *d) /* the store is its user's */
{
	for (size_t i = 0; i < d->event_count; i++)
		free(d->events[i]);
	free(d);
}

/* --- answering
 * --------------------------------------------------------------------------------
 */

static void desk_token(struct payor_session *s, size_t i, int id, const char *symbol,
		       const char *network, const char *availability)
{
	s->tokens[i].id = id;
	str_copy(s->tokens[i].symbol, STATUS_CAP, symbol);
	str_copy(s->tokens[i].network, STATUS_CAP, network);
	str_copy(s->tokens[i].availability, STATUS_CAP, availability);
}

static struct msg *desk_session(const struct request *rq)
{
	struct msg *m = msg_new(MSG_SESSION);
	struct payor_session *s = &m->as.session.session;

	payor_session_init(s);
	m->as.session.serial = rq->serial;
	str_copy(s->invoice_id, ID_CAP, rq->target);
	str_copy(s->status, STATUS_CAP, "unpaid");
	s->amount = s->amount_remaining = 1249000;
	s->has_amount = s->has_remaining = true;
	str_copy(s->merchant_name, NAME_CAP, "Aurora Coffee");
	str_copy(s->description, NAME_CAP, "Espresso machine, two groups");
	str_copy(s->environment, STATUS_CAP, "devnet");
	s->expires_at = AGO(12) + 43200000;
	str_copy(s->locked_network, STATUS_CAP, "base");
	s->locked_token_id = 7;
	str_copy(s->locked_address, ADDR_CAP, "0x4c0ffee0b1e5a7d93f26108c5de4aa90b7c3f812");
	s->has_email = s->email_known = true;
	str_copy(s->email, NAME_CAP, "ana@example.net");
	s->tokens = xcalloc(3, sizeof(*s->tokens));
	s->token_count = 3;
	s->tokens_known = true;
	desk_token(s, 0, 7, "USDC", "base", "DEVNET");
	desk_token(s, 1, 9, "USDT", "bsc", "DEVNET");
	desk_token(s, 2, 12, "SOL", "solana", "NO_LIQUIDITY");
	s->has_quote = true;
	str_copy(s->quote.address, ADDR_CAP, s->locked_address);
	str_copy(s->quote.network, STATUS_CAP, "base");
	str_copy(s->quote.token_symbol, STATUS_CAP, "USDC");
	str_copy(s->quote.token_amount, STATUS_CAP, "1249.312500");
	str_copy(s->quote.exchange_rate, STATUS_CAP, "0.99975");
	s->quote.amount = 1249000;
	s->quote.updated_at = AGO(25);
	s->quote.valid_until = SCENE_NOW_MS + 95000;
	str_copy(s->payment_url, PAYOR_URL_CAP, DESK_URL);
	s->answered_ms = SCENE_NOW_MS;
	return m;
}

static void desk_cart_item(struct shop_cart *c, size_t i, const char *title, int64_t quantity,
			   int64_t price, int64_t now, bool available)
{
	struct shop_cart_item *it = &c->items[i];

	str_printf(it->item_id, ID_CAP, "item_%zu", i);
	str_printf(it->product_id, ID_CAP, "B0%zuKETTLE", i);
	str_copy(it->retailer, STATUS_CAP, "amazon");
	str_copy(it->title, NAME_CAP, title);
	it->quantity = quantity;
	it->price = price;
	it->checked = true;
	it->available = available;
	it->price_changed = now != price;
	it->current_price = now;
}

static struct msg *desk_cart(const struct request *rq)
{
	struct msg *m = msg_new(MSG_CART);
	struct shop_cart *c = &m->as.cart.cart;

	m->as.cart.serial = rq->serial;
	c->created_at = AGO(7200);
	c->updated_at = AGO(600);
	c->answered_ms = SCENE_NOW_MS;
	str_copy(c->customer_id, NAME_CAP, rq->target);
	if (strcmp(rq->target, DESK_CUSTOMER) != 0)
		return m;
	c->items = xcalloc(3, sizeof(*c->items));
	c->item_count = 3;
	desk_cart_item(c, 0, "Pour-over kettle, gooseneck, 1.0 l", 1, 68000, 68000, true);
	desk_cart_item(c, 1, "Paper filters, 100 pieces 珈琲", 4, 6490, 7990, true);
	desk_cart_item(c, 2, "Hand grinder, steel burrs", 1, 89000, 89000, false);
	c->quantity = 6;
	c->subtotal = 182960;
	c->checked = true;
	c->has_totals = true;
	c->shipping = 5990;
	c->tax = 15095;
	c->fees = 1830;
	c->total = 205875;
	str_copy(c->zip_code, STATUS_CAP, "94107");
	return m;
}

static struct msg *desk_product(const struct request *rq)
{
	struct msg *m = msg_new(MSG_PRODUCTS);
	struct shop_products *p = &m->as.products.products;
	struct shop_listing *l;

	m->as.products.serial = rq->serial;
	p->items = l = xcalloc(1, sizeof(*l));
	p->count = 1;
	p->answered_ms = SCENE_NOW_MS;
	str_copy(l->product_id, ID_CAP, rq->target);
	str_copy(l->retailer, STATUS_CAP, "amazon");
	str_copy(l->title, NAME_CAP, "Pour-over kettle, gooseneck, 1.0 l");
	str_copy(l->brand, sizeof(l->brand), "Aurora");
	str_copy(l->stock, sizeof(l->stock), "in stock");
	l->price = 68000;
	l->priced = true;
	str_copy(l->rating, STATUS_CAP, "4.6");
	l->review_count = 1834;
	l->offers_known = true;
	l->offers = xcalloc(2, sizeof(*l->offers));
	l->offer_count = 2;
	str_copy(l->offers[0].offer_id, ID_CAP, "offer_1");
	str_copy(l->offers[0].seller, NAME_CAP, "Kettle House");
	str_copy(l->offers[0].condition, STATUS_CAP, "new");
	l->offers[0].price = l->offers[0].total = 68000;
	l->offers[0].available = l->offers[0].prime = true;
	l->offers[0].handling_min_days = 1;
	l->offers[0].handling_max_days = 2;
	str_copy(l->offers[1].offer_id, ID_CAP, "offer_2");
	str_copy(l->offers[1].seller, NAME_CAP, "Second Pour");
	str_copy(l->offers[1].condition, STATUS_CAP, "used, good");
	l->offers[1].price = 41000;
	l->offers[1].shipping = 6500;
	l->offers[1].total = 47500;
	return m;
}

static void desk_kept(struct kept_event *k, const char *text)
{
	struct json *json;
	struct problem p;

	if (json_parse(text, strlen(text), &json, &p) != S_OK ||
	    event_decode(json, text, strlen(text), &k->event, &p) != S_OK)
		abort(); /* the desk itself is wrong */
	json_free(json);
	k->via = VIA_LIVE;
	k->arrived_ms = k->event.created_ms + 40;
}

static bool desk_is_purchase(enum object_kind kind)
{
	return kind == OBJECT_INVOICE || kind == OBJECT_PAYMENT || kind == OBJECT_ORDER ||
	       kind == OBJECT_REFUND;
}

/* There is one purchase: an id of it stands for all of its events. Else those that say the id. */
static bool desk_tells(const struct desk *d, size_t event, const struct request *rq)
{
	if (rq->object == OBJECT_NONE || !desk_is_purchase(rq->object))
		return (rq->object == OBJECT_NONE || d->kinds[event] == rq->object) &&
		       strstr(d->events[event], rq->target);
	for (size_t i = 0; i < d->event_count; i++) {
		if (desk_is_purchase(d->kinds[i]) && strstr(d->events[i], rq->target))
			return desk_is_purchase(d->kinds[event]);
	}
	return false;
}

static struct msg *desk_dossier(const struct desk *d, const struct request *rq)
{
	struct msg *m = msg_new(MSG_DOSSIER);
	struct dossier *s = &m->as.dossier.dossier;

	m->as.dossier.serial = rq->serial;
	s->kind = rq->object;
	str_copy(s->id, NAME_CAP, rq->target);
	s->items = xcalloc(DESK_EVENTS, sizeof(*s->items));
	for (size_t i = 0; i < d->event_count; i++) {
		if (desk_tells(d, i, rq))
			desk_kept(&s->items[s->count++], d->events[i]);
	}
	return m;
}

static struct msg *desk_refuse(const struct request *rq, enum status status, const char *what)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *rq;
	problem_set(&m->as.failed.problem, status, "", "%s", what);
	return m;
}

static struct msg *desk_object(const struct desk *d, const struct request *rq)
{
	const struct record *r = store_record(d->st, rq->object, rq->target);
	struct msg *m;
	struct json *json;

	if (!r)
		return desk_refuse(rq, E_NOT_FOUND, "the server knows none of this id (404)");
	m = msg_new(MSG_OBJECT);
	m->as.object.serial = rq->serial;
	object_copy(&m->as.object.object, &r->object);
	json = object_to_json(&r->object);
	m->as.object.raw = json_print(json);
	m->as.object.raw_len = strlen(m->as.object.raw);
	json_free(json);
	return m;
}

static struct msg *desk_one_event(const struct desk *d, const struct request *rq)
{
	for (size_t i = 0; i < d->event_count; i++) {
		struct kept_event k;
		struct msg *m;

		desk_kept(&k, d->events[i]);
		if (strcmp(k.event.id, rq->target) != 0) {
			event_release(&k.event);
			continue;
		}
		m = msg_new(MSG_EVENT);
		m->as.event.serial = rq->serial;
		m->as.event.event = k.event;
		m->as.event.via = VIA_LIVE;
		m->as.event.arrived_ms = k.arrived_ms;
		return m;
	}
	return desk_refuse(rq, E_NOT_FOUND, "it is not in the history");
}

static struct msg *desk_page(const struct request *rq)
{
	struct msg *m = msg_new(MSG_PAGE);

	m->as.page.serial = rq->serial;
	m->as.page.object = rq->object;
	m->as.page.of = rq->of;
	return m; /* nothing the store does not know */
}

static struct msg *desk_answer_to(const struct desk *d, const struct request *rq)
{
	switch (rq->kind) {
	case REQUEST_SESSION:
		return desk_session(rq);
	case REQUEST_CART:
		return desk_cart(rq);
	case REQUEST_PRODUCT:
		return desk_product(rq);
	case REQUEST_DOSSIER:
		return desk_dossier(d, rq);
	case REQUEST_GET:
		return desk_object(d, rq);
	case REQUEST_EVENT:
		return desk_one_event(d, rq);
	case REQUEST_LIST:
		return desk_page(rq);
	default:
		return desk_refuse(rq, E_UNSUPPORTED, "not offered by this server");
	}
}

/* What was asked so far is handed over, and answered unless the server is
 * silent. */
static void desk_serve(struct desk *d, struct outbox *out)
{
	struct outbox taken = *out;

	out->count = 0;
	for (size_t i = 0; i < taken.count; i++)
		store_submitted(d->st, &taken.items[i], SCENE_NOW_MS);
	for (size_t i = 0; i < taken.count && !d->silent; i++)
		scene_apply(d->st, desk_answer_to(d, &taken.items[i]));
}

#endif
