/*
 * OSC 52: text for the clipboard of the terminal a person sits at, however many machines away, as
 * a sequence of bytes. Pure. Whether the terminal takes it nobody can tell: it does not answer.
 *
 * Inside a multiplexer (found out with tmux 3.3a and screen 4.9):
 *   tmux   takes the plain sequence only with `set-clipboard on` (the default, `external`, drops
 *          what programs send), and one wrapped in its pass-through (DCS tmux; … with every ESC
 *          doubled) only with `allow-passthrough on`. It drops what it does not take, so both are
 *          sent. `tmux load-buffer -w -` needs neither: who can run it should.
 *   screen passes on the inside of a DCS, of at most 768 bytes each, to the terminal.
 */
#ifndef PEPAYTOP_UI_OSC52_H
#define PEPAYTOP_UI_OSC52_H

#include "base/strbuf.h"

/* More makes a sequence of more than 100,000 bytes, and terminals that limit it (hterm, for one)
 * take none of it. */
#define OSC52_TEXT_MAX  74994
#define OSC52_CHUNK_MAX 768 /* bytes of one DCS of screen, frame and all */

enum osc52_wrap { OSC52_PLAIN, OSC52_TMUX, OSC52_SCREEN };

/* Appends the sequence. E_LIMIT when there are more than OSC52_TEXT_MAX bytes, E_INVALID when there
 * are none: that would ask the terminal to clear its clipboard. */
must_check enum status osc52_make(const void *text, size_t len, enum osc52_wrap wrap,
				  struct strbuf *ret);

#endif
