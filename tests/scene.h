/*
 * A believable store for screen tests: every state, every odd case, at a frozen
 * time. Built the way the program builds it: messages through store_apply.
 */
#ifndef PEPAYTOP_TESTS_SCENE_H
#define PEPAYTOP_TESTS_SCENE_H

#include "model/store.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define SCENE_NOW_MS 1768478400000LL /* 2026-01-15T12:00:00Z */
#define AGO(seconds) (SCENE_NOW_MS - (seconds)*1000LL)

static void scene_apply(struct store *st, struct msg *m)
{
	store_apply(st, m, SCENE_NOW_MS);
	msg_free(m);
}

static void scene_link(struct store *st, enum stream_id stream, enum link_state state,
		       const char *what, const char *next)
{
	struct msg *m = msg_new(MSG_LINK);
	struct link_report *l = &m->as.link;

	l->stream = stream;
	l->state = state;
	l->attempt = 3;
	l->next_try_mono_ms = 4000;
	l->since_wall_ms = AGO(42);
	l->last_rx_mono_ms = 0;
	l->rtt_ms = -1;
	if (what)
		problem_set(&l->problem, E_NETWORK, next, "%s", what);
	scene_apply(st, m);
}

static void scene_page(struct store *st, enum object_kind kind, struct object *objects, size_t n)
{
	struct msg *m = msg_new(MSG_PAGE);

	m->as.page.object = kind;
	m->as.page.first = true;
	m->as.page.page.items = xcalloc(n, sizeof(struct object));
	m->as.page.page.count = n;
	memcpy(m->as.page.page.items, objects, n * sizeof(struct object));
	scene_apply(st, m);
}

/* Ids a person can tell apart in a picture of a screen. */
static void scene_id(char *buf, size_t cap, const char *kind, int n)
{
	str_printf(buf, cap, "%s%06x-52c1-4e0b-9d3a-%012x", kind, 0x3f2a91 + n * 0x10457,
		   0x8c41d + n);
}

static struct object scene_invoice(int n, const char *status, int64_t amount, int64_t paid,
				   const char *customer, const char *chain, int age_s)
{
	struct object o = {.kind = OBJECT_INVOICE};
	struct invoice *i = &o.as.invoice;

	shape_init(&SHAPE_INVOICE, i);
	scene_id(i->id, sizeof(i->id), "1f", n);
	i->merchant_id = 4217;
	str_copy(i->status, sizeof(i->status), status);
	str_copy(i->invoice_type, sizeof(i->invoice_type), "standard");
	str_copy(i->currency, sizeof(i->currency), "usd");
	str_copy(i->amount_unit, sizeof(i->amount_unit), "usd_millis");
	str_copy(i->environment, sizeof(i->environment), "devnet");
	i->amount = amount;
	i->amount_paid = paid;
	i->amount_remaining = paid < amount ? amount - paid : 0;
	str_copy(i->customer_id, sizeof(i->customer_id), customer);
	if (paid > 0) {
		str_copy(i->payer_wallet_network, sizeof(i->payer_wallet_network), chain);
		str_copy(i->payer_wallet_address, sizeof(i->payer_wallet_address),
			 "0x8f3a5d01c3b7e9244ad06f1b5c9a7708d41bc41b");
		i->last_payment_at = AGO(age_s / 2);
	}
	i->created_at = AGO(age_s);
	i->expires_at = AGO(age_s) + 43200000;
	if (strcmp(status, "paid") == 0)
		i->paid_at = AGO(age_s / 2);
	return o;
}

static void scene_invoices(struct store *st)
{
	struct object all[] = {
		scene_invoice(0, "unpaid", 1249000, 0, "cust_8F3K2M", "base", 12),
		scene_invoice(1, "paid", 49990, 49990, "cust_1QZT7B", "solana", 95),
		scene_invoice(2, "underpaid", 320500, 300000, "cust_MARLOW", "ethereum", 340),
		scene_invoice(3, "expired", 18000, 0, "cust_9X0042", "bsc", 4000),
		scene_invoice(4, "canceled", 75250, 0, "cust_8F3K2M", "bsc", 9000),
		scene_invoice(5, "paid", 99005, 120005, "cust_ØYVIND", "bsc", 20000),
		scene_invoice(6, "expired", 64000, 64000, "cust_LATE01", "base", 50000),
		scene_invoice(7, "frozen", 5000, 0, "cust_NEW999", "base", 90000),
		scene_invoice(8, "paid", 9007199254740LL, 9007199254740LL, "cust_WHALE1",
			      "ethereum", 200000),
	};

	scene_page(st, OBJECT_INVOICE, all, sizeof(all) / sizeof(all[0]));
}

static void scene_order_detail(struct order *o)
{
	static const struct {
		const char *status, *message;
		int age_s;
	} STEPS[] = {
		{"processing", "Payment received, processing order", 1500},
		{"placed", "Order placed with retailer", 900},
		{"shipped", "Handed to the carrier", 300},
	};
	static const struct {
		const char *title;
		int64_t quantity, price;
	} LINES[] = {
		{"Pour-over kettle, gooseneck, 1.0 l", 1, 68000},
		{"Ceramic dripper 02", 2, 24500},
		{"Coffee beans, washed, 1 kg 珈琲", 1, 31990},
	};

	o->has_snapshot = true;
	o->timeline_count = sizeof(STEPS) / sizeof(STEPS[0]);
	o->timeline = xcalloc(o->timeline_count, sizeof(*o->timeline));
	for (size_t i = 0; i < o->timeline_count; i++) {
		str_copy(o->timeline[i].status, sizeof(o->timeline[i].status), STEPS[i].status);
		str_copy(o->timeline[i].message, sizeof(o->timeline[i].message), STEPS[i].message);
		o->timeline[i].timestamp = AGO(STEPS[i].age_s);
	}
	o->line_count = sizeof(LINES) / sizeof(LINES[0]);
	o->lines = xcalloc(o->line_count, sizeof(*o->lines));
	for (size_t i = 0; i < o->line_count; i++) {
		str_printf(o->lines[i].product_id, sizeof(o->lines[i].product_id), "prod_%zu", i);
		str_copy(o->lines[i].title, sizeof(o->lines[i].title), LINES[i].title);
		str_copy(o->lines[i].status, sizeof(o->lines[i].status), "processing");
		o->lines[i].quantity = LINES[i].quantity;
		o->lines[i].price = LINES[i].price;
	}
	o->shipment_count = 1;
	o->shipments = xcalloc(1, sizeof(*o->shipments));
	str_copy(o->shipments[0].shipment_id, sizeof(o->shipments[0].shipment_id), "ship_1");
	str_copy(o->shipments[0].carrier, sizeof(o->shipments[0].carrier), "UPS");
	str_copy(o->shipments[0].tracking_number, sizeof(o->shipments[0].tracking_number),
		 "1Z999AA10123456784");
	str_copy(o->shipments[0].delivery_status, sizeof(o->shipments[0].delivery_status),
		 "In Transit");
	o->shipments[0].obtained_at = AGO(300);
	str_copy(o->payment.status, sizeof(o->payment.status), "paid");
	str_copy(o->payment.tx_hash, sizeof(o->payment.tx_hash), "0x51f0aa29d7c4");
	o->payment.has_settlement = true;
	str_copy(o->payment.settlement.status, sizeof(o->payment.settlement.status), "settled");
	str_copy(o->payment.settlement.network, sizeof(o->payment.settlement.network), "bsc");
}

static struct object scene_order(int n, const char *status, const char *substatus, int64_t total,
				 bool can_cancel, int age_s)
{
	struct object object = {.kind = OBJECT_ORDER};
	struct order *o = &object.as.order;

	shape_init(&SHAPE_ORDER, o);
	scene_id(o->order_id, sizeof(o->order_id), "7c", n);
	scene_id(o->invoice_id, sizeof(o->invoice_id), "1f", 100 + n);
	str_copy(o->network_environment, sizeof(o->network_environment), "devnet");
	str_copy(o->retailer, sizeof(o->retailer), n % 2 ? "walmart" : "amazon");
	str_copy(o->customer_id, sizeof(o->customer_id), n % 2 ? "cust_MARLOW" : "cust_8F3K2M");
	str_copy(o->status, sizeof(o->status), status);
	str_copy(o->substatus, sizeof(o->substatus), substatus);
	o->created_at = AGO(age_s);
	o->updated_at = AGO(age_s / 3);
	o->total = total;
	o->can_cancel = can_cancel;
	o->item_count = 4;
	if (n == 0)
		scene_order_detail(o);
	return object;
}

static void scene_orders(struct store *st)
{
	struct object all[] = {
		scene_order(0, "shipped", "", 148990, false, 1800),
		scene_order(1, "pending_payment", "", 31500, true, 2400),
		scene_order(2, "placed", "AWAITING_TRACKING", 799000, true, 3000),
		scene_order(3, "delivered", "", 22480, false, 80000),
		scene_order(4, "failed", "", 12000, false, 90000),
		scene_order(5, "cancelled", "", 54100, false, 100000),
	};

	scene_page(st, OBJECT_ORDER, all, sizeof(all) / sizeof(all[0]));
}

static struct object scene_payout(int n, const char *status, int64_t amount, const char *currency,
				  int64_t minor, int64_t exponent, const char *country,
				  const char *rail, const char *holder)
{
	struct object o = {.kind = OBJECT_PAYOUT};
	struct payout *p = &o.as.payout;

	shape_init(&SHAPE_PAYOUT, p);
	scene_id(p->id, sizeof(p->id), "b0", n);
	str_printf(p->customer_id, sizeof(p->customer_id), "cust_PAY%03d", n);
	str_copy(p->status, sizeof(p->status), status);
	p->amount = amount;
	p->fee = amount / 100;
	str_copy(p->fiat_currency, sizeof(p->fiat_currency), currency);
	p->fiat_amount_minor = minor;
	p->fiat_exponent = exponent;
	str_copy(p->fx_rate, sizeof(p->fx_rate), "0.9193");
	str_copy(p->country, sizeof(p->country), country);
	str_copy(p->rail, sizeof(p->rail), rail);
	str_copy(p->bank_account.holder, sizeof(p->bank_account.holder), holder);
	str_copy(p->bank_account.bank_name, sizeof(p->bank_account.bank_name), "Banco Aurora");
	str_copy(p->bank_account.last4, sizeof(p->bank_account.last4), "4417");
	if (strcmp(status, "failed") == 0) {
		str_copy(p->failure_code, sizeof(p->failure_code), "account_closed");
		str_copy(p->failure_message, sizeof(p->failure_message),
			 "The beneficiary's account is closed.");
	}
	str_copy(p->environment, sizeof(p->environment), "devnet");
	p->created_at = AGO(60 * (n + 1) * (n + 1));
	p->updated_at = p->created_at + 20000;
	p->estimated_arrival_at = p->created_at + 3600000;
	return o;
}

static void scene_payouts(struct store *st)
{
	struct object all[] = {
		scene_payout(0, "processing", 2500000, "EUR", 229825, 2, "DE", "SEPA",
			     "Jürgen Weiß"),
		scene_payout(1, "paid", 780000, "BRL", 421356, 2, "BR", "PIX", "Beatriz Lima"),
		scene_payout(2, "queued", 150000, "JPY", 23107, 0, "JP", "Zengin", "田中 美咲"),
		scene_payout(3, "failed", 64000, "GBP", 4998, 2, "GB", "FPS", "Amelia Hughes"),
		scene_payout(4, "returned", 1200000, "KWD", 367812, 3, "KW", "KNET",
			     "Noor Al-Sabah"),
		scene_payout(5, "canceled", 90000, "MXN", 153900, 2, "MX", "SPEI", "José Núñez"),
	};
	static const char *const KYC[] = {"approved", "approved", "pending",
					  "approved", "expired",  "rejected"};
	struct object kyc[6];

	for (int n = 0; n < 6; n++) {
		struct kyc *k = &kyc[n].as.kyc;

		kyc[n].kind = OBJECT_KYC;
		shape_init(&SHAPE_KYC, k);
		str_printf(k->customer_id, sizeof(k->customer_id), "cust_PAY%03d", n);
		str_copy(k->status, sizeof(k->status), KYC[n]);
		str_copy(k->country, sizeof(k->country), all[n].as.payout.country);
		str_copy(k->legal_name, sizeof(k->legal_name),
			 all[n].as.payout.bank_account.holder);
		k->submitted_at = AGO(90000);
	}
	scene_page(st, OBJECT_PAYOUT, all, 6);
	scene_page(st, OBJECT_KYC, kyc, 6);
}

static void scene_event(struct store *st, enum stream_id stream, const char *text)
{
	struct msg *m = msg_new(MSG_EVENTS), *whole;
	struct json *json;
	struct problem p;

	m->as.events.source = SOURCE_STREAM;
	m->as.events.stream = stream;
	m->as.events.items = xcalloc(1, sizeof(struct event));
	if (json_parse(text, strlen(text), &json, &p) != S_OK ||
	    event_decode(json, text, strlen(text), m->as.events.items, &p) != S_OK)
		abort(); /* the scene itself is wrong */
	json_free(json);
	m->as.events.count = 1;
	whole = msg_new(MSG_EVENT);
	event_copy(&whole->as.event.event, m->as.events.items);
	whole->as.event.via = VIA_LIVE;
	whole->as.event.arrived_ms = m->as.events.items[0].created_ms + 40;
	scene_apply(st, m);
	scene_apply(st, whole); /* as the history answers who asks for it */
}

/* One event about an object the store holds, `age_s` ago. */
static void scene_event_about(struct store *st, int seq, const char *type, const struct object *o,
			      const char *before, int age_s)
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
	scene_event(st, STREAM_MERCHANT, text);
	free(text);
	json_free(envelope);
}

static void scene_payment_event(struct store *st, int seq, int invoice, const char *status,
				const char *settlement, int64_t amount, int age_s)
{
	struct object o = {.kind = OBJECT_PAYMENT};
	struct invoice_payment *p = &o.as.payment;

	shape_init(&SHAPE_INVOICE_PAYMENT, p);
	scene_id(p->id, sizeof(p->id), "9a", invoice);
	scene_id(p->invoice_id, sizeof(p->invoice_id), "1f", invoice);
	str_copy(p->status, sizeof(p->status), status);
	str_copy(p->settlement_status, sizeof(p->settlement_status), settlement);
	p->amount_usd = amount;
	scene_event_about(st, seq, seq % 2 ? "invoice_payment.created" : "invoice_payment.updated",
			  &o, NULL, age_s);
}

static void scene_events(struct store *st)
{
	struct object inv = scene_invoice(1, "unpaid", 49990, 0, "cust_1QZT7B", "solana", 95);
	struct object paid = scene_invoice(1, "paid", 49990, 49990, "cust_1QZT7B", "solana", 95);
	struct object under =
		scene_invoice(2, "underpaid", 320500, 300000, "cust_MARLOW", "ethereum", 340);
	struct object expired = scene_invoice(3, "expired", 18000, 0, "cust_9X0042", "bsc", 4000);
	struct object payout =
		scene_payout(3, "failed", 64000, "GBP", 4998, 2, "GB", "FPS", "Amelia Hughes");
	struct object order = scene_order(2, "placed", "AWAITING_TRACKING", 799000, true, 3000);

	scene_event_about(st, 1, "invoice.updated", &expired, "unpaid", 400);
	scene_event_about(st, 2, "invoice.updated", &under, "unpaid", 170);
	scene_event_about(st, 3, "invoice.created", &inv, NULL, 95);
	scene_payment_event(st, 5, 1, "pending", "pending", 49990, 60);
	scene_payment_event(st, 6, 1, "confirmed", "pending", 49990, 48);
	scene_event_about(st, 7, "invoice.updated", &paid, "unpaid", 47);
	scene_event_about(st, 8, "commerce.order.updated", &order, "processing", 30);
	scene_event_about(st, 9, "ramp.payout.updated", &payout, "processing", 12);
	scene_payment_event(st, 10, 1, "confirmed", "settled", 49990, 3);
	scene_event(st, STREAM_MERCHANT,
		    "{\"id\":\"evt_1768478398000-11\",\"object\":\"event\",\"created\":1768478398,"
		    "\"type\":\"wallet.rotated\",\"livemode\":false,"
		    "\"data\":{\"object\":{\"object\":\"wallet\",\"id\":\"wal_77\"}}}");
	object_release(&order);
}

static void scene_capabilities(struct store *st)
{
	struct msg *m = msg_new(MSG_CAPABILITIES);

	m->as.capabilities.known = true;
	m->as.capabilities.count = 2;
	str_copy(m->as.capabilities.server, sizeof(m->as.capabilities.server), "pepay-sandbox");
	str_copy(m->as.capabilities.extensions[0], 32, "ramps");
	str_copy(m->as.capabilities.extensions[1], 32, "invoice_cancel");
	scene_apply(st, m);
}

static void scene_report(struct store *st, enum history_mode mode, enum proof_state proof)
{
	struct msg *m = msg_new(MSG_HISTORY);
	struct history_report *r = &m->as.history;

	r->mode = mode;
	r->proof = proof;
	r->events = 184213;
	r->repairs = 2;
	r->repaired_events = 57;
	r->unknown = proof == PROOF_UNKNOWN ? 1 : 0;
	r->catching_up = proof == PROOF_CATCHING_UP ? 1200 : 0;
	r->complete_since_ms = AGO(3 * 3600);
	r->proven_to_ms = AGO(12);
	r->oldest_ms = AGO(70 * 86400);
	if (mode != HISTORY_TEMPORARY)
		str_copy(r->path, sizeof(r->path),
			 "/home/ana/.local/state/pepaytop/api-beta.pepay.io-5d41402abc4b2a76.db");
	if (mode == HISTORY_VIEW_ONLY)
		problem_set(&r->problem, E_CONFLICT, "", "another pepaytop keeps this history");
	if (mode == HISTORY_STALLED)
		problem_set(&r->problem, E_FULL, "Make room on it.",
			    "the disk of the history is full");
	scene_apply(st, m);
}

static inline void scene_incidents(struct store *st)
{
	static const struct incident INCIDENTS[] = {
		{.kind = INCIDENT_START,
		 .state = INCIDENT_NOTED,
		 .from_ms = AGO(70 * 86400),
		 .to_ms = AGO(70 * 86400)},
		{.kind = INCIDENT_GAP,
		 .state = INCIDENT_LOST,
		 .from_ms = AGO(11 * 86400),
		 .to_ms = AGO(9 * 86400),
		 .note = "the server no longer knew the last event on disk; 40 objects were asked "
			 "for again"},
		{.kind = INCIDENT_AWAY,
		 .state = INCIDENT_REPAIRED,
		 .from_ms = AGO(13 * 3600),
		 .to_ms = AGO(3 * 3600),
		 .recovered = 41},
		{.kind = INCIDENT_DOWN,
		 .state = INCIDENT_REPAIRED,
		 .from_ms = AGO(900),
		 .to_ms = AGO(840),
		 .recovered = 16,
		 .note = "merchant stream: the server closed it (1012)"},
		{.kind = INCIDENT_SKIPPED,
		 .state = INCIDENT_REPAIRED,
		 .from_ms = AGO(500),
		 .to_ms = AGO(495),
		 .recovered = 1,
		 .note = "merchant stream"},
		{.kind = INCIDENT_DOWN,
		 .state = INCIDENT_OPEN,
		 .from_ms = AGO(42),
		 .to_ms = TIME_NONE,
		 .note = "commerce stream: connection refused"},
	};

	for (size_t i = 0; i < sizeof(INCIDENTS) / sizeof(INCIDENTS[0]); i++) {
		struct msg *m = msg_new(MSG_INCIDENT);

		m->as.incident = INCIDENTS[i];
		m->as.incident.serial = (int64_t)i + 1;
		scene_apply(st, m);
	}
}

static struct store *scene_store(void)
{
	struct store *st = store_new();

	scene_link(st, STREAM_MERCHANT, LINK_LIVE, NULL, NULL);
	scene_link(st, STREAM_COMMERCE, LINK_LIVE, NULL, NULL);
	scene_report(st, HISTORY_WRITING, PROOF_COMPLETE);
	scene_capabilities(st);
	scene_invoices(st);
	scene_orders(st);
	scene_payouts(st);
	scene_events(st);
	return st;
}

#define NASTY                                            \
	"\x1b[31mRED\x1b]0;owned\x07\r\n\tA\xe2\x80\xae" \
	"live\xc2\x9b"                                   \
	"2J\x9b\xff\xf3\xa0\x81\x81"

static inline struct store *scene_hostile_store(void)
{
	struct store *st = store_new();
	struct object inv = scene_invoice(0, "unpaid", 1000, 0, NASTY, "base", 12);
	struct object order = scene_order(0, "placed", NASTY, 5000, true, 30);
	struct object payout = scene_payout(0, NASTY, 100, NASTY, 5, 2, NASTY, NASTY, NASTY);
	struct object unknown = scene_invoice(1, NASTY, 1000, 0, NASTY, NASTY, 13);
	struct object invoices[2];

	str_copy(order.as.order.lines[0].title, sizeof(order.as.order.lines[0].title), NASTY);
	str_copy(order.as.order.timeline[0].message, sizeof(order.as.order.timeline[0].message),
		 NASTY);
	str_copy(order.as.order.shipments[0].carrier, sizeof(order.as.order.shipments[0].carrier),
		 NASTY);
	invoices[0] = inv;
	invoices[1] = unknown;
	scene_link(st, STREAM_MERCHANT, LINK_RECONNECTING, NASTY, NASTY);
	scene_capabilities(st);
	scene_page(st, OBJECT_INVOICE, invoices, 2);
	scene_page(st, OBJECT_ORDER, &order, 1);
	scene_page(st, OBJECT_PAYOUT, &payout, 1);
	return st;
}

#endif
