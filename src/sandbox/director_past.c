/* The day before the epoch, and what an earlier run left unfinished. */
#include "sandbox/director_private.h"

#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/shop.h"
#include "sandbox/works.h"

#define MINUTE_MS       60000LL
#define FINISHED_BEFORE (2 * 60 * MINUTE_MS) /* whole stories begin at least this long before */
#define STRETCH_WHOLE   20
#define STRETCH_HELD    3
#define KNOWN_PEOPLE    48

/*
 * How often each story happened. A held one stopped before its step `hold` and goes on after the
 * epoch: so that every state can be seen on the first screen.
 */
static const struct chapter {
	const struct story *story;
	int times;
	size_t hold;
} chapters[] = {
	{&STORY_KYC_APPROVED, 13, NO_HOLD},
	{&STORY_KYC_REJECTED, 2, NO_HOLD},
	{&STORY_KYC_APPROVED, 2, 1},
	{&STORY_KYC_REJECTED, 1, 1},
	{&STORY_PAID, 12, NO_HOLD},
	{&STORY_TOPPED_UP, 2, NO_HOLD},
	{&STORY_OVERPAID, 2, NO_HOLD},
	{&STORY_EXPIRED, 5, NO_HOLD},
	{&STORY_CANCELED, 2, NO_HOLD},
	{&STORY_PAID_LATE, 1, NO_HOLD},
	{&STORY_UNDERPAID, 1, NO_HOLD},
	{&STORY_MANUAL, 1, NO_HOLD},
	{&STORY_PAID, 3, 1},
	{&STORY_PAID, 1, 2},
	{&STORY_PAID, 1, 3},
	{&STORY_TOPPED_UP, 2, 3},
	{&STORY_MANUAL, 1, 5},
	{&STORY_DELIVERED, 10, NO_HOLD},
	{&STORY_ORDER_FAILED, 2, NO_HOLD},
	{&STORY_ORDER_CANCELLED, 2, NO_HOLD},
	{&STORY_ABANDONED, 1, NO_HOLD},
	{&STORY_DELIVERED, 2, 1},
	{&STORY_DELIVERED, 2, 3},
	{&STORY_DELIVERED, 1, 5},
	{&STORY_DELIVERED, 2, 6},
	{&STORY_DELIVERED, 3, 7},
	{&STORY_PAYOUT_PAID, 12, NO_HOLD},
	{&STORY_PAYOUT_FAILED, 2, NO_HOLD},
	{&STORY_PAYOUT_RETURNED, 1, NO_HOLD},
	{&STORY_PAYOUT_PAID, 2, 1},
	{&STORY_PAYOUT_PAID, 3, 2},
};

/* Checks come first: who is paid out to later must have been approved by then. */
static bool is_check(const struct story *story)
{
	return story == &STORY_KYC_APPROVED || story == &STORY_KYC_REJECTED;
}

static int64_t begin_at(struct director *d, const struct chapter *c)
{
	int64_t from = d->epoch_ms - PAST_MS, to = d->epoch_ms - FINISHED_BEFORE;
	struct rng *r = &d->w->rng;

	if (c->hold != NO_HOLD)
		return d->epoch_ms - rng_between(r, 5 * MINUTE_MS, 15 * MINUTE_MS);
	if (is_check(c->story))
		return rng_between(r, from, from + 60 * MINUTE_MS);
	return rng_between(r, from + 3 * 60 * MINUTE_MS, to);
}

static bool is_payout(const struct story *story)
{
	return story == &STORY_PAYOUT_PAID || story == &STORY_PAYOUT_FAILED ||
	       story == &STORY_PAYOUT_RETURNED;
}

/* The people whom the past will have approved by the time payouts begin. */
struct approved {
	size_t people[64];
	size_t count;
};

static void plan_one(struct director *d, const struct chapter *c, struct approved *ok)
{
	struct play p;

	play_cast(d, c->story, begin_at(d, c), &p);
	p.hold = c->hold;
	p.stretch = c->hold == NO_HOLD ? STRETCH_WHOLE : STRETCH_HELD;
	if (is_check(c->story))
		d->people[p.person].check = CHECK_PENDING; /* taken: nobody is checked twice */
	if (c->story == &STORY_KYC_APPROVED && c->hold == NO_HOLD && ok->count < 64)
		ok->people[ok->count++] = p.person;
	if (is_payout(c->story))
		p.person = ok->people[rng_below(&d->w->rng, ok->count)];
	plays_push(d, &p);
}

void past_plan(struct director *d)
{
	struct approved ok = {.count = 0};

	for (size_t i = 0; i < KNOWN_PEOPLE; i++)
		d->people[rng_below(&d->w->rng, d->person_count)].known = true;
	for (size_t i = 0; i < sizeof(chapters) / sizeof(chapters[0]); i++)
		for (int n = 0; n < chapters[i].times; n++)
			plan_one(d, &chapters[i], &ok);
}

/* --- what an earlier run left unfinished ---------------------------------------------------- */

struct adoption {
	struct director *d;
	struct problem *reterr;
	enum status status;
	enum object_kind kind;
};

static size_t find_person(const struct director *d, const char *customer_id)
{
	struct shop_person who;

	for (size_t i = 0; i < d->person_count; i++) {
		shop_person(i, &who);
		if (str_equal(who.customer_id, customer_id))
			return i;
	}
	return SIZE_MAX;
}

static void queue_again(struct director *d, const struct story *story, const char *word,
			struct play *p)
{
	p->story = story;
	p->step = story_step(story, word);
	p->stretch = 1;
	p->hold = NO_HOLD;
	p->at_ms = d->w->now_ms + rng_between(&d->w->rng, 3000, 60000);
	plays_push(d, p);
}

static void adopt_kyc(struct director *d, const struct kyc *k)
{
	static const struct {
		const char *status;
		enum check check;
	} checks[] = {{"pending", CHECK_PENDING},
		      {"approved", CHECK_APPROVED},
		      {"rejected", CHECK_REJECTED},
		      {"expired", CHECK_EXPIRED}};
	struct play p = {.person = find_person(d, k->customer_id)};

	if (p.person == SIZE_MAX) /* a client's: a stranger's check is not the shop's to decide */
		return;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (str_equal(checks[i].status, k->status))
			d->people[p.person].check = checks[i].check;
	if (d->live && str_equal(k->status, "pending") && !work_waits(d->w, k->customer_id))
		queue_again(d, &STORY_KYC_APPROVED, "approved", &p);
}

static void adopt_payout(struct director *d, const struct payout *o)
{
	struct play p = {.person = 0};

	if (work_waits(d->w, o->id)) /* a client's: it goes on by itself */
		return;
	str_copy(p.payout, sizeof(p.payout), o->id);
	queue_again(d, &STORY_PAYOUT_PAID, str_equal(o->status, "queued") ? "processing" : "paid",
		    &p);
}

static void adopt_payment(struct director *d, const struct invoice_payment *v)
{
	struct play p = {.person = 0};

	str_copy(p.payment, sizeof(p.payment), v->id);
	str_copy(p.invoice, sizeof(p.invoice), v->invoice_id);
	if (str_equal(v->status, "pending"))
		queue_again(d, &STORY_PAID, "confirm", &p);
	else if (str_equal(v->settlement_status, "pending") && str_equal(v->status, "confirmed"))
		queue_again(d, &STORY_PAID, "processing", &p);
	else if (str_equal(v->settlement_status, "processing"))
		queue_again(d, &STORY_PAID, "settled", &p);
}

static void adopt_order(struct director *d, const struct order *o)
{
	struct play p = {.person = 0};
	const char *word = "placed"; /* ends at once where the payment has not settled by then */

	str_copy(p.order, sizeof(p.order), o->order_id);
	str_copy(p.invoice, sizeof(p.invoice), o->invoice_id);
	if (str_equal(o->status, "pending_payment"))
		word = "pay";
	else if (str_equal(o->status, "placed"))
		word = "shipped";
	else if (str_equal(o->status, "shipped"))
		word = "delivery_confirmed";
	queue_again(d, &STORY_DELIVERED, word, &p);
}

static bool adopt(void *ctx, const char *doc)
{
	struct adoption *a = ctx;
	struct json *json = NULL;
	struct object o = {0};

	a->status = json_parse(doc, strlen(doc), &json, a->reterr);
	if (a->status == S_OK)
		a->status = object_decode(a->kind, json, &o, a->reterr);
	json_free(json);
	if (a->status != S_OK)
		return false;
	if (a->kind == OBJECT_KYC)
		adopt_kyc(a->d, &o.as.kyc);
	else if (a->kind == OBJECT_PAYOUT)
		adopt_payout(a->d, &o.as.payout);
	else if (a->kind == OBJECT_PAYMENT)
		adopt_payment(a->d, &o.as.payment);
	else if (a->kind == OBJECT_ORDER)
		adopt_order(a->d, &o.as.order);
	object_release(&o);
	return true;
}

enum status past_adopt(struct director *d, struct problem *reterr)
{
	static const struct {
		enum object_kind kind;
		const char *status;
	} unfinished[] = {{OBJECT_KYC, NULL},
			  {OBJECT_PAYOUT, "queued,processing"},
			  {OBJECT_PAYMENT, "pending,confirmed"},
			  {OBJECT_ORDER, "pending_payment,processing,placed,shipped"}};

	/* Who is checked already, any scenario must know. */
	for (size_t i = 0; i < (d->live ? sizeof(unfinished) / sizeof(unfinished[0]) : 1); i++) {
		struct adoption a = {.d = d, .reterr = reterr, .kind = unfinished[i].kind};
		struct ledger_filter f = {.kind = a.kind, .status = unfinished[i].status};
		enum status st = ledger_list(d->w->ledger, &f, adopt, &a, NULL, reterr);

		if (st == S_OK)
			st = a.status;
		if (st != S_OK)
			return st;
	}
	return S_OK;
}
