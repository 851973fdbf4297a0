/* What the server says on a stream, message by message. */
#include "conn.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_MAX   (4u * 1024u * 1024u)
#define HOLD_MS     200
#define EVENT_MARK  "\"object\":\"event\"" /* near the front of every event */
#define MARK_WITHIN 160u

/* The whole frame's length, or 0 while its head is not all there. Servers do not mask. */
static uint64_t frame_length(const unsigned char *p, size_t len, size_t *ret_head)
{
	if (len < 2)
		return 0;
	uint64_t payload = p[1] & 0x7f;
	size_t head = payload == 126 ? 4 : payload == 127 ? 10 : 2;
	if (len < head)
		return 0;
	if (head > 2) {
		payload = 0;
		for (size_t i = 2; i < head; i++)
			payload = payload << 8 | p[i];
	}
	*ret_head = head;
	return payload > FRAME_MAX ? UINT64_MAX : head + payload;
}

static bool is_event(const unsigned char *frame, size_t head, size_t len)
{
	size_t look = len - head < MARK_WITHIN ? len - head : MARK_WITHIN;
	return frame[0] == 0x81 &&
	       memmem(frame + head, look, EVENT_MARK, sizeof(EVENT_MARK) - 1) != NULL;
}

static void event_id(const char *payload, size_t len, char *ret, size_t cap)
{
	static const char member[] = "\"id\":\"";
	const char *p = memmem(payload, len, member, sizeof(member) - 1);
	size_t n = 0;
	if (p != NULL) {
		p += sizeof(member) - 1;
		while (p + n < payload + len && n + 1 < cap && p[n] != '"')
			n++;
		memcpy(ret, p, n);
	}
	ret[n] = '\0';
}

void frames_release(struct conn *c)
{
	struct held held = c->held;
	if (held.at == NULL)
		return;
	c->held = (struct held){0};
	conn_send_client(c, held.at, held.len);
	free(held.at);
}

static bool hold(struct conn *c, const char *frame, size_t len, unsigned window)
{
	if (c->held.at != NULL || window == 0)
		return false;
	struct bytes copy = {0};
	bytes_add(&copy, frame, len);
	c->held = (struct held){.at = copy.at,
				.len = len,
				.until = 1 + (unsigned)dice_below(&c->dice, window),
				.due_ms = c->chaos->now_ms + HOLD_MS};
	return true;
}

/* One more has gone past the held message. */
static void passed(struct conn *c)
{
	if (c->held.at != NULL && --c->held.until == 0)
		frames_release(c);
}

/* The stream ends inside this frame. */
static void end_inside(struct conn *c, const char *frame, size_t len, uint64_t at, enum ending how)
{
	conn_log(c, "ends inside", "");
	conn_send_client(c, frame, (size_t)(at % len))->then = how;
	c->from_server.len = 0;
	c->hung = true;
	c->server_gone = true;
}

static void send_again(struct conn *c, const char *frame, size_t len)
{
	const struct faults *f = &c->chaos->faults;
	unsigned times = 1 + (unsigned)dice_below(&c->dice, f->times == 0 ? 1 : f->times);
	c->chaos->counters.duplicated++;
	/* Half of the time the last copy comes late: after others, which is how they come in life.
	 */
	if (dice_chance(&c->dice, 0.5) && hold(c, frame, len, f->window))
		times--;
	for (unsigned i = 0; i < times; i++)
		conn_send_client(c, frame, len);
}

/* False when the stream ended with it. */
static bool pass_event(struct conn *c, const char *frame, size_t head, size_t len)
{
	struct faults *f = &c->chaos->faults;
	struct counters *n = &c->chaos->counters;
	char id[80];
	n->events++;
	event_id(frame + head, len - head, id, sizeof(id));
	if (f->drop_at >= 0) {
		uint64_t at = (uint64_t)f->drop_at;
		f->drop_at = -1;
		end_inside(c, frame, len, at, END_FIN);
		return false;
	}
	if (dice_chance(&c->dice, f->drop)) {
		end_inside(c, frame, len, dice_roll(&c->dice), END_FIN);
		return false;
	}
	if (dice_chance(&c->dice, f->drop_rst)) {
		end_inside(c, frame, len, dice_roll(&c->dice), END_RST);
		return false;
	}
	if (dice_chance(&c->dice, f->gap)) {
		n->swallowed++;
		conn_log(c, "swallowed", id);
		return true;
	}
	if (dice_chance(&c->dice, f->reorder) && hold(c, frame, len, f->window)) {
		n->reordered++;
		conn_log(c, "held back", id);
		return true;
	}
	conn_send_client(c, frame, len);
	if (dice_chance(&c->dice, f->duplicate)) {
		conn_log(c, "again", id);
		send_again(c, frame, len);
	} else {
		passed(c);
	}
	return true;
}

void frames_read(struct conn *c)
{
	struct bytes *b = &c->from_server;
	size_t at = 0;
	while (at < b->len) {
		size_t head = 0;
		const char *frame = b->at + at;
		uint64_t len = frame_length((const unsigned char *)frame, b->len - at, &head);
		if (len == UINT64_MAX) { /* not a frame of the sandbox's: no more looking */
			conn_send_client(c, frame, b->len - at);
			at = b->len;
			c->answer = TALK_RAW;
			break;
		}
		if (len == 0 || len > b->len - at)
			break;
		at += (size_t)len;
		if (!is_event((const unsigned char *)frame, head, (size_t)len))
			conn_send_client(c, frame, (size_t)len);
		else if (!pass_event(c, frame, head, (size_t)len))
			return;
	}
	bytes_skip(b, at);
}
