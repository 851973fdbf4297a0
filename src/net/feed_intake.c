#include "net/feed_intake.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <inttypes.h>

void intake_init(struct intake *in, enum stream_id stream, struct mailbox *out)
{
	*in = (struct intake){.stream = stream, .out = out};
}

void intake_release(struct intake *in)
{
	msg_free(in->batch);
	in->batch = NULL;
	for (size_t i = 0; i < in->waiting_count; i++)
		msg_free(in->waiting[i]);
	in->waiting_count = 0;
}

void intake_reconnected(struct intake *in)
{
	in->replaying = false;
	in->gap_told = false;
}

/* --- towards the mailbox ------------------------------------------------------ */

static bool intake_post_waiting(struct intake *in)
{
	size_t done = 0;
	bool all = true;

	while (done < in->waiting_count && all) {
		struct msg *m = in->waiting[done];
		char last[ID_CAP] = "";
		enum status st;

		if (m->kind == MSG_EVENTS && m->as.events.count > 0)
			(void)str_copy(last, sizeof(last),
				       m->as.events.items[m->as.events.count - 1].id);
		st = mailbox_post(in->out, m);
		if (st == E_FULL) {
			all = false;
			continue;
		}
		if (st != S_OK)
			msg_free(m);
		else if (last[0] != '\0')
			(void)str_copy(in->cursor, sizeof(in->cursor), last);
		done++;
	}
	in->waiting_count -= done;
	memmove(&in->waiting[0], &in->waiting[done], in->waiting_count * sizeof(in->waiting[0]));
	return all;
}

/* Takes m on true. */
static bool intake_wait(struct intake *in, struct msg *m)
{
	if (in->waiting_count == INTAKE_WAITING_MAX)
		(void)intake_post_waiting(in);
	if (in->waiting_count == INTAKE_WAITING_MAX)
		return false;
	in->waiting[in->waiting_count++] = m;
	return true;
}

static bool intake_end_batch(struct intake *in)
{
	if (in->batch == NULL)
		return true;
	if (!intake_wait(in, in->batch))
		return false;
	in->batch = NULL;
	return true;
}

/* While older messages wait the batch goes on filling: fewer, fuller messages. */
bool intake_flush(struct intake *in)
{
	if (!intake_post_waiting(in))
		return false;
	return intake_end_batch(in) && intake_post_waiting(in);
}

/* --- from frames ----------------------------------------------------------------- */

static struct msg_events *intake_batch(struct intake *in)
{
	if (in->batch == NULL) {
		in->batch = msg_new(MSG_EVENTS);
		in->batch->as.events.source = in->replaying ? SOURCE_REPLAY : SOURCE_STREAM;
		in->batch->as.events.stream = in->stream;
		in->batch_cap = 0;
	}
	return &in->batch->as.events;
}

void intake_bad(struct intake *in, const char *reason, const char *text, size_t len)
{
	struct msg_events *batch = intake_batch(in);

	if (batch->bad_frames++ > 0)
		return;
	(void)str_copy(batch->bad_reason, sizeof(batch->bad_reason), reason);
	if (len == 0)
		return;
	batch->bad_len = len < MSG_BAD_TEXT_MAX ? len : MSG_BAD_TEXT_MAX;
	batch->bad_text = xmemdup0(text, batch->bad_len);
}

/* Takes the event out of the frame. */
static enum intake_result intake_event(struct intake *in, struct frame *f)
{
	struct msg_events *batch = intake_batch(in);

	if (batch->count == MSG_EVENTS_MAX) {
		if (!intake_end_batch(in))
			return INTAKE_FULL;
		batch = intake_batch(in);
	}
	array_reserve((void **)&batch->items, &in->batch_cap, batch->count + 1,
		      sizeof(*batch->items));
	batch->items[batch->count++] = f->event;
	f->event = (struct event){.raw = NULL};
	f->kind = FRAME_OTHER;
	if (batch->count == MSG_EVENTS_MAX)
		(void)intake_flush(in);
	return INTAKE_OK;
}

static enum intake_result intake_gap(struct intake *in, const char *from, const char *to)
{
	struct msg *m;

	if (!intake_end_batch(in))
		return INTAKE_FULL;
	m = msg_new(MSG_GAP);
	m->as.gap.stream = in->stream;
	(void)str_copy(m->as.gap.from, sizeof(m->as.gap.from), from);
	(void)str_copy(m->as.gap.to, sizeof(m->as.gap.to), to);
	if (intake_wait(in, m))
		return INTAKE_OK;
	msg_free(m);
	return INTAKE_FULL;
}

enum intake_result intake_cursor_lost(struct intake *in, const char *to)
{
	enum intake_result result = intake_gap(in, in->cursor, to);

	if (result == INTAKE_OK)
		in->cursor[0] = '\0';
	return result;
}

static enum intake_result intake_replay(struct intake *in, bool replaying)
{
	if (!intake_end_batch(in))
		return INTAKE_FULL;
	in->replaying = replaying;
	return INTAKE_OK;
}

/* A control frame nobody told us about may mean that something was missed (contract 15.4). */
static enum intake_result intake_control(struct intake *in, const struct frame *f)
{
	const char *to = f->oldest_event_id[0] != '\0' ? f->oldest_event_id : f->latest_event_id;

	if (strcmp(f->type, "replay_started") == 0)
		return intake_replay(in, true);
	if (strcmp(f->type, "replay_completed") == 0)
		return intake_replay(in, false);
	if (strcmp(f->type, "resync_required") == 0)
		return intake_gap(in, f->since[0] != '\0' ? f->since : in->cursor, to);
	if (in->gap_told || in->cursor[0] == '\0')
		return INTAKE_OK;
	in->gap_told = true;
	return intake_gap(in, in->cursor, to);
}

static bool about_credentials(const char *code)
{
	static const char *const marks[] = {"API_KEY", "AUTH", "FORBIDDEN", "TOKEN"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (strstr(code, marks[i]) != NULL)
			return true;
	return false;
}

static enum intake_result intake_error(const struct frame *f, struct problem *reterr)
{
	(void)problem_set(reterr, E_PROTOCOL, NULL, "the server ended the stream: %s%s%.150s",
			  f->type[0] != '\0' ? f->type : "no reason given",
			  f->message[0] != '\0' ? ": " : "", f->message);
	return about_credentials(f->type) ? INTAKE_REFUSED : INTAKE_ENDED;
}

enum intake_result intake_message(struct intake *in, const char *text, size_t len,
				  struct problem *reterr)
{
	struct frame f;
	struct problem why = {.status = S_OK};
	enum intake_result result = INTAKE_OK;

	if (frame_decode(text, len, &f, &why) != S_OK) {
		intake_bad(in, why.what, text, len);
		return INTAKE_OK;
	}
	switch (f.kind) {
	case FRAME_EVENT:
		result = intake_event(in, &f);
		break;
	case FRAME_CONTROL:
		result = intake_control(in, &f);
		break;
	case FRAME_ERROR:
		result = intake_error(&f, reterr);
		break;
	case FRAME_OTHER:
		intake_bad(in, "a frame that is neither event, ws_control nor ws_error", text, len);
		break;
	}
	frame_release(&f);
	return result;
}
