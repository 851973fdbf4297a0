#include "sandbox/conn_private.h"

#include "base/alloc.h"
#include "sandbox/control.h"

void conn_line_release(struct conn_line *l)
{
	for (size_t i = 0; i < l->held_count; i++)
		free(l->held[i].text);
	*l = (struct conn_line){0};
}

static int64_t conn_now(const struct conn *c)
{
	return clock_mono_ms(&c->site->world->real);
}

/* Control itself never misbehaves: it must be possible to end a fault. */
static bool conn_ask(struct conn *c, enum fault_moment moment, struct fault_hit *ret)
{
	struct faults *f = control_faults(c->site->world);
	const char *path = c->req.method ? c->req.path : c->line.path;
	const char *method = c->req.method ? c->req.method : "GET";

	if (!f || !*path || control_is_path(path) ||
	    !faults_ask(f, moment, method, path, conn_now(c), ret))
		return false;
	log_msg(c->site->world->log, LOG_INFO, "fault %lld: %s on %s", (long long)ret->id,
		fault_name(ret->kind), path);
	return true;
}

static void conn_mute(struct conn *c, const struct fault_hit *hit, bool deaf)
{
	c->line.mute = true;
	c->line.deaf = deaf;
	c->line.mute_fault = hit->id;
	c->line.muted_ms = conn_now(c);
}

bool conn_fault_still_mute(const struct conn *c, int64_t mono_ms)
{
	return mono_ms - c->line.muted_ms < CONN_MUTE_MS &&
	       faults_active(control_faults(c->site->world), c->line.mute_fault, mono_ms);
}

/* --- requests ------------------------------------------------------------------------- */

static const char *conn_fault_code(int64_t status)
{
	switch (status) {
	case 401:
		return CODE_API_KEY_INVALID;
	case 403:
		return "FORBIDDEN";
	case 429:
		return "RATE_LIMITED";
	case 500:
		return CODE_INTERNAL;
	default:
		return "SERVICE_UNAVAILABLE";
	}
}

static const char *conn_retry_after(const struct conn *c, const struct fault_hit *hit,
				    char date[HTTP1_DATE_CAP])
{
	const char *text = hit->params.retry_after;

	if (str_starts_with(text, "date:"))
		return http1_date(world_now_ms(c->site->world) + strtoll(text + 5, NULL, 10) * 1000,
				  date);
	return *text ? text : NULL;
}

static void conn_fault_answer(struct conn *c, const struct fault_hit *hit)
{
	static const char page[] = "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n";
	struct reply r = {.retry_after_s = -1};
	char id[ID_CAP], date[HTTP1_DATE_CAP], location[512];
	bool html = hit->kind == FAULT_HTML;

	router_request_id(c->site, &c->req, id);
	if (!html)
		reply_error(&r, (int)hit->params.status, conn_fault_code(hit->params.status),
			    "A fault was asked for");
	str_printf(location, sizeof(location), "http://%s%s", hit->params.host, c->req.path);
	const char *body = html ? page : r.body;
	struct http1_response head = {.status = html ? 200 : (int)hit->params.status,
				      .body_len = strlen(body),
				      .request_id = id,
				      .date_ms = world_now_ms(c->site->world),
				      .retry_after_s = -1,
				      .retry_after = conn_retry_after(c, hit, date),
				      .location = hit->kind == FAULT_REDIRECT ? location : NULL,
				      .content_type = html ? "text/html" : NULL,
				      .close = c->close_after =
					      c->close_after || !c->req.keep_alive};
	http1_write_head(&c->out, &head);
	strbuf_addstr(&c->out, body);
	reply_release(&r);
	c->state = CONN_ANSWER;
}

bool conn_fault_request(struct conn *c, struct fault_hit *ret, bool *ret_hit)
{
	*ret_hit = conn_ask(c, FAULT_AT_REQUEST, ret);
	if (!*ret_hit)
		return false;
	switch (ret->kind) {
	case FAULT_HTTP:
	case FAULT_HTML:
	case FAULT_REDIRECT:
		conn_fault_answer(c, ret);
		return true;
	case FAULT_HANG:
		c->state = CONN_ANSWER;
		conn_mute(c, ret, false);
		return true;
	default:
		return false;
	}
}

/* The last `len` bytes put out are cut to what the fault lets through, and the connection ends. */
static void conn_cut(struct conn *c, const struct fault_hit *hit, size_t len)
{
	size_t keep = hit->params.bytes == FAULT_BYTES_RANDOM ? (size_t)(hit->draw % (len + 1))
							      : (size_t)hit->params.bytes;

	if (keep < len)
		c->out.len -= len - keep;
	c->line.reset = hit->params.reset;
	c->state = CONN_CLOSING;
}

void conn_fault_answered(struct conn *c, const struct fault_hit *hit)
{
	if (hit->kind == FAULT_APPLY)
		conn_mute(c, hit, false);
	else if (hit->kind == FAULT_DROP)
		conn_cut(c, hit, conn_pending(c));
}

void conn_fault_switch(struct conn *c, char accept[WS_ACCEPT_CAP])
{
	struct fault_hit hit;

	str_copy(c->line.path, sizeof(c->line.path), c->req.path);
	if (!conn_ask(c, FAULT_AT_UPGRADE, &hit))
		return;
	if (hit.kind == FAULT_ACCEPT)
		accept[0] = accept[0] == 'A' ? 'B' : 'A';
	for (int64_t i = 0; hit.kind == FAULT_EXTENSION && i < hit.params.times; i++)
		strbuf_addstr(&c->out, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
}

/* --- events --------------------------------------------------------------------------- */

/* A frame's first two bytes as they are, then its payload. */
static void conn_raw_frame(struct conn *c, unsigned char first, unsigned char second,
			   const void *payload, size_t len)
{
	const unsigned char head[2] = {first, second};

	strbuf_add(&c->out, head, sizeof(head));
	strbuf_add(&c->out, payload, len);
}

static void conn_oversized(struct conn *c, int64_t bytes)
{
	size_t len = bytes > 0 ? (size_t)bytes : CONN_OVERSIZED;
	char *filler = xmalloc(len);

	memset(filler, ' ', len);
	ws_write_frame(&c->out, WS_TEXT, filler, len);
	free(filler);
}

static void conn_bad_frame(struct conn *c, const struct fault_params *p)
{
	static const char long_ping[126] = {126 >> 8, 126};

	switch (p->frame) {
	case BAD_RSV:
		conn_raw_frame(c, 0xc0 | WS_TEXT, 2, "{}", 2);
		break;
	case BAD_CONTINUATION:
		conn_raw_frame(c, 0x80 | WS_CONTINUATION, 2, "{}", 2);
		break;
	case BAD_UTF8:
		ws_write_frame(&c->out, WS_TEXT, "{\"a\":\"\xc0\x9b\xed\xa0\x80\"}", 13);
		break;
	case BAD_MASKED:
		conn_raw_frame(c, 0x80 | WS_TEXT, 0x80 | 2, "\x01\x02\x03\x04zz", 6);
		break;
	case BAD_LENGTH: /* 2^63 and a few bytes of it */
		conn_raw_frame(c, 0x80 | WS_TEXT, 127, "\x80\0\0\0\0\0\0\0{}", 10);
		break;
	case BAD_OVERSIZED:
		conn_oversized(c, p->bytes);
		break;
	case BAD_CONTROL_LONG: /* a ping of 126 bytes */
		conn_raw_frame(c, 0x80 | WS_PING, 126, long_ping, sizeof(long_ping));
		break;
	case BAD_CONTROL_SPLIT: /* a ping without FIN */
		conn_raw_frame(c, WS_PING, 2, "{}", 2);
		break;
	case BAD_OPCODE:
		conn_raw_frame(c, 0x83, 2, "{}", 2);
		break;
	case BAD_FRAME_COUNT:
		break;
	}
}

static void conn_fragments(struct conn *c, const char *text, size_t len, int64_t bytes)
{
	size_t step = bytes > 0 ? (size_t)bytes : CONN_FRAGMENT;

	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		size_t start = c->out.len;

		ws_write_frame(&c->out, at ? WS_CONTINUATION : WS_TEXT, text + at, n);
		if (at + n < len) {
			c->out.buf[start] &= 0x7f; /* not final */
			ws_write_frame(&c->out, WS_PING, "between", 7);
		}
	}
}

static void conn_hold(struct conn *c, const char *text, size_t len, int64_t window)
{
	struct conn_line *l = &c->line;

	if (!l->held_count)
		l->held_ms = conn_now(c);
	l->held[l->held_count++] =
		(struct held){.text = xmemdup0(text, len), .len = len, .after = window};
}

/* One more event has overtaken those kept back; `all`: none waits any longer. */
static void conn_release_held(struct conn *c, bool all)
{
	struct conn_line *l = &c->line;
	size_t kept = 0;

	for (size_t i = 0; i < l->held_count; i++) {
		struct held h = l->held[i];

		if (!all && --h.after > 0) {
			l->held[kept++] = h;
			continue;
		}
		ws_write_frame(&c->out, WS_TEXT, h.text, h.len);
		free(h.text);
	}
	l->held_count = kept;
}

void conn_fault_tick(struct conn *c, int64_t mono_ms)
{
	if (c->line.held_count && mono_ms - c->line.held_ms >= CONN_HELD_MS)
		conn_release_held(c, true);
}

static void conn_token_expired(struct conn *c)
{
	static const char text[] = "{\"object\":\"ws_error\",\"code\":\"TOKEN_EXPIRED\","
				   "\"message\":\"The token has expired\"}";

	ws_write_frame(&c->out, WS_TEXT, text, sizeof(text) - 1);
	ws_write_close(&c->out, 1008, "token expired");
	c->state = CONN_CLOSING;
}

/* True when the event itself is not to follow. */
static bool conn_strike(struct conn *c, const struct fault_hit *hit, const char *text, size_t len)
{
	size_t start = c->out.len;

	switch (hit->kind) {
	case FAULT_DROP:
		ws_write_frame(&c->out, WS_TEXT, text, len);
		conn_cut(c, hit, c->out.len - start);
		return true;
	case FAULT_HALF_OPEN:
		conn_mute(c, hit, true);
		return true;
	case FAULT_DUPLICATE:
		for (int64_t i = 0; i < hit->params.times; i++)
			ws_write_frame(&c->out, WS_TEXT, text, len);
		return false;
	case FAULT_REORDER:
		if (c->line.held_count == CONN_HELD_MAX)
			return false;
		conn_hold(c, text, len, hit->params.window);
		return true;
	case FAULT_GAP:
		return true;
	case FAULT_FRAGMENT:
		conn_fragments(c, text, len, hit->params.bytes);
		return true;
	case FAULT_BAD_FRAME:
		conn_bad_frame(c, &hit->params);
		return false;
	case FAULT_TOKEN:
		conn_token_expired(c);
		return true;
	default:
		return false;
	}
}

bool conn_fault_text(struct conn *c, const char *text, size_t len)
{
	struct fault_hit hit;
	bool held;

	if (c->state != CONN_STREAM || c->line.mute)
		return true; /* nothing goes out any more */
	if (str_starts_with(text, "{\"object\":\"ws_"))
		return false;
	held = conn_ask(c, FAULT_AT_EVENT, &hit);
	if (held && hit.kind == FAULT_REORDER) /* what waits is not overtaken by what waits too */
		return conn_strike(c, &hit, text, len);
	if (!held || !conn_strike(c, &hit, text, len))
		ws_write_frame(&c->out, WS_TEXT, text, len);
	if (c->state == CONN_STREAM && !c->line.mute)
		conn_release_held(c, false);
	return true;
}

/* --- writes --------------------------------------------------------------------------- */

size_t conn_fault_grant(struct conn *c, size_t pending)
{
	struct conn_line *l = &c->line;
	struct fault_hit hit;

	if (l->mute)
		return 0;
	if (!pending)
		return pending;
	if (!l->asked) {
		l->asked = true;
		l->grant = SIZE_MAX;
		if (conn_ask(c, FAULT_AT_WRITE, &hit)) {
			l->hold_until_ms = conn_now(c) + hit.params.ms;
			if (hit.kind == FAULT_SLICE)
				l->grant = (size_t)hit.params.bytes;
		}
	}
	if (l->hold_until_ms > conn_now(c))
		return 0;
	return pending < l->grant ? pending : l->grant;
}

void conn_fault_written(struct conn *c)
{
	c->line.asked = false;
}

int64_t conn_held_ms(const struct conn *c)
{
	int64_t left = c->line.hold_until_ms - conn_now(c);

	return conn_pending(c) && !c->line.mute && left > 0 ? left : 0;
}

bool conn_wants_reset(const struct conn *c)
{
	return c->line.reset && conn_finished(c);
}
