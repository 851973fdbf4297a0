#include "bus/findings.h"

#include <stdlib.h>

void kept_event_release(struct kept_event *k)
{
	event_release(&k->event);
}

size_t kept_event_bytes(const struct kept_event *k)
{
	return sizeof(*k) + k->event.raw_len + object_list_bytes(&k->event.object);
}

void findings_release(struct findings *f)
{
	free(f->items);
	*f = (struct findings){.items = NULL};
}

void dossier_release(struct dossier *d)
{
	for (size_t i = 0; i < d->count; i++)
		kept_event_release(&d->items[i]);
	free(d->items);
	*d = (struct dossier){.items = NULL};
}
