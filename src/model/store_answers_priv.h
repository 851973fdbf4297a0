/* The answers as store_answers.c keeps and store_answers_read.c reads them. */
#ifndef PEPAYTOP_MODEL_STORE_ANSWERS_PRIV_H
#define PEPAYTOP_MODEL_STORE_ANSWERS_PRIV_H

#include "model/answers.h"
#include "model/store_priv.h"

/* What was asked. */
struct question {
	enum request_kind kind;
	enum object_kind object;
	enum list_of of;
	const char *target, *word;
	uint64_t pass; /* fingerprint of a session's pass; 0 none */
};

struct answer {
	enum request_kind kind;
	enum object_kind object;
	enum list_of of;
	char target[NAME_CAP];
	char word[STATUS_CAP];
	uint64_t pass;
	enum load_state load; /* NOT_ASKED: the slot is free */
	uint64_t serial;
	struct problem problem;
	struct msg *body; /* the last that came, or NULL */
	size_t bytes;     /* of the body */
	int64_t answered_ms;
	uint64_t version;  /* of the body; 0: there was none yet */
	uint64_t asked_at; /* events that had come when it was asked; */
	uint64_t knows;    /* and of those that the body knows */
	uint64_t used;
};

struct answers {
	struct answer items[ANSWERS_MAX];
	size_t bytes;
	uint64_t uses;
	uint64_t versions;  /* the last that was given */
	uint64_t forgotten; /* that went to make room */
};

struct question question_of(const struct request *rq);
struct answer *answers_find(const struct store *st, const struct question *q);
struct answer *answers_by_serial(const struct store *st, uint64_t serial);
void answer_use(const struct store *st, struct answer *a);

#endif
