/* What the name of a member says of its value. */
#include "archive/mention_priv.h"

#include "base/secrets.h"
#include "base/strbuf.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

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
const bool MENTION_NAME_ENDS[256] = {
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

bool mention_word_is(const char *at, size_t len, const char *word)
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

static enum rule rule_of_word(const char *word, size_t len)
{
	for (size_t i = 0; i < COUNT(WORDS); i++)
		if (WORDS[i].len == len && small(word[0]) == WORDS[i].word[0] &&
		    mention_word_is(word, len, WORDS[i].word))
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

enum rule mention_rule_of(const char *key, size_t len)
{
	enum rule rule;
	char name[64];
	size_t at;

	if (len < 2 || len >= sizeof(name) || !MENTION_NAME_ENDS[(unsigned char)key[len - 1]])
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
	if (rule == RULE_SPECIAL || strstr(name, "token") != NULL) /* coins: many say the same */
		return RULE_NONE;
	return is_secret_name(key, len) ? RULE_NONE : rule;
}
