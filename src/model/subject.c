#include "model/subject.h"

#include "base/strbuf.h"

static const struct {
	const char *word, *noun;
	enum object_kind object;
} subjects[SUBJECT_KIND_COUNT] = {
#define X(constant, text, name, kind) [constant] = {.word = text, .noun = name, .object = kind},
	SUBJECTS(X)
#undef X
};

const char *subject_word(enum subject_kind k)
{
	return (unsigned)k < SUBJECT_KIND_COUNT ? subjects[k].word : "?";
}

const char *subject_noun(enum subject_kind k)
{
	return (unsigned)k < SUBJECT_KIND_COUNT ? subjects[k].noun : "?";
}

enum object_kind subject_object(enum subject_kind k)
{
	return (unsigned)k < SUBJECT_KIND_COUNT ? subjects[k].object : OBJECT_NONE;
}

enum subject_kind subject_of_object(enum object_kind k)
{
	for (int s = 0; s < SUBJECT_KIND_COUNT; s++) {
		if (k != OBJECT_NONE && subjects[s].object == k)
			return (enum subject_kind)s;
	}
	return SUBJECT_EVENT;
}

bool subject_set(struct subject *s, enum subject_kind kind, const char *id)
{
	s->kind = kind;
	return id[0] != '\0' && str_copy(s->id, sizeof(s->id), id);
}

bool subject_equal(const struct subject *a, const struct subject *b)
{
	return a->kind == b->kind && str_equal(a->id, b->id);
}
