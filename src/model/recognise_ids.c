/* What has the form of an id, at one place of the text. */
#include "model/recognise_priv.h"

#include "base/strbuf.h"

#include <ctype.h>
#include <string.h>

#define FRAGMENT_LEAST 8
#define GROUPS_CAP     40
#define PIECE_LEAST    3 /* of a shortened form */

bool scan_email(struct scan *sc, size_t at)
{
	struct scrap it = {.kind = SCRAP_EMAIL, .likely = SUBJECT_CUSTOMER};
	size_t n;

	if (at < sc->local_end)
		return false;
	n = email_at(sc->s + at, sc->len - at);
	if (n == 0) {
		size_t end = at;

		while (end < sc->len && (is_id_byte(sc->s[end]) || strchr("._%+", sc->s[end])) &&
		       sc->s[end])
			end++;
		sc->local_end = end;
		return false;
	}
	scan_add(sc, &it, at, at + n);
	return true;
}

bool scan_uuid(struct scan *sc, size_t at)
{
	struct scrap it = {.kind = SCRAP_UUID, .likely = scan_likely(sc, at)};
	char id[37];
	size_t n = uuid_at(sc->s + at, sc->len - at, id);

	if (n == 0)
		return false;
	str_copy(it.text, sizeof(it.text), id);
	scan_add(sc, &it, at, at + n);
	return true;
}

/* "sui:" and Sui's explorers: an address there is as long as a hash elsewhere. */
static bool scan_is_sui_object(const struct scan *sc, size_t at)
{
	return sc->network && at < sc->network_until && str_equal(sc->network, "sui");
}

bool scan_chain_hex(struct scan *sc, size_t at)
{
	struct scrap it = {.likely = SUBJECT_EVENT};
	char text[67];
	size_t n = chain_hex_at(sc->s + at, sc->len - at, text);

	if (n == 0)
		return false;
	it.kind = strlen(text) == 42 || scan_is_sui_object(sc, at) ? SCRAP_ADDRESS : SCRAP_HASH;
	str_copy(it.text, sizeof(it.text), text);
	scan_add(sc, &it, at, at + n);
	return true;
}

bool scan_other_chains(struct scan *sc, size_t at, size_t end)
{
	struct scrap it = {.kind = SCRAP_ADDRESS, .likely = SUBJECT_EVENT};
	const char *s = sc->s + at, *network = NULL;
	size_t len = end - at;

	if (len < 32 || len > 128)
		return false;
	if (is_base58_signature(s, len)) {
		it.kind = SCRAP_HASH;
		network = "solana";
	} else if (is_base58_address(s, len)) {
		it.kind = scan_is_sui_object(sc, at) ? SCRAP_HASH : SCRAP_ADDRESS;
		network = scan_is_sui_object(sc, at) ? "sui" : "solana";
	} else if (is_ton_address(s, len)) {
		network = "ton";
	} else if (!is_bech32_address(s, len, &network)) {
		return false;
	}
	str_copy(it.network, sizeof(it.network), network);
	scan_add(sc, &it, at, end);
	return true;
}

/* evt_…, cust_…, inv_…: letters, an underscore, and something with a digit in it. */
bool scan_prefixed(struct scan *sc, size_t at, size_t end)
{
	struct scrap it = {.kind = SCRAP_ID, .likely = SUBJECT_EVENT};
	const char *s = sc->s + at, *line = memchr(s, '_', end - at);
	size_t prefix = line ? (size_t)(line - s) : 0;
	struct said said;
	bool customer = prefix == 4 && strncasecmp(s, "cust", 4) == 0;

	if (prefix < 2 || prefix > 10 || end - at - prefix < (customer ? 2 : 3) ||
	    end - at >= NAME_CAP)
		return false;
	for (size_t i = 0; i < prefix; i++)
		if (!isalpha((unsigned char)s[i]))
			return false;
	if (!customer && !has_digit(line, end - at - prefix))
		return false;
	said = word_says(s, prefix);
	if (said.class == WORD_NOUN) {
		sc->noun = said;
		sc->noun_end = at + prefix;
	}
	if (scan_uuid(sc, at + prefix + 1))
		return true;
	if (prefix == 3 && strncasecmp(s, "evt", 3) == 0) {
		it.kind = SCRAP_EVENT;
	} else if (said.class == WORD_NOUN) {
		it.kind = said.subject == SUBJECT_CUSTOMER ? SCRAP_CUSTOMER : SCRAP_ID;
		it.likely = said.subject;
	}
	scan_add(sc, &it, at, end);
	return true;
}

/* Digits in groups, as they are printed on parcels: "9400 1118 9956 0737 5833 92". Where the
 * longest number ends that is one, 0: none is. Without a word that says so its check digit has to
 * be right. */
static size_t joined_groups(const struct scan *sc, size_t at, char ret[GROUPS_CAP])
{
	enum tracking_sure least = at < sc->tracking_until ? TRACKING_COULD_BE : TRACKING_CHECKED;
	size_t n = 0, i = at, end = 0, right = 0;

	while (i < sc->len && n + 1 < GROUPS_CAP && isalnum((unsigned char)sc->s[i])) {
		ret[n++] = sc->s[i++];
		if (i < sc->len && isalnum((unsigned char)sc->s[i]))
			continue;
		if (n >= 12 && tracking_check(ret, n) >= least) {
			right = n;
			end = i;
		}
		if (i < sc->len && (sc->s[i] == ' ' || sc->s[i] == '-'))
			i++;
	}
	ret[right] = '\0';
	return end;
}

bool scan_tracking(struct scan *sc, size_t at, size_t end)
{
	struct scrap it = {.kind = SCRAP_TRACKING, .likely = SUBJECT_ORDER};
	const char *s = sc->s + at;
	enum tracking_sure sure;
	char joined[GROUPS_CAP];
	size_t to;

	if (!isdigit((unsigned char)s[0]) && end - at != 13 && strncmp(s, "TBA", 3) != 0 &&
	    strncmp(s, "JD", 2) != 0 && strncmp(s, "JJD", 3) != 0 && strncmp(s, "GM", 2) != 0)
		return false;
	sure = tracking_check(s, end - at);
	/* A time in ms looks like one, and so does a phone number: a word has to say so. */
	if (sure == TRACKING_CHECKED ||
	    (sure == TRACKING_COULD_BE &&
	     ((end - at == 18 && s[1] == 'Z') || at < sc->tracking_until))) {
		scan_add(sc, &it, at, end);
		return true;
	}
	if (sc->joins++ >= JOINS_MAX)
		return false;
	to = joined_groups(sc, at, joined);
	if (to < end || (to == end && !memchr(s, '-', end - at)))
		return false;
	str_copy(it.text, sizeof(it.text), joined);
	scan_add(sc, &it, at, to);
	return true;
}

static size_t dots_at(const struct scan *sc, size_t at)
{
	size_t n = 0;

	while (at + n < sc->len && (sc->s[at + n] == '.' || sc->s[at + n] == '*'))
		n++;
	return n;
}

/* Of hexadecimal digits or of what chains write addresses in, with something no word has. */
static bool is_piece(const char *s, size_t len)
{
	size_t hex = len > 2 && s[0] == '0' && s[1] == 'x' ? 2 : 0;

	for (size_t i = 0; i < len; i++)
		if (!is_id_byte(s[i]))
			return false;
	return len >= PIECE_LEAST && (hex || has_digit(s, len));
}

/* What follows the dots is the end of it: long enough, or of hexadecimal digits as the rest. */
static bool is_end(const char *head, size_t head_len, const char *end, size_t len)
{
	size_t skip = is_piece(head, head_len) && head_len > 2 && head[1] == 'x' ? 2 : 0;

	if (len >= PIECE_LEAST)
		return true;
	return len > 0 && count_hex(end, len) == len &&
	       count_hex(head + skip, head_len - skip) == head_len - skip;
}

/* "9…c41b": a short beginning needs an end that no word is. */
static bool is_short_head(const char *head, size_t head_len, const char *end, size_t len)
{
	return len >= 4 && count_hex(end, len) == len && count_hex(head, head_len) == head_len &&
	       has_digit(end, len) && (has_letter(end, len) || has_letter(head, head_len));
}

/* "0x3f2a…9c1d", "9B0D…": head and tail of something longer. */
bool scan_shortened(struct scan *sc, size_t at, size_t end)
{
	struct scrap it = {.kind = SCRAP_PART, .likely = scan_likely(sc, at)};
	size_t dots = dots_at(sc, end), tail = end + dots, to = tail, to_end;

	if (dots < 2 || end - at >= ADDR_CAP)
		return false;
	while (to < sc->len && isalnum((unsigned char)sc->s[to]))
		to++;
	to_end = to;
	if (to - tail >= ADDR_CAP || !is_end(sc->s + at, end - at, sc->s + tail, to - tail))
		to = tail;
	if (end - at < PIECE_LEAST && !is_short_head(sc->s + at, end - at, sc->s + tail, to - tail))
		return false;
	it.short_end = to == tail && to_end - tail > 0 && to_end - tail < PIECE_LEAST;
	if (end - at >= PIECE_LEAST && !is_piece(sc->s + at, end - at) &&
	    !(to > tail && has_digit(sc->s + tail, to - tail)))
		return false;
	if (to == tail && end - at < 4)
		return false;
	str_printf(it.text, sizeof(it.text), "%.*s", (int)(end - at), sc->s + at);
	str_printf(it.tail, sizeof(it.tail), "%.*s", (int)(to - tail), sc->s + tail);
	scan_add(sc, &it, at, to);
	return true;
}

/* An amount, a date or a time is no id. */
static bool is_quantity(const struct scan *sc, size_t at, size_t end)
{
	const char *s = sc->s + at;
	size_t len = end - at;

	if (at > 0 && strchr("$.,:", sc->s[at - 1]) && sc->s[at - 1] && at > 1 &&
	    (sc->s[at - 1] == '$' || isdigit((unsigned char)sc->s[at - 2])))
		return true;
	if (end + 1 < sc->len && strchr(".,:%", sc->s[end]) &&
	    isdigit((unsigned char)sc->s[end + 1]))
		return true;
	return len >= 10 && isdigit((unsigned char)s[0]) && s[4] == '-' && s[7] == '-';
}

/* An id only because of the word before it, or because it is part of one. */
bool scan_plain(struct scan *sc, size_t at, size_t end)
{
	struct scrap it = {.kind = SCRAP_ID, .likely = scan_likely(sc, at)};
	const char *s = sc->s + at;
	size_t len = end - at, hex = count_hex(s, len);
	bool digit = has_digit(s, len), letter = has_letter(s, len);
	bool told = it.likely != SUBJECT_EVENT && scan_near(sc, at, VALUE_REACH);

	if (len >= NAME_CAP || !digit || is_quantity(sc, at, end))
		return false;
	if (len == 10 && s[0] == 'B' && s[1] == '0' && letter) { /* as retailers name products */
		for (size_t i = 0; i < len; i++)
			if (!isupper((unsigned char)s[i]) && !isdigit((unsigned char)s[i]))
				return false;
		it.likely = SUBJECT_PRODUCT;
	} else if (told && (len >= 4 || letter) && len >= 3) {
		if (it.likely == SUBJECT_CUSTOMER)
			it.kind = SCRAP_CUSTOMER;
		sc->doubt = 18; /* any number may follow a word */
	} else if (len > 2 && s[0] == '0' && s[1] == 'x' && len >= 6 &&
		   count_hex(s + 2, len - 2) == len - 2) {
		it.kind = SCRAP_PART;
	} else if (!(letter && (hex == len || (hex == 8 && s[8] == '-')) &&
		     len >= FRAGMENT_LEAST)) {
		return false;
	}
	scan_add(sc, &it, at, end);
	return true;
}

/* "customer_id":"acme-west", customer=acme: whatever a merchant calls his customers. */
bool scan_customer(struct scan *sc, size_t at)
{
	struct scrap it = {.kind = SCRAP_CUSTOMER, .likely = SUBJECT_CUSTOMER};
	size_t end = at;
	bool told = false;

	if (scan_likely(sc, at) != SUBJECT_CUSTOMER || !scan_near(sc, at, SECRET_REACH))
		return false;
	for (size_t i = sc->noun_end; i < at; i++)
		told |= sc->s[i] == ':' || sc->s[i] == '=' || sc->s[i] == '#' || sc->s[i] == '/';
	while (end < sc->len &&
	       (is_id_byte(sc->s[end]) || (sc->s[end] && strchr(".+", sc->s[end]))))
		end++;
	while (end > at && sc->s[end - 1] == '.')
		end--;
	if (!told || end - at < 2 || end - at >= NAME_CAP || is_filler(sc->s + at, end - at) ||
	    (end - at == 4 && strncmp(sc->s + at, "null", 4) == 0) ||
	    word_says(sc->s + at, end - at).class != WORD_PLAIN)
		return false;
	scan_add(sc, &it, at, end);
	return true;
}
