/* The merchant's form on an invoice: checked when it is made and when it is answered. */
#ifndef PEPAYTOP_SANDBOX_QUESTIONS_H
#define PEPAYTOP_SANDBOX_QUESTIONS_H

#include "sandbox/call.h"

#define QUESTIONS_MAX     50
#define QUESTION_TEXT_MAX 1000
#define ANSWER_TEXT_MAX   4000

/*
 * The member `questions` of an invoice's creation: {"questions":[{"id","question","type",
 * "validation":{"required"}}]}. Absent is fine; otherwise every one has its own id and a question.
 */
bool questions_check(const struct call *c, struct reply *r);

#endif
