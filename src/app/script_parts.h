/*
 * A script as read: one struct a step, checked before the first one runs.
 */
#ifndef PEPAYTOP_APP_SCRIPT_PARTS_H
#define PEPAYTOP_APP_SCRIPT_PARTS_H

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/key.h"

#define SCRIPT_SIZE_MAX  (256 * 1024)
#define SCRIPT_LINES_MAX 5000
#define SCRIPT_KEYS_MAX  10000 /* of one key step */

/* constant, name, how its argument is read */
#define SCRIPT_STEPS(X)                      \
	X(STEP_WAIT, "wait", condition)      \
	X(STEP_TIMEOUT, "timeout", duration) \
	X(STEP_KEY, "key", key)              \
	X(STEP_TYPE, "type", text)           \
	X(STEP_SNAPSHOT, "snapshot", text)   \
	X(STEP_STYLED, "styled", text)       \
	X(STEP_OBJECTS, "objects", text)     \
	X(STEP_INCIDENTS, "incidents", text) \
	X(STEP_RESIZE, "resize", size)       \
	X(STEP_CLOCK, "clock", shift)        \
	X(STEP_EXPECT, "expect", condition)  \
	X(STEP_REJECT, "reject", condition)  \
	X(STEP_SLEEP, "sleep", duration)     \
	X(STEP_PRINT, "print", text)         \
	X(STEP_FOLLOW, "follow", nothing)    \
	X(STEP_QUIT, "quit", nothing)

enum script_verb {
#define X(constant, name, argument) constant,
	SCRIPT_STEPS(X)
#undef X
};

enum script_operator { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

struct script_condition {
	char *name; /* NULL: what the screen shows */
	char *text; /* what it must show, or the word to compare with */
	enum script_operator op;
	bool is_number; /* text reads as a number */
	int64_t number;
};

struct script_line {
	unsigned number; /* in the file, from 1 */
	char *source;    /* the line, for messages */
	enum script_verb step;
	struct script_condition condition;
	char *text;
	struct key key;
	int64_t number_arg; /* milliseconds, or how often a key is pressed */
	int width, height;
};

/* Refuses the whole script at its first bad line; `before` lines came before it. The caller frees
 * with script_lines_free(). */
must_check enum status script_lines_parse(const char *text, unsigned before,
					  struct script_line **ret_lines, size_t *ret_count,
					  struct problem *reterr);
void script_lines_free(struct script_line *lines, size_t count);

/* Standard input as it comes, after `follow`: what is not yet a whole line, and how many were. */
struct script_stream {
	struct strbuf text;
	unsigned lines;
	bool on, ended;
};
/* Waits for nothing. The whole lines that came in the meantime, or none. */
must_check enum status script_stream_read(struct script_stream *in, struct script_line **ret_lines,
					  size_t *ret_count, struct problem *reterr);

/* = and != only; the others never hold for a word. */
bool script_compare_word(const struct script_condition *c, const char *word);
bool script_compare_number(const struct script_condition *c, int64_t number);

#endif
