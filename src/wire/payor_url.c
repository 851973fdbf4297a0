/* Payment URLs: contract 4.1. */
#include "wire/payor.h"

#include "base/strbuf.h"

#include <strings.h>

#define DOTS      "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2" /* •••• */
#define PATH_OPEN 20 /* a part of the path as long as this may be a key to something */
#define URL_MAX   4096

/* Bytes before the host, or 0 when it is no web address. */
static size_t scheme_length(const char *url, size_t len)
{
	static const char *const SCHEMES[] = {"https://", "http://"};
	for (size_t i = 0; i < sizeof(SCHEMES) / sizeof(SCHEMES[0]); i++) {
		size_t n = strlen(SCHEMES[i]);
		if (len > n && strncasecmp(url, SCHEMES[i], n) == 0)
			return n;
	}
	return 0;
}

/* --- reading -------------------------------------------------------------------------- */

/* A value that may go into a header: printable, not empty, not too long. */
static bool value_decode(const char *s, size_t len, char ret[PAYOR_TOKEN_CAP])
{
	size_t used = 0;
	for (size_t i = 0; i < len; i++) {
		int byte = (unsigned char)s[i];
		if (byte == '%') {
			if (len - i < 3 || hex_digit_value(s[i + 1]) < 0 ||
			    hex_digit_value(s[i + 2]) < 0)
				return false;
			byte = hex_digit_value(s[i + 1]) << 4 | hex_digit_value(s[i + 2]);
			i += 2;
		}
		if (byte <= ' ' || byte >= 0x7f || used + 1 >= PAYOR_TOKEN_CAP)
			return false;
		ret[used++] = (char)byte;
	}
	ret[used] = '\0';
	return used > 0;
}

struct pair {
	const char *name, *value;
	size_t name_len, value_len;
};

/* The pair at *pos of a query; *pos moves past it. An HTML mail writes & as &amp;. */
static struct pair pair_next(const char *query, size_t len, size_t *pos)
{
	const char *at = query + *pos;
	size_t left = len - *pos;
	const char *end = memchr(at, '&', left);
	size_t n = end != NULL ? (size_t)(end - at) : left;
	*pos += end != NULL ? n + 1 : n;
	if (n >= 4 && memcmp(at, "amp;", 4) == 0) {
		at += 4;
		n -= 4;
	}
	const char *equals = memchr(at, '=', n);
	size_t name_len = equals != NULL ? (size_t)(equals - at) : n;
	return (struct pair){.name = at,
			     .name_len = name_len,
			     .value = equals != NULL ? equals + 1 : at + n,
			     .value_len = equals != NULL ? n - name_len - 1 : 0};
}

static bool pair_is(const struct pair *p, const char *name)
{
	return p->name_len == strlen(name) && memcmp(p->name, name, p->name_len) == 0;
}

/* A name said twice with two values is nobody's link. */
static bool value_keep(const struct pair *p, char ret[PAYOR_TOKEN_CAP])
{
	char value[PAYOR_TOKEN_CAP];
	if (!value_decode(p->value, p->value_len, value))
		return false;
	if (ret[0] != '\0' && !str_equal(ret, value))
		return false;
	(void)str_copy(ret, PAYOR_TOKEN_CAP, value);
	return true;
}

bool payor_url_read(const char *url, size_t len, struct payor_pass *ret)
{
	struct payor_pass pass = {.token = ""};
	size_t host = scheme_length(url, len);
	if (host == 0 || len > URL_MAX)
		return false;
	const char *fragment = memchr(url, '#', len);
	if (fragment != NULL)
		len = (size_t)(fragment - url);
	const char *mark = memchr(url, '?', len);
	if (mark == NULL || (size_t)(mark - url) == host)
		return false;
	const char *query = mark + 1;
	size_t query_len = len - (size_t)(query - url);
	for (size_t pos = 0; pos < query_len;) {
		struct pair p = pair_next(query, query_len, &pos);
		if ((pair_is(&p, "session") && !value_keep(&p, pass.token)) ||
		    (pair_is(&p, "signature") && !value_keep(&p, pass.signature)))
			return false;
	}
	if (pass.token[0] == '\0' || pass.signature[0] == '\0')
		return false;
	*ret = pass;
	return true;
}

/* --- masking ----------------------------------------------------------------------------- */

/* The host without a user name, then the path with dots for its long parts. */
static void mask_path(struct strbuf *sb, const char *at, size_t len)
{
	const char *slash = memchr(at, '/', len);
	size_t host = slash != NULL ? (size_t)(slash - at) : len;
	for (size_t i = host; i > 0; i--)
		if (at[i - 1] == '@') {
			strbuf_addstr(sb, DOTS "@");
			strbuf_add(sb, at + i, host - i);
			at += host;
			len -= host;
			host = 0;
			break;
		}
	strbuf_add(sb, at, host);
	for (size_t pos = host; pos < len;) {
		const char *next = memchr(at + pos + 1, '/', len - pos - 1);
		size_t n = next != NULL ? (size_t)(next - at) - pos : len - pos;
		if (n > PATH_OPEN)
			strbuf_addstr(sb, "/" DOTS);
		else
			strbuf_add(sb, at + pos, n);
		pos += n;
	}
}

static void mask_query(struct strbuf *sb, const char *query, size_t len)
{
	for (size_t pos = 0; pos < len;) {
		struct pair p = pair_next(query, len, &pos);
		if (p.name_len > PATH_OPEN || p.value_len == 0)
			strbuf_addstr(sb, p.name_len > 0 ? DOTS : "");
		else
			strbuf_add(sb, p.name, p.name_len);
		if (p.value_len > 0)
			strbuf_addstr(sb, "=" DOTS);
		if (pos < len)
			strbuf_addch(sb, '&');
	}
}

void payor_url_mask(char *ret, size_t cap, const char *url)
{
	struct strbuf sb;
	size_t len = strlen(url);
	size_t host = scheme_length(url, len);
	size_t open = strcspn(url, "?#");
	strbuf_init(&sb, URL_MAX);
	strbuf_add(&sb, url, host);
	if (open > host)
		mask_path(&sb, url + host, open - host);
	if (url[open] == '?') {
		size_t end = open + strcspn(url + open, "#");
		strbuf_addch(&sb, '?');
		mask_query(&sb, url + open + 1, end - open - 1);
		open = end;
	}
	if (url[open] == '#')
		strbuf_addstr(&sb, "#" DOTS);
	(void)str_copy(ret, cap, strbuf_str(&sb));
	strbuf_release(&sb);
}
