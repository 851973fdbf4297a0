/*
 * One stream of the feed: its connection, its link machine and what it takes in.
 * Everything here runs on the feed thread. Private to net.
 */
#ifndef PEPAYTOP_NET_FEED_STREAM_H
#define PEPAYTOP_NET_FEED_STREAM_H

#include "base/log.h"
#include "base/strbuf.h"
#include "net/feed_intake.h"
#include "net/http_curl_url.h"
#include "net/link.h"

#include <libwebsockets.h>
#include <stdatomic.h>

#define STREAM_MESSAGE_MAX (1024 * 1024)      /* longer messages are skipped and counted */
#define STREAM_SKIP_MAX    (16 * 1024 * 1024) /* longer still: hang up */
#define STREAM_RX_BUFFER   (64 * 1024)

struct stream {
	/* immutable */
	struct lws_context *context;
	const struct http_url *server;
	const struct clock *clock;
	struct log *log;
	struct mailbox *out;
	const char *key;         /* NULL: the stream is off */
	const char *environment; /* NULL or "": whatever the key sees */
	/* Once set, what is borrowed (mailbox, log) may be gone: nothing may touch it. */
	const atomic_bool *stopping;
	/* the feed thread */
	struct link link;
	struct intake intake;
	lws_sorted_usec_list_t timer;
	int64_t timer_at_ms; /* what the timer is set to, or TIME_NONE */
	bool report_due;     /* the latest report has not been posted */
	/* the feed thread, of the current connection */
	struct lws *wsi;
	struct strbuf message;
	size_t message_seen; /* bytes of the message so far, kept or not */
	bool in_message;
	const char *skip_reason; /* why this message will not be read, or NULL */
	struct problem ending;   /* why the connection is about to end */
	bool refused;            /* it ends because of the credentials */
	int http_status;         /* of a refused upgrade, 0 when unknown */
	bool http_html;          /* and it came as HTML: from something in between */
	bool answered;           /* the upgrade was answered with something else than a stream */
	int64_t retry_after_ms;
	int64_t ping_sent_ms; /* TIME_NONE: none under way */
	uint64_t ping_serial;
	bool ping_wanted;
};

struct stream_kind {
	const char *words;
	const char *path;       /* with its query */
	bool knows_environment; /* takes &environment= */
	const char *key_header;
};
extern const struct stream_kind STREAM_KINDS[STREAM_COUNT];

static inline const char *stream_words(const struct stream *s)
{
	return STREAM_KINDS[s->intake.stream].words;
}

extern const struct lws_protocols STREAM_PROTOCOLS[];
extern const lws_retry_bo_t STREAM_PATIENCE;

/* `since`: the id to resume from, or "". */
void stream_init(struct stream *s, enum stream_id id, const char *since, uint64_t seed);
void stream_release(struct stream *s);
/* What is due after every service round: deliver, hold or release reading, report, set the timer.
 */
void stream_settle(struct stream *s);
void stream_retry_now(struct stream *s);
/* How REST fares; `answered`: the problem is what the server said. */
void stream_tell_rest(struct stream *s, const struct problem *how, bool answered, int64_t floor_ms);

/* Between feed_stream.c and feed_socket.c. */
bool stream_is_open(const struct stream *s);
enum link_action stream_step(struct stream *s, struct link_input in); /* fills in the time,
								 pings, hangs up */
void stream_event(struct stream *s, enum link_event event);
/* The connection or attempt is over: LOST, or REFUSED when s->refused */
void stream_lost(struct stream *s, const struct problem *why);

#endif
