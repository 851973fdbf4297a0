#include "sandbox/streams.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/control.h"
#include "sandbox/faults.h"
#include "sandbox/ledger.h"
#include "sandbox/payor.h"
#include "sandbox/payor_events.h"
#include "sandbox/query.h"

#define TYPES_CAP 512

/* X(path, surface) */
#define STREAMS(X)                                 \
	X("/ws/merchant/events", SURFACE_MERCHANT) \
	X("/ws/commerce/events", SURFACE_COMMERCE) \
	X("/ws/payment", SURFACE_PAYOR)

/* X(parameter, on merchant, commerce and payor streams), contract 10.1 */
#define STREAM_PARAMS(X)                        \
	X("token", true, true, true)            \
	X("since", true, true, true)            \
	X("types", true, true, false)           \
	X("format", true, true, true)           \
	X("invoice_id", true, true, false)      \
	X("customer_id", true, true, false)     \
	X("invoice_type", true, false, false)   \
	X("environment", true, false, false)    \
	X("order_id", false, true, false)       \
	X("wallet_address", false, true, false) \
	X("wallet_network", false, true, false)

struct stream {
	struct world *world;
	struct call_param params[CALL_PARAMS_MAX]; /* what the filter's strings point into */
	size_t param_count;
	struct ledger_event_filter filter; /* after_seq: how far this subscriber has come */
	char since[ID_CAP];                /* "" when not asked for */
	char session_invoice_id[ID_CAP];   /* a payor's; "" on the other streams */
	bool since_known;
	int64_t live_after_seq; /* the newest event when it subscribed */
	enum { STREAM_OPENING, STREAM_REPLAYING, STREAM_LIVE } state;
};

struct stream_kind {
	const char *path;
	enum surface surface;
};

static const struct stream_kind *stream_kind_find(const char *path)
{
#define X(p, surface) {p, surface},
	static const struct stream_kind kinds[] = {STREAMS(X)};
#undef X
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].path, path))
			return &kinds[i];
	return NULL;
}

bool stream_is_path(const char *path)
{
	return stream_kind_find(path) != NULL;
}

static bool stream_param_allowed(const char *name, enum surface surface)
{
#define X(param, merchant_has, commerce_has, payor_has)           \
	if (!strcmp(name, param))                                 \
		return surface == SURFACE_COMMERCE ? commerce_has \
		       : surface == SURFACE_PAYOR  ? payor_has    \
						   : merchant_has;
	STREAM_PARAMS(X)
#undef X
	return false;
}

/* The allow-list of 10.1: a known type that this stream can carry, or a prefix of one. */
static bool stream_type_allowed(const char *pattern, bool commerce)
{
#define X(type, kind, ours) {type, ours},
	static const struct {
		const char *type;
		bool merchant_only; /* local extensions are */
	} types[] = {EVENT_TYPES(X)};
#undef X
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		bool hidden = commerce && types[i].merchant_only;
		if (!hidden && str_matches_wildcard(pattern, types[i].type))
			return true;
	}
	return false;
}

static enum status stream_check_types(const char *types, bool commerce, struct problem *reterr)
{
	while (true) {
		char word[EVENT_TYPE_CAP];
		size_t n = strcspn(types, ",");
		if (n >= sizeof(word))
			return problem_set(reterr, E_INVALID, NULL, "types: a type is too long");
		memcpy(word, types, n);
		word[n] = '\0';
		if (!stream_type_allowed(word, commerce))
			return problem_set(reterr, E_INVALID, NULL,
					   "types: '%s' is not a type of this stream", word);
		if (!types[n])
			return S_OK;
		types += n + 1;
	}
}

static enum status stream_check_word(const struct stream *st, const char *name, const char *a,
				     const char *b, struct problem *reterr)
{
	const char *v = query_get(st->params, st->param_count, name);

	if (!v || !strcmp(v, a) || (b && !strcmp(v, b)))
		return S_OK;
	return problem_set(reterr, E_INVALID, NULL, "%s: '%s' is not %s%s%s", name, v, a,
			   b ? " or " : "", b ? b : "");
}

static enum status stream_check_names(const struct stream *st, enum surface surface,
				      struct problem *reterr)
{
	for (size_t i = 0; i < st->param_count; i++) {
		const struct call_param *p = &st->params[i];
		if (!stream_param_allowed(p->name, surface))
			return problem_set(reterr, E_INVALID, NULL,
					   "%s is not a parameter of this stream", p->name);
		if (!p->value[0])
			return problem_set(reterr, E_INVALID, NULL, "%s is empty", p->name);
	}
	return S_OK;
}

static enum status stream_check(const struct stream *st, enum surface surface,
				struct problem *reterr)
{
	const char *types = query_get(st->params, st->param_count, "types");
	const char *since = query_get(st->params, st->param_count, "since");
	const char *address = query_get(st->params, st->param_count, "wallet_address");
	const char *network = query_get(st->params, st->param_count, "wallet_network");
	enum status err = stream_check_names(st, surface, reterr);

	if (!err && types)
		err = stream_check_types(types, surface == SURFACE_COMMERCE, reterr);
	if (!err)
		err = stream_check_word(st, "format", "event_v1", NULL, reterr);
	if (!err)
		err = stream_check_word(st, "environment", "devnet", "mainnet", reterr);
	if (!err)
		err = stream_check_word(st, "invoice_type", "standard", "commerce", reterr);
	if (!err && since && strlen(since) >= ID_CAP)
		err = problem_set(reterr, E_INVALID, NULL, "since is too long to be an event id");
	if (!err && network && !address)
		err = problem_set(reterr, E_INVALID, NULL, "wallet_network needs wallet_address");
	return err;
}

/* A payor sees one invoice, whatever is asked. */
static void stream_set_session_filter(struct stream *st)
{
	st->filter = (struct ledger_event_filter){.types = PAYOR_EVENT_TYPES,
						  .invoice_id = st->session_invoice_id,
						  .session = true,
						  .created_from_ms = TIME_NONE,
						  .created_to_ms = TIME_NONE,
						  .limit = STREAM_BATCH_MAX};
}

static void stream_set_filter(struct stream *st, bool commerce)
{
	st->filter = (struct ledger_event_filter){
		.types = query_get(st->params, st->param_count, "types"),
		.invoice_id = query_get(st->params, st->param_count, "invoice_id"),
		.order_id = query_get(st->params, st->param_count, "order_id"),
		.customer_id = query_get(st->params, st->param_count, "customer_id"),
		.invoice_type = query_get(st->params, st->param_count, "invoice_type"),
		.wallet = query_get(st->params, st->param_count, "wallet_address"),
		.wallet_network = query_get(st->params, st->param_count, "wallet_network"),
		/* A commerce key is bound to one environment. */
		.environment = commerce ? st->world->environment
					: query_get(st->params, st->param_count, "environment"),
		.commerce_only = commerce,
		.created_from_ms = TIME_NONE,
		.created_to_ms = TIME_NONE,
		.limit = STREAM_BATCH_MAX};
}

/* Where replay starts and ends. */
/* What it asks for is too old to be had any more; that is a fault's doing, as nothing here is. */
static bool stream_retention_over(const struct stream *st, const char *path)
{
	struct fault_hit hit;

	return faults_ask(control_faults(st->world), FAULT_AT_SINCE, "GET", path,
			  clock_mono_ms(&st->world->real), &hit);
}

static enum status stream_set_position(struct stream *st, const char *path, struct problem *reterr)
{
	const char *since = query_get(st->params, st->param_count, "since");
	int64_t first;
	enum status err =
		ledger_event_bounds(st->world->ledger, &first, &st->live_after_seq, reterr);

	if (err && err != E_NOT_FOUND)
		return err;
	st->filter.after_seq = st->live_after_seq;
	if (!since)
		return S_OK;
	str_copy(st->since, sizeof(st->since), since);
	if (stream_retention_over(st, path))
		return S_OK;
	err = ledger_event_seq(st->world->ledger, since, &st->filter.after_seq, reterr);
	st->since_known = err == S_OK;
	return err == E_NOT_FOUND ? S_OK : err;
}

static bool stream_parse(struct stream *st, const struct http1_request *req, enum surface surface,
			 struct reply *r)
{
	struct problem why = {0};
	enum status err = query_parse(req->query, st->params, &st->param_count, &why);

	if (!err)
		err = stream_check(st, surface, &why);
	if (err)
		router_refuse(r, &why);
	return !err;
}

/* By API key. */
static bool stream_open_key(struct site *s, struct stream *st, const struct http1_request *req,
			    enum surface surface, struct reply *r)
{
	struct problem why = {0};
	enum key_scope scope;

	if (auth_check(s->world, surface, router_credentials(req), &scope, &why)) {
		auth_refuse(r, &why);
		return false;
	}
	if (!stream_parse(st, req, surface, r))
		return false;
	/* Nothing mints ws_tokens here, so any is an invalid one. */
	if (query_get(st->params, st->param_count, "token")) {
		(void)problem_set(&why, E_AUTH, NULL, "Invalid ws_token");
		auth_refuse(r, &why);
		return false;
	}
	stream_set_filter(st, surface == SURFACE_COMMERCE);
	return true;
}

/* By the token that payment-addresses gave, and by that alone. */
static bool stream_open_session(struct site *s, struct stream *st, const struct http1_request *req,
				struct reply *r)
{
	struct problem why = {0};
	const char *token;
	enum status err;

	if (!stream_parse(st, req, SURFACE_PAYOR, r))
		return false;
	token = query_get(st->params, st->param_count, "token");
	if (token)
		err = payor_ws_check(s->world, token, st->session_invoice_id, &why);
	else
		err = problem_set(&why, E_AUTH, NULL, "Missing token");
	if (err) {
		auth_refuse_session(r, &why);
		return false;
	}
	stream_set_session_filter(st);
	return true;
}

bool stream_open(struct site *s, const struct http1_request *req, struct stream **ret,
		 struct reply *r)
{
	const struct stream_kind *kind = stream_kind_find(req->path);
	struct problem why = {0};
	struct stream *st = xcalloc(1, sizeof(*st));
	bool open;

	st->world = s->world;
	open = kind->surface == SURFACE_PAYOR ? stream_open_session(s, st, req, r)
					      : stream_open_key(s, st, req, kind->surface, r);
	if (open && stream_set_position(st, req->path, &why)) {
		reply_error(r, 500, CODE_INTERNAL, "The ledger cannot be read");
		open = false;
	}
	if (open)
		*ret = st;
	else
		stream_free(st);
	return open;
}

void stream_free(struct stream *st)
{
	free(st);
}

/* --- what comes next --------------------------------------------------------- */

struct stream_sink {
	struct stream *stream;
	void (*send)(void *ctx, const char *text, size_t len);
	void *ctx;
	size_t sent;
};

static bool stream_take_id(void *ctx, const struct ledger_event *e)
{
	str_copy(ctx, ID_CAP, e->id);
	return false;
}

/* The id of the first or last event at or after `from`; "" when there is none. */
static enum status stream_edge_id(const struct stream *st, bool newest, char ret[ID_CAP],
				  struct problem *reterr)
{
	struct ledger_event_filter f = {.created_from_ms = TIME_NONE,
					.created_to_ms = TIME_NONE,
					.newest_first = newest,
					.limit = 1};
	bool more;

	ret[0] = '\0';
	if (*st->session_invoice_id) { /* nobody else's ids */
		f.invoice_id = st->session_invoice_id;
		f.types = PAYOR_EVENT_TYPES;
		f.session = true;
	}
	/* The newest at subscribing time, whatever has come since. */
	f.before_seq = st->live_after_seq + 1;
	return ledger_events(st->world->ledger, &f, stream_take_id, ret, &more, reterr);
}

static enum status stream_send_control(struct stream_sink *sink, const char *type,
				       struct problem *reterr)
{
	char oldest[ID_CAP], latest[ID_CAP];
	enum status err = stream_edge_id(sink->stream, false, oldest, reterr);

	if (!err)
		err = stream_edge_id(sink->stream, true, latest, reterr);
	if (err)
		return err;
	struct json *o = json_new_object();
	json_set_string(o, "object", "ws_control");
	json_set_string(o, "type", type);
	json_set_string(o, "since", sink->stream->since);
	json_set_string(o, "oldest_event_id", *oldest ? oldest : NULL);
	json_set_string(o, "latest_event_id", *latest ? latest : NULL);
	json_set_bool(o, "snapshot", false);
	char *text = json_print(o);
	sink->send(sink->ctx, text, strlen(text));
	sink->sent++;
	free(text);
	json_free(o);
	return S_OK;
}

static bool stream_send_event(void *ctx, const struct ledger_event *e)
{
	struct stream_sink *sink = ctx;

	if (*sink->stream->session_invoice_id) {
		char *body = NULL;

		if (payor_event_body(e->body, e->body_len, &body, NULL) != S_OK)
			return false;
		sink->send(sink->ctx, body, strlen(body));
		free(body);
	} else {
		sink->send(sink->ctx, e->body, e->body_len);
	}
	sink->stream->filter.after_seq = e->seq;
	sink->sent++;
	return true;
}

static enum status stream_send_batch(struct stream_sink *sink, int64_t before_seq, bool *ret_done,
				     struct problem *reterr)
{
	struct stream *st = sink->stream;
	struct ledger_event_filter f = st->filter;
	int64_t first, last;
	bool more = false;
	enum status err = ledger_event_bounds(st->world->ledger, &first, &last, reterr);

	if (err)
		return err == E_NOT_FOUND ? S_OK : err;
	f.before_seq = before_seq;
	err = ledger_events(st->world->ledger, &f, stream_send_event, sink, &more, reterr);
	if (err)
		return err;
	/* Nothing more matches up to here: do not look at the same events again. */
	if (!more && st->filter.after_seq < (before_seq ? before_seq - 1 : last))
		st->filter.after_seq = before_seq ? before_seq - 1 : last;
	*ret_done = !more;
	return S_OK;
}

static enum status stream_begin(struct stream_sink *sink, struct problem *reterr)
{
	struct stream *st = sink->stream;

	st->state = st->since[0] && st->since_known ? STREAM_REPLAYING : STREAM_LIVE;
	if (!st->since[0])
		return S_OK;
	return stream_send_control(sink, st->since_known ? "replay_started" : "resync_required",
				   reterr);
}

static enum status stream_replay(struct stream_sink *sink, struct problem *reterr)
{
	bool done = true;
	enum status err = stream_send_batch(sink, sink->stream->live_after_seq + 1, &done, reterr);

	if (err || !done)
		return err;
	sink->stream->state = STREAM_LIVE;
	return stream_send_control(sink, "replay_completed", reterr);
}

enum status stream_pull(struct stream *st, void (*send)(void *ctx, const char *text, size_t len),
			void *ctx, struct problem *reterr)
{
	struct stream_sink sink = {.stream = st, .send = send, .ctx = ctx};
	enum status err = S_OK;
	bool done;

	if (st->state == STREAM_OPENING)
		err = stream_begin(&sink, reterr);
	else if (st->state == STREAM_REPLAYING)
		err = stream_replay(&sink, reterr);
	else
		err = stream_send_batch(&sink, 0, &done, reterr);
	if (err)
		return err;
	/* Without `since` opening says nothing; what is live may be waiting all the same. */
	if (!sink.sent && st->state == STREAM_LIVE)
		err = stream_send_batch(&sink, 0, &done, reterr);
	if (!err && !sink.sent)
		err = E_NOT_FOUND;
	return err;
}
