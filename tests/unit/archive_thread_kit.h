/* What the tests of the archive thread share: one with a clock of its own, and what it says. */
#ifndef TESTS_ARCHIVE_THREAD_KIT_H
#define TESTS_ARCHIVE_THREAD_KIT_H

#include "unit/archive_kit.h"

#include "archive/archive.h"

#include <poll.h>
#include <stdatomic.h>
#include <time.h>

#define TELL_TIMEOUT_MS 20000

/* Stands until told, and may be told by another thread than the one that reads it. */
struct told_time {
	_Atomic int64_t wall_ms, mono_ms;
	_Atomic int64_t pace; /* so many milliseconds pass with each look at mono_ms */
};

static inline int64_t told_wall(void *ctx)
{
	return atomic_load(&((struct told_time *)ctx)->wall_ms);
}

static inline int64_t told_mono(void *ctx)
{
	struct told_time *t = ctx;

	return atomic_fetch_add(&t->mono_ms, atomic_load(&t->pace));
}

struct desk {
	struct kit kit;
	struct told_time time;
	struct archive_options options;
	struct mailbox *out, *sync;
	struct archive *a;
	struct history_opening opening;
};

static inline void desk_init(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	kit_init(&d->kit);
	atomic_store(&d->time.wall_ms, KIT_NOW + 1000000);
	atomic_store(&d->time.mono_ms, 1000000);
	d->options.path = d->kit.path;
	d->options.world = d->kit.options.world;
	d->options.clock =
		(struct clock){.wall_ms = told_wall, .mono_ms = told_mono, .ctx = &d->time};
	d->options.restore_events = 20000;
	d->out = mailbox_new(256);
	d->sync = mailbox_new(64);
}

static inline void desk_start(struct desk *d)
{
	struct problem why = {.status = S_OK};

	if (archive_start(&d->options, d->out, &d->a, &d->opening, &why) != S_OK)
		fail_msg("archive_start: %s", why.what);
	archive_tell_sync(d->a, d->sync);
}

static inline void desk_stop(struct desk *d)
{
	archive_stop(d->a);
	d->a = NULL;
}

static inline void desk_empty(struct mailbox *mb)
{
	struct msg *m;

	while ((m = mailbox_take(mb)) != NULL)
		msg_free(m);
}

static inline void desk_release(struct desk *d)
{
	desk_stop(d);
	mailbox_free(d->out);
	mailbox_free(d->sync);
	kit_release(&d->kit);
}

static inline void desk_pass_time(struct desk *d, int64_t ms)
{
	atomic_fetch_add(&d->time.wall_ms, ms);
	atomic_fetch_add(&d->time.mono_ms, ms);
}

/* --- talking to it ------------------------------------------------------------------------ */

/* The next message, or a failed test when none comes. */
static inline struct msg *told_next(struct mailbox *mb)
{
	struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};

	if (poll(&p, 1, TELL_TIMEOUT_MS) != 1)
		fail_msg("nothing is said");
	return mailbox_take(mb);
}

/* The next message of a kind; those in between are let go. */
static inline struct msg *told(struct mailbox *mb, enum msg_kind kind)
{
	for (;;) {
		struct msg *m = told_next(mb);

		if (m->kind == kind)
			return m;
		msg_free(m);
	}
}

static inline bool told_nothing(struct mailbox *mb, enum msg_kind kind, int ms)
{
	struct pollfd p = {.fd = mailbox_fd(mb), .events = POLLIN};
	bool nothing = true;

	while (nothing && poll(&p, 1, ms) == 1) {
		struct msg *m = mailbox_take(mb);

		nothing = m->kind != kind;
		msg_free(m);
	}
	return nothing;
}

static inline void desk_post(struct desk *d, struct msg *m)
{
	struct timespec moment = {.tv_nsec = 1000000};
	struct mailbox *mb = m->kind == MSG_PAGE || m->kind == MSG_OBJECT || m->kind == MSG_OUTCOME
				     ? archive_answers(d->a)
				     : archive_inbox(d->a);

	while (mailbox_post(mb, m) != S_OK)
		nanosleep(&moment, NULL);
}

/* Events first..last of archive_kit. */
static inline struct msg *batch_of(enum event_source source, int64_t first, int64_t last)
{
	struct msg *m = msg_new(MSG_EVENTS);
	size_t count = last >= first ? (size_t)(last - first + 1) : 0;

	m->as.events.source = source;
	m->as.events.items = xcalloc(count ? count : 1, sizeof(struct event));
	m->as.events.count = count;
	for (size_t i = 0; i < count; i++)
		m->as.events.items[i] = kit_event(first + (int64_t)i);
	return m;
}

static inline struct msg *page_of(enum sync_purpose purpose, uint64_t walk, int64_t first,
				  int64_t last)
{
	struct msg *m = batch_of(SOURCE_REST, first, last);

	m->as.events.mark.purpose = purpose;
	m->as.events.mark.walk = walk;
	return m;
}

static inline void kit_id(int64_t n, char ret[ID_CAP])
{
	(void)snprintf(ret, ID_CAP, "evt_%lld-%lld", (long long)(KIT_NOW + n), (long long)n);
}

/* The walk's last page: it proves what the server listed up to event `verified` (-1: nothing to
 * name). */
static inline struct msg *proving(struct desk *d, struct msg *page, int64_t verified)
{
	struct sync_mark *mark = &page->as.events.mark;

	mark->began_mono_ms = atomic_load(&d->time.mono_ms);
	mark->last = mark->proven = true;
	if (verified >= 0)
		kit_id(verified, mark->verified);
	return page;
}

static inline struct msg *link_of(enum stream_id s, enum link_state state)
{
	struct msg *m = msg_new(MSG_LINK);

	m->as.link = (struct link_report){.stream = s,
					  .state = state,
					  .next_try_mono_ms = TIME_NONE,
					  .last_rx_mono_ms = TIME_NONE,
					  .rtt_ms = -1};
	return m;
}

static inline bool said_id(const struct event *e, int64_t n)
{
	char id[ID_CAP];

	kit_id(n, id);
	return str_equal(e->id, id);
}

#endif
