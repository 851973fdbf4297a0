#include "sandbox/http1.h"

#include "base/alloc.h"
#include "base/when.h"

#include <strings.h>

size_t http1_head_length(const char *bytes, size_t len)
{
	for (size_t i = 3; i < len; i++)
		if (bytes[i] == '\n' && !memcmp(bytes + i - 3, "\r\n\r\n", 4))
			return i + 1;
	return 0;
}

static bool http1_is_token_char(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c && strchr("!#$%&'*+-.^_`|~", c);
}

static bool http1_is_token(const char *s)
{
	size_t n = 0;

	while (http1_is_token_char(s[n]))
		n++;
	return n && !s[n];
}

/* Visible ASCII, so no control characters, no spaces, no raw UTF-8. */
static bool http1_is_target(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\' || c == '"')
			return false;
	}
	return true;
}

static bool http1_is_value(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

const char *http1_header(const struct http1_request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, name))
			return r->headers[i].value;
	return NULL;
}

static bool http1_list_has(const char *list, const char *token)
{
	size_t want = strlen(token);

	while (*list) {
		list += strspn(list, " \t,");
		size_t n = strcspn(list, ",");
		size_t trimmed = n;
		while (trimmed && (list[trimmed - 1] == ' ' || list[trimmed - 1] == '\t'))
			trimmed--;
		if (trimmed == want && !strncasecmp(list, token, want))
			return true;
		list += n;
	}
	return false;
}

bool http1_header_has(const struct http1_request *r, const char *name, const char *token)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (!strcmp(r->headers[i].name, name) && http1_list_has(r->headers[i].value, token))
			return true;
	return false;
}

/* Skips "http://authority" of an absolute-form target. */
static char *http1_origin_form(char *target)
{
	if (strncasecmp(target, "http://", 7) && strncasecmp(target, "https://", 8))
		return target;
	return strchr(strstr(target, "://") + 3, '/');
}

static enum status http1_parse_request_line(char *line, struct http1_request *r,
					    struct problem *reterr)
{
	char *target = strchr(line, ' ');
	char *version = target ? strchr(target + 1, ' ') : NULL;

	if (!version || strchr(version + 1, ' '))
		return problem_set(reterr, E_INVALID, NULL, "malformed request line");
	*target++ = '\0';
	*version++ = '\0';
	if (strncmp(version, "HTTP/", 5))
		return problem_set(reterr, E_INVALID, NULL, "malformed request line");
	if (strcmp(version, "HTTP/1.1") && strcmp(version, "HTTP/1.0"))
		return problem_set(reterr, E_UNSUPPORTED, NULL, "only HTTP/1.1 is spoken here");
	target = http1_is_target(target) ? http1_origin_form(target) : NULL;
	if (!http1_is_token(line) || !target || (*target != '/' && strcmp(target, "*")))
		return problem_set(reterr, E_INVALID, NULL, "malformed request target");
	char *query = strchr(target, '?');
	if (query)
		*query++ = '\0';
	r->method = line;
	r->path = target;
	r->query = query ? query : target + strlen(target);
	r->minor = version[7] - '0';
	return S_OK;
}

static enum status http1_parse_header(char *line, struct http1_request *r, struct problem *reterr)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return problem_set(reterr, E_INVALID, NULL, "malformed header line");
	*colon = '\0';
	char *value = colon + 1 + strspn(colon + 1, " \t");
	size_t n = strlen(value);
	while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
		value[--n] = '\0';
	/* A leading space (folding) or one before the colon is not a token either. */
	if (!http1_is_token(line) || !http1_is_value(value))
		return problem_set(reterr, E_INVALID, NULL, "malformed header line");
	if (r->header_count == HTTP1_HEADERS_MAX)
		return problem_set(reterr, E_LIMIT, NULL, "more than %d headers",
				   HTTP1_HEADERS_MAX);
	for (char *p = line; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	r->headers[r->header_count++] = (struct http1_header){line, value};
	return S_OK;
}

static enum status http1_parse_lines(char *text, struct http1_request *r, struct problem *reterr)
{
	char *line = text;

	for (bool first = true;; first = false) {
		char *end = strstr(line, "\r\n");
		*end = '\0';
		if (!*line)
			return S_OK;
		enum status st = first ? http1_parse_request_line(line, r, reterr)
				       : http1_parse_header(line, r, reterr);
		if (st)
			return st;
		line = end + 2;
	}
}

static enum status http1_content_length(const char *text, int64_t *ret)
{
	int64_t n = 0;

	if (!*text || strlen(text) > 15)
		return E_INVALID;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return E_INVALID;
		n = n * 10 + (*text - '0');
	}
	*ret = n;
	return S_OK;
}

/* Headers that mean one thing only, or whose repetition is an attack. */
static enum status http1_check_single(const struct http1_request *r, struct problem *reterr)
{
	static const char *const single[] = {
		"host",         "content-length",  "x-api-key",         "x-commerce-api-key",
		"content-type", "idempotency-key", "sec-websocket-key", "sec-websocket-version"};

	for (size_t s = 0; s < sizeof(single) / sizeof(*single); s++) {
		size_t seen = 0;
		for (size_t i = 0; i < r->header_count; i++)
			seen += !strcmp(r->headers[i].name, single[s]);
		if (seen > 1)
			return problem_set(reterr, E_INVALID, NULL, "header %s sent %zu times",
					   single[s], seen);
	}
	return S_OK;
}

static enum status http1_interpret(struct http1_request *r, struct problem *reterr)
{
	const char *length = http1_header(r, "content-length");

	if (http1_check_single(r, reterr))
		return E_INVALID;
	if (r->minor == 1 && !http1_header(r, "host"))
		return problem_set(reterr, E_INVALID, NULL, "missing Host header");
	if (length && http1_content_length(length, &r->content_length))
		return problem_set(reterr, E_INVALID, NULL, "malformed Content-Length");
	r->chunked = http1_header(r, "transfer-encoding") != NULL;
	if (r->chunked && length)
		return problem_set(reterr, E_INVALID, NULL,
				   "both Content-Length and Transfer-Encoding");
	r->keep_alive = r->minor == 1 ? !http1_header_has(r, "connection", "close")
				      : http1_header_has(r, "connection", "keep-alive");
	r->expect_continue = r->minor == 1 && http1_header_has(r, "expect", "100-continue");
	r->upgrade = http1_header_has(r, "connection", "upgrade") &&
		     http1_header_has(r, "upgrade", "websocket");
	return S_OK;
}

enum status http1_parse(const char *head, size_t len, struct http1_request *ret,
			struct problem *reterr)
{
	struct http1_request r = {0};
	enum status st;

	if (memchr(head, '\0', len))
		return problem_set(reterr, E_INVALID, NULL, "NUL byte in the request head");
	r.text = xmemdup0(head, len);
	for (const char *p = strchr(r.text, '\n'); p; p = strchr(p + 1, '\n'))
		if (p == r.text || p[-1] != '\r') {
			free(r.text);
			return problem_set(reterr, E_INVALID, NULL, "bare line feed");
		}
	st = http1_parse_lines(r.text, &r, reterr);
	if (!st && !r.method)
		st = problem_set(reterr, E_INVALID, NULL, "empty request");
	if (!st)
		st = http1_interpret(&r, reterr);
	if (st) {
		free(r.text);
		return st;
	}
	*ret = r;
	return S_OK;
}

void http1_release(struct http1_request *r)
{
	free(r->text);
	*r = (struct http1_request){0};
}

const char *http1_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {{101, "Switching Protocols"},
		       {200, "OK"},
		       {201, "Created"},
		       {202, "Accepted"},
		       {204, "No Content"},
		       {303, "See Other"},
		       {301, "Moved Permanently"},
		       {302, "Found"},
		       {307, "Temporary Redirect"},
		       {308, "Permanent Redirect"},
		       {400, "Bad Request"},
		       {401, "Unauthorized"},
		       {403, "Forbidden"},
		       {404, "Not Found"},
		       {405, "Method Not Allowed"},
		       {408, "Request Timeout"},
		       {409, "Conflict"},
		       {410, "Gone"},
		       {411, "Length Required"},
		       {413, "Content Too Large"},
		       {415, "Unsupported Media Type"},
		       {417, "Expectation Failed"},
		       {422, "Unprocessable Content"},
		       {426, "Upgrade Required"},
		       {429, "Too Many Requests"},
		       {431, "Request Header Fields Too Large"},
		       {500, "Internal Server Error"},
		       {502, "Bad Gateway"},
		       {503, "Service Unavailable"},
		       {504, "Gateway Timeout"},
		       {505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

/* Without strftime's locale. */
const char *http1_date(int64_t ms, char buf[HTTP1_DATE_CAP])
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	buf[0] = '\0';
	if (gmtime_r(&seconds, &tm))
		str_printf(buf, HTTP1_DATE_CAP, "%s, %02d %s %04d %02d:%02d:%02d GMT",
			   days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
			   tm.tm_hour, tm.tm_min, tm.tm_sec);
	return buf;
}

/* A page may show itself and post to itself, and tells nobody where it was (its address is a
 * secret). Not frame-ancestors: shops put it in a frame (contract 4.1, payment-iframe-host). */
static void http1_write_page_headers(struct strbuf *out)
{
	strbuf_addstr(out, "Content-Security-Policy: default-src 'none'; "
			   "style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'\r\n"
			   "Referrer-Policy: no-referrer\r\n"
			   "X-Content-Type-Options: nosniff\r\n");
}

void http1_write_head(struct strbuf *out, const struct http1_response *r)
{
	char date[HTTP1_DATE_CAP];

	strbuf_addf(out, "HTTP/1.1 %d %s\r\n", r->status, http1_reason(r->status));
	strbuf_addstr(out, "Server: pepay-sandbox/" PEPAYTOP_VERSION "\r\n");
	if (*http1_date(r->date_ms, date))
		strbuf_addf(out, "Date: %s\r\n", date);
	strbuf_addf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
		    r->content_type ? r->content_type : "application/json", r->body_len);
	if (r->content_type)
		http1_write_page_headers(out);
	if (r->location)
		strbuf_addf(out, "Location: %s\r\n", r->location);
	strbuf_addstr(out, "Cache-Control: no-store\r\n");
	strbuf_addf(out, "x-request-id: %s\r\n", r->request_id);
	if (r->allow)
		strbuf_addf(out, "Allow: %s\r\n", r->allow);
	if (r->replayed)
		strbuf_addstr(out, "Idempotent-Replayed: true\r\n");
	if (r->retry_after_s >= 0)
		strbuf_addf(out, "Retry-After: %lld\r\n", (long long)r->retry_after_s);
	if (r->retry_after)
		strbuf_addf(out, "Retry-After: %s\r\n", r->retry_after);
	if (r->websocket_hint)
		strbuf_addstr(out, "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
	if (r->websocket_hint || r->close)
		strbuf_addf(out, "Connection: %s\r\n",
			    r->close ? (r->websocket_hint ? "Upgrade, close" : "close")
				     : "Upgrade");
	strbuf_addstr(out, "\r\n");
}
