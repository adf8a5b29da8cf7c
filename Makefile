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

PKGS := expat gmime-3.0 glib-2.0 libidn2 libcurl libpcre2-8 sqlite3 gnutls libexif jansson \
        libsodium libuv libseccomp readosm zlib
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
LIBS = $(PKG_LIBS) -letpan -lshp -lm -lpthread $(EXTRA_LIBS)

SRCS := $(sort $(wildcard src/*/*.c src/*/*/*.c adapters/*.c))
MAIN := src/cmd/main.c
LIB_OBJS := $(patsubst %.c,$(B)/%.o,$(filter-out $(MAIN),$(SRCS)))
LLHTTP := /usr/share/llhttp
LLHTTP_OBJS := $(addprefix $(B)/llhttp/,llhttp.o api.o http.o)
TEMPLATES := $(sort $(wildcard templates/* templates/*/*))

# The pages' scripts: npm fetches what package-lock.json names, esbuild makes
# one folder of it, which every build carries.
UI := build/ui
NPM := build/npm
UI_SOURCES := $(shell find src/web/ui -type f)
UI_PAGES := src/web/ui/inbox/inbox.jsx src/web/ui/report/report.js src/web/ui/map/page.js src/web/ui/map/map.css src/web/ui/map/public.css
UI_ALONE := src/web/ui/report/widget.js src/web/ui/report/worker.js
ESBUILD := NODE_PATH=$(NPM)/node_modules $(NPM)/node_modules/.bin/esbuild --bundle --minify \
           --log-level=warning --target=chrome100,firefox100,safari15 --legal-comments=none \
           --jsx=automatic --jsx-import-source=preact --loader:.png=dataurl --loader:.svg=dataurl

UNIT := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
TOOLS := $(B)/tests/webhook-vectors $(B)/tests/e2e/fetch $(B)/tests/e2e/say
BENCH := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))

.PHONY: all help demo check check-fast lint bench fuzz golden-accept install \
        clean deps san-tests tests-built
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

# The packages come first: what they bring is asked for by a second make.
demo:
	@etc/install-packages etc/packages-build etc/packages-demo
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@samples/demo.py

check:
	@etc/install-packages etc/packages-build etc/packages-check
	@$(MAKE) --no-print-directory -j$(JOBS) all tests-built
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory -j$(JOBS) $(SAN) san-tests
	@tests/run $(BROWSER) $(UNIT) $(SAN_PROGRAMS) $(addprefix --beside ,$(WAITING)) $(SAN_WAITING)

check-fast: all tests-built
	@tests/run $(UNIT) $(addprefix --beside ,$(WAITING))

bench:
	@etc/install-packages etc/packages-build etc/packages-bench
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH)
	@tests/bench/run.py

# What waits more than it works; the longest first.
WAITING = $(sort $(wildcard tests/fault/*_test.*)) $(FAULT) $(sort $(wildcard tests/e2e/*_test.py tests/golden/*_test.py))
FAULT := $(patsubst %.c,$(B)/%,$(wildcard tests/fault/store_*.c))

# The pages in a real browser: npm fetches what drives it.
NPM_BROWSER := build/npm-browser
BROWSER = $(foreach t,$(sort $(wildcard tests/browser/*.test.mjs)),"node --test-reporter=tap $(t)")
$(NPM_BROWSER)/.installed: tests/browser/package.json tests/browser/package-lock.json
	@mkdir -p $(NPM_BROWSER)
	@cp tests/browser/package.json tests/browser/package-lock.json $(NPM_BROWSER)
	@echo "  NPM $(NPM_BROWSER)"
	@npm ci --prefix $(NPM_BROWSER) --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

E2E := $(patsubst %.c,$(B)/%,$(wildcard tests/e2e/*.c))

tests-built: $(UNIT) $(FAULT) $(TOOLS) $(E2E) $(B)/tests/fault/inlet-hasty $(NPM_BROWSER)/.installed

# The daemon with its order broken on purpose, for hasty_test.py.
$(B)/tests/fault/inlet-hasty: tests/fault/hasty.sed $(B)/inlet
	@mkdir -p $(@D)
	@sed -f tests/fault/hasty.sed src/pipeline/inbox.c >$(@D)/hasty_inbox.c
	@! cmp -s src/pipeline/inbox.c $(@D)/hasty_inbox.c
	@echo "  CC $@"
	@$(CC) $(STD) $(PKG_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(B)/src/cmd/main.o $(@D)/hasty_inbox.c $(B)/libinlet.a $(LIBS)


# ---- the same tests, with sanitizers ----
SAN := B=build-san CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
SAN_PROGRAMS = $(UNIT:$(B)/%=build-san/%) "env B=build-san tests/golden/samples_test.py" \
        $(foreach f,$(FUZZ),"build-san/tests/fuzz/replay_$(f) tests/fuzz/corpus/$(f)")
SAN_WAITING = --beside "env B=build-san tests/e2e/serve_test.py"
san-tests: $(B)/inlet $(UNIT) $(FUZZ:%=$(B)/tests/fuzz/replay_%)

$(B)/tests/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(B)/libinlet.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(STD) $(PKG_CFLAGS) -I/usr/share/include/llhttp $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# ---- lint ----
TIDY_FLAGS = -std=c11 -D_GNU_SOURCE -Isrc -I. $(PKG_CFLAGS) -I/usr/share/include/llhttp
LINTED = $(sort $(SRCS) $(wildcard src/*/*.h src/*/*/*.h adapters/*.h))
TIDIED := $(SRCS:%.c=$(B)/lint/%.tidy)
ANALYSED := $(SRCS:%.c=$(B)/lint/%.analysed)

lint: all
	@clang-format-14 --dry-run -Werror $(LINTED) $(wildcard tests/*.h tests/*/*.c)
	@tests/lint/layers.py
	@tests/lint/banned.sh $(B)
	@tests/lint/headers.sh $(CC) $(STD) $(PKG_CFLAGS) -I/usr/share/include/llhttp -Wall -Wextra -Werror
	@for page in man/*.[157]; do mandoc -Tlint -Wwarning $$page || exit 1; done
	@$(MAKE) --no-print-directory -j$(JOBS) lint-deep
	@echo lint is clean

lint-deep: $(TIDIED) $(ANALYSED)

$(B)/lint/%.tidy: %.c .clang-tidy $(B)/%.o
	@mkdir -p $(@D)
	@clang-tidy-14 --quiet $< -- $(TIDY_FLAGS) 2>$@.said || { cat $@.said; exit 1; }
	@touch $@
$(B)/lint/%.analysed: %.c $(B)/%.o
	@mkdir -p $(@D)
	@$(CC) $(TIDY_FLAGS) -O1 -fanalyzer -Werror -c $< -o /dev/null
	@touch $@

# ---- fuzz ----
SECONDS ?= 60
fuzz:
	@etc/install-packages etc/packages-build etc/packages-check
	@$(MAKE) --no-print-directory -j$(JOBS) B=build-fuzz CC=clang-14 WARN= HARDEN= LDFLAGS= \
	    CFLAGS="-O1 -g -fsanitize=fuzzer-no-link,address,undefined" build-fuzz/libinlet.a
	@for f in $(FUZZ); do \
	    mkdir -p build-fuzz/corpus/$$f; \
	    clang-14 $(STD) $(PKG_CFLAGS) -I/usr/share/include/llhttp -O1 -g -fsanitize=fuzzer,address,undefined \
	        -o build-fuzz/$$f tests/fuzz/fuzz_$$f.c build-fuzz/libinlet.a $(LIBS) && \
	    build-fuzz/$$f -max_total_time=$(SECONDS) -rss_limit_mb=4096 build-fuzz/corpus/$$f tests/fuzz/corpus/$$f || exit 1; \
	done

golden-accept: all
	@tests/golden/samples_test.py --accept

install: all
	install -D -m755 $(B)/inlet $(DESTDIR)$(PREFIX)/bin/inlet
	install -d $(DESTDIR)$(PREFIX)/share/inlet/rules $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/doc/inlet
	install -m644 rules/*.rules rules/*.services $(DESTDIR)$(PREFIX)/share/inlet/rules
	install -m644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m644 README.md LICENSE etc/inlet.conf etc/inlet.service etc/nginx.conf etc/Caddyfile \
	    $(DESTDIR)$(PREFIX)/share/doc/inlet

$(B)/inlet: $(B)/$(MAIN:.c=.o) $(B)/libinlet.a
	@echo "  LD $@"
	@$(CC) $(LDFLAGS) $(CFLAGS) -o $@ $^ $(LIBS)

$(B)/libinlet.a: $(LIB_OBJS) $(LLHTTP_OBJS) $(B)/embedded.o $(B)/assets.o $(B)/places_weights.o $(B)/mail_markers.o
	@rm -f $@ && ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(STD) $(PKG_CFLAGS) -I/usr/share/include/llhttp $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/llhttp/%.o: $(LLHTTP)/%.c
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) -std=gnu11 -I/usr/share/include/llhttp -w $(HARDEN) $(CFLAGS) -c $< -o $@

$(B)/embedded.S: src/web/embed.sh $(TEMPLATES)
	@mkdir -p $(@D)
	@sh src/web/embed.sh $(TEMPLATES) >$@
$(B)/embedded.o: $(B)/embedded.S
	@$(CC) -c $< -o $@

$(NPM)/.installed: src/web/ui/package.json src/web/ui/package-lock.json
	@mkdir -p $(NPM)
	@cp src/web/ui/package.json src/web/ui/package-lock.json $(NPM)
	@echo "  NPM $(NPM)"
	@npm ci --prefix $(NPM) --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@
$(UI)/.made: $(NPM)/.installed $(UI_SOURCES)
	@echo "  UI $(UI)"
	@rm -rf $(UI) && mkdir -p $(UI)
	@$(ESBUILD) $(UI_PAGES) --format=esm --splitting --outdir=$(UI) \
	    --entry-names=[name] --chunk-names=part-[hash]
	@cp src/web/ui/*/*.png $(UI)
	@$(ESBUILD) $(UI_ALONE) --format=iife --outdir=$(UI) --entry-names=[name]
	@touch $@
$(B)/assets.S: src/web/embed-assets.sh $(UI)/.made
	@mkdir -p $(@D)
	@sh src/web/embed-assets.sh $(UI) >$@
$(B)/assets.o: $(B)/assets.S
	@$(CC) -c $< -o $@

# What mail programs write around the words of others.
$(B)/mail_markers.c: rules/mail.markers src/mail/markers.awk
	@mkdir -p $(@D)
	@awk -f src/mail/markers.awk $< >$@.new && mv $@.new $@
$(B)/mail_markers.o: $(B)/mail_markers.c src/mail/mail_marker.h
	@$(CC) $(STD) $(PKG_CFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -c $< -o $@

# The weights that hold where a town has none of its own.
$(B)/places_weights.o: rules/places.weights
	@mkdir -p $(@D)
	@printf '.section .rodata\n.globl places_weights\nplaces_weights: .incbin "%s"\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' $< | $(CC) -c -x assembler - -o $@

$(B)/tests/unit/%: tests/unit/%.c $(B)/libinlet.a tests/tap.h
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(STD) $(PKG_CFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libinlet.a $(LIBS)

$(B)/tests/%: tests/%.c $(B)/libinlet.a
	@mkdir -p $(@D)
	@echo "  CC $@"
	@$(CC) $(STD) $(PKG_CFLAGS) $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(B)/libinlet.a $(LIBS)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

clean:
	rm -rf build build-san build-fuzz
