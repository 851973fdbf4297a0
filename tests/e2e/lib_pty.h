/*
 * A program in a pseudo terminal, and what a person would see there: bytes go through
 * libvterm, cells are read back. Everything fails the cmocka test it is called from.
 */
#ifndef TESTS_E2E_LIB_PTY_H
#define TESTS_E2E_LIB_PTY_H

#include "base/strbuf.h"

#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

struct pty {
	int master, slave; /* slave: ours to look at the terminal's modes */
	pid_t pid;         /* 0: ended and reaped */
	int width, height;
	VTerm *vt;
	VTermScreen *screen;
	bool alternate; /* the alternate screen is shown */
	bool cursor_visible;
	unsigned bells;
	struct termios before; /* modes when the program began */
	struct strbuf raw;     /* every byte the program sent */
};

/* Puts `marker` on the main screen, then starts argv with TERM=term. */
void pty_start(struct pty *p, int width, int height, const char *term, const char *marker,
	       char *const *argv);
void pty_release(struct pty *p); /* kills what still runs */

void pty_pump(struct pty *p, int ms); /* takes output for that long */
/* Takes what is there or comes first within ms; false when nothing did. */
bool pty_step(struct pty *p, int ms);
/* Until nothing came for quiet_ms. */
void pty_settle(struct pty *p, int quiet_ms);
bool pty_wait_text(struct pty *p, const char *text, int ms);
bool pty_wait_no_text(struct pty *p, const char *text, int ms);
void pty_type(struct pty *p, const char *bytes);
void pty_resize(struct pty *p, int width, int height);
/* Waits for its end; the wait status. Fails the test when it does not come. */
int pty_wait_end(struct pty *p, int ms);

char *pty_text(const struct pty *p); /* lines; caller frees */
bool pty_shows(const struct pty *p, const char *text);
bool pty_find(const struct pty *p, const char *text, int *ret_x, int *ret_y); /* in one line */
VTermScreenCell pty_cell(const struct pty *p, int x, int y);
/* Different foregrounds among cells that hold something. */
unsigned pty_colors(const struct pty *p);
bool pty_termios_same(const struct pty *p);

/* Runs a program to its end; its stdout, which the caller frees. Fails when it exits with not 0. */
char *run_output(char *const *argv);

#endif
