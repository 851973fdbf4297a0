/*
 * Functions nobody here may call: unbounded, locale-bound or racy ones. Force-
 * included into every file by the Makefile, after the C library's headers that
 * declare them.
 */
#ifndef PEPAYTOP_BASE_BANNED_H
#define PEPAYTOP_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok strncpy strncat atoi atol atoll atof
#pragma GCC poison asctime ctime tmpnam system

#endif
