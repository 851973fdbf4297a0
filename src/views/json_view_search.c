/* Search in names and values. */
#include "views/json_view_priv.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define UNFOLD_HITS_MAX 500 /* more would unfold everything; then a fold says what it holds */

static bool found_in(const struct json_view *j, const char *s, size_t len)
{
	struct strbuf plain;
	size_t at, n;
	bool found;

	if (finder_next(&j->finder, s, len, &at, &n))
		return true;
	if (!memchr(s, '\\', len))
		return false;
	/* An escape is found by what it means, too. */
	strbuf_init(&plain, len);
	found = json_view_decode(s, len, &plain) &&
		finder_next(&j->finder, strbuf_str(&plain), plain.len, &at, &n);
	strbuf_release(&plain);
	return found;
}

static bool is_hit(const struct json_view *j, const struct outline_node *n)
{
	if (n->member && found_in(j, j->text + n->key_at - 1, (size_t)n->key_len + 2))
		return true;
	return n->kind != JSON_OBJECT && n->kind != JSON_ARRAY &&
	       found_in(j, j->text + n->at, n->len);
}

static void unfold_hits(struct json_view *j)
{
	size_t most = j->hit_count <= UNFOLD_HITS_MAX ? j->hit_count : 0;

	for (size_t i = 0; i < most; i++)
		json_view_unfold_to(j, j->hits[i]);
	if (j->hit < j->hit_count)
		json_view_unfold_to(j, j->hits[j->hit]);
	json_view_list_rows(j);
}

void json_view_find(struct json_view *j)
{
	j->hit_count = 0;
	j->hit = 0;
	if (j->finder.len == 0)
		return;
	for (size_t i = 0; i < j->outline.count; i++) {
		if (!is_hit(j, json_view_node(j, i)))
			continue;
		array_reserve((void **)&j->hits, &j->hit_cap, j->hit_count + 1, sizeof(*j->hits));
		j->hits[j->hit_count++] = (uint32_t)i;
	}
	j->hit = marks_from(j->hits, j->hit_count, j->cursor);
	if (j->hit == j->hit_count)
		j->hit = 0;
}

static void go_to_hit(struct json_view *j)
{
	if (j->hit_count == 0)
		return;
	unfold_hits(j);
	json_view_go(j, j->hits[j->hit]);
}

void json_view_end_typing(struct json_view *j)
{
	free(j->folds_before);
	j->folds_before = NULL;
}

/* What "e" unfolded is folded again when it becomes "evt". */
static void begin_again(struct json_view *j)
{
	size_t size = j->outline.count * sizeof(*j->folded);

	if (!j->folds_before) {
		j->folds_before = xmalloc(size);
		memcpy(j->folds_before, j->folded, size);
		j->cursor_before = j->cursor;
		return;
	}
	memcpy(j->folded, j->folds_before, size);
	j->cursor = j->cursor_before;
	json_view_list_rows(j);
}

void json_view_search(struct json_view *j, const char *text)
{
	finder_set(&j->finder, text);
	if (j->finder.len)
		begin_again(j);
	json_view_find(j);
	if (j->finder.len)
		json_view_show_cursor(j);
	go_to_hit(j);
}

/* From where the cursor is, not from the last hit. */
void json_view_step(struct json_view *j, int by)
{
	size_t at;

	if (j->hit_count == 0)
		return;
	at = marks_from(j->hits, j->hit_count, by > 0 ? j->cursor + 1 : j->cursor);
	if (by > 0)
		j->hit = at < j->hit_count ? at : 0;
	else
		j->hit = at > 0 ? at - 1 : j->hit_count - 1;
	json_view_unfold_to(j, j->hits[j->hit]);
	json_view_list_rows(j);
	json_view_go(j, j->hits[j->hit]);
}

size_t json_view_hits_in(const struct json_view *j, size_t from, size_t to)
{
	return marks_from(j->hits, j->hit_count, to) - marks_from(j->hits, j->hit_count, from);
}

const char *json_view_search_text(const struct json_view *j)
{
	return j->finder.text;
}

void json_view_search_count(const struct json_view *j, size_t *ret_at, size_t *ret_total)
{
	*ret_total = j->finder.len ? j->hit_count : 0;
	*ret_at = *ret_total ? j->hit + 1 : 0;
}
