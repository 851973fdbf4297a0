/*
 * WebSocket framing as RFC 6455 has it, the server's side. Pure: bytes in, frames
 * out. No extensions are ever negotiated, so every reserved bit is an error.
 */
#ifndef PEPAYTOP_SANDBOX_WSFRAME_H
#define PEPAYTOP_SANDBOX_WSFRAME_H

#include "base/strbuf.h"

#define WS_MESSAGE_MAX 4096 /* of a client's message; ours say nothing at all */
#define WS_ACCEPT_CAP  29

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10
};

enum ws_close_code {
	WS_CLOSE_NORMAL = 1000,
	WS_CLOSE_GOING_AWAY = 1001,
	WS_CLOSE_PROTOCOL = 1002,
	WS_CLOSE_NO_STATUS = 1005, /* never sent; a close frame without a code */
	WS_CLOSE_BAD_TEXT = 1007,
	WS_CLOSE_POLICY = 1008,
	WS_CLOSE_TOO_BIG = 1009,
	WS_CLOSE_INTERNAL = 1011,
	WS_CLOSE_TRY_LATER = 1013
};

/* Sec-WebSocket-Accept for a client's key; E_INVALID unless the key is 16 bytes in base64. */
must_check enum status ws_accept(const char *key, char ret[WS_ACCEPT_CAP]);

/* Appends one whole, unmasked frame. */
void ws_write_frame(struct strbuf *out, enum ws_opcode opcode, const void *payload, size_t len);
void ws_write_close(struct strbuf *out, int code, const char *reason);

/* What a client's next frame was; data frames of a message are joined. */
struct ws_message {
	enum ws_opcode opcode; /* TEXT, BINARY, CLOSE, PING or PONG */
	const char *payload;   /* until the next ws_read_message() */
	size_t len;
	int close_code; /* CLOSE: as sent, or WS_CLOSE_NO_STATUS */
};

/* A reader's memory between frames. Zero is ready. */
struct ws_reader {
	bool in_message;
	enum ws_opcode opcode; /* of the message begun */
	size_t len;
	char message[WS_MESSAGE_MAX + 1];
	char control[126];
};

enum ws_result {
	WS_NEED_MORE, /* the bytes do not hold a whole frame yet */
	WS_AGAIN,     /* a fragment was taken in; call again with what follows */
	WS_MESSAGE,   /* *ret is filled */
	WS_FAIL       /* *ret_close is the code to close with */
};
/* Reads one frame from bytes; *ret_used tells how many it took (0 for NEED_MORE). */
enum ws_result ws_read_message(struct ws_reader *r, const unsigned char *bytes, size_t len,
			       size_t *ret_used, struct ws_message *ret, int *ret_close);

#endif
