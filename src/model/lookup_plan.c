/*
 * What of the server is asked: by the form of what was recognised, and the words around it.
 */
#include "model/lookup_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define LIST_LIMIT 100

static struct request get_of(enum object_kind kind, const struct scrap *s)
{
	struct request rq = {.kind = REQUEST_GET, .object = kind};

	str_copy(rq.target, sizeof(rq.target), s->text);
	for (char *p = rq.target; s->kind == SCRAP_UUID && *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return rq;
}

static struct request list_of(enum object_kind kind, enum list_of of, const struct scrap *s)
{
	struct request rq = {.kind = REQUEST_LIST, .object = kind, .of = of, .limit = LIST_LIMIT};

	str_copy(rq.target, sizeof(rq.target), s->text);
	if (of == LIST_OF_WALLET)
		str_copy(rq.word, sizeof(rq.word), s->network);
	return rq;
}

static bool have(const struct store *st, const char *extension)
{
	return capabilities_have(store_capabilities(st), extension);
}

static void plan_add(struct lookup_plan *p, struct request rq)
{
	p->scraps[p->count] = p->scrap;
	p->requests[p->count++] = rq;
}

/* An id of one object: which kind the words around it say, else what most ids are of. */
static void plan_id(struct lookup_plan *p, const struct scrap *s, const struct store *st)
{
	static const struct {
		enum subject_kind likely;
		enum object_kind kind;
		const char *extension;
	} EXTENSIONS[] = {
		{SUBJECT_PAYOUT, OBJECT_PAYOUT, "ramps"},
		{SUBJECT_DEPOSIT, OBJECT_DEPOSIT, "ramps"},
		{SUBJECT_REFUND, OBJECT_REFUND, "invoice_refund"},
	};

	for (size_t i = 0; i < sizeof(EXTENSIONS) / sizeof(EXTENSIONS[0]); i++) {
		if (s->likely != EXTENSIONS[i].likely)
			continue;
		if (have(st, EXTENSIONS[i].extension))
			plan_add(p, get_of(EXTENSIONS[i].kind, s));
		else
			p->why_not = "this server publishes no route for that";
		return;
	}
	plan_add(p, get_of(s->likely == SUBJECT_ORDER ? OBJECT_ORDER : OBJECT_INVOICE, s));
	plan_add(p, get_of(s->likely == SUBJECT_ORDER ? OBJECT_INVOICE : OBJECT_ORDER, s));
	p->then = true;
}

/* The one customer whose id says what was typed, or NULL: nobody, or several. His id is asked for
 * as it is known, not as it was typed. */
static const char *customer_meant(const struct lookup *l, size_t scrap)
{
	const char *one = NULL;

	for (size_t i = 0; i < l->count; i++) {
		const struct lookup_hit *hit = &l->hits[i];

		if (hit->subject.kind != SUBJECT_CUSTOMER || hit->scrap != scrap ||
		    !str_equal(hit->value, hit->subject.id))
			continue;
		if (one)
			return NULL;
		one = hit->subject.id;
	}
	return one;
}

static void plan_customer(struct lookup_plan *p, const struct lookup *l, const struct scrap *s)
{
	const char *meant = customer_meant(l, p->scrap);
	struct scrap it = *s;

	if (meant)
		str_copy(it.text, sizeof(it.text), meant);
	plan_add(p, list_of(OBJECT_INVOICE, LIST_OF_CUSTOMER, &it));
	plan_add(p, list_of(OBJECT_ORDER, LIST_OF_CUSTOMER, &it));
}

static void plan_session(struct lookup_plan *p, const struct lookup *l)
{
	plan_add(p, (struct request){.kind = REQUEST_SESSION, .pass = l->scraps.pass});
}

static void plan_one(struct lookup_plan *p, enum request_kind kind, const struct scrap *s)
{
	struct request rq = {.kind = kind};

	str_copy(rq.target, sizeof(rq.target), s->text);
	plan_add(p, rq);
}

/* Where nobody would answer; NULL: there is a server. */
static const char *no_server(const struct store *st)
{
	switch (store_history(st)->mode) {
	case HISTORY_REPLAY:
		return "a recording has no server";
	case HISTORY_CASE:
		return "a case has no server";
	default:
		return NULL;
	}
}

static void plan_scrap(struct lookup_plan *p, const struct lookup *l, const struct store *st)
{
	const struct scrap *s = &l->scraps.items[p->scrap];

	switch (s->kind) {
	case SCRAP_PAYMENT_URL:
		break;
	case SCRAP_EVENT:
		plan_one(p, REQUEST_EVENT_FETCH, s);
		break;
	case SCRAP_UUID:
		if (s->likely == SUBJECT_CUSTOMER)
			plan_customer(p, l, s);
		else
			plan_id(p, s, st);
		break;
	case SCRAP_CUSTOMER:
		plan_customer(p, l, s);
		break;
	case SCRAP_ADDRESS:
		plan_add(p, list_of(OBJECT_INVOICE, LIST_OF_WALLET, s));
		if (s->network[0])
			plan_add(p, list_of(OBJECT_ORDER, LIST_OF_WALLET, s));
		break;
	case SCRAP_ID:
		if (s->likely == SUBJECT_PRODUCT)
			plan_one(p, REQUEST_PRODUCT, s);
		else if (s->likely != SUBJECT_EVENT)
			plan_id(p, s, st);
		else
			p->why_not = "it finds ids only when they are whole";
		break;
	case SCRAP_WORD:
		if (s->likely == SUBJECT_CUSTOMER)
			plan_customer(p, l, s);
		else
			p->why_not = "it cannot be asked for a name or a phrase";
		break;
	case SCRAP_AMOUNT:
	case SCRAP_DATE:
		p->why_not = "it finds ids only";
		break;
	case SCRAP_HASH:
		p->why_not = "it cannot be asked for a transaction hash";
		break;
	case SCRAP_EMAIL:
		p->why_not = "it cannot be asked for an e-mail address";
		break;
	case SCRAP_TRACKING:
		p->why_not = "it cannot be asked for a tracking number";
		break;
	case SCRAP_PART:
	case SCRAP_KIND_COUNT:
		p->why_not = "it finds ids only when they are whole";
		break;
	}
}

/* The session of a link and one request for what else was seen; or two for that. */
void lookup_plan_make(struct lookup_plan *p, const struct lookup *l, const struct store *st)
{
	size_t plain = lookup_plain(l);
	bool link = l->scraps.pass.token[0] != '\0';

	*p = (struct lookup_plan){.why_not = no_server(st)};
	if (p->why_not)
		return;
	p->why_not = "";
	if (link)
		plan_session(p, l);
	if (plain == l->scraps.count || (link && lookup_has(l, plain)))
		return;
	p->scrap = plain;
	plan_scrap(p, l, st);
	if (!link)
		return;
	p->then = false;
	if (p->count > 2)
		p->count = 2;
}
