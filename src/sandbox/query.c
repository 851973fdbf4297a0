#include "sandbox/query.h"

#include "base/secrets.h"
#include "base/strbuf.h"
#include "base/text.h"

static enum status query_decode(const char *s, size_t len, char *dst, size_t cap,
				struct problem *reterr)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)(s[i] == '+' ? ' ' : s[i]);
		if (c == '%') {
			int hi = i + 1 < len ? hex_digit_value(s[i + 1]) : -1;
			int lo = hi >= 0 && i + 2 < len ? hex_digit_value(s[i + 2]) : -1;
			if (lo < 0)
				return problem_set(reterr, E_INVALID, NULL,
						   "bad percent-escape in the query");
			c = (unsigned char)(hi * 16 + lo);
			i += 2;
		}
		if (c < 0x20 || c == 0x7f)
			return problem_set(reterr, E_INVALID, NULL,
					   "control character in the query");
		if (n + 1 >= cap)
			return problem_set(reterr, E_LIMIT, NULL, "query parameter too long");
		dst[n++] = (char)c;
	}
	dst[n] = '\0';
	if (!utf8_valid(dst, n))
		return problem_set(reterr, E_INVALID, NULL, "the query is not UTF-8");
	return S_OK;
}

static enum status query_parse_pair(const char *pair, size_t len, struct call_param *ret,
				    struct problem *reterr)
{
	const char *equals = memchr(pair, '=', len);
	size_t name_len = equals ? (size_t)(equals - pair) : len;
	size_t value_len = equals ? len - name_len - 1 : 0;
	enum status st = query_decode(pair, name_len, ret->name, sizeof(ret->name), reterr);

	if (!st && !ret->name[0])
		st = problem_set(reterr, E_INVALID, NULL, "query parameter without a name");
	if (!st)
		st = query_decode(equals ? equals + 1 : "", value_len, ret->value,
				  sizeof(ret->value), reterr);
	return st;
}

enum status query_parse(const char *query, struct call_param *params, size_t *ret_count,
			struct problem *reterr)
{
	size_t count = 0;

	while (*query) {
		size_t len = strcspn(query, "&");
		if (len) {
			if (count == CALL_PARAMS_MAX)
				return problem_set(reterr, E_LIMIT, NULL,
						   "more than %d query parameters",
						   CALL_PARAMS_MAX);
			enum status st = query_parse_pair(query, len, &params[count], reterr);
			if (st)
				return st;
			if (query_get(params, count, params[count].name))
				return problem_set(reterr, E_INVALID, NULL,
						   "query parameter %s sent twice",
						   params[count].name);
			count++;
		}
		query += len + (query[len] == '&');
	}
	*ret_count = count;
	return S_OK;
}

const char *query_get(const struct call_param *params, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(params[i].name, name))
			return params[i].value;
	return NULL;
}

static bool query_is_secret(const char *name, size_t len)
{
	return is_secret_name(name, len) ||
	       memchr(name, '%', len) != NULL; /* could spell one of them */
}

void query_redact(const char *query, struct strbuf *out)
{
	while (*query) {
		size_t len = strcspn(query, "&"), name = strcspn(query, "=&");

		if (name < len && query_is_secret(query, name))
			strbuf_addf(out, "%.*s=[hidden]", (int)name, query);
		else
			strbuf_add(out, query, len);
		if (query[len])
			strbuf_addch(out, '&');
		query += len + (query[len] == '&');
	}
}
