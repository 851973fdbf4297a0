/*
 * One line of input with history: the filter prompt, the command line.
 */
#ifndef PEPAYTOP_UI_PROMPT_H
#define PEPAYTOP_UI_PROMPT_H

#include "ui/canvas.h"
#include "ui/key.h"

#define PROMPT_MAX     240
#define PROMPT_HISTORY 32

struct prompt {
	const char *label; /* "/" */
	char text[PROMPT_MAX + 1];
	size_t len;
	size_t at; /* cursor, bytes */
	char history[PROMPT_HISTORY][PROMPT_MAX + 1];
	size_t history_count;
	size_t history_at; /* == history_count: the line being written */
	char draft[PROMPT_MAX + 1];
};

enum prompt_result { PROMPT_IGNORED, PROMPT_CHANGED, PROMPT_SUBMIT, PROMPT_CANCEL };

void prompt_init(struct prompt *p, const char *label);
void prompt_open(struct prompt *p, const char *text); /* history stays */
/* Editing: characters, Backspace, Delete, Left, Right, Home/C-a, End/C-e, C-w, C-u, C-k, Up, Down,
 * Enter, Esc/C-g. Line breaks in a paste become blanks. */
enum prompt_result prompt_key(struct prompt *p, struct key k);
/* `note` at the right (match count, or an error at byte error_at ≥ 0, which is marked). */
void prompt_draw(const struct prompt *p, struct canvas *c, int y, const struct safe_text *note,
		 enum role note_role, int error_at);

#endif
