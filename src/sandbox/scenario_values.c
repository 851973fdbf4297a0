/* What can follow a verb: how each word is read, and what it must be. */
#include "sandbox/chain.h"
#include "sandbox/scenario_parse.h"
#include "sandbox/shop.h"

#include "base/alloc.h"
#include "base/money.h"
#include "base/strbuf.h"

#define DURATION_MAX_MS (366LL * 24 * 3600 * 1000)
#define AMOUNT_MAX      (10LL * 1000 * 1000 * 1000) /* ten million dollars */
#define SHARE_MAX       1000                        /* percent */

/* --- numbers --------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

enum status value_whole(const char *text, int64_t least, int64_t most, int64_t *ret)
{
	int64_t n = 0;

	if (!*text || strlen(text) > 15)
		return E_INVALID;
	for (; *text; text++) {
		if (!is_digit(*text))
			return E_INVALID;
		n = n * 10 + (*text - '0');
	}
	if (n < least || n > most)
		return E_INVALID;
	*ret = n;
	return S_OK;
}

static int64_t unit_ms(const char *text, size_t len)
{
	static const struct {
		const char *name;
		int64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len && !strncmp(units[i].name, text, len))
			return units[i].ms;
	return 0;
}

enum status value_duration(const char *text, int64_t *ret_ms)
{
	int64_t sum = 0;

	if (!*text)
		return E_INVALID;
	while (*text) {
		size_t digits = strspn(text, "0123456789");
		size_t letters = strspn(text + digits, "dhms");
		char number[16];
		int64_t n, ms = unit_ms(text + digits, letters);

		str_printf(number, sizeof(number), "%.*s", (int)digits, text);
		if (!ms || value_whole(number, 0, DURATION_MAX_MS, &n) != S_OK ||
		    n > DURATION_MAX_MS / ms || sum + n * ms > DURATION_MAX_MS)
			return E_INVALID;
		sum += n * ms;
		text += digits + letters;
	}
	*ret_ms = sum;
	return S_OK;
}

static enum status read_dollars(const char *text, int64_t *ret)
{
	int64_t n;

	if (money_parse_decimal(text, USD_MILLIS_EXPONENT, &n) != S_OK || n <= 0 || n > AMOUNT_MAX)
		return E_INVALID;
	*ret = n;
	return S_OK;
}

static enum status read_percent(const char *text, int64_t *ret)
{
	char number[16];
	size_t len = strlen(text);

	if (len < 2 || len > sizeof(number) || text[len - 1] != '%')
		return E_INVALID;
	str_printf(number, sizeof(number), "%.*s", (int)len - 1, text);
	return value_whole(number, 1, SHARE_MAX, ret);
}

static enum status read_items(const char *text, int64_t *ret)
{
	return value_whole(text, 1, LINES_MAX, ret);
}

/* "A" or "A..B" with A ≤ B. */
static enum status read_span(const char *text, enum status (*read)(const char *, int64_t *),
			     struct span *ret)
{
	const char *dots = strstr(text, "..");
	char first[TOKEN_CAP];
	struct span s;

	if (!dots) {
		if (read(text, &s.least) != S_OK)
			return E_INVALID;
		s.most = s.least;
	} else {
		str_printf(first, sizeof(first), "%.*s", (int)(dots - text), text);
		if (read(first, &s.least) != S_OK || read(dots + 2, &s.most) != S_OK ||
		    s.least > s.most)
			return E_INVALID;
	}
	*ret = s;
	return S_OK;
}

enum status value_duration_span(const char *text, struct span *ret)
{
	return read_span(text, value_duration, ret);
}

/* --- one reader a way of being read; E_INVALID when the token is not one ------------------- */

static enum status keep_text(const char *text, struct value *v)
{
	v->text = xstrdup(text);
	return S_OK;
}

static enum status how_text(const struct token *t, struct value *v)
{
	return *t->text ? keep_text(t->text, v) : E_INVALID;
}

static enum status how_money(const struct token *t, struct value *v)
{
	return read_span(t->text, read_dollars, &v->span);
}

static enum status how_duration(const struct token *t, struct value *v)
{
	enum status st = value_duration_span(t->text, &v->span);

	return st == S_OK && v->span.least < 1000 ? E_INVALID : st;
}

static enum status how_items(const struct token *t, struct value *v)
{
	return read_span(t->text, read_items, &v->span);
}

/* The text tells dollars from percent. */
static enum status how_share(const struct token *t, struct value *v)
{
	if (str_equal(t->text, "full")) {
		v->span = (struct span){100, 100};
		return S_OK;
	}
	if (read_span(t->text, read_percent, &v->span) == S_OK)
		return S_OK;
	if (read_span(t->text, read_dollars, &v->span) != S_OK)
		return E_INVALID;
	return keep_text("dollars", v);
}

static enum status one_of(const struct token *t, const char *const *names, size_t count,
			  struct value *v)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(t->text, names[i]))
			return keep_text(t->text, v);
	return E_INVALID;
}

static enum status how_settlement(const struct token *t, struct value *v)
{
	static const char *const states[] = {"processing", "settled", "manual", "failed"};

	return one_of(t, states, 4, v);
}

static enum status how_mishap(const struct token *t, const struct shop_failure *table, size_t count,
			      struct value *v)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(t->text, table[i].code))
			return keep_text(t->text, v);
	return E_INVALID;
}

static enum status how_failure(const struct token *t, struct value *v)
{
	size_t count;
	const struct shop_failure *table = shop_payout_failures(&count);

	return how_mishap(t, table, count, v);
}

static enum status how_return(const struct token *t, struct value *v)
{
	size_t count;
	const struct shop_failure *table = shop_payout_returns(&count);

	return how_mishap(t, table, count, v);
}

/* Which customer it is, the grammar finds out. */
static enum status how_customer(const struct token *t, struct value *v)
{
	return how_text(t, v);
}

static enum status how_country(const struct token *t, struct value *v)
{
	return shop_corridor(t->text) ? keep_text(t->text, v) : E_INVALID;
}

static enum status how_network(const struct token *t, struct value *v)
{
	return chain_known(t->text) ? keep_text(t->text, v) : E_INVALID;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum status (*read)(const struct token *t, struct value *v);
	const char *must_be;
} words[WORD_COUNT] = {
#define X(id, keyword, how, must_be) [WORD_##id] = {keyword, how_##how, must_be},
	WORDS(X)
#undef X
};

const char *word_name(enum cue_word word)
{
	return words[word].name;
}

static void add_codes(struct strbuf *sb, const struct shop_failure *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_addf(sb, "%s%s", i ? ", " : "", table[i].code);
}

/* What a value must be; codes are named one by one. */
static void say_allowed(enum cue_word word, struct strbuf *sb)
{
	size_t count;
	const struct shop_failure *table;

	if (word == WORD_FAILURE) {
		table = shop_payout_failures(&count);
		add_codes(sb, table, count);
	} else if (word == WORD_RETURN) {
		table = shop_payout_returns(&count);
		add_codes(sb, table, count);
	} else {
		strbuf_addstr(sb, words[word].must_be);
	}
}

enum status value_read(struct parse *p, enum cue_word word, struct cue *c)
{
	const struct token *t = parse_take(p);
	struct value *v = &c->values[word];
	struct strbuf allowed;
	enum status st = S_OK;

	strbuf_init(&allowed, sizeof(p->reterr->next));
	say_allowed(word, &allowed);
	if (v->said)
		st = parse_error(p, NULL, "%s is said twice", words[word].name);
	else if (!t)
		st = parse_error(p, strbuf_str(&allowed), "nothing follows %s", words[word].name);
	else if (words[word].read(t, v) != S_OK)
		st = parse_error(p, strbuf_str(&allowed), "%s: '%s' will not do", words[word].name,
				 t->text);
	v->said = true;
	strbuf_release(&allowed);
	return st;
}

/* --- for the acts -------------------------------------------------------------------------- */

bool cue_says(const struct cue *c, enum cue_word word)
{
	return c && c->values[word].said;
}

static bool is_money(const struct cue *c, enum cue_word word)
{
	return word == WORD_AMOUNT || (word == WORD_SHARE && c->values[word].text);
}

/* Money in whole cents where its bounds are. */
int64_t cue_number(const struct cue *c, enum cue_word word, struct rng *r, int64_t otherwise)
{
	struct span s;

	if (!cue_says(c, word))
		return otherwise;
	s = c->values[word].span;
	if (s.least == s.most)
		return s.least;
	if (is_money(c, word) && s.least % 10 == 0 && s.most % 10 == 0)
		return rng_between(r, s.least / 10, s.most / 10) * 10;
	return rng_between(r, s.least, s.most);
}

const char *cue_text(const struct cue *c, enum cue_word word, const char *otherwise)
{
	return cue_says(c, word) && c->values[word].text ? c->values[word].text : otherwise;
}
