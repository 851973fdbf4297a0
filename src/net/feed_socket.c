/* What libwebsockets calls, and what it means for the stream. */
#include "net/feed_stream.h"

#define CLOSE_POLICY 1008 /* what servers say when a token has expired */

static void stream_opened(struct stream *s)
{
	stream_event(s, LINK_EV_OPEN);
	if (s->link.held)
		lws_rx_flow_control(s->wsi, 0);
}

static void stream_ping(struct stream *s)
{
	unsigned char buf[LWS_PRE + sizeof(s->ping_serial)];

	if (!s->ping_wanted)
		return;
	s->ping_wanted = false;
	s->ping_serial++;
	memcpy(buf + LWS_PRE, &s->ping_serial, sizeof(s->ping_serial));
	s->ping_sent_ms = clock_mono_ms(s->clock);
	(void)lws_write(s->wsi, buf + LWS_PRE, sizeof(s->ping_serial), LWS_WRITE_PING);
}

/* libwebsockets sends pings of its own too, with another payload. */
static void stream_pong(struct stream *s, const void *payload, size_t len)
{
	int64_t rtt = -1;

	if (s->ping_sent_ms != TIME_NONE && len == sizeof(s->ping_serial) &&
	    memcmp(payload, &s->ping_serial, len) == 0) {
		rtt = clock_mono_ms(s->clock) - s->ping_sent_ms;
		s->ping_sent_ms = TIME_NONE;
	}
	(void)stream_step(s, (struct link_input){.event = LINK_EV_RX, .rtt_ms = rtt});
}

/* Nonzero: close. */
static int stream_message(struct stream *s)
{
	struct problem why = {.status = S_OK};
	enum intake_result result;

	s->in_message = false;
	if (s->skip_reason != NULL) {
		intake_bad(&s->intake, s->skip_reason, strbuf_str(&s->message), s->message.len);
		return 0;
	}
	result = intake_message(&s->intake, strbuf_str(&s->message), s->message.len, &why);
	switch (result) {
	case INTAKE_OK:
		return 0;
	case INTAKE_REFUSED:
		s->refused = true;
		s->ending = why;
		return 0;
	case INTAKE_ENDED:
		s->ending = why;
		return 0;
	case INTAKE_FULL:
		break;
	}
	(void)problem_set(&s->ending, E_FULL, NULL, "%s: too far behind, resuming later",
			  stream_words(s));
	return -1;
}

/* Of a message that will not be read, as much as can be shown. */
static void stream_keep(struct stream *s, const void *bytes, size_t len)
{
	size_t room = SIZE_MAX;

	if (s->skip_reason != NULL)
		room = s->message.len < MSG_BAD_TEXT_MAX ? MSG_BAD_TEXT_MAX - s->message.len : 0;
	strbuf_add(&s->message, bytes, len < room ? len : room);
}

static int stream_rx(struct stream *s, const void *bytes, size_t len)
{
	size_t rest = lws_remaining_packet_payload(s->wsi);

	stream_event(s, LINK_EV_RX);
	if (!s->in_message) {
		s->in_message = true;
		s->message_seen = 0;
		s->skip_reason = lws_frame_is_binary(s->wsi) ? "a binary frame" : NULL;
		strbuf_clear(&s->message);
	}
	s->message_seen += len;
	if (s->message_seen > STREAM_SKIP_MAX || rest > STREAM_SKIP_MAX) {
		(void)problem_set(&s->ending, E_LIMIT, NULL, "%s: a message far too long",
				  stream_words(s));
		return -1;
	}
	if (s->message_seen + rest > STREAM_MESSAGE_MAX)
		s->skip_reason = "a message longer than 1 MiB";
	stream_keep(s, bytes, len);
	return lws_is_final_fragment(s->wsi) ? stream_message(s) : 0;
}

static void stream_peer_closes(struct stream *s, const unsigned char *payload, size_t len)
{
	int code = len >= 2 ? payload[0] << 8 | payload[1] : 0;

	if (s->ending.status != S_OK)
		return;
	s->refused = code == CLOSE_POLICY;
	if (code == 0)
		(void)problem_set(&s->ending, E_NETWORK, NULL, "%s: closed by the server",
				  stream_words(s));
	else
		(void)problem_set(&s->ending, E_NETWORK, NULL,
				  "%s: closed by the server, code %d%s%.*s", stream_words(s), code,
				  len > 2 ? ": " : "", (int)(len - 2), (const char *)payload + 2);
}

static void explain_refusal(const struct stream *s, const char *words, struct problem *why)
{
	size_t n = strlen(s->key);

	(void)problem_set(why, E_AUTH, "check the key, then press refresh to try again",
			  "%.180s: the key ending in %s was refused", words,
			  n > 8 ? s->key + n - 4 : "…");
}

static void stream_closed(struct stream *s)
{
	struct problem why = s->ending;

	s->wsi = NULL;
	if (why.status == S_OK)
		(void)problem_set(&why, E_NETWORK, "check the network",
				  "%s: the connection was lost", stream_words(s));
	if (s->refused)
		explain_refusal(s, s->ending.what, &why);
	stream_lost(s, &why);
}

/* The answer to the upgrade, before libwebsockets judges and forgets it. */
static void stream_answered(struct stream *s)
{
	char text[64];
	int64_t wait;

	s->http_status = (int)lws_http_client_http_response(s->wsi);
	if (lws_hdr_copy(s->wsi, text, sizeof(text), WSI_TOKEN_HTTP_CONTENT_TYPE) > 0)
		s->http_html = strncasecmp(text, "text/html", strlen("text/html")) == 0;
	if (lws_hdr_copy(s->wsi, text, sizeof(text), WSI_TOKEN_HTTP_RETRY_AFTER) <= 0)
		return;
	wait = http_retry_after_ms(text, clock_wall_ms(s->clock));
	s->retry_after_ms = wait > 0 ? wait : 0;
}

static void explain_upgrade(const struct stream *s, struct problem *why)
{
	char words[64];

	(void)str_printf(words, sizeof(words), "%s: HTTP %d", stream_words(s), s->http_status);
	if (s->refused)
		explain_refusal(s, words, why);
	else if (s->http_status >= 300 && s->http_status < 400)
		(void)problem_set(why, E_PROTOCOL, "check the URL",
				  "%s: a redirect, which is never followed", words);
	else
		(void)problem_set(why, s->http_status == 429 ? E_RATE : E_NETWORK, NULL,
				  "%s%s instead of a stream", words,
				  s->http_html ? " and a web page" : "");
}

static void explain_no_connection(const struct stream *s, const char *text, int len,
				  struct problem *why)
{
	char words[128];
	bool tls;

	(void)str_printf(words, sizeof(words), "%.*s", len, text);
	tls = s->server->tls && (strstr(words, "SSL") != NULL || strstr(words, "cert") != NULL);
	(void)problem_set(why, E_NETWORK,
			  tls ? "check the certificate, the host name and this machine's clock"
			      : "check that the server runs at this address",
			  "%s: %.80s:%d: %s%s", stream_words(s), s->server->host, s->server->port,
			  tls ? "no trusted TLS connection: " : "", words);
}

/* 403 as a web page is not Pepay's word about a key, but a proxy's about the upgrade. */
static bool refuses_key(const struct stream *s)
{
	return s->http_status == 401 || (s->http_status == 403 && !s->http_html);
}

/* True when it was only the cursor: forgotten now, and the stream is to be had without it. */
static bool cursor_refused(struct stream *s)
{
	return (s->http_status == 400 || s->http_status == 410) && s->intake.cursor[0] != '\0' &&
	       intake_cursor_lost(&s->intake, "") == INTAKE_OK;
}

static void stream_not_connected(struct stream *s, const char *text, size_t len)
{
	struct problem why;

	s->wsi = NULL;
	s->answered = s->http_status != 0 && s->http_status != 101;
	if (s->answered && cursor_refused(s)) {
		stream_event(s, LINK_EV_AGAIN);
		lws_cancel_service(s->context);
		return;
	}
	if (s->answered) {
		s->refused = refuses_key(s);
		explain_upgrade(s, &why);
	} else {
		explain_no_connection(s, text != NULL ? text : "", (int)len, &why);
	}
	stream_lost(s, &why);
}

static int stream_add_key(const struct stream *s, unsigned char **p, size_t room)
{
	int n = lws_snprintf((char *)*p, room, "%s: %s\r\n",
			     STREAM_KINDS[s->intake.stream].key_header, s->key);

	if (n < 0 || (size_t)n >= room - 1)
		return -1;
	*p += n;
	return 0;
}

static int stream_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			   size_t len)
{
	struct stream *s = user;

	if (s != NULL && atomic_load(s->stopping))
		return 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return stream_add_key(s, in, len);
	case LWS_CALLBACK_CLIENT_HTTP_REDIRECT:
		return -1; /* the key must not follow to another host */
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		s->wsi = wsi;
		stream_answered(s);
		return 0;
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		s->wsi = wsi;
		stream_opened(s);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		stream_not_connected(s, in, in != NULL ? len : 0);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return stream_rx(s, in, len);
	case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
		stream_pong(s, in, len);
		return 0;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		stream_ping(s);
		return 0;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		stream_peer_closes(s, in, len);
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		stream_closed(s);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY: /* all that is told of an attempt that was hung up on */
		if (s != NULL && wsi == s->wsi)
			stream_closed(s);
		return 0;
	default:
		return 0;
	}
}

const struct lws_protocols STREAM_PROTOCOLS[] = {
	{.name = "pepay-events", .callback = stream_callback, .rx_buffer_size = STREAM_RX_BUFFER},
	{.name = NULL},
};
