/*
 * The tabs of a subject's detail, each in its own file: lines made of what is known.
 * Lines that can be opened have the subject as their key (subject_cells.h).
 */
#ifndef PEPAYTOP_VIEWS_TABS_H
#define PEPAYTOP_VIEWS_TABS_H

#include "model/explain.h"
#include "views/asks.h"
#include "views/doc.h"
#include "views/json_view.h"

/* Terminals this wide have room for two columns. The frame takes two of them. */
#define TABS_WIDE 108

/* What a tab is made of. */
struct subject_look {
	const struct view_context *ctx;
	const struct store *st;
	const struct subject *what;
	const struct story *story;
	const struct explain *explain;
	const struct asks *asks;
	int width;
};

void tab_summary_build(struct doc *d, const struct subject_look *l);
/* The column where the explanation stands beside the facts; 0: they are below one another. */
int tab_summary_split(const struct subject_look *l);
void tab_timeline_build(struct doc *d, const struct subject_look *l);
void tab_events_build(struct doc *d, const struct subject_look *l);
size_t tab_events_count(const struct subject_look *l);
void tab_related_build(struct doc *d, const struct subject_look *l);

/* What the JSON tab read of an answer: bodies are large, and are the same for every frame between
 * two answers. */
struct json_learnt {
	const struct store *st; /* whose answer is shown, */
	uint64_t version;       /* which; 0: none */
	char event_id[ID_CAP];  /* of the event in it whose object is shown; "" all of it */
	bool readable;
	char status[STATUS_CAP];
	int64_t updated_ms;
};
/* Shows the text, and says where it is from and of when; returns how that looks: a warning when the
 * object has changed since. `known` begins zeroed, and is of this view alone. */
enum role tab_json_build(struct json_view *j, struct json_learnt *known,
			 struct safe_text *ret_source, const struct subject_look *l);

/* Lines that say where another day begins; none while all of it is today. */
struct days {
	char last[WHEN_TEXT_CAP];
};
struct days days_from(int64_t first_ms, int64_t now_ms);
void days_line(struct days *days, struct doc *d, int64_t ms);

/* What is known of it at all. */
bool look_knows(const struct subject_look *l);
/* What should happen next, and by when. */
void look_add_next(struct doc *d, const struct subject_look *l);
/* How the asking goes, in words: what is waited for, what failed and why. Nothing when all is here.
 */
void look_add_asks(struct doc *d, const struct subject_look *l);
/* "Nothing here, because …": for a tab without lines. */
void look_add_empty(struct doc *d, const struct subject_look *l, const char *words);

#endif
