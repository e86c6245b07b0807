# Targets: all check check-all check-long coverage asan tsan bench lint format install uninstall dist clean
VERSION = 1.0.0
PREFIX = /usr/local
MAN = $(PREFIX)/share/man
COMPLETION = $(PREFIX)/share/bash-completion/completions
CC = cc
CFLAGS = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers
B = build
BIN = bin

# In dependency order: a module includes only modules to its left (make lint checks it).
MODULES = die mem buf keys bits progress isa num pair timestamp par args hash radix fmath exact stats rng \
	stream scan dict vw csv columns role table mat model design linear

# *_kernel.c are compiled once per instruction set; every one gives the same bits.
KERNEL = -O3
ISAS := portable $(if $(filter x86_64,$(shell uname -m)),avx2 avx512)
ISA_portable =
ISA_avx2 = -march=x86-64-v3 -mpclmul
ISA_avx512 = -march=x86-64-v4 -mavx512vbmi2 -mpclmul -mprefer-vector-width=512

FLAGS = -std=c17 $(WARNINGS) -ffp-contract=off -fno-math-errno -fno-trapping-math \
	-D_POSIX_C_SOURCE=200809L -DPA_VERSION='"$(VERSION)"' -iquote common $(CPPFLAGS) $(CFLAGS)
LIBS = -lcsv -lz -lpthread -lm
LIBS_pa-clean = -lsodium

PROGRAMS := $(notdir $(basename $(wildcard cmd/pa-*/pa-*.c)))
objects = $(foreach s,$(1),$(if $(filter %_kernel.c,$(s)),$(foreach i,$(ISAS),$(B)/$(s:.c=.$(i).o)),$(B)/$(s:.c=.o)))
LIB = $(B)/libpa.a
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
MANUALS := $(wildcard man/*.[1-9])

all: $(PROGRAMS:%=$(BIN)/%) $(B)/shop

$(LIB): $(call objects,$(wildcard common/*.c))
	@rm -f $@
	$(AR) rcs $@ $^

define program
$(BIN)/$(1): $$(call objects,$$(wildcard cmd/$(1)/*.c)) $$(LIB) | $(BIN)
	$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $$(LIB) $$(LIBS) $$(LIBS_$(1))
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

define kernel
$(B)/%_kernel.$(1).o: %_kernel.c
	@mkdir -p $$(@D)
	$$(CC) $$(FLAGS) $$(KERNEL) $$(ISA_$(1)) -DISA=$(1) -MMD -MP -c -o $$@ $$<
endef
$(foreach i,$(ISAS),$(eval $(call kernel,$(i))))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

# A test of an algorithm names its module's objects: "/* links: cmd/pa-cluster/kmeans.c */".
# A fuzz target runs on files (plain.c) or under libFuzzer (FUZZ_MAIN=, see tests/fuzz/run.sh).
linked = $(shell sed -n 's,^/\* links: \(.*\) \*/,\1,p' $(1))
define test
$(B)/$(1): $(B)/tests/$(1).o $$(call objects,$(call linked,tests/$(1).c)) $(2) $$(LIB)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) $$(LDFLAGS) $(if $(shell grep -l ends.h tests/$(1).c),$(WRAP)) -o $$@ $$(filter %.o,$$^) $$(LIB) $$(LIBS)
endef
FUZZ_MAIN = $(B)/tests/fuzz/plain.o
WRAP = -Wl,--wrap=exit,--wrap=_exit,--wrap=pthread_mutex_lock,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
FUZZES := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(filter-out tests/fuzz/plain.c,$(wildcard tests/fuzz/*.c)))
$(foreach u,$(notdir $(UNITS)),$(eval $(call test,unit/$(u))))
$(foreach f,$(notdir $(FUZZES)),$(eval $(call test,fuzz/$(f),$(FUZZ_MAIN))))
$(B)/tests/%.o: CPPFLAGS += -Itests/unit -I.

# The simulated shop of examples/.
$(B)/shop: $(call objects,$(wildcard examples/shop/*.c)) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BIN):
	mkdir -p $@

units: $(UNITS) $(FUZZES)
check: all units
	sh tests/run.sh
# Longer: every check that .ci/run makes, but for the bare system.
check-all: check
	sh tests/same.sh
	sh tests/sanitize.sh
# Simulations of the tests with more runs, numbers and tables.
check-long: units
	$(B)/unit/num 10000000
	PA_BIN=$(CURDIR)/$(BIN) $(B)/unit/differ 20000
	PA_RUNS=20000 $(B)/unit/cover
	PA_RUNS=20000 $(B)/unit/cover_train
lint:
	sh tests/lint.sh
coverage:
	sh tests/coverage.sh
asan tsan:
	sh tests/sanitize.sh $@
bench: all
	sh tests/bench/run.sh
format:
	clang-format -i $(wildcard common/*.[ch] cmd/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.c examples/*/*.c)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(MAN)/man1 $(DESTDIR)$(MAN)/man5 $(DESTDIR)$(MAN)/man7 $(DESTDIR)$(COMPLETION)
	install -m 755 $(PROGRAMS:%=$(BIN)/%) $(DESTDIR)$(PREFIX)/bin
	for page in $(MANUALS); do install -m 644 $$page $(DESTDIR)$(MAN)/man$${page##*.}; done
	install -m 644 completion/pa-tools.bash $(DESTDIR)$(COMPLETION)/pa-tools
	for program in $(PROGRAMS); do ln -sf pa-tools $(DESTDIR)$(COMPLETION)/$$program; done
uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%) $(PROGRAMS:%=$(DESTDIR)$(COMPLETION)/%) $(DESTDIR)$(COMPLETION)/pa-tools
	for page in $(notdir $(MANUALS)); do rm -f $(DESTDIR)$(MAN)/man$${page##*.}/$$page; done
dist:
	git archive --prefix=pa-$(VERSION)/ -o pa-$(VERSION).tar.gz HEAD
clean:
	rm -rf $(B) $(BIN)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all units check check-all check-long coverage lint asan tsan bench format install uninstall dist clean
.SECONDARY:
