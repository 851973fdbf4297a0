# pepaytop: htop for payments. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := all

BUILD  ?= build
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC     := gcc
endif
SAN    ?=
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
VERSION := 0.1.0

# Debian packages: what building needs, and what testing needs on top.
DEPS_BUILD := gcc libc6-dev pkg-config libncurses-dev libcurl4-openssl-dev libwebsockets-dev \
	libcjson-dev libsqlite3-dev libinih-dev uthash-dev libutf8proc-dev libssl-dev \
	libpcre2-dev libqrencode-dev libzip-dev
DEPS_TEST := clang libclang-rt-14-dev clang-format libcmocka-dev libvterm-dev curl python3 python3-websockets procps openssl

PKGS_BASE    := libutf8proc
PKGS_WIRE    := libcjson
PKGS_NET     := libcurl libwebsockets
PKGS_ARCHIVE := sqlite3 libcrypto
PKGS_MODEL   := libpcre2-8
PKGS_UI      := ncursesw inih libqrencode
PKGS_APP     := libzip
PKGS_SANDBOX := libwebsockets sqlite3 libcrypto
PKGS_ALL     := $(PKGS_BASE) $(PKGS_WIRE) $(PKGS_NET) $(PKGS_ARCHIVE) $(PKGS_MODEL) $(PKGS_UI) \
	$(PKGS_APP) $(PKGS_SANDBOX)

OPT      ?= -O2
WARN     := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wvla -Wundef -Wpointer-arith -Wwrite-strings
DEFS     := -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -DPEPAYTOP_VERSION='"$(VERSION)"' \
	-DPEPAYTOP_PREFIX='"$(PREFIX)"'
CFLAGS   ?= -g
LDFLAGS  ?=
# Libraries' headers are not ours to warn about, and their feature macros would fight with DEFS.
PKG_CFLAGS := $(shell pkg-config --cflags-only-I $(PKGS_ALL) 2>/dev/null | tr ' ' '\n' | sed -n 's/^-I/-isystem /p' | sort -u | tr '\n' ' ')
PKG_LIBS   := $(shell pkg-config --libs $(PKGS_ALL) 2>/dev/null)
ALLFLAGS := -std=c11 $(OPT) $(CFLAGS) $(WARN) $(DEFS) -fstack-protector-strong -Isrc \
	-include src/base/banned.h $(SAN) $(PKG_CFLAGS)
LIBS     := -Wl,--as-needed $(LDFLAGS) $(PKG_LIBS) -lpthread -lm

# V=1 shows the commands.
Q      := $(if $(V),,@)
say     = $(if $(V),,@echo '  $(1)')

LAYERS := base wire bus api net archive model ui views app
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
UNDER_archive := archive bus wire base
UNDER_model   := model bus wire base
UNDER_ui      := ui base
UNDER_views   := views ui model bus wire base
UNDER_app     := app views ui model archive net api bus wire base
UNDER_sandbox := sandbox wire base

.PHONY: all help
all: $(BUILD)/pepaytop $(BUILD)/pepay-sandbox

help:
	@echo 'make            build $(BUILD)/pepaytop and $(BUILD)/pepay-sandbox'
	@echo 'make demo       install what is missing, build, run the dashboard on a local sandbox'
	@echo '                (ARGS="--seed 7 --theme light" are passed on)'
	@echo 'make test       install what is missing, build, run every test'
	@echo 'make unit       the unit tests only      make e2e   the end-to-end tests only'
	@echo 'make unit-LAYER of one of: $(LAYERS) sandbox'
	@echo 'make asan tsan clang   build and unit tests under a sanitizer, or by the other compiler'
	@echo 'make soak       10,000 disconnects, 1,000,000 events, 1,000 kills: nothing may be missing'
	@echo 'make bench      how fast it is beside its peers, as tables and as $(BUILD)/bench.json'
	@echo 'make golden     rewrite the golden screens of the end-to-end tests'
	@echo 'make lint       layers, conventions and formatting      make format  lay the code out'
	@echo 'make deps       install what building needs (Debian)    make deps-test  and testing'
	@echo 'make install    PREFIX=$(PREFIX) DESTDIR=               make uninstall'
	@echo 'make clean      remove build directories'

# --- what must be installed -----------------------------------------------------
# What pkg-config answers is read when make starts, so whoever installs packages
# must start make again: demo and test do.

.PHONY: deps deps-test demo
deps:
	@tests/install-deps.sh "$(PKGS_ALL)" $(DEPS_BUILD)

deps-test: deps
	@tests/install-deps.sh "cmocka vterm" $(DEPS_TEST)

demo: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(BUILD)/pepaytop demo $(ARGS)

ifneq ($(shell pkg-config --exists $(PKGS_ALL) 2>/dev/null && echo yes),yes)
NEED := need-deps
.PHONY: need-deps
need-deps:
	@echo 'libraries are missing: run "make deps" first, or "make demo", which does' >&2
	@exit 1
endif

# --- libraries and binaries ---------------------------------------------------

# Remade only when the flags are others, so that changing them rebuilds and nothing else does.
FLAGS_FILE := $(BUILD)/flags
.PHONY: check-flags
check-flags:
$(FLAGS_FILE): check-flags
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(CC) $(ALLFLAGS) $(LIBS)) | cmp -s - $@ || \
		printf '%s\n' $(call quoted,$(CC) $(ALLFLAGS) $(LIBS)) > $@
quoted = '$(subst ','\'',$(1))'

$(BUILD)/obj/%.o: src/%.c $(FLAGS_FILE) | $(NEED)
	@mkdir -p $(@D)
	$(call say,CC   $@)
	$(Q)$(CC) $(ALLFLAGS) -MMD -MP -c -o $@ $<

define layer_rules
$(call lib,$(1)): $(call objs,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

$(call lib,sandbox): $(SANDBOX_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/pepaytop: $(BUILD)/obj/main.o $(foreach l,$(UNDER_app),$(call lib,$(l)))
	$(call say,LINK $@)
	$(Q)$(CC) $(ALLFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/pepay-sandbox: $(BUILD)/obj/sandbox/main.o $(foreach l,$(UNDER_sandbox),$(call lib,$(l)))
	$(call say,LINK $@)
	$(Q)$(CC) $(ALLFLAGS) -o $@ $^ $(LIBS)

# --- tests ----------------------------------------------------------------------
# tests/unit/test_<layer>_<what>.c links that layer and those under it.
# tests/e2e/<what>.c drives the binaries from outside; it links base and tests/e2e/lib_*.c.

TEST_LIBS = $(shell pkg-config --libs cmocka vterm)
unit_tests = $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_$(1)_*.c))
ALL_UNIT_TESTS := $(foreach l,$(LAYERS) sandbox,$(call unit_tests,$(l)))
E2E_HELPERS := $(wildcard tests/e2e/lib_*.c)
E2E_PROGRAMS := $(patsubst tests/e2e/%.c,$(BUILD)/tests/e2e_%,$(filter-out $(E2E_HELPERS),$(wildcard tests/e2e/*.c)))
CHAOS_PROXY := $(BUILD)/chaos/proxy

define test_rules
$(BUILD)/tests/test_$(1)_%: tests/unit/test_$(1)_%.c $(foreach l,$(UNDER_$(1)),$(call lib,$(l))) $(FLAGS_FILE)
	@mkdir -p $$(@D)
	$$(call say,TEST $$@)
	$$(Q)$$(CC) $$(ALLFLAGS) -Itests -MMD -MP -o $$@ $$< $(foreach l,$(UNDER_$(1)),$(call lib,$(l))) $$(LIBS) $$(TEST_LIBS)
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call test_rules,$(l))))

# These run the sandbox.
$(filter %/test_net_live_sandbox %/test_net_live_sync,$(ALL_UNIT_TESTS)): $(BUILD)/pepay-sandbox

$(BUILD)/tests/e2e_%: tests/e2e/%.c $(E2E_HELPERS) $(wildcard tests/e2e/*.h) $(call lib,base) $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(call say,TEST $@)
	$(Q)$(CC) $(ALLFLAGS) -Itests -o $@ $< $(E2E_HELPERS) $(call lib,base) $(LIBS) $(TEST_LIBS)

.PHONY: unit e2e golden lint format test asan tsan clang unit-tests e2e-programs \
	$(addprefix unit-,$(LAYERS) sandbox)
unit-tests: $(ALL_UNIT_TESTS)
e2e-programs: $(E2E_PROGRAMS) $(CHAOS_PROXY)
unit: $(ALL_UNIT_TESTS)
	@tests/run-units.sh $(BUILD) $^
define unit_rules
unit-$(1): $(call unit_tests,$(1))
	@tests/run-units.sh $(BUILD) $$^
endef
$(foreach l,$(LAYERS) sandbox,$(eval $(call unit_rules,$(l))))

# The proxy that misbehaves.
$(CHAOS_PROXY): $(wildcard tests/chaos/*.[ch]) $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(call say,CHAOS $@)
	$(Q)$(CC) $(ALLFLAGS) -D_GNU_SOURCE -o $@ $(filter %.c,$^) $(LIBS)

# E2E="app_script sandbox_api" runs only those.
e2e: all e2e-programs
	@tests/run-e2e.sh $(BUILD) $(E2E)

golden: all
	@UPDATE_GOLDEN=1 tests/run-e2e.sh $(BUILD) app_script

# Measures and asserts nothing: docs/BENCH.md. BENCH="feed keys" runs only those, ROUNDS=5.
.PHONY: bench
BENCH_HELPERS := $(patsubst tests/bench/%.c,$(BUILD)/bench/%.o,$(wildcard tests/bench/lib_*.c)) $(BUILD)/bench/lib_pty.o
BENCH_PROGRAMS := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(filter-out tests/bench/lib_%,$(wildcard tests/bench/*.c)))
UNDER_bench_fill := sandbox wire base
under_bench = $(foreach l,$(or $(UNDER_bench_$(1)),$(UNDER_app)),$(call lib,$(l)))

$(BUILD)/bench/lib_%.o: tests/bench/lib_%.c $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALLFLAGS) -D_GNU_SOURCE -Itests -MMD -MP -c -o $@ $<

$(BUILD)/bench/lib_pty.o: tests/e2e/lib_pty.c $(FLAGS_FILE)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALLFLAGS) -Itests -MMD -MP -c -o $@ $<

$(BUILD)/bench/libbench.a: $(BENCH_HELPERS)
	@rm -f $@
	$(Q)ar rcs $@ $^

define bench_rule
$(BUILD)/bench/$(1): tests/bench/$(1).c $(BUILD)/bench/libbench.a $(call under_bench,$(1)) $(FLAGS_FILE)
	$$(call say,BENCH $$@)
	$$(Q)$$(CC) $$(ALLFLAGS) -D_GNU_SOURCE -Itests -MMD -MP -o $$@ $$< $(BUILD)/bench/libbench.a $(call under_bench,$(1)) $$(LIBS) $$(TEST_LIBS)
endef
$(foreach p,$(notdir $(BENCH_PROGRAMS)),$(eval $(call bench_rule,$(p))))

bench: all $(BENCH_PROGRAMS)
	@BUILD=$(BUILD) /usr/bin/python3 tests/bench/bench.py

# Chaos for as long as it takes; SOAK="disconnects=1000 events=100000 kills=100" makes it shorter.
.PHONY: soak
soak: all $(CHAOS_PROXY)
	@BUILD=$(BUILD) SOAK="$(SOAK)" /usr/bin/python3 tests/chaos/soak.py

asan:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build-asan CC=clang OPT=-O1 \
		SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" all unit

tsan:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build-tsan OPT=-O1 SAN=-fsanitize=thread \
		all unit

clang:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build-clang CC=clang all unit

lint:
	@tests/lint/check.sh

format:
	@clang-format -i $$(find src tests -name '*.[ch]')

test: deps deps-test
	@MAKE="$(MAKE)" JOBS=$(JOBS) tests/run-all.sh

# --- installing -------------------------------------------------------------------
BINDIR   := $(DESTDIR)$(PREFIX)/bin
THEMEDIR := $(DESTDIR)$(PREFIX)/share/pepaytop/themes
MANDIR   := $(DESTDIR)$(PREFIX)/share/man/man1
DOCDIR   := $(DESTDIR)$(PREFIX)/share/doc/pepaytop
DOCS     := $(wildcard README.md LICENSE docs/*.md)

.PHONY: install uninstall clean
install: all
	install -d $(BINDIR) $(THEMEDIR) $(MANDIR) $(DOCDIR)
	install -m 755 $(BUILD)/pepaytop $(BUILD)/pepay-sandbox $(BINDIR)
	install -m 644 $(wildcard themes/*.theme) $(THEMEDIR)
	install -m 644 $(wildcard docs/*.1) $(MANDIR)
	install -m 644 $(DOCS) $(DOCDIR)

uninstall:
	rm -f $(BINDIR)/pepaytop $(BINDIR)/pepay-sandbox
	rm -f $(patsubst docs/%,$(MANDIR)/%,$(wildcard docs/*.1))
	rm -rf $(DESTDIR)$(PREFIX)/share/pepaytop $(DOCDIR)

clean:
	rm -rf build build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
