# make          builds build/inlet
# make demo     installs what it needs, builds, and shows a town at work
# make check    installs what the tests need, runs them all, counts them
# make help     the rest
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

B ?= build
CC := gcc
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)

PKGS := gmime-3.0 glib-2.0 libcurl libpcre2-8 sqlite3 gnutls libexif jansson \
        libsodium libuv libseccomp readosm
# Asked for when something is compiled, not when make reads this file: on a
# machine without the packages "make demo" has to install them first.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS = $(shell pkg-config --libs $(PKGS))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wvla -Wformat=2 -Wno-format-truncation -Wundef -Wcast-qual \
        -Wwrite-strings -Wswitch-enum -Wdouble-promotion -Wnull-dereference \
        -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Werror
HARDEN := -fstack-protector-strong -fstack-clash-protection \
          -ftrivial-auto-var-init=zero -fPIE
STD := -std=c11 -D_GNU_SOURCE -Isrc -I$(B)
CFLAGS ?= -O2 -g -D_FORTIFY_SOURCE=3
LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack
# libetpan's own pkg-config output asks for dpkg-dev: named by hand.
LIBS = $(PKG_LIBS) -letpan -lm -lpthread $(EXTRA_LIBS)

SRCS := $(sort $(wildcard src/*/*.c src/*/*/*.c adapters/*.c))
MAIN := src/cmd/main.c
LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SRCS)))
LLHTTP := /usr/share/llhttp
LLHTTP_OBJS := $(addprefix $(B)/llhttp/,llhttp.o api.o http.o)
TEMPLATES := $(sort $(wildcard templates/* templates/*/*))

UNIT := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
TOOLS := $(B)/tests/webhook-vectors $(B)/tests/e2e/fetch $(B)/tests/e2e/say
BENCH := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))

.PHONY: all help demo check check-fast lint bench fuzz golden golden-accept \
        install clean deps deps-check san
all: $(B)/inlet

help:
	@echo "make                build/inlet"
	@echo "make demo           installs, builds, shows a made-up town at work"
	@echo "make check          installs, lints, runs every test, counts them"
	@echo "make lint           style, layers, analysers"
	@echo "make bench          figures, as ratios measured in one run"
	@echo "make fuzz           the fuzzers, SECONDS=60 each"
	@echo "make golden-accept  writes samples/*.want as they come out now"
	@echo "make install        into PREFIX ($(PREFIX)), below DESTDIR"

deps:
	@etc/install-packages etc/packages-build
deps-check: deps
	@etc/install-packages etc/packages-check

$(B)/inlet: $(B)/$(MAIN:.c=.o) $(B)/libinlet.a
	$(CC) $(LDFLAGS) $(CFLAGS) -o $@ $^ $(LIBS)

$(B)/libinlet.a: $(LIB_OBJS) $(LLHTTP_OBJS) $(B)/embedded.o
	rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(PKG_CFLAGS) -I/usr/share/include/llhttp $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/llhttp/%.o: $(LLHTTP)/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -I/usr/share/include/llhttp -w $(HARDEN) $(CFLAGS) -c $< -o $@

$(B)/embedded.S: src/web/embed.sh $(TEMPLATES)
	@mkdir -p $(@D)
	sh src/web/embed.sh $(TEMPLATES) >$@
$(B)/embedded.o: $(B)/embedded.S
	$(CC) -c $< -o $@

$(B)/tests/unit/%: tests/unit/%.c $(B)/libinlet.a tests/tap.h
	@mkdir -p $(@D)
	$(CC) $(STD) $(PKG_CFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libinlet.a $(LIBS)

$(B)/tests/%: tests/%.c $(B)/libinlet.a
	@mkdir -p $(@D)
	$(CC) $(STD) $(PKG_CFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libinlet.a $(LIBS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

clean:
	rm -rf build build-san build-fuzz
