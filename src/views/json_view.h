/*
 * A JSON text to look at: folded and unfolded by node, level or all, searched, and copied from.
 * What is shown and copied is the text as it was received: numbers digit by digit, strings with the
 * escapes they came with, members nobody knows. A text that is not JSON (by wire/json.h) is shown
 * line by line, with what is wrong with it and where.
 *
 * No view of its own: the JSON tab is made of it. Drawing costs what the screen is large.
 *
 * Commands: the ones that move; CMD_FOLD and CMD_OPEN fold or unfold the node under the cursor
 * (CMD_OPEN on a value that is no container is left to the caller: see json_view_value());
 * CMD_FOLD_LESS and CMD_FOLD_MORE by a level; CMD_FOLD_ALL, CMD_UNFOLD_ALL; CMD_WRAP: every long
 * value whole instead of only the one under the cursor; CMD_NEXT_HIT, CMD_PREV_HIT.
 */
#ifndef PEPAYTOP_VIEWS_JSON_VIEW_H
#define PEPAYTOP_VIEWS_JSON_VIEW_H

#include "views/view.h"

#define JSON_VIEW_TEXT_MAX (16u * 1024u * 1024u) /* what is longer is cut there, and said to be */

struct json_view;

struct json_view *json_view_new(void);
void json_view_free(struct json_view *j); /* NULL is fine */

/* Shows this text (copied). Cursor and folds stay where they were, by path; the search goes on. The
 * same text again costs nothing. */
void json_view_set(struct json_view *j, const char *text, size_t len);
/* Before drawing, and before a command when the size may be another. */
void json_view_resize(struct json_view *j, int width, int height);
bool json_view_act(struct json_view *j, enum command cmd); /* false: it is not its command */
/* A click at a place of its canvas: takes the cursor there; on a fold's mark, or where the cursor
 * was already, it folds or unfolds. */
void json_view_click(struct json_view *j, int x, int y);
/* A line with the path of the cursor, then the rows. */
void json_view_draw(const struct json_view *j, struct canvas *c, bool focused);

/* Smart case, in names and in values; a row counts once. Goes to the first hit from the cursor on
 * and unfolds what holds hits; typed letter by letter, each time from where the first began. ""
 * ends the search and stays. */
void json_view_search(struct json_view *j, const char *text);
const char *json_view_search_text(const struct json_view *j);
void json_view_search_count(const struct json_view *j, size_t *ret_at, size_t *ret_total);

/* "data.object.items[3].name"; "" at the root. */
void json_view_path(const struct json_view *j, struct strbuf *ret);
/* The scalar under the cursor, strings without quotes and escapes; false on a container. */
bool json_view_value(const struct json_view *j, struct strbuf *ret);
/* Value, path, the node as JSON, the whole text. */
void json_view_copies(const struct json_view *j, struct copies *ret);
/* Laid out with two spaces a level, `{…} 12` where it is folded: valid JSON when nothing is. */
void json_view_plain(const struct json_view *j, struct strbuf *ret);

#endif
