/*
 * Whether terminfo knows a terminal that can be used. Apart from the rest because
 * <term.h> makes macros of everyday words and has a struct term of its own.
 */
#ifndef PEPAYTOP_UI_TERM_TYPE_H
#define PEPAYTOP_UI_TERM_TYPE_H

#include "base/status.h"

/* `name` NULL is the environment's. Usable: it can move its cursor and clear its screen. Ask before
 * newterm(), which leaks a screen when it does not know the terminal. */
bool term_type_known(const char *name, int fd, bool *ret_usable);

#endif
