/* SPDX-License-Identifier: MIT */
/* t - the least that a unit test needs; prints TAP.  Begin main with nothing, end it with done().
 */
#ifndef PA_T_H
#define PA_T_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int t_count, t_failed;

static inline void t_result(int ok, const char *file, int line, const char *what)
{
    t_count++;
    if (ok) {
        printf("ok %d - %s\n", t_count, what);
        return;
    }
    t_failed++;
    printf("not ok %d - %s\n# at %s:%d\n", t_count, what, file, line);
}

static inline int t_near(double a, double b, double tolerance)
{
    if (a == b || (isnan(a) && isnan(b)))
        return 1;
    if (fabs(a - b) <= tolerance)
        return 1;
    printf("# %.17g is not %.17g within %g\n", a, b, tolerance);
    return 0;
}

#define ok(condition) t_result(!!(condition), __FILE__, __LINE__, #condition)
#define ok_named(condition, name) t_result(!!(condition), __FILE__, __LINE__, name)
#define near(a, b, tolerance) t_result(t_near(a, b, tolerance), __FILE__, __LINE__, #a " near " #b)

static inline int done(void)
{
    printf("1..%d\n", t_count);
    return t_failed != 0;
}

#endif
