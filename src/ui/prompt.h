/*
 * One line of input with history: the filter prompt, the command line, the look-up.
 */
#ifndef PEPAYTOP_UI_PROMPT_H
#define PEPAYTOP_UI_PROMPT_H

#include "ui/canvas.h"
#include "ui/key.h"

#define PROMPT_MAX     240  /* bytes of a line, unless it is a long one; of one remembered */
#define PROMPT_LONG    4096 /* of a long one */
#define PROMPT_HISTORY 32

struct prompt {
	const char *label; /* "/" */
	bool is_long;      /* takes PROMPT_LONG bytes */
	bool keeps_breaks; /* of a paste; else they become blanks */
	char text[PROMPT_LONG + 1];
	size_t len;
	size_t at; /* cursor, bytes */
	bool cut;  /* something did not fit any more */
	char history[PROMPT_HISTORY][PROMPT_MAX + 1];
	size_t history_count;
	size_t history_at; /* == history_count: the line being written */
	char draft[PROMPT_LONG + 1];
};

enum prompt_result {
	PROMPT_IGNORED,
	PROMPT_CHANGED,
	PROMPT_SUBMIT,
	PROMPT_CANCEL,
	PROMPT_NEXT, /* Tab: the caller completes, or shows the next completion */
	PROMPT_PREVIOUS
};

void prompt_init(struct prompt *p, const char *label);
void prompt_open(struct prompt *p, const char *text); /* history stays */
/* Editing: characters, Backspace, Delete, Left, Right, Home/C-a, End/C-e, C-w, C-u, C-k, Up/C-p,
 * Down/C-n, Enter, Esc/C-g. A line submitted is remembered,
 * once, unless it is longer than PROMPT_MAX. */
enum prompt_result prompt_key(struct prompt *p, struct key k);
/* Puts `with` in the place of the bytes from `from` to the cursor; what does not fit is left out.
 */
void prompt_replace(struct prompt *p, size_t from, const char *with);
/* A line from before: oldest first, each once. */
void prompt_remember(struct prompt *p, const char *line);
/* The line stays, and is not remembered. */
void prompt_forget(struct prompt *p);
/* As if it had never been typed: the text, the draft, and the history's last line. */
void prompt_wipe(struct prompt *p);
/* `note` at the right (match count, or an error at byte error_at ≥ 0, which is marked); in the row
 * above where a long one would leave a long line too little room. */
void prompt_draw(const struct prompt *p, struct canvas *c, int y, const struct safe_text *note,
		 enum role note_role, int error_at);

#endif
