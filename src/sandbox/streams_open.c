/* Who may subscribe, and from where on. */
#include "base/alloc.h"
#include "sandbox/auth_ws.h"
#include "sandbox/control.h"
#include "sandbox/faults.h"
#include "sandbox/payor.h"
#include "sandbox/query.h"
#include "sandbox/streams_private.h"

#define CODE_WS_TOKEN_INVALID "WS_TOKEN_INVALID"
#define CODE_WS_TOKEN_SCOPE   "WS_TOKEN_SCOPE"

/* --- where it starts ---------------------------------------------------------------- */

static bool take_seq(void *ctx, const struct ledger_event *e)
{
	*(int64_t *)ctx = e->seq;
	return true;
}

/* The first event young enough; one past the last when none is. */
static enum status oldest_by_age(const struct stream *st, int64_t last, int64_t *ret,
				 struct problem *reterr)
{
	struct ledger_event_filter f = {.created_from_ms = world_now_ms(st->world) -
							   st->site->rules.retention_ms,
					.created_to_ms = TIME_NONE,
					.session = true, /* whoever may see it */
					.limit = 1};
	bool more;

	*ret = last + 1;
	return ledger_events(st->world->ledger, &f, take_seq, ret, &more, reterr);
}

static enum status stream_set_oldest(struct stream *st, int64_t first, struct problem *reterr)
{
	const struct site_rules *rules = &st->site->rules;
	int64_t last = st->live_after_seq, by_age;

	st->oldest_seq = first;
	if (rules->retention_events && last - rules->retention_events + 1 > st->oldest_seq)
		st->oldest_seq = last - rules->retention_events + 1;
	if (!rules->retention_ms)
		return S_OK;
	enum status err = oldest_by_age(st, last, &by_age, reterr);
	if (!err && by_age > st->oldest_seq)
		st->oldest_seq = by_age;
	return err;
}

/* INFERRED: Pepay says "a bounded snapshot". Ours is the newest STREAM_SNAPSHOT_MAX events that are
 * kept and match, oldest first. */
static enum status stream_set_snapshot(struct stream *st, struct problem *reterr)
{
	struct ledger_event_filter f = st->filter;
	int64_t first = st->live_after_seq + 1; /* the last visited is the oldest */
	bool more;

	f.after_seq = st->oldest_seq - 1;
	f.before_seq = st->live_after_seq + 1;
	f.newest_first = true;
	f.limit = STREAM_SNAPSHOT_MAX;
	enum status err = ledger_events(st->world->ledger, &f, take_seq, &first, &more, reterr);
	if (!err)
		st->filter.after_seq = first - 1;
	return err;
}

/* A fault may say that what is asked for is too old to be had any more. */
static bool stream_retention_over(const struct stream *st, const char *path)
{
	struct fault_hit hit;

	return faults_ask(control_faults(st->world), FAULT_AT_SINCE, "GET", path,
			  clock_mono_ms(&st->world->real), &hit);
}

static enum status stream_set_since(struct stream *st, const char *path, const char *since,
				    struct problem *reterr)
{
	int64_t seq;
	enum status err = ledger_event_seq(st->world->ledger, since, &seq, reterr);

	str_copy(st->since, sizeof(st->since), since);
	if (err == E_NOT_FOUND) {
		st->start = START_UNKNOWN;
		return S_OK;
	}
	if (err)
		return err;
	/* Right before what is kept nothing is missing yet. */
	if (seq < st->oldest_seq - 1 || stream_retention_over(st, path)) {
		st->start = START_SNAPSHOT;
		return stream_set_snapshot(st, reterr);
	}
	st->start = START_REPLAY;
	st->filter.after_seq = seq;
	return S_OK;
}

/* Where replay starts and ends. */
static enum status stream_set_position(struct stream *st, const char *path, struct problem *reterr)
{
	const char *since = query_get(st->params, st->param_count, "since");
	int64_t first;
	enum status err =
		ledger_event_bounds(st->world->ledger, &first, &st->live_after_seq, reterr);

	if (err && err != E_NOT_FOUND)
		return err;
	st->filter.after_seq = st->live_after_seq;
	err = stream_set_oldest(st, first, reterr);
	return err || !since ? err : stream_set_since(st, path, since, reterr);
}

/* --- who asks ------------------------------------------------------------------------- */

static void refuse_token(struct reply *r, const struct problem *why)
{
	if (why->status == E_DENIED)
		reply_error(r, 403, CODE_WS_TOKEN_SCOPE, "%s", why->what);
	else if (why->status == E_AUTH)
		reply_error(r, 401, CODE_WS_TOKEN_INVALID, "%s", why->what);
	else
		reply_problem(r, why);
}

/* By ws_token when there is one, whatever the headers say; else by API key. */
static bool stream_admit_key(struct stream *st, const struct http1_request *req,
			     enum surface surface, struct reply *r)
{
	const char *token = query_get(st->params, st->param_count, "token");
	enum key_scope scope = surface == SURFACE_COMMERCE ? SCOPE_COMMERCE : SCOPE_MERCHANT;
	struct problem why = {0};

	if (token) {
		if (!ws_token_check(st->world, token, scope, world_now_ms(st->world),
				    &st->expires_ms, &why))
			return true;
		refuse_token(r, &why);
	} else {
		if (!auth_check(st->world, surface, router_credentials(req), &scope, &why))
			return true;
		auth_refuse(r, &why);
	}
	return false;
}

/* By the token that payment-addresses gave, and by that alone. */
static bool stream_admit_session(struct stream *st, struct reply *r)
{
	const char *token = query_get(st->params, st->param_count, "token");
	struct problem why = {0};
	enum status err = E_AUTH;

	if (token)
		err = payor_ws_check(st->world, token, st->session_invoice_id, &why);
	else
		(void)problem_set(&why, E_AUTH, NULL, "Missing token");
	if (!err)
		err = ws_token_end(st->world, token, &st->expires_ms, &why);
	if (err)
		auth_refuse_session(r, &why);
	return !err;
}

static bool stream_ask(struct stream *st, enum status err, const struct problem *why,
		       enum surface surface, struct reply *r)
{
	struct problem unfit = *why;

	if (!err)
		err = stream_check(st, surface, &unfit);
	if (err)
		router_refuse(r, &unfit);
	return !err;
}

/* Who asks is told before what is wrong with what was asked; not to a payor, whom only the query
 * tells. */
static bool stream_admit(struct stream *st, const struct http1_request *req, enum surface surface,
			 struct reply *r)
{
	struct problem why = {0};
	enum status err = query_parse(req->query, st->params, &st->param_count, &why);

	if (surface == SURFACE_PAYOR)
		return stream_ask(st, err, &why, surface, r) && stream_admit_session(st, r);
	return stream_admit_key(st, req, surface, r) && stream_ask(st, err, &why, surface, r);
}

bool stream_open(struct site *s, const struct http1_request *req, struct stream **ret,
		 struct reply *r)
{
	const struct stream_kind *kind = stream_kind_find(req->path);
	struct problem why = {0};
	struct stream *st = xcalloc(1, sizeof(*st));

	st->site = s;
	st->world = s->world;
	st->expires_ms = TIME_NONE;
	if (!stream_admit(st, req, kind->surface, r)) {
		stream_free(st);
		return false;
	}
	stream_set_filter(st, kind->surface);
	if (stream_set_position(st, req->path, &why)) {
		reply_error(r, 500, CODE_INTERNAL, "The ledger cannot be read");
		stream_free(st);
		return false;
	}
	*ret = st;
	return true;
}

void stream_free(struct stream *st)
{
	free(st);
}
