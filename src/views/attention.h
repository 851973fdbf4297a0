/*
 * What needs a person, most urgent first (product N6): a list over the panes, with the
 * facts and the suggested action of the selected row below it. It shows what the app
 * keeps in the context; acknowledging goes by the outbox.
 */
#ifndef PEPAYTOP_VIEWS_ATTENTION_H
#define PEPAYTOP_VIEWS_ATTENTION_H

#include "views/view.h"

extern const struct view_ops ATTENTION_VIEW;

#endif
