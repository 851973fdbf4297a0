/* What a bundle is made of; shared by who writes and who reads it. */
#ifndef PEPAYTOP_APP_CASE_PARTS_H
#define PEPAYTOP_APP_CASE_PARTS_H

#include "app/case.h"
#include "app/case_zip.h"
#include "model/evidence.h"

#define CASE_FORMAT      "pepaytop-case"
#define CASE_VERSION     1
#define CASE_TEXT_MAX    (1024u * 1024)
#define CASE_EVENTS_MAX  EVIDENCE_BYTES_MAX
#define CASE_LINES_MAX   5000
#define CASE_OBJECTS_MAX 400

/* The sums come last: they are of those before. */
enum {
	CASE_NOTE,
	CASE_STORY,
	CASE_MANIFEST,
	CASE_EVENTS,
	CASE_OBJECTS,
	CASE_SUMS,
	CASE_PART_COUNT
};

#define CASE_PART_ROWS                                                                           \
	[CASE_NOTE] = {.name = "note.txt", .max = CASE_TEXT_MAX},                                \
	[CASE_STORY] = {.name = "story.txt", .max = CASE_TEXT_MAX},                              \
	[CASE_MANIFEST] = {.name = "case.json", .max = CASE_TEXT_MAX, .required = true},         \
	[CASE_EVENTS] = {.name = "events.ndjson", .max = 2 * CASE_EVENTS_MAX, .required = true}, \
	[CASE_OBJECTS] = {.name = "objects.json", .max = 4 * CASE_TEXT_MAX, .required = true},   \
	[CASE_SUMS] = {.name = "SHA256SUMS", .max = 4096}

/* The bundle in memory; *ret is the caller's. */
must_check enum status case_pack(const struct case_of *c, char **ret, size_t *ret_len,
				 struct problem *reterr);

/* --- case_disk.c ---------------------------------------------------------------------- */
struct case_name {
	const char *dir, *kind;
	const char *id; /* anything: what no file name should hold is left out */
	int64_t at_ms;
};
/* Makes the folder, and those above it. */
must_check enum status case_disk_folder(const char *dir, struct problem *reterr);
/* A new file (0600), gone again when it cannot be written whole. */
must_check enum status case_disk_write(const struct case_name *name, const char *bytes, size_t len,
				       char ret_path[CASE_PATH_CAP], struct problem *reterr);

#endif
