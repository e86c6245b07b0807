/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "die.h"
#include "exits.h"
#include "files.h"
#include "stream.h"
#include "t.h"

static char path[] = "/tmp/pa-model.XXXXXX";
static char bytes[4096];
static size_t size;

static void put(const char *p, size_t n)
{
    put_file(path, (struct str){p, n});
}

/* A file of these lines with a right end line. */
static void put_lines(const char *lines)
{
    char text[4096];
    int count = 0;
    for (const char *p = lines; *p; p++)
        count += *p == '\n';
    unsigned long crc = crc32(0, (const unsigned char *)lines, (unsigned)strlen(lines));
    put(text, (size_t)snprintf(text, sizeof text, "%s#end\t%d\t%08lx\n", lines, count, crc));
}

static void write_example(void *unused)
{
    (void)unused;
    struct model_out *m = model_create(path, "pa-train", "logistic");
    model_key(m, "rows");
    model_int(m, 1234567890123);
    model_key(m, "level");
    model_text(m, str_of("a\tb\\n\nc\r\\"));
    model_text(m, str_of(""));
    model_key(m, "weight");
    model_number(m, 0.1);
    model_number(m, -1e-300);
    model_key(m, "alone");
    model_close(m);
    _exit(stream_finish());
}

/* Exits 98 when the file says what write_example wrote. */
static void read_example(void *unused)
{
    (void)unused;
    struct model_in *in = model_open(path, "pa-train", "logistic");
    struct model_line line;
    model_expect(in, "rows", 1, &line);
    int right = model_get_int(in, &line, 1, 0, INT64_MAX) == 1234567890123 && line.line == 2;
    right &= model_peek(in, "level") && !model_peek(in, "rows");
    model_expect(in, "level", 2, &line);
    right &= str_is(line.field[1], "a\tb\\n\nc\r\\") && line.field[2].n == 0;
    model_expect(in, "weight", 2, &line);
    right &= model_get_number(in, &line, 1) == 0.1 && model_get_number(in, &line, 2) == -1e-300;
    right &= model_next(in, &line) && str_is(line.field[0], "alone") && line.n == 1;
    right &= !model_next(in, &line) && !model_peek(in, "alone");
    right &= str_is(model_kind(in), "logistic");
    model_free(in);
    _exit(right ? 98 : 97);
}

static void open_any(void *program)
{
    model_free(model_open(path, program, NULL));
}

static void open_kind(void *kind)
{
    model_free(model_open(path, "pa-train", kind));
}

/* The second line as a number and as an integer within 1 to 100. */
static void read_number(void *unused)
{
    (void)unused;
    struct model_line line;
    struct model_in *in = model_open(path, "pa-train", NULL);
    model_expect(in, "x", 1, &line);
    model_get_number(in, &line, 1);
}

static void read_int(void *unused)
{
    (void)unused;
    struct model_line line;
    struct model_in *in = model_open(path, "pa-train", NULL);
    model_expect(in, "x", 1, &line);
    model_get_int(in, &line, 1, 1, 100);
}

static void read_second(void *unused)
{
    (void)unused;
    struct model_line line;
    struct model_in *in = model_open(path, "pa-train", NULL);
    model_expect(in, "x", 1, &line);
    model_expect(in, "y", 2, &line);
}

static void test_round_trip(void)
{
    ok(exits(0, "", write_example, NULL));
    ok(exits(98, "", read_example, NULL));
    FILE *f = fopen(path, "rb");
    size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    const char first[] = "#pa-model\t1\tpa-train\tlogistic\nrows\t1234567890123\n"
                         "level\ta\\tb\\\\n\\nc\\r\\\\\t\nweight\t0.1\t-1e-300\nalone\n#end\t5\t";
    ok(size == sizeof first - 1 + 9 && memcmp(bytes, first, sizeof first - 1) == 0);
}

static void test_damage(void)
{
    int cut = 1, flipped = 1;
    for (size_t n = 0; n < size; n++) {
        put(bytes, n);
        cut &= exits_status(2, read_example, NULL) == 1;
    }
    ok_named(cut, "a model cut off anywhere is refused");
    for (size_t i = 0; i < size * 8; i++) {
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
        put(bytes, size);
        flipped &= exits_status(2, read_example, NULL) == 1;
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
    }
    ok_named(flipped, "a model with any bit flipped is refused");
    put(bytes, size);
    ok(exits(98, "", read_example, NULL));
    put(bytes, size - 3);
    ok(exits(1, "the model was cut off", read_example, NULL));
    bytes[40] ^= 1;
    put(bytes, size);
    ok(exits(1, "the checksum is wrong", read_example, NULL));
    bytes[40] ^= 1;
    bytes[size++] = '\n';
    put(bytes, size);
    ok(exits(1, "something follows the end line", read_example, NULL));
    bytes[size - 1] = '\0';
    put(bytes, size);
    ok(exits(1, "the program before this one failed", read_example, NULL));
}

static void test_owner(void)
{
    put("user,item\nu,i\n", 14);
    ok(exits(1, "not a model", open_any, "pa-train"));
    put("", 0);
    ok(exits(1, "not a model", open_any, "pa-train"));
    put_lines("#pa-model\t2\tpa-train\tlogistic\n");
    ok(exits(1, "version \"2\" of the model format", open_any, "pa-train"));
    put_lines("#pa-model\t1\tpa-train\tlogistic\n");
    ok(exits(99, "", open_any, "pa-train"));
    ok(exits(1, "a model of pa-train (this needs one of pa-clean)", open_any, "pa-clean"));
    ok(exits(99, "", open_kind, "logistic"));
    ok(exits(1, "a model of kind logistic (this needs softmax)", open_kind, "softmax"));
    put_lines("#pa-model\t1\tpa-train\n");
    ok(exits(1, "the first line has 3 fields", open_any, "pa-train"));
    put_lines("");
    ok(exits(1, "not a model", open_any, "pa-train"));
    static const char many[] = "#pa-model\t1\tpa-train\tx\n#end\t99999999999999999999\t00000000\n";
    put(many, sizeof many - 1);
    ok(exits(1, "the number of lines", open_any, "pa-train"));
}

static void check_value(const char *lines, void (*fn)(void *), int status, const char *text)
{
    char all[512], name[512];
    snprintf(all, sizeof all, "#pa-model\t1\tpa-train\tx\n%s", lines);
    put_lines(all);
    snprintf(name, sizeof name, "%s", lines);
    for (char *p = name; *p; p++)
        *p = *p < ' ' ? ' ' : *p;
    ok_named(exits(status, text, fn, NULL), name);
}

static void test_values(void)
{
    check_value("x\t1e3\n", read_number, 99, "");
    check_value("x\tnan\n", read_number, 1, "2: x: \"nan\" is not a number");
    check_value("x\tinf\n", read_number, 1, "is not a number");
    check_value("x\t1e999\n", read_number, 1, "is not a number");
    check_value("x\t\n", read_number, 1, "is not a number");
    check_value("x\n", read_number, 1, "0 values (1 or more are needed)");
    check_value("x\t100\n", read_int, 99, "");
    check_value("x\t0\n", read_int, 1, "\"0\" is not a whole number from 1 to 100");
    check_value("x\t4294967297\n", read_int, 1, "is not a whole number");
    check_value("x\t1.0\n", read_int, 1, "is not a whole number");
    check_value("z\t1\n", read_number, 1, "2: a line \"x\" should stand here");
    check_value("x\t1\n", read_second, 1, "3: a line \"y\" should stand here");
    check_value("x\t1\ny\t1\n", read_second, 1, "3: y: 1 values (2 or more are needed)");
}

int main(void)
{
    int fd = mkstemp(path);
    close(fd);
    die_program("pa-test");
    test_round_trip();
    test_damage();
    test_owner();
    test_values();
    unlink(path);
    return done();
}
