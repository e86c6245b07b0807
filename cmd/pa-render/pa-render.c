/* SPDX-License-Identifier: MIT */
/*
 * pa-render - fill templates from rows: banners, mails, reports
 *
 * A document a row leaves as soon as its row is there; only documents of several rows wait for the
 * end of the input.  What a template names must be there, so no banner goes out with a hole in it.
 */
#include <sys/stat.h>

#include "args.h"
#include "columns.h"
#include "csv.h"
#include "dict.h"
#include "die.h"
#include "groups.h"
#include "library.h"
#include "mem.h"
#include "stream.h"

static struct {
    const char *template, *by, *dir;
    const char *group;
    bool all;
    const char *out_dir, *name;
} opt;

static const struct arg args[] = {
    {0, "template", "FILE", ARG_TEXT, &opt.template, "required but for --by", "the template",
        .usual = true},
    {0, "by", "COL", ARG_TEXT, &opt.by, "none", "column that names each row's template in --dir",
        .usual = true},
    {0, "dir", "DIR", ARG_TEXT, &opt.dir, "required by --by",
        "the library of templates, and of partials", .usual = true},
    {'g', "group", "COLS", ARG_TEXT, &opt.group, "none: one document a row",
        "rows that agree in these belong together; here one document", .usual = true},
    {0, "all", NULL, ARG_FLAG, &opt.all, "off", "all at once; here one document of all rows",
        .usual = true},
    {0, "out-dir", "DIR", ARG_TEXT, &opt.out_dir, "none: on stdout", "one file a document, in DIR",
        .usual = true},
    {0, "name", "TEMPLATE", ARG_TEXT, &opt.name, "required by --out-dir",
        "names of these files, such as banner-{{user}}.html", .usual = true},
    {0},
};

static const struct program program = {
    .name = "pa-render",
    .purpose = "fill Mustache templates from rows: banners, mails, reports",
    .operands = "[FILE...]",
    .examples = "pa-render --template banner.html ads.csv\n"
                "pa-render --by template --dir templates -g user decisions.csv\n"
                "pa-render --all --template report.html measures.csv -o report.html\n",
    .args = args,
};

/* Where documents go. */
struct press {
    const struct common *common;
    struct stream_out *out;         /* NULL: a file each */
    const struct template *name;    /* of these files */
    struct dict *names;             /* taken so far */
    struct buf document, file_name; /* scratch */
};

static void check_options(const struct common *common)
{
    if (!opt.template == !opt.by)
        die_usage("give the template: either --template FILE, or --by COL with --dir DIR");
    if (!opt.by != !opt.dir)
        die_usage("--by and --dir need each other");
    if (opt.all && (opt.group || opt.by))
        die_usage("--all is one document of all rows, so it takes neither -g nor --by");
    if (!opt.out_dir != !opt.name)
        die_usage("--out-dir and --name need each other");
    if (opt.out_dir && common->output)
        die_usage("documents go either to --out-dir or to -o");
}

static void flush(void *press)
{
    struct press *p = press;

    if (p->out)
        stream_flush(p->out);
}

static struct press press_open(const struct common *common, struct library *library)
{
    struct press p = {.common = common};
    struct stat st;

    if (!opt.out_dir) {
        p.out = stream_create(common->output, common->gzip);
        return p;
    }
    if (stat(opt.out_dir, &st) || !S_ISDIR(st.st_mode))
        die("%s: there is no such folder for the documents", opt.out_dir);
    p.name = library_name(library, opt.name);
    p.names = dict_new();
    return p;
}

/* The path of the file for this document: within --out-dir, and no other document's. */
static const char *document_path(struct press *p, const struct mustache_data *data)
{
    struct mustache_data named = *data;
    struct buf name = {0};
    struct stat st;

    named.column = p->name->column;
    mustache_render(p->name->mustache, &named, false, &name);
    if (!library_plain(buf_view(&name)))
        die("--name: \"%.*s\" is no plain file name", STR_ARG(buf_view(&name)));
    size_t taken = dict_size(p->names);
    if (dict_add(p->names, buf_view(&name)) < taken)
        die("--name: two documents have the name %.*s", STR_ARG(buf_view(&name)));
    buf_clear(&p->file_name);
    buf_print(&p->file_name, "%s/%.*s", opt.out_dir, STR_ARG(buf_view(&name)));
    buf_release(&name);
    if (!lstat(buf_cstr(&p->file_name), &st) && !S_ISREG(st.st_mode))
        die("%s: this is no regular file, so no document replaces it", p->file_name.p);
    return p->file_name.p;
}

static void print(struct press *p, const struct template *t, struct mustache_data data)
{
    data.column = t->column;
    buf_clear(&p->document);
    mustache_render(t->mustache, &data, true, &p->document);
    struct stream_out *out =
        p->out ? p->out : stream_create(document_path(p, &data), p->common->gzip);
    stream_write(out, p->document.p, p->document.n);
    if (!p->out)
        stream_complete(out);
}

static void press_close(struct press *p)
{
    dict_free(p->names);
    buf_release(&p->document);
    buf_release(&p->file_name);
}

/* The input, and what its rows are filled into. */
struct job {
    struct csv_in *in;
    struct library *library;
    const struct template *template; /* NULL: column by names it */
    size_t by;
    struct str *field; /* of the row at hand */
};

/* The next row, its missing values empty whatever --na calls them, and its template. */
static const struct template *next(struct job *job)
{
    struct row row;

    while (csv_next(job->in, &row)) {
        for (size_t i = 0; i < row.n; i++)
            job->field[i] = csv_missing(job->in, row.text[i]) ? (struct str){NULL, 0} : row.text[i];
        if (job->template)
            return job->template;
        const struct template *t = library_find(job->library, row.text[job->by]);
        if (t)
            return t;
        csv_unusable(job->in, &row, E_ENUM, opt.by, "there is no template \"%.*s\" in %s",
            STR_ARG(row.text[job->by]), opt.dir);
    }
    return NULL;
}

static const struct str *only_row(void *job, size_t i)
{
    (void)i;
    return ((struct job *)job)->field;
}

static void print_rows(struct job *job, struct press *press)
{
    struct mustache_data data = {.fields = job->field, .rows = 1, .row = only_row, .context = job};
    const struct template *t;

    while ((t = next(job)))
        print(press, t, data);
}

/* All rows of a group have one template: that of the first. */
static void print_groups(struct job *job, struct press *press, const struct columns *key)
{
    struct groups *groups = groups_new(csv_header(job->in)->n);
    const struct template *t, **template = NULL;
    size_t n = 0, cap = 0;

    while ((t = next(job))) {
        size_t group = groups_add(groups, job->field, key->at, key->n);
        template = mem_grow(template, &cap, group + 1, sizeof *template);
        if (group == n)
            template[n++] = t;
        else if (template[group] != t)
            die("--by %s: rows of one document name different templates", opt.by);
    }
    groups_finish(groups);
    for (size_t i = 0; i < n; i++) {
        groups_turn(groups, i);
        print(
            press, template [i], (struct mustache_data) {
                NULL, groups_row(groups, 0), groups_rows(groups, i), groups_row, groups
            });
    }
    if (opt.all && !n)
        print(press, job->template, (struct mustache_data){0});
    mem_free(template);
    groups_free(groups);
}

int main(int argc, char **argv)
{
    struct common common = args_parse(&program, argc, argv);

    check_options(&common);
    struct csv_in *in = csv_open(&common, common.file, common.files);
    const struct header *header = csv_header(in);
    struct columns key = columns_parse("group", opt.group, header);
    struct scope scope = {header, opt.group || opt.all ? &key : NULL};
    struct job job = {.in = in, .library = library_new(opt.dir, &scope)};
    job.field = mem_zero(header->n, sizeof *job.field);
    if (opt.by)
        job.by = columns_option("by", opt.by, header);
    else
        job.template = library_file(job.library, opt.template);
    struct press press = press_open(&common, job.library);

    csv_on_wait(in, flush, &press);
    if (scope.outside)
        print_groups(&job, &press, &key);
    else
        print_rows(&job, &press);
    press_close(&press);
    library_free(job.library);
    mem_free(job.field);
    mem_free(key.at);
    csv_close(in);
    return stream_finish();
}
