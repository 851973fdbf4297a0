/* Why a filter may show nothing: a word that Pepay does not have. */
#include "model/query_priv.h"
#include "model/store_priv.h"

#define HINT_WORD_MAX 32
#define HINT_WITHIN   2 /* edits between what was typed and a word worth suggesting */

/* What a value was compared with. */
struct hint {
	const struct needle *typed;
	bool known;
	const char *nearest;
	size_t edits;
};

static bool is_typed(const struct needle *typed, const char *word)
{
	size_t i = 0;

	for (; typed->text[i] && word[i]; i++) {
		char a = typed->text[i], b = word[i];
		if ((a == '-' || a == ' ' ? '_' : a) != (b == '-' || b == ' ' ? '_' : b))
			return false;
	}
	return typed->text[i] == word[i];
}

static void compare_word(struct hint *h, const char *word)
{
	size_t width = strlen(word), away;

	h->known |= is_typed(h->typed, word);
	if (width > HINT_WORD_MAX)
		return;
	away = query_word_edits(h->typed->text, h->typed->len, word, width);
	if (away < h->edits && away < h->typed->len) {
		h->nearest = word;
		h->edits = away;
	}
}

static void compare_vocab(struct hint *h, enum vocab v)
{
	for (size_t i = 1; i <= vocab_count(v); i++) {
		const struct word *w = vocab_word(v, (int)i);

		h->known |= is_typed(h->typed, w->words) || vocab_parse(v, h->typed->text) != 0;
		compare_word(h, w->wire);
	}
}

static void compare_statuses(struct hint *h, enum object_kind kind)
{
	for (int k = OBJECT_NONE + 1; k < OBJECT_KIND_COUNT; k++)
		if (kind == OBJECT_NONE || (int)kind == k)
			compare_vocab(h, kind_info((enum object_kind)k)->vocab);
	if (kind == OBJECT_NONE || kind == OBJECT_PAYMENT)
		compare_vocab(h, VOCAB_SETTLEMENT);
	for (int s = SAYING_NONE + 1; s < QUERY_SAYING_COUNT; s++)
		compare_word(h, query_saying_word((enum query_saying)s));
}

/* False: it is no word, or one of a field that has any. */
static bool compare_all(struct hint *h, enum query_field f, enum object_kind kind)
{
	if (h->typed->regex || h->typed->prefix || h->typed->saying)
		return false;
	switch (f) {
	case QF_STATUS:
		compare_statuses(h, kind);
		return true;
	case QF_SETTLEMENT:
		compare_vocab(h, VOCAB_SETTLEMENT);
		return true;
	case QF_REFUND:
		compare_vocab(h, VOCAB_REFUND);
		return true;
	case QF_KYC:
		compare_vocab(h, VOCAB_KYC);
		return true;
	default:
		return false;
	}
}

static void hint_write(const struct hint *h, enum query_field f, char *ret, size_t cap)
{
	(void)str_printf(ret, cap, "No %s is “%s”%s%s%s", query_field_name(f), h->typed->text,
			 h->nearest ? ": did you mean " : ".", h->nearest ? h->nearest : "",
			 h->nearest ? "?" : "");
}

/* "сustomer:x", the first letter not of this alphabet, is a word. */
static bool names_no_field(const struct query_term *t, char *ret, size_t cap)
{
	const struct needle *n = t->values;
	size_t name = t->field == QUERY_FIELD_COUNT && !n->quoted && !n->regex && !n->ascii
			      ? strcspn(n->text, ":=<>")
			      : n->len;

	return name > 0 && name < n->len &&
	       str_printf(ret, cap, "No field is called “%.*s”: that is a word here.", (int)name,
			  n->text);
}

bool query_hint(const struct query *q, enum object_kind kind, char *ret, size_t cap)
{
	for (size_t i = 0; q && i < q->count; i++) {
		const struct query_term *t = &q->terms[i];

		if (names_no_field(t, ret, cap))
			return true;
		for (size_t j = 0; j < t->count; j++) {
			struct hint h = {.typed = &t->values[j], .edits = HINT_WITHIN + 1};

			if (!compare_all(&h, t->field, kind) || h.known)
				continue;
			hint_write(&h, t->field, ret, cap);
			return true;
		}
	}
	return false;
}
