/*
 * Private to the terminal: what the term*.c files share.
 */
#ifndef PEPAYTOP_UI_TERM_PRIVATE_H
#define PEPAYTOP_UI_TERM_PRIVATE_H

#include "ui/term.h"
#include "ui/term_guard.h"
#include "ui/term_keys.h"

#define TERM_PAIRS_MAX 512

/* What a cell of the screen shows now. */
struct painted {
	struct cell cell;
	struct paint paint;
};

/* Colour pairs handed out so far; pair i + 1 is of[i]. */
struct term_pairs {
	struct {
		int32_t fg, bg;
	} of[TERM_PAIRS_MAX];
	int count, most;
	int recent;
};

struct screen; /* ncurses' SCREEN */

struct term {
	struct screen *screen;
	FILE *in, *out;
	int in_fd, out_fd;
	int frame_fd;         /* where a frame is gathered; -1: nowhere */
	struct termios modes; /* as they were before */
	char restore[TERM_GUARD_BYTES];
	int width, height;
	enum color_depth depth;
	bool default_colors; /* the terminal has a default foreground and background */
	bool ascii;
	bool square_corners; /* its font has no round ones */
	bool suspended;
	bool mouse;   /* reports are wanted */
	bool force;   /* the next paint sends everything */
	bool resized; /* to be told as a key */
	bool gone;    /* hung up */
	bool gone_told;
	struct term_keys keys;
	struct term_pairs pairs;
	struct painted *shown; /* width * height */
};

void term_paint_init(struct term *t, const struct term_options *opt);
void term_paint_resize(struct term *t);

/* term_frame.c: a frame in one write */
void term_frame_open(struct term *t);
void term_frame_close(struct term *t);
void term_frame_update(struct term *t);

#endif
