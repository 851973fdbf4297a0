/*
 * What libwebsockets does by itself: a server that sends every frame back. Prints
 * its port, and ends with its standard input.
 */
#include <libwebsockets.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX 16384u
#define SLOTS     64 /* more than a client leaves unread */

struct session {
	struct slot {
		size_t len;
		unsigned char bytes[LWS_PRE + FRAME_MAX];
	} * slots;
	size_t head, tail;
};

static int keep(struct lws *wsi, struct session *s, const void *bytes, size_t len)
{
	struct slot *slot = &s->slots[s->tail % SLOTS];

	if (s->tail - s->head == SLOTS || len > FRAME_MAX - slot->len)
		return -1;
	memcpy(slot->bytes + LWS_PRE + slot->len, bytes, len);
	slot->len += len;
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return 0;
	s->tail++;
	s->slots[s->tail % SLOTS].len = 0;
	lws_callback_on_writable(wsi);
	return 0;
}

static int give_back(struct lws *wsi, struct session *s)
{
	while (s->head < s->tail && !lws_send_pipe_choked(wsi)) {
		struct slot *slot = &s->slots[s->head % SLOTS];
		if (lws_write(wsi, slot->bytes + LWS_PRE, slot->len, LWS_WRITE_TEXT) < 0)
			return -1;
		s->head++;
	}
	if (s->head < s->tail)
		lws_callback_on_writable(wsi);
	return 0;
}

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	struct session *s = user;

	switch (reason) {
	case LWS_CALLBACK_ESTABLISHED:
		s->slots = calloc(SLOTS + 1, sizeof(*s->slots));
		return s->slots ? 0 : -1;
	case LWS_CALLBACK_CLOSED:
		free(s->slots);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		return keep(wsi, s, in, len);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return give_back(wsi, s);
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {{"echo", echo, sizeof(struct session), FRAME_MAX,
						  0, NULL, 0},
						 {NULL, NULL, 0, 0, 0, NULL, 0}};

int main(void)
{
	struct lws_context_creation_info info = {.port = 0, .iface = "lo", .protocols = protocols};
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	struct lws_context *context;
	struct lws_vhost *vhost;

	lws_set_log_level(LLL_ERR, NULL);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	context = lws_create_context(&info);
	vhost = context ? lws_create_vhost(context, &info) : NULL;
	if (!vhost)
		return 1;
	printf("%d\n", lws_get_vhost_listen_port(vhost));
	fflush(stdout);
	while (poll(&in, 1, 0) == 0 && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return 0;
}
