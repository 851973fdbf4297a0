#include "sandbox/streams.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/ledger.h"
#include "sandbox/query.h"

#define TYPES_CAP 512

/* X(path, surface, commerce stream) */
#define STREAMS(X)                                        \
	X("/ws/merchant/events", SURFACE_MERCHANT, false) \
	X("/ws/commerce/events", SURFACE_COMMERCE, true)

/* X(parameter, on merchant streams, on commerce streams), contract 10.1 */
#define STREAM_PARAMS(X)                 \
	X("token", true, true)           \
	X("since", true, true)           \
	X("types", true, true)           \
	X("format", true, true)          \
	X("invoice_id", true, true)      \
	X("customer_id", true, true)     \
	X("invoice_type", true, false)   \
	X("environment", true, false)    \
	X("order_id", false, true)       \
	X("wallet_address", false, true) \
	X("wallet_network", false, true)

struct stream {
	struct world *world;
	struct call_param params[CALL_PARAMS_MAX]; /* what the filter's strings point into */
	size_t param_count;
	struct ledger_event_filter filter; /* after_seq: how far this subscriber has come */
	char since[ID_CAP];                /* "" when not asked for */
	bool since_known;
	int64_t live_after_seq; /* the newest event when it subscribed */
	enum { STREAM_OPENING, STREAM_REPLAYING, STREAM_LIVE } state;
};

struct stream_kind {
	const char *path;
	enum surface surface;
	bool commerce;
};

static const struct stream_kind *stream_kind_find(const char *path)
{
#define X(p, surface, commerce) {p, surface, commerce},
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

static bool stream_param_allowed(const char *name, bool commerce)
{
#define X(param, merchant_has, commerce_has) \
	if (!strcmp(name, param))            \
		return commerce ? commerce_has : merchant_has;
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

static enum status stream_check_names(const struct stream *st, bool commerce,
				      struct problem *reterr)
{
	for (size_t i = 0; i < st->param_count; i++) {
		const struct call_param *p = &st->params[i];
		if (!stream_param_allowed(p->name, commerce))
			return problem_set(reterr, E_INVALID, NULL,
					   "%s is not a parameter of this stream", p->name);
		if (!p->value[0])
			return problem_set(reterr, E_INVALID, NULL, "%s is empty", p->name);
	}
	return S_OK;
}

static enum status stream_check(const struct stream *st, bool commerce, struct problem *reterr)
{
	const char *types = query_get(st->params, st->param_count, "types");
	const char *since = query_get(st->params, st->param_count, "since");
	const char *address = query_get(st->params, st->param_count, "wallet_address");
	const char *network = query_get(st->params, st->param_count, "wallet_network");
	enum status err = stream_check_names(st, commerce, reterr);

	if (!err && types)
		err = stream_check_types(types, commerce, reterr);
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
static enum status stream_set_position(struct stream *st, struct problem *reterr)
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
	err = ledger_event_seq(st->world->ledger, since, &st->filter.after_seq, reterr);
	st->since_known = err == S_OK;
	return err == E_NOT_FOUND ? S_OK : err;
}

bool stream_open(struct site *s, const struct http1_request *req, struct stream **ret,
		 struct reply *r)
{
	const struct stream_kind *kind = stream_kind_find(req->path);
	struct problem why = {0};
	enum key_scope scope;

	if (auth_check(s->world, kind->surface, router_credentials(req), &scope, &why)) {
		auth_refuse(r, &why);
		return false;
	}
	struct stream *st = xcalloc(1, sizeof(*st));
	st->world = s->world;
	enum status err = query_parse(req->query, st->params, &st->param_count, &why);
	if (!err)
		err = stream_check(st, kind->commerce, &why);
	/* Nothing mints ws_tokens here, so any is an invalid one. */
	if (!err && query_get(st->params, st->param_count, "token")) {
		err = problem_set(&why, E_AUTH, NULL, "Invalid ws_token");
		auth_refuse(r, &why);
	} else if (err) {
		router_refuse(r, &why);
	} else {
		stream_set_filter(st, kind->commerce);
		err = stream_set_position(st, &why);
		if (err)
			reply_error(r, 500, CODE_INTERNAL, "The ledger cannot be read");
	}
	if (err) {
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

	sink->send(sink->ctx, e->body, e->body_len);
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
