/*
 * The archive thread, between what comes in and the UI: it dedupes, commits events
 * and cursor together, and only then passes them on. What is shown is on disk.
 *
 *   feed ──▶ inbox ──┐                        ┌─▶ out (the UI's mailbox)
 *   sync ──▶ inbox   ├─ history_commit ───────┤
 *   rest ──▶ answers ┘   (answers come first) └─▶ sync (receipts, and link reports)
 *
 * Every message passes through, in order, changed only in this: events that were
 * known are taken out (and counted), each page of a walk is answered with a receipt, a disk
 * that cannot be written holds everything back (the inbox fills and the feed stops reading).
 * Without durable history (--no-history, a second instance) the same pipe runs over a
 * temporary file.
 */
#ifndef PEPAYTOP_ARCHIVE_ARCHIVE_H
#define PEPAYTOP_ARCHIVE_ARCHIVE_H

#include "archive/history.h"
#include "base/log.h"
#include "bus/mailbox.h"

struct archive;

struct archive_options {
	const char *path; /* of the history; NULL: temporary (--no-history) */
	struct world world;
	struct clock clock;
	struct history_limits limits;
	size_t restore_events; /* newest events told to the UI at the start */
	struct log *log;       /* may be NULL */
	const char *vfs; /* SQLite's way to the disk, by name; NULL: the usual. For fault tests */
};

/*
 * Opens the history and starts the thread. When it can only be viewed (another instance has it, a
 * read-only disk), what it holds is restored and what comes from now on goes to a temporary file;
 * ret_opening->mode says so.
 *
 * The first messages to `out` are MSG_HISTORY, then MSG_ACK each, then what is on disk as
 * SOURCE_HISTORY batches, the newest events first batch, then the objects' answers as MSG_PAGE,
 * then MSG_INCIDENT each.
 */
must_check enum status archive_start(const struct archive_options *opt, struct mailbox *out,
				     struct archive **ret, struct history_opening *ret_opening,
				     struct problem *reterr);
/* Where feed, sync and the REST thread post. They live until archive_stop. */
struct mailbox *archive_inbox(struct archive *a);
struct mailbox *archive_answers(struct archive *a);
/* Where MSG_RECEIPT and copies of MSG_LINK and MSG_GAP go; set before the feed starts. It lives
 * until archive_stop, or until this is called with NULL. */
void archive_tell_sync(struct archive *a, struct mailbox *sync);
/* As the history stood when it was opened. */
void archive_position(const struct archive *a, struct sync_position *ret);
void archive_since(const struct archive *a, enum stream_id stream, char ret[ID_CAP]);
/*
 * OF_HISTORY requests; E_FULL when too many wait. FIND and DOSSIER look at everything on disk, and
 * at what this session alone has; before a MSG_DOSSIER come MSG_PAGEs (from_history) that tell the
 * latest of each object in it. An ACK is kept with the next commit, or at once in another
 * instance's file, and has no answer but MSG_FAILED: where it could not be written there, it holds
 * for this session. The tail of what a FIND looks for comes in `cursor`.
 */
must_check enum status archive_submit(struct archive *a, const struct request *rq);
/* An action on this object is open, or over: its events are kept meanwhile. Any thread. */
void archive_pin(struct archive *a, enum object_kind kind, const char *object_id, bool pinned);
/* Commits what it has taken, joins, frees. After feed, sync and rest were stopped. */
void archive_stop(struct archive *a);

#endif
