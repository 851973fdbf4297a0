#include "archive/mention_priv.h"

#include "base/fold.h"
#include "base/secrets.h"
#include "base/strbuf.h"

#include <string.h>

#define DEPTH_MAX    32
#define LONG_MIN     16 /* of an address: streets have spaces and are mostly shorter */
#define METADATA_MIN 3
#define METADATA_MAX 128

/* --- a walk over the text -----------------------------------------------------------------------
 */

struct walk {
	const char *p, *end;
	const struct mention_reader *to;
	struct mention_name path[MENTION_PATH_MAX];
	size_t path_len;
	size_t depth;
	size_t metadata; /* depth at which it began; 0: not within */
	size_t left;     /* that may still be told */
	bool silent;
	char first_name[NAME_CAP];
	char value[NAME_CAP], text[NAME_CAP];
};

static bool walk_value(struct walk *w, const struct mention_name *key);

static void skip_space(struct walk *w)
{
	while (w->p < w->end && (*w->p == ' ' || *w->p == '\n' || *w->p == '\r' || *w->p == '\t'))
		w->p++;
}

static bool take(struct walk *w, char c)
{
	if (w->p < w->end && *w->p == c) {
		w->p++;
		return true;
	}
	skip_space(w);
	if (w->p >= w->end || *w->p != c)
		return false;
	w->p++;
	return true;
}

/* Eight bytes at a time up to a quote or a backslash, or into the last eight. */
static const char *skip_plain(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t word, quote, slash, found;

	for (; end - p >= 8; p += 8) {
		memcpy(&word, p, 8);
		quote = word ^ ones * '"';
		slash = word ^ ones * '\\';
		found = (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops;
		if (found == 0)
			continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		return p + __builtin_ctzll(found) / 8; /* only behind the first may it err */
#else
		break;
#endif
	}
	return p;
}

/* What is between the quotes, escapes and all. */
static bool take_string(struct walk *w, struct mention_name *ret, bool *ret_escapes)
{
	const char *p, *end = w->end;
	bool escapes = false;

	if (!take(w, '"'))
		return false;
	for (p = skip_plain(w->p, end); p < end && *p != '"'; p++)
		if (*p == '\\') {
			escapes = true;
			p++;
		}
	*ret_escapes = escapes;
	if (p >= end)
		return false;
	*ret = (struct mention_name){w->p, (size_t)(p - w->p)};
	w->p = p + 1;
	return true;
}

/* --- telling ---------------------------------------------------------------------------- */

static void tell(struct walk *w)
{
	struct mention m = {.text = w->text,
			    .value = w->value,
			    .len = strlen(w->text),
			    .path = w->path,
			    .path_len = w->path_len};

	if (w->left == 0 || m.len == 0)
		return;
	w->left--;
	w->to->say(w->to->ctx, &m);
}

static void tell_folded(struct walk *w)
{
	(void)fold_text(w->value, w->text, sizeof(w->text));
	tell(w);
}

/* The family name alone, and behind the first one. */
static void tell_name(struct walk *w)
{
	char whole[NAME_CAP];

	tell_folded(w);
	if (w->first_name[0] == '\0' ||
	    !str_printf(whole, sizeof(whole), "%s %s", w->first_name, w->value))
		return;
	w->first_name[0] = '\0';
	str_copy(w->value, sizeof(w->value), whole);
	tell_folded(w);
}

static bool has_digit_and_no_space(const char *s)
{
	bool digit = false;

	for (; *s != '\0'; s++) {
		if (*s == ' ')
			return false;
		digit |= is_digit(*s) || *s == '@';
	}
	return digit;
}

static bool like_a_reference(const char *s)
{
	size_t len = strlen(s);

	return len >= METADATA_MIN && len <= METADATA_MAX && has_digit_and_no_space(s);
}

static void tell_value(struct walk *w, enum rule rule)
{
	switch (rule) {
	case RULE_NONE:
	case RULE_SPECIAL:
		if (like_a_reference(w->value) && !has_secret(w->value, strlen(w->value)))
			tell_folded(w);
		break;
	case RULE_LONG:
		if (strlen(w->value) >= LONG_MIN && strchr(w->value, ' ') == NULL)
			tell_folded(w);
		break;
	case RULE_PHONE:
		if (mention_fold_phone(w->value, w->text, sizeof(w->text)))
			tell(w);
		break;
	case RULE_FIRST_NAME:
		str_copy(w->first_name, sizeof(w->first_name), w->value);
		break;
	case RULE_LAST_NAME:
		tell_name(w);
		break;
	case RULE_ID:
	case RULE_NAME:
		tell_folded(w);
		break;
	}
}

/* --- values ----------------------------------------------------------------------------- */

static bool wanted(const struct walk *w, const struct mention_name *key, enum rule *ret)
{
	if (w->silent || key == NULL)
		return false;
	*ret = mention_rule_of(key->at, key->len);
	return *ret != RULE_NONE || w->metadata > 0;
}

static bool walk_string(struct walk *w, const struct mention_name *key)
{
	struct mention_name s;
	enum rule rule;
	bool escapes;

	if (!take_string(w, &s, &escapes))
		return false;
	if (!wanted(w, key, &rule))
		return true;
	if (mention_read_string(&s, escapes, w->value) &&
	    !is_secret_form(w->value, strlen(w->value), NULL))
		tell_value(w, rule);
	return true;
}

/* Whole numbers are ids where a text would be one. */
static bool walk_other(struct walk *w, const struct mention_name *key)
{
	const char *p = w->p, *digits = p;
	size_t len;
	enum rule rule;

	while (p < w->end && is_digit(*p))
		p++;
	len = (size_t)(p - digits);
	while (p < w->end && *p != ',' && *p != '}' && *p != ']' && *p != ' ' && *p != '\n' &&
	       *p != '\r' && *p != '\t')
		p++;
	if (p == w->p)
		return false;
	w->p = p;
	if (len == 0 || len > 20 || p != digits + len || !wanted(w, key, &rule))
		return true;
	memcpy(w->value, digits, len);
	w->value[len] = '\0';
	if (rule != RULE_LONG)
		tell_value(w, rule);
	return true;
}

static bool walk_member(struct walk *w)
{
	struct mention_name key;
	bool escapes, ok, silent = w->silent;
	size_t was = w->path_len;

	if (!take_string(w, &key, &escapes) || !take(w, ':'))
		return false;
	w->silent |= w->metadata > 0 && is_secret_name(key.at, key.len);
	if (w->path_len < MENTION_PATH_MAX)
		w->path[w->path_len++] = key;
	if (w->metadata == 0 && mention_word_is(key.at, key.len, "metadata"))
		w->metadata = w->depth;
	ok = walk_value(w, &key);
	if (w->metadata == w->depth)
		w->metadata = 0;
	w->silent = silent;
	w->path_len = was;
	return ok;
}

static bool walk_object(struct walk *w)
{
	w->p++;
	if (take(w, '}'))
		return true;
	w->first_name[0] = '\0';
	do
		if (!walk_member(w))
			return false;
	while (take(w, ','));
	return take(w, '}');
}

static bool walk_array(struct walk *w, const struct mention_name *key)
{
	w->p++;
	if (take(w, ']'))
		return true;
	do
		if (!walk_value(w, key))
			return false;
	while (take(w, ','));
	return take(w, ']');
}

static bool walk_value(struct walk *w, const struct mention_name *key)
{
	bool ok;

	skip_space(w);
	if (w->p >= w->end || w->depth >= DEPTH_MAX)
		return false;
	if (*w->p == '"')
		return walk_string(w, key);
	if (*w->p != '{' && *w->p != '[')
		return walk_other(w, key);
	w->depth++;
	ok = *w->p == '{' ? walk_object(w) : walk_array(w, key);
	w->depth--;
	return ok;
}

/* --- an event --------------------------------------------------------------------------- */

static void walk_init(struct walk *w, const char *body, size_t len, const struct mention_reader *to)
{
	w->p = body;
	w->end = body + len;
	w->to = to;
	w->path_len = w->depth = w->metadata = 0;
	w->left = MENTIONS_MAX;
	w->silent = false;
	w->first_name[0] = '\0';
}

void mentions_of_object(const char *body, size_t len, const struct mention_reader *to)
{
	struct walk w;

	walk_init(&w, body, len, to);
	(void)walk_value(&w, NULL);
}

static bool pass_over(struct walk *w)
{
	bool was = w->silent, ok;

	w->silent = true;
	ok = walk_value(w, NULL);
	w->silent = was;
	return ok;
}

/* The value at the path, or what is told of the request: its key is told, other members are not. */
static bool walk_request(struct walk *w, const struct mention_name *name)
{
	struct mention_name key, s;
	bool escapes, string;

	if (!take(w, '{'))
		return pass_over(w);
	if (take(w, '}'))
		return true;
	do {
		if (!take_string(w, &key, &escapes) || !take(w, ':'))
			return false;
		skip_space(w);
		string = w->p < w->end && *w->p == '"' &&
			 (mention_word_is(key.at, key.len, "id") ||
			  mention_word_is(key.at, key.len, "idempotency_key"));
		if (!string) {
			if (!pass_over(w))
				return false;
			continue;
		}
		w->path[0] = *name;
		w->path[1] = key;
		w->path_len = 2;
		if (!take_string(w, &s, &escapes))
			return false;
		if (mention_read_string(&s, escapes, w->value))
			tell_folded(w);
		w->path_len = 0;
	} while (take(w, ','));
	return take(w, '}');
}

static bool walk_data(struct walk *w)
{
	struct mention_name key;
	bool escapes;

	if (!take(w, '{'))
		return pass_over(w);
	if (take(w, '}'))
		return true;
	do {
		if (!take_string(w, &key, &escapes) || !take(w, ':'))
			return false;
		if (mention_word_is(key.at, key.len, "object") ? !walk_value(w, NULL)
							       : !pass_over(w))
			return false;
	} while (take(w, ','));
	return take(w, '}');
}

static void walk_event(struct walk *w)
{
	struct mention_name key;
	bool escapes, ok = true;

	if (!take(w, '{'))
		return;
	do {
		if (!take_string(w, &key, &escapes) || !take(w, ':'))
			return;
		if (mention_word_is(key.at, key.len, "data"))
			ok = walk_data(w);
		else if (mention_word_is(key.at, key.len, "request"))
			ok = walk_request(w, &key);
		else
			ok = pass_over(w);
	} while (ok && take(w, ','));
}

void mentions_of_event(const char *body, size_t len, const struct mention_reader *to)
{
	struct walk w;

	walk_init(&w, body, len, to);
	walk_event(&w);
}
