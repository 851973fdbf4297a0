/*
 * A QR code in cells: black on white in every theme, so that a phone reads it off
 * the screen. libqrencode lives here.
 */
#ifndef PEPAYTOP_UI_QR_H
#define PEPAYTOP_UI_QR_H

#include "ui/canvas.h"

#define QR_QUIET 4 /* modules of white around it, as the standard asks */

struct qr;

/* E_LIMIT: the text is too long for any code; E_INVALID: it is empty. */
must_check enum status qr_new(const char *text, size_t len, struct qr **ret,
			      struct problem *reterr);
void qr_free(struct qr *q);
/* Modules a side, with the quiet zone; the dark ones are inside of it. */
int qr_side(const struct qr *q);
bool qr_is_dark(const struct qr *q, int x, int y);
/* Cells it takes at least: two modules a row as half blocks, or two cells a module in ASCII. */
void qr_cells(const struct qr *q, bool ascii, int *ret_width, int *ret_height);
/*
 * In the middle of the canvas. False, and nothing drawn, when it does not fit. A dark module is the
 * background of its cell, for letters leave gaps between rows that no camera reads over: two cells
 * a module where there is room for that, else half blocks.
 */
bool qr_draw(const struct qr *q, struct canvas *c);

#endif
