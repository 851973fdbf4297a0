#include "sandbox/conn.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/streams.h"
#include "sandbox/wsframe.h"

#define CONN_IN_MAX   (HTTP1_HEAD_MAX + CALL_BODY_MAX + 65536)
#define CONN_OUT_MAX  (64u * 1024u * 1024u)
#define CONN_OUT_KEEP (256u * 1024u) /* memory kept between answers */

enum conn_state {
	CONN_HEAD,    /* reading a request's head */
	CONN_BODY,    /* and its body */
	CONN_ANSWER,  /* sending the answer; input waits */
	CONN_DISCARD, /* the same, while a refused body is read away */
	CONN_STREAM,  /* a WebSocket stream */
	CONN_CLOSING  /* sending the last bytes; input is thrown away */
};

struct conn {
	struct site *site;
	enum conn_state state;
	struct strbuf in;
	size_t in_used; /* bytes at the start of `in` already dealt with */
	struct strbuf out;
	size_t out_sent;
	struct http1_request req; /* in BODY and ANSWER */
	int64_t discard;
	bool close_after;
	struct stream *stream;
	struct ws_reader reader;
	int64_t started_ms; /* BODY, HEAD with bytes: when the request began; else last activity */
	int64_t heard_ms;   /* last byte from the peer */
	int64_t pinged_ms;
	int64_t finished_ms; /* or 0 */
};

struct conn *conn_new(struct site *s, int64_t mono_ms)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	c->site = s;
	strbuf_init(&c->in, CONN_IN_MAX);
	strbuf_init(&c->out, CONN_OUT_MAX);
	c->started_ms = c->heard_ms = c->pinged_ms = mono_ms;
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
	free(c);
}

static size_t conn_pending(const struct conn *c)
{
	return c->out.len - c->out_sent;
}

static const char *conn_input(const struct conn *c, size_t *ret_len)
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

/* --- answers ------------------------------------------------------------------ */

static void conn_log(const struct conn *c, const struct answer *a)
{
	if (c->req.method)
		log_msg(c->site->world->log, LOG_INFO, "%s %s%s%s %d %s", c->req.method,
			c->req.path, *c->req.query ? "?" : "", c->req.query, a->reply.status,
			a->request_id);
}

/* Puts the answer out. `refused_body`: bytes of body still to come that nobody will look at. */
static void conn_answer(struct conn *c, struct answer *a, int64_t refused_body)
{
	const char *body = a->reply.body ? a->reply.body : "";
	bool head_only = c->req.method && !strcmp(c->req.method, "HEAD");
	struct http1_response head = {.status = a->reply.status,
				      .body_len = strlen(body),
				      .request_id = a->request_id,
				      .allow = a->allow,
				      .date_ms = world_now_ms(c->site->world),
				      .retry_after_s = a->reply.retry_after_s,
				      .replayed = a->reply.replayed,
				      .websocket_hint = a->reply.status == 426};

	if (!c->req.method || !c->req.keep_alive || refused_body > (int64_t)CONN_DISCARD_MAX)
		c->close_after = true;
	head.close = c->close_after;
	http1_write_head(&c->out, &head);
	if (!head_only)
		strbuf_addstr(&c->out, body);
	conn_log(c, a);
	reply_release(&a->reply);
	c->discard = refused_body;
	c->state = refused_body ? CONN_DISCARD : CONN_ANSWER;
	if (refused_body > (int64_t)CONN_DISCARD_MAX)
		c->discard = CONN_DISCARD_MAX;
}

static void conn_refuse(struct conn *c, int status, const char *code, const char *what,
			int64_t refused_body)
{
	struct answer a = {.reply = {.retry_after_s = -1}};

	if (c->req.method)
		router_request_id(c->site, &c->req, a.request_id);
	else
		router_request_id(c->site, &(struct http1_request){0}, a.request_id);
	reply_error(&a.reply, status, code, "%s", what);
	conn_answer(c, &a, refused_body);
}

static void conn_serve(struct conn *c, const char *body, size_t body_len)
{
	char *text = xmemdup0(body, body_len);
	struct answer a;

	router_serve(c->site, &c->req, text, body_len, &a);
	free(text);
	conn_answer(c, &a, 0);
}

/* --- upgrades ----------------------------------------------------------------- */

static void conn_switch(struct conn *c, const char *accept)
{
	char id[ID_CAP];

	router_request_id(c->site, &c->req, id);
	strbuf_addf(&c->out,
		    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
		    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\nx-request-id: %s\r\n\r\n",
		    accept, id);
	log_msg(c->site->world->log, LOG_INFO, "%s %s%s%s 101 %s", c->req.method, c->req.path,
		*c->req.query ? "?" : "", c->req.query, id);
	http1_release(&c->req);
	c->state = CONN_STREAM;
}

static void conn_upgrade(struct conn *c)
{
	struct answer a = {.reply = {.retry_after_s = -1}};
	const char *key = http1_header(&c->req, "sec-websocket-key");
	const char *version = http1_header(&c->req, "sec-websocket-version");
	char accept[WS_ACCEPT_CAP];

	router_request_id(c->site, &c->req, a.request_id);
	if (strcmp(c->req.method, "GET")) {
		a.allow = "GET";
		reply_error(&a.reply, 405, "METHOD_NOT_ALLOWED", "%s is not allowed here",
			    c->req.method);
	} else if (!stream_open(c->site, &c->req, &c->stream, &a.reply)) {
		/* The key's fault is told before the handshake's: a probe by plain GET learns it.
		 */
	} else if (!c->req.upgrade || c->req.minor != 1 || !version || strcmp(version, "13")) {
		reply_error(&a.reply, 426, "UPGRADE_REQUIRED", "This is a WebSocket endpoint");
	} else if (!key || ws_accept(key, accept)) {
		reply_error(&a.reply, 400, CODE_VALIDATION_ERROR, "Bad Sec-WebSocket-Key");
	} else {
		conn_switch(c, accept);
		return;
	}
	stream_free(c->stream);
	c->stream = NULL;
	conn_answer(c, &a, 0);
}

/* --- requests ----------------------------------------------------------------- */

static void conn_head_done(struct conn *c)
{
	if (stream_is_path(c->req.path) && !c->req.content_length && !c->req.chunked) {
		conn_upgrade(c);
	} else if (c->req.chunked) {
		c->close_after = true;
		conn_refuse(c, 411, "LENGTH_REQUIRED", "Send a Content-Length; chunks are not read",
			    0);
	} else if (c->req.content_length > (int64_t)CALL_BODY_MAX) {
		/* Who waits for our 100 will not send it, so what follows could be either. */
		c->close_after = c->req.expect_continue;
		conn_refuse(c, 413, "BODY_TOO_LARGE", "The body is larger than 256 KiB",
			    c->req.expect_continue ? 0 : c->req.content_length);
	} else {
		if (c->req.expect_continue && c->req.content_length)
			strbuf_addstr(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
		c->state = CONN_BODY;
	}
}

static bool conn_read_head(struct conn *c, int64_t mono_ms)
{
	struct problem why = {0};
	size_t len, head_len;
	const char *in = conn_input(c, &len);

	/* Empty lines before a request are to be ignored (RFC 9112, 2.2). */
	while (len >= 2 && !memcmp(in, "\r\n", 2)) {
		c->in_used += 2;
		in = conn_input(c, &len);
	}
	if (!len)
		return false;
	head_len = http1_head_length(in, len);
	if (head_len > HTTP1_HEAD_MAX || (!head_len && len > HTTP1_HEAD_MAX)) {
		conn_refuse(c, 431, "HEADERS_TOO_LARGE", "The request's head is too large", 0);
		return false;
	}
	if (!head_len)
		return false;
	enum status st = http1_parse(in, head_len, &c->req, &why);
	c->in_used += head_len;
	c->started_ms = mono_ms;
	if (st)
		conn_refuse(c,
			    st == E_LIMIT         ? 431
			    : st == E_UNSUPPORTED ? 505
						  : 400,
			    CODE_VALIDATION_ERROR, why.what, 0);
	else
		conn_head_done(c);
	return true;
}

static bool conn_read_body(struct conn *c)
{
	size_t len, want = (size_t)c->req.content_length;
	const char *in = conn_input(c, &len);

	if (len < want)
		return false;
	conn_serve(c, in, want);
	c->in_used += want;
	return true;
}

static bool conn_discard(struct conn *c)
{
	size_t len;

	conn_input(c, &len);
	if ((int64_t)len > c->discard)
		len = (size_t)c->discard;
	c->in_used += len;
	c->discard -= (int64_t)len;
	if (c->discard)
		return false;
	c->state = CONN_ANSWER;
	return true;
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
	ws_write_frame(&c->out, WS_TEXT, text, len);
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
	if (!st || st == E_NOT_FOUND)
		return;
	log_msg(c->site->world->log, LOG_ERROR, "stream: %s", why.what);
	conn_send_text(c,
		       "{\"object\":\"ws_error\",\"code\":\"" CODE_INTERNAL
		       "\",\"message\":\"The ledger cannot be read\"}",
		       strlen("{\"object\":\"ws_error\",\"code\":\"" CODE_INTERNAL
			      "\",\"message\":\"The ledger cannot be read\"}"));
	conn_close_stream(c, WS_CLOSE_INTERNAL, "");
}

/* --- the outside ------------------------------------------------------------------ */

/* Once the answer is taken: false while it is not. */
static bool conn_next_request(struct conn *c, int64_t mono_ms)
{
	if (conn_pending(c))
		return false;
	http1_release(&c->req);
	c->state = c->close_after ? CONN_CLOSING : CONN_HEAD;
	c->started_ms = mono_ms;
	return true;
}

static void conn_work(struct conn *c, int64_t mono_ms)
{
	bool more = true;

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
	return c->state != CONN_ANSWER && conn_pending(c) < CONN_OUT_KEEP;
}

size_t conn_output(struct conn *c, const char **ret_bytes)
{
	if (!conn_pending(c) && c->state == CONN_STREAM)
		conn_fill(c);
	*ret_bytes = strbuf_str(&c->out) + c->out_sent;
	return conn_pending(c);
}

void conn_sent(struct conn *c, size_t len, int64_t mono_ms)
{
	c->out_sent += len;
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
	if (c->state == CONN_STREAM)
		conn_close_stream(c, WS_CLOSE_GOING_AWAY, "sandbox is stopping");
	else if (c->state == CONN_ANSWER || c->state == CONN_DISCARD)
		c->close_after = true;
	else
		c->state = CONN_CLOSING;
}

static bool conn_tick_stream(struct conn *c, int64_t mono_ms)
{
	int64_t silent = mono_ms - c->heard_ms;

	if (silent >= (conn_pending(c) ? CONN_STALLED_MS : CONN_DEAD_MS))
		return false;
	if (silent >= CONN_PING_MS && mono_ms - c->pinged_ms >= CONN_PING_MS && !conn_pending(c)) {
		ws_write_frame(&c->out, WS_PING, "", 0);
		c->pinged_ms = mono_ms;
	}
	return true;
}

bool conn_tick(struct conn *c, int64_t mono_ms, bool *ret_output)
{
	int64_t waited = mono_ms - c->started_ms;
	bool alive = true;

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
		alive = !c->finished_ms ? waited < CONN_STALLED_MS
					: mono_ms - c->finished_ms < CONN_LINGER_MS;
		break;
	}
	*ret_output = conn_pending(c) > 0;
	return alive;
}
