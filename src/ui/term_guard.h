/*
 * What puts the terminal right when the program dies where it stands: bytes and
 * modes fixed beforehand, sent with write() and tcsetattr() only, since endwin()
 * may not be called from a signal handler (faults T7). There is one terminal a
 * process, so this is the one file with state of its own.
 */
#ifndef PEPAYTOP_UI_TERM_GUARD_H
#define PEPAYTOP_UI_TERM_GUARD_H

#include "base/status.h"

#include <termios.h>

#define TERM_GUARD_BYTES 256

void term_guard_arm(int in_fd, int out_fd, const struct termios *modes, const char *bytes);
void term_guard_disarm(void);
/* Safe in a signal handler; does nothing unless armed. */
void term_guard_restore(void);
void term_guard_install(void);

#endif
