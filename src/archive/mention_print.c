/*
 * Whether a body says the same as another, without reading what it says: a hash of the values a
 * reader would look at, and of some more, which only costs the reading of what was said before. The
 * walk of mention.c is not repeated but stepped over: from quote to quote, whatever the nesting.
 */
#include "archive/mention_priv.h"

#include "base/strbuf.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BLOCK 64

struct quotes {
	const char *end, *block; /* the one whose quotes are left in `mask` */
	uint64_t mask;
	bool escapes; /* there is a backslash somewhere: byte for byte */
	bool inside;
};

static uint64_t quotes_of_block(const char *p)
{
	uint64_t mask = 0;

#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');

	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + i));

		mask |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, quote)) << i;
	}
#else
	for (unsigned i = 0; i < BLOCK; i++)
		mask |= (uint64_t)(p[i] == '"') << i;
#endif
	return mask;
}

static uint64_t quotes_of_rest(const char *p, size_t len)
{
	char padded[BLOCK] = {0};

	memcpy(padded, p, len);
	return quotes_of_block(padded);
}

static uint64_t quotes_at(const char *p, const char *end)
{
	return end - p >= BLOCK ? quotes_of_block(p) : quotes_of_rest(p, (size_t)(end - p));
}

static void quotes_start(struct quotes *q, const char *body, size_t len)
{
	q->end = body + len;
	q->block = body;
	q->inside = false;
	q->escapes = memchr(body, '\\', len) != NULL;
	q->mask = q->escapes ? 0 : quotes_at(body, q->end);
}

static const char *quote_after_escapes(struct quotes *q)
{
	for (; q->block < q->end; q->block++) {
		if (*q->block == '\\' && q->inside) {
			q->block++;
		} else if (*q->block == '"') {
			q->inside = !q->inside;
			return q->block++;
		}
	}
	return NULL;
}

static const char *quote_farther(struct quotes *q)
{
	const char *found;

	if (q->escapes)
		return quote_after_escapes(q);
	do {
		if (q->end - q->block <= BLOCK)
			return NULL;
		q->block += BLOCK;
		q->mask = quotes_at(q->block, q->end);
	} while (q->mask == 0);
	found = q->block + __builtin_ctzll(q->mask);
	q->mask &= q->mask - 1;
	return found;
}

/* NULL: there is none. */
static inline const char *quote_next(struct quotes *q)
{
	const char *found = q->block;

	if (q->mask == 0)
		return quote_farther(q);
	found += __builtin_ctzll(q->mask);
	q->mask &= q->mask - 1;
	return found;
}

/* --- the hash --------------------------------------------------------------------------- */

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15u;
	return a ^ a >> 29;
}

static uint64_t print(uint64_t h, const char *text, size_t len)
{
	uint64_t word;

	h = mix(h, len);
	for (; len >= 8; text += 8, len -= 8) {
		memcpy(&word, text, 8);
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, text, len);
	return mix(h, word);
}

/* Behind the array or the object that begins at p. */
static const char *composite_end(const char *p, const char *end)
{
	bool inside = false;
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '"')
			inside = !inside;
		else if (inside)
			p += *p == '\\';
		else if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
	}
	return end;
}

static const char *scalar_end(const char *p, const char *end)
{
	while (p < end && *p != ',' && *p != '}' && *p != ']')
		p++;
	return p;
}

/* --- names ------------------------------------------------------------------------------ */

static const char *past_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

static enum rule rule_remembered(struct mention_names *names, const char *key, size_t len)
{
	uint32_t at =
		((uint32_t)len << 24 | (uint32_t)(unsigned char)key[len - 1] << 16 |
		 (uint32_t)(unsigned char)key[len / 2] << 8 | (uint32_t)(unsigned char)key[0]) *
		0x9e3779b1u;
	struct mention_known *k = &names->known[at >> 24];

	if (len > sizeof(k->name))
		return mention_rule_of(key, len);
	if (k->len != len || memcmp(k->name, key, len) != 0) {
		memcpy(k->name, key, len);
		k->len = (unsigned char)len;
		k->rule = (unsigned char)mention_rule_of(key, len);
	}
	return k->rule;
}

/* What the walk tells under a name of its own besides: the key of a request, and all that is in
 * metadata. */
static bool is_besides(const char *key, size_t len)
{
	if (len == 15 && small(key[0]) == 'i')
		return mention_word_is(key, len, "idempotency_key");
	return len == 8 && small(key[0]) == 'm' && mention_word_is(key, len, "metadata");
}

static enum rule rule_of(struct mention_names *names, const char *key, size_t len)
{
	if (len == 0)
		return RULE_NONE;
	if (is_besides(key, len))
		return RULE_SPECIAL;
	return MENTION_NAME_ENDS[(unsigned char)key[len - 1]] ? rule_remembered(names, key, len)
							      : RULE_NONE;
}

/* --- the whole -------------------------------------------------------------------------- */

/* The event's own id is told by nobody, and never the same. */
static void pass_own_id(struct quotes *q, const char *body, size_t len)
{
	static const char OWN[] = "{\"id\":\"";

	if (len < sizeof(OWN) || memcmp(body, OWN, sizeof(OWN) - 1) != 0)
		return;
	for (int i = 0; i < 4; i++)
		(void)!quote_next(q);
}

uint64_t mentions_fingerprint(struct mention_names *names, const char *body, size_t len)
{
	const char *open, *close, *p, *end = body + len;
	uint64_t h = 0;
	struct quotes q;
	enum rule rule;

	quotes_start(&q, body, len);
	pass_own_id(&q, body, len);
	while ((open = quote_next(&q)) != NULL && (close = quote_next(&q)) != NULL) {
		p = close + 1;
		if (p < end && (unsigned char)*p <= ' ')
			p = past_space(p, end);
		if (p >= end || *p != ':')
			continue;
		rule = rule_of(names, open + 1, (size_t)(close - open - 1));
		if (rule == RULE_NONE)
			continue;
		p = past_space(p + 1, end);
		if (p < end && *p == '"') {
			open = quote_next(&q);
			close = quote_next(&q);
			if (open == NULL || close == NULL)
				break;
			h = print(mix(h, rule), open + 1, (size_t)(close - open - 1));
		} else if (p < end && (*p == '[' || (*p == '{' && rule == RULE_SPECIAL))) {
			h = print(mix(h, rule), p, (size_t)(composite_end(p, end) - p));
		} else if (p < end && *p != '{') {
			h = print(mix(h, rule), p, (size_t)(scalar_end(p, end) - p));
		}
	}
	return h;
}
