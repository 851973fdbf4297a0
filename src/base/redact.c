#include "base/redact.h"

#include "base/alloc.h"
#include "base/secrets.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

#define REDACTED "[redacted]"

/* What to look for. */
struct form {
	char *bytes;
	size_t len;
	bool partial_before; /* base64: the character before carries bits of the secret too */
	bool partial_after;
};

struct redactor {
	struct form *forms;
	size_t count, cap;
	size_t secrets;
	size_t longest;
	bool first[256]; /* bytes that some form starts with */
};

/* The text as somebody who undoes percent-encoding reads it. */
struct reading {
	char *bytes;
	size_t *from; /* where each byte started; from[len] is the end */
	size_t len;
};

struct redactor *redactor_new(void)
{
	return xcalloc(1, sizeof(struct redactor));
}

static void wipe(char *bytes, size_t len)
{
	explicit_bzero(bytes, len);
	free(bytes);
}

void redactor_free(struct redactor *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		wipe(r->forms[i].bytes, r->forms[i].len);
	free(r->forms);
	free(r);
}

static void add_form(struct redactor *r, struct form form)
{
	size_t spread = 3 * (form.len + 2); /* percent-encoded, with its partial neighbours */

	array_reserve((void **)&r->forms, &r->cap, r->count + 1, sizeof(*r->forms));
	r->forms[r->count++] = form;
	r->first[(unsigned char)form.bytes[0]] = true;
	if (spread > r->longest)
		r->longest = spread;
}

static unsigned bits_at(const char *s, size_t bit)
{
	size_t byte = bit / 8;
	unsigned two = (unsigned)(unsigned char)s[byte] << 8;

	if (bit % 8 > 2)
		two |= (unsigned char)s[byte + 1];
	return two >> (10 - bit % 8) & 63;
}

/*
 * The characters that depend on the secret alone when it starts `shift` bytes
 * into a group of three.
 */
static void add_base64(struct redactor *r, const char *secret, unsigned shift, const char *last_two)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t bits = 8 * strlen(secret);
	size_t skipped = (6 - 8 * shift % 6) % 6;
	size_t len = (bits - skipped) / 6;
	char *bytes = xmalloc(len + 1);

	for (size_t i = 0; i < len; i++) {
		unsigned six = bits_at(secret, skipped + 6 * i);

		bytes[i] = six < 62 ? letters[six] : last_two[six - 62];
	}
	bytes[len] = '\0';
	add_form(r, (struct form){.bytes = bytes,
				  .len = len,
				  .partial_before = skipped != 0,
				  .partial_after = (bits - skipped) % 6 != 0});
}

enum status redactor_add(struct redactor *r, const char *secret, size_t max)
{
	size_t len = secret ? strlen(secret) : 0;

	if (len < REDACT_LEAST)
		return S_OK;
	if (r->secrets == max)
		return E_LIMIT;
	r->secrets++;
	add_form(r, (struct form){.bytes = xstrdup(secret), .len = len});
	for (unsigned shift = 0; shift < 3; shift++) {
		add_base64(r, secret, shift, "+/");
		add_base64(r, secret, shift, "-_");
	}
	return S_OK;
}

size_t redactor_longest(const struct redactor *r)
{
	return r->longest;
}

static void reading_make(struct reading *w, const char *text, size_t len, bool decode)
{
	w->bytes = xmalloc(len);
	w->from = xcalloc(len + 1, sizeof(*w->from));
	w->len = 0;
	for (size_t i = 0; i < len;) {
		int high =
			decode && text[i] == '%' && len - i > 2 ? hex_digit_value(text[i + 1]) : -1;
		int low = high >= 0 ? hex_digit_value(text[i + 2]) : -1;

		w->from[w->len] = i;
		w->bytes[w->len++] = low >= 0 ? (char)(high * 16 + low) : text[i];
		i += low >= 0 ? 3 : 1;
	}
	w->from[w->len] = len;
}

static void reading_release(struct reading *w)
{
	wipe(w->bytes, w->len);
	free(w->from);
}

static void cover(const struct reading *w, size_t at, const struct form *form, char *covered)
{
	size_t begin = at - (form->partial_before && at > 0);
	size_t end = at + form->len;

	if (form->partial_after && end < w->len)
		end++;
	memset(covered + w->from[begin], 1, w->from[end] - w->from[begin]);
}

static void find_secrets(const struct redactor *r, const struct reading *w, char *covered)
{
	for (size_t at = 0; at < w->len; at++) {
		if (!r->first[(unsigned char)w->bytes[at]])
			continue;
		for (size_t i = 0; i < r->count; i++) {
			const struct form *form = &r->forms[i];

			if (form->len <= w->len - at &&
			    memcmp(w->bytes + at, form->bytes, form->len) == 0)
				cover(w, at, form, covered);
		}
	}
}

/* What nobody told of, by its looks. */
static void find_forms(const char *text, size_t len, char *covered)
{
	size_t keep, n;

	for (size_t at = 0; at<len; at += n> 0 ? n : 1) {
		n = secret_at(text, len, at, &keep);
		if (n > 0)
			memset(covered + at + keep, 1, n - keep);
	}
}

void redactor_apply(const struct redactor *r, const char *text, size_t len, struct strbuf *out)
{
	char *covered;
	size_t end;

	if (!len)
		return;
	covered = xcalloc(len, 1);
	find_forms(text, len, covered);
	for (int decode = 0; r->count > 0 && decode <= 1; decode++) {
		struct reading w;

		reading_make(&w, text, len, decode);
		find_secrets(r, &w, covered);
		reading_release(&w);
	}
	for (size_t i = 0; i < len; i = end) {
		for (end = i + 1; end < len && covered[end] == covered[i]; end++)
			continue;
		if (covered[i])
			strbuf_addstr(out, REDACTED);
		else
			strbuf_add(out, text + i, end - i);
	}
	free(covered);
}
