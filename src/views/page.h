/*
 * The page of the web that shows more of something: a block explorer's of its transaction, a
 * carrier's of its parcel. For `o`.
 */
#ifndef PEPAYTOP_VIEWS_PAGE_H
#define PEPAYTOP_VIEWS_PAGE_H

#include "model/store.h"
#include "model/subject.h"

#define PAGE_CAP 512

/* Its own page, or that of what belongs to the same payment. `ret_what` says which: "parcel". Only
 * https and http, nothing that a shell or a browser could take for more than an address. */
bool page_of(const struct store *st, const struct subject *s, char ret[PAGE_CAP],
	     const char **ret_what);

#endif
