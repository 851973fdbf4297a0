/* Reads: the calls a request turns into, and the one message they give. */
#include "net/rest_reading.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#define SEARCH_LIMIT 30
#define NOTE_CAP     160 /* of every answer's note */

enum status reading_refuse(struct reading *r, const char *what, const char *next)
{
	return problem_set(r->err, E_UNSUPPORTED, next, "%s", what);
}

/* --- one of them ---------------------------------------------------------------------------- */

static enum status (*const getters[OBJECT_KIND_COUNT])(const struct api_client *c, const char *id,
						       struct object *ret,
						       struct api_body *ret_body,
						       struct fault *ret_fault,
						       struct problem *reterr) = {
	[OBJECT_INVOICE] = api_invoice_get, [OBJECT_ORDER] = api_order_get,
	[OBJECT_PAYOUT] = api_payout_get,   [OBJECT_KYC] = api_kyc_get,
	[OBJECT_DEPOSIT] = api_deposit_get, [OBJECT_REFUND] = api_refund_get,
};

static enum status read_one(struct reading *r)
{
	struct msg_object *o = &r->m->as.object;
	struct api_body body = {.text = NULL};
	enum status st;

	o->serial = r->rq->serial;
	if (r->rq->object == OBJECT_PAYMENT)
		return reading_refuse(r,
				      "Pepay has no route to a payment: it comes with its invoice",
				      "look the invoice up");
	if ((unsigned)r->rq->object >= OBJECT_KIND_COUNT || getters[r->rq->object] == NULL)
		return reading_refuse(r, "Pepay has no route to look one of these up", NULL);
	st = getters[r->rq->object](r->client, r->rq->target, &o->object, &body, r->fault, r->err);
	if (st == S_OK) {
		o->raw = body.text;
		o->raw_len = body.len;
	}
	return st;
}

/* --- events ----------------------------------------------------------------------------------- */

static void events_begin(struct reading *r)
{
	r->m->as.events.source = SOURCE_REST;
	r->m->as.events.stream =
		r->client->merchant_key != NULL ? STREAM_MERCHANT : STREAM_COMMERCE;
	r->m->as.events.serial = r->rq->serial;
}

static enum status read_events(struct reading *r)
{
	const struct event_query q = {.starting_after = r->rq->cursor, .limit = r->rq->limit};
	struct event_page page = {.items = NULL};
	enum status st = api_event_list(r->client, &q, &page, r->fault, r->err);

	if (st != S_OK)
		return st;
	events_begin(r);
	msg_events_take_page(&r->m->as.events, &page);
	return S_OK;
}

static enum status read_event(struct reading *r)
{
	struct event e;
	enum status st = api_event_get(r->client, r->rq->target, &e, r->fault, r->err);

	if (st != S_OK)
		return st;
	events_begin(r);
	r->m->as.events.items = xcalloc(1, sizeof(e));
	r->m->as.events.items[0] = e;
	r->m->as.events.count = 1;
	return S_OK;
}

/* --- answers of several calls --------------------------------------------------------------------
 */

/* What one of the further calls could not tell, and why. */
static void note_failure(char note[NOTE_CAP], const char *what, enum status st,
			 const struct fault *f)
{
	size_t len = strlen(note);
	const char *between = len > 0 ? "; " : "";

	if (st == S_OK)
		return;
	if (f->http_status != 0)
		(void)str_printf(note + len, NOTE_CAP - len, "%s%s (HTTP %d%s%.40s)", between, what,
				 f->http_status, f->code[0] != '\0' ? " " : "", f->code);
	else
		(void)str_printf(note + len, NOTE_CAP - len, "%s%s (%s)", between, what,
				 status_words(st));
}

static void session_fill(struct reading *r, struct payor_session *s)
{
	struct fault f;
	enum status st = api_session_tokens(r->client, &s->pass, s, &f, NULL);

	note_failure(s->note, "what it can be paid with is unknown", st, &f);
	st = api_session_email(r->client, &s->pass, s, &f, NULL);
	note_failure(s->note, "the payor's e-mail is unknown", st, &f);
}

/* By its link: what the payor sees decides. By its invoice: the link does, and an old session may
 * be closed to everyone. */
static enum status read_session(struct reading *r)
{
	const struct request *rq = r->rq;
	struct payor_session s;
	struct fault f;
	bool by_link = rq->pass.token[0] != '\0';
	enum status st;

	payor_session_init(&s);
	if (by_link) {
		s.pass = rq->pass;
		(void)str_copy(s.invoice_id, sizeof(s.invoice_id), rq->target);
		st = api_session_details(r->client, &s.pass, &s, r->fault, r->err);
	} else {
		(void)str_copy(s.invoice_id, sizeof(s.invoice_id), rq->target);
		st = api_invoice_session(r->client, rq->target, &s, r->fault, r->err);
	}
	if (st != S_OK)
		return st;
	if (!by_link) {
		st = api_session_details(r->client, &s.pass, &s, &f, NULL);
		note_failure(s.note, "what the payor sees is unknown", st, &f);
	}
	if (s.note[0] == '\0')
		session_fill(r, &s);
	s.answered_ms = r->now_ms;
	r->m->as.session.serial = rq->serial;
	r->m->as.session.session = s;
	return S_OK;
}

static enum status read_cart(struct reading *r)
{
	const struct request *rq = r->rq;
	bool wallet = rq->word[0] != '\0';
	const struct cart_owner who = {.customer_id = wallet ? NULL : rq->target,
				       .wallet_address = wallet ? rq->target : NULL,
				       .wallet_network = wallet ? rq->word : NULL};
	struct shop_cart cart = {.items = NULL};
	struct fault f;
	enum status st;

	if (rq->target[0] == '\0')
		return problem_set(r->err, E_INVALID, NULL, "look up the cart: whose?");
	st = api_cart_get(r->client, &who, &cart, r->fault, r->err);
	if (st != S_OK)
		return st;
	if (cart.item_count > 0) {
		st = api_cart_validate(r->client, &who, &cart, &f, NULL);
		note_failure(cart.note, "not checked", st, &f);
		st = api_cart_totals(r->client, &who, &cart, &f, NULL);
		note_failure(cart.note, "not added up", st, &f);
	}
	cart.answered_ms = r->now_ms;
	r->m->as.cart.serial = rq->serial;
	r->m->as.cart.cart = cart;
	return S_OK;
}

static enum status read_products(struct reading *r)
{
	const struct request *rq = r->rq;
	struct shop_products products = {.items = NULL};
	enum status st;

	if (rq->target[strspn(rq->target, " ")] == '\0')
		return problem_set(r->err, E_INVALID, "name what you look for",
				   "search products: for what?");
	st = api_product_search(r->client, rq->target, rq->word,
				rq->limit > 0 ? rq->limit : SEARCH_LIMIT, &products, r->fault,
				r->err);
	if (st != S_OK)
		return st;
	products.answered_ms = r->now_ms;
	r->m->as.products.serial = rq->serial;
	r->m->as.products.products = products;
	return S_OK;
}

static enum status read_product(struct reading *r)
{
	struct shop_products product = {.items = NULL};
	struct fault f;
	enum status st =
		api_product_get(r->client, r->rq->target, r->rq->word, &product, r->fault, r->err);

	if (st != S_OK)
		return st;
	st = api_product_offers(r->client, &product.items[0], &f, NULL);
	note_failure(product.note, "its offers are unknown", st, &f);
	product.answered_ms = r->now_ms;
	r->m->as.products.serial = r->rq->serial;
	r->m->as.products.products = product;
	return S_OK;
}

/* --- which read it is
 * ----------------------------------------------------------------------------- */

static enum status read_capabilities(struct reading *r)
{
	return api_capabilities(r->client, &r->m->as.capabilities, r->fault, r->err);
}

static const struct {
	enum msg_kind answer;
	enum status (*read)(struct reading *r); /* NULL: no read of a server */
} reads[REQUEST_KIND_COUNT] = {
	[REQUEST_CAPABILITIES] = {MSG_CAPABILITIES, read_capabilities},
	[REQUEST_LIST] = {MSG_PAGE, reading_list},
	[REQUEST_EVENTS] = {MSG_EVENTS, read_events},
	[REQUEST_EVENT_FETCH] = {MSG_EVENTS, read_event},
	[REQUEST_GET] = {MSG_OBJECT, read_one},
	[REQUEST_SESSION] = {MSG_SESSION, read_session},
	[REQUEST_CART] = {MSG_CART, read_cart},
	[REQUEST_PRODUCTS] = {MSG_PRODUCTS, read_products},
	[REQUEST_PRODUCT] = {MSG_PRODUCTS, read_product},
};

/* The local extension that a request lives by. */
struct extension {
	const char *name, *missing, *next;
};

static const struct extension *extension_of(const struct request *rq)
{
	static const struct extension ramps = {
		"ramps", "this server has no ramps: payouts, deposits and KYC checks",
		"they are a local extension that Pepay does not publish"};
	static const struct extension refunds = {
		"invoice_refund", "this server has no refunds of invoices",
		"they are a local extension that Pepay does not publish"};
	static const struct extension session = {
		"invoice_session", "Pepay tells the payment link only to who created the invoice",
		"paste the link to see the session"};

	if (rq->kind == REQUEST_SESSION)
		return rq->pass.token[0] == '\0' ? &session : NULL;
	if (rq->kind != REQUEST_LIST && rq->kind != REQUEST_GET)
		return NULL;
	switch (rq->object) {
	case OBJECT_PAYOUT:
	case OBJECT_DEPOSIT:
	case OBJECT_KYC:
		return &ramps;
	case OBJECT_REFUND:
		return &refunds;
	default:
		return NULL;
	}
}

/* Is the thing missing, or the whole route? */
static enum status look_into_missing(struct reading *r)
{
	const struct extension *x = extension_of(r->rq);
	struct capabilities have;

	if (x == NULL || r->fault->http_status != 404 ||
	    api_capabilities(r->client, &have, NULL, NULL) != S_OK ||
	    capabilities_have(&have, x->name))
		return E_NOT_FOUND;
	return problem_set(r->err, E_UNSUPPORTED, x->next, "%s", x->missing);
}

static enum status read_once(struct reading *r)
{
	enum status st;

	if ((unsigned)r->rq->kind >= REQUEST_KIND_COUNT || reads[r->rq->kind].read == NULL)
		return reading_refuse(r, "not a read", NULL);
	st = reads[r->rq->kind].read(r);
	return st == E_NOT_FOUND ? look_into_missing(r) : st;
}

static struct msg *failure(const struct reading *r)
{
	struct msg *m = msg_new(MSG_FAILED);

	m->as.failed.request = *r->rq;
	m->as.failed.request.pass = (struct payor_pass){.token = ""};
	m->as.failed.problem = *r->err;
	m->as.failed.fault = *r->fault;
	return m;
}

void rest_read(const struct api_client *c, const struct request *rq, const struct rest_pause *pause,
	       struct rest_answers *ret)
{
	bool known = (unsigned)rq->kind < REQUEST_KIND_COUNT;
	struct fault fault;
	struct problem problem;
	struct reading r = {.client = c,
			    .rq = rq,
			    .m = msg_new(known ? reads[rq->kind].answer : MSG_FAILED),
			    .fault = &fault,
			    .err = &problem};
	enum status st;

	for (unsigned tries = 0;; tries++) {
		fault = (struct fault){.retry_after_ms = -1};
		problem = (struct problem){.status = S_OK};
		r.now_ms = pause->wall_ms != NULL ? pause->wall_ms(pause->ctx) : 0;
		st = read_once(&r);
		if (st != E_RATE || tries == REST_RATE_RETRIES || fault.retry_after_ms < 0 ||
		    fault.retry_after_ms > REST_RATE_WAIT_MS)
			break;
		if (!pause->wait(pause->ctx, fault.retry_after_ms))
			break;
	}
	if (st == S_OK) {
		ret->items[ret->count++] = r.m;
		return;
	}
	msg_free(r.m);
	ret->items[ret->count++] = failure(&r);
}
