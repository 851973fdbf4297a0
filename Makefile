# pepaytop: htop for payments. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := all

BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= gcc
SAN    ?=
VERSION := 0.1.0

# Debian packages: what building needs, and what testing needs on top.
DEPS_BUILD := gcc libc6-dev pkg-config libncurses-dev libcurl4-openssl-dev libwebsockets-dev \
	libcjson-dev libsqlite3-dev libinih-dev uthash-dev libutf8proc-dev libssl-dev
DEPS_TEST := clang libclang-rt-14-dev clang-format libcmocka-dev libvterm-dev curl python3 \
	python3-websockets procps

PKGS_BASE    := libutf8proc
PKGS_WIRE    := libcjson
PKGS_NET     := libcurl libwebsockets
PKGS_UI      := ncursesw inih
PKGS_SANDBOX := libwebsockets sqlite3 libcrypto
PKGS_ALL     := $(PKGS_BASE) $(PKGS_WIRE) $(PKGS_NET) $(PKGS_UI) $(PKGS_SANDBOX)

OPT      ?= -O2
WARN     := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wvla -Wundef -Wpointer-arith -Wwrite-strings
DEFS     := -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DPEPAYTOP_VERSION='"$(VERSION)"'
CFLAGS   ?= -g
ALLFLAGS = -std=c11 $(OPT) $(CFLAGS) $(WARN) $(DEFS) -fstack-protector-strong -Isrc \
	-include src/base/banned.h $(SAN) $(PKG_CFLAGS)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS_ALL) 2>/dev/null | tr ' ' '\n' | sed 's/^-I/-isystem/' | sort -u | tr '\n' ' ')
LIBS     = $(shell pkg-config --libs $(PKGS_ALL)) -lpthread -lm

LAYERS := base wire bus api net model ui views app
srcs    = $(wildcard src/$(1)/*.c)
objs    = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(call srcs,$(1)))
lib     = $(BUILD)/lib/lib$(1).a

SANDBOX_OBJS := $(filter-out $(BUILD)/obj/sandbox/main.o,$(call objs,sandbox))

# What a layer may link with: DESIGN's table, below it and itself.
UNDER_base    := base
UNDER_wire    := wire base
UNDER_bus     := bus wire base
UNDER_api     := api wire base
UNDER_net     := net api bus wire base
UNDER_model   := model bus wire base
UNDER_ui      := ui base
UNDER_views   := views ui model bus wire base
UNDER_app     := app views ui model net api bus wire base
UNDER_sandbox := sandbox wire base

.PHONY: all help
all: $(BUILD)/pepaytop $(BUILD)/pepay-sandbox

help:
	@echo 'make            build $(BUILD)/pepaytop and $(BUILD)/pepay-sandbox'
	@echo 'make demo       install what is missing, build, run the dashboard on a local sandbox'
	@echo 'make test       install what is missing, build, run every test'
	@echo 'make unit       the unit tests only      make e2e   the end-to-end tests only'
	@echo 'make lint       layers, conventions and formatting      make format  lay the code out'
	@echo 'make deps       install what building needs (Debian)    make deps-test  and testing'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make clean      remove build directories'

# --- libraries and binaries ---------------------------------------------------

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALLFLAGS) -MMD -MP -c -o $@ $<

define layer_rules
$(call lib,$(1)): $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

$(call lib,sandbox): $(SANDBOX_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/pepaytop: $(BUILD)/obj/main.o $(foreach l,$(UNDER_app),$(call lib,$(l)))
	$(CC) $(ALLFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/pepay-sandbox: $(BUILD)/obj/sandbox/main.o $(foreach l,$(UNDER_sandbox),$(call lib,$(l)))
	$(CC) $(ALLFLAGS) -o $@ $^ $(LIBS)

# --- tests ----------------------------------------------------------------------
# tests/unit/test_<layer>_<what>.c links that layer and those under it.

TEST_LIBS = $(shell pkg-config --libs cmocka vterm)
unit_tests = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_$(1)_*.c))
ALL_UNIT_TESTS := $(foreach l,$(LAYERS) sandbox,$(call unit_tests,$(l)))

define test_rules
$(BUILD)/tests/test_$(1)_%: tests/unit/test_$(1)_%.c $(foreach l,$(UNDER_$(1)),$(call lib,$(l))) Makefile
	@mkdir -p $$(@D)
	$$(CC) $$(ALLFLAGS) -Itests -MMD -MP -o $$@ $$< $(foreach l,$(UNDER_$(1)),$(call lib,$(l))) $$(LIBS) $$(TEST_LIBS)
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call test_rules,$(l))))

.PHONY: unit $(addprefix unit-,$(LAYERS) sandbox)
unit: $(ALL_UNIT_TESTS)
	tests/run-units.sh $(BUILD) $^
define unit_rules
unit-$(1): $(call unit_tests,$(1))
	tests/run-units.sh $(BUILD) $$^
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call unit_rules,$(l))))

# --- the rest ---------------------------------------------------------------------
.PHONY: clean
clean:
	rm -rf build build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
