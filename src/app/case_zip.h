/*
 * A few small files in one zip, in memory: the one place that knows libzip. Reading
 * trusts nothing: sizes, counts and names are checked against the table before a byte
 * is inflated, and inflating stops at the size.
 */
#ifndef PEPAYTOP_APP_CASE_ZIP_H
#define PEPAYTOP_APP_CASE_ZIP_H

#include "base/status.h"

#define CASE_ZIP_MAX     (16u * 1024 * 1024) /* of the zip itself */
#define CASE_ZIP_ENTRIES 16
#define CASE_ZIP_RATIO   200 /* more bytes out than so many times those in: a bomb */

struct case_part {
	const char *name;
	size_t max; /* most bytes when unpacked */
	bool required;
	char *text; /* owned, with a NUL behind; NULL: not there */
	size_t len;
};

/* *ret is the caller's. `at_ms` becomes the time of the files. */
must_check enum status case_zip_pack(const struct case_part *parts, size_t count, int64_t at_ms,
				     char **ret, size_t *ret_len, struct problem *reterr);
/* Fills text and len of the parts that are in it; other entries are left alone. On failure all
 * texts are NULL. */
must_check enum status case_zip_unpack(const char *bytes, size_t len, struct case_part *parts,
				       size_t count, struct problem *reterr);
void case_parts_release(struct case_part *parts, size_t count);

#endif
