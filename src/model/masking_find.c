/*
 * Finding in a text what was learnt, and what gives itself away by its looks. A text may be a link
 * or hold one, and what is in a link may be percent-encoded, more than once.
 */
#include "model/masking_priv.h"

#include "base/alloc.h"
#include "base/percent.h"
#include "base/secrets.h"
#include "model/subject.h"

#include <string.h>

/* --- letters ---------------------------------------------------------------------- */

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : (unsigned char)c;
}

static bool is_letter(char c)
{
	unsigned char u = lower(c);

	return (u >= 'a' && u <= 'z') || u >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_letter(c) || is_digit(c);
}

static bool same_letters(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

/* The byte there as a person means it, without case; and how many bytes it takes. */
static unsigned char meant_at(const char *text, size_t len, size_t at, size_t *ret_used)
{
	unsigned char byte = (unsigned char)text[at];

	*ret_used = percent_at(text, len, at, &byte);
	if (*ret_used == 0)
		*ret_used = 1;
	return lower((char)byte);
}

/* --- words of the protocol --------------------------------------------------------------- */

static bool is_protocol_word(const char *word, size_t len)
{
	static const char *const WORDS[] = {
		"invoice",  "payment",  "order",   "commerce", "refund",   "ramp",    "payout",
		"deposit",  "kyc",      "event",   "session",  "customer", "updated", "created",
		"pending",  "awaiting", "funds",   "manual",   "retry",    "not",     "started",
		"none",     "usd",      "millis",  "eur",      "base",     "solana",  "ethereum",
		"polygon",  "bsc",      "tron",    "arbitrum", "optimism", "usdc",    "usdt",
		"standard", "devnet",   "mainnet", "testnet",  "true",     "false",   "null"};
	char text[STATUS_CAP];

	if (len >= sizeof(text))
		return false;
	for (size_t i = 0; i < len; i++)
		text[i] = (char)lower(word[i]);
	text[len] = '\0';
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (str_equal(WORDS[i], text))
			return true;
	for (int v = 0; v < VOCAB_COUNT; v++)
		if (vocab_find((enum vocab)v, text))
			return true;
	return false;
}

bool masking_is_protocol(const char *text)
{
	bool any = false;

	while (*text) {
		size_t len = strcspn(text, "._-");

		if (len > 0 && !is_protocol_word(text, len))
			return false;
		any |= len > 0;
		text += len + (text[len] != '\0');
	}
	return any;
}

/* --- what was learnt --------------------------------------------------------------------- */

/* In a link it may be. */
static unsigned char plus_is_space(unsigned char c)
{
	return c == '+' ? ' ' : c;
}

/* The first of the values from `lo` to `hi`, alike in the bytes before `n`, whose byte `n` is not
 * below `byte`. */
static size_t values_from(const struct masking *m, size_t lo, size_t hi, size_t n, unsigned byte)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->values[mid]->key[n] < byte)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

unsigned char *masking_key(const char *text, size_t *ret_len)
{
	size_t len = strnlen(text, KEY_LEN_MAX);
	unsigned char *key = xcalloc(len + 1, 1);

	for (size_t i = 0; i < len; i++)
		key[i] = plus_is_space(lower(text[i]));
	*ret_len = len;
	return key;
}

/* The first place whose key is not below. */
static size_t place_of(const struct masking *m, const unsigned char *key)
{
	size_t lo = 0, hi = m->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp((const char *)m->values[mid]->key, (const char *)key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct masked_value *masking_alike(const struct masking *m, const unsigned char *key)
{
	size_t at = place_of(m, key);

	return at < m->count && str_equal((const char *)m->values[at]->key, (const char *)key)
		       ? m->values[at]
		       : NULL;
}

void masking_file(struct masking *m, struct masked_value *v)
{
	size_t at = place_of(m, v->key);

	v->number = v->word = true;
	for (size_t i = 0; i < v->len; i++) {
		v->number &= is_digit(v->text[i]);
		v->word &= is_letter(v->text[i]);
	}
	v->protocol = v->len >= LEAST_LEN && masking_is_protocol(v->text);
	v->by_its_name = v->len < LEAST_LEN || v->protocol;
	m->namesakes |= v->protocol;
	m->first[v->key[0]] = true;
	for (unsigned second = 0; second < 256; second++)
		if (v->len == 1 || v->key[1] == second)
			m->pairs[v->key[0] * 32 + second / 8] |=
				(unsigned char)(1u << (second % 8));
	array_reserve((void **)&m->values, &m->cap, m->count + 1, sizeof(*m->values));
	memmove(&m->values[at + 1], &m->values[at], (m->count - at) * sizeof(*m->values));
	m->values[at] = v;
	m->count++;
}

/* What is looked through. */
struct searched {
	const char *text;
	size_t len;
	size_t free_until; /* up to there it is free text */
	bool encoded;      /* there is a "%" in it */
	bool mail;         /* there may be an "@" in it */
};

static bool is_behind_customer(const char *text, size_t at)
{
	static const char CUSTOMER[] = "customer ";
	size_t n = sizeof(CUSTOMER) - 1;

	return at >= n && same_letters(text + at - n, CUSTOMER, n);
}

/* Not a part of a word, nor of a date or an amount. */
static bool value_may_stand(const struct masked_value *v, const struct searched *in, size_t at,
			    size_t said)
{
	char before = percent_before(in->text, at);
	char behind = at + said < in->len ? in->text[at + said] : ' ';

	if (v->len == KEY_LEN_MAX)
		return true;
	if (v->protocol && at < in->free_until)
		return !is_word(before) && !is_word(behind);
	if (v->by_its_name && !is_behind_customer(in->text, at))
		return false;
	if (v->len >= WORD_LEN && v->word)
		return !is_letter(before) && !is_letter(behind);
	if (v->len >= WORD_LEN && !v->number)
		return true;
	if (is_word(before) || is_word(behind))
		return false;
	return !v->number || v->by_its_name ||
	       (!strchr("-:.,/+", before) && !strchr("-:/+", behind));
}

/* Of a value that is longer than its key: how far it is in the text, from where it begins. One that
 * is alike so far and goes on otherwise may be as long as the longest, and ends with the line. */
static size_t value_goes_on(const struct masked_value *v, const struct searched *in, size_t begin,
			    size_t at)
{
	const char *more = v->text + v->len;
	size_t used;

	for (; *more && at < in->len; more++, at += used)
		if (meant_at(in->text, in->len, at, &used) != lower(*more))
			break;
	while (v->longest > 0 && at < in->len && at - begin < v->longest &&
	       !strchr("\n\"", in->text[at]))
		at++;
	return at;
}

static bool may_begin(const struct masking *m, const struct searched *in, size_t at)
{
	size_t used;
	unsigned first = plus_is_space(meant_at(in->text, in->len, at, &used)), second = 0;

	if (!m->first[first])
		return false;
	if (at + used < in->len)
		second = plus_is_space(meant_at(in->text, in->len, at + used, &used));
	return m->pairs[first * 32 + second / 8] & (1u << (second % 8));
}

/* The longest of what was learnt that stands at `at`, and of how many bytes it is there. */
static const struct masked_value *value_at(const struct masking *m, const struct searched *in,
					   size_t at, size_t *ret_said)
{
	const struct masked_value *found = NULL;
	size_t lo = 0, hi = m->count, i = at, used;

	if (!may_begin(m, in, at))
		return NULL;
	for (size_t n = 0; lo < hi; n++, i += used) {
		const struct masked_value *v = m->values[lo];
		unsigned byte;

		if (v->len == n && n > 0) {
			size_t end = n == KEY_LEN_MAX ? value_goes_on(v, in, at, i) : i;

			if (value_may_stand(v, in, at, end - at)) {
				found = v;
				*ret_said = end - at;
			}
		}
		if (i >= in->len || n == KEY_LEN_MAX)
			break;
		byte = plus_is_space(meant_at(in->text, in->len, i, &used));
		if (byte == 0)
			break; /* there is none in a key */
		lo = values_from(m, lo, hi, n, byte);
		hi = values_from(m, lo, hi, n, byte + 1);
	}
	return found;
}

/* --- by their looks ---------------------------------------------------------------------- */

static bool is_email_letter(char c)
{
	return is_word(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%';
}

/* The length of an "@", also percent-encoded, or 0. */
static size_t at_sign_at(const char *text, size_t len, size_t at)
{
	unsigned char byte = 0;
	size_t used;

	if (at < len && text[at] == '@')
		return 1;
	used = percent_at(text, len, at, &byte);
	return byte == '@' ? used : 0;
}

/* The length of an e-mail address that begins at `at`, or 0. */
static size_t email_at(const char *text, size_t len, size_t at)
{
	size_t name = at, sign = 0, host;
	bool dot = false;

	if (at > 0 && is_email_letter(percent_before(text, at)))
		return 0;
	while (name < len && (sign = at_sign_at(text, len, name)) == 0 &&
	       is_email_letter(text[name]))
		name++;
	if (name == at || sign == 0)
		return 0;
	for (host = name + sign;
	     host < len && (is_word(text[host]) || text[host] == '-' ||
			    (text[host] == '.' && host + 1 < len && is_word(text[host + 1])));
	     host++)
		dot |= text[host] == '.';
	return dot ? host - at : 0;
}

/* --- all of them ------------------------------------------------------------------------- */

/* It begins a word, or stands in an address of the web. */
static bool may_be_secret(const struct searched *in, size_t at)
{
	return in->text[at] == ':' ||
	       ((unsigned char)in->text[at] < 0x80 && is_word(in->text[at]) &&
		(at == 0 || in->encoded || (unsigned char)in->text[at - 1] >= 0x80 ||
		 !is_word(in->text[at - 1])));
}

/* What stands at `at` that is to be replaced. */
struct found {
	size_t len, keep; /* bytes; those at its beginning that stay */
	const char *with;
};

static struct found found_at(const struct masking *m, const struct searched *in, size_t at)
{
	struct found f = {.with = "[removed]"};
	const struct masked_value *v;

	if (may_be_secret(in, at))
		f.len = secret_at(in->text, in->len, at, &f.keep);
	if (f.len > 0)
		return f;
	f.keep = 0;
	v = value_at(m, in, at, &f.len);
	if (v) {
		f.with = v->stand_in;
	} else if (in->mail) {
		f.len = email_at(in->text, in->len, at);
		f.with = "[email]";
	}
	return f;
}

static bool has(const char *text, size_t len, char c)
{
	return memchr(text, c, len) != NULL;
}

void masking_bytes(const struct masking *m, const char *text, size_t len, bool free_text,
		   struct strbuf *out)
{
	struct searched in = {.text = text, .len = len, .free_until = free_text ? len : 0};
	size_t from = 0, i = 0;

	in.encoded = has(text, len, '%');
	in.mail = in.encoded || has(text, len, '@');
	while (i < len) {
		struct found f;

		if (i >= in.free_until && m->sayings_found > 0)
			in.free_until = i + masking_saying_at(m, text, len, i);
		f = found_at(m, &in, i);
		if (f.len == 0) {
			i++;
			continue;
		}
		strbuf_add(out, text + from, i + f.keep - from);
		strbuf_addstr(out, f.with);
		from = i += f.len;
	}
	strbuf_add(out, text + from, len - from);
}
