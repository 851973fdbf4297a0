/*
 * What is said of money, of random states and of lives that leave amounts out as Pepay may: what
 * needs a person, the story and the explanations never disagree with the purse or with each other.
 */
#include "unit/test_model_support.h"

#include "life_kit.h"
#include "model/explain.h"
#include "model/purse.h"

#include <stdlib.h>

#define STATES   200
#define SAID_CAP 8192

struct desk {
	struct store *st;
	struct attention *a;
	struct story *story;
	struct explain x;
	int64_t now_ms;
	char made[1024]; /* what the state is made of, for who reads that it failed */
	char said[EXPLAIN_PART_COUNT][SAID_CAP];
};

static void desk_open(struct desk *d)
{
	d->st = store_new();
	d->a = attention_new();
	d->story = xcalloc(1, sizeof(*d->story));
	d->made[0] = '\0';
}

static void desk_close(struct desk *d)
{
	free(d->story);
	attention_free(d->a);
	store_free(d->st);
}

static void desk_look(struct desk *d, const struct subject *s)
{
	attention_refresh(d->a, d->st, d->now_ms);
	story_build(d->story, d->st, s, d->now_ms);
	explain_build(&d->x, d->story, d->a, d->st, d->now_ms);
	memset(d->said, 0, sizeof(d->said));
	for (size_t i = 0; i < d->x.count; i++) {
		char *part = d->said[d->x.lines[i].part];
		size_t len = strlen(part);

		str_printf(part + len, SAID_CAP - len, "%s\n", d->x.lines[i].text);
	}
}

/* --- what may not be said ------------------------------------------------------------------- */

static bool any_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}
#define ANY_OF(text, words) any_of(text, words, COUNT(words))

#define WRONG(d, s, why)                                                                      \
	fail_msg("%s: %s\n%s\nHEAD %s\nSAY %sDO %s", why, subject_word((s)->kind), (d)->made, \
		 (d)->x.headline, (d)->said[EXPLAIN_SAY], (d)->said[EXPLAIN_DO])

static bool asks_somebody(const struct desk *d)
{
	for (size_t i = 0; i < attention_count(d->a); i++) {
		enum attention_rule r = attention_at(d->a, i)->rule;

		if (r == RULE_UNDERPAID || r == RULE_OVERPAID || r == RULE_PAID_LATE ||
		    r == RULE_EXPIRING || r == RULE_EXPIRED_SHORT || r == RULE_EXPIRED_SEEN ||
		    r == RULE_ORDER_FAILED || r == RULE_ORDER_UNREFUNDED || r == RULE_REFUND_FAILED)
			return true;
	}
	return false;
}

/* Nothing that was not said is told as zero, by any of the three. What an invoice says that it
 * counts may be nothing. */
static void check_no_zero(const struct desk *d, const struct subject *s)
{
	static const char zero[] = " 0.00 USD";

	if (strstr(d->said[EXPLAIN_SAY], zero) || strstr(d->said[EXPLAIN_DO], zero))
		WRONG(d, s, "0.00 USD");
	if (strstr(d->x.headline, zero))
		WRONG(d, s, "0.00 USD in the headline");
	for (size_t i = 0; i < attention_count(d->a); i++)
		if (strstr(attention_at(d->a, i)->why, zero))
			WRONG(d, s, "0.00 USD needs a person");
}

static void check_offers(const struct desk *d, const struct subject *s)
{
	static const char *const OFFERS[] = {"send it back", "which wallet", "send that back",
					     "send back what came"};
	static const char *const GIVES[] = {"given back", "gives back"};
	bool nothing = strstr(d->said[EXPLAIN_DO], "Nothing: no person") != NULL;

	if (ANY_OF(d->said[EXPLAIN_SAY], OFFERS) && !asks_somebody(d))
		WRONG(d, s, "offered back, and nobody is asked to");
	if (nothing && ANY_OF(d->said[EXPLAIN_DO], GIVES))
		WRONG(d, s, "nothing to do, and next it is given back");
}

/* Of the invoice: what the customer is told to pay, and what is held. */
static void check_by_purse(const struct desk *d, const struct subject *s, const struct purse *p)
{
	static const char *const ASKS[] = {"still missing", "please send", "is still open"};
	const char *say = d->said[EXPLAIN_SAY];
	bool seen = p->payments[STAGE_COMING].count > 0;

	if (ANY_OF(say, ASKS) && !purse_asks(p))
		WRONG(d, s, "asked for money, and none is missing");
	if (strstr(say, "have not received a payment yet") && (seen || purse_any_in(p)))
		WRONG(d, s, "told that nothing came");
	if (seen && p->state == PURSE_OPEN && !purse_asks(p) && !p->called_off && p->given == 0 &&
	    s->kind == SUBJECT_INVOICE && !strstr(say, "do not pay"))
		WRONG(d, s, "may pay twice");
	for (size_t i = 0; i < attention_count(d->a); i++) {
		const struct attention_item *item = attention_at(d->a, i);

		if (item->rule == RULE_PAID_LATE && p->in.known &&
		    item->at_risk.minor != p->held.millis)
			WRONG(d, s, "another sum is held");
		if (item->rule == RULE_OVERPAID && item->at_risk.minor != p->owed)
			WRONG(d, s, "another sum is too much");
	}
}

static void check_desk(struct desk *d, const char *invoice, const struct subject *s)
{
	const struct record *r;

	desk_look(d, s);
	check_no_zero(d, s);
	check_offers(d, s);
	r = store_record(d->st, OBJECT_INVOICE, invoice);
	if (r) {
		struct purse p = purse_of_invoice(d->st, r);

		if (p.judged)
			check_by_purse(d, s, &p);
	}
}

/* --- random states ------------------------------------------------------------------------------
 */

static void made_of(struct desk *d, const char *fmt, ...) printf_like(2, 3);
static void made_of(struct desk *d, const char *fmt, ...)
{
	size_t len = strlen(d->made);
	va_list ap;

	va_start(ap, fmt);
	str_vprintf(d->made + len, sizeof(d->made) - len, fmt, ap);
	va_end(ap);
}

static void hear(struct desk *d, int64_t at_s, const char *object)
{
	static int seq;

	made_of(d, "%s\n", object);
	tell(d->st, SOURCE_STREAM, event_at(T0 + at_s * 1000, ++seq, "x.updated", object, ""), T0);
}

#define PICK(rng, list) ((list)[rng_below(rng, COUNT(list))])

static const char *hear_invoice(struct desk *d, struct rng *rng, bool order)
{
	static const char *const STATUS[] = {"unpaid", "underpaid", "paid", "expired", "canceled"};
	static const int64_t PAID[] = {0, 40000, 100000, 120000};
	const char *status = PICK(rng, STATUS);
	bool late = rng_chance(rng, 50), told = rng_chance(rng, 85);
	int64_t paid = str_equal(status, "unpaid")      ? 0
		       : str_equal(status, "underpaid") ? 40000
		       : str_equal(status, "paid")      ? 100000 + 20000 * rng_chance(rng, 25)
							: PICK(rng, PAID);
	char text[1024], money[64] = "";

	if (told)
		str_printf(money, sizeof(money), ",\"amount_paid\":%lld", (long long)paid);
	str_printf(text, sizeof(text),
		   "{\"object\":\"invoice\",\"id\":\"inv\",\"status\":\"%s\",\"amount\":100000%s%s,"
		   "\"created_at\":%lld,\"expires_at\":%lld,\"last_payment_at\":%s}",
		   status, money, order ? ",\"commerce_order_id\":\"ord\"" : "",
		   (long long)T0 / 1000 - 400, (long long)T0 / 1000 + (late ? 100 : 7200),
		   paid == 0 || !told ? "null"
		   : late             ? "1768478600"
				      : "1768478100");
	hear(d, 0, text);
	return status;
}

static void hear_payments(struct desk *d, struct rng *rng)
{
	static const char *const STATUS[] = {"pending",      "confirmed", "underpaid",
					     "manual_retry", "failed",    "levitating"};
	static const char *const AMOUNT[] = {"", ",\"amount_usd\":40", ",\"amount_usd\":60",
					     ",\"amount_usd\":100"};
	size_t n = (size_t)rng_below(rng, 3);
	char text[512];

	for (size_t i = 0; i < n; i++) {
		str_printf(text, sizeof(text),
			   "{\"object\":\"invoice_payment\",\"id\":\"p%zu\",\"invoice_id\":\"inv\","
			   "\"status\":\"%s\"%s,\"settlement_status\":\"settled\"}",
			   i, PICK(rng, STATUS), PICK(rng, AMOUNT));
		hear(d, 20 + (int64_t)i, text);
	}
}

static void hear_refunds(struct desk *d, struct rng *rng)
{
	static const char *const STATUS[] = {"pending", "succeeded", "failed", "canceled"};
	static const int AMOUNT[] = {20000, 40000, 100000};
	size_t n = (size_t)rng_below(rng, 3);
	char text[512];

	for (size_t i = 0; i < n; i++) {
		str_printf(text, sizeof(text),
			   "{\"object\":\"refund\",\"id\":\"r%zu\",\"invoice_id\":\"inv\","
			   "\"status\":\"%s\",\"amount\":%d,\"created_at\":%lld}",
			   i, PICK(rng, STATUS), PICK(rng, AMOUNT),
			   (long long)T0 / 1000 + 300 + (long long)i);
		hear(d, 300 + (int64_t)i, text);
	}
}

static void hear_order(struct desk *d, struct rng *rng, const char *invoice)
{
	static const char *const STATUS[] = {"pending_payment", "processing", "placed", "shipped",
					     "delivered",       "cancelled",  "failed"};
	static const char *const REFUND[] = {"NONE", "PENDING", "COMPLETED", "FAILED", "REJECTED"};
	static const char *const AMOUNT[] = {"", ",\"amountUsd\":\"100.00\"",
					     ",\"amountUsd\":\"40.00\""};
	const char *status = PICK(rng, STATUS), *refund = PICK(rng, REFUND);
	const char *amount = PICK(rng, AMOUNT);
	bool over = str_equal(status, "cancelled") || str_equal(status, "failed");
	char text[1024];

	str_printf(text, sizeof(text),
		   "{\"object\":\"commerce_order\",\"orderId\":\"ord\",\"invoiceId\":\"inv\","
		   "\"status\":\"%s\",\"createdAt\":1768478000,\"updatedAt\":1768478400,"
		   "\"timeline\":[],\"payment\":{\"status\":\"%s\"},\"lineItems\":[],"
		   "\"totalAmountUsd\":\"100.00\",\"refund\":{\"status\":\"%s\"%s},"
		   "\"refundStatus\":\"NONE\"}",
		   status, str_equal(invoice, "paid") ? "paid" : "pending", over ? refund : "NONE",
		   over && !str_equal(refund, "NONE") ? amount : "");
	hear(d, 310, text);
}

static void test_what_is_said_of_money_agrees_in_any_state(void **state)
{
	static const struct subject ROOTS[] = {{SUBJECT_INVOICE, "inv"},
					       {SUBJECT_ORDER, "ord"},
					       {SUBJECT_PAYMENT, "p0"},
					       {SUBJECT_REFUND, "r0"}};
	static struct desk d;
	struct rng rng;

	(void)state;
	for (uint64_t seed = 0; seed < STATES; seed++) {
		const char *invoice;
		bool order;

		rng_seed(&rng, seed);
		desk_open(&d);
		order = rng_chance(&rng, 50);
		d.now_ms = T0 + (rng_chance(&rng, 50) ? 600000 : 9000000);
		made_of(&d, "seed %u, %lld s later\n", (unsigned)seed,
			(long long)(d.now_ms - T0) / 1000);
		invoice = hear_invoice(&d, &rng, order);
		hear_payments(&d, &rng);
		hear_refunds(&d, &rng);
		if (order)
			hear_order(&d, &rng, invoice);
		for (size_t i = 0; i < COUNT(ROOTS); i++)
			if (store_record(d.st, subject_object(ROOTS[i].kind), ROOTS[i].id))
				check_desk(&d, "inv", &ROOTS[i]);
		desk_close(&d);
	}
}

/* --- lives as Pepay publishes them -------------------------------------------------------------
 */

/* Payments carry no amount (contract 5); `row`: an invoice does not say what was paid (4.3). */
static void leave_out(struct object *o, bool row)
{
	if (o->kind == OBJECT_PAYMENT)
		o->as.payment.amount_usd = 0;
	if (o->kind != OBJECT_INVOICE)
		return;
	o->as.invoice.latest_payment.amount_usd = 0;
	if (row) {
		o->as.invoice.amount_paid = o->as.invoice.amount_remaining = 0;
		o->as.invoice.tells_paid = false;
	}
}

static const char *invoice_of_life(const struct life *l)
{
	for (size_t i = 0; i < l->root_count; i++)
		if (l->roots[i].kind == SUBJECT_INVOICE)
			return l->roots[i].id;
	return "";
}

static void live_without_amounts(const char *name, bool rows)
{
	static struct desk d;
	struct life *life = life_load(name);

	desk_open(&d);
	made_of(&d, "%s%s", name, rows ? ", rows" : "");
	for (size_t m = 0; m < life->count; m++) {
		if (life->moments[m].kind == LIFE_EVENT)
			leave_out(&life->moments[m].event.object, rows);
		if (life->moments[m].kind == LIFE_ANSWER)
			leave_out(&life->moments[m].answer, rows);
		life_tell(life, d.st, m);
		d.now_ms = life->moments[m].arrived_ms;
		for (size_t r = 0; r < life->root_count; r++) {
			enum object_kind kind = subject_object(life->roots[r].kind);

			if (kind != OBJECT_NONE && store_record(d.st, kind, life->roots[r].id))
				check_desk(&d, invoice_of_life(life), &life->roots[r]);
		}
	}
	desk_close(&d);
	life_free(life);
}

static void test_lives_without_amounts_ask_nobody_to_pay_again(void **state)
{
	char *names[LIVES_MAX];
	size_t n = lives_list(names);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		live_without_amounts(names[i], false);
		live_without_amounts(names[i], true);
		free(names[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_said_of_money_agrees_in_any_state),
		cmocka_unit_test(test_lives_without_amounts_ask_nobody_to_pay_again),
	};
	return cmocka_run_group_tests_name("model purse agrees", tests, NULL, NULL);
}
