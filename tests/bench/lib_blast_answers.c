#include "bench/lib_blast_priv.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <strings.h>

static void answer(struct caller *c, const char *status, const char *body, size_t len)
{
	strbuf_addf(&c->out,
		    "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		    status, len);
	strbuf_add(&c->out, body, len);
}

static void answer_text(struct caller *c, const char *status, const char *body)
{
	answer(c, status, body, strlen(body));
}

/* Of a query; the n of event ids for cursors. Negative: it is not there. */
static int64_t query_number(const char *head, const char *end, const char *name)
{
	const char *at = strstr(head, name);

	if (!at || at > end)
		return -1;
	at += strlen(name);
	if (strncmp(at, "evt_", 4) != 0)
		return strtoll(at, NULL, 10);
	at = strchr(at, '-');
	return at ? strtoll(at + 1, NULL, 10) - 1 : -1;
}

/* A page of what was sent to whoever got most, newest first, as /api/v1/events has it. */
static void answer_events(struct blast *b, struct caller *c, const char *head, const char *end)
{
	int64_t limit = query_number(head, end, "limit=");
	int64_t after = query_number(head, end, "starting_after=");
	int64_t before = query_number(head, end, "ending_before=");
	int64_t known = (int64_t)b->most, low, high; /* events low … high - 1 */
	struct strbuf body;

	limit = limit < 1 || limit > PAGE_MAX ? PAGE_MAX : limit;
	low = before >= 0 ? before + 1 : 0;
	high = after >= 0 && after < known ? after : known;
	bool more = high - low > limit;
	if (more && before >= 0)
		high = low + limit;
	else if (more)
		low = high - limit;
	strbuf_init(&body, OUT_MAX);
	strbuf_addstr(&body, "{\"success\":true,\"data\":{\"object\":\"list\",\"data\":[");
	for (int64_t n = high - 1; n >= low; n--) {
		size_t at = b->starts[n] + HEAD_LEN;
		strbuf_add(&body, b->frames.buf + at, b->starts[n + 1] - at);
		if (n > low)
			strbuf_addch(&body, ',');
	}
	strbuf_addf(&body, "],\"has_more\":%s}}", more ? "true" : "false");
	answer(c, "200 OK", body.buf, body.len);
	strbuf_release(&body);
}

static void upgrade(struct caller *c, const char *key)
{
	char text[128];
	unsigned char digest[SHA_DIGEST_LENGTH], encoded[64];

	str_printf(text, sizeof(text), "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	SHA1((const unsigned char *)text, strlen(text), digest);
	EVP_EncodeBlock(encoded, digest, (int)sizeof(digest));
	strbuf_addstr(&c->out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
			       "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
	strbuf_addstr(&c->out, (const char *)encoded);
	strbuf_addstr(&c->out, "\r\n\r\n");
	c->streaming = true;
	c->began = bench_now();
}

bool caller_take_request(struct blast *b, struct caller *c)
{
	char *end, *key;

	c->in[c->in_len] = '\0';
	end = strstr(c->in, "\r\n\r\n");
	if (!end)
		return false;
	key = strcasestr(c->in, "\r\nsec-websocket-key:");
	if (key && key < end)
		upgrade(c, key + 20 + strspn(key + 20, " "));
	else if (strncmp(c->in, "GET /api/v1/events?", 19) == 0)
		answer_events(b, c, c->in, end);
	else if (strncmp(c->in, "GET /api/v1/", 12) == 0)
		answer_text(
			c, "200 OK",
			"{\"success\":true,\"object\":\"list\",\"data\":[],\"has_more\":false}");
	else
		answer_text(c, "404 Not Found", "{\"success\":false,\"error\":\"not here\"}");
	c->in_len -= (size_t)(end + 4 - c->in);
	memmove(c->in, end + 4, c->in_len);
	return true;
}

bool caller_take_frame(struct caller *c)
{
	const unsigned char *b = (const unsigned char *)c->in;
	size_t len = c->in_len < 6 ? 0 : b[1] & 0x7fu;
	unsigned char pong[2 + 125] = {0x8a, (unsigned char)len};

	if (c->in_len < 6 || len > 125 || c->in_len < 6 + len)
		return false;
	for (size_t i = 0; i < len; i++)
		pong[2 + i] = b[6 + i] ^ b[2 + i % 4];
	/* Between two frames only: never inside one that is half sent. */
	if ((b[0] & 0x0f) == 9)
		strbuf_add(&c->out, pong, 2 + len);
	c->in_len -= 6 + len;
	memmove(c->in, c->in + 6 + len, c->in_len);
	return true;
}
