#include "model/recognise_priv.h"

#include "base/strbuf.h"
#include "base/text.h"

#include <ctype.h>
#include <string.h>

#define WORD_TEXT_MAX   80
#define BARE_AMOUNT_MAX 7 /* digits */

const char *scrap_kind_words(enum scrap_kind k)
{
	static const char *const WORDS[] = {
#define X(constant, words) words,
		SCRAP_KINDS(X)
#undef X
	};

	return k < SCRAP_KIND_COUNT ? WORDS[k] : "";
}

/* --- keeping the best ------------------------------------------------------------------------- */

static struct scrap *scan_known(struct scan *sc, const struct scrap *it)
{
	for (size_t i = 0; i < sc->ret->count; i++) {
		struct scrap *other = &sc->ret->items[i];

		if (other->kind == it->kind && strcasecmp(other->text, it->text) == 0 &&
		    strcasecmp(other->tail, it->tail) == 0)
			return other;
	}
	return NULL;
}

static void scan_keep(struct scan *sc, const struct scrap *it, int rank)
{
	struct scraps *all = sc->ret;
	struct scrap *known = scan_known(sc, it);
	size_t place;

	if (known) {
		if (known->likely == SUBJECT_EVENT)
			known->likely = it->likely;
		if (!known->network[0])
			str_copy(known->network, sizeof(known->network), it->network);
		return;
	}
	for (place = all->count; place > 0 && sc->rank[place - 1] > rank; place--)
		;
	if (place == SCRAPS_MAX)
		return;
	if (all->count < SCRAPS_MAX)
		all->count++;
	memmove(&all->items[place + 1], &all->items[place],
		(all->count - place - 1) * sizeof(all->items[0]));
	memmove(&sc->rank[place + 1], &sc->rank[place],
		(all->count - place - 1) * sizeof(sc->rank[0]));
	all->items[place] = *it;
	sc->rank[place] = rank;
}

/* The text from `at` to `end`, unless the scrap has one. */
void scan_add(struct scan *sc, struct scrap *it, size_t at, size_t end)
{
	bool weak = sc->noun.class == WORD_WEAK && at - sc->noun_end <= VALUE_REACH;

	if (!it->text[0])
		str_printf(it->text, sizeof(it->text), "%.*s",
			   (int)(end - at < NAME_CAP ? end - at : NAME_CAP - 1), sc->s + at);
	if (!it->network[0] && sc->network && at < sc->network_until)
		str_copy(it->network, sizeof(it->network), sc->network);
	it->at = sc->c->at[at];
	it->len = sc->c->at[end] - it->at;
	scan_keep(sc, it,
		  (int)it->kind * 10 - (it->likely != SUBJECT_EVENT ? 5 : 0) + (weak ? 60 : 0) +
			  sc->doubt);
	sc->noun.class = WORD_PLAIN;
	sc->doubt = 0;
	sc->at = end;
}

/* --- words before it ---------------------------------------------------------------------------
 */

bool scan_near(const struct scan *sc, size_t at, size_t reach)
{
	size_t breaks = 0;

	if (at < sc->noun_end || at - sc->noun_end > reach)
		return false;
	for (size_t i = sc->noun_end; i < at; i++)
		breaks += sc->s[i] == '\n';
	return breaks <= 2;
}

enum subject_kind scan_likely(const struct scan *sc, size_t at)
{
	return sc->noun.class == WORD_NOUN && scan_near(sc, at, NOUN_REACH) ? sc->noun.subject
									    : SUBJECT_EVENT;
}

/* "order number: 17", "Rechnung Nr. 17", "customer id is 17" */
bool is_filler(const char *s, size_t len)
{
	static const char *const WORDS[] = {"number", "no",     "nr",        "num", "id",
					    "ids",    "ref",    "reference", "is",  "code",
					    "uuid",   "nummer", "the",       "my",  "and"};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (strlen(WORDS[i]) == len && strncasecmp(s, WORDS[i], len) == 0)
			return true;
	return false;
}

static void scan_word(struct scan *sc, size_t at, size_t end)
{
	struct said said = word_says(sc->s + at, end - at);

	sc->secret = false;
	switch (said.class) {
	case WORD_NOUN:
	case WORD_WEAK:
		sc->noun = said;
		sc->noun_end = end;
		break;
	case WORD_MEMBER:
		if (!scan_is_member(sc, at, end))
			break;
		/* fall through */
	case WORD_SECRET:
		sc->secret = true;
		sc->secret_end = end;
		sc->signature = end - at >= 9 && strncasecmp(sc->s + end - 9, "signature", 9) == 0;
		break;
	case WORD_TRACKING:
		sc->tracking_until = end + TRACKING_REACH;
		break;
	case WORD_NETWORK:
		if (end < sc->len && sc->s[end] == ':') {
			sc->network = said.network;
			sc->network_until = end + 3;
		}
		break;
	case WORD_PLAIN:
		if (is_filler(sc->s + at, end - at) && sc->noun.class != WORD_PLAIN &&
		    scan_near(sc, at, VALUE_REACH))
			sc->noun_end = end;
		break;
	}
	sc->at = end;
}

/* --- one after another
 * ------------------------------------------------------------------------------
 */

static void scan_one(struct scan *sc)
{
	size_t at, end;

	while (sc->at < sc->len && !is_id_byte(sc->s[sc->at]))
		sc->at++;
	at = sc->at;
	if (at == sc->len)
		return;
	for (end = at; end < sc->len && is_id_byte(sc->s[end]);)
		end++;
	if (scan_other_chains(sc, at, end)) /* one of them may begin or end in a dash */
		return;
	while (at < end && (sc->s[at] == '-' || sc->s[at] == '_'))
		at++;
	if (at == end) {
		sc->at = end;
		return;
	}
	if (scan_email(sc, at))
		return;
	if (end - at < 2 && sc->s[end] != '.' && !sc->secret &&
	    !isdigit((unsigned char)sc->s[at])) {
		sc->at = end;
		return;
	}
	if (scan_secret(sc, at) || scan_link(sc, at) || scan_host(sc, end) || scan_uuid(sc, at) ||
	    scan_chain_hex(sc, at))
		return;
	while (end > at && (sc->s[end - 1] == '-' || sc->s[end - 1] == '_'))
		end--;
	if (scan_shortened(sc, at, end) || scan_other_chains(sc, at, end) ||
	    scan_prefixed(sc, at, end) || scan_tracking(sc, at, end) || scan_amount(sc, at) ||
	    scan_plain(sc, at, end) || scan_customer(sc, at))
		return;
	scan_word(sc, at, end);
}

/* --- when nothing in it has a form --------------------------------------------------------------
 */

static bool is_wrapping(char c)
{
	return (unsigned char)c <= ' ' || strchr("\"'`<>()[]{}*_.,;:!?#|~", c);
}

/* "257.48", "2026-11-23" */
static bool scan_quantity(struct scrap *it)
{
	struct amount_text amount;
	char date[24];

	if (date_read(it->text, date)) {
		it->kind = SCRAP_DATE;
		return str_copy(it->text, sizeof(it->text), date);
	}
	if (!amount_read(it->text, &amount))
		return false;
	it->kind = SCRAP_AMOUNT;
	str_copy(it->currency, sizeof(it->currency), amount.currency);
	return str_copy(it->text, sizeof(it->text), amount.text);
}

/* "1750": some merchants number their customers; most people mean money. */
static void scan_bare_number(struct scan *sc, const struct scrap *it, size_t from, size_t to)
{
	struct scrap amount = {.kind = SCRAP_AMOUNT, .likely = SUBJECT_EVENT};
	size_t len = strlen(it->text);

	if (len > BARE_AMOUNT_MAX || strspn(it->text, "0123456789") != len || it->text[0] == '0')
		return;
	str_copy(amount.text, sizeof(amount.text), it->text);
	scan_add(sc, &amount, from, to);
}

/* As ids begin; a word would have no digit, a customer's number no letter. */
static bool is_short_hex(const char *s, size_t len)
{
	return len >= 4 && len <= 8 && count_hex(s, len) == len && has_digit(s, len) &&
	       has_letter(s, len);
}

/* One word may be anything, most likely what the merchant calls a customer; more are a name. */
static void scan_text(struct scan *sc)
{
	struct scrap it = {.kind = SCRAP_WORD, .likely = SUBJECT_EVENT};
	size_t from = 0, to = sc->len, n = 0, next, len;
	bool words = false;

	while (from < to && is_wrapping(sc->s[from]))
		from++;
	while (to > from && is_wrapping(sc->s[to - 1]))
		to--;
	for (size_t i = from; i < to && n < WORD_TEXT_MAX; i = next) {
		utf8_decode(sc->s + i, to - i, &len);
		next = i + len;
		if ((unsigned char)sc->s[i] > ' ') {
			memcpy(it.text + n, sc->s + i, len);
			n += len;
		} else if (sc->s[i] == '\n' && n > 0) {
			to = i; /* the first line says it */
		} else if (n > 0 && it.text[n - 1] != ' ') {
			it.text[n++] = ' ';
			words = true;
		}
	}
	while (n > 0 && it.text[n - 1] == ' ')
		it.text[--n] = '\0';
	if (strspn(it.text, "-_+=/%&$@^ ") == n)
		return;
	if (scan_quantity(&it)) {
		scan_add(sc, &it, from, to);
		return;
	}
	if (!words && is_short_hex(it.text, n)) {
		it.kind = SCRAP_ID;
	} else if (!words) {
		it.kind = n >= 4 && tracking_check(it.text, n) != TRACKING_NOT ? SCRAP_TRACKING
			  : has_digit(it.text, n)                              ? SCRAP_CUSTOMER
									       : SCRAP_WORD;
		it.likely = it.kind == SCRAP_TRACKING ? SUBJECT_ORDER : SUBJECT_CUSTOMER;
	}
	scan_add(sc, &it, from, to);
	if (!words)
		scan_bare_number(sc, &it, from, to);
}

/* Token and signature of a session, each by itself: as headers have them. */
static void scan_headers(struct scan *sc)
{
	struct scrap it = {.kind = SCRAP_PAYMENT_URL, .likely = SUBJECT_SESSION};

	if (sc->ret->pass.token[0] || !sc->token[0] || !sc->signed_by[0])
		return;
	str_copy(sc->ret->pass.token, sizeof(sc->ret->pass.token), sc->token);
	str_copy(sc->ret->pass.signature, sizeof(sc->ret->pass.signature), sc->signed_by);
	str_copy(it.text, sizeof(it.text), "session token and signature");
	scan_add(sc, &it, 0, sc->len);
}

/* With what was typed: is it another text? */
static void scrap_compare(struct scrap *it, const char *typed)
{
	it->alike = has_alike(typed, it->len) && !has_alike(it->text, strlen(it->text));
	for (size_t i = 0; i < it->len && it->text[i] && !it->mended; i++)
		it->mended = isalpha((unsigned char)typed[i]) &&
			     isdigit((unsigned char)it->text[i]) && it->len == strlen(it->text);
}

void recognise(struct scraps *ret, const char *text, size_t len)
{
	struct clean c;
	struct scan sc = {.c = &c, .ret = ret};

	*ret = (struct scraps){.count = 0};
	clean_make(&c, text, len);
	clean_alike(&c);
	clean_spelled(&c);
	clean_digits(&c);
	clean_spoken(&c);
	sc.s = c.s;
	sc.len = c.len;
	(void)scan_amount_alone(&sc);
	while (sc.at < sc.len)
		scan_one(&sc);
	ret->secret = sc.secrets;
	scan_headers(&sc);
	if (ret->count == 0 && !sc.secrets)
		scan_text(&sc);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->items[i].at + ret->items[i].len <= len)
			scrap_compare(&ret->items[i], text + ret->items[i].at);
	memset(sc.token, 0, sizeof(sc.token));
	memset(sc.signed_by, 0, sizeof(sc.signed_by));
	clean_release(&c);
}
