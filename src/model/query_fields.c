/* The words of the filter grammar: names of fields, what people call a status. */
#include "model/query_priv.h"

#define FIELD_NAME_MAX 32
#define SUGGEST_WITHIN 2 /* edits between what was typed and a name worth suggesting */

static const struct {
	const char *name, *aliases, *help, *about;
	enum query_value_kind kind;
} fields[QUERY_FIELD_COUNT] = {
#define X(constant, name, aliases, value, example, about) \
	[constant] = {name, aliases, example, about, value},
	QUERY_FIELDS(X)
#undef X
};

static const struct {
	const char *word, *aliases, *about;
} sayings[QUERY_SAYING_COUNT] = {
#define X(constant, word, aliases, about) [constant] = {word, aliases, about},
	QUERY_SAYINGS(X)
#undef X
};

/* A status word and what it is in Pepay's. */
static const struct {
	const char *typed, *word;
} status_aliases[] = {
	{"partial", "underpaid"},
	{"partially-paid", "underpaid"},
	{"short", "underpaid"},
};

static const struct {
	const char *name;
	enum query_op op;
} comparing[] = {
	{"since", QOP_AT_LEAST}, {"after", QOP_AT_LEAST}, {"from", QOP_AT_LEAST},
	{"before", QOP_LESS},    {"until", QOP_AT_MOST},
};

static const char *const kind_words[] = {"invoice", "payment", "order",  "payout",
					 "kyc",     "deposit", "refund", NULL};

const char *query_field_name(enum query_field f)
{
	return (unsigned)f < QUERY_FIELD_COUNT ? fields[f].name : "";
}

const char *query_field_help(enum query_field f)
{
	return (unsigned)f < QUERY_FIELD_COUNT ? fields[f].help : "";
}

const char *query_field_about(enum query_field f)
{
	return (unsigned)f < QUERY_FIELD_COUNT ? fields[f].about : "";
}

enum query_value_kind query_field_kind(enum query_field f)
{
	return fields[f].kind;
}

const char *query_kind_word(size_t i)
{
	return kind_words[i];
}

const char *query_saying_word(enum query_saying s)
{
	return sayings[s].word;
}

const char *query_saying_about(enum query_saying s)
{
	return sayings[s].about;
}

/* --- finding -------------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* As a person writes it: any case, and a blank or an underscore for a hyphen. */
static char plain(char c)
{
	return c == '_' || c == ' ' ? '-' : lower(c);
}

static bool same_word(const char *typed, size_t len, const char *name, size_t name_len)
{
	size_t i = 0;

	if (len != name_len)
		return false;
	while (i < len && plain(typed[i]) == name[i])
		i++;
	return i == len;
}

/* The next word of a list of words with spaces between; false at its end. */
static bool next_word(const char **list, const char **ret, size_t *ret_len)
{
	while (**list == ' ')
		(*list)++;
	*ret = *list;
	*ret_len = strcspn(*list, " ");
	*list += *ret_len;
	return *ret_len > 0;
}

static bool is_one_of(const char *typed, size_t len, const char *list)
{
	const char *word;
	size_t n;

	while (next_word(&list, &word, &n))
		if (same_word(typed, len, word, n))
			return true;
	return false;
}

enum query_field query_field_find(const char *name, size_t len)
{
	for (int f = 0; f < QUERY_FIELD_COUNT; f++)
		if (is_one_of(name, len, fields[f].name) || is_one_of(name, len, fields[f].aliases))
			return (enum query_field)f;
	return QUERY_FIELD_COUNT;
}

bool query_field_compares(const char *name, size_t len, enum query_op *ret)
{
	for (size_t i = 0; i < sizeof(comparing) / sizeof(comparing[0]); i++) {
		if (is_one_of(name, len, comparing[i].name)) {
			*ret = comparing[i].op;
			return true;
		}
	}
	return false;
}

static bool list_begins(const char *list, const char *typed, size_t len)
{
	const char *word;
	size_t n;

	while (next_word(&list, &word, &n))
		if (len <= n && same_word(typed, len, word, len))
			return true;
	return false;
}

bool query_field_begins(enum query_field f, const char *typed)
{
	size_t len = strlen(typed);

	return len == 0 || list_begins(fields[f].name, typed, len) ||
	       list_begins(fields[f].aliases, typed, len);
}

enum query_saying query_saying_find(const char *word, const char **ret_word)
{
	size_t len = strlen(word);

	*ret_word = NULL;
	for (int s = SAYING_NONE + 1; s < QUERY_SAYING_COUNT; s++)
		if (is_one_of(word, len, sayings[s].word) ||
		    is_one_of(word, len, sayings[s].aliases))
			return (enum query_saying)s;
	for (size_t i = 0; i < sizeof(status_aliases) / sizeof(status_aliases[0]); i++)
		if (is_one_of(word, len, status_aliases[i].typed))
			*ret_word = status_aliases[i].word;
	return SAYING_NONE;
}

/* --- what was meant -------------------------------------------------------------------------- */

size_t query_word_edits(const char *typed, size_t len, const char *word, size_t width)
{
	size_t rows[3][FIELD_NAME_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= width; j++)
		above[j] = before[j] = j;
	for (size_t i = 1; i <= len; i++) {
		size_t *recycled = before;
		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			bool same = lower(typed[i - 1]) == word[j - 1];
			size_t best = above[j - 1] + !same;
			best = above[j] + 1 < best ? above[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			if (i > 1 && j > 1 && lower(typed[i - 1]) == word[j - 2] &&
			    lower(typed[i - 2]) == word[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = above;
		above = row;
		row = recycled;
	}
	return above[width];
}

struct guess {
	const char *word;
	size_t len, edits;
};

static void guess_among(struct guess *g, const char *typed, size_t len, const char *list)
{
	const char *word;
	size_t n;

	while (next_word(&list, &word, &n)) {
		size_t away = query_word_edits(typed, len, word, n);
		if (away < g->edits && away < len)
			*g = (struct guess){word, n, away};
	}
}

bool query_field_suggest(const char *name, size_t len, char ret[QUERY_NAME_CAP])
{
	struct guess g = {NULL, 0, SUGGEST_WITHIN + 1};

	if (len > FIELD_NAME_MAX)
		return false;
	for (size_t f = 0; f < QUERY_FIELD_COUNT; f++) {
		guess_among(&g, name, len, fields[f].name);
		guess_among(&g, name, len, fields[f].aliases);
	}
	return g.word && str_printf(ret, QUERY_NAME_CAP, "%.*s", (int)g.len, g.word);
}
