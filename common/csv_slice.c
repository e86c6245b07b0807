/* SPDX-License-Identifier: MIT */
#include "csv_slice.h"

#include <string.h>

#include "csv_regular.h"
#include "mem.h"

static const char nul_byte[] = "a NUL byte (this is not text, or a broken file)";
static const char lone_cr[] = "a carriage return without a newline";

/* A row has gone from the front, or all is new. */
static void forget(struct slicer *s)
{
    s->seen.marks = s->ahead.marks = s->fault.marks = s->plain = s->open_at = 0;
}

void slicer_rules(struct slicer *s, struct slice_rules rules)
{
    if (s->rules.delim != rules.delim || s->rules.lenient != rules.lenient) {
        referee_free(s->referee);
        s->referee = NULL;
    }
    s->rules = rules;
}

void slicer_init(struct slicer *s, struct slice_rules rules)
{
    *s = (struct slicer){.rules = rules, .line = 1};
}

void slicer_release(struct slicer *s)
{
    referee_free(s->referee);
    mem_free(s->mark);
    mem_free(s->found.row);
    mem_free(s->found.inner);
    mem_free(s->slices);
    mem_free(s->texts);
    buf_release(&s->decoded);
    buf_release(&s->bad_message);
    *s = (struct slicer){0};
}

void slicer_use(struct slicer *s, size_t columns, struct slice_use use)
{
    s->columns = columns;
    s->use = use;
}

void slicer_restart(struct slicer *s)
{
    slicer_hold(s, s->p, 0);
    s->regular = s->reading = s->skipping = false;
    forget(s);
}

void slicer_again(struct slicer *s, uint64_t line)
{
    s->line = line;
    if (s->regular) {
        s->at = s->next = s->next_row = s->next_inner = 0;
        return;
    }
    size_t n = s->n;
    slicer_restart(s);
    slicer_show(s, s->p, n, s->last);
}

void slicer_hold(struct slicer *s, const char *p, size_t n)
{
    s->p = p;
    s->n = n;
    s->at = s->marks = s->next = 0;
}

/* Keep the marks from next on, as positions from at on. */
static void move_marks(struct slicer *s)
{
    size_t marks = s->marks - s->next;
    for (size_t i = 0; i < marks && s->at; i++)
        s->mark[i] = s->mark[s->next + i] - (uint32_t)s->at;
    s->marks = marks;
}

/* Everything that matters from byte `from` on, behind the marks there are. */
static void scan_all(struct slicer *s, size_t from)
{
    s->mark = mem_grow(s->mark, &s->cap, s->marks + (s->n - from) + 64, sizeof *s->mark);
    uint32_t *fresh = s->mark + s->marks;
    size_t found =
        scan_index(s->p + from, s->n - from, s->rules.delim, s->rules.tsv ? '\\' : '"', fresh);
    for (size_t i = 0; i < found && from; i++)
        fresh[i] += (uint32_t)from;
    s->marks += found;
    s->next = 0;
}

void slice_doubt(struct slicer *s)
{
    s->regular = false;
    s->marks = 0;
    forget(s);
    scan_all(s, s->at);
}

void slicer_show(struct slicer *s, const char *p, size_t n, bool last)
{
    size_t left = s->n - s->at;
    bool known = !s->regular && (!s->at || s->ahead.marks);
    bool within = s->skipping || (left && (s->reading || known));
    bool go_on = s->regular && left;
    if (within || go_on)
        move_marks(s);
    if (go_on)
        regular_move(s);
    s->p = p;
    s->n = n;
    s->last = last;
    s->at = 0;
    if (within) {
        scan_all(s, left);
        return;
    }
    if (!go_on)
        forget(s);
    if (!regular_scan(s, go_on ? left : 0))
        slice_doubt(s);
}

void slice_widen(struct slicer *s, size_t fields)
{
    if (fields >= s->slices_cap)
        s->slices = mem_grow(s->slices, &s->slices_cap, fields + 1, sizeof *s->slices);
}

/* The row at at takes in its next mark. */
static void step(const struct slicer *s, struct quoting *q)
{
    size_t m = s->mark[s->next + q->marks];
    quoting_step(q, s->p[m], m - s->at, s->rules.delim);
}

/* So many marks and bytes of the row at at go: what is known of it stays known of the rest. */
static void look_past(struct slicer *s, size_t marks, size_t bytes)
{
    if (s->ahead.marks <= marks) {
        forget(s);
        return;
    }
    while (s->beside.marks < marks)
        step(s, &s->beside);
    quoting_advance(&s->ahead, marks, bytes);
    quoting_advance(&s->beside, marks, bytes);
    quoting_advance(&s->fault, marks, bytes);
    s->seen.marks = s->plain = s->open_at = 0;
}

enum slice slice_row(struct slicer *s, size_t end, size_t after, size_t k)
{
    s->bytes = (struct str){s->p + s->at, end - s->at};
    s->row_line = s->line;
    look_past(s, k - s->next, after - s->at);
    s->at = after;
    s->next = k;
    return SLICE_ROW;
}

/* The mark of the newline that ends the line at mark k, or s->marks. */
static size_t line_end(const struct slicer *s, size_t k)
{
    while (k < s->marks && s->p[s->mark[k]] != '\n')
        k++;
    return k;
}

/* A line that is not empty, without the CR of a CRLF. */
static struct str without_cr(const char *p, size_t n)
{
    return (struct str){p, n - (p[n - 1] == '\r')};
}

/*
 * The row at at is unusable from mark k on.  It is told once its line is complete, so that what is
 * told does not depend on how the bytes arrive; a line that grows too long is cut.
 */
static enum slice bad(struct slicer *s, enum reject code, size_t field, const char *message)
{
    size_t end = line_end(s, s->next), limit = s->rules.max_field;
    bool whole = end < s->marks || s->last;
    if (!whole && (code == E_NUL || code == E_CR) && s->n - s->at <= limit)
        return SLICE_MORE;
    size_t n = (end < s->marks ? s->mark[end] : s->n) - s->at;
    s->bad_bytes = without_cr(s->p + s->at, n);
    if (s->bad_bytes.n > limit)
        s->bad_bytes.n = limit;
    s->bad_code = code;
    s->bad_field = field;
    s->bad_line = s->line;
    buf_clear(&s->bad_message);
    buf_text(&s->bad_message, message);
    s->reading = false;
    return SLICE_BAD;
}

static enum slice bad_nul(struct slicer *s, size_t at, size_t field)
{
    if (at + 1 == s->n && !s->last)
        return SLICE_MORE;
    if (at + 1 == s->n)
        return SLICE_FAILED;
    return bad(s, E_NUL, field, nul_byte);
}

static enum slice bad_size(struct slicer *s, size_t field)
{
    enum slice status = bad(s, E_FIELD_SIZE, field, "");
    buf_print(&s->bad_message, "a field of more than %llu bytes (--max-field allows more)",
        (unsigned long long)s->rules.max_field);
    return status;
}

static bool too_long(const struct slicer *s, const struct str *field, size_t n, size_t *which)
{
    for (size_t i = 0; i < n; i++)
        if (field[i].n > s->rules.max_field) {
            *which = i;
            return true;
        }
    return false;
}

/* A field that has not ended yet must not grow without bound; those before it come first. */
static enum slice more(struct slicer *s, size_t field_at, size_t field)
{
    if (s->n - field_at <= s->rules.max_field + 1)
        return SLICE_MORE;
    too_long(s, s->slices, field, &field);
    return bad_size(s, field);
}

/* Of fields [0, n) and the one that goes on at field_at, is one too long at byte m? */
static bool long_before(struct slicer *s, size_t n, size_t field_at, size_t m, size_t *which)
{
    if (m - s->at <= s->rules.max_field)
        return false;
    slice_widen(s, n);
    s->slices[n] = (struct str){s->p + field_at, m - field_at};
    return too_long(s, s->slices, n + 1, which);
}

void slice_decode(struct buf *out, struct str s)
{
    char *to = buf_room(out, s.n), *start = to;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i], d = i + 1 < s.n ? s.p[i + 1] : '\0';
        bool escape = c == '\\' && (d == 't' || d == 'n' || d == 'r' || d == '\\');
        *to++ = !escape ? c : d == 't' ? '\t' : d == 'n' ? '\n' : d == 'r' ? '\r' : '\\';
        i += escape;
    }
    out->n += (size_t)(to - start);
}

/* Fill texts from the slices of a TSV row in which a backslash stands. */
static void decode_fields(struct slicer *s)
{
    size_t bytes = 0;
    for (size_t i = 0; i < s->fields; i++)
        bytes += s->raw[i].n;
    buf_clear(&s->decoded);
    buf_room(&s->decoded, bytes);
    s->texts = mem_grow(s->texts, &s->texts_cap, s->fields, sizeof *s->texts);
    for (size_t i = 0; i < s->fields; i++) {
        s->texts[i] = s->raw[i];
        if (!s->raw[i].n || !memchr(s->raw[i].p, '\\', s->raw[i].n))
            continue;
        size_t start = s->decoded.n;
        slice_decode(&s->decoded, s->raw[i]);
        s->texts[i] = (struct str){s->decoded.p + start, s->decoded.n - start};
    }
    s->text = s->texts;
}

static struct quoting quoting_at(const struct slicer *s, size_t byte)
{
    struct quoting q = {0};
    while (s->next + q.marks < s->marks && s->mark[s->next + q.marks] < byte)
        step(s, &q);
    return q;
}

/* Does what came since the last time only make a row longer that has no quotes? */
static bool plain_goes_on(struct slicer *s)
{
    for (; s->next + s->plain < s->marks; s->plain++) {
        size_t m = s->mark[s->next + s->plain];
        if (s->p[m] == s->rules.delim)
            s->open_at = m + 1 - s->at;
        else if (s->p[m] != '\\')
            return false;
    }
    return s->n - s->at - s->open_at <= s->rules.max_field + 1;
}

static enum slice quoted(struct slicer *s);

/* The carriage return of a CRLF? */
static bool is_crlf(const struct slicer *s, size_t m)
{
    return s->p[m] == '\r' && m + 1 < s->n && s->p[m + 1] == '\n';
}

/*
 * The mark at m has no place in a row without quotes, of which n fields have ended and one begins
 * at byte `field`.  That a field is too long is told before all else.
 */
static enum slice not_plain(struct slicer *s, size_t n, size_t field, size_t m)
{
    size_t which;
    if (long_before(s, n, field, m, &which))
        return bad_size(s, which);
    if (s->p[m] == '"')
        return quoted(s);
    if (s->p[m] == '\0')
        return bad_nul(s, m, n);
    bool may_be_crlf = m + 1 == s->n && !s->last;
    return may_be_crlf ? more(s, field, n) : bad(s, E_CR, n, lone_cr);
}

/* One row, which has no quotes if all goes well. */
static enum slice plain(struct slicer *s)
{
    const char *p = s->p, delim = s->rules.delim;
    size_t field = s->at, n = 0, k = s->next, which;
    bool escaped = false;
    if (s->plain && !s->last && plain_goes_on(s))
        return SLICE_MORE;
    for (; k < s->marks && p[s->mark[k]] != '\n'; k++) {
        size_t m = s->mark[k];
        if (p[m] == delim) {
            slice_widen(s, n);
            s->slices[n++] = (struct str){p + field, m - field};
            field = m + 1;
        } else if (p[m] == '\\') {
            escaped = true;
        } else if (!is_crlf(s, m)) {
            return not_plain(s, n, field, m);
        }
    }
    bool newline = k < s->marks;
    if (!newline && !s->last) {
        s->plain = k - s->next;
        s->open_at = field - s->at;
        return more(s, field, n);
    }
    size_t end = newline ? s->mark[k] : s->n, after = end + newline;
    end -= newline && end > field && p[end - 1] == '\r';
    slice_widen(s, n);
    s->slices[n++] = (struct str){p + field, end - field};
    if (end - s->at > s->rules.max_field && too_long(s, s->slices, n, &which))
        return bad_size(s, which);
    s->raw = s->text = s->slices;
    s->fields = n;
    enum slice status = slice_row(s, end, after, k + newline);
    s->line++;
    if (escaped)
        decode_fields(s);
    return status;
}

static enum slice bad_quote(struct slicer *s, size_t byte)
{
    struct quoting q = quoting_at(s, byte);
    enum slice status = bad(s, E_QUOTE, q.fields,
        q.open ? "something follows a closing quote (a quote inside a field is written twice)"
               : "a quote in a field that does not begin with one (quote the whole field and "
                 "write its quotes twice)");
    s->bad_line += q.line;
    return status;
}

static enum slice bad_open(struct slicer *s)
{
    enum slice status = bad(s, E_QUOTE, s->seen.fields, "the quote opened here is never closed");
    s->bad_line += s->seen.line;
    return status;
}

/* Is a slice what strict quoting allows?  If it begins with a quote, it ends with one. */
static bool regular(struct str f)
{
    if (!f.n || f.p[0] != '"')
        return !f.n || !memchr(f.p, '"', f.n);
    size_t i = 1;
    while (i + 1 < f.n && (f.p[i] != '"' || f.p[++i] == '"'))
        i++;
    return i + 1 == f.n;
}

/* Lenient rows: what is not regular is written anew. */
static void mend(struct slicer *s)
{
    size_t bytes = 0;
    for (size_t i = 0; i < s->fields; i++)
        bytes += 2 * s->texts[i].n + 2;
    buf_clear(&s->decoded);
    buf_room(&s->decoded, bytes);
    for (size_t i = 0; i < s->fields; i++) {
        if (regular(s->slices[i]))
            continue;
        size_t start = s->decoded.n;
        referee_quote(&s->decoded, s->texts[i]);
        s->slices[i] = (struct str){s->decoded.p + start, s->decoded.n - start};
    }
}

/* Cut the accepted row [at, end), marks up to k, into raw slices. */
static void cut(struct slicer *s, size_t end, size_t k)
{
    struct quoting q = {0};
    while (s->next + q.marks < k) {
        size_t field = q.field, n = q.fields, m = s->mark[s->next + q.marks];
        step(s, &q);
        if (q.fields > n) {
            slice_widen(s, n);
            s->slices[n] = (struct str){s->p + s->at + field, m - s->at - field};
        }
    }
    slice_widen(s, q.fields);
    s->slices[q.fields] = (struct str){s->p + s->at + q.field, end - s->at - q.field};
}

/* A NUL or a lone CR in a row whose quoting is sound; the row is all there. */
static enum slice bad_byte(struct slicer *s)
{
    const struct fault *f = &s->seen.fault;
    bool nul = s->p[s->at + f->byte - 1] == '\0';
    enum slice status = bad(s, nul ? E_NUL : E_CR, f->fields, nul ? nul_byte : lone_cr);
    s->bad_line += f->lines;
    return status;
}

/* The row is good: [at, end) with the next one at after, mark k. */
static enum slice accepted(struct slicer *s, size_t end, size_t after, size_t k)
{
    cut(s, end, k);
    s->fields = referee_fields(s->referee);
    s->texts = mem_grow(s->texts, &s->texts_cap, s->fields, sizeof *s->texts);
    for (size_t i = 0; i < s->fields; i++)
        s->texts[i] = referee_field(s->referee, i);
    if (s->rules.lenient)
        mend(s);
    s->raw = s->slices;
    s->text = s->texts;
    uint64_t lines = scan_count(s->p + s->at, after - s->at, '\n');
    enum slice status = slice_row(s, end, after, k);
    s->line += lines + (after == end);
    s->reading = false;
    return status;
}

/* The row is [at, end) if its quoting is sound, which it always is for those who forgive. */
static enum slice judged(struct slicer *s, size_t end, size_t after, size_t k)
{
    size_t bad_at, last;
    size_t text_end = end - (after > end && s->p[end - 1] == '\r'); /* there is a quote before */
    bool fault = s->seen.fault.byte && s->at + s->seen.fault.byte <= text_end;
    if (fault && s->rules.lenient)
        return bad_byte(s);
    if (!s->referee)
        s->referee = referee_new(s->rules.delim, s->rules.lenient);
    referee_begin(s->referee);
    enum verdict v = referee_read(s->referee, s->p + s->at, end - s->at, &bad_at);
    if (v == REFEREE_MORE)
        v = referee_read(s->referee, "\n", 1, &last);
    if (v != REFEREE_ROW)
        return bad_quote(s, s->at + bad_at);
    return fault ? bad_byte(s) : accepted(s, text_end, after, k);
}

/* The first field that is too long, whatever its quotes turn out to be. */
static enum slice bad_quoted_size(struct slicer *s)
{
    struct quoting q = s->seen;
    enum slice status = bad_size(s, q.fields);
    s->bad_line += q.line;
    if (s->p[s->at + q.field] == '"')
        buf_text(&s->bad_message, ", or the quote opened here is never closed");
    return status;
}

/* The first fault of the row before behind the newline where beside_seen is.  It is further on than
 * the last one asked for, so that every mark is taken in once. */
static void look_for_fault(struct slicer *s)
{
    if (s->fault_seen.marks <= s->beside_seen.marks) {
        s->fault_seen = s->beside_seen;
        s->fault_seen.fault = (struct fault){0};
    }
    while (!s->fault_seen.fault.byte && s->fault_seen.marks < s->ahead.marks)
        step(s, &s->fault_seen);
}

/* Behind a newline in quotes a row is what the one before it was there. */
static void leap(struct slicer *s, size_t newline)
{
    while (s->beside_seen.marks < s->seen.marks)
        step(s, &s->beside_seen);
    look_for_fault(s);
    if (!quoting_leap(&s->seen, newline, &s->beside_seen, &s->ahead, &s->fault_seen))
        return;
    s->ahead.marks = 0;
    s->fault = s->fault_seen;
}

/*
 * Take in marks up to the newline that ends the row, or on which line its quoting breaks, or up to
 * one before which a field has grown too long: its number, or s->marks.
 */
static size_t look_on(struct slicer *s)
{
    struct quoting *q = &s->seen;
    while (s->next + q->marks < s->marks) {
        size_t m = s->mark[s->next + q->marks], at = m - s->at;
        bool newline = s->p[m] == '\n';
        if (quoting_text(q, at, newline) > s->rules.max_field ||
            (newline && !quoting_goes_on(q, at, s->rules.lenient)))
            break;
        step(s, q);
        if (newline && q->marks < s->ahead.marks)
            leap(s, at);
    }
    return s->next + q->marks;
}

/* A row that holds a quote.  That a field is too long is told before all else. */
static enum slice quoted(struct slicer *s)
{
    if (!s->reading) {
        s->seen = (struct quoting){0};
        s->beside_seen = s->beside;
        s->fault_seen = s->fault;
    }
    s->reading = true;
    size_t k = look_on(s);
    bool found = k < s->marks;
    size_t end = found ? s->mark[k] : s->n;
    bool may_end = !found || s->p[end] == '\n';
    if (quoting_text(&s->seen, end - s->at, may_end) > s->rules.max_field)
        return bad_quoted_size(s);
    if (found)
        return judged(s, end, end + 1, k + 1);
    if (!s->last)
        return SLICE_MORE;
    if (s->p[end - 1] == '\0')
        return SLICE_FAILED;
    if (quoting_goes_on(&s->seen, end - s->at, s->rules.lenient))
        return bad_open(s);
    return judged(s, end, end, k);
}

/* Leave the rest of a line that nobody wants; true when the next row can begin. */
static bool skipped(struct slicer *s)
{
    size_t k = line_end(s, s->next);
    bool found = k < s->marks;
    if (found || s->at < s->n)
        s->failed = !found && s->p[s->n - 1] == '\0';
    if (s->seen.marks > s->ahead.marks) {
        if (s->ahead.marks) /* the row has not leapt to it: it is read in another way */
            s->fault.marks = 0;
        s->ahead = s->seen;
        s->beside = (struct quoting){0};
    }
    size_t after = found ? s->mark[k] + (size_t)1 : s->n, next = k + found;
    look_past(s, next - s->next, after - s->at);
    s->at = after;
    s->next = next;
    s->line += found;
    s->skipping = !found && !s->last;
    return !s->skipping;
}

void slicer_skip(struct slicer *s)
{
    s->reading = false;
    skipped(s);
}

enum slice slicer_next(struct slicer *s)
{
    if (s->skipping && !skipped(s))
        return SLICE_MORE;
    if (s->at == s->n)
        return !s->last ? SLICE_MORE : s->failed ? SLICE_FAILED : SLICE_END;
    if (s->regular)
        return regular_next(s);
    return s->reading ? quoted(s) : plain(s);
}
