/*
 * The application: where store, views, terminal and threads meet.
 */
#ifndef PEPAYTOP_APP_APP_H
#define PEPAYTOP_APP_APP_H

#include "app/options.h"

/* Runs until the user leaves. Exit statuses of product section 4: 0, 1, 2, 3. */
int app_main(int argc, char *const *argv);

#endif
