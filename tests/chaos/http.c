/* Requests and answers, as far as faults need them read. */
#include "conn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEAD_MAX 65536

/* The length of a head with its blank line, or 0 while it is not all there. */
static size_t head_length(const struct bytes *b)
{
	const char *end = b->len == 0 ? NULL : memmem(b->at, b->len, "\r\n\r\n", 4);
	return end == NULL ? 0 : (size_t)(end - b->at) + 4;
}

/* What stands behind "\r\nNAME:" in the head, or NULL. */
static const char *head_field(const struct bytes *b, size_t head, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i + len + 3 < head; i++) {
		const char *p = b->at + i;
		if (p[0] != '\r' || p[1] != '\n' || strncasecmp(p + 2, name, len) != 0 ||
		    p[2 + len] != ':')
			continue;
		p += 3 + len;
		while (*p == ' ')
			p++;
		return p;
	}
	return NULL;
}

static size_t content_length(const struct bytes *b, size_t head)
{
	const char *v = head_field(b, head, "content-length");
	return v == NULL ? 0 : (size_t)strtoull(v, NULL, 10);
}

static void answer_ourselves(struct conn *c, const char *status, const char *more, const char *type,
			     const char *body)
{
	char text[1024];
	int n = snprintf(text, sizeof(text),
			 "HTTP/1.1 %s\r\n%sContent-Type: %s\r\nContent-Length: %zu\r\n"
			 "Connection: close\r\n\r\n%s",
			 status, more, type, strlen(body), body);
	c->hung = true; /* whatever else the client sends on it */
	c->from_client.len = 0;
	conn_send_client(c, text, (size_t)n)->then = END_FIN;
}

static void answer_json(struct conn *c, const char *status, const char *more)
{
	answer_ourselves(
		c, status, more, "application/json",
		"{\"success\":false,\"error\":{\"code\":\"CHAOS\",\"message\":\"chaos\"}}");
}

static void refuse_upgrade(struct conn *c)
{
	const struct faults *f = &c->chaos->faults;
	char more[200];
	c->chaos->counters.refused++;
	conn_log(c, "upgrade refused", "");
	switch (f->refusal) {
	case REFUSE_503:
		answer_json(c, "503 Service Unavailable", "");
		break;
	case REFUSE_500:
		answer_json(c, "500 Internal Server Error", "");
		break;
	case REFUSE_401:
		answer_json(c, "401 Unauthorized", "");
		break;
	case REFUSE_403:
		answer_json(c, "403 Forbidden", "");
		break;
	case REFUSE_429:
		snprintf(more, sizeof(more), "Retry-After: %u\r\n", f->retry_after);
		answer_json(c, "429 Too Many Requests", more);
		break;
	case REFUSE_HTML:
		answer_ourselves(c, "200 OK", "", "text/html", "<html><h1>Welcome</h1></html>");
		break;
	case REFUSE_REDIRECT:
		snprintf(more, sizeof(more), "Location: %s\r\n", f->redirect);
		answer_ourselves(c, "302 Found", more, "text/html", "elsewhere");
		break;
	case REFUSE_CLOSE:
	case REFUSAL_COUNT:
		conn_send_client(c, "", 0)->then = END_RST;
		break;
	}
}

/* True when the request was dealt with here. */
static bool fail_request(struct conn *c)
{
	const struct faults *f = &c->chaos->faults;
	struct counters *n = &c->chaos->counters;
	char more[64];
	n->requests++;
	if (dice_chance(&c->dice, f->rest_429)) {
		n->rest_429++;
		snprintf(more, sizeof(more), "Retry-After: %u\r\n", f->retry_after);
		answer_json(c, "429 Too Many Requests", more);
		return true;
	}
	if (dice_chance(&c->dice, f->rest_500)) {
		n->rest_500++;
		answer_json(c, "500 Internal Server Error", "");
		return true;
	}
	if (dice_chance(&c->dice, f->rest_hang)) {
		n->rest_hung++;
		c->hung = true;
		return true;
	}
	c->cut_answer = dice_chance(&c->dice, f->rest_cut);
	return false;
}

/* True when there is a whole head and it was passed on. */
static bool request_head(struct conn *c)
{
	struct bytes *b = &c->from_client;
	size_t head = head_length(b);
	if (head == 0) {
		if (b->len > HEAD_MAX)
			c->dead = true;
		return false;
	}
	const char *upgrade = head_field(b, head, "upgrade");
	c->upgrade = upgrade != NULL && strncasecmp(upgrade, "websocket", 9) == 0;
	if (c->upgrade) {
		c->chaos->counters.upgrades++;
		if (dice_chance(&c->dice, c->chaos->faults.refuse)) {
			refuse_upgrade(c);
			return false;
		}
	} else if (fail_request(c)) {
		return false;
	}
	c->request_left = content_length(b, head);
	c->request = c->upgrade ? TALK_RAW : c->request_left > 0 ? TALK_BODY : TALK_HEAD;
	c->answer = TALK_HEAD;
	conn_send_server(c, b->at, head);
	bytes_skip(b, head);
	return true;
}

void http_read_request(struct conn *c)
{
	struct bytes *b = &c->from_client;
	while (b->len > 0 && !c->dead && !c->hung) {
		if (c->request == TALK_HEAD) {
			if (!request_head(c))
				return;
			continue;
		}
		size_t n = b->len;
		if (c->request == TALK_BODY && n >= c->request_left) {
			n = c->request_left;
			c->request = TALK_HEAD;
		}
		if (c->request_left > 0)
			c->request_left -= n;
		conn_send_server(c, b->at, n);
		bytes_skip(b, n);
	}
}

/* The answer ends somewhere: the byte is drawn over all of it, head and body. */
static void cut_here(struct conn *c, const char *data, size_t have, size_t whole)
{
	size_t k = dice_below(&c->dice, whole);
	c->chaos->counters.rest_cut++;
	c->hung = true;
	conn_send_client(c, data, k < have ? k : have)->then = END_FIN;
	c->from_server.len = 0;
}

/* Of an answer's head; false while it is not all there, or nothing more is to be read. */
static bool answer_head(struct conn *c)
{
	struct bytes *b = &c->from_server;
	size_t head = head_length(b);
	if (head == 0)
		return false;
	c->answer_left = content_length(b, head);
	if (c->upgrade && b->len > 12 && memcmp(b->at + 9, "101", 3) == 0) {
		conn_send_client(c, b->at, head)->opens = true;
		c->answer = TALK_FRAMES;
		bytes_skip(b, head);
		return true;
	}
	if (c->cut_answer) { /* the body is waited for, so that any of its bytes can be the last */
		if (b->len < head + c->answer_left)
			return false;
		cut_here(c, b->at, head + c->answer_left, head + c->answer_left);
		return false;
	}
	c->answer = c->answer_left > 0 ? TALK_BODY : TALK_HEAD;
	conn_send_client(c, b->at, head);
	bytes_skip(b, head);
	return true;
}

void http_read_answer(struct conn *c)
{
	struct bytes *b = &c->from_server;
	while (b->len > 0 && !c->dead) {
		if (c->answer == TALK_FRAMES) {
			frames_read(c);
			return;
		}
		if (c->answer == TALK_HEAD) {
			if (!answer_head(c))
				return;
			continue;
		}
		size_t n = b->len;
		if (c->answer == TALK_BODY && n >= c->answer_left) {
			n = c->answer_left;
			c->answer = TALK_HEAD;
		}
		if (c->answer_left > 0)
			c->answer_left -= n;
		conn_send_client(c, b->at, n);
		bytes_skip(b, n);
	}
}
