/*
 * The real terminal, by ncurses: the only file that knows it. Opens with newterm
 * (never initscr), restores the terminal on every way out, paints a grid with one
 * doupdate and reads keys without ever blocking.
 */
#ifndef PEPAYTOP_UI_TERM_H
#define PEPAYTOP_UI_TERM_H

#include "ui/canvas.h"
#include "ui/key.h"
#include "ui/theme.h"

struct term;

struct term_options {
	const char *term_name; /* TERM, or NULL for the environment's; the caller read it */
	bool no_color;
	int color_limit; /* most colours to use; 0 = what the terminal has */
	bool ascii;      /* the locale is not UTF-8 */
	int in_fd, out_fd;
};

/* One a process; the caller has called setlocale(). E_UNSUPPORTED when the terminal cannot (no
 * TERM, dumb, not a tty), with what to do instead. */
must_check enum status term_open(const struct term_options *opt, struct term **ret,
				 struct problem *reterr);
void term_close(struct term *t); /* the terminal is as it was; NULL is fine */
/* Readable when keys wait; then read them until there are none: some may be held here already. */
int term_fd(const struct term *t);
void term_size(const struct term *t, int *ret_w, int *ret_h); /* clamped to GRID_*_MAX */
enum color_depth term_depth(const struct term *t);
/* Sends only what differs from the last frame. */
void term_paint(struct term *t, const struct grid *g, const struct theme *theme);
void term_redraw(struct term *t); /* next paint repaints everything (Ctrl-L, resume) */
/*
 * False when no key waits. Esc alone is told from a sequence within 25 ms. Replies to queries,
 * other mouse reports and Alt combinations of cursor keys are swallowed. When the terminal is gone
 * every round of reading ends with KEYC_GONE: leave.
 */
bool term_read_key(struct term *t, struct key *ret);
void term_flush_input(struct term *t); /* drops keys typed before now (a dialog opened) */
/* After SIGWINCH: reads the new size; KEYC_RESIZE follows when it differs. */
void term_resized(struct term *t);
void term_suspend(struct term *t); /* before stopping: cooked, main screen */
void term_resume(struct term *t);
void term_bell(struct term *t);
/* A sequence that draws nothing (OSC 52), between two frames and in one go. False when it was not
 * sent. */
must_check bool term_send(struct term *t, const char *bytes, size_t len);
/* Whether clicks and the wheel come here (as KEYC_MOUSE) or go to the terminal's own selection. Off
 * at first; with Shift held they are the terminal's either way. */
void term_mouse(struct term *t, bool on);
/*
 * Installs handlers for the fatal signals that put the terminal right with write() and tcsetattr()
 * only, then die of the signal. Once per process.
 */
void term_guard_signals(struct term *t);

#endif
