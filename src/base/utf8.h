/*
 * What text.c asks about a code point. Private to base; the public part of
 * utf8.c is declared in text.h.
 */
#ifndef PEPAYTOP_BASE_UTF8_H
#define PEPAYTOP_BASE_UTF8_H

#include "base/status.h"

#define UTF8_REPLACEMENT 0xFFFDu

enum glyph {
	GLYPH_PLAIN,   /* takes its own cell or two */
	GLYPH_MARK,    /* draws over the character before it, in no cell of its own */
	GLYPH_SPACING, /* a mark with a cell of its own; still wants a character before it */
	GLYPH_ESCAPE   /* hides, reorders, or is as wide as each terminal pleases: never shown */
};

/* For code points from U+0080. *ret_width is set for GLYPH_PLAIN and GLYPH_SPACING. */
enum glyph utf8_glyph(uint32_t code_point, unsigned *ret_width);
/* A non-spacing mark (Mn), whatever utf8_glyph says about showing it. */
bool utf8_is_mark(uint32_t code_point);

#endif
