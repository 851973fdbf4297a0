#include "wire/json_scan.h"

#include "base/alloc.h"
#include "wire/json_node.h"
#include "wire/json_scan_priv.h"

#include <assert.h>

static enum status scan_value(struct scanner *s, struct json **ret);

enum status scan_fail(struct scanner *s, const char *why)
{
	return problem_set(s->err, E_INVALID, NULL, "not JSON we accept: %s at byte %zu", why,
			   s->pos);
}

static void scan_space(struct scanner *s)
{
	while (s->pos < s->len && (s->text[s->pos] == ' ' || s->text[s->pos] == '\n' ||
				   s->text[s->pos] == '\r' || s->text[s->pos] == '\t'))
		s->pos++;
}

/* --- objects and arrays ------------------------------------------------------- */

#define FEW_MEMBERS 32

static bool same_key(const struct json *a, const struct json *b)
{
	return a->key_len == b->key_len && memcmp(a->key, b->key, a->key_len) == 0;
}

/* Looks back only where the length and the ends of a key were seen before. */
static bool few_repeat(const struct json *obj)
{
	uint64_t seen = 0;
	for (const struct json *m = obj->first; m != NULL; m = m->next) {
		unsigned ends = m->key_len == 0
					? 0
					: (unsigned char)m->key[0] +
						  5u * (unsigned char)m->key[m->key_len - 1];
		uint64_t bit = UINT64_C(1) << ((ends + 11 * m->key_len) & 63);
		if ((seen & bit) != 0)
			for (const struct json *e = obj->first; e != m; e = e->next)
				if (same_key(e, m))
					return true;
		seen |= bit;
	}
	return false;
}

static int key_compare(const void *a, const void *b)
{
	const struct json *x = *(const struct json *const *)a;
	const struct json *y = *(const struct json *const *)b;
	if (x->key_len != y->key_len)
		return x->key_len < y->key_len ? -1 : 1;
	return memcmp(x->key, y->key, x->key_len);
}

static bool many_repeat(const struct json *obj, size_t count)
{
	const struct json **sorted = xcalloc(count, sizeof(*sorted));
	size_t n = 0;
	bool repeat = false;
	for (const struct json *m = obj->first; m != NULL; m = m->next)
		sorted[n++] = m;
	qsort(sorted, n, sizeof(*sorted), key_compare);
	for (size_t i = 1; i < n && !repeat; i++)
		repeat = same_key(sorted[i - 1], sorted[i]);
	free(sorted);
	return repeat;
}

/* At the closing bracket. */
static enum status scan_close(struct scanner *s, const struct json *container, size_t count)
{
	if (container->kind != JSON_OBJECT || count < 2)
		return S_OK;
	if (count <= FEW_MEMBERS ? few_repeat(container) : many_repeat(container, count))
		return scan_fail(s, "a duplicate key in the object that ends");
	return S_OK;
}

static enum status scan_key(struct scanner *s, char **ret, uint32_t *ret_len)
{
	if (scan_peek(s) != '"')
		return scan_fail(s, "a member without a name");
	enum status status = scan_string(s, ret, ret_len);
	if (status != S_OK)
		return status;
	scan_space(s);
	if (scan_peek(s) != ':')
		return scan_fail(s, "a member without a colon");
	s->pos++;
	return S_OK;
}

/* The next member or element, hung onto its container. */
static enum status scan_child(struct scanner *s, struct json *container)
{
	struct json *child;
	char *key = NULL;
	uint32_t key_len = 0;
	enum status status = S_OK;
	scan_space(s);
	if (container->kind == JSON_OBJECT)
		status = scan_key(s, &key, &key_len);
	if (status == S_OK)
		status = scan_value(s, &child);
	if (status != S_OK)
		return status;
	child->key = key;
	child->key_len = key_len;
	if (container->last == NULL)
		container->first = child;
	else
		container->last->next = child;
	container->last = child;
	return S_OK;
}

static enum status scan_children(struct scanner *s, struct json *container)
{
	char close = container->kind == JSON_OBJECT ? '}' : ']';
	scan_space(s);
	if (scan_peek(s) == close)
		return S_OK;
	for (size_t count = 1;; count++) {
		enum status status = scan_child(s, container);
		if (status != S_OK)
			return status;
		scan_space(s);
		if (scan_peek(s) == close)
			return scan_close(s, container, count);
		if (scan_peek(s) != ',')
			return scan_fail(s, "neither a comma nor the end");
		s->pos++;
	}
}

/* At the opening bracket. */
static enum status scan_container(struct scanner *s, struct json *node, enum json_kind kind)
{
	if (s->depth == JSON_DEPTH_MAX)
		return problem_set(s->err, E_LIMIT, NULL, "JSON nested deeper than %d at byte %zu",
				   JSON_DEPTH_MAX, s->pos);
	node->kind = (uint8_t)kind;
	node->at = (uint32_t)s->pos;
	s->depth++;
	s->pos++;
	enum status status = scan_children(s, node);
	s->pos++;
	s->depth--;
	node->len = (uint32_t)s->pos - node->at;
	return status;
}

/* --- values --------------------------------------------------------------------- */

static size_t digits(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n;
}

size_t json_scan_number(const char *s, size_t len)
{
	size_t n = len > 0 && s[0] == '-' ? 1 : 0;
	size_t whole = digits(s + n, len - n);
	if (whole == 0)
		return 0;
	n += s[n] == '0' ? 1 : whole;
	if (n < len && s[n] == '.') {
		size_t fraction = digits(s + n + 1, len - n - 1);
		if (fraction == 0)
			return 0;
		n += 1 + fraction;
	}
	if (n < len && (s[n] == 'e' || s[n] == 'E')) {
		size_t sign = n + 1 < len && (s[n + 1] == '+' || s[n + 1] == '-') ? 2 : 1;
		size_t exponent = digits(s + n + sign, len - n - sign);
		if (exponent == 0)
			return 0;
		n += sign + exponent;
	}
	return n;
}

static enum status scan_number(struct scanner *s, struct json *node)
{
	size_t n = json_scan_number(s->text + s->pos, s->len - s->pos);
	if (n == 0)
		return scan_fail(s, "a bad number");
	node->kind = JSON_NUMBER;
	node->text = s->copy + s->pos;
	node->text[n] = '\0'; /* over what ends it, which is read from the text, not the copy */
	node->len = (uint32_t)n;
	s->pos += n;
	return S_OK;
}

static enum status scan_word(struct scanner *s, const char *word, size_t n)
{
	if (s->len - s->pos < n || memcmp(s->text + s->pos, word, n) != 0)
		return scan_fail(s, "an unknown word");
	s->pos += n;
	return S_OK;
}

static enum status scan_into(struct scanner *s, struct json *node)
{
	switch (scan_peek(s)) {
	case '{':
		return scan_container(s, node, JSON_OBJECT);
	case '[':
		return scan_container(s, node, JSON_ARRAY);
	case '"':
		node->kind = JSON_STRING;
		return scan_string(s, &node->text, &node->len);
	case 't':
		node->kind = JSON_BOOL;
		node->truth = true;
		return scan_word(s, "true", 4);
	case 'f':
		node->kind = JSON_BOOL;
		return scan_word(s, "false", 5);
	case 'n':
		return scan_word(s, "null", 4);
	case -1:
		return scan_fail(s, "a value missing");
	default:
		return scan_number(s, node);
	}
}

static enum status scan_value(struct scanner *s, struct json **ret)
{
	scan_space(s);
	if (s->used == s->limits->values)
		return problem_set(s->err, E_LIMIT, NULL, "JSON of more than %zu values",
				   s->limits->values);
	assert(s->used < s->room);
	struct json *node = &s->nodes[s->used++];
	*node = (struct json){.kind = JSON_NULL};
	*ret = node;
	return scan_into(s, node);
}

static enum status scan_all(struct scanner *s, struct json **ret)
{
	enum status status = scan_value(s, ret);
	if (status != S_OK)
		return status;
	scan_space(s);
	return s->pos == s->len ? S_OK : scan_fail(s, "more after the value");
}

/* A value takes two bytes, itself and what is before or after it, but for the first of each
 * container that is open still and the one that is missing. */
static void scan_make_room(struct scanner *s)
{
	size_t most = s->len / 2 + JSON_DEPTH_MAX + 2;
	s->room = most < s->limits->values ? most : s->limits->values;
	char *block = xmalloc(s->room * sizeof(*s->nodes) + s->len + 1);
	s->nodes = (struct json *)(void *)block;
	s->copy = block + s->room * sizeof(*s->nodes);
	if (s->len > 0)
		memcpy(s->copy, s->text, s->len);
	s->copy[s->len] = '\0';
}

enum status json_scan(const char *text, size_t len, const struct json_limits *limits,
		      struct json **ret_root, struct problem *reterr)
{
	struct scanner s = {.text = text, .len = len, .limits = limits, .err = reterr};
	struct json *root;
	if (len > limits->size)
		return problem_set(reterr, E_LIMIT, NULL, "JSON of %zu bytes, more than %zu", len,
				   limits->size);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		return scan_fail(&s, "a byte order mark");
	scan_make_room(&s);
	enum status status = scan_all(&s, &root);
	if (status != S_OK) {
		free(s.nodes);
		return status;
	}
	root->owned = true;
	*ret_root = root;
	return S_OK;
}
