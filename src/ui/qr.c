#include "ui/qr.h"

#include "base/alloc.h"

#include <errno.h>
#include <qrencode.h>
#include <stdlib.h>

struct qr {
	QRcode *code;
};

/* Low error correction: nothing is lost on a screen, and the code is as small as it can be. */
enum status qr_new(const char *text, size_t len, struct qr **ret, struct problem *reterr)
{
	QRcode *code;

	if (len == 0)
		return problem_set(reterr, E_INVALID, "", "there is nothing to make a code of");
	code = len > INT32_MAX
		       ? NULL
		       : QRcode_encodeData((int)len, (const unsigned char *)text, 0, QR_ECLEVEL_L);
	if (!code)
		return problem_set(reterr, E_LIMIT, "Copy it as text instead: Y.",
				   "the text is too long for a QR code");
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->code = code;
	return S_OK;
}

void qr_free(struct qr *q)
{
	if (!q)
		return;
	QRcode_free(q->code);
	free(q);
}

int qr_side(const struct qr *q)
{
	return q->code->width + 2 * QR_QUIET;
}

bool qr_is_dark(const struct qr *q, int x, int y)
{
	int side = q->code->width;

	x -= QR_QUIET;
	y -= QR_QUIET;
	return x >= 0 && y >= 0 && x < side && y < side && (q->code->data[y * side + x] & 1);
}

void qr_cells(const struct qr *q, bool ascii, int *ret_width, int *ret_height)
{
	int side = qr_side(q);

	*ret_width = ascii ? 2 * side : side;
	*ret_height = ascii ? side : (side + 1) / 2;
}

static void paint(struct canvas *c, int x, int y, bool dark, const char *glyph)
{
	canvas_print(c, x, y, 0, dark ? ROLE_QR_DARK : ROLE_QR, "%s", glyph);
}

static void qr_draw_whole(const struct qr *q, struct canvas *c)
{
	for (int y = 0; y < qr_side(q); y++) {
		for (int x = 0; x < qr_side(q); x++)
			paint(c, 2 * x, y, qr_is_dark(q, x, y), "  ");
	}
}

static void qr_draw_halves(const struct qr *q, struct canvas *c)
{
	for (int y = 0; y < qr_side(q); y += 2) {
		for (int x = 0; x < qr_side(q); x++) {
			bool above = qr_is_dark(q, x, y), below = qr_is_dark(q, x, y + 1);

			paint(c, x, y / 2, above || below,
			      above == below ? " "
			      : above        ? "▄"
					     : "▀");
		}
	}
}

bool qr_draw(const struct qr *q, struct canvas *c)
{
	int side = qr_side(q), w, h;
	bool whole = grid_ascii(c->grid) || (2 * side <= c->at.w && side <= c->at.h);
	struct canvas at;

	qr_cells(q, whole, &w, &h);
	if (w > c->at.w || h > c->at.h)
		return false;
	at = canvas_sub(c, (struct rect){(c->at.w - w) / 2, (c->at.h - h) / 2, w, h});
	if (whole)
		qr_draw_whole(q, &at);
	else
		qr_draw_halves(q, &at);
	return true;
}
