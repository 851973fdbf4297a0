/*
 * Two documents beside one another, as one: it scrolls, is searched and copied as
 * one.
 */
#ifndef PEPAYTOP_VIEWS_DOC_COLUMNS_H
#define PEPAYTOP_VIEWS_DOC_COLUMNS_H

#include "views/doc.h"

/* The lines of both, `right` from `column` on; what does not fit before it is cut. Keys are those
 * of `left`. */
void doc_columns(struct doc *d, const struct doc *left, const struct doc *right, int column);

#endif
