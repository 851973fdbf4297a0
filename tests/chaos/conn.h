/*
 * One connection through the proxy: the client's socket, the server's, and what
 * waits to be written to each. It knows just enough HTTP to tell an upgrade from a
 * request and where an answer ends, and just enough WebSocket to see messages.
 */
#ifndef CHAOS_CONN_H
#define CHAOS_CONN_H

#include "faults.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>

#define CONN_QUEUE_MAX (1024u * 1024u) /* waiting for one side: then the other is not read */

/* Shared by all connections. */
struct chaos {
	uint64_t seed;
	struct faults faults;
	struct counters counters;
	struct sockaddr_in target;
	FILE *log; /* a line for each fault, or NULL */
	int64_t now_ms;
};

enum ending { END_NONE, END_FIN, END_RST };

struct chunk {
	struct chunk *next;
	int64_t due_ms;
	enum ending then; /* after its last byte the connection ends */
	bool opens;       /* its last byte is that of the 101 */
	size_t len, done;
	char data[];
};

struct bytes {
	char *at;
	size_t len, cap;
};

struct queue {
	struct chunk *first, **last;
	size_t size;
};

struct held { /* a message that waits until others have passed */
	char *at;
	size_t len;
	unsigned until; /* so many others */
	int64_t due_ms;
};

enum talk { TALK_HEAD, TALK_BODY, TALK_FRAMES, TALK_RAW };

struct conn {
	struct chaos *chaos;
	uint64_t number;
	struct dice dice;
	int client, server;
	bool connecting; /* to the server */
	struct bytes from_client, from_server;
	struct queue to_client, to_server;
	enum talk request, answer; /* what is being read from each side */
	size_t request_left, answer_left;
	bool upgrade, open; /* asked for; the 101 was delivered */
	bool cut_answer;    /* somewhere: rest-cut */
	bool hung;          /* rest-hang: nothing is ever answered */
	struct held held;
	int64_t frozen_until_ms; /* half-open; 0 not */
	bool freeze_ends;        /* it ends then, or goes on */
	double tokens;           /* bandwidth */
	int64_t tokens_ms;
	bool server_gone; /* what is queued still goes to the client */
	bool dead;        /* to be freed */
};

/* Takes the client's socket and dials the target. NULL when it cannot. */
struct conn *conn_new(struct chaos *chaos, int client, uint64_t number);
void conn_free(struct conn *c);
/* What to wait for; two entries. Returns in *wake_ms when it wants a turn anyway, if sooner. */
void conn_poll(struct conn *c, struct pollfd fds[2], int64_t *wake_ms);
void conn_turn(struct conn *c, const struct pollfd fds[2]);
/* Ends it now, as a command; counts when a stream was open. */
void conn_cut(struct conn *c, enum ending how);
/* Silence both ways for so long, then it ends or goes on. */
void conn_freeze(struct conn *c, int64_t ms, bool ends);
void conn_thaw(struct conn *c); /* quiet: what is silent goes on, what is held goes out */

/* --- between conn.c and the two that read: http.c, frames.c --- */
void conn_log(const struct conn *c, const char *what, const char *id);
/* Copies; both apply latency to what goes to the client. */
struct chunk *conn_send_client(struct conn *c, const char *data, size_t len);
void conn_send_server(struct conn *c, const char *data, size_t len);
void bytes_add(struct bytes *b, const char *data, size_t len);
void bytes_skip(struct bytes *b, size_t len);
/* Reads what it can out of from_client and from_server. */
void http_read_request(struct conn *c);
void http_read_answer(struct conn *c);
void frames_read(struct conn *c);
void frames_release(struct conn *c); /* the held message goes out */

#endif
