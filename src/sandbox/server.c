#include "sandbox/server.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "sandbox/conn.h"
#include "sandbox/listen.h"
#include "sandbox/server_hooks.h"
#include "sandbox/tls_files.h"

#include <libwebsockets.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVER_CONNS_MAX 512
#define SERVER_READ      32768
#define SERVER_WRITE     65536
#define SERVER_TICK_MS   250
#define SERVER_STOP_MS   700 /* for goodbyes, of the second that stopping may take */

struct peer { /* one accepted connection */
	struct lws *wsi;
	struct conn *conn;
	bool shut;                         /* our sending side is shut down */
	lws_sorted_usec_list_t held_timer; /* a fault keeps its output back */
	struct peer *next;
	struct server *server;
};

struct server {
	struct world *world;
	struct director *director;
	struct site site;
	struct lws_context *lws;
	struct lws *listener;
	bool tls;
	int port;
	struct hooks *hooks;
	struct peer *peers;
	size_t peer_count;
	lws_sorted_usec_list_t director_timer;
	lws_sorted_usec_list_t tick_timer;
	bool stopping;
	enum status failed;
	struct problem problem;
	unsigned char chunk[LWS_PRE + SERVER_WRITE];
};

static int64_t server_now(const struct server *s)
{
	return clock_mono_ms(&s->world->real);
}

/* --- the director ---------------------------------------------------------------- */

static void server_on_director(lws_sorted_usec_list_t *sul);

static void server_schedule_director(struct server *s, int64_t after_ms)
{
	if (after_ms >= 0)
		lws_sul_schedule(s->lws, 0, &s->director_timer, server_on_director,
				 (lws_usec_t)after_ms * 1000);
	else
		lws_sul_cancel(&s->director_timer);
}

static void server_run_director(struct server *s)
{
	int64_t next_ms = -1;

	if (s->failed)
		return;
	s->failed = director_run(s->director, &next_ms, &s->problem);
	if (!s->failed)
		server_schedule_director(s, next_ms);
}

static void server_on_director(lws_sorted_usec_list_t *sul)
{
	server_run_director(lws_container_of(sul, struct server, director_timer));
}

static void server_before_call(void *ctx)
{
	server_run_director(ctx);
}

static void server_after_write(void *ctx)
{
	struct server *s = ctx;

	server_schedule_director(s, 0);
	hooks_wake(s->hooks);
}

static void server_on_event(void *ctx)
{
	struct server *s = ctx;

	for (struct peer *l = s->peers; l; l = l->next)
		if (conn_is_stream(l->conn))
			lws_callback_on_writable(l->wsi);
	if (s->hooks)
		hooks_wake(s->hooks);
}

/* --- connections ------------------------------------------------------------------- */

static void peer_on_held(lws_sorted_usec_list_t *sul)
{
	lws_callback_on_writable(lws_container_of(sul, struct peer, held_timer)->wsi);
}

/* Leaves the peer a reset: closing would send what is left and say goodbye. */
static void peer_reset(struct peer *l)
{
	const struct linger none = {.l_onoff = 1};
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	lws_sockfd_type fd = lws_get_socket_fd(l->wsi);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	if (!connect(fd, &nobody, sizeof(nobody)))
		l->shut = true;
	lws_set_timeout(l->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

static void peer_update(struct peer *l)
{
	const char *bytes;
	int64_t held_ms;

	/* 0 here also means "up to date"; on_event asks again. */
	if (conn_output(l->conn, &bytes))
		lws_callback_on_writable(l->wsi);
	else if ((held_ms = conn_held_ms(l->conn)))
		lws_sul_schedule(l->server->lws, 0, &l->held_timer, peer_on_held,
				 (lws_usec_t)held_ms * 1000);
	if (conn_wants_reset(l->conn) && !l->shut && !lws_partial_buffered(l->wsi))
		peer_reset(l);
	if (conn_finished(l->conn) && !l->shut && !lws_partial_buffered(l->wsi)) {
		/* Closing outright could reset the connection before the peer has read it all. */
		l->shut = true;
		shutdown(lws_get_socket_fd(l->wsi), SHUT_WR);
	}
	lws_rx_flow_control(l->wsi, conn_wants_input(l->conn));
}

static int peer_write(struct peer *l)
{
	struct server *s = l->server;
	const char *bytes;
	size_t len = conn_output(l->conn, &bytes);

	if (len > SERVER_WRITE)
		len = SERVER_WRITE;
	if (len) {
		memcpy(s->chunk + LWS_PRE, bytes, len);
		/* lws keeps what the kernel does not take, and calls again when it is gone. */
		if (lws_write(l->wsi, s->chunk + LWS_PRE, len, LWS_WRITE_RAW) < (int)len)
			return -1;
		conn_sent(l->conn, len, server_now(s));
	}
	peer_update(l);
	return 0;
}

static int peer_read(struct peer *l, const void *bytes, size_t len)
{
	conn_receive(l->conn, bytes, len, server_now(l->server));
	peer_update(l);
	return 0;
}

static int peer_open(struct server *s, struct lws *wsi)
{
	if (lws_get_opaque_user_data(wsi)) /* told of already, before its TLS was up */
		return 0;
	struct peer *l = xcalloc(1, sizeof(*l));

	l->wsi = wsi;
	l->server = s;
	l->conn = conn_new(&s->site, server_now(s));
	l->next = s->peers;
	s->peers = l;
	s->peer_count++;
	lws_set_opaque_user_data(wsi, l);
	return 0;
}

static void peer_close(struct peer *l)
{
	struct server *s = l->server;

	for (struct peer **p = &s->peers; *p; p = &(*p)->next)
		if (*p == l) {
			*p = l->next;
			break;
		}
	s->peer_count--;
	lws_sul_cancel(&l->held_timer);
	lws_set_opaque_user_data(l->wsi, NULL);
	conn_free(l->conn);
	free(l);
}

static void server_accept(struct server *s)
{
	lws_sock_file_fd_type fd;
	int on = 1;

	/* A bounded batch: lws calls again while more are waiting. */
	for (int i = 0; i < 16; i++) {
		fd.sockfd = accept(lws_get_socket_fd(s->listener), NULL, NULL);
		if (fd.sockfd < 0)
			return;
		if (s->peer_count >= SERVER_CONNS_MAX) {
			close(fd.sockfd);
			continue;
		}
		setsockopt(fd.sockfd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		/* Closes the descriptor itself when it fails. */
		if (!lws_adopt_descriptor_vhost(lws_get_vhost(s->listener),
						s->tls ? LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL
						       : LWS_ADOPT_SOCKET,
						fd, "pepay", NULL))
			log_msg(s->world->log, LOG_WARN, "a connection could not be taken");
	}
}

static int server_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			   size_t len)
{
	struct server *s = lws_context_user(lws_get_context(wsi));
	struct peer *l = lws_get_opaque_user_data(wsi);

	(void)user;
	switch (reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		if (wsi != s->listener)
			return flight_readable(lws_get_opaque_user_data(wsi));
		server_accept(s);
		return 0;
	case LWS_CALLBACK_RAW_WRITEABLE_FILE:
		return wsi == s->listener ? 0 : flight_writable(lws_get_opaque_user_data(wsi));
	case LWS_CALLBACK_RAW_CLOSE_FILE:
		if (wsi != s->listener && lws_get_opaque_user_data(wsi))
			flight_closed(lws_get_opaque_user_data(wsi));
		return 0;
	case LWS_CALLBACK_RAW_ADOPT:
		return peer_open(s, wsi);
	case LWS_CALLBACK_RAW_RX:
		return l ? peer_read(l, in, len) : -1;
	case LWS_CALLBACK_RAW_WRITEABLE:
		return l ? peer_write(l) : -1;
	case LWS_CALLBACK_RAW_CLOSE:
		if (l)
			peer_close(l);
		return 0;
	default:
		return 0;
	}
}

/* --- the clock ------------------------------------------------------------------------ */

static void server_on_tick(lws_sorted_usec_list_t *sul)
{
	struct server *s = lws_container_of(sul, struct server, tick_timer);
	int64_t now = server_now(s);

	for (struct peer *l = s->peers, *next; l; l = next) {
		bool output = false;
		next = l->next;
		if (!conn_tick(l->conn, now, &output))
			lws_set_timeout(l->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
		else if (output)
			lws_callback_on_writable(l->wsi);
	}
	lws_sul_schedule(s->lws, 0, &s->tick_timer, server_on_tick, SERVER_TICK_MS * 1000);
}

/* --- listening -------------------------------------------------------------------------- */

static enum status server_start_lws(struct server *s, const struct server_setup *setup,
				    int listen_fd, struct problem *reterr)
{
	static const struct lws_protocols protocols[] = {{.name = "pepay",
							  .callback = server_callback,
							  .rx_buffer_size = SERVER_READ},
							 {.name = NULL}};
	struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN_SERVER,
						 .protocols = protocols,
						 .extensions = NULL,
						 .alpn = "http/1.1",
						 .pt_serv_buf_size = SERVER_READ,
						 .fd_limit_per_thread = SERVER_CONNS_MAX + 64,
						 .user = s};
	lws_sock_file_fd_type fd = {.filefd = listen_fd};

	if (s->tls) {
		info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		info.ssl_cert_filepath = setup->tls_cert;
		info.ssl_private_key_filepath = setup->tls_key;
	}
	lws_set_log_level(0, NULL);
	s->lws = lws_create_context(&info);
	if (!s->lws) {
		close(listen_fd);
		if (s->tls)
			return problem_set(reterr, E_IO, "are they a pair, in PEM?",
					   "cannot serve TLS with %s and %s", setup->tls_cert,
					   setup->tls_key);
		return problem_set(reterr, E_IO, NULL, "libwebsockets did not start");
	}
	/* As a "file", so that lws tells us it is readable and leaves accept() to us. */
	s->listener = lws_adopt_descriptor_vhost(lws_get_vhost_by_name(s->lws, "default"),
						 LWS_ADOPT_RAW_FILE_DESC, fd, "pepay", NULL);
	if (!s->listener)
		return problem_set(reterr, E_IO, NULL, "libwebsockets did not take the listener");
	return S_OK;
}

enum status server_new(struct world *w, struct director *d, const struct server_setup *setup,
		       struct server **ret, struct problem *reterr)
{
	struct listening l;
	enum status st = tls_files_check(setup->tls_cert, setup->tls_key, reterr);

	if (!st)
		st = listen_open(setup->address, setup->port, setup->tls_cert, &l, reterr);
	if (st)
		return st;
	struct server *s = xcalloc(1, sizeof(*s));
	s->world = w;
	s->director = d;
	s->port = l.port;
	s->tls = setup->tls_cert;
	site_init(&s->site, w);
	s->site.rules = setup->rules;
	s->site.before_call = server_before_call;
	s->site.after_write = server_after_write;
	s->site.ctx = s;
	st = server_start_lws(s, setup, l.fd, reterr);
	if (st) {
		server_free(s);
		return st;
	}
	s->hooks = hooks_new(w, s->lws);
	w->on_event = server_on_event;
	w->on_event_ctx = s;
	str_printf(w->base_url, sizeof(w->base_url), "http%s://%s", s->tls ? "s" : "", l.authority);
	*ret = s;
	return S_OK;
}

int server_port(const struct server *s)
{
	return s->port;
}

/* Close frames to the streams, and the answers under way, but not for long. */
static void server_say_goodbye(struct server *s)
{
	int64_t until = server_now(s) + SERVER_STOP_MS;

	lws_sul_cancel(&s->director_timer);
	for (struct peer *l = s->peers; l; l = l->next) {
		conn_shut_down(l->conn);
		lws_callback_on_writable(l->wsi);
	}
	while (s->peers && server_now(s) < until) {
		bool busy = false;
		for (struct peer *l = s->peers; l; l = l->next)
			busy = busy || !conn_finished(l->conn) || !l->shut;
		if (!busy || lws_service(s->lws, 0) < 0)
			return;
	}
}

enum status server_run(struct server *s, const volatile int *stop, struct problem *reterr)
{
	server_on_tick(&s->tick_timer);
	s->failed = webhooks_recover(s->world, &s->problem);
	hooks_wake(s->hooks);
	server_run_director(s);
	while (!*stop && !s->failed)
		if (lws_service(s->lws, 0) < 0)
			s->failed = problem_set(&s->problem, E_IO, NULL, "libwebsockets gave up");
	server_say_goodbye(s);
	if (s->failed && reterr)
		*reterr = s->problem;
	return s->failed;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	s->world->on_event = NULL;
	hooks_stop(s->hooks);
	if (s->lws)
		lws_context_destroy(s->lws);
	while (s->peers) /* lws has told us of every close; this is for a start that failed */
		peer_close(s->peers);
	hooks_free(s->hooks);
	free(s);
}
