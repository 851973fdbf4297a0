#include "sandbox/conn_private.h"

#include "base/alloc.h"
#include "sandbox/query.h"

/* --- answers ------------------------------------------------------------------ */

/* Sessions and tokens travel in the queries of /pay and /ws/…: who has one may act with it. */
static void conn_log(const struct conn *c, int status, const char *request_id)
{
	struct strbuf query;

	if (!c->req.method || !c->site->world->log)
		return;
	strbuf_init(&query, HTTP1_HEAD_MAX);
	query_redact(c->req.query, &query);
	log_msg(c->site->world->log, LOG_INFO, "%s %s%s%s %d %s", c->req.method, c->req.path,
		query.len ? "?" : "", strbuf_str(&query), status, request_id);
	strbuf_release(&query);
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
				      .content_type = a->reply.content_type,
				      .location = a->reply.location,
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
	conn_log(c, a->reply.status, a->request_id);
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
	struct fault_hit fault;
	struct answer a;
	bool faulted;

	if (conn_fault_request(c, &fault, &faulted)) {
		free(text);
		return;
	}
	router_serve(c->site, &c->req, text, body_len, &a);
	free(text);
	conn_answer(c, &a, 0);
	if (faulted)
		conn_fault_answered(c, &fault);
}

/* --- upgrades ----------------------------------------------------------------- */

static void conn_switch(struct conn *c, char accept[WS_ACCEPT_CAP])
{
	char id[ID_CAP];

	router_request_id(c->site, &c->req, id);
	strbuf_addstr(&c->out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
			       "Connection: Upgrade\r\n");
	conn_fault_switch(c, accept);
	strbuf_addf(&c->out, "Sec-WebSocket-Accept: %s\r\nx-request-id: %s\r\n\r\n", accept, id);
	conn_log(c, 101, id);
	http1_release(&c->req);
	c->state = CONN_STREAM;
}

static void conn_upgrade(struct conn *c)
{
	struct answer a = {.reply = {.retry_after_s = -1}};
	const char *key = http1_header(&c->req, "sec-websocket-key");
	const char *version = http1_header(&c->req, "sec-websocket-version");
	char accept[WS_ACCEPT_CAP];
	struct fault_hit fault;
	bool faulted;

	if (conn_fault_request(c, &fault, &faulted))
		return;
	router_request_id(c->site, &c->req, a.request_id);
	if (c->site->before_call) /* tokens end by virtual time */
		c->site->before_call(c->site->ctx);
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
		if (faulted)
			conn_fault_answered(c, &fault);
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

bool conn_read_head(struct conn *c, int64_t mono_ms)
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

bool conn_read_body(struct conn *c)
{
	size_t len, want = (size_t)c->req.content_length;
	const char *in = conn_input(c, &len);

	if (len < want)
		return false;
	conn_serve(c, in, want);
	c->in_used += want;
	return true;
}

bool conn_discard(struct conn *c)
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

/* Once the answer is taken: false while it is not. */
bool conn_next_request(struct conn *c, int64_t mono_ms)
{
	if (conn_pending(c))
		return false;
	http1_release(&c->req);
	c->state = c->close_after ? CONN_CLOSING : CONN_HEAD;
	c->started_ms = mono_ms;
	return true;
}
