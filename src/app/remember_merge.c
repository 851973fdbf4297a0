/*
 * Two desks may be open, and people edit the file: what changed here is put into the text that is
 * there now, line by line, and every other line of it stays as it is.
 */
#include "app/remember_parts.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

struct text_line {
	char *text;
	size_t len;  /* without what ends it */
	size_t key;  /* bytes by which it is known, 0: it is no entry */
	int section; /* SECTION_… */
};

struct text_lines {
	struct text_line *items;
	size_t count, cap;
};

static void lines_free(struct text_lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i].text);
	free(l->items);
}

/* A filter is known by its name, a table by its pane, what was typed by itself. */
static size_t key_of(const struct text_line *l)
{
	const char *end;

	if (l->len == 0 || l->text[0] == '#' || l->text[0] == '[')
		return 0;
	if (l->section == SECTION_FILTERS) {
		end = strstr(l->text, " = ");
		return end ? (size_t)(end - l->text) : 0;
	}
	if (l->section == SECTION_TABLES)
		return strcspn(l->text, " ");
	return l->section >= SECTION_HISTORY && strncmp(l->text, "= ", 2) == 0 ? l->len : 0;
}

static struct text_line line_make(const char *text, size_t len, int section)
{
	struct text_line l = {.text = xmemdup0(text, len), .len = len, .section = section};

	while (l.len > 0 && (text[l.len - 1] == '\r' || text[l.len - 1] == ' '))
		l.len--;
	l.key = key_of(&l);
	if (strlen(l.text) < l.len)
		l.key = 0; /* it is no text */
	return l;
}

static void lines_insert(struct text_lines *l, size_t at, struct text_line line)
{
	array_reserve((void **)&l->items, &l->cap, l->count + 1, sizeof(*l->items));
	memmove(&l->items[at + 1], &l->items[at], (l->count - at) * sizeof(*l->items));
	l->items[at] = line;
	l->count++;
}

static void lines_remove(struct text_lines *l, size_t at)
{
	free(l->items[at].text);
	memmove(&l->items[at], &l->items[at + 1], (l->count - at - 1) * sizeof(*l->items));
	l->count--;
}

static void lines_read(struct text_lines *l, const char *text, size_t len)
{
	const char *end = text + len;
	int section = SECTION_NONE;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		const char *stop = eol ? eol : end;
		struct text_line line = line_make(text, (size_t)(stop - text), section);

		if (line.text[0] == '[')
			line.section = section = remember_section(line.text, line.len);
		lines_insert(l, l->count, line);
		text = stop + 1;
	}
}

static bool same_text(const struct text_line *a, const struct text_line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool same_entry(const struct text_line *a, const struct text_line *b)
{
	return a->section == b->section && a->key > 0 && a->key == b->key &&
	       memcmp(a->text, b->text, a->key) == 0;
}

/* The first entry that is the same from `from` on, or count. */
static size_t entry_find(const struct text_lines *l, const struct text_line *entry, size_t from)
{
	while (from < l->count && !same_entry(&l->items[from], entry))
		from++;
	return from;
}

static void entry_remove(struct text_lines *l, const struct text_line *entry)
{
	const struct text_line copy = *entry;

	for (size_t at = entry_find(l, &copy, 0); at < l->count; at = entry_find(l, &copy, at))
		lines_remove(l, at);
}

/* Behind the last entry of its section; a section that is not there begins at the end. */
static void entry_append(struct text_lines *l, const struct text_line *entry)
{
	size_t at = l->count;

	while (at > 0 && !(l->items[at - 1].section == entry->section &&
			   (l->items[at - 1].key > 0 || l->items[at - 1].text[0] == '[')))
		at--;
	if (at == 0) {
		struct strbuf name;

		strbuf_init(&name, 128);
		strbuf_addf(&name, "[%s]", remember_section_name(entry->section));
		lines_insert(l, l->count, line_make("", 0, entry->section));
		lines_insert(l, l->count, line_make(strbuf_str(&name), name.len, entry->section));
		strbuf_release(&name);
		at = l->count;
	}
	lines_insert(l, at, line_make(entry->text, entry->len, entry->section));
}

static void entry_set(struct text_lines *l, const struct text_line *entry)
{
	size_t at = entry_find(l, entry, 0);

	if (at == l->count) {
		entry_append(l, entry);
		return;
	}
	free(l->items[at].text);
	l->items[at] = line_make(entry->text, entry->len, entry->section);
	for (size_t more = entry_find(l, entry, at + 1); more < l->count;
	     more = entry_find(l, entry, more))
		lines_remove(l, more);
}

/* --- what changed here -------------------------------------------------------------------------
 */

static size_t entries_of(const struct text_lines *l, int section)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += l->items[i].section == section && l->items[i].key > 0;
	return n;
}

/* What a full history has lost was pushed out, and not taken back. */
static void merge_removals(struct text_lines *into, const struct text_lines *before,
			   const struct text_lines *now)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct text_line *entry = &before->items[i];

		if (entry->key == 0 || entry_find(now, entry, 0) < now->count)
			continue;
		if (entry->section >= SECTION_HISTORY &&
		    entries_of(now, entry->section) >= PROMPT_HISTORY)
			continue;
		entry_remove(into, entry);
	}
}

static void merge_named(struct text_lines *into, const struct text_lines *before,
			const struct text_lines *now)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct text_line *entry = &now->items[i];
		size_t was = entry_find(before, entry, 0);

		if (entry->key == 0 || entry->section >= SECTION_HISTORY)
			continue;
		if (was == before->count || !same_text(&before->items[was], entry))
			entry_set(into, entry);
	}
}

/* What was typed since, also again, goes to the end in its order. */
static void merge_history(struct text_lines *into, const struct text_lines *before,
			  const struct text_lines *now, int section)
{
	size_t at = 0;
	bool since = false;

	for (size_t i = 0; i < now->count; i++) {
		const struct text_line *entry = &now->items[i];

		if (entry->key == 0 || entry->section != section)
			continue;
		at = since ? at : entry_find(before, entry, at);
		since |= at == before->count;
		if (since) {
			entry_remove(into, entry);
			entry_append(into, entry);
		}
	}
	while (entries_of(into, section) > PROMPT_HISTORY)
		for (size_t i = 0; i < into->count; i++)
			if (into->items[i].section == section && into->items[i].key > 0) {
				lines_remove(into, i);
				break;
			}
}

static void drop_secrets(struct text_lines *l)
{
	for (size_t i = l->count; i-- > 0;)
		if (l->items[i].section != SECTION_NONE && l->items[i].key > 0 &&
		    remember_is_secret(l->items[i].text))
			lines_remove(l, i);
}

void remember_merge(const struct strbuf *before, const struct strbuf *now,
		    const struct strbuf *there, struct strbuf *ret)
{
	static const char HEAD[] = "# What pepaytop remembers. It writes this file itself.";
	struct text_lines was = {0}, is = {0}, into = {0};

	lines_read(&was, strbuf_str(before), before->len);
	lines_read(&is, strbuf_str(now), now->len);
	lines_read(&into, strbuf_str(there), there->len);
	if (into.count == 0)
		lines_insert(&into, 0, line_make(HEAD, sizeof(HEAD) - 1, SECTION_NONE));
	merge_removals(&into, &was, &is);
	merge_named(&into, &was, &is);
	for (int k = 0; k < PROMPT_KIND_COUNT; k++)
		merge_history(&into, &was, &is, SECTION_HISTORY + k);
	drop_secrets(&into);
	for (size_t i = 0; i < into.count; i++) {
		strbuf_add(ret, into.items[i].text, into.items[i].len);
		strbuf_addch(ret, '\n');
	}
	lines_free(&was);
	lines_free(&is);
	lines_free(&into);
}
