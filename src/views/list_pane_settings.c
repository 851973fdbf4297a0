/* What a user chose of a list pane, as a line of text and back. */
#include "views/list_pane.h"

#include <stdlib.h>
#include <string.h>

#define WIDTH_MIN 2
#define WIDTH_MAX 200

/* --- writing -----------------------------------------------------------------------------------
 */

static bool choices_are_default(const struct list_pane *p)
{
	for (size_t i = 0; i < p->spec->column_count; i++)
		if (p->choices[i].column != i || p->choices[i].width != 0 ||
		    p->choices[i].shown == p->spec->columns[i].hidden)
			return false;
	return true;
}

static void write_columns(const struct list_pane *p, struct strbuf *ret)
{
	const char *before = " columns=";

	for (size_t i = 0; i < p->spec->column_count; i++) {
		const struct pane_choice *c = &p->choices[i];
		if (!c->shown)
			continue;
		strbuf_addf(ret, "%s%s", before, p->spec->columns[c->column].name);
		if (c->width > 0)
			strbuf_addf(ret, ":%d", c->width);
		before = ",";
	}
}

void list_pane_settings_write(const struct view *v, struct strbuf *ret)
{
	const struct list_pane *p = list_pane(v);
	bool sorted = p->listing.sort != p->spec->sort;
	bool chosen = !choices_are_default(p);

	if (!sorted && !chosen && !p->listing.reverse)
		return;
	strbuf_addstr(ret, v->ops->name);
	if (sorted)
		strbuf_addf(ret, " sort=%s", sort_key_name(p->listing.sort));
	if (p->listing.reverse)
		strbuf_addstr(ret, " reverse");
	if (chosen)
		write_columns(p, ret);
	strbuf_addch(ret, '\n');
}

/* --- reading -----------------------------------------------------------------------------------
 */

struct words {
	const char *at, *end;
};

/* The next word of a line; false at its end. */
static bool next_word(struct words *w, const char *separators, const char **ret, size_t *ret_len)
{
	while (w->at < w->end && strchr(separators, *w->at))
		w->at++;
	*ret = w->at;
	while (w->at < w->end && !strchr(separators, *w->at))
		w->at++;
	*ret_len = (size_t)(w->at - *ret);
	return *ret_len > 0;
}

static bool is_word(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && strncmp(word, name, len) == 0;
}

static bool begins(const char *word, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && strncmp(word, prefix, strlen(prefix)) == 0;
}

/* Only what a column of this pane sorts by. */
static bool find_sort(const struct list_pane *p, const char *word, size_t len, enum sort_key *ret)
{
	for (size_t i = 0; i < p->spec->column_count; i++) {
		if (is_word(word, len, sort_key_name(p->spec->columns[i].sort))) {
			*ret = p->spec->columns[i].sort;
			return true;
		}
	}
	return false;
}

static int read_width(const char *text, size_t len)
{
	int width = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || width > WIDTH_MAX)
			return 0;
		width = width * 10 + (text[i] - '0');
	}
	return width >= WIDTH_MIN && width <= WIDTH_MAX ? width : 0;
}

/* Puts the named column behind those already chosen. */
static void choose(struct list_pane *p, size_t *chosen, const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);
	size_t name = colon ? (size_t)(colon - word) : len;

	for (size_t i = *chosen; i < p->spec->column_count; i++) {
		struct pane_choice held = p->choices[i];
		if (!is_word(word, name, p->spec->columns[held.column].name))
			continue;
		memmove(&p->choices[*chosen + 1], &p->choices[*chosen],
			(i - *chosen) * sizeof(held));
		held.shown = true;
		held.width = (int16_t)(colon ? read_width(colon + 1, len - name - 1) : 0);
		p->choices[(*chosen)++] = held;
		return;
	}
}

static void read_columns(struct list_pane *p, const char *list, size_t len)
{
	struct words w = {list, list + len};
	struct pane_choice held[TABLE_COLUMNS_MAX];
	const char *word;
	size_t n, chosen = 0;

	memcpy(held, p->choices, sizeof(held));
	for (size_t i = 0; i < p->spec->column_count; i++)
		p->choices[i].shown = false;
	while (next_word(&w, ",", &word, &n))
		choose(p, &chosen, word, n);
	if (chosen == 0) /* none of them is known: a table without columns is no use */
		memcpy(p->choices, held, sizeof(held));
}

static void read_line(struct view *v, struct words *w)
{
	struct list_pane *p = list_pane(v);
	enum sort_key sort = p->spec->sort;
	bool reverse = false;
	const char *word;
	size_t len;

	list_pane_reset(v);
	while (next_word(w, " \t\r", &word, &len)) {
		if (begins(word, len, "sort="))
			(void)find_sort(p, word + 5, len - 5, &sort);
		else if (is_word(word, len, "reverse"))
			reverse = true;
		else if (begins(word, len, "columns="))
			read_columns(p, word + 8, len - 8);
	}
	list_pane_sort(v, sort, reverse);
}

void list_pane_settings_read(struct view *v, const char *text)
{
	while (*text) {
		struct words w = {text, text + strcspn(text, "\n")};
		const char *next = w.end;
		const char *word;
		size_t len;

		if (next_word(&w, " \t\r", &word, &len) && is_word(word, len, v->ops->name))
			read_line(v, &w);
		text = *next ? next + 1 : next;
	}
}
