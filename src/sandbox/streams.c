#include "sandbox/payor_events.h"
#include "sandbox/rev_a.h"
#include "sandbox/streams_private.h"

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
	f.after_seq = st->oldest_seq - 1;
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
	json_set_bool(o, "snapshot", sink->stream->start == START_SNAPSHOT);
	char *text = json_print(o);
	sink->send(sink->ctx, text, strlen(text));
	sink->sent++;
	free(text);
	json_free(o);
	return S_OK;
}

static void stream_send_body(struct stream_sink *sink, const char *body, size_t len)
{
	char *older = sink->stream->site->rules.rev_a ? rev_a_text(body, len) : NULL;

	sink->send(sink->ctx, older ? older : body, older ? strlen(older) : len);
	free(older);
}

static bool stream_send_event(void *ctx, const struct ledger_event *e)
{
	struct stream_sink *sink = ctx;

	if (*sink->stream->session_invoice_id) {
		char *body = NULL;

		if (payor_event_body(e->body, e->body_len, &body, NULL) != S_OK)
			return false;
		stream_send_body(sink, body, strlen(body));
		free(body);
	} else {
		stream_send_body(sink, e->body, e->body_len);
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
	static const char *const words[] = {[START_REPLAY] = "replay_started",
					    [START_UNKNOWN] = "resync_required",
					    [START_SNAPSHOT] = "resync_required"};
	struct stream *st = sink->stream;

	st->state = st->start == START_REPLAY || st->start == START_SNAPSHOT ? STREAM_REPLAYING
									     : STREAM_LIVE;
	return st->start == START_LIVE ? S_OK : stream_send_control(sink, words[st->start], reterr);
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

/* --- what ends it ------------------------------------------------------------ */

/* Replaying what was asked for is not lagging: only what came since subscribing counts. */
static enum status stream_check_lag(const struct stream *st, struct problem *reterr)
{
	int64_t first, last, from = st->filter.after_seq;
	enum status err = ledger_event_bounds(st->world->ledger, &first, &last, reterr);

	if (err)
		return err == E_NOT_FOUND ? S_OK : err;
	if (from < st->live_after_seq)
		from = st->live_after_seq;
	if (last - from <= st->site->rules.max_lag)
		return S_OK;
	return problem_set(reterr, E_LIMIT, NULL, "The subscriber is %lld events behind",
			   (long long)(last - from));
}

enum status stream_check_up(const struct stream *st, bool waiting, struct problem *reterr)
{
	if (st->expires_ms != TIME_NONE && world_target_ms(st->world) >= st->expires_ms)
		return problem_set(reterr, E_AUTH, NULL, "The token has expired");
	return waiting ? stream_check_lag(st, reterr) : S_OK;
}
