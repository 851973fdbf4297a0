#include "bench/lib_pipe.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <poll.h>

#define MAILBOX_MESSAGES 1024 /* as the dashboard has it */
#define WINDOW           1000
#define PATIENCE_MS      20000

void pipe_die(const char *what, const struct problem *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why ? why->what : "unexpected");
	exit(1);
}

struct world pipe_world(const char *server)
{
	struct world w = {.environment = ""};

	str_copy(w.server, sizeof(w.server), server);
	world_account(&w, PIPE_KEY, NULL);
	return w;
}

void pipe_start(struct pipe *p, const char *path, const char *server)
{
	struct problem why = {.status = S_OK};
	struct history_opening opening;

	*p = (struct pipe){.clock = clock_system(), .world = pipe_world(server)};
	struct archive_options opt = {.path = path,
				      .world = p->world,
				      .clock = p->clock,
				      .restore_events = WINDOW};
	p->store = store_new();
	p->mailbox = mailbox_new(MAILBOX_MESSAGES);
	if (archive_start(&opt, p->mailbox, &p->archive, &opening, &why) != S_OK)
		pipe_die("archive", &why);
	if (opening.mode != (path ? HISTORY_WRITING : HISTORY_TEMPORARY))
		pipe_die("archive", &opening.problem);
}

static void pipe_apply(struct pipe *p, struct msg *m)
{
	for (size_t i = 0; m->kind == MSG_EVENTS && i < m->as.events.count; i++)
		p->bytes += m->as.events.items[i].raw_len;
	store_apply(p->store, m, clock_wall_ms(&p->clock));
	msg_free(m);
}

void pipe_run(struct pipe *p, uint64_t events)
{
	while (store_stats(p->store)->events_received < events) {
		struct pollfd fd = {.fd = mailbox_fd(p->mailbox), .events = POLLIN};

		if (poll(&fd, 1, PATIENCE_MS) <= 0)
			pipe_die("nothing came for a long time", NULL);
		for (struct msg *m = mailbox_take(p->mailbox); m; m = mailbox_take(p->mailbox))
			pipe_apply(p, m);
	}
	if (store_stats(p->store)->bad_frames > 0)
		pipe_die("frames that could not be read", NULL);
}

void pipe_stop(struct pipe *p)
{
	archive_stop(p->archive);
	mailbox_free(p->mailbox);
	store_free(p->store);
}

static struct event decode(const char *text, size_t len)
{
	struct problem why = {.status = S_OK};
	struct frame f;

	if (frame_decode(text, len, &f, &why) != S_OK || f.kind != FRAME_EVENT)
		pipe_die("event", &why);
	return f.event;
}

void pipe_fill(struct store *st, const struct canned *c, uint64_t from, uint64_t to)
{
	struct msg *m = msg_new(MSG_EVENTS);
	struct strbuf body;

	strbuf_init(&body, 1u << 16);
	m->as.events.source = SOURCE_STREAM;
	m->as.events.items = xcalloc(to - from, sizeof(struct event));
	for (uint64_t n = from; n < to; n++) {
		strbuf_clear(&body);
		canned_event(c, n, &body);
		m->as.events.items[m->as.events.count++] = decode(body.buf, body.len);
	}
	store_apply(st, m, c->base_ms + (int64_t)to);
	msg_free(m);
	strbuf_release(&body);
}
