/* Which URLs may be spoken to at all, judged by libcurl's own parser. */
#include "net/http_curl_url.h"

#include "base/strbuf.h"

#include <arpa/inet.h>
#include <curl/curl.h>

static bool part_present(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool present = curl_url_get(u, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return present;
}

static bool path_present(CURLU *u)
{
	char *text = NULL;
	bool present = curl_url_get(u, CURLUPART_PATH, &text, 0) == CURLUE_OK && text[0] != '\0' &&
		       strcmp(text, "/") != 0;

	curl_free(text);
	return present;
}

/* Only literal addresses of this machine, and the one name libcurl never asks DNS for. */
static bool host_is_loopback(const char *host)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, host, &v4) == 1)
		return (ntohl(v4.s_addr) >> 24) == 127;
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static enum status parts_read(CURLU *u, const char *url, struct http_url *ret,
			      struct problem *reterr)
{
	char *scheme = NULL, *host = NULL, *port = NULL;
	enum status st = S_OK;

	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    !str_copy(ret->scheme, sizeof(ret->scheme), scheme) ||
	    !str_copy(ret->host, sizeof(ret->host), host))
		st = problem_set(reterr, E_DENIED, "give one like https://api.example.com",
				 "'%.100s' is not a usable URL", url);
	if (st == S_OK) {
		bool tls = strcmp(scheme, "https") == 0 || strcmp(scheme, "wss") == 0;

		ret->port = tls ? 443 : 80;
		if (curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK)
			ret->port = (int)strtol(port, NULL, 10);
		ret->tls = tls;
		ret->loopback = host_is_loopback(host);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return st;
}

static enum status scheme_check(const struct http_url *u, const char *url, bool websocket,
				struct problem *reterr)
{
	const char *safe = websocket ? "wss" : "https";
	const char *plain = websocket ? "ws" : "http";

	if (strcmp(u->scheme, safe) != 0 && strcmp(u->scheme, plain) != 0)
		return problem_set(reterr, E_DENIED, NULL, "'%.100s': only %s is spoken here", url,
				   safe);
	if (!u->tls && !u->loopback)
		return problem_set(reterr, E_DENIED, "use TLS",
				   "'%.100s': keys never go unencrypted to another machine; %s is "
				   "only for 127.0.0.0/8, ::1 and localhost",
				   url, plain);
	return S_OK;
}

enum status http_url_parse(const char *url, bool websocket, struct http_url *ret,
			   struct problem *reterr)
{
	struct http_url parts = {.port = 0};
	CURLU *u = curl_url();
	enum status st;

	if (u == NULL)
		return problem_set(reterr, E_LIMIT, NULL, "out of memory");
	if (curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		st = problem_set(reterr, E_DENIED, "give one like https://api.example.com",
				 "'%.100s' is not a usable URL", url);
	else
		st = parts_read(u, url, &parts, reterr);
	if (st == S_OK)
		st = scheme_check(&parts, url, websocket, reterr);
	if (st == S_OK && (part_present(u, CURLUPART_USER) || part_present(u, CURLUPART_PASSWORD)))
		st = problem_set(reterr, E_DENIED, "put keys into the key file",
				 "a URL must not carry a user or password");
	if (st == S_OK && part_present(u, CURLUPART_FRAGMENT))
		st = problem_set(reterr, E_DENIED, NULL, "'%.100s': a fragment has no use here",
				 url);
	parts.has_path = path_present(u);
	parts.has_query = part_present(u, CURLUPART_QUERY);
	curl_url_cleanup(u);
	if (st == S_OK)
		*ret = parts;
	return st;
}

enum status http_url_check(const char *url, bool websocket, struct problem *reterr)
{
	struct http_url parts;
	enum status st = http_url_parse(url, websocket, &parts, reterr);

	if (st == S_OK && parts.has_query)
		st = problem_set(reterr, E_DENIED, NULL, "'%.100s': a query has no use here", url);
	return st;
}

int64_t http_date_ms(const char *text)
{
	time_t t = curl_getdate(text, NULL);

	return t == (time_t)-1 ? TIME_NONE : (int64_t)t * 1000;
}

int64_t http_retry_after_ms(const char *text, int64_t now_wall_ms)
{
	size_t digits = strspn(text, "0123456789");
	int64_t wait = -1;

	if (digits > 0 && text[digits] == '\0') {
		wait = digits > 6 ? HTTP_RETRY_AFTER_MAX_MS : strtoll(text, NULL, 10) * 1000;
	} else if (digits == 0 && text[0] != '-' && now_wall_ms != TIME_NONE) {
		int64_t at = http_date_ms(text);

		if (at != TIME_NONE)
			wait = at > now_wall_ms ? at - now_wall_ms : 0;
	}
	return wait < HTTP_RETRY_AFTER_MAX_MS ? wait : HTTP_RETRY_AFTER_MAX_MS;
}
