/*
 * Texts of people's own in which somebody stands who is called like a word of the protocol. Where a
 * note quotes one, whole or cut, it is free text there; what the note says itself stays as it is.
 */
#include "model/masking_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static unsigned char letter(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

/* Does it name somebody, and could it be told from what a note says itself? */
static bool is_worth_it(const struct masking *m, const char *text, size_t len)
{
	struct strbuf as_text, as_free;
	bool differs;

	strbuf_init(&as_text, 4 * SAYING_MAX);
	strbuf_init(&as_free, 4 * SAYING_MAX);
	masking_bytes(m, text, len, false, &as_text);
	masking_bytes(m, text, len, true, &as_free);
	differs = !str_equal(strbuf_str(&as_text), strbuf_str(&as_free));
	strbuf_release(&as_text);
	strbuf_release(&as_free);
	return differs;
}

/* A word that is not one of the protocol's. */
static bool has_own_word(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");
		char word[64];

		if (len >= sizeof(word))
			return true;
		(void)str_printf(word, sizeof(word), "%.*s", (int)len, text);
		if (len > 0 && !masking_is_protocol(word))
			return true;
		text += len + (text[len] != '\0');
	}
	return false;
}

void masking_learn_saying(struct masking *m, const char *text)
{
	size_t len = strnlen(text, SAYING_MAX);
	struct saying *s;

	if (m->saying_count == MASKING_MAX || !has_own_word(text) || !is_worth_it(m, text, len))
		return;
	array_reserve((void **)&m->sayings, &m->saying_cap, m->saying_count + 1, sizeof(*s));
	s = &m->sayings[m->saying_count++];
	s->len = len;
	s->key = xcalloc(len + 1, 1);
	for (size_t i = 0; i < len; i++)
		s->key[i] = letter(text[i]);
}

static int by_key(const void *x, const void *y)
{
	const struct saying *a = x, *b = y;

	return strcmp((const char *)a->key, (const char *)b->key);
}

void masking_sort_sayings(struct masking *m)
{
	m->sayings_found = m->saying_count;
	if (m->saying_count > 1)
		qsort(m->sayings, m->saying_count, sizeof(*m->sayings), by_key);
}

/* The first of the sayings from `lo` to `hi`, alike in the bytes before `n`, whose byte `n` is not
 * below `byte`. */
static size_t sayings_from(const struct masking *m, size_t lo, size_t hi, size_t n, unsigned byte)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->sayings[mid].key[n] < byte)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t masking_saying_at(const struct masking *m, const char *text, size_t len, size_t at)
{
	size_t lo = 0, hi = m->sayings_found, n = 0, whole = 0;

	while (lo < hi) {
		unsigned byte = at + n < len ? letter(text[at + n]) : 0;

		if (m->sayings[lo].len == n)
			whole = n;
		if (byte == 0)
			break;
		lo = sayings_from(m, lo, hi, n, byte);
		hi = sayings_from(m, lo, hi, n, byte + 1);
		n += lo < hi;
	}
	return n >= SAYING_LEAST ? n : whole;
}
