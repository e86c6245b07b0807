/* SPDX-License-Identifier: MIT */
#include "table_store.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"

struct table_store {
    pthread_mutex_t lock; /* around turn */
    pthread_cond_t change;
    size_t turn; /* number of the chunk to be placed next; who has it may change what follows */
    size_t rows, cap, columns;
    pthread_rwlock_t moving; /* held for writing while columns move, for reading by who copies */
    struct {
        char *values;
        unsigned char width; /* 0: none yet */
    } * column;
};

struct table_store *table_store_new(size_t columns)
{
    struct table_store *s = mem_zero(1, sizeof *s);
    s->columns = columns;
    s->column = mem_zero(columns, sizeof *s->column);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->change, NULL);
    pthread_rwlock_init(&s->moving, NULL);
    return s;
}

void table_store_free(struct table_store *s)
{
    for (size_t i = 0; i < s->columns; i++)
        mem_free(s->column[i].values);
    pthread_rwlock_destroy(&s->moving);
    pthread_cond_destroy(&s->change);
    pthread_mutex_destroy(&s->lock);
    mem_free(s->column);
    mem_free(s);
}

static bool has_room(const struct table_store *s, size_t rows, const unsigned char *width)
{
    for (size_t i = 0; i < s->columns; i++)
        if (width[i] && !s->column[i].width)
            return false;
    return s->rows + rows <= s->cap;
}

static void make_room(struct table_store *s, size_t rows, const unsigned char *width)
{
    size_t need = s->rows + rows, twice = 2 * s->cap;
    pthread_rwlock_wrlock(&s->moving);
    if (need > s->cap)
        s->cap = need > twice ? need : twice;
    for (size_t i = 0; i < s->columns; i++) {
        if (!s->column[i].width)
            s->column[i].width = width[i];
        if (s->column[i].width)
            s->column[i].values = mem_resize(s->column[i].values, s->cap, s->column[i].width);
    }
    pthread_rwlock_unlock(&s->moving);
}

size_t table_store_place(
    struct table_store *s, size_t number, size_t rows, const unsigned char *width)
{
    pthread_mutex_lock(&s->lock);
    while (s->turn != number)
        pthread_cond_wait(&s->change, &s->lock);
    pthread_mutex_unlock(&s->lock);
    if (!has_room(s, rows, width))
        make_room(s, rows, width);
    size_t at = s->rows;
    s->rows += rows;
    pthread_rwlock_rdlock(&s->moving);
    pthread_mutex_lock(&s->lock);
    s->turn++;
    pthread_cond_broadcast(&s->change);
    pthread_mutex_unlock(&s->lock);
    return at;
}

void table_store_put(struct table_store *s, size_t column, size_t at, const void *values,
    size_t rows, unsigned char width)
{
    if (rows && width && width == s->column[column].width)
        memcpy(s->column[column].values + at * width, values, rows * width);
}

void table_store_done(struct table_store *s)
{
    pthread_rwlock_unlock(&s->moving);
}

size_t table_store_rows(const struct table_store *s)
{
    return s->rows;
}

void *table_store_take(struct table_store *s, size_t column, unsigned char width)
{
    void *values = mem_resize(s->column[column].values, s->rows, width);
    s->column[column].values = NULL;
    return values;
}
