#include "net/rest_calls.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <errno.h>

static void answer_add(struct rest_answers *answers, struct msg *m)
{
	answers->items[answers->count++] = m;
}

/* --- reads ------------------------------------------------------------------- */

/* The orders list has no cursor: `cursor` is how many rows to skip. */
static enum status offset_parse(const char *text, int64_t *ret, struct problem *reterr)
{
	char *end;
	long long n;

	*ret = 0;
	if (text[0] == '\0')
		return S_OK;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || n < 0)
		return problem_set(reterr, E_INVALID, NULL,
				   "list orders: '%.40s' is not a number of rows to skip", text);
	*ret = n;
	return S_OK;
}

static enum status read_list(const struct api_client *c, const struct request *rq, struct msg *m,
			     struct fault *fault, struct problem *reterr)
{
	struct invoice_query q = {.starting_after = rq->cursor, .limit = rq->limit};
	struct page *page = &m->as.page.page;
	int64_t offset;
	enum status st;

	switch (rq->object) {
	case OBJECT_INVOICE:
		return api_invoice_list(c, &q, page, fault, reterr);
	case OBJECT_ORDER:
		st = offset_parse(rq->cursor, &offset, reterr);
		return st == S_OK ? api_order_list(c, rq->limit, offset, page, fault, reterr) : st;
	case OBJECT_PAYOUT:
		return api_payout_list(c, rq->cursor, rq->limit, page, fault, reterr);
	case OBJECT_KYC:
		return api_kyc_list(c, rq->cursor, rq->limit, page, fault, reterr);
	default:
		return problem_set(reterr, E_UNSUPPORTED, NULL, "Pepay has no list of these");
	}
}

static enum status read_one(const struct api_client *c, const struct request *rq,
			    struct object *ret, struct fault *fault, struct problem *reterr)
{
	switch (rq->object) {
	case OBJECT_INVOICE:
		return api_invoice_get(c, rq->target, ret, fault, reterr);
	case OBJECT_ORDER:
		return api_order_get(c, rq->target, ret, fault, reterr);
	case OBJECT_PAYOUT:
		return api_payout_get(c, rq->target, ret, fault, reterr);
	case OBJECT_KYC:
		return api_kyc_get(c, rq->target, ret, fault, reterr);
	default:
		return problem_set(reterr, E_UNSUPPORTED, NULL,
				   "Pepay has no route to look one of these up");
	}
}

static enum status read_events(const struct api_client *c, const struct request *rq, struct msg *m,
			       struct fault *fault, struct problem *reterr)
{
	const struct event_query q = {.starting_after = rq->cursor, .limit = rq->limit};
	struct event_page page = {.items = NULL};
	enum status st = api_event_list(c, &q, &page, fault, reterr);

	if (st != S_OK)
		return st;
	m->as.events.source = SOURCE_REST;
	m->as.events.stream = c->merchant_key != NULL ? STREAM_MERCHANT : STREAM_COMMERCE;
	m->as.events.serial = rq->serial;
	msg_events_take_page(&m->as.events, &page);
	return S_OK;
}

static enum msg_kind answer_kind(enum request_kind kind)
{
	switch (kind) {
	case REQUEST_LIST:
		return MSG_PAGE;
	case REQUEST_EVENTS:
		return MSG_EVENTS;
	case REQUEST_GET:
		return MSG_OBJECT;
	default:
		return MSG_CAPABILITIES;
	}
}

static enum status read_once(const struct api_client *c, const struct request *rq, struct msg *m,
			     struct fault *fault, struct problem *reterr)
{
	switch (rq->kind) {
	case REQUEST_LIST:
		m->as.page.serial = rq->serial;
		m->as.page.object = rq->object;
		m->as.page.first = rq->cursor[0] == '\0';
		return read_list(c, rq, m, fault, reterr);
	case REQUEST_EVENTS:
		return read_events(c, rq, m, fault, reterr);
	case REQUEST_GET:
		m->as.object.serial = rq->serial;
		return read_one(c, rq, &m->as.object.object, fault, reterr);
	case REQUEST_CAPABILITIES:
		return api_capabilities(c, &m->as.capabilities, fault, reterr);
	default:
		return problem_set(reterr, E_UNSUPPORTED, NULL, "not a read");
	}
}

void rest_read(const struct api_client *c, const struct request *rq, const struct rest_pause *pause,
	       struct rest_answers *ret)
{
	struct msg *m = msg_new(answer_kind(rq->kind));
	struct msg *failed;
	struct fault fault;
	struct problem problem;
	enum status st;

	for (unsigned tries = 0;; tries++) {
		fault = (struct fault){.retry_after_ms = -1};
		problem = (struct problem){.status = S_OK};
		st = read_once(c, rq, m, &fault, &problem);
		if (st != E_RATE || tries == REST_RATE_RETRIES || fault.retry_after_ms < 0 ||
		    fault.retry_after_ms > REST_RATE_WAIT_MS)
			break;
		if (!pause->wait(pause->ctx, fault.retry_after_ms))
			break;
	}
	if (st == S_OK) {
		answer_add(ret, m);
		return;
	}
	msg_free(m);
	failed = msg_new(MSG_FAILED);
	failed->as.failed.request = *rq;
	failed->as.failed.problem = problem;
	failed->as.failed.fault = fault;
	answer_add(ret, failed);
}

/* --- writes --------------------------------------------------------------------- */

struct attempt {
	enum status status;
	struct object object; /* OBJECT_NONE where the answer carries none */
	struct api_reply reply;
	struct fault fault;
	struct problem problem;
};

static void attempt_make(const struct api_client *c, const struct request *rq, struct attempt *a)
{
	*a = (struct attempt){.object = {.kind = OBJECT_NONE}, .fault = {.retry_after_ms = -1}};
	if (rq->kind == REQUEST_INVOICE_CANCEL)
		a->status = api_invoice_cancel(c, rq->target, rq->idempotency_key, &a->object,
					       &a->reply, &a->fault, &a->problem);
	else
		a->status = api_order_cancel(c, rq->target, rq->idempotency_key, &a->reply,
					     &a->fault, &a->problem);
}

static enum outcome outcome_of_retry(const struct attempt *retry)
{
	if (retry->status == S_OK)
		return OUTCOME_DONE;
	if (retry->status != E_UNKNOWN_OUTCOME && retry->fault.http_status != 0 &&
	    retry->reply.replayed)
		return OUTCOME_REFUSED;
	return OUTCOME_UNKNOWN;
}

static enum outcome outcome_of_first(const struct attempt *first)
{
	if (first->status == S_OK)
		return OUTCOME_DONE;
	return first->status == E_UNKNOWN_OUTCOME ? OUTCOME_UNKNOWN : OUTCOME_REFUSED;
}

static void outcome_add(struct rest_answers *ret, const struct request *rq, struct attempt *last,
			enum outcome outcome)
{
	struct msg *m;

	if (last->object.kind != OBJECT_NONE) {
		m = msg_new(MSG_OBJECT);
		m->as.object.serial = rq->serial;
		m->as.object.object = last->object;
		answer_add(ret, m);
	}
	m = msg_new(MSG_OUTCOME);
	m->as.outcome.request = *rq;
	m->as.outcome.outcome = outcome;
	m->as.outcome.fault = last->fault;
	m->as.outcome.problem = last->problem;
	m->as.outcome.replayed = last->reply.replayed;
	m->as.outcome.latency_ms = last->reply.latency_ms;
	answer_add(ret, m);
}

void rest_write(const struct api_client *c, const struct request *rq,
		const struct rest_pause *pause, struct rest_answers *ret)
{
	struct attempt first, retry;
	enum outcome outcome;

	attempt_make(c, rq, &first);
	outcome = outcome_of_first(&first);
	if (outcome != OUTCOME_UNKNOWN || !pause->wait(pause->ctx, REST_RETRY_MS)) {
		outcome_add(ret, rq, &first, outcome);
		return;
	}
	attempt_make(c, rq, &retry);
	outcome = outcome_of_retry(&retry);
	if (outcome == OUTCOME_UNKNOWN && retry.status != E_UNKNOWN_OUTCOME) {
		char what[sizeof(retry.problem.what)];

		(void)str_copy(what, sizeof(what), retry.problem.what);
		(void)problem_set(&retry.problem, E_UNKNOWN_OUTCOME,
				  "look the object up before trying again",
				  "the first attempt was not answered; the second: %.200s", what);
	}
	outcome_add(ret, rq, &retry, outcome);
}
