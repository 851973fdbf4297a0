#include "sandbox/faults.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"

struct active {
	struct fault_entry fault;
	struct rng rng;
	int64_t until_ms; /* or 0 */
};

struct faults {
	struct active active[FAULTS_MAX];
	size_t count;
	int64_t last_id;
};

static const struct {
	const char *name;
	enum fault_moment moment;
} kinds[FAULT_KIND_COUNT] = {
#define X(constant, name, moment) [constant] = {name, moment},
	FAULTS(X)
#undef X
};

static const char *const bad_frames[BAD_FRAME_COUNT] = {
#define X(constant, name) [constant] = name,
	BAD_FRAMES(X)
#undef X
};

/* --- names --- */

const char *fault_name(enum fault_kind kind)
{
	return kinds[kind].name;
}

bool fault_find(const char *name, enum fault_kind *ret)
{
	for (int i = 0; i < FAULT_KIND_COUNT; i++)
		if (str_equal(kinds[i].name, name)) {
			*ret = (enum fault_kind)i;
			return true;
		}
	return false;
}

const char *bad_frame_name(enum bad_frame b)
{
	return bad_frames[b];
}

bool bad_frame_find(const char *name, enum bad_frame *ret)
{
	for (int i = 0; i < BAD_FRAME_COUNT; i++)
		if (str_equal(bad_frames[i], name)) {
			*ret = (enum bad_frame)i;
			return true;
		}
	return false;
}

/* --- the list --- */

struct faults *faults_new(void)
{
	return xcalloc(1, sizeof(struct faults));
}

void faults_free(struct faults *f)
{
	free(f);
}

static void drop_at(struct faults *f, size_t i)
{
	memmove(f->active + i, f->active + i + 1, (f->count - i - 1) * sizeof(*f->active));
	f->count--;
}

static void drop_over(struct faults *f, int64_t mono_ms)
{
	for (size_t i = f->count; i-- > 0;)
		if (f->active[i].until_ms && mono_ms >= f->active[i].until_ms)
			drop_at(f, i);
}

static bool is_spent(const struct fault_entry *it)
{
	return it->count > 0 && it->hits >= it->count;
}

static void make_room(struct faults *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (is_spent(&f->active[i].fault)) {
			drop_at(f, i);
			return;
		}
}

enum status faults_add(struct faults *f, const struct fault_entry *spec, int64_t mono_ms,
		       int64_t *ret_id, struct problem *reterr)
{
	struct active *a;

	drop_over(f, mono_ms);
	if (f->count == FAULTS_MAX)
		make_room(f);
	if (f->count == FAULTS_MAX)
		return problem_set(reterr, E_FULL, NULL, "%d faults are active already",
				   FAULTS_MAX);
	a = &f->active[f->count++];
	*a = (struct active){.fault = *spec};
	a->fault.id = ++f->last_id;
	a->fault.asked = a->fault.hits = 0;
	a->until_ms = spec->for_ms ? mono_ms + spec->for_ms : 0;
	rng_seed(&a->rng, spec->seed);
	*ret_id = a->fault.id;
	return S_OK;
}

enum status faults_remove(struct faults *f, int64_t id, struct problem *reterr)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->active[i].fault.id == id) {
			drop_at(f, i);
			return S_OK;
		}
	return problem_set(reterr, E_NOT_FOUND, NULL, "no fault %lld is active", (long long)id);
}

void faults_clear(struct faults *f)
{
	f->count = 0;
}

const struct fault_entry *faults_at(struct faults *f, size_t i, int64_t mono_ms)
{
	drop_over(f, mono_ms);
	return i < f->count ? &f->active[i].fault : NULL;
}

bool faults_active(struct faults *f, int64_t id, int64_t mono_ms)
{
	if (!f)
		return false;
	drop_over(f, mono_ms);
	for (size_t i = 0; i < f->count; i++)
		if (f->active[i].fault.id == id)
			return true;
	return false;
}

/* --- deciding --- */

static enum fault_moment moment_of(const struct fault_entry *it)
{
	return it->kind == FAULT_DROP && it->params.on_http ? FAULT_AT_REQUEST
							    : kinds[it->kind].moment;
}

static bool concerns(const struct fault_entry *it, const char *method, const char *path)
{
	if (it->method[0] && !str_equal(it->method, method))
		return false;
	/* What is only read is not applied. */
	if (!it->method[0] && it->kind == FAULT_APPLY && str_equal(method, "GET"))
		return false;
	return str_starts_with(path, it->path);
}

static bool strikes(struct active *a)
{
	struct fault_entry *it = &a->fault;

	if (is_spent(it))
		return false;
	it->asked++;
	if (it->probability < FAULT_CERTAIN &&
	    (int64_t)rng_below(&a->rng, FAULT_CERTAIN) >= it->probability)
		return false;
	it->hits++;
	return true;
}

bool faults_ask(struct faults *f, enum fault_moment moment, const char *method, const char *path,
		int64_t mono_ms, struct fault_hit *ret)
{
	if (!f || !f->count)
		return false;
	drop_over(f, mono_ms);
	for (size_t i = 0; i < f->count; i++) {
		struct active *a = &f->active[i];

		if (moment_of(&a->fault) != moment || !concerns(&a->fault, method, path) ||
		    !strikes(a))
			continue;
		*ret = (struct fault_hit){.id = a->fault.id,
					  .kind = a->fault.kind,
					  .params = a->fault.params,
					  .draw = rng_next(&a->rng)};
		return true;
	}
	return false;
}
