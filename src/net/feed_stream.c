#include "net/feed_stream.h"

#define TIMER_MIN_MS 5

/* The link machine pings and hangs up: libwebsockets would hang up at once after a SIGCONT. */
const lws_retry_bo_t STREAM_PATIENCE = {.secs_since_valid_ping = 0, .secs_since_valid_hangup = 0};

const struct stream_kind STREAM_KINDS[STREAM_COUNT] = {
	[STREAM_MERCHANT] = {.words = "merchant stream",
			     .path = "/ws/merchant/events?format=event_v1",
			     .knows_environment = true,
			     .key_header = "x-api-key"},
	/* invoice.*: unpaid commerce invoices expire here too (contract 10.1). */
	[STREAM_COMMERCE] = {.words = "commerce stream",
			     .path = "/ws/commerce/events?format=event_v1"
				     "&types=commerce.order.*,invoice.*",
			     .key_header = "x-commerce-api-key"},
};

static void stream_timer(lws_sorted_usec_list_t *timer);

void stream_init(struct stream *s, enum stream_id id, const char *since, uint64_t seed)
{
	link_init(&s->link, id, s->key != NULL, seed, clock_wall_ms(s->clock));
	intake_init(&s->intake, id, s->out);
	(void)str_copy(s->intake.cursor, sizeof(s->intake.cursor), since);
	strbuf_init(&s->message, STREAM_MESSAGE_MAX);
	s->report_due = true;
	s->ping_sent_ms = TIME_NONE;
	s->timer_at_ms = TIME_NONE;
}

void stream_release(struct stream *s)
{
	intake_release(&s->intake);
	strbuf_release(&s->message);
}

bool stream_is_open(const struct stream *s)
{
	return s->wsi != NULL && link_is_open(&s->link);
}

/* --- the link machine ---------------------------------------------------------- */

static void stream_hang_up(struct stream *s, enum status status, const char *reason)
{
	if (s->ending.status == S_OK)
		(void)problem_set(&s->ending, status, NULL, "%s: %s", stream_words(s), reason);
	if (s->wsi != NULL)
		lws_set_timeout(s->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void stream_act(struct stream *s, enum link_action action)
{
	switch (action) {
	case LINK_DO_PING:
		s->ping_wanted = true;
		lws_callback_on_writable(s->wsi);
		break;
	case LINK_DO_HANG_UP:
		stream_hang_up(s, E_TIMEOUT, "the server has fallen silent");
		break;
	case LINK_DO_DIAL: /* the caller's: it may be in the middle of the last connection */
	case LINK_DO_NOTHING:
		break;
	}
}

enum link_action stream_step(struct stream *s, struct link_input in)
{
	enum link_state before = s->link.report.state;
	enum link_action action;
	bool changed;

	in.mono_ms = clock_mono_ms(s->clock);
	in.wall_ms = clock_wall_ms(s->clock);
	action = link_step(&s->link, &in, &changed);
	s->report_due = s->report_due || changed;
	if (s->link.report.state != before)
		log_msg(s->log, LOG_DEBUG, "%s: %s %s", stream_words(s),
			link_state_word(s->link.report.state), s->link.report.problem.what);
	stream_act(s, action);
	return action;
}

void stream_event(struct stream *s, enum link_event event)
{
	(void)stream_step(s, (struct link_input){.event = event, .rtt_ms = -1});
}

void stream_lost(struct stream *s, const struct problem *why)
{
	if (atomic_load(s->stopping))
		return;
	(void)intake_flush(&s->intake);
	(void)stream_step(s,
			  (struct link_input){.event = s->refused ? LINK_EV_REFUSED : LINK_EV_LOST,
					      .floor_ms = s->retry_after_ms,
					      .answered = s->answered,
					      .problem = why,
					      .rtt_ms = -1});
	/* A timer of lws's own may have closed it, and the round sleeps after timers: end it now.
	 */
	lws_cancel_service(s->context);
}

/* --- dialling ------------------------------------------------------------------- */

static void stream_path(const struct stream *s, struct strbuf *path)
{
	strbuf_addstr(path, STREAM_KINDS[s->intake.stream].path);
	if (STREAM_KINDS[s->intake.stream].knows_environment && s->environment != NULL &&
	    s->environment[0] != '\0') {
		strbuf_addstr(path, "&environment=");
		strbuf_add_urlencoded(path, s->environment);
	}
	if (s->intake.cursor[0] != '\0') {
		strbuf_addstr(path, "&since=");
		strbuf_add_urlencoded(path, s->intake.cursor);
	}
}

static void stream_reset(struct stream *s)
{
	strbuf_clear(&s->message);
	s->in_message = false;
	s->ending = (struct problem){.status = S_OK};
	s->refused = false;
	s->http_status = 0;
	s->answered = false;
	s->http_html = false;
	s->retry_after_ms = 0;
	s->ping_sent_ms = TIME_NONE;
	s->ping_wanted = false;
	intake_reconnected(&s->intake);
}

static void stream_dial(struct stream *s)
{
	struct lws_client_connect_info info = {
		.context = s->context,
		.port = s->server->port,
		.ssl_connection =
			LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (s->server->tls ? LCCSCF_USE_SSL : 0),
		.alpn = "http/1.1",
		.local_protocol_name = STREAM_PROTOCOLS[0].name,
		.retry_and_idle_policy = &STREAM_PATIENCE,
		.userdata = s,
		.pwsi = &s->wsi,
	};
	char host[sizeof(s->server->host)], host_port[sizeof(s->server->host) + 8];
	struct strbuf path;

	stream_reset(s);
	stream_event(s, LINK_EV_DIAL);
	(void)str_copy(host, sizeof(host),
		       s->server->host[0] == '[' ? s->server->host + 1 : s->server->host);
	host[strcspn(host, "]")] = '\0';
	(void)str_printf(host_port, sizeof(host_port), "%s:%d", s->server->host, s->server->port);
	strbuf_init(&path, 1024);
	stream_path(s, &path);
	info.address = host;
	info.host = host_port;
	info.path = strbuf_str(&path);
	if (lws_client_connect_via_info(&info) == NULL) {
		struct problem why;

		s->wsi = NULL;
		(void)problem_set(&why, E_NETWORK, "check the URL and the network",
				  "%s: cannot connect to %.80s", stream_words(s), host_port);
		/* Ignored when the connection-error callback has already told. */
		stream_lost(s, &why);
	}
	strbuf_release(&path);
}

void stream_retry_now(struct stream *s)
{
	if (stream_step(s, (struct link_input){.event = LINK_EV_RETRY_NOW, .rtt_ms = -1}) ==
	    LINK_DO_DIAL)
		stream_dial(s);
}

void stream_tell_rest(struct stream *s, const struct problem *how, bool answered, int64_t floor_ms)
{
	(void)stream_step(s, (struct link_input){.event = LINK_EV_REST,
						 .problem = how,
						 .answered = answered,
						 .floor_ms = floor_ms,
						 .rtt_ms = -1});
}

/* --- after every round ------------------------------------------------------------ */

static void stream_report(struct stream *s)
{
	struct msg *m;

	if (!s->report_due)
		return;
	m = msg_new(MSG_LINK);
	m->as.link = s->link.report;
	switch (mailbox_post(s->out, m)) {
	case S_OK:
		s->report_due = false;
		break;
	default:
		msg_free(m);
		break;
	}
}

static void stream_hold_or_release(struct stream *s, bool all_delivered)
{
	struct problem why;

	if (!all_delivered && !s->link.held) {
		(void)problem_set(&why, E_FULL,
				  "nothing is lost: reading goes on when it catches up",
				  "%s: events come faster than they are taken", stream_words(s));
		if (stream_is_open(s))
			lws_rx_flow_control(s->wsi, 0);
		(void)stream_step(s, (struct link_input){.event = LINK_EV_HELD,
							 .problem = &why,
							 .rtt_ms = -1});
	} else if (all_delivered && s->link.held) {
		stream_event(s, LINK_EV_RELEASED);
		if (stream_is_open(s))
			lws_rx_flow_control(s->wsi, 1);
	}
}

/* lws waits for a whole buffer before it calls back; the announced length is known at once. */
static void stream_check_length(struct stream *s)
{
	if (stream_is_open(s) && s->ending.status == S_OK &&
	    lws_remaining_packet_payload(s->wsi) > STREAM_SKIP_MAX)
		stream_hang_up(s, E_LIMIT, "a message was announced that is far too long");
}

/* lws runs ripe timers at the start of a round: one set anew after each round would never run. */
static void stream_set_timer(struct stream *s)
{
	int64_t at = link_next_tick(&s->link);
	int64_t wait;

	if (at == s->timer_at_ms)
		return;
	s->timer_at_ms = at;
	if (at == TIME_NONE) {
		lws_sul_cancel(&s->timer);
		return;
	}
	wait = at - clock_mono_ms(s->clock);
	lws_sul_schedule(s->context, 0, &s->timer, stream_timer,
			 (wait > TIMER_MIN_MS ? wait : TIMER_MIN_MS) * LWS_US_PER_MS);
}

void stream_settle(struct stream *s)
{
	/* First, or a flood of events would leave no room for the word that it is one. */
	stream_report(s);
	if (s->key != NULL) {
		stream_check_length(s);
		stream_hold_or_release(s, intake_flush(&s->intake));
		stream_set_timer(s);
	}
	stream_report(s);
}

static void stream_timer(lws_sorted_usec_list_t *timer)
{
	struct stream *s = lws_container_of(timer, struct stream, timer);

	s->timer_at_ms = TIME_NONE;
	if (stream_step(s, (struct link_input){.event = LINK_EV_TICK, .rtt_ms = -1}) ==
	    LINK_DO_DIAL)
		stream_dial(s);
	/* The round goes on to sleep after its timers: nothing may be left for its end. */
	stream_settle(s);
}
