/*
 * Plain mode: what a view shows as bare lines on the terminal's own screen, without borders and
 * colour, to select with the mouse or to scroll back to. Until a key is pressed.
 */
#ifndef PEPAYTOP_APP_PLAIN_H
#define PEPAYTOP_APP_PLAIN_H

#include "base/strbuf.h"
#include "ui/term.h"

struct plain {
	int in_fd, out_fd; /* the terminal */
	int signal_fd;     /* readable when a signal waits (signalfd); -1: none */
	bool ascii;
};

/* Appends the text through the sanitiser (base/text.h), line by line and nothing cut. */
void plain_clean(const char *text, size_t len, bool ascii, struct strbuf *ret);

/* Prints and waits for a key; then the terminal's modes are as before and the key is gone. Comes
 * back, too, when the terminal hangs up or a signal says to leave: that is still to be read. */
void plain_print(const struct plain *p, const char *text, size_t len);
/* The same between leaving the full screen and coming back to it. */
void plain_show(struct term *t, const struct plain *p, const char *text, size_t len);

#endif
