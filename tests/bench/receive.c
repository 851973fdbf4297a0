/*
 * The ceiling of everything that receives by libwebsockets: its client, counting messages.
 *
 *	receive PORT COUNT      prints "COUNT BYTES SECONDS", from the connect to the last one
 */
#include <libwebsockets.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RX_BUFFER (64 * 1024)

struct tally {
	size_t wanted, count, bytes;
	int failed;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int receive(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		   size_t len)
{
	struct tally *t = lws_context_user(lws_get_context(wsi));

	(void)user;
	(void)in;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_RECEIVE:
		t->bytes += len;
		t->count += lws_remaining_packet_payload(wsi) == 0 && lws_is_final_fragment(wsi);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_CLOSED:
		t->failed = 1;
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {{"events", receive, 0, RX_BUFFER, 0, NULL, 0},
						 {NULL, NULL, 0, 0, 0, NULL, 0}};

int main(int argc, char **argv)
{
	struct tally t = {0};
	struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
						 .protocols = protocols,
						 .pt_serv_buf_size = RX_BUFFER,
						 .user = &t};
	struct lws_client_connect_info to = {.address = "127.0.0.1",
					     .path = "/ws/merchant/events",
					     .host = "127.0.0.1",
					     .protocol = NULL,
					     .local_protocol_name = "events"};

	if (argc != 3)
		return 2;
	t.wanted = strtoul(argv[2], NULL, 10);
	to.port = (int)strtol(argv[1], NULL, 10);
	lws_set_log_level(LLL_ERR, NULL);
	to.context = lws_create_context(&info);
	double began = now();
	if (!to.context || !lws_client_connect_via_info(&to))
		return 1;
	while (t.count < t.wanted && !t.failed && lws_service(to.context, 0) >= 0)
		;
	printf("%zu %zu %.6f\n", t.count, t.bytes, now() - began);
	fflush(stdout);
	lws_context_destroy(to.context);
	return t.count < t.wanted;
}
