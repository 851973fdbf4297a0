/* What of a view can be copied, each by a letter of its own. */
#include "views/view.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

/* Fingers remember them: a letter means the same whatever the thing is, and is never another's. */
static const struct {
	const char *label;
	char letter;
} LETTERS[] = {
	{"value", 'x'},
	{"line", 'x'},
	{"JSON of the node", 'X'},
	{"path", 'P'},
	{"whole text as received", 'J'},
	{"body as received", 'J'},
	{"note for a ticket (people masked)", 'n'},
	{"payment link, with its secrets", 'l'},
	{"all as text", 'a'},
	{"row as text", 'r'},
	{"path of the case", 'z'},
	{"customer", 'c'},
	{"invoice", 'v'},
	{"order", 'o'},
	{"payment", 'p'},
	{"transaction", 't'},
	{"payment transaction", 't'},
	{"settlement transaction", 's'},
	{"refund transaction", 'R'},
	{"wallet", 'w'},
	{"wallet it was paid from", 'w'},
	{"wallet it goes to", 'w'},
	{"deposit address", 'd'},
	{"address to pay to", 'd'},
	{"amount to send", 'm'},
	{"e-mail", 'e'},
	{"tracking number", 'g'},
	{"tracking page", 'G'},
	{"account holder", 'h'},
	{"legal name", 'h'},
	{"what is wrong", 'f'},
	{"why it failed", 'f'},
	{"payout it retries", 'y'},
	{"object it is about", 'b'},
	{"event type", 'T'},
	{"title", 'T'},
	{"request", 'Q'},
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && str_equal(text + len - n, end);
}

char copy_letter(const char *label)
{
	if (str_equal(label, "id") || ends_with(label, " id"))
		return 'i';
	if (ends_with(label, "under the cursor"))
		return 'u';
	for (size_t i = 0; i < sizeof(LETTERS) / sizeof(LETTERS[0]); i++)
		if (str_equal(LETTERS[i].label, label))
			return LETTERS[i].letter;
	return 0;
}

static bool is_taken(const struct copies *c, char letter)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].letter == letter)
			return true;
	return false;
}

void copies_add_take(struct copies *c, const char *label, char *text, size_t len)
{
	struct copy_item *item;
	char letter = copy_letter(label);

	if (len == 0 || c->count == COPIES_MAX) {
		free(text);
		return;
	}
	if (is_taken(c, letter)) /* the second parcel's */
		letter = 0;
	item = &c->items[c->count++];
	(void)str_copy(item->label, sizeof(item->label), label);
	item->letter = letter;
	item->text = text;
	item->len = len;
	item->secret = false;
}

void copies_add(struct copies *c, const char *label, const char *text)
{
	copies_add_take(c, label, xmemdup0(text, strlen(text)), strlen(text));
}

void copies_add_secret(struct copies *c, const char *label, const char *text)
{
	size_t before = c->count;

	copies_add(c, label, text);
	if (c->count > before)
		c->items[before].secret = true;
}

void copies_release(struct copies *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->items[i].text);
	memset(c, 0, sizeof(*c));
}

size_t copies_id(const struct copies *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].letter == 'i')
			return i;
	return 0;
}
