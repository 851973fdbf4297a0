/*
 * Documents laid out anew: values that are too long go on below, and two stand beside
 * one another as one that scrolls, is searched and copied as one.
 */
#ifndef PEPAYTOP_VIEWS_DOC_COLUMNS_H
#define PEPAYTOP_VIEWS_DOC_COLUMNS_H

#include "views/doc.h"

/* The lines of `from` in `width` cells: where the last value of a line does not fit it goes on in
 * the next, under where it began, broken at spaces or, if need be, anywhere. */
void doc_fit(struct doc *d, const struct doc *from, int width);

/* Words into the last line from `column` on, in as many lines as they need in `width` cells, broken
 * as above; `right` stands at the right edge of the first. */
void doc_flow(struct doc *d, int column, int width, enum role role, const struct safe_text *t,
	      enum role right_role, const struct safe_text *right);

/* The lines of both, `right` from `column` on; what does not fit before it is cut. Keys are those
 * of `right`. */
void doc_columns(struct doc *d, const struct doc *left, const struct doc *right, int column);

#endif
