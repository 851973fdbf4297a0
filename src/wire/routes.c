#include "wire/routes.h"

#include "base/strbuf.h"
#include "base/text.h"

#include <assert.h>

#define ROUTE_PATH_MAX 1024 /* longest path that is formatted */

static const struct route TABLE[ROUTE_COUNT] = {
#define X(id_, method_, path_, surface_, idempotent_, origin_) \
	[id_] = {.id = (id_),                                  \
		 .name = #id_,                                 \
		 .method = (method_),                          \
		 .path = (path_),                              \
		 .surface = (surface_),                        \
		 .idempotent = (idempotent_),                  \
		 .origin = (origin_)},
	ROUTES(X)
#undef X
};

const struct route *route_get(enum route_id id)
{
	assert(id < ROUTE_COUNT);
	return &TABLE[id];
}

bool route_is_harmless(enum route_id id)
{
	return route_get(id)->method == HTTP_GET || id == ROUTE_CART_VALIDATE;
}

const char *http_method_name(enum http_method m)
{
	static const char *const NAMES[] = {[HTTP_GET] = "GET",
					    [HTTP_POST] = "POST",
					    [HTTP_PUT] = "PUT",
					    [HTTP_DELETE] = "DELETE"};
	assert((size_t)m < sizeof(NAMES) / sizeof(NAMES[0]));
	return NAMES[m];
}

/* One byte of a segment, percent-decoded; *pos moves past it. -1 when it may not be there. */
static int segment_byte(const char *s, size_t len, size_t *pos)
{
	char c = s[*pos];
	if (c != '%') {
		*pos += 1;
		return c > ' ' && c < 0x7f ? c : -1;
	}
	if (len - *pos < 3)
		return -1;
	int high = hex_digit_value(s[*pos + 1]);
	int low = hex_digit_value(s[*pos + 2]);
	if (high < 0 || low < 0)
		return -1;
	*pos += 3;
	int byte = high << 4 | low;
	return byte == 0 || byte == '/' ? -1 : byte;
}

static enum status segment_decode(const char *s, size_t len, char ret[ROUTE_PARAM_CAP])
{
	size_t used = 0;
	for (size_t pos = 0; pos < len;) {
		int byte = segment_byte(s, len, &pos);
		if (byte < 0)
			return E_INVALID;
		if (used + 1 >= ROUTE_PARAM_CAP)
			return E_LIMIT;
		ret[used++] = (char)byte;
	}
	ret[used] = '\0';
	return used > 0 && utf8_valid(ret, used) ? S_OK : E_INVALID;
}

/* Length of the segment at s, which ends at '/' or the end. */
static size_t segment_length(const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);
	return slash != NULL ? (size_t)(slash - s) : len;
}

static enum status path_check(const char *path, size_t len)
{
	char segment[ROUTE_PARAM_CAP];
	if (len == 0 || path[0] != '/')
		return E_INVALID;
	for (size_t pos = 0; pos < len;) {
		pos++;
		size_t n = segment_length(path + pos, len - pos);
		enum status status = segment_decode(path + pos, n, segment);
		if (status != S_OK)
			return status;
		pos += n;
	}
	return S_OK;
}

/* Whether a checked path fits the template, and the parameters it fills. */
static bool template_match(const char *template, const char *path, size_t len,
			   char params[ROUTE_PARAMS_MAX][ROUTE_PARAM_CAP])
{
	size_t filled = 0;
	size_t pos = 0;
	while (pos < len && *template != '\0') {
		char segment[ROUTE_PARAM_CAP];
		template ++;
		pos++;
		size_t want = segment_length(template, strlen(template));
		size_t have = segment_length(path + pos, len - pos);
		if (segment_decode(path + pos, have, segment) != S_OK)
			return false;
		if (want == 2 && memcmp(template, "{}", 2) == 0) {
			assert(filled < ROUTE_PARAMS_MAX);
			memcpy(params[filled++], segment, sizeof(segment));
		} else if (strlen(segment) != want || memcmp(template, segment, want) != 0) {
			return false;
		}
		template += want;
		pos += have;
	}
	return pos == len && *template == '\0';
}

enum status route_match(enum http_method method, const char *path, size_t len,
			struct route_match *ret)
{
	struct route_match match = {0};
	enum status status = path_check(path, len);
	if (status != S_OK)
		return status;
	size_t i = 0;
	while (i < ROUTE_COUNT && !template_match(TABLE[i].path, path, len, match.params))
		i++;
	if (i == ROUTE_COUNT)
		return E_NOT_FOUND;
	/* Only this template counts: a literal path never falls back to a {} of another method. */
	const char *template = TABLE[i].path;
	for (; i < ROUTE_COUNT; i++) {
		if (TABLE[i].method == method && str_equal(TABLE[i].path, template)) {
			match.route = &TABLE[i];
			*ret = match;
			return S_OK;
		}
	}
	return E_UNSUPPORTED;
}

/* A dot segment would be resolved away by whoever sends it and so name another path. */
static bool param_usable(const char *param)
{
	return param != NULL && param[0] != '\0' && !str_equal(param, ".") &&
	       !str_equal(param, "..");
}

enum status route_format(enum route_id id, const char *const *params, size_t count, char *buf,
			 size_t cap)
{
	struct strbuf sb;
	strbuf_init(&sb, ROUTE_PATH_MAX);
	enum status status = S_OK;
	size_t used = 0;
	const char *rest = route_get(id)->path;
	for (const char *hole; (hole = strstr(rest, "{}")) != NULL; rest = hole + 2, used++) {
		if (used >= count || !param_usable(params[used])) {
			status = E_INVALID;
			goto out;
		}
		strbuf_add(&sb, rest, (size_t)(hole - rest));
		strbuf_add_urlencoded(&sb, params[used]);
	}
	strbuf_addstr(&sb, rest);
	if (used != count)
		status = E_INVALID;
	else if (sb.overflow || sb.len + 1 > cap)
		status = E_LIMIT;
	else
		memcpy(buf, strbuf_str(&sb), sb.len + 1);
out:
	strbuf_release(&sb);
	return status;
}
