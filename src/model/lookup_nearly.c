/*
 * When nothing says just what was typed: objects that say its words one by one, in whatever
 * members, and ids that differ in a digit. What is only nearly meant is never opened by itself.
 */
#include "model/lookup_priv.h"
#include "model/store_priv.h"

#include "base/fold.h"
#include "base/strbuf.h"
#include "wire/pack.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define TYPED_MAX  16
#define WORD_CAP   32
#define WORD_LEAST 3
#define FOLDED_CAP 256
#define ID_LEAST   12 /* bytes: shorter ones are alike by chance */
#define LONG_ID    32 /* two digits of it may be wrong */

struct nearly {
	struct lookup *lookup;
	const struct store *store;
	size_t scrap;
	enum lookup_place place;
	char words[TYPED_MAX][WORD_CAP];
	size_t word_count;
	size_t base, best; /* hits before, and how many words those added since say */
	/* of the object looked at now */
	const struct entry *entry;
	unsigned said; /* a bit a word */
	size_t most;   /* words that one of its texts says */
	char field[STATUS_CAP * 2], value[NAME_CAP];
};

static void add(struct nearly *n, const char *field, const char *value, bool is_near)
{
	enum subject_kind kind = n->entry->kind == OBJECT_KYC
					 ? SUBJECT_CUSTOMER
					 : subject_of_object((enum object_kind)n->entry->kind);
	struct lookup_hit hit = {.place = n->place,
				 .match = MATCH_PART,
				 .near = is_near,
				 .newest_ms = entry_ms(n->entry),
				 .scrap = n->scrap,
				 .rank = rank_of(MATCH_PART, n->scrap, true)};

	str_copy(hit.field, sizeof(hit.field), field);
	str_copy(hit.value, sizeof(hit.value), value);
	if (subject_set(&hit.subject, kind, entry_id(n->store, n->entry)))
		lookup_add(n->lookup, &hit);
}

static void each_entry(struct nearly *n, size_t least,
		       void (*tell)(void *ctx, const struct packed_text *t),
		       void (*done)(struct nearly *n))
{
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++) {
		const struct table *t = &n->store->tables[k];

		for (size_t i = 0; i < t->count; i++) {
			n->entry = t->entries[i];
			if (!n->entry->packed)
				continue;
			object_packed_texts((enum object_kind)k, n->entry->packed, least, tell, n);
			if (done)
				done(n);
		}
	}
}

/* --- words ------------------------------------------------------------------------------------ */

/* Words of every complaint, which say nothing of this one. */
static bool is_common(const char *word)
{
	static const char *const WORDS[] = {
		"and",  "are",  "back",  "been",   "but",   "came",     "can",     "did",
		"dear", "for",  "from",  "get",    "got",   "has",      "have",    "hello",
		"help", "here", "him",   "his",    "its",   "just",     "money",   "mrs",
		"not",  "now",  "order", "our",    "paid",  "payment",  "payout",  "please",
		"sent", "she",  "still", "thanks", "that",  "the",      "they",    "this",
		"was",  "were", "what",  "when",   "where", "with",     "you",     "your",
		"but",  "how",  "why",   "yet",    "will",  "customer", "invoice", "refund",
	};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (str_equal(WORDS[i], word))
			return true;
	return false;
}

static void split_words(struct nearly *n, const char *text)
{
	char folded[FOLDED_CAP];
	size_t len;

	(void)fold_text(text, folded, sizeof(folded));
	for (const char *p = folded; *p && n->word_count < TYPED_MAX; p += len) {
		char *word = n->words[n->word_count];

		for (len = 0; p[len] && is_word_byte(p[len]);)
			len++;
		if (len >= WORD_LEAST && len < WORD_CAP) {
			memcpy(word, p, len);
			word[len] = '\0';
			n->word_count += !is_common(word);
		}
		len += p[len] && !is_word_byte(p[len]);
	}
}

static void hear_text(void *ctx, const struct packed_text *t)
{
	struct nearly *n = ctx;
	char folded[FOLDED_CAP];
	size_t words = 0;

	if (is_dull_member(t->key) || is_id_member(t->key))
		return;
	(void)fold_text(t->text, folded, sizeof(folded));
	for (size_t i = 0; i < n->word_count; i++) {
		if (!begins_word(folded, n->words[i], false))
			continue;
		n->said |= 1u << i;
		words++;
	}
	if (words <= n->most)
		return;
	n->most = words;
	str_printf(n->field, sizeof(n->field), "%s%s%s", t->outer ? t->outer : "",
		   t->outer ? "." : "", t->key);
	str_copy(n->value, sizeof(n->value), t->text);
}

/* Those that say most of the words, and more than one. */
static void hear_object(struct nearly *n)
{
	size_t words = 0;

	for (size_t i = 0; i < n->word_count; i++)
		words += n->said >> i & 1u;
	if (words >= 2 && words * 2 >= n->word_count && words >= n->best) {
		if (words > n->best)
			n->lookup->count = n->base;
		n->best = words;
		add(n, n->field, n->value, words < n->word_count);
	}
	n->said = 0;
	n->most = 0;
}

/* --- ids -------------------------------------------------------------------------------------- */

/* One byte too much, too few or another, or two that changed places; of a long id two others. */
static bool is_misspelt(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), at = 0, other = 0;

	if (la == lb) {
		size_t first = la;

		for (; at < la; at++) {
			if (tolower((unsigned char)a[at]) == tolower((unsigned char)b[at]))
				continue;
			if (other++ == 0)
				first = at;
		}
		return other == 1 || (other == 2 && la >= LONG_ID) ||
		       (other == 2 && strncasecmp(a + first, b + first + 1, 1) == 0 &&
			strncasecmp(a + first + 1, b + first, 1) == 0);
	}
	if (la > lb + 1 || lb > la + 1)
		return false;
	while (a[at] && tolower((unsigned char)a[at]) == tolower((unsigned char)b[at]))
		at++;
	return strcasecmp(a + at + (la > lb), b + at + (lb > la)) == 0;
}

static void hear_id(void *ctx, const struct packed_text *t)
{
	struct nearly *n = ctx;

	if (t->len <= strlen(n->lookup->scraps.items[n->scrap].text) + 1 &&
	    is_misspelt(n->lookup->scraps.items[n->scrap].text, t->text))
		add(n, t->key, t->text, true);
}

static void hear_own_id(struct nearly *n)
{
	const char *id = entry_id(n->store, n->entry);

	if (is_misspelt(n->lookup->scraps.items[n->scrap].text, id))
		add(n, "id", id, true);
}

void lookup_nearly(struct lookup *l, const struct store *st, enum lookup_place place)
{
	struct nearly n = {.lookup = l, .store = st, .place = place, .base = l->count};
	const struct scrap *s = &l->scraps.items[0];

	if (l->scraps.count == 0)
		return;
	switch (s->kind) {
	case SCRAP_WORD:
		split_words(&n, s->text);
		if (n.word_count > 1)
			each_entry(&n, WORD_LEAST, hear_text, hear_object);
		break;
	case SCRAP_UUID:
	case SCRAP_HASH:
	case SCRAP_ADDRESS:
	case SCRAP_EMAIL:
	case SCRAP_TRACKING:
	case SCRAP_CUSTOMER:
	case SCRAP_ID:
		if (strlen(s->text) >= ID_LEAST)
			each_entry(&n, strlen(s->text) - 1, hear_id, hear_own_id);
		break;
	default:
		break;
	}
}
