#include "archive/mention.h"

#include "base/strbuf.h"

#include <string.h>

#define DEPTH_MAX    32
#define LONG_MIN     16 /* of an address: streets have spaces and are mostly shorter */
#define PHONE_DIGITS 5
#define METADATA_MIN 3
#define METADATA_MAX 128

/* --- what the name of a member says of its value ---------------------------------------- */

/* SPECIAL: the whole name tells. */
enum rule {
	RULE_NONE,
	RULE_SPECIAL,
	RULE_ID,
	RULE_LONG,
	RULE_PHONE,
	RULE_NAME,
	RULE_FIRST_NAME,
	RULE_LAST_NAME
};

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return small(c) >= 'a' && small(c) <= 'z';
}

/* By the last word of the name, snake_case or camelCase. */
static const struct {
	const char *word;
	size_t len;
	enum rule rule;
} WORDS[] = {
#define W(word, rule)                        \
	{                                    \
		word, sizeof(word) - 1, rule \
	}
	W("id", RULE_ID),        W("hash", RULE_ID),     W("address", RULE_LONG),
	W("reference", RULE_ID), W("ref", RULE_ID),      W("email", RULE_ID),
	W("number", RULE_ID),    W("phone", RULE_PHONE), W("memo", RULE_ID),
	W("bsc", RULE_LONG),     W("holder", RULE_NAME), W("last4", RULE_ID),
	W("iban", RULE_LONG),    W("of", RULE_SPECIAL),  W("name", RULE_SPECIAL),
#undef W
};
/* What these end in: most names end in something else. */
static const bool ENDS[256] = {
	['d'] = true, ['h'] = true, ['s'] = true, ['e'] = true, ['f'] = true, ['l'] = true,
	['r'] = true, ['o'] = true, ['c'] = true, ['4'] = true, ['n'] = true, ['D'] = true,
};
/* By the whole name, small and without what is between its words. */
static const struct {
	const char *name;
	enum rule rule;
} NAMES[] = {
	{"retryof", RULE_ID},         {"legalname", RULE_NAME},  {"firstname", RULE_FIRST_NAME},
	{"lastname", RULE_LAST_NAME}, {"merchantid", RULE_NONE}, /* the same in everything */
	{"chainid", RULE_NONE},
};
static const char *const SECRETS[] = {"token", "secret", "signature", "session", "password"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static size_t last_word(const char *key, size_t len)
{
	size_t at = len;

	while (at > 0 && key[at - 1] != '_' && key[at - 1] != '-') {
		at--;
		if (is_upper(key[at]) && (at == 0 || !is_upper(key[at - 1])))
			break;
	}
	return at;
}

static bool word_is(const char *at, size_t len, const char *word)
{
	size_t i = 0;

	for (; i < len && word[i] != '\0'; i++)
		if (small(at[i]) != word[i])
			return false;
	return i == len && word[i] == '\0';
}

static void squeeze(const char *key, size_t len, char ret[64])
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < 63; i++)
		if (key[i] != '_' && key[i] != '-')
			ret[n++] = small(key[i]);
	ret[n] = '\0';
}

static bool is_secret(const char *key, size_t len)
{
	char name[64];

	squeeze(key, len, name);
	for (size_t i = 0; i < COUNT(SECRETS); i++)
		if (strstr(name, SECRETS[i]) != NULL)
			return true;
	return false;
}

static enum rule rule_of_word(const char *word, size_t len)
{
	for (size_t i = 0; i < COUNT(WORDS); i++)
		if (WORDS[i].len == len && small(word[0]) == WORDS[i].word[0] &&
		    word_is(word, len, WORDS[i].word))
			return WORDS[i].rule;
	return RULE_NONE;
}

/* The names that come in every event, so that they need not be thought about. */
static const struct {
	const char *name;
	size_t len;
	enum rule rule;
} EVERYDAY[] = {
#define W(name, rule)                        \
	{                                    \
		name, sizeof(name) - 1, rule \
	}
	W("id", RULE_ID),
	W("merchant_id", RULE_NONE),
	W("customer_id", RULE_ID),
	W("payer_wallet_address", RULE_LONG),
	W("commerce_order_id", RULE_ID),
	W("created", RULE_NONE),
	W("amount_paid", RULE_NONE),
	W("stage", RULE_NONE),
	W("status", RULE_NONE),
	W("summary_status", RULE_NONE),
	W("invoice_id", RULE_ID),
	W("settlement_tx_hash", RULE_ID),
	W("tx_hash", RULE_ID),
	W("invoice_type", RULE_NONE),
	W("merchant_settlement_id", RULE_ID),
	W("wallet_address", RULE_LONG),
	W("quote_id", RULE_ID),
	W("retry_of", RULE_ID),
#undef W
};

static enum rule rule_of(const char *key, size_t len)
{
	enum rule rule;
	char name[64];
	size_t at;

	if (len < 2 || len >= sizeof(name) || !ENDS[(unsigned char)key[len - 1]])
		return RULE_NONE;
	for (size_t i = 0; i < COUNT(EVERYDAY); i++)
		if (EVERYDAY[i].len == len && memcmp(key, EVERYDAY[i].name, len) == 0)
			return EVERYDAY[i].rule;
	at = last_word(key, len);
	rule = at < len ? rule_of_word(key + at, len - at) : RULE_NONE;
	if (rule == RULE_NONE)
		return RULE_NONE;
	squeeze(key, len, name);
	for (size_t i = 0; i < COUNT(NAMES); i++)
		if (name[0] == NAMES[i].name[0] && str_equal(name, NAMES[i].name))
			return NAMES[i].rule;
	return rule == RULE_SPECIAL || is_secret(key, len) ? RULE_NONE : rule;
}

/* --- texts ------------------------------------------------------------------------------ */

void mention_fold(const char *s, char *ret, size_t cap)
{
	size_t i = 0;

	for (; s[i] != '\0' && i + 1 < cap; i++)
		ret[i] = small(s[i]);
	ret[i] = '\0';
}

bool mention_fold_phone(const char *s, char *ret, size_t cap)
{
	size_t n = 0, digits = 0;

	for (; *s != '\0'; s++) {
		if (strchr(" -().\t/", *s) != NULL)
			continue;
		if ((!is_digit(*s) && !(*s == '+' && n == 0)) || n + 1 >= cap)
			return false;
		digits += is_digit(*s) ? 1 : 0;
		ret[n++] = *s;
	}
	ret[n] = '\0';
	return digits >= PHONE_DIGITS;
}

bool mention_minds_case(const char *value)
{
	bool upper = false, lower = false, other = false;
	size_t i = 0;

	for (; value[i] != '\0'; i++) {
		char c = value[i];

		if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_')
			return false;
		upper |= is_upper(c);
		lower |= is_letter(c) && !is_upper(c);
		other |= is_letter(c) && hex_digit_value(c) < 0 && !(i == 1 && c == 'x');
	}
	return i >= 25 && upper && lower && other;
}

void mention_field(const struct mention *m, char *ret, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < m->path_len && cap > 0; i++) {
		if (i > 0 && n + 1 < cap)
			ret[n++] = '.';
		for (size_t k = 0; k < m->path[i].len && n + 1 < cap; k++)
			ret[n++] = m->path[i].at[k];
	}
	while (n > 0 && ((unsigned char)ret[n - 1] & 0x80) != 0)
		n--; /* no half of a character */
	ret[n] = '\0';
}

bool mention_is_of(const struct mention *m, const char *name)
{
	const struct mention_name *last = m->path_len > 0 ? &m->path[m->path_len - 1] : NULL;

	return last != NULL && strlen(name) == last->len && memcmp(last->at, name, last->len) == 0;
}

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
	bool prints; /* nothing is told; `print` is made */
	uint64_t print;
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

/* Eight bytes at a time up to the word that holds a quote or a backslash. */
static const char *skip_plain(const char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t word, quote, slash;

	for (; end - p >= 8; p += 8) {
		memcpy(&word, p, 8);
		quote = word ^ ones * '"';
		slash = word ^ ones * '\\';
		if ((((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops)
			break;
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

/* --- escapes ---------------------------------------------------------------------------- */

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
	uint32_t v = 0;

	if (end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit_value(p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint32_t)d;
	}
	*ret = v;
	return true;
}

static size_t put_utf8(uint32_t c, char ret[4])
{
	if (c < 0x80) {
		ret[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (char)(0xc0 | c >> 6);
		ret[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		ret[0] = (char)(0xe0 | c >> 12);
		ret[1] = (char)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | c >> 18);
	ret[1] = (char)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* *p is behind "\u"; false: no character. */
static bool take_unicode(const char **p, const char *end, uint32_t *ret)
{
	uint32_t c, low;

	if (!hex4(*p, end, &c))
		return false;
	*p += 4;
	if (c >= 0xd800 && c < 0xdc00) {
		if (end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u' || !hex4(*p + 2, end, &low) ||
		    low < 0xdc00 || low > 0xdfff)
			return false;
		*p += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*ret = c;
	return c >= 0x20 && !(c >= 0xdc00 && c <= 0xdfff);
}

static bool take_escape(const char **p, const char *end, uint32_t *ret)
{
	char c;

	if (*p >= end)
		return false;
	c = *(*p)++;
	if (c == 'u')
		return take_unicode(p, end, ret);
	*ret = (uint32_t)(unsigned char)c;
	return c == '"' || c == '\\' || c == '/'; /* the others are control characters */
}

/* False: it is too long, empty, or holds what no reference holds. */
static bool read_string(const struct mention_name *s, bool escapes, char ret[NAME_CAP])
{
	const char *p = s->at, *end = s->at + s->len;
	size_t n = 0;

	if (!escapes) {
		if (s->len == 0 || s->len >= NAME_CAP || memchr(s->at, '\0', s->len) != NULL)
			return false;
		memcpy(ret, s->at, s->len);
		ret[s->len] = '\0';
		return true;
	}
	while (p < end) {
		uint32_t c = (uint32_t)(unsigned char)*p++;
		char bytes[4] = {(char)c};
		size_t len = 1;

		if (c == '\\') {
			if (!take_escape(&p, end, &c))
				return false;
			len = put_utf8(c, bytes);
		}
		if (c == 0 || n + len >= NAME_CAP)
			return false;
		memcpy(ret + n, bytes, len);
		n += len;
	}
	ret[n] = '\0';
	return n > 0;
}

/* --- telling ---------------------------------------------------------------------------- */

static void tell(struct walk *w)
{
	struct mention m = {.text = w->text,
			    .value = w->value,
			    .len = strlen(w->text),
			    .path = w->path,
			    .path_len = w->path_len};

	if (w->left == 0)
		return;
	w->left--;
	w->to->say(w->to->ctx, &m);
}

static void tell_folded(struct walk *w)
{
	mention_fold(w->value, w->text, sizeof(w->text));
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
		if (like_a_reference(w->value))
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

static uint64_t mix(uint64_t a, uint64_t b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15u;
	return a ^ a >> 29;
}

static void print(struct walk *w, const char *text, size_t len)
{
	uint64_t h = mix(w->print, len), word;

	for (; len >= 8; text += 8, len -= 8) {
		memcpy(&word, text, 8);
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, text, len);
	w->print = mix(h, word);
}

static bool wanted(const struct walk *w, const struct mention_name *key, enum rule *ret)
{
	if (w->silent || key == NULL)
		return false;
	*ret = rule_of(key->at, key->len);
	return *ret != RULE_NONE || (w->metadata > 0 && !is_secret(key->at, key->len));
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
	if (w->prints)
		print(w, s.at, s.len);
	else if (read_string(&s, escapes, w->value))
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
	if (w->prints) {
		print(w, digits, len);
		return true;
	}
	memcpy(w->value, digits, len);
	w->value[len] = '\0';
	if (rule != RULE_LONG)
		tell_value(w, rule);
	return true;
}

static bool walk_member(struct walk *w)
{
	struct mention_name key;
	bool escapes, ok;
	size_t was = w->path_len;

	if (!take_string(w, &key, &escapes) || !take(w, ':'))
		return false;
	if (w->path_len < MENTION_PATH_MAX)
		w->path[w->path_len++] = key;
	if (w->metadata == 0 && word_is(key.at, key.len, "metadata"))
		w->metadata = w->depth;
	ok = walk_value(w, &key);
	if (w->metadata == w->depth)
		w->metadata = 0;
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
	w->silent = w->prints = false;
	w->print = 0;
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
			 (word_is(key.at, key.len, "id") ||
			  word_is(key.at, key.len, "idempotency_key"));
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
		if (w->prints)
			print(w, s.at, s.len);
		else if (read_string(&s, escapes, w->value))
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
		if (word_is(key.at, key.len, "object") ? !walk_value(w, NULL) : !pass_over(w))
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
		if (word_is(key.at, key.len, "data"))
			ok = walk_data(w);
		else if (word_is(key.at, key.len, "request"))
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

uint64_t mentions_fingerprint(const char *body, size_t len)
{
	struct walk w;

	walk_init(&w, body, len, NULL);
	w.prints = true;
	walk_event(&w);
	return w.print;
}

/* --- what is looked for ----------------------------------------------------------------- */

void needle_set(struct needle *n, const char *text, const char *tail)
{
	str_copy(n->head, sizeof(n->head), text);
	str_copy(n->tail, sizeof(n->tail), tail);
	mention_fold(n->head, n->folded, sizeof(n->folded));
	mention_fold(n->tail, n->folded_tail, sizeof(n->folded_tail));
	if (tail[0] != '\0' || !mention_fold_phone(n->head, n->phone, sizeof(n->phone)) ||
	    str_equal(n->phone, n->head))
		n->phone[0] = '\0';
}

static bool ends_in(const char *s, const char *tail)
{
	size_t len = strlen(s), t = strlen(tail);

	return len >= t && memcmp(s + len - t, tail, t) == 0;
}

static bool text_matches(const char *text, const char *head, const char *tail, enum match *ret)
{
	bool begins = str_starts_with(text, head);

	if (tail[0] != '\0' && (!ends_in(text, tail) || strlen(text) < strlen(head) + strlen(tail)))
		return false;
	if (tail[0] == '\0' && str_equal(text, head))
		*ret = MATCH_EXACT;
	else if (begins && head[0] != '\0')
		*ret = MATCH_PREFIX;
	else if (strstr(text, head) != NULL)
		*ret = MATCH_PART;
	else
		return false;
	return true;
}

bool needle_matches(const struct needle *n, const struct mention *m, enum match *ret)
{
	if (mention_minds_case(m->value))
		return text_matches(m->value, n->head, n->tail, ret);
	if (text_matches(m->text, n->folded, n->folded_tail, ret))
		return true;
	return n->phone[0] != '\0' && text_matches(m->text, n->phone, "", ret);
}
