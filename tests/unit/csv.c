/* SPDX-License-Identifier: MIT */
/* Tables in and out: headers, several files, rejects, rewinding, dialects, what passes unchanged.
 */
#include "csv.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exits.h"
#include "files.h"
#include "mem.h"
#include "rng.h"
#include "stream.h"
#include "t.h"

static const struct common plain = {.max_field = 1 << 20, .max_errors = UINT64_MAX, .jobs = 1};

/* A copy of files to the file "out": what, and how. */
struct copy {
    struct common common;
    const char *file[3]; /* NULL: standard input */
    size_t files;
    const struct csv_edit *edit;
    bool twice; /* read all, rewind, then copy */
    void (*change)(struct csv_in *, struct csv_out *);
};

static void copy(void *context)
{
    const struct copy *c = context;
    struct csv_in *in = csv_open_as(&c->common, c->file, c->files, c->edit);
    struct csv_out *out = csv_create(&c->common, in, c->common.output ? NULL : "out");
    struct row row;
    if (c->change)
        c->change(in, out);
    if (c->twice) {
        csv_keep(in);
        while (csv_next(in, &row))
            ;
        csv_rewind(in);
    }
    while (csv_next(in, &row))
        csv_write(out, &row);
    csv_close(in);
    _exit(stream_finish());
}

static bool gives(const struct copy *c, const char *path, const char *wanted)
{
    int status = exits_status(2, copy, (void *)(uintptr_t)c);
    bool same = status == 0 && str_is(get_file(path), wanted);
    if (!same)
        printf("# exit %d %s got %.*s\n", status, exits_text, STR_ARG(get_file(path)));
    return same;
}

/* The text as file "in" (or what the copy names) copied. */
static bool copies(const struct copy *given, const char *text, const char *wanted)
{
    struct copy c = *given;
    if (!c.files) {
        c.file[0] = "in";
        c.files = 1;
    }
    put_file(c.file[0], str_of(text));
    return gives(&c, "out", wanted);
}

static bool refuses(const struct copy *given, const char *text, const char *message)
{
    struct copy c = *given;
    if (!c.files) {
        c.file[0] = "in";
        c.files = 1;
    }
    put_file(c.file[0], str_of(text));
    return exits(1, message, copy, &c);
}

static void test_passing(void)
{
    struct copy c = {.common = plain};
    ok(copies(&c, "a,b\n1,2\n", "a,b\n1,2\n"));
    ok(copies(&c, "a,b\n1,2", "a,b\n1,2\n"));
    ok(copies(&c, "\xEF\xBB\xBF\"a\",b\r\n1,2\r\n", "\"a\",b\n1,2\n"));
    ok(copies(&c, "a,b\n", "a,b\n"));
    ok(copies(&c, "a,b", "a,b\n"));
    ok(copies(&c, "a\n\n1\n\n", "a\n\n1\n\n"));
    ok(copies(&c, "a,b\n\n1,2\n\n\n", "a,b\n1,2\n"));
    ok(copies(
        &c, "a,b\n\" x\",\"\"\n\"1\n2\",\"\"\"\"\n", "a,b\n\" x\",\"\"\n\"1\n2\",\"\"\"\"\n"));
    ok(copies(&c, "a, b \n 1 , NA\n", "a, b \n 1 , NA\n"));
    ok(copies(&c, "a\tb\n\"\t1\\t2\n", "a\tb\n\"\t1\\t2\n"));
    ok(copies(&c, "a\tb,c\n1\t2,3\n", "a\tb,c\n1\t2,3\n"));
    c.common.no_header = true;
    ok(copies(&c, "1,2\n3,4\n", "1,2\n3,4\n"));
    ok(copies(&c,
        "\xEF\xBB\xBF"
        "1,2\n3,4\n",
        "1,2\n3,4\n"));
    ok(copies(&c, "\n1\n", "\n1\n"));
    c.twice = true;
    ok(copies(&c, "1,2\n3,4\n", "1,2\n3,4\n"));
}

static void test_dialects(void)
{
    struct copy c = {.common = plain, .file = {"x.tsv"}, .files = 1};
    ok(copies(&c, "a,b\n1,2\n", "a,b\n1,2\n"));
    c.common.to = DIALECT_CSV;
    ok(copies(&c, "a\tb\n1\\t,\t2\\n\\\\\n", "a,b\n\"1\t,\",\"2\n\\\"\n"));
    c.file[0] = "x.csv";
    c.common.to = DIALECT_TSV;
    ok(copies(&c, "a,b\n\"1\t,\",\"2\n\\\"\n", "a\tb\n1\\t,\t2\\n\\\\\n"));
    c.common.to = DIALECT_AUTO;
    ok(copies(&c, "a\tb\n1\t2\n", "a\tb\n1\t2\n"));
    c.common.delimiter = ';';
    ok(copies(&c, "a;b\n\"1;\";2,3\n", "a;b\n\"1;\";2,3\n"));
    c.common.to = DIALECT_CSV;
    ok(copies(&c, "a;b\n\"1;\";2,3\n", "a,b\n1;,\"2,3\"\n"));
    c.common.delimiter = '"';
    put_file("x.csv", str_of("a\n"));
    ok(exits(2, "-d", copy, &c));
    c.common.tsv = true;
    c.common.delimiter = ';';
    ok(exits(2, "-d and -t exclude each other", copy, &c));
    c.common.delimiter = '\t';
    c.common.to = DIALECT_AUTO;
    c.common.lenient = true;
    ok(copies(&c, "a\tb\n\"1\t2\\n\n", "a\tb\n\"1\t2\\n\n"));
    c.common.delimiter = 0;
    ok(copies(&c, "a\tb\n\"1\t2\\n\n", "a\tb\n\"1\t2\\n\n"));
    c.common.tsv = false;
    c.common.delimiter = '\t';
    c.common.to = DIALECT_TSV;
    ok(copies(&c, "a\tb\n\"1\n\"\t2\\n\n", "a\tb\n1\\n\t2\\\\n\n"));
    c.common = plain;
    c.common.lenient = true;
    c.file[0] = "in";
    ok(copies(&c, "a,b\nx\"y,\"z\"w\"\n", "a,b\n\"x\"\"y\",\"z\"\"w\"\n"));
}

static void test_refusals(void)
{
    struct copy c = {.common = plain};
    ok(refuses(&c, "", "in: is empty"));
    ok(refuses(&c, "\xEF\xBB\xBF", "in: is empty"));
    ok(refuses(&c, "\na\n", "in:1: the header line is blank"));
    ok(refuses(&c, "a,b,a\n", "columns 1 and 3 have the same name, \"a\""));
    ok(refuses(&c, "a,b\n1,2\n\n3\n", "in:4: 1 field, but the header has 2"));
    ok(refuses(&c, "a,b\n1,2,3\n", "in:2: 3 fields, but the header has 2"));
    ok(refuses(&c, "a,b\n1,\"x\n\n", "in:2: b: the quote opened here is never closed"));
    ok(refuses(&c, "a,b\n1,x\"y\n", "in:2: b: a quote in a field that does not begin with one"));
    ok(refuses(&c, "a,b\n\"x\"y,2\n", "in:2: a: something follows a closing quote"));
    ok(refuses(&c, "a,b\n1,2\r3,4\n", "in:2: b: a carriage return without"));
    ok(refuses(&c, "a,b\n1,\"x\"\"\n", "in:2: b: the quote opened here is never closed"));
    ok(refuses(&c, "a,\"b\n", "in:1: the quote opened here is never closed"));
    c.common.lenient = true;
    ok(refuses(&c, "a,b\nx\"y,\"x\ny\"z\n", "in:2: b: the quote opened here is never closed"));
    c.common.lenient = false;
    c.common.no_header = true;
    ok(refuses(&c, "", "in: is empty"));
    c.common.no_header = false;
    c.common.max_field = 5;
    ok(refuses(&c, "a\n123456\n", "in:2: a: a field of more than 5 bytes"));
    put_file("in", (struct str){"a\n1\n\0", 5});
    c.file[0] = "in";
    c.files = 1;
    ok(exits(1, "the program before this one failed", copy, &c));
    put_file("in", (struct str){"a,b\0", 4});
    ok(exits(1, "the program before this one failed", copy, &c));
    put_file("in", (struct str){"a\n\0001\n", 5});
    ok(exits(1, "in:2: a: a NUL byte", copy, &c));
}

/* A header line that does not end, and a row that is many times as long as what is read at once. */
static void test_long(void)
{
    struct copy c = {.common = plain, .file = {"in"}, .files = 1}, zipped = c;
    struct buf b = {0};
    zipped.common.output = "in.gz";
    while (b.n < (17 << 20))
        buf_text(&b, "a long header ");
    put_file("in", buf_view(&b));
    ok(exits(1, "in:1: a field of more than 1048576 bytes", copy, &c));
    for (size_t field = 30000; field <= 900000; field *= 3) {
        buf_clear(&b);
        buf_text(&b, "a,b,c,d\n1,2,3,4\n");
        for (size_t i = 0; i < 4 * field; i++)
            buf_char(&b, i % field ? 'x' : i ? ',' : 'y');
        buf_text(&b, "\n5,6,7,8\n");
        put_file("in", buf_view(&b));
        ok(exits_status(2, copy, &c) == 0 && str_equal(get_file("out"), buf_view(&b)));
        ok(exits_status(2, copy, &zipped) == 0);
        c.file[0] = "in.gz";
        ok_named(exits_status(2, copy, &c) == 0 && str_equal(get_file("out"), buf_view(&b)),
            "gzip, of which much is there at the first read");
        c.file[0] = "in";
    }
    buf_release(&b);
}

static struct str shout(void *context, size_t file, struct str name)
{
    (void)context;
    return file == 1 && str_is(name, "B") ? str_of("b") : name;
}

static void test_several_files(void)
{
    struct copy c = {.common = plain, .file = {"1", "2"}, .files = 2};
    put_file("2", str_of("b,a\n2,1\n\"x\",\"y\"\n"));
    ok(copies(&c, "a,b\n5,6\n", "a,b\n5,6\n1,2\n\"y\",\"x\"\n"));
    put_file("2", str_of("b\ta\n2\\n\t1,\n"));
    ok(copies(&c, "a,b\n5,6\n", "a,b\n5,6\n\"1,\",\"2\n\"\n"));
    put_file("2", str_of("b,c\n2,3\n"));
    ok(refuses(&c, "a,b\n5,6\n", "2: has a column \"c\" that 1 lacks (--union"));
    put_file("2", str_of("b\n2\n"));
    ok(refuses(&c, "a,b\n5,6\n", "2: lacks the column \"a\" (--union"));
    c.common.union_ = true;
    put_file("2", str_of("b,c\n2,3\n"));
    ok(copies(&c, "a,b\n5,6\n", "a,b,c\n5,6,\n,2,3\n"));
    ok(copies(&c, "b,c\n", "b,c\n2,3\n"));
    static const struct str extra[] = {{"event", 5}}, one[] = {{"v,1", 3}}, two[] = {{NULL, 0}};
    static const struct str *const value[] = {one, two};
    static const struct csv_edit edit = {
        .rename = shout, .extra = extra, .extras = 1, .extra_value = value};
    c.edit = &edit;
    c.common.union_ = false;
    put_file("2", str_of("B,a\n2,1\n"));
    ok(copies(&c, "a,b\n5,6\n", "a,b,event\n5,6,\"v,1\"\n1,2,\n"));
    put_file("2", str_of("B,b\n2,1\n"));
    ok(exits(2, "columns 1 and 2 have the same name, \"b\" after --rename", copy, &c));
    static const struct str names[] = {{"event", 5}, {"day", 3}}, values[] = {{"v", 1}, {"w", 1}};
    static const struct str *const both[] = {values};
    static const struct csv_edit two_extra = {.extra = names, .extras = 2, .extra_value = both};
    c = (struct copy){.common = plain, .edit = &two_extra};
    ok(copies(&c, "a,b\n5,6\n", "a,b,event,day\n5,6,v,w\n"));
    ok(copies(&c, "\"\"\n5\n", "\"\",event,day\n5,v,w\n"));
    put_file("in", str_of("a,event\n5,6\n"));
    c.file[0] = "in";
    c.files = 1;
    ok(exits(2, "there is a column \"event\" already", copy, &c));
    c.common.replace = true;
    ok(copies(&c, "a,event\n5,6\n", "a,event,day\n5,v,w\n"));
}

static size_t lines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static void test_rejects(void)
{
    struct copy c = {.common = plain};
    const char *text = "a,b\n1,2\nx\n\"y\"z,1\n3,\"4\n5,6\n";
    c.common.on_error = ON_ERROR_SKIP;
    c.common.rejects = "rejects";
    ok(copies(&c, text, "a,b\n1,2\n5,6\n"));
    ok(str_is(get_file("rejects"),
        "file,line,byte,code,message,raw\n"
        "in,3,8,E_COLS,\"1 field, but the header has 2\",x\n"
        "in,4,10,E_QUOTE,something follows a closing quote (a quote inside a field is written "
        "twice),\"\"\"y\"\"z,1\"\n"
        "in,5,17,E_QUOTE,the quote opened here is never closed,\"3,\"\"4\"\n"));
    c.twice = true;
    ok(copies(&c, text, "a,b\n1,2\n5,6\n"));
    ok_named(lines(get_file("rejects")) == 4, "a second pass does not log again");
    c.common.max_errors = 2;
    ok(refuses(&c, text,
        "more than 2 unusable rows, which --max-errors allows (--rejects FILE shows them all)"));
    c.common.on_error = ON_ERROR_FAIL;
    unlink("rejects");
    ok(refuses(&c, text, "in:3: 1 field") && access("rejects", F_OK) != 0);
}

static void add_and_change(struct csv_in *in, struct csv_out *out)
{
    size_t sum = csv_add(out, str_of("sum,")), b = csv_change(out, 1),
           note = csv_add(out, str_of("t"));
    struct row row;
    while (csv_next(in, &row)) {
        csv_set_number(out, sum, 0.1 + (double)row.number);
        if (str_is(row.text[1], "6"))
            csv_set_text(out, b, str_of("six, \"6\""));
        if (row.number == 2)
            csv_set_int(out, note, -7);
        csv_write(out, &row);
    }
}

/* Values that are set, and empty all the same. */
static void add_nothing(struct csv_in *in, struct csv_out *out)
{
    size_t text = csv_add(out, str_of("text")), number = csv_add(out, str_of("number"));
    struct row row;
    while (csv_next(in, &row)) {
        csv_set_text(out, text, str_of(""));
        csv_set_number(out, number, NAN);
        csv_write(out, &row);
    }
}

static void choose(struct csv_in *in, struct csv_out *out)
{
    static const size_t column[] = {2, 0, 1};
    (void)in;
    csv_columns(out, column, 3);
}

static void choose_all(struct csv_in *in, struct csv_out *out)
{
    static const size_t column[] = {0, 1, 2};
    (void)in;
    csv_columns(out, column, 3);
    if (!csv_passes(out))
        die("these are the columns as they are");
}

static void choose_two(struct csv_in *in, struct csv_out *out)
{
    static const size_t column[] = {1, 2};
    (void)in;
    csv_columns(out, column, 2);
}

static void add_b(struct csv_in *in, struct csv_out *out)
{
    struct row row;
    size_t b = csv_add(out, str_of("b"));
    while (csv_next(in, &row)) {
        csv_set_text(out, b, str_of("new"));
        csv_write(out, &row);
    }
}

static void test_columns(void)
{
    struct copy c = {.common = plain, .change = add_and_change};
    ok(copies(
        &c, "a,b\n1,6\n\"2\",7\n", "a,b,\"sum,\",t\n1,\"six, \"\"6\"\"\",1.1,\n\"2\",7,2.1,-7\n"));
    c.common.delimiter = '.';
    ok_named(copies(&c, "a.b\n1.6\n", "a.b.sum,.t\n1.\"six, \"\"6\"\"\".\"1.1\".\n"),
        "a delimiter that stands in numbers");
    c.common.delimiter = 0;
    c.change = add_nothing;
    ok(copies(&c, "a,b\n1,2\n", "a,b,text,number\n1,2,,\n"));
    c.change = choose;
    ok(copies(&c, "a,b,c\n1,2,3\n\"x\",\"y\",z\n", "c,a,b\n3,1,2\nz,\"x\",\"y\"\n"));
    c.change = choose_all;
    ok(copies(&c, "a,b,c\n1,2,3\n\"x\",\"y\",z\n", "a,b,c\n1,2,3\n\"x\",\"y\",z\n"));
    c.change = choose_two;
    ok(copies(&c, "a,b,c\n1,2,3\n", "b,c\n2,3\n"));
    c.change = add_b;
    put_file("in", str_of("a,b,c\n1,2,3\n"));
    c.file[0] = "in";
    c.files = 1;
    ok(exits(2, "there is a column \"b\" already (--replace", copy, &c));
    c.common.replace = true;
    ok(copies(&c, "a,b,c\n1,2,3\n", "a,b,c\n1,new,3\n"));
}

static void change_chosen(struct csv_in *in, struct csv_out *out)
{
    static const size_t column[] = {1};
    struct row row;
    size_t b = csv_change(out, 1), sum = csv_add(out, str_of("sum"));
    csv_columns(out, column, 1);
    if (csv_change(out, 1) != b)
        die("the chosen column is changed no more");
    size_t unseen = csv_change(out, 0);
    while (csv_next(in, &row)) {
        csv_set_text(out, b, str_of("new"));
        csv_set_text(out, unseen, str_of("nowhere"));
        csv_set_int(out, sum, 1);
        csv_write(out, &row);
    }
}

static void nothing(void *context)
{
    (void)context;
}

static void twice_added(struct csv_in *in, struct csv_out *out)
{
    csv_on_wait(in, nothing, NULL);
    csv_add(out, str_of("x"));
    csv_add(out, str_of("x"));
}

static void choose_again(struct csv_in *in, struct csv_out *out)
{
    static const size_t column[] = {1}, other[] = {0, 1};
    csv_columns(out, column, 1);
    csv_columns(out, other, 2);
    csv_add(out, str_of("c"));
    csv_columns(out, column, 1);
    csv_add(out, str_of("d"));
    (void)in;
}

/* The input is never closed. */
static void leave_open(void *context)
{
    const struct copy *c = context;
    struct csv_in *in = csv_open(&c->common, c->file, 1);
    struct csv_out *one = csv_create(&c->common, in, "out"), *two = csv_create(&c->common, in, "1");
    struct row row;
    while (csv_next(in, &row)) {
        csv_write(one, &row);
        csv_write(two, &row);
    }
    _exit(stream_finish());
}

/* An output of its own, whose columns have no names but one, from no input. */
static void from_nothing(void *context)
{
    const struct copy *c = context;
    struct csv_out *out = csv_create(&c->common, NULL, "out");
    size_t x = csv_add(out, str_of(""));
    csv_set_number(out, x, 0.5);
    csv_write(out, NULL);
    _exit(stream_finish());
}

static void test_own_columns(void)
{
    struct copy c = {.common = plain, .change = change_chosen};
    ok(copies(&c, "a,b\n1,6\n", "b,sum\nnew,1\n"));
    c.change = choose_again;
    ok(copies(&c, "a,b\n1,6\n", "b,c,d\n6,,\n"));
    c.file[0] = "in";
    ok(exits_status(2, leave_open, &c) == 0 && str_is(get_file("1"), "a,b\n1,6\n"));
    c.change = twice_added;
    c.common.replace = true;
    put_file("in", str_of("a,b\n1,2\n"));
    c.file[0] = "in";
    c.files = 1;
    ok(exits(2, "there is a column \"x\" already", copy, &c));
    ok(exits_status(2, from_nothing, &c) == 0 && str_is(get_file("out"), "\"\"\n0.5\n"));
    c.common.to = DIALECT_TSV;
    ok(exits_status(2, from_nothing, &c) == 0 && str_is(get_file("out"), "\n0.5\n"));
}

/* A random table whose fields need quotes and escapes, as CSV. */
static void random_table(struct buf *b, uint64_t seed, size_t rows)
{
    static const char *const value[] = {"", "1", "-2.5", "x y", "\"a,b\"", "\"q\"\"q\"", "\"l\nl\"",
        "\"c\r\"", "\\", "\\n", "t\tt", "\xE8\x8B\xB9\xE6\x9E\x9C", "0012345678901234567890"};
    enum { VALUES = sizeof value / sizeof *value };
    buf_text(b, "a,b,c\n");
    for (size_t i = 0; i < rows; i++)
        for (uint32_t j = 0; j < 3; j++) {
            buf_text(b, value[rng_below(seed, RNG_SHOP, i, j, VALUES)]);
            buf_char(b, j == 2 ? '\n' : ',');
        }
}

/* csv -> tsv -> csv is the identity on tables whose quotes are all needed. */
static void test_round_trip(void)
{
    struct buf b = {0};
    bool same = true;
    for (uint64_t seed = 0; seed < 4 && same; seed++) {
        buf_clear(&b);
        random_table(&b, seed, 20000);
        put_file("in.csv", buf_view(&b));
        struct copy c = {.common = plain, .file = {"in.csv"}, .files = 1};
        same = exits_status(2, copy, &c) == 0 && str_equal(get_file("out"), buf_view(&b));
        c.common.output = "middle.tsv";
        same = same && exits_status(2, copy, &c) == 0;
        c.common.output = "end.csv.gz";
        c.file[0] = "middle.tsv";
        same = same && exits_status(2, copy, &c) == 0;
        c.common.output = "end.csv";
        c.file[0] = "end.csv.gz";
        c.twice = true;
        same = same && exits_status(2, copy, &c) == 0;
        same = same && str_equal(get_file("end.csv"), buf_view(&b));
    }
    ok_named(same, "csv, tsv, gzip and back");
    buf_release(&b);
}

/* Values: missing, unusable, kept; what is counted. */
static void judge(void *context)
{
    enum on_error on_error = *(enum on_error *)context;
    static struct str na[] = {{"NA", 2}};
    struct common common = plain;
    common.on_error = on_error;
    common.na = na;
    common.na_n = 1;
    struct csv_in *in = csv_open(&common, (const char *const[]){"in"}, 1);
    struct row row;
    struct buf seen = {0};
    if (on_error == ON_ERROR_KEEP)
        csv_keep_bad(in);
    while (csv_next(in, &row)) {
        bool word = !row.bad && str_is(row.text[0], "word");
        buf_print(&seen, "%llu%c%c ", (unsigned long long)row.line, row.bad ? 'b' : '-',
            csv_missing(in, row.text[0]) ? 'm' : '-');
        if (word && !csv_bad(in, &row, E_NUM, "a", "\"%s\" is not a number", "word"))
            buf_text(&seen, "out ");
        if (!row.bad && str_is(row.text[1], "worse"))
            csv_unusable(in, &row, E_NUM, "b", "\"%s\" is not a number", "worse");
    }
    struct csv_counts n = csv_counts(in);
    die("%s%d %d %d %d", buf_cstr(&seen), (int)n.rows, (int)n.rejected, (int)n.kept, (int)n.blank);
}

static void test_judging(void)
{
    enum on_error how = ON_ERROR_FAIL;
    put_file("in", str_of("a,b\n1,1\n\nNA,1\nword,2\nx\n,\n"));
    ok(exits(1, "in:5: a: \"word\" is not a number", judge, &how));
    how = ON_ERROR_SKIP;
    ok(exits(1, "2-- 4-m 5-- out 7-m 5 2 0 1", judge, &how));
    how = ON_ERROR_KEEP;
    ok(exits(1, "2-- 4-m 5-- 6bm 7-m 5 0 2 1", judge, &how));
    put_file("in", str_of("a,b\nword,1\nword,worse\n1,worse\n"));
    ok(exits(1, "2-- 3-- 4-- 3 2 1 0", judge, &how));
}

/* Rows that are kept although they are broken, in both passes; rows left out without a word. */
static void judge_twice(void *context)
{
    struct common common = plain;
    struct row row;
    struct buf seen = {0};
    (void)context;
    common.on_error = ON_ERROR_KEEP;
    common.rejects = "rejects";
    struct csv_in *in = csv_open(&common, (const char *const[]){"in"}, 1);
    csv_keep_bad(in);
    csv_keep(in);
    for (int pass = 0; pass < 2; pass++) {
        while (csv_next(in, &row)) {
            buf_print(&seen, "%llu%c ", (unsigned long long)row.line, row.bad ? 'b' : '-');
            if (!row.bad && str_is(row.text[0], "1")) {
                csv_reject(in, &row, E_RANGE, "%s", "");
                csv_bad(in, &row, E_NUM, "a", "once");
                csv_bad(in, &row, E_NUM, NULL, "and again");
            }
        }
        csv_rewind(in);
    }
    struct csv_counts n = csv_counts(in);
    die("%s%d %d %d %d", buf_cstr(&seen), (int)n.rows, (int)n.rejected, (int)n.kept, (int)n.blank);
}

/* Two inputs put what they leave out into one file. */
static void judge_two(void *context)
{
    struct common common = plain;
    struct row row;
    common.on_error = ON_ERROR_SKIP;
    common.rejects = "rejects";
    for (int i = 0; i < 2; i++) {
        struct csv_in *in = csv_open(&common, context, 1);
        while (csv_next(in, &row))
            csv_bad(in, &row, E_NUM, i ? NULL : "a", "%s", i ? "" : "not nice");
        csv_close(in);
    }
    _exit(stream_finish());
}

static void test_judging_twice(void)
{
    static const char *in[] = {"in"};
    put_file("in", str_of("a,b\n1,1\n\n\"x\"y,1\n2,2\n"));
    ok(exits(1, "2- 4b 5- 2- 4b 5- 3 2 2 1", judge_twice, NULL));
    put_file("in", str_of("a\n1\n"));
    ok(exits_status(2, judge_two, in) == 0);
    ok(str_is(get_file("rejects"),
        "file,line,byte,code,message,raw\nin,2,2,E_NUM,a: not nice,1\nin,2,2,E_NUM,,1\n"));
    unlink("rejects");
}

/* A line that was written into an open pipe comes out before the next is there. */
static void test_at_once(void)
{
    int to[2], from[2];
    char got[64];
    const char *text[] = {"a,b\n", "1,2\n", "3,\"4\n", "5\"\n"};
    const char *wanted[] = {"", "a,b\n1,2\n", "", "3,\"4\n5\"\n"};
    bool good = pipe(to) == 0 && pipe(from) == 0;
    fflush(stdout);
    if (fork() == 0) {
        struct copy c = {.common = plain};
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[1]);
        close(from[0]);
        c.common.output = "-";
        copy(&c);
    }
    close(to[0]);
    close(from[1]);
    for (int i = 0; i < 4 && good; i++) {
        size_t n = 0, want = strlen(wanted[i]);
        good = write(to[1], text[i], strlen(text[i])) > 0;
        while (good && n < want) {
            ssize_t more = read(from[0], got + n, sizeof got - n);
            good = more > 0;
            n += good ? (size_t)more : 0;
        }
        good = good && n == want && memcmp(got, wanted[i], n) == 0;
    }
    close(to[1]);
    ok_named(good && read(from[0], got, 1) == 0, "rows come out while the input stays open");
    close(from[0]);
    wait(NULL);
}

/* However the bytes arrive, the rows are the same: a pipe written in odd pieces. */
static void test_pieces(void)
{
    struct buf b = {0};
    int ends[2];
    random_table(&b, 9, 30000);
    bool good = pipe(ends) == 0;
    fflush(stdout);
    if (good && fork() == 0) {
        close(ends[0]);
        for (size_t at = 0, n = 1; at < b.n; at += n) {
            n = 1 + rng_below(5, RNG_SHOP, at, 0, 9000);
            n = n < b.n - at ? n : b.n - at;
            if (write(ends[1], b.p + at, n) != (ssize_t)n)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    int was = dup(0);
    dup2(ends[0], 0);
    close(ends[0]);
    struct copy c = {.common = plain};
    good = good && exits_status(2, copy, &c) == 0 && str_equal(get_file("out"), buf_view(&b));
    dup2(was, 0);
    close(was);
    while (wait(NULL) > 0)
        ;
    ok_named(good, "a pipe in pieces of all sizes");
    buf_release(&b);
}

/* Wide tables in linear time, long rows in bounded memory. */
static void test_wide(void)
{
    enum { WIDE = 100000 };
    struct buf b = {0};
    for (int i = 0; i < WIDE; i++)
        buf_print(&b, i ? ",c%d" : "c%d", i);
    buf_char(&b, '\n');
    for (int i = 0; i < WIDE; i++)
        buf_print(&b, i ? ",%d" : "%d", i);
    buf_char(&b, '\n');
    put_file("in", buf_view(&b));
    struct copy c = {.common = plain, .file = {"in"}, .files = 1};
    ok(exits_status(2, copy, &c) == 0 && str_equal(get_file("out"), buf_view(&b)));
    buf_release(&b);
}

/* Two of four columns are looked at; then all. */
static void look(void *context)
{
    struct csv_in *in = csv_open(&plain, (const char *const[]){"in"}, 1);
    struct row row;
    struct buf seen = {0};
    csv_use(in, (const size_t[]){3, 1, 3}, 3);
    for (int i = 0; csv_next(in, &row); i++) {
        for (size_t c = i < 3 ? 1 : 0; c < row.n; c += i < 3 ? 2 : 1)
            buf_print(&seen, "<%.*s=%.*s>", STR_ARG(row.raw[c]), STR_ARG(row.text[c]));
        buf_print(&seen, "%.*s", i < 3 ? 0 : 1, "|");
        if (i == 2)
            csv_use_all(in);
    }
    (void)context;
    die("%s", buf_cstr(&seen));
}

/* Text of the column b, raw of that and of d and c. */
static void look_raw(void *context)
{
    (void)context;
    struct csv_in *in = csv_open(&plain, (const char *const[]){"in"}, 1);
    struct buf seen = {0};
    struct row row;
    csv_use(in, (const size_t[]){1}, 1);
    csv_use_raw(in, (const size_t[]){3, 2}, 2);
    while (csv_next(in, &row))
        buf_print(&seen, "<%.*s=%.*s %.*s %.*s>", STR_ARG(row.raw[1]), STR_ARG(row.text[1]),
            STR_ARG(row.raw[2]), STR_ARG(row.raw[3]));
    die("%s|", buf_cstr(&seen));
}

static void test_use(void)
{
    put_file("in",
        str_of("a,b,c,d\n1,2,3,4\n\"x\",\"y\"\"\",,\"\"\n\"\n\",5,\"6\",7\r\n8,,\"9\"\"\",0\n"));
    ok(exits(
        1, "<2=2><4=4><\"y\"\"\"=y\"><\"\"=><5=5><7=7><8=8><=><\"9\"\"\"=9\"><0=0>|", look, NULL));
    ok(exits(1, "<2=2 3 4><\"y\"\"\"=y\"  \"\"><5=5 \"6\" 7><= \"9\"\"\" 0>|", look_raw, NULL));
    put_file("in", str_of("a,b,c,d\n1,2,3,4\n5,6,7\n"));
    ok(exits(1, "in:3: 3 fields, but the header has 4", look, NULL));
}

static int count_one_by_one(struct csv_part *part)
{
    struct row row;
    int rows = 0;
    while (csv_part_next(part, &row))
        rows++;
    csv_part_again(part);
    return rows;
}

/* Rows of parts as "line:text,text", run by run where that goes, or all one by one. */
static void read_parts(struct buf *seen, bool runs, size_t *in_runs)
{
    static const size_t used[] = {3, 0};
    enum { MOST = 10 };
    struct csv_in *in = csv_open(&plain, (const char *const[]){"in"}, 1);
    struct csv_part *part = NULL;
    struct str text[2 * MOST];
    struct row row;
    uint64_t line = 0;
    csv_use(in, used, 2);
    while ((part = csv_take(in, part, 1 << 20))) {
        buf_print(seen, "%d rows\n", runs ? (int)csv_part_count(part) : count_one_by_one(part));
        for (;;) {
            size_t n = runs ? csv_part_run(part, MOST, text, &line) : 0;
            for (size_t i = 0; i < n; i++)
                buf_print(seen, "%d:%.*s,%.*s\n", (int)(line + i), STR_ARG(text[i]),
                    STR_ARG(text[MOST + i]));
            *in_runs += n;
            if (!n && !csv_part_next(part, &row))
                break;
            if (!n)
                buf_print(seen, "%d:%.*s,%.*s\n", (int)row.line, STR_ARG(row.text[0]),
                    STR_ARG(row.text[3]));
        }
        buf_print(seen, "%d lines\n", (int)csv_part_lines(part));
    }
    csv_close(in);
}

static void test_runs(void)
{
    static const char *const field[] = {"", "1", "-2.5", "\"a\"", "\"b,\"\"c\"\"\"", "\"\"",
        "\"line\nline\"", "plain text", "\"\r\""};
    struct buf b = {0}, by_row = {0}, by_run = {0};
    size_t in_runs = 0, none = 0;
    buf_text(&b, "a,b,c,d\n");
    for (uint64_t r = 0; r < 60000; r++) {
        for (uint32_t c = 0; c < 4; c++) {
            size_t kinds = rng_below(3, RNG_SHOP, r / 100, c, 2) ? 9 : 3;
            buf_print(&b, c ? ",%s" : "%s", field[rng_below(4, RNG_SHOP, r, c, kinds)]);
        }
        buf_text(&b, rng_below(5, RNG_SHOP, r, 9, 7) ? "\n" : "\r\n");
        if (rng_below(6, RNG_SHOP, r, 9, 90) == 0)
            buf_text(&b, "\n");
    }
    buf_text(&b, "1,2,3,4");
    put_file("in", buf_view(&b));
    read_parts(&by_row, false, &none);
    read_parts(&by_run, true, &in_runs);
    ok(str_equal(buf_view(&by_row), buf_view(&by_run)) && in_runs > 30000 && in_runs < 60001);
    buf_release(&b);
    buf_release(&by_row);
    buf_release(&by_run);
}

/* Behind a value that cannot be used a part has no more rows, nor has one that has ended. */
static void spoil(void *context)
{
    struct csv_in *in = csv_open(&plain, (const char *const[]){"in"}, 1);
    struct csv_part *part = csv_take(in, NULL, 1 << 20);
    struct str text[4];
    struct row row;
    uint64_t line;
    csv_use_all(in);
    while (csv_part_next(part, &row))
        ;
    bool none = !csv_part_next(part, &row) && !csv_part_run(part, 2, text, &line);
    csv_part_again(part);
    csv_part_next(part, &row);
    csv_bad(in, &row, E_NUM, "b", "no good");
    csv_bad(in, &row, E_NUM, "b", "worse");
    none = none && !csv_part_next(part, &row) && !csv_part_run(part, 2, text, &line);
    (void)context;
    if (none && csv_part_failed(part))
        csv_part_die(part, 0);
    die("there are rows");
}

/* Runs end before a row that may hold a field that is too long. */
static void run_of_short_rows(void *context)
{
    struct common short_fields = plain;
    short_fields.max_field = 6;
    struct csv_in *in = csv_open(&short_fields, (const char *const[]){"in"}, 1);
    struct csv_part *part;
    struct str text[8];
    struct row row;
    uint64_t line;
    csv_use(in, (const size_t[]){1}, 1);
    part = csv_take(in, NULL, 1 << 20);
    size_t n = csv_part_run(part, 8, text, &line), next = csv_part_next(part, &row);
    (void)context;
    die("%zu then %zu: %.*s", n, next, STR_ARG(row.text[1]));
}

static void test_parts(void)
{
    put_file("in", str_of("a,b\n1,x\n2,y\n"));
    ok(exits(1, "in:2: b: no good", spoil, NULL));
    put_file("in", str_of("a,b\n1,x\n12345,67890\n3,z\n"));
    ok(exits(1, "1 then 1: 67890", run_of_short_rows, NULL));
}

int main(void)
{
    char folder[] = "/tmp/pa-csv-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    test_passing();
    test_dialects();
    test_refusals();
    test_long();
    test_several_files();
    test_rejects();
    test_columns();
    test_own_columns();
    test_round_trip();
    test_judging();
    test_judging_twice();
    test_at_once();
    test_pieces();
    test_wide();
    test_use();
    test_runs();
    test_parts();
    static const char *const made[] = {"in", "in.gz", "out", "1", "2", "x.tsv", "x.csv", "in.csv",
        "middle.tsv", "end.csv.gz", "end.csv"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(made[i]);
    ok_named(chdir("/") == 0 && rmdir(folder) == 0, "nothing else is left in the folder");
    return done();
}
