/* Where a webhook goes, and what comes back. */
#include "base/strbuf.h"
#include "sandbox/http1.h"
#include "sandbox/webhooks.h"

#include <arpa/inet.h>
#include <strings.h>

static enum status bad_url(struct problem *reterr)
{
	return problem_set(reterr, E_INVALID, NULL,
			   "url: must be like http://127.0.0.1:8080/path, printable ASCII");
}

static bool resolve(const char *host, uint16_t port, struct webhook_target *t)
{
	bool v6 = host[0] == '[';
	char inner[64];

	str_printf(inner, sizeof(inner), "%.*s", v6 ? (int)strlen(host) - 2 : 63, host + v6);
	if (!v6 && inet_pton(AF_INET, str_equal(host, "localhost") ? "127.0.0.1" : inner,
			     &t->address.v4.sin_addr) == 1) {
		t->address.v4.sin_family = AF_INET;
		t->address.v4.sin_port = htons(port);
		t->address_len = sizeof(t->address.v4);
		return ntohl(t->address.v4.sin_addr.s_addr) >> 24 == 127;
	}
	if (!v6 || inet_pton(AF_INET6, inner, &t->address.v6.sin6_addr) != 1)
		return false;
	t->address.v6.sin6_family = AF_INET6;
	t->address.v6.sin6_port = htons(port);
	t->address_len = sizeof(t->address.v6);
	return IN6_IS_ADDR_LOOPBACK(&t->address.v6.sin6_addr);
}

/* ":8080" or nothing; 0 when it is neither. */
static uint16_t read_port(const char *text)
{
	size_t digits = strspn(text + (*text == ':'), "0123456789");
	long port;

	if (!*text)
		return 80;
	if (*text != ':' || !digits || digits > 5 || text[1 + digits])
		return 0;
	port = strtol(text + 1, NULL, 10);
	return port >= 1 && port <= 65535 ? (uint16_t)port : 0;
}

enum status webhook_url_parse(const char *url, struct webhook_target *ret, struct problem *reterr)
{
	static const char scheme[] = "http://";
	struct webhook_target t = {0};
	char host[64];
	size_t n, all;

	if (strlen(url) > WEBHOOK_URL_MAX || !str_starts_with(url, scheme))
		return bad_url(reterr);
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}#", *p))
			return bad_url(reterr);
	url += sizeof(scheme) - 1;
	all = strcspn(url, "/?");
	n = *url == '[' ? strcspn(url, "]") + 1 : strcspn(url, ":/?");
	if (!n || n > all || n >= sizeof(host) || memchr(url, '@', all))
		return bad_url(reterr);
	str_printf(host, sizeof(host), "%.*s", (int)n, url);
	str_printf(t.authority, sizeof(t.authority), "%.*s", (int)(all < 79 ? all : 79), url);
	uint16_t port = read_port(t.authority + n);
	if (!port)
		return bad_url(reterr);
	if (!resolve(host, port, &t))
		return problem_set(reterr, E_DENIED, NULL,
				   "url: only this machine's loopback addresses are called, not %s",
				   host);
	str_printf(t.path, sizeof(t.path), "%s%s", url[all] == '/' ? "" : "/", url + all);
	if (ret)
		*ret = t;
	return S_OK;
}

int64_t webhook_backoff_ms(int64_t made)
{
	return made >= WEBHOOK_ATTEMPTS ? -1 : (int64_t)WEBHOOK_FIRST_WAIT_MS << (made - 1);
}

/* -1 when there is no such header, or it is no number. */
static int64_t content_length(const char *head, size_t len)
{
	static const char name[] = "\r\ncontent-length:";

	for (size_t i = 0; i + sizeof(name) < len; i++)
		if (!strncasecmp(head + i, name, sizeof(name) - 1)) {
			const char *digits = head + i + sizeof(name) - 1;
			digits += strspn(digits, " \t");
			size_t n = strspn(digits, "0123456789");
			return n && n < 10 ? strtoll(digits, NULL, 10) : -1;
		}
	return -1;
}

int webhook_read_answer(const char *bytes, size_t len, bool ended)
{
	size_t head = http1_head_length(bytes, len);
	int64_t body;
	long status;

	if (!head)
		return ended || len > HTTP1_HEAD_MAX ? -1 : 0;
	if (head < 13 || strncmp(bytes, "HTTP/1.", 7) || strspn(bytes + 9, "0123456789") != 3)
		return -1;
	status = strtol(bytes + 9, NULL, 10);
	if (status < 200 && status != 101) /* the answer proper is still to come */
		return webhook_read_answer(bytes + head, len - head, ended);
	body = status == 204 ? 0 : content_length(bytes, head);
	if (!ended && (body < 0 || (int64_t)(len - head) < body))
		return 0;
	return (int)status;
}
