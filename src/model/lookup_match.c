/* Whether a text says what is looked for. */
#include "model/lookup_priv.h"

#include "base/strbuf.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

#define PREFIX_LEAST 4 /* of what begins with it */
#define PART_LEAST   6 /* of what holds it somewhere */

#define TRACKING_LEAST 8
#define ID_PREFIX_MAX  10

static bool is_hex_prefix(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
}

static const char *without_0x(const char *s)
{
	return is_hex_prefix(s) ? s + 2 : s;
}

static bool equal_nocase(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

static bool starts_nocase(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

static bool holds_nocase(const char *s, const char *part)
{
	size_t n = strlen(part);

	for (; *s; s++)
		if ((*s | 0x20) == (*part | 0x20) && strncasecmp(s, part, n) == 0)
			return true;
	return false;
}

static bool ends_nocase(const char *s, const char *with)
{
	size_t a = strlen(s), b = strlen(with);

	return a >= b && strcasecmp(s + a - b, with) == 0;
}

/* Of something longer, as it is shortened on screens. */
static bool is_shortened(const struct scrap *s, const char *text)
{
	size_t least = strlen(s->text) + strlen(s->tail) + 2;

	if (strlen(text) < least || !ends_nocase(text, s->tail))
		return false;
	return starts_nocase(text, s->text) || starts_nocase(without_0x(text), s->text);
}

/* By any piece of it that is long enough to mean something. */
static bool says_part(const char *text, const char *part, size_t prefix_least, size_t part_least,
		      enum match *ret)
{
	size_t n = strlen(part);

	if (n >= prefix_least && starts_nocase(text, part))
		*ret = MATCH_PREFIX;
	else if (n >= part_least && holds_nocase(text, part))
		*ret = MATCH_PART;
	else
		return false;
	return true;
}

/* Parcels' numbers are written in groups, by carriers and by shops. */
static bool says_tracking(const char *text, const char *number, enum match *ret)
{
	char joined[ADDR_CAP];
	size_t n = 0;

	if (says_part(text, number, SIZE_MAX, TRACKING_LEAST, ret))
		return true;
	for (; *text && n + 1 < sizeof(joined); text++)
		if (*text != ' ' && *text != '-')
			joined[n++] = *text;
	joined[n] = '\0';
	*ret = MATCH_EXACT;
	return equal_nocase(joined, number) ||
	       says_part(joined, number, SIZE_MAX, TRACKING_LEAST, ret);
}

/* "2k3m" of "cust_2K3MAQ9": people leave out what all ids begin with. */
static const char *behind_prefix(const char *id)
{
	size_t n = strcspn(id, "_");

	return n >= 2 && n <= ID_PREFIX_MAX && id[n] == '_' ? id + n + 1 : "";
}

bool scrap_matches(const struct scrap *s, const char *text, enum match *ret)
{
	bool begins;

	if (s->kind == SCRAP_PAYMENT_URL || is_quantity(s) || !text[0])
		return false;
	*ret = MATCH_EXACT;
	if (s->kind != SCRAP_PART &&
	    (equal_nocase(s->text, text) ||
	     (s->kind == SCRAP_HASH && equal_nocase(without_0x(s->text), without_0x(text)))))
		return true;
	switch (s->kind) {
	case SCRAP_TRACKING: /* in the link to the carrier's page, too */
		return says_tracking(text, s->text, ret);
	case SCRAP_CUSTOMER:
	case SCRAP_ID:
		return says_part(text, s->text, PREFIX_LEAST, PART_LEAST, ret) ||
		       says_part(behind_prefix(text), s->text, PREFIX_LEAST, SIZE_MAX, ret);
	case SCRAP_PART:
		*ret = MATCH_PREFIX;
		if (is_shortened(s, text))
			return true;
		return !s->tail[0] && says_part(text, s->text, SIZE_MAX, PART_LEAST, ret);
	case SCRAP_WORD:
		if (strlen(s->text) < 2 ||
		    (!name_matches(text, s->text, &begins) && !utf8_contains_nocase(text, s->text)))
			return false;
		*ret = begins ? MATCH_PREFIX : MATCH_PART;
		return true;
	default:
		return false;
	}
}

bool is_id_member(const char *key)
{
	static const char *const ENDS[] = {"_id",
					   "Id",
					   "hash",
					   "Hash",
					   "wallet_address",
					   "walletAddress",
					   "deposit_address",
					   "AddressBsc"};

	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++)
		if (ends_nocase(key, ENDS[i]))
			return true;
	return str_equal(key, "id");
}

bool is_dull_member(const char *key)
{
	static const char *const ENDS[] = {"status", "environment", "network", "currency",
					   "unit",   "type",        "symbol",  "rail",
					   "stage",  "url",         "date",    "rate"};

	for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++)
		if (ends_nocase(key, ENDS[i]))
			return true;
	return false;
}
