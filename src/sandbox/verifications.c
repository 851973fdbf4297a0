#include "sandbox/verifications.h"

#include "base/strbuf.h"
#include "sandbox/domain.h"
#include "sandbox/ledger_docs.h"
#include "sandbox/payor.h"
#include "sandbox/payor_pay.h"
#include "sandbox/works.h"

#define JOBS "verifications" /* by invoice: the latest */

bool verification_serves(const char *network)
{
	return str_equal(network, "base") || str_equal(network, "solana") ||
	       str_equal(network, "bsc");
}

static void set_time(struct json *o, const char *key, int64_t ms)
{
	char text[WHEN_TEXT_CAP];

	/* The sample's times are strings; INFERRED: ISO, and null while there is none. */
	json_set_string(o, key, ms == TIME_NONE ? NULL : when_iso(text, ms));
}

static void set_status(struct json *o, const char *status)
{
	json_set_string(o, "job_status", status);
	json_set_string(o, "status", status);
}

static enum status save(struct world *w, const char *invoice_id, struct json *job,
			struct problem *reterr)
{
	char *doc;
	enum status st;

	set_time(job, "updated_at", w->now_ms);
	doc = json_print(job);
	st = ledger_doc_put(w->ledger, JOBS, invoice_id, "", TIME_NONE, doc, reterr);
	free(doc);
	return st;
}

enum status verification_load(struct world *w, const char *invoice_id, struct json **ret_job,
			      struct problem *reterr)
{
	char *doc = NULL;
	enum status st = ledger_doc_get(w->ledger, JOBS, invoice_id, &doc, NULL);

	if (st == E_NOT_FOUND)
		return problem_set(reterr, E_NOT_FOUND, NULL,
				   "No verification was started for this invoice");
	if (st == S_OK)
		st = json_parse(doc, strlen(doc), ret_job, reterr);
	free(doc);
	return st;
}

static struct json *new_job(struct world *w, const struct invoice *v, const char *network)
{
	struct json *o = json_new_object();
	char id[UUID_CAP];

	json_set_string(o, "object", "invoice_manual_verification");
	json_set_string(o, "id", rng_uuid(&w->rng, id));
	json_set_string(o, "invoice_id", v->id);
	json_set_string(o, "network", network);
	set_status(o, "pending");
	json_set_int(o, "attempt_count", 0);
	json_set_int(o, "max_attempts", VERIFY_ATTEMPTS);
	set_time(o, "next_attempt_at", w->now_ms + VERIFY_FIRST_MS);
	set_time(o, "created_at", w->now_ms);
	set_time(o, "updated_at", w->now_ms);
	set_time(o, "completed_at", TIME_NONE);
	json_set_take(o, "result", json_new_object());
	json_set_take(o, "error", json_new_object());
	return o;
}

static bool is_running(const struct json *job)
{
	const char *status = json_string(json_get(job, "job_status"));

	return str_equal(status, "pending") || str_equal(status, "processing");
}

enum status verification_start(struct world *w, const struct invoice *v, const char *network,
			       struct json **ret_job, struct problem *reterr)
{
	struct json *job = NULL;
	enum status st = verification_load(w, v->id, &job, reterr);

	if (st == S_OK && is_running(job)) {
		*ret_job = job;
		return S_OK;
	}
	json_free(job);
	if (st != S_OK && st != E_NOT_FOUND)
		return st;
	job = new_job(w, v, network);
	st = save(w, v->id, job, reterr);
	if (st == S_OK)
		st = work_schedule(w, WORK_VERIFY, v->id, w->now_ms + VERIFY_FIRST_MS, reterr);
	if (st == S_OK)
		*ret_job = job;
	else
		json_free(job);
	return st;
}

/* --- attempts --------------------------------------------------------------------------- */

static void finish(struct world *w, struct json *job, const char *status)
{
	set_status(job, status);
	set_time(job, "next_attempt_at", TIME_NONE);
	set_time(job, "completed_at", w->now_ms);
}

static void set_result(struct json *job, const struct invoice *v, const char *payment_id)
{
	struct json *result = json_new_object();

	json_set_bool(result, "payment_found", *payment_id != '\0');
	json_set_string(result, "payment_id", *payment_id ? payment_id : NULL);
	json_set_string(result, "invoice_status", v->status);
	json_set_int(result, "amount_paid", v->amount_paid);
	json_set_int(result, "amount_remaining", v->amount_remaining);
	json_set_string(result, "amount_unit", "usd_millis");
	json_set_take(job, "result", result);
}

static void give_up(struct world *w, struct json *job)
{
	struct json *error = json_new_object();

	json_set_string(error, "code", "PAYMENT_NOT_FOUND");
	json_set_string(error, "message", "No payment to this invoice was found on the network");
	json_set_take(job, "error", error);
	finish(w, job, "failed");
}

/* Money on the network is confirmed, whether or not the monitor would have come to it. */
static enum status look(struct world *w, const struct invoice *before, struct json *job,
			bool *ret_done, struct problem *reterr)
{
	struct invoice v = *before;
	char payment_id[ID_CAP];
	int64_t amount;
	enum status st = payor_in_flight(w, v.id, &amount, payment_id, reterr);

	if (st == S_OK && *payment_id)
		st = payor_confirm(w, payment_id, reterr);
	if (st == S_OK)
		st = invoice_load(w, v.id, &v, reterr);
	*ret_done = st == S_OK && (*payment_id || !payor_invoice_open(&v));
	if (*ret_done) {
		set_result(job, &v, payment_id);
		finish(w, job, "completed");
	}
	return st;
}

static enum status attempt(struct world *w, const struct invoice *v, struct json *job,
			   struct problem *reterr)
{
	int64_t count = 0;
	bool done;
	enum status st = json_int64(json_get(job, "attempt_count"), &count);

	json_set_int(job, "attempt_count", ++count);
	set_status(job, "processing");
	if (st == S_OK)
		st = look(w, v, job, &done, reterr);
	if (st != S_OK || done)
		return st;
	if (count >= VERIFY_ATTEMPTS) {
		give_up(w, job);
		return S_OK;
	}
	set_time(job, "next_attempt_at", w->now_ms + VERIFY_EVERY_MS);
	return work_schedule(w, WORK_VERIFY, v->id, w->now_ms + VERIFY_EVERY_MS, reterr);
}

enum status work_verify(struct world *w, const char *invoice_id, struct problem *reterr)
{
	struct json *job = NULL;
	struct invoice v;
	enum status st = verification_load(w, invoice_id, &job, reterr);

	if (st == S_OK)
		st = invoice_load(w, invoice_id, &v, reterr);
	if (st == S_OK)
		st = attempt(w, &v, job, reterr);
	if (st == S_OK)
		st = save(w, invoice_id, job, reterr);
	json_free(job);
	return st;
}
