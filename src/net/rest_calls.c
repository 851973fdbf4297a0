/* Writes: never sent blindly. The reads are in rest_reads.c. */
#include "net/rest_calls.h"

#include "base/strbuf.h"

static void answer_add(struct rest_answers *answers, struct msg *m)
{
	answers->items[answers->count++] = m;
}

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
