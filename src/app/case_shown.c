/* A case instead of the network: everything there is, at the moment it was made. */
#include "app/app.h"
#include "app/case.h"

#include "base/strbuf.h"

bool app_shows_case(const struct app *a)
{
	return a->case_file != NULL;
}

static void app_fill_from_case(struct app *a)
{
	struct msg *m;
	int64_t at;

	while ((m = case_take(a->case_file, &at)))
		app_take(a, m, at);
}

enum status app_open_case(struct app *a, struct problem *reterr)
{
	enum status s = case_open(a->config.case_path, &a->case_file, reterr);

	if (s != S_OK)
		return s;
	a->frozen = (struct frozen_time){.wall_ms = case_made_ms(a->case_file)};
	a->clock = clock_frozen(&a->frozen);
	a->config.frozen_clock = true;
	a->screen.environment = environment_of_word(case_environment(a->case_file));
	a->screen.read_only = true;
	a->screen.case_face = (struct case_face){.on = true,
						 .made_ms = case_made_ms(a->case_file),
						 .server = case_server(a->case_file)};
	app_fill_from_case(a);
	a->screen.ctx.no_server = "a case has no server";
	screen_open(&a->screen, case_subject(a->case_file), TAB_SUMMARY);
	return S_OK;
}

void app_case_answer(struct app *a)
{
	for (size_t i = 0; i < a->outbox.count; i++) {
		const struct request rq = a->outbox.items[i];

		if (!request_is_of_someone(&rq))
			continue;
		screen_changed(&a->screen,
			       store_submitted(a->store, &rq, clock_wall_ms(&a->clock)));
		if (rq.kind != REQUEST_ACK)
			app_take(a, case_answer(a->case_file, &rq), clock_wall_ms(&a->clock));
	}
	a->outbox.count = 0;
}
