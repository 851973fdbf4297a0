#include "sandbox/conn_private.h"

#include "base/alloc.h"

#define CODE_TOKEN_EXPIRED "TOKEN_EXPIRED"
#define CODE_SLOW_CONSUMER "SLOW_CONSUMER"

struct conn *conn_new(struct site *s, int64_t mono_ms)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	c->site = s;
	strbuf_init(&c->in, CONN_IN_MAX);
	strbuf_init(&c->out, CONN_OUT_MAX);
	c->started_ms = c->heard_ms = c->pinged_ms = c->taken_ms = mono_ms;
	return c;
}

void conn_free(struct conn *c)
{
	if (!c)
		return;
	http1_release(&c->req);
	stream_free(c->stream);
	strbuf_release(&c->in);
	strbuf_release(&c->out);
	conn_line_release(&c->line);
	free(c);
}

size_t conn_pending(const struct conn *c)
{
	return c->out.len - c->out_sent;
}

const char *conn_input(const struct conn *c, size_t *ret_len)
{
	*ret_len = c->in.len - c->in_used;
	return strbuf_str(&c->in) + c->in_used;
}

/* Moves what is left to the front, so that the buffer does not grow with the connection. */
static void conn_compact(struct conn *c)
{
	size_t rest = c->in.len - c->in_used;

	if (!c->in_used)
		return;
	if (!rest) {
		strbuf_release(&c->in);
	} else {
		memmove(c->in.buf, c->in.buf + c->in_used, rest + 1);
		c->in.len = rest;
	}
	c->in_used = 0;
}

/* --- streams -------------------------------------------------------------------- */

static void conn_close_stream(struct conn *c, int code, const char *reason)
{
	ws_write_close(&c->out, code, reason);
	c->state = CONN_CLOSING;
}

static bool conn_read_frame(struct conn *c)
{
	struct ws_message m;
	size_t len, used;
	int code;
	const char *in = conn_input(c, &len);
	enum ws_result res =
		ws_read_message(&c->reader, (const unsigned char *)in, len, &used, &m, &code);

	c->in_used += used;
	if (res == WS_FAIL)
		conn_close_stream(c, code, "");
	else if (res == WS_MESSAGE && m.opcode == WS_PING)
		ws_write_frame(&c->out, WS_PONG, m.payload, m.len);
	else if (res == WS_MESSAGE && m.opcode == WS_CLOSE)
		conn_close_stream(c, m.close_code, "");
	/* Pongs have done their work by arriving; no other client message is documented (10.3). */
	return res == WS_AGAIN || res == WS_MESSAGE;
}

static void conn_send_text(void *ctx, const char *text, size_t len)
{
	struct conn *c = ctx;
	if (!conn_fault_text(c, text, len))
		ws_write_frame(&c->out, WS_TEXT, text, len);
}

/* What a subscriber is told before it is left (contract 15.4). */
static void conn_end_stream(struct conn *c, const char *code, const char *message, int close_code)
{
	struct json *o = json_new_object();

	json_set_string(o, "object", "ws_error");
	json_set_string(o, "code", code);
	json_set_string(o, "message", message);
	char *text = json_print(o);
	ws_write_frame(&c->out, WS_TEXT, text, strlen(text));
	free(text);
	json_free(o);
	conn_close_stream(c, close_code, "");
}

static void conn_fail_stream(struct conn *c, const struct problem *why)
{
	if (why->status == E_AUTH) {
		conn_end_stream(c, CODE_TOKEN_EXPIRED, why->what, WS_CLOSE_POLICY);
	} else if (why->status == E_LIMIT) {
		conn_end_stream(c, CODE_SLOW_CONSUMER, why->what, WS_CLOSE_TRY_LATER);
	} else {
		log_msg(c->site->world->log, LOG_ERROR, "stream: %s", why->what);
		conn_end_stream(c, CODE_INTERNAL, "The ledger cannot be read", WS_CLOSE_INTERNAL);
	}
}

static void conn_fill(struct conn *c)
{
	struct problem why = {0};
	enum status st = stream_pull(c->stream, conn_send_text, c, &why);

	if (c->out.overflow) { /* a frame is cut short: the peer must not take it for whole */
		log_msg(c->site->world->log, LOG_ERROR, "stream: more to send than fits");
		c->state = CONN_CLOSING;
		return;
	}
	if (st && st != E_NOT_FOUND)
		conn_fail_stream(c, &why);
}

/* --- the outside ------------------------------------------------------------------ */

static void conn_work(struct conn *c, int64_t mono_ms)
{
	bool more = !c->line.mute;

	while (more) {
		switch (c->state) {
		case CONN_HEAD:
			more = conn_read_head(c, mono_ms);
			break;
		case CONN_BODY:
			more = conn_read_body(c);
			break;
		case CONN_DISCARD:
			more = conn_discard(c);
			break;
		case CONN_STREAM:
			more = conn_read_frame(c);
			break;
		case CONN_ANSWER:
			more = conn_next_request(c, mono_ms);
			break;
		case CONN_CLOSING:
			c->in_used = c->in.len;
			if (!conn_pending(c) && !c->finished_ms)
				c->finished_ms = mono_ms ? mono_ms : 1;
			more = false;
			break;
		}
	}
	conn_compact(c);
}

void conn_receive(struct conn *c, const char *bytes, size_t len, int64_t mono_ms)
{
	c->heard_ms = mono_ms;
	if (c->line.mute)
		return;
	if (c->state == CONN_HEAD && c->in.len == c->in_used)
		c->started_ms = mono_ms;
	strbuf_add(&c->in, bytes, len);
	if (c->in.overflow) { /* cannot be, as input waits while an answer is under way */
		c->state = CONN_CLOSING;
		c->out_sent = c->out.len;
	}
	conn_work(c, mono_ms);
}

bool conn_wants_input(const struct conn *c)
{
	if (c->line.mute) /* who hangs up is to be noticed, unless it plays dead */
		return !c->line.deaf;
	return c->state != CONN_ANSWER && conn_pending(c) < CONN_OUT_KEEP;
}

size_t conn_output(struct conn *c, const char **ret_bytes)
{
	if (!conn_pending(c) && c->state == CONN_STREAM && !c->line.mute)
		conn_fill(c);
	*ret_bytes = strbuf_str(&c->out) + c->out_sent;
	return conn_fault_grant(c, conn_pending(c));
}

void conn_sent(struct conn *c, size_t len, int64_t mono_ms)
{
	c->out_sent += len;
	c->taken_ms = mono_ms;
	conn_fault_written(c);
	if (conn_pending(c))
		return;
	if (c->out.cap > CONN_OUT_KEEP)
		strbuf_release(&c->out);
	else
		strbuf_clear(&c->out);
	c->out_sent = 0;
	conn_work(c, mono_ms); /* the next request may be here already */
}

bool conn_finished(const struct conn *c)
{
	return c->state == CONN_CLOSING && !conn_pending(c);
}

bool conn_is_stream(const struct conn *c)
{
	return c->state == CONN_STREAM;
}

void conn_shut_down(struct conn *c)
{
	if (c->line.mute) { /* said nothing so far, and has nothing to say now */
		c->line.mute = false;
		c->out_sent = c->out.len;
		c->state = CONN_CLOSING;
	}
	if (c->state == CONN_STREAM)
		conn_close_stream(c, WS_CLOSE_GOING_AWAY, "sandbox is stopping");
	else if (c->state == CONN_ANSWER || c->state == CONN_DISCARD)
		c->close_after = true;
	else
		c->state = CONN_CLOSING;
}

/* A reader that takes nothing may be gone as well: its pongs wait behind what it does not read. */
static enum status conn_check_stream(struct conn *c, int64_t mono_ms, struct problem *why)
{
	bool waiting = conn_pending(c) > 0;

	if (!waiting)
		c->taken_ms = mono_ms;
	if (mono_ms - c->taken_ms >= CONN_SLOW_MS)
		return problem_set(why, E_LIMIT, NULL, "Nothing was read for %d seconds",
				   CONN_SLOW_MS / 1000);
	return stream_check_up(c->stream, waiting, why);
}

static bool conn_tick_stream(struct conn *c, int64_t mono_ms)
{
	int64_t silent = mono_ms - c->heard_ms;
	struct problem why = {0};

	conn_fault_tick(c, mono_ms);
	if (silent >= CONN_DEAD_MS && !conn_pending(c))
		return false;
	if (conn_check_stream(c, mono_ms, &why)) {
		conn_fail_stream(c, &why);
		c->closing_ms = mono_ms;
		return true;
	}
	if (silent >= CONN_PING_MS && mono_ms - c->pinged_ms >= CONN_PING_MS && !conn_pending(c)) {
		ws_write_frame(&c->out, WS_PING, "", 0);
		c->pinged_ms = mono_ms;
	}
	return true;
}

static bool conn_tick_closing(struct conn *c, int64_t mono_ms)
{
	if (!c->closing_ms)
		c->closing_ms = mono_ms;
	if (c->finished_ms)
		return mono_ms - c->finished_ms < CONN_LINGER_MS;
	if (mono_ms - c->closing_ms >= CONN_STALLED_MS)
		return false;
	return mono_ms - (c->taken_ms > c->closing_ms ? c->taken_ms : c->closing_ms) <
	       CONN_FAREWELL_MS;
}

bool conn_tick(struct conn *c, int64_t mono_ms, bool *ret_output)
{
	int64_t waited = mono_ms - c->started_ms;
	bool alive = true;

	*ret_output = false;
	if (c->line.mute)
		return conn_fault_still_mute(c, mono_ms);
	switch (c->state) {
	case CONN_STREAM:
		alive = conn_tick_stream(c, mono_ms);
		break;
	case CONN_HEAD:
		alive = waited < (c->in.len ? CONN_HEAD_MS : CONN_IDLE_MS);
		break;
	case CONN_BODY:
		alive = waited < CONN_HEAD_MS;
		break;
	case CONN_ANSWER:
	case CONN_DISCARD:
		alive = waited < CONN_STALLED_MS;
		break;
	case CONN_CLOSING:
		alive = conn_tick_closing(c, mono_ms);
		break;
	}
	*ret_output = conn_pending(c) > 0;
	return alive;
}
